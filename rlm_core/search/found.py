"""A search that says how far it could go by: hits of the index, and of the files that the index lacks.

The index may be behind, because whoever brings it up to date is frozen or the disk is full, or be damaged, or be
missing. What it lacks is looked for in the files then, and the reason is told with the hits.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import zip_longest

from rlm_core.archive.store import chunk_names
from rlm_core.errors import LockTimeoutError, phrase, worded
from rlm_core.index import database
from rlm_core.index.folders import changed, chunk_bytes
from rlm_core.index.schema import IndexUnusableError
from rlm_core.index.sqlite import sqlite3
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.search.hits import Hit

    Ask = Callable[[database.ReadConnection], list[Hit]]

LONG_WAIT, SHORT_WAIT = 5.0, 0.2  # seconds for another process that indexes: when there is no index yet, when there is
LONGEST_WAIT = 60.0  # seconds, when the files that the index lacks would take as long to read
MOST_READ = 4_000_000  # bytes of files that the index lacks, up to which they are read instead
FRESH, BEHIND, ANEW, MISSING = "up to date", "behind", "made anew", "missing"


class Found(Record, few=True):
    """What a search brought. index: one of the four states above. why: the index is not up to date, "" when it is."""

    hits: list[Hit]
    index: str
    why: str

    def as_json(self) -> dict[str, Any]:
        """A field that is there when there is something to tell."""
        return {"index": {"state": self.index, "why": self.why}} if self.said else {}

    @property
    def said(self) -> str:
        """A line for people; "" when there is nothing to tell."""
        if self.index == FRESH or not self.why:
            return ""
        if self.index == ANEW:
            return worded("the search index was damaged and has been made anew ({why})", why=phrase(self.why))
        if self.index == BEHIND:
            return worded(
                "the search index is behind ({why}); what it lacks was looked for in the files", why=phrase(self.why)
            )
        return worded(
            "there is no usable search index ({why}); the files were searched, more slowly", why=phrase(self.why)
        )


class Searcher:
    """One search over an archive. ask: puts the query to an open index. look: to the chunk files at these paths, or to
    all. patient: a person waits for the answer; else no more than SHORT_WAIT is spent on waiting for others.
    """

    def __init__(
        self, archive: Archive, ask: Ask, look: Callable[[list[str] | None], list[Hit]], *, patient: bool = True
    ) -> None:
        self.archive = archive
        self.ask = ask
        self.look = look
        self.patient = patient
        self.index = FRESH
        self.why = ""

    def found(self) -> Found:
        try:
            hits = self._indexed()
        except (IndexUnusableError, sqlite3.OperationalError) as e:
            hits = self._without(e)
        except sqlite3.DatabaseError as e:  # damaged; all that it holds is in the files
            self.index, self.why = ANEW, worded("{why}", why=e)
            try:
                self._update(rebuild=True)
                hits = self._indexed()
            except (IndexUnusableError, sqlite3.DatabaseError) as again:
                hits = self._without(again)
        return Found(hits, self.index, self.why)

    def _without(self, error: Exception) -> list[Hit]:
        self.index, self.why = MISSING, worded("{why}", why=error)
        try:
            database.require()
        except IndexUnusableError:
            self.why = ""  # this Python cannot have one: there is nothing to mend
        return self.look(None) if self.patient or not self.why else []  # a prompt waits for no search of all files

    def _indexed(self) -> list[Hit]:
        db = self.fresh()
        try:
            hits = self.ask(db)
            lacking = self._lacking(db) if self.index == BEHIND else []
        finally:
            db.close()
        return _merged(hits, self.look(lacking)) if lacking else hits

    def fresh(self) -> database.ReadConnection:
        """The open index, brought up to date unless another process is at it. Raises IndexUnusableError."""
        there = os.path.exists(database.path_of(self.archive.root))
        try:
            db = database.open_to_read(self.archive.root)
            try:
                stale = changed(self.archive, db)
            except BaseException:  # raised again: no file of an index that is not used stays open
                db.close()
                raise
            if not stale:
                return db
            db.close()
        except IndexUnusableError as e:
            self._update()
            if there and "made with" not in str(e):  # else another version of ours made it
                self.index, self.why = ANEW, worded("{why}", why=e)
            return database.open_to_read(self.archive.root)
        try:
            self._update()
        except IndexUnusableError as e:  # somebody else is at it, or the disk is read-only
            self.index, self.why = BEHIND, worded("{why}", why=e)
        return database.open_to_read(self.archive.root)

    def _update(self, *, rebuild: bool = False) -> None:
        """Bring the index up to date. Raises IndexUnusableError when that cannot be, with the reason."""
        from rlm_core.index.update import update

        path = database.path_of(self.archive.root)
        there = os.path.exists(path) and not rebuild
        end = time.monotonic() + LONGEST_WAIT
        wait = SHORT_WAIT if there or not self.patient else LONG_WAIT
        while True:
            try:
                update(self.archive, wait=wait, rebuild=rebuild)
            except LockTimeoutError as e:
                lacking = self._bytes_lacking() if self.patient and time.monotonic() < end else 0
                if lacking <= MOST_READ:
                    raise IndexUnusableError(
                        worded("another process has been bringing it up to date: {why}", why=e)
                    ) from e
                wait = LONG_WAIT
                _tell_of(lacking)
            except OSError as e:
                raise IndexUnusableError(worded("{path} cannot be written: {why}", path=path, why=e)) from e
            else:
                return

    def _bytes_lacking(self) -> int:
        """Bytes of the chunk files that the index does not hold."""
        return max(0, chunk_bytes(self.archive) - database.indexed_bytes(self.archive.root))

    def _lacking(self, db: sqlite3.Connection) -> list[str]:
        """The chunk files that the index does not hold as they stand."""
        root = self.archive.root
        query = "SELECT c.name, c.size FROM chunks c JOIN folders d ON d.id = c.folder WHERE d.path = ?"
        found = []
        for folder in changed(self.archive, db):
            known = dict(db.execute(query, (folder.path,)))
            path = os.path.join(root, *folder.path.split(os.sep))
            found += [p for n in chunk_names(path) if known.get(n) != _size(p := os.path.join(path, n))]
        return found


def _merged(hits: list[Hit], others: list[Hit]) -> list[Hit]:
    """Both lists by turns, since their scores do not compare; a chunk that has grown is shown as it stands now."""
    newer = {h.path for h in others}
    rest = [h for h in hits if h.path not in newer]
    return [h for pair in zip_longest(others, rest) for h in pair if h is not None]


def _tell_of(lacking: int) -> None:
    """Tell whoever looks at a terminal what a search waits for."""
    if sys.stderr.isatty():
        from rlm_core.language.notices import notice  # a search that waits has time

        form = "waiting for the search index, which is being made: {megabytes:,} MB to go"
        sys.stderr.write(f"rlm: {notice(form, megabytes=round(lacking / 1e6))}\n")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1
