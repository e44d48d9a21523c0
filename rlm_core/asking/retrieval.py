"""Passages that may answer a question: the archive's own search, or a ranking of given texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from rlm_core.archive.store import Archive
from rlm_core.engine.operations import by_id
from rlm_core.engine.ranking import Ranking, best_passages, with_newest
from rlm_core.engine.task import Rank
from rlm_core.engine.texts import Document, Piece, offset_of
from rlm_core.search.hits import Filters
from rlm_core.search.ranked import search
from rlm_core.tokens import estimate

HITS_PER_PASSAGE = 5  # hits of the archive's search for each passage, among which the newest are looked for
AROUND_CHARS = 2400  # characters before and after the line that was found


def over_archive(archive: Archive, documents: Sequence[Document], filters: Filters) -> Rank:
    """Rank by the archive's search, each hit with the lines around it; by words alone when the search finds nothing."""

    def rank(question: str, most: int) -> list[Piece]:
        hits = [(h, h.score) for h in search(archive, question, most * HITS_PER_PASSAGE, filters)]
        chosen = with_newest(hits, most, lambda h: h.started)
        passages = around(documents, [(h.chunk, h.line) for h in chosen])
        return passages or best_passages(documents, question, most)

    return rank


def over_texts(documents: Sequence[Document]) -> Rank:
    """Rank the passages of any texts by the question's words."""
    ready: list[Ranking] = []  # once it is asked for

    def rank(question: str, most: int) -> list[Piece]:
        try:
            if not ready:
                ready.append(Ranking(documents))
            return ready[0].best(question, most)
        except sqlite3.OperationalError:
            return []

    return rank


def around(documents: Sequence[Document], places: Iterable[tuple[str, int]]) -> list[Piece]:
    """The complete lines around (chunk, line) places, in their order; places that lie close together give one."""
    texts = by_id(documents)
    spans: dict[int, list[tuple[int, int]]] = {}  # by the document's place in `known`
    known: list[Document] = []
    for name, line in places:
        document = next((d for d in reversed(texts.get(name, [])) if d.first_line <= line), None)
        if document is None:
            continue
        if document not in known:
            known.append(document)
        at = known.index(document)
        spans[at] = _merged([*spans.get(at, []), _span(document, line)])
    return [_piece(known[at], start, end) for at, stretches in spans.items() for start, end in stretches]


def _span(document: Document, line: int) -> tuple[int, int]:
    text = document.text
    at = offset_of(text, line - document.first_line)
    start = text.rfind("\n", 0, max(0, at - AROUND_CHARS)) + 1 if at > AROUND_CHARS else 0
    end = text.find("\n", min(len(text), at + AROUND_CHARS))
    return start, end + 1 if end >= 0 else len(text)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _piece(document: Document, start: int, end: int) -> Piece:
    text = document.text[start:end]
    return Piece(document, text, document.first_line + document.text.count("\n", 0, start), estimate(text))
