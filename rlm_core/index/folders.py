"""Which directories of chunk files the index covers, and which of them changed."""

from __future__ import annotations

import os

from rlm_core.archive.store import chunk_names
from rlm_core.disk import is_dir, is_name
from rlm_core.index.sqlite import sqlite3
from rlm_core.transcript.source import file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive


class ChunkFolder:
    """A directory of chunk files. path: below the archive's root. mtime: in nanoseconds, 0 when it is gone."""

    def __init__(self, path: str, mtime: int) -> None:
        self.path = path
        self.mtime = mtime


def folders(archive: Archive) -> Iterator[str]:
    """Every directory of chunk files, of sessions and documents."""
    yield from archive.folders()
    if is_dir(archive.path("documents")):
        from rlm_core.archive.documents import document_folders

        yield from document_folders(archive.root)


def chunk_bytes(archive: Archive) -> int:
    """Bytes of all chunk files."""
    return sum(file_stamp(os.path.join(f, n))[0] for f in folders(archive) for n in chunk_names(f))


def is_folder(path: object) -> bool:
    """Whether a text from the index names a directory of chunk files as `folders` finds them, below the archive's root.

    The index lies in the tree, and whoever wrote the tree may have made it.
    """
    parts = path.split(os.sep) if isinstance(path, str) else []
    kind = [part for n, part in enumerate(parts) if not n % 2]
    return (
        kind in (["sessions"], ["documents"], ["sessions", "agents"])
        and len(parts) % 2 == 0
        and all(map(is_name, parts))
    )


def changed(archive: Archive, db: sqlite3.Connection) -> list[ChunkFolder]:
    """The directories that were written to, or deleted, since they were listed.

    Raises sqlite3.DatabaseError for an index that names others.
    """
    noted = dict(db.execute("SELECT path, mtime FROM folders").fetchall())
    found, above = [], archive.path("")
    for path in folders(archive):
        name = path.removeprefix(above)
        try:
            mtime = os.stat(path).st_mtime_ns
        except OSError:  # deleted just now
            continue
        if noted.pop(name, -1) != mtime:
            found.append(ChunkFolder(name, mtime))
    if not all(map(is_folder, noted)):  # of those that were not found there
        raise sqlite3.DatabaseError("it names something outside of the archive")
    return found + [ChunkFolder(name, 0) for name in noted]
