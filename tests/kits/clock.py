"""Time that passes only while everybody waits for it: minutes take no time, and a slow machine changes nothing.

An event loop asks its clock when the next timer is due and sleeps until then. This one sets the clock forward instead.
What is computed in between takes none of this time, however long it takes; files, sockets and threads are waited for
as ever.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Clock:
    """A clock to be injected: `clock()` is the time, in seconds."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 3600) -> T:
        """Run a coroutine on this clock to its end; TimeoutError when so many of its seconds do not suffice."""
        loop = _Loop(self)
        try:
            return loop.run_until_complete(asyncio.wait_for(work, seconds))
        finally:
            loop.run_until_complete(_end(asyncio.all_tasks(loop)))
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()


async def _end(left: set[asyncio.Task[Any]]) -> None:
    """Cancel what a coroutine has left running, and wait for it."""
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class _Selector(selectors.DefaultSelector):
    """Sets the clock forward instead of waiting, unless a thread is at work."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or (self.threads and timeout > 0):
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.clock.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._idle = _Selector(clock)
        super().__init__(self._idle)

    def time(self) -> float:
        return self._clock()

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        self._idle.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, future: asyncio.Future[Any]) -> None:
        self._idle.threads -= 1
