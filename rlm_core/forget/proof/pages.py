"""The words in a file of SQLite's that holds a full text, taken from its pages as they lie on the disk.

FTS5 writes only the end of a word that begins as the one before it does, so that bytes cannot be searched for a word.
Each page is read as one that holds rows, whether the database still uses it or has freed it; of each row whatever can
be a piece of the full text gives its words. The forms are those of https://sqlite.org/fileformat2.html and of
https://sqlite.org/fts5.html; SQLite itself takes no part.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap

    Mapped = bytes | mmap

MAGIC = b"SQLite format 3\x00"
WAL = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
LEAF = 0x0D  # a page of rows
HEADER, FRAME = 32, 24  # of a write-ahead log, and of each page in it
FIXED = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)  # bytes of a value by its kind, where the kind does not tell its length
PIECE, ROW, REST = "piece", "row", "rest"
MAIN = b"0"  # before each word of the index; other digits stand before beginnings of words, of which we have none


def is_database(head: bytes) -> bool:
    """Whether a file that begins so is SQLite's: a database, or its write-ahead log."""
    return head.startswith(MAGIC) or head[:4] in WAL


def words(data: Mapped) -> set[str]:
    """The words of all full texts in a database, or in its write-ahead log."""
    return words_of(piece for kind, piece in split(data) if kind == PIECE)


def words_of(pieces: Iterable[bytes]) -> set[str]:
    """The words of pieces of full texts."""
    found: set[bytes] = set()
    for piece in pieces:
        found.update(_words(piece))
    return {word.decode("utf-8", "replace") for word in found}


def split(data: Mapped) -> Iterator[tuple[str, bytes]]:
    """All bytes of a database, or of its write-ahead log: pieces of full texts, other rows, and whatever is no row.

    In what is no row - inner pages, freed ones that are in no order any more - pieces of words may stand.
    """
    begin = 0
    for at, size in _pages(data):
        page = data[at : at + size]
        yield REST, data[begin:at]
        begin = at + size
        ahead = 0
        for start, end, value, whole in sorted(_rows(page, data)):
            yield REST, page[ahead:start]
            ahead = max(ahead, end)
            is_piece = next(_words(value), None) is not None
            yield (PIECE, value) if is_piece else (ROW, _apart(whole))
        yield REST, page[ahead:]
    yield REST, data[begin:]


def _pages(data: Mapped) -> Iterator[tuple[int, int]]:
    """(where it begins, its size) of each page."""
    if data[:4] in WAL:
        size = int.from_bytes(data[8:12], "big")
        step, start = size + FRAME, HEADER + FRAME
    else:
        size = step = _page_size(data)
        start = 0
    if 512 <= size <= 65536:
        yield from ((at, size) for at in range(start, len(data), step))


def _page_size(data: Mapped) -> int:
    size = int.from_bytes(data[16:18], "big")
    return 65536 if size == 1 else size


def _number(data: Mapped, at: int) -> tuple[int, int]:
    """(SQLite's variable-length number at a place, the place behind it). Raises IndexError at the end of the data."""
    value = 0
    for n in range(8):
        byte = data[at + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9


def _rows(page: bytes, data: Mapped) -> Iterator[tuple[int, int, bytes, bytes]]:
    """(start, end, second value, whole) of each row of a page.

    The second value of a full text's table is the piece, behind its number; b"" for one that is no blob or text.
    """
    if not page or page[0] != LEAF:
        return
    for n in range(min(int.from_bytes(page[3:5], "big"), len(page) // 4)):
        try:
            at = int.from_bytes(page[8 + 2 * n : 10 + 2 * n], "big")
            length, at = _number(page, at)
            start = at = _number(page, at)[1]
            payload = _payload(page, at, length, data)
            head, place = _number(payload, 0)
            place = _number(payload, place)[1]
            kind = _number(payload, place)[0]
        except IndexError:
            continue
        value = payload[head : head + (kind - 12) // 2] if kind >= 12 and kind % 2 == 0 else b""
        yield start, min(start + length, len(page)), value, payload


def _payload(page: bytes, at: int, length: int, data: Mapped) -> bytes:
    """A row's bytes; what a page has no room for stands on others, each of which begins with the next one's number."""
    usable = len(page)
    if length <= usable - 35:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (length - least) % (usable - 4)
    here = here if here <= usable - 35 else least
    found = [page[at : at + here]]
    following = int.from_bytes(page[at + here : at + here + 4], "big")
    left = min(length, len(data)) - here
    while following and left > 0 and data[:16] == MAGIC:
        start = (following - 1) * usable
        found.append(data[start + 4 : start + 4 + min(left, usable - 4)])
        following = int.from_bytes(data[start : start + 4], "big")
        left -= usable - 4
    return b"".join(found)


def _apart(row: bytes) -> bytes:
    """A row with its values on lines of their own: they lie side by side, and the end of one with the beginning of the
    next is no word. One whose header does not account for each of its bytes stays as it is.
    """
    try:
        head, at = _number(row, 0)
        sizes = []
        while at < head:
            kind, at = _number(row, at)
            sizes.append((kind - 12) // 2 if kind >= 12 else FIXED[kind])
    except IndexError:
        return row
    if at != head or head + sum(sizes) != len(row):
        return row
    ends = list(accumulate(sizes, initial=head))
    return b"\n".join([row[:head], *(row[start:end] for start, end in pairwise(ends))])


def _words(piece: bytes) -> Iterator[bytes]:
    """The words of a piece of a full text; of anything else nothing, or what happens to look like words."""
    end = int.from_bytes(piece[2:4], "big")
    if not 4 <= end < len(piece):
        return
    at, place, word = 0, end, b""
    try:
        while place < len(piece):
            step, place = _number(piece, place)
            at += step
            kept, start = (0, at) if not word else _number(piece, at)
            length, start = _number(piece, start)
            if start + length > end or kept > len(word):
                return
            word = word[:kept] + piece[start : start + length]
            if word.startswith(MAIN):
                yield word[1:]
    except IndexError:
        return
