"""`rlm demo` as a user runs it, and what it says when something is broken."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kits.needs import need
from kits.paths import ROOT
from kits.programs import ASCII_TERMINAL

from rlm_core.demo import run, show
from rlm_core.demo.play import Played, build, play
from rlm_core.demo.prove import hook_table, prove
from rlm_core.demo.session import SECRET, STORY, TITLES
from rlm_core.install import Environment

QUESTIONS = ("  Why did we raise the retry limit from 3 to 5?", "  What was E_LEDGER_4417?")
HOSTILE = {
    "RLM_DEPTH": "1",
    "CLAUDE_PROJECT_DIR": "/nowhere",
    "CLAUDE_PLUGIN_ROOT": "/nowhere",
    "CLAUDE_CODE_SESSION_ID": "someone-else",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "PYTHONPATH": "",
}
on_one_performance = pytest.mark.xdist_group("demo")


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


def processes_naming(text: str) -> list[str]:
    """The command lines of running processes that hold a text."""
    need("ps")
    listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.split("\n") if text in line]


def failed(steps: list[dict[str, Any]]) -> set[str]:
    return {step["name"] for step in steps if not step["ok"]}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One performance for all tests that break something in what it left, and mend it."""
    stage = build()
    yield play(stage, STORY, TITLES)
    shutil.rmtree(stage.top)


@contextmanager
def changed(path: Path, change: Callable[[bytes], bytes] | None) -> Iterator[None]:
    """The file changed, or gone, for a while."""
    before = path.read_bytes()
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(before))
    yield
    path.write_bytes(before)


def broken(played: Played) -> set[str]:
    return {step.name for step in prove(played).steps if not step.ok}


def test_demo_proves_itself_and_leaves_nothing_behind(machine: Machine) -> None:
    home, work = tree(machine.home), tree(machine.work)
    done = machine.demo("--json", **HOSTILE)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, failed(found["steps"])) == (0, "", set())
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


def test_the_demo_speaks_french_to_a_french_user_but_for_what_was_said(machine: Machine) -> None:
    # A French system whose French locale is not installed: Python itself reads paths by LC_CTYPE.
    done = machine.demo(LC_ALL="", LC_MESSAGES="fr_FR.UTF-8", LC_CTYPE="C.UTF-8")
    own = [line for line in done.stdout.split("\n") if not line.startswith("    ") and line not in QUESTIONS]
    english = re.compile(r"\b(?:the|of|and|is|was|what|with|to|tells|times|files|entries|tokens|passed|from)\b")
    assert done.returncode == 0, done.stderr
    assert len(own) > 50
    assert [line for line in own if english.search(line)] == []
    assert any(re.fullmatch(r"12 contrôles réussis sur 12 en \d+,\d s\.", line) for line in own)


def test_demo_in_text_shows_each_part_within_two_pages(machine: Machine) -> None:
    done = machine.demo()
    lines = done.stdout.split("\n")
    assert done.returncode == 0
    for part in ("1. Install", "2. Work", "3. Archive", "4. Proof", "5. Recall", "6. Context"):
        assert any(line.startswith(part) for line in lines), part
    for said in ("the context is 6", "[redacted:github]", "checks passed", "rlm install", "133 of 133 entries"):
        assert said in done.stdout
    assert len(lines) <= 96
    assert max(map(len, lines)) <= 100
    assert "\033" not in done.stdout


def test_demo_is_plain_ascii_where_the_output_is_and_keeps_what_it_cited(machine: Machine) -> None:
    done = machine.demo("--keep", **ASCII_TERMINAL)
    assert done.returncode == 0
    assert done.stdout.isascii()
    project = Path(next(line for line in done.stdout.split("\n") if line.startswith("Kept: ")).removeprefix("Kept: "))
    assert [p.name for p in project.glob(".claude/rlm/sessions/*/0017-*.md")]
    look = [line for line in done.stdout.split("\n") if "CLAUDE_CONFIG_DIR=" in line or line.startswith("  rlm search")]
    script = "\n".join(look).replace("rlm search", f"{shlex.quote(sys.executable)} -m rlm_core search")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(["/bin/sh", "-c", script], env=env, capture_output=True, text=True, check=True)
    assert "Raise the retry limit from 3 to 5" in found.stdout


def test_demo_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert any("npm install" in line for line in show.advice())
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    assert not any("npm install" in line for line in show.advice())


@on_one_performance
def test_demo_fires_every_hook_in_its_place(played: Played) -> None:
    rows = {row["event"]: (row["count"], row["answered"]) for row in hook_table(played)}
    assert rows == {
        "SessionStart": (5, 4),
        "UserPromptSubmit": (28, 1),
        "Stop": (28, 0),
        "SubagentStop": (3, 0),
        "PreCompact": (2, 2),
        "PostCompact": (2, 0),
        "SessionEnd": (3, 0),
    }
    assert [c.trigger for c in played.compactions] == ["auto", "manual"]
    assert played.compactions[0].before > 150_000 > played.compactions[0].after
    assert played.sweeps == 1  # /clear's SessionStart starts one; it has ended


@on_one_performance
def test_cited_lines_are_read_from_the_files(played: Played) -> None:
    for found in prove(played).questions:
        assert Path(found.path).read_text("utf-8").split("\n")[found.line - 1].strip() == found.quote != ""


@pytest.fixture
def plain_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few programs to be looked through: a hook that finds no package tries each Python of PATH, 71 times in a demo."""
    monkeypatch.setenv("PATH", os.pathsep.join(["/usr/bin", "/bin"]))


@pytest.mark.usefixtures("plain_path")
def test_demo_fails_when_the_hooks_do_not_find_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hooks without their package stay silent, as they must; the demo has to notice."""
    assert run(keep=False, as_json=True, env=replace(Environment.current(), package_dir=tmp_path)) == 1
    found = json.loads(capsys.readouterr().out)
    silent = {"lossless", "secrets", "notice", "map", "summary line", "found again", "summaries cite"}
    assert silent <= failed(found["steps"])
    assert (found["ok"], found["verify"]["archived"], found["chunks"]) == (False, 0, 0)


@pytest.mark.usefixtures("plain_path")
def test_demo_fails_in_words_when_the_hooks_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine = replace(Environment.current(), executable=str(tmp_path / "no"), package_dir=tmp_path)
    assert run(keep=False, as_json=False, env=machine) == 1
    shown = capsys.readouterr().out
    for said in ("FAILED", "nothing found", "rlm doctor"):
        assert said in shown


@on_one_performance
def test_demo_fails_when_a_chunk_is_missing(played: Played) -> None:
    with changed(next(played.stage.root.glob("sessions/*/0011-*.md")), None):
        assert broken(played) == {"lossless", "chunks unharmed", "found again"}
    assert broken(played) == set()


@on_one_performance
def test_demo_fails_when_a_secret_leaks(played: Played) -> None:
    with changed(played.stage.root / "INDEX.md", lambda data: data + SECRET.encode()):
        assert broken(played) == {"secrets"}


@on_one_performance
def test_demo_fails_when_a_hook_logged_a_fault(played: Played) -> None:
    with changed(played.stage.root / "log" / "rlm.log", lambda data: data + b"2026 1 Stop - FAILED disk full 3ms\n"):
        assert broken(played) == {"hooks"}


@on_one_performance
def test_demo_fails_when_the_cited_line_says_something_else(played: Played) -> None:
    """The passage is still found by its words, but the fact is not in it any more."""
    path = next(played.stage.root.glob("sessions/*/0011-*.md"))
    with changed(path, lambda data: data.replace(b"period 2026-09 is closed", b"period 2026-09 is open")):
        assert "found again" in broken(played)
        assert "is open" in prove(played).questions[2].quote
