"""Enters rows into the index, and takes them out again: the rows of a chunk at once."""

from __future__ import annotations

import json
import zlib
from itertools import islice

from rlm_core.index.beside import packed
from rlm_core.index.schema import COLUMNS, row_id
from rlm_core.index.sqlite import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rlm_core.index.rows import PassageRow

MAX_KNOWN = 100_000  # digests of printed passages that are kept in memory: 12 MB
MAX_HELD_BYTES = 32 * 1024**2  # of the rows of a chunk that may go again, unpacked: some ten times what is usual
BATCH = 2_000  # rows that are entered at once
_PASSAGE = f"INSERT INTO passages(rowid, {', '.join(COLUMNS)}) VALUES (?,?,?,?)"  # noqa: S608
_FORGET = f"INSERT INTO passages(passages, rowid, {', '.join(COLUMNS)}) VALUES ('delete',?,?,?,?)"  # noqa: S608
_ROW = [int] + [str] * len(COLUMNS)
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
        self._names: dict[str, int] = {name: i for i, name in db.execute("SELECT id, name FROM names")} | {"": 0}
        self._known: dict[bytes, int] = {}  # digest -> row
        self._more_known = db.execute("SELECT 1 FROM seen LIMIT 1").fetchone() is not None  # than are in memory

    def enter(self, chunk: int, rows: Iterable[PassageRow], started: int, *, hold: bool) -> bytes | None:
        """Enter a chunk's rows. started: its time, for entries without one.

        hold: they may have to go again. Then none is a repetition nor repeated, and what `take_out` takes is returned;
        None where that would be more than MAX_HELD_BYTES.
        """
        held = _Holding() if hold else None
        entered = 0
        for batch in _batches(rows):
            passages = self._enter(chunk, batch, started, hold=hold)
            entered += len(passages)
            if held is not None:
                held.add(passages)
        self.added += entered
        self.live += entered
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
            self._more_known = True
        return held.data if held is not None else None

    def _enter(self, chunk: int, rows: list[PassageRow], started: int, *, hold: bool) -> list[tuple[object, ...]]:
        """Enter rows; what went into the full text comes back."""
        passages: list[tuple[object, ...]] = []
        beside: list[tuple[int, bytes]] = []
        seen: list[tuple[bytes, int]] = []
        places: list[tuple[object, ...]] = []
        names = self._names
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
            blob = names[row.blob] if row.blob in names else self._name(row.blob)
            tool = names[row.tool] if row.tool in names else self._name(row.tool)
            time = row.time or started
            places.append((passage, chunk, row.entry, blob, row.at, row.size, time, tool, row.marks, row.said))
        self.db.executemany(_PASSAGE, passages)
        self.db.executemany("INSERT INTO beside VALUES (?,?)", beside)
        self.db.executemany("INSERT INTO seen VALUES (?,?)", sorted(seen))  # as the table is
        self.db.executemany(_PLACE, places)
        return passages

    def _passage_of(self, digest: bytes) -> int:
        """The row of an equal passage, 0 when there is none."""
        known = self._known.get(digest, 0)
        if not known and self._more_known:
            found = self.db.execute("SELECT passage FROM seen WHERE digest = ?", (digest,)).fetchone()
            known = int(found[0]) if found else 0
        return known

    def _name(self, name: str) -> int:
        """The number of a name that has none yet."""
        cursor = self.db.execute("INSERT INTO names(name) VALUES (?)", (name,))
        self._names[name] = made = int(cursor.lastrowid or 0)
        return made

    def take_out(self, chunk: int, held: bytes) -> None:
        """Take out the rows of a chunk that was entered with `hold`. held: what that returned.

        Raises sqlite3.DatabaseError for what cannot have been that.
        """
        rows = _unpacked(held)
        self.db.executemany(_FORGET, rows)
        self.db.executemany("DELETE FROM places WHERE passage = ? AND chunk = ?", [(row[0], chunk) for row in rows])
        self.db.executemany("DELETE FROM beside WHERE passage = ?", [(row[0],) for row in rows])
        self.live -= len(rows)


def _batches(rows: Iterable[PassageRow]) -> Iterator[list[PassageRow]]:
    """The rows, at most BATCH at a time: a chunk may have large blobs."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


class _Holding:
    """Packs rows as they come, as JSON. data: None when they are too many."""

    def __init__(self) -> None:
        self._packing = zlib.compressobj()
        self._packed: list[bytes] = []
        self._size = 0

    def add(self, rows: list[tuple[object, ...]]) -> None:
        """rows: of `passages`, at least one."""
        if self._size > MAX_HELD_BYTES or not rows:
            return
        text = ("," if self._size else "[") + json.dumps(rows)[1:-1]
        self._size += len(text)
        self._packed.append(self._packing.compress(text.encode()))

    @property
    def data(self) -> bytes | None:
        if self._size >= MAX_HELD_BYTES:
            return None
        end = b"]" if self._size else b"[]"
        return b"".join([*self._packed, self._packing.compress(end), self._packing.flush()])


def _unpacked(held: object) -> list[list[Any]]:
    """The rows that `_Holding` has packed. Whoever wrote the tree may have made the index: the size has a bound."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(held, MAX_HELD_BYTES)  # type: ignore[arg-type] # TypeError is caught
        if not unpacking.eof:
            raise ValueError("there is more of it than rlm holds")
        rows = json.loads(data)
        if not isinstance(rows, list) or not all(isinstance(r, list) and list(map(type, r)) == _ROW for r in rows):
            raise ValueError("it is no list of rows")
    except (TypeError, ValueError, RecursionError, zlib.error) as e:
        raise sqlite3.DatabaseError(f"it has something else for the rows of a chunk that may go again ({e})") from None
    return rows
