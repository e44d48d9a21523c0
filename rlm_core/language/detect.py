"""Tells whether a text is English or French."""

from __future__ import annotations

import re

from rlm_core.language.folding import fold
from rlm_core.language.stopwords import ENGLISH, FRENCH, QUERY_STOP_WORDS

BEGINNING = 1000  # characters of a text that are looked at
_WORD = re.compile(r"[^\W_]+")
_ELIDED = re.compile(r"\b(?:[cdjlns]|qu)['’](?=\w)", re.IGNORECASE)  # l'import, qu'avons-nous

# Words that a query leaves out in one language only. A single letter of French stands in code as well.
TELLING_WORDS = {
    ENGLISH: QUERY_STOP_WORDS[ENGLISH] - QUERY_STOP_WORDS[FRENCH],
    FRENCH: QUERY_STOP_WORDS[FRENCH] - QUERY_STOP_WORDS[ENGLISH] - frozenset(("c", "d", "l", "m", "n", "y", "j", "si")),
}
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
    from collections.abc import Mapping, Sequence


def language_of(text: str) -> str:
    """ENGLISH or FRENCH, by the function words at the text's beginning; ENGLISH where they are even."""
    return FRENCH if _leaning(_words(text), TELLING_WORDS) > 0 else ENGLISH


def language_of_request(text: str) -> str:
    """The same for a question or an order. Where function words are even, its verbs and elisions decide.

    >>> language_of("liste chaque ticket"), language_of_request("liste chaque ticket")
    ('english', 'french')

    Archived texts must not use these further cues: their stems, which stand in the index, would change.
    """
    words = _words(text)
    leaning = _leaning(words, TELLING_WORDS)
    leaning = leaning or _leaning(words, REQUEST_WORDS) + len(_ELIDED.findall(text[:BEGINNING]))
    return FRENCH if leaning > 0 else ENGLISH


def _words(text: str) -> list[str]:
    return [fold(w) for w in _WORD.findall(text[:BEGINNING])]


def _leaning(words: Sequence[str], cues: Mapping[str, frozenset[str]]) -> int:
    """How many more cues are French than English."""
    return sum((w in cues[FRENCH]) - (w in cues[ENGLISH]) for w in words)
