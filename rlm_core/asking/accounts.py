"""The accounts of one run: what it may spend of the day's dollars, and where each of its calls is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import Grant, Spending
from rlm_core.asking.memory.journal import Journal
from rlm_core.engine.answer.result import Result
from rlm_core.engine.calls.budget import Budget, Caps
from rlm_core.llm.base import Usage
from rlm_core.redaction.clean import EMPTY, fields

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanJson, CleanText
    from rlm_core.redaction.redactor import Redactor


class Accounts:
    """Writes each call down twice: in the run's journal, and with what it adds up to in the day's ledger."""

    def __init__(self, journal: Journal, grant: Grant, budget: Budget) -> None:
        self.journal, self.grant, self.budget = journal, grant, budget

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        """Note what a call may cost at most, before it is made."""
        self.journal.reserve(key, tokens, usd)
        self.grant.report(self.budget.worst_usd)

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        """Note what a call has cost. unsettled: it may have cost more, up to what was reserved."""
        self.journal.settle(key, usage, unsettled)
        self.grant.report(self.budget.worst_usd)


def funded(
    ledger: Spending, journal: Journal, caps: Caps, *, daily: float, project: CleanText, question: CleanText
) -> tuple[Grant, Budget]:
    """What a run may spend: its cap without what an interrupted attempt has spent, as far as the day allows.

    daily: dollars of a day, 0 for no cap. Raises RlmError when nothing is left, or spending is paused.
    """
    lost = Usage(input=sum(tokens for tokens, _ in journal.unsettled), usd=sum(usd for _, usd in journal.unsettled))
    before = journal.spent + lost
    cap = max(caps.usd - before.usd, 0.0) if caps.usd else float("inf")
    grant = ledger.grant(cap, daily, project=project, question=question)
    usd = grant.usd + before.usd if grant.usd != float("inf") else 0.0
    return grant, Budget(replace(caps, usd=usd), before=before, allowed=lambda: not ledger.paused())


def receipt(result: Result | None, budget: Budget, leaf: str, redact: Redactor) -> dict[CleanText, CleanJson]:
    """A run's line in the ledger. result: None when the run ended with an error."""
    return fields(
        route=redact.name(result.plan.route) if result else EMPTY,
        leaf=redact.name(leaf),
        calls=budget.calls,
        tokens=budget.spent.tokens + budget.unsettled.tokens,
        usd=round(budget.spent.usd + budget.unsettled.usd, 6),
        seconds=round(budget.elapsed, 1),
        findings=len(result.findings) if result else 0,
        verified=len(result.verified) if result else 0,
        complete=bool(result and result.complete),
    )
