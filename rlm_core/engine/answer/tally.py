"""Counting, grouping and pairing findings: by code, so that the numbers are right whatever model read the texts."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rlm_core.engine.findings import Finding

SHOWN_GROUPS, SHOWN_PAIRS, SHOWN_ROWS = 100, 2000, 400


@dataclass(frozen=True)
class Tally:
    """What was counted. total: findings. values: value -> how many. subjects: subject -> value -> how many.

    Names that differ in case and white space alone are one; it is shown in its commonest spelling.
    """

    total: int
    values: dict[str, int]
    subjects: dict[str, dict[str, int]]

    def as_json(self) -> dict[str, Any]:
        return {"total": self.total, "values": self.values, "subjects": self.subjects}


def tally(findings: Iterable[Finding]) -> Tally:
    """Count findings by value, and by subject and value; most frequent first, then by name."""
    counted = list(findings)
    names = _spellings([f.value for f in counted] + [f.subject for f in counted])
    values = Counter(names[_plain(f.value)] for f in counted if f.value)
    subjects: dict[str, Counter[str]] = defaultdict(Counter)
    for f in counted:
        if f.subject:
            subjects[names[_plain(f.subject)]][names[_plain(f.value)] if f.value else ""] += 1
    ranked = sorted(subjects.items(), key=lambda item: (-item[1].total(), item[0]))
    return Tally(len(counted), _ranked(values), {s: _ranked(c) for s, c in ranked})


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """plain name -> its commonest spelling."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        spellings[_plain(name)][" ".join(name.split())] += 1
    return {plain: min(c, key=lambda n: (-c[n], n)) for plain, c in spellings.items()}


def pairs(
    findings: Iterable[Finding], left: Sequence[str], right: Sequence[str] = (), *, every: bool = False
) -> list[tuple[str, str]]:
    """Pairs of two subjects of which one fits `left` and the other `right`; each pair once, the smaller name first.

    A subject fits when one of its findings has one of the values; with `every`, when each of the values has one. Every
    subject fits a side without values. An empty `right` means the same values as `left`.
    """
    has: dict[str, set[str]] = defaultdict(set)
    named = [f for f in findings if f.subject]
    names = _spellings(f.subject for f in named)
    for f in named:
        has[names[_plain(f.subject)]].add(_plain(f.value))
    sides = [{_plain(v) for v in side} for side in (left, right or left)]
    ordered = sorted(has, key=_order)
    one, other = ([n for n, s in enumerate(ordered) if _fits(has[s], side, every)] for side in sides)
    couples = {(min(a, b), max(a, b)) for a in one for b in other if a != b}
    return [(ordered[a], ordered[b]) for a, b in sorted(couples)]


def _fits(values: set[str], needed: set[str], every: bool) -> bool:
    return not needed or (needed <= values if every else bool(needed & values))


def _order(name: str) -> tuple[int, int, str]:
    """A sort key: numbers by their value, then names; `7` and `07` are two names all the same."""
    return (0, int(name), name) if name.isascii() and name.isdecimal() else (1, 0, name)
