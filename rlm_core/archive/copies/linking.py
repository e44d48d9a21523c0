"""Puts a file at a second place: as a hard link, which takes no space, or as a copy where that cannot be."""

from __future__ import annotations

import os

from rlm_core.archive.copies.place import PARTS
from rlm_core.chunks.altered import holds_its_text
from rlm_core.chunks.chunkfile import is_unharmed, load
from rlm_core.chunks.render import blob_name
from rlm_core.disk import TMP_PREFIX, read, remove, try_read, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.home import user_key
from rlm_core.redaction.clean import own_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Linker:
    """Links files, and copies them from the first one on that cannot be linked.

    linked, copied: how many so far.
    """

    def __init__(self) -> None:
        self.linked = 0
        self.copied = 0
        self._links = hasattr(os, "link")

    def put(self, source: str, target: str) -> None:
        """Have `target` hold what `source` holds, in one step: what stood there before stays until then.

        Raises OSError; FileNotFoundError when the source has gone meanwhile.
        """
        folder, name = os.path.split(target)
        if self._links:
            beside = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
            try:
                remove(beside)
                os.link(source, beside)
            except FileNotFoundError:
                raise
            except OSError:  # another file system, one without links, too many of them, a file of somebody else
                self._links = False
            else:
                os.replace(beside, target)
                remove(beside)  # of two names of one file POSIX renames neither
                self.linked += 1
                return
        data = read(source)
        if data is None:
            raise FileNotFoundError(2, "No such file", source)
        write_atomic(target, own_bytes(data))
        seen = os.stat(source)
        os.utime(target, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        self.copied += 1


def is_same(source: str, target: str) -> bool:
    """Whether two existing files are one, or hold the same."""
    one, other = os.stat(source), os.stat(target)
    if (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino):
        return True
    if one.st_size != other.st_size:
        return False
    return one.st_mtime_ns == other.st_mtime_ns or read(source) == read(target)


def chunk_number(name: str) -> int:
    """The number in a chunk file's name; 0 for another file."""
    number = name.partition("-")[0]
    return int(number) if name.endswith(".md") and len(number) >= 4 and number.isdecimal() and "-" in name else 0


def chunk_meta(path: str) -> dict[str, Any] | None:
    """What a chunk file that is whole and unchanged says of itself; None for any other."""
    try:
        data = read(path) or b""
        found = load(data, path)
        held = holds_its_text(found, user_key)
    except (ArchiveError, OSError):
        return None
    return found.meta if held and is_unharmed(data) else None


def is_intact(path: str) -> bool:
    """Whether a file is what its name says: a chunk by its id, a blob and a summary by their hash.

    Of any other file only that it is not empty.
    """
    folder, name = os.path.split(path)
    kind = os.path.basename(folder)
    if kind in ("blobs", "summaries"):
        data = try_read(path)
        digits = name.partition(".")[0].rpartition("-")[2]
        return data is not None and blob_name(data)[: len(digits)] == digits
    if chunk_number(name):
        return chunk_meta(path) is not None
    return bool(try_read(path))


def directories(top: str) -> Iterator[str]:
    """Every directory of sessions and documents in an archive or a copy, as a path below it, parents first."""
    ahead = [part for part in PARTS if os.path.isdir(os.path.join(top, part))]
    while ahead:
        name = ahead.pop()
        path = os.path.join(top, name)
        if os.path.islink(path):
            continue
        yield name
        try:
            with os.scandir(path) as entries:
                inner = [e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith(".")]
        except OSError:
            continue
        ahead += [os.path.join(name, one) for one in sorted(inner, reverse=True)]


def files(folder: str) -> list[str]:
    """The names of the regular files in a directory, but for those that are being written."""
    with os.scandir(folder) as entries:
        return sorted(e.name for e in entries if e.is_file(follow_symlinks=False) and not e.name.startswith("."))
