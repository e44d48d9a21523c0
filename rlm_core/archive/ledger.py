"""The uuids that the archive holds: an open-addressing hash table in one file.

A hook must know whether an entry is archived without reading what grows with the archive, so a lookup
is one or two reads of a few bytes. The table is derived: it can be rebuilt from the chunk files.

Layout: a 32-byte header (magic, number of slots, used slots), then slots of 20 bytes:
12 of BLAKE2b(uuid), 4 of BLAKE2b(owner), 4 little-endian of the entry's size in characters.
An empty slot is zero. The table doubles when it is half full.

Some rows stand for no entry of a chunk; earlier versions carry them along. A row for each transcript bears, in place of
a size, the generation of its state, so that a table and a state of two moments are told apart. One row bears the parity
of all others in its last eight bytes: it is looked at whenever all of the table is read, and a flipped bit, a half
written row or one that was lost shows there. What was forgotten on purpose has the largest size there is, so that no
copy of it is ever richer: its uuids, its texts, and a row that says that there are any (`tombstones`).
"""

from __future__ import annotations

import os

from rlm_core.digest import blake2b
from rlm_core.disk import open_file, write_atomic
from rlm_core.redaction.clean import own_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def of_state(name: str) -> str:
    """What stands in a uuid's place in the row that bears the generation of a transcript's state. name: the owner's."""
    return f"generation\0{name}"


def of_text(digits: str) -> str:
    """What stands in a uuid's place in the row of a text that is not to come back. digits: the text's hash."""
    return f"text\0{digits}"


PARITY = key("parity\0")
FORGOTTEN_OWNER = b"\xff\xff\xff\xff"
"""The owner of what was forgotten: no session has it."""
MARK = "forgotten\0"
"""In a uuid's place: the row that says that something was forgotten; its size, how much of it stands in no row."""


class Ledger:
    """The table at `path`. Reading needs no lock; `add` is called under the archive's lock."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = -1
        self._slots = 0
        self._used = 0
        self._image: bytearray | None = None
        self._seen = self._now = (0, 0)  # (inode, used slots) as they stood, and as they stand
        self._changed = 0  # what rows entered since the parity was written change in it
        self._remake: Callable[[], Iterable[tuple[bytes, bytes, bytes]]] | None = None

    def open(self) -> bool:
        """Open an existing table; False when there is none, or one that is damaged.

        Raises ArchiveError for one that a newer version wrote.
        """
        try:
            self._fd = open_file(self.path, os.O_RDWR)
        except OSError:
            return False
        head = os.read(self._fd, HEADER)
        self._slots = int.from_bytes(head[16:24], "little")
        self._used = int.from_bytes(head[24:32], "little")
        found = os.fstat(self._fd)
        fits = self._slots > 0 and found.st_size == HEADER + self._slots * SLOT
        if head[:16] == MAGIC and fits and self._used < self._slots:
            self._seen = self._seen if self._seen[0] else (found.st_ino, self._used)
            self._now = (found.st_ino, self._used)
            return True
        self.close()
        from rlm_core.archive.mending.slots import refuse_newer

        refuse_newer(self.path, head)
        return False

    @property
    def grew(self) -> bool:
        """Whether others have entered anything since the table was opened first, or `add` was called."""
        return self._now != self._seen

    def reopen(self, rows: Callable[[], Iterable[tuple[bytes, bytes, bytes]]]) -> None:
        """Open the table that stands at the path now, which may have replaced ours; made of `rows` if none does."""
        held, self._remake = self._image is not None, rows
        self.close()
        if not self.open():
            self.create(rows())
        if held:
            self.hold()

    def create(self, rows: Iterable[tuple[bytes, bytes, bytes]] = (), slots: int = FIRST_SLOTS) -> None:
        """Write a new table with these (key, tag, size) rows and open it. Raises OSError where either fails."""
        from rlm_core.archive.mending.slots import built

        table, slots, used = built(rows, slots, PARITY)
        head = MAGIC + slots.to_bytes(8, "little") + used.to_bytes(8, "little")
        write_atomic(self.path, own_bytes(head + table))
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

    @property
    def held(self) -> bool:
        """Whether the table is kept in memory; it was looked at as a whole before."""
        return self._image is not None

    def hold(self) -> None:
        """Keep the table in memory from here on: for whoever looks up thousands of entries, not for a hook.

        What other processes add meanwhile is not seen before the next `add`.
        """
        self._image = bytearray(self.table())

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
        return -1, None  # a table without an empty slot, which none of ours is

    def _read(self, at: int, slots: int) -> bytes:
        if self._image is not None:
            return bytes(self._image[at * SLOT : (at + slots) * SLOT])
        os.lseek(self._fd, HEADER + at * SLOT, os.SEEK_SET)
        return os.read(self._fd, slots * SLOT)

    def sound(self) -> bool:
        """Whether the table is as it was written, by the parity of its rows and how many there are; reads all of it.

        One to which an earlier version has added rows has no parity that fits.
        """
        from rlm_core.archive.mending.slots import is_sound  # here and below: a hook has seldom need of all the table

        return is_sound(self.table(), self._used, PARITY)

    def table(self) -> bytes:
        """All slots, as they stand in the file."""
        os.lseek(self._fd, HEADER, os.SEEK_SET)
        with open(self._fd, "rb", closefd=False) as f:
            return f.read()

    def add(self, rows: Iterable[tuple[str, bytes, int]]) -> None:
        """Enter (uuid, owner's tag, size); a known uuid keeps its owner and the larger size."""
        if self._image is not None:
            self.hold()  # others may have written to the table
        self._changed, before = 0, self._used
        for uuid, tag, size in rows:
            digest, wide = key(uuid), min(size, MAX_SIZE).to_bytes(4, "little")
            at, row = self._find(digest)
            if row is not None and int.from_bytes(row[KEY + 4 :], "little") >= size:
                continue
            self._enter(at, digest + (tag if row is None else row[KEY : KEY + 4]) + wide, row)
            if self._used == before + 1:
                self._write_used()  # first of all, so that others see that rows come
        self._write_used()
        self._write_parity()

    def put(self, rows: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Enter (key, owner's tag, size) rows as they are, in the place of those that have their keys."""
        if self._image is not None:
            self.hold()
        self._changed = 0
        for row in rows:
            at, former = self._find(row[0])
            self._enter(at, b"".join(row), former)
            self._write_used()
        self._write_parity()

    def sync(self) -> None:
        """Bring the table to the disk, and take what stands in it for seen."""
        os.fsync(self._fd)
        self._seen = self._now = (os.fstat(self._fd).st_ino, self._used)

    def _enter(self, at: int, row: bytes, former: bytes | None) -> None:
        if former is None and (at < 0 or (self._used + 1) * 2 > self._slots):
            self._grow()
            at, former = self._find(row[:KEY])
        self._write(at, row)
        self._used += former is None
        self._changed ^= int.from_bytes(row, "little") ^ int.from_bytes(former or b"", "little")

    def _write_used(self) -> None:
        os.lseek(self._fd, 24, os.SEEK_SET)
        os.write(self._fd, self._used.to_bytes(8, "little"))

    def _write_parity(self) -> None:
        at, row = self._find(PARITY)
        if row is None or not self._changed:
            return  # a table of an earlier version, of which no parity is known
        changed = int.from_bytes(folded(self._changed), "little") ^ int.from_bytes(row[KEY:], "little")
        self._write(at, PARITY + changed.to_bytes(SLOT - KEY, "little"))

    def _write(self, at: int, row: bytes) -> None:
        if self._image is not None:
            self._image[at * SLOT : (at + 1) * SLOT] = row
        os.lseek(self._fd, HEADER + at * SLOT, os.SEEK_SET)
        os.write(self._fd, row)

    def _grow(self) -> None:
        if self._remake is not None and not self.sound():
            self.create(self._remake(), self._slots * 2)  # what is harmed is not carried on
            self._changed = 0
            return
        from rlm_core.archive.mending.slots import rows_of

        self.create(rows_of(self.table()), self._slots * 2)
        self._changed = 0


def folded(parity: int) -> bytes:
    """A row's twenty bytes as eight."""
    return ((parity ^ (parity >> 64) ^ (parity >> 128)) & 2**64 - 1).to_bytes(8, "little")
