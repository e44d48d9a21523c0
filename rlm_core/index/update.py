"""Brings the index up to date with the chunk files, as much as is new.

A directory whose modification time is the one noted has not changed: chunk files come and go by renaming. A
provisional chunk is taken out again when a longer one replaces it; its rows are kept for that beside it.
"""

from __future__ import annotations

import os
import time

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.echoes import of_recall
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.retold import joined, turns_of
from rlm_core.clock import as_number
from rlm_core.disk import read
from rlm_core.errors import ArchiveError, worded
from rlm_core.index import database
from rlm_core.index.folders import changed
from rlm_core.index.rows import AROUND_ENTRIES, rows
from rlm_core.index.schema import COMMON, IndexUnusableError
from rlm_core.index.sqlite import sqlite3
from rlm_core.index.writer import RowWriter
from rlm_core.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.chunks.retold import Turns
    from rlm_core.index.folders import ChunkFolder

COMMIT_BYTES = 16_000_000  # of chunk files between two commits
SETTLED_NS = 50_000_000  # a directory changed less than this ago may change again within the clock's tick
MAX_ORPHAN_SHARE = 0.1  # replaced chunks of documents, against all chunks
TURN_CHUNKS = 4  # before a chunk, in which the beginning of its first turn is looked for
MAX_EMPTY_SHARE = 0.05  # of the file's pages
MERGE_PASSAGES = 20_000  # new ones from which on the full text is merged into one piece


class Changes:
    """What a run did. chunks: files read. passages: rows added. bytes: of the files read."""

    def __init__(self) -> None:
        self.chunks = 0
        self.removed = 0
        self.passages = 0
        self.repeats = 0
        self.bytes = 0


def update(
    archive: Archive, *, wait: float = 5.0, progress: Callable[[int], None] = lambda _: None, rebuild: bool = False
) -> Changes:
    """Index what is new and take out what is gone.

    wait: seconds for another process that is at it; after that LockTimeoutError. progress: is told how many
    bytes of chunk files were read. rebuild: from nothing. Raises IndexUnusableError when this Python cannot, and
    OSError when the disk does not let us.
    """
    with Lock(archive.path("state", "locks", "index.lock"), wait):
        if rebuild:
            database.require()
            database.drop(archive.root)
        try:
            return _run(archive, progress)
        except sqlite3.OperationalError as e:  # locked, or the disk is full: no reason to throw it away
            raise IndexUnusableError(worded("{what}: {why}", what=database.path_of(archive.root), why=e)) from e
        except sqlite3.DatabaseError:
            database.drop(archive.root)  # damaged; all that it holds is in the files
            return _run(archive, progress)


def _run(archive: Archive, progress: Callable[[int], None]) -> Changes:
    db = database.open_to_write(archive.root)
    try:
        return _IndexUpdate(archive, db, progress).run()
    finally:
        db.close()


def has_orphans(root: str) -> bool:
    """Whether the index should be made anew: it holds words of a deleted session, or many of replaced documents."""
    try:
        db = database.open_to_read(root)
    except IndexUnusableError:
        return False
    try:
        info = dict(db.execute("SELECT name, value FROM info WHERE name IN ('orphans', 'deleted')"))
        (chunks,) = db.execute("SELECT count(*) FROM chunks").fetchone()
    finally:
        db.close()
    return "deleted" in info or int(info.get("orphans", 0)) > chunks * MAX_ORPHAN_SHARE


class _IndexUpdate:
    def __init__(self, archive: Archive, db: sqlite3.Connection, progress: Callable[[int], None]) -> None:
        self.archive = archive
        self.db = db
        self.progress = progress
        self.changes = Changes()
        self.uncommitted = 0
        self.rows = RowWriter(db, self._info("last"), self._info("live"))

    def _info(self, name: str) -> int:
        row = self.db.execute("SELECT value FROM info WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def run(self) -> Changes:
        stale = changed(self.archive, self.db)
        if not stale:
            return self.changes
        self.db.execute("BEGIN IMMEDIATE")
        for folder in stale:
            self._folder(folder)
        self._commit()
        self.db.execute("COMMIT")
        self.changes.passages, self.changes.repeats = self.rows.added, self.rows.repeats
        if self.changes.passages > MERGE_PASSAGES:
            self.db.execute("INSERT INTO passages(passages) VALUES ('optimize')")
        self._count_common()
        self._give_back()
        return self.changes

    def _give_back(self) -> None:
        """Give back to the disk what merging has left empty, when that is much."""
        (pages,), (free,) = (self.db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count"))
        if free > pages * MAX_EMPTY_SHARE:
            self.db.executescript("PRAGMA incremental_vacuum")  # `execute` would give back one page

    def _count_common(self) -> None:
        """Count the passages of common terms again, when there are a fifth more than last time."""
        if self.rows.live < 1.2 * self._info("counted") + COMMON:
            return
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("DELETE FROM common")
        self.db.execute("INSERT INTO common SELECT term, doc FROM words WHERE doc >= ?", (COMMON,))
        self.db.execute("REPLACE INTO info VALUES ('counted', ?)", (str(self.rows.live),))
        self._count_on("writes")
        self.db.execute("COMMIT")

    def _commit(self) -> None:
        """Write what a later run must know, and what tells states apart. The caller ends the transaction."""
        self.db.execute("REPLACE INTO info VALUES ('last', ?), ('live', ?)", (str(self.rows.last), str(self.rows.live)))
        self._count_on("writes")
        self.uncommitted = 0

    def _count_on(self, name: str) -> None:
        self.db.execute("INSERT INTO info VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1", (name,))

    def _folder(self, folder: ChunkFolder) -> None:
        path = self.archive.path(*folder.path.split(os.sep))
        names = chunk_names(path)
        number = self._folder_id(folder)
        query = "SELECT name, id, held IS NOT NULL, size FROM chunks WHERE folder = ?"
        known = {name: (chunk, bool(held), size) for name, chunk, held, size in self.db.execute(query, (number,))}
        for name, (chunk, held, size) in known.copy().items():
            # The last chunk is provisional, or is closed in place; the words around the one before it grow with it.
            grown = held and (name != names[-1] or size != _size(os.path.join(path, name))) if names else held
            if name not in names or grown:
                self._take_out(chunk, held, document=folder.path.startswith("documents"))
                del known[name]
        beside = _Beside(self.archive, path, names)
        for at, name in enumerate(names):
            if name not in known:
                self._chunk(number, path, beside, at)
        if not names and not os.path.isdir(path):
            self.db.execute("DELETE FROM folders WHERE id = ?", (number,))
        else:
            self._note(number, path, 0 if beside.refused else folder.mtime)

    def _folder_id(self, folder: ChunkFolder) -> int:
        self.db.execute("INSERT OR IGNORE INTO folders(path, mtime) VALUES (?, 0)", (folder.path,))
        (number,) = self.db.execute("SELECT id FROM folders WHERE path = ?", (folder.path,)).fetchone()
        return int(number)

    def _note(self, number: int, path: str, mtime: int) -> None:
        """Note a directory's modification time, unless it is so recent that a further change might not show in it."""
        settled = mtime if time.time_ns() - mtime > SETTLED_NS else 0
        self.db.execute("UPDATE folders SET mtime = ? WHERE id = ?", (settled, number))

    def _chunk(self, folder: int, path: str, beside: _Beside, at: int) -> None:
        chunk, size = beside.chunk(at)
        self.changes.bytes += size
        self.progress(size)
        if chunk is None:
            return
        meta = chunk.meta
        self.db.execute(
            "UPDATE folders SET session = ?, agent = ? WHERE id = ?", (meta["session"], meta.get("agent"), folder)
        )
        cursor = self.db.execute(
            "INSERT INTO chunks(folder, name, number, started, ended, size, tools, files, branch) "
            "VALUES (?,?,?,?,?,?,?,?,?)",
            (folder, beside.names[at], meta["number"], as_number(meta["started"]), as_number(meta["ended"]), size,
             "\n".join(meta["tools"]), "\n".join(meta["files"]), str(meta.get("branch", ""))),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        started = as_number(meta["started"])
        entries = [] if beside.only_echoes else beside.entries(at)
        hold = at + 2 >= len(beside.names)
        found = rows(path, entries, beside.tail(at - 1), beside.head(at + 1), beside.turns(at))
        held = self.rows.enter(number, found, started, hold=hold)
        if held:
            self.db.execute("UPDATE chunks SET held = ? WHERE id = ?", (held, number))
        self.changes.chunks += 1
        self.uncommitted += size
        if self.uncommitted > COMMIT_BYTES:
            self._commit()
            self.db.execute("COMMIT")
            self.db.execute("BEGIN IMMEDIATE")

    def _take_out(self, chunk: int, held: bool, *, document: bool) -> None:
        """Take out a chunk whose file is gone.

        The text of a closed chunk is not known any more. Its rows stay, but without a place no search returns them.
        """
        self.changes.removed += 1
        if held:
            (data,) = self.db.execute("SELECT held FROM chunks WHERE id = ?", (chunk,)).fetchone()
            self.rows.take_out(chunk, data)
        else:
            self.db.execute("DELETE FROM places WHERE chunk = ?", (chunk,))
            for name in ("orphans",) if document else ("orphans", "deleted"):
                self._count_on(name)
        self.db.execute("DELETE FROM chunks WHERE id = ?", (chunk,))


class _Beside:
    """The chunk files of a directory, read one after the other; each is read once.

    refused: the disk did not give one of them, and may do so another time.
    """

    def __init__(self, archive: Archive, path: str, names: list[str]) -> None:
        self.path = path
        self.names = names
        self.refused = False
        self._archive = archive
        self._kept: dict[int, tuple[ChunkFile | None, int, list[ArchivedEntry]]] = {}
        self._only_echoes: bool | None = None
        self._turns: dict[int, tuple[int, Turns]] = {}

    @property
    def only_echoes(self) -> bool:
        """Whether these are the chunks of a sub-agent that did nothing but read the archive."""
        if self._only_echoes is None:
            agent = os.path.basename(os.path.dirname(self.path)) == "agents"
            first = self.entries(0)[:1] if agent else []
            self._only_echoes = any(of_recall(one) for one in first)
        return self._only_echoes

    def _read(self, at: int) -> tuple[ChunkFile | None, int, list[ArchivedEntry]]:
        if at not in self._kept:
            self._kept = {n: kept for n, kept in self._kept.items() if abs(n - at) <= 1}
            path = os.path.join(self.path, self.names[at])
            data = b""
            try:
                data = read(path) or b""
                chunk = load(data, path)
                self._kept[at] = chunk, len(data), entries_of(chunk)
            except (ArchiveError, OSError) as e:
                self._archive.note_unread(path, e)
                self.refused |= isinstance(e, OSError)
                self._kept[at] = None, len(data), []
        return self._kept[at]

    def chunk(self, at: int) -> tuple[ChunkFile | None, int]:
        chunk, size, _ = self._read(at)
        return chunk, size

    def entries(self, at: int) -> list[ArchivedEntry]:
        return self._read(at)[2]

    def tail(self, at: int) -> list[ArchivedEntry]:
        """The conversation at the end of a chunk; empty before the first chunk."""
        return [e for e in self.entries(at) if _talk(e)][-AROUND_ENTRIES:] if at >= 0 else []

    def head(self, at: int) -> list[ArchivedEntry]:
        return [e for e in self.entries(at) if _talk(e)][:AROUND_ENTRIES] if at < len(self.names) else []

    def turns(self, at: int) -> Turns:
        """What the chunks before and after a chunk tell of its first and last turn; see `retold`."""
        found = self._told(at + 1)[1] if at + 1 < len(self.names) else {}
        for n in range(at - 1, max(at - TURN_CHUNKS, 0) - 1, -1):
            found = joined(found, self._told(n)[1])
            if self._told(n)[0] != self._told(at)[0]:
                break
        return found

    def _told(self, at: int) -> tuple[int, Turns]:
        """A chunk's first turn, and what the chunk tells of its turns."""
        if at not in self._turns:
            entries = self.entries(at)
            self._turns[at] = entries[0].turn if entries else 0, turns_of(entries)
        return self._turns[at]


def _talk(entry: ArchivedEntry) -> bool:
    return entry.kind in ("user", "assistant")


def _size(path: str) -> int:
    """Bytes of a file, -1 when it is gone."""
    try:
        return os.stat(path).st_size
    except OSError:
        return -1
