"""Hooks wait for what the client is about to write: a clock of our own, and a client that writes while they sleep."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.store import Archive
from rlm_core.config import Config
from rlm_core.hooks import events
from rlm_core.transcript import waiting
from rlm_core.transcript.source import Source


class Client:
    """A clock that moves while somebody sleeps; the client writes the rest of its transcript meanwhile."""

    def __init__(self, path: Path, rest: bytes) -> None:
        self.path = path
        self.rest = rest
        self.now = 1000.0
        self.slept = 0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.path.stat().st_mtime + self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        with self.path.open("ab") as f:
            f.write(self.rest)
        self.rest = b""


def hook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, event: str, session: Session, late: int, **fields: str
) -> str:
    """Run a hook while the last `late` records of a session are still to be written; what it answers."""
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    lines = session.lines()
    path = tmp_path / "t" / f"{SESSION}.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"".join(lines[:-late]))
    client = Client(path, b"".join(lines[-late:]))
    monkeypatch.setattr(waiting, "time", client)
    payload = {"session_id": SESSION, "transcript_path": str(path), "cwd": str(tmp_path / "p"), **fields}
    answer = events.respond(event, "local", json.dumps(payload).encode(), time.perf_counter())
    assert client.slept
    return answer


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "p"
    made.mkdir()
    return made


def missing(project: Path, tmp_path: Path) -> list[str]:
    source = Source(str(tmp_path / "t" / f"{SESSION}.jsonl"))
    archive = Archive(str(project / ".claude" / "rlm"), Config())
    return Verifier(archive).verify(source).missing


def test_stop_waits_for_the_turns_last_message(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = talk(Session(cwd=str(project)), 3)
    session.says("These are the last words of the turn.")
    hook(monkeypatch, tmp_path, "stop", session, 1, last_assistant_message="These are the last words of the turn.")
    assert missing(project, tmp_path) == []


def test_pre_compact_waits_for_the_results_of_all_calls(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the chunk whose id the summary is told would still grow, and have another id."""
    session = talk(Session(cwd=str(project)), 3)
    session.prompt("One more, please.")
    session.result(session.calls("Bash", command="make"), "done")
    said = hook(monkeypatch, tmp_path, "pre-compact", session, 1, trigger="auto")
    assert missing(project, tmp_path) == []
    newest = max((project / ".claude" / "rlm" / "sessions").rglob("0*.md"))
    assert newest.stem.partition("-")[2] in said
