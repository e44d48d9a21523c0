"""The uuids that the archive holds: an open-addressing hash table in one file.

A hook must know whether an entry is archived without reading what grows with the archive, so a lookup
is one or two reads of a few bytes. The table is derived: it can be rebuilt from the chunk files.

Layout: a 32-byte header (magic, number of slots, used slots), then slots of 20 bytes:
12 of BLAKE2b(uuid), 4 of BLAKE2b(owner), 4 little-endian of the entry's size in characters.
An empty slot is zero. The table doubles when it is half full.
"""

from __future__ import annotations

import os

from rlm_core.digest import blake2b
from rlm_core.disk import open_file, write_atomic
from rlm_core.redaction.clean import own_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAGIC = b"rlm-uuids-1\n" + bytes(4)
HEADER = 32
SLOT = 20
KEY = 12
FIRST_SLOTS = 1024
EMPTY = bytes(KEY)
WINDOW = 16  # slots read at a time
MAX_SIZE = 2**32 - 1


def owner_tag(name: str) -> bytes:
    """Four bytes that stand for a session (or sub-agent) in the table."""
    return blake2b(name.encode("utf-8", "backslashreplace"), digest_size=4).digest()


def key(uuid: str) -> bytes:
    return blake2b(uuid.encode("utf-8", "backslashreplace"), digest_size=KEY).digest()


class Ledger:
    """The table at `path`. Reading needs no lock; `add` is called under the archive's lock."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = -1
        self._slots = 0
        self._used = 0
        self._image: bytearray | None = None

    def open(self) -> bool:
        """Open an existing table; False when there is none, or one that is damaged."""
        try:
            self._fd = open_file(self.path, os.O_RDWR)
        except OSError:
            return False
        head = os.read(self._fd, HEADER)
        self._slots = int.from_bytes(head[16:24], "little")
        self._used = int.from_bytes(head[24:32], "little")
        size = os.fstat(self._fd).st_size
        if head[:16] == MAGIC and self._slots > 0 and size == HEADER + self._slots * SLOT:
            return True
        self.close()
        return False

    def reopen(self, rows: Callable[[], Iterable[tuple[bytes, bytes, bytes]]]) -> None:
        """Open the table that stands at the path now, which may have replaced ours; made of `rows` if none does."""
        held = self._image is not None
        self.close()
        if not self.open():
            self.create(rows())
        if held:
            self.hold()

    def create(self, rows: Iterable[tuple[bytes, bytes, bytes]] = (), slots: int = FIRST_SLOTS) -> None:
        """Write a new table with these (key, tag, size) rows and open it."""
        table = bytearray(slots * SLOT)
        used = 0
        for digest, tag, size in rows:
            if (used + 1) * 2 > slots:
                table, slots = _rehash(table, slots * 2), slots * 2
            used += _put(table, slots, digest + tag + size)
        head = MAGIC + slots.to_bytes(8, "little") + used.to_bytes(8, "little")
        write_atomic(self.path, own_bytes(head + bytes(table)), durable=False)
        self.close()
        held = self._image is not None
        if not self.open():
            raise OSError(f"{self.path} was written and cannot be read")
        if held:
            self.hold()

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def find(self, uuid: str) -> tuple[bytes, int] | None:
        """(tag of the owner, size in characters) of an archived entry, None for an unknown one."""
        row = self._find(key(uuid))[1]
        return None if row is None else (row[KEY : KEY + 4], int.from_bytes(row[KEY + 4 :], "little"))

    def hold(self) -> None:
        """Keep the table in memory from here on: for whoever looks up thousands of entries, not for a hook.

        What other processes add meanwhile is not seen before the next `add`.
        """
        os.lseek(self._fd, HEADER, os.SEEK_SET)
        with open(self._fd, "rb", closefd=False) as f:
            self._image = bytearray(f.read())

    def _find(self, digest: bytes) -> tuple[int, bytes | None]:
        """The slot of a key, or the empty slot where it belongs."""
        at = int.from_bytes(digest[:8], "little") % self._slots
        for _ in range(self._slots // WINDOW + 2):
            block = self._read(at, min(WINDOW, self._slots - at))
            for i in range(0, len(block) - SLOT + 1, SLOT):
                found = block[i : i + KEY]
                if found == digest:
                    return at + i // SLOT, block[i : i + SLOT]
                if found == EMPTY:
                    return at + i // SLOT, None
            at = (at + len(block) // SLOT) % self._slots
        return -1, None

    def _read(self, at: int, slots: int) -> bytes:
        if self._image is not None:
            return bytes(self._image[at * SLOT : (at + slots) * SLOT])
        os.lseek(self._fd, HEADER + at * SLOT, os.SEEK_SET)
        return os.read(self._fd, slots * SLOT)

    def add(self, rows: Iterable[tuple[str, bytes, int]]) -> None:
        """Enter (uuid, owner's tag, size); a known uuid keeps its owner and the larger size."""
        if self._image is not None:
            self.hold()  # others may have written to the table
        for uuid, tag, size in rows:
            if (self._used + 1) * 2 > self._slots:
                self._grow()
            digest, wide = key(uuid), min(size, MAX_SIZE).to_bytes(4, "little")
            at, row = self._find(digest)
            if row is not None and int.from_bytes(row[KEY + 4 :], "little") >= size:
                continue
            self._write(at, digest + (tag if row is None else row[KEY : KEY + 4]) + wide)
            self._used += row is None
        os.lseek(self._fd, 24, os.SEEK_SET)
        os.write(self._fd, self._used.to_bytes(8, "little"))

    def _write(self, at: int, row: bytes) -> None:
        if self._image is not None:
            self._image[at * SLOT : (at + 1) * SLOT] = row
        os.lseek(self._fd, HEADER + at * SLOT, os.SEEK_SET)
        os.write(self._fd, row)

    def _grow(self) -> None:
        os.lseek(self._fd, HEADER, os.SEEK_SET)
        with open(self._fd, "rb", closefd=False) as f:
            data = f.read()
        rows = ((s[:KEY], s[KEY : KEY + 4], s[KEY + 4 :]) for s in _filled(data))
        self.create(rows, self._slots * 2)


def _filled(table: bytes | bytearray) -> Iterator[bytes]:
    slots = (bytes(table[i : i + SLOT]) for i in range(0, len(table) - SLOT + 1, SLOT))
    return (s for s in slots if s[:KEY] != EMPTY)


def _put(table: bytearray, slots: int, row: bytes) -> bool:
    """Enter a row; whether its key is new."""
    at = int.from_bytes(row[:8], "little") % slots
    while table[at * SLOT : at * SLOT + KEY] not in (EMPTY, row[:KEY]):
        at = (at + 1) % slots
    new = table[at * SLOT : at * SLOT + KEY] == EMPTY
    table[at * SLOT : (at + 1) * SLOT] = row
    return new


def _rehash(table: bytearray, slots: int) -> bytearray:
    bigger = bytearray(slots * SLOT)
    for row in _filled(table):
        _put(bigger, slots, row)
    return bigger
