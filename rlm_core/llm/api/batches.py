"""Batches at the server: creating them, finding those of a set of calls again, waiting for their end, their results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, TypeVar

from rlm_core.clock import epoch
from rlm_core.llm.api import wire
from rlm_core.llm.api.sdk import Api, translated
from rlm_core.llm.base import RateLimitedError, TransientError

GROWTH = 1.5  # of the pause between two looks at a batch
CLOCK_SLACK = 600.0  # seconds by which our clock may be ahead of the server's
PAGE = 100  # batches in one answer when they are listed

T = TypeVar("T")


class Batches:
    """The server's batches. first, longest: seconds between two looks at one, which grow from one to the other."""

    def __init__(self, api: Api, first: float, longest: float) -> None:
        self._api = api
        self._first, self._longest = first, longest

    async def ready(self) -> None:
        """Raise SetupError when the server cannot be asked at all."""
        await self._api.client()

    async def create(self, rows: list[dict[str, Any]]) -> str:
        """Create a batch; its id. Raises UnsentError when there is none, another TransientError when there may be one,
        other LeafErrors when the server refused it.
        """
        client = await self._api.client()
        batch = await self._api.json(client.messages.batches.with_streaming_response.create(requests=rows))
        if not isinstance(batch.get("id"), str):
            raise TransientError("the API did not tell the id of the batch")
        return str(batch["id"])

    async def created_since(self, at: float, size: int, known: Collection[str]) -> AsyncIterator[str]:
        """Ids of batches of so many calls that were created since a time and are not known, the newest first."""
        page: dict[str, Any] = {"has_more": True}
        while page.get("has_more"):
            page = await self.patiently(partial(self._page, page.get("last_id")))
            for row in (r for r in page.get("data", ()) if isinstance(r, dict)):
                created = epoch(str(row.get("created_at")))
                if created is not None and created < at - CLOCK_SLACK:
                    return
                if row.get("id") not in known and _size(row) == size:
                    yield str(row["id"])

    async def _page(self, after: str | None) -> dict[str, Any]:
        client = await self._api.client()
        cursor = {"after_id": after} if after else {}
        return await self._api.json(client.messages.batches.with_streaming_response.list(limit=PAGE, **cursor))

    async def answers(self, batch: str, ids: frozenset[str]) -> bool:
        """Whether a batch answers calls of ours, which only its results tell: waits for its end."""
        try:
            await self.end(batch)
            return await self.patiently(partial(self._first_is_of, ids, batch))
        except wire.UnknownError:
            return False

    async def _first_is_of(self, ids: frozenset[str], batch: str) -> bool:
        async with aclosing(self.results(batch)) as rows:
            async for row in rows:
                return row.get("custom_id") in ids
        return False

    async def end(self, batch: str) -> None:
        """Wait until a batch has results. Raises UnknownError when it has none any more."""
        await self.patiently(partial(self._has_ended, batch))

    async def _has_ended(self, batch: str) -> bool | None:
        """True when there are results, None while there may be some later. Raises UnknownError."""
        client = await self._api.client()
        told = await self._api.json(client.messages.batches.with_streaming_response.retrieve(batch))
        if told.get("processing_status") != "ended":
            return None
        if not told.get("results_url"):
            raise wire.UnknownError("its results were removed")
        return True

    async def results(self, batch: str) -> AsyncGenerator[dict[str, Any], None]:
        """The rows of a batch that has ended, in any order. Raises LeafError."""
        client = await self._api.client()
        with translated():
            decoder = await client.messages.batches.results(batch)  # of typed rows; we read the body it has opened
            try:
                async for line in wire.lines(decoder.http_response.aiter_bytes()):
                    if line.strip():
                        yield wire.parsed(line)
            finally:
                await decoder.close()

    async def patiently(self, ask: Callable[[], Awaitable[T | None]]) -> T:
        """Ask until there is an answer, whatever faults come between, in growing pauses. Raises other LeafErrors."""
        pause = self._first
        while True:
            wait = pause
            try:
                answer = await ask()
            except (TransientError, RateLimitedError) as e:
                wait = max(pause, e.retry_after or 0.0)
            else:
                if answer is not None:
                    return answer
            await asyncio.sleep(wait)
            pause = min(pause * GROWTH, self._longest)


def _size(batch: Mapping[str, Any]) -> int:
    """How many calls a batch has."""
    counts = batch.get("request_counts")
    return sum(n for n in counts.values() if isinstance(n, int)) if isinstance(counts, dict) else 0
