"""One run: a question, texts, a leaf; the route, the map, the checks, the answer, and an account of all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from rlm_core.engine import prompts, route
from rlm_core.engine.answer.reduce import Reducer, Written, written
from rlm_core.engine.answer.report import Result, Status, cost_of, coverage_of
from rlm_core.engine.answer.tally import Tally, pairs, tally
from rlm_core.engine.answer.wording import Wording
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.checks import canary
from rlm_core.engine.checks.claims import in_time
from rlm_core.engine.checks.voting import Voter, lead_for
from rlm_core.engine.findings import Finding, distinct, reported
from rlm_core.engine.kinds import is_about_everything
from rlm_core.engine.mapper import Mapper, PartRead
from rlm_core.engine.operations import Engine, by_id
from rlm_core.engine.options import MAP, NONE, QUOTE, SEARCH, SINGLE, VOTE, Options
from rlm_core.engine.route import ANSWER, COUNT, FIRST_PASSAGES, LIST, MORE_PASSAGES, PAIRS, TALLY, Plan
from rlm_core.engine.texts import Document, Part, Piece, packed, partition
from rlm_core.errors import RlmError
from rlm_core.llm.base import Call, LeafError, MalformedError, SetupError
from rlm_core.llm.prices import MILLION
from rlm_core.tokens import estimate

FOR_THE_ANSWER = 0.15  # of the time is kept for the call that writes the answer, at most so many seconds:
MOST_FOR_THE_ANSWER = 20.0
TIGHT, LEAST_PART = 32, 500  # a part's share of a cap that is too small for all, and tokens of the smallest
DENSE = 2  # times the usual output, where entries are counted or listed
READ_AGAIN = 60  # findings up to which a vote reads all again, and not only the doubtful ones
CARELESS = 0.2  # share of wrong control questions from which on the user is told
TIGHT_OUTPUT, LEAST_OUTPUT = 12, 1024  # an answer's share of a cap, and tokens of the shortest

Rank = Callable[[str, int], list[Piece]]


class Run:
    """A question over texts, once. `plan` costs nothing; `go` may be stopped at any time."""

    def __init__(
        self, question: str, documents: Sequence[Document], engine: Engine, *, rank: Rank | None = None, kind: str = ""
    ) -> None:
        """rank: gives the best passages for a question. kind: what is asked for, told by the words when empty.

        Raises RlmError on an empty question or when there is nothing to read.
        """
        self.question = question.strip()
        self.documents = [d for d in documents if d.text.strip()]
        self.engine, self.rank = engine, rank
        self._kind = kind or route.kind_of(self.question)
        self.options = replace(engine.options, output=self._output(engine.options))
        if not self.question:
            raise RlmError("there is no question; ask one")
        if not self.documents:
            raise RlmError("there is nothing to read: the texts are empty")
        self.mapper = Mapper(
            engine.caller, self.options, self.question, literal=self._kind in (ANSWER, LIST), on_read=self._took
        )
        self.reducer = Reducer(engine.caller, self.options, self.question)
        self.reads: dict[int, PartRead] = {}
        self.planned: list[Part] = []
        self.notes: list[str] = []
        self.words = Wording(self.question)
        self._plan: Plan | None = None
        self._early = False
        self._next = 0
        self._canaries = (0, 0)
        self._pairs: list[tuple[str, str]] | None = None
        self._stop: asyncio.Event | None = None
        self._why = ""

    # before

    def plan(self) -> Plan:
        """What the run will do and cost; looked at once, for the same texts."""
        self._plan = self._plan or self._made_plan()
        return self._plan

    def _made_plan(self) -> Plan:
        size = self._part_size()
        parts = partition(self.documents, size)
        tokens = sum(p.tokens for p in parts)
        searchable, everything = self.rank is not None, is_about_everything(self.question)
        way, reason = route.route_of(self._kind, tokens, self.options, searchable=searchable, everything=everything)
        counted = len(parts)
        if way == SINGLE:
            parts = partition(self.documents, max(tokens * 2, 1))
        elif way == SEARCH:
            parts = parts[: max(1, min(len(parts), (FIRST_PASSAGES + MORE_PASSAGES) * 500 // size))]
        known = sum(self.engine.caller.knows(self.mapper.call(p, alone=self._alone(way, p, parts))) for p in parts)
        self.planned = parts
        made = route.plan(
            self.question, self._kind, way, reason, parts, self.options, overhead=self.engine.leaf.overhead,
            remembered=known, canaries=self._canaries_for(way, len(parts) - known),
            factor=self.engine.caller.price_factor,
        )  # fmt: skip
        return replace(made, tokens=tokens, parts=counted if way == SEARCH else len(parts))

    def _output(self, options: Options) -> int:
        """Most tokens of an answer: more where every entry is reported, less where a cap is tight."""
        most = options.output * (DENSE if self._kind != ANSWER else 1)
        return max(min(most, options.caps.tokens // TIGHT_OUTPUT), LEAST_OUTPUT) if options.caps.tokens else most

    def _part_size(self) -> int:
        """Tokens of a part: smaller where a cap will end the run, since the last reservation wastes less of it then."""
        caps, price = self.options.caps, self.engine.caller.price("leaf", self.options.models)
        room = min(caps.tokens or float("inf"), caps.usd * MILLION / price.input if caps.usd else float("inf"))
        if room > 2 * sum(estimate(d.text) for d in self.documents):
            return self.options.part
        return max(min(self.options.part, int(room) // TIGHT), LEAST_PART)

    def _alone(self, way: str, part: Part, parts: Sequence[Part]) -> bool:
        return way == SINGLE and len(parts) == 1 and self._kind in (ANSWER, LIST)

    def _canaries_for(self, way: str, parts: int) -> int:
        if way != MAP or self.options.verify == NONE or self.options.canaries == 0:
            return 0
        return canary.how_many(parts) if self.options.canaries < 0 else self.options.canaries

    # while it runs

    def stop(self, why: str) -> None:
        """End as soon as possible, with what there is."""
        self._why = self._why or why
        if self._stop:
            self._stop.set()

    def status(self) -> Status:
        reads, budget = list(self.reads.values()), self.engine.budget
        return Status(
            len(self.planned),
            len(reads),
            sum(bool(r.gaps) for r in reads),
            sum(f.verified for r in reads for f in r.findings),
            budget.calls,
            budget.spent.tokens,
            budget.spent.usd,
        )

    def _took(self, read: PartRead) -> None:
        self.reads[read.part.number] = read
        while self._early and self._next in self.reads:
            self.reducer.add([f for f in self.reads[self._next].findings if self._counts(f)])
            self._next += 1

    def _counts(self, f: Finding) -> bool:
        """Whether a finding may stand behind the answer."""
        return f.verified or self.options.verify == NONE

    # the run

    async def go(self) -> Result:
        """Answer. Raises SetupError when no call could be made; all else is told in the result."""
        self._stop = asyncio.Event()
        plan = self.plan()
        if self._why:
            self._stop.set()
        work = asyncio.ensure_future(self._work(plan))
        stopped = asyncio.ensure_future(self._stop.wait())
        left = self.engine.budget.left
        try:
            await asyncio.wait(
                {work, stopped}, timeout=left if left != float("inf") else None, return_when="FIRST_COMPLETED"
            )
            if not work.done():
                self._why = self._why or "seconds"
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                await self.reducer.drop()  # before the account: what its calls have cost belongs there
                return self._result(plan, None)
            return work.result()
        except SetupError as e:
            if not any(r.findings for r in self.reads.values()):
                raise
            self._why = "setup"
            self.notes.append(str(e))
            await self.reducer.drop()
            return self._result(plan, None)
        finally:
            stopped.cancel()
            work.cancel()
            await asyncio.gather(work, stopped, return_exceptions=True)
            await self.reducer.drop()

    async def _work(self, plan: Plan) -> Result:
        condition = asyncio.ensure_future(self._condition()) if self._kind == PAIRS else None
        try:
            found = await self._checked(plan)
            self._pairs = self._paired(found, await condition) if condition else None
        except (LeafError, BudgetError) as e:
            if not condition or isinstance(e, SetupError):
                raise
            self.notes.append(f"no pairs, since their condition could not be read: {e}")
        finally:
            if condition:
                condition.cancel()
                await asyncio.gather(condition, return_exceptions=True)
        return self._result(plan, await self._joined(plan, found), found)

    async def _checked(self, plan: Plan) -> list[Finding]:
        """What was found, after all checks."""
        if plan.route == SEARCH:
            found = await self._searched()
        elif plan.route == SINGLE:
            found = await self._read(self.planned, alone=self._alone(SINGLE, self.planned[0], self.planned))
        else:
            found = await self._mapped(self.planned)
        if self.options.verify == VOTE and found:
            voter = Voter(self.engine.caller, self.options, by_id(self.documents), lead_for(*self._canaries))
            found = await voter.judge(self._in_time(found), everything=len(found) <= READ_AGAIN)
        return self._in_time(found)

    def _in_time(self, found: list[Finding]) -> list[Finding]:
        """With what replaced what; entries that are counted do not replace each other."""
        return in_time(found) if self._kind in (ANSWER, LIST) else found

    def _paired(self, found: list[Finding], condition: dict[str, Any]) -> list[tuple[str, str]]:
        return pairs(filter(self._counts, found), condition["left"], condition["right"], every=condition["every"])

    async def _mapped(self, parts: list[Part]) -> list[Finding]:
        """Map over everything, with canaries among the parts; what the reduction needs of the time is kept."""
        self._early = self._kind == ANSWER and self.options.verify != VOTE
        checking = asyncio.ensure_future(self._check_reader(self._canaries_for(MAP, len(parts))))
        try:
            found = await self._read(parts)
            self._canaries = await checking
        finally:
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
        return found

    async def _read(self, parts: list[Part], *, alone: bool = False) -> list[Finding]:
        """Distinct findings in document order; parts for which the time did not suffice are left unread."""
        reading = asyncio.ensure_future(self.mapper.read(parts, alone=alone))
        left = self.engine.budget.left
        if self._kind == ANSWER and not alone and left != float("inf"):
            left -= min(FOR_THE_ANSWER * left, MOST_FOR_THE_ANSWER)
        try:
            await asyncio.wait({reading}, timeout=left if left != float("inf") else None)
            if reading.done():
                reading.result()
            else:
                self.engine.budget.hit = "seconds"
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        return self._found()

    def _found(self) -> list[Finding]:
        return distinct(f for number in sorted(self.reads) for f in self.reads[number].findings)

    async def _searched(self) -> list[Finding]:
        """Read the best passages; more of them when they hold no answer."""
        found: list[Finding] = []
        seen: set[tuple[str, int]] = set()
        self.planned = []
        for most in (FIRST_PASSAGES, FIRST_PASSAGES + MORE_PASSAGES):
            best = await asyncio.to_thread(self.rank, self.question, most) if self.rank else []
            fresh = [p for p in best if (p.document.id, p.line) not in seen]
            seen |= {(p.document.id, p.line) for p in fresh}
            if not fresh:
                break
            parts = [replace(p, number=p.number + len(self.planned)) for p in packed(fresh, self.options.part)]
            self.planned += parts
            found = await self._read(parts, alone=len(self.planned) == 1)
            if any(map(self._counts, found)) or self.engine.budget.hit:
                break
        if not self.planned:
            self.notes.append("no passage holds the question's words; --route map reads everything")
        return found

    async def _check_reader(self, count: int) -> tuple[int, int]:
        """(right, wrong) answers to canaries; those that failed say nothing."""
        asked = canary.canaries(count)
        answers = await asyncio.gather(*map(self._canary_is_right, asked))
        return answers.count(True), answers.count(False)

    async def _canary_is_right(self, one: canary.Canary) -> bool | None:
        call = self.mapper.call(one.part, one.question)
        try:
            got = await self.engine.caller.ask(call, reported, fresh=True)
        except (LeafError, BudgetError):
            return None
        return one.is_right(got.findings)

    # the answer

    async def _joined(self, plan: Plan, found: list[Finding]) -> Written | None:
        """The answer where a model writes it; None where code does."""
        kept = [f for f in found if self._counts(f)]
        alone = next((r.answer for r in self.reads.values() if r.answer), "") if len(self.reads) == 1 else ""
        if not kept or self._kind not in (ANSWER, LIST):
            return None
        if alone and len(kept) == len(found):
            return self._proven(written(alone, self._as_numbered(), self.question))
        if self._kind == LIST:
            return None
        try:
            if not self._early:
                self.reducer.add(kept)
            return self._proven(await self.reducer.write(await self._chosen(found), self._facts(plan, found)))
        except (LeafError, BudgetError) as e:
            self.notes.append(f"the answer is a list of the findings, since it could not be written: {e}")
            return None

    def _proven(self, answer: Written) -> Written | None:
        """An answer that names at least one finding; one that names none rests on nothing."""
        if answer.cited:
            return answer
        self.notes.append("the answer is a list of the findings, since the written one cited none of them")
        return None

    def _as_numbered(self) -> list[Finding]:
        """The findings of the only part, as the leaf numbered them."""
        (read,) = self.reads.values()
        return list(read.findings)

    async def _chosen(self, found: list[Finding]) -> list[Finding]:
        """What the reduction chose, as it stands after the checks, in document order."""
        wanted = {(f.location, f.line, f.claim, f.value) for f in await self.reducer.chosen()}
        return [f for f in found if self._counts(f) and (f.location, f.line, f.claim, f.value) in wanted]

    def _facts(self, plan: Plan, found: list[Finding]) -> str:
        counted = tally(f for f in found if self._counts(f))
        lines = [f"findings counted by code: {counted.total}"]
        if len(counted.values) > 1:
            lines.append("by value: " + ", ".join(f"{v} {n}" for v, n in list(counted.values.items())[:40]))
        lines.append(f"parts read: {len(self._whole())} of {len(self.planned)}, route {plan.route}")
        return "\n".join(lines)

    async def _condition(self) -> dict[str, Any]:
        """How subjects make pairs, as a model reads the question; what it proposes is data for code."""

        def check(data: dict[str, Any]) -> dict[str, Any]:
            sides = [data.get("left"), data.get("right")]
            if not all(isinstance(s, list) and all(isinstance(v, str) for v in s) for s in sides):
                raise MalformedError("the answer has no lists `left` and `right` of texts", str(data)[:300])
            return {"left": sides[0], "right": sides[1], "every": data.get("every") is True}

        prefix = prompts.question_block(self.question)
        model = self.options.models["reduce"]
        call = Call(
            "reduce", prompts.PAIRS_SYSTEM, prefix, "", prompts.PAIRS_SCHEMA, model, self.options.output, "pairs"
        )
        return await self.engine.caller.ask(call, check)

    def _whole(self) -> list[PartRead]:
        """The parts that were read without a gap."""
        return [r for r in self.reads.values() if not r.gaps]

    def _result(self, plan: Plan, answer: Written | None, found: list[Finding] | None = None) -> Result:
        """The account of the run as far as it came. found: after all checks; None when it ended before them."""
        found = self._in_time(self._found()) if found is None else found
        kept = [f for f in found if self._counts(f)]
        counted = tally(kept)
        complete = not self._why and len(self._whole()) == len(self.planned)
        text = answer.text if answer else self._by_code(kept, counted)
        if plan.route != SEARCH and not complete:
            text += "\n\n" + self.words.say("incomplete", n=len(self._whole()), total=len(self.planned))
        if answer and answer.strangers:
            self.notes.append(f"numbers in the answer that no finding holds: {', '.join(answer.strangers)}")
        doubtful = sum(f.verified and bool(f.doubts) for f in found)
        if doubtful and self.options.verify == QUOTE:
            self.notes.append(f"verified, and doubtful all the same: {doubtful}; --verify vote has them read again")
        if self._canaries[1] > sum(self._canaries) * CARELESS:
            self.notes.append("the model failed control questions; --verify vote, or another --model, is more reliable")
        budget, caller = self.engine.budget, self.engine.caller
        return Result(
            text,
            found,
            coverage_of(plan, self.planned, list(self.reads.values()), found, self._canaries, self.mapper.children),
            cost_of(budget, caller, plan),
            budget.calls,
            budget.elapsed,
            plan,
            complete,
            self._why or budget.hit,
            counted.as_json() if self._kind in (COUNT, TALLY) else None,
            self._pairs,
            [*self.notes, *self.reducer.notes],
        )

    def _by_code(self, kept: list[Finding], counted: Tally) -> str:
        """The answer that needs no model."""
        if self._pairs is not None:
            return self.words.paired(self._pairs)
        if self._kind in (COUNT, TALLY):
            return self.words.counted(counted, ranked=self._kind == TALLY)
        return self.words.listed(kept)
