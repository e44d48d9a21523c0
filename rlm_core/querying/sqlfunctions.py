"""The functions that SQLite lacks: medians and percentiles, regular expressions, times, words."""

from __future__ import annotations

import functools
import math
import re
import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from rlm_core.clock import epoch, utc, utc_of
from rlm_core.language.folding import fold
from rlm_core.querying.sqlerrors import WrongSqlError

_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_COMMON_LOG = re.compile(r"\[?(\d{2})/([A-Za-z]{3})/(\d{4}):(\d\d:\d\d:\d\d)(?: ([+-]\d{4}))?\]?", re.ASCII)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?)?[ ]?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?", re.ASCII)
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r'(-?)"([^"]{1,1000})"|(\S+)')


class SqlFunction(NamedTuple):
    """A function of ours. form: how it is called. meaning: in a line."""

    form: str
    meaning: str

    @property
    def name(self) -> str:
        return self.form.partition("(")[0]


FUNCTIONS = (
    SqlFunction("median(x)", "aggregate: the middle of the numbers, or the mean of the two in the middle"),
    SqlFunction("percentile(x, p)", "aggregate: p from 0 to 100, between two numbers in proportion"),
    SqlFunction("p95(x)", "aggregate: percentile(x, 95)"),
    SqlFunction("stdev(x)", "aggregate: standard deviation of a sample; NULL below two numbers"),
    SqlFunction("regexp(pattern, text)", "1 when the pattern is found in it: text REGEXP pattern; Python's syntax"),
    SqlFunction(
        "regexp_extract(text, pattern, group)", "what the group matched first, by number or name; NULL for none"
    ),
    SqlFunction(
        "seconds(time)", "since 1970, of an ISO time or date, of 22/Nov/2026:10:00:03 +0100, of a number; else NULL"
    ),
    SqlFunction("iso(time)", "the same as 2026-11-22T10:00:03Z, so that SQLite's date() reads it"),
    SqlFunction("number(text)", "the first number in it: 350 for '350ms'; NULL for none"),
    SqlFunction(
        "matches(text, words)", '1 when all words are in it, "phrases" too, and no -word; case and accents aside'
    ),
)


class _Numbers:
    """Gathers the numbers of an aggregate. What is no number does not count, as in SQLite's avg."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def step(self, value: Any) -> None:
        if isinstance(value, (int, float)):
            self.found.append(float(value))
        elif isinstance(value, str):
            try:
                self.found.append(float(value))
            except ValueError:
                return


def percentile_of(numbers: list[float], p: float) -> float | None:
    """Between the two nearest ranks in proportion, as SQLite's own extension, NumPy and spreadsheets have it.

    >>> percentile_of([1, 2, 3, 4], 50), percentile_of([10, 20], 95)
    (2.5, 19.5)
    """
    if not numbers:
        return None
    ranked = sorted(numbers)
    at = (len(ranked) - 1) * p / 100
    low = math.floor(at)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (at - low)


class _Median(_Numbers):
    def finalize(self) -> float | None:
        return percentile_of(self.found, 50)


class _P95(_Numbers):
    def finalize(self) -> float | None:
        return percentile_of(self.found, 95)


class _Deviation(_Numbers):
    def finalize(self) -> float | None:
        if len(self.found) < 2:
            return None
        mean = math.fsum(self.found) / len(self.found)
        return math.sqrt(math.fsum((x - mean) ** 2 for x in self.found) / (len(self.found) - 1))


def _percentiles(told: Told) -> type:
    class Percentile(_Numbers):
        p: float | None = None

        def step(self, value: Any, p: Any = None) -> None:
            if not isinstance(p, (int, float)) or not 0 <= p <= 100:
                raise told.wrong("percentile(x, p): p goes from 0 to 100")
            if 0 < p < 1:
                raise told.wrong(f"percentile(x, p): p goes from 0 to 100; write {p * 100:g} for {p:g}")
            self.p = float(p)
            super().step(value)

        def finalize(self) -> float | None:
            return percentile_of(self.found, self.p or 0.0)

    return Percentile


class Told:
    """What went wrong in a function of ours: SQLite says no more than that one raised."""

    def __init__(self) -> None:
        self.error: WrongSqlError | None = None

    def wrong(self, said: str) -> WrongSqlError:
        self.error = WrongSqlError(said)
        return self.error


def install_functions(connection: sqlite3.Connection) -> Told:
    """Make ours known to a connection."""
    told = Told()

    @functools.lru_cache(maxsize=256)
    def compiled(pattern: Any) -> re.Pattern[str]:
        try:
            return re.compile(str(pattern))
        except (re.error, RecursionError, OverflowError) as e:
            raise told.wrong(f"the regular expression {pattern}: {e}") from e

    def regexp(pattern: Any, text: Any) -> int | None:
        return None if text is None or pattern is None else int(bool(compiled(pattern).search(str(text))))

    def extract(text: Any, pattern: Any, group: Any = None) -> str | None:
        if text is None or pattern is None:
            return None
        found = compiled(pattern).search(str(text))
        if found is None:
            return None
        wanted = (1 if found.re.groups else 0) if group is None else group
        try:
            return found[wanted]
        except IndexError as e:
            raise told.wrong(f"regexp_extract: the pattern {pattern} has no group {wanted}") from e

    plain: tuple[tuple[str, int, Callable[..., Any]], ...] = (
        ("regexp", 2, regexp),
        ("regexp_extract", 2, extract),
        ("regexp_extract", 3, extract),
        ("seconds", 1, seconds),
        ("iso", 1, iso_of),
        ("number", 1, number_in),
        ("matches", 2, matches),
    )
    for name, count, function in plain:
        connection.create_function(name, count, function, deterministic=True)
    aggregates = (
        ("median", 1, _Median),
        ("p95", 1, _P95),
        ("stdev", 1, _Deviation),
        ("percentile", 2, _percentiles(told)),
    )
    for name, count, made in aggregates:
        connection.create_aggregate(name, count, made)
    return told


def seconds(value: Any) -> float | None:
    """Seconds since 1970 (UTC where no offset is told) of a time, as most logs write them; None for anything else.

    >>> seconds("2026-11-22"), seconds("22/Nov/2026:01:00:03 +0100"), seconds("2026-11-22 00:00:03,250")
    (1795305600.0, 1795305603.0, 1795305603.25)
    """
    if isinstance(value, (int, float)):
        found = utc_of(value)
        return epoch(found) if found else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    common = _COMMON_LOG.fullmatch(text)
    if common and common[2].lower() in _MONTHS:
        day, month, year, clock, offset = common.groups()
        return _epoch(f"{year}-{_MONTHS[month.lower()]:02d}-{day}", clock, offset)
    found_iso = _ISO.fullmatch(text)
    if not found_iso:
        return seconds(float(text)) if _NUMBER.fullmatch(text) and len(text) > 9 else None
    date, minutes, rest, fraction, offset = found_iso.groups()
    made = _epoch(date, (minutes or "00:00") + (rest or ":00"), offset)
    return made if made is None or not fraction else made + float(f"0.{fraction}")


def _epoch(date: str, clock: str, offset: str | None) -> float | None:
    if not 1 <= int(date[5:7]) <= 12 or not 1 <= int(date[8:10]) <= 31:
        return None
    made = epoch(f"{date}T{clock}Z")
    if made is None or not offset or offset == "Z":
        return made
    digits = offset[1:].replace(":", "")
    shift = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return made - shift if offset[0] == "+" else made + shift


def iso_of(value: Any) -> str | None:
    """The same as ISO-8601 in UTC, without fractions of a second."""
    found = seconds(value)
    return None if found is None else utc(found) or None


def number_in(value: Any) -> float | int | None:
    """The first number in a text, with a point for decimals."""
    if value is None or isinstance(value, (int, float)):
        return value
    found = _NUMBER.search(str(value))
    if not found:
        return None
    return float(found[0]) if "." in found[0] or len(found[0]) > 18 else int(found[0])


def matches(text: Any, words: Any) -> int | None:
    """Whether a text holds all words, and the phrases in quotes, and none behind a minus; `retr*` is a beginning."""
    if text is None or words is None:
        return None
    folded = fold(str(text))
    plain = f" {' '.join(_WORD.findall(folded))} "
    return int(all((_holds(plain, wanted) != minus) for minus, wanted in _wanted(str(words))))


@functools.lru_cache(maxsize=64)
def _wanted(words: str) -> tuple[tuple[bool, str], ...]:
    """(whether it must not be there, a word or a phrase) of each item."""
    found = []
    for minus, phrase, word in _ITEM.findall(words):
        excluded = bool(minus) or (len(word) > 1 and word.startswith("-"))
        item = phrase or word
        parts = _WORD.findall(fold(item))
        if parts:
            found.append((excluded, f" {' '.join(parts)}" + ("" if item.endswith("*") else " ")))
    return tuple(found)


def _holds(plain: str, wanted: str) -> bool:
    return wanted in plain
