"""Directories as people have them: repositories, worktrees; made by git, or drawn as git writes them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path


def git(*args: str, cwd: Path) -> str:
    """Run git as somebody without any configuration of their own."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=Jo", "-c", "user.email=jo@example.org", "-c", "protocol.file.allow=always"]
    return subprocess.run(["git", *who, *args], cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout


def repository(path: Path) -> Path:
    """A repository with one commit that holds `src/deep/file`."""
    (path / "src" / "deep").mkdir(parents=True)
    (path / "src" / "deep" / "file").write_text("text\n")
    git("init", "-q", "-b", "main", cwd=path)
    git("add", "-A", cwd=path)
    git("commit", "-q", "-m", "first", cwd=path)
    return path


def drawn_repository(path: Path) -> Path:
    """What project_of reads of a repository, without git."""
    (path / ".git").mkdir(parents=True)
    return path


def drawn_worktree(main: Path, path: Path) -> Path:
    """The same of a linked worktree."""
    kept = main / ".git" / "worktrees" / f"{len(list(main.glob('.git/worktrees/*')))}"
    kept.mkdir(parents=True)
    path.mkdir(parents=True)
    (kept / "commondir").write_text("../..\n")
    (kept / "gitdir").write_text(f"{path / '.git'}\n")
    (path / ".git").write_text(f"gitdir: {kept}\n")
    return path


def install(folder: Path, name: str = "settings.local.json") -> None:
    """Hooks of ours in a directory's settings."""
    (folder / ".claude").mkdir(parents=True, exist_ok=True)
    hooks = {"Stop": [{"hooks": [{"type": "command", "command": "rlm hook stop shared || exit 0"}]}]}
    (folder / ".claude" / name).write_text(json.dumps({"hooks": hooks}))


def keep_archive(folder: Path) -> None:
    """An archive with nothing in it."""
    (folder / ".claude" / "rlm" / "sessions").mkdir(parents=True, exist_ok=True)
