"""The first call to a model goes ahead: a mistake that all of them make, such as a retired model, is made once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from rlm_core.errors import worded
from rlm_core.llm.base import SetupError


class HeadStart:
    """Lets one call to each model begin before all others. seconds: how long the others wait at most; 0 for not at all.

    They wait until the model is at work. When the first fails by a fault that passes, the next one goes ahead; when
    it fails by one that stays, those that wait fail with it.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._proven: set[str] = set()
        self._first: dict[str, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def turn(self, model: str) -> AsyncIterator[Callable[[], None]]:
        """Wait for the turn of a call; what comes back is to be called when the model is at work. Raises SetupError."""
        while self.seconds and model not in self._proven:
            first = self._first.get(model)
            if first is None:
                async with self._ahead(model) as at_work:
                    yield at_work
                return
            await asyncio.wait({first}, timeout=self.seconds)
            if not first.done():
                self._proven.add(model)  # it hangs, for whatever reason
            elif error := first.exception():
                raise SetupError(worded("{why}", why=error)) from error
        yield lambda: None

    @asynccontextmanager
    async def _ahead(self, model: str) -> AsyncIterator[Callable[[], None]]:
        first = self._first[model] = asyncio.get_running_loop().create_future()
        try:
            yield partial(self._at_work, model, first)
        except SetupError as e:
            if not first.done():
                first.set_exception(e)
                first.exception()  # whether anybody waits or not
            raise
        finally:
            del self._first[model]
            if not first.done():
                first.set_result(None)

    def _at_work(self, model: str, first: asyncio.Future[None]) -> None:
        self._proven.add(model)
        if not first.done():
            first.set_result(None)
