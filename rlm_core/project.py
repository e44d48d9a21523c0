"""Where things are: the project around a directory, its archive, Claude Code's transcripts of it."""

from __future__ import annotations

import os
import re

from rlm_core.archive import Archive
from rlm_core.config import config_dir, load
from rlm_core.errors import RlmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.source import Source

SLUG_CHARS = 200


def find_project(start: str) -> str:
    """The nearest directory at or above `start` with a .claude folder of its own or a .git; else `start`.

    Claude Code's own ~/.claude does not make the home directory a project.
    """
    start = os.path.abspath(start)
    folder, own = start, os.path.realpath(config_dir())
    while True:
        claude = os.path.join(folder, ".claude")
        if os.path.isdir(claude) and os.path.realpath(claude) != own:
            return folder
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent


def archive_root(project: str) -> str:
    return os.path.join(project, ".claude", "rlm")


def open_archive(project: str, *, must_exist: bool = True) -> Archive:
    """The project's archive with the project's settings. Raises ConfigError, or RlmError when there is none."""
    archive = Archive(archive_root(project), load(project))
    if must_exist and not archive.exists():
        raise RlmError(
            f"no archive in {archive.root}; run `rlm install` to have one kept, "
            "or `rlm archive --all` to archive the sessions Claude Code still has"
        )
    return archive


def slug(path: str) -> str:
    """The name Claude Code gives a project's folder: every character but letters and digits is a dash.

    Only the first 200 characters are meant: longer names end in a hash.
    """
    return re.sub(r"[^A-Za-z0-9]", "-", path)[:SLUG_CHARS]


def transcripts(project: str) -> list[Source]:
    """All transcripts that Claude Code still has of sessions inside the project, oldest first per folder."""
    from rlm_core.sweep import project_sources

    projects = os.path.join(config_dir(), "projects")
    wanted = {slug(os.path.abspath(project)), slug(os.path.realpath(project))}
    names = sorted(os.listdir(projects)) if os.path.isdir(projects) else []
    found = [n for n in names if any(n == w or n.startswith((f"{w}-", w[:SLUG_CHARS])) for w in wanted)]
    return [s for n in found for s in project_sources(project, os.path.join(projects, n))]
