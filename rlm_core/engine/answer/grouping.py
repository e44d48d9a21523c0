"""Findings that contradict each other, put together."""

from __future__ import annotations

from collections.abc import Sequence

from rlm_core.engine.checks.sameness import plain_subject
from rlm_core.engine.findings import Finding


def contradicting(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings in their order; those that contradict each other, also over others, as one group at the first.

    A finding that contradicts none of these is a group of its own, whatever else it contradicts.
    """
    at: dict[str, list[int]] = {}
    for n, f in enumerate(findings):
        at.setdefault(f.place, []).append(n)
    leader = list(range(len(findings)))

    def first(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    for n, f in enumerate(findings):
        for other in (o for place in f.contradicts for o in at.get(place, ()) if _rivals(f, findings[o])):
            one, two = sorted((first(n), first(other)))
            leader[two] = one
    groups: dict[int, list[Finding]] = {}
    for n, f in enumerate(findings):
        groups.setdefault(first(n), []).append(f)
    return list(groups.values())


def _rivals(one: Finding, other: Finding) -> bool:
    """Whether a finding at a place that another contradicts is the one that is meant: a place may hold several."""
    return one is not other and bool(other.contradicts) and plain_subject(one.subject) == plain_subject(other.subject)
