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
    from collections.abc import Iterable, Sequence

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
        return self.streams([text], [language])[0]

    def streams(self, texts: Sequence[str], languages: Sequence[str]) -> list[list[str]]:
        """The same of several texts, of which each piece is looked at once. languages: of each of the texts."""
        parts = [pieces_of(text) for text in texts]
        for language in dict.fromkeys(languages):
            if language not in self._pieces:
                self._pieces[language] = _Pieces(self.beginnings, language)
            here = [p for p, of in zip(parts, languages, strict=True) if p and of == language]
            self._pieces[language].learn(set().union(*here))
        return [
            stream(text, language) if p is None else self._pieces[language].of(p).split()
            for text, language, p in zip(texts, languages, parts, strict=True)
        ]


class _Pieces:
    """Makes the terms of a text's pieces, those of each piece once."""

    def __init__(self, beginnings: frozenset[str], language: str) -> None:
        self.beginnings = beginnings
        self.single = tuple(b for b in beginnings if len(b) < LETTERS)
        self.stemmed = kept_pieces(language)
        self.known: dict[str, str] = {}

    def of(self, pieces: Sequence[str]) -> str:
        """The terms of pieces that were learnt, joined by spaces."""
        return " ".join(map(self.known.__getitem__, pieces))

    def learn(self, pieces: set[str]) -> None:
        """Make the terms of pieces, of plain words, which most are, without a call for each."""
        pieces = pieces.difference(self.known)
        known, beginnings, single, stemmed = self.known, self.beginnings, self.single, self.stemmed
        small = [p for p in pieces if p.islower() and p.isalpha() and p.isascii()]
        known.update(zip(small, small, strict=True))
        for piece in [p for p in small if p[:LETTERS] in beginnings or (single and p.startswith(single))]:
            known[piece] = stemmed[piece]
        others: list[str] = []
        for piece in pieces.difference(small):
            lower = piece.lower()
            if not (lower.isascii() and lower.isalpha() and (piece[1:].islower() or piece.isupper())):
                others.append(piece)
            elif lower[:LETTERS] in beginnings or (single and lower.startswith(single)):
                known[piece] = stemmed[piece]
            else:
                known[piece] = lower
        if others:
            self._learn_others(others)

    def _learn_others(self, pieces: Sequence[str]) -> None:
        """The same for identifiers, numbers and words with accents, in which a term may begin anywhere."""
        lowered = [fold(piece).replace("_", " ") for piece in pieces]
        every = "\n".join(lowered)
        here = [b for b in self.beginnings if b in every]
        for piece, lower in zip(pieces, lowered, strict=True):
            asked = any(map(lower.__contains__, here))
            self.known[piece] = self.stemmed[piece] if asked else lower
