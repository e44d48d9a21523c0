"""What somebody searches for: words, identifiers, "quoted phrases" that must occur and -words that must not."""

from __future__ import annotations

from rlm_core.language.dates import MONTHS, dates_in_query
from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.parting import Parting
from rlm_core.language.stopwords import ENGLISH, FRENCH, FUNCTION_WORDS, QUERY_STOP_WORDS
from rlm_core.language.synonyms import synonyms
from rlm_core.language.terms import forms_of, stream, wholes, words_of
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

MAX_WORDS = 64
MAX_CHARS = 20_000
# A quoted phrase or a word, with what stands before it; a minus counts at the beginning of words of three letters.
_ITEM = r'(?<!\S)(-?)["“«]([^"“”«»]+)["”»]|(\S+)'
_QUOTES = '"“«'
_SIGNS = "`'\"()[]{}<>.,;:!?"  # around an identifier
_EXCLUDED = r"\A-(?!-)(\w{3}\S*)\Z"
_NUMBERED = r"(?<![^\W_])([^\W\d_]{3,})[ -]v?(\d+(?:\.\d+)*)(?![^\W_])(?!\.\d)"
# A number behind one of these does not belong to it.
_NO_NAMES = frozenset((*MONTHS, *FUNCTION_WORDS, "line", "ligne", "page", "step", "etape", "exit", "error", "erreur"))
_FIRST_PERSON = frozenset("i my me mine we our us je j mon ma mes moi nous notre nos".split())  # noqa: SIM905
_LETTERS = Parting("_")


class Word(Record, few=True):
    """A word as typed. terms: the forms in which the index may hold it. related: terms of its synonyms.

    is_part: it stands in the query only as a part of an identifier. is_misspelt: no passage holds it, and `terms` are
    ones that are spelt nearly so.
    """

    text: str
    terms: tuple[str, ...]
    related: tuple[str, ...] = ()
    is_part: bool = False
    is_misspelt: bool = False


class Query:
    """A query taken apart.

    words: what ranks, in order; stop words are left out unless there are no others. phrases: typed in quotes, must
    occur word for word. excluded: must not occur. identifiers: words made of several, in one piece -> as
    typed. dates: days and months it names. first_person: it asks about whoever asks, and names nothing of the code.
    """

    __slots__ = ("dates", "excluded", "first_person", "identifiers", "numbered", "phrases", "typed", "words")

    def __init__(self, text: str) -> None:
        said, phrases, excluded = parts(text[:MAX_CHARS])
        apart = {w for item in said if not wholes(item) for w in words_of(item)}
        self.words = _words(" ".join(said), apart)
        self.phrases = [p for p in phrases if words_of(p)]
        self.excluded = [e for e in excluded if words_of(e)]
        self.identifiers = {w: item.strip(_SIGNS) for item in said for w in wholes(item)}
        self.typed = [item for item in said if " " not in item and wholes(item)]
        self.numbered = _numbered(" ".join(said))
        self.dates = dates_in_query(text[:MAX_CHARS])
        self.first_person = not self.identifiers and not _FIRST_PERSON.isdisjoint(_LETTERS.parts(text.lower()))

    def __bool__(self) -> bool:
        return bool(self.words)

    def terms_of(self, words: Iterable[Word]) -> set[str]:
        """All terms that may count for a passage: of the words, of what they are related to, of identifiers' parts."""
        found = {t for w in words for t in (*w.terms, *w.related)}
        return found.union(*(stream(i, ENGLISH) for i in self.identifiers.values()))


def parts(text: str) -> tuple[list[str], list[str], list[str]]:
    """(what was said, in words and phrases; the phrases in quotes; what is excluded) of a query."""
    said: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    quotes = any(q in text for q in _QUOTES)
    items = _matches(_ITEM, text) if quotes else [("", "", word) for word in text.split()]
    for minus, quoted, word in items:
        phrase = " ".join(quoted.split())
        minus_word = _matches(_EXCLUDED, word) if word.startswith("-") else None
        if phrase and minus:
            excluded.append(phrase)
        elif minus_word:
            excluded += minus_word
        else:
            said.append(phrase or word)
            phrases += [phrase] if phrase else []
    return said, phrases, excluded


def _matches(pattern: str, text: str) -> list[Any]:
    """As `re.findall`, loaded for the few queries that need it: it costs a search a third of a bare start."""
    import re

    return re.findall(pattern, text)


def _numbered(text: str) -> list[tuple[str, str]]:
    """(name, number) of each number that belongs to the name before it, folded."""
    found = _matches(_NUMBERED, fold_in_place(text)) if any(c.isdigit() for c in text) else []
    return [(name, number) for name, number in found if name not in _NO_NAMES]


def _words(text: str, apart: set[str]) -> list[Word]:
    """The words that tell something, in order. apart: those that stand outside of an identifier as well."""
    all_words = words_of(text)[:MAX_WORDS]
    stop = QUERY_STOP_WORDS[language_of(text)]
    telling = [w for w in all_words if fold(w) not in stop] or all_words
    words: list[Word] = []
    taken: set[str] = set()
    for plain in telling:
        terms = forms_of(plain)
        if terms and taken.isdisjoint(terms):
            words.append(Word(plain, terms, _related(plain, terms), is_part=plain not in apart))
            taken.update(terms)
    return words


def _related(plain: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for other in synonyms(plain) for t in forms_of(other) if t not in terms))


def ways(text: str) -> list[list[str]]:
    """A phrase's terms, in English and, where they differ, in French stems."""
    found = [stream(text, ENGLISH), stream(text, FRENCH)]
    return found[:1] if found[0] == found[1] else found
