"""What can be told of a claim without a model: whether its numbers and names stand where its quote stands, whether one
of the two negates, and which finding replaced or contradicts which.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from rlm_core.engine.findings import Finding
from rlm_core.engine.quotes import lines_around
from rlm_core.engine.texts import Part

MOST_RIVALS = 5  # findings that one is said to contradict

WRONG_NUMBER = "a number of the claim stands neither in the quote's lines nor in the question"
WRONG_NAME = "a name of the claim stands neither in the source nor in the question"
NEGATION = "the claim or its quote negates, the other does not"

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[,'\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)*")
_DIGITS = re.compile(r"\d+")
# Identifiers and files; a word with a slash may be any two words.
_NAME = re.compile(
    r"\b(?:[A-Za-z]+_\w+|[a-z]+[A-Z]\w+|\w+(?:\.\w+)*\(\)|[\w-]+\.(?:py|js|ts|md|json|ya?ml|toml|sh|go|rs)\b)"
)
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|ne|pas|jamais|aucune?|sans|ni)\b|n['’]t\b|\bn['’]",
    re.IGNORECASE,
)
_SPELT_OUT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
)
_VALUES = {word: str(n) for words in _SPELT_OUT for n, word in enumerate(words.split())} | {"une": "1", "twice": "2"}
_VAGUE = frozenset(("one", "un", "une", "neuf"))  # articles, pronouns, "new" in French: no claim about a number
_TWELVE = tuple(str(n) for n in range(1, 13))
_MONTH = "(jan|feb|févr|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|août|sep|oct|nov|dec|déc)"
_MONTHS = {
    **dict(
        zip(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), _TWELVE, strict=True)
    ),
    **dict(
        zip(("févr", "avr", "mai", "juin", "juil", "août", "déc"), ("2", "4", "5", "6", "7", "8", "12"), strict=True)
    ),
}
_DATE = re.compile(rf"\d(?:st|nd|rd|th|er)?\s+(?:of\s+)?{_MONTH}|\b{_MONTH}\w*\.?\s+\d", re.IGNORECASE)


def check(finding: Finding, part: Part, question: str) -> Finding:
    """A located finding, doubted where its claim holds what its source does not.

    A wrong number or name makes it unverified. A negation on one side only does not: "we drop Redis" may well prove
    "not Redis"; such a finding is worth a second reading (`is_doubtful`).
    """
    if not finding.verified:
        return finding
    piece = next(
        p
        for p in part.pieces
        if p.document.id == finding.location and p.line <= finding.line <= p.line + p.text.count("\n")
    )
    lines = f"{finding.quote}\n{lines_around(piece, finding.line, finding.quote)}"
    known = f"{lines}\n{question}\n{finding.date}\n{piece.document.title}\n{finding.location}"
    if not stated(f"{finding.claim}\n{finding.value}") <= mentioned(known):
        return finding.doubted(WRONG_NUMBER)
    names = [n.casefold() for n in _NAME.findall(finding.claim)]
    if names and not all(n in known.casefold() or n in piece.text.casefold() for n in names):
        return finding.doubted(WRONG_NAME)
    if bool(_NEGATIONS.search(finding.claim)) != bool(_NEGATIONS.search(finding.quote)):
        return replace(finding, doubts=(*finding.doubts, NEGATION))
    return finding


def stated(text: str) -> set[str]:
    """The numbers that a claim states, however they are written.

    >>> sorted(stated("1,000 rows on 12 November and three columns, 0.50 each"))
    ['0.5', '1000', '11', '12', '3']
    """
    words = {w for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", text.casefold()) if w in _VALUES and w not in _VAGUE}
    return {_plain(m[0]) for m in _NUMBER.finditer(text)} | _months(text) | {_VALUES[w] for w in words}


def mentioned(text: str) -> set[str]:
    """All numbers that a text may be said to hold: also vague ones and the digits inside longer ones."""
    words = {w for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", text.casefold()) if w in _VALUES}
    return stated(text) | {_VALUES[w] for w in words} | {_plain(d) for d in _DIGITS.findall(text)}


def _plain(number: str) -> str:
    number = re.sub(r"(?<=\d)[,'\u00a0\u202f ](?=\d{3}(?!\d))", "", number).replace(",", ".").rstrip(".")
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0" if not number.startswith("0.") else number


def _months(text: str) -> set[str]:
    """Months beside a day or a year: "12 November" stands in "2026-11-12"."""
    return {_MONTHS[(m[1] or m[2]).casefold()] for m in _DATE.finditer(text)}


def is_doubtful(finding: Finding) -> bool:
    """Whether a second reading may change what is thought of a finding: its quote stands, something else is odd."""
    return bool(finding.line) and bool(finding.doubts or finding.contradicts)


def in_time(found: Sequence[Finding]) -> list[Finding]:
    """Findings with what superseded or contradicts them: the same subject, another value.

    The newest value stands. Where two differ and the dates are missing or the same, neither does: they contradict each
    other. Only verified findings with a subject and a value say anything.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for at, f in enumerate(found):
        if f.verified and f.subject and f.value:
            groups[_plain_words(f.subject)].append(at)
    changed = list(found)
    for places in groups.values():
        if len({_plain_words(found[at].value) for at in places}) > 1:
            history = _History([found[at] for at in places])
            for at in places:
                changed[at] = history.judged(found[at])
    return changed


class _History:
    """The values that a subject had, by time."""

    def __init__(self, group: Sequence[Finding]) -> None:
        self._group = group
        self._by_date: dict[str, list[Finding]] = defaultdict(list)
        for f in group:
            self._by_date[f.date].append(f)
        ordered = sorted((f for f in group if f.date), key=lambda f: f.date, reverse=True)
        self._newest = ordered[0] if ordered else None
        last = _plain_words(self._newest.value) if self._newest else ""
        self._newest_other = next((f for f in ordered if _plain_words(f.value) != last), None)

    def judged(self, f: Finding) -> Finding:
        """A finding with the newest one of another value, if that is newer, else with those that contradict it."""
        value = _plain_words(f.value)
        newest = self._newest
        if newest and _plain_words(newest.value) == value:
            newest = self._newest_other
        if newest and f.date and newest.date > f.date:
            return replace(f, superseded_by=newest.place)
        rivals = [*self._by_date[f.date], *self._by_date.get("", ())] if f.date else self._group
        others = (o.place for o in rivals if _plain_words(o.value) != value)
        return replace(f, contradicts=tuple(islice(dict.fromkeys(others), MOST_RIVALS)))


def _plain_words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def conflicts(found: Iterable[Finding]) -> tuple[int, int]:
    """(superseded, contradicting) findings."""
    kept = list(found)
    return sum(bool(f.superseded_by) for f in kept), sum(bool(f.contradicts) for f in kept)
