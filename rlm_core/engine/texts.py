"""The texts a question is asked over, and how they are cut into parts for one call each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from rlm_core.digest import hexdigest
from rlm_core.tokens import estimate

# A piece, or a part, that is as full as this may end, at the place that its content decides. Measured over documents of
# all sizes: parts are 82-85 % full, and an inserted document changes three of a hundred parts.
FULL_PIECE, FULL_PART = 0.75, 0.67
BORDER_CHARS = 64  # characters before a place that decide
USUAL_TOKEN_CHARS = 4  # characters of a token, at first sight
FILLED, AIM, TRIES = 0.95, 98, 4  # share of the tokens that is full enough; per cent aimed at; looks at a stretch


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
        at = bisect_right(self.moments, line, key=lambda moment: moment[0])
        return self.moments[at - 1][1] if at else self.date


@dataclass(frozen=True)
class Piece:
    """A stretch of one document, of whole lines where lines are not too long. line: the file's line of its first."""

    document: Document
    text: str
    line: int
    tokens: int


@dataclass(frozen=True)
class Partition:
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
        content = "".join(f"{p.document.id}\0{p.line}\0{len(p.text)}\0{p.text}" for p in self.pieces)
        return hexdigest(content.encode("utf-8", "replace"), 16)

    @property
    def name(self) -> str:
        """For people: the first and the last thing in it."""
        first, last = self.pieces[0], self.pieces[-1]
        start = f"{first.document.id}:{first.line}"
        return start if first is last else f"{start} to {last.document.id}:{last.line}"


def pieces(document: Document, most: int) -> list[Piece]:
    """A document in pieces of at most `most` tokens: cut at blank lines where there are some, else at lines, else at
    spaces, and inside a word where it has none.

    All pieces joined give the text, but for blank ones. Where a piece ends depends on what stands near by alone, so
    that after an insertion the old borders come back a few pieces later.
    """
    text, start, line = document.text, 0, document.first_line
    if estimate(text) <= most:
        return [Piece(document, text, line, estimate(text))] if text.strip() else []
    found: list[Piece] = []
    while start < len(text):
        end = _cut(text, start, _reach(text, start, most))
        if text[start:end].strip():
            found.append(Piece(document, text[start:end], line, estimate(text[start:end])))
        line += text.count("\n", start, end)
        start = end
    return found


def _reach(text: str, start: int, most: int) -> int:
    """Where so many tokens end, or a little before; one character further than `start` at least."""
    room = len(text) - start
    length = max(1, min(room, most * USUAL_TOKEN_CHARS))
    for _ in range(TRIES):
        tokens = estimate(text[start : start + length])
        if tokens <= most and (length == room or tokens >= most * FILLED):
            return start + length
        length = max(1, min(room, length * most * AIM // (tokens * 100)))
    while length > 1 and estimate(text[start : start + length]) > most:
        length -= max(1, length // 10)
    return start + length


def _cut(text: str, start: int, end: int) -> int:
    """Where a piece ends that begins at `start`: in the last part of the stretch up to `end`."""
    if end >= len(text):
        return len(text)
    since = start + int((end - start) * FULL_PIECE)
    for boundary in ("\n\n", "\n", " "):  # LF alone ends a line, not U+2028 and the like
        ends = _ends(text, boundary, since, end)
        if ends:
            return min(ends, key=lambda at: _weight(text[max(start, at - BORDER_CHARS) : at]))
    return end


def _ends(text: str, boundary: str, since: int, end: int) -> list[int]:
    found = []
    at = text.find(boundary, since, end)
    while at >= 0:
        found.append(at + len(boundary))
        at = text.find(boundary, at + len(boundary), end)
    return found


def _weight(text: str) -> int:
    """A number that content decides: the place with the smallest one is chosen, wherever reading began."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def partition(documents: Iterable[Document], most: int) -> list[Partition]:
    """Parts of at most `most` tokens, in document order.

    A full part ends at the place in its last part that content decides, so that the same text gives the same parts,
    whatever was inserted before it.
    """
    parts: list[Partition] = []
    held: list[Piece] = []
    tokens = 0
    for piece in (p for d in documents for p in pieces(d, most)):
        while held and tokens + piece.tokens > most:
            at = _border(held, int(most * FULL_PART))
            parts.append(Partition(tuple(held[:at]), len(parts)))
            tokens -= sum(p.tokens for p in held[:at])
            del held[:at]
        held.append(piece)
        tokens += piece.tokens
    if held:
        parts.append(Partition(tuple(held), len(parts)))
    return parts


def _border(held: Sequence[Piece], least: int) -> int:
    """How many pieces a part takes of those that fill one: at least so many tokens, all of them when they are fewer."""
    tokens, allowed = 0, []
    for n, piece in enumerate(held, 1):
        tokens += piece.tokens
        if tokens >= least:
            allowed.append(n)
    return min(allowed, default=len(held), key=lambda n: _weight(f"{held[n - 1].document.id}{held[n - 1].text[-200:]}"))


def packed(found: Sequence[Piece], most: int) -> list[Partition]:
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
    return [Partition(tuple(g), n) for n, g in enumerate(order)]


def offset_of(text: str, lines: int) -> int:
    """Where the line begins that has so many before it."""
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1
    return at


def split(part: Partition, most: int) -> list[Partition]:
    """A part in at least two smaller ones, of at most `most` tokens; [] when it cannot be made smaller."""
    smaller = partition(_as_documents(part.pieces), min(most, max(part.tokens // 2, 1)))
    if len(smaller) < 2:
        return []
    return [Partition(p.pieces, part.number, part.depth + 1) for p in smaller]


def _as_documents(found: Sequence[Piece]) -> list[Document]:
    return [
        Document(p.document.id, p.text, p.document.path, p.line, p.document.date, p.document.moments, p.document.title)
        for p in found
    ]
