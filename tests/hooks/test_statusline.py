"""The status line: what it shows, whom it lets speak first, what it keeps for hooks, and that nothing makes it fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, talk
from kits.hooks import Project

from rlm_core.forget.naming import Named
from rlm_core.forget.run import forget
from rlm_core.hooks.statusline import INNER, status_line


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path)
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(made.path))
    monkeypatch.delenv(INNER, raising=False)
    return made


def status(project: Project, **context: Any) -> bytes:
    window = {"context_window_size": 1_000_000, "used_percentage": 61, **context}
    fields = {"session_id": SESSION, "transcript_path": str(project.file()), "cwd": str(project.path)}
    return json.dumps({**fields, "context_window": window}).encode()


def test_it_shows_the_context_the_last_archiving_and_how_much_there_is(project: Project) -> None:
    assert status_line(status(project)) == "61 %"  # no archive yet
    assert not project.root.exists()
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    assert re.fullmatch(r"61 % · archived \d\d:\d\d · 1 session", status_line(status(project)))
    other = status(project).replace(SESSION.encode(), b"33333333-9a0b-4c1d-8e2f-3a4b5c6d7e8f")
    assert status_line(other) == "61 % · not archived yet · 1 session"
    assert status_line(status(project, used_percentage=None)).startswith("archived ")
    assert status_line(b'{"context_window": {"used_percentage": 61}}') == "61 % · 1 session"


def test_the_users_own_line_comes_first_and_gets_the_same_json(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INNER, "printf 'one\\n'; grep -o used_percentage")
    assert status_line(status(project)) == "one\nused_percentage · 61 %"
    monkeypatch.setenv(INNER, "printf '\\033[31mred'")
    assert status_line(status(project)) == "\x1b[31mred\x1b[0m · 61 %"
    monkeypatch.setenv(INNER, "exit 3")
    assert status_line(status(project)) == "61 %"
    monkeypatch.setenv(INNER, "echo mine")
    assert status_line(b"garbage") == "mine"


def test_hooks_know_the_windows_true_size_from_then_on(project: Project) -> None:
    session = talk(project.session(), 2)
    session.assistant({"type": "text", "text": "hi"}, tokens=150_000)
    project.write(session)
    project.hook("Stop")
    status_line(status(project))
    assert project.hook("UserPromptSubmit", prompt="go on").message == ""  # 15 % of a million
    status_line(status(project, context_window_size=200_000))
    assert "75 % full" in project.hook("UserPromptSubmit", prompt="go on").message
    project.wait_for_quiet()
    forget(project.archive, Named(session=SESSION[:8]))
    assert not list(project.root.glob("state/window-*"))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"5", b"\xff\xfe", b"{" * 100_000, b'{"context_window": 5, "cwd": 7, "workspace": []}',
        b'{"context_window": {"used_percentage": "x", "context_window_size": true}, "transcript_path": "\\u0000"}',
        b'{"transcript_path": "/etc/passwd", "session_id": "../../x", "cwd": "\\u0000"}',
    ],
)  # fmt: skip
def test_whatever_it_is_handed_it_is_silent_rather_than_loud(project: Project, data: bytes) -> None:
    project.write(talk(project.session(), 1))
    project.hook("Stop")
    before = sorted(p for p in project.root.rglob("*"))
    assert status_line(data) in ("", "1 session", "not archived yet · 1 session")
    assert sorted(p for p in project.root.rglob("*")) == before
