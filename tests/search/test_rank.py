"""The ranking: in which direction each thing that counts counts."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from rlm_core.index.schema import KINDS, LENGTHS
from rlm_core.search import rank
from rlm_core.search.places import Place
from rlm_core.search.query import Query
from rlm_core.search.rank import Candidate, Statistics

PASSAGES = 1000


def candidate(
    text: str,
    *,
    row: int = 1,
    kind: str = "user",
    length: int = 0,
    around: str = "",
    folder: int = 1,
    chunk: int = 1,
    entry: int | None = None,
    time: int = 20261122100000,
) -> Candidate:
    place = Place(folder, f"/kept/{folder}/{chunk:04}-ab.md", "", row if entry is None else entry, 0, 0, time, 0, 0)
    return Candidate(row, kind, length, place, text, around, 0)


def ranked(query: str, *candidates: Candidate, held: dict[str, int] | None = None) -> list[Candidate]:
    """Candidates in the order of a query, in an index where every other term stands in five passages."""
    for n, c in enumerate(candidates, 1):
        c.row = n
        if c.place.entry == 1:
            c.place.entry = n

    def holding(terms: Iterable[str]) -> int:
        return sum((held or {}).get(t, 5) for t in terms)

    asked = Query(query)
    return rank.rerank(candidates, asked.words, asked, Statistics(PASSAGES, holding))


def first(query: str, better: Candidate, worse: Candidate, **kwargs: dict[str, int]) -> bool:
    """Whether the better one stands above the worse, whichever is given first."""
    one = ranked(query, better, worse, **kwargs)[0] is better
    two = ranked(query, worse, better, **kwargs)[0] is better
    return one and two


def test_all_words_count_more_than_one_word_often() -> None:
    assert first("flamingo lagoon", candidate("a flamingo by the lagoon"), candidate("flamingo flamingo flamingo bird"))


def test_a_rarer_word_counts_more() -> None:
    held = {"flamingo": 2, "bird": 400}
    assert first("flamingo bird", candidate("the flamingo there"), candidate("the bird there"), held=held)


def test_words_side_by_side_count_more_than_apart() -> None:
    near, far = candidate("the error budget is spent by now"), candidate("the budget is spent by an error")
    assert first("error budget", near, far)


def test_a_word_in_the_passage_counts_more_than_one_around_it() -> None:
    assert first("flamingo", candidate("the flamingo there"), candidate("yes it does", around="the flamingo there"))


def test_a_word_around_the_passage_counts_something() -> None:
    near, bare = candidate("yes the lagoon", around="flamingo there"), candidate("yes the lagoon", around="heron there")
    assert first("flamingo lagoon", near, bare)


def test_the_word_itself_counts_more_than_another_for_the_same_thing() -> None:
    assert first("bug", candidate("the bug is there"), candidate("the bogue is there"))
    assert ranked("bug", candidate("the bogue is there"))


def test_a_word_that_is_printed_often_counts_little_more_than_once() -> None:
    """Code says a word often that it says once."""

    def gain(kind: str) -> float:
        once, often = candidate("flamingo and the heron there", kind=kind), candidate("flamingo " * 5, kind=kind)
        ranked("flamingo", once, often)
        return often.score / once.score

    assert 1 < gain("tool") < gain("assistant")


def test_an_entry_of_the_day_that_the_query_names_counts_more() -> None:
    then = candidate("the gateway was slow", time=20261103100000)
    later = candidate("the gateway was slow", time=20261222100000)
    assert first("what was slow on 3 November", then, later)
    assert first("what was slow", later, then)


def test_a_part_of_a_long_reply_counts_less_when_somebody_asks_for_himself() -> None:
    reply = candidate("your bicycle stands here", kind="assistant", length=3)
    said = candidate("my bicycle stands here next to something else that is not asked for", length=1)
    assert first("where is my bicycle", said, reply)


def test_what_only_asks_counts_less_than_what_says() -> None:
    assert first("retry limit", candidate("the retry limit is five."), candidate("the retry limit is what?"))


@pytest.mark.parametrize("written", ["retry_limit", "retryLimit", "retry-limit", "RETRY_LIMIT"])
def test_an_identifier_in_one_piece_counts_more_than_its_parts_apart(written: str) -> None:
    exact, apart = candidate(f"{written} is here too"), candidate("limit the retry is here too")
    assert first("retryLimit", exact, apart)


def test_an_identifier_as_typed_counts_more_than_its_parts_often() -> None:
    exact = candidate("retry_limit is here too")
    often = candidate("limit the retry, a retry is no limit, the retry limits the limit of a retry")
    assert first("retry_limit", exact, often)


def test_an_identifier_in_one_piece_counts_more_than_its_parts_in_a_row() -> None:
    exact, row, apart = (
        candidate("timeout_grace_period 3"),
        candidate("timeout grace, period 3"),
        candidate("grace timeout, period 3"),
    )
    assert first("timeout_grace_period", exact, row)
    assert first("timeout_grace_period", row, apart)
    own, row, none = (
        candidate("the timeout_grace_period").own,
        candidate("the timeout, grace period").own,
        candidate("the grace timeout period").own,
    )
    assert set(none) == set(row) <= set(own)


def test_the_parts_of_an_identifier_count_less_than_the_words_around_it() -> None:
    said, part = candidate("the gateway there is slow"), candidate("the limit there is slow")
    assert first("gateway retry_limit", said, part)
    assert first("limit retry_limit gateway", candidate("the limit there is slow"), candidate("the retry is there"))


@pytest.mark.parametrize("first_person", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_counts_more_than_the_user(kind: str, first_person: bool) -> None:
    for length in range(len(LENGTHS) + 1):
        user = rank.speaker_weight("user", length, first_person=first_person)
        assert 0 < rank.speaker_weight(kind, length, first_person=first_person) <= user


@pytest.mark.parametrize("kind", ["tool", "call", "thinking"])
def test_what_was_done_counts_less_for_who_asks_about_himself(kind: str) -> None:
    for length in range(len(LENGTHS) + 1):
        told, asked = (rank.speaker_weight(kind, length, first_person=first) for first in (True, False))
        assert told < asked


def test_what_was_printed_stands_above_what_was_said_of_less_unless_somebody_asks_about_himself() -> None:
    printed = candidate("the bicycle stands beside the red door", kind="tool")
    said = candidate("a bicycle is what stands there, and beside it is a lamp")
    assert first("bicycle beside the red door", printed, said)
    assert first("my bicycle beside it", said, printed)


@pytest.mark.parametrize("kind", ["asked", "recalled"])
def test_what_only_repeats_the_archive_stands_below_what_it_repeats(kind: str) -> None:
    for first_person in (False, True):
        for length in range(len(LENGTHS) + 1):
            others = [k for k in KINDS if k not in ("asked", "recalled")]
            least = min(rank.speaker_weight(k, length, first_person=first_person) for k in others)
            assert rank.speaker_weight(kind, length, first_person=first_person) < least


@pytest.mark.parametrize("first_person", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_a_long_entry_counts_no_more_than_a_short_one(kind: str, first_person: bool) -> None:
    weights = [rank.speaker_weight(kind, length, first_person=first_person) for length in range(len(LENGTHS) + 1)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_a_session_in_which_more_matches_lifts_its_passages() -> None:
    here, there = candidate("the flamingo there", folder=1), candidate("the flamingo there", folder=2)
    more = candidate("flamingo flamingo lagoon", folder=1)
    found = ranked("flamingo lagoon", there, here, more)
    assert found.index(here) < found.index(there)


def in_company(query: str) -> tuple[Candidate, Candidate]:
    """Two passages of the same words and session; where the first stands, two others match as well."""
    here, there = candidate("the flamingo there", chunk=1), candidate("the flamingo there", chunk=2)
    more = [candidate(text, chunk=1) for text in ("a lagoon and a heron", "the tide of the delta")]
    ranked(query, here, there, *more)
    return here, there


def test_what_stands_in_matching_company_counts_more_for_a_query_of_many_words() -> None:
    here, there = in_company("flamingo lagoon heron tide delta")
    assert here.score > there.score


@pytest.mark.parametrize("query", ["flamingo", "flamingo lagoon", "flamingo lagoon heron"])
def test_the_company_in_the_chunk_counts_nothing_for_a_query_of_few_words(query: str) -> None:
    here, there = in_company(query)
    assert here.score == there.score


def test_no_passage_is_its_own_company() -> None:
    query = "flamingo lagoon heron tide delta egret"
    alone = candidate("the flamingo there", chunk=1)
    ranked(query, alone)
    by_itself = alone.score
    alone, elsewhere = candidate("the flamingo there", chunk=1), candidate("flamingo lagoon", chunk=2, folder=2)
    ranked(query, alone, elsewhere)
    assert alone.score == pytest.approx(by_itself, rel=0.05)


def test_a_further_passage_of_an_entry_stands_behind_others() -> None:
    one, two = candidate("flamingo lagoon here", entry=7), candidate("flamingo lagoon there", entry=7)
    other = candidate("a flamingo at the lagoon, they say", entry=8)
    assert ranked("flamingo lagoon", one, two, other)[-1] in (one, two)
    assert other.score > min(one.score, two.score)


def test_of_equals_the_newest_comes_first() -> None:
    old, new = candidate("the flamingo there"), candidate("the flamingo there", time=20261123100000)
    assert first("flamingo", new, old)


def test_time_decides_nothing_else() -> None:
    old, new = candidate("the flamingo lagoon"), candidate("the flamingo", time=20271123100000)
    assert first("flamingo lagoon", old, new)


def test_what_holds_nothing_any_more_is_left_out() -> None:
    assert ranked("flamingo", candidate("an ostrich")) == []
    assert ranked("flamingo") == []


def test_coverage_is_the_share_of_the_querys_weight_that_the_passage_itself_holds() -> None:
    all_, half, none = candidate("flamingo lagoon"), candidate("flamingo"), candidate("no", around="flamingo lagoon")
    ranked("flamingo lagoon", all_, half, none)
    assert (all_.coverage, half.coverage, none.coverage) == (1.0, 0.5, 0.0)
    ranked("flamingo lagoon", half := candidate("flamingo"), held={"lagoon": 500})
    assert 0.5 < half.coverage < 1.0


LONG = "the handler of the request reads the body and answers with its length and a checksum at the end of"


@pytest.mark.parametrize("kind", ["user", "tool"])
def test_the_same_twice_is_kept_once_where_it_is_newest(kind: str) -> None:
    old, new = candidate(f"{LONG} it", kind=kind), candidate(f"{LONG} it", kind=kind, time=20261123100000)
    old.score, new.score = 2.0, 1.0
    (kept,) = rank.distinct([old, new], 10)
    assert kept is new
    assert kept.repeats == 1
    assert kept.score == 2.0
    assert kept.others == [old.place]


def test_what_is_kept_names_all_places_of_the_same() -> None:
    same = [candidate(f"{LONG} it", row=n, time=20261122100000 + n) for n in (2, 0, 1)]
    (kept,) = rank.distinct(same, 10)
    assert kept is same[0]
    assert {p.time for p in kept.others} == {c.place.time for c in same[1:]}


def test_printed_text_of_nearly_the_same_words_is_kept_once() -> None:
    one, two = candidate(f"{LONG} this", kind="tool"), candidate(f"{LONG} that", kind="tool")
    assert len(rank.distinct([one, two], 10)) == 1
    said = [candidate(f"{LONG} this"), candidate(f"{LONG} that")]
    assert len(rank.distinct(said, 10)) == 2


@pytest.mark.parametrize("kind", ["user", "assistant", "tool"])
def test_another_number_is_another_statement(kind: str) -> None:
    one, two = candidate(f"{LONG} 5", kind=kind), candidate(f"{LONG} 7", kind=kind)
    assert len(rank.distinct([one, two], 10)) == 2


def test_what_another_said_is_never_taken_for_the_same() -> None:
    assert len(rank.distinct([candidate(LONG), candidate(LONG, kind="assistant")], 10)) == 2


@pytest.mark.parametrize("k", [0, 1, 2, 9])
def test_no_more_than_asked_for(k: int) -> None:
    some = [candidate(f"{n} {LONG[n * 9 :]}") for n in range(4)]
    assert len(rank.distinct(some, k)) == min(k, 4)


@pytest.mark.parametrize("holding", [0, 1, PASSAGES, 2 * PASSAGES])
def test_a_words_weight_is_never_negative(holding: int) -> None:
    known = Statistics(PASSAGES, lambda terms: holding)
    assert known.idf(["x"]) >= 0
    assert Statistics(0, lambda terms: 0).idf(["x"]) >= 0
