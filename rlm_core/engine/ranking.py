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
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Ranking:
    """Passages of texts, ready to be asked for. Raises sqlite3.OperationalError where SQLite lacks FTS5."""

    def __init__(self, documents: Iterable[Document], *, cjk: bool = False) -> None:
        self.passages = [p for d in documents for p in pieces(d, PASSAGE)]
        self._db = sqlite3.connect(":memory:")
        tokenizer = "trigram" if cjk else "porter unicode61 remove_diacritics 2"
        self._db.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='{tokenizer}')")
        rows = ((n, f"{p.document.id} {p.document.title} {p.text}") for n, p in enumerate(self.passages))
        self._db.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", rows)

    def best(self, question: str, most: int) -> list[Piece]:
        """The best passages, best first."""
        words = terms(question)
        if not words:
            return []
        query = " OR ".join(f'"{w}"' for w in words)
        rows = self._db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (query, most))
        return [self.passages[row] for (row,) in rows]

    def close(self) -> None:
        self._db.close()


def terms(question: str) -> list[str]:
    """A question's words without function words, each once; all of them when nothing else is left."""
    words = list(dict.fromkeys(_WORD.findall(question.casefold())))
    telling = [w for w in words if _folded(w) not in FUNCTION_WORDS and (len(w) > 1 or w.isdigit() or _CJK.search(w))]
    return (telling or words)[:MOST_TERMS]


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def best_passages(documents: Sequence[Document], question: str, most: int) -> list[Piece]:
    """The best passages of some texts for a question, best first; [] where SQLite lacks FTS5."""
    try:
        with closing(Ranking(documents, cjk=bool(_CJK.search(question)))) as ranking:
            return ranking.best(question, most)
    except sqlite3.OperationalError:
        return []
