"""Bytes that are no text, among which some may stand: what a search for words and for runs of words need not look at.

Damaged pages and packed data, read as text, are hundreds of thousands of words of a few letters, parted by bytes that
are no UTF-8 or that control. Few of them can be a word that tells; in a run of words their order counts, and there are
many: so what each stretch has of a run is looked up, and remembered from one piece of a file to the next.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from rlm_core.forget.proof.wordrow import folded, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

OFTEN = 20  # one such byte to so many characters is noise; with less a text is read as it is
MOST_REMEMBERED = 400_000  # parts of texts: of 4 MB of random bytes there are 140,000
_SIGN = re.compile("[\n\\\\%&\x1b]")  # parts lines, or may stand for something else
_PART = re.compile("[0-9A-Za-z_\\\\%&#;?\\[\x1b\x80-\ufffc\ufffe-\U0010ffff]+|\n")


def is_noise(text: str) -> bool:
    """Whether a text has many characters that stand for no byte of UTF-8, or many zeros."""
    return (text.count("\ufffd") + text.count("\0")) * OFTEN > len(text)


def parts_of(text: str) -> list[str]:
    """The parts of a text in which its words stand, and its line breaks, in their order.

    A word is made of letters, digits, what may stand for one (an escape), and what may become one or more when it is
    folded. Whatever else there is parts words: a text has the same ones as its parts with blanks between them.
    """
    return _PART.findall(text)


def with_words_of(parts: Iterable[str], least: int) -> list[str]:
    """Those parts in which a word of so many characters can stand, each once."""
    wide = _wide()
    return [part for part in set(parts) if len(part) >= least or wide.search(part)]


@cache
def _wide() -> re.Pattern[str]:
    """Characters that may be several when they are folded, such as a ligature, and all from U+0800 on."""
    several = "".join(c for c in map(chr, range(0x80, 0x800)) if len(folded(c)) > 1)
    return re.compile(f"[{re.escape(several)}\u0800-\ufffc\ufffe-\U0010ffff]")


class Needed(dict[str, str]):
    """A part of a text -> what is needed of it: itself, its words, the word that stands for what no run has, or "".

    words: those that runs have, where they are known; wanted: whether a run may have a word. gap: the word that stands
    for others. alone: the words that are all of a part.
    """

    def __init__(self, words: Collection[str], wanted: Callable[[str], bool]) -> None:
        super().__init__()
        self.words = words
        self.gap = next(gap for n in count() if not wanted(gap := f"q{n}q"))
        self.alone: set[str] = set()
        self._wanted = wanted

    def learn(self, parts: Iterable[str]) -> None:
        """See that these are in it, all at once."""
        new = set(parts).difference(self)
        if len(new) + len(self) > MOST_REMEMBERED:
            self.clear()
            new = set(parts)
        signed = set(filter(_SIGN.search, new))
        self.update(zip(signed, signed, strict=True))
        plain = list(new - signed)
        told = lines_of(plain)
        shown = {word: word if self._wanted(word) else self.gap for word in set(told.split())}
        for part, line in zip(plain, told.split("\n"), strict=False):  # of no parts there is one line
            row = line.split()
            made = shown[row[0]] if len(row) == 1 else " ".join(map(shown.__getitem__, row))
            if not made.isascii():
                made = part
            elif len(row) == 1 and made != self.gap:
                self.alone.add(made)
            self[part] = made


def thinned(parts: list[str], needed: Needed, pairs: Collection[tuple[str, str]] | None, shortest: int) -> str:
    """The parts of a text in their order, without the words that cannot be in any run; the shortest has so many.

    What is left out becomes one word that no run has: its neighbours do not meet. It also parts two that are a word
    each which no run has side by side, where `pairs` tells which these are. Line breaks, and what may be an escape, are
    as they were.
    """
    needed.learn(parts)
    gap, alone = needed.gap, needed.alone
    row = list(filter(None, map(needed.__getitem__, parts)))
    row = [one for one, other in zip(row, [*row[1:], ""], strict=False) if one != gap or other != gap]
    if pairs is not None:
        row = [
            f"{one} {gap}" if one in alone and other in alone and (one, other) not in pairs else one
            for one, other in zip(row, [*row[1:], ""], strict=False)
        ]
    some = " +[0-9A-Za-z]+"
    return re.sub(rf"{gap}(?:{some}){{0,{shortest - 1}}}(?= +{gap})", "", " ".join(row))
