"""Asks one question over ranges of the index's rows at once, one thread a range: SQLite works without Python's lock."""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread

from rlm_core.errors import RlmError
from rlm_core.index import database
from rlm_core.index.sqlite import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Rows = list[tuple[Any, ...]]

MOST = 4  # ranges
ROWS = 8_000  # that a range should have, so that a further connection is worth its opening


def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def ranges(db: sqlite3.Connection, rows: int) -> list[tuple[int, int]]:
    """Ranges of row ids (first, last) in which about so many rows are looked at together; one where more do not pay."""
    count = min(MOST, rows // ROWS)
    if count < 2 or not getattr(sqlite3, "threadsafety", 1) or (count := min(count, processors())) < 2:
        return [(0, 1 << 62)]
    last = int(db.execute("SELECT coalesce(max(passage), 0) FROM places").fetchone()[0])
    ends = [last * n // count for n in range(1, count)]
    return list(zip([0, *[end + 1 for end in ends]], [*ends, 1 << 62], strict=True))


def ask(
    db: database.ReadConnection, root: str, sql: str, values: Sequence[Any], among: Sequence[tuple[int, int]]
) -> Rows:
    """What a question gives, put once for each range. sql: has two marks behind the values, for its first and last row.

    The first range is asked for by `db`, each other one by a connection of its own. Where that cannot be opened, or is
    to another file or to another state of it than `db` reads, its range is asked for by `db` as well.
    """
    others = [_Pending(root, db, sql, (*values, *one)) for one in among[1:]]
    try:
        found = list(db.execute(sql, (*values, *among[0])))
    finally:
        for other in others:
            other.done.acquire()
    for other in others:
        found += other.rows if other.rows is not None else db.execute(sql, other.values)
    return found


class _Pending:
    """A question that a thread puts. rows: what was found once `done` can be taken; None where it could not ask."""

    def __init__(self, root: str, of: database.ReadConnection, sql: str, values: tuple[Any, ...]) -> None:
        self.root, self.file, self.info, self.sql, self.values = root, of.file, of.info, sql, values
        self.rows: Rows | None = None
        self.done = allocate_lock()
        self.done.acquire()
        try:
            start_new_thread(self._run, ())
        except RuntimeError:  # no thread can be had
            self.done.release()

    def _run(self) -> None:
        try:
            db = database.open_to_read(self.root)
            try:
                if self.file == db.file == database.file_of(self.root) != (0, 0) and self.info == db.info:
                    self.rows = list(db.execute(self.sql, self.values))
            finally:
                db.close()
        except (RlmError, sqlite3.Error, OSError, MemoryError):
            self.rows = None
        finally:
            self.done.release()
