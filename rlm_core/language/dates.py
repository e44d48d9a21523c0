"""Dates that a query names, and how close an entry's time is to one: "in May", "on 12 November 2026", "2026-11-12"."""

from __future__ import annotations

import re

from rlm_core.language.terms import fold

_NAMES = """
january february march april may june july august september october november december
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
""".split()  # noqa: SIM905
MONTHS = {name: n % 12 + 1 for n, name in enumerate(_NAMES)}
_DATE = (
    rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+)?)?\b({'|'.join(MONTHS)})\b"
    r"(?:\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?:of\s+)?(\d{4})\b)?"
)
_ISO = r"\b(\d{4})-(\d\d)(?:-(\d\d))?\b"
# May and March are words too: alone, they are months only after one of these.
_DOUBTFUL = ("may", "march", "mars", "mai")
_BEFORE = r"\b(?:in|since|until|till|en|last|this|of|by|depuis|before|after|avant|apres|fin|debut)\W+$"
DAYS_TOLD_LATER = (1, 8, 31)  # what happened on a day is told then, within the week, within the month


class Date:
    """A day or a month that somebody names. year, day: 0 when not said."""

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int, day: int) -> None:
        self.year = year
        self.month = month
        self.day = day


def dates_in(text: str) -> list[Date]:
    """The dates named in a text, English or French.

    >>> [(d.year, d.month, d.day) for d in dates_in("what did we say on 12 November 2026 and in May?")]
    [(2026, 11, 12), (0, 5, 0)]
    """
    plain = fold(text)
    if not any(name in plain for name in MONTHS) and "-" not in plain:
        return []  # as most: the patterns need not even be compiled
    found = []
    for m in re.finditer(_DATE, plain):
        day = int(m[1] or m[3] or 0)
        if m[2] in _DOUBTFUL and not day and not m[4] and not re.search(_BEFORE, plain[: m.start(2)]):
            continue
        found.append(Date(int(m[4] or 0), MONTHS[m[2]], day if day <= 31 else 0))
    found += [Date(int(m[1]), int(m[2]), int(m[3] or 0)) for m in re.finditer(_ISO, plain) if 1 <= int(m[2]) <= 12]
    return found


def closeness(time: int, dates: list[Date]) -> float:
    """1 for an entry of a named day or month, less for one soon after, 0 for another. time: as YYYYMMDDhhmmss."""
    return max((_close(time // 1_000_000, d) for d in dates), default=0.0) if time else 0.0


def _close(day: int, date: Date) -> float:
    year = date.year or day // 10_000
    best = 0.0
    for y in {year, date.year or year - 1}:
        if date.day:
            past = _days(day) - _days(y * 10_000 + date.month * 100 + date.day)
            near, week, month = DAYS_TOLD_LATER
            best = max(
                best, 1.0 if -near <= past <= near else 0.6 if 0 < past <= week else 0.3 if 0 < past <= month else 0
            )
        else:
            past = _days(day) - _days(y * 10_000 + date.month * 100 + 1)
            best = max(best, 1.0 if day // 100 == y * 100 + date.month else 0.5 if 28 <= past < 41 else 0.0)
    return best


def _days(day: int) -> int:
    """A day's number, right to a day or two: months count 31 days less what their number says."""
    year, month = day // 10_000, day // 100 % 100
    return year * 365 + year // 4 + (month * 306 - 306) // 10 + day % 100
