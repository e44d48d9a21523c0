"""The leaf that asks the Anthropic Messages API: one streamed request for each call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from rlm_core.digest import hexdigest
from rlm_core.llm.api import wire
from rlm_core.llm.api.sdk import Api, check_environment
from rlm_core.llm.base import Call, Meter, Reply, StalledError, TransientError
from rlm_core.llm.prices import Price, model_id, price_of


class MessagesLeaf:
    """Answers calls by the Messages API, with the key of the environment.

    prices: model -> [input, output] dollars for a million tokens, before the table.
    """

    name = "anthropic"
    overhead = wire.OVERHEAD
    workers = 100
    most_workers = 1000  # connections of the SDK
    patient = False

    def __init__(self, prices: Mapping[str, Sequence[float]] | None = None) -> None:
        self._prices = prices
        self._api = Api()
        self._written: dict[str, asyncio.Event] = {}

    def check(self) -> None:
        """Raise SetupError when there is no key."""
        check_environment()

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        """Answer within `seconds`, the loading of the SDK included. Raises LeafError.

        Where calls share a prefix that the API keeps, the first goes ahead: sent together, each would pay to write it.
        """
        try:
            return await asyncio.wait_for(self._in_turn(call, meter), seconds)
        except asyncio.TimeoutError:
            raise StalledError(f"no answer of {call.model} within {seconds:.1f} s") from None

    async def _in_turn(self, call: Call, meter: Meter) -> Reply:
        body = wire.request(call)
        if not wire.keeps_prefix(body):
            return await self._reply(call, body, meter, lambda: None)
        shared = f"{call.model}\0{call.system}\0{call.prefix}"
        name = hexdigest(shared.encode("utf-8", "surrogatepass"), 16)  # and not the text: a prefix is a whole part
        written = self._written.get(name)
        if written is not None:
            await written.wait()
            return await self._reply(call, body, meter, lambda: None)
        written = self._written[name] = asyncio.Event()
        try:
            return await self._reply(call, body, meter, written.set)
        finally:
            written.set()  # also when it failed: the others must not wait for ever

    async def _reply(self, call: Call, body: dict[str, Any], meter: Meter, begun: Callable[[], None]) -> Reply:
        """begun: called when the answer begins, and with it what the API keeps is there."""
        message = await self._message(call, body, meter, begun)
        return Reply(wire.answer(message), str(message.get("model") or model_id(call.model)))

    async def _message(
        self, call: Call, body: dict[str, Any], meter: Meter, begun: Callable[[], None]
    ) -> Mapping[str, Any]:
        """The whole message. Streamed, so that a call that is cut off knows what it was billed."""
        price = price_of(call.model, self._prices)
        client = await self._api.client()
        asked = client.messages.with_streaming_response.create(**body, stream=True)
        meter.open = True
        async with self._api.opened(asked, call.model, meter) as response:
            if "event-stream" in response.headers.get("content-type", ""):
                return await _streamed(response.iter_bytes(), price, meter, call.model, begun)
            message = wire.parsed(await response.read())  # a proxy that does not stream
        _fail_on_error(message, meter, call.model)
        meter.usage = wire.priced(price, message.get("usage"))
        meter.open = False
        return message

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input; None when the server does not count."""
        return await self._api.count(call)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


async def _streamed(
    chunks: AsyncIterator[bytes], price: Price, meter: Meter, model: str, begun: Callable[[], None]
) -> dict[str, Any]:
    incoming = wire.Incoming()
    async for event in wire.events(chunks):
        _fail_on_error(event, meter, model)
        if incoming.take(event):
            meter.usage = wire.priced(price, incoming.counts)
            begun()
        if incoming.ended:
            meter.open = False
    if not incoming.ended:
        raise TransientError("the answer broke off before its end")
    return incoming.message()


def _fail_on_error(told: Mapping[str, Any], meter: Meter, model: str) -> None:
    if told.get("type") == "error":
        meter.open = False
        raise wire.told_error(told, model)
