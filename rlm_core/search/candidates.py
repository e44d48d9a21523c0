"""Asks the index which passages may answer a query."""

# ruff: noqa: S608 - what is put into SQL are names and numbers of our own; words and filters are bound

from __future__ import annotations

import math
import os
from functools import cache
from itertools import takewhile

from rlm_core.disk import is_name
from rlm_core.index import database
from rlm_core.index.folders import is_folder
from rlm_core.index.schema import COLUMNS, KIND_BITS, KINDS, LENGTH_BITS
from rlm_core.index.sqlite import sqlite3
from rlm_core.search.hits import Filters
from rlm_core.search.places import Place
from rlm_core.search.query import Word, ways
from rlm_core.search.rank import Statistics, speaker_weight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from rlm_core.search.query import Query

POSTINGS = 40_000  # rows that a query's words may match in all before the commonest only rank
MAX_COMMON_WORDS = 4  # words that are looked for in pairs
SHORTEST_MISSPELT = 4
ALIKE = 0.75  # difflib's ratio from which on two terms are taken for the same word
COUNTED = 20_000  # passages up to which a term's are counted, so that how the index grew does not show in the scores
MOST_ASKED = 500  # terms in one question to SQLite, which takes 999
MANY = 5_000  # rows from which on those are left out that cannot be among the best
MANY_AT_ONCE = 16_000  # rows from which on several threads may look at them
MOST_PARTS = 24  # of a match of which that is looked for
USUAL = 2  # the share of a match's rows, at least, that hold its last parts: a half
FEW = 4_000  # rows that are scored, rather than told apart once more
FAR_MORE = 10  # times as many rows: scoring one takes as long as going through fifty
MOST_REACHING = 0.6  # of the rows, up to which it costs less to score these alone
MOST_PIECES = 2_000  # of an identifier that are counted
MOST_NEEDED = 16  # phrases of a match that tells which rows are scored: each takes FTS5 some time to look up
_ELSEWHERE = -1  # in the place of the number of a row of another index
RELATED_POSTINGS = 4_000  # the same, up to which words for the same things make candidates of their own
ROLE_OF = {"call": "assistant", "thinking": "assistant", "asked": "user", "recalled": "assistant"}
COLUMN_WEIGHTS = {"own": 1.0, "wholes": 1.0, "around": 0.3}


class SqlFilter:
    """The filters in SQL. condition: on a row p of `places`, "" for no filter. values: for its question marks.

    What they ask of chunks and tools is a set that SQLite makes once in a search, and looks each place up in: the plus
    keeps it from looking for each of the set instead.
    """

    def __init__(self, filters: Filters) -> None:
        f = Filters(*(_text(getattr(filters, name)) for name in Filters.FIELDS))
        tests: list[tuple[str, list[object]]] = []
        if f.session:
            folders = "SELECT id FROM folders WHERE session >= ? AND session < ?"
            chunks = f"SELECT id FROM chunks WHERE folder IN ({folders})"
            tests.append((f"+p.chunk IN ({chunks})", [f.session, f"{f.session}\U0010ffff"]))
        if f.since:
            tests.append(("p.time >= ?", [_bound(f.since, "0")]))
        if f.until:
            tests.append(("p.time <= ? AND p.time > 0", [_bound(f.until, "9")]))
        if f.tool:
            tests.append(("+p.tool IN (SELECT id FROM names WHERE name = ?)", [f.tool]))
        if f.file:
            tests.append(("+p.chunk IN (SELECT id FROM chunks WHERE instr(files, ?) > 0)", [f.file]))
        if f.branch:
            tests.append(("+p.chunk IN (SELECT id FROM chunks WHERE branch = ?)", [f.branch]))
        self.condition = " AND ".join(test for test, _ in tests)
        self.values = [value for _, values in tests for value in values]
        self.role = f.role

    def on_rows(self) -> str:
        """The condition on a row of `passages`, beginning with AND; its values are `values`."""
        sql = ""
        if self.role:
            numbers = [str(n) for n, kind in enumerate(KINDS) if ROLE_OF.get(kind, kind) == self.role]
            sql += f" AND ({_KIND_SQL}) IN ({', '.join(numbers)})"
        if self.condition:
            sql += f" AND EXISTS (SELECT 1 FROM places p WHERE p.passage = passages.rowid AND {self.condition})"
        return sql


_KIND_SQL = f"passages.rowid >> {LENGTH_BITS} & {(1 << KIND_BITS) - 1}"


def _text(value: str) -> str:
    """A filter that SQLite accepts: lone surrogates, which a command line may hold, are replaced."""
    return value.encode("utf-8", "replace").decode()


def _bound(date: str, fill: str) -> int:
    """`2026-11-22` -> the number YYYYMMDDhhmmss of its first or last moment."""
    digits = "".join(c for c in date[:19] if c.isdigit())[:14]
    return int(digits.ljust(14, fill) or "0")


class Index:
    """The open index, asked for one query."""

    def __init__(self, root: str, db: database.ReadConnection, query: Query, filters: Filters) -> None:
        self.root = root
        self.db = db
        self.query = query
        self.filter = SqlFilter(filters)
        self.orphans = "orphans" in db.info
        self.known = Statistics(int(db.info.get("live", 0)), self.holding)
        self.words = list(query.words)
        self._holding: dict[str, int] = {}

    def holding(self, terms: Iterable[str]) -> int:
        """Estimated number of passages that contain any of the terms."""
        return sum(self._count(t) for t in terms)

    def count_all(self, terms: Iterable[str]) -> None:
        """Look up how many passages contain each of many terms, by one question, for `holding` to know."""
        wanted = [t for t in terms if t not in self._holding]
        if self.known.passages <= COUNTED and len(wanted) <= MOST_ASKED:
            sql = f"SELECT term, doc FROM words WHERE term IN ({','.join('?' * len(wanted))})"
            self._holding |= dict.fromkeys(wanted, 0) | {str(t): int(n) for t, n in self.db.execute(sql, wanted)}

    def _count(self, term: str) -> int:
        if term not in self._holding:
            found = self._common(term) if self.known.passages > COUNTED else 0
            if not found:
                row = self.db.execute("SELECT doc FROM words WHERE term = ?", (term,)).fetchone()
                found = int(row[0]) if row else 0
            self._holding[term] = found
        return self._holding[term]

    def _common(self, term: str) -> int:
        """Number of passages that held a common term when they were last counted; 0 for a rarer term."""
        row = self.db.execute("SELECT passages FROM common WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def found(self, most: int) -> list[int]:
        """Row ids of the best passages, best first, by the index's own BM25 times the speaker's factor."""
        return [row for _, row in self.scored(most)]

    def scored(self, most: int, worst: float = 0.0) -> list[tuple[float, int]]:
        """(score, row id) of the same; the lower a score, the better.

        worst: the score that a row must have to be of any use, as other indexes have enough that are better; 0 for any.
        Rows with a higher one may be left out.
        """
        rare, common = self._rare()
        rows = self._matching(rare, common, most, 0.0 if common else worst)
        if common and len(rows) < most:  # the rare words alone are too few, or the filters leave them out
            every = [t for w in self.words for t in w.terms if self._count(t)]
            taken = {row for _, row in rows}
            rows += [one for one in self._matching(every, [], most) if one[1] not in taken][: most - len(rows)]
        return rows

    def _matching(
        self, terms: Sequence[str], common: Sequence[Word], most: int, worst: float = 0.0
    ) -> list[tuple[float, int]]:
        match = self._match(terms, common)
        if not match:
            return []
        plain = not (len(common) > 2 or self.query.phrases or self.query.excluded or self.filter.condition)
        parts = self._parts(terms, common) if plain else []
        if parts:
            others = [(worst, _ELSEWHERE)] * most if worst else []
            return [one for one in self._pruned(parts, most, others) if one[1] != _ELSEWHERE]
        if plain and worst:
            return self._reaching(match, terms, most, worst)
        few = sum([min(self.holding(w.terms) for w in (a, b)) for n, a in enumerate(common) for b in common[n + 1 :]])
        return self._best(match, most, sum(map(self._count, terms)) + few)

    def _reaching(self, match: str, terms: Sequence[str], most: int, worst: float) -> list[tuple[float, int]]:
        """What `_best` gives, as far as the scores are no higher than `worst`.

        Rows whose terms, all together, cannot score so much are not scored: FTS5 takes a tenth of that for finding
        that a row is none of the others.
        """
        idf = self._greatest_idf()
        parts = [MatchPart(_one(t), self._count(t), 220 * idf(self._count(t))) for t in terms]
        # Of those that hold an identifier in one piece nobody knows how many there are.
        parts += [MatchPart(_whole(i), self._count(i), 220 * idf(0)) for i in self.query.identifiers]
        count = sum([p.count for p in parts])
        needed, rows = _needed(sorted(parts, key=lambda p: -p.bound), -worst)
        if not needed:
            return []
        if rows > MOST_REACHING * count:
            return self._best(match, most, count, worst=worst)
        only = " AND +rowid IN (SELECT rowid FROM passages WHERE passages MATCH ?)"
        return self._best(match, most, count, only, (needed,), worst=worst)

    def _best(
        self, match: str, most: int, rows: int, only: str = "", bound: Sequence[str] = (), worst: float = 0.0
    ) -> list[tuple[float, int]]:
        """(score, row) of the best rows, the best, which has the lowest score, first.

        rows: that the match has, at most. only: AND a condition on them; bound: its values. worst: if not 0, rows with
        a higher score are not wanted.
        """
        weights = ", ".join(str(COLUMN_WEIGHTS[c]) for c in COLUMNS)
        score = f"bm25(passages, {weights}) * {_speaker_sql(first_person=self.query.first_person)}"
        where = only + self.filter.on_rows()
        if self.orphans and not self.filter.condition:
            where += " AND EXISTS (SELECT 1 FROM places p WHERE p.passage = passages.rowid)"
        sql = f"SELECT {score} AS score, rowid FROM passages WHERE passages MATCH ?{where}"
        values = (match, *bound, *(self.filter.values if self.filter.condition else ()))
        if rows >= MANY_AT_ONCE:
            from rlm_core.index.ranges import ask, ranges

            among = ranges(self.db, rows)
            if len(among) > 1:
                some = f"{sql} AND rowid BETWEEN ? AND ? ORDER BY score LIMIT {most}"
                return sorted(ask(self.db, self.root, some, values, among))[:most]
        found = self.db.execute(f"{sql} ORDER BY score LIMIT {most}", values)
        return list(takewhile(lambda one: one[0] <= worst, found)) if worst else list(found)

    def _greatest_idf(self) -> Callable[[int], float]:
        """What FTS5's idf of a phrase that so many rows hold is less than."""
        every = 1.1 * self.known.passages + 0.5
        return lambda count: max(math.log(every / (0.8 * count + 0.5)), 1e-6)

    def _in_one_piece(self, identifier: str) -> int:
        """In how many passages an identifier stands in one piece, at least: `set-up` is none where `setup` is a word.

        FTS5's idf of it is of these alone, while `words` counts those of all columns.
        """
        sql = f"SELECT count(*) FROM (SELECT 1 FROM passages WHERE passages MATCH ? LIMIT {MOST_PIECES})"
        (count,) = self.db.execute(sql, (_whole(identifier),)).fetchone()
        return int(count)

    def _parts(self, terms: Sequence[str], common: Sequence[Word]) -> list[MatchPart]:
        """The parts of the match, those that may score most first; [] where few rows match at all.

        FTS5's BM25 gives a phrase less than its idf times (k1 + 1), which is 2.2, and the factor of who speaks is one
        at most. How many hold a common term was counted a while ago, so the idf is taken with a margin.
        """
        idf = self._greatest_idf()

        def bound(term: str) -> float:
            return 2.2 * idf(self._count(term))

        parts = [MatchPart(_one(t), self._count(t), bound(t)) for t in terms]
        for pair in _pairs(common):
            counts = [self.holding(w.terms) for w in common]
            of_both = sum([bound(t) for w in common for t in w.terms if self._count(t)])
            parts.append(MatchPart(pair, min(counts), of_both, sum(counts)))
        wholes = {i: self._count(i) for i in self.query.identifiers}
        few = sum([p.count for p in parts]) + sum(wholes.values()) <= MANY
        if few or len(parts) + len(wholes) > MOST_PARTS:
            return []
        parts += [MatchPart(_whole(i), count, 2.2 * idf(self._in_one_piece(i))) for i, count in wholes.items()]
        return sorted(parts, key=lambda p: -p.bound)

    def _pruned(
        self,
        parts: Sequence[MatchPart],
        most: int,
        best: Sequence[tuple[float, int]] = (),
        without: Sequence[MatchPart] = (),
    ) -> list[tuple[float, int]]:
        """What `_best` gives, without scoring most of the rows that cannot be among the best.

        parts: of the match, those that may score most first. best: rows that were scored before. without: parts that
        the rows must not hold. The last parts, which most rows hold, and those before are told apart: first come rows
        with both, then those with one or the other alone, each set parted in the same way. A set is left out where it
        cannot score what the best so far do (MaxScore, Turtle and Flood 1995), or all of it but the rows
        of speakers whose factor is high enough. FTS5 takes a twentieth of what scoring a row takes for finding that it
        is none of a set; but first it goes through all rows of each phrase, to know its idf.
        """
        least = -best[-1][0] if len(best) == most else 0.0  # in hundredths, as factors are
        bound, first_person = sum(p.bound for p in parts), self.query.first_person
        if 100 * bound < least:
            return list(best)
        lesser = max([w for w in _weights(first_person=first_person) if w * bound < least], default=0)
        only = f" AND {_speaker_sql(first_person=first_person)} > {lesser}" if lesser else ""
        count, at = sum(p.count for p in parts), len(parts) - 1
        if at == 0 or (count <= FEW and without):
            return self._scored_too([parts], without, most, only, best)
        while at > 1 and USUAL * sum(p.count for p in parts[at:]) < count:
            at -= 1
        few, usual = parts[:at], parts[at:]
        best = self._scored_too([few, usual], without, most, only, best)
        best = self._pruned(few, most, best, [*without, *usual])
        return self._pruned(usual, most, best, [*without, *few])

    def _scored_too(
        self,
        groups: Sequence[Sequence[MatchPart]],
        without: Sequence[MatchPart],
        most: int,
        only: str,
        best: Sequence[tuple[float, int]],
    ) -> list[tuple[float, int]]:
        """The best of these, and of the rows with a part of each of the groups and with none of the others.

        Where others have far more rows than the set has, it costs less to score some rows again than to leave them out.
        They score less this time, since what else they hold is not counted: of those among the best it is passed over,
        and any other falls short of them as it did before.
        """
        rows = min([sum(p.count for p in parts) for parts in groups])
        kept = [p for p in without if p.postings <= FAR_MORE * rows]
        known = {row for _, row in best} if len(kept) < len(without) else set()
        found = self._best(_match_of(groups, kept), most + len(known), rows, only)
        return sorted([*best, *[one for one in found if one[1] not in known]])[:most]

    def places(self, rows: Sequence[int]) -> dict[int, list[Place]]:
        """Row id -> the places where the passage stands that the filters admit, newest first."""
        where = f" AND {self.filter.condition}" if self.filter.condition else ""
        sql = (
            "SELECT p.passage, d.id, d.path, c.name, b.name, p.entry, p.at, p.size, p.time, p.marks, p.said "
            "FROM places p JOIN chunks c ON c.id = p.chunk JOIN folders d ON d.id = c.folder "
            "LEFT JOIN names b ON b.id = p.blob "
            f"WHERE p.passage IN ({_numbers(rows)}){where} ORDER BY p.time DESC, p.chunk DESC, p.entry"
        )
        by_row: dict[int, list[Place]] = {}
        below: dict[object, str] = {}  # the directories that were looked at, and where they lie
        for row, folder, path, name, blob, *rest in self.db.execute(sql, self.filter.values):
            if path not in below and is_folder(path):
                below[path] = os.path.join(self.root, *path.split(os.sep), "")
            if path not in below or not _is_place(name, blob, rest):
                raise sqlite3.DatabaseError("it names something that is no passage of the archive")
            by_row.setdefault(row, []).append(Place(folder, below[path] + name, blob or "", *rest))
        return by_row

    def around(self, rows: Sequence[int]) -> dict[int, str]:
        """Row id -> the terms around the passage, for those that have any."""
        from rlm_core.index.beside import words_around  # loaded while SQLite looks for the rows

        return words_around(self.db, rows)

    def _match(self, rare: Sequence[str], common: Sequence[Word]) -> str:
        """The query in FTS5's language. Any of its rarer words makes a candidate."""
        words = " OR ".join([*map(_one, rare), *map(_whole, self.query.identifiers), *_pairs(common)])
        needed = " AND ".join(_anywhere(p) for p in self.query.phrases)
        match = f"({words}) AND {needed}" if words and needed else words or needed
        for excluded in self.query.excluded:
            match = f"({match}) NOT {_anywhere(excluded)}" if match else ""
        return match

    def _rare(self) -> tuple[list[str], list[Word]]:
        """The terms to look up, as many as the budget of postings allows, and the words that are too common for it.

        Rarest words first; then words for the same things, while few rows match.
        """
        ranked = sorted((self.holding(w.terms), n) for n, w in enumerate(self.words))
        chosen: list[str] = []
        common: list[Word] = []
        postings = 0
        for count, n in ranked:
            if chosen and postings + count > POSTINGS:
                common.append(self.words[n])
                continue
            postings += count
            chosen += self.words[n].terms
        for count, n in sorted((self.holding(w.related), n) for n, w in enumerate(self.words) if w.related):
            if postings + count > RELATED_POSTINGS:
                break
            postings += count
            chosen += self.words[n].related
        return [t for t in dict.fromkeys(chosen) if self._count(t)], common

    def forgive(self) -> bool:
        """Replace words that no passage holds by terms with a similar spelling. Returns whether any was replaced."""
        changed = False
        for at, word in enumerate(self.words):
            if self.holding(word.terms) or len(word.text) < SHORTEST_MISSPELT:
                continue
            near = tuple(self._alike(word.terms[0]))
            if near:
                self.words[at] = Word(word.text, near, is_misspelt=True)
                changed = True
        return changed

    def _alike(self, term: str, most: int = 3) -> list[str]:
        """Indexed terms that begin alike and differ in few letters, most similar first."""
        from difflib import SequenceMatcher

        matcher = SequenceMatcher(b=term)
        close = []
        for other, count in database.words_like(self.db, term[:1]):
            if abs(len(other) - len(term)) > 2 or other.isdigit():
                continue
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                ratio = matcher.ratio()
                if ratio >= ALIKE:
                    close.append((-ratio, -count, other))
        return [other for _, _, other in sorted(close)[:most]]


def _is_place(name: object, blob: object, numbers: Sequence[Any]) -> bool:
    """Whether a row of the index names a chunk file, perhaps a blob beside it, and a passage in it."""
    named = isinstance(name, str) and is_name(name) and name[:4].isdigit() and name.endswith(".md")
    beside = blob is None or (isinstance(blob, str) and is_name(blob) and blob.endswith(".txt"))
    return named and beside and set(map(type, numbers)) == {int} and min(numbers) >= 0 and max(numbers) < 1 << 62


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows))


class MatchPart:
    """A part of a match: a phrase, or a pair of common words.

    text: in FTS5's language. count: of the rows that hold it, about. bound: more than what a row may score for it.
    postings: the rows of all its phrases, added up.
    """

    __slots__ = ("bound", "count", "postings", "text")

    def __init__(self, text: str, count: int, bound: float, postings: int = 0) -> None:
        self.text = text
        self.count = count
        self.bound = bound
        self.postings = postings or count


def _match_of(groups: Sequence[Sequence[MatchPart]], without: Sequence[MatchPart]) -> str:
    """The match of rows with a part of each of the groups, and with none of the others."""
    match = " AND ".join([f"({_any(parts)})" for parts in groups])
    return f"({match}) NOT ({_any(without)})" if without else match


def _needed(parts: Sequence[MatchPart], least: float) -> tuple[str, float]:
    """(the match of the rows that may score so much, about how many they are); "" where none may.

    parts: those that may score most first. A row that does has a part that scores so much by itself, or one, and of
    those behind it another one that makes up for what is missing.
    """
    either: list[str] = []
    rows, phrases, left = 0.0, 0, sum([p.bound for p in parts])
    for n, part in enumerate(parts):
        if left < least:
            break
        left -= part.bound
        if part.bound >= least:
            either.append(part.text)
            rows += part.count
            phrases += 1
        elif others := _essential(parts[n + 1 :], least - part.bound):
            either.append(f"({part.text} AND ({_any(others)}))")
            rows += min(part.count, sum([p.count for p in others])) / 2
            phrases += 1 + len(others)
    if phrases <= MOST_NEEDED:
        return " OR ".join(either), rows
    some = _essential(parts, least)
    return _any(some), sum([p.count for p in some])


def _essential(parts: Sequence[MatchPart], least: float) -> Sequence[MatchPart]:
    """The parts of which a row must have one, since all others together cannot score so much (MaxScore)."""
    count, others = len(parts), 0.0
    while count and others + parts[count - 1].bound < least:
        count -= 1
        others += parts[count].bound
    return parts[:count]


def _any(parts: Sequence[MatchPart]) -> str:
    return " OR ".join([p.text for p in parts])


def _pairs(common: Sequence[Word]) -> list[str]:
    """Pairs of common words: a passage that holds both becomes a candidate, as one of them would make too many."""
    either = [f"({' OR '.join(map(_one, w.terms))})" for w in common[:MAX_COMMON_WORDS]]
    return [f"({a} AND {b})" for n, a in enumerate(either) for b in either[n + 1 :]]


def _one(term: str) -> str:
    return phrase([term])


def _whole(identifier: str) -> str:
    return f"wholes : {_one(identifier)}"


def phrase(terms: Sequence[str]) -> str:
    """Terms in a row, in FTS5's language."""
    return '"' + " ".join(terms).replace('"', '""') + '"'


def _anywhere(text: str) -> str:
    found = dict.fromkeys(phrase(way) for way in ways(text))
    return f"(own : ({' OR '.join(found)}))"


@cache
def _speaker_sql(*, first_person: bool) -> str:
    """The factor of a row's kind and length, in hundredths: a few comparisons, which cost less than any function."""
    runs: list[tuple[int, int]] = []
    for number, weight in enumerate(_weights(first_person=first_person)):
        if not runs or runs[-1][1] != weight:
            runs.append((number, weight))
    return _chosen(runs)


def _weights(*, first_person: bool) -> list[int]:
    """The factors of all kinds and lengths, in hundredths, in the order of their numbers in a row's id."""
    lengths = range(1 << LENGTH_BITS)
    return [round(100 * speaker_weight(kind, n, first_person=first_person)) for kind in KINDS for n in lengths]


def _chosen(runs: Sequence[tuple[int, int]]) -> str:
    """The SQL that gives a row's factor. runs: (the least of the numbers of kind and length that have it, factor)."""
    if len(runs) == 1:
        return str(runs[0][1])
    half = len(runs) // 2
    number = f"passages.rowid & {(1 << KIND_BITS + LENGTH_BITS) - 1}"
    return f"CASE WHEN {number} < {runs[half][0]} THEN {_chosen(runs[:half])} ELSE {_chosen(runs[half:])} END"
