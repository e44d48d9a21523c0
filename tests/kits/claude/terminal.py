"""The interactive client in a private tmux server: typed at like a user does, read like a screen.

tmux rather than a bare pty: the client asks its terminal questions and redraws with relative moves; tmux
answers the former and keeps the screen that results from the latter, readable at any moment.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .process import PATIENCE, wait_until

PROMPT = "❯"
BUSY = "esc to interrupt"
YES = "Yes, I trust this folder"


class Terminal:
    """One client in one terminal of 160 x 50. `pid` is the client's own."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str], mark: dict[str, str]) -> None:
        """`env` is all the client sees; `mark` goes into the environment of tmux itself."""
        self._tmux = shutil.which("tmux") or "tmux"
        self._directory = Path(tempfile.mkdtemp(prefix="rlm-tmux-", dir="/tmp"))  # a socket has ~100 bytes
        self._mark = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", **mark}
        line = shlex.join(["env", "-i", *(f"{key}={value}" for key, value in env.items()), *command])
        size = ["-x", "160", "-y", "50"]
        self._tell("-f", "/dev/null", "new-session", "-d", "-s", "t", *size, "-c", str(cwd), f"exec {line}")
        self._tell("set-option", "-g", "remain-on-exit", "on")
        self.pid = int(self._tell("display-message", "-p", "-t", "t", "#{pane_pid}"))

    def _tell(self, *args: str) -> str:
        command = [self._tmux, "-S", str(self._directory / "s"), *args]
        done = subprocess.run(command, env=self._mark, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(f"tmux {args[0]}: {done.stderr.strip()}")
        return done.stdout.strip("\n")

    def screen(self) -> str:
        """What a user would see now; after the end the last screen."""
        try:
            return self._tell("capture-pane", "-p", "-t", "t")
        except RuntimeError as gone:
            return f"(no screen: {gone})"

    def wait_for(self, needle: str, timeout: float = PATIENCE) -> str:
        """The screen as soon as it shows `needle`. Raises AssertionError with the last screen."""
        deadline = time.monotonic() + timeout
        while needle not in (shown := self.screen()):
            assert time.monotonic() < deadline, f"{needle!r} never showed on:\n{shown}"
            assert self.alive, f"client ended before {needle!r} showed on:\n{shown}"
            time.sleep(0.1)
        return shown

    def ready(self, timeout: float = PATIENCE) -> None:
        """Wait until the client awaits a prompt."""

        def idle() -> bool:
            shown = self.screen()
            return any(line.startswith(PROMPT) for line in shown.splitlines()) and BUSY not in shown

        wait_until(idle, "an idle prompt", timeout)

    def key(self, *names: str) -> None:
        """Press keys by their tmux names: Enter, Escape, C-c, Up..."""
        self._tell("send-keys", "-t", "t", *names)

    def type(self, words: str) -> None:
        """Type into the prompt and see it arrive."""
        self._tell("send-keys", "-t", "t", "-l", words)
        self.wait_for(words[-40:])

    def submit(self, words: str) -> None:
        """Type a prompt or a command as soon as the client is idle, and press Enter."""
        self.ready()
        self.type(words)
        self.key("Enter")

    def trust(self) -> None:
        """Answer the trust dialog with yes, wherever its cursor stands."""
        self.wait_for(YES)
        while not any(PROMPT in line and YES in line for line in self.screen().splitlines()):
            self.key("Down")
            time.sleep(0.2)
        while YES in self.screen():  # the dialog is deaf at first
            self.key("Enter")
            time.sleep(0.3)

    @property
    def alive(self) -> bool:
        try:
            return self._tell("display-message", "-p", "-t", "t", "#{pane_dead}") == "0"
        except RuntimeError:
            return False

    def ended(self, timeout: float = PATIENCE) -> None:
        """Wait until the client has gone."""
        wait_until(lambda: not self.alive, "the client to end", timeout)

    def kill(self) -> None:
        """kill -9 to the client."""
        os.kill(self.pid, signal.SIGKILL)
        self.ended()

    def close(self) -> None:
        """Take the terminal away, and the client with it."""
        if self.alive:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(RuntimeError):
            self._tell("kill-server")
        shutil.rmtree(self._directory, ignore_errors=True)
