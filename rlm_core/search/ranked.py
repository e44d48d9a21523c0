"""Ranked search: candidates from the full-text index, ordered by what their text says.

Two steps. The index gives the passages that hold the query's rarer words, ranked by BM25 (Robertson and
Zaragoza 2009) over their own words and the words around; the best of them are read from the chunk files
and ranked again (`rank`).
"""

from __future__ import annotations

import os
import sqlite3

from rlm_core.chunks.entries import blob_of
from rlm_core.clock import iso
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.index import database
from rlm_core.index.folders import changed
from rlm_core.index.schema import MARKS, IndexUnusableError, kind_of, length_of
from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold
from rlm_core.language.terms import stream, wholes
from rlm_core.search import rank
from rlm_core.search.candidates import ROLE_OF, Index
from rlm_core.search.hits import Filters, Hit, marked
from rlm_core.search.places import Chunks, text_at
from rlm_core.search.query import Query
from rlm_core.search.superseded import in_time_order, newer_first, supersede
from rlm_core.tokens import estimate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.search.query import Word
    from rlm_core.search.rank import Candidate, Statistics

__all__ = ["Filters", "Hit", "search"]

LONG_WAIT, SHORT_WAIT = 5.0, 0.2  # seconds for another process that indexes: when there is no index yet, when there is
MAX_HITS = 10_000
CANDIDATES, CANDIDATES_PER_HIT = 48, 4  # passages that are read and ranked by their text


def search(archive: Archive, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The k best passages for a query, best first.

    Brings the index up to date first. Without one, where Python lacks SQLite's FTS5 or PyStemmer, the
    entries themselves are searched, more slowly and plainly.
    """
    return marked(archive.root, _found(archive, query, min(k, MAX_HITS), filters or Filters()))


def _found(archive: Archive, query: str, k: int, filters: Filters) -> list[Hit]:
    try:
        return _indexed(archive, query, k, filters)
    except (IndexUnusableError, sqlite3.OperationalError):
        pass
    except sqlite3.DatabaseError:  # damaged; all that it holds is in the files
        try:
            _update(archive, rebuild=True)
            return _indexed(archive, query, k, filters)
        except (IndexUnusableError, sqlite3.DatabaseError):
            pass
    from rlm_core.search.scan import scan

    return scan(archive, query, k, filters)


def _indexed(archive: Archive, query: str, k: int, filters: Filters) -> list[Hit]:
    db = _fresh(archive)
    try:
        asked = Query(query)
        return _RankedSearch(archive, db, asked, filters).hits(k) if asked and k > 0 else []
    finally:
        db.close()


def _fresh(archive: Archive) -> sqlite3.Connection:
    """The open index, brought up to date unless another process is at it. Raises IndexUnusableError."""
    try:
        db = database.open_to_read(archive.root)
        if not changed(archive, db):
            return db
        db.close()
    except IndexUnusableError:
        _update(archive)
        return database.open_to_read(archive.root)
    try:
        _update(archive)
    except IndexUnusableError:
        pass  # somebody else is at it, or the disk is read-only: what there is, is searched
    return database.open_to_read(archive.root)


def _update(archive: Archive, *, rebuild: bool = False) -> None:
    """Bring the index up to date. Raises IndexUnusableError when this Python cannot have one."""
    from rlm_core.index.update import update

    try:
        there = os.path.exists(database.path_of(archive.root)) and not rebuild
        update(archive, wait=SHORT_WAIT if there else LONG_WAIT, rebuild=rebuild)
    except (LockTimeoutError, OSError) as e:
        raise IndexUnusableError(f"{database.path_of(archive.root)} cannot be written: {e}") from e


class _RankedSearch:
    """One search over an open index."""

    def __init__(self, archive: Archive, db: sqlite3.Connection, query: Query, filters: Filters) -> None:
        self.query = query
        self.index = Index(archive.root, db, query, filters)
        self.chunks = Chunks()

    def hits(self, k: int) -> list[Hit]:
        most = max(CANDIDATES, CANDIDATES_PER_HIT * k)
        candidates = self._read(self.index.found(most))
        if not candidates and self.index.forgive():
            candidates = self._read(self.index.found(most))
        best = rank.rerank(candidates, self.index.words, self.query, self.index.known)
        replaced = supersede(best, self.chunks)
        chosen = newer_first(in_time_order(rank.distinct(best, k)), replaced)[:k]
        hits = {c.row: h for c in chosen if (h := self._hit(c))}
        for c in chosen:
            newer = replaced.get(c.row)
            if newer and c.row in hits and (later := hits.get(newer.row) or self._hit(newer)):
                hits[c.row].later.append(f"{later.chunk}:{later.line}")
        return list(hits.values())

    def _read(self, rows: Sequence[int]) -> list[Candidate]:
        """The candidates with their text, without those whose files are gone or that lack a quoted phrase."""
        places, around = self.index.places(rows), self.index.around(rows)
        candidates = []
        for row in rows:
            places_of_row = places.get(row, [])
            text = text_at(places_of_row[0]) if places_of_row else ""
            if text and all(_holds(text, p) for p in self.query.phrases):
                kind, length = kind_of(row), length_of(row)
                candidates.append(
                    rank.Candidate(
                        row, kind, length, places_of_row[0], text, around.get(row, ""), len(places_of_row) - 1
                    )
                )
        return candidates

    def _hit(self, c: Candidate) -> Hit | None:
        """The candidate as a hit; None when its chunk file is damaged."""
        try:
            chunk = self.chunks.of(c.place)
            uuid = chunk.meta["uuids"][c.place.entry]
        except (ArchiveError, IndexError):
            return None
        meta = chunk.meta
        line = self.chunks.line(c.place) + _best_line(c.text, self.index.words, self.index.known)
        stands_in = ""
        if c.place.blob:
            stands_in = f"{c.place.file}:{line}"
            line = _line_naming(c.place.blob, chunk, c.place.entry)
        return Hit(
            chunk=meta["chunk"],
            session=meta["session"],
            path=c.place.path,
            line=line,
            score=round(c.score, 4),
            title=meta["title"],
            snippet=c.text,
            started=iso(c.place.time) or meta["started"],
            turns=meta["turns"],
            tokens=estimate(c.text),
            uuids=[uuid],
            role=ROLE_OF.get(c.kind, c.kind),
            strong=c.strong,
            marks=[m for n, m in enumerate(MARKS) if c.place.marks >> n & 1],
            repeats=c.repeats,
            stands_in=stands_in,
            kind=c.kind,
        )


def _line_naming(blob: str, chunk: ChunkFile, entry: int) -> int:
    """The number of the line, in an entry, that points to a blob."""
    first = int(chunk.meta["lines"][entry])
    pointing = (n for n, line in enumerate(chunk.lines[first - 1 :], first) if blob_of(line) == blob)
    return next(pointing, first)


def _best_line(text: str, words: Sequence[Word], known: Statistics) -> int:
    """Which line of a passage, counted from 0, holds most of what was asked for."""
    lines = text.split("\n")
    if len(lines) == 1:
        return 0
    wanted = {t: known.idf(w.terms) for w in words for t in w.terms}
    language = language_of(text)
    beginnings = {t[:2] for t in wanted}

    def weight(line: str) -> float:
        plain = fold(line)
        if not any(b in plain for b in beginnings):
            return 0.0  # as most lines: irregular forms apart, a word begins as its stem does
        return sum(wanted.get(t, 0.0) for t in {*stream(line, language), *wholes(line)})

    return max(range(len(lines)), key=lambda i: (weight(lines[i]), -i))


def _holds(text: str, phrase: str) -> bool:
    """Whether a text holds a quoted phrase; white space, case and accents do not matter."""
    return _plain(phrase) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())
