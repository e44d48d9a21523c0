"""A cell's process, from its start to its end. It is started before anybody has read what it shall run.

Meanwhile the starter finds the session and its texts, and the process loads what every cell needs: on two cores, the
one costs no time beside the other.
"""

from __future__ import annotations

import os
import select
import sys
import time

from rlm_core.errors import RlmError, worded
from rlm_core.repl.cell import framing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOOT = """\
import sys
sys.path.insert(0, sys.argv[1])
from rlm_core import bytecode
bytecode.install()
from rlm_core.repl.cell.worker import main
main(int(sys.argv[2]), int(sys.argv[3]))"""
KEPT_ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONUTF8", "SYSTEMROOT")
SIGKILL, SIGTERM = 9, 15  # as POSIX numbers them; `signal` takes longer to load than all of this
STARTING = 60.0  # seconds, in which a process is ready
TICK = 0.01


class StartedCell:
    """A process that waits for its job. It ends when this process does, or closes its pipes.

    calls: a pipe from it. answers: one to it.
    """

    def __init__(self) -> None:
        """Raises RlmError where cells cannot be run at all, OSError when no process can be had."""
        if not hasattr(os, "posix_spawn"):
            raise RlmError(worded("cells are run on Linux and macOS, and this is {platform}", platform=sys.platform))
        self._missing: str | None = None
        self._status: int | None = None
        env = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        env |= {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
        taken, self.answers = os.pipe()
        self.calls, given = os.pipe()
        try:
            for end in (taken, given):
                os.set_inheritable(end, True)
            command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", BOOT, ROOT, str(given), str(taken)]
            null = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            ]
            self.pid = os.posix_spawn(sys.executable, command, env, file_actions=null)
        except OSError:
            self._close()
            raise
        finally:
            os.close(taken)
            os.close(given)

    def missing(self) -> str:
        """Why it cannot be confined, as it says itself; "" where it can. Waits until it is ready.

        Raises RlmError when it has ended before.
        """
        if self._missing is None:
            try:
                ready = select.select([self.calls], [], [], STARTING)[0]
                message = framing.receive(self.calls) if ready else None
            except framing.FramingError:
                message = None
            if message is None:
                self.end()
                raise RlmError(
                    worded("the cell's process has ended before its cell (status {status})", status=self._status)
                )
            self._missing = str(message["args"]["missing"])
        return self._missing

    def give(self, job: dict[str, Any]) -> None:
        """Have it run its cell. Raises OSError when it has ended."""
        framing.send(self.answers, job)

    def stop(self) -> None:
        """Ask its program to stop."""
        self._signal(SIGTERM)

    def status(self, seconds: float) -> int | None:
        """What it ended with, negative for a signal; None when it goes on for so long."""
        until = time.monotonic() + seconds
        while self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= until:
                return None
            else:
                time.sleep(TICK)
        return self._status

    def __enter__(self) -> StartedCell:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End it, and all of its group; nothing the second time."""
        if self.calls < 0:
            return
        try:
            os.killpg(self.pid, SIGKILL)  # it leads a group of its own, from its first lines on
        except (ProcessLookupError, PermissionError):
            self._signal(SIGKILL)
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._close()

    def _signal(self, number: int) -> None:
        if self._status is None:
            os.kill(self.pid, number)

    def _close(self) -> None:
        for end in (self.calls, self.answers):
            if end >= 0:
                os.close(end)
        self.calls = self.answers = -1
