"""The end of a hook's time: every wait looks at it, and when it comes the process ends, whatever it is at.

Two moments. At the first, work that a detached process can do is broken off (`OutOfTime`) and handed over, and the hook
still answers. At the second the process ends. Both are as harmless as a kill, which the archive stands. A signal brings
them, also into the middle of a regular expression; a thread stands by for waits in which no signal is heard, as on a
file system whose server is gone. What nothing ends is a wait in which the kernel hears no kill.

`_signal` and `_thread`, not `signal` and `threading`: importing those costs a hook more than its work does.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _thread
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

SECONDS = {"session-end": (0.8, 1.0), "user-prompt-submit": (1.5, 2.0), "status-line": (4.0, 4.5)}
"""Event -> seconds from the hook's start to the first and to the second moment. Claude Code waits 10 s for a
SessionStart and more for others, but 5 s with a prompt and for a status line, and 1.5 s when it exits.
"""
OTHERWISE = (2.0, 2.5)
SPARE = 0.1  # seconds that a wait ends before the first moment, so that it can still say what it waited for
HAND_OVER = 0.2  # seconds that starting another process may take at the very end
NEVER = float("inf")


class OutOfTime(BaseException):
    """The hook's time for this work is over. No `Exception`: nobody but who hands the work over may catch it."""


class _Clock:
    """first, second: the two moments, in seconds of the monotonic clock. undone: hands over what is undone."""

    __slots__ = ("breakable", "first", "second", "undone", "watched")

    def __init__(self) -> None:
        self.first = self.second = NEVER
        self.breakable = self.watched = False
        self.undone: Callable[[], object] | None = None


_clock = _Clock()


def start(event: str) -> None:
    """The time of a hook begins. event: its word, such as `session-end`."""
    first, second = SECONDS.get(event, OTHERWISE)
    now = time.monotonic()
    _clock.first, _clock.second = now + first, now + second
    try:
        _signal.signal(_signal.SIGALRM, _ring)
        _signal.setitimer(_signal.ITIMER_REAL, first)
    except (AttributeError, ValueError):
        watch()  # Windows has no such timer


def watch() -> None:
    """Have a thread stand by that ends the process when the signal is not heard; for who is to read or write much.

    It costs as much as three small files, so a hook with nothing to do goes without.
    """
    if _clock.second < NEVER and not _clock.watched:
        _clock.watched = True
        _thread.start_new_thread(_stand_by, ())


def left() -> float:
    """Seconds that a wait may still take, 0.0 when none are left; infinity outside hooks."""
    return max(_clock.first - SPARE - time.monotonic(), 0.0)


def within(seconds: float) -> float:
    """So many seconds, or what is left."""
    return min(seconds, left())


class Breakable:
    """`with Breakable(undone):` what is broken off by OutOfTime at the first moment, or at once when that has passed.

    undone: hands the work over to another process; called when the process has to end during the work.
    """

    __slots__ = ("undone",)

    def __init__(self, undone: Callable[[], object]) -> None:
        self.undone = undone

    def __enter__(self) -> None:
        if time.monotonic() >= _clock.first:
            raise OutOfTime
        _clock.undone = self.undone
        _clock.breakable = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        _clock.breakable = False
        if kind is not OutOfTime:
            _clock.undone = None


def handed_over() -> None:
    """Another process has what was undone."""
    _clock.undone = None


def _ring(*_: object) -> None:
    now = time.monotonic()
    if now >= _clock.second:
        _end()
    _signal.setitimer(_signal.ITIMER_REAL, _clock.second - now)
    if _clock.breakable:
        _clock.breakable = False
        raise OutOfTime


def _stand_by() -> None:
    forever = _thread.allocate_lock()
    forever.acquire()
    forever.acquire(True, max(_clock.second - time.monotonic(), 0.0) + HAND_OVER)
    _end()


def _end() -> NoReturn:
    """End the process; what is undone is handed over by a thread, as starting a process may itself never return."""
    undone, _clock.undone = _clock.undone, None
    if undone is not None:
        over = _thread.allocate_lock()
        over.acquire()
        _thread.start_new_thread(_hand_over, (undone, over))
        over.acquire(True, HAND_OVER)
    os._exit(0)


def _hand_over(undone: Callable[[], object], over: _thread.LockType) -> None:
    try:
        undone()
    finally:
        over.release()
