"""Texts and readers for the engine's tests: a reader that answers like a perfect model, from the prompt alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from kits.clock import Clock
from rlm_core.engine import prompts
from rlm_core.engine.answer.result import Result
from rlm_core.engine.calls.budget import Budget
from rlm_core.engine.calls.pace import Pace
from rlm_core.engine.checks import canary
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.run import Run
from rlm_core.engine.texts import Document
from rlm_core.llm.base import Call, LeafError
from rlm_core.llm.scripted import Answer, ScriptedLeaf

T = TypeVar("T")
SOURCE = re.compile(r'<source-(\w+) id="([^"]*)"[^>]*>\n(.*?)\n</source-\1>', re.DOTALL)
ROW = re.compile(r"(\S+) set (\S+) to (\S+)\.")


CLOCK = Clock()  # of all that is run here: the seconds of a test are those that it waits, not those that it computes


def wait(work: Coroutine[Any, Any, T], seconds: float = 3600) -> T:
    """Run a coroutine to its end, or fail after so many seconds of CLOCK."""
    return CLOCK.run(work, seconds)


def sources(call: Call) -> list[tuple[str, str]]:
    """(id, text) of what a call shows."""
    return [(m[2], m[3]) for m in SOURCE.finditer(call.prompt)]


def rows(call: Call) -> Iterator[tuple[str, re.Match[str]]]:
    """(id, match) of every line `WHO set WHAT to VALUE.` in a call's sources."""
    for name, text in sources(call):
        for line in text.split("\n"):
            if match := ROW.search(line):
                yield name, match


def found(name: str, match: re.Match[str], **changed: str) -> dict[str, str]:
    """A finding for such a line."""
    row = {"claim": f"{match[2]} is {match[3]}", "quote": match[0], "location": name, "subject": match[2]}
    return {**row, "value": match[3], **changed}


def reader(call: Call) -> Answer:
    """Reports every line `WHO set WHAT to VALUE.`; joins by naming the first finding; supports claims that stand."""
    if call.system == prompts.CONDENSE_SYSTEM:
        return {"keep": list(range(1, call.body.count("\n[") + 1))}
    if call.system == prompts.PAIRS_SYSTEM:
        return {"left": ["3"], "right": ["5"], "every": False}
    if call.system == prompts.REDUCE_SYSTEM:
        listed = re.findall(r"^\[\d+\] ", call.body, re.MULTILINE)
        return {"answer": f"It says so in {len(listed)} places [1]."}
    if call.system == prompts.VERIFY_SYSTEM:
        texts = " ".join(text for _, text in sources(call))
        claims = re.findall(r"^\[(\d+)\] \S+ (.*)$", call.body, re.MULTILINE)
        stated = [(f"{m[2]} is {m[3]}", m[0]) for m in ROW.finditer(texts)]
        verdicts = [(int(n), next((quote for said, quote in stated if said in c), "")) for n, c in claims]
        return {"verdicts": [{"number": n, "supported": bool(quote), "quote": quote} for n, quote in verdicts]}
    return {"findings": [found(name, match) for name, match in rows(call)], "answer": "So it is [1]."}


def history(count: int, *, values: int = 7, filler: int = 0, name: str = "log") -> Document:
    """A text of so many dated lines; `filler` lines of nothing between two of them."""
    lines = []
    for n in range(count):
        lines.append(f"2026-01-{1 + n % 28:02d} user{n % 5} set option{n} to {n % values}.")
        lines += [f"nothing to see here, {n} and {k}" for k in range(filler)]
    return Document(name, "\n".join(lines) + "\n")


@dataclass
class Asked:
    """A run with what it was made of."""

    result: Result
    leaf: ScriptedLeaf
    run: Run


def ask(
    question: str,
    *documents: Document,
    default: Callable[[Call], Answer] = reader,
    seconds: float | Callable[[Call], float] = 0.0,
    workers: int = 64,
    overhead: int = 0,
    rank: Any = None,
    kind: str = "",
    **options: Any,
) -> Asked:
    """Ask with a scripted leaf."""
    leaf = ScriptedLeaf(default=default, seconds=seconds, workers=workers, overhead=overhead)
    engine = Engine(leaf, made := RunOptions(**options), budget=Budget(made.caps, CLOCK))
    sender = engine.caller.sender
    sender.pace = Pace(sender.pace.workers, CLOCK)
    run = Run(question, documents, engine, rank=rank, kind=kind)
    return Asked(wait(run.go()), leaf, run)


def leaf_calls(leaf: ScriptedLeaf) -> list[Call]:
    """The calls that read a part of the texts, canaries aside."""
    return [c for c in leaf.calls if c.role == "leaf" and c.label != canary.LABEL]


def failing(error: LeafError, times: int, then: Callable[[Call], Answer] = reader) -> Callable[[Call], Answer]:
    """Fails so many times for each prompt, then answers."""
    seen: dict[str, int] = {}

    def answer(call: Call) -> Answer:
        seen[call.prompt] = seen.get(call.prompt, 0) + 1
        return error if seen[call.prompt] <= times else then(call)

    return answer
