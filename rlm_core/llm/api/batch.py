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
from rlm_core.llm.api.lineup import ModelLineup
from rlm_core.llm.api.sdk import Api, check_environment
from rlm_core.llm.api.submitter import Submitter
from rlm_core.llm.base import Call, Meter, RefusedError, Reply, TransientError
from rlm_core.llm.names import ModelNames
from rlm_core.llm.prices import BATCH, PriceList


class BatchLeaf:
    """Answers calls by Message Batches, with the key of the environment.

    journal: the file that remembers what was submitted; None remembers for this run. prices: model -> [input, output]
    dollars for a million tokens, before the table and not yet halved. gather: seconds without a further call after
    which a batch is submitted. first, longest: seconds between two looks at a batch, which grow from one to the other.
    names: what is remembered of models; by default nothing is beyond this leaf.

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
        names: ModelNames | None = None,
    ) -> None:
        self._prices = PriceList(prices, BATCH)
        self._gather = gather
        self._api = Api()
        self._lineup = ModelLineup(self._api, names or ModelNames())
        self._trying: dict[str, asyncio.Task[None]] = {}
        self._requests: dict[str, Request] = {}
        self._waiting: dict[str, Request] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._submitter = Submitter(
            Batches(self._api, first, longest), BatchJournal(journal), self._forget, self._address
        )

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
            reply = await asyncio.shield(request.future)
            self._lineup.answered(call.model, request.name)
            return reply
        except RefusedError as e:
            if e.of_form and request.manner and self._lineup.refused(request.name, request.manner, str(e)):
                raise TransientError(f"{e}; it is asked again in another form", 0.0) from e
            raise
        except wire.UnknownError:
            self._lineup.gone(call.model)
            raise
        finally:
            request.waiters -= 1
            if not request.waiters and self._waiting.get(request.key) is request:  # cancelled before it was submitted
                del self._waiting[request.key], self._requests[request.key]

    async def _address(self, request: Request) -> None:
        """Give a request the model that it goes to, and the form that this model takes. Raises SetupError.

        The server is asked for both free of charge: in a batch a mistake would be made in each row.
        """
        assert request.call
        name = await self._lineup.named(request.call.model)
        if name not in self._trying:
            self._trying[name] = asyncio.ensure_future(self._try_out(request.call, name))
        await asyncio.shield(self._trying[name])
        request.address(name, self._lineup.manner(name))

    async def _try_out(self, call: Call, name: str) -> None:
        while True:
            manner = self._lineup.manner(name)
            try:
                await self._api.tried(wire.request(call, name, manner))
            except RefusedError as e:
                if e.of_form and self._lineup.refused(name, manner, str(e)):
                    continue
            return

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input; None when the server does not count."""
        name = await self._lineup.named(call.model)
        return await self._api.count(wire.request(call, name, self._lineup.manner(name)))

    def guess(self, model: str) -> str:
        """The id that an alias stands for, as far as it is known without asking the server."""
        return self._lineup.guess(model)

    async def named(self, model: str) -> str:
        """The id that an alias stands for today. Raises SetupError when the server refuses the key."""
        return await self._lineup.named(model)

    def room(self, model: str) -> int:
        """Tokens of an answer beyond those that its call allows."""
        return self._lineup.room(model)

    async def close(self) -> None:
        """Stop waiting. Batches that were submitted go on; `pending` names them."""
        if self._timer:
            self._timer.cancel()
        waiting, self._waiting = self._waiting, {}
        self._submitter.fail(waiting.values(), TransientError("closed before the call was submitted"))
        await self._submitter.close()
        for trying in self._trying.values():
            trying.cancel()
        self._lineup.close()
        await self._api.close()

    def _requested(self, call: Call, meter: Meter) -> Request:
        """The request that stands for a call: the one that is on its way, or a new one."""
        request = requested(call, self._prices, meter)
        if request.key not in self._requests:
            self._requests[request.key] = self._waiting[request.key] = request
            self._flush_soon()
        return self._requests[request.key]

    def _forget(self, key: str) -> None:
        """Forget a request that failed: another attempt is another request."""
        self._requests.pop(key, None)

    def _flush_soon(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._gather, self._flush)

    def _flush(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        if waiting:
            self._submitter.begin(waiting)
