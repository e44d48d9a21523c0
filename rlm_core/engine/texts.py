"""The texts a question is asked over, and how they are cut into parts for one call each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from rlm_core.digest import hexdigest
from rlm_core.tokens import estimate

# From this share of its tokens on a piece, or a part, may end; its content decides where. Measured over documents of
# all sizes: parts are 82-85 % full, and an inserted document changes three parts in a hundred.
FULL_PIECE, FULL_PART = 0.75, 0.67
BORDER_CHARS = 64  # characters before a place that decide
USUAL_TOKEN_CHARS = 4  # characters of a token, at first sight
FILLED, AIM, TRIES = 0.95, 98, 4  # share of the tokens that is full enough; per cent aimed at; looks at a stretch


@dataclass(frozen=True)
class Document:
    """A text with its place.

    id: what a finding cites, e.g. `r1-3fa2b9d0c1e4` or `docs/spec.md`. path: the file, "" for none. first_line: the
    file's line, from 1, on which the text begins. date: ISO-8601, "" when unknown. moments: (line, time) pairs,
    ascending: when the text from that line on was said. title: for the reader. file_date: the day on which the file was
    last written, which is the best guess where nothing else tells.
    """

    id: str
    text: str
    path: str = ""
    first_line: int = 1
    date: str = ""
    moments: tuple[tuple[int, str], ...] = ()
    title: str = ""
    file_date: str = field(default="", compare=False)

    def time_at(self, line: int) -> str:
        """When the text on a line was said; the document's date where no moment tells."""
        at = bisect_right(self.moments, line, key=lambda moment: moment[0])
        return self.moments[at - 1][1] if at else self.date


@dataclass(frozen=True)
class Piece:
    """A stretch of one document, cut at line ends where lines are short enough. line: the file's line it begins on."""

    document: Document
    text: str
    line: int
    tokens: int


@dataclass(frozen=True)
class Partition:
    """What one call reads: pieces in document order. depth: how many splits of larger parts led to it."""

    pieces: tuple[Piece, ...]
    number: int = 0
    depth: int = 0

    @property
    def tokens(self) -> int:
        return sum(p.tokens for p in self.pieces)

    @property
    def digest(self) -> str:
        """A hash of the content: the same ids, lines and texts give the same digest."""
        content = "".join(f"{p.document.id}\0{p.line}\0{len(p.text)}\0{p.text}" for p in self.pieces)
        return hexdigest(content.encode("utf-8", "replace"), 16)

    @property
    def name(self) -> str:
        """Its first and its last piece, for people: `notes:1 to spec.md:40`."""
        first, last = self.pieces[0], self.pieces[-1]
        start = f"{first.document.id}:{first.line}"
        return start if first is last else f"{start} to {last.document.id}:{last.line}"


def pieces(document: Document, most: int) -> list[Piece]:
    """Cut a document into pieces of at most `most` tokens: at blank lines if it has some, else at line ends, else at
    spaces, else inside a word.

    Joined, the pieces give the text again, except for blank ones, which are dropped. A border depends on nothing but
    the text near it, so that a few pieces after an insertion the borders are the old ones again.
    """
    text, start, line = document.text, 0, document.first_line
    if estimate(text) <= most:
        return [Piece(document, text, line, estimate(text))] if text.strip() else []
    cut: list[Piece] = []
    while start < len(text):
        end = _cut(text, start, _reach(text, start, most))
        if text[start:end].strip():
            cut.append(Piece(document, text[start:end], line, estimate(text[start:end])))
        line += text.count("\n", start, end)
        start = end
    return cut


def _reach(text: str, start: int, most: int) -> int:
    """The offset at which `most` tokens from `start` end, or a little before it; at least `start` + 1."""
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
    """The offset, near `end`, at which a piece that begins at `start` ends."""
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
    """A number made of the content. The border with the smallest is taken, wherever the cutting began."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def partition(documents: Iterable[Document], most: int) -> list[Partition]:
    """Group documents into parts of at most `most` tokens, in document order.

    The content decides where a full part ends, so that the same text gives the same parts whatever was inserted before
    it.
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
    """How many of the pieces that fill a part it takes: at least `least` tokens, or all when there are fewer."""
    tokens, allowed = 0, []
    for n, piece in enumerate(held, 1):
        tokens += piece.tokens
        if tokens >= least:
            allowed.append(n)
    return min(allowed, default=len(held), key=lambda n: _weight(f"{held[n - 1].document.id}{held[n - 1].text[-200:]}"))


def packed(ranked: Sequence[Piece], most: int) -> list[Partition]:
    """Group pieces, best first, into parts of at most `most` tokens; within a part they are in document order."""
    groups: list[list[Piece]] = []
    tokens = 0
    for piece in ranked:
        if not groups or tokens + piece.tokens > most:
            groups.append([])
            tokens = 0
        groups[-1].append(piece)
        tokens += piece.tokens
    order = [sorted(g, key=lambda p: (p.document.date, p.document.id, p.line)) for g in groups]
    return [Partition(tuple(g), n) for n, g in enumerate(order)]


def offset_of(text: str, lines: int) -> int:
    """The offset of the line that has `lines` lines before it."""
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1
    return at


def split(part: Partition, most: int) -> list[Partition]:
    """Split a part into two or more, of at most `most` tokens each; [] when it cannot be made smaller."""
    smaller = partition(_as_documents(part.pieces), min(most, max(part.tokens // 2, 1)))
    if len(smaller) < 2:
        return []
    return [Partition(p.pieces, part.number, part.depth + 1) for p in smaller]


def _as_documents(found: Sequence[Piece]) -> list[Document]:
    return [replace(p.document, text=p.text, first_line=p.line) for p in found]
