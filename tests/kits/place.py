"""A project, a home and the command line, as processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from kits.builders import Session, archive, config
from kits.paths import ROOT
from rlm_core.archive.store import Archive


class Place:
    """A project with Claude Code's transcripts of it, and `rlm` run in it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        (self.project / ".git").mkdir(parents=True)
        slug = re.sub("[^A-Za-z0-9]", "-", str(self.project))
        self.transcripts = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / slug
        self.transcripts.mkdir(parents=True)

    def session(self, session: Session) -> Path:
        """Write a session that began in this project."""
        for item in session.items:
            if isinstance(item, dict) and "cwd" in item:
                item["cwd"] = str(self.project)
        path = self.transcripts / f"{session.session}.jsonl"
        session.write(path)
        return path

    @property
    def archive(self) -> Archive:
        return archive(self.project, config())

    def rlm(self, *args: str, status: int = 0, cwd: Path | None = None, **env: str) -> str:
        """stdout of a command that must end with this status; nothing but talk may be on stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "rlm_core", *args],
            capture_output=True,
            cwd=cwd or self.project,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **env},
            timeout=120,
        )
        self.said = done.stderr.decode()
        assert done.returncode == status, self.said
        assert "Traceback" not in self.said
        return done.stdout.decode()

    def json(self, *args: str, status: int = 0, **env: str) -> Any:
        return json.loads(self.rlm(*args, "--json", status=status, **env))
