"""The paper's strategies as plain operations: peek, grep, partition and map, verify, summarise.

async with Engine(leaf, RunOptions(workers=16)) as engine:
    parts = partition(documents, 8000)
    reads = await engine.map("Which tickets contradict the spec?", parts)
    found = [f for read in reads for f in read.findings if f.verified]
    answer = await engine.summarise("Which tickets contradict the spec?", found)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from rlm_core.engine.answer.reduce import Reducer, Written
from rlm_core.engine.answer.tally import pairs, tally
from rlm_core.engine.calls.budget import Budget
from rlm_core.engine.calls.caller import AnswerCache, Caller
from rlm_core.engine.calls.pace import Pace
from rlm_core.engine.checks import claims, quotes
from rlm_core.engine.checks.evidence import about
from rlm_core.engine.findings import Finding
from rlm_core.engine.mapper import Mapper, PartRead
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document, Partition, Piece, partition, split
from rlm_core.errors import RlmError, worded
from rlm_core.llm.base import Leaf, NamingLeaf
from rlm_core.llm.prices import PriceList

__all__ = ["Engine", "Excerpt", "grep", "pairs", "partition", "peek", "split", "tally", "verify"]


@dataclass(frozen=True)
class Excerpt:
    """Lines of a document. line: the first one's number, from 1."""

    document: Document
    line: int
    text: str


def peek(documents: Sequence[Document], chars: int = 500) -> list[Excerpt]:
    """The first `chars` characters of each text."""
    return [Excerpt(d, d.first_line, d.text[:chars]) for d in documents]


def grep(documents: Sequence[Document], pattern: str, *, most: int = 100, around: int = 0) -> list[Excerpt]:
    """Lines that match a regular expression, case aside, each with `around` lines before and after.

    Raises RlmError on a pattern that is none.
    """
    try:
        matcher = re.compile(pattern, re.IGNORECASE)
    except re.error as e:
        raise RlmError(worded("{pattern!r} is no regular expression: {why}", pattern=pattern, why=e)) from e
    passages: list[Excerpt] = []
    for document in documents:
        if not matcher.search(document.text):
            continue
        rows = document.text.split("\n")
        for n, row in enumerate(rows):
            if matcher.search(row):
                first = max(0, n - around)
                text = "\n".join(rows[first : n + around + 1])
                passages.append(Excerpt(document, document.first_line + first, text))
                if len(passages) == most:
                    return passages
    return passages


def verify(findings: Sequence[Finding], documents: Sequence[Document], question: str) -> list[Finding]:
    """Check findings, whoever reported them; returned with the places of their quotes, doubted where a check fails."""
    whole = Partition(tuple(Piece(d, d.text, d.first_line, 0) for d in documents))
    located = quotes.locate(tuple(findings), whole)
    return [about.check(claims.check(f, whole, question), whole, question) for f in located]


class Engine:
    """One leaf, one budget and one pace for any number of operations.

    memory: answers of former calls. budget: what the calls may spend; by default what `options` allow. price_factor: of
    the leaf's prices, 0.5 for batches. Where calls are written down is set by `caller.fund`.
    """

    def __init__(
        self,
        leaf: Leaf,
        options: RunOptions | None = None,
        *,
        memory: AnswerCache | None = None,
        budget: Budget | None = None,
        price_factor: float = 1.0,
    ) -> None:
        options = options or RunOptions()
        if isinstance(leaf, NamingLeaf) and not options.named:
            options = replace(options, named={m: leaf.guess(m) for m in set(options.models.values())})
        self.options = options
        self.leaf = leaf
        self.caller = Caller(
            leaf,
            budget or Budget(self.options.caps),
            Pace(min(self.options.workers or leaf.workers, leaf.most_workers)),
            self.options.seconds,
            memory,
            prices=PriceList(self.options.prices, price_factor, dict(self.options.named)),
        )

    @property
    def budget(self) -> Budget:
        """What all operations together may spend and have spent."""
        return self.caller.budget

    async def __aenter__(self) -> Engine:
        self.leaf.check()
        return self

    async def __aexit__(
        self, error: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.leaf.close()

    async def map(self, question: str, parts: Sequence[Partition]) -> list[PartRead]:
        """Read every part for the question; results in the order of the parts, failures as gaps. Raises SetupError."""
        return await Mapper(self.caller, self.options, question).read(parts)

    async def summarise(self, question: str, findings: Sequence[Finding], facts: str = "") -> Written:
        """Write an answer from findings; by a tree of calls if they are many. Raises LeafError, BudgetError."""
        reducer = Reducer(self.caller, self.options, question)
        try:
            reducer.add(findings)
            return await reducer.write(await reducer.chosen(), facts)
        finally:
            await reducer.drop()


def by_id(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """id -> its texts, in order."""
    texts: dict[str, list[Document]] = {}
    for document in documents:
        texts.setdefault(document.id, []).append(document)
    return texts
