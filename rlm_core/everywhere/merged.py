"""One search over many archives, ranked as if they were one.

Each index gives the best of its passages by its own BM25, whose weights are those of its own archive: a word that is
rare there may be common elsewhere. So a score is brought to the weights that the words have over all archives, which
is exact for a query of one word and near for others; the best of all archives, as many as a search of one reads, are
read and ranked once more, now by one measure with the figures of all archives together.
"""

from __future__ import annotations

import math
from itertools import zip_longest

from rlm_core.index.schema import IndexUnusableError
from rlm_core.index.sqlite import sqlite3
from rlm_core.language.selected import Selected
from rlm_core.record import Record, each
from rlm_core.search import rank
from rlm_core.search.found import BEHIND, Searcher
from rlm_core.search.hits import marked
from rlm_core.search.query import Query, Word
from rlm_core.search.rank import Statistics
from rlm_core.search.ranked import CANDIDATES, CANDIDATES_PER_HIT, MAX_HITS, RankedSearch, find, load_meanwhile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.everywhere.archives import Reached
    from rlm_core.search.explained import Explanation
    from rlm_core.search.found import Found
    from rlm_core.search.hits import Filters, Hit
    from rlm_core.search.rank import Candidate

_AS_GOOD = 1 - 1e-9  # of a score: rounding leaves out none that is as good
_APART = 64
"""Bits of a row's number in its own index; above them stands which archive it is of."""


class Placed(Record):
    """A hit, and the project whose archive holds it."""

    project: str
    hit: Hit


class FoundEverywhere(Record):
    """hits: the best first. said: project -> what is to be told of its index."""

    hits: list[Placed] = each(list)
    said: dict[str, str] = each(dict)


def find_everywhere(there: Reached, query: str, k: int, filters: Filters, *, explain: bool = False) -> FoundEverywhere:
    """The k best passages of all archives, best first.

    An archive whose index cannot be used, or is behind, is searched by itself; its hits have scores that do not compare
    with the others', and stand between them by turns.
    """
    asked, most = Query(query), max(min(k, MAX_HITS), 0)
    found = FoundEverywhere()
    if not asked or not most:
        return found
    load_meanwhile()
    opened: list[_OpenArchive] = []
    alone: list[list[Placed]] = []
    try:
        for project, archive in there.archives.items():
            try:
                opened.append(_OpenArchive(project, archive, asked, filters, len(opened), explain=explain))
            except (IndexUnusableError, sqlite3.Error, OSError):
                alone.append(_alone(found, project, archive, find(archive, query, most, filters, explain=explain)))
        ranked = _Merged(opened, asked, explain=explain).hits(most)
    finally:
        for one in opened:
            one.db.close()
    turns = zip_longest(ranked, *alone)
    found.hits = [hit for turn in turns for hit in turn if hit is not None][:most]
    return found


def _alone(found: FoundEverywhere, project: str, archive: Archive, result: Found) -> list[Placed]:
    if result.said:
        found.said[project] = result.said
    return [Placed(project, hit) for hit in result.hits]


class _OpenArchive:
    """An archive whose index is open and up to date. number: which of them it is."""

    def __init__(
        self, project: str, archive: Archive, query: Query, filters: Filters, number: int, *, explain: bool
    ) -> None:
        """Raises IndexUnusableError, also where the index is behind, or sqlite3.Error."""
        searcher = Searcher(archive, lambda db: [], lambda paths: [], patient=False)
        self.project, self.archive, self.number = project, archive, number
        self.weight, self.factor = 0.0, 1.0
        self.db = searcher.fresh()
        try:
            if searcher.index == BEHIND:
                raise IndexUnusableError(searcher.why)
            self.search = RankedSearch(archive, self.db, query, filters, explain=explain)
            self.index = self.search.index
            terms = {t for word in self.index.words for t in (*word.terms, *word.related)}
            self.index.count_all(terms)
            self.index.holding(terms)  # so that a damaged index is met here
        except BaseException:
            self.db.close()
            raise

    def weigh(self, known: Statistics) -> None:
        """Find what the words that it holds weigh by all archives, and by which factor that is more than by its own."""
        held = [w for w in self.index.words if self.index.holding(w.terms)]
        here = sum(_weight(self.index.known, w) for w in held)
        self.weight = sum(_weight(known, w) for w in held)
        self.factor = self.weight / here if here else 1.0

    def scored(self, most: int, worst: float) -> list[tuple[float, int, int]]:
        """(score by the weights of all archives, number of the archive, row) of the best rows, the best first.

        worst: the score above which a row is of no use, 0 for any; it may be left out then.
        """
        here = worst * _AS_GOOD / self.factor if self.factor > 0 else 0.0
        return [(score * self.factor, self.number, row) for score, row in self.index.scored(most, here)]

    def read(self, rows: Sequence[int]) -> list[Candidate]:
        """The candidates with their text, under numbers that no other archive's have."""
        candidates = self.search.read(rows)
        for c in candidates:
            c.row |= self.number << _APART
            c.folder |= self.number << _APART
        return candidates


def _weight(known: Statistics, word: Word) -> float:
    """What a word's terms weigh in SQLite's BM25 together: of each the logarithm, never below a millionth."""
    held = [min(known.holding((t,)), known.passages) for t in word.terms]
    return sum(max(math.log((known.passages - n + 0.5) / (n + 0.5)), 1e-6) for n in held if n)


class _Merged:
    """The search over all open indexes."""

    def __init__(self, opened: Sequence[_OpenArchive], query: Query, *, explain: bool) -> None:
        self.opened = opened
        self.query = query
        self.known = Statistics(sum(o.index.known.passages for o in opened), self._holding)
        self.why = _explanation() if explain else None
        self._counted: dict[str, int] = {}

    def _holding(self, terms: Iterable[str]) -> int:
        return sum(self._count(t) for t in terms)

    def _count(self, term: str) -> int:
        if term not in self._counted:
            self._counted[term] = sum(o.index.holding((term,)) for o in self.opened)
        return self._counted[term]

    def hits(self, k: int) -> list[Placed]:
        most = max(CANDIDATES, CANDIDATES_PER_HIT * k)
        candidates = self._candidates(most)
        if not candidates and sum(o.index.forgive() for o in self.opened):
            candidates = self._candidates(most)
        words = self._words()
        best = rank.rerank(candidates, words, self.query, self.known, self.why)
        return self._told(best, k)

    def _candidates(self, most: int) -> list[Candidate]:
        scored = self._scored(most)
        selected = Selected(self.query.terms_of(self._words()))
        for o in self.opened:
            o.search.selected = selected
        rows: dict[int, list[int]] = {}
        for _, number, row in scored:
            rows.setdefault(number, []).append(row)
        return [c for number, wanted in rows.items() for c in self.opened[number].read(wanted)]

    def _scored(self, most: int) -> list[tuple[float, int, int]]:
        """The best rows of all archives. Once there are enough, a further archive is asked for as good ones alone.

        First come the archives that hold the rarest words, whose rows leave the least to look for in the others.
        """
        best: list[tuple[float, int, int]] = []
        for one in self.opened:
            one.weigh(self.known)
        for one in sorted(self.opened, key=lambda one: -one.weight):
            worst = best[-1][0] if len(best) == most else 0.0
            best = sorted([*best, *one.scored(most, worst)])[:most]
        return best

    def _words(self) -> list[Word]:
        """The query's words; of a misspelt one all that any archive has of a similar spelling."""
        lists = [o.index.words for o in self.opened]
        return [_joined(words) for words in zip(*lists, strict=True)]

    def _told(self, best: Sequence[Candidate], k: int) -> list[Placed]:
        """The hits; what states versions of one thing is compared within an archive, and not over two projects."""
        from rlm_core.search.superseded import newest_first

        kept: list[Candidate] = []
        for c in best:  # in the order of all: of each archive alone, many more files would be read
            if self.opened[c.row >> _APART].search.tells(c, looks=len(kept) < k):
                kept.append(c)
        parts: dict[int, list[Candidate]] = {}
        for c in kept:
            parts.setdefault(c.row >> _APART, []).append(c)
        chosen = rank.distinct(kept, k)
        numbers = {c.row >> _APART for c in chosen}
        found = {n: self.opened[n].search.versions(parts[n]) for n in numbers}
        for versions in filter(None, found.values()):
            chosen = newest_first(chosen, versions)
        chosen = chosen[:k]
        hits: dict[int, Placed] = {}
        for number in numbers:
            one = self.opened[number]
            one.search.why = self.why
            mine = [c for c in chosen if c.row >> _APART == number]
            told = one.search.told(mine, found[number])
            marked(one.archive.root, list(told.values()))
            hits |= {row: Placed(one.project, hit) for row, hit in told.items()}
        return [hits[c.row] for c in chosen if c.row in hits]


def _joined(words: Sequence[Word]) -> Word:
    first = words[0]
    if not any(w.is_misspelt for w in words):
        return first
    near = dict.fromkeys(t for w in words for t in w.terms)
    return Word(first.text, tuple(near), is_misspelt=True)


def _explanation() -> Explanation:
    from rlm_core.search.explained import Explanation

    return Explanation()
