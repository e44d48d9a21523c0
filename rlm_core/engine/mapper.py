"""Asks a question of all parts at once, as far as the budget allows; what could not be read is told as a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.checks import claims, quotes, totals
from rlm_core.engine.checks.evidence import about
from rlm_core.engine.checks.values import doubt_value
from rlm_core.engine.findings import Finding, Reported, reported
from rlm_core.engine.kinds import COUNT, TALLY, told
from rlm_core.engine.labels import fitted
from rlm_core.engine.options import NONE, RunOptions
from rlm_core.engine.texts import Partition, Piece, offset_of, split
from rlm_core.llm.base import Call, LeafError, MalformedError, SetupError, TooLargeError
from rlm_core.tokens import estimate

MIN_SPLIT_TOKENS = 60  # tokens of a part that is not split any further
CROWDED_SPLIT = 8  # a part that held too much is split in so many: one entry for eight tokens still fits an answer


@dataclass(frozen=True)
class Gap:
    """A part that was not read, and the reason. cap: the cap that kept it from being read, "" for another reason."""

    part: Partition
    reason: str
    cap: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"part": self.part.name, "tokens": self.part.tokens, "reason": self.reason}


@dataclass(frozen=True)
class PartRead:
    """The result of reading one part.

    findings: checked. gaps: what was not read; none when the part was read completely. dropped: how many items of the
    answer were not findings. answer: the answer in words, from a leaf that read everything by itself.
    """

    part: Partition
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    dropped: int = 0
    answer: str = ""


@dataclass
class Mapper:
    """Reads the parts for one question.

    literal: values are words of the text, not labels that the reader chooses. labels: those that it chooses from, when
    they were agreed on. children: how many parts were split into smaller ones. crowded: tokens of the largest of those,
    0 before the first split; a part that is larger is split before it is read. on_read: called with each result as it
    comes. kind: what the question asks for, see `kinds`; "" where nobody said.
    """

    caller: Caller
    options: RunOptions
    question: str
    literal: bool = False
    labels: tuple[str, ...] = ()
    children: int = 0
    crowded: int = 0
    on_read: Callable[[PartRead], None] = field(default=lambda read: None)
    kind: str = ""

    def call(self, part: Partition, question: str = "", *, alone: bool = False) -> Call:
        """The call that reads a part.

        question: another one than the run's. alone: no other part is read, so that the call asks for the answer too.
        """
        labels = () if question else self.labels
        return Call(
            "leaf",
            prompts.ALONE_SYSTEM if alone else prompts.LEAF_SYSTEM,
            prompts.sources(part),
            "\n" + prompts.question_block(question or self.question, "" if question else told(self.kind), labels),
            prompts.leaf_schema(labels, alone=alone),
            self.options.models["leaf"],
            self.options.output,
            part.name,
        )

    async def read(self, parts: Sequence[Partition], *, alone: bool = False) -> list[PartRead]:
        """The results, in the order of the parts. Raises SetupError when no call can succeed."""
        tasks = [asyncio.ensure_future(self._read(part, alone=alone)) for part in parts]
        try:
            for task in asyncio.as_completed(tasks):
                self.on_read(await task)
        finally:
            for pending in tasks:
                pending.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [task.result() for task in tasks]

    async def _read(self, part: Partition, *, alone: bool) -> PartRead:
        call = self.call(part, alone=alone)
        smaller = self.crowded and part.tokens > self.crowded and part.depth < self.options.depth
        if smaller and not self.caller.knows(call):
            return await self._as_child(part, "parts like this one held too much")
        try:
            return await self._leaf(part, call, alone=alone)
        except TooLargeError as e:
            self.caller.remember(call, {"findings": [], "split": True, "answer": ""})  # the next time costs nothing
            return await self._as_child(part, str(e))
        except SetupError:
            raise
        except BudgetError as e:
            return PartRead(part, gaps=(Gap(part, str(e), e.cap),))
        except LeafError as e:
            return PartRead(part, gaps=(Gap(part, f"{_name_of(e)}: {e}"),))

    async def _leaf(self, part: Partition, call: Call, *, alone: bool) -> PartRead:
        """One call for the part. Raises TooLargeError when the leaf asks for a smaller one."""

        def check(data: dict[str, Any]) -> tuple[Reported, str]:
            answer = data.get("answer", "") if alone else ""
            if not isinstance(answer, str):
                raise MalformedError("`answer` is no text", str(data)[:300])
            return reported(data, part.number, ("answer",) if alone else ()), answer

        got, answer = await self.caller.ask(call, check)
        if got.split:
            raise TooLargeError("the leaf asked for a smaller part")
        read = PartRead(part, tuple(self.checked(got.findings, part)), dropped=got.dropped, answer=answer)
        return await self._with_rest(read, looped=got.looped) if got.cut else read

    async def _with_rest(self, read: PartRead, *, looped: bool) -> PartRead:
        """What an answer that was cut off has, and what is found in the rest of its part."""
        rest = _rest(read)
        # So many tokens have fitted into an answer; one that looped would have had room for all.
        fits = 0 if rest is None else rest.tokens if looped else read.part.tokens - rest.tokens
        more = await self._as_child(rest or read.part, "the answer was cut off", fits)
        kept = [f for f in read.findings if not any(f.is_at(other) for other in more.findings)]
        return PartRead(read.part, (*kept, *more.findings), more.gaps, read.dropped + more.dropped)

    def checked(self, found: Sequence[Finding], part: Partition) -> list[Finding]:
        """The findings with the places of their quotes, doubted where a check fails; with checks off, unverified."""
        located = quotes.locate(tuple(replace(f, value=fitted(f.value, self.labels)) for f in found), part)
        if self.kind in (COUNT, TALLY):
            located = [_counted(f, self.question) for f in located]
        if self.options.verify == NONE:
            return [replace(f, verified=False, doubts=()) for f in located]
        literal = self.literal and not self.labels
        checked = [
            about.check(claims.check(f, part, self.question), part, self.question, literal=literal) for f in located
        ]
        return [doubt_value(f, part, self.question) for f in checked] if literal else checked

    async def _as_child(self, part: Partition, reason: str, fits: int = 0) -> PartRead:
        """Read a part as several smaller ones, under the same budget.

        reason: why it could not be read at once. fits: tokens of what one call can read, 0 when nobody knows. A part
        that is no larger is read as it is.
        """
        if part.depth >= self.options.depth:
            hint = "a higher --depth splits it further" if self.options.depth else "--depth 1 would split it"
            return PartRead(part, gaps=(Gap(part, f"{reason}; {hint}"),))
        size = max(part.tokens // CROWDED_SPLIT, MIN_SPLIT_TOKENS, fits)
        smaller = split(part, size) if part.tokens > max(MIN_SPLIT_TOKENS, fits) else []
        if fits and not smaller:
            smaller = [replace(part, depth=part.depth + 1)]
        if not smaller:
            return PartRead(part, gaps=(Gap(part, f"{reason}; it cannot be split"),))
        self.children += 1
        self.crowded = self.crowded or max(p.tokens for p in smaller)
        reads = await asyncio.gather(*(self._read(p, alone=False) for p in smaller))
        return PartRead(
            part,
            tuple(f for r in reads for f in r.findings),
            tuple(g for r in reads for g in r.gaps),
            sum(r.dropped for r in reads),
        )


def _counted(finding: Finding, question: str) -> Finding:
    """A located finding of what is counted: doubted where it is a total, softly where its quote alone is one."""
    if not finding.verified:
        return finding
    if totals.says_how_many(finding.claim, question):
        return finding.doubted(totals.TOTAL)
    several = totals.says_how_many(finding.quote, question)
    return replace(finding, doubts=(*finding.doubts, totals.SEVERAL)) if several else finding


def _rest(read: PartRead) -> Partition | None:
    """What a part holds before the line of the first finding, and from the line of the last one on.

    None where the findings do not follow the text's order, so that nobody knows how far they have come.
    """
    reached = [_reached(read.part, f) for f in read.findings if f.line]
    if not reached or reached != sorted(reached) or reached[-1] <= (0, read.part.pieces[0].line):
        return None
    pieces = read.part.pieces
    (first, start), (last, line) = reached[0], reached[-1]
    before = (*pieces[:first], _lines(pieces[first], pieces[first].line, start))
    after = (_lines(pieces[last], line), *pieces[last + 1 :])
    return replace(read.part, pieces=tuple(p for p in (*before, *after) if p.text.strip()))


def _lines(piece: Piece, first: int, end: int = 0) -> Piece:
    """The lines of a piece from `first` on, those from `end` on left out."""
    start = offset_of(piece.text, first - piece.line)
    text = piece.text[start : offset_of(piece.text, end - piece.line) if end else None]
    return Piece(piece.document, text, first, estimate(text))


def _reached(part: Partition, f: Finding) -> tuple[int, int]:
    """(number of the piece, line) of a finding's quote."""
    at = next((n for n, p in enumerate(part.pieces) if p.document.id == f.location and f.line <= _last_line(p)), 0)
    return at, f.line


def _last_line(piece: Piece) -> int:
    return piece.line + piece.text.rstrip("\n").count("\n")


def _name_of(error: LeafError) -> str:
    """An error's name for people: `RateLimitedError` is "rate limited"."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
