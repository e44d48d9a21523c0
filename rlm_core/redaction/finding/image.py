"""What all matching runs on: one ASCII byte per character, of one text or of many behind one another."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from rlm_core.redaction.finding.literalplaces import LEAD, OVERLAP, WINDOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BETWEEN = "\n\0\n"
"""The end of a text and the beginning of the next: no literal stands over it."""


class Image:
    """The bytes of texts behind one another, and where each begins and ends.

    Many short texts cost more to begin than to scan, so literals are looked for in all of them at once. What is found
    at a literal must not hang on the neighbours: whoever asks a finder hands it the text alone, by `own`.
    """

    __slots__ = ("_begins", "_ends", "_own", "data")

    def __init__(self, data: bytes, lengths: Sequence[int] = ()) -> None:
        """lengths: of the texts, with `BETWEEN` between them; none when the data are one text."""
        self.data = data
        self._own: tuple[int, bytes] = (-1, b"")
        self._begins, self._ends = [0], [len(data)]
        if len(lengths) > 1:
            nexts = [*accumulate(length + len(BETWEEN) for length in lengths)]
            self._begins, self._ends = [0, *nexts[:-1]], [end - len(BETWEEN) for end in nexts]

    def __len__(self) -> int:
        """How many texts it holds."""
        return len(self._begins)

    def number(self, pos: int) -> int:
        """Which text stands at `pos`, from 0; what stands behind a text counts as its own."""
        return bisect_right(self._begins, pos) - 1

    def bounds(self, pos: int) -> tuple[int, int]:
        """Where the text at `pos` begins and ends."""
        number = bisect_right(self._begins, pos) - 1
        return self._begins[number], self._ends[number]

    def own(self, pos: int) -> tuple[bytes, int, int]:
        """(the text at `pos` alone, where it begins, before which place no other begins)."""
        begin, end = self.bounds(pos)
        if len(self) == 1:
            return self.data, begin, end + len(BETWEEN)
        if self._own[0] != begin:  # once for all windows of a long text
            self._own = begin, self.data[begin:end]
        return self._own[1], begin, end + len(BETWEEN)

    def windows(self) -> Iterator[tuple[int, int]]:
        """Stretches of all texts, in order: parts of a long one, or several short ones, none of which is parted.

        So each stands among no less than where it is looked through alone, and what is looked for somewhere because
        something else stands near is looked for there, too.
        """
        first = last = -1
        for begin, end in zip(self._begins, self._ends, strict=True):
            if end - begin > WINDOW:
                if first >= 0:
                    yield first, last
                for start in range(begin, end, WINDOW):
                    yield max(begin, start - LEAD), min(end, start + WINDOW + OVERLAP)
                first = -1
                continue
            if first < 0:
                first = begin
            elif end - first > WINDOW:
                yield first, last
                first = begin
            last = end
        if first >= 0:
            yield first, last
