"""Several whole programs for one question, tried on a sample; the one that agrees with most of the others is run.

After SRLM (arXiv:2603.15653): where programs that were written apart give the same answer, it is less likely that each
of them errs. What they agree on over the sample is no answer: the chosen program runs over everything.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import time
from typing import TYPE_CHECKING, Any

from rlm_core.engine.calls.budget import BudgetError
from rlm_core.errors import worded
from rlm_core.llm.base import LeafError
from rlm_core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rlm_core.repl.broker import Broker
    from rlm_core.repl.execute import CellRun

SAMPLED = 8  # one text in so many is in the sample
MIN_TEXTS = 4  # fewer are tried whole
_CITED = re.compile(r"\[\d{1,4}\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Draft(Record):
    """A program, and what it said of the sample: "" for no answer, with why."""

    source: str
    said: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        """What two answers have in common that say the same: their numbers where there are any, else their words."""
        plain = _CITED.sub(" ", self.said).casefold()
        numbers = [f"{float(n.replace(',', '.')):.6g}" for n in _NUMBER.findall(plain)]
        return " ".join(numbers or re.findall(r"\w+", plain))


def written(broker: Broker, calls: Sequence[Any], check: Any) -> list[str]:
    """The programs that answer these calls, at once; without those that could not be had."""

    async def ask() -> list[Any]:
        asked = (broker.engine.caller.ask(call, check) for call in calls)
        return await asyncio.gather(*asked, return_exceptions=True)

    found: list[str] = []
    failed: list[BaseException] = []
    for answer in broker.wait(ask()):
        if isinstance(answer, str):
            found.append(answer)
        elif isinstance(answer, (LeafError, BudgetError)):
            failed.append(answer)
        else:
            raise answer
    if failed and not found:
        raise failed[0]
    return found


def sampled(rows: Sequence[dict[str, Any]], seed: str) -> list[dict[str, Any]]:
    """Some of the texts, the same for the same question, in their order; all where they are few."""
    if len(rows) < MIN_TEXTS:
        return list(rows)
    count = max(2, len(rows) // SAMPLED)
    chosen = random.Random(seed).sample(range(len(rows)), count)  # noqa: S311 - nothing hangs on it
    return [rows[n] for n in sorted(chosen)]


def tried(
    sources: Sequence[str], cell: CellRun, seed: str, told: Callable[[Draft, float], None] | None = None
) -> list[Draft]:
    """Run each program over the sample, in a session of its own that is dropped. told: of each, and its seconds."""
    rows = sampled(cell.manifest.rows, seed)
    found = []
    for number, source in enumerate(sources, 1):
        began = time.monotonic()
        trial = cell.over(rows, f"{cell.session.name[:40]}-draft-{number}-{os.urandom(2).hex()}")
        try:
            result = trial.run(source)
        finally:
            shutil.rmtree(trial.session.folder, ignore_errors=True)
        said = str(result.answer["text"]) if result.answer and not result.error else ""
        found.append(Draft(source, said, result.error or ("" if said else "it gave no answer")))
        if told:
            told(found[-1], time.monotonic() - began)
    return found


def chosen(drafts: Sequence[Draft]) -> tuple[Draft | None, str]:
    """The draft with which most others agree, the first of several; None when none has answered. And that in words."""
    answered = [d for d in drafts if d.said]
    if not answered:
        return None, worded("none of {n} {n:|draft|drafts} answered on the sample", n=len(drafts))
    votes = {d.key: sum(other.key == d.key for other in answered) for d in answered}
    best = max(answered, key=lambda d: votes[d.key])
    return best, worded("{votes} of {n} {n:|draft|drafts} agree on the sample", votes=votes[best.key], n=len(drafts))
