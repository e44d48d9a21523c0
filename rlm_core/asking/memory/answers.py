"""The answers that models have given, in the books, so that the same call is never paid for twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rlm_core.asking.books import Books, BooksError
from rlm_core.digest import hexdigest
from rlm_core.redaction.clean import dumps, hex_digits

if TYPE_CHECKING:
    import sqlite3

    from rlm_core.redaction.clean import CleanJson

KEY_BYTES = 20
MAX_BYTES = 256 * 1024 * 1024
DAYS = 30
DAY = 86_400.0
ROOM = 0.8  # of the cap, left after making room: it is not made anew for each answer


def key_of(*parts: str) -> str:
    """A key for these parts in this order; each counts by itself: ("ab", "c") and ("a", "bc") differ."""
    # A lone surrogate must not become `?`, which would make different texts the same.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hexdigest(b"".join(b"%d:%b" % (len(e), e) for e in encoded), KEY_BYTES)


class Answers:
    """The answers in some books.

    most_bytes: of all answers; beyond that the longest unused go. days: how long an answer holds after it was made.
    failed: answers that could not be kept, because the disk is full or read-only; a run does not fail for that.
    """

    def __init__(
        self, books: Books, *, most_bytes: int = MAX_BYTES, days: int = DAYS, clock: Callable[[], float] = time.time
    ) -> None:
        self.books, self.most_bytes, self.days, self.clock = books, most_bytes, days, clock
        self.failed = 0

    def get(self, key: str) -> dict[str, Any] | None:
        """What was kept under a key, None when there is nothing that holds."""
        if not self.books.exist():
            return None
        now = self.clock()
        try:
            with self.books, self.books.reading() as db:
                row = db.execute("SELECT at, data, used FROM answers WHERE key = ?", (key,)).fetchone()
                # An answer from the future was made under a wrong clock: it must not hold for ever either.
                if not row or abs(now - row[0]) > self.days * DAY:
                    return None
                if now - row[2] > DAY:
                    self._note_use(key, now)
            data = json.loads(row[1])
        except (BooksError, ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    def _note_use(self, key: str, now: float) -> None:
        with suppress(BooksError), self.books.writing() as db:  # on a read-only disk what was read is as good
            db.execute("UPDATE answers SET used = ? WHERE key = ?", (now, key))

    def put(self, key: str, data: CleanJson) -> None:
        """Keep an answer; when that is not possible it is counted in `failed`. Raises ValueError for what is no key."""
        text, now = dumps(data, _short), self.clock()
        try:
            with self.books.writing() as db:
                row = (hex_digits(key), now, now, len(text), text)
                db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)
                self._make_room(db)
        except BooksError:
            self.failed += 1

    def _make_room(self, db: sqlite3.Connection) -> None:
        """Remove what holds no more; beyond the cap the longest unused, but for what an interrupted run has paid."""
        db.execute("DELETE FROM answers WHERE used < ?", (self.clock() - self.days * DAY,))
        (left,) = db.execute("SELECT coalesce(sum(bytes), 0) FROM answers").fetchone()
        if left <= self.most_bytes:
            return
        known = "SELECT key, bytes FROM answers WHERE key NOT IN (SELECT key FROM calls) ORDER BY used"
        for key, size in db.execute(known).fetchall():
            if left <= self.most_bytes * ROOM:
                return
            db.execute("DELETE FROM answers WHERE key = ?", (key,))
            left -= size


def _short(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
