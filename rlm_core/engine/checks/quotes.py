"""Verification by code: a quote must stand in the source that it cites, word for word or as good as that.

What is shown is the source's own words, whatever the reader made of them; see `near` for what may differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rlm_core.engine.checks.matching import Text, says_something
from rlm_core.engine.checks.near.guards import carries
from rlm_core.engine.checks.near.nearly import Nearly, NearPlace
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Document, Partition, Piece, offset_of

MIN_QUOTE_BYTES = 8  # bytes, white space aside: less stands anywhere and proves nothing
_NAMED = re.compile(r"[\w./-]+")
_LINE = re.compile(r"(?:[:#]L?|,? ?\(?lines? |,? ?\(?lignes? )(\d+)(?:[-–:]L?\d+)*\)?$", re.IGNORECASE)

NOT_THERE = "the quote does not stand in the source"
TOO_SHORT = "the quote is too short to prove anything"
ELSEWHERE = "the quote stands in another source than the one it cites"


def locate(findings: tuple[Finding, ...], part: Partition) -> list[Finding]:
    """Find the quotes of a part's findings: the findings with path, line and date, doubted where none is found.

    A quote that is found is replaced by the source's own words; one that differed from them is `repaired`. When several
    findings have the same quote, each gets the next place; one whose location names a line (`id:42`) gets the place on
    that line, if there is one. A quote that stands in another source than the cited one is cited where it stands, and
    doubted softly: it stays verified.
    """
    search = _QuoteSearch(part.pieces)
    return [_located(f, search) for f in findings]


def stands_in(quote: str, text: str) -> bool:
    """Whether a quote that says something stands in a text, word for word or with all its words in their order."""
    if not says_something(quote):
        return False
    whole = Piece(Document("", text), text, 1, 0)
    return any(True for _ in Text(text).places(quote)) or any(True for _ in Nearly((whole,)).places(quote, (0,)))


def lines_around(piece: Piece, line: int, quote: str) -> str:
    """The complete lines of a piece that a quote on `line` touches; "" when the piece does not hold that line."""
    text = piece.text
    if not 0 <= line - piece.line <= text.count("\n"):
        return ""
    start = offset_of(text, line - piece.line)
    at = max(text.find(quote, start), start)
    return _line_of(text, at, at + len(quote))


def _located(finding: Finding, search: _QuoteSearch) -> Finding:
    if not says_something(finding.quote):
        return finding.doubted(TOO_SHORT)
    place, repaired, elsewhere = search.next_place(finding.quote, finding.location)
    if place is None:
        return finding.doubted(NOT_THERE)
    piece, start, end = place.piece, place.start, place.end
    quote, lines = piece.text[start:end], _line_of(piece.text, start, end)
    if place.made_up and carries(place.made_up, finding, lines):
        return finding.doubted(NOT_THERE)
    if _bare(quote) < MIN_QUOTE_BYTES and quote.strip() != lines.strip():
        return finding.doubted(TOO_SHORT)
    line = piece.line + piece.text.count("\n", 0, start)
    document = piece.document
    date = document.time_at(line)
    file_date = "" if date else document.file_date
    doubts = [place.doubt] * bool(place.doubt) + [ELSEWHERE] * elsewhere
    return replace(
        finding, quote=quote, location=document.id, path=document.path, line=line, date=date,
        verified=True, repaired=repaired, file_date=file_date, doubts=(*finding.doubts, *doubts),
    )  # fmt: skip


class _QuoteSearch:
    """Finds quotes in pieces. Asking for the same quote again gives its next place."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._texts = [(p, Text(p.text)) for p in pieces]
        self._nearly = Nearly(pieces)
        self._asked: dict[tuple[str, tuple[int, ...], str], _Places] = {}

    def next_place(self, quote: str, location: str) -> tuple[NearPlace | None, bool, bool]:
        """(place, whether the quote had to be repaired, whether another source than the cited one holds it).

        The last place again when there are no more. What stands word for word in another source comes before what
        stands there only nearly so, and behind what nearly stands in the cited one.
        """
        cited, line = self._cited(location)
        others = tuple(n for n in range(len(self._texts)) if n not in set(cited))
        if line and (place := self._on_line(quote, cited, line)) and self._places_of(quote, cited).take(place):
            return place, False, False
        for ways in ((self._exactly, self._nearly.places), (self._nearly.longest,)):
            for chosen in (cited, others):
                for way in ways:
                    if chosen and (place := self._places_of(quote, chosen, way).next()):
                        return place, way != self._exactly, chosen is others
        return None, False, False

    def _places_of(self, quote: str, chosen: tuple[int, ...], way: _Way | None = None) -> _Places:
        way = way or self._exactly
        key = (" ".join(quote.split()), chosen, way.__name__)
        if key not in self._asked:
            self._asked[key] = _Places(way(quote, chosen))
        return self._asked[key]

    def _exactly(self, quote: str, chosen: Sequence[int]) -> Iterator[NearPlace]:
        for n in chosen:
            piece, text = self._texts[n]
            for start, end in text.places(quote):
                yield NearPlace(piece, start, end)

    def _on_line(self, quote: str, cited: Sequence[int], line: int) -> NearPlace | None:
        for n in cited:
            piece, text = self._texts[n]
            if piece.line <= line <= piece.line + piece.text.count("\n"):
                first = offset_of(piece.text, line - piece.line)
                end = piece.text.find("\n", first)
                start, stop = next(text.places(quote, first), (-1, -1))
                if start >= 0 and (end < 0 or start <= end):
                    return NearPlace(piece, start, stop)
        return None

    def _cited(self, location: str) -> tuple[tuple[int, ...], int]:
        """(numbers of the pieces that a location names by id or path, of all when it is empty; its line, or 0)."""
        name = location.strip().strip("[]`<>\"'() ")
        if not name:
            return tuple(range(len(self._texts))), 0
        if exact := self._named({name}):
            return exact, 0
        line = _LINE.search(name)
        bare = name[: line.start()].strip() if line else name
        found = self._named({bare}) or self._named({w.rstrip(".") for w in _NAMED.findall(bare)})
        return found, int(line[1]) if line else 0

    def _named(self, names: set[str]) -> tuple[int, ...]:
        names = names - {""}
        return tuple(
            n for n, (p, _) in enumerate(self._texts) if not names.isdisjoint((p.document.id, p.document.path))
        )


_Way = Callable[[str, Sequence[int]], Iterator[NearPlace]]  # (quote, numbers of the pieces) -> its places


class _Places:
    """The places of one quote, one after the other, then the last one again."""

    def __init__(self, places: Iterator[NearPlace]) -> None:
        self._places = places
        self._last: NearPlace | None = None
        self._taken: set[tuple[str, int, int]] = set()

    def take(self, place: NearPlace) -> bool:
        """Take a place out of turn; False when it was taken before."""
        spot = (place.piece.document.id, place.piece.line, place.start)
        new = spot not in self._taken
        self._taken.add(spot)
        return new

    def next(self) -> NearPlace | None:
        self._last = next((p for p in self._places if self.take(p)), self._last)
        return self._last


def _bare(quote: str) -> int:
    return len("".join(quote.split()).encode("utf-8", "replace"))


def _line_of(text: str, start: int, end: int) -> str:
    """The whole lines that hold a stretch."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    return text[first : last if last >= 0 else len(text)]
