"""How far an answer reaches: what was not read, not verified, or only searched is said, and nothing looks complete."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from kits.engine import Asked, ask, found, history, reader, rows

from rlm_core.engine import prompts
from rlm_core.engine.answer.extent import Extent, why_unread
from rlm_core.engine.answer.grouping import contradicting
from rlm_core.engine.answer.tally import tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.calls.budget import Caps
from rlm_core.engine.findings import Finding
from rlm_core.engine.forecast import Amount, under_caps
from rlm_core.engine.kinds import ANSWER, COUNT, LIST, PAIRS, TALLY
from rlm_core.engine.mapper import Gap
from rlm_core.engine.options import MAP, SEARCH
from rlm_core.engine.ranking import best_passages
from rlm_core.engine.route import RunPlan
from rlm_core.engine.texts import Document, partition
from rlm_core.llm.base import (
    Call,
    LeafError,
    MalformedError,
    RateLimitedError,
    RefusedError,
    StalledError,
    TooLargeError,
)
from rlm_core.llm.scripted import Answer

SMALL = {"part": 400, "single": 100}
TEXT = history(60)  # three parts of SMALL
KINDS = (ANSWER, LIST, COUNT, TALLY, PAIRS)


def with_quotes_of_nothing(call: Call) -> Answer:
    """A reader whose two findings a part nobody can verify."""
    told = reader(call)
    false = [found(n, m, quote="Zanzibar xylophones hum") for n, m in list(rows(call))[:2]]
    return {**told, "findings": false} if isinstance(told, dict) and "findings" in told else told


def without_form(call: Call) -> Answer:
    """A reader that finds what there is and tells it in a form of its own."""
    return {"findings": [{"what": m[0]} for _, m in rows(call)], "answer": "It is 3 [1]."}


def failing_with(error: Answer) -> Any:
    return lambda call: error


# sentences


@pytest.mark.parametrize(
    ("extent", "english", "french"),
    [
        (Extent(), "Nothing was found.", "Rien n'a été trouvé."),
        (
            Extent(10, 10),
            "Nothing was found in the 10 parts read.",
            "Rien n'a été trouvé dans les 10 parties lues.",
        ),
        (Extent(1, 1), "Nothing was found in the one part read.", "Rien n'a été trouvé dans la seule partie lue."),
        (
            Extent(4, 10),
            "Nothing was found in the 4 of 10 parts read.",
            "Rien n'a été trouvé dans 4 parties lues sur 10.",
        ),
        (
            Extent(1, 1000),
            "Nothing was found in the 1 of 1,000 parts read.",
            "Rien n'a été trouvé dans 1 partie lue sur 1\u202f000.",
        ),
        (
            Extent(0, 3),
            "Nothing was found in what was read of the 3 parts.",
            "Rien n'a été trouvé dans ce qui a été lu des 3 parties.",
        ),
        (
            Extent(3, 3, unverified=2),
            "Nothing was verified in the 3 parts read: 2 findings could not be verified.",
            "Rien n'a été vérifié dans les 3 parties lues : 2 constats n'ont pas pu l'être.",
        ),
    ],
)
def test_nothing_found_says_where(extent: Extent, english: str, french: str) -> None:
    assert Wording("What is it?").listed([], extent) == english
    assert Wording("Quelle est la limite ?").listed([], extent) == french


@pytest.mark.parametrize(
    ("extent", "number", "english", "french"),
    [
        (Extent(10, 10), 4, "4 found.", "4 en tout."),
        (Extent(10, 10), 0, "0 found.", "0 en tout."),
        (Extent(4, 10), 4, "4 found in the 4 of 10 parts read.", "4 en tout dans 4 parties lues sur 10."),
        (Extent(4, 10), 0, "0 found in the 4 of 10 parts read.", "0 en tout dans 4 parties lues sur 10."),
        (Extent(2, 2, searched=True), 4, "4 found in the 2 parts read.", "4 en tout dans les 2 parties lues."),
        (
            Extent(10, 10, unverified=2),
            0,
            "0 verified, 2 could not be verified.",
            "0 vérifié, 2 n'ont pas pu être vérifiés.",
        ),
        (
            Extent(4, 10, unverified=1),
            0,
            "0 verified, 1 could not be verified in the 4 of 10 parts read.",
            "0 vérifié, 1 n'a pas pu être vérifié dans 4 parties lues sur 10.",
        ),
        (
            Extent(10, 10, unverified=2, doubtful=1),
            4,
            "4 found. 1 of them is doubtful. 2 more could not be verified.",
            "4 en tout. 1 d'entre eux est douteux. 2 de plus n'ont pas pu être vérifiés.",
        ),
    ],
)
def test_a_count_says_of_what(extent: Extent, number: int, english: str, french: str) -> None:
    counted = tally([Finding("", "q", "d", f"s{n}", "") for n in range(number)])
    assert Wording("How many?").counted(counted, ranked=False, extent=extent) == english
    assert Wording("Combien de tickets ?").counted(counted, ranked=False, extent=extent) == french


def test_a_ranking_and_pairs_of_a_share_say_so() -> None:
    words, part = Wording("Which is the most frequent?"), Extent(4, 10, unverified=1)
    counted = tally([Finding("", "q", "d", "", "a")] * 3)
    assert words.counted(counted, ranked=True, extent=part).split("\n")[0] == (
        "Most frequent in the 4 of 10 parts read: a (3 of 3)."
    )
    assert words.paired([("a", "b")], part).split("\n")[0] == (
        "1 pair in the 4 of 10 parts read. 1 finding could not be verified, and makes no pair."
    )
    assert words.paired([], Extent(10, 10)) == "0 pairs."


# whole runs


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_could_verify_is_never_an_answer(kind: str) -> None:
    got = ask("Say what was set", TEXT, default=with_quotes_of_nothing, kind=kind, route=MAP, **SMALL).result
    assert got.answer.startswith("0 pairs. 6 findings" if kind == PAIRS else ("0 verified, 6", "Nothing was verified"))
    assert "Nothing was found" not in got.answer
    assert (got.complete, got.is_answered, len(got.rejected)) == (False, False, 6)
    told = got.as_json()["rejected"]
    assert [set(r) for r in told] == [{"claim", "quote", "reason"}] * 6
    assert all(r["quote"] == "Zanzibar xylophones hum" and r["reason"] for r in told)


@pytest.mark.parametrize("kind", [ANSWER, LIST, COUNT, TALLY])
def test_true_findings_that_were_lost_to_their_form_are_not_nothing(kind: str) -> None:
    """ "Nothing was found.", and "0 found." with exit 0, were said where four were true."""
    got = ask("Say what was set", history(4), default=without_form, kind=kind).result
    assert "found" not in got.answer
    assert (got.complete, got.is_answered) == (False, False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (MalformedError("prose"), "--model"),
        (RefusedError("not this"), "--model"),
        (RateLimitedError("429", 0.0), "The same command tries again."),
        (StalledError("slow"), "The same command tries again."),
        (TooLargeError("too large"), "--depth"),
        ({"findings": [], "split": True}, "--depth"),
    ],
)
def test_nothing_was_read_is_not_nothing_was_found(kind: str, error: Answer, remedy: str) -> None:
    got = ask("Say what was set", TEXT, default=failing_with(error), kind=kind, route=MAP, depth=0, **SMALL).result
    assert got.answer.startswith("Nothing was read: none of the 3 parts. Reason: ")
    assert remedy in got.answer
    if isinstance(error, LeafError):
        assert str(error) in got.answer
    assert "found" not in got.answer
    assert (got.complete, got.is_answered) == (False, False)


@pytest.mark.parametrize(
    ("question", "said"),
    [("How many entries set an option?", "Nothing was read"), ("Combien d'entrées ?", "Rien n'a été lu")],
)
def test_a_cap_that_lets_nothing_be_read_is_named_with_its_option(question: str, said: str) -> None:
    got = ask(question, TEXT, caps=Caps(usd=0.00001), **SMALL).result
    assert got.answer.startswith(said)
    assert "--max-usd" in got.answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_of_the_parts_is_named_as_one(kind: str) -> None:
    got = ask("Say what was set", history(300), caps=Caps(calls=4), kind=kind, route=MAP, **SMALL).result
    read, total = got.coverage["read"], got.coverage["parts"]
    assert 0 < read < total
    assert f"Not everything was read: {read} of {total} parts." in got.answer
    if kind in (COUNT, TALLY):
        assert f" in the {read} of {total} parts read" in got.answer.split("\n")[0]
    assert not got.complete


def searching(question: str, text: Document, **more: Any) -> Asked:
    return ask(
        question, text, rank=lambda q, most: best_passages([text], q, most)[:12], route=SEARCH, **{**SMALL, **more}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_says_that_it_is_one_what_it_read_and_what_all_of_it_costs(kind: str) -> None:
    got = searching("Who set option77?", history(400, filler=3), kind=kind).result
    share, everything = got.coverage["share"], got.coverage["everything"]
    assert 0 < share < 1
    assert (got.complete, everything["parts"], everything["route"]) == (False, got.plan.parts, "map")
    assert got.plan.whole_usd > 0
    assert everything["usd"] == pytest.approx(got.plan.whole_usd, abs=1e-6)
    reach = got.answer.split("\n\n")[-1]
    assert reach == got.reach
    assert reach.startswith(f"Searched: read {got.coverage['read']} of {got.plan.parts} parts ({round(share * 100)} %)")
    assert reach.endswith(f"reading everything: about ${got.plan.whole_usd:.2f}, --route map.")


def test_a_search_that_counts_nothing_is_no_count() -> None:
    got = searching("Who set option77?", history(400, filler=3), kind=COUNT, default=lambda c: {"findings": []})
    assert got.result.answer.startswith("0 found in the ")
    assert not got.result.is_answered


def test_a_search_is_told_in_the_questions_language() -> None:
    got = searching("Qui a choisi option77 ?", history(400, filler=3)).result
    assert got.reach.startswith("Recherche : ")
    assert "--route map" in got.reach


def test_what_a_search_would_cost_over_everything_is_what_the_map_says_it_costs() -> None:
    text = history(400, filler=3)
    searched = searching("Who set option77?", text, caps=Caps(usd=0.01)).run.plan()
    mapped = ask("Who set option77?", text, route=MAP, part=searched.tokens // searched.parts, single=1).run.plan()
    assert searched.whole_usd == pytest.approx(mapped.usd.likely, rel=0.5)
    assert searched.usd.most <= 0.01 < searched.whole_usd


# plans


@pytest.mark.parametrize(
    "cap", [Caps(calls=5), Caps(tokens=9000), Caps(usd=0.005), Caps(calls=7, tokens=50_000, usd=9)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_promises_no_more_than_its_caps_let_be_spent(cap: Caps, kind: str) -> None:
    plan = ask("Say what was set", history(600), caps=cap, kind=kind, route=MAP, **SMALL).run.plan()
    for amount, most in ((plan.calls, cap.calls), (plan.cost_tokens, cap.tokens), (plan.usd, cap.usd)):
        assert amount.least <= amount.likely <= amount.most
        assert amount.most <= (most or float("inf"))
    assert plan.usd.likely < freely(kind).usd.likely


@cache
def freely(kind: str) -> RunPlan:
    """The same plan without caps."""
    return ask("Say what was set", history(600), kind=kind, route=MAP, **SMALL).run.plan()


def test_no_amount_is_above_its_cap_and_without_a_cap_none_is_changed() -> None:
    amounts = [Amount(1, 20, 300), Amount(10, 20, 30), Amount(0.1, 0.2, 0.3)]
    assert under_caps(amounts, Caps()) == amounts
    assert under_caps(amounts, Caps(calls=10, usd=0.25)) == [Amount(1, 10, 10), amounts[1], Amount(0.1, 0.2, 0.25)]


# pairs


def test_findings_without_the_pairs_that_were_asked_for_are_no_answer() -> None:
    def answer(call: Call) -> Answer:
        return MalformedError("prose") if call.system == prompts.PAIRS_SYSTEM else reader(call)

    got = ask("List all pairs of users", history(5), default=answer, kind=PAIRS).result
    assert got.reach.startswith("No pairs were made: ")
    assert (got.pairs, got.is_answered, got.is_listing) == (None, False, True)


# doubts


def test_an_answer_that_rests_on_doubtful_findings_alone_is_doubtful() -> None:
    sure, odd = (Finding("c", "q", "d", line=n, verified=True, doubts=d) for n, d in ((1, ()), (2, ("an order",))))
    got = ask("What is option3?", history(3)).result
    for findings, answer, doubtful in (
        ([odd], "It is so [d:2].", True),
        ([sure, odd], "It is so [d:2].", True),
        ([sure, odd], "It is so [d:1][d:2].", False),
        ([sure, odd], "It is so.", False),
        ([], "Nothing.", False),
    ):
        assert replace(got, findings=findings, answer=answer).as_json()["doubtful"] == doubtful


# groups


def test_contradictions_stand_together_where_the_first_stands() -> None:
    def at(line: int, subject: str, *others: int) -> Finding:
        return Finding("c", "q", "d", subject, "v", line=line, contradicts=tuple(f"d:{n}" for n in others))

    rivals = [at(1, "a", 3), at(2, "b"), at(3, "a", 1), at(4, "c", 9), at(5, "A", 1)]
    assert [[f.line for f in group] for group in contradicting(rivals)] == [[1, 3, 5], [2], [4]]
    assert contradicting([]) == []


def test_a_place_that_holds_two_findings_groups_only_those_that_contradict() -> None:
    one, other = (Finding("c", "q", "d", "limit", v, line=1, contradicts=("e:1",)) for v in "35")
    apart = Finding("c", "q", "d", "colour", "red", line=1)
    rival = Finding("c", "q", "e", "limit", "8", line=1, contradicts=("d:1",))
    assert [len(g) for g in contradicting([one, apart, other, rival])] == [3, 1]


def test_a_thousand_findings_that_contradict_each_other_are_one_group() -> None:
    places = tuple(f"d:{n}" for n in range(5))
    many = [Finding("c", "q", "d", "s", str(n), line=n + 1, contradicts=places) for n in range(1000)]
    assert len(contradicting(many)[0]) > 990


# reasons


@pytest.mark.parametrize(
    ("gaps", "stopped", "remedy"),
    [
        ([], "", "no_words"),
        ([], "interrupted", "later"),
        ([], "seconds", "more_seconds"),
        ([("malformed: prose", "")], "", "another_model"),
        ([("the cap", "calls")], "calls", "more_calls"),
        ([("spending is paused", "paused")], "paused", "later"),
        ([("malformed: prose", ""), ("malformed: prose", ""), ("stalled: slow", "")], "", "another_model"),
        ([("stalled: slow", "")], "seconds", "later"),
    ],
)
def test_what_helps_depends_on_why_nothing_was_read(gaps: list[tuple[str, str]], stopped: str, remedy: str) -> None:
    (part,) = partition([Document("d", "x")], 100)
    reason, key = why_unread([Gap(part, why, cap) for why, cap in gaps], stopped)
    assert key == remedy
    assert reason == (gaps[0][0] if gaps else "")


def test_a_reason_is_one_short_line() -> None:
    (part,) = partition([Document("d", "x")], 100)
    reason, _ = why_unread([Gap(part, "refused: a\n\nb " + "x" * 5000)], "")
    assert reason.startswith("refused: a b x")
    assert len(reason) <= 200
