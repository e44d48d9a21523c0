"""What the index holds of a chunk file: a row for each passage of each entry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.ours import is_ours_in_part, may_hold_ours
from rlm_core.chunks.retold import joined, retold, turns_of
from rlm_core.digest import blake2b
from rlm_core.disk import try_read
from rlm_core.index.passages import cut, unnumbered
from rlm_core.index.schema import BLOB_BYTES, DECIDING, MARKS, SAID_BITS
from rlm_core.language.detect import language_of
from rlm_core.language.stopwords import ENGLISH
from rlm_core.language.terms import of_text, stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rlm_core.chunks.retold import Turns
    from rlm_core.index.passages import Passage

SHORTEST_REPEAT = 120  # characters: shorter printed passages are not taken for repetitions
AROUND_ENTRIES, AROUND_CHARS = 2, 600
SHORT_CHARS = 600  # characters: only an entry that is one passage is indexed with the words around it


class PassageRow:
    """A passage as the index takes it.

    kind, chars: of its entry. entry: which one in the chunk. blob: name of the file it stands in, "" for the chunk
    file. at, size: in bytes of that file. columns: as index.COLUMNS. digest: equal for equal
    printed text, b"" for what is never taken for a repetition. marks: kinds found in it, as bits of index.MARKS.
    said: where in it the first sentence stands that decides something, see `mark`; 0 for none.
    """

    __slots__ = ("at", "blob", "chars", "columns", "digest", "entry", "kind", "marks", "said", "size", "time", "tool")

    def __init__(self, one: ArchivedEntry, entry: int, blob: str, at: int, size: int, columns: tuple[str, ...]) -> None:
        self.kind = one.kind
        self.chars = len(one.text)
        self.time = one.time
        self.tool = one.tool
        self.entry = entry
        self.blob = blob
        self.at = at
        self.size = size
        self.columns = columns
        self.digest = b""
        self.marks = 0
        self.said = 0

    def mark(self, kind: str, start: int, size: int) -> None:
        """Pack a marked sentence into a number: where it begins in the passage, and its length, both in characters."""
        self.marks |= 1 << MARKS.index(kind)
        if kind in DECIDING and not self.said:
            self.said = start << SAID_BITS | min(size, (1 << SAID_BITS) - 1)


def rows(
    folder: str,
    entries: Sequence[ArchivedEntry],
    before: Sequence[ArchivedEntry] = (),
    after: Sequence[ArchivedEntry] = (),
    turns: Turns | None = None,
) -> Iterator[PassageRow]:
    """The rows of a chunk's entries, but for those that only repeat the archive.

    before, after: what stands beside the chunk in the same folder. turns: what the chunks beside it tell of its first
    and last turn, see `retold.turns_of`.
    """
    from rlm_core.marks.find import find as find_marks

    skipped = echoes(entries)
    told = [one for number, one in enumerate(entries) if number not in skipped]
    whole = [*before, *told, *after]
    turns = joined(turns or {}, turns_of(entries))
    silent = {n for n, one in enumerate(whole) if retold(one, turns, "")}
    at = len(before) - 1
    for number, one in enumerate(entries):
        if number in skipped:
            continue
        at += 1
        around = _around(whole, at, silent)
        marked = find_marks(one.text, one.kind) if one.kind in ("user", "assistant", "summary", "task") else ()
        some_of_ours = (one.printed or one.kind == "document") and may_hold_ours(one.text)
        for passage, byte, size in _placed(one.text, one.start, printed=one.printed):
            if some_of_ours and is_ours_in_part(passage.text):
                continue
            row = _row(one, number, "", byte, size, passage.text, around)
            row.kind = retold(one, turns, passage.text) or row.kind
            end = passage.at + len(passage.text)
            for mark in marked if row.kind == one.kind else ():
                if passage.at <= mark.start < end:
                    row.mark(mark.kind, mark.start - passage.at, min(mark.end, end) - mark.start)
            yield row
        for blob in one.blobs:
            text = (try_read(os.path.join(folder, "blobs", blob)) or b"")[:BLOB_BYTES].decode("utf-8", "ignore")
            some_of_ours = may_hold_ours(text)
            for passage, byte, size in _placed(text, 0, printed=True):
                if some_of_ours and is_ours_in_part(passage.text):
                    continue
                yield _row(one, number, blob, byte, size, passage.text, "")


def _placed(text: str, start: int, *, printed: bool) -> Iterator[tuple[Passage, int, int]]:
    """Each passage with its first byte and its bytes in the file, when the text begins at byte `start`."""
    known = 0  # characters before `start`
    for passage in cut(text, printed=printed):
        start += len(text[known : passage.at].encode())
        size = len(passage.text.encode())
        yield passage, start, size
        known, start = passage.at + len(passage.text), start + size


def _row(one: ArchivedEntry, entry: int, blob: str, at: int, size: int, text: str, around: str) -> PassageRow:
    plain = unnumbered(text) if one.printed else text
    found = of_text(plain, ENGLISH if one.printed or blob else language_of(plain))
    own = " ".join(found.stream)
    row = PassageRow(one, entry, blob, at, size, (own, " ".join(found.wholes), around))
    if (one.printed or blob) and len(text) >= SHORTEST_REPEAT:
        row.digest = blake2b(f"{one.kind} {own}".encode("utf-8", "replace"), digest_size=8).digest()
    return row


def _around(entries: Sequence[ArchivedEntry], at: int, silent: Collection[int]) -> str:
    """The terms of the conversation beside a short entry; "" for a long one, whose own words would drown in them.

    silent: positions of entries that lend no words, since they only tell what was found in the archive.
    """
    one = entries[at]
    if one.kind not in ("user", "assistant") or len(one.text) > SHORT_CHARS:
        return ""
    found: list[str] = []
    for step in (-1, 1):
        left = AROUND_ENTRIES
        beside = range(at + step, -1 if step < 0 else len(entries), step)
        for i in beside:
            if entries[i].kind in ("user", "assistant") and i not in silent:
                text = entries[i].text[:AROUND_CHARS]
                found += stream(text, language_of(text))
                left -= 1
            if not left:
                break
    return " ".join(found)
