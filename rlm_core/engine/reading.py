"""The work of a run: parts are read along the planned route, control questions go with them, findings are checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from rlm_core.engine.answer.reduce import Reducer
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.checks import canary
from rlm_core.engine.checks.voting import Voter, lead_for
from rlm_core.engine.findings import Finding, reported
from rlm_core.engine.kinds import ANSWER
from rlm_core.engine.mapper import Mapper, PartRead
from rlm_core.engine.operations import Engine, by_id
from rlm_core.engine.options import FIRST_PASSAGES, MAP, MORE_PASSAGES, QUOTE, SEARCH, SINGLE, VOTE
from rlm_core.engine.route import canaries_for
from rlm_core.engine.task import Progress, Task
from rlm_core.engine.texts import Partition, packed
from rlm_core.llm.base import LeafError

ANSWER_SHARE = 0.15  # of the time is kept for the call that writes the answer, at most so many seconds:
MAX_ANSWER_SECONDS = 20.0
FEW_FINDINGS = 2  # on which an answer rests; doubtful ones among them are read again by themselves
MAX_READ_AGAIN = 60  # findings; a vote has so many all read again, of more the doubtful ones alone


@dataclass
class TaskReader:
    """Reads for one task, and enters in `progress` what comes of it.

    reducer: takes findings in document order while parts are still being read, where a model will write the answer.
    """

    task: Task
    engine: Engine
    progress: Progress
    reducer: Reducer
    mapper: Mapper = field(init=False)
    reduces_early: bool = field(init=False, default=False)
    _reduced: int = field(init=False, default=0)  # parts whose findings the reducer has

    def __post_init__(self) -> None:
        self.mapper = Mapper(
            self.engine.caller, self.task.options, self.task.question, literal=self.task.is_literal,
            labels=self.task.labels, on_read=self._took, kind=self.task.kind,
        )  # fmt: skip

    async def findings(self, route: str) -> list[Finding]:
        """What is found along a route, after all checks. Raises SetupError."""
        if route == SEARCH:
            findings = await self._search()
        elif route == SINGLE:
            parts = self.progress.parts
            findings = await self._read(parts, alone=self.task.leaf_answers(SINGLE, parts))
        else:
            findings = await self._map()
        if self.task.options.verify == VOTE and findings:
            findings = await self._vote(findings)
        elif self.task.options.verify == QUOTE and self.task.kind == ANSWER:
            findings = await self._reread(findings)
        return self.task.in_time(findings)

    async def _vote(self, findings: list[Finding]) -> list[Finding]:
        """Findings after second readings."""
        lead = lead_for(*self.progress.canaries)
        voter = Voter(self.engine.caller, self.task.options, by_id(self.task.documents), lead, self.task.question)
        return await voter.judge(self.task.in_time(findings), everything=len(findings) <= MAX_READ_AGAIN)

    async def _reread(self, findings: list[Finding]) -> list[Finding]:
        """The findings, after a few second readings of doubtful ones where the answer rests on one or two in all."""
        stands = [n for n, f in enumerate(self.task.in_time(findings)) if self.task.counts(f) and not f.superseded_by]
        doubtful = [n for n in stands if findings[n].is_doubtful]
        if not doubtful or len(stands) > FEW_FINDINGS or self.engine.budget.hit:
            return findings
        documents = by_id(self.task.documents)
        voter = Voter(self.engine.caller, self.task.options, documents, question=self.task.question)
        reading = asyncio.ensure_future(voter.reread(findings, doubtful))
        left = self.engine.budget.left
        try:
            await asyncio.wait({reading}, timeout=left - _answer_time(left) if left != float("inf") else None)
            return reading.result() if reading.done() else findings
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _map(self) -> list[Finding]:
        """Read all parts, with canaries among them."""
        parts, options = self.progress.parts, self.task.options
        self.reduces_early = self.task.kind == ANSWER and options.verify != VOTE
        new = [p for p in parts if not self.engine.caller.knows(self.mapper.call(p))]
        asked = canary.canaries(new, canaries_for(MAP, len(new), options))
        # A batch takes them along; else they come behind the parts, so that under no cap one takes the room of a part.
        checking = asyncio.ensure_future(self._check_reader(asked)) if self.engine.leaf.patient else None
        try:
            findings = await self._read(parts)
            if not self.engine.budget.hit:
                checking = checking or asyncio.ensure_future(self._check_reader(asked))
                left = self.engine.budget.left
                await asyncio.wait({checking}, timeout=left - _answer_time(left) if left != float("inf") else None)
                if checking.done():
                    checking.result()
        finally:
            if checking:
                checking.cancel()
                await asyncio.gather(checking, return_exceptions=True)
        return findings

    async def _search(self) -> list[Finding]:
        """Read the best passages; more of them when they hold no answer."""
        findings: list[Finding] = []
        seen: set[tuple[str, int]] = set()
        parts = self.progress.parts = []
        for count in (FIRST_PASSAGES, FIRST_PASSAGES + MORE_PASSAGES):
            best = await asyncio.to_thread(self.task.rank, self.task.question, count) if self.task.rank else []
            unread = [p for p in best if (p.document.id, p.line) not in seen]
            seen |= {(p.document.id, p.line) for p in unread}
            if not unread:
                break
            more = [replace(p, number=p.number + len(parts)) for p in packed(unread, self.task.options.part)]
            parts += more
            findings = await self._read(more, alone=len(parts) == 1)
            if any(map(self.task.counts, findings)) or self.engine.budget.hit:
                break
        if not parts:
            self.progress.notes.append("no passage holds the question's words; --route map reads everything")
        return findings

    async def _read(self, parts: list[Partition], *, alone: bool = False) -> list[Finding]:
        """All distinct findings so far; parts for which the time did not suffice are left unread."""
        reading = asyncio.ensure_future(self.mapper.read(parts, alone=alone))
        left = self.engine.budget.left
        if self.task.kind == ANSWER and not alone and left != float("inf"):
            left -= _answer_time(left)
        try:
            await asyncio.wait({reading}, timeout=left if left != float("inf") else None)
            if reading.done():
                reading.result()
            else:
                self.engine.budget.hit = "seconds"
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        return self.progress.findings()

    def _took(self, read: PartRead) -> None:
        """Enter what came of a part; the reducer gets findings in document order."""
        reads = self.progress.reads
        reads[read.part.number] = read
        while self.reduces_early and self._reduced in reads:
            self.reducer.add([f for f in reads[self._reduced].findings if self.task.counts(f)])
            self._reduced += 1

    async def _check_reader(self, asked: list[canary.Canary]) -> None:
        """Enter (right, wrong) answers to canaries as they come; those that failed say nothing."""
        await asyncio.gather(*map(self._is_right, asked))

    async def _is_right(self, one: canary.Canary) -> None:
        call = replace(self.mapper.call(one.part, one.question), label=canary.LABEL)
        try:
            answer = await self.engine.caller.ask(call, reported, fresh=True)
        except (LeafError, BudgetError):
            return
        is_right = one.is_right(answer.findings)
        right, wrong = self.progress.canaries
        self.progress.canaries = (right + is_right, wrong + (not is_right))


def _answer_time(left: float) -> float:
    """The seconds of those left that are kept for the call that writes the answer."""
    return min(ANSWER_SHARE * left, MAX_ANSWER_SECONDS)
