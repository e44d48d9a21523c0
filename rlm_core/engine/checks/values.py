"""Values that their quotes do not contain: no fault, since labels are derived, but worth a second reading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rlm_core.engine.checks.numbers import mentioned, stated
from rlm_core.engine.checks.quotes import lines_around
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition
from rlm_core.language.folding import unaccented

NOT_THERE = "the value stands neither in the quote's lines nor in the question"
ANOTHER_NUMBER = "the value is another number than any that the claim states"
STEM_CHARS = 4  # letters that have to agree: "enabled" stands in "enabling it"
_ANSWERS = frozenset(("yes", "oui", "non", "true", "false", "vrai", "faux", "none", "aucun", "aucune", "unknown"))
_WORD = re.compile(r"[^\W_]{3,}")


def doubt_value(finding: Finding, part: Partition, question: str) -> Finding:
    """Doubt a verified finding softly when neither its lines nor the question contain a word of its value.

    A value no word of which stands in the whole source is left out where a claim remains, unless it only says yes or
    no.
    """
    if finding.verified and _tells_another_number(finding):
        finding = replace(finding, value="", doubts=(*finding.doubts, ANOTHER_NUMBER))
    words = [w for w in _WORD.findall(_folded(finding.value)) if not w.isdigit()]
    if not finding.verified or not words:
        return finding
    pieces = [p for p in part.pieces if p.document.id == finding.location and p.line <= finding.line]
    lines = "\n".join(lines_around(p, finding.line, finding.quote) for p in pieces)
    if _stands(words, f"{finding.quote}\n{lines}\n{question}"):
        return finding
    whole = "\n".join(p.text for p in part.pieces if p.document.id == finding.location)
    kept = not finding.claim or _ANSWERS.issuperset(words) or _stands(words, whole)
    return replace(finding, value=finding.value if kept else "", doubts=(*finding.doubts, NOT_THERE))


def _tells_another_number(finding: Finding) -> bool:
    """Whether a value is a number or a date, and the claim states others only: a line's date is no port."""
    told, claimed = stated(finding.value), stated(finding.claim)
    return bool(told and claimed) and told.isdisjoint(claimed) and told.isdisjoint(mentioned(finding.claim))


def _stands(words: Iterable[str], text: str) -> bool:
    known = _folded(text)
    return any(word[:STEM_CHARS] in known for word in words)


def _folded(text: str) -> str:
    return unaccented(text.casefold())
