"""Finds the passages of some texts that a question's words lead to: SQLite's FTS5, in memory, BM25."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from typing import TypeVar

from rlm_core.engine.texts import Document, Piece, pieces
from rlm_core.language.folding import composed, unaccented
from rlm_core.language.identifiers import CJK, pairs, split_humps
from rlm_core.language.stopwords import FUNCTION_WORDS

T = TypeVar("T")

PASSAGE_TOKENS = 400  # tokens
POOL_PASSAGES = 3000  # passages among which the newest are looked for
MIN_NEAR_SCORE = 0.6  # of the best score: what matches nearly as well
NEWEST = 3  # one passage in so many is chosen for its time
MAX_TERMS = 60
_WORD = re.compile(r"\w+")
_RUN = re.compile(f"[{CJK}]+")


class Ranking:
    """Passages of texts, ready to be asked for. Raises sqlite3.OperationalError where SQLite lacks FTS5."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.passages = [p for d in documents for p in pieces(d, PASSAGE_TOKENS)]
        self._db = sqlite3.connect(":memory:", check_same_thread=False)  # ranks in worker threads
        rows = ((n, _parted(f"{p.document.id} {p.document.title} {p.text}")) for n, p in enumerate(self.passages))
        with ExitStack() as failing:
            failing.callback(self._db.close)
            self._db.execute(
                "CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2')"
            )
            self._db.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", rows)
            failing.pop_all()

    def best(self, question: str, most: int) -> list[Piece]:
        """The best passages, best first, then the newest of those that match nearly as well (`with_newest`)."""
        words = terms(question)
        if not words:
            return []
        query = " OR ".join(f'"{w}"' for w in words)
        scores = self._db.execute(
            "SELECT rowid, -rank FROM t WHERE t MATCH ? ORDER BY rank, rowid LIMIT ?", (query, POOL_PASSAGES)
        )
        rows = [(self.passages[row], score) for row, score in scores]
        return with_newest(rows, most, lambda p: p.document.time_at(p.line))

    def close(self) -> None:
        self._db.close()


def with_newest(scored: Sequence[tuple[T, float]], most: int, time: Callable[[T], str]) -> list[T]:
    """`most` of what was found, best first; the last third are the newest of those that score nearly like the best.

    Of many mentions of a thing, the one that holds now need not be the one that ranks first. scored: with scores, best
    first. time: ISO-8601, "" where it is not known: such a one is never the newest.
    """
    best = [item for item, _ in scored]
    if len(scored) <= most:
        return best
    ranked = most - most // NEWEST
    near = [item for item, score in scored[ranked:] if score >= MIN_NEAR_SCORE * scored[0][1] and time(item)]
    newest = sorted(near, key=time, reverse=True)[: most - ranked]
    chosen = best[:ranked] + newest
    return chosen + [item for item in best[ranked:] if item not in newest][: most - len(chosen)]


def terms(question: str) -> list[str]:
    """A question's words without function words, each once; all of them when nothing else is left.

    Chinese, Japanese and Korean, which is not parted by spaces, gives pairs of characters.

    >>> terms("What is the retryLimit of Zürich, and why?")
    ['retry', 'limit', 'zürich']
    """
    words = list(dict.fromkeys(_WORD.findall(_parted(question).casefold().replace("_", " "))))
    telling = [w for w in words if unaccented(w) not in FUNCTION_WORDS and (len(w) > 1 or w.isdigit() or _RUN.match(w))]
    return (telling or words)[:MAX_TERMS]


def _parted(text: str) -> str:
    """A text as it is indexed: identifiers in their words, scripts without spaces in pairs of characters."""
    text = split_humps(text.replace("\0", " "))
    if text.isascii():
        return text
    text = composed(text).encode("utf-8", "replace").decode()  # SQLite takes no lone surrogate
    return _RUN.sub(lambda run: f" {' '.join(pairs(run[0]))} ", text)


def best_passages(documents: Sequence[Document], question: str, most: int) -> list[Piece]:
    """The best passages of some texts for a question, best first; [] where SQLite lacks FTS5."""
    try:
        with closing(Ranking(documents)) as ranking:
            return ranking.best(question, most)
    except sqlite3.OperationalError:
        return []
