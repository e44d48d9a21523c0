"""Whether a date stands in words, English or French, in letters or in figures."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rlm_core.engine.rows.shown import Hints, RefusedValueError, Shown
from rlm_core.language.dates import Date, dates

EITHER_WAY = "day and month in the quote may be the other way round"
YEAR_ELSEWHERE = "its year stands elsewhere in the source, not in the quote"

_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.]\d|\d)")
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d\d)(?![\d/-])")
_DIGITS = re.compile(r"(?<!\d)(\d{1,4})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
# Before the last day of several, whose month stands behind it alone: "3-5 May", "du 3 au 5 mai", "3, 4 et 5 mai".
_ALSO_DAYS = re.compile(
    r"(?<![\d.,/-])(?:\d{1,2}(?:er|st|nd|rd|th)?\s{0,2}(?:[,&–—-]|au|et|to|and|or|ou)\s{0,2}){1,6}$", re.IGNORECASE
)
MAX_BEFORE = 60  # characters before a date
_ISO = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?(?:[T ].*)?$")


def date_of(value: str) -> Date:
    """The date that a reader means. Raises RefusedValueError when it is none."""
    text = value.strip()
    match = _ISO.match(text)
    if match:
        year, month, day = (int(n or 0) for n in match.groups())
        if (month or not day) and month <= 12 and day <= _days_in(year, month):
            return Date(year, month, day)
        raise RefusedValueError(f"{value[:60]!r} is no day of the calendar")
    found = dates(text)
    if not found:
        raise RefusedValueError(f"{value[:60]!r} is no date")
    return found[0]


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 0 if not month else 29 if month == 2 and leap else 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def iso(date: Date) -> str:
    """The date as ISO 8601 writes it, as exact as it is: `2026`, `2026-11`, `2026-11-22`.

    Raises RefusedValueError for a date without a year.
    """
    if not date.year:
        raise RefusedValueError("the date has no year")
    text = f"{date.year:04d}" + (f"-{date.month:02d}" if date.month else "")
    return text + (f"-{date.day:02d}" if date.day else "")


def hints_of(texts: Iterable[str]) -> Hints:
    """What texts tell of their dates."""
    years: set[int] = set()
    first = second = False
    for text in texts:
        years |= {int(y) for y in _YEAR.findall(text)}
        for a, b in _SLASHED.findall(text):
            first, second = first or 12 < int(a) <= 31, second or 12 < int(b) <= 31
    return Hints(frozenset(years), first if first != second else None)


def dated(value: str, words: str, hints: Hints) -> Shown:
    """A date as the words have it. Raises RefusedValueError."""
    wanted = date_of(value)
    written = [*dates(words), *_days_before(words)]
    for date in written:
        if not _is_shown(wanted, date):
            continue
        if not wanted.year:
            wanted = Date(date.year, wanted.month, wanted.day)
        readings = [d for d in written if (d.start, d.end) == (date.start, date.end)]
        if len(readings) > 1 and hints.day_first is not None and (readings[0] is date) != hints.day_first:
            continue
        doubts = (EITHER_WAY,) if len(readings) > 1 and hints.day_first is None else ()
        if not date.year:
            if wanted.year not in hints.years:
                raise RefusedValueError("the quote says no year, and the source does not name the one given")
            doubts = doubts if len(hints.years) == 1 else (*doubts, YEAR_ELSEWHERE)
        return Shown(iso(wanted), date.start, date.end, doubts)
    return _in_figures(wanted, words, hints)


def _days_before(words: str) -> list[Date]:
    """The days that share a month with one behind them."""
    found = []
    for date in dates(words):
        match = _ALSO_DAYS.search(words[max(0, date.start - MAX_BEFORE) : date.start])
        if not (match and date.month and date.day and words[date.start : date.start + 1].isdigit()):
            continue
        for day in _DIGITS.finditer(match[0]):
            if 0 < int(day[1]) <= _days_in(date.year or 2024, date.month):
                start = date.start - len(match[0]) + day.start()
                found.append(Date(date.year, date.month, int(day[1]), start=start, end=date.end))
    return found


def _is_shown(wanted: Date, date: Date) -> bool:
    """Whether a date of the words says all that the value says, the year perhaps aside."""
    if wanted.month != date.month or wanted.day not in (0, date.day):
        return False
    return not (wanted.year and date.year) or wanted.year == date.year


def _in_figures(wanted: Date, words: str, hints: Hints) -> Shown:
    """Other ways to write a date: `20261112`, `12/11/26`, a year by itself."""
    for match in _COMPACT.finditer(words):
        if tuple(map(int, match.groups())) == (wanted.year, wanted.month, wanted.day):
            return Shown(iso(wanted), *match.span())
    figures = [(int(m[1]), m.start(), m.end()) for m in _DIGITS.finditer(words)]
    if wanted.year and not wanted.month:
        place = next(((s, e) for n, s, e in figures if n == wanted.year), None)
        if place:
            return Shown(iso(wanted), *place)
    for (a, start, _), (b, _, _), (c, _, end) in zip(figures, figures[1:], figures[2:], strict=False):
        if (
            c not in (wanted.year % 100, wanted.year)
            or not wanted.day
            or {a, b} != {wanted.day, wanted.month}
            or end - start > 10
        ):
            continue
        open_to_both = a != b and max(a, b) <= 12
        if open_to_both and hints.day_first is not None and hints.day_first != (a == wanted.day):
            continue
        return Shown(iso(wanted), start, end, (EITHER_WAY,) if open_to_both and hints.day_first is None else ())
    raise RefusedValueError("the date does not stand in its quote")
