"""Leaves secrets out of a text whose lines keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rlm_core.chunks.sanitize import sanitize
from rlm_core.engine.texts import Document
from rlm_core.transcript.entry import TEXT, Entry, Part

_MARK = re.compile(r"\[redacted:([a-z0-9-]{1,40})\]")
# What begins a secret of several lines and, as a group, what ends it. Settings may add kinds of their own.
_EDGES = {
    "private": re.compile(r"<(\\?/)?private(?:\s[^<>]{0,200})?>", re.IGNORECASE),
    "private-key": re.compile(r"-----(?:BEGIN|(END)) [A-Z0-9 ]{0,40}-----"),
}
DEPTH = 8  # secrets within each other, at most


def without_secrets(document: Document, redact: Callable[[str], str]) -> list[Document]:
    """A document as a model may read it: redacted as a whole, and fit to be written, as the archive's texts are.

    The title too. A secret of several lines becomes a marker on one: the text behind it is a document of the same id,
    which begins on its own line. [] when nothing but white space is left.
    """
    if document.title:
        document = replace(document, title=_clean(document.title, redact))
    before = _clean(document.text, str)
    after = _clean(before, redact)
    if after.count("\n") == before.count("\n"):
        found = [document if after is document.text else replace(document, text=after)]
    else:
        found = [
            replace(document, text=after[start:end], first_line=document.first_line + line)
            for start, end, line in _stretches(before, after)
        ]
    return [d for d in found if d.text and not d.text.isspace()]


def _clean(text: str, redact: Callable[[str], str]) -> str:
    """A text as the archive may hold it."""
    return sanitize(Entry("", "", "", [Part(TEXT, text)]), redact).parts[0].text


def _stretches(before: str, after: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, lines of the original before it) of the redacted text's stretches without a lost line between."""
    marks = list(_MARK.finditer(after))
    at = marks[0].start() if marks else 0  # in the original: where the next secret begins
    start = line = lost = 0
    for number, mark in enumerate(marks, 1):
        last = number == len(marks)
        piece = after[mark.end() : None if last else marks[number].start()]
        end = len(before) - len(piece) if last else _end_of_secret(before, at, mark, piece)
        lost += before.count("\n", at, end)
        at = end + len(piece)
        newline = piece.find("\n")
        if lost and newline >= 0:
            cut = mark.end() + newline + 1
            yield start, cut, line
            line += after.count("\n", start, cut) + lost
            start, lost = cut, 0
    yield start, len(after), line


def _end_of_secret(text: str, start: int, mark: re.Match[str], piece: str) -> int:
    """Where the secret ends that begins at `start`; `piece` is what stands between its marker and the next one."""
    if text.startswith(mark[0], start):
        return start + len(mark[0])  # it was a marker already
    depth = 0
    edges = _EDGES.get(mark[1])
    for edge in edges.finditer(text, start) if edges and edges.match(text, start) else ():
        depth += -1 if edge[1] else 1
        if depth == 0 and text.startswith(piece, edge.end()):
            return edge.end()
        if not 0 < depth < DEPTH:
            break
    # Never too far: where the piece also stands within the secret, the lines up to the next marker are told too low.
    return max(text.find(piece, start + 1), start)
