"""Tells whether a text is English or French."""

from __future__ import annotations

from rlm_core.language.folding import LATIN_WORDS, fold
from rlm_core.language.parting import Parting, in_latin
from rlm_core.language.stopwords import ENGLISH, FRENCH, QUERY_STOP_WORDS

BEGINNING = 1000  # characters of a text that are looked at
MOST_KNOWN = 50_000  # words whose leaning is kept
_WORDS = Parting("")
_ELIDED = r"\b(?:[cdjlns]|qu)['’](?=\w)"  # l'import, qu'avons-nous

# Words that a query leaves out in one language only. A single letter of French stands in code as well.
TELLING_WORDS = {
    ENGLISH: QUERY_STOP_WORDS[ENGLISH] - QUERY_STOP_WORDS[FRENCH],
    FRENCH: QUERY_STOP_WORDS[FRENCH] - QUERY_STOP_WORDS[ENGLISH] - frozenset(("c", "d", "l", "m", "n", "y", "j", "si")),
}
_ENGLISH, _FRENCH = TELLING_WORDS[ENGLISH], TELLING_WORDS[FRENCH]
# Words of a request that may hold none of these, as "liste chaque ticket".
_FRENCH_REQUEST = """
chaque combien compte compter comptez entre enumere enumerer enumerez liste lister listez sans tous toutes
"""
REQUEST_WORDS = {
    ENGLISH: frozenset(("all", "count", "each", "every", "list", "many")),
    FRENCH: frozenset(_FRENCH_REQUEST.split()),
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def language_of(text: str) -> str:
    """ENGLISH or FRENCH, by the function words at the text's beginning; ENGLISH where they are even."""
    plain = in_latin(text[:BEGINNING])
    if plain is not None:
        return FRENCH if sum(filter(None, map(_LEANS_PLAIN.get, plain.translate(LATIN_WORDS).split()))) > 0 else ENGLISH
    words = " ".join(_words(text)).lower().split()
    leaning = sum(filter(None, map(_LEANS.get, words)))  # the others are known as they stand
    leaning += _leaning([w for w in words if not w.isascii()])
    return FRENCH if leaning > 0 else ENGLISH


def language_of_request(text: str) -> str:
    """The same for a question or an order. Where function words are even, its verbs and elisions decide.

    >>> language_of("liste chaque ticket"), language_of_request("liste chaque ticket")
    ('english', 'french')

    Archived texts must not use these further cues: their stems, which stand in the index, would change.
    """
    words = _words(text)
    leaning = _leaning(words)
    if not leaning:
        folded = [fold(w) for w in words]
        leaning = sum((w in REQUEST_WORDS[FRENCH]) - (w in REQUEST_WORDS[ENGLISH]) for w in folded)
        import re  # not for archived texts, nor for a search

        leaning += len(re.findall(_ELIDED, text[:BEGINNING], re.IGNORECASE))
    return FRENCH if leaning > 0 else ENGLISH


def _words(text: str) -> list[str]:
    return _WORDS.parts(text[:BEGINNING])


def _leaning(words: Sequence[str]) -> int:
    """How many more telling words are French than English."""
    if len(_KNOWN) > MOST_KNOWN:
        _KNOWN.clear()
    return sum(map(_KNOWN.__getitem__, words))


_LEANS = dict.fromkeys(_FRENCH, 1) | dict.fromkeys(_ENGLISH, -1)
"""Of telling words, without accents."""
_LEANS_PLAIN = {word.encode(): leans for word, leans in _LEANS.items()}


class _Leanings(dict[str, int]):
    """Word -> 1 for a telling word of French, -1 for one of English, 0 for any other; made when first asked for."""

    def __missing__(self, word: str) -> int:
        folded = fold(word)
        self[word] = leans = (folded in _FRENCH) - (folded in _ENGLISH)
        return leans


_KNOWN = _Leanings()
