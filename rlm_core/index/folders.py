"""Which directories of chunk files the index covers, and which of them changed."""

from __future__ import annotations

import os
import sqlite3

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
    if os.path.isdir(archive.path("documents")):
        from rlm_core.archive.documents import document_folders

        yield from document_folders(archive.root)


def changed(archive: Archive, db: sqlite3.Connection) -> list[ChunkFolder]:
    """The directories that were written to, or deleted, since they were listed."""
    noted = dict(db.execute("SELECT path, mtime FROM folders"))
    found = []
    for path in folders(archive):
        name = os.path.relpath(path, archive.root)
        try:
            mtime = os.stat(path).st_mtime_ns
        except OSError:  # deleted just now
            continue
        if noted.pop(name, -1) != mtime:
            found.append(ChunkFolder(name, mtime))
    return found + [ChunkFolder(name, 0) for name in noted]
