"""Reduces findings to an answer: by one call if they fit, else by a tree of calls that choose what matters.

A condensing call answers with the numbers of the findings to keep, so that quotes and places pass through it untouched.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rlm_core.engine import prompts
from rlm_core.engine.calls.budget import BudgetError
from rlm_core.engine.calls.caller import Caller
from rlm_core.engine.checks.numbers import mentioned, stated
from rlm_core.engine.findings import Finding
from rlm_core.engine.options import RunOptions
from rlm_core.errors import worded
from rlm_core.llm.base import Call, LeafError, MalformedError
from rlm_core.tokens import estimate

SHOWN_QUOTE_CHARS = 600  # characters of a quote in a reduction
SHOWN_FACTS_CHARS = 4000
_CITED = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")


@dataclass(frozen=True)
class Written:
    """An answer in words. text: with citations `[chunk:line]`. cited: how many places it cites.

    strangers: numbers in it that neither a finding nor the question contains.
    """

    text: str
    cited: int
    strangers: tuple[str, ...] = ()


@dataclass
class Reducer:
    """Joins the findings of one run. Groups that are full are condensed while leaves are still running."""

    caller: Caller
    options: RunOptions
    question: str
    notes: list[str] = field(default_factory=list)
    _held: list[Finding] = field(default_factory=list)
    _tokens: int = 0
    _groups: list[asyncio.Task[list[Finding]]] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Tokens of findings in one call."""
        return self.options.part

    def add(self, findings: Sequence[Finding]) -> None:
        """Take findings in document order; a full group is condensed at once, beside the leaves."""
        for finding in findings:
            cost = estimate(row(finding)) + 4
            if self._held and self._tokens + cost > self.room:
                self._close_group()
            self._held.append(finding)
            self._tokens += cost

    def _close_group(self) -> None:
        self._groups.append(asyncio.ensure_future(self._condense(self._held)))
        self._held, self._tokens = [], 0

    async def chosen(self) -> list[Finding]:
        """The findings that the answer is written from, few enough for one call."""
        if not self._groups:
            return self._held
        if self._held:
            self._close_group()
        findings = [f for group in await asyncio.gather(*self._groups) for f in group]
        while sum(estimate(row(f)) + 4 for f in findings) > self.room:
            groups = _grouped(findings, self.room)
            fewer = [f for g in await asyncio.gather(*map(self._condense, groups)) for f in g]
            if len(fewer) >= len(findings):
                self.notes.append("there were too many findings for one answer; the newest were taken")
                return _newest(findings, self.room)
            findings = fewer
        return findings

    async def _condense(self, findings: list[Finding]) -> list[Finding]:
        """The findings that a model keeps of these; all of them when the call fails."""

        def check(data: dict[str, Any]) -> list[int]:
            keep = data.get("keep")
            if not isinstance(keep, list) or not all(isinstance(n, int) for n in keep):
                raise MalformedError("the answer has no list `keep` of numbers", str(data)[:300])
            return keep

        body = prompts.listed([row(f) for f in findings], "findings")
        try:
            keep = set(await self.caller.ask(self._call(prompts.CONDENSE_SYSTEM, body, prompts.CONDENSE_SCHEMA), check))
        except (LeafError, BudgetError) as e:
            self.notes.append(worded("findings could not be condensed: {why}", why=e))
            return findings
        return [f for n, f in enumerate(findings, 1) if n in keep]

    def _call(self, system: str, body: str, schema: dict[str, Any]) -> Call:
        asked = f"{body}\n{prompts.question_block(self.question)}"
        return Call("reduce", system, "", asked, schema, self.options.models["reduce"], self.options.output, "reduce")

    async def write(self, findings: Sequence[Finding], facts: str) -> Written:
        """The answer in words. facts: what code found out. Raises LeafError or BudgetError."""

        def check(data: dict[str, Any]) -> str:
            answer = data.get("answer")
            if not isinstance(answer, str) or not answer.strip():
                raise MalformedError("the answer has no text `answer`", str(data)[:300])
            return answer

        body = prompts.listed([row(f) for f in findings], "findings")
        body += "\n" + prompts.listed(facts[:SHOWN_FACTS_CHARS].split("\n"), "facts")
        text = await self.caller.ask(self._call(prompts.REDUCE_SYSTEM, body, prompts.REDUCE_SCHEMA), check)
        return written(text, findings, f"{self.question}\n{facts}")

    async def drop(self) -> None:
        """Cancel the condensing that is going on; what its calls have cost is booked when this returns."""
        for group in self._groups:
            group.cancel()
        await asyncio.gather(*self._groups, return_exceptions=True)


def row(f: Finding) -> str:
    """A finding as one line of a reduction's prompt."""
    what = " ".join(filter(None, [f.claim, f"[{f.subject} = {f.value}]" if f.value else ""]))
    later = f" (replaced by {f.superseded_by})" if f.superseded_by else ""
    later += f" (contradicts {', '.join(f.contradicts[:3])})" if f.contradicts else ""
    later += f" (doubtful: {', '.join(f.doubts)})" if f.is_doubtful else ""
    speaker = f.speaker
    quote = " ".join(f.quote.split())
    quote = quote if len(quote) <= SHOWN_QUOTE_CHARS else quote[: SHOWN_QUOTE_CHARS - 1] + "…"
    place = f"{f.place}, {speaker} says" if speaker else f.place
    return f'{f.date[:16].replace("T", " ")} {place}: {what}{later} — "{quote}"'.strip()


def written(text: str, findings: Sequence[Finding], known: str) -> Written:
    """Replace each `[3]` in an answer by `[chunk:line]`; citations of findings that do not exist are dropped.

    known: what the model was told beside the findings; numbers in it are no strangers.
    """

    places_cited: set[str] = set()

    def cite(match: re.Match[str]) -> str:
        numbers = [int(n) for n in re.findall(r"\d+", match[1])]
        places = dict.fromkeys(findings[n - 1].place for n in numbers if 1 <= n <= len(findings))
        places_cited.update(places)
        return "".join(f"[{place}]" for place in places)

    plain = _CITED.sub(" ", text)
    allowed = mentioned("\n".join([known, *(f"{f.claim}\n{f.value}\n{f.quote}\n{f.date}" for f in findings)]))
    allowed |= {str(len(findings))}
    strangers = tuple(sorted(stated(plain) - allowed))
    shown = re.sub(r" +(?=[.,;:]|$)", "", _CITED.sub(cite, text), flags=re.MULTILINE).strip()
    return Written(shown, len(places_cited), strangers)


def _grouped(findings: Sequence[Finding], room: int) -> list[list[Finding]]:
    groups: list[list[Finding]] = [[]]
    tokens = 0
    for f in findings:
        cost = estimate(row(f)) + 4
        if groups[-1] and tokens + cost > room:
            groups.append([])
            tokens = 0
        groups[-1].append(f)
        tokens += cost
    return groups


def _newest(findings: Sequence[Finding], room: int) -> list[Finding]:
    """As many of the newest findings as fit into `room` tokens, in document order."""
    kept: set[int] = set()
    tokens = 0
    for at in sorted(range(len(findings)), key=lambda at: findings[at].date, reverse=True):
        tokens += estimate(row(findings[at])) + 4
        if tokens > room:
            break
        kept.add(at)
    return [f for at, f in enumerate(findings) if at in kept]
