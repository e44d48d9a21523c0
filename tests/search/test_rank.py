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
    entry: int | None = None,
    time: int = 20261122100000,
) -> Candidate:
    place = Place(folder, f"/kept/{folder}/0001-ab.md", "", row if entry is None else entry, 0, 0, time, 0, 0)
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
    return rank.rerank(candidates, asked.words, asked, Statistics(PASSAGES, holding, lambda term: holding([term])))


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


def test_scattered_words_are_no_strong_hit() -> None:
    near = candidate("the size limit of the session cache is five")
    filler = " and then something else entirely happened over there while nobody looked"
    far = candidate(f"size{filler} limit{filler} session{filler} cache{filler}")
    ranked("size limit session cache", near, far)
    assert (near.strong, far.strong) == (True, False)


def test_an_identifier_as_typed_counts_more_than_its_parts_apart() -> None:
    exact, apart = candidate("retry_limit is here too"), candidate("limit the retry is here too")
    assert first("retryLimit", exact, apart)


@pytest.mark.parametrize("kind", ["assistant", "tool", "call", "thinking", "system", "summary"])
def test_nobody_counts_more_than_the_user(kind: str) -> None:
    for length in range(len(LENGTHS) + 1):
        assert rank.speaker_weight(kind, length) <= rank.speaker_weight("user", length)


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_a_long_entry_counts_no_more_than_a_short_one(kind: str) -> None:
    weights = [rank.speaker_weight(kind, length) for length in range(len(LENGTHS) + 1)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_a_session_in_which_more_matches_lifts_its_passages() -> None:
    here, there = candidate("the flamingo there", folder=1), candidate("the flamingo there", folder=2)
    more = candidate("flamingo flamingo lagoon", folder=1)
    found = ranked("flamingo lagoon", there, here, more)
    assert found.index(here) < found.index(there)


def test_words_that_the_best_passages_share_count_a_little() -> None:
    pink = [candidate(f"the flamingo is pink {n}", folder=n) for n in range(6)]
    alike, other = candidate("flamingo and pink", folder=8), candidate("flamingo and tram", folder=9)
    found = ranked("flamingo", *pink, other, alike, held={"flamingo": 9, "pink": 9, "tram": 9})
    assert found.index(alike) < found.index(other)


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


def test_strong_is_what_holds_nearly_all() -> None:
    all_, half, none = candidate("flamingo lagoon"), candidate("flamingo"), candidate("no", around="flamingo lagoon")
    ranked("flamingo lagoon", all_, half, none)
    assert (all_.strong, half.strong, none.strong) == (True, False, False)


LONG = "the handler of the request reads the body and answers with its length and a checksum at the end of"


@pytest.mark.parametrize("kind", ["user", "tool"])
def test_the_same_twice_is_kept_once_where_it_is_newest(kind: str) -> None:
    old, new = candidate(f"{LONG} it", kind=kind), candidate(f"{LONG} it", kind=kind, time=20261123100000)
    old.score, new.score = 2.0, 1.0
    (kept,) = rank.distinct([old, new], 10)
    assert kept is new
    assert kept.repeats == 1
    assert kept.score == 2.0


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
    known = Statistics(PASSAGES, lambda terms: holding, lambda term: holding)
    assert known.idf(["x"]) >= 0
    assert Statistics(0, lambda terms: 0, lambda term: 0).idf(["x"]) >= 0
