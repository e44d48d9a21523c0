"""Where the entries of a part stand, and in which of them a passage does.

A reader that mixes two entries up gives one of them a value of the other, with a genuine quote. So a passage counts for
an entry when it stands in the entry's own lines, or above it where nothing claims it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rlm_core.engine.checks.matching import Text, says_something
from rlm_core.engine.rows.fields import same_name
from rlm_core.engine.texts import Piece
from rlm_core.language.dates import dates

NEAR, HEADING, BELOW, FAR, OTHERS = range(5)  # how well a passage belongs to an entry; the first are the best
MAX_PLACES = 200  # of one passage in one piece that are looked at
MAX_LINES = 200  # of one entry
MAX_BESIDE = 3000  # characters of an entry before and behind its quote
_PAIR = re.compile(r"[ \t]*(?:[-*+][ \t]+)?[\"'`*_]{0,3}([^\W\d_][\w ./-]{0,40}?)[\"'`*_]{0,3}[ \t]*[:=](?=[ \t]|$)")
_TITLE = re.compile(r"[ \t]*(#{1,6})[ \t]")
_HEADING = re.compile(r"[ \t]*(?:\*\*.{1,200}\*\*:?[ \t]*$|.{1,200}:[ \t]*$)")
LOWEST = 7  # of a heading's levels
MAX_DATED = 40  # characters of such a line
MOST_BESIDE = 12  # letters beside the date of a line that is no more than a date: a day of the week


@dataclass
class EntrySpot:
    """Where an entry stands in a piece. start, end: its quote. first, last: all of its own lines, as far as it can be
    told. Offsets in the piece's text.
    """

    piece: Piece
    start: int
    end: int
    first: int = 0
    last: int = 0


class PlacedEntries:
    """The entries of one piece, by where they stand."""

    def __init__(self, piece: Piece, spots: Sequence[EntrySpot], names: Sequence[str] = ()) -> None:
        """spots: of this piece; their own lines are worked out here. names: of the columns, as `same_name` has them."""
        self.piece, self.text, self._names = piece, piece.text, names
        self.search = Text(piece.text)
        self.spots = sorted(spots, key=lambda s: (s.start, s.end))
        self._headings: list[tuple[int, int]] | None = None  # (offset, level), once they are asked for
        self._widen()
        self._firsts = [s.first for s in self.spots]

    def _widen(self) -> None:
        """Give each entry its own lines: those of its quote, and those around it that go on with it."""
        ends = 0
        for n, spot in enumerate(self.spots):
            later = (self.spots[k].start for k in range(n + 1, len(self.spots)))
            following = next((start for start in later if start >= spot.end), len(self.text))
            line = self.text.rfind("\n", 0, spot.start) + 1
            keys = {key for row in self.text[line : spot.end].split("\n") if (key := self._key(row))}
            spot.last = self._end_of(line, spot.end, following, keys)
            spot.first = min(max(self._start_of(line, ends, keys), ends), spot.start)
            # A line may be as long as a file: what stands far from the quote is not the entry's own.
            spot.first, spot.last = max(spot.first, spot.start - MAX_BESIDE), min(spot.last, spot.end + MAX_BESIDE)
            ends = max(ends, spot.last)

    def _end_of(self, line: int, end: int, following: int, keys: set[str]) -> int:
        """Where the lines of an entry end that begins on a line: to it belong those that are indented deeper, that name
        another column, or that go on with a sentence; to a heading all that stands under it.

        keys: the columns that it names already; grows.
        """
        text, indent = self.text, _indent(self.text[line:end])
        at = _line_end(text, end)
        if level := heading_level(text[line:at]):
            return next(
                (start - 1 for start, rank in self.headings if at < start < following and rank <= level), following
            )
        wraps = _begins_sentence(text[line:at])
        for _ in range(MAX_LINES):
            if at >= following or at >= len(text):
                break
            row = text[at + 1 : (stop := _line_end(text, at + 1))]
            key = self._key(row)
            goes_on = key or _indent(row) > indent or (wraps and row[indent : indent + 1].islower())
            if not row.strip() or key in keys or not goes_on:
                break
            keys |= {key} if key else set()
            at = stop
        return min(at, following)

    def _start_of(self, line: int, ends: int, keys: set[str]) -> int:
        """Where they begin, for an entry that was quoted by one of its later lines."""
        for _ in range(MAX_LINES if keys else 0):
            before = self.text.rfind("\n", 0, max(line - 1, 0)) + 1
            key = self._key(self.text[before : max(line - 1, 0)]) if before >= ends else ""
            if not key or key in keys:
                break
            keys |= {key}
            line = before
        return line

    def _key(self, row: str) -> str:
        """The column that a line `amount: 12` names, "" for none."""
        match = _PAIR.match(row)
        key = same_name(match[1]) if match else ""
        return key if any(key in name or name in key for name in self._names) else ""

    def place(self, quote: str, spot: EntrySpot) -> tuple[int, int, int] | None:
        """(from, to, how well it belongs to the entry) of the best place of a quote; None when it has none."""
        if not says_something(quote):
            return None
        first = next(self.search.places(quote, spot.first), None)
        if first and first[1] <= spot.last:
            return (*first, NEAR)
        best: tuple[int, int, int] | None = None
        for n, (start, end) in enumerate(self.search.places(quote)):
            if n == MAX_PLACES:
                break
            rank = self._rank(start, end, spot)
            # Above an entry the nearest one counts, below it the first.
            if best is None or rank < best[2] or (rank == best[2] and end <= spot.start):
                best = (start, end, rank)
        return best

    def _rank(self, start: int, end: int, spot: EntrySpot) -> int:
        if spot.first <= start and end <= spot.last:
            return NEAR
        owner = self.owner(start)
        if owner and owner is not spot and start < owner.last:
            return OTHERS
        line = self.text.rfind("\n", 0, start) + 1
        level = heading_level(self.text[line : _line_end(self.text, end)])
        if not level:
            return BELOW if owner is spot else FAR
        return HEADING if end <= spot.start and self.holds(level, line, spot) else OTHERS

    def holds(self, level: int, line: int, spot: EntrySpot) -> bool:
        """Whether a heading that begins at an offset, -1 for above the piece, still holds where an entry stands."""
        return not any(line < at < spot.first and rank <= level for at, rank in self.headings)

    @property
    def headings(self) -> list[tuple[int, int]]:
        """(offset, level) of each."""
        if self._headings is None:
            self._headings = []
            at = 0
            for row in self.text.split("\n"):
                if rank := heading_level(row):
                    self._headings.append((at, rank))
                at += len(row) + 1
        return self._headings

    def headings_of(self, spot: EntrySpot) -> list[tuple[int, int]]:
        """(from, to) of the headings that hold where an entry stands, the nearest first."""
        found, lowest = [], LOWEST + 1
        for at, level in reversed(self.headings):
            if at < spot.first and level < lowest:
                lowest = level
                found.append((at, _line_end(self.text, at)))
        return found

    def owner(self, at: int) -> EntrySpot | None:
        """The entry that stands last before an offset."""
        n = bisect_right(self._firsts, at) - 1
        return self.spots[n] if n >= 0 else None

    def paragraph(self, spot: EntrySpot) -> str:
        """An entry's own lines, and those behind them up to a blank line or the next entry."""
        n = bisect_right(self._firsts, spot.first)
        following = next((s.first for s in self.spots[n : n + MAX_LINES] if s.first >= spot.last), len(self.text))
        blank = self.text.find("\n\n", spot.last, spot.last + MAX_BESIDE)
        ends = min(following, blank if blank >= 0 else spot.last + MAX_BESIDE)
        return self.text[spot.first : max(spot.last, ends)]


def heading_level(line: str) -> int:
    """How high a line stands that looks like one that tells of what is below it: a title, from 1, a line that ends in a
    colon, a date by itself; 0 for any other line.
    """
    if match := _TITLE.match(line):
        return len(match[1])
    return LOWEST if _HEADING.match(line) or _is_date(line) else 0


def _is_date(line: str) -> bool:
    found = dates(line) if len(line) <= MAX_DATED else []
    if not found:
        return False
    beside = line[: found[0].start] + line[found[-1].end :]
    return sum(map(str.isalpha, beside)) <= MOST_BESIDE and not any(map(str.isdigit, beside))


def _begins_sentence(row: str) -> bool:
    """Whether a line begins as sentences do, so that one in small letters below it goes on with it."""
    first = next((c for c in row if c.isalnum()), "")
    return first.isupper() or first.isdigit()


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" \t"))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)
