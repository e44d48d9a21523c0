"""What leaves report, made findings; findings counted, told apart and paired, against brute force."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.linear import Work, assert_linear

from rlm_core.engine.answer.tally import pairs, tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.checks.canary import GAP, Canary, canaries, how_many, report
from rlm_core.engine.findings import MAX_CLAIM_CHARS, MAX_LABEL_CHARS, MAX_QUOTE_CHARS, Finding, distinct, reported
from rlm_core.engine.texts import Document, Partition, partition
from rlm_core.language.detect import language_of_request
from rlm_core.language.stopwords import FRENCH
from rlm_core.llm.base import MalformedError

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(["claim", "quote", "location", "subject", "value", "other"])


def entry(subject: str, value: str, *, line: int = 0, **more: Any) -> Finding:
    return Finding("", f"{subject} {value}", "d", subject, value, line=line, **more)


# what a leaf reports


@given(st.dictionaries(st.sampled_from(["findings", "split", "x"]), JSON | st.lists(st.dictionaries(FIELDS, JSON))))
def test_whatever_json_comes_it_gives_findings_or_is_malformed(data: dict[str, Any]) -> None:
    try:
        got = reported(data, 3)
    except MalformedError:
        assert data.get("findings") != []
        return
    if isinstance(data.get("findings"), list):
        assert len(got.findings) + got.dropped == len(data["findings"])
    assert got.findings or not got.dropped
    for f in got.findings:
        assert f.quote
        assert f.claim or f.value
        assert f.part == 3
        assert all(isinstance(t, str) for t in (f.claim, f.quote, f.location, f.subject, f.value))
        assert not f.verified


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"findings": None},
        {"findings": {}},
        {"findings": "x"},
        {"x": 10**5000},
        {"x": nested(5000)},
        {"x" * 9999: 1},
    ],
    ids=["empty", "null", "object", "text", "huge number", "deep", "long name"],
)
def test_an_answer_without_a_list_is_malformed(data: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="no list `findings`") as e:
        reported(data)
    assert len(e.value.text) <= 300


def test_what_is_no_finding_is_counted_and_the_rest_is_taken() -> None:
    good = {"claim": " c ", "quote": "q", "location": "d"}
    rows = [
        good, None, 5, "x", [], {}, {"claim": "c"}, {"quote": "q"}, {**good, "quote": "  "}, {**good, "claim": True},
        {**good, "quote": ["q"]}, {**good, "claim": 10**5000}, {**good, "quote": nested(3000)},
    ]  # fmt: skip
    got = reported({"findings": rows, "split": "yes"})
    assert [(f.claim, f.quote, f.location) for f in got.findings] == [("c", "q", "d")]
    assert (got.dropped, got.split) == (12, False)


def test_numbers_are_taken_as_texts_and_long_texts_are_cut() -> None:
    row = {"claim": "c" * 9999, "quote": "q" * 9999, "location": "l" * 9999, "subject": 7, "value": 2.5}
    (found,) = reported({"findings": [row], "split": True}).findings
    assert [len(t) for t in (found.claim, found.quote, found.location)] == [
        MAX_CLAIM_CHARS,
        MAX_QUOTE_CHARS,
        MAX_LABEL_CHARS,
    ]
    assert (found.subject, found.value) == ("7", "2.5")


# the same finding twice


def at(quote: str, claim: str = "it is so", *, line: int = 5, verified: bool = True, **more: Any) -> Finding:
    return Finding(claim, quote, "d", line=line, verified=verified, **more)


def test_what_says_the_same_of_the_same_place_counts_once() -> None:
    assert len(distinct([at("the quote here"), at("quote  here", "It  is SO"), at("so the quote here it is")])) == 1


def test_another_claim_another_line_or_another_quote_of_a_line_is_another_finding() -> None:
    found = [
        at("one quote"),
        at("one quote", "else"),
        at("one quote", line=6),
        at("an other"),
        at("one quote", subject="s"),
    ]
    assert distinct(found) == found


def test_a_verified_finding_stands_for_all_in_the_first_ones_place() -> None:
    doubted, other, sure = at("the quote", verified=False), at("x", line=1), at("the quote")
    assert distinct([doubted, other, sure]) == [sure, other]
    assert distinct([sure, other, doubted]) == [sure, other]


def test_findings_without_a_place_are_the_same_by_their_whole_quote() -> None:
    found = [at("the quote", line=0), at("the quote here", line=0), at("the quote", line=0)]
    assert distinct(found) == found[:2]


@given(
    st.lists(st.builds(at, st.sampled_from(["aa", "bb", "aa bb"]), st.sampled_from(["x", "y"]), line=st.integers(0, 2)))
)
def test_telling_apart_twice_is_the_same_as_once(found: list[Finding]) -> None:
    once = distinct(found)
    assert distinct(once) == once
    assert set(once) <= set(found)


# counts

NAMES = st.sampled_from(["alpha", "Alpha", " ALPHA", "be ta", "be  ta", "7", "07", "", "é", "e\u0301"])
ENTRIES = st.lists(st.builds(entry, NAMES, NAMES), max_size=30)


def plain(name: str) -> str:
    return " ".join(name.replace("e\u0301", "é").lower().split())


@given(ENTRIES)
def test_a_tally_counts_as_brute_force_does(found: list[Finding]) -> None:
    got = tally(found)
    assert got.total == len(found)
    assert {plain(v): n for v, n in got.values.items()} == Counter(plain(f.value) for f in found if plain(f.value))
    each = {plain(s): {plain(v): n for v, n in values.items()} for s, values in got.subjects.items()}
    wanted: dict[str, Counter[str]] = {}
    for f in found:
        if plain(f.subject):
            wanted.setdefault(plain(f.subject), Counter())[plain(f.value)] += 1
    assert each == wanted
    assert list(got.values.values()) == sorted(got.values.values(), reverse=True)


def test_the_commonest_spelling_is_shown_and_ties_go_by_name() -> None:
    got = tally([entry("s", v) for v in ("Beta", "beta", "beta", "alpha", "Alpha", "alpha", "one")])
    assert got.values == {"alpha": 3, "beta": 3, "one": 1}
    assert got.as_json() == {"total": 7, "values": got.values, "subjects": {"s": got.values}}


@given(ENTRIES, st.lists(NAMES, max_size=2), st.lists(NAMES, max_size=2), st.booleans())
def test_pairs_are_those_of_brute_force(found: list[Finding], left: list[str], right: list[str], every: bool) -> None:
    has: dict[str, set[str]] = {}
    for f in found:
        if f.subject:
            has.setdefault(plain(f.subject), set()).add(plain(f.value))

    def fits(name: str, side: list[str]) -> bool:
        wanted = {plain(v) for v in side}
        return not wanted or (wanted <= has[name] if every else bool(wanted & has[name]))

    other = right or left
    wanted = {
        frozenset((a, b))
        for a, b in combinations(has, 2)
        if (fits(a, left) and fits(b, other)) or (fits(b, left) and fits(a, other))
    }
    got = pairs(found, left, right, every=every)
    assert {frozenset((plain(a), plain(b))) for a, b in got} == wanted
    assert len(got) == len(wanted)


def test_pairs_are_ordered_by_number_then_by_name() -> None:
    found = [entry(s, "x") for s in ("10", "9", "b", "a", "09")]
    assert pairs(found, ["x"])[:5] == [("09", "9"), ("09", "10"), ("09", "a"), ("09", "b"), ("9", "10")]


def test_subjects_are_paired_in_time_linear_in_the_pairs() -> None:
    def pairing(count: int) -> Work:
        subjects = round((2 * count) ** 0.5)
        found = [entry(str(n), "x") for n in range(subjects)]
        assert len(pairs(found, ["x"])) == subjects * (subjects - 1) // 2
        return lambda: pairs(found, ["x"])

    assert_linear(pairing, 80_000)


# control questions


NOTES = {
    "en": "The {name} up there was painted in {year} by {who}. It holds {n} boats since then, as Odile says.\n",
    "fr": "Le hangar {name} a été repeint en {year} par {who}. Il abrite {n} bateaux depuis, comme le dit Odile.\n",
}
NAMES_OF_PLACES = ("boathouse", "lighthouse", "sawmill", "orchard", "smithy", "granary", "weir", "tollgate")


def notes(language: str, count: int = 16) -> list[Partition]:
    """Parts of one text each, of which no two say the same."""
    rows = [
        NOTES[language].format(
            name=f"{NAMES_OF_PLACES[n % 8]} {chr(97 + n)}{chr(110 + n % 9)}q", year=1800 + n, who=w, n=40 + n
        )
        for n, w in zip(range(count), ("Ann", "Bo", "Cy", "Di") * count, strict=False)
    ]
    return [
        p for n, row in enumerate(rows) for p in partition([Document(f"note-{n}", f"Dear all,\n{row}Yours\n")], 500)
    ]


def answered(one: Canary, **changed: str) -> Finding:
    row = {"claim": one.line, "quote": one.line, "location": one.part.pieces[0].document.id, "value": one.answer}
    return Finding(**{**row, **changed})


@pytest.mark.parametrize(("language", "asks"), [("en", "What stands in"), ("fr", "Qu'est-ce qui")])
def test_canaries_are_made_of_the_texts_in_their_language(language: str, asks: str) -> None:
    parts = notes(language)
    asked = canaries(parts, 8)
    assert asked == canaries(parts, 8)
    assert sum(bool(c.line) for c in asked) == 4
    assert all(c.question.startswith(asks) for c in asked)
    texts = [p.text for part in parts for p in part.pieces]
    for one in asked:
        shown = one.part.pieces[0].text
        assert any(shown in text for text in texts)
        assert (one.line in shown) if one.line else one.question.split("____")[0][-12:] not in shown
        assert not one.line or (one.answer in one.line and GAP in one.question and one.line not in one.question)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_canary_tells_what_was_missed_made_up_or_misread(language: str) -> None:
    with_answer, without = canaries(notes(language), 2)
    assert with_answer.is_right([answered(with_answer)])
    assert with_answer.is_right([answered(with_answer, quote=with_answer.line.partition(" ")[2][:-1])])
    assert not with_answer.is_right([])
    assert not with_answer.is_right([answered(with_answer), Finding("It is so.", "Yours sincerely, all", "note-1")])
    assert not with_answer.is_right([answered(with_answer, claim="It was painted 7 times.")])
    assert not with_answer.is_right([answered(with_answer, value="9")])
    assert without.is_right([])
    assert not without.is_right([answered(with_answer)])


def test_texts_that_state_nothing_give_no_canary() -> None:
    dull = partition([Document("d", "nothing to see here, and nothing there\n" * 400)], 100)
    assert canaries(dull, 8) == []
    assert canaries([], 8) == []
    dates = partition([Document("d", "seen on 2026-01-02 at 10:30 in version 2.1.330 of it\n" * 40)], 100)
    assert canaries(dates, 4) == []


def test_a_sentence_that_stands_twice_is_no_canary() -> None:
    twice = partition([Document("d", "The ferry to the island leaves from gate 7 now.\n" * 2)], 500)
    assert canaries(twice, 1) == []


def test_small_runs_have_no_canaries_and_large_ones_few() -> None:
    assert [how_many(n) for n in (0, 19, 20, 100, 10_000)] == [0, 0, 1, 5, 8]


def test_the_report_gives_the_error_and_its_upper_bound() -> None:
    assert report(0, 0) == {"asked": 0, "wrong": 0, "error": None, "at_most": None}
    assert report(8, 0) == {"asked": 8, "wrong": 0, "error": 0.0, "at_most": 0.324}
    assert report(4, 4) == {"asked": 8, "wrong": 4, "error": 0.5, "at_most": 0.785}
    assert report(0, 3)["at_most"] == 1.0


# answers that code writes


@pytest.mark.parametrize(
    ("question", "french"),
    [
        ("What is the limit?", False),
        ("Status on billing?", False),
        ("list decisions on pricing", False),
        ("Which version is it based on?", False),
        ("retry limit", False),
        ("", False),
        ("How many tickets are about la Poste?", False),
        ("Quelle est la limite ?", True),
        ("combien de tickets ?", True),
        ("Liste chaque changement", True),
        ("qu'avons-nous décidé ?", True),
        ("Où tourne l’importeur ?", True),
        ("Compte les erreurs", True),
        ("List les tickets", True),
    ],
)
def test_the_language_of_a_question_is_told(question: str, french: bool) -> None:
    assert (language_of_request(question) == FRENCH) == french


def test_a_count_is_told_in_the_questions_language() -> None:
    many = tally([entry("u", "alpha")] * 1234 + [entry("v", "beta")] * 2)
    assert Wording("How many?").counted(many, ranked=False) == "1,236 found.\nBy value: alpha 1,234, beta 2."
    assert Wording("Combien en est-il ?").counted(many, ranked=True) == (
        "Le plus fréquent : alpha (1\u202f234 sur 1\u202f236).\n1\u202f236 en tout.\n"
        "Par valeur : alpha 1\u202f234, beta 2.\nPar sujet :\n- u: 1\u202f234\n- v: 2"
    )
    assert Wording("How many?").counted(tally([]), ranked=False) == "0 found."
    assert Wording("Which is the most frequent?").counted(tally([]), ranked=True) == "Nothing was found."


def test_a_row_is_one_line_with_place_date_and_fate() -> None:
    found = at("q", "it\nis\n- so {x}", line=3, date="2026-11-12T09:00", superseded_by="e:9")
    words = Wording("What is it?")
    assert words.row(found) == "it is - so {x} (d:3; 2026-11-12; replaced by e:9)"
    assert words.listed([found]) == f"- {words.row(found)}"
    assert words.row(Finding("", "q", "d", "limit", "5").doubted("odd")) == "limit: 5 (d; not verified: odd)"


def test_long_lists_say_how_many_more() -> None:
    assert Wording("list").listed([at("q")] * 500).endswith("… and 100 more")
    assert Wording("list").paired([("a", "b")] * 2005).startswith("2,005 pairs.\n(a, b)")
    assert Wording("liste les paires").paired([("a", "b")] * 2005).endswith("… et 5 de plus")
