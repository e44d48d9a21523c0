"""A call as a row of a batch, and a batch's result as its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rlm_core.digest import hexdigest
from rlm_core.llm.api import wire
from rlm_core.llm.api.manner import Manner
from rlm_core.llm.base import Call, LeafError, Meter, RateLimitedError, Reply, TransientError
from rlm_core.llm.prices import Price, PriceList

MAX_CALLS, MAX_BYTES = 100_000, 200_000_000  # of one batch; the API takes 256 MB
WRAPPING_BYTES = 150  # bytes of a batch for each call, beside the call


@dataclass(eq=False)
class Request:
    """A call on its way. id: stands for all that is asked, in every process. size: bytes. waiters: calls that wait for
    its answer; the meter is that of the first. key: of the call, whichever model it goes to.

    name, manner: the model that is asked, and how; id, params and size follow from them.
    """

    id: str
    params: dict[str, Any]
    size: int
    price: Price
    meter: Meter
    future: asyncio.Future[Reply]
    waiters: int = 0
    key: str = ""
    call: Call | None = None
    prices: PriceList | None = None
    name: str = ""
    manner: Manner | None = None

    def address(self, name: str, manner: Manner) -> None:
        """Ask this model in this manner."""
        assert self.call
        assert self.prices
        self.name, self.manner = name, manner
        self.prices.learn(self.call.model, name)
        self.price = self.prices.of(self.call.model)
        self.params = wire.request(self.call, name, manner)
        for block in (*self.params.get("system", ()), *self.params["messages"][0]["content"]):
            block.pop("cache_control", None)  # what is kept costs more, and is forgotten long before the next batch
        data = json.dumps(self.params, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
        self.id, self.size = hexdigest(data, 24), len(data) + WRAPPING_BYTES

    def price_of(self, message: Mapping[str, Any]) -> Price:
        """The price of the model that has answered."""
        return self.prices.answered(self.call.model, message.get("model")) if self.prices and self.call else self.price


def requested(call: Call, prices: PriceList, meter: Meter) -> Request:
    """A call as a request that nobody has made yet, still to be addressed. In a running event loop."""
    fields = [call.system, call.prefix, call.body, call.schema, call.model, call.max_output]
    data = json.dumps(fields, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    return Request("", {}, 0, prices.of(call.model), meter, future, 0, hexdigest(data, 24), call, prices)


def portions(
    requests: Iterable[Request], most: int = MAX_CALLS, most_bytes: int = MAX_BYTES
) -> Iterator[list[Request]]:
    """Requests in lists that each fit into a batch; one that is too large by itself is alone."""
    portion: list[Request] = []
    size = 0
    for request in requests:
        if portion and (len(portion) == most or size + request.size > most_bytes):
            yield portion
            portion, size = [], 0
        portion.append(request)
        size += request.size
    if portion:
        yield portion


def reply_in(request: Request, result: Mapping[str, Any], *, paid: bool) -> Reply:
    """The reply in a result; its cost into the meter, unless another run has paid. Raises LeafError."""
    request.meter.open = False
    outcome = result.get("type")
    if outcome == "errored":
        raise _lasting(result.get("error"), request.params["model"])
    message = result.get("message")
    if outcome != "succeeded" or not isinstance(message, dict):
        raise TransientError(f"the batch ended without an answer to this call: {outcome}")
    if not paid:
        request.meter.usage = wire.priced(request.price_of(message), message.get("usage"))
    plain = request.call.plain if request.call else ""
    return Reply(wire.answer(message, plain), str(message.get("model") or request.params["model"]))


def _lasting(error: object, model: str) -> LeafError:
    """The error of one call of a batch. What was too many requests then need not hold the others up now."""
    body = error if isinstance(error, dict) else {}
    meant = wire.told_error(body if "error" in body else {"error": body}, model)
    return TransientError(str(meant)) if isinstance(meant, RateLimitedError) else meant
