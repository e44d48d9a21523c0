"""Sends a call until it is served: a slot, a reservation, the request, its cost; another attempt after faults."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Protocol

from rlm_core.engine.calls.ahead import HeadStart
from rlm_core.engine.calls.budget import Budget, BudgetError, Reservation
from rlm_core.engine.calls.pace import Pace
from rlm_core.errors import Joined, worded
from rlm_core.llm.base import (
    Call,
    Leaf,
    LeafError,
    MalformedError,
    Meter,
    NamingLeaf,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    StalledError,
    TooLargeError,
    TransientError,
    Usage,
    UsageLimitError,
)
from rlm_core.llm.prices import PriceList

MAX_ATTEMPTS = 5  # of a call that the server could not serve
MAX_REFUSALS = 12  # of one that it would not serve now
MAX_STALLS = 1  # further attempts after a deadline
WATCH = 0.1  # seconds between two looks at a call that may straggle
LAG = 0.05  # seconds by which a look may come late; later, it is this machine that is slow, and no server
BACKOFF, MAX_BACKOFF = 0.5, 20.0  # seconds
PATIENCE = 300.0  # seconds that a server may ask to wait; longer, and the call is a gap that says so
COUNT_SLACK = 64  # tokens by which the API's own count may be off; it calls it an estimate


class CallLog(Protocol):
    """What a run writes down of its calls, so that it may be taken up again after a crash."""

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        """A call is about to be sent, of which these are the most that it may cost."""

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        """A call has ended, at this cost. unsettled: it may have cost more, up to what was reserved."""


@dataclass
class Counts:
    """How often something happened to a run's calls. models: the ids of those that answered."""

    remembered: int = 0
    retried: int = 0
    hedged: int = 0
    rate_limited: int = 0
    models: set[str] = field(default_factory=set)


@dataclass
class Sender:
    """Sends the calls of a run. seconds: deadline of one attempt."""

    leaf: Leaf
    budget: Budget
    pace: Pace
    seconds: float
    log: CallLog
    prices: PriceList
    counts: Counts
    _jitter: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - no secret
    _answered: set[str] = field(default_factory=set)  # models that have answered in this run
    _ends: list[SetupError] = field(default_factory=list)  # why no further call was worth making, the last one last

    def __post_init__(self) -> None:
        self._head_start = HeadStart(getattr(self.leaf, "head_start", 0.0))

    async def send(self, key: str, call: Call) -> Reply:
        """The reply to a call, after further attempts where a fault may pass.

        key: what the log knows the call by. Raises BudgetError, or the LeafError of the last attempt.
        """
        refusals = faults = stalls = 0
        while True:
            try:
                return await self._with_hedge(key, call)
            except SetupError:
                raise
            except RateLimitedError as e:
                refusals += 1
                if refusals > MAX_REFUSALS or self._is_too_long(e.retry_after):
                    raise
                self.counts.rate_limited += 1
                self.pace.refused(e.retry_after)
            except TransientError as e:
                faults += 1
                if faults >= MAX_ATTEMPTS or self._is_too_long(e.retry_after):
                    raise
                await self._pause(faults, e.retry_after)
            except StalledError:
                stalls += 1
                if stalls > MAX_STALLS or self.budget.left <= 0:
                    raise
            self.counts.retried += 1

    def _is_too_long(self, retry_after: float | None) -> bool:
        """Whether a server asks to wait for longer than this run will."""
        return retry_after is not None and retry_after >= min(PATIENCE, self.budget.left)

    async def _pause(self, attempt: int, retry_after: float | None) -> None:
        """Wait as long as the server asked, or a little more; without its word longer each time."""
        wait = retry_after if retry_after is not None else min(BACKOFF * 2 ** (attempt - 1), MAX_BACKOFF)
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
                self.counts.hedged += 1
                return asyncio.ensure_future(self._attempt(key, call, []))
        return None

    async def _attempt(self, key: str, call: Call, sent: list[float]) -> Reply:
        """One request, reserved before and booked after. sent: takes the time at which it went out."""
        clock = asyncio.get_running_loop().time
        ends = len(self._ends)
        async with self._head_start.turn(call.model) as at_work:
            async with self.pace.slot():
                if len(self._ends) > ends:  # while this one waited
                    raise SetupError(str(self._ends[-1])) from self._ends[-1]
                await self._name(call.model)
                reservation = await self._reserve(call)
                self.log.reserve(key, reservation.tokens, reservation.usd)
                meter = Meter(begun=at_work)
                sent.append(clock())
                try:
                    reply = await self.leaf.call(call, min(self.seconds, self.budget.left), meter)
                except LeafError as e:
                    meant = self._meant(call, e)
                    if isinstance(meant, SetupError):
                        self._ends.append(meant)
                    if meant is e:
                        raise
                    raise meant from e
                finally:
                    self.budget.settle(reservation, meter)
                    self.log.settle(key, meter.usage, meter.open)
            at_work()
        self._answered.add(call.model)
        self.prices.learn(call.model, reply.model)
        self.pace.answered(clock() - sent[0])
        return reply

    async def _name(self, model: str) -> None:
        """Find out which model is meant before anything is set aside for it."""
        if model not in self._answered and isinstance(self.leaf, NamingLeaf):
            self.prices.learn(model, await self.leaf.named(model))

    def _meant(self, call: Call, error: LeafError) -> LeafError:
        """What a call's error means for the run: a limit that outlasts it, or a mistake of every call, ends it."""
        if isinstance(error, SetupError):
            return error
        if isinstance(error, (TooLargeError, MalformedError)):
            self._answered.add(call.model)
        if isinstance(error, RateLimitedError) and (error.ends or (error.retry_after or 0.0) >= PATIENCE):
            return UsageLimitError(
                Joined("; ", [worded("{why}", why=error), _when(error)]), error.retry_after, error.ends
            )
        if isinstance(error, RefusedError) and error.of_form and call.model not in self._answered:
            return SetupError(
                worded(
                    "{why}; {model} has answered no call of this run, so that no other one is made: take another model "
                    "with --model, another --leaf, or a newer rlm",
                    why=error,
                    model=call.model,
                )
            )
        return error

    def _cheap_worst(self, call: Call) -> tuple[int, float]:
        """An upper bound of a call's tokens and dollars, by its bytes."""
        return self._worst(call, call.most_input + self.leaf.overhead)

    def _worst(self, call: Call, inputs: int) -> tuple[int, float]:
        price = self.prices.of(call.model)
        output = call.max_output + (self.leaf.room(call.model) if isinstance(self.leaf, NamingLeaf) else 0)
        return inputs + output, price.most(inputs, output)

    async def _reserve(self, call: Call) -> Reservation:
        """Reserve the worst case: by bytes while there is room for that, else by the tokens that the API counts."""
        worst = self._cheap_worst(call)
        caps = self.budget.caps
        if not (caps.tokens or caps.usd) or self.budget.fits(*worst):
            return await self.budget.reserve(*worst)
        counted = await self.leaf.count(call)
        if counted is not None:
            worst = min(worst, self._worst(call, counted + COUNT_SLACK))
        return await self.budget.reserve(*worst)


def _when(error: RateLimitedError) -> str:
    """When a limit ends, and what to do then."""
    ends = error.ends
    if not ends and error.retry_after is not None:
        ends = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() + error.retry_after))
    when = worded("the limit ends: {time}", time=ends)
    if not ends or ends == "unknown":
        when = worded("nobody says when the limit ends")
    return Joined("; ", [when, "what was read is remembered, so that the same command then reads the rest"])


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
