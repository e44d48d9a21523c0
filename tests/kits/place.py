"""A project, a home and the command line, as processes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from kits.builders import Session, archive, config
from kits.warm import PYTHON, run
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
        env = {**os.environ, **PYTHON, **env}
        done = run(args, cwd=cwd or self.project, env=env)
        self.said = done.stderr
        assert done.code == status, self.said
        assert "Traceback" not in self.said
        return done.stdout

    def json(self, *args: str, status: int = 0, **env: str) -> Any:
        return json.loads(self.rlm(*args, "--json", status=status, **env))
