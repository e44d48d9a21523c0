"""A row of the table, and what a table is of: cells, each with its quote and its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rlm_core.engine.findings import Finding
from rlm_core.engine.rows.shown import Typed


@dataclass(frozen=True)
class Cell:
    """A cell that a reader filled in, with what code found out about it.

    value: with its column's type; None when it was refused, and `reason` tells why. said: the value as the reader gave
    it. quote: the source's own words that show it, which stand at location, path, line; of a refused cell the reader's.
    verified: they stand there, and the value follows from them. doubts: what speaks for looking at it again all the
    same.
    """

    field: str
    value: Typed | None
    said: str
    quote: str = ""
    location: str = ""
    path: str = ""
    line: int = 0
    verified: bool = False
    reason: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """How it is cited: `notes.md:42`."""
        return f"{self.location}:{self.line}" if self.line else self.location

    def as_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "quote": self.quote if self.verified else "",
            "citation": self.place,
            "path": self.path,
            "line": self.line,
            "verified": self.verified,
            "reason": self.reason,
            "doubts": list(self.doubts),
            "reported": {"value": self.said, "quote": "" if self.verified else self.quote},
        }


@dataclass(frozen=True)
class Row(Finding):
    """A finding that is an entry of the table. cells: by column, those that a reader filled in; none twice.

    verified: its quote stands in the source, no cell was refused, and none that is required lacks.
    """

    cells: tuple[Cell, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is a row of the table: at least one cell has a value."""
        return any(c.value is not None for c in self.cells)

    @property
    def refused(self) -> list[Cell]:
        return [c for c in self.cells if c.reason]

    @property
    def entry_doubts(self) -> tuple[str, ...]:
        """What speaks for looking at the entry again, its cells apart."""
        reasons = {f"{c.field}: {c.reason}" for c in self.refused}
        return tuple(d for d in self.doubts if d not in reasons)

    @property
    def all_doubts(self) -> tuple[str, ...]:
        """Those of the entry, then those of its cells: `amount: ...`."""
        return (*self.entry_doubts, *(f"{c.field}: {d}" for c in self.cells for d in c.doubts))

    def cell(self, field: str) -> Cell | None:
        return next((c for c in self.cells if c.field == field), None)

    def get(self, field: str) -> Typed | None:
        """What stands in a column, None for nothing."""
        cell = self.cell(field)
        return cell.value if cell else None

    def row_json(self, fields: Iterable[str]) -> dict[str, Any]:
        """As `rlm ask --json` shows it: `cells` are values by column, `evidence` tells of each where it is from."""
        return {
            "cells": {name: self.get(name) for name in fields},
            "quote": self.quote,
            "citation": self.place,
            "path": self.path,
            "line": self.line,
            "date": self.date,
            "verified": self.verified,
            "doubts": list(self.doubts),
            "evidence": {c.field: c.as_json() for c in self.cells},
        }


def distinct_rows(rows: Iterable[Row]) -> list[Row]:
    """Rows of one entry become one: the same place, quotes that overlap, and no column in which they differ.

    What one of them lacks is taken from the other; a cell with a value comes before one that was refused.
    """
    found: list[Row] = []
    places: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        same = places.setdefault((row.location, row.line), [])
        at = next((n for n in same if _is_one_entry(found[n], row)), None)
        if at is None:
            same.append(len(found))
            found.append(row)
        else:
            found[at] = _joined(found[at], row)
    return found


def _is_one_entry(one: Row, other: Row) -> bool:
    quotes = [" ".join(r.quote.split()) for r in (one, other)]
    if not (quotes[0] in quotes[1] or quotes[1] in quotes[0]) or (not one.line and quotes[0] != quotes[1]):
        return False
    mine, others = ({c.field: c.value for c in r.cells if c.value is not None} for r in (one, other))
    return all(others.get(name, value) == value for name, value in mine.items())


def _joined(one: Row, other: Row) -> Row:
    cells = {c.field: c for c in one.cells}
    for cell in other.cells:
        if cell.field not in cells or (cells[cell.field].value is None and cell.value is not None):
            cells[cell.field] = cell
    better = one if one.verified or not other.verified else other
    return replace(better, cells=tuple(cells.values()))
