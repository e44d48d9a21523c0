"""A project with an archive of everything, a home, and a secret outside of both: what attacks are made on."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kits.builders import SESSION, Session, rich, talk
from kits.claude.process import remaining
from kits.warm import PYTHON, run_each

SECRET = "the-heron-sleeps-on-one-leg-in-lagoon-42"
OTHER = "99999999-1111-4222-8333-944445555666"
AGENT = "a1b2c3d4e5f60718a"
GUARD = 60.0  # seconds after which what does not end has hung

HOOKS: list[tuple[str, dict[str, Any]]] = [
    ("session-start", {"source": "startup"}),
    ("user-prompt-submit", {"prompt": "Why does the retry limit of the nightly import differ?"}),
    ("stop", {}),
    ("pre-compact", {"trigger": "auto"}),
    ("post-compact", {"trigger": "auto", "compact_summary": "<summary>the retry limit</summary>"}),
    ("session-start", {"source": "clear"}),
    ("session-end", {"reason": "clear"}),
]
COMMANDS = [
    ["search", "retry", "limit"],
    ["search", "--regex", "heron|retry"],
    ["list"],
    ["peek"],
    ["show", f"{SESSION[:8]}/1"],
    ["status"],
    ["verify"],
    ["add"],
    ["archive", "--all"],
    ["reindex"],
    ["search", "heron", "lagoon"],
]


class Ground:
    """A project in a repository with an archive of everything, a home, and a secret outside of both."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.project = top / "project"
        self.root = self.project / ".claude" / "rlm"
        self.home = top / "home"
        self.config = self.home / ".claude"
        self.transcripts = self.config / "projects" / re.sub("[^A-Za-z0-9]", "-", str(self.project))
        self.outside = top / "outside"
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUDE", "ANTHROPIC", "RLM"))}
        (top / "tmp").mkdir(exist_ok=True)
        self.env = {
            **plain,
            "HOME": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.config),
            "CLAUDE_PROJECT_DIR": str(self.project),
            **PYTHON,
            "TMPDIR": str(top / "tmp"),
        }

    def hook(self, event: str, session: str = SESSION, **fields: Any) -> str:
        path = self.transcripts / f"{session}.jsonl"
        payload = {"session_id": session, "transcript_path": str(path), "cwd": str(self.project), **fields}
        done = subprocess.run(
            [sys.executable, "-m", "rlm_core", "hook", event, "local"],
            input=json.dumps(payload).encode(), capture_output=True, cwd=self.project, env=self.env, timeout=GUARD,
        )  # fmt: skip
        assert done.returncode == 0
        assert done.stderr == b""
        return done.stdout.decode()

    def rlm(self, *commands: list[str]) -> list[tuple[list[str], int, str, str]]:
        """What each command ended with and printed."""
        return run_each(commands, cwd=self.project, env=self.env, timeout=GUARD * len(commands))

    def quiet(self) -> None:
        """Until no process of ours is left."""
        assert remaining(str(self.project), GUARD) == [], "a process in the background does not end"


def build(top: Path) -> Ground:
    """Everything that leaves something on the disk, once."""
    ground = Ground(top)
    for folder in (ground.project / ".git" / "info", ground.transcripts, ground.outside, ground.project / "docs"):
        folder.mkdir(parents=True)
    (ground.project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (ground.project / ".git" / "info" / "exclude").write_text("# mine\n")
    (ground.outside / "secret.md").write_text(f"retry limit {SECRET}\n" * 3)
    (ground.project / ".claude").mkdir()
    (ground.project / ".claude" / "rlm.yaml").write_text("threshold: 0.5\n")
    (ground.config / "rlm.yaml").write_text("hints: true\n")
    (ground.config / "settings.json").write_text("{}\n")
    (ground.project / "docs" / "PLAN.md").write_text("# Plan\n\nThe retry limit of the plan.\n" * 20)
    for session in (rich(), talk(Session(OTHER, seed="two"), 6)):
        session.prompt("Why does the retry limit of the nightly import differ?")
        session.says("We decided: the retry limit of the nightly import has to differ. It is 5.", tokens=150_000)
        session.tool("Bash", "retry limit line\n" * 4000, command="cat big")
        for item in session.items:
            if isinstance(item, dict) and "cwd" in item:
                item["cwd"] = str(ground.project)
        session.write(ground.transcripts / f"{session.session}.jsonl")
    agent = talk(Session(SESSION, agent=AGENT, cwd=str(ground.project)), 2)
    agent.write(ground.transcripts / SESSION / "subagents" / f"agent-{AGENT}.jsonl")
    for answer in ground.rlm(["install"], ["add", "docs"], ["archive", "--all"], ["search", "retry", "limit"]):
        assert answer[1] == 0, answer
    for event, fields in HOOKS:
        ground.hook(event, **fields)
    ground.quiet()
    return ground


@contextmanager
def as_it_was(original: Ground) -> Iterator[Ground]:
    """The ground, which is put back afterwards: its place stays, since settings, transcripts and lists name it."""
    kept = original.top.with_name(f"{original.top.name}-kept")
    if not kept.exists():
        shutil.copytree(original.top, kept, symlinks=True)
    try:
        yield original
    finally:
        original.quiet()
        shutil.rmtree(original.top)
        shutil.copytree(kept, original.top, symlinks=True)


def everything_of(ground: Ground) -> bytes:
    """All bytes below the project and the home, but for what was laid there."""
    found = [p for top in (ground.project, ground.home) for p in top.rglob("*")]
    files = [p for p in found if p.is_file() and not p.is_symlink() and p.stat().st_size < 1 << 27]
    return b"".join(p.read_bytes() for p in files)


def assault(
    ground: Ground, hooks: list[tuple[str, dict[str, Any]]] = HOOKS, commands: list[list[str]] = COMMANDS
) -> list[str]:
    """Run hooks, then commands in one process; what they said, two texts a command.

    None hangs, crashes, or says a byte of the secret.
    """
    said = [ground.hook(event, OTHER, **fields) for event, fields in hooks]
    for command, code, out, err in ground.rlm(*commands):
        assert code in (0, 1), (command, err)
        assert "Traceback" not in out + err, (command, err)
        said += [out, err]
    ground.quiet()
    assert SECRET not in "".join(said)
    assert (ground.outside / "secret.md").read_text().count(SECRET) == 3
    assert SECRET.encode() not in everything_of(ground)
    return said
