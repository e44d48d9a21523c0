"""The real client resumes what `rlm revive` has written: whole, in order, and archived once."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from kits.builders import Session
from kits.claude.client import Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.process import finish
from kits.claude.product import Product
from kits.claude.replies import calls, say, tool
from kits.paths import ROOT

TOOLS = ("--allowedTools", "Bash,Read,Write,Edit,Agent,Skill,SendMessage")
LONG = "10ec0000-0000-4000-8000-000000000400"


@pytest.fixture
def product(project: Project) -> Product:
    """Installed with the code of this checkout."""
    project.extra_env["PYTHONPATH"] = str(ROOT)
    made = Product(project)
    made.install()
    return made


def blocks(request: Request, kind: str) -> list[dict]:
    contents = [m["content"] for m in request.messages if isinstance(m["content"], list)]
    return [b for content in contents for b in content if b["type"] == kind]


def assert_in_pairs(request: Request) -> None:
    """Each call is answered in the very next message, and nothing answers without a call."""
    open_calls: list[str] = []
    for message in request.messages:
        content = message["content"] if isinstance(message["content"], list) else []
        answered = [b["tool_use_id"] for b in content if b["type"] == "tool_result"]
        assert sorted(answered) == sorted(open_calls)
        open_calls = [b["id"] for b in content if b["type"] == "tool_use"]
    assert open_calls == []


def resumed(product: Product, mock: MockApi, session: str, *more: str) -> tuple[dict, Request]:
    """What `rlm revive` reported, and what the client then sent for the next prompt."""
    done = product.report("revive", session, "--yes", *more)
    mock.script(say("a-walnut-answer"))
    answer = product.project.ask("a-hazel-prompt", "--resume", done["session"], *TOOLS)
    assert (answer["result"], answer["session_id"]) == ("a-walnut-answer", done["session"])
    return done, mock.main[-1]


def test_a_session_of_400_turns_whose_transcript_was_deleted_is_resumed_whole(product: Product, mock: MockApi) -> None:
    old = Session(LONG, cwd=str(product.project.path))
    for n in range(400):
        old.prompt(f"prompt-{n}-oak")
        if n % 3 == 0:
            old.parallel([f"out-{n}-a", f"out-{n}-b"])
        if n % 10 == 5:
            old.tool("Agent", f"report-{n}", description="look", prompt=f"task-{n}", subagent_type="Explore")
        if n % 7 == 0:
            old.tool("Edit", "edited", file_path="/a.py", old_string=f"x = {n}\ny", new_string=f"x = {n + 1}\ny")
        old.says(f"answer-{n}-elm")
    path = product.project.config / "projects" / "w" / f"{LONG}.jsonl"
    old.write(path)
    agent = Session(LONG, cwd=str(product.project.path), agent="a1b2c3d4")
    agent.prompt("task-5")
    agent.says("report-5")
    agent.write(path.with_suffix("") / "subagents" / "agent-a1b2c3d4.jsonl")
    assert product.rlm("archive", str(path)).code == 0
    path.unlink()
    before = product.report("list")["sessions"]
    done, request = resumed(product, mock, LONG)
    assert os.stat(done["path"]).st_mode & 0o777 == 0o600
    assert_in_pairs(request)
    said = list(dict.fromkeys(w for w in request.text.split() if w.startswith(("prompt-", "answer-"))))
    assert said == [f"{who}-{n}-{tree}" for n in range(400) for who, tree in (("prompt", "oak"), ("answer", "elm"))]
    given = [b["input"] for b in blocks(request, "tool_use") if b["name"] == "Edit"]
    assert given[1] == {"file_path": "/a.py", "old_string": "x = 7\ny", "new_string": "x = 8\ny"}
    assert {f"report-{n}" for n in range(5, 400, 10)} <= set(request.text.split())
    after = {row["session"]: row for row in product.report("list")["sessions"]}
    assert after[LONG]["entries"] == before[0]["entries"]
    assert after[done["session"]]["entries"] == 3  # our note, the new prompt and its answer
    assert product.report("verify", done["path"])["ok"]
    assert product.trouble() == []


def test_a_sub_agent_comes_back_and_is_gone_on_with(product: Product, mock: MockApi) -> None:
    task = tool("Agent", description="d", prompt="look-for-the-larch", subagent_type="general-purpose")
    mock.script(calls(task), say("a-willow-answer"))
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
    product.wait_until_whole()
    (path,) = [p for p in product.project.transcripts() if p.stem == stream.session]
    (agent,) = [p.stem.removeprefix("agent-") for p in (path.with_suffix("") / "subagents").glob("*.jsonl")]
    path.unlink()
    shutil.rmtree(path.with_suffix(""))
    done = product.report("revive", stream.session, "--yes")
    assert done["agents"] == 1
    mock.script(calls(tool("SendMessage", to=agent, message="and-the-rowan", summary="go on")), say("a-walnut-answer"))
    answer = product.project.ask("a-hazel-prompt", "--resume", done["session"], *TOOLS)
    assert answer["result"] == "a-walnut-answer"
    (again,) = [r for r in mock.of("agent") if "and-the-rowan" in r.text]
    assert again.text.index("look-for-the-larch") < again.text.index("agent report") < again.text.index("and-the-rowan")
    assert_in_pairs(again)
    product.wait_until_whole()
    kept = Path(done["path"]).with_suffix("") / "subagents" / f"agent-{agent}.jsonl"
    hits = product.report("search", "look-for-the-larch", "--role", "task")["hits"]
    assert len([h for h in hits if "look-for-the-larch" in h["snippet"]]) == 1  # archived once
    assert "and-the-rowan" in kept.read_text()
    assert product.trouble() == []


def test_one_that_the_client_wrote_comes_back_up_to_a_citation_after_a_cut_in_mid_record(
    product: Product, mock: MockApi
) -> None:
    mock.script(
        calls(
            tool("Bash", command="echo maple-$((40+2))"),
            tool("Agent", description="d", prompt="go", subagent_type="general-purpose"),
        ),
        say("a-willow-answer"),
        say("a-spruce-answer"),
    )
    with product.project.stream(*TOOLS) as stream:
        stream.turn("a-cedar-prompt")
        stream.turn("a-birch-prompt")
    product.wait_until_whole()
    (path,) = [p for p in product.project.transcripts() if p.stem == stream.session]
    data = path.read_bytes()
    at = data.rindex(b"a-birch-prompt")
    path.write_bytes(data[: at + 4])  # as a full disk or a crash leaves it
    hit = next(h for h in product.report("search", "willow")["hits"] if "a-willow-answer" in h["snippet"])
    done, request = resumed(product, mock, stream.session, "--until", f"{hit['chunk']}:{hit['line']}")
    assert_in_pairs(request)
    assert ("a-willow-answer" in request.text, "a-birch-prompt" in request.text) == (True, False)
    assert "maple-42" in request.text
    assert "agent report" in request.text
    assert Path(done["path"]).stem != stream.session
    again, request = resumed(product, mock, done["session"])  # what was revived can be once more
    assert ("a-willow-answer" in request.text, "a-walnut-answer" in request.text) == (True, True)
    assert_in_pairs(request)
    assert again["origin"] == done["session"]


def test_a_compacted_session_goes_on_from_its_summary(product: Product, mock: MockApi) -> None:
    old = Session(LONG, cwd=str(product.project.path))
    old.prompt("a-cedar-prompt")
    old.says("a-willow-answer")
    old.compaction("All about trees.")
    old.prompt("a-birch-prompt")
    old.says("a-spruce-answer")
    path = product.project.config / "projects" / "w" / f"{LONG}.jsonl"
    old.write(path)
    assert product.rlm("archive", str(path)).code == 0
    path.unlink()
    done, request = resumed(product, mock, LONG)
    other = product.project.root / "other"  # from another project the way back is found, too
    other.mkdir()
    ask = [sys.executable, "-m", "rlm_core", "resume", done["session"], "--json", "--project", str(other)]
    back = json.loads(finish(ask, other, product.project.env(), "", 60).stdout)
    assert back == {"command": f"claude --resume {done['session']}", "cwd": str(product.project.path)}
    assert ("a-willow-answer" in request.text, "All about trees." in request.text) == (False, True)
    assert "a-spruce-answer" in request.text
