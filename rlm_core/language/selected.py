"""The terms of a text as far as a query asks for them: other words, which are most of any text, stay as they are.

Stemming a hundred passages takes longer than finding them. A stem begins as its word does, or as the
form that it is irregular of, so that a word which begins like none of the terms asked for cannot be one of them.
"""

from __future__ import annotations

from rlm_core.language.folding import fold
from rlm_core.language.irregular import FORMS
from rlm_core.language.terms import kept_pieces, pieces_of, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LETTERS = 2  # at a term's beginning that no stemmer changes


class Selected:
    """Makes the terms of texts, with only those stemmed that may be among the `terms` asked for."""

    def __init__(self, terms: Iterable[str]) -> None:
        begin = {t[:LETTERS] for t in terms}
        for forms in FORMS.values():
            begin |= {fold(w)[:LETTERS] for w, base in forms.items() if fold(base)[:LETTERS] in begin}
        self.beginnings = frozenset(begin)
        self._pieces: dict[str, _Pieces] = {}

    def stream(self, text: str, language: str) -> list[str]:
        """A text's words, in order: the stems of those that may be asked for, any other in lower case.

        An identifier of which no part can be asked for may be one word.
        """
        pieces = self._pieces.get(language)
        if pieces is None:
            pieces = self._pieces[language] = _Pieces(self.beginnings, language)
        parts = pieces_of(text)
        return stream(text, language) if parts is None else " ".join(map(pieces.__getitem__, parts)).split()


class _Pieces(dict[str, str]):
    """A piece of a text -> its terms, joined by spaces; made when first asked for."""

    def __init__(self, beginnings: frozenset[str], language: str) -> None:
        super().__init__()
        self.beginnings = beginnings
        self.single = tuple(b for b in beginnings if len(b) < LETTERS)
        self.stemmed = kept_pieces(language)

    def __missing__(self, piece: str) -> str:
        lower = piece.lower()
        if lower.isascii() and lower.isalpha() and (piece[1:].islower() or piece.isupper()):
            asked = lower[:LETTERS] in self.beginnings or lower.startswith(self.single)
        else:
            lower = fold(piece).replace("_", " ")
            asked = any(b in lower for b in self.beginnings)
        self[piece] = made = self.stemmed[piece] if asked else lower
        return made
