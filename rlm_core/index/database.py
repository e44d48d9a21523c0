"""The search index: one SQLite file over all passages, derived from the chunk files and disposable.

The full text is in an FTS5 table (https://sqlite.org/fts5.html) without content: terms come from `terms`, the
text itself is read from the chunk files. A passage that occurs again, as when a file is read ten times, has
one row there and a `place` for each occurrence.

    folders   directories of chunk files, with the state in which they were last listed
    chunks    chunk files; `held` has a provisional chunk's rows, with which they can be taken out again
    passages  full text: own words; identifiers in one piece; words around
    places    where a passage stands: chunk, entry, bytes from the start of the chunk file, or of the blob; the marks
              of its sentences, and where in it the first that decides something stands
    beside    the words around, again, compressed: they are ranked by, and the full text does not give them back
    seen      digest of a printed passage -> its row
    common    in how many passages a term stands, of terms in many
    names     names of tools and blobs by number
"""

from __future__ import annotations

import os
import stat
from functools import cache

from rlm_core.disk import FILE_MODE, NOFOLLOW
from rlm_core.errors import worded
from rlm_core.index.schema import NAME, SCHEMA, VERSION, IndexUnusableError
from rlm_core.index.schema import tables as written
from rlm_core.index.sqlite import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS = ("", "-wal", "-shm", "-journal")  # of the index's file, and of those that SQLite keeps beside it
MOST_BYTES = 16 * 1024**3  # of one of them
STRANGE = "its tables are not those that rlm makes"
HASH_BYTES = 8 * 1024**2  # of the full text that SQLite keeps in memory before it writes a piece
CACHE_KB = 8_000  # of pages, while the index is written
READ_PAGES = 128  # that a search keeps: most it reads once, and memory that is touched first costs more than a page
BUSY_SECONDS, READ_SECONDS = 10.0, 2.0  # for another process that writes: to write, to read


def path_of(root: str) -> str:
    return os.path.join(root, NAME)


def fingerprint() -> str:
    """Names the code and the stemmer that an index must have been made with. Raises ImportError without PyStemmer."""
    import Stemmer

    return f"{VERSION} snowball {Stemmer.version()}"


def require() -> None:
    """Raises IndexUnusableError where this Python cannot have an index."""
    try:
        fingerprint()
    except ImportError as e:
        raise IndexUnusableError(worded("the search index needs the package PyStemmer: {why}", why=e)) from e


class ReadConnection(sqlite3.Connection):
    """An open index, all of whose answers are of one state, whatever is written meanwhile.

    file: as of `file_of`. info: the table of this name, which differs between any two states: `writes` counts them.
    """

    file: tuple[int, int] = (0, 0)
    info: dict[str, str]


def file_of(root: str) -> tuple[int, int]:
    """Which file the index is, whatever is written to it; (0, 0) for none."""
    try:
        found = os.stat(path_of(root))
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def open_to_read(root: str) -> ReadConnection:
    """Open the index, as it stands now until it is closed. Raises IndexUnusableError."""
    path = path_of(root)
    if not os.path.lexists(path):
        raise IndexUnusableError("there is no index yet")
    try:
        _require_files(path)
        file = file_of(root)
        db = _opened_to_read(path)
        db.file = file
        return db
    except (sqlite3.Error, ImportError) as e:
        raise IndexUnusableError(worded("{path} cannot be used: {why}", path=path, why=e)) from e


def _opened_to_read(path: str) -> ReadConnection:
    # A WAL file cannot be read on a read-only disk unless nobody can write to it.
    for mode in ("mode=ro", "immutable=1"):
        place = f"file:{_quoted(path)}?{mode}"
        db = sqlite3.connect(place, uri=True, timeout=READ_SECONDS, isolation_level=None, factory=ReadConnection)
        try:
            _distrust(db)
            db.execute(f"PRAGMA cache_size = {READ_PAGES}")
            db.execute("BEGIN")  # what is read first says of which state all else is
            db.info = check(db)
        except sqlite3.OperationalError:
            db.close()
            if mode == "immutable=1":
                raise
        except BaseException:  # raised again, likewise for an index of another version
            db.close()
            raise
        else:
            return db
    raise AssertionError("unreachable")


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _require_files(path: str) -> None:
    """Raise sqlite3.DatabaseError when what stands in the place of the index, or beside it, is no file of SQLite's."""
    for one in (path + ending for ending in ENDINGS):
        try:
            found = os.lstat(one)  # once: SQLite makes and deletes these files in other processes
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise sqlite3.DatabaseError(f"{os.path.basename(one)} is a link, no file, or too large")


def _distrust(db: sqlite3.Connection) -> None:
    """Have SQLite run nothing that stands in the file: whoever wrote the tree may have made it."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    configure = getattr(db, "setconfig", None)  # since Python 3.12
    if configure is not None:
        for name, on in (("DEFENSIVE", True), ("ENABLE_TRIGGER", False), ("ENABLE_VIEW", False)):
            configure(getattr(sqlite3, f"SQLITE_DBCONFIG_{name}"), on)


@cache
def _tables() -> frozenset[tuple[str, ...]]:
    """What `sqlite_master` holds of an index that this SQLite has made."""
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(SCHEMA)
        return _tables_of(db)
    finally:
        db.close()


def _tables_of(db: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    found = db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master LIMIT 100").fetchall()
    return frozenset(found)


def check(db: sqlite3.Connection) -> dict[str, str]:
    """What the index tells of itself. Raises sqlite3.DatabaseError when something else made it, or for other tables.

    They are compared by the text that made them, before any is read: a view in the place of a table is a program.
    """
    tables = _tables_of(db)
    ours = written()
    if tables != ours:  # by another SQLite, or none of ours
        ours = _tables()
    if tables != ours and not any(row in ours for row in tables if row[1] == "info"):
        raise sqlite3.OperationalError("no such table: info") if not tables else sqlite3.DatabaseError(STRANGE)
    info = dict(db.execute("SELECT name, value FROM info LIMIT 100").fetchall())
    made, ours_is = info.get("made_with"), fingerprint()
    if made != ours_is:
        raise sqlite3.DatabaseError(f"made with {made or 'nothing'}, not {ours_is}")
    if tables != ours:
        raise sqlite3.DatabaseError(STRANGE)
    return info


def open_to_write(root: str) -> sqlite3.Connection:
    """Open the index, made anew when it is missing, damaged or another version's. The caller holds the lock.

    Raises IndexUnusableError when this Python cannot have one.
    """
    path = path_of(root)
    try:
        fingerprint()
        if os.path.lexists(path):
            try:
                _require_files(path)
                return _checked(_writable(path))
            except sqlite3.OperationalError:
                if not _lacks_tables(path):
                    raise
                drop(root)
            except sqlite3.DatabaseError:
                drop(root)
        return create(path)
    except (sqlite3.Error, ImportError) as e:
        raise IndexUnusableError(worded("{path} cannot be made: {why}", path=path, why=e)) from e


def _checked(db: sqlite3.Connection) -> sqlite3.Connection:
    """The open index; it is closed when something else made it."""
    try:
        check(db)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _lacks_tables(path: str) -> bool:
    """Whether a file is an empty database: whoever made it was interrupted."""
    db = sqlite3.connect(path)
    try:
        _distrust(db)
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'info'").fetchone() is None
    finally:
        db.close()


def create(path: str) -> sqlite3.Connection:
    """A new, empty index, readable by its owner only."""
    drop(os.path.dirname(path))  # what was left beside one that is gone
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | NOFOLLOW, FILE_MODE))
    db = _writable(path)
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(SCHEMA)
    # Later merges touch what is there already; fewer, larger ones cost less in all.
    db.execute("INSERT INTO passages(passages, rank) VALUES ('automerge', 8), ('hashsize', ?)", (HASH_BYTES,))
    db.execute("INSERT INTO info VALUES ('made_with', ?)", (fingerprint(),))
    return db


def _writable(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _distrust(db)
        db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        db.execute("PRAGMA synchronous = NORMAL")  # the files are the truth: a lost commit is made again
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def drop(root: str) -> None:
    """Delete the index with the files that SQLite keeps beside it."""
    for ending in ENDINGS:
        try:
            os.remove(path_of(root) + ending)
        except FileNotFoundError:
            continue


def size(root: str) -> int:
    """Bytes of the index on disk."""
    paths = (path_of(root) + ending for ending in ("", "-wal"))
    return sum(os.stat(p).st_size for p in paths if os.path.exists(p))


def indexed_bytes(root: str) -> int:
    """Bytes of the chunk files that the index holds, 0 when it cannot be read."""
    try:
        db = open_to_read(root)
    except IndexUnusableError:
        return 0
    try:
        return int(db.execute("SELECT coalesce(sum(size), 0) FROM chunks").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0
    finally:
        db.close()


def words_like(db: sqlite3.Connection, beginning: str) -> Iterator[tuple[str, int]]:
    """(term, passages that hold it) of the terms with this beginning."""
    end = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    yield from db.execute("SELECT term, doc FROM words WHERE term >= ? AND term < ?", (beginning, end))
