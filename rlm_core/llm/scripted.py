"""A leaf in memory: it answers from a queue or by a function, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from rlm_core.llm.base import Call, LeafError, Meter, Reply, StalledError, TooLargeError, Usage
from rlm_core.tokens import estimate

Answer = dict[str, Any] | LeafError
Answerer = Callable[[Call], Answer]


class ScriptedLeaf:
    """Answers each call with the next of `answers`, then by `default`; counts tokens by the offline estimate.

    An answer that is longer than its call allows is cut off, as a model's would be.

    seconds: how long a call takes. calls: what was asked, in order. head_start: seconds, see `engine.calls.ahead`.
    """

    name = "scripted"
    patient = False
    most_workers = 10_000
    head_start = 0.05

    def __init__(
        self,
        answers: Iterable[Answer] = (),
        default: Answerer | None = None,
        *,
        seconds: float | Callable[[Call], float] = 0.0,
        workers: int = 64,
        overhead: int = 0,
        usd: float = 0.0,
    ) -> None:
        self.answers = deque(answers)
        self.default = default or (lambda call: {"findings": []})
        self.seconds = seconds
        self.workers = workers
        self.overhead = overhead
        self.usd = usd
        self.calls: list[Call] = []
        self.running = self.most_running = 0
        self.closed = False

    def check(self) -> None:
        """A script is always ready."""

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        self.calls.append(call)
        meter.open = True
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            pause = self.seconds(call) if callable(self.seconds) else self.seconds
            await asyncio.sleep(min(pause, seconds))
            if pause > seconds:
                raise StalledError(f"no answer within {seconds:.1f} s")
        finally:
            self.running -= 1
        answer = self.answers.popleft() if self.answers else self.default(call)
        spent = await self.count(call)
        meter.open = False
        if isinstance(answer, LeafError):
            raise answer
        output = estimate(str(answer))
        meter.usage = Usage(input=spent or 0, output=min(output, call.max_output), usd=self.usd)
        if output > call.max_output:
            raise TooLargeError(f"the answer has more than {call.max_output:,} tokens")
        return Reply(answer, f"scripted-{call.model}")

    async def count(self, call: Call) -> int | None:
        return estimate(call.system) + estimate(call.prompt)

    async def close(self) -> None:
        self.closed = True
