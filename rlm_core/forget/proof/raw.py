"""Files to the byte, and the texts that their bytes are. How the archive reads them is not known here."""

from __future__ import annotations

import mmap
import os
import stat
import zlib
from typing import TYPE_CHECKING

from rlm_core.forget.proof import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW = 4 * 1024 * 1024
OVERLAP = 64 * 1024  # what stands at the end of one window begins the next one
MOST_UNPACKED = 4 * 1024 * 1024  # bytes of one packed piece
MOST_PIECES = 200_000  # packed pieces of one window
_SAFE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PACKED = {b"\x78\x01": zlib.MAX_WBITS, b"\x78\x5e": zlib.MAX_WBITS, b"\x78\x9c": zlib.MAX_WBITS}
_PACKED |= {b"\x78\xda": zlib.MAX_WBITS, b"\x1f\x8b": zlib.MAX_WBITS | 16}


def files_below(folder: str) -> Iterator[str]:
    """Every file below a directory that is a real one, links among them, none of which is followed; sorted.

    Raises OSError for a directory that cannot be listed.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda e: e.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(entry.path)
        else:
            yield entry.path


def windows(path: str) -> Iterator[bytes]:
    """The bytes of a regular file in windows that overlap; of a link where it leads to, of anything else nothing.

    Raises OSError when the disk does not give them, FileNotFoundError when it has gone meanwhile.
    """
    if stat.S_ISLNK(os.lstat(path).st_mode):
        yield os.fsencode(os.readlink(path))
        return
    fd = os.open(path, _SAFE)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return
        kept = b""
        while part := _part(fd):
            yield kept + part
            kept = (kept + part)[-OVERLAP:]
    finally:
        os.close(fd)


def contents(path: str) -> bytes:
    """All bytes of a regular file. Raises OSError."""
    fd = os.open(path, _SAFE)
    try:
        parts = []
        while stat.S_ISREG(os.fstat(fd).st_mode) and (part := _part(fd)):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def is_database(path: str) -> bool:
    """Whether a path is that of a regular file of SQLite's. Raises OSError."""
    return stat.S_ISREG(os.lstat(path).st_mode) and pages.is_database(_head(path))


def _head(path: str) -> bytes:
    fd = os.open(path, _SAFE)
    try:
        return os.read(fd, 16)
    finally:
        os.close(fd)


def tables(path: str) -> Iterator[tuple[str, bytes]]:
    """What a file of SQLite's holds, as `pages.split` gives it, what is of one kind in batches. Raises OSError."""
    fd = os.open(path, _SAFE)
    try:
        waiting: dict[str, list[bytes]] = {pages.ROW: [], pages.REST: []}
        sizes = dict.fromkeys(waiting, 0)
        with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as data:
            for kind, part in pages.split(data):
                if kind == pages.PIECE:
                    yield kind, part
                    continue
                waiting[kind].append(part)
                sizes[kind] += len(part)
                if sizes[kind] > WINDOW:
                    yield kind, b"\n".join(waiting[kind])
                    waiting[kind], sizes[kind] = [], 0
        yield from ((kind, b"\n".join(parts)) for kind, parts in waiting.items())
    finally:
        os.close(fd)


def _part(fd: int) -> bytes:
    """The next window's bytes; fewer at the file's end."""
    found, left = [], WINDOW
    while left and (part := os.read(fd, left)):
        found.append(part)
        left -= len(part)
    return b"".join(found)


def texts_in(data: bytes) -> Iterator[str]:
    """The texts that some bytes are: as UTF-8, as UTF-16 where they may be that, and what is packed among them."""
    yield data.decode("utf-8", "replace")
    if b"\0" not in data:
        return
    if data.count(b"\0") * 5 > len(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        for start in (0, 1):
            yield data[start:].decode("utf-16-le", "replace")
            yield data[start:].decode("utf-16-be", "replace")
    for piece in unpacked(data):
        yield piece.decode("utf-8", "replace")


def unpacked(data: bytes) -> Iterator[bytes]:
    """What the zlib and gzip streams among some bytes hold, wherever they begin."""
    tried = 0
    for magic, bits in _PACKED.items():
        at = data.find(magic)
        while at >= 0 and tried < MOST_PIECES:
            tried += 1
            piece = _piece(data, at, bits)
            if piece:
                yield piece
            at = data.find(magic, at + 1)


def _piece(data: bytes, at: int, bits: int) -> bytes:
    """As much as can be unpacked from a place on; b"" for what is no such stream."""
    stream = zlib.decompressobj(bits)
    found = []
    left = MOST_UNPACKED
    try:
        for start in range(at, min(len(data), at + MOST_UNPACKED), 256):
            found.append(stream.decompress(data[start : start + 256], left))
            left -= len(found[-1])
            if stream.eof or left <= 0:
                break
    except zlib.error:
        pass
    return b"".join(found)
