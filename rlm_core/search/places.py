"""Reads back, from the chunk files, the passages that the index names."""

from __future__ import annotations

import os

from rlm_core.chunks.chunkfile import load
from rlm_core.disk import open_file, read
from rlm_core.index.sqlite import sqlite3
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.chunks.chunkfile import ChunkFile


PASSAGE_BYTES = 64 * 1024  # of a passage, which has 600 characters and their escapes


class Place(Record):
    """Where a passage stands.

    folder: number of its directory. path: the chunk file. blob: the blob's file, or "". at, size: in bytes of the blob,
    else of the chunk file. time: as `clock.as_number` gives it. marks: bits of `schema.MARKS`. said: where the sentence
    stands that decides something, in characters of the passage; 0 when none does.
    """

    folder: int
    path: str
    blob: str
    entry: int
    at: int
    size: int
    time: int
    marks: int
    said: int

    @property
    def file(self) -> str:
        """The file that the text stands in."""
        return os.path.join(os.path.dirname(self.path), "blobs", self.blob) if self.blob else self.path


def text_at(place: Place) -> str:
    """The passage; "" when the file is gone. Raises sqlite3.DatabaseError when the file has no such place."""
    try:
        fd = open_file(place.file)
    except OSError:
        return ""
    try:
        data = os.pread(fd, min(place.size, PASSAGE_BYTES), place.at)
        if len(data) < place.size:
            raise sqlite3.DatabaseError("it names passages that are not there")
        return data.decode("utf-8", "replace")
    finally:
        os.close(fd)


class Chunks:
    """Chunk files, each read once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[ChunkFile, bytes]] = {}

    def of(self, place: Place) -> ChunkFile:
        """The chunk file of a place. Raises ArchiveError when it is damaged or gone."""
        return self.at(place.path)

    def at(self, path: str) -> ChunkFile:
        """The chunk file at a path. Raises as `of`."""
        return self._read(path)[0]

    def line(self, place: Place) -> int:
        """The line of its file, chunk or blob, on which a passage begins, counted from 1."""
        data = (read(place.file) or b"") if place.blob else self._read(place.path)[1]
        return data.count(b"\n", 0, place.at) + 1

    def _read(self, path: str) -> tuple[ChunkFile, bytes]:
        if path not in self._kept:
            data = read(path) or b""
            self._kept[path] = load(data, path), data
        return self._kept[path]
