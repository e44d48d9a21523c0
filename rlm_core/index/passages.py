"""Cuts an entry into passages: what a search finds, shows and counts.

A passage has 400 to 600 characters and lies within one entry; an entry that is shorter is one passage. Where
a tool's output is cut depends on the lines around the cut alone, so that the same file, read again with other
lines before it, gives the same passages again.
"""

from __future__ import annotations

import re
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_CHARS, MAX_CHARS = 400, 600  # characters
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'»)\]]*\s+")


class Passage:
    """A part of an entry. at: where its text begins, counted in characters from the start of the entry's text."""

    __slots__ = ("at", "text")

    def __init__(self, at: int, text: str) -> None:
        self.at = at
        self.text = text

    def __repr__(self) -> str:
        return f"Passage({self.at}, {self.text!r})"


def cut(text: str, *, printed: bool) -> list[Passage]:
    """An entry's text as passages; blank ones are left out.

    printed: a tool printed it. Then lines are kept whole and cuts follow the content; prose is cut at
    paragraphs and sentences.
    """
    found, at = [], 0
    pieces = [text] if len(text) <= MAX_CHARS else _printed(text) if printed else _prose(text)
    for piece in pieces:
        body = piece.strip()
        if body:
            found.append(Passage(at + piece.index(body), body))
        at += len(piece)
    return found


def unnumbered(text: str) -> str:
    """A tool's output without the line numbers that the Read tool puts before each line."""
    if "→" in text or "\t" in text:
        return "\n".join(map(_without_number, text.split("\n")))
    return text


def _without_number(line: str) -> str:
    """A line without blanks, digits and an arrow or a tab at its beginning: what the Read tool puts there."""
    begun = line.lstrip(" \t")
    if begun[:1].isdecimal():
        for sign in "→\t":
            number, found, rest = begun.partition(sign)
            if found and number.isdecimal():
                return rest
    return line


def _printed(text: str) -> Iterator[str]:
    """Whole lines, cut where a line's own content says so; all pieces joined give the text."""
    held: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        if held and size + len(line) > MAX_CHARS:
            yield "".join(held)
            held, size = [], 0
        if len(line) > MAX_CHARS:
            yield from _long(line)
            continue
        held.append(line)
        size += len(line)
        if size >= MIN_CHARS and (line.isspace() or _closes(line)):
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def _closes(line: str) -> bool:
    """Whether a cut is made after this line: true for one line in three, always the same ones."""
    return zlib.crc32(_without_number(line).rstrip().encode("utf-8", "replace")) % 3 == 0


def _prose(text: str) -> Iterator[str]:
    """Paragraphs and sentences packed together; all pieces joined give the text."""
    held = ""
    for piece in _sentences(text):
        paragraph = held.endswith("\n\n") and len(held) >= MIN_CHARS
        if held and (len(held) + len(piece.rstrip()) > MAX_CHARS or paragraph):
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _sentences(text: str) -> Iterator[str]:
    """Lines; long ones cut at sentences, then at spaces."""
    for line in text.splitlines(keepends=True):
        if len(line) <= MAX_CHARS:
            yield line
            continue
        at = 0
        ends = [m.end() for m in _SENTENCE.finditer(line)]
        for end in [*ends, len(line)]:
            while end - at > MAX_CHARS:
                stop = _break(line, at)
                yield line[at:stop]
                at = stop
            if end > at:
                yield line[at:end]
                at = end


def _long(line: str) -> Iterator[str]:
    """A line that is longer than a passage, in parts."""
    at = 0
    while len(line) - at > MAX_CHARS:
        stop = _break(line, at)
        yield line[at:stop]
        at = stop
    yield line[at:]


def _break(line: str, at: int) -> int:
    """Where to end a passage that begins at `at` of a long line: at a space, or else beside a sign.

    Only a word that is longer than the span that is looked through is cut.
    """
    space = line.rfind(" ", at + MIN_CHARS, at + MAX_CHARS)
    if space > 0:
        return space + 1
    for stop in range(at + MAX_CHARS, at + MIN_CHARS, -1):
        if not (line[stop - 1].isalnum() and line[stop].isalnum()):
            return stop
    return at + MAX_CHARS
