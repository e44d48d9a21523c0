"""The texts a question is asked over, and how they are cut into parts for one call each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rlm_core.digest import hexdigest
from rlm_core.tokens import estimate

ENDS = 3  # one piece in so many may end a part: boundaries come back to the same places after an insertion


@dataclass(frozen=True)
class Document:
    """A text with its place.

    id: what a finding cites, e.g. `r1-3fa2b9d0c1e4` or `docs/spec.md`. path: the file, "" for none. first_line: the
    file's line, from 1, on which the text begins. date: ISO-8601, "" when unknown. moments: (line, time) of what
    stands from that line on, ascending. title: for the reader.
    """

    id: str
    text: str
    path: str = ""
    first_line: int = 1
    date: str = ""
    moments: tuple[tuple[int, str], ...] = ()
    title: str = ""

    def time_at(self, line: int) -> str:
        """When what stands on a line was said; the document's date when nothing says."""
        at = bisect_right([m[0] for m in self.moments], line)
        return self.moments[at - 1][1] if at else self.date


@dataclass(frozen=True)
class Piece:
    """Whole lines of one document. line: the file's line of the first."""

    document: Document
    text: str
    line: int
    tokens: int


@dataclass(frozen=True)
class Part:
    """What one call reads: pieces in document order. depth: how often it was split off a larger part."""

    pieces: tuple[Piece, ...]
    number: int = 0
    depth: int = 0

    @property
    def tokens(self) -> int:
        return sum(p.tokens for p in self.pieces)

    @property
    def digest(self) -> str:
        """Stands for the content: the same ids and texts give the same digest."""
        content = "\0".join(f"{p.document.id}\1{p.line}\1{p.text}" for p in self.pieces)
        return hexdigest(content.encode("utf-8", "replace"), 16)

    @property
    def name(self) -> str:
        """For people: the first and the last thing in it."""
        first, last = self.pieces[0], self.pieces[-1]
        start = f"{first.document.id}:{first.line}"
        return start if first is last else f"{start} to {last.document.id}:{last.line}"


def pieces(document: Document, most: int) -> list[Piece]:
    """A document in pieces of at most `most` tokens: cut at blank lines where there are some, else at lines.

    A line longer than that is cut between characters. All pieces joined give the text, but for blank ones.
    """
    text = document.text
    whole = estimate(text)
    if whole <= most:
        return [Piece(document, text, document.first_line, whole)] if text.strip() else []
    found: list[Piece] = []
    start, line = 0, document.first_line
    usual = max(1, most * len(text) // whole)  # characters of a piece, where the text is all alike
    while start < len(text):
        end = _cut(text, start, usual)
        while (tokens := estimate(text[start:end])) > most and end - start > 1:
            end = _cut(text, start, max(1, (end - start) * most // tokens * 9 // 10))
        if text[start:end].strip():
            found.append(Piece(document, text[start:end], line, tokens))
        line += text.count("\n", start, end)
        start = end
    return found


def _cut(text: str, start: int, chars: int) -> int:
    """Where a piece ends that begins at `start`: in the second half of so many characters, or at their end."""
    end = start + chars
    if end >= len(text):
        return len(text)
    for boundary in ("\n\n", "\n"):  # LF alone ends a line, not U+2028 and the like
        at = text.rfind(boundary, start + chars // 2, end)
        if at >= 0:
            return at + len(boundary)
    return end


def partition(documents: Iterable[Document], most: int, *, shift: bool = False) -> list[Part]:
    """Parts of at most `most` tokens, in document order.

    A part ends where it is full, or once half full after a piece whose content says so, so that the same text gives
    the same parts whatever was inserted before it. shift: other borders for the same text, for a second reading.
    """
    parts: list[Part] = []
    held: list[Piece] = []
    tokens = 0
    least = most // 3 if shift else most // 2
    for piece in (p for d in documents for p in pieces(d, most * 2 // 3 if shift else most)):
        if held and tokens + piece.tokens > most:
            parts.append(Part(tuple(held), len(parts)))
            held, tokens = [], 0
        held.append(piece)
        tokens += piece.tokens
        if tokens >= least and _ends(piece, shift):
            parts.append(Part(tuple(held), len(parts)))
            held, tokens = [], 0
    if held:
        parts.append(Part(tuple(held), len(parts)))
    return parts


def packed(found: Sequence[Piece], most: int) -> list[Part]:
    """Chosen pieces in parts of at most `most` tokens: best first, and in document order within a part."""
    groups: list[list[Piece]] = []
    tokens = 0
    for piece in found:
        if not groups or tokens + piece.tokens > most:
            groups.append([])
            tokens = 0
        groups[-1].append(piece)
        tokens += piece.tokens
    order = [sorted(g, key=lambda p: (p.document.date, p.document.id, p.line)) for g in groups]
    return [Part(tuple(g), n) for n, g in enumerate(order)]


def _ends(piece: Piece, shift: bool) -> bool:
    salt = "shift" if shift else ""
    return int(hexdigest(f"{salt}{piece.document.id}{piece.text[-200:]}".encode("utf-8", "replace"), 4), 16) % ENDS == 0


def split(part: Part, most: int) -> list[Part]:
    """A part in at least two smaller ones, of at most `most` tokens; [] when it cannot be made smaller."""
    smaller = partition(_as_documents(part.pieces), min(most, max(part.tokens // 2, 1)))
    if len(smaller) < 2:
        return []
    return [Part(p.pieces, part.number, part.depth + 1) for p in smaller]


def _as_documents(found: Sequence[Piece]) -> list[Document]:
    return [
        Document(p.document.id, p.text, p.document.path, p.line, p.document.date, p.document.moments, p.document.title)
        for p in found
    ]
