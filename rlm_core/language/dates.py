"""Dates in a text, English and French: `2026-11-12`, `12 November 2026`, `Nov 12`, `le 3 févr. 2026`, `in May`.

One recogniser for two uses: `dates` for checking what a text claims, `dates_in_query` for ranking by time.
"""

from __future__ import annotations

from functools import lru_cache

from rlm_core.language.folding import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_MONTHS = (
    ("january", "janvier"),
    ("february", "février"),
    ("march", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juin"),
    ("july", "juillet"),
    ("august", "août"),
    ("september", "septembre"),
    ("october", "octobre"),
    ("november", "novembre"),
    ("december", "décembre"),
)
_SHORT = {
    "jan": 1, "janv": 1, "feb": 2, "fév": 2, "févr": 2, "mar": 3, "apr": 4, "avr": 4, "jun": 6, "jul": 7, "juil": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "déc": 12,
}  # fmt: skip
_FULL = {name: n for n, names in enumerate(_MONTHS, 1) for name in names}
_NUMBER_OF = {fold(name): n for name, n in {**_FULL, **_SHORT}.items()}
MONTHS = frozenset(_NUMBER_OF)  # names and short names of months, folded
_FULL_FOLDED = frozenset(map(fold, _FULL))
# An accent may be a character of its own, or be left out.
_SPELLINGS = {"é": "(?:é|e\u0301?)", "û": "(?:û|u\u0302?)"}

# These are words too: by themselves they are months only after one of `_BEFORE`, or with a capital that English gives.
_DOUBTFUL = frozenset(("may", "march", "mars", "mai"))
_BEFORE = r"\b(?:in|since|until|till|en|last|this|of|by|depuis|before|after|avant|apr[eè]s|fin|d[eé]but)\W+$"
LONGEST_BEFORE = 12  # characters: "depuis" and what may stand between it and the month


class Date:
    """A day or a month in a text. start, end: where it is written. year, day: 0 when not said.

    doubtful: an English "may" that could be the verb, as in "3 may fail".
    """

    __slots__ = ("day", "doubtful", "end", "month", "start", "year")

    def __init__(
        self, year: int, month: int, day: int, *, start: int = 0, end: int = 0, doubtful: bool = False
    ) -> None:
        self.year = year
        self.month = month
        self.day = day
        self.start = start
        self.end = end
        self.doubtful = doubtful

    @property
    def is_bare(self) -> bool:
        """Whether it is a month of no year."""
        return not (self.year or self.day)

    def agrees(self, other: Date) -> bool:
        """Whether both may be one date: what both say is the same. A month of no year agrees with no day."""
        if self.is_bare != other.is_bare and other.is_bare:
            return False
        same = all(a == b or not (a and b) for a, b in ((self.year, other.year), (self.day, other.day)))
        return same and self.month == other.month


def dates(text: str) -> list[Date]:
    """The dates in a text, in order, without doubtful ones; of `3/4/2026` both readings, the day first.

    >>> [(d.year, d.month, d.day) for d in dates("on 12 November 2026 and in May")]
    [(2026, 11, 12), (0, 5, 0)]
    """
    return [d for d in _read(text) if not d.doubtful]


def dates_in_query(text: str) -> list[Date]:
    """The same with the doubtful ones: a date too many shifts the ranking of a search a little, and refutes nothing.

    >>> [(d.year, d.month, d.day) for d in dates_in_query("what did we say on 12 november 2026 and on 3 may?")]
    [(2026, 11, 12), (0, 5, 3)]
    """
    return list(_read(text)) if _may_hold_a_date(fold(text)) else []


def _may_hold_a_date(plain: str) -> bool:
    """False for most queries: compiling the pattern takes longer than a small search."""
    figures = any(map(str.isdigit, plain))
    names = _NUMBER_OF if figures else _FULL_FOLDED
    return any(name in plain for name in names) or (figures and any(sign in plain for sign in "-/."))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Three ways to write a date: the year first, with the month's name, the year last."""
    import re  # here and below: most queries name no date

    names = "|".join(sorted((*_FULL, *_SHORT), key=len, reverse=True))
    for letter, spellings in _SPELLINGS.items():
        names = names.replace(letter, spellings)
    day, ordinal = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:st|nd|rd|th|er)?"
    return re.compile(
        r"(?<![\w.])(?:"
        rf"(?P<y1>\d{{4}})[-/](?P<m1>0?[1-9]|1[0-2])(?:[-/](?P<d1>{day}))?(?!\d|-\d)"
        rf"|(?:(?P<d2>{day}){ordinal}(?:\s+of)?[\s-]+)?(?P<name>{names})\b\.?"
        rf"(?(d2)|(?:\s+(?P<d3>{day}){ordinal}(?![\w:%]|[.,/]\d))?)(?:,?(?:\s+of)?[\s-]+(?P<y2>\d{{4}})\b(?!-\d))?"
        rf"|(?P<d4>{day})[/.](?P<m4>{day})[/.](?P<y4>\d{{4}})(?!\w)"
        r")",
        re.IGNORECASE,
    )


def _read(text: str) -> Iterator[Date]:
    for match in _pattern().finditer(text):
        start, end = match.span()
        if match["name"]:
            date = _named(match)
            if date:
                yield date
        elif match["y1"]:
            yield Date(int(match["y1"]), int(match["m1"]), int(match["d1"] or 0), start=start, end=end)
        else:
            first, second, year = int(match["d4"]), int(match["m4"]), int(match["y4"])
            readings = dict.fromkeys(((second, first), (first, second)))
            yield from (Date(year, m, d, start=start, end=end) for m, d in readings if m <= 12)


def _named(match: re.Match[str]) -> Date | None:
    """A date with the name of its month; None for a name by itself that need not be one."""
    name, day, year = fold(match["name"]), int(match["d2"] or match["d3"] or 0), int(match["y2"] or 0)
    end = match.end() if day or year else match.end("name")
    if not (day or year) and not _stands_alone(match, name):
        return None
    doubtful = name == "may" and not year and not (match["name"] == "May" and (match["d2"] or _within_sentence(match)))
    return Date(year, _NUMBER_OF[name], day, start=match.start(), end=end, doubtful=doubtful)


def _stands_alone(match: re.Match[str], name: str) -> bool:
    """Whether a month's name says without a figure that it is one."""
    if name not in _DOUBTFUL:
        return name in _FULL_FOLDED
    if match["name"] in ("May", "March") and _within_sentence(match):
        return True
    import re

    return bool(re.search(_BEFORE, match.string[max(0, match.start() - LONGEST_BEFORE) : match.start()], re.IGNORECASE))


def _within_sentence(match: re.Match[str]) -> bool:
    """Whether words stand before it in its sentence, so that a capital letter tells something."""
    before = match.string[max(0, match.start() - LONGEST_BEFORE) : match.start()].rstrip(" ")
    return before[-1:] not in ("", "\n", ".", "!", "?")


DAYS_TOLD_LATER = (1, 8, 31)  # what happened on a day is told then, within the week, within the month


def closeness(time: int, dates: list[Date]) -> float:
    """1 for an entry of a named day or month, less for one soon after, else 0. time: as `clock.as_number` gives it."""
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
    """The number of a day, right to a day or two: every month counts 30.6 days."""
    year, month = day // 10_000, day // 100 % 100
    return year * 365 + year // 4 + (month * 306 - 306) // 10 + day % 100
