"""What the cells of a column are: whole numbers, numbers, dates or texts, told by all of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

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


def kinds_in_rows(rows: Iterable[Sequence[str]], places: Sequence[int], *, comma: bool = False) -> list[str]:
    """The type of each of these columns, by all of its cells; a block of rows at a time, each text in it once."""
    kinds = dict.fromkeys(places, "")
    rows = iter(rows)
    while block := list(itertools.islice(rows, BLOCK)):
        for at in [at for at, kind in kinds.items() if kind != TEXT]:
            kinds[at] = _narrowest({row[at].strip() for row in block}, kinds[at], comma)
    return [kinds[at] or TEXT for at in places]


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
    found = {type(cell) for cell in cells if cell is not None}
    return INT if found == {int} else FLOAT if found <= {int, float} else TEXT
