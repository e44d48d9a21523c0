"""A call as a request of the Messages API, and what the API's answers and errors mean; values only.

https://docs.anthropic.com/en/api/messages, .../streaming, .../errors
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

from rlm_core.errors import phrase, worded
from rlm_core.llm.api.manner import WORDS, Manner, usual
from rlm_core.llm.base import (
    ROOM,
    Call,
    LeafError,
    RateLimitedError,
    RefusedError,
    SetupError,
    TooLargeError,
    TransientError,
    Usage,
)
from rlm_core.llm.http_status import ACCOUNT, FAULT, LIMITED, TOO_LARGE, UNKNOWN, meaning_of
from rlm_core.llm.parse import cut_short, json_object
from rlm_core.llm.prices import Price, model_id
from rlm_core.tokens import estimate

TOOL = "report"
OVERHEAD = 1000
"""Tokens that the API counts beside the texts, at most: our schemas, the prompt of their form, the wrappers."""

SHOWN = 300  # characters of the server's words in an error
# Tokens below which the API keeps no prefix, whatever it is asked; the second for haiku and opus from 4.5 on.
MIN_CACHED_TOKENS, MIN_CACHED_TOKENS_NEW = 1024, 4096
_HAIKU_OR_OPUS = re.compile(r"claude-(?:haiku|opus)-(\d+)(?:-(\d{1,2}))?(?!\d)")
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
# What a refusal says of the prompt's size, and of nothing that every other request has too.
_SIZE = re.compile(
    r"too (?:long|large|big|many (?:input )?tokens)|"
    r"(?:exceed|larger than|longer than|more than|maximum|over the).{0,40}"
    r"(?:context|input|prompt|request size|request body)|"
    r"(?:context|input|prompt|request).{0,60}(?:exceed|too (?:long|large)|> \d|maximum)|context window",
    re.I | re.S,
)
_OUTPUT_LIMIT = re.compile(r"max_tokens\W{0,4}\d{1,9} {0,2}>|maximum allowed number of output", re.I)
_POLICY = re.compile(r"content filter|filtering policy|usage polic|safety|blocked by|declin", re.I)
_SPENT = re.compile(r"usage limits?\b|spend(?:ing)? limit|monthly limit|regain access", re.I)
_UNTIL = re.compile(r"(?:regain access|resets?|available again)(?: on| at)? ([^.;\n]{3,60})", re.I)


class UnknownError(SetupError):
    """The server knows no such model, batch or address."""


def request(call: Call, name: str = "", manner: Manner | None = None) -> dict[str, Any]:
    """The body of a request, without `stream`. name: the model's id. manner: how it wants to be asked."""
    name = name or model_id(call.model)
    manner = manner or usual(name)
    prompt = call.system_with_form if manner.answer == WORDS else call.system
    system = [_text(prompt)] if prompt.strip() else []
    blocks = [_text(call.prompt)]
    if call.prefix.strip() and call.body.strip():  # a blank block would be refused
        blocks = [_text(call.prefix), _text(call.body)]
    shared = blocks[:1] if len(blocks) > 1 else system
    if shared and estimate(prompt) + estimate(call.prefix) >= min_cached(name):
        shared[0]["cache_control"] = {"type": "ephemeral"}
    body: dict[str, Any] = {
        "model": name,
        "max_tokens": call.max_output + (ROOM if manner.thinks else 0),
        "messages": [{"role": "user", "content": blocks}],
        **manner.fields(call.schema, TOOL),
    }
    return {**body, "system": system} if system else body


def keeps_prefix(body: Mapping[str, Any]) -> bool:
    """Whether the API is asked to keep the request's shared prefix."""
    blocks = [*body.get("system", ()), *body["messages"][0]["content"]]
    return any("cache_control" in block for block in blocks)


def _text(text: str) -> dict[str, Any]:
    # A lone surrogate, which a transcript may hold, has no UTF-8: it would end the call.
    return {"type": "text", "text": text.encode("utf-8", "replace").decode("utf-8")}


def min_cached(model: str) -> int:
    """Tokens from which on the API keeps a prefix for this model."""
    version = _HAIKU_OR_OPUS.match(model_id(model))
    new = version is not None and (int(version[1]), int(version[2] or 0)) >= (4, 5)
    return MIN_CACHED_TOKENS_NEW if new else MIN_CACHED_TOKENS


def answer(message: Mapping[str, Any], plain: str = "") -> dict[str, Any]:
    """The JSON object in a whole message, its thinking aside. Raises TooLargeError, RefusedError, MalformedError.

    plain: as a call has it.
    """
    stop = message.get("stop_reason")
    content = message.get("content")
    blocks = [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []
    inputs = [b.get("input") for b in blocks if b.get("type") == "tool_use"]
    texts = [b["text"] for b in blocks if b.get("type") == "text" and isinstance(b.get("text"), str)]
    given = next((i for i in inputs if isinstance(i, dict)), None)
    listed = [json.dumps(i) for i in inputs if isinstance(i, list)]
    said = "\n".join(t for t in (*inputs, *listed, "".join(texts)) if isinstance(t, str) and t)
    if stop == "max_tokens":
        if blocks and not inputs and not said.strip():
            raise TooLargeError(
                "the model spent all of the tokens that it was given on thinking, and gave no answer: "
                "a model whose thinking can be turned off, such as haiku, answers"
            )
        return cut_short(given or said, "the answer was cut off at the tokens it was given", plain)
    if stop == "model_context_window_exceeded":
        raise TooLargeError("the prompt and the answer exceed the model's context")
    if stop == "refusal":
        raise RefusedError("the model declines to answer")
    return json_object(said, plain) if given is None else given


def usage(counts: Mapping[str, Any]) -> Usage:
    """Tokens as a `usage` object tells them; what it lacks is 0. Without dollars."""
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return Usage(*(_count(counts.get(name)) for name in names))


def priced(price: Price, counts: object) -> Usage:
    """The same with dollars; nothing of something that is no `usage` object."""
    used = usage(_mapping(counts))
    return replace(used, usd=price.cost(used))


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


class Incoming:
    """A message that arrives event by event. ended: its last event has come."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.counts: dict[str, int] = {}
        self.ended = False
        self._blocks: dict[int, dict[str, Any]] = {}
        self._pieces: dict[int, list[str]] = {}

    def take(self, event: Mapping[str, Any]) -> bool:
        """Take in the data of an event, but for errors; whether it told what the message has cost so far."""
        name = event.get("type")
        if name == "content_block_delta":
            self._add(event)
        elif name == "content_block_start":
            self._blocks[_count(event.get("index"))] = dict(_mapping(event.get("content_block")))
        elif name == "message_start":
            self.head.update(_mapping(event.get("message")))
            self._counted(self.head.get("usage"))
        elif name == "message_delta":
            self.head.update(_mapping(event.get("delta")))
            self._counted(event.get("usage"))
        elif name == "message_stop":
            self.ended = True
        return name in ("message_start", "message_delta")

    def _add(self, event: Mapping[str, Any]) -> None:
        delta = _mapping(event.get("delta"))
        piece = delta.get("partial_json", delta.get("text"))
        if isinstance(piece, str):
            self._pieces.setdefault(_count(event.get("index")), []).append(piece)

    def _counted(self, told: object) -> None:
        """All counts are cumulative, and some servers tell a 0 where they have told more before."""
        for name, value in _mapping(told).items():
            self.counts[name] = max(self.counts.get(name, 0), _count(value))

    def message(self) -> dict[str, Any]:
        """The whole message, as the API gives it without streaming."""
        blocks = [self._whole(at) for at in sorted({*self._blocks, *self._pieces})]
        return {**self.head, "content": blocks, "usage": self.counts}

    def _whole(self, at: int) -> dict[str, Any]:
        block, said = self._blocks.get(at, {"type": "text"}), "".join(self._pieces.get(at, ()))
        if block.get("type") == "text":
            return {**block, "text": f"{block.get('text') or ''}{said}"}
        if block.get("type") != "tool_use":  # thinking, of which nothing is read
            return block
        if not said:
            return block
        try:
            return {**block, "input": json.loads(said)}
        except (ValueError, RecursionError):
            return {**block, "input": said}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a body that arrives in pieces, without their ends. LF and CRLF end a line, nothing else does."""
    rest: list[bytes] = []
    async for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for line in others:
            yield b"".join(rest).removesuffix(b"\r")
            rest = [line]
    if last := b"".join(rest):
        yield last


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The data of server-sent events. The names of the events are in their data too, so they are not looked at.

    Raises TransientError when one cannot be read.
    """
    async for line in lines(chunks):
        if line.startswith(b"data:") and line[5:].strip() != b"[DONE]":
            yield parsed(line[5:])


def parsed(data: bytes) -> dict[str, Any]:
    """A JSON object that the server sent. Raises TransientError when it is none: a proxy's page, a line cut off."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise TransientError(f"the server sent something that is no JSON: {data[:80]!r}") from e
    if not isinstance(value, dict):
        raise TransientError(f"the server sent something that is no JSON object: {data[:80]!r}")
    return value


def told_error(body: Mapping[str, Any], model: str = "") -> LeafError:
    """The error that a body, an event or a batch's result of the type `error` tells."""
    inner = _mapping(body.get("error"))
    kind = str(inner.get("type", ""))
    return failure(_STATUS.get(kind, 500), kind, str(inner.get("message", "")), model=model)


def failure(
    status: int, kind: str, message: str, headers: Mapping[str, str] | None = None, model: str = ""
) -> LeafError:
    """What an error of the API means. kind: its type, as the body tells it. headers: with lower-case names."""
    said = f"{message.strip()[:SHOWN] or 'no reason given'} ({status}{f' {kind}' if kind else ''})"
    wait = retry_after(headers or {})
    if status in (400, 403, 429) and _SPENT.search(message):
        until = _UNTIL.search(message)
        return RateLimitedError(
            worded("the API's usage limit is reached: {said}", said=said), wait, until[1] if until else "unknown"
        )
    meaning = _meaning(status, message)
    if meaning == ACCOUNT:
        return SetupError(
            worded("the API refuses the key or the account: {said}; check ANTHROPIC_API_KEY and its plan", said=said)
        )
    if meaning == UNKNOWN:
        form = (
            "the API has no such {what}: {said}; it may be retired: name one that it has, with --model or in "
            "`ask.models`, and check ANTHROPIC_BASE_URL"
        )
        return UnknownError(
            worded(form, what=worded("model {name}", name=model) if model else phrase("address"), said=said)
        )
    if meaning == LIMITED:
        return RateLimitedError(f"too many requests: {said}", wait)
    if meaning == FAULT:
        return TransientError(f"the API failed: {said}", wait)
    if meaning == TOO_LARGE:
        return TooLargeError(f"the request is too large: {said}")
    return RefusedError(
        f"the API refuses the request: {said}", of_form=status in (400, 422) and not _POLICY.search(message)
    )


def _meaning(status: int, message: str) -> str:
    """What a status means; of 400, which may mean anything, the message's words tell."""
    if status == 400 and "credit balance" in message.lower():
        return ACCOUNT
    if status == 400 and not _OUTPUT_LIMIT.search(message) and _SIZE.search(message):
        return TOO_LARGE
    return meaning_of(status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: `retry-after-ms`, or `retry-after` in seconds or a date (RFC 9110, 10.2.3).

    None where neither header says so; never below 0.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    try:
        return max(parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
