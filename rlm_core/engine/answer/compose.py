"""The answer of a run: written by a model from what is verified, by the leaf that read everything, or by code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.answer.extent import Extent, why_unread
from rlm_core.engine.answer.reduce import Reducer, Written, written
from rlm_core.engine.answer.result import Result, cost_of, coverage_of
from rlm_core.engine.answer.tally import Tally, pairs, tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.findings import Finding
from rlm_core.engine.kinds import COUNT, LIST, PAIRS, TALLY
from rlm_core.engine.options import QUOTE, SEARCH
from rlm_core.engine.route import RunPlan
from rlm_core.engine.task import Progress, Task
from rlm_core.errors import worded
from rlm_core.llm.base import Call, LeafError, MalformedError

CARELESS = 0.2  # share of wrong control questions from which on the user is told
SAID_CHARS = 300  # of an answer in words that nothing shows
SHOWN_VALUES = 40  # in the facts that a reduction is told


@dataclass
class Composer:
    """Composes the answer and the account of one run. reducer: may hold the findings already (`fed`)."""

    task: Task
    plan: RunPlan
    progress: Progress
    reducer: Reducer
    words: Wording = field(init=False)

    def __post_init__(self) -> None:
        self.words = Wording(self.task.question)

    async def write(self, findings: list[Finding], *, fed: bool) -> Written | None:
        """The answer where a model writes it; None where code does. fed: the reducer has the findings already."""
        verified = [f for f in findings if self.task.counts(f)]
        if not findings:
            for said in filter(None, (" ".join(r.answer.split()) for r in self.progress.reads.values())):
                self._note(
                    worded('the reader answered in words, which no finding shows: "{said}"', said=said[:SAID_CHARS])
                )
        if not verified or not self.task.is_literal:
            return None
        (read,) = self.progress.reads.values() if len(self.progress.reads) == 1 else (None,)
        if read and read.answer and len(verified) == len(findings):
            answer = written(read.answer, read.findings, self.task.question)
            if not _is_replaced(answer, verified):
                return self._proven(answer)
        if self.task.kind == LIST:
            return None
        try:
            if not fed:
                self.reducer.add(verified)
            return self._proven(await self.reducer.write(await self._chosen(verified), self._facts(verified)))
        except (LeafError, BudgetError) as e:
            self._note(worded("the answer is a list of the findings, since it could not be written: {why}", why=e))
            return None

    def _note(self, note: str) -> None:
        self.progress.notes.append(note)

    def _proven(self, answer: Written) -> Written | None:
        """An answer that names at least one finding; one that names none rests on nothing."""
        if answer.cited:
            return answer
        self._note("the answer is a list of the findings, since the written one cited none of them")
        return None

    async def _chosen(self, verified: list[Finding]) -> list[Finding]:
        """What the reduction chose, as it stands after the checks, in document order."""
        chosen = {_identity(f) for f in await self.reducer.chosen()}
        return [f for f in verified if _identity(f) in chosen]

    def _facts(self, verified: list[Finding]) -> str:
        """What code found out, for the model that writes."""
        counted = tally(verified)
        lines = [f"findings counted by code: {counted.total}"]
        if len(counted.values) > 1:
            values = list(counted.values.items())[:SHOWN_VALUES]
            lines.append("by value: " + ", ".join(f"{v} {n}" for v, n in values))
        read, total = len(self.progress.whole()), len(self.progress.parts)
        lines.append(f"parts read: {read} of {total}, route {self.plan.route}")
        return "\n".join(lines)

    def result(self, caller: Caller, findings: list[Finding], answer: Written | None, children: int) -> Result:
        """The account of the run as far as it came. answer: None where code writes it. children: runs of their own."""
        progress, budget = self.progress, caller.budget
        verified = [f for f in findings if self.task.counts(f)]
        rejected = [f for f in findings if not self.task.counts(f)]
        counted = tally(verified)
        reads = list(progress.reads.values())
        coverage = coverage_of(self.plan, progress.parts, reads, findings, progress.canaries, children)
        extent = self._extent(len(rejected) + coverage["malformed"], coverage["doubtful"])
        reach = self._reach(extent, coverage)
        self._warn(findings, answer)
        return Result(
            "\n\n".join(filter(None, [self._answer(verified, counted, extent, coverage, answer), reach])),
            findings,
            coverage,
            cost_of(budget, caller.counts, self.plan),
            budget.calls,
            budget.elapsed,
            self.plan,
            not (progress.stopped or extent.is_partial or (extent.unverified and not verified)),
            progress.stopped or budget.hit,
            {**counted.as_json(), "unverified": extent.unverified} if self.task.kind in (COUNT, TALLY) else None,
            progress.pairs,
            [*progress.notes, *self.reducer.notes],
            rejected,
            answer is not None,
            reach,
        )

    def _extent(self, unverified: int, doubtful: int) -> Extent:
        """What the answer rests on. unverified: findings that do not count."""
        read, total = len(self.progress.whole()), len(self.progress.parts)
        if self.plan.route == SEARCH:
            return Extent(min(read, self.plan.parts), self.plan.parts, True, unverified, doubtful)
        return Extent(read, total, False, unverified, doubtful)

    def _answer(
        self, verified: list[Finding], counted: Tally, extent: Extent, coverage: dict[str, Any], answer: Written | None
    ) -> str:
        """The answer's text, without its reach."""
        if not coverage["tokens_read"] and not verified:
            gaps = [g for r in self.progress.reads.values() for g in r.gaps]
            reason, remedy = why_unread(gaps, self.progress.stopped or self.reducer.caller.budget.hit)
            return self.words.unread(extent.total, reason, remedy)
        return answer.text if answer else self._by_code(verified, counted, extent)

    def _reach(self, extent: Extent, coverage: dict[str, Any]) -> str:
        """How far the answer reaches: what a search left out, what else was not read; "" where that is nothing."""
        pairless = self.task.kind == PAIRS and self.progress.pairs is None
        if extent.searched:
            far = self.words.searched(extent, coverage["share"], self.plan.whole_usd)
        elif extent.is_partial:
            far = self.words.incomplete(extent) if coverage["tokens_read"] or coverage["verified"] else ""
        else:
            far = self.words.say("stopped") if self.progress.stopped else ""
        return " ".join(filter(None, [self.words.say("no_pairs") if pairless else "", far]))

    def _warn(self, findings: list[Finding], answer: Written | None) -> None:
        """Note what speaks against trusting the answer as it is."""
        if answer and _is_replaced(answer, findings):
            self._note("the answer names only what a newer finding has replaced; the findings show which")
        if answer and answer.strangers:
            self._note(
                worded("numbers in the answer that no finding holds: {numbers}", numbers=", ".join(answer.strangers))
            )
        doubtful = sum(f.is_doubtful for f in findings)
        if doubtful and self.task.options.verify == QUOTE:
            self._note(
                worded("verified, and doubtful all the same: {n:,}; --verify vote has them read again", n=doubtful)
            )
        right, wrong = self.progress.canaries
        if wrong > (right + wrong) * CARELESS:
            self._note("the model failed control questions; --verify vote, or another --model, is more reliable")

    def _by_code(self, verified: list[Finding], counted: Tally, extent: Extent) -> str:
        """The answer that needs no model."""
        if self.progress.pairs is not None:
            return self.words.paired(self.progress.pairs, extent)
        if self.task.kind in (COUNT, TALLY):
            return self.words.counted(counted, ranked=self.task.kind == TALLY, extent=extent)
        return self.words.listed(verified, extent)


def _is_replaced(answer: Written, findings: list[Finding]) -> bool:
    """Whether a newer finding has replaced each one that an answer cites."""
    cited = [f for f in findings if f"[{f.place}]" in answer.text]
    return bool(cited) and all(f.superseded_by for f in cited)


def _identity(f: Finding) -> tuple[str, int, str, str]:
    """What stays the same of a finding while checks change it."""
    return f.location, f.line, f.claim, f.value


@dataclass(frozen=True)
class Condition:
    """How subjects make pairs. left, right: values that the one and the other subject needs; every: all of them."""

    left: list[str]
    right: list[str]
    every: bool

    def pairs(self, findings: list[Finding]) -> list[tuple[str, str]]:
        return pairs(findings, self.left, self.right, every=self.every)


async def pair_condition(caller: Caller, task: Task) -> Condition:
    """The condition as a model reads it in the question; what it proposes is data for code.

    Raises LeafError, BudgetError.
    """

    def check(data: dict[str, Any]) -> Condition:
        left: Any = data.get("left")
        right: Any = data.get("right")
        if not (_are_texts(left) and _are_texts(right)):
            raise MalformedError("the answer has no lists `left` and `right` of texts", str(data)[:300])
        return Condition(left, right, data.get("every") is True)

    options = task.options
    call = Call(
        "reduce", prompts.PAIRS_SYSTEM, "", prompts.question_block(task.question), prompts.PAIRS_SCHEMA,
        options.models["reduce"], options.output, "pairs",
    )  # fmt: skip
    return await caller.ask(call, check)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
