"""Reads back, from the chunk files, the passages that the index names."""

from __future__ import annotations

import os

from rlm_core.chunks.chunkfile import load
from rlm_core.disk import open_another, read
from rlm_core.index.sqlite import sqlite3
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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


def texts_at(places: Sequence[Place]) -> list[str]:
    """The passages, "" for one whose file is gone. Raises sqlite3.DatabaseError when a file has no such place.

    Each file is opened once.
    """
    texts = [""] * len(places)
    files = [place.file for place in places]
    ways: set[str] = set()
    opened, fd = "", -1
    try:
        for n in sorted(range(len(places)), key=files.__getitem__):
            if files[n] != opened:
                if fd >= 0:
                    os.close(fd)
                opened, fd = files[n], -1
                fd = _opened(opened, ways)
            if fd >= 0:
                texts[n] = _text(fd, places[n])
    finally:
        if fd >= 0:
            os.close(fd)
    return texts


def _opened(file: str, ways: set[str]) -> int:
    """A descriptor of the file, -1 when there is none to be had. ways: as of `open_another`."""
    try:
        return open_another(file, ways)
    except OSError:
        return -1


def _text(fd: int, place: Place) -> str:
    data = os.pread(fd, min(place.size, PASSAGE_BYTES), place.at)
    if len(data) < place.size:
        raise sqlite3.DatabaseError("it names passages that are not there")
    return data.decode("utf-8", "replace")


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
