"""Git in a project of the real client's."""

from __future__ import annotations

import os
import subprocess

from .client import Project


def git(project: Project, *args: str) -> str:
    """What a git command prints in the project; it must end well."""
    who = ["-c", "user.name=Jo", "-c", "user.email=jo@example.com"]
    env = {"PATH": os.environ["PATH"], "HOME": str(project.home), "GIT_CONFIG_NOSYSTEM": "1", **project.mark}
    done = subprocess.run(["git", *who, *args], cwd=project.path, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    return done.stdout
