"""The floors: what a search of an afternoon's work finds, over the same entries, cut into passages of the same size.

They search the conversation as it was generated, not our archive: neither our tokens nor our passages help them.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.retrieval.conversation import Conversation, Entry
from benchmarks.retrieval.metrics import Found, Ranking
from rlm_core.language.stopwords import FUNCTION_WORDS
from rlm_core.tokens import estimate

MAX_CHARS, MIN_CHARS = 600, 400  # of a passage
NEIGHBOURS, NEIGHBOUR_WEIGHT = 2, 0.3  # entries on either side; the best of those tried on LoCoMo
USER_WEIGHT = 8.0
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Unit:
    """A passage. around: the texts of the entries beside its own. role: as of its entry."""

    found: Found
    around: str
    role: str


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def telling(question: str) -> list[str]:
    """A question's words, each once, without those that have no subject unless there are no others."""
    every = list(dict.fromkeys(words(question)))
    return [w for w in every if w not in FUNCTION_WORDS] or every


def pieces(text: str) -> list[str]:
    """A text in passages, cut at the end of a paragraph, a line, a sentence or a word.

    >>> [len(p) for p in pieces("A sentence of thirty letters. " * 50)]
    [599, 599, 299]
    """
    found = []
    text = text.strip()
    while len(text) > MAX_CHARS:
        at = next(
            (i + len(s) for s in ("\n\n", "\n", ". ", " ") if (i := text.rfind(s, MIN_CHARS, MAX_CHARS)) > 0), MAX_CHARS
        )
        found.append(text[:at].strip())
        text = text[at:].strip()
    return [*found, text] if text else found


def counting_words(conversation: Conversation) -> Ranking:
    """As grep would: passages with most of the question's words, the oldest first among equals."""
    units = [unit.found for unit in units_of(conversation)]
    bags = [set(words(found.text)) for found in units]

    def rank(question: str, k: int) -> list[Found]:
        wanted = set(telling(question))
        scored = ((len(wanted & bag), found) for bag, found in zip(bags, units, strict=True))
        best = sorted((s for s in scored if s[0]), key=lambda s: -s[0])
        return [found for _, found in best[:k]]

    return rank


def full_text(conversation: Conversation) -> Ranking:
    """SQLite's FTS5 with its Porter stemmer, any of the words, its BM25."""
    units = units_of(conversation)
    return _Fts(units, [(u.found.text,) for u in units], (1.0,)).rank


def full_text_with_neighbours(conversation: Conversation) -> Ranking:
    """The same, with the words of the entries before and after in a column of less weight."""
    units = units_of(conversation)
    return _Fts(units, [(u.found.text, u.around) for u in units], (1.0, NEIGHBOUR_WEIGHT)).rank


def full_text_with_roles(conversation: Conversation) -> Ranking:
    """The same without them, but what the user said in a column of eight times the weight of all else."""
    units = units_of(conversation)
    rows = [(u.found.text, "") if u.role == "user" else ("", u.found.text) for u in units]
    return _Fts(units, rows, (USER_WEIGHT, 1.0)).rank


FLOORS: dict[str, Callable[[Conversation], Ranking]] = {
    "grep counting words": counting_words,
    "FTS5 porter": full_text,
    "FTS5 with neighbours": full_text_with_neighbours,
    "FTS5 with roles 8:1": full_text_with_roles,
}


def units_of(conversation: Conversation) -> list[Unit]:
    """The entries cut into passages, in their order."""
    entries = conversation.entries
    return [
        Unit(Found((e.id,), estimate(text), text), " ".join(_around(entries, n)), e.role)
        for n, e in enumerate(entries)
        for text in pieces(e.text)
    ]


def _around(entries: Sequence[Entry], n: int) -> Iterable[str]:
    near = range(max(0, n - NEIGHBOURS), min(len(entries), n + NEIGHBOURS + 1))
    return (entries[i].text for i in near if i != n and entries[i].session == entries[n].session)


class _Fts:
    """A table in memory. rows: of each unit, its texts by column; weights: of the columns."""

    def __init__(self, units: Sequence[Unit], rows: Sequence[tuple[str, ...]], weights: Sequence[float]) -> None:
        self._units = units
        self._weights = weights
        columns = [f"c{n}" for n in range(len(weights))]
        self._db = sqlite3.connect(":memory:")
        self._db.execute(f"CREATE VIRTUAL TABLE units USING fts5({', '.join(columns)}, tokenize='porter unicode61')")
        self._db.executemany(f"INSERT INTO units VALUES ({', '.join('?' for _ in columns)})", rows)

    def rank(self, question: str, k: int) -> list[Found]:
        match = " OR ".join(f'"{w}"' for w in telling(question))
        if not match:
            return []
        weights = ", ".join("?" for _ in self._weights)
        sql = f"SELECT rowid FROM units WHERE units MATCH ? ORDER BY bm25(units, {weights}), rowid LIMIT ?"
        rows = self._db.execute(sql, (match, *self._weights, k))
        return [self._units[row - 1].found for (row,) in rows]
