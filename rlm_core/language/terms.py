"""A text's search terms: what stands in the index and what a query is turned into.

A term is a lower-cased, unaccented Snowball stem (Porter, https://snowballstem.org). An identifier gives its
parts, one after the other, so that `retryLimit`, `RETRY_LIMIT` and "retry limit" are the same phrase, and
besides its whole without separators. Chinese, Japanese and Korean text, which is not parted by spaces,
gives overlapping pairs of characters; a word of three or more is their phrase.
"""

from __future__ import annotations

from functools import cache, lru_cache

from rlm_core.language.folding import composed, fold
from rlm_core.language.identifiers import CJK, has_humps, pairs, split_humps
from rlm_core.language.parting import Parting
from rlm_core.language.quoting import blanked, plain
from rlm_core.language.stopwords import ENGLISH, FRENCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_WORD_CHARS = 64  # characters of a word that count
MAX_KEPT_CHARS = 800_000  # of the runs whose terms are kept, of one language: some 13 MB; twice that at most
FEW = 8  # pieces that are stemmed one by one
MEASURE_LETTERS = 3  # 41ms, 20k: as if a space stood between
_SIGNS, _ENDS = ".-/:\\@", "_.-/:\\@"
_DIGITS = "0123456789"
_WHOLE = "\x01"  # stands in no run and in no term
_SEPARATORS = dict.fromkeys(map(ord, _ENDS))  # of tokens, to be deleted
_SPACED = dict.fromkeys(map(ord, _ENDS), " ")
# The same of ASCII's letters, ten times as quick: without the signs of runs, which leaves the pieces, and without all.
_PARTED = bytes(32 if chr(n) in _SIGNS else n for n in range(256))
_APART = bytes(32 if chr(n) in _ENDS else n for n in range(256))
# What is looked at by itself, so that the terms of one do not depend on what stands beside it: a piece holds humps and
# measures with the signs around them, a run holds tokens.
_WORDS, _PIECES, _RUNS = Parting(""), Parting("_"), Parting(f"_{_SIGNS}")


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
    return joined_stream(text, language).split()


def joined_terms(text: str, language: str) -> tuple[str, str]:
    """(the stems of a text's words, its identifiers in one piece), each in order and with a space between two.

    The terms of each run are made once and kept: a few thousand of them are most of any text.
    """
    text = _bare(text)
    kept = _kept_runs(language)
    if kept.chars > MAX_KEPT_CHARS:
        kept.age()
    made = " ".join(filter(None, map(kept.__getitem__, _RUNS.parts(text))))
    own, whole = _apart(made) if _WHOLE in made else (made, "")
    return _joined_words(text, language) if "Σ" in text else own, whole


def _apart(made: str) -> tuple[str, str]:
    """The stems of runs, and their identifiers in one piece: each run's stand behind its stems, between two signs."""
    pieces = made.split(_WHOLE)
    own = "".join(pieces[::2])
    if "  " in own or own[:1] == " " or own[-1:] == " ":  # an identifier without a stem
        own = " ".join(own.split())
    return own, " ".join(pieces[1::2])


def joined_stream(text: str, language: str) -> str:
    """The stems of a text's words, in order and with a space between two."""
    return _joined_words(_bare(text), language)


def _joined_words(text: str, language: str) -> str:
    kept = kept_pieces(language)
    if "Σ" in text:  # its lower-case form depends on the letters around it, even beyond an apostrophe
        return kept.made_of(blanked(text))
    if kept.chars > MAX_KEPT_CHARS:
        kept.forget()
    return kept.of(_PIECES.parts(text))


def _bare(text: str) -> str:
    """The text without escape sequences, composed; also before, lest one takes a letter away from its accent."""
    text = composed(text)
    bare = plain(text)
    return text if bare is text else composed(bare)


def pieces_of(text: str) -> list[str] | None:
    """The pieces of a text, in order, each the key of `kept_pieces`; None where they must be looked at together."""
    return None if "Σ" in text else _PIECES.parts(_bare(text))


class _KeptPieces(dict[str, str]):
    """A piece of a text -> the stems of its words, joined by spaces; made when first asked for.

    chars: of the pieces.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.stem, self.stems = _plain_stemmers(language)
        self.chars = 0

    def forget(self) -> None:
        self.clear()
        self.chars = 0

    def of(self, pieces: list[str]) -> str:
        if len(pieces) > FEW:
            self._learn({p for p in pieces if p not in self})
        return " ".join(filter(None, map(self.__getitem__, pieces)))

    def _learn(self, pieces: set[str]) -> None:
        """Make the stems of those of the pieces that are one word, in one call of the stemmer."""
        plain = [p for p in pieces if _is_plain_word(p)]
        self.update(zip(plain, self.stems([p.lower() for p in plain]), strict=True))
        self.chars += sum(map(len, plain))

    def __missing__(self, piece: str) -> str:
        self[piece] = made = self.made_of(piece)
        self.chars += len(piece)
        return made

    def made_of(self, piece: str) -> str:
        if _is_plain_word(piece):
            return self.stem(piece.lower())
        if piece.isascii() and piece.isdecimal():
            return piece[:MAX_WORD_CHARS]
        if not (piece.isascii() and (piece.islower() or piece.isdigit())):
            return " ".join(filter(None, map(self.stem, _words(piece))))
        # Without humps, and without measures where it holds a sign.
        unit = _unit_of(piece) if piece.isalnum() else ""
        words = [piece[: -len(unit)], unit] if unit else piece.split("_")
        return " ".join(filter(None, map(self.stem, filter(None, words))))


class _KeptRuns(dict[str, str]):
    """A run of a text -> the stems of its words, and its identifiers in one piece if it has any, see `_apart`.

    Made when first asked for. chars: of the runs. Of what is kept too long, that which is asked for again stays.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.pieces = kept_pieces(language)
        self.chars = 0
        self._aged: dict[str, str] = {}

    def age(self) -> None:
        """Keep for one more round what is kept now, and forget what was not asked for since the last time."""
        self._aged = dict(self)
        self.clear()
        self.chars = 0
        if self.pieces.chars > MAX_KEPT_CHARS:
            self.pieces.forget()

    def __missing__(self, run: str) -> str:
        made = self._aged.get(run)
        if made is None:
            own, whole = self._made_of(run)
            made = f"{own}{_WHOLE}{whole}{_WHOLE}" if whole else own
        self[run] = made
        self.chars += len(run)
        return made

    def _made_of(self, run: str) -> tuple[str, str]:
        token = run.strip(_ENDS)
        if token.isalpha() and (token[1:].islower() or token.isupper()):  # one word
            return self.pieces[token], ""
        if not run.isascii() or len(token) > MAX_WORD_CHARS:
            return self.pieces.of(_PIECES.parts(run)), _wholes(run)
        words = token.encode().translate(_APART).decode().split(" ")
        if "" in words:  # two signs stand together
            return self.pieces.of(_PIECES.parts(run)), _wholes(run)
        joined = "".join(words)
        whole = joined.lower()
        if whole == joined and (whole.isalpha() or whole.isdecimal()):  # neither humps nor measures
            own = " ".join(filter(None, map(self.pieces.__getitem__, words)))
        else:
            own = self.pieces.of(run.encode().translate(_PARTED).decode().split())
        if len(words) == 1:
            return own, "" if _is_word(token) else whole
        return own, f"{whole} {name}" if (name := _name_in(token)) else whole


def _is_plain_word(piece: str) -> bool:
    return piece.isascii() and piece.isalpha() and (piece[1:].islower() or piece.isupper())


@cache
def kept_pieces(language: str) -> _KeptPieces:
    return _KeptPieces(language)


@cache
def _kept_runs(language: str) -> _KeptRuns:
    return _KeptRuns(language)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order; identifiers in parts, not stemmed, with their accents.

    An apostrophe parts words: what stands beside it (l', 's, 't) is a stop word.
    """
    return _words(blanked(_bare(text)))


def _words(text: str) -> list[str]:
    text = split_humps(text).lower()
    if not text.isalpha():
        text = _with_measures_parted(text)
    found = _WORDS.parts(text)
    return found if text.isascii() else _paired(text) or found


def _with_measures_parted(text: str) -> str:
    """The lower-case text with a blank between the number and the unit of 41ms, where no other of ASCII's letters,
    digits or underscores touches them.
    """
    if not any(d in text for d in _DIGITS):
        return text
    found = text.encode("ascii", "replace").translate(_ASCII_PIECES).decode().split()
    if not any(map(_unit_of, found)):
        return text
    if text.isascii():  # the signs between are of no use to whoever asks
        return " ".join([f"{p[: -len(unit)]} {unit}" if (unit := _unit_of(p)) else p for p in found])
    import re  # for a few texts with accents

    return re.sub(r"\b([0-9]+)([a-z]{1,3})\b", r"\1 \2", text, flags=re.ASCII)


_ASCII_PIECES = bytes(n if n < 128 and (chr(n).isalnum() or chr(n) == "_") else 32 for n in range(256))


def _unit_of(piece: str) -> str:
    """The letters of a number with up to three behind it; "" for anything else."""
    unit = piece.lstrip(_DIGITS)
    return unit if len(unit) <= MEASURE_LETTERS and len(unit) < len(piece) and unit.isalpha() else ""


def _paired(text: str) -> list[str]:
    """The words of a text that holds Chinese, Japanese or Korean, its runs in pairs; [] for any other text."""
    if max(text, default="") < CJK[0]:
        return []
    import re

    if not re.search(f"[{CJK}]", text):
        return []
    found = re.findall(rf"((?:(?=[^\W_])[{CJK}])+)|([^\W_{CJK}]+)", text)
    return [part for run, word in found for part in (pairs(run) if run else (word,))]


def wholes(text: str) -> list[str]:
    """The identifiers, paths and flags of a text without their separators. A path also gives its last name."""
    return joined_terms(text, ENGLISH)[1].split()


def _wholes(text: str) -> str:
    found: list[str] = []
    for token in _tokens(text):
        if len(token) > MAX_WORD_CHARS:
            continue
        found += (_whole(token), _name_in(token))
    return " ".join(filter(None, found))


def _name_in(token: str) -> str:
    """The last name of a path in one piece, "" where that is a single word, or the token no path."""
    if "/" not in token and "\\" not in token:
        return ""
    name = token.replace("\\", "/").rpartition("/")[2]
    return _joined(name) if "." in name or "_" in name or "-" in name else ""


def _tokens(run: str) -> list[str]:
    """The identifiers of a run: words held together by single signs, as identifiers, paths and flags are."""
    found: list[str] = []
    at = start = 0
    for word in [*run.translate(_SPACED).split(" "), ""]:
        if not word:
            found += [run[start : at - 1]] if start < at else []
            start = at + 1
        at += len(word) + 1
    return found


def _whole(token: str) -> str:
    """A token in one piece; "" for one that is a single word."""
    return "" if _is_word(token) else _joined(token)


def _is_word(token: str) -> bool:
    """Whether a token is one word, and none made of several."""
    return token.isalnum() and (token[1:].islower() or token.isupper() or token.isdigit() or not has_humps(token))


def _joined(token: str) -> str:
    return fold(token.translate(_SEPARATORS))


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """A function from a lower-case word to its stem without accents. Raises ImportError without PyStemmer."""
    return lru_cache(maxsize=20_000)(_plain_stemmers(language)[0])


def _plain_stemmers(language: str) -> tuple[Callable[[str], str], Callable[[list[str]], list[str]]]:
    """A function from a lower-case word to its stem, and one from many words to theirs, of which each costs less."""
    from Stemmer import Stemmer

    from rlm_core.language.irregular import FORMS

    stemmer_of_language = Stemmer(language, 0)  # its own cache is slower than ours
    stem_word, stem_words = stemmer_of_language.stemWord, stemmer_of_language.stemWords
    base_of = FORMS[language].get

    def stem(word: str) -> str:
        found = stem_word(base_of(word) or word[:MAX_WORD_CHARS])
        return found.lower() if found.isascii() else _term(found)

    def stems(words: list[str]) -> list[str]:
        found = stem_words([base_of(word) or word[:MAX_WORD_CHARS] for word in words])
        return [f.lower() if f.isascii() else _term(f) for f in found]

    return stem, stems


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
    return "".join(c for c in fold(word) if c.isalnum())
