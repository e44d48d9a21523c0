"""`rlm ask` as a process with the API's leaves, against a loopback server that reads like a perfect model."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from kits.asking import Asking, wait_for
from kits.messages_server import KEY, MessagesServer, Play, Seen, error, listed, message, streamed, used, whole
from kits.paths import ROOT

from rlm_core.cli import main
from rlm_core.llm.api.messages import MessagesLeaf

SOURCE = re.compile(r'<source-(\w+) id="([^"]*)"[^>]*>\n(.*?)\n</source-\1>', re.DOTALL)
FACT = re.compile(r"(\w+) set (\w+) to (\w+)\.")


def findings(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a perfect model reports of a request."""
    text = "".join(block["text"] for block in params["messages"][0]["content"])
    found = [
        {"claim": f"{m[2]} is {m[3]}", "quote": m[0], "location": source[2], "subject": m[2], "value": m[3]}
        for source in SOURCE.finditer(text)
        for m in FACT.finditer(source[3])
    ]
    return {"findings": found, "answer": "So it is [1]."}


class Reader(MessagesServer):
    """Answers requests, alone and in batches, from their prompts."""

    def __init__(self) -> None:
        super().__init__()
        self.polls = 0
        self.result = lambda params: {"type": "succeeded", "message": message([used(findings(params))])}

    def _answer(self, seen: Seen) -> Play:
        if seen.path == "/v1/messages" and not self.queues["messages"]:
            return streamed(findings(seen.body))
        if seen.path.endswith("count_tokens") and not self.queues["count"]:
            return whole({"input_tokens": 500 + len(json.dumps(seen.body["messages"]))})
        return super()._answer(seen)


@pytest.fixture
def server() -> Iterator[Reader]:
    """A server in a thread of its own."""
    made, ready, over = Reader(), threading.Event(), threading.Event()

    async def serve() -> None:
        async with made:
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(120)
    yield made
    over.set()
    thread.join(120)


@pytest.fixture
def asking(tmp_path: Path, server: Reader) -> Asking:
    made = Asking(tmp_path)
    made.env |= {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
    return made


QUESTION = ("How many entries set an option?", "--over", "log.txt", "--part", "500")


def test_the_api_is_asked_and_what_it_billed_is_reported(asking: Asking, server: Reader) -> None:
    asking.write("log.txt", 300)
    got = asking.ask(*QUESTION, "--leaf", "anthropic")
    assert got["answer"].startswith("300 found.")
    billed = len(server.asked("messages"))
    assert got["calls"] == billed > 5
    one = message([])["usage"]
    assert got["cost"]["input_tokens"] == billed * one["input_tokens"]
    assert got["cost"]["usd"] > 0
    forms = [seen.body["output_config"]["format"]["type"] for seen in server.asked("messages")]
    assert set(forms) == {"json_schema"}


def test_the_newest_model_is_asked_and_remembered_for_all_projects(asking: Asking, server: Reader) -> None:
    asking.write("log.txt", 3)
    server.models = [listed("claude-haiku-7", "2027-01-01T00:00:00Z"), listed("claude-sonnet-5-5")]
    asking.ask("What is option2?", "--over", "log.txt", "--leaf", "anthropic", "--model", "haiku")
    server.models = []
    asking.ask("What is option1?", "--over", "log.txt", "--leaf", "anthropic", "--model", "haiku")
    assert {seen.body["model"] for seen in server.asked("messages")} == {"claude-haiku-7"}
    kept = json.loads((Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm-ask" / "models.json").read_text("utf-8"))
    assert next(iter(kept["names"].values()))["id"] == "claude-haiku-7"


def test_a_model_that_is_retired_is_told_after_one_call(
    asking: Asking, server: Reader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        MessagesLeaf, "head_start", 3600.0
    )  # the first call has it for itself, however slow the machine is
    monkeypatch.chdir(asking.project)
    for name, value in asking.env.items():
        monkeypatch.setenv(name, value)
    asking.write("log.txt", 300)
    server.queues["messages"].extend([error(404, "not_found_error", "model: claude-haiku-5-5")] * 50)
    assert main(["ask", *QUESTION, "--leaf", "anthropic"]) == 1
    said = capsys.readouterr().err
    assert "no such model claude-haiku-5-5" in said
    assert "--model" in said
    assert len(server.asked("messages")) == 1


def test_after_a_usage_limit_the_same_command_reads_the_rest(asking: Asking, server: Reader) -> None:
    """What was read before is shown with what it does not cover, and is not paid for again."""
    asking.write("log.txt", 300)
    good, limit = server._answer, error(429, "rate_limit_error", "no more today", {"retry-after": "7200"})
    left = 4

    def answer(seen: Seen) -> Play:
        nonlocal left
        left -= seen.path == "/v1/messages"
        return limit if seen.path == "/v1/messages" and left < 0 else good(seen)

    server._answer = answer  # type: ignore[method-assign]
    first = asking.ask(*QUESTION, "--leaf", "anthropic", "--workers", "1")
    assert first["coverage"]["read"] < first["coverage"]["parts"]
    assert "the limit ends: 20" in " ".join(first["notes"])
    read = len(server.asked("messages")) - 1
    assert read == 4
    server._answer = good  # type: ignore[method-assign]
    got = asking.ask(*QUESTION, "--leaf", "anthropic", "--workers", "1")
    assert got["answer"].startswith("300 found.")
    prompts = [json.dumps(seen.body["messages"]) for seen in server.asked("messages")]
    assert len(set(prompts)) == len(prompts) - 1  # but for the one that was refused


@pytest.mark.parametrize("leaf", ["anthropic", "batch"])
def test_a_plan_has_the_api_count_a_few_parts_and_no_model_read_any(asking: Asking, server: Reader, leaf: str) -> None:
    asking.write("log.txt", 900)
    got = asking.ask(*QUESTION, "--leaf", leaf, "--plan")
    assert got["tokens_by"] == "api"
    assert got["tokens"] > 900 * len("ann set option7 to 0.")  # one for each character, as this server counts
    assert len(server.asked("count")) == 9
    assert 0.3 < got["tokens_sample"] < 0.7
    assert server.asked("messages") == server.asked("create") == []


@pytest.mark.parametrize("fault", [error(401, "authentication_error", "no"), error(404, "not_found_error", "no")])
def test_a_plan_without_the_apis_count_is_estimated(asking: Asking, server: Reader, fault: Play) -> None:
    asking.write("log.txt", 30)
    server.queues["count"].extend([fault] * 20)
    got = asking.ask(*QUESTION, "--leaf", "anthropic", "--plan", TIKTOKEN_CACHE_DIR="")
    assert got["tokens_by"] == "estimate"
    del asking.env["ANTHROPIC_API_KEY"]
    assert asking.ask(*QUESTION, "--leaf", "anthropic", "--plan", TIKTOKEN_CACHE_DIR="")["tokens_by"] == "estimate"


def test_a_key_stands_in_no_file_and_in_no_output(asking: Asking) -> None:
    asking.write("log.txt", 3)
    out = asking.rlm("ask", "What is option2?", "--over", "log.txt", "--leaf", "anthropic", **asking.env)
    assert KEY not in out + asking.said
    written = [p for p in Path(os.environ["CLAUDE_CONFIG_DIR"]).glob("**/*") if p.is_file()]
    assert written
    assert not [p for p in written if KEY.encode() in p.read_bytes()]


def test_a_batch_is_submitted_collected_and_half_the_price(asking: Asking, server: Reader) -> None:
    asking.write("log.txt", 300)
    got = asking.ask(*QUESTION, "--leaf", "batch", "--max-usd", "5")
    assert got["answer"].startswith("300 found.")
    assert len(server.batches) == 1
    assert len(set(server.billed)) == len(server.billed) == got["calls"]
    whole = asking.ask(*QUESTION, "--leaf", "anthropic", "--fresh")
    assert got["cost"]["usd"] == pytest.approx(whole["cost"]["usd"] / 2, rel=0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_batch_that_was_submitted_is_collected_later_and_not_paid_for_again(
    asking: Asking, server: Reader, number: int
) -> None:
    asking.write("log.txt", 300)
    server.polls = 10_000
    command = [sys.executable, "-m", "rlm_core", "ask", *QUESTION, "--leaf", "batch"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **asking.env}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=asking.project, env=env)
    wait_for(lambda: server.asked("retrieve"))
    time.sleep(0.2)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    if number == signal.SIGINT:
        assert b"the same command collects" in said
    for batch in server.batches:
        batch.polls = 0
    got = asking.ask(*QUESTION, "--leaf", "batch")
    assert got["answer"].startswith("300 found.")
    assert len(server.batches) == 1
    assert len(set(server.billed)) == len(server.billed)


def test_a_wrong_key_is_an_error_and_no_answer(asking: Asking, server: Reader) -> None:
    asking.write("log.txt", 3)
    server.queues["messages"].append(error(401, "authentication_error", "invalid x-api-key"))
    out = asking.rlm("ask", "What is option2?", "--over", "log.txt", "--leaf", "anthropic", status=1, **asking.env)
    assert out == ""
    assert "ANTHROPIC_API_KEY" in asking.said
    assert json.loads(asking.rlm("status", "--json"))["ask"]["usd"] == 0
