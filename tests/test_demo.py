"""`rlm demo` as a user runs it, and what it says when something is broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rlm_core import demo
from rlm_core.demo.play import Stage
from rlm_core.install import Environment

HOSTILE = {
    "RLM_DEPTH": "1",
    "CLAUDE_PROJECT_DIR": "/nowhere",
    "CLAUDE_PLUGIN_ROOT": "/nowhere",
    "CLAUDE_CODE_SESSION_ID": "someone-else",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "PYTHONPATH": "",
}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content; directories with none."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


class Machine:
    """A home with a Claude Code directory and a project of its own, and an empty temporary directory."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work, self.tmp = folder / "home", folder / "work", folder / "tmp"
        for path in (self.home / ".claude", self.work / ".claude", self.tmp):
            path.mkdir(parents=True)
        (self.home / ".claude" / "settings.json").write_text('{"model": "opus"}')
        (self.home / ".claude" / "rlm.yaml").write_text("enabled: false\n")
        (self.work / ".claude" / "settings.json").write_text("{}")

    def demo(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """`python -m rlm_core demo` in the project."""
        kept = {k: v for k, v in os.environ.items() if k != "CLAUDE_CONFIG_DIR"}
        own = {"HOME": str(self.home), "TMPDIR": str(self.tmp), "PYTHONUTF8": "1"}
        return subprocess.run(
            [sys.executable, "-m", "rlm_core", "demo", *args],
            cwd=self.work,
            env={**kept, **own, **env},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def processes_naming(text: str) -> list[str]:
    """The command lines of running processes that hold a text."""
    listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.split("\n") if text in line]


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(capsys.readouterr().out)
    return parsed


def failed(found: dict[str, Any]) -> set[str]:
    return {step["name"] for step in found["steps"] if not step["ok"]}


def test_demo_proves_itself_and_leaves_nothing_behind(machine: Machine) -> None:
    home, work = tree(machine.home), tree(machine.work)
    done = machine.demo("--json", **HOSTILE)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, failed(found)) == (0, "", set())
    assert found["ok"]
    assert found["verify"]["ok"]
    assert found["verify"]["archived"] == found["verify"]["entries"] > 140
    assert len(found["verify"]["transcripts"]) == 3
    assert found["verify"]["leaks"] == []
    assert [q["ok"] for q in found["questions"]] == [True] * 3
    assert {q["role"] for q in found["questions"]} == {"user", "tool"}
    assert not Path(found["project"]).exists()
    assert tree(machine.tmp) == {}
    assert (tree(machine.home), tree(machine.work)) == (home, work)
    assert processes_naming(found["project"]) == []


def test_demo_plays_every_hook_in_its_place(machine: Machine) -> None:
    found = json.loads(machine.demo("--json").stdout)
    hooks = {row["event"]: row for row in found["hooks"]}
    assert {e: row["count"] for e, row in hooks.items()} == {
        "SessionStart": 5,
        "UserPromptSubmit": 28,
        "Stop": 28,
        "SubagentStop": 3,
        "PreCompact": 2,
        "PostCompact": 2,
        "SessionEnd": 3,
    }
    assert {e: row["answered"] for e, row in hooks.items() if row["answered"]} == {
        "SessionStart": 4,
        "UserPromptSubmit": 1,
        "PreCompact": 2,
    }
    assert [c["trigger"] for c in found["compactions"]] == ["auto", "manual"]
    assert found["compactions"][0]["tokens_before"] > 150_000 > found["compactions"][0]["tokens_after"]
    steps = {step["name"]: step["detail"] for step in found["steps"]}
    assert steps["no process left"].endswith(": 1")  # /clear's SessionStart sweeps, and we have waited for it


def test_kept_project_holds_what_the_demo_cited(machine: Machine) -> None:
    found = json.loads(machine.demo("--json", "--keep").stdout)
    assert Path(found["project"]).is_dir()
    for question in found["questions"]:
        lines = Path(question["path"]).read_text("utf-8").split("\n")
        assert lines[question["line"] - 1].strip() == question["quote"] != ""


def test_demo_in_text_shows_each_part_within_a_page_or_two(machine: Machine) -> None:
    done = machine.demo()
    lines = done.stdout.split("\n")
    assert done.returncode == 0
    for part in ("1. Install", "2. Work", "3. Archive", "4. Proof", "5. Recall", "6. Context"):
        assert any(line.startswith(part) for line in lines), part
    for said in ("the context is 6", "[redacted:github]", "checks passed", "rlm install", "133 of 133 entries"):
        assert said in done.stdout
    assert len(lines) <= 92
    assert max(map(len, lines)) <= 100
    assert "\033" not in done.stdout


def test_demo_is_plain_ascii_where_the_output_is(machine: Machine) -> None:
    done = machine.demo(PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_demo_says_how_to_go_on(machine: Machine, tmp_path: Path) -> None:
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    assert "npm install" in machine.demo(PATH="/usr/bin:/bin").stdout
    (bin_dir / "claude").write_text("#!/bin/sh\n")
    (bin_dir / "claude").chmod(0o755)
    shown = machine.demo(PATH=f"{bin_dir}:/usr/bin:/bin").stdout
    assert "npm install" not in shown
    assert "\n  claude\n" in shown


def test_demo_fails_when_the_hooks_do_not_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hooks without their package stay silent, as they must; the demo has to notice."""
    broken = replace(Environment.current(), package_dir=tmp_path)
    assert demo.run(keep=False, as_json=True, env=broken) == 1
    found = report(capsys)
    assert {"lossless", "secrets", "notice", "map", "summary line", "recalled", "summaries cite"} <= failed(found)
    assert found["verify"]["archived"] == 0
    assert found["chunks"] == 0


def test_demo_fails_in_words_when_the_hooks_do_not_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = replace(Environment.current(), executable=str(tmp_path / "python"))
    assert demo.run(keep=False, as_json=False, env=broken) == 1
    shown = capsys.readouterr().out
    assert "FAILED hooks" in shown
    assert "nothing found" in shown
    assert "rlm doctor" in shown


def test_demo_fails_when_a_chunk_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    def delete(stage: Stage) -> None:
        next(stage.root.glob("sessions/*/0011-*.md")).unlink()

    assert demo.run(keep=False, as_json=True, meddle=delete) == 1
    found = report(capsys)
    assert {"lossless", "chunks unharmed", "recalled"} <= failed(found)
    assert [q["ok"] for q in found["questions"]] == [True, True, False]
    assert found["verify"]["missing"]


def test_demo_fails_when_a_secret_leaks(capsys: pytest.CaptureFixture[str]) -> None:
    def leak(stage: Stage) -> None:
        (stage.root / "log" / "rlm.log").open("a").write(demo.session.SECRET)

    assert demo.run(keep=False, as_json=True, meddle=leak) == 1
    assert failed(report(capsys)) == {"secrets"}


def test_demo_reads_the_fact_from_the_cited_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A chunk whose text was changed is found by the same words, but the line no longer holds the fact."""

    def change(stage: Stage) -> None:
        path = next(stage.root.glob("sessions/*/0011-*.md"))
        path.write_text(path.read_text("utf-8").replace("period 2026-09 is closed", "period 2026-09 is open"), "utf-8")

    assert demo.run(keep=False, as_json=True, meddle=change) == 1
    found = report(capsys)
    assert "recalled" in failed(found)
    assert "is open" in found["questions"][2]["quote"]
