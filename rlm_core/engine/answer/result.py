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
from rlm_core.engine.kinds import PAIRS
from rlm_core.engine.mapper import PartRead
from rlm_core.engine.options import MAP, SEARCH
from rlm_core.engine.route import RunPlan
from rlm_core.engine.texts import Partition

SHOWN_GAPS = 200


@dataclass(frozen=True)
class Result:
    """What a run comes to, and `rlm ask` answers with.

    answer: in words, with citations `[chunk:line]`, or what code counted. findings: in document order, with those that
    did not verify. coverage: what was read, what failed, what was skipped. cost: dollars and tokens. calls: requests.
    complete: everything was read, and not all that was reported failed its checks; never so of a search, which chooses
    what it reads. stopped: the cap or the reason that ended the run early, "" for none. tally, pairs: None where the
    question did not ask for them. notes: what else the user should know. rejected: the findings that do not count.
    written: a model wrote the answer in words; else code did. reach: the end of the answer, which says how far it
    reaches where that is not the whole; "" else.
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
    rejected: list[Finding] = field(default_factory=list)
    written: bool = False
    reach: str = ""

    @property
    def verified(self) -> list[Finding]:
        return [f for f in self.findings if f.verified]

    @property
    def cited(self) -> list[Finding]:
        """The findings that count, in document order: all, when nothing was checked."""
        left_out = set(map(id, self.rejected))
        return [f for f in self.findings if id(f) not in left_out]

    @property
    def is_listing(self) -> bool:
        """Whether the answer is the findings themselves, a line each."""
        return not self.written and self.tally is None and self.pairs is None and bool(self.cited)

    @property
    def is_answered(self) -> bool:
        """Whether something was found; of what is counted, also that there is none of it anywhere in the texts."""
        if self.plan.kind == PAIRS:
            return self.pairs is not None and (bool(self.pairs) or self.complete)
        return bool(self.cited) or (self.tally is not None and self.complete)

    @property
    def is_doubtful(self) -> bool:
        """Whether each finding that the answer cites, or that it rests on where it cites none, is a doubtful one."""
        behind = [f for f in self.cited if f"[{f.place}]" in self.answer] or self.cited
        return bool(behind) and all(f.is_doubtful for f in behind)

    def as_json(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.tally is not None:
            more["tally"] = self.tally
        if self.pairs is not None:
            more["pairs"] = [list(p) for p in self.pairs]
        return {
            "answer": self.answer,
            "findings": [f.as_json() for f in self.findings],
            "rejected": [rejection(f) for f in self.rejected],
            "doubtful": self.is_doubtful,
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


def rejection(f: Finding) -> dict[str, str]:
    """A finding that does not count, as JSON: claim, quote, and the reasons."""
    claim = f.claim or f"{f.subject}: {f.value}".strip(": ")
    return {"claim": claim, "quote": f.quote, "reason": "; ".join(f.doubts) or "its checks failed"}


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
    share: of the texts' tokens that were read, 0 to 1. everything: of a search, the parts and dollars of the route that
    reads all; None where all was to be read.
    """
    gaps = [g for r in reads for g in r.gaps]
    skipped = [r for r in reads if any(g.cap for g in r.gaps)]
    read = [r for r in reads if not r.gaps]
    superseded, contradicting = conflicts(findings)
    lost = sum(g.part.tokens for g in gaps)
    tokens_read = max(sum(r.part.tokens for r in reads) - lost, 0)
    searched = plan.route == SEARCH
    return {
        "parts": len(planned),
        "read": len(read),
        "failed": len(reads) - len(read) - len(skipped),
        "skipped": len(skipped) + len(planned) - len(reads),
        "tokens": plan.tokens,
        "tokens_read": tokens_read,
        "share": round(min(tokens_read / plan.tokens, 1.0), 4) if plan.tokens else 0.0,
        "searched": searched,
        "everything": {"route": MAP, "parts": plan.parts, "usd": round(plan.whole_usd, 6)} if searched else None,
        "child_runs": children,
        "reported": len(findings),
        "verified": sum(f.verified for f in findings),
        "unverified": sum(not f.verified for f in findings),
        "doubtful": sum(f.is_doubtful for f in findings),
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
