"""Requests become batches and batches answers; what is submitted is noted first, so that no call is paid twice."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rlm_core.llm.api import wire
from rlm_core.llm.api.batch_journal import BatchJournal, Submission
from rlm_core.llm.api.batch_rows import Request, portions, reply_in
from rlm_core.llm.api.batches import Batches
from rlm_core.llm.api.sdk import UnsentError
from rlm_core.llm.base import LeafError, TransientError


class Submitter:
    """Answers requests by batches. failed: called with the key of each request that got an error in place of an answer.
    address: gives a request the model that it goes to; called before it is looked for or submitted.

    running: ids of batches whose results were not all read, in the order in which they were begun.
    """

    def __init__(
        self,
        batches: Batches,
        journal: BatchJournal,
        failed: Callable[[str], None],
        address: Callable[[Request], Awaitable[None]],
    ) -> None:
        self.running: dict[str, None] = {}
        self._batches = batches
        self._journal = journal
        self._failed = failed
        self._address = address
        self._tasks: set[asyncio.Task[None]] = set()
        self._submitting = asyncio.Lock()
        self._spent: dict[str, set[str]] = defaultdict(set)  # set -> calls to which it gave no answer
        self._ruled_out: set[str] = set()  # sets that never became a batch

    def begin(self, requests: Sequence[Request]) -> None:
        """Answer these requests, beside whatever else goes on."""
        self._spawn(self._submit(requests), requests)

    def fail(self, requests: Iterable[Request], error: BaseException) -> None:
        """Answer with an error what has no answer yet."""
        for r in [r for r in requests if not r.future.done()]:
            self._failed(r.key)
            r.future.set_exception(error)
            r.future.exception()  # whether anybody waits for it or not

    async def close(self) -> None:
        """Stop waiting; the batches go on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None], requests: Sequence[Request]) -> None:
        """Start work; whatever ends it ends its requests too, so that nobody waits for ever."""

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            error = TransientError("closed before the batch had ended") if task.cancelled() else task.exception()
            if error:
                self.fail(requests, error)

        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(ended)

    async def _submit(self, requests: Sequence[Request]) -> None:
        """Look for what was submitted before; create batches of the rest."""
        await self._batches.ready()
        async with self._submitting, self._journal.held():
            for r in requests:
                await self._address(r)
            self._journal.prune()
            known = {name: s for s in self._journal.load() for name in s.ids if self._may_answer(s, name)}
            for portion in portions(r for r in requests if r.id not in known):
                await self._create(portion)
        earlier: dict[str, list[Request]] = defaultdict(list)
        for r in requests:
            if r.id in known:
                earlier[known[r.id].set].append(r)
        for again in earlier.values():
            submission = known[again[0].id]
            self._spawn((self._collect if submission.batch else self._recover)(submission, again), again)

    def _may_answer(self, s: Submission, name: str) -> bool:
        return s.set not in self._ruled_out and name not in s.failed and name not in self._spent[s.set]

    async def _create(self, portion: list[Request]) -> None:
        """Create a batch. Where it is not certain whether there is one now, find out."""
        submission = self._journal.submitting(r.id for r in portion)
        for r in portion:
            r.meter.open = True
        try:
            batch = await self._batches.create([{"custom_id": r.id, "params": r.params} for r in portion])
        except TransientError as e:
            if not isinstance(e, UnsentError):
                self._spawn(self._recover(submission, portion, e), portion)
                return
            self._refused(submission, portion, e)
        except LeafError as e:
            self._refused(submission, portion, e)
        else:
            submission = self._journal.created(submission, batch)
            self._spawn(self._collect(submission, portion), portion)

    def _refused(self, submission: Submission, portion: Sequence[Request], error: LeafError) -> None:
        self._journal.void(submission)
        self._unbilled(portion, error)

    def _unbilled(self, requests: Sequence[Request], error: LeafError) -> None:
        for r in requests:
            r.meter.open = False
        self.fail(requests, error)

    async def _recover(self, lost: Submission, requests: Sequence[Request], why: LeafError | None = None) -> None:
        """Find the batch that may have been made of a set. why: what went wrong here; None when a process died.

        Without a batch the calls fail with `why`, or are submitted again.
        """
        for r in requests:
            r.meter.open = True
        known = {s.batch for s in self._journal.load()}
        async for batch in self._batches.created_since(lost.at, len(lost.ids), known):
            self.running[batch] = None
            if await self._batches.answers(batch, lost.ids):
                await self._collect(self._journal.created(lost, batch), requests)
                return
            del self.running[batch]
        self._ruled_out.add(lost.set)
        if why:
            self._unbilled(requests, why)
        else:
            await self._submit(requests)

    async def _collect(self, s: Submission, requests: Sequence[Request]) -> None:
        """Wait for a batch's end and hand out its results."""
        self.running[s.batch] = None
        for r in requests:
            r.meter.open = not s.done
        missing = TransientError(f"the batch {s.batch} has no result for this call")
        try:
            await self._batches.end(s.batch)
            failed = await self._batches.patiently(partial(self._read, s, {r.id: r for r in requests}))
        except wire.UnknownError as e:
            missing = TransientError(f"the batch {s.batch} cannot be read any more: {e}")
            failed = set(s.ids)
        left = [r for r in requests if not r.future.done()]
        failed |= {r.id for r in left}
        if not s.done or failed - s.failed:
            self._journal.done(s.batch, failed)
        self.running.pop(s.batch, None)
        self.fail(left, missing)

    async def _read(self, s: Submission, requests: Mapping[str, Request]) -> set[str]:
        """Hand out all results; the ids of calls that have no answer."""
        failed = set()
        async for row in self._batches.results(s.batch):
            name, result = str(row.get("custom_id")), row.get("result")
            result = result if isinstance(result, dict) else {}
            if result.get("type") != "succeeded":
                failed.add(name)
            if name in requests and not requests[name].future.done():
                self._hand_out(s, requests[name], result)
        return failed | self._spent[s.set]

    def _hand_out(self, s: Submission, request: Request, result: Mapping[str, Any]) -> None:
        try:
            reply = reply_in(request, result, paid=s.done)
        except LeafError as e:
            self._spent[s.set].add(request.id)
            self.fail([request], e)
        else:
            request.future.set_result(reply)
