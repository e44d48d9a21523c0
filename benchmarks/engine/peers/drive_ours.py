"""Runs `rlm ask` on a job, as a library, with the `anthropic` leaf; for this repository's own Python."""

import asyncio
import os
from typing import Any

import anthropic  # noqa: F401 - the leaf imports it when it is first used; what imports take is not measured
from driving import Job, drive

from rlm_core.asking.question import ask
from rlm_core.engine.answer.result import Result
from rlm_core.engine.findings import Finding
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document, partition
from rlm_core.llm.api.messages import MessagesLeaf
from rlm_core.tokens import estimate


def documents(job: Job) -> list[Document]:
    return [Document(name, text, date=date) for name, text, date in job["documents"]]


def fitting(texts: list[Document]) -> int:
    """Tokens of a part that holds any one of the texts and no two of them."""
    return max(500, max(estimate(d.text) for d in texts) * 5 // 4)


def run(job: Job) -> dict[str, Any]:
    texts = documents(job)
    if job["rounds"] > 1:
        return asyncio.run(in_rounds(job, texts))
    result = ask(
        job["question"],
        texts=texts,
        leaf="anthropic",
        route=job["route"],
        part=job["part"] or fitting(texts),
        verify=job["verify"],
        max_tokens=job["cap"] or None,
        max_seconds=job["deadline"] or None,
        max_usd=0,
        max_calls=0,
        fresh=True,
    )
    kept = [f for f in result.findings if f.verified or job["verify"] == "none"]
    found = {"answer": "; ".join(f.value for f in kept), "reported": result.cost["tokens"]}
    return {**found, "error": result.stopped, "more": more(result, kept) if job["findings"] else {}}


async def in_rounds(job: Job, texts: list[Document]) -> dict[str, Any]:
    """So many successive maps over one engine, each complete before the next."""
    parts = partition(texts, fitting(texts))
    each = -(-len(parts) // job["rounds"])
    found: list[Finding] = []
    async with Engine(MessagesLeaf(), RunOptions()) as engine:
        for at in range(0, len(parts), each):
            reads = await engine.map(job["question"], parts[at : at + each])
            found += [f for read in reads for f in read.findings if f.verified]
    return {"answer": "; ".join(f.value for f in found), "reported": engine.budget.spent.tokens}


def more(result: Result, kept: list[Finding]) -> dict[str, Any]:
    """What the exactness of an answer is told by; last of a finding: whether a newer one replaced it, whether it is
    marked as doubtful.
    """
    shown = [[f.location, f.quote, f.subject, f.value, f.claim, bool(f.superseded_by), f.is_doubtful] for f in kept]
    cost = {k: result.cost[k] for k in ("unsettled_tokens", "retried", "hedged")}
    return {"findings": shown, "tally": result.tally, "pairs": result.pairs, "complete": result.complete, **cost}


os.environ |= {"ANTHROPIC_API_KEY": "none"}
drive(run)
