"""What tells of a forgotten text: words and runs of words that stand in it and in nothing that stays.

A text of which all words are said elsewhere has no telling word, but its lines tell: six words of a line in their order
(four of a short one) that nothing that stays has in that order. What our own program says in its sources tells nothing.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from rlm_core.digest import blake2b
from rlm_core.forget.proof.noise import Needed, is_noise, parts_of, thinned, with_words_of
from rlm_core.forget.proof.staying import labels, staying_texts
from rlm_core.forget.proof.wordrow import (
    accented,
    folded,
    joins,
    measured,
    parted,
    readings,
    units,
    units_and_parts,
    without_numbers,
)
from rlm_core.language.irregular import FORMS
from rlm_core.record import Record, each

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from Stemmer import Stemmer

    from rlm_core.forget.target import Target

    Run = tuple[str, ...]

LETTERS, DIGITS = 4, 7  # that a telling word has at least: letters, or nothing but digits
LINE = 20  # characters of a line from which on it is looked for
LONG, SHORT = 6, 4  # words of a run
SPARSE = 4  # of the numbers on which the words of runs may fall, at most one in so many is taken
MOST_WORD = 64  # characters of a word that the index takes
LANGUAGES = ("english", "french")


class Probes(Record):
    """What is looked for.

    words: folded. runs: number of words -> runs of so many. stems: what an index has of them. key: with one,
    all of these are hashes that were made with it, of 16 hexadecimal digits. falls: then, number of bits -> what a word
    of a run gives of its hash in so many bits; nothing where that is not known. Some other words give the same.
    """

    words: set[str] = each(set)
    runs: dict[int, set[Run]] = each(dict)
    stems: set[str] = each(set)
    key: bytes = b""
    falls: dict[int, set[int]] = each(dict)
    needed: Needed | None = None  # of the last text that noise tore apart

    def __bool__(self) -> bool:
        return bool(self.words or self.stems or any(self.runs.values()))

    def in_text(self, text: str) -> set[Run]:
        """The probes that stand in a text, whatever way it writes them."""
        return self._in_noise(parts_of(text)) if is_noise(text) else self._in_readings(text, self.runs)[0]

    def _in_readings(self, text: str, runs: dict[int, set[Run]]) -> tuple[set[Run], set[str]]:
        """The words that are looked for and these runs, as far as a text has them; all its words."""
        found: set[Run] = set()
        known: set[str] = set()
        for reading in readings(text):
            row, parts = units_and_parts(reading)
            known.update(row)
            found.update((word,) for word in self._words_among(parts.union(row)))
            for length, wanted in runs.items():
                found |= self._runs_among(wanted, zip(*(row[n:] for n in range(length)), strict=False), row)
        return found, known

    def _in_noise(self, parts: list[str]) -> set[Run]:
        """The same of a text torn apart by noise: whatever may hold a word of some letters, each once; then the runs.

        A run is looked for where its longer words stand in the text. Hashes do not tell of which words a run is: then
        all are looked for.
        """
        least = LETTERS if self.key else min([LETTERS, *map(len, self.words)])
        found, known = self._in_readings("\n".join(with_words_of(parts, least)), {})
        runs = self.runs
        if not self.key:
            runs = {n: {run for run in wanted if self._may_stand(run, known)} for n, wanted in runs.items()}
        if not any(runs.values()):
            return found
        if self.key and not self.falls:
            return found | self._in_readings(" ".join(parts), runs)[0]
        pairs = None if self.key else {pair for wanted in runs.values() for run in wanted for pair in pairwise(run)}
        return found | self._in_readings(thinned(parts, self._needed(runs), pairs, min(runs)), runs)[0]

    @staticmethod
    def _may_stand(run: Run, known: set[str]) -> bool:
        return all(len(word) < LETTERS or word in known for word in run)

    def _needed(self, runs: dict[int, set[Run]]) -> Needed:
        """What is needed of parts for these runs."""
        words = set() if self.key else {word for wanted in runs.values() for run in wanted for word in run}
        if self.needed is None or self.needed.words != words:
            self.needed = Needed(words, self._falls if self.key else words.__contains__)
        return self.needed

    def _falls(self, word: str) -> bool:
        """Whether a run of hashes may have a word."""
        made = int(keyed(word, self.key), 16)
        return any(made % (1 << bits) in fallen for bits, fallen in self.falls.items())

    def in_stems(self, stems: Collection[str]) -> set[Run]:
        """The probes among the words of an index."""
        return {(word,) for word in self._hashed(stems) & self.stems}

    def ends_among(self, words: Iterable[str]) -> set[str]:
        """The telling words with which any of these words ends."""
        ends = {word[at:] for word in words for at in range(len(word) - LETTERS + 1)}
        return self._words_among(ends)

    def _words_among(self, row: set[str]) -> set[str]:
        return self._hashed(row) & self.words

    def _hashed(self, words: Collection[str]) -> set[str]:
        return {keyed(word, self.key) for word in words} if self.key else set(words)

    def _runs_among(self, runs: set[Run], rows: Iterable[Run], words: Iterable[str]) -> set[Run]:
        """words: all that stand in these rows."""
        if not self.key:
            return runs.intersection(rows)
        if self.falls:
            rows = filter(set(filter(self._falls, set(words))).issuperset, rows)
        return {made for row in set(rows) if (made := (keyed(" ".join(row), self.key),)) in runs}

    def digests(self, key: bytes) -> list[str]:
        """The same for a note that must not tell them: a letter for the kind, or a run's length, and a hash each.

        Of the words of runs, which may be any, a few bits of their hashes: about one word in five falls on one of
        those, whatever it is.
        """
        made = [f"w{keyed(word, key)}" for word in self.words]
        made += [f"s{keyed(word, key)}" for word in self.stems]
        made += [f"{length}{keyed(' '.join(run), key)}" for length, runs in self.runs.items() for run in runs]
        words = {word for runs in self.runs.values() for run in runs for word in run}
        bits = (SPARSE * len(words)).bit_length()
        made += [f"b{bits:02x}{fallen:014x}" for fallen in {int(keyed(word, key), 16) % (1 << bits) for word in words}]
        return sorted(made)


def from_digests(digests: Iterable[str], key: bytes) -> Probes:
    """The probes of a run that was killed, by what it has noted of them."""
    made = Probes(key=key)
    for digest in digests:
        kind, made_of = digest[:1], digest[1:]
        if kind.isdecimal():
            made.runs.setdefault(int(kind), set()).add((made_of,))
        elif kind == "b":
            made.falls.setdefault(int(made_of[:2], 16), set()).add(int(made_of[2:], 16))
        else:
            (made.words if kind == "w" else made.stems).add(made_of)
    return made


def noted(probes: Probes, still: list[str], key: bytes) -> list[str]:
    """The digests of probes, and those of a run that is stuck.

    A former version noted runs, and nothing of their words: then nothing is said of the words of any.
    """
    kinds = {digest[:1] for digest in still}
    made = probes.digests(key)
    if any(map(str.isdecimal, kinds)) and "b" not in kinds:
        made = [digest for digest in made if digest[:1] != "b"]
    return [*made, *still]


@lru_cache(maxsize=200_000)
def keyed(word: str, key: bytes) -> str:
    """A hash that nobody can make without the key: 16 hexadecimal digits."""
    return blake2b(word.encode("utf-8", "replace"), digest_size=8, key=key).hexdigest()


def probes_of(target: Target) -> Probes:
    """What tells of what is to be forgotten: to be made before anything of it is removed."""
    return probes_and_more(target, ())[0]


def probes_and_more(target: Target, others: Iterable[str]) -> tuple[Probes, list[str]]:
    """The same with those of other texts, such as titles, that tell of it; these texts.

    What stays is read once: whether a word or a run of words tells hangs on what stays, and not on the text it is from.
    """
    texts = list(dict.fromkeys([*target.texts, *target.documents, *(entry.text for entry in target.entries)]))
    named = labels(target)
    own = set(units(" ".join(named)))
    first = _possible(texts, own, target.match)
    each = {other: _possible([other], own) for other in dict.fromkeys(others)}
    made = _joined_up([first, *each.values()])
    staying = Staying(made)
    for reading in own_readings():
        staying.take_out(reading)
    for text in ("\n".join(named), *staying_texts(target)):
        for reading in map(StayingText, readings(text)):
            staying.take_out(reading)
    known = staying.known | _stems(staying.known)  # a word that is the stem of one that stays stands in the index
    made.words -= known
    made.stems -= known
    telling = _common(first, made)
    more = [other for other in each if telling.in_text(other)]
    return (_common(_joined_up([first, *(each[other] for other in more)]), made) if more else telling), more


def _possible(texts: list[str], own: set[str], match: str = "") -> Probes:
    """What tells of texts unless it stands in what stays. own: words of labels. match: what the user named."""
    made = Probes(_words_of(texts), _runs_of(texts))
    _take_in_named(made, units(match))
    made.words -= own
    said = "\n".join(texts)
    made.stems = set(filter(_tells, _stems(made.words) | _stems(accented(said)) | joins(said)))
    return made


def _joined_up(all_of: Iterable[Probes]) -> Probes:
    made = Probes()
    for one in all_of:
        made.words |= one.words
        made.stems |= one.stems
        for length, runs in one.runs.items():
            made.runs.setdefault(length, set()).update(runs)
    return made


def _common(one: Probes, other: Probes) -> Probes:
    runs = {length: some & other.runs[length] for length, some in one.runs.items()}
    return Probes(one.words & other.words, runs, one.stems & other.stems)


class StayingText:
    """A text that stays, in one of its readings: what an index may hold of it.

    words: folded. together: neighbours in an identifier or a path as one word. forms: each word in all the forms in
    which it can stand in one of `rows`, and perhaps others.
    """

    __slots__ = ("forms", "text", "together", "words")

    def __init__(self, text: str) -> None:
        row, parts = units_and_parts(text)
        alone = set(row)
        apart = alone.union(parts, measured(alone | parts)) if text.isascii() else alone.union(parted(text))
        self.text = text
        self.words = alone | parts | _stems(accented(text))
        self.together = joins(text)
        self.forms = apart.union(*([_stem(word, language) for word in apart] for language in LANGUAGES))

    def rows(self) -> Iterator[list[str]]:
        """Its words in their order, in the forms that an index of either language keeps beside a passage."""
        yield units(self.text)
        for given in dict.fromkeys((self.text, without_numbers(self.text))):
            row = parted(given)
            yield row
            for language in LANGUAGES:
                yield [_stem(word, language) for word in row]


class Staying:
    """Takes from probes what stands in texts that stay, one reading after the other. known: the words of all of them.

    Few texts hold all the words of any run: only the others have to be read word by word.
    """

    def __init__(self, made: Probes) -> None:
        self.known: set[str] = set()
        self._made = made
        self._rarest: dict[str, list[Run]] = {}
        for runs in made.runs.values():
            for run in runs:
                self._rarest.setdefault(max(run, key=len), []).append(run)

    def take_out(self, reading: StayingText) -> None:
        self.known |= reading.words
        self._made.words -= reading.together
        self._made.stems -= reading.together
        if not self._may_hold_a_run(reading.forms):
            return
        for row in reading.rows():
            for length, runs in self._made.runs.items():
                runs.difference_update(zip(*(row[n:] for n in range(length)), strict=False))

    def _may_hold_a_run(self, forms: set[str]) -> bool:
        """Whether all words of a run are among these; so, too, when that takes longer to say than to read the text."""
        ahead = (run for word in self._rarest.keys() & forms for run in self._rarest[word])
        tries = len(forms) + 100
        return any(forms.issuperset(run) for run in islice(ahead, tries)) or next(ahead, None) is not None


def _words_of(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        for reading in readings(text):
            found.update(*units_and_parts(reading))
    return {word for word in found if _tells(word)}


def _take_in_named(made: Probes, row: list[str]) -> None:
    """Look for the words that the user named, too, in their order; for many of them in runs."""
    if any(map(_tells, row)):
        length = min(len(row), LONG)
        runs = {tuple(row[at : at + length]) for at in range(len(row) - length + 1)}
        if length > 1:
            made.runs.setdefault(length, set()).update(runs)


def _tells(word: str) -> bool:
    if word.isdecimal():
        return DIGITS <= len(word) <= MOST_WORD
    return len(word) >= LETTERS and sum(map(str.isalpha, word)) >= LETTERS


def _runs_of(texts: Iterable[str]) -> dict[int, set[Run]]:
    found: dict[int, set[Run]] = {LONG: set(), SHORT: set()}
    for line in (line for text in texts for reading in readings(text) for line in reading.split("\n")):
        row = units(line)
        if len(line) >= LINE or (not line.isascii() and 3 * len(row) >= 2 * len(line)):
            for run in _tiles(row):
                found[len(run)].add(run)
    return found


def _tiles(row: list[str]) -> Iterator[Run]:
    """A line's words in runs one behind the other, and the run at its end."""
    length = LONG if len(row) >= LONG else SHORT
    if len(row) >= length:
        for at in (*range(0, len(row) - length, length), len(row) - length):
            yield tuple(row[at : at + length])


def _stems(words: Collection[str]) -> set[str]:
    """The words as an index in either language holds them."""
    found: set[str] = set()
    for language in LANGUAGES:
        stemmer, bases = _stemmer(language), FORMS[language]
        given = [bases.get(word) or word[:MOST_WORD] for word in words]
        found.update(map(folded, stemmer.stemWords(given)) if stemmer else ())
    return found


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    """A folded word as an index in a language holds it; itself, where there is no index."""
    stemmer = _stemmer(language)
    base = FORMS[language].get(word) or word[:MOST_WORD]
    return folded(stemmer.stemWord(base)) if stemmer else word


@cache
def _stemmer(language: str) -> Stemmer | None:
    try:
        from Stemmer import Stemmer
    except ImportError:
        return None  # then there is no index
    return Stemmer(language, 0)


@cache
def own_readings() -> tuple[StayingText, ...]:
    """What our own program says; it is the same for every run of a process."""
    return tuple(StayingText(reading) for text in _own_texts() for reading in readings(text))


def _own_texts() -> Iterator[str]:
    import rlm_core

    for folder, _, names in os.walk(os.path.dirname(rlm_core.__file__)):
        for name in names:
            if name.endswith((".py", ".md")):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    yield f.read()
