"""A loopback server that plays the model: Messages API, batches, OpenAI's form; slow, faulty and billing as told.

    python -m benchmarks.engine.oracle

prints its port and serves until its standard input ends. What it bills: the input of each request that it accepts (429
and 500 are not), from `message_start` on, and the output as far as the last event it could send told it. A request that
was given up by its client stays billed as far as it came; one that hangs is billed its input.

    POST /control/scenario   a Scenario; forgets the log
    POST /control/root       {"replies": [...]}: what the root model of a peer writes, in order, the last one again
    GET  /control/log        every request: kind, model, seconds since the scenario began, fault, input, output, done
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.engine import reader
from benchmarks.engine.asked import Asked, from_completions, from_messages, tokens
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.wire import Connection, Request

PROSE = "I have read the sources with care, and there is more in them than a list can hold."
STATUS = {"429": (429, "rate_limit_error"), "500": (500, "api_error")}
PIECE = 2_000  # characters of one event


@dataclass
class Bill:
    """One request. input, output: tokens billed. began, ended: seconds since the scenario was set; ended 0: given up or
    still going on. found: findings in the answer; planted: those that are false, each with its `type`."""

    kind: str
    model: str
    digest: str
    began: float
    attempt: int = 0
    fault: str = ""
    input: int = 0
    output: int = 0
    done: bool = False
    ended: float = 0.0
    batch: str = ""
    found: int = 0
    planted: list[dict[str, str]] = field(default_factory=list)


class Oracle:
    """The server's state: a scenario, the log since it was set, and the batches."""

    def __init__(self) -> None:
        self.set(Scenario())
        self.root: list[str] = []

    def set(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.bills: list[Bill] = []
        self.attempts: Counter[str] = Counter()
        self.batches: dict[str, dict[str, Any]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.roots = 0
        self.started = time.perf_counter()

    @property
    def now(self) -> float:
        return round(time.perf_counter() - self.started, 4)

    async def answer(self, request: Request, to: Connection) -> None:
        """Route one request."""
        match request.method, request.path.removeprefix("/v1"):
            case "POST", "/messages":
                await self._message(from_messages(request.json()), to)
            case "POST", "/chat/completions":
                await self._completion(from_completions(request.json()), to)
            case "POST", "/messages/count_tokens":
                to.whole({"input_tokens": from_messages(request.json()).input})
            case _, path if path.startswith("/messages/batches"):
                self._batch(request, path.removeprefix("/messages/batches").strip("/"), to)
            case _, path:
                self._control(request, path, to)

    def _control(self, request: Request, path: str, to: Connection) -> None:
        match request.method, path:
            case "POST", "/control/scenario":
                self.set(Scenario.of(request.json()))
                to.whole({})
            case "POST", "/control/root":
                self.root = [str(r) for r in request.json()["replies"]]
                to.whole({})
            case "GET", "/control/log":
                to.whole([asdict(bill) for bill in self.bills])
            case _:
                to.whole({"error": {"type": "not_found_error", "message": f"no {path} here"}}, 404)

    def _opened(self, asked: Asked, batch: str = "") -> Bill:
        attempt = self.attempts[asked.digest]
        self.attempts[asked.digest] += 1
        fault = self.scenario.fault(asked.kind, asked.user, asked.digest, attempt)
        bill = Bill(asked.kind, asked.model, asked.digest, self.now, attempt, fault, batch=batch)
        self.bills.append(bill)
        return bill

    async def _worked(self, bill: Bill) -> None:
        """The time that the model takes."""
        if bill.fault == "hang":
            await asyncio.Event().wait()
        if bill.kind == "leaf":
            await asyncio.sleep(self.scenario.seconds)

    def _said(self, asked: Asked, bill: Bill) -> tuple[str, str]:
        """What the model writes, and why it stops."""
        if bill.kind == "root":
            text = self.root[min(self.roots, len(self.root) - 1)] if self.root else ""
            self.roots += 1
            return text, "end_turn"
        if bill.fault == "garbage":
            return PROSE, "end_turn"
        reply = reader.read(asked, self.scenario)
        bill.found, bill.planted = reply.found, list(reply.planted)
        if bill.fault == "truncated":
            return reply.text[: len(reply.text) // 2], "max_tokens"
        return reply.text, "tool_use" if asked.tool else "end_turn"

    def _refused(self, bill: Bill, to: Connection) -> bool:
        if bill.fault not in STATUS:
            return False
        status, kind = STATUS[bill.fault]
        bill.done, bill.ended = True, self.now
        headers = {"retry-after": str(self.scenario.retry_after)} if status == 429 else {}
        to.whole({"type": "error", "error": {"type": kind, "message": f"scripted {status}"}}, status, headers)
        return True

    async def _message(self, asked: Asked, to: Connection) -> None:
        bill = self._opened(asked)
        if self._refused(bill, to):
            return
        bill.input = asked.input
        if asked.stream:
            bill.output = 1
            to.begin()
            to.event({"type": "message_start", "message": _envelope(asked, bill)})
        await self._worked(bill)
        text, stop = self._said(asked, bill)
        if asked.stream:
            await self._stream(asked, bill, text, stop, to)
        else:
            bill.output = tokens(text)
            to.whole({**_envelope(asked, bill), "content": _content(asked, bill, text, stop), "stop_reason": stop})
        bill.done, bill.ended = True, self.now

    async def _stream(self, asked: Asked, bill: Bill, text: str, stop: str, to: Connection) -> None:
        as_tool = bool(asked.tool) and bill.fault != "garbage"
        block: dict[str, Any] = {"type": "text", "text": ""}
        if as_tool:
            block = {"type": "tool_use", "id": f"toolu_{bill.digest}", "name": asked.tool, "input": {}}
        to.event({"type": "content_block_start", "index": 0, "content_block": block})
        for at in range(0, len(text), PIECE):
            piece = text[at : at + PIECE]
            delta = (
                {"type": "input_json_delta", "partial_json": piece}
                if as_tool
                else {"type": "text_delta", "text": piece}
            )
            to.event({"type": "content_block_delta", "index": 0, "delta": delta})
            await asyncio.sleep(0)
        to.event({"type": "content_block_stop", "index": 0})
        bill.output = tokens(text)
        ending = {"stop_reason": stop, "stop_sequence": None}
        to.event({"type": "message_delta", "delta": ending, "usage": {"output_tokens": bill.output}})
        to.event({"type": "message_stop"})
        to.end()

    async def _completion(self, asked: Asked, to: Connection) -> None:
        bill = self._opened(asked)
        if self._refused(bill, to):
            return
        bill.input = asked.input
        await self._worked(bill)
        text, _ = self._said(asked, bill)
        bill.output = tokens(text)
        bill.done, bill.ended = True, self.now
        usage = {
            "prompt_tokens": bill.input,
            "completion_tokens": bill.output,
            "total_tokens": bill.input + bill.output,
        }
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        reply = {"id": f"chat-{bill.digest}", "object": "chat.completion", "created": 0, "model": asked.model}
        to.whole({**reply, "choices": [choice], "usage": usage})

    def _batch(self, request: Request, name: str, to: Connection) -> None:
        if request.method == "POST" and not name:
            to.whole(self._submitted(request.json()["requests"]))
        elif request.method == "GET" and not name:
            rows = [b["status"] for b in reversed(self.batches.values())]
            ends = (
                {"first_id": rows[0]["id"], "last_id": rows[-1]["id"]} if rows else {"first_id": None, "last_id": None}
            )
            to.whole({"data": rows, "has_more": False, **ends})
        elif (batch := self.batches.get(name.partition("/")[0])) is None:
            to.whole({"type": "error", "error": {"type": "not_found_error", "message": f"no batch {name}"}}, 404)
        elif name.endswith("/results"):
            to.whole("".join(json.dumps(row) + "\n" for row in batch["results"]).encode())
        else:
            to.whole(batch["status"])

    def _submitted(self, requests: list[dict[str, Any]]) -> dict[str, Any]:
        name = f"msgbatch_{len(self.batches):04}"
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
        counts = {"processing": len(requests), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        status: dict[str, Any] = {"id": name, "type": "message_batch", "processing_status": "in_progress"}
        status |= {"request_counts": counts, "created_at": moment, "expires_at": later, "ended_at": None}
        status |= {"cancel_initiated_at": None, "archived_at": None, "results_url": None}
        self.batches[name] = {"status": status, "results": []}
        task = asyncio.get_running_loop().create_task(self._process(name, requests))
        self.tasks.add(task)
        return status

    async def _process(self, name: str, requests: list[dict[str, Any]]) -> None:
        await asyncio.sleep(self.scenario.seconds)
        batch = self.batches[name]
        for request in requests:
            batch["results"].append(
                {"custom_id": request["custom_id"], "result": self._result(request["params"], name)}
            )
        found = Counter(row["result"]["type"] for row in batch["results"])
        batch["status"]["request_counts"] |= {"processing": 0, **found}
        url = f"/v1/messages/batches/{name}/results"
        moment = batch["status"]["created_at"]
        batch["status"] |= {"processing_status": "ended", "ended_at": moment, "results_url": url}

    def _result(self, params: dict[str, Any], batch: str) -> dict[str, Any]:
        asked = from_messages(params)
        bill = self._opened(asked, batch)
        bill.done, bill.ended = True, self.now
        if bill.fault in ("429", "500", "hang"):
            error = {"type": "error", "error": {"type": "api_error", "message": "scripted"}}
            return {"type": "errored", "error": error}
        text, stop = self._said(asked, bill)
        bill.input, bill.output = asked.input, tokens(text)
        message = {**_envelope(asked, bill), "content": _content(asked, bill, text, stop), "stop_reason": stop}
        return {"type": "succeeded", "message": message}


def _envelope(asked: Asked, bill: Bill) -> dict[str, Any]:
    """A message without content."""
    usage = {"input_tokens": bill.input, "output_tokens": bill.output}
    usage |= {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    shape = {"id": f"msg_{bill.digest}", "type": "message", "role": "assistant", "model": asked.model, "content": []}
    return {**shape, "stop_reason": None, "stop_sequence": None, "usage": usage}


def _content(asked: Asked, bill: Bill, text: str, stop: str) -> list[dict[str, Any]]:
    if stop == "tool_use":
        return [{"type": "tool_use", "id": f"toolu_{bill.digest}", "name": asked.tool, "input": json.loads(text)}]
    return [{"type": "text", "text": text}]


async def serve() -> None:
    """Serve until standard input ends, so that no server outlives who started it."""
    oracle, loop = Oracle(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(oracle.answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
