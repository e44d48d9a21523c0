"""A project whose hooks run as the client runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kits.builders import SESSION, Record, Session, archive, config
from kits.claude.process import naming
from rlm_core.archive.store import Archive
from rlm_core.install import Environment
from rlm_core.install.handlers import BOOT, EVENTS, direct
from rlm_core.transcript.source import Source

EVERY = sorted(EVENTS)
SILENT = ("StopFailure", "SubagentStop", "PostCompact", "SessionEnd")  # nothing they print reaches anybody
BOUND = 120.0  # seconds after which what does not end is a failure


@dataclass
class Answer:
    """What a hook printed, checked against what Claude Code accepts."""

    event: str
    text: str

    def __post_init__(self) -> None:
        if not self.text:
            return
        assert self.event not in SILENT
        if self.event == "PreCompact":
            assert "\n" not in self.text
            assert not self.text.lstrip().startswith("{")
            return
        answer = json.loads(self.text)
        specific_too = self.event in ("SessionStart", "UserPromptSubmit")
        allowed = {"systemMessage", "hookSpecificOutput"} if specific_too else {"systemMessage"}
        assert answer.keys() <= allowed
        assert all(len(v) <= 10_000 for v in (self.context, self.message))
        specific = answer.get("hookSpecificOutput", {"hookEventName": self.event, "additionalContext": ""})
        assert specific.keys() == {"hookEventName", "additionalContext"}
        assert specific["hookEventName"] == self.event

    @property
    def context(self) -> str:
        """What Claude is told."""
        return str(self._json().get("hookSpecificOutput", {}).get("additionalContext", ""))

    @property
    def message(self) -> str:
        """What the user is told."""
        return str(self._json().get("systemMessage", ""))

    def _json(self) -> Record:
        return dict(json.loads(self.text)) if self.text.startswith("{") else {}


class Project:
    """A project, Claude Code's folder of its transcripts, and hooks run in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "project"
        self.path.mkdir()
        self.transcripts = (
            Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / re.sub("[^A-Za-z0-9]", "-", str(self.path))
        )
        self.transcripts.mkdir(parents=True)
        self.root = self.path / ".claude" / "rlm"
        self.env: dict[str, str] = {"CLAUDE_PROJECT_DIR": str(self.path)}
        self.before = ""  # code that a hook runs first

    def hint_in(self, seconds: float) -> None:
        """Have hooks wait so long for a hint, which takes a slow machine more than the two seconds they give it."""
        self._wait_for("HINT_SECONDS", seconds)

    def recap_in(self, seconds: float) -> None:
        """The same of what is told after a compaction; the hook itself has as long, and more."""
        self._wait_for("RECAP_SECONDS", seconds)
        self.before += f"from rlm_core import deadline\ndeadline.OTHERWISE = ({BOUND / 2}, {BOUND})\n"

    def _wait_for(self, name: str, seconds: float) -> None:
        self.before = (
            "import sys\nsys.path.insert(0, sys.argv[1])\n"
            f"from rlm_core.hooks import detached as background\nbackground.{name} = {seconds}\n"
        )

    @property
    def archive(self) -> Archive:
        return archive(self.path, config())

    def session(self, session: str = SESSION, **kwargs: Any) -> Session:
        return Session(session, cwd=str(self.path), **kwargs)

    def file(self, session: str = SESSION) -> Path:
        return self.transcripts / f"{session}.jsonl"

    def write(self, session: Session) -> Source:
        return session.write(self.file(session.session))

    def payload(self, event: str, session: str = SESSION, **fields: Any) -> Record:
        common = {"session_id": session, "transcript_path": str(self.file(session)), "cwd": str(self.path)}
        return {**common, "hook_event_name": event, **fields}

    def run(self, event: str, data: bytes, form: str = "local", **env: str) -> Answer:
        made = direct(event, "local", Environment.current())
        args = [{"local": form, BOOT: self.before + BOOT}.get(a, a) for a in made["args"]]  # type: ignore[attr-defined]
        done = subprocess.run(
            [str(made["command"]), *args],
            input=data,
            capture_output=True,
            env={**os.environ, **self.env, **env},
            cwd=self.path if self.path.is_dir() else None,
            timeout=BOUND,
        )
        assert done.returncode == 0
        assert done.stderr == b""
        return Answer(event, done.stdout.decode())

    def hook(
        self, event: str, session: str = SESSION, *, form: str = "local", env: Any = None, **fields: Any
    ) -> Answer:
        data = json.dumps(self.payload(event, session, **fields)).encode() + b"\n"
        return self.run(event, data, form, **(env or {}))

    def log(self) -> str:
        found = self.root / "log" / "rlm.log"
        return found.read_text() if found.exists() else ""

    def processes(self) -> list[str]:
        """Processes that name this project on their command line or in their environment, but this one."""
        return [command for _, command in naming(str(self.path))]

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Until a detached process has done something, within bounds."""
        deadline = time.monotonic() + BOUND
        while not condition():
            assert time.monotonic() < deadline, f"{what}; the log says: {self.log()}"
            time.sleep(0.04)

    def wait_for_quiet(self) -> None:
        self.wait(lambda: not self.processes(), "a process was left")
