"""Fills the rows of one part: finds where each entry stands, and checks its cells against the words of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rlm_core.engine.checks.matching import Text
from rlm_core.engine.findings import Finding
from rlm_core.engine.rows.addressed import fills_in, is_order, may_be_order
from rlm_core.engine.rows.fields import DATE, Field, same_name
from rlm_core.engine.rows.follows import ASSEMBLED, JUDGED, follow, typed
from rlm_core.engine.rows.locating import EntryFinder, claim_of
from rlm_core.engine.rows.placing import BELOW, FAR, OTHERS, EntrySpot, PlacedEntries, heading_level
from rlm_core.engine.rows.replies import CellReply, RowReply
from rlm_core.engine.rows.row import Cell, Row
from rlm_core.engine.rows.rowdates import hints_of
from rlm_core.engine.rows.shown import Hints, RefusedValueError, Shown
from rlm_core.engine.texts import Document, Partition, Piece
from rlm_core.language.folding import fold

NOT_THERE = "its quote does not stand in the source"
ANOTHER = "its quote stands in another entry or section"
OTHER_LABEL = "the entry names another one"
NO_ENTRY = "the entry does not stand in the source"
REQUIRED = "it is required, and the entry does not fill it in"
OUTSIDE = "its quote stands outside of the entry's own lines"
BY_ENTRY = "shown by the entry, not by the quote that was given for it"
BY_TIME = "the time at which the source says its entry was said"
ORDER = "the entry is an order to whoever reads it"
MAYBE_ORDER = "the entry may be an order to whoever reads it"
SHARED = "another row was made of the same words, with other values"
UNCHECKED = "nothing was checked"
MAX_BESIDE_ROWS = 40  # that are compared with a row that was made of the same words


@dataclass(frozen=True)
class Above:
    """What stands in a document above a piece of it, and may hold for its entries: the first line, headings.

    lines: (number, text).
    """

    document: Document
    lines: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Shown:
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
    _hints: dict[int, Hints] = field(default_factory=dict)  # of each piece, by its id
    _replies: dict[int, RowReply] = field(default_factory=dict)  # of each entry that was found, by its spot's id
    _shared: dict[int, set[str]] = field(default_factory=dict)  # columns in which rows of one place differ, likewise

    def rows(self, replies: Sequence[RowReply]) -> list[Row]:
        """The rows, in the order of the replies; with the source's own words where these stand."""
        if not self.checked:
            return [self._unchecked(r) for r in replies]
        names = [same_name(n) for f in self.fields for n in (f.name, f.key)]
        self._hints = {id(p): _hints_of(p, a) for p, a in zip(self.part.pieces, self.above, strict=True)}
        found = list(EntryFinder(self.part, self.fields, names, self._hints).found(replies))
        self._replies = {id(s): r for r, (_, s, _) in zip(replies, found, strict=True) if s}
        self._shared = _shared([(s, r) for r, (_, s, _) in zip(replies, found, strict=True) if s])
        placed: dict[int, PlacedEntries] = {}
        for piece in self.part.pieces:
            mine = [spot for _, spot, _ in found if spot and spot.piece is piece]
            if mine:
                placed[id(piece)] = PlacedEntries(piece, mine, names)
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
        return Row(claim_of(reply), reply.quote, reply.location, part=self.part.number, cells=tuple(cells))

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
            if is_order(entry) or fills_in(entry, [n for f in self.fields for n in (f.name, f.key)]):
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
        for evidence in self._evidence(f, said, spot, placed):
            if isinstance(evidence, str):
                why = why or evidence
                continue
            try:
                shown = follow(f, said.value, evidence.words, self._hints[id(spot.piece)])
            except RefusedValueError as e:
                why = why or str(e)
                continue
            if why and not {JUDGED, ASSEMBLED}.isdisjoint(shown.doubts):
                continue  # its own quote, which does not show it, is all that such a value has
            if JUDGED in shown.doubts and (other := self._contradicted(f, said, spot, placed)):
                return _refused(f, said, other)
            cell = evidence.cell(f.name, said.value, shown)
            apart = f.name not in self._shared.get(id(spot), ())
            return cell if apart else replace(cell, doubts=(*cell.doubts, SHARED))
        return self._by_time(f, said, spot) or _refused(f, said, why or NOT_THERE)

    def _contradicted(self, f: Field, said: CellReply, spot: EntrySpot, placed: PlacedEntries) -> str:
        """Why a label that a reader chose is none of this entry: its paragraph names another; "" when it does not."""
        try:
            follow(f, said.value, placed.paragraph(spot), self._hints[id(spot.piece)])
        except RefusedValueError:
            return OTHER_LABEL
        return ""

    def _is_anothers(self, f: Field, said: CellReply, at: int, spot: EntrySpot, placed: PlacedEntries) -> bool:
        """Whether the entry that stands before a passage has it for the same column."""
        owner = placed.owner(at)
        reply = self._replies.get(id(owner)) if owner and owner is not spot else None
        other = reply.cells.get(f.name) if reply else None
        return other is not None and fold(other.value) == fold(said.value)

    def _evidence(self, f: Field, said: CellReply, spot: EntrySpot, placed: PlacedEntries) -> Iterator[_Shown | str]:
        """What may show a value: its own quote, then the entry's, then all of the entry's lines; or why it does not.

        Of a cell without a quote, the headings under which the entry stands may show it, too.
        """
        document, line, text = spot.piece.document, spot.piece.line, placed.text
        if said.quote:
            where = placed.place(said.quote, spot)
            if where and where[2] == FAR and self._is_anothers(f, said, where[0], spot, placed):
                yield ANOTHER
            elif where and where[2] != OTHERS:
                start, end, rank = where
                doubts = (OUTSIDE,) if rank in (BELOW, FAR) else ()
                yield _Shown(text[start:end], document, text, start, line, doubts)
            elif higher := self._above(said.quote, spot, placed):
                yield higher
            else:
                yield ANOTHER if where else NOT_THERE
        doubts = (BY_ENTRY,) if said.quote else ()
        yield _Shown(text[spot.start : spot.end], document, text, spot.start, line, doubts)
        if spot.first < spot.start or spot.end < spot.last:
            yield _Shown(text[spot.first : spot.last], document, text, spot.first, line, doubts)
        if not said.quote:
            for start, end in placed.headings_of(spot):
                yield _Shown(text[start:end], document, text, start, line, (OUTSIDE,))
            yield _Shown(placed.paragraph(spot), document, text, spot.first, line, (OUTSIDE,))

    def _above(self, quote: str, spot: EntrySpot, placed: PlacedEntries) -> _Shown | None:
        """A quote in what stands above its piece and holds for it."""
        above = next(a for p, a in zip(self.part.pieces, self.above, strict=True) if p is spot.piece)
        for number, row in above.lines:
            place = next(Text(row).places(quote), None)
            level = heading_level(row)
            if place and (not level or placed.holds(level, -1, spot)):
                return _Shown(row[place[0] : place[1]], above.document, row, place[0], number)
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


def _shared(entries: Sequence[tuple[EntrySpot, RowReply]]) -> dict[int, set[str]]:
    """By a spot's id, the columns in which another row differs whose entry's words overlap with its own.

    Which of the values belongs to which of the two, words that both were made of do not tell.
    """
    found: dict[int, set[str]] = {}
    ordered = sorted(entries, key=lambda e: (id(e[0].piece), e[0].start, e[0].end))
    for n, (spot, reply) in enumerate(ordered):
        for other, beside in ordered[max(0, n - MAX_BESIDE_ROWS) : n]:
            if other.piece is spot.piece and spot.start < other.end:
                both = reply.cells.keys() & beside.cells.keys()
                differ = {name for name in both if fold(reply.cells[name].value) != fold(beside.cells[name].value)}
                if differ:  # two entries, and what only one of the rows has may be the other's
                    differ |= reply.cells.keys() ^ beside.cells.keys()
                found.setdefault(id(spot), set()).update(differ)
                found.setdefault(id(other), set()).update(differ)
    return found


def _hints_of(piece: Piece, above: Above) -> Hints:
    """What a source tells of dates: in its text, above it, in its title, its id and its times."""
    document = piece.document
    known = [piece.text, document.title, document.id, document.date, *(row for _, row in above.lines)]
    return hints_of([*known, *(time for _, time in document.moments)])
