"""Asks the question of a world through the whole chain: the Messages leaf, over HTTP, a run, its checks, its answer."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.engine.wire import Connection, Request
from benchmarks.readers.judge import Verdict, judged
from benchmarks.readers.modes import Mode
from benchmarks.readers.weak import Reader
from benchmarks.readers.world import World
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.run import Run
from rlm_core.llm.api.messages import MessagesLeaf

ALONE = "at once"  # what is asked of one call that reads everything, and not of a call for each note
PART = 2_200  # tokens of a part: one note, and not two
TURNED = 0.2  # share of the verdicts that a reader turns round that errs in each call
MODEL = "claude-haiku-5-5"


class Loopback:
    """The server's state: the reader that answers, whichever is asked for next."""

    reader: Reader

    async def answer(self, request: Request, to: Connection) -> None:
        match request.method, request.path.removeprefix("/v1"):
            case "POST", "/messages":
                self._message(request.json(), to)
            case "POST", "/messages/count_tokens":
                to.whole({"input_tokens": len(request.body) // 4})
            case "GET", path if path.startswith("/models"):
                to.whole({"data": [{"id": MODEL, "type": "model"}], "has_more": False})
            case _, path:
                to.whole({"type": "error", "error": {"type": "not_found_error", "message": f"no {path} here"}}, 404)

    def _message(self, body: Mapping[str, Any], to: Connection) -> None:
        text, end, asked, said = self.reader.answer(body)
        tool = next((str(t["name"]) for t in body.get("tools") or ()), "")
        usage = {"input_tokens": asked, "output_tokens": said}
        head = {"id": "m", "type": "message", "role": "assistant", "model": MODEL, "stop_sequence": None}
        if not body.get("stream"):
            to.whole({**head, "content": [_block(text, tool)], "stop_reason": end, "usage": usage})
            return
        started = {"type": "tool_use", "id": "t", "name": tool, "input": {}} if tool else {"type": "text", "text": ""}
        piece = {"type": "input_json_delta", "partial_json": text} if tool else {"type": "text_delta", "text": text}
        to.begin()
        begun: dict[str, Any] = {**head, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
        to.event({"type": "message_start", "message": begun})
        to.event({"type": "content_block_start", "index": 0, "content_block": started})
        to.event({"type": "content_block_delta", "index": 0, "delta": piece})
        to.event({"type": "content_block_stop", "index": 0})
        to.event({"type": "message_delta", "delta": {"stop_reason": end, "stop_sequence": None}, "usage": usage})
        to.event({"type": "message_stop"})
        to.end()


def _block(text: str, tool: str) -> dict[str, Any]:
    try:
        given = json.loads(text) if tool else None
    except ValueError:
        given = None
    if isinstance(given, dict):
        return {"type": "tool_use", "id": "t", "name": tool, "input": given}
    return {"type": "text", "text": text}


class Asker:
    """Asks, one question after the other."""

    def __init__(self, server: Loopback) -> None:
        self._server, self._leaf = server, MessagesLeaf()

    async def ask(self, world: World, modes: Sequence[Mode], share: float, turned: float, where: str = "") -> Verdict:
        """Ask the question of a world of a reader that errs. where: ALONE, or "" for a call for each note."""
        reader = self._server.reader = Reader(world, modes, share, turned)
        options = RunOptions(part=8_000 if where else PART, single=16_000 if where else 0, canaries=0)
        run = Run(world.question, world.documents, Engine(self._leaf, options), kind=world.kind)
        return judged(world, reader, (await run.go()).as_json())

    async def close(self) -> None:
        await self._leaf.close()


@asynccontextmanager
async def asking() -> AsyncIterator[Asker]:
    """Somebody to ask; the server ends with the block."""
    server = Loopback()
    serving = await asyncio.get_running_loop().create_server(lambda: Connection(server.answer), "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    before = {name: os.environ.get(name) for name in ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")}
    os.environ |= {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}", "ANTHROPIC_API_KEY": "none"}
    asker = Asker(server)
    try:
        yield asker
    finally:
        await asker.close()
        serving.close()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
