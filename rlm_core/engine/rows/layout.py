"""The first rows of a table as lines of text with columns, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rlm_core.engine.rows.fields import Field
from rlm_core.engine.rows.row import Cell, Row
from rlm_core.language.quoting import tame

SHOWN_ROWS = 20
MAX_WIDTH = 40  # characters of a column
REFUSED, DOUBTFUL = "!", " ?"  # in the place of a cell that was left empty, behind one to look at again


def laid_out(rows: Sequence[Row], fields: Sequence[Field]) -> list[str]:
    """A head and the first rows, each with the place it is cited by, and a mark where the entry is doubtful; [] without
    rows.

    vendor  amount  citation
    Acme    12.5 ?  pay.md:1
    Foo     !       pay.md:2 ?
    """
    if not rows:
        return []
    head = [*(f.name for f in fields), "citation"]
    return _aligned([head, *([*(_shown(row.cell(f.name)) for f in fields), _placed(row)] for row in rows[:SHOWN_ROWS])])


def _placed(row: Row) -> str:
    return f"{row.place}{DOUBTFUL}" if row.entry_doubts else row.place


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.value is None:
        return REFUSED
    text = str(cell.value).lower() if isinstance(cell.value, bool) else str(cell.value)
    return f"{_short(tame(text), MAX_WIDTH - len(DOUBTFUL))}{DOUBTFUL}" if cell.doubts else text


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts as lines; the last column is never cut, since it is what a row is cited by."""
    short = [[*(_short(tame(text), MAX_WIDTH) for text in row[:-1]), row[-1]] for row in table]
    widths = [max(map(_width, column)) for column in zip(*short, strict=True)]
    return [
        "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in short
    ]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: two for a wide character, none for one that combines."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )
