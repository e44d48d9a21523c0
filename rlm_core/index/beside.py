"""The words around a passage as they lie in the index: compressed, without their order, which nobody asks for."""

from __future__ import annotations

import zlib

from rlm_core.index.sqlite import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 64 * 1024  # of the words around one passage, which have some 2,400 characters


def packed(terms: str) -> bytes:
    """The terms for the table `beside`. Sorted they take a fifth less."""
    return zlib.compress(" ".join(sorted(terms.split())).encode("utf-8", "replace"))


def unpacked(data: bytes) -> str:
    """The terms of a row of `beside`. Raises sqlite3.DatabaseError for what is none."""
    try:
        unpacking = zlib.decompressobj()
        terms = unpacking.decompress(data, MAX_BYTES)
    except (TypeError, zlib.error) as e:
        raise sqlite3.DatabaseError(f"it has something else for the words around a passage ({e})") from None
    if not unpacking.eof:
        raise sqlite3.DatabaseError("it has too many words around a passage")
    return terms.decode("utf-8", "replace")


def words_around(db: sqlite3.Connection, rows: Sequence[int]) -> dict[int, str]:
    """Row id -> the terms around the passage, in alphabetical order, for those that have any."""
    numbers = ", ".join(map(str, rows))
    found = db.execute(f"SELECT passage, terms FROM beside WHERE passage IN ({numbers})")  # noqa: S608 - numbers
    return {row: unpacked(terms) for row, terms in found}
