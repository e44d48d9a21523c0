"""What the index holds of a chunk file: a row for each passage of each entry."""

from __future__ import annotations

import os
from itertools import chain, islice

from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.ours import is_ours_in_part, may_hold_ours
from rlm_core.chunks.retold import joined, retold, turns_of
from rlm_core.digest import blake2b
from rlm_core.disk import head_of
from rlm_core.index.passages import cut, unnumbered
from rlm_core.index.schema import BLOB_BYTES, DECIDING, MARKS, SAID_BITS
from rlm_core.language.detect import language_of
from rlm_core.language.stopwords import ENGLISH
from rlm_core.language.terms import joined_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rlm_core.chunks.retold import Turns
    from rlm_core.index.passages import Passage

SHORTEST_REPEAT = 120  # characters: shorter printed passages are not taken for repetitions
AROUND_ENTRIES, AROUND_CHARS = 2, 600
MAX_DIGESTS = 50_000  # that are kept: 7 MB
SHORT_CHARS = 600  # characters: only an entry that is one passage is indexed with the words around it


class PassageRow:
    """A passage as the index takes it.

    kind, chars: of its entry. entry: which one in the chunk. blob: name of the file it stands in, "" for the chunk
    file. at, size: in bytes of that file. text: without the line numbers of a tool. printed: a program wrote it.
    around: the terms of what stands beside it. digest: equal for equal printed text, b"" for what is never taken for a
    repetition. marks: kinds found in it, as bits of index.MARKS. said: where in it the first sentence stands that
    decides something, see `mark`; 0 for none.
    """

    __slots__ = (
        "_terms", "around", "at", "blob", "chars", "digest", "entry", "kind", "marks", "printed", "said", "size",
        "text", "time", "tool",
    )  # fmt: skip

    def __init__(self, one: ArchivedEntry, entry: int, blob: str, at: int, size: int, text: str, around: str) -> None:
        self.kind = one.kind
        self.chars = len(one.text)
        self.time = one.time
        self.tool = one.tool
        self.entry = entry
        self.blob = blob
        self.at = at
        self.size = size
        self.printed = one.printed or bool(blob)
        self.text = unnumbered(text) if one.printed else text
        self.around = around
        self._terms: tuple[str, ...] = ()
        self.digest = _DIGESTS.of(self) if self.printed and len(text) >= SHORTEST_REPEAT else b""
        self.marks = 0
        self.said = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """As index.COLUMNS. Made when asked for: a repetition needs none."""
        if not self._terms:
            self._terms = joined_terms(self.text, ENGLISH if self.printed else language_of(self.text))
        return (*self._terms, self.around)

    def terms_are(self, own: str, wholes: str) -> None:
        """Take terms that were made of the same text before."""
        self._terms = own, wholes

    def mark(self, kind: str, start: int, size: int) -> None:
        """Pack a marked sentence into a number: where it begins in the passage, and its length, both in characters."""
        self.marks |= 1 << MARKS.index(kind)
        if kind in DECIDING and not self.said:
            self.said = start << SAID_BITS | min(size, (1 << SAID_BITS) - 1)


class _Digests(dict[int, bytes]):
    """Hash of a printed passage -> the digest of its terms, so that what is printed again is told without these."""

    def of(self, row: PassageRow) -> bytes:
        key = hash(f"{row.kind} {row.text}")
        if key not in self:
            if len(self) > MAX_DIGESTS:
                self.clear()
            self[key] = blake2b(f"{row.kind} {row.columns[0]}".encode("utf-8", "replace"), digest_size=8).digest()
        return self[key]


_DIGESTS = _Digests()


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
    around = _Around(whole, silent)
    at = len(before) - 1
    for number, one in enumerate(entries):
        if number in skipped:
            continue
        at += 1
        beside = around.of(at)
        marked = find_marks(one.text, one.kind) if one.kind in ("user", "assistant", "summary", "task") else ()
        some_of_ours = (one.printed or one.kind == "document") and may_hold_ours(one.text)
        for passage, byte, size in _placed(one.text, one.start, printed=one.printed):
            if some_of_ours and is_ours_in_part(passage.text):
                continue
            row = PassageRow(one, number, "", byte, size, passage.text, beside)
            if passage.text == one.text and (terms := around.known(at)):
                row.terms_are(*terms)
            if not one.printed:
                row.kind = retold(one, turns, passage.text) or row.kind
            end = passage.at + len(passage.text)
            for mark in marked if row.kind == one.kind else ():
                if passage.at <= mark.start < end:
                    row.mark(mark.kind, mark.start - passage.at, min(mark.end, end) - mark.start)
            yield row
        for blob in one.blobs:
            text = (head_of(os.path.join(folder, "blobs", blob), BLOB_BYTES) or b"").decode("utf-8", "ignore")
            some_of_ours = may_hold_ours(text)
            for passage, byte, size in _placed(text, 0, printed=True):
                if some_of_ours and is_ours_in_part(passage.text):
                    continue
                yield PassageRow(one, number, blob, byte, size, passage.text, "")


def _placed(text: str, start: int, *, printed: bool) -> Iterator[tuple[Passage, int, int]]:
    """Each passage with its first byte and its bytes in the file, when the text begins at byte `start`."""
    if text.isascii():
        yield from ((passage, start + passage.at, len(passage.text)) for passage in cut(text, printed=printed))
        return
    known = 0  # characters before `start`
    for passage in cut(text, printed=printed):
        start += len(text[known : passage.at].encode())
        size = len(passage.text.encode())
        yield passage, start, size
        known, start = passage.at + len(passage.text), start + size


class _Around:
    """The words beside each of the entries of a chunk.

    silent: positions of those that lend no words, since they only tell what was found in the archive.
    """

    def __init__(self, entries: Sequence[ArchivedEntry], silent: Collection[int] = ()) -> None:
        self.entries = entries
        self.silent = silent
        self._terms: dict[int, tuple[str, str]] = {}

    def of(self, at: int) -> str:
        """The terms of the talk beside a short entry; "" for a long one, whose own words would drown in them."""
        one = self.entries[at]
        if not _is_talk(one) or len(one.text) > SHORT_CHARS:
            return ""
        before = islice((i for i in range(at - 1, -1, -1) if self._lends(i)), AROUND_ENTRIES)
        after = islice((i for i in range(at + 1, len(self.entries)) if self._lends(i)), AROUND_ENTRIES)
        return " ".join([own for own, _ in map(self._terms_of, chain(before, after)) if own])

    def _lends(self, at: int) -> bool:
        return _is_talk(self.entries[at]) and at not in self.silent

    def _terms_of(self, at: int) -> tuple[str, str]:
        if at not in self._terms:
            text = self.entries[at].text[:AROUND_CHARS]
            self._terms[at] = joined_terms(text, language_of(text))
        return self._terms[at]

    def known(self, at: int) -> tuple[str, str] | None:
        """The terms of a whole entry where they have been made; None where not."""
        return self._terms.get(at) if len(self.entries[at].text) <= AROUND_CHARS else None


def _is_talk(one: ArchivedEntry) -> bool:
    return one.kind in ("user", "assistant")
