"""How many calls run at once: as many as allowed, fewer after the server has refused one as too many.

Additive increase, multiplicative decrease (Chiu and Jain 1989), as TCP does: a refusal halves the number and stops new
calls for as long as the server asked; each answer brings it up a little again.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

FIRST_PAUSE, MAX_PAUSE = 0.5, 60.0  # seconds without a word from the server
RECENT = 100  # calls whose durations tell what is usual now
RECALL = 0.5  # refusals within so many seconds count as one
STRAGGLES = 3.0  # times the median of the finished calls
MIN_STRAGGLE = 2.0  # seconds
MIN_FINISHED = 5  # calls from which on a median means something


class Pace:
    """Slots for calls. workers: the upper bound. limit: how many may run now. running: how many do.

    finished: calls that were answered. durations: seconds that the last of them took.
    """

    def __init__(self, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.workers = max(1, workers)
        self.limit = float(self.workers)
        self.running = 0
        self.finished = 0
        self.durations: deque[float] = deque(maxlen=RECENT)
        self._clock = clock
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._paused_until = 0.0
        self._slowed_at = -1e9
        self._pause = FIRST_PAUSE

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot, in the order of asking, and hold it."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._waiting or self.running >= int(self.limit):
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            try:
                await waiting  # whoever wakes it has taken the slot for it
            except asyncio.CancelledError:
                if waiting.done() and not waiting.cancelled():
                    self._leave()
                raise
        else:
            self.running += 1
        while (pause := self._paused_until - self._clock()) > 0:
            try:
                await asyncio.sleep(pause)
            except asyncio.CancelledError:
                self._leave()
                raise

    def _paused(self) -> bool:
        return self._paused_until > self._clock()

    def _leave(self) -> None:
        self.running -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self.running < int(self.limit):
            waiting = self._waiting.popleft()
            if not waiting.done():
                self.running += 1
                waiting.set_result(None)

    def refused(self, retry_after: float | None) -> None:
        """The server refused a call as one too many: halve the limit, and begin no call for as long as it asked."""
        now = self._clock()
        if now - self._slowed_at > RECALL:
            self._slowed_at = now
            self.limit = max(1.0, self.limit / 2)
            self._pause = min(self._pause * 2, MAX_PAUSE) if retry_after is None else FIRST_PAUSE
        wait = self._pause / 2 if retry_after is None else retry_after
        self._paused_until = max(self._paused_until, now + wait)

    def answered(self, seconds: float) -> None:
        """A call was answered after so many seconds: the limit grows by one with each round of answers."""
        self.finished += 1
        self.durations.append(seconds)
        self._pause = FIRST_PAUSE
        self.limit = min(float(self.workers), self.limit + 1 / max(self.limit, 1.0))
        self._wake()

    def has_room(self) -> bool:
        """Whether a call could start at once, without taking the slot of one that waits."""
        return self.running < int(self.limit) and not self._waiting and not self._paused()

    @property
    def typical(self) -> float:
        """Median seconds of a call; 0 before there is one."""
        return statistics.median(self.durations) if self.durations else 0.0

    def straggles(self, seconds: float) -> bool:
        """Whether a call that has taken so long is worth a second attempt beside it: most others took far less."""
        if self.finished < max(MIN_FINISHED, self.running):
            return False
        return seconds > max(MIN_STRAGGLE, STRAGGLES * self.typical)
