"""Enters rows into the index, and takes them out again: the rows of a chunk at once."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from rlm_core.index.beside import packed
from rlm_core.index.schema import COLUMNS, row_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from rlm_core.index.rows import PassageRow

MAX_KNOWN = 100_000  # digests of printed passages that are kept in memory: 12 MB
_PASSAGE = f"INSERT INTO passages(rowid, {', '.join(COLUMNS)}) VALUES (?,?,?,?)"  # noqa: S608
_FORGET = f"INSERT INTO passages(passages, rowid, {', '.join(COLUMNS)}) VALUES ('delete',?,?,?,?)"  # noqa: S608
_PLACE = "INSERT OR IGNORE INTO places VALUES (?,?,?,?,?,?,?,?,?,?)"


class RowWriter:
    """last: number of the newest passage. live: passages that stand in the full text now.

    added, repeats: passages that this one has entered, and those that it found to be there.
    """

    def __init__(self, db: sqlite3.Connection, last: int, live: int) -> None:
        self.db = db
        self.last = last
        self.live = live
        self.added = self.repeats = 0
        self._names: dict[str, int] = {name: i for i, name in db.execute("SELECT id, name FROM names")}
        self._known: dict[bytes, int] = {}  # digest -> row
        self._more_known = db.execute("SELECT 1 FROM seen LIMIT 1").fetchone() is not None  # than are in memory

    def enter(self, chunk: int, rows: Iterable[PassageRow], started: int, *, hold: bool) -> bytes | None:
        """Enter a chunk's rows. started: its time, for entries without one.

        hold: they may have to go again. Then none is a repetition nor repeated, and what it takes is returned.
        """
        passages: list[tuple[object, ...]] = []
        beside: list[tuple[int, bytes]] = []
        seen: list[tuple[bytes, int]] = []
        places: list[tuple[object, ...]] = []
        for row in rows:
            digest = b"" if hold else row.digest
            passage = self._passage_of(digest) if digest else 0
            if passage:
                self.repeats += 1
            else:
                self.last += 1
                passage = row_id(self.last, row.kind, row.chars)
                passages.append((passage, *row.columns))
                if row.around:
                    beside.append((passage, packed(row.around)))
                if digest:
                    self._known[digest] = passage
                    seen.append((digest, passage))
            place = (row.entry, self._name(row.blob), row.at, row.size, row.time or started, self._name(row.tool))
            places.append((passage, chunk, *place, row.marks, row.said))
        self.db.executemany(_PASSAGE, passages)
        self.db.executemany("INSERT INTO beside VALUES (?,?)", beside)
        self.db.executemany("INSERT INTO seen VALUES (?,?)", seen)
        self.db.executemany(_PLACE, places)
        self.added += len(passages)
        self.live += len(passages)
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
            self._more_known = True
        return zlib.compress(json.dumps(passages).encode()) if hold else None

    def _passage_of(self, digest: bytes) -> int:
        """The row of an equal passage, 0 when there is none."""
        known = self._known.get(digest, 0)
        if not known and self._more_known:
            found = self.db.execute("SELECT passage FROM seen WHERE digest = ?", (digest,)).fetchone()
            known = int(found[0]) if found else 0
        return known

    def _name(self, name: str) -> int:
        if not name:
            return 0
        if name not in self._names:
            cursor = self.db.execute("INSERT INTO names(name) VALUES (?)", (name,))
            self._names[name] = int(cursor.lastrowid or 0)
        return self._names[name]

    def take_out(self, chunk: int, held: bytes) -> None:
        """Take out the rows of a chunk that was entered with `hold`. held: what that returned."""
        rows = json.loads(zlib.decompress(held))
        self.db.executemany(_FORGET, rows)
        self.db.executemany("DELETE FROM places WHERE passage = ? AND chunk = ?", [(row[0], chunk) for row in rows])
        self.db.executemany("DELETE FROM beside WHERE passage = ?", [(row[0],) for row in rows])
        self.live -= len(rows)
