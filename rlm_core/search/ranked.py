"""Ranked search: candidates from the full-text index, ordered by what their text says.

Two steps. The index gives the passages that hold the query's rarer words, ranked by BM25 (Robertson and
Zaragoza 2009) over their own words and the words around; the best of them are read from the chunk files
and ranked again (`rank`).
"""

from __future__ import annotations

import sys
from _thread import start_new_thread

from rlm_core.clock import iso
from rlm_core.errors import ArchiveError
from rlm_core.index.schema import MARKS, kind_of, length_of
from rlm_core.index.sqlite import sqlite3
from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold
from rlm_core.language.selected import Selected
from rlm_core.language.terms import stream, wholes
from rlm_core.search import rank
from rlm_core.search.candidates import ROLE_OF, Index
from rlm_core.search.found import Searcher
from rlm_core.search.hits import Filters, Hit, marked
from rlm_core.search.places import Chunks, texts_at
from rlm_core.search.query import Query
from rlm_core.search.strength import Strength
from rlm_core.tokens import estimate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.index.database import ReadConnection
    from rlm_core.search.beside import BesideWords, Neighbours
    from rlm_core.search.explained import Explanation
    from rlm_core.search.found import Found
    from rlm_core.search.places import Place
    from rlm_core.search.query import Word
    from rlm_core.search.rank import Candidate, Statistics
    from rlm_core.search.superseded import Versions

__all__ = ["Filters", "Hit", "find", "search"]

MAX_HITS = 10_000
MAX_OTHERS = 3  # other entries with the same text that a hit names
CANDIDATES, CANDIDATES_PER_HIT = 100, 4  # passages that are read and ranked by their text


def search(archive: Archive, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The k best passages for a query, best first; `find` also tells of the index."""
    return find(archive, query, k, filters).hits


def find(
    archive: Archive,
    query: str,
    k: int = 10,
    filters: Filters | None = None,
    *,
    patient: bool = True,
    explain: bool = False,
) -> Found:
    """The k best passages for a query, best first, and how the index stood.

    Brings the index up to date first. What it lacks, or all where Python lacks SQLite's FTS5 or PyStemmer, is searched
    for in the entries themselves, more slowly and plainly. patient: as of `Searcher`. explain: the
    hits tell what they scored for, but for those that were looked for in the entries.
    """
    wanted, most = filters or Filters(), min(k, MAX_HITS)

    def ask(db: ReadConnection) -> list[Hit]:
        asked = Query(query)
        return RankedSearch(archive, db, asked, wanted, explain=explain).hits(most) if asked and most > 0 else []

    def look(paths: list[str] | None) -> list[Hit]:
        from rlm_core.search.scan import scan

        return scan(archive, query, most, wanted, paths)

    found = Searcher(archive, ask, look, patient=patient).found()
    found.hits = marked(archive.root, found.hits[: max(most, 0)])
    return found


class RankedSearch:
    """One search over an open index."""

    def __init__(
        self, archive: Archive, db: ReadConnection, query: Query, filters: Filters, *, explain: bool = False
    ) -> None:
        self.query = query
        self.why = _explanation() if explain else None
        self.index = Index(archive.root, db, query, filters)
        self.chunks = Chunks()
        self.selected: Selected | None = None  # one for several searches spares making it again
        self.carried: dict[int, BesideWords] = {}
        self.neighbours: Neighbours | None = None
        self._terms: set[str] | None = None

    def hits(self, k: int) -> list[Hit]:
        most = max(CANDIDATES, CANDIDATES_PER_HIT * k)
        load_meanwhile()
        candidates = self.read(self.index.found(most))
        if not candidates and self.index.forgive():
            candidates = self.read(self.index.found(most))
        best = rank.rerank(candidates, self.index.words, self.query, self.index.known, self.why)
        best = self.telling(best, k)
        found = self.versions(best)
        chosen = rank.distinct(best, k)
        if found:
            from rlm_core.search.superseded import newest_first

            chosen = newest_first(chosen, found)[:k]
        return list(self.told(chosen, found).values())

    def told(self, chosen: Sequence[Candidate], found: Versions | None) -> dict[int, Hit]:
        """Row id -> the hit, of the chosen candidates whose files are whole, in their order."""
        strength = Strength(self.index.words, self.query)
        hits = {c.row: h for c in chosen if (h := self._hit(c, strength))}
        for c in chosen:
            newer = found.newer.get(c.row, ()) if found else ()
            named = next((n for n in chosen if n in newer), newer[0] if newer else None)
            if named and c.row in hits and (later := hits.get(named.row) or self._hit(named, strength)):
                hits[c.row].later.append(f"{later.chunk}:{later.line}")
        return hits

    def versions(self, best: Sequence[Candidate]) -> Versions | None:
        """Which candidates state versions of one thing; None where no two of them were said by anybody."""
        if sum(c.kind in rank.SPOKEN for c in best) < 2:
            return None
        from rlm_core.search.superseded import versions  # with its patterns and tables of words

        return versions(best, self.index.words, self.index.known, self.chunks)

    def telling(self, ranked: Sequence[Candidate], k: int) -> list[Candidate]:
        """The candidates that hold a word of the query, or one for the same thing.

        And those, among the first k, beside which such a word stands: it is then shown with them.
        """
        kept: list[Candidate] = []
        for c in ranked:
            if self.tells(c, looks=len(kept) < k):
                kept.append(c)
        return kept

    def tells(self, c: Candidate, *, looks: bool) -> bool:
        """Whether a candidate holds such a word, or, if one looks there, has one beside it."""
        if self._terms is None:
            self._terms = {t for w in self.index.words for t in (*w.terms, *w.related)}
        if not self._terms.isdisjoint(c.counts):
            return True
        beside = self._beside(c) if looks else None
        if beside is not None:
            self.carried[c.row] = beside
        return beside is not None

    def _beside(self, c: Candidate) -> BesideWords | None:
        from rlm_core.search.beside import Neighbours

        if self.neighbours is None:
            idf = self.index.known.idf
            weights = {t: rank.RELATED * idf(w.terms) for w in self.index.words for t in w.related}
            weights |= {t: idf(w.terms) for w in self.index.words for t in w.terms}
            self.neighbours = Neighbours(self.chunks, weights)
        return self.neighbours.of(c.place, c.beside)

    def read(self, rows: Sequence[int]) -> list[Candidate]:
        """The candidates with their text, without those whose files are gone or that lack a quoted phrase."""
        places, around = self.index.places(rows), self.index.around(rows)
        candidates = []
        asked = frozenset(self.query.terms_of(self.index.words))
        rows = [row for row in rows if row in places]
        texts = texts_at([places[row][0] for row in rows])
        kept = [
            (row, text)
            for row, text in zip(rows, texts, strict=True)
            if text and all(_holds(text, p) for p in self.query.phrases)
        ]
        languages = [rank.language_in(kind_of(row), text) for row, text in kept]
        terms = (self.selected or Selected(asked)).streams([text for _, text in kept], languages)
        for (row, text), language, own in zip(kept, languages, terms, strict=True):
            found, kind, length = places[row], kind_of(row), length_of(row)
            beside, repeats = around.get(row, ""), len(found) - 1
            c = rank.Candidate(row, kind, length, found[0], text, beside, repeats, language, own, asked)
            c.others += found[1:]
            candidates.append(c)
        return candidates

    def _hit(self, c: Candidate, strength: Strength) -> Hit | None:
        """The candidate as a hit; None when its chunk file is damaged."""
        try:
            chunk = self.chunks.of(c.place)
            uuid = chunk.meta["uuids"][c.place.entry]
        except (ArchiveError, OSError):
            return None
        except IndexError:
            raise sqlite3.DatabaseError("it names entries that are not there") from None
        meta = chunk.meta
        line = self.chunks.line(c.place) + _best_line(c.text, self.index.words, self.index.known)
        stands_in = ""
        if c.place.blob:
            stands_in = f"{c.place.file}:{line}"
            line = _line_naming(c.place.blob, chunk, c.place.entry)
        carried = self.carried.get(c.row)
        snippet = carried.around(c.text) if carried else c.text
        return Hit(
            chunk=meta["chunk"],
            session=meta["session"],
            path=c.place.path,
            line=line,
            score=round(c.score, 4),
            title=meta["title"],
            snippet=snippet,
            started=iso(c.place.time) or meta["started"],
            turns=meta["turns"],
            tokens=estimate(snippet),
            uuids=list(
                dict.fromkeys([uuid, *([carried.uuid] if carried else []), *self._uuids(c.others[:MAX_OTHERS])])
            ),
            role=ROLE_OF.get(c.kind, c.kind),
            strong=strength.strong(c.text, c.language, c.counts),
            marks=[m for n, m in enumerate(MARKS) if c.place.marks >> n & 1],
            repeats=c.repeats,
            stands_in=stands_in,
            kind=c.kind,
            why=self.why.of(c.row, c.score) if self.why else [],
        )

    def _uuids(self, places: Sequence[Place]) -> list[str]:
        """The entries at some places, those that are damaged or gone left out."""
        found = []
        for place in places:
            try:
                found.append(str(self.chunks.of(place).meta["uuids"][place.entry]))
            except (ArchiveError, OSError, IndexError):
                continue
        return found


def load_meanwhile() -> None:
    """Load, while SQLite looks for candidates and Python has nothing to do, what is needed after that.

    It spares a process that searches once a third of a bare start of Python.
    """
    if _LATER[-1] not in sys.modules:
        try:
            start_new_thread(_load, ())
        except RuntimeError:  # no thread can be had
            return


_LATER = ("rlm_core.index.beside", "rlm_core.archive.maps", "rlm_core.search.superseded")
"""In the order in which they are needed."""


def _load() -> None:
    try:
        for name in _LATER:
            __import__(name)  # importlib's `import_module` would have to be loaded itself
    except Exception:
        return  # whoever needs it then meets the same


def _explanation() -> Explanation:
    from rlm_core.search.explained import Explanation  # only who asks for it pays for it

    return Explanation()


def _line_naming(blob: str, chunk: ChunkFile, entry: int) -> int:
    """The number of the line, in an entry, that points to a blob."""
    from rlm_core.chunks.pointing import blob_of

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
        return sum(wanted.get(t, 0.0) for t in dict.fromkeys((*stream(line, language), *wholes(line))))

    return max(range(len(lines)), key=lambda i: (weight(lines[i]), -i))


def _holds(text: str, phrase: str) -> bool:
    """Whether a text holds a quoted phrase; white space, case and accents do not matter."""
    return _plain(phrase) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())
