"""A small HTTP/1.1 server: requests come in whole, replies leave whole or as server-sent events."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}


@dataclass(frozen=True)
class Request:
    """method and path (without a query) as they came, body as bytes."""

    method: str
    path: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises ValueError when it is none."""
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("the body is no JSON object")
        return value


class Connection(asyncio.Protocol):
    """One client. Its requests are answered one after the other; what is under way is cancelled when it leaves."""

    def __init__(self, answer: "Answer") -> None:
        self._answer = answer
        self._held = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._task:
            self._task.cancel()

    def _next(self, _: object = None) -> None:
        if (self._task is None or self._task.done()) and (request := _taken(self._held)):
            self._task = asyncio.get_running_loop().create_task(self._run(request))
            self._task.add_done_callback(self._next)

    async def _run(self, request: Request) -> None:
        try:
            await self._answer(request, self)
        except ValueError as e:
            self.whole({"type": "error", "error": {"type": "invalid_request_error", "message": str(e)}}, 400)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def whole(self, body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A reply in one piece: bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})}
        self._write(_head(status, fields) + data)

    def begin(self) -> None:
        """The head of a reply in events."""
        self._write(_head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}))

    def event(self, data: Mapping[str, Any]) -> None:
        """One event, named by its type."""
        text = f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()
        self._write(b"%x\r\n%b\r\n" % (len(text), text))

    def end(self) -> None:
        """The end of a reply in events."""
        self._write(b"0\r\n\r\n")


Answer = Callable[[Request, Connection], Awaitable[None]]


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    rows = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{k}: {v}" for k, v in fields.items())]
    return ("\r\n".join(rows) + "\r\n\r\n").encode("latin-1")


def _taken(held: bytearray) -> Request | None:
    """The first request of what has arrived, taken out of it; None while it is not there in full."""
    end = held.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *rows = bytes(held[:end]).decode("latin-1").split("\r\n")
    fields = {k.strip().lower(): v.strip() for k, _, v in (row.partition(":") for row in rows)}
    size = end + 4 + int(fields.get("content-length", "0"))
    if len(held) < size:
        return None
    method, target, _ = first.split(" ", 2)
    request = Request(method, target.partition("?")[0], bytes(held[end + 4 : size]))
    del held[:size]
    return request
