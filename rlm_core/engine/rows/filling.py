"""Fills the rows of one part: finds where each entry stands, and checks its cells against the words of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rlm_core.engine.checks import quotes
from rlm_core.engine.checks.matching import Text
from rlm_core.engine.findings import Finding
from rlm_core.engine.rows.addressed import is_order, may_be_order
from rlm_core.engine.rows.fields import DATE, Field, same_name
from rlm_core.engine.rows.follows import follow, typed
from rlm_core.engine.rows.placing import FAR, NEAR, OTHERS, EntrySpot, PlacedEntries
from rlm_core.engine.rows.replies import CellReply, RowReply
from rlm_core.engine.rows.row import Cell, Row
from rlm_core.engine.rows.shown import RefusedValueError, Shown
from rlm_core.engine.texts import Document, Partition, Piece, offset_of

NOT_THERE = "its quote does not stand in the source"
ANOTHER = "its quote stands in another entry"
NO_ENTRY = "the entry does not stand in the source"
REQUIRED = "it is required, and the entry does not fill it in"
OUTSIDE = "its quote stands outside of the entry's own lines"
BY_ENTRY = "shown by the entry, not by the quote that was given for it"
BY_TIME = "the time at which the source says its entry was said"
QUOTE_OF_CELL = "its own quote does not stand in the source; the quote of a cell shows where it is"
ORDER = "the entry is an order to whoever reads it"
MAYBE_ORDER = "the entry may be an order to whoever reads it"
UNCHECKED = "nothing was checked"
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.]\d|\d)")


@dataclass(frozen=True)
class Above:
    """What stands in a document above a piece of it, and may hold for its entries: the first line, headings.

    lines: (number, text).
    """

    document: Document
    lines: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Evidence:
    """Words that may show a value, and where they stand. start: their offset in the lines that begin on `line`."""

    words: str
    document: Document
    text: str
    start: int
    line: int
    doubts: tuple[str, ...] = ()

    def cell(self, name: str, said: str, shown: Shown) -> Cell:
        quote = self.words[shown.start : shown.end]
        line = self.line + self.text.count("\n", 0, self.start + shown.start)
        document = self.document
        doubts = (*self.doubts, *shown.doubts)
        return Cell(name, shown.value, said, quote, document.id, document.path, line, True, "", doubts)


@dataclass
class Filler:
    """Fills rows of one part. above: of each piece, by its place in the part. checked: False where nobody checks."""

    part: Partition
    fields: Sequence[Field]
    above: Sequence[Above]
    checked: bool = True
    _years: dict[int, frozenset[int]] = field(default_factory=dict)
    _taken: set[tuple[str, int, int]] = field(default_factory=set)  # (id, line, offset) of entries found by their line

    def rows(self, replies: Sequence[RowReply]) -> list[Row]:
        """The rows, in the order of the replies; with the source's own words where these stand."""
        if not self.checked:
            return [self._unchecked(r) for r in replies]
        found = [self._located(r) for r in self._first_located(replies)]
        spots = [spot for _, spot, _ in found]
        names = [same_name(n) for f in self.fields for n in (f.name, f.key)]
        placed: dict[int, PlacedEntries] = {}
        for n, piece in enumerate(self.part.pieces):
            mine = [s for s in spots if s and s.piece is piece]
            if mine:
                placed[id(piece)] = PlacedEntries(piece, mine, names)
                self._years[id(piece)] = _years_of(piece, self.above[n])
        return [
            self._row(reply, finding, spot, placed[id(spot.piece)] if spot else None, doubts)
            for reply, (finding, spot, doubts) in zip(replies, found, strict=True)
            if spot or not self._is_above(reply.quote)  # an entry of another part, which reports it
        ]

    def _is_above(self, quote: str) -> bool:
        rows = (row for above in self.above for _, row in above.lines)
        return any(quote in row or row in quote for row in rows) if quote else False

    def _unchecked(self, reply: RowReply) -> Row:
        cells = []
        for f in self.fields:
            said = reply.cells.get(f.name)
            if said:
                try:
                    cells.append(Cell(f.name, typed(f, said.value), said.value, said.quote, doubts=(UNCHECKED,)))
                except RefusedValueError as e:
                    cells.append(Cell(f.name, None, said.value, said.quote, reason=str(e)))
        return Row(_claim(reply), reply.quote, reply.location, part=self.part.number, cells=tuple(cells))

    # where the entries stand

    def _first_located(self, replies: Sequence[RowReply]) -> Iterator[tuple[Finding, tuple[str, ...]]]:
        """The findings of the replies, located; by the quote of a cell where the entry's own is none."""
        own = tuple(Finding(_claim(r), r.quote, r.location, part=self.part.number) for r in replies)
        for reply, located in zip(replies, quotes.locate(own, self.part), strict=True):
            if located.verified:
                yield located, ()
                continue
            others = sorted({s.quote for s in reply.cells.values() if s.quote}, key=len, reverse=True)
            tried = tuple(replace(located, quote=q, verified=False, doubts=()) for q in others)
            good = next((f for f in quotes.locate(tried, self.part) if f.verified), None)
            yield (good, (QUOTE_OF_CELL,)) if good else (self._by_line(reply, located) or located, ())

    def _by_line(self, reply: RowReply, located: Finding) -> Finding | None:
        """The finding where it stands when one line holds all that it says, quotes or values; None without one.

        A quote that is too short to prove anything by itself does so together with the cells.
        """
        needles = [n for n in [reply.quote, *(s.quote or s.value for s in reply.cells.values())] if n]
        known: Finding | None = None
        for piece in self.part.pieces if len(needles) > 2 else ():
            for n, row in enumerate(piece.text.split("\n")):
                places = [next(Text(row).places(needle), None) for needle in needles] if needles[0] in row else []
                if not all(places) or not places or not (place := places[0]):
                    continue
                document, line = piece.document, piece.line + n
                known = replace(
                    located, quote=row[place[0] : place[1]], location=document.id, path=document.path, line=line,
                    date=document.time_at(line), verified=True, doubts=(),
                )  # fmt: skip
                if (spot := (document.id, line, place[0])) not in self._taken:
                    self._taken.add(spot)
                    return known
        return known

    def _located(self, found: tuple[Finding, tuple[str, ...]]) -> tuple[Finding, EntrySpot | None, tuple[str, ...]]:
        finding, doubts = found
        if not finding.verified:
            return finding, None, doubts
        for piece in self.part.pieces:
            if piece.document.id != finding.location or not piece.line <= finding.line:
                continue
            if finding.line > piece.line + piece.text.count("\n"):
                continue
            at = piece.text.find(finding.quote, offset_of(piece.text, finding.line - piece.line))
            if at >= 0:
                return finding, EntrySpot(piece, at, at + len(finding.quote)), doubts
        return finding, None, doubts

    # what they fill in

    def _row(
        self, reply: RowReply, finding: Finding, spot: EntrySpot | None, placed: PlacedEntries | None,
        doubts: tuple[str, ...],
    ) -> Row:  # fmt: skip
        cells = []
        for f in self.fields:
            said = reply.cells.get(f.name)
            if said:
                cells.append(self._cell(f, said, spot, placed) if spot and placed else _refused(f, said, NO_ENTRY))
            elif f.required:
                cells.append(Cell(f.name, None, "", reason=REQUIRED))
        doubts = (*finding.doubts, *doubts)
        whole = all(c.verified for c in cells)
        if spot and placed:
            entry = placed.text[spot.first : spot.last]
            if is_order(entry):
                whole, doubts = False, (*doubts, ORDER)
                cells = [_refused(c, CellReply(c.said, c.quote), ORDER) if c.verified else c for c in cells]
            elif may_be_order(entry):
                doubts = (*doubts, MAYBE_ORDER)
        reasons = tuple(f"{c.field}: {c.reason}" for c in cells if c.reason)
        return Row(
            finding.claim, finding.quote, finding.location, path=finding.path, line=finding.line, date=finding.date,
            verified=finding.verified and whole, doubts=(*doubts, *reasons), part=finding.part, cells=tuple(cells),
        )  # fmt: skip

    def _cell(self, f: Field, said: CellReply, spot: EntrySpot, placed: PlacedEntries) -> Cell:
        """A cell with the first words that show its value, or the reason why none do."""
        why = ""
        for evidence in self._evidence(said, spot, placed):
            if isinstance(evidence, str):
                why = why or evidence
                continue
            try:
                shown = follow(f, said.value, evidence.words, lambda: self._years[id(spot.piece)])
            except RefusedValueError as e:
                why = why or str(e)
                continue
            return evidence.cell(f.name, said.value, shown)
        return self._by_time(f, said, spot) or _refused(f, said, why or NOT_THERE)

    def _evidence(self, said: CellReply, spot: EntrySpot, placed: PlacedEntries) -> Iterator[_Evidence | str]:
        """What may show a value: its own quote, then the entry's, then all of the entry's lines; or why it does not.

        A quote that stands nowhere leaves the entry's own quote alone to show the value.
        """
        document, line, text = spot.piece.document, spot.piece.line, placed.text
        stands = True
        if said.quote:
            where = placed.place(said.quote, spot)
            if where and where[2] != OTHERS:
                start, end, rank = where
                doubts = (OUTSIDE,) if rank == FAR else ()
                yield _Evidence(text[start:end], document, text, start, line, doubts)
            elif (not where or where[2] != NEAR) and (higher := self._above(said.quote, spot.piece)):
                yield higher
            else:
                stands = bool(where)
                yield ANOTHER if where else NOT_THERE
        doubts = (BY_ENTRY,) if said.quote else ()
        yield _Evidence(text[spot.start : spot.end], document, text, spot.start, line, doubts)
        if stands and (spot.first < spot.start or spot.end < spot.last):
            yield _Evidence(text[spot.first : spot.last], document, text, spot.first, line, doubts)

    def _above(self, quote: str, piece: Piece) -> _Evidence | None:
        """A quote in what stands above its piece."""
        above = next(a for p, a in zip(self.part.pieces, self.above, strict=True) if p is piece)
        for number, row in above.lines:
            place = next(Text(row).places(quote), None)
            if place:
                return _Evidence(row[place[0] : place[1]], above.document, row, place[0], number)
        return None

    def _by_time(self, f: Field, said: CellReply, spot: EntrySpot) -> Cell | None:
        """A date that the source's own time of the entry tells, where it has times."""
        document, line = spot.piece.document, spot.piece.line + spot.piece.text.count("\n", 0, spot.start)
        time = document.time_at(line) if f.kind == DATE and document.moments else ""
        if not time or said.value.strip()[:10] != time[:10]:
            return None
        return Cell(f.name, time[:10], said.value, time, document.id, document.path, line, True, "", (BY_TIME,))


def _refused(f: Field | Cell, said: CellReply, reason: str) -> Cell:
    name = f.name if isinstance(f, Field) else f.field
    return Cell(name, None, said.value, said.quote, reason=reason)


def _claim(reply: RowReply) -> str:
    """What a reply says, in one line."""
    return "; ".join(f"{name}: {said.value}" for name, said in reply.cells.items())[:2000]


def _years_of(piece: Piece, above: Above) -> frozenset[int]:
    """The years that a source names: in its text, above it, in its title, its id and its times."""
    document = piece.document
    known = [piece.text, document.title, document.id, document.date, *(row for _, row in above.lines)]
    known += [time for _, time in document.moments]
    return frozenset(int(y) for text in known for y in _YEAR.findall(text))
