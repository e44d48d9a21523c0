"""One run: a question, texts, a leaf; the plan, the work, the answer, and an account of all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from rlm_core.engine.answer.compose import Composer, Condition, pair_condition
from rlm_core.engine.answer.merging import merged
from rlm_core.engine.answer.reduce import Reducer, Written
from rlm_core.engine.answer.result import Result, RunStatus
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.findings import Finding
from rlm_core.engine.forecast import under_caps
from rlm_core.engine.kinds import PAIRS, Guess
from rlm_core.engine.mapper import Mapper
from rlm_core.engine.operations import Engine
from rlm_core.engine.question.settle import kind_call, late, remembered, settled
from rlm_core.engine.reading import TaskReader
from rlm_core.engine.route import RunPlan, planned
from rlm_core.engine.task import Progress, Rank, Task, as_told, task_of
from rlm_core.engine.texts import Document
from rlm_core.errors import worded
from rlm_core.llm.base import LeafError, SetupError


class Run:
    """A question over texts, once. `plan` costs nothing; `go` may be stopped at any time."""

    def __init__(
        self,
        question: str,
        documents: Sequence[Document],
        engine: Engine,
        *,
        rank: Rank | None = None,
        kind: str = "",
        named: bool = False,
    ) -> None:
        """rank: finds the best passages for a question. kind: what is asked for; when it is empty the words tell, or
        where they do not, one small call before the first part is read. named: see `Task`.

        Raises RlmError on an empty question or when there is nothing to read.
        """
        self.engine = engine
        self.progress = Progress()
        self._plan: RunPlan | None = None
        self._stop: asyncio.Event | None = None
        task = task_of(question, documents, engine.options, rank=rank, kind=kind, named=named)
        self._kind_call = kind_call(task.question, task.options, engine.caller.sender.prices)
        known = None if task.sure else remembered(engine.caller, self._kind_call)
        self._take(as_told(task, known) if known else task)

    def _take(self, task: Task) -> None:
        """Make the run one of this task; nothing was read for another."""
        self.task = task
        self.reducer = Reducer(self.engine.caller, task.options, task.question)
        self.reader = TaskReader(task, self.engine, self.progress, self.reducer)
        self._plan = None

    @property
    def mapper(self) -> Mapper:
        """What reads the parts."""
        return self.reader.mapper

    def plan(self) -> RunPlan:
        """What the run will do and cost; worked out once, for the same texts."""
        if self._plan is None:
            plan, self.progress.parts = planned(self.task, self.reader.mapper)
            calls, tokens, usd = under_caps((plan.calls, plan.cost_tokens, plan.usd), self.task.options.caps)
            self._plan = replace(plan, calls=calls, cost_tokens=tokens, usd=usd)
        return self._plan

    def stop(self, reason: str) -> None:
        """End as soon as possible, with what there is."""
        self.progress.stopped = self.progress.stopped or reason
        if self._stop:
            self._stop.set()

    def status(self) -> RunStatus:
        """How far the run is; may be asked at any time."""
        reads, budget = list(self.progress.reads.values()), self.engine.budget
        return RunStatus(
            len(self.progress.parts),
            len(reads),
            sum(bool(r.gaps) for r in reads),
            sum(f.verified for r in reads for f in r.findings),
            budget.calls,
            budget.spent.tokens,
            budget.spent.usd,
        )

    async def go(self) -> Result:
        """Answer. Raises SetupError when no call could be made; all else is told in the result."""
        self._stop = asyncio.Event()
        await self._settle_kind(self._stop)
        composer = Composer(self.task, self.plan(), self.progress, self.reducer)
        if self.progress.stopped:
            return await self._broken_off(composer)
        working = asyncio.ensure_future(self._answered(composer))
        stopped = asyncio.ensure_future(self._stop.wait())
        left = self.engine.budget.left
        try:
            await asyncio.wait(
                {working, stopped}, timeout=left if left != float("inf") else None, return_when="FIRST_COMPLETED"
            )
            if working.done():
                return working.result()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            self.stop("seconds")  # if nobody has stopped it before
            return await self._broken_off(composer)
        except SetupError as e:
            if not any(r.findings for r in self.progress.reads.values()):
                raise
            self.progress.stopped = "setup"
            self.progress.notes.append(worded("{why}", why=e))
            return await self._broken_off(composer)
        finally:
            stopped.cancel()
            working.cancel()
            await asyncio.gather(working, stopped, return_exceptions=True)
            await self.reducer.drop()

    async def _settle_kind(self, stop: asyncio.Event) -> None:
        """Have the kind told where the words leave it open. Raises SetupError when no call could be made."""
        task, caller = self.task, self.engine.caller
        guessed = Guess(task.kind, task.sure, task.everything)
        if not self.plan().asks_kind or self.progress.stopped:
            if not task.sure and self.engine.leaf.patient:
                self.progress.notes.append(late(guessed))
            return
        asking = asyncio.ensure_future(settled(caller, self._kind_call, guessed))
        stopped = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({asking, stopped}, return_when="FIRST_COMPLETED")
            if asking.done():
                found = asking.result()
                self.progress.notes.append(found.note)
                self._take(as_told(task, replace(found.told, sure=True)))
        finally:
            asking.cancel()
            stopped.cancel()
            await asyncio.gather(asking, stopped, return_exceptions=True)

    async def _broken_off(self, composer: Composer) -> Result:
        """The account of a run that ended before its work was done."""
        await self.reducer.drop()  # before the account: what its calls have cost belongs there
        return self._result(composer, self.task.in_time(self.progress.findings()))

    def _result(self, composer: Composer, findings: list[Finding], answer: Written | None = None) -> Result:
        return composer.result(self.engine.caller, findings, answer, self.reader.mapper.children)

    async def _answered(self, composer: Composer) -> Result:
        """Do the work along the planned route and write the answer."""
        asking = asyncio.ensure_future(pair_condition(self.engine.caller, self.task)) if self._is_of_pairs else None
        try:
            findings = await self.reader.findings(composer.plan.route)
            sorted_by = await merged(self.engine.caller, self.task, findings, len(self.progress.reads))
            findings = sorted_by.findings
            self.progress.notes += sorted_by.notes()
            if asking:
                self.progress.pairs = await self._paired(findings, asking)
        finally:
            if asking:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
        answer = await composer.write(findings, fed=self.reader.reduces_early)
        return self._result(composer, findings, answer)

    @property
    def _is_of_pairs(self) -> bool:
        return self.task.kind == PAIRS

    async def _paired(self, findings: list[Finding], asking: asyncio.Future[Condition]) -> list[tuple[str, str]] | None:
        """The pairs that fit the condition; None when it could not be read."""
        try:
            condition = await asking
        except SetupError:
            raise
        except (LeafError, BudgetError) as e:
            self.progress.notes.append(worded("no pairs, since their condition could not be read: {why}", why=e))
            return None
        return condition.pairs([f for f in findings if self.task.counts(f)])
