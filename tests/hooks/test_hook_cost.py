"""A gate for what hooks cost, by counting instead of measuring: steps of the interpreter, and modules loaded.

A machine's speed and what else it does change nothing about either. Both have head-room of half as much again, for
versions of Python differ; what loads a heavy library or walks a list of sessions is far beyond.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, talk

from rlm_core.install import Environment
from rlm_core.install.handlers import BOOT, EVENTS, direct

COUNTING = """\
import sys, os
before, steps = len(sys.modules), [0]
def seen(frame, event, _):
    frame.f_trace_opcodes, frame.f_trace_lines = True, False
    steps[0] += event == "opcode"
    return seen
def told(code):
    sys.settrace(None)
    with open({path!r}, "w") as f:
        f.write(f"{{steps[0]}} {{len(sys.modules) - before}}")
    real(code)
real, os._exit = os._exit, told
sys._getframe().f_trace_opcodes = True  # else Python 3.12 tells of no opcode at all
sys.settrace(seen)
"""
PATIENT = """\
import sys
sys.path.insert(0, sys.argv[1])
from rlm_core import deadline
deadline.SECONDS, deadline.OTHERWISE = {}, (60.0, 90.0)
"""
"""No hook leaves work to the next one, however slow the machine is."""
IDLE = dict.fromkeys(EVENTS, (68_000, 34)) | {"SessionStart": (240_000, 84), "PreCompact": (90_000, 50)}
"""Event -> steps and modules of a hook with nothing to do: 40,000 and 23 for most. `json` alone would be 130,000."""
WRITING = (360_000, 105)
"""The same of one that archives a turn: 329,000, and some thousands more for each directory that it lies deeper."""

STATUS = (86_000, 38)
"""The same of a status line, which runs after every answer: 57,000 and 25."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose session is archived as it stands."""
    made = tmp_path / "project"
    made.mkdir()
    talk(Session(cwd=str(made)), 6).write(tmp_path / "t" / f"{SESSION}.jsonl")
    for event in EVENTS:
        run(made, event)  # the bytecode of what it loads is in its cache, too, now
    run(made, "Stop")
    return made


def run(project: Path, event: str, before: str = "") -> None:
    made: Any = direct("Stop", "local", Environment.current())
    word = EVENTS[event][0] if event in EVENTS else event
    args = [{BOOT: PATIENT + before + BOOT, "stop": word}.get(a, a) for a in made["args"]]
    transcript = str(project.parent / "t" / f"{SESSION}.jsonl")
    fields = {"session_id": SESSION, "transcript_path": transcript, "cwd": str(project), "source": "startup"}
    done = subprocess.run(
        [made["command"], *args],
        input=json.dumps({**fields, "agent_type": "x", "hook_event_name": event}).encode(),
        capture_output=True,
        env={**os.environ, "CLAUDE_PROJECT_DIR": str(project)},
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def counted(project: Path, event: str) -> tuple[int, int]:
    """Run a hook; how many steps it took, and how many modules it loaded. Counting is slow: it has time enough."""
    noted = project.parent / "counted"
    run(project, event, COUNTING.format(path=str(noted)))
    steps, modules = noted.read_text().split()
    return int(steps), int(modules)


def test_a_status_line_does_little(project: Path) -> None:
    steps, modules = counted(project, "status-line")
    assert 0 < steps <= STATUS[0]
    assert 0 < modules <= STATUS[1]


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_hook_with_nothing_to_do_does_little(project: Path, event: str) -> None:
    steps, modules = counted(project, event)
    assert 0 < steps <= IDLE[event][0]
    assert 0 < modules <= IDLE[event][1]


def test_a_hook_that_archives_a_turn_does_no_more_than_that_takes(project: Path) -> None:
    session = talk(Session(cwd=str(project)), 6)
    session.prompt("one more")
    session.write(project.parent / "t" / f"{SESSION}.jsonl")
    steps, modules = counted(project, "Stop")
    assert 0 < steps <= WRITING[0]
    assert 0 < modules <= WRITING[1]


def test_what_an_idle_hook_does_does_not_grow_with_the_session(project: Path) -> None:
    before = counted(project, "Stop")
    talk(Session(cwd=str(project)), 300).write(project.parent / "t" / f"{SESSION}.jsonl")
    run(project, "Stop")
    after = counted(project, "Stop")
    assert after[1] == before[1]
    assert after[0] <= before[0] * 1.2
