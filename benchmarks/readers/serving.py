"""A loopback Messages server before a small model in GGUF form, run by `xllamacpp`, which has to be importable.

    python -m benchmarks.readers.serving MODEL.gguf LOG.jsonl

prints its port and serves until its standard input ends. It does what simple bridges do: the schema that a tool or
`output_config` asks for goes into the system prompt as text, nothing constrains the answer, and the model's words come
back in the block that was asked for. Each answer is a line of the log: prompt's and answer's tokens, seconds, text.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTEXT = 8192  # tokens
MOST_OUTPUT = 500  # tokens of an answer, whatever is asked for: two slow cores make fifteen a second
SHAPE = "\n\nAnswer with one JSON object of this JSON Schema and nothing else:\n"


def loaded(path: str) -> Any:
    """The model, ready to answer; one answer at a time."""
    import xllamacpp  # type: ignore[import-not-found]

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    # One thread: several wait for each other in loops, which takes a busy machine a hundred times as long.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.temp = 0.0
    return xllamacpp.Server(params)


def messages_of(body: dict[str, Any]) -> list[dict[str, str]]:
    """A request to the Messages API as the turns of a chat, what its answer has to look like in the first."""
    shape = schema_of(body)
    system = text_of(body.get("system", "")) + (SHAPE + json.dumps(shape) if shape else "")
    turns = [{"role": str(m["role"]), "content": text_of(m["content"])} for m in body["messages"]]
    return [{"role": "system", "content": system}, *turns] if system else turns


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema that a request asks for, by a tool or by structured outputs; {} for none."""
    for tool in body.get("tools") or ():
        return dict(tool.get("input_schema") or {})
    wanted = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    return dict(wanted.get("schema") or {})


def text_of(content: Any) -> str:
    """A message's text, of blocks their texts joined."""
    return content if isinstance(content, str) else "\n".join(str(block.get("text", "")) for block in content)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    model: Any = None
    log = ""
    turn = threading.Lock()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Say nothing: the log is a file of its own."""

    def do_GET(self) -> None:
        known = {"data": [{"id": "claude-haiku-5-5", "type": "model"}], "has_more": False}
        self._whole(known if self.path.startswith("/v1/models") else _error("no such address"))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if self.path.partition("?")[0] != "/v1/messages":
            self._whole(_error(f"no {self.path} here"), 404)
            return
        text, stop, used = self._answer(body)
        tool = next((str(t["name"]) for t in body.get("tools") or ()), "")
        if body.get("stream"):
            self._streamed(_events(text, stop, used, str(body["model"]), tool))
        else:
            self._whole(_message(text, stop, used, str(body["model"]), tool))

    def _answer(self, body: dict[str, Any]) -> tuple[str, str, dict[str, int]]:
        asked = {"messages": messages_of(body), "max_tokens": min(int(body["max_tokens"]), MOST_OUTPUT)}
        with self.turn:
            began = time.perf_counter()
            said = self.model.handle_chat_completions({**asked, "temperature": 0.0})
            seconds = time.perf_counter() - began
        choice, counts = said["choices"][0], said.get("usage", {})
        text = str(choice["message"].get("content") or "")
        used = {
            "input_tokens": int(counts.get("prompt_tokens", 0)),
            "output_tokens": int(counts.get("completion_tokens", 0)),
        }
        stop = "max_tokens" if choice.get("finish_reason") == "length" else "end_turn"
        row = {
            **used,
            "seconds": round(seconds, 2),
            "stop": stop,
            "model": body["model"],
            "shape": [*schema_of(body).get("properties", {})],
            "asked": asked["messages"],
            "text": text,
        }
        with open(self.log, "a", encoding="utf-8") as f:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
        return text, stop, used

    def _whole(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _streamed(self, told: list[dict[str, Any]]) -> None:
        data = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in told).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _error(said: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "not_found_error", "message": said}}


def _message(text: str, stop: str, used: dict[str, int], model: str, tool: str) -> dict[str, Any]:
    """The whole answer; what should be a tool's input and is no object stays a text."""
    block: dict[str, Any] = {"type": "text", "text": text}
    if tool:
        try:
            given = json.loads(text)
        except ValueError:
            given = None
        if isinstance(given, dict):
            block = {"type": "tool_use", "id": "t1", "name": tool, "input": given}
    head = {"id": "m1", "type": "message", "role": "assistant", "model": model}
    return {**head, "content": [block], "stop_reason": stop, "stop_sequence": None, "usage": used}


def _events(text: str, stop: str, used: dict[str, int], model: str, tool: str) -> list[dict[str, Any]]:
    """The same as events; a tool's input is the model's words as they came."""
    head = {**_message("", stop, {**used, "output_tokens": 1}, model, ""), "content": [], "stop_reason": None}
    block = {"type": "tool_use", "id": "t1", "name": tool, "input": {}} if tool else {"type": "text", "text": ""}
    delta = {"type": "input_json_delta", "partial_json": text} if tool else {"type": "text_delta", "text": text}
    end = {"stop_reason": stop, "stop_sequence": None}
    return [
        {"type": "message_start", "message": head},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": {"output_tokens": used["output_tokens"]}},
        {"type": "message_stop"},
    ]


def main(arguments: list[str]) -> None:
    Handler.model, Handler.log = loaded(arguments[0]), arguments[1]
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
