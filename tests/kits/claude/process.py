"""Processes that never outlive their test: own group, marked environment, killed as a group."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0  # seconds until a condition that does not come true is a failure


def wait_until(probe: Callable[[], T], what: str, timeout: float = PATIENCE) -> T:
    """The first truthy value of `probe`, polled. Raises AssertionError saying that `what` never came."""
    deadline = time.monotonic() + timeout
    while not (value := probe()):
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s for {what}"
        time.sleep(0.05)
    return value


@dataclass(frozen=True)
class Finished:
    """A command that has run."""

    code: int
    stdout: str
    stderr: str


def spawn(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, with three pipes."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(command: list[str], cwd: Path, env: dict[str, str], stdin: str, timeout: float) -> Finished:
    """Run a command to its end. Raises TimeoutExpired; its group is dead then, as it is in any case."""
    process = spawn(command, cwd, env)
    try:
        out, err = process.communicate(stdin.encode(), timeout)
    finally:
        kill_group(process)
    return Finished(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the child's whole group, and reap it."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(120)


def naming(needle: str) -> list[tuple[int, str]]:
    """(pid, command line) of every live process whose environment or command line holds `needle`.

    Reads /proc; where there is none (macOS), the answer is empty.
    """
    found = []
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        with (
            contextlib.suppress(OSError),
            open(f"/proc/{name}/cmdline", "rb") as line,
            open(f"/proc/{name}/environ", "rb") as env,
        ):
            command = line.read()
            if needle.encode() in command + env.read():
                found.append((int(name), command.replace(b"\0", b" ").decode("utf-8", "replace")))
    return [(pid, command) for pid, command in found if command and pid != os.getpid()]


def remaining(needle: str, timeout: float = PATIENCE) -> list[tuple[int, str]]:
    """What of these processes is still there when they have had so many seconds; nothing as soon as none is.

    A process has no name while it becomes another program, so none must be seen three times in a row.
    """
    deadline = time.monotonic() + timeout
    unseen = 0
    while unseen < 3:
        left = naming(needle)
        if left and time.monotonic() > deadline:
            return left
        unseen = 0 if left else unseen + 1
        time.sleep(0.05 if left else 0.01)
    return []


def kill(pids: list[int]) -> None:
    """SIGKILL to these, whether or not they still live."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
