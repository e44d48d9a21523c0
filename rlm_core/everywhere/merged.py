"""One search over many archives, ranked as if they were one.

Each index gives the best of its passages by its own BM25, whose weights are those of its own archive: a word that is
rare there may be common elsewhere. So a score is brought to the weights that the words have over all archives, which
is exact for a query of one word and near for others; the best of all archives, as many as a search of one reads, are
read and ranked once more, now by one measure with the figures of all archives together.
"""

from __future__ import annotations

import gc
import math
from itertools import zip_longest

from rlm_core.errors import RlmError, phrase, worded
from rlm_core.index.schema import IndexUnusableError
from rlm_core.index.sqlite import sqlite3
from rlm_core.language.quoting import shell_word
from rlm_core.language.selected import Selected
from rlm_core.record import Record, each
from rlm_core.search import rank
from rlm_core.search.found import BEHIND, MISSING, Searcher
from rlm_core.search.hits import marked
from rlm_core.search.query import Query, Word
from rlm_core.search.rank import Statistics
from rlm_core.search.ranked import CANDIDATES, CANDIDATES_PER_HIT, MAX_HITS, RankedSearch, find, load_meanwhile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from rlm_core.archive.store import Archive
    from rlm_core.everywhere.archives import Reached
    from rlm_core.search.explained import Explanation
    from rlm_core.search.hits import Filters, Hit
    from rlm_core.search.rank import Candidate

    Given = TypeVar("Given")

_UNUSABLE = (RlmError, sqlite3.Error, OSError)
"""What an archive may fail by: its index, or its files."""
_AS_GOOD = 1 - 1e-9  # of a score: rounding leaves out none that is as good
_left_open: list[list[_OpenArchive]] = []
"""What a process that ends after its search, as `cli.leave` does, has no need to close."""
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
    alone: list[str] = []
    try:
        for project, archive in there.archives.items():
            try:
                opened.append(_OpenArchive(project, archive))
            except _UNUSABLE:
                alone.append(project)
        ranked = _ranked(opened, alone, _Asked(asked, filters, explain=explain), most)
    finally:
        if gc.get_freeze_count() and not gc.isenabled():  # as `__main__` leaves it for a plain search, and nobody else
            _left_open.append(opened)
        else:
            for one in opened:
                one.db.close()
    single = [_alone(found, there.archives[project], project, query, most, filters, explain) for project in alone]
    turns = zip_longest(ranked, *single)
    found.hits = [hit for turn in turns for hit in turn if hit is not None][:most]
    return found


class _Asked(Record):
    """What all archives are asked for."""

    query: Query
    filters: Filters
    explain: bool


def _ranked(opened: list[_OpenArchive], alone: list[str], asked: _Asked, most: int) -> list[Placed]:
    """The best hits of the open archives. One that fails on the way is closed and goes to those searched by themselves:
    the others begin anew without it.
    """
    while True:
        try:
            for number, one in enumerate(opened):
                one.begin(asked, number)
            return _Merged(opened, asked).hits(most)
        except _FailedError as e:
            e.archive.db.close()
            opened.remove(e.archive)
            alone.append(e.archive.project)


def _alone(
    found: FoundEverywhere,
    archive: Archive,
    project: str,
    query: str,
    most: int,
    filters: Filters,
    explain: bool,
) -> list[Placed]:
    """What a search of one archive by itself finds; of one that cannot be searched at all it is told why."""
    try:
        result = find(archive, query, most, filters, explain=explain)
    except _UNUSABLE as e:
        form = "it could not be searched ({why}); `rlm doctor --project {project}` says what is wrong with it"
        found.said[project] = worded(form, why=e, project=shell_word(project))
        return []
    if result.said:
        found.said[project] = phrase(result.said)
    if result.said and result.index == MISSING:
        form = "{what}; `rlm reindex --project {project}` makes it anew"
        found.said[project] = worded(form, what=phrase(result.said), project=shell_word(project))
    return [Placed(project, hit) for hit in result.hits]


class _FailedError(Exception):
    """The index of an archive, or a file of it, could not be read after it was opened."""

    def __init__(self, archive: _OpenArchive) -> None:
        super().__init__(archive.project)
        self.archive = archive


class _OpenArchive:
    """An archive whose index is open and up to date. number: which of them it is."""

    def __init__(self, project: str, archive: Archive) -> None:
        """Raises IndexUnusableError, also where the index is behind, or sqlite3.Error."""
        searcher = Searcher(archive, lambda db: [], lambda paths: [], patient=False)
        self.project, self.archive, self.number = project, archive, 0
        self.weight, self.factor = 0.0, 1.0
        self.db = searcher.fresh()
        if searcher.index == BEHIND:
            self.db.close()
            raise IndexUnusableError(searcher.why)

    def begin(self, asked: _Asked, number: int) -> None:
        """Take up a search from its beginning. Raises _FailedError, as all that asks the index."""
        self.number = number
        self.search = self.ask(RankedSearch, self.archive, self.db, asked.query, asked.filters, explain=asked.explain)
        self.index = self.search.index
        terms = {t for word in self.index.words for t in (*word.terms, *word.related)}
        self.ask(self.index.count_all, terms)
        self.ask(self.index.holding, terms)

    def ask(self, what: Callable[..., Given], *values: Any, **named: Any) -> Given:
        """What a function of ours gives that reads the index or the files of this archive."""
        try:
            return what(*values, **named)
        except _UNUSABLE as e:
            raise _FailedError(self) from e

    def weigh(self, known: Statistics) -> None:
        """Find what the words that it holds weigh by all archives, and by which factor that is more than by its own."""
        held = [w for w in self.index.words if self.ask(self.index.holding, w.terms)]
        here = sum(_weight(self.index.known, w) for w in held)
        self.weight = sum(_weight(known, w) for w in held)
        self.factor = self.weight / here if here else 1.0

    def scored(self, most: int, worst: float) -> list[tuple[float, int, int]]:
        """(score by the weights of all archives, number of the archive, row) of the best rows, the best first.

        worst: the score above which a row is of no use, 0 for any; it may be left out then.
        """
        here = worst * _AS_GOOD / self.factor if self.factor > 0 else 0.0
        return [(score * self.factor, self.number, row) for score, row in self.ask(self.index.scored, most, here)]

    def read(self, rows: Sequence[int]) -> list[Candidate]:
        """The candidates with their text, under numbers that no other archive's have."""
        candidates = self.ask(self.search.read, rows)
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

    def __init__(self, opened: Sequence[_OpenArchive], asked: _Asked) -> None:
        self.opened = opened
        self.query = asked.query
        self.known = Statistics(sum(o.index.known.passages for o in opened), self._holding)
        self.why = _explanation() if asked.explain else None
        self._counted: dict[str, int] = {}

    def _holding(self, terms: Iterable[str]) -> int:
        return sum(self._count(t) for t in terms)

    def _count(self, term: str) -> int:
        if term not in self._counted:
            self._counted[term] = sum(o.ask(o.index.holding, (term,)) for o in self.opened)
        return self._counted[term]

    def hits(self, k: int) -> list[Placed]:
        most = max(CANDIDATES, CANDIDATES_PER_HIT * k)
        candidates = self._candidates(most)
        if not candidates and sum(o.ask(o.index.forgive) for o in self.opened):
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
            one = self.opened[c.row >> _APART]
            if one.ask(one.search.tells, c, looks=len(kept) < k):
                kept.append(c)
        parts: dict[int, list[Candidate]] = {}
        for c in kept:
            parts.setdefault(c.row >> _APART, []).append(c)
        chosen = rank.distinct(kept, k)
        numbers = {c.row >> _APART for c in chosen}
        found = {n: self.opened[n].ask(self.opened[n].search.versions, parts[n]) for n in numbers}
        for versions in filter(None, found.values()):
            chosen = newest_first(chosen, versions)
        chosen = chosen[:k]
        hits: dict[int, Placed] = {}
        for number in numbers:
            one = self.opened[number]
            one.search.why = self.why
            mine = [c for c in chosen if c.row >> _APART == number]
            told = one.ask(one.search.told, mine, found[number])
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
