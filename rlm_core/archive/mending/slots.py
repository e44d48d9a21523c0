"""Looks at all of the ledger's table at once: whether it is as it was written, and what belongs in it."""

from __future__ import annotations

import os

from rlm_core.archive.sealed import read_sealed
from rlm_core.errors import ArchiveError, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row = tuple[bytes, bytes, bytes]

SLOT, KEY = 20, 12  # bytes, as in `archive/ledger`
EMPTY = bytes(KEY)
FAMILY = b"rlm-uuids-"


def refuse_newer(path: str, head: bytes) -> None:
    """Raise ArchiveError when a table's header is of a later form than ours, rather than a harmed one."""
    number = head[len(FAMILY) :].partition(b"\n")[0]
    if head.startswith(FAMILY) and number.isdigit() and int(number) > 1:
        raise ArchiveError(worded("{path} was written by a newer rlm; upgrade this one", path=path))


def built(rows: Iterable[Row], slots: int, own: bytes) -> tuple[bytes, int, int]:
    """(a table of these rows with their parity under the key `own`, how many slots it has, how many are used).

    slots: as many at least.
    """
    table, used = bytearray(slots * SLOT), 0
    for digest, tag, size in rows:
        if digest == own:
            continue
        if (used + 2) * 2 > slots:
            table, slots = _rehashed(table, slots * 2), slots * 2
        used += _put(table, slots, digest + tag + size)
    used += _put(table, slots, own + bytes(SLOT - KEY))
    _put(table, slots, own + _folded(parity(table, own)))
    return bytes(table), slots, used


def rows_of(table: bytes) -> Iterator[Row]:
    """A table's (key, tag, size) rows."""
    return ((table[i : i + KEY], table[i + KEY : i + KEY + 4], table[i + KEY + 4 : i + SLOT]) for i in _keys(table))


def _put(table: bytearray, slots: int, row: bytes) -> bool:
    """Enter a row; whether its key is new."""
    at = int.from_bytes(row[:8], "little") % slots
    while table[at * SLOT : at * SLOT + KEY] not in (EMPTY, row[:KEY]):
        at = (at + 1) % slots
    new = table[at * SLOT : at * SLOT + KEY] == EMPTY
    table[at * SLOT : (at + 1) * SLOT] = row
    return new


def _rehashed(table: bytearray, slots: int) -> bytearray:
    bigger = bytearray(slots * SLOT)
    for i in _keys(table):
        _put(bigger, slots, bytes(table[i : i + SLOT]))
    return bigger


def parity(table: bytes | bytearray, own: bytes) -> int:
    """All rows but the one with the key `own`, exclusive-ored: the table is folded upon itself, which takes no loop."""
    whole, slots = int.from_bytes(table, "little"), len(table) // SLOT
    while slots > 1:
        slots = (slots + 1) // 2
        bits = slots * SLOT * 8
        whole = (whole >> bits) ^ (whole & ((1 << bits) - 1))
    return whole ^ int.from_bytes(_row(table, own), "little")


def is_sound(table: bytes, used: int, own: bytes) -> bool:
    """Whether a table has so many rows, and the parity that its row `own` says; one without that row has none."""
    row, whole = _row(table, own), parity(table, own)
    if sum(1 for _ in _keys(table)) != used:
        return False
    return not row or row[KEY:] == _folded(whole)


def compare(table: bytes, rows: Iterable[Row]) -> tuple[int, int]:
    """(how many of these (key, tag, size) rows a ledger's table lacks or knows poorer, how many others it has).

    rows: what the chunk files and the states say; see `Archive.ledger_rows`. Rows of deleted chunks are others, as is
    that of the parity.
    """
    found = {table[i : i + KEY]: table[i + KEY + 4 : i + SLOT] for i in _keys(table)}
    wanted = {digest: size for digest, _, size in rows}
    lacking = [d for d, size in wanted.items() if found.get(d, b"")[::-1] < size[::-1]]
    return len(lacking), len(found.keys() - wanted.keys())


def generations(root: str) -> Iterator[tuple[str, str, int]]:
    """(session, agent, generation) of every transcript's state in an archive that is whole and has one."""
    folder = os.path.join(root, "state", "sources")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        state = read_sealed(os.path.join(folder, name)) or {}
        if name.endswith(".json") and state.get("generation"):
            yield state["session"], state["agent"], state["generation"]


def _folded(whole: int) -> bytes:
    """As `ledger.folded`."""
    return ((whole ^ (whole >> 64) ^ (whole >> 128)) & 2**64 - 1).to_bytes(8, "little")


def _keys(table: bytes | bytearray) -> Iterator[int]:
    """Where the rows begin."""
    return (i for i in range(0, len(table) - SLOT + 1, SLOT) if table[i : i + KEY] != EMPTY)


def _row(table: bytes | bytearray, wanted: bytes) -> bytes:
    """The row with a key, b"" for none."""
    slots = len(table) // SLOT
    at = int.from_bytes(wanted[:8], "little") % slots
    for _ in range(slots):
        row = bytes(table[at * SLOT : (at + 1) * SLOT])
        if row[:KEY] == wanted:
            return row
        if row[:KEY] == EMPTY:
            break
        at = (at + 1) % slots
    return b""
