"""A text's search terms: what stands in the index and what a query is turned into.

A term is a lower-cased, unaccented Snowball stem (Porter, https://snowballstem.org). An identifier gives its
parts, one after the other, so that `retryLimit`, `RETRY_LIMIT` and "retry limit" are the same phrase, and
besides its whole without separators. Chinese, Japanese and Korean text, which is not parted by spaces,
gives overlapping pairs of characters; a word of three or more is their phrase.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rlm_core.language.folding import composed, fold
from rlm_core.language.identifiers import CJK, HUMP, pairs, split_humps
from rlm_core.language.quoting import for_terms, plain
from rlm_core.language.stopwords import ENGLISH, FRENCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_WORD_CHARS = 64  # characters of a word that count
MAX_KEPT_CHARS = 500_000  # of the runs whose terms are kept, of one language: some 60,000 runs and 10 MB
_WORD = re.compile(r"[^\W_]+")
_MEASURE = re.compile(r"\b([0-9]+)([a-z]{1,3})\b", re.ASCII)  # 41ms, 20k: as if a space stood between
# Words held together by the signs that identifiers, paths and flags are made with.
_TOKEN = re.compile(r"[^\W_]+(?:[_.\-/:\\@][^\W_]+)*")
# What no pattern here looks beyond, so that its terms do not depend on what stands beside it: tokens lie within it,
# and so do humps and measures with the signs around them.
_RUN = re.compile(r"\w+(?:[.\-/:\\@]\w+)*")


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
    own, whole = joined_terms(text, language)
    return Terms(own.split(), whole.split())


def stream(text: str, language: str) -> list[str]:
    """The stems of a text's words, in order."""
    return joined_terms(text, language)[0].split()


def joined_terms(text: str, language: str) -> tuple[str, str]:
    """(the stems of a text's words, its identifiers in one piece), each in order and with a space between two.

    The terms of a run are made once and kept, since a few thousand of them are most of any text.
    """
    text = composed(plain(text))
    kept = _kept_runs(language)
    if "Σ" in text:  # its lower-case form depends on the letters around it, even beyond an apostrophe
        return kept.own_of(text), " ".join(wholes(text))
    if kept.chars > MAX_KEPT_CHARS:
        kept.forget()
    runs = _RUN.findall(text)
    own = " ".join(filter(None, map(kept.__getitem__, runs)))
    return own, " ".join(filter(None, map(kept.wholes.get, runs))) if kept.wholes else ""


class _KeptRuns(dict[str, str]):
    """Run -> the stems of its words, joined by spaces; made when first asked for. wholes: the same of its identifiers,
    for those that have any.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.stem = stemmer(language)
        self.wholes: dict[str, str] = {}
        self.chars = 0

    def forget(self) -> None:
        self.clear()
        self.wholes.clear()
        self.chars = 0

    def own_of(self, text: str) -> str:
        return " ".join(filter(None, map(self.stem, words_of(text))))

    def __missing__(self, run: str) -> str:
        if run.isascii() and run.isalpha() and (run[1:].islower() or run.isupper() or len(run) == 1):  # one word
            own = self.stem(run.lower())
        else:
            own = self.own_of(run)
            whole = " ".join(wholes(run))
            if whole:
                self.wholes[run] = whole
        self[run] = own
        self.chars += len(run)
        return own


@cache
def _kept_runs(language: str) -> _KeptRuns:
    return _KeptRuns(language)


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
