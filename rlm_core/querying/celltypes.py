"""What the cells of a column are: whole numbers, numbers, dates or texts, told by all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

INT, FLOAT, DATE, TEXT = "int", "float", "date", "text"
_INT = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})", re.ASCII)  # 007 is a name, and SQLite's numbers end at 19 digits
_FLOAT = re.compile(r"[+-]?(?:(?:0|[1-9]\d{0,17})(?:\.\d{1,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"[+-]?(?:0|[1-9]\d{0,17}),\d{1,40}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)

BLOCK = 4096  # rows

Typed = str | int | float | None


def kind_of_cells(cells: Iterable[str], *, comma: bool = False) -> str:
    """The narrowest type that all cells have which are not empty; text when none is.

    comma: a comma may part decimals.

    >>> kind_of_cells(["12", "", "3.5"]), kind_of_cells(["007", "12"]), kind_of_cells(["2026-11-22"])
    ('float', 'text', 'date')
    """
    return _narrowest(cells, "", comma) or TEXT


def _narrowest(cells: Iterable[str], kind: str, comma: bool) -> str:
    """The same for cells after others. kind: of those, "" for none; "" comes back when all were empty."""
    for cell in cells:
        if cell:
            found = _kind(cell, comma)
            kind = found if kind in ("", found) else FLOAT if {kind, found} == {INT, FLOAT} else TEXT
            if kind == TEXT:
                break
    return kind


def kinds_in_blocks(blocks: Iterable[Sequence[Sequence[Typed]]], width: int, *, comma: bool = False) -> list[str]:
    """The type of each of so many columns of texts, by all of its cells. blocks: of each column some cells, and so on.

    Each text in a block is looked at once; what is no text counts as empty.
    """
    kinds = [""] * width
    for block in blocks:
        for at, cells in enumerate(block):
            if kinds[at] != TEXT:
                texts = {cell.strip() for cell in set(cells) if isinstance(cell, str)}
                kinds[at] = _narrowest(texts, kinds[at], comma)
    return [kind or TEXT for kind in kinds]


class ColumnKinds:
    """The types of columns whose names are met as the rows come, told by all cells; a column of texts by what they say.

    names: in the order in which they are first met. rows: how many there were.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.rows = 0
        self._types: dict[str, set[type]] = {name: set() for name in names}
        self._kinds = dict.fromkeys(self._types, "")  # of texts
        self._open = {name: set[str]() for name in self._types}  # that may be numbers or dates: texts not looked at yet

    @property
    def names(self) -> list[str]:
        return list(self._types)

    def add(self, row: Mapping[str, Typed]) -> None:
        """A row: its cells, of the columns that it has."""
        for name, value in row.items():
            try:
                self._types[name].add(type(value))
            except KeyError:
                self._types[name], self._kinds[name], self._open[name] = {type(value)}, "", set()
        for name, fresh in self._open.items():
            value = row.get(name)
            if type(value) is str:
                fresh.add(value)
        self.rows += 1
        if not self.rows % BLOCK:
            self._look()

    def _look(self) -> None:
        for name, fresh in list(self._open.items()):
            kind = self._kinds[name] = _narrowest({text.strip() for text in fresh}, self._kinds[name], comma=False)
            fresh.clear()
            if kind == TEXT or not self.holds_texts(name):
                del self._open[name]

    def holds_texts(self, name: str) -> bool:
        """Whether all cells of a column that are not empty are texts."""
        return self._types[name] <= {str, type(None)}

    def of(self, name: str) -> str:
        """The type of a column, after the last row."""
        self._look()
        if self.holds_texts(name):
            return self._kinds[name] or TEXT
        return kind_of_types(self._types[name] - {type(None)})


def _kind(cell: str, comma: bool) -> str:
    if _INT.fullmatch(cell):
        return INT
    if _FLOAT.fullmatch(cell) or (comma and _COMMA.fullmatch(cell)):
        return FLOAT
    return DATE if _DATE.fullmatch(cell) else TEXT


def typed(cell: str, kind: str) -> Typed:
    """A cell as a value of its column's type; None for an empty one."""
    if not cell:
        return None
    if kind == INT:
        return int(cell)
    return float(cell.replace(",", ".")) if kind == FLOAT else cell


def typed_cells(cells: Iterable[str], kind: str) -> list[Typed]:
    """The same for cells with space around them, which counts in a text alone."""
    if kind in (INT, FLOAT):
        return [typed(cell.strip(), kind) for cell in cells]
    return [cell.strip() or None for cell in cells] if kind == DATE else [cell or None for cell in cells]


def typed_columns(
    rows: Sequence[Sequence[Typed]], width: int, *, comma: bool = False
) -> tuple[list[str], list[list[Typed]]]:
    """(type of each column, the columns' values). Cells that are no texts have their type already."""
    kinds, columns = [], []
    for at in range(width):
        cells = [row[at] if at < len(row) else None for row in rows]
        texts = [cell.strip() for cell in cells if isinstance(cell, str)]
        if len(texts) < len([cell for cell in cells if cell is not None]):
            kinds.append(_kind_of_values(cells))
            columns.append(cells)
            continue
        kind = kind_of_cells(texts, comma=comma)
        kinds.append(kind)
        columns.append(typed_cells([c if isinstance(c, str) else "" for c in cells], kind))
    return kinds, columns


def _kind_of_values(cells: Sequence[Typed]) -> str:
    return kind_of_types({type(cell) for cell in cells if cell is not None})


def kind_of_types(found: Set[type]) -> str:
    """The type of a column whose cells have these types."""
    return INT if found == {int} else FLOAT if found <= {int, float} else TEXT
