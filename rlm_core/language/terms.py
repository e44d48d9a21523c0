"""A text's search terms: what stands in the index and what a query is turned into.

A term is a lower-cased, unaccented Snowball stem (Porter, https://snowballstem.org). An identifier gives its
parts, one after the other, so that `retryLimit`, `RETRY_LIMIT` and "retry limit" are the same phrase, and
besides its whole without separators. Chinese, Japanese and Korean text, which is not parted by spaces,
gives overlapping pairs of characters; a word of three or more is their phrase.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 64  # characters of a word that count
ENGLISH, FRENCH = "english", "french"

# Words of a question that say nothing about its subject. Short lists on purpose, and one for each language: "son"
# is a child in English, and every word left out of a query is one that cannot tell two passages apart.
STOP_WORDS = {
    ENGLISH: frozenset(
        """
a an and are as at be been but by can could d did do does don for from had has have he her him his how i in is it
its ll m me my not of on or our re s she should t that the their them they this to us ve was we were what when where
which who whom whose why will with would you your
""".split()  # noqa: SIM905
    ),
    FRENCH: frozenset(
        """
a ai as au aux avait avec avons c ce ces cet cette comment d dans de des dont du elle elles en est et etaient
etait ete etre eu il ils j je l la le les leur leurs lui m ma mes moi mon n ne nos notre nous on ont ou par pas
pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se ses si son sont sur t ta te tes ton tu un une
vos votre vous y
""".split()  # noqa: SIM905
    ),
}
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(r"[^\W_]+")
# Where a word of an identifier ends: retry|Limit, HTTP|Server.
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
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
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _MEASURE.sub(r"\1 \2", _HUMP.sub(" ", text).lower())
    found = _WORD.findall(text)
    return found if text.isascii() else _paired(text) or found


def _paired(text: str) -> list[str]:
    """The same for a text with Chinese, Japanese or Korean in it; [] for another."""
    if not re.search(f"[{_CJK}]", text):
        return []
    found = re.findall(rf"(?:(?=[^\W_])[{_CJK}])+|[^\W_{_CJK}]+", text)
    return [pair for word in found for pair in (_pairs(word) if word[0] >= _CJK[0] else (word,))]


def _pairs(word: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single one is itself."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def wholes(text: str) -> list[str]:
    """Identifiers, paths and flags without the signs between their parts; a path also by its last name."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    found = []
    for token in _TOKEN.findall(text):
        if token.isalnum() and (token[1:].islower() or token.isupper() or token.isdigit() or not _HUMP.search(token)):
            continue  # one word
        if len(token) > LONGEST:
            continue
        found.append(_joined(token))
        if "/" in token or "\\" in token:
            name = re.split(r"[/\\]", token)[-1]
            if "." in name or "_" in name or "-" in name:
                found.append(_joined(name))
    return [whole for whole in found if whole]


def _joined(token: str) -> str:
    return fold(re.sub(r"[\W_]+", "", token))


def language_of(text: str) -> str:
    """ENGLISH or FRENCH, told by the function words of the text's beginning."""
    words = [fold(w) for w in _WORD.findall(text[:1000])]
    french = sum(w in _TELLS[FRENCH] for w in words)
    return FRENCH if french and french > sum(w in _TELLS[ENGLISH] for w in words) else ENGLISH


_TELLS = {
    ENGLISH: STOP_WORDS[ENGLISH] - STOP_WORDS[FRENCH],
    FRENCH: STOP_WORDS[FRENCH] - STOP_WORDS[ENGLISH] - frozenset("c d l m n y j si".split()),  # noqa: SIM905
}


@lru_cache(maxsize=2)
def stemmer(language: str) -> Callable[[str], str]:
    """Word in lower case -> stem, accents folded. Raises ImportError without the package PyStemmer."""
    from Stemmer import Stemmer

    from rlm_core.language.irregular import FORMS

    snowball = Stemmer(language, 0)  # its own cache is slower than ours
    stem_word = snowball.stemWord
    forms = FORMS[language]

    @lru_cache(maxsize=200_000)
    def stem(word: str) -> str:
        return _term(stem_word(forms.get(word, word[:LONGEST])))

    return stem


def forms_of(word: str) -> tuple[str, ...]:
    """The terms as which a word of a query may stand in the index: its English and its French stem.

    >>> forms_of("bought"), forms_of("décisions")
    (('buy', 'bought'), ('decis',))
    """
    typed = word.lower()
    found = {stemmer(language)(w): None for language in (ENGLISH, FRENCH) for w in (typed, fold(typed))}
    return tuple(t for t in found if t)


def _term(word: str) -> str:
    """A stem as it stands in the index: without accents and whatever else its letters decompose into."""
    return word.lower() if word.isascii() else "".join(c for c in fold(word) if c.isalnum())


def fold(word: str) -> str:
    """Lower case without accents."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
