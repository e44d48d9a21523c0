"""A secret in every place where text comes from, and then a search for its bytes in every file that was written.

Knows nothing of types and of who redacts: only what goes in, and where it must not come out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.hooks import Project
from kits.paths import ROOT

from rlm_core import ask
from rlm_core.archive.take import take
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import ScriptedLeaf

CANARY = "gh" + "p_" + "Canary1234" * 4
PEM = (
    "-----BEGIN PRIVATE KEY-----\n"
    + ("MIICanaryEvQIBADANBgkqhkiG9w0" + "aB3" * 10 + "\n") * 4
    + "-----END PRIVATE KEY-----"
)
EXTRA = "CANARY-ORCHID"
SECRETS = [CANARY, CANARY[8:30], "MIICanaryEvQ", EXTRA]
ALL = f"{CANARY} and {EXTRA}\n{PEM}\n"
SETTINGS = f"hints: true\nredact:\n  extra:\n    flower: {EXTRA[:6]}.ORCHID\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    (made.path / ".git").mkdir()
    (made.path / ".claude").mkdir()
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text(SETTINGS)
    return made


def rlm(project: Project, *args: str, status: int | None = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "rlm_core", *args],
        capture_output=True,
        cwd=project.path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=120,
    )
    assert status in (None, done.returncode), done.stderr.decode()
    return (done.stdout + done.stderr).decode()


def written(project: Project) -> dict[str, bytes]:
    """Every file of ours: the archive's, its state and log, and the user's ledger."""
    ledger = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm-ask"
    found = [p for folder in (project.root, ledger) for p in folder.rglob("*") if p.is_file()]
    return {str(p): p.read_bytes() for p in found}


def leaks(project: Project) -> list[str]:
    """Where a secret stands, with what is around it."""
    places = ((path, data, data.find(s.encode())) for path, data in written(project).items() for s in SECRETS)
    return [f"{os.path.basename(p)}: {data[max(0, at - 60) : at + 60]!r}" for p, data, at in places if at >= 0]


def told(session: Session) -> Session:
    """A session with the secrets in each text that a transcript can hold."""
    session.prompt("What does the scheduler do?")
    session.branch = f"feature/{CANARY}"
    session.prompt(f"Look at {ALL}")
    session.thinks(ALL)
    session.says(f"It says {ALL}")
    session.tool(f"mcp__{CANARY}__read", ALL, f"call_{CANARY}", file_path=f"/x/{CANARY}/{EXTRA}.txt", note=ALL)
    session.tool("Bash", ALL * 200, command=f"echo '{ALL}'")
    session.mention(f"{CANARY}.txt", ALL)
    session.attachment("queued_command", prompt=f"and {ALL}", commandMode="prompt")
    session.note("informational", ALL)
    session.cwd = f"{session.cwd}/{CANARY}"
    session.record("user", message={"role": "user", "content": ALL}, uuid=f"x {CANARY}")
    session.items[-1] = {**session.items[-1], "uuid": f"x {CANARY}"}  # type: ignore[dict-item]
    session.assistant(
        {"type": "strange", "data": ALL}, {"type": "tool_use", "id": CANARY, "name": CANARY, "input": ALL}
    )
    session.user([{"type": "document", "title": CANARY, "source": {"type": "text", "data": ALL}}])
    session.compaction(ALL)
    session.title(f"Session of {CANARY}", "ai-title")
    session.title(f"My {CANARY} {EXTRA}")
    return session


def test_a_secret_anywhere_in_a_session_reaches_no_file(project: Project) -> None:
    session = told(project.session())
    source = project.write(session)
    agent = project.transcripts / SESSION / "subagents" / f"agent-a-{CANARY}.jsonl"
    told(Session(agent=f"a-{CANARY}", cwd=str(project.path), seed="a")).write(agent)
    answers = [
        project.hook("SessionStart", source="startup"),
        project.hook("UserPromptSubmit", prompt=f"What of {ALL}?"),
        project.hook("Stop", last_assistant_message=ALL),
        project.hook("SubagentStop", agent_type=CANARY, agent_id=CANARY),
        project.hook("PreCompact", trigger=CANARY, custom_instructions=ALL),
        project.hook("PostCompact", trigger=CANARY, compact_summary=f"<analysis>{ALL}</analysis>"),
        project.hook("SessionStart", source="compact"),
        project.hook("SessionStart", source=CANARY, model=CANARY),
        project.hook("SessionEnd", reason="clear"),
        project.hook("SessionStart", "2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f", source="clear"),
    ]
    project.run("Stop", f"not json {ALL}".encode())
    project.wait_for_quiet()
    rlm(project, "archive", "--all")
    rlm(project, "reindex")
    for words in ("scheduler", CANARY, "Look at"):
        rlm(project, "search", words, status=None)
    rlm(project, "verify", status=None)
    rlm(project, "status")
    assert [s for s in SECRETS for a in answers if s in a.text] == []
    assert leaks(project) == []
    assert b"[redacted:github]" in b"".join(written(project).values())
    assert b"[redacted:flower]" in b"".join(written(project).values())
    assert take(project.archive, source).entries_new == 0, "what it was archived under is what it is looked up by"


def test_a_hook_that_fails_logs_no_secret(project: Project) -> None:
    project.write(told(project.session()))
    project.hook("Stop")
    project.wait_for_quiet()
    state = next((project.root / "state" / "sources").glob("*.json"))
    state.unlink()
    state.symlink_to(project.path / CANARY / "missing.json")
    (project.root / "sessions").rename(project.root / "gone")
    (project.root / "sessions").symlink_to(project.path / CANARY)
    project.hook("Stop")
    project.hook("SessionStart", source="startup")
    (project.root / "sessions").unlink()
    project.wait_for_quiet()
    assert "FAILED" in project.log()
    assert leaks(project) == []


def test_a_secret_anywhere_in_a_document_reaches_no_file(project: Project) -> None:
    folder = project.path / f"docs {CANARY}"
    folder.mkdir()
    text = f"# A {CANARY}\n\n{ALL}\n\n## {EXTRA}\n\nplain words\n"
    (folder / f"notes {CANARY} {EXTRA}.md").write_text(text)
    (folder / "page.html").write_text(f"<title>{CANARY}</title><h1>{CANARY}</h1><p>{EXTRA}</p>")
    (folder / f"{CANARY}.py").write_text(f"class A:\n    key = '{CANARY}'\n")
    (folder / f"{CANARY}.bin").write_bytes(bytes(range(256)))
    single = project.path / f"{CANARY}.txt"
    single.write_text(ALL)
    rlm(project, "add", str(folder))
    rlm(project, "add", str(single))
    rlm(project, "add", str(folder / f"{CANARY}.bin"), status=None)
    assert leaks(project) == []
    listed = {d["path"]: d["status"] for d in json.loads(rlm(project, "add", "--list", "--json"))["documents"]}
    assert set(listed.values()) == {"unchanged"}, "each file is found again"
    rlm(project, "add", str(single))
    assert len(list((project.root / "documents").iterdir())) == len(listed) + 2, "nothing stands twice"
    single.write_text(f"{ALL} and more words")
    (folder / "new.md").write_text("a new one")
    rlm(project, "add")
    rlm(project, "search", "words")
    assert leaks(project) == []
    names = json.loads(rlm(project, "add", "--list", "--json"))["documents"]
    assert len(names) == len(listed) + 1
    rlm(project, "add", "--remove", str(single))
    assert len(json.loads(rlm(project, "add", "--list", "--json"))["documents"]) == len(listed)


def leaf(said: list[str]) -> ScriptedLeaf:
    """Answers with secrets that no text held."""

    def answer(call: Call) -> dict[str, object]:
        said.append(call.system + call.prompt)
        quote = "the limit is 40"
        finding = {"claim": f"it is {CANARY}", "quote": quote, "location": "a.md", "subject": EXTRA, "value": CANARY}
        return {"findings": [finding], "answer": f"{ALL} [1].", "complete": True, CANARY: 1}

    return ScriptedLeaf(default=answer, usd=0.01)


def test_a_secret_in_a_question_and_in_answers_reaches_no_file(project: Project) -> None:
    project.write(told(project.session()))
    rlm(project, "archive", "--all")
    over = project.path / f"{CANARY} {EXTRA}.md"
    over.write_text(f"# {CANARY}\n\nthe limit is 40\n\n{ALL}\n")
    said: list[str] = []
    question = f"Which limit goes with {CANARY}, {EXTRA} and\n{PEM}?"
    for paths in ([str(over)], [str(project.path / "*.md")], []):
        for fresh in (False, True):
            ask(question, over=paths, project=str(project.path), leaf=leaf(said), fresh=fresh)
    assert said
    assert [s for s in SECRETS for prompt in said if s in prompt] == []
    found = written(project)
    assert [path for path, data in found.items() if path.endswith("/books.db") and b"the limit is 40" in data]
    assert [path for path, data in found.items() if path.endswith("/books.db") and b"Which limit goes with" in data]
    assert leaks(project) == []


def test_a_question_in_a_place_without_an_archive_reaches_no_file_either(project: Project) -> None:
    (project.path / "a.md").write_text("the limit is 40\n")
    ask(f"Which limit goes with {ALL}?", over=[str(project.path / "a.md")], project=str(project.path), leaf=leaf([]))
    found = written(project)
    assert any(path.endswith("/rlm-ask/books.db") for path in found)
    assert leaks(project) == []
