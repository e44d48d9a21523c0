"""A text's search terms: what stands in the index and what a query is turned into.

A term is a lower-cased, unaccented Snowball stem (Porter, https://snowballstem.org). An identifier gives its
parts, one after the other, so that `retryLimit`, `RETRY_LIMIT` and "retry limit" are the same phrase, and
besides its whole without separators. Chinese, Japanese and Korean text, which is not parted by spaces,
gives overlapping pairs of characters; a word of three or more is their phrase.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlm_core.language.folding import composed, fold
from rlm_core.language.identifiers import CJK, HUMP, pairs, split_humps
from rlm_core.language.quoting import for_terms
from rlm_core.language.stopwords import ENGLISH, FRENCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_WORD_CHARS = 64  # characters of a word that count
_WORD = re.compile(r"[^\W_]+")
_MEASURE = re.compile(r"\b([0-9]+)([a-z]{1,3})\b", re.ASCII)  # 41ms, 20k: as if a space stood between
# Words held together by the signs that identifiers, paths and flags are made with.
_TOKEN = re.compile(r"[^\W_]+(?:[_.\-/:\\@][^\W_]+)*")


class Terms:
    """The terms of a text. stream: in order, every word. wholes: identifiers in one piece."""

    __slots__ = ("stream", "wholes")

    def __init__(self, stream: list[str], wholes: list[str]) -> None:
        self.stream = stream
        self.wholes = wholes


def of_text(text: str, language: str) -> Terms:
    """The terms of a text in `language`, as they are put into the index.

    >>> t = of_text("Set retryLimit in src/pay.py", ENGLISH)
    >>> t.stream, t.wholes
    (['set', 'retri', 'limit', 'in', 'src', 'pay', 'py'], ['retrylimit', 'srcpaypy', 'paypy'])
    """
    return Terms(stream(text, language), wholes(text))


def stream(text: str, language: str) -> list[str]:
    """The stems of a text's words, in order."""
    stem = stemmer(language)
    return [term for w in words_of(text) if (term := stem(w))]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order; identifiers in parts, not stemmed, with their accents.

    An apostrophe parts words: what stands beside it (l', 's, 't) is a stop word.
    """
    text = _MEASURE.sub(r"\1 \2", split_humps(composed(for_terms(text))).lower())
    found = _WORD.findall(text)
    return found if text.isascii() else _paired(text) or found


def _paired(text: str) -> list[str]:
    """The words of a text that holds Chinese, Japanese or Korean, its runs in pairs; [] for any other text."""
    if not re.search(f"[{CJK}]", text):
        return []
    found = re.findall(rf"((?:(?=[^\W_])[{CJK}])+)|([^\W_{CJK}]+)", text)
    return [part for run, word in found for part in (pairs(run) if run else (word,))]


def wholes(text: str) -> list[str]:
    """The identifiers, paths and flags of a text without their separators. A path also gives its last name."""
    found = []
    for token in _TOKEN.findall(composed(for_terms(text))):
        if token.isalnum() and (token[1:].islower() or token.isupper() or token.isdigit() or not HUMP.search(token)):
            continue  # one word
        if len(token) > MAX_WORD_CHARS:
            continue
        found.append(_joined(token))
        if "/" in token or "\\" in token:
            name = re.split(r"[/\\]", token)[-1]
            if "." in name or "_" in name or "-" in name:
                found.append(_joined(name))
    return [whole for whole in found if whole]


def _joined(token: str) -> str:
    return fold(re.sub(r"[\W_]+", "", token))


@lru_cache(maxsize=2)
def stemmer(language: str) -> Callable[[str], str]:
    """A function from a lower-case word to its stem without accents. Raises ImportError without PyStemmer."""
    from Stemmer import Stemmer

    from rlm_core.language.irregular import FORMS

    snowball = Stemmer(language, 0)  # its own cache is slower than ours
    stem_word = snowball.stemWord
    forms = FORMS[language]

    @lru_cache(maxsize=200_000)
    def stem(word: str) -> str:
        return _term(stem_word(forms.get(word, word[:MAX_WORD_CHARS])))

    return stem


def forms_of(word: str) -> tuple[str, ...]:
    """The terms under which the index may hold a word of a query: its English and its French stem.

    >>> forms_of("bought"), forms_of("décisions")
    (('buy', 'bought'), ('decis',))
    """
    typed = word.lower()
    found = {stemmer(language)(w): None for language in (ENGLISH, FRENCH) for w in (typed, fold(typed))}
    return tuple(t for t in found if t)


def _term(word: str) -> str:
    """A stem as the index holds it: without accents, and without signs into which a letter decomposes."""
    return word.lower() if word.isascii() else "".join(c for c in fold(word) if c.isalnum())
