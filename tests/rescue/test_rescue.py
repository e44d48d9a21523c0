"""What Claude Code has left of sessions that it deleted before they were archived comes in, and says what is lost."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from kits.builders import Session, archive, everything

from rlm_core.archive.take import take
from rlm_core.cli import main
from rlm_core.home import config_dir

LOST = "10510510-0000-4000-8000-000000000001"
KEPT = "4e974e97-0000-4000-8000-000000000002"
ALIVE = "a11vea11-0000-4000-8000-000000000003"
AGENTS = "a9e47500-0000-4000-8000-000000000004"
KEY = "sk-ant-api03-" + "Qw7" * 20
PASTED = {"1": {"id": 1, "type": "text", "content": "pasted egret"}}
TIME = 1_760_000_000_000  # 2025-10-09


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an archived session, one that is alive, and traces of one that is lost."""
    made = tmp_path / "app"
    (made / "src").mkdir(parents=True)
    (made / "src" / "api.py").write_text("limit = 5\n")
    base = Path(config_dir())
    kept = Session(KEPT, cwd=str(made))
    kept.prompt("a kept prompt")
    take(archive(made), kept.write(tmp_path / f"{KEPT}.jsonl"))
    alive = Session(ALIVE, cwd=str(made))
    alive.prompt("an alive prompt")
    alive.write(base / "projects" / "app" / f"{ALIVE}.jsonl")
    history(
        line(made, LOST, 0, f"the heron key is {KEY}"),
        line(made, LOST, 60_000, "look at [Pasted text #1 +9 lines]", PASTED),
        line(made, KEPT, 0, "a kept prompt"),
        line(made, ALIVE, 0, "an alive prompt"),
        line(made, "", 5_000, "a prompt of old, without a session"),
        line(tmp_path / "another", "0" * 8, 0, "another project's ibis"),
        {"display": 5}, {"display": "x", "timestamp": True, "project": str(made)}, line(made, "../../x", 0, "climbs"),
    )  # fmt: skip
    write(
        base / "todos" / f"{LOST}-agent-{LOST}.json", json.dumps([{"content": "feed the stork", "status": "pending"}])
    )
    digest = hashlib.sha256(str(made / "src" / "api.py").encode()).hexdigest()[:16]
    write(base / "file-history" / LOST / f"{digest}@v1", "limit = 3\n")
    (base / "file-history" / LOST / f"{digest}@v2").write_bytes(b"\0\1\2" * 100)
    write(base / "plans" / "happy-crane.md", f"# Plan\nChange {made}/src/api.py by the bittern.")
    write(base / "plans" / "other.md", "# Plan of something else")
    return made


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def line(project: Path, session: str, after: int, text: str, pasted: Any = None) -> dict[str, Any]:
    found = {"display": text, "pastedContents": pasted or {}, "timestamp": TIME + after, "project": str(project)}
    return {**found, "sessionId": session} if session else found


def history(*lines: dict[str, Any]) -> None:
    text = "".join(json.dumps(each) + "\n" for each in lines)
    write(Path(config_dir()) / "history.jsonl", text + '{"display": "cut in mid-rec')


def rlm(capsys: pytest.CaptureFixture[str], project: Path, *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    status = main([*words, "--json", "--project", str(project)])
    return status, json.loads(capsys.readouterr().out or "{}")


def test_what_is_left_is_archived_redacted_and_says_what_is_lost(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(project)
    status, shown = rlm(capsys, project, "rescue", "--dry-run")
    assert (status, everything(project)) == (0, before)
    status, done = rlm(capsys, project, "rescue")
    assert {**done, "dry_run": True} == shown
    (lost,) = [row for row in done["sessions"] if not row["day"]]
    assert (lost["session"], lost["prompts"], lost["todos"], lost["versions"], lost["unreadable"]) == (LOST, 2, 1, 1, 1)
    assert [row["prompts"] for row in done["sessions"] if row["day"]] == [1]
    assert (status, done["prompts"], done["plans"]) == (0, 3, ["happy-crane.md"])
    assert any("answers" in what for what in done["lost"])
    found = everything(project)
    words = "heron", "pasted egret", "feed the stork", "limit = 3", "src/api.py, version 1", "bittern", "Rescued by"
    for word in words:
        assert word.encode() in found
    for word in (KEY, "ibis", "something else", "an alive prompt"):
        assert word.encode() not in found
    assert LOST in {row["session"] for row in rlm(capsys, project, "list")[1]["sessions"]}
    assert rlm(capsys, project, "search", "heron")[1]["hits"][0]["role"] == "user"
    chunks = {p.name for p in project.rglob("*.md")}
    again = rlm(capsys, project, "rescue")[1]
    assert [row for row in again["sessions"] if row["session"] == LOST] == []
    assert {p.name for p in project.rglob("*.md")} == chunks
    main(["verify", "--project", str(project)])
    assert "are as they were written" in capsys.readouterr().err


def test_sub_agents_of_a_deleted_session_come_in(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent = Session(AGENTS, cwd=str(project), agent="abc123")
    agent.prompt("look for the avocet")
    folder = Path(config_dir()) / "projects" / "".join(c if c.isalnum() else "-" for c in str(project))
    agent.write(folder / AGENTS / "subagents" / "agent-abc123.jsonl")
    assert AGENTS in rlm(capsys, project, "rescue")[1]["agents"]
    assert b"avocet" in everything(project)


def test_what_may_have_been_forgotten_stays_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rlm(capsys, project, "rescue")[0] == 0
    main(["forget", "--session", LOST, "--yes", "--project", str(project)])
    done = rlm(capsys, project, "rescue")[1]
    assert (done["sessions"], done["prompts"], done["kept_out"] > 0) == ([], 0, True)
    assert b"heron" not in everything(project)


def test_nothing_left_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rlm(capsys, tmp_path, "rescue")[0] == 1
    assert not (tmp_path / ".claude").exists()
