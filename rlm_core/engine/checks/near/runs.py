"""The longest run of words that two rows of words have in common, by a suffix automaton (Blumer and others, 1985)."""

from __future__ import annotations

from collections.abc import Sequence


class Runs:
    """Finds the longest run of a quote's words in a row of words; built in time linear in the row, asked in the quote.

    A state stands for all runs that end at the same places. `_next`: word -> state. `_link`: the state of the longest
    shorter run that ends at more places. `_length`: words of the state's longest run.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._link, self._length = [-1], [0]
        last = 0
        for word in words:
            last = self._append(word, last)

    def _append(self, word: str, last: int) -> int:
        new = self._state({}, 0, self._length[last] + 1)
        at = last
        while at >= 0 and word not in self._next[at]:
            self._next[at][word] = new
            at = self._link[at]
        if at >= 0:
            after = self._next[at][word]
            if self._length[after] != self._length[at] + 1:
                after = self._split(at, word, after)
            self._link[new] = after
        return new

    def _split(self, at: int, word: str, after: int) -> int:
        copy = self._state(dict(self._next[after]), self._link[after], self._length[at] + 1)
        while at >= 0 and self._next[at].get(word) == after:
            self._next[at][word] = copy
            at = self._link[at]
        self._link[after] = copy
        return copy

    def _state(self, following: dict[str, int], link: int, length: int) -> int:
        self._next.append(following)
        self._link.append(link)
        self._length.append(length)
        return len(self._next) - 1

    def longest(self, words: Sequence[str]) -> tuple[int, int]:
        """(from, to) in `words` of the longest run that both rows have, the first of several; (0, 0) for none."""
        best = state = length = 0
        end = 0
        for at, word in enumerate(words, 1):
            while state and word not in self._next[state]:
                state = self._link[state]
                length = self._length[state]
            if word in self._next[state]:
                state = self._next[state][word]
                length += 1
            if length > best:
                best, end = length, at
        return end - best, end
