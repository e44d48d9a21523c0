"""One run that fills in a table: the plan, the reading of all parts, the rows, and an account of all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.answer.result import Result, RunStatus, cost_of, coverage_of
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.findings import Finding
from rlm_core.engine.mapper import Mapper, PartRead
from rlm_core.engine.operations import Engine, by_id
from rlm_core.engine.options import AUTO, FIRST_PASSAGES, MAP, MORE_PASSAGES, NONE, SEARCH, VOTE, RunOptions
from rlm_core.engine.route import RunPlan, plan, planned
from rlm_core.engine.rows.fields import Field
from rlm_core.engine.rows.filling import UNCHECKED, Above, Filler
from rlm_core.engine.rows.layout import SHOWN_ROWS, laid_out
from rlm_core.engine.rows.placing import LOWEST, heading_level
from rlm_core.engine.rows.replies import RowReplies, replied
from rlm_core.engine.rows.request import ROWS_SYSTEM, asked, schema_of
from rlm_core.engine.rows.row import Row, distinct_rows
from rlm_core.engine.rows.telling import RowWording
from rlm_core.engine.task import CAP_PER_OUTPUT, MIN_OUTPUT, Progress, Rank, Task
from rlm_core.engine.texts import Document, Partition, Piece, offset_of, packed
from rlm_core.errors import RlmError, worded
from rlm_core.llm.base import Call, SetupError, TooLargeError

ROWS = "rows"  # the kind of such a run
MOST_PART = 2000  # tokens of a part, by default: to report an entry takes several times its own tokens
OUTPUT = 3  # times the usual output
MAX_LINE_CHARS, MAX_ABOVE_CHARS = 300, 20_000  # of a line above, and how far up one is sought


@dataclass(frozen=True)
class RowsResult(Result):
    """A result with a table.

    answer: what was found, and the first rows as text. findings: the rows, with those of which nothing was shown.
    rejected: of these, the ones that are not verified. rows: in document order. fields: the columns.
    """

    rejected: list[Finding] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    fields: tuple[Field, ...] = ()

    @property
    def told(self) -> str:
        """The answer without the rows in it."""
        return self.answer.partition("\n")[0]

    @property
    def cited(self) -> list[Finding]:
        """The findings that stand beside the answer: none, since the table is the answer."""
        return []

    @property
    def is_answered(self) -> bool:
        """Whether there is a row that is verified, or one at all where nothing was checked."""
        return bool(self.verified) or any(c.doubts == (UNCHECKED,) for row in self.rows for c in row.cells)

    def as_json(self) -> dict[str, Any]:
        names = [f.name for f in self.fields]
        return {
            **super().as_json(),
            "rejected": [{"claim": f.claim, "quote": f.quote, "reason": "; ".join(f.doubts)} for f in self.rejected],
            "fields": [{"name": f.name, "type": f.typed, "required": f.required} for f in self.fields],
            "rows": [row.row_json(names) for row in self.rows],
        }


@dataclass
class RowMapper(Mapper):
    """Reads parts for rows. fields: the columns. texts: id -> its documents, for what stands above a part."""

    fields: Sequence[Field] = ()
    texts: dict[str, list[Document]] = field(default_factory=dict)
    _known: dict[tuple[str, int], Above] = field(default_factory=dict)  # (id, line) of a piece -> what stands above it

    def call(self, part: Partition, question: str = "", *, alone: bool = False) -> Call:
        """The call that reads a part; the same whether others are read or not."""
        return Call(
            "leaf", ROWS_SYSTEM, "",
            f"{_shown(self._above(part))}{prompts.sources(part)}{asked(question or self.question, self.fields)}",
            schema_of(self.fields), self.options.models["leaf"], self.options.output, part.name,
        )  # fmt: skip

    async def _leaf(self, part: Partition, call: Call, *, alone: bool) -> PartRead:
        """One call for the part. Raises TooLargeError when the leaf asks for a smaller one."""

        def check(data: dict[str, Any]) -> RowReplies:
            return replied(data, self.fields)

        got = await self.caller.ask(call, check)
        if got.split or got.cut:
            raise TooLargeError("the leaf asked for a smaller part" if got.split else "the answer was cut off")
        filler = Filler(part, self.fields, self._above(part), checked=self.options.verify != NONE)
        return PartRead(part, tuple(filler.rows(got.rows)), dropped=got.dropped)

    def _above(self, part: Partition) -> list[Above]:
        for piece in part.pieces:
            if (place := (piece.document.id, piece.line)) not in self._known:
                self._known[place] = above_of(piece, self.texts.get(piece.document.id, []))
        return [self._known[p.document.id, p.line] for p in part.pieces]


def above_of(piece: Piece, documents: Sequence[Document]) -> Above:
    """What stands above a piece in its document: the first line, which may be a table's head, and the last headings."""
    document = next((d for d in reversed(documents) if d.first_line <= piece.line), piece.document)
    end = offset_of(document.text, piece.line - document.first_line)
    if not end:
        return Above(document)
    first = next(((n, row) for n, row in enumerate(document.text[:MAX_ABOVE_CHARS].split("\n")) if row.strip()), None)
    lines: dict[int, str] = {}
    start, lowest = max(0, end - MAX_ABOVE_CHARS), LOWEST + 1
    rows = document.text[start : end - 1].split("\n")
    for up, row in enumerate(reversed(rows), 1):
        level = heading_level(row[: MAX_LINE_CHARS + 1])
        if 0 < level < lowest:  # of one level the last one holds, and of a lower one none before it
            lowest = level
            lines[piece.line - up] = row
    if first and document.first_line + first[0] < piece.line:
        lines.setdefault(document.first_line + first[0], first[1])
    return Above(document, tuple((n, row) for n, row in sorted(lines.items()) if len(row) <= MAX_LINE_CHARS))


def _shown(above: Sequence[Above]) -> str:
    """What stands above the sources, for the reader: sources of their own, which hold no entries."""
    pieces = [
        Piece(replace(a.document, text="", moments=(), title="stands above: no entries"), row, number, 0)
        for a in above
        for number, row in a.lines
    ]
    return prompts.sources(Partition(tuple(pieces))) if pieces else ""


class RowRun:
    """A question that makes a table of texts, once. `plan` costs nothing; `go` may be stopped at any time."""

    def __init__(
        self,
        question: str,
        fields: Sequence[Field],
        documents: Sequence[Document],
        engine: Engine,
        *,
        rank: Rank | None = None,
    ) -> None:
        """rank: finds the best passages, for the route that searches. Raises RlmError as `Run` does."""
        self.fields = tuple(fields)
        self.task = _task(question, documents, _options(engine.options), rank)
        self.engine = engine
        self.progress = Progress()
        self.mapper = RowMapper(
            engine.caller, self.task.options, self.task.question, on_read=self._took, fields=self.fields,
            texts=by_id(self.task.documents),
        )  # fmt: skip
        self.words = RowWording(self.task.question)
        self._plan: RunPlan | None = None
        self._stop: asyncio.Event | None = None

    @property
    def caller(self) -> Caller:
        return self.engine.caller

    def plan(self) -> RunPlan:
        """What the run will do and cost; worked out once, for the same texts."""
        if self._plan is None:
            planned_run, self.progress.parts = planned(self.task, self.mapper)
            self._plan = self._costed(planned_run)
        return self._plan

    def _costed(self, made: RunPlan) -> RunPlan:
        """A plan with the price of what a reader of rows is told, which is more than others are."""
        sender = self.caller.sender
        # The forecast adds the text that readers of findings are told.
        told = f"{ROWS_SYSTEM}{asked(self.task.question, self.fields)}"[len(prompts.LEAF_SYSTEM) :]
        reason = made.reason if self.engine.options.route != AUTO else "a table is made of everything"
        costed = plan(
            told, ROWS, made.route, reason, self.progress.parts, self.task.options, overhead=sender.leaf.overhead,
            remembered=made.remembered, factor=sender.prices.factor,
        )  # fmt: skip
        return replace(costed, tokens=made.tokens, parts=made.parts)

    def stop(self, reason: str) -> None:
        """End as soon as possible, with what there is."""
        self.progress.stopped = self.progress.stopped or reason
        if self._stop:
            self._stop.set()

    def status(self) -> RunStatus:
        """How far the run is; may be asked at any time."""
        reads, budget = list(self.progress.reads.values()), self.engine.budget
        verified = sum(f.verified for r in reads for f in r.findings)
        failed = sum(bool(r.gaps) for r in reads)
        spent = budget.spent
        return RunStatus(len(self.progress.parts), len(reads), failed, verified, budget.calls, spent.tokens, spent.usd)

    async def go(self) -> RowsResult:
        """Make the table. Raises SetupError when no call could be made; all else is told in the result."""
        self._stop = asyncio.Event()
        route = self.plan().route
        if self.progress.stopped:
            self._stop.set()
        reading = asyncio.ensure_future(self._read(route))
        stopped = asyncio.ensure_future(self._stop.wait())
        left = self.engine.budget.left
        try:
            await asyncio.wait(
                {reading, stopped}, timeout=left if left != float("inf") else None, return_when="FIRST_COMPLETED"
            )
            if reading.done():
                reading.result()
            else:
                self.stop("seconds")  # if nobody has stopped it before
        except SetupError as e:
            if not any(r.findings for r in self.progress.reads.values()):
                raise
            self.progress.stopped = "setup"
            self.progress.notes.append(worded("{why}", why=e))
        finally:
            for task in (reading, stopped):
                task.cancel()
            await asyncio.gather(reading, stopped, return_exceptions=True)
        return self._result(self.plan())

    async def _read(self, route: str) -> None:
        if route == SEARCH:
            rank, count = self.task.rank, FIRST_PASSAGES + MORE_PASSAGES
            best = await asyncio.to_thread(rank, self.task.question, count) if rank else []
            self.progress.parts = packed(best, self.task.options.part)
            if not best:
                self.progress.notes.append("no passage holds the question's words; --route map reads everything")
        await self.mapper.read(self.progress.parts)

    def _took(self, read: PartRead) -> None:
        self.progress.reads[read.part.number] = read

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Rows in document order; those that stand nowhere behind the others of their part."""
        order = {name: n for n, name in enumerate(self.mapper.texts)}
        return sorted(rows, key=lambda r: (r.part, not r.line, order.get(r.location, 0), r.line))

    def _result(self, made: RunPlan) -> RowsResult:
        progress, budget = self.progress, self.engine.budget
        reads = [progress.reads[n] for n in sorted(progress.reads)]
        found = distinct_rows(self._in_order([f for r in reads for f in r.findings if isinstance(f, Row)]))
        rows = [row for row in found if row.holds]
        total = len(progress.parts)
        whole = len(progress.whole())
        complete = not progress.stopped and whole == total and made.route != SEARCH
        notes = list(progress.notes)
        if self.engine.options.verify == VOTE:
            notes.append("the cells were checked by code; --verify vote has no row read again")
        answer = self.words.told(found, rows, self.fields, checked=self.engine.options.verify != NONE)
        if dropped := sum(r.dropped for r in reads):
            answer += " " + self.words.dropped(dropped)
        if made.route == SEARCH:
            answer += " " + self.words.searched()
        elif not complete:
            answer += " " + self.words.incomplete(whole, total)
        more = [self.words.more(len(rows) - SHOWN_ROWS)] if len(rows) > SHOWN_ROWS else []
        table = ["", *laid_out(rows, self.fields), *more] if rows else []
        return RowsResult(
            "\n".join([answer, *table]),
            list(found),
            coverage_of(made, progress.parts, reads, list(found), progress.canaries, self.mapper.children),
            cost_of(budget, self.caller.counts, made),
            budget.calls,
            budget.elapsed,
            made,
            complete,
            progress.stopped or budget.hit,
            notes=notes,
            rejected=[f for f in found if not f.verified],
            rows=rows,
            fields=self.fields,
        )


def _task(question: str, documents: Sequence[Document], options: RunOptions, rank: Rank | None) -> Task:
    """The task of a table. Raises RlmError on an empty question or when there is nothing to read."""
    question, texts = question.strip(), [d for d in documents if d.text.strip()]
    if not question:
        raise RlmError("there is no question; ask which entries make a row")
    if not texts:
        raise RlmError("there is nothing to read: the texts are empty")
    return Task(question, ROWS, texts, options, rank)


def _options(options: RunOptions) -> RunOptions:
    """The options of a run for rows: it reads everything unless another route was asked for, in smaller parts, with
    longer answers, and without control questions, which know nothing of tables.
    """
    route = MAP if options.route == AUTO else options.route
    part = min(options.part, MOST_PART) if options.part == RunOptions.part else options.part
    cap, output = options.caps.tokens, options.output * OUTPUT
    output = max(min(output, cap // CAP_PER_OUTPUT), MIN_OUTPUT) if cap else output
    return replace(options, route=route, part=part, output=output, canaries=0)
