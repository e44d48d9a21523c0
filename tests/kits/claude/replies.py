"""What the mock says: replies as a test writes them, and as the Messages API puts them on the wire."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One response. `tokens` is the prompt size it claims (None: an honest estimate of the request)."""

    blocks: tuple[Json, ...] = ()
    tokens: int | None = None
    output_tokens: int = 25
    status: int = 200
    error: str = ""
    error_type: str = "invalid_request_error"
    pause: float = 0.0  # seconds between two pieces of a streamed text
    gate: threading.Event | None = None  # the last block stops half-way until the event is set
    snaps: bool = False  # the connection breaks in the middle of the last block

    @property
    def stop_reason(self) -> str:
        return "tool_use" if any(b["type"] == "tool_use" for b in self.blocks) else "end_turn"


_ids = itertools.count(1)


def text(value: str) -> Json:
    return {"type": "text", "text": value}


def thought(value: str) -> Json:
    return {"type": "thinking", "thinking": value, "signature": "c2lnbmF0dXJl"}


def tool(name: str, /, **inputs: Any) -> Json:
    """A tool call with an id of its own."""
    return {"type": "tool_use", "id": new_id("toolu"), "name": name, "input": inputs}


def say(value: str, tokens: int | None = None, **options: Any) -> Reply:
    """A reply of one text block."""
    return Reply((text(value),), tokens, **options)


def calls(*blocks: Json, tokens: int | None = None, **options: Any) -> Reply:
    """A reply of the given blocks in order; several `tool(...)` blocks are parallel tool calls."""
    return Reply(blocks, tokens, **options)


def fails(message: str, status: int = 400, error_type: str = "invalid_request_error") -> Reply:
    """An API error instead of a message."""
    return Reply(status=status, error=message, error_type=error_type)


def prompt_too_long(tokens: int = 250_000, limit: int = 200_000) -> Reply:
    """The error by which the API tells a client that its context is full."""
    return fails(f"prompt is too long: {tokens} tokens > {limit} maximum")


def new_id(kind: str) -> str:
    """An id as the API gives one: `toolu_mock000007`."""
    return f"{kind}_mock{next(_ids):06d}"


def error_body(reply: Reply) -> Json:
    return {"type": "error", "error": {"type": reply.error_type, "message": reply.error}}


def usage(reply: Reply) -> Json:
    """Usage as the API counts it: nearly all of a long prompt comes from the cache."""
    total = reply.tokens or 0
    fresh = min(total, 10)
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": total - fresh,
        "output_tokens": reply.output_tokens,
        "service_tier": "standard",
    }


def message(reply: Reply, body: Json) -> Json:
    """A whole response, the form of a request without `stream`."""
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "claude-mock"),
        "content": list(reply.blocks),
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": usage(reply),
    }


def events(reply: Reply, body: Json) -> Iterator[Json]:
    """The same response as server-sent events."""
    start = message(reply, body) | {"content": [], "stop_reason": None}
    start["usage"] = usage(reply) | {"output_tokens": 1}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(reply.blocks):
        last = index == len(reply.blocks) - 1
        yield from _block_events(index, block, reply if last else replace(reply, gate=None, snaps=False))
    delta = {"stop_reason": reply.stop_reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": usage(reply)}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Json, reply: Reply) -> Iterator[Json]:
    head, deltas = _pieces(block)
    yield {"type": "content_block_start", "index": index, "content_block": head}
    for at, delta in enumerate(deltas):
        if reply.gate and at == len(deltas) // 2:
            reply.gate.wait(120)
        if reply.snaps and at == len(deltas) // 2:
            raise ConnectionAbortedError("as the script wants it")
        if reply.pause:
            time.sleep(reply.pause)
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _pieces(block: Json) -> tuple[Json, list[Json]]:
    """A block's empty head and the deltas that fill it."""
    if block["type"] == "text":
        parts = _halves(block["text"])
        return block | {"text": ""}, [{"type": "text_delta", "text": p} for p in parts]
    if block["type"] == "thinking":
        deltas: list[Json] = [{"type": "thinking_delta", "thinking": p} for p in _halves(block["thinking"])]
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
        return {"type": "thinking", "thinking": "", "signature": ""}, deltas
    if block["type"] == "tool_use":
        parts = _halves(json.dumps(block["input"]))
        return block | {"input": {}}, [{"type": "input_json_delta", "partial_json": p} for p in parts]
    return block, []


def _halves(value: str) -> list[str]:
    middle = max(1, len(value) // 2)
    return [part for part in (value[:middle], value[middle:]) if part]
