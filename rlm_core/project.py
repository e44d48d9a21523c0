"""Which project a directory belongs to."""

from __future__ import annotations

import os

from rlm_core.config import config_dir


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
