"""What a run needs of its memory and its accounts."""

from __future__ import annotations

from typing import Any

from rlm_core.asking.ledger.grants import Grant
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal
from rlm_core.engine.calls.budget import Budget
from rlm_core.llm.base import Usage


class Memory:
    """Answers of an interrupted run, then those of all former ones."""

    def __init__(self, answers: Answers | None) -> None:
        self.answers = answers
        self.resumed: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        return self.resumed.get(key) or (self.answers.get(key) if self.answers else None)

    def put(self, key: str, data: dict[str, Any]) -> None:
        if self.answers:
            self.answers.put(key, data)


class Accounts:
    """Writes each call down twice: in the run's journal, and with what it adds up to in the day's ledger.

    answers: also what the calls brought, so that the run can be gone on with.
    """

    def __init__(self, journal: Journal, grant: Grant, budget: Budget, *, answers: bool) -> None:
        self.journal, self.grant, self.budget, self.answers = journal, grant, budget, answers

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        self.journal.reserve(key, tokens, usd)
        self.grant.report(self.budget.worst_usd)

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        self.journal.settle(key, usage, unsettled)
        self.grant.report(self.budget.worst_usd)

    def answer(self, key: str, data: dict[str, Any]) -> None:
        if self.answers:
            self.journal.answer(key, data)
