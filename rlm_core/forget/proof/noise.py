"""Bytes that are no text, among which some may stand: what a search for runs of words need not look at.

Damaged pages and packed data, read as text, are hundreds of thousands of words of a few letters, parted by bytes that
are no UTF-8 or that control. Each may be looked up once; in a run of words their order counts, and there are many.
"""

from __future__ import annotations

import re
from itertools import count, pairwise
from typing import TYPE_CHECKING

from rlm_core.forget.proof.wordrow import units

if TYPE_CHECKING:
    from collections.abc import Collection

OFTEN = 20  # one stretch to so many characters is noise; with less a text is read as it is
_NOISE = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]+")
_SIGN = re.compile("[\n\\\\%&\x1b]")  # parts lines, or may stand for something else


def stretches(text: str) -> list[str]:
    """The parts of a text between bytes that are none or that control; nothing where it is hardly torn by them."""
    parts = _NOISE.split(text)
    return parts if len(parts) * OFTEN >= len(text) and len(parts) > OFTEN else []


def thinned(parts: list[str], runs: dict[int, set[tuple[str, ...]]]) -> str:
    """The stretches of a text in their order, without the words that cannot be in any of these runs, of so many words.

    What is left out becomes one word that no run has: its neighbours do not meet. It also parts two stretches of a word
    each that no run has side by side. Stretches with line breaks, or with what may be an escape, are as they were.
    """
    rows = [run for wanted in runs.values() for run in wanted]
    needed = _Needed({word for run in rows for word in run})
    pairs = {pair for run in rows for pair in pairwise(run)}
    gap = needed.gap
    row = list(filter(None, (needed[part] for part in parts)))
    alone = needed.alone
    apart = [
        f"{one} {gap}" if one in alone and other in alone and (one, other) not in pairs else one
        for one, other in zip(row, [*row[1:], ""], strict=True)
    ]
    some = " +[0-9A-Za-z]+"
    return re.sub(rf"{gap}(?:{some}){{0,{min(runs) - 1}}}(?= +{gap})", "", " ".join(apart))


class _Needed(dict[str, str]):
    """A stretch -> what is needed of it: itself, its words, or the word that stands for what no run has.

    gap: that word. alone: the words that are all of a short stretch.
    """

    def __init__(self, words: Collection[str]) -> None:
        super().__init__()
        self.gap = next(gap for n in count() if (gap := f"q{n}q") not in words)
        self.alone: set[str] = set()
        self._words = frozenset(words)

    def __missing__(self, stretch: str) -> str:
        if _SIGN.search(stretch):
            return stretch
        row = [word if word in self._words else self.gap for word in units(stretch)]
        made = " ".join(row)
        if not made.isascii():
            return stretch
        if len(row) == 1 and made != self.gap:
            self.alone.add(made)
        self[stretch] = made
        return made
