"""Whether a value follows from words of the source, by the type of its column; told by code alone.

The words may hold more than the value: a line, a message. What comes back is the value as it is written down, where in
the words it stands, and what speaks for looking at it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rlm_core.engine.labels import fitted
from rlm_core.engine.rows.fields import BOOL, CHOICE, DATE, FLOAT, INT, TEXT, Field
from rlm_core.engine.rows.numeric import as_number, number_of, numeric
from rlm_core.engine.rows.rowdates import date_of, dated, iso
from rlm_core.engine.rows.shown import Hints, RefusedValueError, Shown, Typed
from rlm_core.language.folding import fold, fold_in_place

ASSEMBLED = "put together from words of its quote, which stand there in another order or form"
JUDGED = "a label that the reader chose: the quote does not hold its words"
NEGATED = "words before the value negate it"
NO_HINTS = Hints()
STEM_CHARS = 4  # letters that have to agree: "pays" stands in "paying"

_WORD = re.compile(r"[^\W_]+")
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|without|neither|nor|pas|jamais|sans|aucune?|non)\b|n['’]t\b)\W{1,3}(?:\w{1,30}\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_YES = frozenset(["true", "yes", "y", "vrai", "oui", "o", "1"])
_NO = frozenset(["false", "no", "n", "faux", "non", "0"])
_SAYS_YES = frozenset(("true", "yes", "vrai", "oui"))
_SAYS_NO = frozenset(("false", "no", "faux", "non"))


def follow(field: Field, value: str, words: str, hints: Hints = NO_HINTS) -> Shown:
    """What a value comes to. hints: what the source tells elsewhere. Raises RefusedValueError."""
    if field.kind == DATE:
        return dated(value, words, hints)
    return _CHECKS[field.kind](field, value, words)


def typed(field: Field, value: str) -> Typed:
    """A value by itself, when nothing is checked. Raises RefusedValueError when it has not its column's type."""
    if field.kind == DATE:
        return iso(date_of(value))
    if field.kind in (INT, FLOAT):
        return as_number(field, number_of(value))
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
    choice = fitted(value, field.choices)
    if choice not in field.choices:
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


_CHECKS: dict[str, Callable[[Field, str, str], Shown]] = {
    TEXT: _text, CHOICE: _label, BOOL: _bool, INT: numeric, FLOAT: numeric,
}  # fmt: skip
