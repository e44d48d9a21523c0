"""The leaf that asks the Message Batches API: half the price, answers within a day, and no call paid twice.

Calls that are made at about the same time become one batch. It is noted in a journal before it is created and
after; a later process that makes the same calls takes their results from it, also when the first was killed. A batch
goes on when its process ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from rlm_core.llm.api import wire
from rlm_core.llm.api.batch_journal import BatchJournal
from rlm_core.llm.api.batch_rows import Request, requested
from rlm_core.llm.api.batches import Batches
from rlm_core.llm.api.sdk import Api, check_environment
from rlm_core.llm.api.submitter import Submitter
from rlm_core.llm.base import Call, Meter, Reply, TransientError
from rlm_core.llm.prices import BATCH, PriceList


class BatchLeaf:
    """Answers calls by Message Batches, with the key of the environment.

    journal: the file that remembers what was submitted; None remembers for this run. prices: model -> [input, output]
    dollars for a million tokens, before the table and not yet halved. gather: seconds without a further call after
    which a batch is submitted. first, longest: seconds between two looks at a batch, which grow from one to the other.

    The same call made twice is one request, and its cost is in the meter of the first. A result that another run has
    read before costs nothing, one that nobody had read is in the meter of the run that reads it.
    """

    name = "batch"
    overhead = wire.OVERHEAD
    workers = most_workers = 10_000
    patient = True

    def __init__(
        self,
        journal: Path | None = None,
        prices: Mapping[str, Sequence[float]] | None = None,
        *,
        gather: float = 0.2,
        first: float = 5.0,
        longest: float = 60.0,
    ) -> None:
        self._prices = PriceList(prices, BATCH)
        self._gather = gather
        self._api = Api()
        self._requests: dict[str, Request] = {}
        self._waiting: dict[str, Request] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._submitter = Submitter(Batches(self._api, first, longest), BatchJournal(journal), self._forget)

    @property
    def pending(self) -> list[str]:
        """Ids of batches whose results were not all read: making the same calls again collects them."""
        return list(self._submitter.running)

    def check(self) -> None:
        """Raise SetupError when there is no key."""
        check_environment()

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        """Answer when the batch has ended, whatever `seconds` says. Raises LeafError."""
        self.check()
        request = self._requested(call, meter)
        request.waiters += 1
        try:
            return await asyncio.shield(request.future)
        finally:
            request.waiters -= 1
            if not request.waiters and self._waiting.get(request.id) is request:  # cancelled before it was submitted
                del self._waiting[request.id], self._requests[request.id]

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input; None when the server does not count."""
        return await self._api.count(call)

    async def close(self) -> None:
        """Stop waiting. Batches that were submitted go on; `pending` names them."""
        if self._timer:
            self._timer.cancel()
        waiting, self._waiting = self._waiting, {}
        self._submitter.fail(waiting.values(), TransientError("closed before the call was submitted"))
        await self._submitter.close()
        await self._api.close()

    def _requested(self, call: Call, meter: Meter) -> Request:
        """The request that stands for a call: the one that is on its way, or a new one."""
        request = requested(call, self._prices.of(call.model), meter)
        if request.id not in self._requests:
            self._requests[request.id] = self._waiting[request.id] = request
            self._flush_soon()
        return self._requests[request.id]

    def _forget(self, name: str) -> None:
        """Forget a request that failed: another attempt is another request."""
        self._requests.pop(name, None)

    def _flush_soon(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._gather, self._flush)

    def _flush(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        if waiting:
            self._submitter.begin(waiting)
