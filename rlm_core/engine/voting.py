"""A second reading of doubtful findings, by another model or with other borders around the quote; counts the votes.

A vote is for a finding only when the reader says that the sources support it and shows a passage that stands in them.
Whatever else happens is a vote against: the verdict by default is "not supported".
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.budget import BudgetError
from rlm_core.engine.caller import Caller
from rlm_core.engine.claims import is_doubtful
from rlm_core.engine.findings import Finding
from rlm_core.engine.options import Options
from rlm_core.engine.quotes import stands_in
from rlm_core.engine.texts import Document, Part, Piece
from rlm_core.llm.base import Call, LeafError, MalformedError
from rlm_core.tokens import estimate

WINDOW = 3000  # characters around a quote
BATCH = 8  # claims in one call
# Where the quote stands in the window: after a quarter, after three quarters, in the middle. Two readings, a third when
# they disagree.
BORDERS = (0.25, 0.75, 0.5)
AGAINST = "a second reading does not support it"


@dataclass
class Voter:
    """Has findings read again. documents: id -> its texts."""

    caller: Caller
    options: Options
    documents: dict[str, list[Document]]

    async def judge(self, found: Sequence[Finding], *, everything: bool) -> list[Finding]:
        """All findings, those read again with votes and verdict. everything: not only the doubtful ones."""
        asked = [n for n, f in enumerate(found) if f.line and (is_doubtful(f) or (everything and f.verified))]
        votes: dict[int, list[bool]] = {n: [] for n in asked}
        for at, _ in enumerate(BORDERS):
            open_ones = [n for n in asked if len(votes[n]) == at and (at < 2 or len(set(votes[n])) == 2)]
            await self._round(found, open_ones, at, votes)
        return [_verdict(f, votes[n]) if n in votes else f for n, f in enumerate(found)]

    async def _round(self, found: Sequence[Finding], numbers: list[int], at: int, votes: dict[int, list[bool]]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for n in numbers:
            groups[found[n].location].append(n)
        batches = [g[i : i + BATCH] for g in groups.values() for i in range(0, len(g), BATCH)]
        answers = await asyncio.gather(*(self._read_again([found[n] for n in b], at) for b in batches))
        for batch, verdicts in zip(batches, answers, strict=True):
            for n, verdict in zip(batch, verdicts, strict=True):
                votes[n].append(verdict)

    async def _read_again(self, batch: list[Finding], at: int) -> list[bool]:
        part = Part(tuple(self._window(f, BORDERS[at]) for f in batch))
        claims = prompts.listed([f"{f.location}: {said(f)}" for f in batch], "claims")
        model = self.options.models["verify" if at else "leaf"]
        call = Call(
            "verify", prompts.VERIFY_SYSTEM, "", f"{claims}\n{prompts.sources(part)}", prompts.VERIFY_SCHEMA, model,
            self.options.output, "verify",
        )  # fmt: skip
        try:
            given = await self.caller.ask(call, lambda data: _verdicts(data, part))
        except (LeafError, BudgetError):
            given = {}
        return [given.get(n, False) for n in range(1, len(batch) + 1)]

    def _window(self, f: Finding, share: float) -> Piece:
        """Whole lines around a finding's quote, with `share` of the window before it."""
        fits = [d for d in self.documents[f.location] if d.first_line <= f.line]
        document = fits[-1] if fits else self.documents[f.location][0]
        offset = _offset(document.text, f.line - document.first_line)
        start = document.text.rfind("\n", 0, max(0, offset - int(WINDOW * share)) + 1) + 1
        stop = document.text.find("\n", min(len(document.text), offset + len(f.quote) + int(WINDOW * (1 - share))))
        text = document.text[min(start, offset) : stop if stop >= 0 else len(document.text)]
        line = document.first_line + document.text.count("\n", 0, min(start, offset))
        return Piece(document, text, line, estimate(text))


def _offset(text: str, lines: int) -> int:
    """Where the line begins that has so many before it."""
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1
    return at


def said(f: Finding) -> str:
    """What a finding claims, in one line."""
    return " ".join(filter(None, [f.claim, f"({f.subject}: {f.value})" if f.value and f.subject else f.value]))


def _verdicts(data: dict[str, Any], part: Part) -> dict[int, bool]:
    """number -> supported, with a passage that stands in the sources."""
    rows = data.get("verdicts")
    if not isinstance(rows, list):
        raise MalformedError("the answer has no list `verdicts`", str(data)[:300])
    given = {}
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("number"), int) and row.get("supported") is True:
            quote = str(row.get("quote") or "")
            given[row["number"]] = any(stands_in(quote, p.text) for p in part.pieces)
    return given


def _verdict(f: Finding, votes: list[bool]) -> Finding:
    """A finding after the votes: the majority counts; a tie is against it."""
    yes, no = votes.count(True), votes.count(False)
    if yes > no:
        return replace(f, verified=True, votes=(yes, no))
    return replace(f.doubted(AGAINST), votes=(yes, no))
