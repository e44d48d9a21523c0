"""The leaf that asks the Anthropic Messages API: one streamed request for each call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from rlm_core.digest import hexdigest
from rlm_core.llm.api import wire
from rlm_core.llm.api.lineup import ModelLineup
from rlm_core.llm.api.sdk import Api, check_environment
from rlm_core.llm.base import Call, Meter, RefusedError, Reply, StalledError, TransientError
from rlm_core.llm.names import ModelNames
from rlm_core.llm.prices import PriceList


class MessagesLeaf:
    """Answers calls by the Messages API, with the key of the environment.

    prices: model -> [input, output] dollars for a million tokens, before the table. names: what is remembered of
    models; by default nothing is beyond this leaf. head_start: seconds, see `engine.calls.ahead`.
    """

    name = "anthropic"
    overhead = wire.OVERHEAD
    workers = 100
    most_workers = 1000  # connections of the SDK
    patient = False
    head_start = 10.0

    def __init__(self, prices: Mapping[str, Sequence[float]] | None = None, names: ModelNames | None = None) -> None:
        self._prices = PriceList(prices)
        self._api = Api()
        self._lineup = ModelLineup(self._api, names or ModelNames())
        self._written: dict[str, asyncio.Event] = {}

    def check(self) -> None:
        """Raise SetupError when there is no key."""
        check_environment()

    def guess(self, model: str) -> str:
        """The id that an alias stands for, as far as it is known without asking the server."""
        return self._lineup.guess(model)

    async def named(self, model: str) -> str:
        """The id that an alias stands for today. Raises SetupError when the server refuses the key."""
        return await self._lineup.named(model)

    def room(self, model: str) -> int:
        """Tokens of an answer beyond those that its call allows."""
        return self._lineup.room(model)

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        """Answer within `seconds`, the loading of the SDK included. Raises LeafError.

        Where calls share a prefix that the API keeps, the first goes ahead: sent together, each would pay to write it.
        """
        try:
            return await asyncio.wait_for(self._in_some_manner(call, meter), seconds)
        except asyncio.TimeoutError:
            raise StalledError(f"no answer of {call.model} within {seconds:.1f} s") from None

    async def _in_some_manner(self, call: Call, meter: Meter) -> Reply:
        """The reply, asked for once more in another manner as long as the model refuses the one that it is asked in."""
        name = await self._lineup.named(call.model)
        self._prices.learn(call.model, name)
        while True:
            manner = self._lineup.manner(name)
            try:
                reply = await self._in_turn(call, wire.request(call, name, manner), meter)
            except RefusedError as e:
                if not (e.of_form and self._lineup.refused(name, manner, str(e))):
                    raise
                meter.refused += 1
                continue
            except wire.UnknownError:
                self._lineup.gone(call.model)
                raise
            self._lineup.answered(call.model, name)
            return reply

    async def _in_turn(self, call: Call, body: dict[str, Any], meter: Meter) -> Reply:
        if not wire.keeps_prefix(body):
            return await self._reply(call, body, meter, lambda: None)
        shared = f"{call.model}\0{call.system}\0{call.prefix}"
        key = hexdigest(shared.encode("utf-8", "surrogatepass"), 16)  # and not the text: a prefix is a whole part
        written = self._written.get(key)
        if written is not None:
            await written.wait()
            return await self._reply(call, body, meter, lambda: None)
        written = self._written[key] = asyncio.Event()
        try:
            return await self._reply(call, body, meter, written.set)
        finally:
            written.set()  # also when it failed: the others must not wait for ever

    async def _reply(self, call: Call, body: dict[str, Any], meter: Meter, begun: Callable[[], None]) -> Reply:
        """begun: called when the answer begins, and with it what the API keeps is there."""
        message = await self._message(call, body, meter, begun)
        return Reply(wire.answer(message, call.plain), str(message.get("model") or body["model"]))

    async def _message(
        self, call: Call, body: dict[str, Any], meter: Meter, begun: Callable[[], None]
    ) -> Mapping[str, Any]:
        """The whole message. Streamed, so that a call that is cut off knows what it was billed."""
        client = await self._api.client()
        asked = client.messages.with_streaming_response.create(**body, stream=True)
        meter.open = True
        async with self._api.opened(asked, body["model"], meter) as response:
            if "event-stream" in response.headers.get("content-type", ""):
                return await self._streamed(response.iter_bytes(), meter, call.model, begun)
            message = wire.parsed(await response.read())  # a proxy that does not stream
        _fail_on_error(message, meter, body["model"])
        meter.usage = wire.priced(self._prices.answered(call.model, message.get("model")), message.get("usage"))
        meter.open = False
        return message

    async def _streamed(
        self, chunks: AsyncIterator[bytes], meter: Meter, model: str, begun: Callable[[], None]
    ) -> dict[str, Any]:
        incoming = wire.Incoming()
        async for event in wire.events(chunks):
            _fail_on_error(event, meter, model)
            if incoming.take(event):
                meter.usage = wire.priced(self._prices.answered(model, incoming.head.get("model")), incoming.counts)
                begun()
                meter.begun()
            if incoming.ended:
                meter.open = False
        if not incoming.ended:
            raise TransientError("the answer broke off before its end")
        return incoming.message()

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input; None when the server does not count."""
        name = await self._lineup.named(call.model)
        return await self._api.count(wire.request(call, name, self._lineup.manner(name)))

    async def close(self) -> None:
        """Close the connections."""
        self._lineup.close()
        await self._api.close()


def _fail_on_error(told: Mapping[str, Any], meter: Meter, model: str) -> None:
    if told.get("type") == "error":
        meter.open = False
        raise wire.told_error(told, model)
