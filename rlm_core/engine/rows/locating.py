"""Finds where the entries that a reader reports stand: by their quotes, and where these stand often, by their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rlm_core.engine.checks import quotes
from rlm_core.engine.checks.matching import Text, says_something
from rlm_core.engine.findings import Finding
from rlm_core.engine.rows.fields import Field
from rlm_core.engine.rows.follows import JUDGED, follow
from rlm_core.engine.rows.placing import EntrySpot, PlacedEntries
from rlm_core.engine.rows.replies import CellReply, RowReply
from rlm_core.engine.rows.shown import Hints, RefusedValueError
from rlm_core.engine.texts import Partition, Piece

BY_CELLS = "its own quote is too short or stands nowhere; its cells show where it is"
MAX_CANDIDATES = 40  # places that are compared; from the entry before on, since readers keep to the order of the text
PARAGRAPH_CHARS = 600
MAX_READ_CHARS = 500_000  # that are read in one part to compare places; then the first place counts
MAX_NEEDLES = 8  # quotes and values of one entry that are looked for
ENOUGH = 2  # cells that have to fit where an entry's own quote stands nowhere

Found = tuple[Finding, "EntrySpot | None", tuple[str, ...]]  # what is said, where it stands, doubts


@dataclass(frozen=True)
class _Candidate:
    """A place at which an entry may stand. rank: how well it fits, and whether no other has it. piece: its number."""

    rank: tuple[int, bool]
    spot: EntrySpot
    piece: int


@dataclass
class EntryFinder:
    """Finds the entries of one part. names: of the columns, as `same_name` has them. hints: of each piece by its id."""

    part: Partition
    fields: Sequence[Field]
    names: Sequence[str]
    hints: Mapping[int, Hints]
    _texts: list[tuple[Piece, Text]] = field(init=False)
    _held: set[tuple[int, int]] = field(default_factory=set)  # (piece's id, offset) of the entries found
    _read: int = 0
    _before: tuple[int, int] = (0, -1)  # (number of the piece, offset) of the last one

    def __post_init__(self) -> None:
        self._texts = [(p, Text(p.text)) for p in self.part.pieces]

    def found(self, replies: Sequence[RowReply]) -> Iterator[Found]:
        """Each reply as a finding, with the source's own words where it stands."""
        own = tuple(Finding(claim_of(r), r.quote, r.location, part=self.part.number) for r in replies)
        for reply, located in zip(replies, quotes.locate(own, self.part), strict=True):
            if located.verified:
                pieces = [n for n, p in enumerate(self.part.pieces) if p.document.id == located.location]
                spot = self._taken(self._best(reply, self._places(located.quote, pieces), 0))
                yield self._at(located, spot), spot, ()
            else:
                spot = self._by_cells(reply)
                yield self._at(located, spot), spot, (BY_CELLS,) if spot else ()

    def _at(self, finding: Finding, spot: EntrySpot | None) -> Finding:
        if spot is None:
            return finding
        piece = spot.piece
        line, document = piece.line + piece.text.count("\n", 0, spot.start), piece.document
        doubts = finding.doubts if finding.verified else ()
        return replace(
            finding, quote=piece.text[spot.start : spot.end], location=document.id, path=document.path, line=line,
            date=document.time_at(line), verified=True, doubts=doubts,
        )  # fmt: skip

    def _by_cells(self, reply: RowReply) -> EntrySpot | None:
        """Where several cells of an entry stand together, if its own quote is none or too short to prove anything."""
        if len(reply.cells) < ENOUGH:
            return None
        shown = sorted({s.quote for s in reply.cells.values()}, key=len, reverse=True)
        values = sorted({s.value for s in reply.cells.values()}, key=len, reverse=True)
        everywhere, best = range(len(self._texts)), None
        for needle in list(dict.fromkeys((reply.quote, *shown, *values)))[:MAX_NEEDLES]:
            other = self._best(reply, self._places(needle, everywhere), ENOUGH) if says_something(needle) else None
            if other and (best is None or other.rank > best.rank):
                best = other
            if best and best.rank == (2 * len(reply.cells), True):
                break
        return self._taken(best)

    def _places(self, quote: str, pieces: Sequence[int]) -> list[tuple[int, int, int]]:
        """(number of a piece, from, to) of so many places: those behind the entry before come first."""
        after: list[tuple[int, int, int]] = []
        earlier: list[tuple[int, int, int]] = []
        for n in pieces:
            for start, end in self._texts[n][1].places(quote):
                (after if (n, start) > self._before else earlier).append((n, start, end))
                if len(after) == MAX_CANDIDATES:
                    return after
        return (after + earlier[::-1])[:MAX_CANDIDATES]

    def _best(self, reply: RowReply, places: Sequence[tuple[int, int, int]], enough: int) -> _Candidate | None:
        """The place at which most cells fit; of equals one that no entry has yet, the next one first."""
        best: _Candidate | None = None
        for n, start, end in places:
            spot = EntrySpot(self._texts[n][0], start, end)
            alone = len(places) == 1 and not enough
            if not alone and self._read > MAX_READ_CHARS:
                return best or (None if enough else _Candidate((0, True), spot, n))
            fits = 0 if alone else self._fits(reply, spot)
            rank = (fits, (id(spot.piece), start) not in self._held)
            if fits >= 2 * enough and (best is None or rank > best.rank):
                best = _Candidate(rank, spot, n)
                if rank == (2 * len(reply.cells), True):
                    break
        return best

    def _taken(self, best: _Candidate | None) -> EntrySpot | None:
        """The spot of a candidate, which an entry has from here on."""
        if best is None:
            return None
        self._before = (best.piece, best.spot.start)
        self._held.add((id(best.spot.piece), best.spot.start))
        return best.spot

    def _fits(self, reply: RowReply, spot: EntrySpot) -> int:
        """How well cells fit to a place: two for each in the entry's own lines, one for each in its paragraph."""
        piece = spot.piece
        PlacedEntries(piece, [spot], self.names)  # works out the spot's own lines
        stop = piece.text.find("\n\n", spot.end, spot.end + PARAGRAPH_CHARS)
        own = piece.text[max(spot.first, spot.start - PARAGRAPH_CHARS) : min(spot.last, spot.end + PARAGRAPH_CHARS)]
        paragraph = piece.text[spot.start : stop] if stop > spot.last else ""
        self._read += (len(own) + len(paragraph)) * len(reply.cells)
        return sum(self._fit(f, said, own, paragraph, piece) for f in self.fields if (said := reply.cells.get(f.name)))

    def _fit(self, f: Field, said: CellReply, own: str, paragraph: str, piece: Piece) -> int:
        for worth, words in ((2, own), (1, paragraph)):
            if said.quote and said.quote in words:
                return worth
            try:
                if JUDGED not in follow(f, said.value, words, self.hints[id(piece)]).doubts:
                    return worth
            except RefusedValueError:
                continue
        return 0


def claim_of(reply: RowReply) -> str:
    """What a reply says, in one line."""
    return "; ".join(f"{name}: {said.value}" for name, said in reply.cells.items())[:2000]
