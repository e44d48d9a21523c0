"""The one way to a model: remembered answers, reservation, a slot, the call, its cost, another attempt."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar, cast

from rlm_core.digest import hexdigest
from rlm_core.engine.calls.budget import Budget, BudgetError, Reservation
from rlm_core.engine.calls.pace import Pace
from rlm_core.llm.base import (
    Call,
    Leaf,
    MalformedError,
    Meter,
    RateLimitedError,
    Reply,
    StalledError,
    TransientError,
    Usage,
)
from rlm_core.llm.prices import Price, price_of

VERSION = "1"  # of what an answer means: another one, and remembered answers do not count
ATTEMPTS = 5  # of a call that the server could not serve
REFUSALS = 12  # of one that it would not serve now
REPAIRS = 2  # further attempts at an answer that cannot be read
STALLS = 1  # further attempts after a deadline
WATCH = 0.1  # seconds between two looks at a call that may straggle
LAG = 0.05  # seconds by which a look may come late; later, it is this machine that is slow, and no server
BACKOFF, LONGEST = 0.5, 20.0  # seconds
PATIENCE = 300.0  # seconds that a server may ask to wait; longer, and the call is a gap that says so

T = TypeVar("T")


class Memory(Protocol):
    """Answers of former calls, by a key."""

    def get(self, key: str) -> dict[str, Any] | None: ...

    def put(self, key: str, data: dict[str, Any]) -> None: ...


class Record(Protocol):
    """What a run writes down, so that it may be taken up again after a crash."""

    def reserve(self, key: str, tokens: int, usd: float) -> None: ...

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None: ...

    def answer(self, key: str, data: dict[str, Any]) -> None: ...


class Nothing:
    """Remembers and records nothing."""

    def get(self, key: str) -> dict[str, Any] | None:
        return None

    def put(self, key: str, data: dict[str, Any]) -> None:
        pass

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        pass

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        pass

    def answer(self, key: str, data: dict[str, Any]) -> None:
        pass


@dataclass
class Caller:
    """Makes calls. seconds: deadline of one. prices: model -> [input, output] dollars a million, before the table."""

    leaf: Leaf
    budget: Budget
    pace: Pace
    seconds: float
    memory: Memory = field(default_factory=Nothing)
    record: Record = field(default_factory=Nothing)
    prices: Mapping[str, Sequence[float]] | None = None
    price_factor: float = 1.0
    remembered: int = 0
    retried: int = 0
    hedged: int = 0
    models: set[str] = field(default_factory=set)
    _underway: dict[str, asyncio.Task[tuple[dict[str, Any], Any]]] = field(default_factory=dict)
    _jitter: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - no secret

    async def ask(self, call: Call, check: Callable[[dict[str, Any]], T], *, fresh: bool = False) -> T:
        """The checked answer to a call; from memory where it was given before.

        check: makes a value of the JSON, or raises MalformedError. fresh: ask, whatever is remembered, and remember
        nothing. Raises BudgetError, or the LeafError of the last attempt.
        """
        key = self.key(call)
        if fresh:
            return (await self._until_readable(key, call, check))[1]
        kept = self.memory.get(key)
        if kept is not None:
            with contextlib.suppress(MalformedError):
                value = check(kept)
                self.remembered += 1
                return value
        if key in self._underway:  # the same call, made twice at once, is made once
            return check((await asyncio.shield(self._underway[key]))[0])
        asking = self._underway[key] = asyncio.ensure_future(self._until_readable(key, call, check))
        try:
            data, value = await asking
        finally:
            del self._underway[key]
        self.remember(call, data)
        return cast(T, value)

    def remember(self, call: Call, data: dict[str, Any]) -> None:
        """Keep an answer for the next time that the call is made."""
        key = self.key(call)
        self.memory.put(key, data)
        self.record.answer(key, data)

    def key(self, call: Call) -> str:
        """Stands for all that decides the answer."""
        fields = (VERSION, self.leaf.name, call.model, call.system, call.prompt, call.max_output)
        text = json.dumps([*fields, call.schema], sort_keys=True, ensure_ascii=False)
        return hexdigest(text.encode("utf-8", "surrogatepass"), 20)

    def knows(self, call: Call) -> bool:
        """Whether a call would cost nothing."""
        return self.memory.get(self.key(call)) is not None

    async def _until_readable(
        self, key: str, call: Call, check: Callable[[dict[str, Any]], T]
    ) -> tuple[dict[str, Any], T]:
        """The answer, asked for again when it cannot be read: told what was wrong with the first."""
        asked = call
        for repair in range(REPAIRS + 1):
            try:
                reply = await self._until_served(key, asked)
                value = check(reply.data)
            except MalformedError as e:
                if repair == REPAIRS:
                    raise
                self.retried += 1
                asked = replace(call, body=f"{call.body}\n{_reminder(e)}")
                continue
            self.models.add(reply.model)
            return reply.data, value
        raise AssertionError("the loop returns or raises")

    async def _until_served(self, key: str, call: Call) -> Reply:
        """The reply, with another attempt after faults that pass."""
        refusals = faults = stalls = 0
        while True:
            try:
                return await self._with_hedge(key, call)
            except RateLimitedError as e:
                refusals += 1
                if refusals > REFUSALS or self._is_too_long(e.retry_after):
                    raise
                self.pace.refused(e.retry_after)
            except TransientError as e:
                faults += 1
                if faults >= ATTEMPTS or self._is_too_long(e.retry_after):
                    raise
                await self._pause(faults, e.retry_after)
            except StalledError:
                stalls += 1
                if stalls > STALLS or self.budget.left <= 0:
                    raise
            self.retried += 1

    def _is_too_long(self, retry_after: float | None) -> bool:
        """Whether a server asks to wait for longer than this run will."""
        return retry_after is not None and retry_after >= min(PATIENCE, self.budget.left)

    async def _pause(self, attempt: int, retry_after: float | None) -> None:
        """Wait as long as the server asked, or a little more; without its word longer each time."""
        wait = retry_after if retry_after is not None else min(BACKOFF * 2 ** (attempt - 1), LONGEST)
        await asyncio.sleep(min(wait * (1 + self._jitter.random() / 4), self.budget.left))

    async def _with_hedge(self, key: str, call: Call) -> Reply:
        """The first good reply of one attempt, or of two when the first takes much longer than others did."""
        sent: list[float] = []
        first = asyncio.ensure_future(self._attempt(key, call, sent))
        attempts = {first}
        try:
            if not self.leaf.patient:
                second = await self._second(first, sent, key, call)
                attempts |= {second} if second else set()
            return await _first_good(attempts)
        finally:
            for attempt in attempts:
                attempt.cancel()
            await asyncio.gather(*attempts, return_exceptions=True)  # what the loser has cost is known then

    async def _second(
        self, first: asyncio.Task[Reply], sent: list[float], key: str, call: Call
    ) -> asyncio.Task[Reply] | None:
        """A second attempt once the first straggles and there is room; None when the first ends before.

        sent: when the first went out; empty while it waits for its turn, which is no straggling.
        """
        clock = asyncio.get_running_loop().time
        while not first.done():
            looked = clock()
            await asyncio.wait({first}, timeout=WATCH)
            late = clock() - looked - WATCH > LAG
            if first.done() or late or not sent or not self.pace.straggles(clock() - sent[0]):
                continue
            if self.pace.has_room() and self.budget.fits(*self._cheap_worst(call)):
                self.hedged += 1
                return asyncio.ensure_future(self._attempt(key, call, []))
        return None

    async def _attempt(self, key: str, call: Call, sent: list[float]) -> Reply:
        """One request, reserved before and booked after. sent: takes the time at which it went out."""
        clock = asyncio.get_running_loop().time
        async with self.pace.slot():
            reservation = await self._reserve(call)
            self.record.reserve(key, reservation.tokens, reservation.usd)
            meter = Meter()
            sent.append(clock())
            try:
                reply = await self.leaf.call(call, min(self.seconds, self.budget.left), meter)
            finally:
                self.budget.settle(reservation, meter)
                self.record.settle(key, meter.usage, meter.open)
        self.pace.answered(clock() - sent[0])
        return reply

    def price(self, role: str, models: Mapping[str, str]) -> Price:
        """What the model of a role costs."""
        return price_of(models[role], self.prices, self.price_factor)

    def _cheap_worst(self, call: Call) -> tuple[int, float]:
        """Tokens and dollars that a call cannot exceed, told by its bytes."""
        return self._worst(call, call.most_input + self.leaf.overhead)

    def _worst(self, call: Call, inputs: int) -> tuple[int, float]:
        price = price_of(call.model, self.prices, self.price_factor)
        return inputs + call.max_output, price.most(inputs, call.max_output)

    async def _reserve(self, call: Call) -> Reservation:
        """Set aside the worst case: by bytes while there is room for that, else as the API counts it."""
        worst = self._cheap_worst(call)
        caps = self.budget.caps
        if not (caps.tokens or caps.usd) or self.budget.fits(*worst):
            return await self.budget.reserve(*worst)
        counted = await self.leaf.count(call)
        if counted is not None:
            worst = min(worst, self._worst(call, counted + COUNTED_MORE))
        return await self.budget.reserve(*worst)


COUNTED_MORE = 64  # tokens by which the API's own count may be off; it calls it an estimate


def _reminder(error: MalformedError) -> str:
    return (
        f"Your former answer could not be used: {error}. Answer with one JSON object of the form that was asked for, "
        "and nothing else."
    )


async def _first_good(attempts: set[asyncio.Task[Reply]]) -> Reply:
    """The first reply; the error of the last attempt when none has one."""
    waiting, failed = set(attempts), None
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for attempt in done:
            if attempt.cancelled():
                continue
            error = attempt.exception()
            if error is None:
                return attempt.result()
            failed = error
    raise failed or BudgetError("calls", "the call was cancelled")
