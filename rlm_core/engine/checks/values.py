"""Values that do not stand where their quote does: no fault, since labels are derived, but worth another reading."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from rlm_core.engine.checks.quotes import lines_around
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition

NOT_THERE = "the value stands neither in the quote's lines nor in the question"
STEM_CHARS = 4  # letters that have to agree: "enabled" stands in "enabling it"
_WORD = re.compile(r"[^\W_]{3,}")


def doubt_value(finding: Finding, part: Partition, question: str) -> Finding:
    """A verified finding, softly doubted when no word of its value is known; one without a value is left as it is."""
    words = [w for w in _WORD.findall(_folded(finding.value)) if not w.isdigit()]
    if not finding.verified or not words:
        return finding
    here = (p for p in part.pieces if p.document.id == finding.location and p.line <= finding.line)
    lines = "\n".join(lines_around(p, finding.line, finding.quote) for p in here)
    known = _folded(f"{finding.quote}\n{lines}\n{question}")
    if any(word[:STEM_CHARS] in known for word in words):
        return finding
    return replace(finding, doubts=(*finding.doubts, NOT_THERE))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
