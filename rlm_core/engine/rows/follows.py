"""Whether a value follows from words of the source, by the type of its column; told by code alone.

The words may hold more than the value: a line, a message. What comes back is the value as it is written down, where in
the words it stands, and what speaks for looking at it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rlm_core.engine.checks.numbers import mentioned, stated
from rlm_core.engine.rows.fields import BOOL, CHOICE, DATE, FLOAT, INT, TEXT, Field
from rlm_core.language.dates import Date, dates
from rlm_core.language.folding import fold, fold_in_place

Typed = str | int | float | bool

ASSEMBLED = "put together from words of its quote, which stand there in another order or form"
SCALED = "times the thousand, million or billion that the quote names"
OTHERWISE = "the number in the quote may also be read otherwise"
PERCENT = "the number before the quote's per cent sign"
JUDGED = "a label that the reader chose: the quote does not hold its words"
NEGATED = "words before the value negate it"
AMBIGUOUS = "its point may part thousands or decimals"
EITHER_WAY = "day and month in the quote may be the other way round"
YEAR_ELSEWHERE = "its year stands elsewhere in the source, not in the quote"
STEM_CHARS = 4  # letters that have to agree: "pays" stands in "paying"
_NONE: tuple[str, ...] = ()
MAX_INT = 2**63 - 1  # what every reader of a table can hold

_WORD = re.compile(r"[^\W_]+")
_PLAIN_NUMBER = re.compile(r"[-+−]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,2})?")
_SCIENTIFIC = re.compile(r"(?<![\w.])\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}(?!\w)")
_FIGURES = re.compile(r"[-+−]?\d(?:[\d.,'’_\u00a0\u202f ]{0,40}\d)?(?:[eE][-+]?\d{1,2})?")
_SCALE_WORD = re.compile(r"[ \u00a0-][^\W\d_]{1,12}")
_SCALES = (1000, 10**6, 10**9)
_SIGNS = "-−"
_MINUS = re.compile(r"(?<![\w)\]])[-−][^\w\s]{1,3}$")  # before a number: -$5
_BELOW_ZERO = re.compile(r"[(]|\b(?:minus|moins|negative|n[eé]gati(?:f|ve))\b", re.IGNORECASE)  # may be: (5), moins 5
_GROUPED = re.compile(r"[-−]?[1-9]\d{0,2}(?:\.\d{3})+")
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|without|neither|nor|pas|jamais|sans|aucune?|non)\b|n['’]t\b)\W{1,3}(?:\w{1,30}\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_YES = frozenset(["true", "yes", "y", "vrai", "oui", "o", "1"])
_NO = frozenset(["false", "no", "n", "faux", "non", "0"])
_SAYS_YES = frozenset(("true", "yes", "vrai", "oui"))
_SAYS_NO = frozenset(("false", "no", "faux", "non"))
_DIGITS = re.compile(r"(?<!\d)(\d{1,4})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_ISO = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?(?:[T ].*)?$")


class RefusedValueError(ValueError):
    """The value does not follow from the words; the message says why."""


@dataclass(frozen=True)
class Shown:
    """A value with its type, and where in the words it stands: from, to; the whole of them where no part can be told.

    A date is ISO-8601: `2026-11-12`, or `2026-11` where no day is said.
    """

    value: Typed
    start: int
    end: int
    doubts: tuple[str, ...] = ()


def follow(field: Field, value: str, words: str, years: Callable[[], Iterable[int]] = tuple) -> Shown:
    """What a value comes to. years: those that the source names elsewhere. Raises RefusedValueError."""
    if field.kind == DATE:
        return _date(value, words, years)
    return _CHECKS[field.kind](field, value, words)


def typed(field: Field, value: str) -> Typed:
    """A value by itself, when nothing is checked. Raises RefusedValueError when it has not its column's type."""
    if field.kind == DATE:
        return _iso(_wanted(value))
    if field.kind in (INT, FLOAT):
        return _as_number(field, _number(value))
    if field.kind == BOOL:
        return _truth(value)
    return _choice(field, value) if field.kind == CHOICE else value


# text and labels


def _text(field: Field, value: str, words: str) -> Shown:
    found = _place(value, words)
    if found:
        start, end = found
        return Shown(" ".join(words[start:end].split()), start, end, _negated(words, start))
    known = set(_WORD.findall(fold(words)))
    stems = {w[:STEM_CHARS] for w in known if len(w) >= STEM_CHARS}
    wanted = _WORD.findall(fold(value))
    if not wanted or not all(w in known or (_is_long(w) and w[:STEM_CHARS] in stems) for w in wanted):
        raise RefusedValueError("the words of the value do not stand in its quote")
    return Shown(value, 0, len(words), (ASSEMBLED,))


def _negated(words: str, start: int) -> tuple[str, ...]:
    return (NEGATED,) if _NEGATED.search(words[max(0, start - 60) : start]) else ()


def _is_long(word: str) -> bool:
    return len(word) >= STEM_CHARS and not any(map(str.isdigit, word))


def _place(value: str, words: str) -> tuple[int, int] | None:
    """Where a value stands as whole words, whatever the case, accents and white space."""
    parts, plain = fold_in_place(value).split(), fold_in_place(words)
    if not parts:
        return None
    wanted = " ".join(parts)
    at = plain.find(wanted)
    if at >= 0 and not _goes_on(plain, at) and not _goes_on(plain, at + len(wanted)):
        return at, at + len(wanted)
    pattern = r"\s{1,20}".join(map(re.escape, parts))
    before, after = (r"(?<!\w)" if parts[0][0].isalnum() else ""), (r"(?!\w)" if parts[-1][-1].isalnum() else "")
    match = re.search(f"{before}{pattern}{after}", plain)
    return match.span() if match else None


def _goes_on(text: str, at: int) -> bool:
    """Whether a word goes on across a place."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _choice(field: Field, value: str) -> str:
    choice = next((c for c in field.choices if fold(c) == fold(value)), None)
    if choice is None:
        raise RefusedValueError(f"{value[:60]!r} is none of {', '.join(field.choices)}")
    return choice


def _label(field: Field, value: str, words: str) -> Shown:
    choice = _choice(field, value)
    if found := _place(choice, words):
        return Shown(choice, *found, _negated(words, found[0]))
    other = next((c for c in field.choices if _place(c, words)), None)
    if other:
        raise RefusedValueError(f"the quote says {other}")
    return Shown(choice, 0, len(words), (JUDGED,))


def _truth(value: str) -> bool:
    said = fold(value)
    if said not in _YES | _NO:
        raise RefusedValueError(f"{value[:60]!r} is neither true nor false")
    return said in _YES


def _bool(field: Field, value: str, words: str) -> Shown:
    truth = _truth(value)
    said = set(_WORD.findall(fold(words)))
    yes, no = bool(said & _SAYS_YES), bool(said & _SAYS_NO)
    if yes != no and yes != truth:
        raise RefusedValueError("the quote says the contrary")
    return Shown(truth, 0, len(words), () if yes != no else (JUDGED,))


# numbers


def _number(value: str) -> Decimal:
    """The number of a value as a reader wrote it. Raises RefusedValueError when there is none, or more than one."""
    text = value.strip()
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text.replace("−", "-"))
    found = {n for n in stated(text) if n.count(".") <= 1}
    if len(found) != 1:
        raise RefusedValueError(f"{value[:60]!r} is no number")
    number = Decimal(found.pop())
    return -number if text[0] in _SIGNS else number


def _as_number(field: Field, number: Decimal) -> int | float:
    whole = number == number.to_integral_value()
    if field.kind == FLOAT:
        return float(number)
    if not whole:
        raise RefusedValueError(f"{number} is no whole number")
    if abs(number) > MAX_INT:
        raise RefusedValueError(f"{number} is larger than any number that a table holds")
    return int(number)


def _numeric(field: Field, value: str, words: str) -> Shown:
    number, doubts = _number(value), _NONE
    words, bare = _without_dates(words), words
    if not _holds(_number(value), words) and _holds(_number(value), bare):
        words, doubts = bare, (OF_DATE,)
    grouped = _GROUPED.fullmatch(value.strip())
    if grouped and field.kind == INT:
        number = Decimal(value.strip().replace(".", "").replace("−", "-"))
    meant, plain = stated(words) | _scientific(words), _written(number)
    if grouped and value.strip() in words:
        doubts = (AMBIGUOUS,)
    elif plain not in meant:
        number, doubts = _read_otherwise(number, plain, words, meant)
    place, negative = _figure(plain, words)
    may_be_below = negative or bool(_BELOW_ZERO.search(words))
    if number and (negative if number > 0 else not may_be_below):
        raise RefusedValueError("the number in the quote has the other sign")
    return Shown(_as_number(field, number), *place, doubts)


def _read_otherwise(number: Decimal, plain: str, words: str, meant: set[str]) -> tuple[Decimal, tuple[str, ...]]:
    """A number that the words do not state as it is: what it must be, and what is to be said of it."""
    for scale in _SCALES:
        if _written(number * scale) in meant:
            return number * scale, (SCALED,)
    if plain in mentioned(words):
        return number, (OTHERWISE,)
    if "%" in words and _written(number * 100) in meant:
        return number * 100, (PERCENT,)
    raise RefusedValueError("the number does not stand in its quote")


def _written(number: Decimal) -> str:
    """A number as `checks.numbers` writes it."""
    text = format(abs(number), "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _scientific(words: str) -> set[str]:
    found = set()
    for figure in _SCIENTIFIC.findall(words):
        try:
            found.add(_written(Decimal(figure)))
        except InvalidOperation:  # cannot be, by the pattern
            continue
    return found


def _figure(plain: str, words: str) -> tuple[tuple[int, int], bool]:
    """Where a number stands in figures, and whether with a minus; of several places one without, if there is one.

    (the whole of the words, False) for one that stands there in words.
    """
    signed_place: tuple[int, int] | None = None
    for match in _FIGURES.finditer(words):
        start, end = match.span()
        signed = words[start] in "+-−"
        text = words[start + signed : end]
        while end < len(words) and words[end].isalpha():  # its unit
            end += 1
        if plain not in stated(text) | mentioned(text) | _scientific(text) | stated(words[start + signed : end]):
            scale = _SCALE_WORD.match(words, end)
            if not scale or plain not in stated(words[start + signed : scale.end()]):
                continue
            end = scale.end()
        # The hyphen of a list, a range or a date is none: a sign stands alone and touches its number.
        before = words[start - 1 : start]
        minus = signed and words[start] in _SIGNS and not (before.isalnum() or before in (")", "]"))
        if not minus and not _MINUS.search(words[max(0, start - 6) : start]):
            return (start + signed, end), False
        signed_place = signed_place or (start, end)
    return (signed_place, True) if signed_place else ((0, len(words)), False)


# dates


def _wanted(value: str) -> Date:
    """The date that a reader means. Raises RefusedValueError when it is none."""
    text = value.strip()
    iso = _ISO.match(text)
    if iso:
        year, month, day = (int(n or 0) for n in iso.groups())
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


def _iso(date: Date) -> str:
    if not date.year:
        raise RefusedValueError("the date has no year")
    text = f"{date.year:04d}" + (f"-{date.month:02d}" if date.month else "")
    return text + (f"-{date.day:02d}" if date.day else "")


def _date(value: str, words: str, years: Callable[[], Iterable[int]]) -> Shown:
    wanted = _wanted(value)
    written = dates(words)
    for date in written:
        if not _is_shown(wanted, date):
            continue
        if not wanted.year:
            wanted = Date(date.year, wanted.month, wanted.day)
        iso = _iso(wanted)
        others = [d for d in written if (d.start, d.end) == (date.start, date.end)]
        doubts = (EITHER_WAY,) if len(others) > 1 else ()
        if not date.year:
            known = set(years())
            if wanted.year not in known:
                raise RefusedValueError("the quote says no year, and the source does not name the one given")
            doubts = doubts if len(known) == 1 else (*doubts, YEAR_ELSEWHERE)
        return Shown(iso, date.start, date.end, doubts)
    return _in_figures(wanted, words)


def _is_shown(wanted: Date, date: Date) -> bool:
    """Whether a date of the words says all that the value says, the year perhaps aside."""
    if wanted.month != date.month or wanted.day not in (0, date.day):
        return False
    return not (wanted.year and date.year) or wanted.year == date.year


def _in_figures(wanted: Date, words: str) -> Shown:
    """Other ways to write a date: `20261112`, `12/11/26`, a year by itself."""
    for match in _COMPACT.finditer(words):
        if tuple(map(int, match.groups())) == (wanted.year, wanted.month, wanted.day):
            return Shown(_iso(wanted), *match.span())
    figures = [(int(m[1]), m.start(), m.end()) for m in _DIGITS.finditer(words)]
    if wanted.year and not wanted.month:
        place = next(((s, e) for n, s, e in figures if n == wanted.year), None)
        if place:
            return Shown(_iso(wanted), *place)
    for (a, start, _), (b, _, _), (c, _, end) in zip(figures, figures[1:], figures[2:], strict=False):
        if c == wanted.year % 100 and wanted.day and {a, b} == {wanted.day, wanted.month} and end - start <= 10:
            return Shown(_iso(wanted), start, end, (EITHER_WAY,) if a != b and max(a, b) <= 12 else ())
    raise RefusedValueError("the date does not stand in its quote")


_CHECKS: dict[str, Callable[[Field, str, str], Shown]] = {
    TEXT: _text, CHOICE: _label, BOOL: _bool, INT: _numeric, FLOAT: _numeric,
}  # fmt: skip
