"""Dates in a text: `rlm ask` and `rlm search` know the same ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.language.dates import closeness, dates, dates_in_query

Day = tuple[int, int, int]


def found(text: str) -> list[Day]:
    return [(d.year, d.month, d.day) for d in dates(text)]


def asked(text: str) -> list[Day]:
    return [(d.year, d.month, d.day) for d in dates_in_query(text)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11-12", [(2026, 11, 12)]),
        ("2026-11", [(2026, 11, 0)]),
        ("2026/1/2", [(2026, 1, 2)]),
        ("at 2026-11-12T09:00Z", [(2026, 11, 12)]),
        ("in plan-2026-11-12-draft", [(2026, 11, 12)]),
        ("on 12 November 2026", [(2026, 11, 12)]),
        ("the 12th of november of 2026", [(2026, 11, 12)]),
        ("November 12, 2026", [(2026, 11, 12)]),
        ("Nov 12", [(0, 11, 12)]),
        ("12 nov 2026", [(2026, 11, 12)]),
        ("12-Nov-2026", [(2026, 11, 12)]),
        ("le 3 févr. 2026", [(2026, 2, 3)]),
        ("le 1er mars", [(0, 3, 1)]),
        ("12 août 2026", [(2026, 8, 12)]),
        ("12/11/2026", [(2026, 11, 12), (2026, 12, 11)]),
        ("3.4.2026", [(2026, 4, 3), (2026, 3, 4)]),
        ("25/12/2026", [(2026, 12, 25)]),
        ("4/4/2026", [(2026, 4, 4)]),
        ("in May", [(0, 5, 0)]),
        ("since March", [(0, 3, 0)]),
        ("en mars", [(0, 3, 0)]),
        ("November", [(0, 11, 0)]),
        ("mai 2026", [(2026, 5, 0)]),
        ("on 12 May", [(0, 5, 12)]),
        ("since May 5", [(0, 5, 5)]),
        ("november 2026-11-12", [(0, 11, 0), (2026, 11, 12)]),
        ("2 separate marks, 3 decimals, 12/11, 7 sept retries", [(0, 9, 7)]),
        ("99 November", [(0, 11, 0)]),
        ("2026-13-01 and 2026-11-45", []),
        ("march on, mars rover, the short form mar and dec alone", []),
        ("the March release", [(0, 3, 0)]),
        ("It moves to May. March on!", [(0, 5, 0)]),
        ("", []),
    ],
)
def test_a_date_is_one_for_asking_and_for_searching(text: str, days: list[Day]) -> None:
    assert found(text) == days
    assert sorted(asked(text)) == sorted(days)


@pytest.mark.parametrize(
    ("text", "day"), [("3 may fail", (0, 5, 3)), ("may 5 fail", (0, 5, 5)), ("this may fail", (0, 5, 0))]
)
def test_a_verb_is_a_date_only_where_a_wrong_one_refutes_nothing(text: str, day: Day) -> None:
    assert found(text) == []
    assert asked(text) == [day]


WORDS = [
    "on",
    "in",
    "le",
    "12",
    "3",
    "99",
    "nov.",
    "février",
    "August",
    "2026",
    "2026-11-12",
    "3/4/2026",
    "mai",
    "v1.2",
    ",",
]


@given(st.lists(st.sampled_from(WORDS)))
def test_a_date_is_where_it_says_and_is_searched_for_as_well(words: list[str]) -> None:
    text = " ".join(words)
    for date in dates(text):
        assert (date.year, date.month, date.day) in found(f"in {text[date.start : date.end]}")
    assert set(found(text)) <= set(asked(text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_how_accents_are_encoded_makes_no_difference(form: str) -> None:
    for name, month in (("3 févr. 2026", 2), ("3 août 2026", 8), ("3 décembre 2026", 12)):
        text = unicodedata.normalize(form, name)
        assert found(text) == asked(text) == [(2026, month, 3)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 November 2026", "2026-11-12", True),
        ("12 November", "2026-11-12", True),
        ("November 2026", "2026-11-12", True),
        ("12 November 2025", "2026-11-12", False),
        ("13 November", "2026-11-12", False),
        ("in November", "2026-11-12", True),
        ("in November", "November", True),
        ("in October", "2026-11-12", False),
        ("12 November 2026", "in November", False),
    ],
)
def test_two_dates_agree_where_both_may_be_one(one: str, other: str, same: bool) -> None:
    (left,), (right,) = dates(one), dates(other)
    assert left.agrees(right) == same


@pytest.mark.parametrize(
    ("time", "query", "near"),
    [
        (20261112_090000, "12 nov 2026", 1.0),
        (20261211_090000, "12/11/2026", 1.0),
        (20261112_090000, "12/11/2026", 1.0),
        (20260203_090000, "le 3 févr. 2026", 1.0),
        (20260501_090000, "in May", 1.0),
        (20260801_090000, "in May", 0.0),
        (20261112_090000, "retry limit 5", 0.0),
        (0, "in May", 0.0),
    ],
)
def test_an_entry_is_close_to_a_date_of_the_query(time: int, query: str, near: float) -> None:
    assert closeness(time, dates_in_query(query)) == near
