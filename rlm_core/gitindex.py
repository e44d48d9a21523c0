"""Which paths git's index names, read without git: a hook has no time for a process.

Format: https://git-scm.com/docs/index-format, versions 2 to 4, with a split index.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES = 12  # bytes before the first entry
EXTENDED, LONG = 0x4000, 0xFFF
MODULE, LINK = 0o160000, 0o120000


def names_below(data: bytes, folder: bytes, git: str, small: Callable[[str, int], bytes]) -> Iterator[bytes]:
    """The paths in an index that are `folder`, lie below it, or stand above it as a module or a link.

    data: the index. folder: relative to the working tree, with `/`. git: the directory of the index, which has the
    shared part of a split one. small: reads a file, at most so many bytes. Nothing comes of an index that is damaged.
    """
    above = folder.rpartition(b"/")[0]
    try:
        hash_size = 32 if _is_sha256(small(os.path.join(git, "config"), 65536)) else 20
        shared, deleted = _shared(data, hash_size, git, small)
        for at, each in ((0, data), (1, shared)):
            for number, (name, mode) in enumerate(_entries(each, folder, hash_size)):
                if at and number in deleted:
                    continue
                if _below(name, folder) or (_folded(name) == _folded(above) and mode & 0o170000 in (MODULE, LINK)):
                    yield name
    except (IndexError, ValueError):
        return


def _below(name: bytes, folder: bytes) -> bool:
    name, folder = _folded(name), _folded(folder)
    return name == folder or name.startswith(folder + b"/")


def _folded(name: bytes) -> bytes:
    """As the file system compares names: where `.Claude` is checked out as `.claude`."""
    return name.lower() if sys.platform in ("darwin", "win32") else name


def _is_sha256(config: bytes) -> bool:
    return b"sha256" in config.lower()


def _entries(data: bytes, wanted: bytes, hash_size: int) -> Iterator[tuple[bytes, int]]:
    """(path, mode) of each entry; none when the bytes of the path do not occur at all, which is nearly always so."""
    if data[:4] != b"DIRC":
        return
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if version not in (2, 3, 4):
        return
    if version < 4:
        all_names, named = _folded(data), _folded(wanted)
        if named not in all_names and named.rpartition(b"/")[0] + b"\0" not in all_names:
            return
    at, name = ENTRIES, b""
    for _ in range(count):
        mode = int.from_bytes(data[at + 24 : at + 28], "big")
        flags = int.from_bytes(data[at + 40 + hash_size : at + 42 + hash_size], "big")
        begin = at + 42 + hash_size + (2 if flags & EXTENDED else 0)
        if version < 4:
            end = data.index(b"\0", begin)
            name = data[begin:end]
            at += (end - at) // 8 * 8 + 8  # one to eight NULs end an entry at a multiple of eight bytes
        else:
            cut, begin = _offset(data, begin)
            end = data.index(b"\0", begin)
            name = name[: len(name) - cut] + data[begin:end]
            at = end + 1
        yield name, mode


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """(a number of variable length as in pack files' offsets, where it ends)."""
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _shared(data: bytes, hash_size: int, git: str, small: Callable[[str, int], bytes]) -> tuple[bytes, set[int]]:
    """The shared part of a split index, and which of its entries are deleted; nothing where it is whole."""
    at = data.rfind(b"link", ENTRIES)
    while at >= 0:
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        name = data[at + 8 : at + 8 + hash_size].hex()
        shared = small(os.path.join(git, f"sharedindex.{name}"), 64 * 1024 * 1024)
        if shared:
            bitmap = data[at + 8 + hash_size : at + 8 + size]
            return shared, _bits(bitmap) if bitmap else set()
        at = data.rfind(b"link", ENTRIES, at)
    return b"", set()


def _bits(data: bytes) -> set[int]:
    """The numbers in an EWAH bitmap: runs of equal words, each followed by literal ones."""
    words = int.from_bytes(data[4:8], "big")
    found: set[int] = set()
    at, place = 8, 0
    end = 8 + 8 * words
    while at < end:
        run = int.from_bytes(data[at : at + 8], "big")
        at += 8
        length, literals = (run >> 1) & 0xFFFFFFFF, run >> 33
        if run & 1:
            found.update(range(place, place + 64 * min(length, 1 << 20)))
        place += 64 * length
        for _ in range(literals):
            word = int.from_bytes(data[at : at + 8], "big")
            found.update(place + bit for bit in range(64) if word >> bit & 1)
            at, place = at + 8, place + 64
    return found
