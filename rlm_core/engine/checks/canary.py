"""Canaries: control questions with known answers, among the real calls, which tell how often the reading model errs.

Half of the texts contain the answer to their question, and show what the model misses; half contain everything else,
and show what it makes up. A canary looks like any other part, and has a question of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rlm_core.engine.checks.numbers import mentioned, stated
from rlm_core.engine.checks.quotes import stands_in
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Document, Partition, partition

PARTS_PER_CANARY, MAX_CANARIES = 20, 8  # parts for one canary; canaries in a run

_COMPONENTS = (
    "billing import",
    "mail gateway",
    "map tiles",
    "invoice export",
    "login page",
    "nightly backup",
    "search box",
    "label printer",
)
_FILLER = (
    "We looked at the {name} again: the log rotates twice a day, nothing unusual in it.",
    "The {other} keeps its timeout of 45 seconds, as agreed in spring.",
    "Somebody asked for a dark theme; that can wait until the next release.",
    "The tests of the {name} pass on all three machines.",
    "Reviewed the change to the {other}; two remarks about names, none about behaviour.",
    "The document about the {name} moved to the handbook.",
)
_FACT = "The {name} now retries {value} times before it gives up."


@dataclass(frozen=True)
class Canary:
    """A question over a text of our own. line: the line of the text that answers it, "" when none does."""

    question: str
    part: Partition
    line: str

    def is_right(self, findings: Sequence[Finding]) -> bool:
        """Whether a leaf found the line and its number, or found nothing where there is nothing."""
        if not self.line:
            return not findings
        return bool(findings) and all(self._is_shown_by(f) for f in findings)

    def _is_shown_by(self, f: Finding) -> bool:
        same = stands_in(f.quote, self.line) or stands_in(self.line, f.quote)
        return same and stated(f"{f.claim}\n{f.value}") <= mentioned(f"{self.line}\n{self.question}")


def how_many(parts: int) -> int:
    """Canaries for a run over so many parts; none for a small one, whose few answers can be read."""
    return min(MAX_CANARIES, parts // PARTS_PER_CANARY)


def canaries(count: int) -> list[Canary]:
    """So many canaries, each different, the same in every run: a remembered answer says nothing new."""
    return [_canary(n) for n in range(count)]


def _canary(number: int) -> Canary:
    name = _COMPONENTS[number % len(_COMPONENTS)]
    other = _COMPONENTS[(number + 3) % len(_COMPONENTS)]
    line = _FACT.format(name=name, value=3 + number) if number % 2 == 0 else ""
    rows = [row.format(name=name, other=other) for row in _FILLER]
    rows.insert(1 + number % len(rows), line or _FACT.format(name=other, value=4 + number))
    (part,) = partition([Document(f"note-{number + 1}", "\n".join(rows) + "\n")], 2000)
    return Canary(f"How many times does the {name} retry before it gives up?", part, line)


def report(right: int, wrong: int) -> dict[str, Any]:
    """What the canaries say. error: share that was wrong. at_most: upper end of its 95 % Wilson interval (1927)."""
    asked = right + wrong
    if not asked:
        return {"asked": 0, "wrong": 0, "error": None, "at_most": None}
    z, p = 1.96, wrong / asked
    centre = p + z * z / (2 * asked)
    spread = z * math.sqrt(p * (1 - p) / asked + z * z / (4 * asked * asked))
    return {
        "asked": asked,
        "wrong": wrong,
        "error": round(p, 3),
        "at_most": round(min(1.0, (centre + spread) / (1 + z * z / asked)), 3),
    }
