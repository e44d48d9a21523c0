"""Finds the passages of some texts that a question's words lead to: SQLite's FTS5, in memory, BM25."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import closing

from rlm_core.engine.texts import Document, Piece, pieces
from rlm_core.lexicon import FUNCTION_WORDS

PASSAGE = 400  # tokens
MOST_TERMS = 60
_WORD = re.compile(r"\w+")
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUN = re.compile(f"[{_CJK}]+")
# Where a word of an identifier ends: retry|Limit, HTTP|Server.
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Ranking:
    """Passages of texts, ready to be asked for. Raises sqlite3.OperationalError where SQLite lacks FTS5."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.passages = [p for d in documents for p in pieces(d, PASSAGE)]
        self._db = sqlite3.connect(":memory:")
        rows = ((n, _parted(f"{p.document.id} {p.document.title} {p.text}")) for n, p in enumerate(self.passages))
        try:
            self._db.execute(
                "CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2')"
            )
            self._db.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", rows)
        except BaseException:
            self._db.close()
            raise

    def best(self, question: str, most: int) -> list[Piece]:
        """The best passages, best first."""
        words = terms(question)
        if not words:
            return []
        query = " OR ".join(f'"{w}"' for w in words)
        rows = self._db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank, rowid LIMIT ?", (query, most))
        return [self.passages[row] for (row,) in rows]

    def close(self) -> None:
        self._db.close()


def terms(question: str) -> list[str]:
    """A question's words without function words, each once; all of them when nothing else is left.

    Chinese, Japanese and Korean, which is not parted by spaces, gives pairs of characters.

    >>> terms("What is the retryLimit of Zürich, and why?")
    ['retry', 'limit', 'zürich']
    """
    words = list(dict.fromkeys(_WORD.findall(_parted(question).casefold().replace("_", " "))))
    telling = [w for w in words if _folded(w) not in FUNCTION_WORDS and (len(w) > 1 or w.isdigit() or _RUN.match(w))]
    return (telling or words)[:MOST_TERMS]


def _parted(text: str) -> str:
    """A text as it is indexed: identifiers in their words, scripts without spaces in pairs of characters."""
    text = _HUMP.sub(" ", text.replace("\0", " "))
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()  # SQLite takes no lone surrogate
    return _RUN.sub(lambda run: f" {_pairs(run[0])} ", text)


def _pairs(run: str) -> str:
    """The overlapping pairs of characters; a single one is itself."""
    return " ".join([run[i : i + 2] for i in range(len(run) - 1)] or [run])


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def best_passages(documents: Sequence[Document], question: str, most: int) -> list[Piece]:
    """The best passages of some texts for a question, best first; [] where SQLite lacks FTS5."""
    try:
        with closing(Ranking(documents)) as ranking:
            return ranking.best(question, most)
    except sqlite3.OperationalError:
        return []
