"""Whether a number stands in words: in figures of either language, with its scale and its sign, or written out."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from rlm_core.engine.checks.numbers import MONEY_SCALE, mentioned, stated
from rlm_core.engine.rows.fields import FLOAT, INT, Field
from rlm_core.engine.rows.shown import RefusedValueError, Shown
from rlm_core.language.dates import dates

SCALED = "times the thousand, million or billion that the quote names"
OTHERWISE = "the number in the quote may also be read otherwise"
PERCENT = "the number before the quote's per cent sign"
AMBIGUOUS = "its point may part thousands or decimals"
OF_DATE = "the quote holds the number as a part of a date alone"
ABSENT = "the number does not stand in its quote"
OTHER_SIGN = "the number in the quote has the other sign"
MAX_INT = 2**63 - 1  # what every reader of a table can hold

_PLAIN_NUMBER = re.compile(r"[-+−]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,2})?")
_GROUPED = re.compile(r"[-−]?[1-9]\d{0,2}(?:\.\d{3})+")
_SCIENTIFIC = re.compile(r"(?<![\w.])\d{1,20}(?:\.\d{1,20})?[eE][-+]?\d{1,2}(?!\w)")
_ODD = re.compile(r"(?<![\w.])\.(?P<below>\d{1,20})(?![\w.])|(?<![\w.,])(?P<whole>\d{1,12})[€$£](?P<cents>\d\d)(?!\d)")
_IS_PART = re.compile(r"(?:^|[^\w.])\.$")  # before figures that are decimals alone: .5
_HAS_PART = re.compile(r"[€$£]\d\d(?!\d)|\^[-\d]")  # behind figures that are not all of the number: 12€50, 10^6
_FIGURES = re.compile(r"[-+−]?\d(?:[\d.,'’_\u00a0\u2009\u202f ]{0,40}\d)?(?:[eE][-+]?\d{1,2})?")
_SCALE_WORD = re.compile(r"[ \u00a0-][^\W\d_]{1,12}")
_SCALES = (1000, 10**6, 10**9)
_SIGNS = "-−"
_MINUS = re.compile(r"(?<![\w)\]])[-−][^\w\s]{1,3}$")  # before a number: -$5
_BELOW_ZERO = re.compile(r"[(]|\b(?:minus|moins|negative|n[eé]gati(?:f|ve))\b", re.IGNORECASE)  # may be: (5), moins 5


def numeric(field: Field, value: str, words: str) -> Shown:
    """A number as the words have it. Raises RefusedValueError."""
    number = number_of(value)
    try:
        return _followed(field, number, value, _without_dates(words))
    except RefusedValueError as e:
        if str(e) != ABSENT:
            raise
    got = _followed(field, number, value, words)
    return Shown(got.value, got.start, got.end, (OF_DATE, *got.doubts))


def _without_dates(words: str) -> str:
    """The words, as long as they were, with blanks for dates: "3 May" does not show that there are three."""
    for date in dates(words):
        words = f"{words[: date.start]}{' ' * (date.end - date.start)}{words[date.end :]}"
    return words


def number_of(value: str) -> Decimal:
    """The number of a value as a reader wrote it. Raises RefusedValueError when there is none, or more than one."""
    text = value.strip()
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text.replace("−", "-"))
    found = {n for n in stated(text) if n.count(".") <= 1}
    if len(found) != 1:
        raise RefusedValueError(f"{value[:60]!r} is no number")
    number = Decimal(found.pop())
    return -number if text[0] in _SIGNS else number


def as_number(field: Field, number: Decimal) -> int | float:
    """The number as the field has it: a 64-bit integer or a float. Raises RefusedValueError when it fits neither."""
    whole = number == number.to_integral_value()
    if field.kind == FLOAT:
        return float(number)
    if not whole:
        raise RefusedValueError(f"{number} is no whole number")
    if abs(number) > MAX_INT:
        raise RefusedValueError(f"{number} is larger than any number that a table holds")
    return int(number)


def _followed(field: Field, number: Decimal, value: str, words: str) -> Shown:
    doubts: tuple[str, ...] = ()
    grouped = _GROUPED.fullmatch(value.strip())
    if grouped and field.kind == INT:
        number = Decimal(value.strip().replace(".", "").replace("−", "-"))
    meant, plain = stated(words) | _scientific(words) | _odd(words), _written(number)
    if grouped and value.strip() in words:
        doubts = (AMBIGUOUS,)
    elif plain not in meant:
        number, doubts = _read_otherwise(number, plain, words, meant)
    place, negative = _figure(plain, words)
    may_be_below = negative or bool(_BELOW_ZERO.search(words))
    if number and (negative if number > 0 else not may_be_below):
        raise RefusedValueError(OTHER_SIGN)
    start, end = place
    if _IS_PART.search(words[max(0, start - 2) : start]) or _HAS_PART.match(words, end):
        doubts = (OTHERWISE, *doubts) if OTHERWISE not in doubts else doubts
    return Shown(as_number(field, number), *place, doubts)


def _read_otherwise(number: Decimal, plain: str, words: str, meant: set[str]) -> tuple[Decimal, tuple[str, ...]]:
    """A number that the words do not state as it is: what it must be, and what is to be said of it."""
    if plain in mentioned(words):
        scaled = next((number * s for s in _SCALES if _written(number * s) in meant), None)
        return (scaled, (SCALED,)) if scaled is not None else (number, (OTHERWISE,))
    if "%" in words and _written(number * 100) in meant:
        return number * 100, (PERCENT,)
    raise RefusedValueError(ABSENT)


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


def _odd(words: str) -> set[str]:
    """Numbers in forms that say less than others: `.5`, `12€50`."""
    found = set()
    for match in _ODD.finditer(words):
        found.add(_written(Decimal(f"0.{match['below']}" if match["below"] else f"{match['whole']}.{match['cents']}")))
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
            scale = MONEY_SCALE.match(words, match.end()) or _SCALE_WORD.match(words, end)
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
