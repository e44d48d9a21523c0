"""The books of `rlm ask`: a SQLite database in a folder, of what was answered, what runs under way have asked and paid,
what they were granted, and what questions have cost.

    answers   a model's answer, by what was asked of whom
    runs      a run that has not come to its end, by its name
    calls     its calls: what one may cost at most and, from its end on, what it has cost
    grants    a run under way: dollars that it was granted, and that it has spent
    receipts  a question that has come to its end

A file `runs/NAME.lock` or `grants/ID.lock` is held as long as the process of that run lives. SQLite locks the database
by POSIX locks, which a process loses when it closes any descriptor of that file: nothing here, and nothing that runs
while `Books` are open, may open `books.db` in another way (https://sqlite.org/howtocorrupt.html).
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rlm_core.asking.formerbooks import UNREAD, is_former, take_in, take_over, transaction
from rlm_core.disk import FILE_MODE, NOFOLLOW, check_way, is_file, make_dir, names, open_file, remove
from rlm_core.errors import ArchiveError, FileRefusedError, LockTimeoutError, RlmError, phrase, worded
from rlm_core.lock import Lock

if TYPE_CHECKING:
    import sqlite3

    from rlm_core.redaction.clean import CleanText

NAME, MARK = "books.db", "books-are-damaged"
ENDINGS = ("-wal", "-shm", "-journal", "")
"""Of what SQLite keeps beside the database, and of the database itself, which is moved last."""
VERSION = 1
WAIT_SECONDS = 10.0  # for other processes, each of which needs milliseconds
SYNC_SECONDS = 1.0  # after which one that need not wait for the disk does
SCHEMA = """\
CREATE TABLE answers(
    key TEXT PRIMARY KEY, at REAL NOT NULL, used REAL NOT NULL, bytes INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX uses ON answers(used, bytes);
CREATE TABLE runs(name TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE calls(
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, key TEXT NOT NULL, tokens INTEGER NOT NULL, usd REAL NOT NULL,
    input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER, paid REAL, open INTEGER
);
CREATE INDEX run_calls ON calls(run, key);
CREATE TABLE grants(
    id TEXT PRIMARY KEY, granted REAL NOT NULL, spent REAL NOT NULL, at REAL NOT NULL, data TEXT NOT NULL
);
CREATE TABLE receipts(id TEXT PRIMARY KEY, at TEXT NOT NULL, usd REAL NOT NULL, data TEXT NOT NULL);
"""
TEXTS = ("answers", "grants", "receipts")
"""Tables with a column `data`, a JSON object in which texts may stand."""
TABLES = sorted(SCHEMA.split(";\n")[:-1])


class BooksError(RlmError):
    """The books cannot be read or written. The message says which, why, and what to do."""


class Books:
    """The books in `folder`, which is made when something is first written. Several processes may share them.

    They are open from a first use on while anybody is within `with books:`, else for each use. told: what the user has
    to know: damaged books that were set aside. Unless it is `quiet` they are told by a BooksError, once.
    """

    def __init__(self, folder: Path | str, *, quiet: bool = False) -> None:
        self.folder, self.quiet = str(folder), quiet
        self.path = os.path.join(self.folder, NAME)
        self.told: list[str] = []
        self._damaged = os.path.join(self.folder, MARK)
        self._db: sqlite3.Connection | None = None
        self._users = 0
        self._alone = threading.RLock()
        self._synced = time.monotonic()

    def __enter__(self) -> Books:
        with self._alone:
            self._users += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._alone:
            self._users -= 1
            if not self._users and self._db is not None:
                self._db.close()
                self._db = None

    def exist(self) -> bool:
        """Whether there is anything to be read."""
        return self._db is not None or os.path.lexists(self.path) or is_former(self.folder)

    @contextmanager
    def reading(self, *, mends: bool = False) -> Iterator[sqlite3.Connection]:
        """The open database. Raises BooksError, as does whatever SQLite refuses while it is in use.

        mends: damaged books are set aside; whoever only reads leaves that, and the telling, to one who writes.
        """
        with self._alone, self:
            try:
                self._db = db = self._db or self._opened(mends)
                if self.told and not self.quiet:
                    told, self.told = "; ".join(self.told), []
                    raise BooksError(told)
                yield db
            except (OSError, ArchiveError, LockTimeoutError, _sqlite().Error) as e:
                if isinstance(e, FileRefusedError):  # which says what to do
                    raise BooksError(
                        worded("the books in {folder} cannot be used: {why}", folder=self.folder, why=e)
                    ) from e
                remedy = "free disk space, mend the permissions, or end the process that holds them"
                if type(e) is _sqlite().DatabaseError:  # neither full, nor locked, nor read-only
                    remedy = "they are damaged; the next question to be paid for sets them aside, and begins new ones"
                    with suppress(OSError):  # others may have them open now
                        os.close(open_file(self._damaged, os.O_WRONLY | os.O_CREAT))
                raise BooksError(
                    worded(
                        "the books in {folder} cannot be used ({why}): {remedy}",
                        folder=self.folder,
                        why=e,
                        remedy=phrase(remedy),
                    )
                ) from e

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is written, or nothing. Raises BooksError.

        durable: it is on the disk when this returns. Else a killed process loses nothing either, and a power cut what
        came after the last one that waited for the disk, as one in a second does.
        """
        with self.reading(mends=True) as db:
            durable = durable or time.monotonic() - self._synced > SYNC_SECONDS
            with transaction(db, "FULL" if durable else "NORMAL"):
                yield db
            if durable:
                self._synced = time.monotonic()

    def alive(self, kind: str, name: str) -> Lock:
        """What the process of a run holds. kind: runs or grants. To be taken, and its file removed, while writing."""
        return Lock(os.path.join(self.folder, kind, f"{name}.lock"), 0)

    def is_dead(self, kind: str, name: str) -> bool:
        """Whether the process of a run lives no more; the file of its lock is removed. To be asked while writing."""
        with suppress(LockTimeoutError), self.alive(kind, name) as lock:
            remove(lock.path)
            return True
        return False

    def change(self, table: str, new: Callable[[str], CleanText | None], *, dry: bool = False) -> int:
        """Put other texts in the place of a table's; how many are others. No byte of the former ones is left.

        table: answers, grants or receipts. new: the text for a row's, JSON, the same one, or None for no row. dry:
        count only. Raises BooksError.
        """
        if not self.exist():
            return 0
        count = 0
        with self, self.reading(mends=True) if dry else self.writing(durable=True) as db:
            for (row,) in db.execute(f"SELECT rowid FROM {table}").fetchall():  # noqa: S608 - a name of ours
                (data,) = db.execute(f"SELECT data FROM {table} WHERE rowid = ?", (row,)).fetchone()  # noqa: S608
                text = new(data)
                count += text != data
                if text is None and not dry:
                    db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608
                elif text != data and not dry:
                    db.execute(f"UPDATE {table} SET data = ? WHERE rowid = ?", (text, row))  # noqa: S608
        if not dry:
            self._wipe(vacuum=count > 0)
        return count

    def _wipe(self, *, vacuum: bool) -> None:
        """Leave nothing in the file, nor in its log, that no row holds any more."""
        with self.reading() as db:
            if vacuum:
                db.execute("VACUUM")
            if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise LockTimeoutError("another process reads them")

    # Opening.

    def _opened(self, mends: bool) -> sqlite3.Connection:
        """The database, made where there is none, with what former versions have left."""
        try:
            make_dir(self.folder)
            with Lock(os.path.join(self.folder, "lock"), WAIT_SECONDS) as taken:
                if taken._substitute >= 0:  # two processes of SQLite's would write at once
                    raise ArchiveError("the file system has no locks: move them to a local disk")
                return self._sound(mends)
        except OSError:
            only_former = is_former(self.folder) and not os.path.lexists(self.path)
            if os.access(self.folder, os.W_OK) or not (only_former or is_file(self.path)):
                raise
        if not only_former:
            return _checked(self.path, "immutable=1", self.told)  # a read-only disk: nobody writes
        db = _connection("", "mode=memory")  # and there is nowhere to take over to
        db.executescript(SCHEMA)
        take_in(db, self.folder)
        db.execute("PRAGMA query_only = ON")
        return db

    def _sound(self, mends: bool) -> sqlite3.Connection:
        try:
            if os.path.lexists(self._damaged):
                raise _sqlite().DatabaseError("a former run could not read them")
            return _checked(self.path, "mode=rw", self.told)
        except _sqlite().DatabaseError as e:
            if type(e) is not _sqlite().DatabaseError or not mends:
                raise
            self._put_aside(e)
            return _checked(self.path, "mode=rw", self.told)

    def _put_aside(self, why: Exception) -> None:
        """Move damaged books away, unless a run is under way. A connection that is open would remove the new log."""
        for kind in ("runs", "grants"):
            for name in locked(self.folder, kind):
                if not self.is_dead(kind, name):
                    raise ArchiveError(
                        worded("damaged, {why}; they are set aside once the runs in progress have ended", why=why)
                    )
        place = os.path.join(self.folder, f"books-damaged-{time.time_ns():x}.db")
        for ending in ENDINGS:
            with suppress(FileNotFoundError):
                os.replace(self.path + ending, place + ending)
        remove(self._damaged)
        self.told.append(
            worded(
                "the books in {folder} were damaged ({why}) and are set aside as {place}: new ones have begun, "
                "which know no former answer and no dollar spent today; `sqlite3 FILE .recover` gives back what "
                "can be read",
                folder=self.folder,
                why=why,
                place=os.path.basename(place),
            )
        )


def damaged(folder: Path | str) -> tuple[bool, list[str]]:
    """Whether books in a folder could not be read and are still to be set aside; paths of what was set aside."""
    found = sorted(names(str(folder)))
    aside = [n for n in found if (n.startswith("books-damaged-") and n.endswith(".db")) or n == UNREAD]
    return MARK in found, [os.path.join(folder, name) for name in aside]


def locked(folder: str, kind: str) -> set[str]:
    """Names of the runs, or of the grants, whose process lives or was killed."""
    return {name[: -len(".lock")] for name in names(os.path.join(folder, kind)) if name.endswith(".lock")}


def _sqlite() -> Any:
    """SQLite as Python has it. Raises BooksError where it was left out."""
    try:
        from rlm_core.index.sqlite import sqlite3
    except ImportError as e:
        raise BooksError(
            worded(
                "this Python has no SQLite ({why}), in which `rlm ask` keeps its books: install rlm with a "
                "Python that has it, as those of python.org, of systems and of uv have",
                why=e,
            )
        ) from e
    return sqlite3


def _checked(path: str, mode: str, told: list[str]) -> sqlite3.Connection:
    """A connection to books of ours. Raises DatabaseError for a file that is something else.

    Nothing that stands in the file is run: whoever wrote the tree may have made it. mode: `mode=rw` makes them where
    there are none, and takes over what former versions have left; told: where it is said what could not be.
    """
    check_way(path)
    for one in (path + ending for ending in ENDINGS):
        with suppress(FileNotFoundError):  # asked once: another process may be closing them, and remove its log
            if not stat.S_ISREG(os.lstat(one).st_mode):
                raise FileRefusedError(worded("{one} is no regular file: remove it", one=one))
    if mode == "mode=rw":
        if not os.path.lexists(path) or os.lstat(path).st_size == 0:
            _make(path)
        elif os.name != "nt" and os.lstat(path).st_mode & 0o077:
            os.chmod(path, FILE_MODE)
    db = _connection(path, mode)
    try:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "secure_delete = ON"):
            db.execute(f"PRAGMA {pragma}")
        if db.execute("PRAGMA user_version").fetchone()[0] > VERSION:
            raise ArchiveError("a later version of rlm has made them; upgrade")
        found = sorted(sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL LIMIT 100"))
        if found != TABLES:
            raise _sqlite().DatabaseError("its tables are not those that rlm makes")
        if mode == "mode=rw":
            told += take_over(db, os.path.dirname(path))
    except BaseException:
        db.close()
        raise
    return db


def _make(path: str) -> None:
    """Make books with nothing in them. They have another name until they are whole and on the disk, by one flush.

    A log that is left of books which are gone would be taken for theirs.
    """
    new = f"{path}.new"
    for one in (name + ending for name in (new, path) for ending in ENDINGS):
        remove(one)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | NOFOLLOW, FILE_MODE))
    db = _connection(new, "mode=rw")
    try:
        db.executescript("PRAGMA journal_mode = OFF;\nPRAGMA synchronous = OFF;")
        db.executescript(f"BEGIN;\n{SCHEMA}PRAGMA user_version = {VERSION};\nCOMMIT;")
        db.executescript("PRAGMA synchronous = FULL;\nPRAGMA journal_mode = WAL;")
    finally:
        db.close()
    os.replace(new, path)  # on the disk as soon as a log is: SQLite flushes the directory then


def _connection(path: str, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(path))}?{mode}"
    db: sqlite3.Connection = _sqlite().connect(
        uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    return db
