"""The team's command at a session's start, run by a shell on a machine that has rlm and on one that has not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from kits.programs import script

from rlm_core.install import Environment
from rlm_core.install.handlers import EVENTS, handler


def run(event: str, tmp_path: Path, **payload: str) -> subprocess.CompletedProcess[bytes]:
    """What the shell makes of the command, with no `rlm` on PATH unless the test has put one there."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    command = str(handler(event, "shared", Environment.current())["command"])
    path = os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"])
    return subprocess.run(
        ["sh", "-c", command],
        input=json.dumps({"hook_event_name": event, **payload}, separators=(",", ":")).encode(),
        capture_output=True,
        env={
            "PATH": path,
            "CLAUDE_PROJECT_DIR": str(tmp_path / "a project"),
            "CLAUDE_CONFIG_DIR": str(tmp_path / "config"),
        },
        timeout=60,
    )


@pytest.mark.parametrize("source", ["startup", "resume"])
def test_a_teammate_without_rlm_is_told_when_a_session_starts(tmp_path: Path, source: str) -> None:
    done = run("SessionStart", tmp_path, source=source)
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert list(answer) == ["systemMessage"]
    assert "pip install rlm-recall" in answer["systemMessage"]


@pytest.mark.parametrize("source", ["compact", "clear", "fork"])
def test_and_not_again_in_the_same_session(tmp_path: Path, source: str) -> None:
    done = run("SessionStart", tmp_path, source=source)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"SessionStart"}))
def test_no_other_event_says_anything(tmp_path: Path, event: str) -> None:
    done = run(event, tmp_path, source="startup")
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("name", ["config/settings.json", "a project/.claude/settings.local.json"])
def test_who_has_another_installation_is_told_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text('{"hooks": {"Stop": [{"hooks": [{"command": "/home/jo/.claude/rlm/launch"}]}]}}')
    done = run("SessionStart", tmp_path, source="startup")
    assert (done.returncode, done.stdout) == (0, b"")


def test_where_rlm_runs_it_answers_alone(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin" / "rlm", 'cat >/dev/null; printf "%s" "$*"\n')
    done = run("SessionStart", tmp_path, source="startup")
    assert (done.returncode, done.stdout) == (0, b"hook session-start shared")


def test_an_rlm_that_is_broken_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin" / "rlm", "exit 1\n")
    done = run("SessionStart", tmp_path, source="startup")
    assert "does not run here" in json.loads(done.stdout)["systemMessage"]
