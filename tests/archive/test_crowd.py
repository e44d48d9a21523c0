"""Sixteen processes at once on one archive: hooks, commands, sessions that grow. Nothing is lost, nothing comes twice.

Texts carry marks of their own; whether each stands in the archive once is counted by reading its files as text.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from kits.builders import Session
from kits.hooks import Project
from kits.mutation import TORTURE
from kits.paths import ROOT

SECONDS = 12.0 * TORTURE
WORKERS = 16
SESSIONS = 4
EVENTS = (*["Stop"] * 6, "SubagentStop", "PreCompact", "PostCompact", "SessionStart", "SessionEnd", "UserPromptSubmit")
COMMANDS = (["archive", "--all"], ["search", "amber"], ["reindex"], ["verify"], ["list"], ["add", "docs"])
MARK = re.compile(r"mark-\d+-\d+-x")
FIELDS = {
    "SessionStart": {"source": "resume"},
    "SessionEnd": {"reason": "other"},
    "SubagentStop": {"agent_type": "Explore"},
    "PostCompact": {"compact_summary": "so far", "trigger": "auto"},
}

pytestmark = [
    pytest.mark.xdist_group("crowd"),
    pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="waits for processes by /proc"),
]


class Growing:
    """A session that grows while others read it, a piece of a line at a time."""

    def __init__(self, project: Project, number: int) -> None:
        self.session = Session(f"{number:08d}-9a0b-4c1d-8e2f-3a4b5c6d7e8f", cwd=str(project.path), seed=str(number))
        self.path = project.file(self.session.session)
        self.number = number
        self.marks = 0
        self.random = random.Random(number)
        self.path.touch()

    def mark(self) -> str:
        self.marks += 1
        return f"mark-{self.number}-{self.marks}-x"

    def turn(self) -> None:
        before = len(self.session.items)
        self.session.prompt(f"{self.mark()} amber")
        if self.random.random() < 0.2:
            self.session.says(f"{self.mark()} " + "a long answer " * 3000)
        self.session.says(f"{self.mark()} " + "so " * self.random.randint(1, 300))
        data = b"".join(self.session.lines()[before:])
        with open(self.path, "ab", buffering=0) as f:
            while data:
                much = self.random.randint(1, max(2, len(data) // 2))
                f.write(data[:much])
                data = data[much:]
                time.sleep(self.random.uniform(0, 0.01))


def test_a_crowd_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("chunk:\n  target: 400\n  limit: 800\n")
    (project.path / "docs").mkdir()
    for n in range(3):
        (project.path / "docs" / f"{n}.md").write_text(f"# Doc {n}\n\n" + "some words of it\n\n" * 40)
    growing = [Growing(project, n) for n in range(SESSIONS)]
    end = time.monotonic() + SECONDS
    wrong: list[str] = []
    threads = [threading.Thread(target=_grow, args=(each, end)) for each in growing]
    threads += [threading.Thread(target=_work, args=(project, growing, n, end, wrong)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _settle(project)
    for each in growing:
        project.hook("Stop", each.session.session)
    _settle(project)
    assert wrong == []
    held = Counter(mark for text in _texts(project.root) for mark in MARK.findall(text))
    wanted = {f"mark-{each.number}-{n}-x" for each in growing for n in range(1, each.marks + 1)}
    assert len(wanted) > 50
    assert wanted - held.keys() == set()
    # A title repeats a prompt's words, so what is counted are the lines in which it was said.
    assert {mark: n for mark, n in held.items() if n > 1} == {}
    assert json.loads(_rlm(project, "verify", "--json").stdout)["ok"]
    assert [p.name for p in project.root.rglob(".tmp-*")] == []


def _grow(each: Growing, end: float) -> None:
    while time.monotonic() < end:
        each.turn()
        time.sleep(each.random.uniform(0.05, 0.4))


def _work(project: Project, growing: list[Growing], number: int, end: float, wrong: list[str]) -> None:
    chance = random.Random(100 + number)
    while time.monotonic() < end:
        try:
            if chance.random() < 0.7:
                event = chance.choice(EVENTS)
                project.hook(event, chance.choice(growing).session.session, **FIELDS.get(event, {}))
            else:
                line = chance.choice(COMMANDS)
                done = _rlm(project, *line)
                if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
                    wrong.append(f"{line}: {done.stderr.decode()[-300:]}")
        except (AssertionError, subprocess.TimeoutExpired) as e:
            wrong.append(repr(e)[:300])


def _rlm(project: Project, *args: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "rlm_core", *args]
    return subprocess.run(line, cwd=project.path, env=env, capture_output=True, timeout=120)


def _settle(project: Project) -> None:
    limit = time.monotonic() + 120
    while time.monotonic() < limit and any("rlm_core" in line for line in project.processes()):
        time.sleep(0.05)


def _texts(root: Path) -> list[str]:
    """What was said, by the archive's files: chunks without their titles and last lines, and blobs."""
    found = []
    for path in sorted(root.glob("sessions/**/*")):
        if path.suffix == ".md" and path.name[:4].isdigit() and path.parent.name != "summaries":
            body = path.read_text().partition("\n---\n")[2]
            found.append(re.sub(r"<!-- rlm: .*-->", "", body))
    return found
