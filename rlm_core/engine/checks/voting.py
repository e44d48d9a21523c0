"""Second readings of doubtful findings, by another model or with other borders around the quote; counts the votes.

A vote counts for a finding only when the reader says that the sources support it and shows a passage that stands in
them; whatever else it says is a vote against. When the votes settle nothing, a doubtful finding is not supported, and
one that was only read again with the others stays as it was. How many votes it takes depends on how often the readers
err (Wald's sequential probability ratio test, 1945): the lead of one side over the other must make a wrong verdict less
likely than one in five hundred. Votes take findings out; they do not bring back what code has refuted.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.checks.claims import is_doubtful
from rlm_core.engine.checks.quotes import stands_in
from rlm_core.engine.findings import SETTLED, Finding
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document, Partition, Piece, offset_of
from rlm_core.llm.base import Call, LeafError, MalformedError
from rlm_core.tokens import estimate

WINDOW_CHARS = 3000  # characters around a quote
REREADINGS = 3  # of the few doubtful findings that an answer rests on, where no votes were asked for
SLACK_CHARS = 200  # characters within which a window ends with a line, else with a word
CLAIMS_PER_CALL = 8  # claims in one call
MAX_WRONG = 0.002  # how likely a wrong verdict may be
USUAL_ERRORS, READINGS = 0.5, 5.0  # what a reader's error rate is guessed from before any control question: 10 %
MIN_ERROR, MAX_ERROR = 0.05, 0.3
# Where the quote stands in the window, as a share of it; each reading has other borders.
BORDERS = (0.25, 0.75, 0.5, 0.1, 0.9, 0.35, 0.65, 0.2, 0.8, 0.4, 0.6, 0.3, 0.7)
AGAINST = "second readings do not support it"


def lead_for(right: int, wrong: int) -> int:
    """The lead in votes that settles a finding. right, wrong: how the run's reader answered control questions."""
    return _lead_at((wrong + USUAL_ERRORS) / (right + wrong + READINGS))


def lead_by_dissent(votes: Iterable[list[bool]]) -> int:
    """The same, by how often two readings of one finding disagree, which is 2 * error * (1 - error) of the pairs."""
    split = [(v.count(True), v.count(False)) for v in votes]
    pairs = sum((yes + no) * (yes + no - 1) // 2 for yes, no in split)
    usual = 2 * USUAL_ERRORS / READINGS * (1 - USUAL_ERRORS / READINGS)
    dissent = (sum(yes * no for yes, no in split) + usual * READINGS) / (pairs + READINGS)
    return _lead_at((1 - math.sqrt(max(1 - 2 * dissent, 0.0))) / 2)


def _lead_at(error: float) -> int:
    error = min(max(error, MIN_ERROR), MAX_ERROR)
    return math.ceil(math.log(MAX_WRONG) / math.log(error / (1 - error)))


@dataclass
class Voter:
    """Has findings read again.

    documents: id -> its texts. lead: votes by which one side has to be ahead. question: what the claims are to answer.
    """

    caller: Caller
    options: RunOptions
    documents: dict[str, list[Document]]
    lead: int = 3
    question: str = ""

    async def judge(self, findings: Sequence[Finding], *, everything: bool) -> list[Finding]:
        """All findings, those read again with votes and verdict. everything: not only the doubtful ones."""
        asked = [n for n, f in enumerate(findings) if f.verified and f.line and (everything or is_doubtful(f))]
        votes: dict[int, list[bool]] = {n: [] for n in asked}
        for at in range(len(BORDERS)):
            waiting = [n for n in asked if not self._settled(votes[n])]
            if not waiting or at > 2 * self.lead:
                break
            await self._round(findings, waiting, at, votes)
            self.lead = max(self.lead, lead_by_dissent(votes.values()))
        return [self._verdict(f, votes[n]) if n in votes else f for n, f in enumerate(findings)]

    async def reread(self, findings: Sequence[Finding], numbers: Sequence[int]) -> list[Finding]:
        """All findings, those of `numbers` with a few votes. Two votes ahead settle one; else it stays as it is."""
        self.lead = SETTLED
        votes: dict[int, list[bool]] = {n: [] for n in numbers}
        for at in range(REREADINGS):
            if waiting := [n for n in numbers if not self._settled(votes[n])]:
                await self._round(findings, waiting, at, votes)
        return [self._reread(f, votes[n]) if n in votes else f for n, f in enumerate(findings)]

    def _reread(self, f: Finding, votes: list[bool]) -> Finding:
        yes, no = votes.count(True), votes.count(False)
        return replace(f if no - yes < self.lead else f.doubted(AGAINST), votes=(yes, no))

    def _settled(self, votes: list[bool]) -> bool:
        return abs(2 * votes.count(True) - len(votes)) >= self.lead

    def _verdict(self, f: Finding, votes: list[bool]) -> Finding:
        yes, no = votes.count(True), votes.count(False)
        if yes - no >= self.lead or (no - yes < self.lead and not is_doubtful(f)):
            return replace(f, verified=True, votes=(yes, no))
        return replace(f.doubted(AGAINST), votes=(yes, no))

    async def _round(
        self, findings: Sequence[Finding], numbers: list[int], at: int, votes: dict[int, list[bool]]
    ) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for n in numbers:
            groups[findings[n].location].append(n)
        batches = [g[i : i + CLAIMS_PER_CALL] for g in groups.values() for i in range(0, len(g), CLAIMS_PER_CALL)]
        answers = await asyncio.gather(*(self._read_again([findings[n] for n in b], at) for b in batches))
        for batch, verdicts in zip(batches, answers, strict=True):
            for n, verdict in zip(batch, verdicts, strict=False):
                votes[n].append(verdict)

    async def _read_again(self, batch: list[Finding], at: int) -> list[bool]:
        """A vote for each finding; none when the call fails."""
        part = Partition(tuple(self._window(f, BORDERS[at]) for f in batch))
        claims = prompts.listed([f"{f.location}: {said(f)}{_by(f)}" for f in batch], "claims")
        model = self.options.models["verify" if at % 2 else "leaf"]
        # A short text has no other borders: the number alone tells this reading from the one before.
        asked = prompts.question_block(self.question) if self.question else ""
        body = f"Reading {at + 1}.\n{prompts.sources(part)}\n{asked}{claims}"
        call = Call(
            "verify", prompts.VERIFY_SYSTEM, "", body, prompts.VERIFY_SCHEMA, model, self.options.output, "verify"
        )
        try:
            given = await self.caller.ask(call, lambda data: _verdicts(data, part))
        except (LeafError, BudgetError):
            return []
        return [given.get(n, False) for n in range(1, len(batch) + 1)]

    def _window(self, f: Finding, share: float) -> Piece:
        """The text around a finding's quote, with `share` of the window before it."""
        fits = [d for d in self.documents[f.location] if d.first_line <= f.line]
        document = fits[-1] if fits else self.documents[f.location][0]
        line = offset_of(document.text, f.line - document.first_line)
        at = max(document.text.find(f.quote, line), line)
        end = at + len(f.quote)
        start = _edge(document.text, at - int(WINDOW_CHARS * share), at)
        stop = _edge(document.text, end + int(WINDOW_CHARS * (1 - share)), len(document.text))
        text = document.text[start : max(stop, end)]
        return Piece(document, text, document.first_line + document.text.count("\n", 0, start), estimate(text))


def _edge(text: str, at: int, last: int) -> int:
    """The beginning of the next line, else of the next word, after an offset and before `last`; 0 before the text."""
    if at <= 0:
        return 0
    for boundary in ("\n", " "):
        found = text.find(boundary, at, min(at + SLACK_CHARS, last))
        if found >= 0:
            return found + 1
    return min(at, last)


def said(f: Finding) -> str:
    """What a finding claims, in one line."""
    return " ".join(filter(None, [f.claim, f"({f.subject}: {f.value})" if f.value and f.subject else f.value]))


def _by(f: Finding) -> str:
    """Who said the passage that is to show a claim."""
    return f" (said by: {f.speaker})" if f.speaker else ""


def _verdicts(data: dict[str, Any], part: Partition) -> dict[int, bool]:
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
