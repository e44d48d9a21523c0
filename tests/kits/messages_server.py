"""A loopback server that speaks the Messages API and batches: it answers from queues, and keeps what it heard."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

KEY = "sk-ant-test-5f0c2a9e"
USAGE = {"input_tokens": 100, "output_tokens": 40, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 20}
T = TypeVar("T")


@dataclass
class Seen:
    """A request. headers: lower-case names."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Play:
    """An answer. then: after the pieces, `end` the answer properly, `drop` the connection, or `hang`."""

    head: str
    pieces: list[bytes] = field(default_factory=list)
    then: str = "end"


def whole(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None, kind: str = "application/json"
) -> Play:
    """A body in one piece."""
    data = body if isinstance(body, str) else json.dumps(body)
    named = {"content-type": kind, **(headers or {})}
    return Play(f"HTTP/1.1 {status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in named.items()), [data.encode()])


def error(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> Play:
    return whole({"type": "error", "error": {"type": kind, "message": message}}, status, headers)


def sse(*events: Mapping[str, Any], then: str = "end") -> Play:
    """A stream of events."""
    pieces = [f"event: {e['type']}\r\ndata: {json.dumps(e)}\r\n\r\n".encode() for e in events]
    return Play("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n", pieces, then)


def start(**usage: int) -> dict[str, Any]:
    return {"type": "message_start", "message": message([], stop="", usage={**USAGE, "output_tokens": 1, **usage})}


def delta(stop: str = "tool_use", **usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 40, **usage}}


def tool_events(data: object, size: int = 7) -> list[dict[str, Any]]:
    """A tool_use block whose input comes in pieces of `size` characters."""
    text = data if isinstance(data, str) else json.dumps(data)
    block = {"type": "tool_use", "id": "toolu_1", "name": "report", "input": {}}
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    return [
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": _json_delta(p)} for p in pieces),
        {"type": "content_block_stop", "index": 0},
    ]


def _json_delta(piece: str) -> dict[str, str]:
    return {"type": "input_json_delta", "partial_json": piece}


def text_events(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
    ]


def streamed(data: object) -> Play:
    """A good answer."""
    return sse(start(), *tool_events(data), delta(), {"type": "message_stop"})


def message(content: list[dict[str, Any]], stop: str = "tool_use", usage: Mapping[str, int] = USAGE) -> dict[str, Any]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001",
        "content": content, "stop_reason": stop or None, "stop_sequence": None, "usage": dict(usage),
    }  # fmt: skip


def listed(name: str, created: str = "2026-10-07T00:00:00Z", **fields: Any) -> dict[str, Any]:
    """An entry of the list of models."""
    return {"type": "model", "id": name, "display_name": name, "created_at": created, "lifecycle": "active", **fields}


def used(data: object) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": "report", "input": data}


def succeeded(params: Mapping[str, Any]) -> dict[str, Any]:
    """A batch's result: it gives back the last words it was asked with."""
    asked = params["messages"][-1]["content"][-1]["text"]
    return {"type": "succeeded", "message": message([used({"asked": asked})])}


@dataclass
class Batch:
    id: str
    rows: list[dict[str, Any]]
    created: float
    polls: int
    kept: bool = True


class MessagesServer:
    """Answers from queues by operation: `messages`, `count`, `create`, `retrieve`, `list`, `results`, `models`; then as
    the API.

    polls: how often a new batch is not ready yet. result: what becomes of a batch's row, by its params. make_first: a
    queued answer to `create` comes after the batch has been made. billed: custom ids of all rows of all batches.
    models: what it lists. asks: answers requests for messages and counts in place of the usual answer, where it does.
    """

    def __init__(self) -> None:
        self.queues: dict[str, deque[Play]] = defaultdict(deque)
        self.seen: list[Seen] = []
        self.batches: list[Batch] = []
        self.polls = 1
        self.make_first = False
        self.result: Callable[[Mapping[str, Any]], dict[str, Any]] = succeeded
        self.models: list[dict[str, Any]] = []
        self.asks: Callable[[Seen], Play | None] = lambda seen: None
        self.open = self.most_open = 0
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def billed(self) -> list[str]:
        return [row["custom_id"] for b in self.batches for row in b.rows]

    def asked(self, operation: str) -> list[Seen]:
        return [s for s in self.seen if _operation(s) == operation]

    async def __aenter__(self) -> MessagesServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=500)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        seen = await _heard(reader)
        self.seen.append(seen)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self.gate.wait()
            play = self._answer(seen)
            writer.write(f"{play.head}transfer-encoding: chunked\r\n\r\n".encode() if play.head else b"")
            for piece in play.pieces:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
            if play.then == "hang":
                await reader.read()
            if play.then == "end":
                writer.write(b"0\r\n\r\n")
            return play.then == "end"
        finally:
            self.open -= 1

    def _answer(self, seen: Seen) -> Play:
        operation = _operation(seen)
        if operation == "create" and self.make_first and self.queues["create"]:
            self._create(seen)
        if self.queues[operation]:
            return self.queues[operation].popleft()
        answers: dict[str, Callable[[Seen], Play]] = {
            "messages": lambda seen: self.asks(seen) or streamed({"findings": []}),
            "count": lambda seen: self.asks(seen) or whole({"input_tokens": 123}),
            "models": lambda _: whole({"data": self.models, "has_more": False}),
            "create": self._create,
            "retrieve": self._retrieve,
            "list": self._list,
            "results": self._results,
        }
        return answers[operation](seen)

    def add(self, rows: list[dict[str, Any]], polls: int = 0, created: float | None = None) -> Batch:
        """Put a batch on the server."""
        batch = Batch(f"msgbatch_{len(self.batches)}", rows, time.time() if created is None else created, polls)
        self.batches.append(batch)
        return batch

    def _create(self, seen: Seen) -> Play:
        return whole(self._told(self.add(seen.body["requests"], self.polls)))

    def _retrieve(self, seen: Seen) -> Play:
        batch = self._batch(seen.path.split("/")[4])
        if batch is None:
            return error(404, "not_found_error", "no such batch")
        batch.polls -= 1
        return whole(self._told(batch))

    def _list(self, seen: Seen) -> Play:
        """Two to a page, the newest first."""
        found = sorted((b for b in self.batches if b.kept), key=lambda b: -b.created)
        after = seen.query.partition("after_id=")[2].partition("&")[0]
        at = [b.id for b in found].index(after) + 1 if after else 0
        page = found[at : at + 2]
        more = len(found) > at + 2
        return whole(
            {"data": [self._told(b) for b in page], "has_more": more, "last_id": page[-1].id if page else None}
        )

    def _results(self, seen: Seen) -> Play:
        """In another order than the calls had."""
        batch = self._batch(seen.path.split("/")[4])
        if batch is None:
            return error(404, "not_found_error", "no such batch")
        return whole("".join(self.result_lines(batch)), kind="application/x-jsonl")

    def result_lines(self, batch: Batch) -> Iterable[str]:
        for row in reversed(batch.rows):
            yield json.dumps({"custom_id": row["custom_id"], "result": self.result(row["params"])}) + "\n"

    def _batch(self, name: str) -> Batch | None:
        return next((b for b in self.batches if b.id == name and b.kept), None)

    def _told(self, batch: Batch) -> dict[str, Any]:
        ended = batch.polls < 0
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(batch.created))
        counts = {"processing": 0 if ended else len(batch.rows), "succeeded": len(batch.rows) if ended else 0}
        return {
            "id": batch.id, "type": "message_batch", "processing_status": "ended" if ended else "in_progress",
            "request_counts": {**counts, "errored": 0, "canceled": 0, "expired": 0},
            "created_at": stamp, "expires_at": stamp, "ended_at": stamp if ended else None,
            "results_url": f"{self.url}/v1/messages/batches/{batch.id}/results" if ended else None,
        }  # fmt: skip


async def _heard(reader: asyncio.StreamReader) -> Seen:
    first, *rows = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (row.partition(":") for row in rows)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split()
    path, _, query = target.partition("?")
    return Seen(method, path, query, headers, json.loads(body) if body else {})


def _operation(seen: Seen) -> str:
    match seen.method, seen.path.strip("/").split("/"):
        case "POST", ["v1", "messages"]:
            return "messages"
        case "POST", ["v1", "messages", "count_tokens"]:
            return "count"
        case "GET", ["v1", "models"]:
            return "models"
        case "POST", ["v1", "messages", "batches"]:
            return "create"
        case "GET", ["v1", "messages", "batches"]:
            return "list"
        case "GET", ["v1", "messages", "batches", _]:
            return "retrieve"
        case "GET", ["v1", "messages", "batches", _, "results"]:
            return "results"
    raise AssertionError(f"nobody should ask for {seen.method} {seen.path}")


def played(monkeypatch: pytest.MonkeyPatch, story: Callable[[MessagesServer], Awaitable[T]]) -> T:
    """Run a story with a server that the environment names."""

    async def main() -> T:
        async with MessagesServer() as server:
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
            monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.delenv(name, raising=False)
                monkeypatch.delenv(name.lower(), raising=False)
            return await asyncio.wait_for(story(server), 240)

    return asyncio.run(main())
