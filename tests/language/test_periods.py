"""Dates as people say them, in both languages: which period they mean, by the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.language.periods import NUMBERS, UNITS, WEEKDAY, either_day, period

NOW = datetime(2026, 11, 30, 15, 20, 10)  # a Monday


@pytest.fixture(autouse=True)
def in_paris() -> Iterator[None]:
    """An hour ahead of UTC in winter, two in summer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


DAY = ("2026-11-28T23:00:00", "2026-11-29T22:59:59")
WEEK = ("2026-11-22T23:00:00", "2026-11-29T22:59:59")
MONTH = ("2026-09-30T22:00:00", "2026-10-31T22:59:59")  # the clock was put back in it


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yesterday|Hier|1 day ago|a day ago|il y a 1 jour|il y a un jour|sunday|dimanche|1d", DAY),
        ("last sunday|dimanche dernier|since sunday|depuis dimanche|29 november|le 29 nov. 2026|Nov 29, 2026", DAY),
        ("last week|la semaine dernière|la semaine derniere|semaine passée|past week|the previous week", WEEK),
        ("last month|le mois dernier|october|octobre|in October 2026|octobre 2026", MONTH),
        ("today|aujourd'hui|aujourd’hui|monday|lundi|this day", ("2026-11-29T23:00:00", "2026-11-30T22:59:59")),
        ("last monday|lundi dernier|a week ago|il y a une semaine|1w", ("2026-11-22T23:00:00", "2026-11-23T22:59:59")),
        ("avant-hier|the day before yesterday|2 days ago", ("2026-11-27T23:00:00", "2026-11-28T22:59:59")),
        ("this week|cette semaine", ("2026-11-29T23:00:00", "2026-12-06T22:59:59")),
        ("last year|l'année dernière|l’an dernier|l'an passé", ("2024-12-31T23:00:00", "2025-12-31T22:59:59")),
        ("2 hours ago|il y a 2 heures|2h|120 minutes ago", ("2026-11-30T12:20:10", "2026-11-30T12:20:10")),
        ("now|maintenant", ("2026-11-30T14:20:10", "2026-11-30T14:20:10")),
        ("the last 3 days|les 3 derniers jours|past 3 days", ("2026-11-26T23:00:00", "2026-11-30T14:20:10")),
        ("yesterday at 14:30|hier à 14h30|hier 14:30", ("2026-11-29T13:30:00", "2026-11-29T13:30:59")),
        ("hier 14h|hier à 14h", ("2026-11-29T13:00:00", "2026-11-29T13:59:59")),
        ("9 months ago|il y a 9 mois", ("2026-02-27T23:00:00", "2026-02-28T22:59:59")),  # no 30 February
        ("May|mai|in may", ("2026-04-30T22:00:00", "2026-05-31T21:59:59")),
        ("december|since December", ("2025-11-30T23:00:00", "2025-12-31T22:59:59")),
        ("29 february", ("2024-02-28T23:00:00", "2024-02-29T22:59:59")),
    ],
)
def test_what_is_said_is_a_period(said: str, meant: tuple[str, str]) -> None:
    for text in said.split("|"):
        found = period(text, NOW)
        assert found is not None, text
        assert (found.first, found.last) == meant, text


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "soon", "tomorrow", "demain", "november 2027", "22/11/26", "3/4/2026", "yesterday 25:00", "31 june",
        "999999 years ago", "9999999 days ago", "this hour", "days", "ago", "last", "the", "monday tuesday", "x" * 9999,
        "1f758c24/7", "r2-3fa2b9d0c1e4:42", "yesterday and the day after", "on 12 may we met", "today 18:00",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert period(text, NOW) is None


WORDS = st.sampled_from(
    [*UNITS, *WEEKDAY, *NUMBERS, "ago", "il y a", "last", "the", "le", "la", "dernier", "at", "à", "12", "99999", "3"]
)


@given(st.one_of(st.text(max_size=70), st.lists(WORDS, max_size=8).map(" ".join)))
def test_any_text_is_a_period_that_has_begun_or_none(text: str) -> None:
    found = period(text, NOW)
    if found is not None:
        assert len(found.first) == len(found.last) == 19
        assert found.first <= "2026-11-30T14:20:10"
        assert found.first <= found.last


def test_a_day_on_which_the_clock_changes_has_25_hours() -> None:
    found = period("yesterday", datetime(2026, 10, 26, 9))
    assert found
    assert (found.first, found.last) == ("2026-10-24T22:00:00", "2026-10-25T22:59:59")


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        ("20/01/2026", "2026-01-20", "2026-01-20"),
        ("1/20/2026", "2026-01-20", ""),
        ("20.01.2026", "2026-01-20", "2026-01-20"),
        ("3.4.2026", "2026-04-03", "2026-04-03"),
        ("03/04/2026", "", "2026-04-03"),  # in English it may be the 4th of March
        ("5/5/2026", "2026-05-05", "2026-05-05"),
        ("31/02/2026", "", ""),
        ("20/13/2026", "", ""),
        ("20/01.2026", "", ""),
        ("20/01/2030", "", ""),
        ("20/01/2026 12:00", "2026-01-20", "2026-01-20"),
        ("20.01.2026 à 12h", "2026-01-20", "2026-01-20"),
        ("03/04/2026 12:00", "", "2026-04-03"),
        ("20/01/2026 25:00", "", ""),
    ],
)
def test_a_day_in_figures_is_one_where_it_can_be_no_other(
    monkeypatch: pytest.MonkeyPatch, said: str, english: str, french: str
) -> None:
    for locale, meant in (("en_GB.UTF-8", english), ("fr_FR.UTF-8", french)):
        monkeypatch.setenv("LC_ALL", locale)
        found = period(said, NOW)
        shown = datetime.fromisoformat(f"{found.last}+00:00").astimezone().date().isoformat() if found else ""
        assert shown == meant, locale


@pytest.mark.parametrize(
    "said", ["20/01/2026 09:30", "20.01.2026 at 9:30", "20 January 2026, 9h30", "20 janvier à 9h30"]
)
def test_a_time_of_a_date_is_that_minute(said: str) -> None:
    found = period(said, NOW)
    assert found is not None
    local = [datetime.fromisoformat(f"{t}+00:00").astimezone().isoformat()[:19] for t in (found.first, found.last)]
    assert local == ["2026-01-20T09:30:00", "2026-01-20T09:30:59"]


def test_a_date_that_may_be_two_days_is_told_with_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for said in ("03/04/2026", " 3/4/2026 ", "3/4/2026 12:00"):
        assert either_day(said) == ("2026-04-03", "2026-03-04")
    for said in ("20/01/2026", "5/5/2026", "3.4.2026", "0/4/2026", "13/14/2026", "soon", "3/4/26", ""):
        assert either_day(said) is None
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert either_day("03/04/2026") is None
