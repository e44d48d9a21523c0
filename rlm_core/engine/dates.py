"""Finds dates in a text: `2026-11-12`, `12 November 2026`, `Nov 12`, `12 novembre`, `12/11/2026`."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = (
    ("january", "janvier", "jan", "janv"),
    ("february", "février", "fevrier", "feb", "févr", "fevr"),
    ("march", "mars", "mar"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai"),
    ("june", "juin", "jun"),
    ("july", "juillet", "jul", "juil"),
    ("august", "août", "aout", "aug"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oct"),
    ("november", "novembre", "nov"),
    ("december", "décembre", "decembre", "dec", "déc"),
)
_MONTHS = {name: n for n, names in enumerate(_NAMES, 1) for name in names}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = r"(?:st|nd|rd|th|er)?"
_DATE = re.compile(
    r"(?<![\w.])(?:"
    r"(?P<y1>\d{4})[-/](?P<m1>\d\d?)(?:[-/](?P<d1>\d\d?))?(?![\d-])"
    rf"|(?P<d2>\d\d?){_ORDINAL}(?:\s+of)?[\s-]+(?P<m2>{_NAME})\b\.?(?:,?[\s-]+(?P<y2>\d{{4}})\b)?"
    rf"|(?P<m3>{_NAME})\b\.?\s+(?P<d3>\d\d?){_ORDINAL}(?![\w:%]|[.,]\d)(?:,?\s+(?P<y3>\d{{4}})\b)?"
    rf"|(?P<m4>{_NAME})\b\.?,?\s+(?P<y4>\d{{4}})\b"
    r"|(?P<d5>\d\d?)[/.](?P<m5>\d\d?)[/.](?P<y5>\d{4})(?!\w)"
    r")",
    re.IGNORECASE,
)


class Date(NamedTuple):
    """A day or a month. start, end: where it is written. year, day: 0 when not said."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def agrees(self, other: Date) -> bool:
        """Whether both may be one date: what both say is the same."""
        same = all(a == b or not (a and b) for a, b in ((self.year, other.year), (self.day, other.day)))
        return same and self.month == other.month


def dates(text: str) -> list[Date]:
    """The dates in a text, in order; of `3/4/2026` both readings, the day first.

    >>> [(d.year, d.month, d.day) for d in dates("on 12 November 2026 and in May 2025")]
    [(2026, 11, 12), (2025, 5, 0)]
    """
    return [d for match in _DATE.finditer(text) for d in _read(match)]


def _read(match: re.Match[str]) -> list[Date]:
    year, month, day = (next((v for n in "12345" if (v := match.groupdict().get(f"{k}{n}"))), "") for k in "ymd")
    if month == "may" and not year:
        return []  # the verb
    number = _MONTHS.get(month.casefold()) or int(month)
    found = [(number, int(day or 0))]
    if match["d5"] and number != int(day):
        found.append((int(day), number))
    return [Date(match.start(), match.end(), int(year or 0), m, d) for m, d in found if m <= 12 and d <= 31]
