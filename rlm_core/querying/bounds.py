"""How long a query may take and how much it may hold, and what stops it: see docs/sql.md."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator

from rlm_core.errors import phrase, worded
from rlm_core.language.notices import here
from rlm_core.querying.sqlerrors import OverLimitError

MOST_SQL = 20_000  # characters of a query
MOST_BYTES = 1 << 30  # of the tables, and by which the process may grow
MOST_TEXT = 32 * 1024 * 1024  # bytes of one value
MOST_RESULT = 64 * 1024 * 1024  # characters of all values of a result
STEPS = 20_000  # of SQLite's machine between two looks at the clock
PAGE = 4096
GRACE = 3.0  # seconds after which a process that does not stop by itself is ended
# Of https://www.sqlite.org/c3ref/c_limit_attached.html, by number: Python names them since 3.11, as it does `setlimit`.
_LIMITS = {
    0: MOST_TEXT,  # SQLITE_LIMIT_LENGTH
    1: 4 * MOST_SQL,  # SQLITE_LIMIT_SQL_LENGTH, in bytes
    3: 200,  # SQLITE_LIMIT_EXPR_DEPTH
    4: 100,  # SQLITE_LIMIT_COMPOUND_SELECT
    7: 0,  # SQLITE_LIMIT_ATTACHED
    8: 500,  # SQLITE_LIMIT_LIKE_PATTERN_LENGTH
    10: 20,  # SQLITE_LIMIT_TRIGGER_DEPTH
    11: 0,  # SQLITE_LIMIT_WORKER_THREADS
}


def set_limits(connection: sqlite3.Connection) -> None:
    """Keep a database small and in memory, its temporary tables too."""
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA page_size = {PAGE}")
    connection.execute(f"PRAGMA max_page_count = {MOST_BYTES // PAGE}")
    connection.execute("PRAGMA trusted_schema = OFF")
    set_one: Callable[[int, int], int] = getattr(connection, "setlimit", lambda number, most: most)
    for number, most in _LIMITS.items():
        set_one(number, most)


class Bounds:
    """The end of a query's time, and how far its process may grow.

    passed: which of them was passed, in words; "" while none was.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = ""
        self._end = time.monotonic() + seconds
        self._grown = _peak() + MOST_BYTES

    def look(self) -> int:
        """What SQLite asks between two stretches of its work: anything but 0 ends it."""
        if not self.passed and time.monotonic() > self._end:
            self.passed = self._late()
        elif not self.passed and _peak() > self._grown:
            self.passed = worded(
                "the query held more than {most:,} MB; {narrow}", most=MOST_BYTES >> 20, narrow=phrase(_NARROW)
            )
        return int(bool(self.passed))

    def check(self) -> None:
        """The same for work of ours. Raises OverLimitError."""
        if self.look():
            raise OverLimitError(self.passed)

    def _late(self) -> str:
        return worded(
            "the query took more than {seconds:g} seconds; {narrow}, or give it --max-seconds",
            seconds=self.seconds,
            narrow=phrase(_NARROW),
        )

    @contextlib.contextmanager
    def alarmed(self, *, may_end_process: bool) -> Iterator[None]:
        """While a query runs: ends what does not ask `look`, such as a regular expression that does not end.

        By a signal, which Python's own loops and regular expressions notice. may_end_process: where neither they nor
        SQLite notice anything, such as in a function of C's over a long text, the whole process ends.
        """
        last = threading.Timer(self.seconds + GRACE, self._end_process)
        last.daemon = True
        if may_end_process:
            last.start()
        alarm = _can_be_alarmed()
        before = signal.signal(signal.SIGALRM, self._ring) if alarm else None
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, max(self.seconds, 0.001), 0.1)
        try:
            yield
        finally:
            if alarm:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
            last.cancel()

    def _ring(self, *_: object) -> None:
        self.passed = self.passed or self._late()
        raise OverLimitError(self.passed)

    def _end_process(self) -> None:
        sys.stderr.write(f"rlm: {here(self._late())}\n")
        sys.stderr.flush()
        os._exit(1)


_NARROW = "narrow it with WHERE session = ..., time >= ..., or --session and --since"


def _can_be_alarmed() -> bool:
    """Whether there are such signals, they reach this thread, and nobody else has set one."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getitimer(signal.ITIMER_REAL)[0] == 0


def _peak() -> int:
    """The most bytes that this process has held so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024
