"""The leaf that asks the Message Batches API: half the price, answers within a day, and no call paid twice.

Calls that are made at about the same time become one batch. It is noted in a journal before it is created and
after; a later process that makes the same calls takes their results from it, also when the first was killed. A batch
goes on when its process ends.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rlm_core.clock import epoch
from rlm_core.llm.api import wire
from rlm_core.llm.api.batch_journal import BatchJournal, Submission
from rlm_core.llm.api.batch_rows import Request, portions, reply_in, requested
from rlm_core.llm.api.sdk import Api, UnsentError, check_environment, translated
from rlm_core.llm.base import Call, LeafError, Meter, RateLimitedError, Reply, TransientError
from rlm_core.llm.prices import BATCH, price_of

GROWTH = 1.5  # of the pause between two looks at a batch
SLACK = 600.0  # seconds by which our clock may be ahead of the server's
PAGE = 100  # batches in one answer when they are listed

T = TypeVar("T")


class BatchLeaf:
    """Answers calls by Message Batches, with the key of the environment.

    journal: the file that remembers what was submitted; None remembers for this run. prices: model -> [input, output]
    dollars for a million tokens, before the table and not yet halved. gather: seconds without a further call after
    which a batch is submitted. first, most: seconds between two looks at a batch, which grow from one to the other.

    The same call made twice is one request, and its cost is in the meter of the first. A result that another run has
    read before costs nothing, one that nobody had read is in the meter of the run that reads it.
    """

    name = "batch"
    overhead = wire.OVERHEAD
    workers = most_workers = 10_000
    patient = True

    def __init__(
        self,
        journal: Path | None = None,
        prices: Mapping[str, Sequence[float]] | None = None,
        *,
        gather: float = 0.2,
        first: float = 5.0,
        most: float = 60.0,
    ) -> None:
        self._journal = BatchJournal(journal)
        self._prices = prices
        self._gather, self._first, self._most = gather, first, most
        self._api = Api()
        self._requests: dict[str, Request] = {}
        self._waiting: dict[str, Request] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._submitting = asyncio.Lock()
        self._running: dict[str, None] = {}
        self._spent: dict[str, set[str]] = defaultdict(set)  # set -> calls to which it gave no answer
        self._ruled_out: set[str] = set()  # sets that never became a batch

    @property
    def pending(self) -> list[str]:
        """Ids of batches whose results were not all read: making the same calls again collects them."""
        return list(self._running)

    def check(self) -> None:
        """Raise SetupError when there is no key."""
        check_environment()

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        """Answer when the batch has ended, whatever `seconds` says. Raises LeafError."""
        self.check()
        request = self._requested(call, meter)
        request.waiters += 1
        try:
            return await asyncio.shield(request.future)
        finally:
            request.waiters -= 1
            if not request.waiters and self._waiting.get(request.id) is request:  # cancelled before it was submitted
                del self._waiting[request.id], self._requests[request.id]

    async def count(self, call: Call) -> int | None:
        """Tokens of the call's input; None when the server does not count."""
        return await self._api.count(call)

    async def close(self) -> None:
        """Stop waiting. Batches that were submitted go on; `pending` names them."""
        if self._timer:
            self._timer.cancel()
        waiting, self._waiting = self._waiting, {}
        self._fail(waiting.values(), TransientError("closed before the call was submitted"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._api.close()

    # from calls to batches

    def _requested(self, call: Call, meter: Meter) -> Request:
        """The request that stands for a call: the one that is on its way, or a new one."""
        request = requested(call, price_of(call.model, self._prices, BATCH), meter)
        if request.id not in self._requests:
            self._requests[request.id] = self._waiting[request.id] = request
            self._flush_soon()
        return self._requests[request.id]

    def _flush_soon(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._gather, self._flush)

    def _flush(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        if waiting:
            self._spawn(self._submit(waiting), waiting)

    def _spawn(self, work: Coroutine[Any, Any, None], requests: Sequence[Request]) -> None:
        """Start work; whatever ends it ends its requests too, so that nobody waits for ever."""

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            error = TransientError("closed before the batch had ended") if task.cancelled() else task.exception()
            if error:
                self._fail(requests, error)

        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(ended)

    async def _submit(self, requests: Sequence[Request]) -> None:
        """Look for what was submitted before; create batches of the rest."""
        await self._api.client()
        async with self._submitting, self._journal.held():
            self._journal.prune()
            known = {name: s for s in self._journal.load() for name in s.ids if self._may_answer(s, name)}
            for portion in portions(r for r in requests if r.id not in known):
                await self._create(portion)
        found: dict[str, list[Request]] = defaultdict(list)
        for r in requests:
            if r.id in known:
                found[known[r.id].set].append(r)
        for wanted in found.values():
            submission = known[wanted[0].id]
            self._spawn((self._collect if submission.batch else self._recover)(submission, wanted), wanted)

    def _may_answer(self, s: Submission, name: str) -> bool:
        return s.set not in self._ruled_out and name not in s.failed and name not in self._spent[s.set]

    async def _create(self, portion: list[Request]) -> None:
        """Create a batch. Where it is not certain whether there is one now, find out."""
        client = await self._api.client()
        submission = self._journal.submitting(r.id for r in portion)
        for r in portion:
            r.meter.open = True
        rows = [{"custom_id": r.id, "params": r.params} for r in portion]
        try:
            made = await self._api.json(client.messages.batches.with_streaming_response.create(requests=rows))
            if not isinstance(made.get("id"), str):
                raise TransientError("the API did not tell the id of the batch")
        except TransientError as e:
            if not isinstance(e, UnsentError):
                self._spawn(self._recover(submission, portion, e), portion)
                return
            self._refused(submission, portion, e)
        except LeafError as e:
            self._refused(submission, portion, e)
        else:
            submission = self._journal.created(submission, made["id"])
            self._spawn(self._collect(submission, portion), portion)

    def _refused(self, submission: Submission, portion: Sequence[Request], error: LeafError) -> None:
        self._journal.void(submission)
        self._unbilled(portion, error)

    def _unbilled(self, requests: Sequence[Request], error: LeafError) -> None:
        for r in requests:
            r.meter.open = False
        self._fail(requests, error)

    def _fail(self, requests: Iterable[Request], error: BaseException) -> None:
        for r in [r for r in requests if not r.future.done()]:
            self._requests.pop(r.id, None)  # another attempt is another request
            r.future.set_exception(error)
            r.future.exception()  # whether anybody waits for it or not

    # a batch of which only the calls are known

    async def _recover(self, lost: Submission, requests: Sequence[Request], why: LeafError | None = None) -> None:
        """Find the batch that may have been made of a set. why: what went wrong here; None when a process died.

        Without a batch the calls fail with `why`, or are submitted again.
        """
        for r in requests:
            r.meter.open = True
        async for batch in self._candidates(lost):
            self._running[batch] = None
            if await self._holds(batch, lost.ids):
                await self._collect(self._journal.created(lost, batch), requests)
                return
            del self._running[batch]
        self._ruled_out.add(lost.set)
        if why:
            self._unbilled(requests, why)
        else:
            await self._submit(requests)

    async def _candidates(self, lost: Submission) -> AsyncIterator[str]:
        """Ids of batches that were created since, have as many calls and are not known, the newest first."""
        known = {s.batch for s in self._journal.load()}
        page: dict[str, Any] = {"has_more": True}
        while page.get("has_more"):
            page = await self._patiently(partial(self._page, page.get("last_id")))
            for row in (r for r in page.get("data", ()) if isinstance(r, dict)):
                created = epoch(str(row.get("created_at")))
                if created is not None and created < lost.at - SLACK:
                    return
                if row.get("id") not in known and _size(row) == len(lost.ids):
                    yield str(row["id"])

    async def _page(self, after: str | None) -> dict[str, Any]:
        client = await self._api.client()
        cursor = {"after_id": after} if after else {}
        return await self._api.json(client.messages.batches.with_streaming_response.list(limit=PAGE, **cursor))

    async def _holds(self, batch: str, ids: frozenset[str]) -> bool:
        """Whether a batch answers calls of ours, which only its results tell: waits for its end."""
        try:
            await self._patiently(partial(self._ended, batch))
            return await self._patiently(partial(self._first_is_of, ids, batch))
        except wire.UnknownError:
            return False

    async def _first_is_of(self, ids: frozenset[str], batch: str) -> bool:
        async with aclosing(self._results(batch)) as rows:
            async for row in rows:
                return row.get("custom_id") in ids
        return False

    # from batches to answers

    async def _collect(self, s: Submission, requests: Sequence[Request]) -> None:
        """Wait for a batch's end and hand out its results."""
        self._running[s.batch] = None
        for r in requests:
            r.meter.open = not s.done
        missing = TransientError(f"the batch {s.batch} has no result for this call")
        try:
            await self._patiently(partial(self._ended, s.batch))
            failed = await self._patiently(partial(self._read, s, {r.id: r for r in requests}))
        except wire.UnknownError as e:
            missing = TransientError(f"the batch {s.batch} cannot be read any more: {e}")
            failed = set(s.ids)
        left = [r for r in requests if not r.future.done()]
        failed |= {r.id for r in left}
        if not s.done or failed - s.failed:
            self._journal.done(s.batch, failed)
        self._running.pop(s.batch, None)
        self._fail(left, missing)

    async def _ended(self, batch: str) -> bool | None:
        """True when there are results, None while there may be some later. Raises UnknownError."""
        client = await self._api.client()
        told = await self._api.json(client.messages.batches.with_streaming_response.retrieve(batch))
        if told.get("processing_status") != "ended":
            return None
        if not told.get("results_url"):
            raise wire.UnknownError("its results were removed")
        return True

    async def _read(self, s: Submission, wanted: Mapping[str, Request]) -> set[str]:
        """Hand out all results; the ids of calls that have no answer."""
        failed = set()
        async for row in self._results(s.batch):
            name, result = str(row.get("custom_id")), row.get("result")
            result = result if isinstance(result, dict) else {}
            if result.get("type") != "succeeded":
                failed.add(name)
            if name in wanted and not wanted[name].future.done():
                self._hand_out(s, wanted[name], result)
        return failed | self._spent[s.set]

    def _hand_out(self, s: Submission, request: Request, result: Mapping[str, Any]) -> None:
        try:
            reply = reply_in(request, result, paid=s.done)
        except LeafError as e:
            self._spent[s.set].add(request.id)
            self._fail([request], e)
        else:
            request.future.set_result(reply)

    async def _results(self, batch: str) -> AsyncGenerator[dict[str, Any], None]:
        client = await self._api.client()
        with translated():
            decoder = await client.messages.batches.results(batch)  # of typed rows; we read the body it has opened
            try:
                async for line in wire.lines(decoder.http_response.aiter_bytes()):
                    if line.strip():
                        yield wire.parsed(line)
            finally:
                await decoder.close()

    async def _patiently(self, ask: Callable[[], Awaitable[T | None]]) -> T:
        """Ask until there is an answer, whatever faults come between, in growing pauses. Raises other LeafErrors."""
        pause = self._first
        while True:
            wait = pause
            try:
                told = await ask()
            except (TransientError, RateLimitedError) as e:
                wait = max(pause, e.retry_after or 0.0)
            else:
                if told is not None:
                    return told
            await asyncio.sleep(wait)
            pause = min(pause * GROWTH, self._most)


def _size(batch: Mapping[str, Any]) -> int:
    """How many calls a batch has."""
    counts = batch.get("request_counts")
    return sum(n for n in counts.values() if isinstance(n, int)) if isinstance(counts, dict) else 0
