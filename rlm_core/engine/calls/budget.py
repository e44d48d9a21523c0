"""A budget for a whole run, kept by reservation: what a call may cost at the worst is set aside before it is made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rlm_core.errors import Counted, RlmError, worded
from rlm_core.llm.base import Meter, Usage


class BudgetError(RlmError):
    """A call was not made, since it might exceed a cap. cap: `calls`, `tokens`, `usd`, `seconds` or `paused`."""

    def __init__(self, cap: str, message: str) -> None:
        super().__init__(message)
        self.cap = cap


@dataclass(frozen=True)
class Caps:
    """What a run may cost; 0 is no cap. calls: requests, failed ones too. tokens: all of them. seconds: from start."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Cost:
    """Tokens and dollars."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.tokens + other.tokens, self.usd + other.usd)


@dataclass(eq=False)
class Reservation:
    """What a call may cost at most."""

    tokens: int
    usd: float


@dataclass
class Budget:
    """What has been spent, what is set aside, and what is left.

    before: what a former attempt at the same run has spent. allowed: whether spending goes on at all. calls: requests
    that were made. spent: what they cost, as the API reported it. unsettled: the worst case of calls whose cost nobody
    told: cut off, timed out, cancelled; it counts as spent, and is reported apart. hit: the cap that ended something,
    "" for none.
    """

    caps: Caps
    clock: Callable[[], float] = time.monotonic
    before: Usage = field(default_factory=Usage)
    allowed: Callable[[], bool] = lambda: True
    calls: int = 0
    spent: Usage = field(default_factory=Usage)
    unsettled: Cost = field(default_factory=Cost)
    hit: str = ""
    _out: set[Reservation] = field(default_factory=set)
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def elapsed(self) -> float:
        return self.clock() - self.started

    @property
    def left(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return self.caps.seconds - self.elapsed if self.caps.seconds else float("inf")

    @property
    def worst_usd(self) -> float:
        """Dollars spent if every call under way costs its worst case."""
        return self.spent.usd + self.unsettled.usd + sum(r.usd for r in self._out)

    def _used(self, cap: str) -> float:
        if cap == "tokens":
            return self.before.tokens + self.spent.tokens + self.unsettled.tokens
        return self.before.usd + self.spent.usd + self.unsettled.usd

    def _lacks(self, tokens: int, usd: float, *, outstanding: bool) -> str:
        """The cap that one more call might exceed, "" for none. outstanding: count what calls under way may cost."""
        out = self._out if outstanding else ()
        if self.caps.calls and self.calls >= self.caps.calls:
            return "calls"
        if self.caps.tokens and self._used("tokens") + sum(r.tokens for r in out) + tokens > self.caps.tokens:
            return "tokens"
        if self.caps.usd and self._used("usd") + sum(r.usd for r in out) + usd > self.caps.usd + 1e-9:
            return "usd"
        return ""

    def fits(self, tokens: int, usd: float) -> bool:
        """Whether a call may be made at once."""
        return self.left > 0 and self.allowed() and not self._lacks(tokens, usd, outstanding=True)

    async def reserve(self, tokens: int, usd: float) -> Reservation:
        """Set aside what a call may cost; waits as long as calls under way may still give back enough of theirs.

        Raises BudgetError when the call cannot be made.
        """
        while True:
            if not self.allowed():
                raise self._refused("paused", "spending is paused: `rlm ask --resume` ends the pause")
            if self.left <= 0:
                raise self._refused("seconds", worded("the time of {seconds:g} s is over", seconds=self.caps.seconds))
            cap = self._lacks(tokens, usd, outstanding=True)
            if not cap:
                return self.take(tokens, usd)
            if self._lacks(tokens, usd, outstanding=False) or not self._out:
                raise self._refused(
                    cap, worded("the cap of {cap} leaves no room for another call", cap=self._cap_text(cap))
                )
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting

    def _cap_text(self, cap: str) -> str:
        return {"calls": Counted(self.caps.calls, "call"), "tokens": Counted(self.caps.tokens, "token")}.get(
            cap, f"${self.caps.usd:.2f}"
        )

    def _refused(self, cap: str, message: str) -> BudgetError:
        self.hit = self.hit or cap
        return BudgetError(cap, message)

    def take(self, tokens: int, usd: float) -> Reservation:
        """Set aside without asking whether it fits."""
        reservation = Reservation(tokens, usd)
        self._out.add(reservation)
        self.calls += 1
        return reservation

    def settle(self, reservation: Reservation, meter: Meter) -> None:
        """Book what a call has cost. An open meter books the rest of the reservation as unsettled."""
        self._out.discard(reservation)
        self.spent += meter.usage
        self.calls += meter.refused
        if meter.open:
            self.unsettled += Cost(
                max(reservation.tokens - meter.usage.tokens, 0), max(reservation.usd - meter.usage.usd, 0.0)
            )
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()
