"""A long result on a terminal goes through the user's pager; one that fits the screen is printed as it is.

`RLM_PAGER`, else `PAGER`, else `less` where there is one; `cat` or nothing in it means none. Of `less` the options are
those that git gives it (FRX), unless `LESS` is set.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

from rlm_core.cli.manners.columns import span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

PAGED = frozenset((
    "search:search", "search:show", "search:list_sessions", "peek:peek", "handoff:handoff", "tables.sql:sql",
    "withheld.secrets:secrets", "cells.run:trace", "proving:verify",
))  # fmt: skip
"""Commands that only read, ask nobody and may print much. One that shows a bar or a prompt must not be here."""
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def pager(environment: Mapping[str, str]) -> list[str]:
    """The command of the user's pager; empty for none."""
    named = environment.get("RLM_PAGER", environment.get("PAGER"))
    if named is None:
        return ["less"] if shutil.which("less") else []
    try:
        words = shlex.split(named)
    except ValueError:  # a quote that is left open
        return []
    return [] if words in ([], ["cat"]) else words


class PagedOutput:
    """Stands for stdout: keeps what is written until it fills the screen, then hands it to the pager."""

    def __init__(self, real: TextIO, command: list[str]) -> None:
        self.real = real
        self.command = command
        self.encoding = real.encoding
        self._kept: list[tuple[TextIO, str]] = []
        self._left = self._room()
        self._process: subprocess.Popen[bytes] | None = None

    def _room(self) -> int:
        self._columns, lines = shutil.get_terminal_size()
        return max(lines - 1, 1)

    def write(self, text: str, to: TextIO | None = None) -> int:
        """to: the stream that a short result is printed on; stdout unless said otherwise."""
        if self._process is not None:
            self._feed(text)
            return len(text)
        self._kept.append((to or self.real, text))
        for line in text.split("\n")[:-1]:
            self._left -= 1 + max(span(_COLOURS.sub("", line)) - 1, 0) // max(self._columns, 1)
        if self._left < 0:
            self._begin()
        return len(text)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was written yet."""
        return not self._kept and self._process is None

    def flush(self) -> None:
        """What is kept is written at the end."""

    def isatty(self) -> bool:
        return True

    def _begin(self) -> None:
        try:
            environment = {"LESS": "FRX", "LV": "-c", **os.environ}
            self._process = subprocess.Popen(self.command, stdin=subprocess.PIPE, env=environment)
        except OSError:  # there is no such pager
            self._left = sys.maxsize
            self._print()
            return
        kept, self._kept = self._kept, []
        self._feed("".join(text for _, text in kept))

    def _feed(self, text: str) -> None:
        stream = self._process.stdin if self._process else None
        if stream is not None:
            stream.write(text.encode(self.encoding or "utf-8", "replace"))
            stream.flush()

    def _print(self) -> None:
        for stream, text in self._kept:
            stream.write(text)
        self._kept = []

    def close(self) -> None:
        """Print what did not fill the screen, or wait until the reader has seen enough."""
        if self._process is None:
            self._print()
            return
        former = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the pager's, as with git
        try:
            if self._process.stdin:
                self._process.stdin.close()
        except BrokenPipeError:
            pass
        finally:
            self._process.wait()
            signal.signal(signal.SIGINT, former)


class _TalkBeside:
    """Stands for stderr while stdout is paged, so that what is told comes in its place, and not over the pager."""

    def __init__(self, real: TextIO, paged: PagedOutput) -> None:
        self.real = real
        self.encoding = real.encoding
        self._paged = paged

    def write(self, text: str) -> int:
        """At once before there is any result, as that the search waits; later in its place."""
        return self.real.write(text) if self._paged.is_idle else self._paged.write(text, self.real)

    def flush(self) -> None:
        self.real.flush()

    def isatty(self) -> bool:
        return self._paged.is_idle  # no bar over a result

    def fileno(self) -> int:
        return self.real.fileno()


@contextmanager
def paged(command_path: str, *, wanted: bool) -> Iterator[None]:
    """Within it, the result of a command that only reads goes through the pager, where it is long, and a person looks.

    wanted: False for `--json` and `--no-pager`. A reader who leaves the pager early is no fault.
    """
    command = pager(os.environ) if wanted and command_path in PAGED and sys.stdout.isatty() else []
    if not command or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    real, real_err = sys.stdout, sys.stderr
    output = PagedOutput(real, command)
    sys.stdout = output
    if real_err is not None and real_err.isatty():
        sys.stderr = _TalkBeside(real_err, output)
    try:
        yield
    except BrokenPipeError:
        if output._process is None:
            raise
    finally:
        sys.stdout, sys.stderr = real, real_err
        output.close()
