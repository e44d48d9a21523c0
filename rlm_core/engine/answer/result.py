"""The account of a run: its answer, what it read, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rlm_core.engine.calls.budget import Budget
from rlm_core.engine.calls.sender import Counts
from rlm_core.engine.checks import canary
from rlm_core.engine.checks.intime import conflicts
from rlm_core.engine.findings import Finding
from rlm_core.engine.mapper import PartRead
from rlm_core.engine.options import SEARCH
from rlm_core.engine.route import RunPlan
from rlm_core.engine.texts import Partition

SHOWN_GAPS = 200


@dataclass(frozen=True)
class Result:
    """What a run comes to, and `rlm ask` answers with.

    answer: in words, with citations `[chunk:line]`, or what code counted. findings: in document order, with those that
    did not verify. coverage: what was read, what failed, what was skipped. cost: dollars and tokens. calls: requests.
    complete: everything that the route called for was read. stopped: the cap or the reason that ended the run early,
    "" for none. tally, pairs: None where the question did not ask for them. notes: what else the user should know.
    """

    answer: str
    findings: list[Finding]
    coverage: dict[str, Any]
    cost: dict[str, Any]
    calls: int
    seconds: float
    plan: RunPlan
    complete: bool
    stopped: str = ""
    tally: dict[str, Any] | None = None
    pairs: list[tuple[str, str]] | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def verified(self) -> list[Finding]:
        return [f for f in self.findings if f.verified]

    def as_json(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.tally is not None:
            more["tally"] = self.tally
        if self.pairs is not None:
            more["pairs"] = [list(p) for p in self.pairs]
        return {
            "answer": self.answer,
            "findings": [f.as_json() for f in self.findings],
            "coverage": self.coverage,
            "cost": self.cost,
            "calls": self.calls,
            "seconds": round(self.seconds, 3),
            "complete": self.complete,
            "stopped": self.stopped,
            "route": self.plan.route,
            "kind": self.plan.kind,
            "notes": self.notes,
            **more,
        }


@dataclass(frozen=True)
class RunStatus:
    """How far a run is."""

    parts: int
    read: int
    failed: int
    verified: int
    calls: int
    tokens: int
    usd: float


def coverage_of(
    plan: RunPlan,
    planned: Sequence[Partition],
    reads: Sequence[PartRead],
    findings: Sequence[Finding],
    canaries: tuple[int, int],
    children: int,
) -> dict[str, Any]:
    """What was read, what failed, what was skipped, and what became of the findings. Tokens are estimates.

    failed: parts whose call gave no answer. skipped: parts for which no call was made, or none that came to its end.
    """
    gaps = [g for r in reads for g in r.gaps]
    skipped = [r for r in reads if any(g.cap for g in r.gaps)]
    read = [r for r in reads if not r.gaps]
    superseded, contradicting = conflicts(findings)
    lost = sum(g.part.tokens for g in gaps)
    return {
        "parts": len(planned),
        "read": len(read),
        "failed": len(reads) - len(read) - len(skipped),
        "skipped": len(skipped) + len(planned) - len(reads),
        "tokens": plan.tokens,
        "tokens_read": max(sum(r.part.tokens for r in reads) - lost, 0),
        "searched": plan.route == SEARCH,
        "child_runs": children,
        "reported": len(findings),
        "verified": sum(f.verified for f in findings),
        "unverified": sum(not f.verified for f in findings),
        "malformed": sum(r.dropped for r in reads),
        "superseded": superseded,
        "contradicting": contradicting,
        "canaries": canary.report(*canaries),
        "gaps": [g.as_json() for g in gaps[:SHOWN_GAPS]],
    }


def cost_of(budget: Budget, counts: Counts, plan: RunPlan) -> dict[str, Any]:
    """Dollars and tokens of this run's calls, as the API reported them.

    unsettled: the worst case of calls that were cut off before their cost was known; it is not part of the other
    figures. before: what an interrupted run of the same question had spent.
    """
    spent = budget.spent
    return {
        "usd": round(spent.usd, 6),
        "tokens": spent.tokens,
        "input_tokens": spent.input,
        "output_tokens": spent.output,
        "cache_read_tokens": spent.cache_read,
        "cache_write_tokens": spent.cache_write,
        "unsettled_tokens": budget.unsettled.tokens,
        "unsettled_usd": round(budget.unsettled.usd, 6),
        "before_usd": round(budget.before.usd, 6),
        "before_tokens": budget.before.tokens,
        "remembered_calls": counts.remembered,
        "retried": counts.retried,
        "hedged": counts.hedged,
        "rate_limited": counts.rate_limited,
        "models": sorted(counts.models),
        "assumed_prices": list(plan.assumed),
    }
