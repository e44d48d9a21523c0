"""A loopback stand-in for the Messages API: a fake with a script to speak and a history to read.

    with MockApi() as api:
        api.script(say("hello"), calls(tool("Bash", command="ls")), say("done", tokens=90_000))
        ...run a client with ANTHROPIC_BASE_URL=api.url...
        assert "hello" in api.main[1].text

Who answers a request: the first matching `api.when(...)` route; for a compaction `api.summarise`; for a side
request (titles, probes) a harmless constant; for a sub-agent `api.agent_says`; else the script, in order, and
after its end `api.default`. Only requests of the main conversation consume the script.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from .replies import Json, Reply, error_body, events, fails, message, new_id, say

Kind = Literal["main", "summary", "agent", "side"]

SUMMARY_MARK = "Your task is to create a detailed summary"
AGENT_MARK = "cc_is_subagent=true"  # in the first line of the system prompt


@dataclass(frozen=True)
class Request:
    """One request of a client, as it came."""

    number: int
    path: str
    body: Json
    headers: dict[str, str] = field(repr=False)
    kind: Kind
    at: float

    @property
    def system(self) -> str:
        return flatten(self.body.get("system", ""))

    @property
    def messages(self) -> list[Json]:
        return self.body.get("messages", [])

    @property
    def tools(self) -> list[str]:
        return [t.get("name", "") for t in self.body.get("tools", [])]

    @property
    def text(self) -> str:
        """Everything the model would read in the messages (system prompt and tool list apart)."""
        return "\n".join(flatten(m.get("content", "")) for m in self.messages)

    @property
    def last(self) -> str:
        """Text of all that is new: what comes after the assistant's last message."""
        return newest(self.messages)


def flatten(content: object) -> str:
    """All text of a content value: a string, a block or a list of blocks; tool inputs and results too."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(flatten(block) for block in content)
    if not isinstance(content, dict):
        return ""
    if content.get("type") == "tool_use":
        return json.dumps(content.get("input", {}), ensure_ascii=False)
    return flatten(content.get("text") or content.get("thinking") or content.get("content") or "")


def newest(messages: list[Json]) -> str:
    """Text after the last assistant message. (The client may put `system` messages behind the user's.)"""
    tail = itertools.takewhile(lambda m: m.get("role") != "assistant", reversed(messages))
    return "\n".join(flatten(m.get("content", "")) for m in reversed(list(tail)))


def classify(body: Json) -> Kind:
    """Which of the client's voices sent this request."""
    if SUMMARY_MARK in newest(body.get("messages", [])):
        return "summary"
    if AGENT_MARK in flatten(body.get("system", "")):
        return "agent"
    return "main" if body.get("tools") else "side"  # probes and requests for a title come without tools


Predicate = Callable[[Request], bool]
Answer = Reply | Callable[[Request], Reply]


@dataclass
class _Route:
    predicate: Predicate
    answers: deque[Answer]
    forever: bool


class MockApi:
    """The fake. Thread-safe; `requests` grows while clients talk."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.strangers: list[str] = []  # requests for anything but the Messages API, "METHOD path"
        self.crashes: list[Exception] = []  # what functions given by the test have raised
        self.default: Reply = say("ok")
        self.summarise: Callable[[Request], str] = lambda request: "<summary>\nA summary.\n</summary>"
        self.agent_says: Callable[[Request], Reply] = lambda request: say("agent report")
        self._script: deque[Reply] = deque()
        self._routes: list[_Route] = []
        self._gates: list[threading.Event] = []
        self._changed = threading.Condition()
        self._server = _Server(self)

    def __enter__(self) -> MockApi:
        self._server.start()
        return self

    def __exit__(self, *exc: object) -> None:
        for gate in self._gates:
            gate.set()
        self._server.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, *replies: Reply) -> None:
        """Queue replies for the main conversation."""
        with self._changed:
            self._script.extend(replies)

    def gate(self) -> threading.Event:
        """A gate for a reply's stream; opened at the latest when the mock ends."""
        gate = threading.Event()
        self._gates.append(gate)
        return gate

    def when(self, predicate: Predicate, *answers: Answer, forever: bool = False) -> None:
        """Answer requests that match, before anything else: each answer once, or the last one `forever`."""
        with self._changed:
            self._routes.append(_Route(predicate, deque(answers), forever))

    @property
    def unspoken(self) -> int:
        """Replies still in the script."""
        return len(self._script)

    def of(self, kind: Kind) -> list[Request]:
        with self._changed:
            return [r for r in self.requests if r.kind == kind]

    @property
    def main(self) -> list[Request]:
        return self.of("main")

    @property
    def summaries(self) -> list[Request]:
        return self.of("summary")

    def wait_for(self, predicate: Predicate, timeout: float = 120.0) -> Request:
        """The first request that matches, as soon as there is one. Raises TimeoutError."""
        with self._changed:
            if self._changed.wait_for(lambda: any(map(predicate, self.requests)), timeout):
                return next(filter(predicate, self.requests))
            heard = [f"{r.number} {r.kind} {r.last[:60]!r}" for r in self.requests]
        raise TimeoutError("no such request within {:.0f} s; heard:\n{}".format(timeout, "\n".join(heard)))

    def answer(self, path: str, body: Json, headers: dict[str, str]) -> Reply:
        """Record one request and choose its reply. What a test's function raises becomes an API error."""
        try:
            return self._answer(path, body, headers)
        except Exception as broken:
            self.crashes.append(broken)
            return fails(f"the mock broke: {broken!r}")

    def _answer(self, path: str, body: Json, headers: dict[str, str]) -> Reply:
        with self._changed:
            request = Request(len(self.requests), path, body, headers, classify(body), time.time())
            self.requests.append(request)
            chosen = self._choose(request)
            self._changed.notify_all()
        return chosen if isinstance(chosen, Reply) else chosen(request)

    def _choose(self, request: Request) -> Answer:
        for route in self._routes:
            if route.answers and route.predicate(request):
                last = route.forever and len(route.answers) == 1
                return route.answers[0] if last else route.answers.popleft()
        if request.kind == "summary":
            return lambda r: say(self.summarise(r))
        if request.kind == "agent":
            return self.agent_says
        if request.kind == "side":
            return lambda r: say(side_answer(r))
        return self._script.popleft() if self._script else self.default


def side_answer(request: Request) -> str:
    """Something that satisfies a request for a title, a topic or a probe."""
    return json.dumps({"title": "Mock title", "isNewTopic": False}) if "title" in request.system else "ok"


def estimated_tokens(body: Json) -> int:
    """Prompt size by the usual four characters a token."""
    return len(json.dumps(body)) // 4


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: MockApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(120)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up (killed, interrupted) is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self._body()
        path = self.path.partition("?")[0]
        if path == "/v1/messages":
            self._messages(path, body)
        elif path == "/v1/messages/count_tokens":
            self._json(200, {"input_tokens": estimated_tokens(body)})
        else:
            self._stranger()

    def do_GET(self) -> None:
        self._stranger()

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 (http.server's names)

    def do_CONNECT(self) -> None:
        """We are the client's proxy too: whoever wants to leave the machine is noted and refused."""
        self.server.api.strangers.append(f"CONNECT {self.path}")
        self.send_error(403, "no way out")

    def _stranger(self) -> None:
        self.server.api.strangers.append(f"{self.command} {self.path}")
        self._json(200, {"data": [], "has_more": False})

    def _body(self) -> Json:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            value = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def _json(self, status: int, value: Json) -> None:
        raw = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("request-id", new_id("req"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _messages(self, path: str, body: Json) -> None:
        reply = self.server.api.answer(path, body, {k.lower(): v for k, v in self.headers.items()})
        if reply.tokens is None:
            reply = replace(reply, tokens=estimated_tokens(body))
        if reply.error:
            self._json(reply.status, error_body(reply))
        elif body.get("stream"):
            self._stream(reply, body)
        else:
            self._json(200, message(reply, body))

    def _stream(self, reply: Reply, body: Json) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("request-id", new_id("req"))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for event in events(reply, body):
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
