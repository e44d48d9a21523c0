"""Sessions of cells that a former version kept for all projects together, and what a session has told before."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from kits.paths import ROOT

from rlm_core.archive.store import open_archive
from rlm_core.errors import RlmError
from rlm_core.home import config_dir
from rlm_core.repl.begin import sessions_folder
from rlm_core.repl.cellstore import CellSession, sessions_in


class Former:
    """A home with the projects `a` and `b`, neither of which has an archive."""

    def __init__(self, home: Path) -> None:
        self.home, self.a, self.b = home, home / "a", home / "b"
        self.everybodys = Path(config_dir(), "rlm-ask", "repl")
        for folder in (self.a / "deep", self.b):
            folder.mkdir(parents=True)
        (self.a / "t.txt").write_text("of a\n")

    def session(self, name: str, *over: object, version: int = 1) -> None:
        (self.everybodys / name).mkdir(parents=True)
        row = {"version": version, "cells": 1, "over": [*map(str, over)], "caps": {}, "names": [], "last": ""}
        (self.everybodys / name / "session.json").write_text(json.dumps(row))

    def seen(self, project: Path, name: str = "") -> list[str]:
        found = sessions_folder(open_archive(str(project), must_exist=False), name)
        return sorted(session.name for session in sessions_in(found))

    def rlm(self, project: Path, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rlm_core", "repl", *args], cwd=project, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
def former(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Former:
    monkeypatch.delenv("CLAUDECODE", raising=False)
    return Former(tmp_path / "people")


def test_a_session_goes_to_the_nearest_project_and_to_none_above_it(former: Former) -> None:
    former.session("file", former.a / "t.txt")
    former.session("folder", former.a)
    former.session("pattern", former.a / "*" / "*.txt")
    former.session("both", "-", former.a / "t.txt")
    former.session("two", former.a / "t.txt", former.b / "x.txt")
    assert former.seen(former.home) == former.seen(former.b) == []
    assert former.seen(former.a) == ["both", "file", "folder", "pattern"]
    assert former.seen(former.home) == []


def test_what_stdin_gave_goes_to_nobody_who_does_not_ask_for_it(
    former: Former, monkeypatch: pytest.MonkeyPatch
) -> None:
    former.session("default", "-")
    monkeypatch.chdir(former.b)
    assert former.seen(former.b) == []
    monkeypatch.setenv("CLAUDECODE", "1")
    assert former.seen(former.b, "default") == []
    monkeypatch.delenv("CLAUDECODE")
    assert former.seen(former.b, "default") == ["default"]


def test_a_session_over_texts_of_no_project_can_be_used_and_dropped_by_its_name(former: Former, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "t.txt").write_text("far\n")
    for name in ("used", "gone"):
        former.session(name, tmp_path / "far" / "t.txt")
    assert former.seen(former.a) == []
    assert former.rlm(former.a, "exec", "-s", "used", "-c", "ctx.text").stdout == "'far\\n'\n"
    assert former.rlm(former.a, "drop", "-s", "gone").returncode == 0
    assert former.seen(former.a) == ["used"]
    assert not (former.everybodys / "gone").exists()


@pytest.mark.parametrize("sign", [".git", ".claude/rlm/sessions"])
def test_one_of_another_project_is_not_taken_from_it_by_name(former: Former, sign: str) -> None:
    former.session("s", former.a / "t.txt")
    (former.a / sign).mkdir(parents=True)
    assert former.seen(former.b, "s") == []
    assert (former.everybodys / "s").exists()
    assert "there is no session s" in former.rlm(former.b, "vars", "-s", "s").stderr


def test_a_prompt_tells_what_is_left_out_before_the_first_cell(former: Former) -> None:
    (former.b / "x.txt").write_bytes(b"\0\1")
    (former.b / "y.txt").write_text("plain\n")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "rlm_core", "repl", "--over", "."], cwd=former.b, stdin=theirs, stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
    )  # fmt: skip
    os.write(ours, b"1\n2\n\4")
    told = process.communicate(timeout=60)[1]
    for end in (ours, theirs):
        os.close(end)
    assert told.count("not among the texts: x.txt") == 1
    assert told.index("not among the texts") < told.index("Ctrl-D ends")


def test_one_that_is_the_projects_own_stays_what_its_name_means(former: Former) -> None:
    former.session("s", "/elsewhere/t.txt")
    own = Path(sessions_folder(open_archive(str(former.a), must_exist=False)), "s")
    own.mkdir(parents=True)
    (own / "session.json").write_bytes((former.everybodys / "s" / "session.json").read_bytes())
    assert former.seen(former.a, "s") == ["s"]
    assert (former.everybodys / "s").exists()


def test_one_of_another_version_stops_nobody_and_can_be_dropped(former: Former) -> None:
    former.session("newer", former.a / "t.txt", version=2)
    former.session("mine", former.a / "t.txt")
    assert former.seen(former.b) == []
    assert former.seen(former.a) == ["mine"]
    told = former.rlm(former.a, "vars", "-s", "newer")
    assert "`rlm repl drop -s newer` removes it" in told.stderr
    with pytest.raises(RlmError, match="another version"):
        CellSession(sessions_folder(open_archive(str(former.a), must_exist=False)), "newer")
    assert former.rlm(former.a, "drop", "-s", "newer").returncode == 0
    assert former.seen(former.a) == ["mine"]


def test_a_text_that_is_left_out_is_told_once_in_a_session(former: Former) -> None:
    folder = former.b / "d"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text("plain\n")
    binary = b"\0\1\2" * 9

    def cell(*args: str) -> str:
        done = former.rlm(former.b, "exec", "-s", "t", *args, "-c", "print(len(ctx.docs))")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip() + done.stderr.strip()

    assert cell("--over", "d") == "3"
    (folder / "b.txt").write_bytes(binary)
    assert "not among the texts: d/b.txt" in cell("--plan")  # of which nothing is kept
    assert "not among the texts: d/b.txt" in cell()
    assert cell() == "2"
    (folder / "c.txt").write_bytes(binary)
    told = cell("--over", "d")
    assert "d/c.txt" in told
    assert "d/b.txt" not in told
    (folder / "b.txt").write_text("plain again\n")
    assert cell() == "2"
    (folder / "b.txt").write_bytes(binary)
    assert "d/b.txt" in cell()
    kept = (Path(sessions_folder(open_archive(str(former.b), must_exist=False))) / "t" / "session.json").read_text()
    assert [len(digest) for digest in json.loads(kept)["left_out"]] == [16, 16]
