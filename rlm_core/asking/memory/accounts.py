"""What a run needs of its memory and its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlm_core.asking.ledger.grants import Grant
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal
from rlm_core.engine.calls.budget import Budget
from rlm_core.llm.base import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.redaction.clean import CleanJson

    Clean = Callable[[dict[str, Any]], CleanJson]


class Memory:
    """Answers of an interrupted run, then those of all former ones. clean: makes an answer fit to be written."""

    def __init__(self, answers: Answers | None, clean: Clean) -> None:
        self.answers, self.clean = answers, clean
        self.resumed: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        return self.resumed.get(key) or (self.answers.get(key) if self.answers else None)

    def put(self, key: str, data: dict[str, Any]) -> None:
        if self.answers:
            self.answers.put(key, self.clean(data))


class Accounts:
    """Writes each call down twice: in the run's journal, and with what it adds up to in the day's ledger.

    clean: makes an answer fit to be written. answers: also what the calls brought, so that the run can be gone on with.
    """

    def __init__(self, journal: Journal, grant: Grant, budget: Budget, clean: Clean, *, answers: bool) -> None:
        self.journal, self.grant, self.budget, self.clean, self.answers = journal, grant, budget, clean, answers

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        self.journal.reserve(key, tokens, usd)
        self.grant.report(self.budget.worst_usd)

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        self.journal.settle(key, usage, unsettled)
        self.grant.report(self.budget.worst_usd)

    def answer(self, key: str, data: dict[str, Any]) -> None:
        if self.answers:
            self.journal.answer(key, self.clean(data))
