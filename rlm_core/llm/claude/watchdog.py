"""Kills process groups that outlive the process which started them, even when that was killed itself.

One small interpreter reads lines from a pipe that only the parent can write to: `+123` puts the process group 123
under watch, `-123` takes it off. When the pipe ends, the parent is gone or done: what is still under watch is killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

WAIT = 5  # seconds that a watchdog gets to end after its pipe was closed


class Watchdog:
    """A watchdog process; it starts with the first group that it is told of."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, group: int) -> None:
        """Kill this group when we are gone. Between the group's start and this call lies a gap of microseconds."""
        if self._process is None:
            self._process = _start()
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """The group has ended; to be told at once, since the system may give its number to another."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """Let it kill what is left, and end."""
        if self._process is None:
            return
        import subprocess

        process, self._process = self._process, None
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _tell(self, line: str) -> None:
        """One write of few bytes, which a pipe never splits. A watchdog that somebody killed hears nothing."""
        if self._process and self._process.stdin:
            try:
                os.write(self._process.stdin.fileno(), line.encode())
            except OSError:
                pass


def _start() -> subprocess.Popen[bytes]:
    """In a session of its own: what the terminal sends to us, Ctrl-C or a hang-up, must not reach it."""
    import subprocess

    return subprocess.Popen(
        [sys.executable, "-I", "-S", os.path.abspath(__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=os.path.abspath(os.sep),
        start_new_session=True,
        bufsize=0,
    )


def kill_group(group: int) -> None:
    """SIGKILL to all processes of a group; one that has ended is fine."""
    if group <= 1:  # 0 and 1 would mean our own group and init's
        return
    if not hasattr(os, "killpg"):
        _kill_tree(group)
        return
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:  # macOS answers EPERM for a group of zombies
        pass


def _kill_tree(process: int) -> None:
    """What Windows has in a group's place: a process, and those that it has started as long as it runs."""
    import subprocess

    try:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process)], capture_output=True, timeout=WAIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        pass


def main(lines: Iterable[bytes]) -> None:
    """Follow the lines to their end, then kill the groups that were not taken off."""
    watched: set[int] = set()
    for line in lines:
        try:
            group = int(line[1:])
        except ValueError:
            continue  # cut off when the parent died
        if line.startswith(b"+"):
            watched.add(group)
        else:
            watched.discard(group)
    for group in watched:
        kill_group(group)


if __name__ == "__main__":
    main(sys.stdin.buffer)
