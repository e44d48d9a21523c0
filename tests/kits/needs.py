"""What a test needs of the machine: where that is not there it is skipped, and the reason says what is not there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def missing(*commands: str) -> str:
    """What is not on PATH, for people: "no git, no tmux"; "" when all of it is."""
    return ", ".join(f"no {name}" for name in commands if shutil.which(name) is None)


def requires(*commands: str) -> pytest.MarkDecorator:
    """A mark: the test runs these commands, and is skipped where one of them is not on PATH."""
    reason = missing(*commands)
    return pytest.mark.skipif(bool(reason), reason=reason or "all is here")


def need(*commands: str) -> None:
    """The same within a test or a fixture."""
    if reason := missing(*commands):
        pytest.skip(reason)


def is_root() -> bool:
    """Whether the tests' user may do anything. Where nobody is asked who he is, he is not."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


needs_no_root = pytest.mark.skipif(is_root(), reason="root may write anywhere")


@contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A file system of its own at `place`, in memory; the test is skipped where none may be mounted."""
    need("mount", "umount")
    command = ["mount", "-t", "tmpfs", "-o", options, "rlm-test", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    """Mount what is `mounted` with other options."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)
