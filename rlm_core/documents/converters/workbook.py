"""Workbooks as Markdown: a heading a sheet, a line a row."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import Container

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

MOST_CELLS = 1_000_000  # of a whole workbook: more is a database, and `rlm sql` reads that
CELL_CHARS = 32_767  # what a cell may hold


def xlsx(data: bytes) -> dict[str, Any]:
    """An Excel workbook as `{pages, reader, note}`: values as they were last computed, no formulas."""
    import openpyxl

    container = Container(data)
    try:
        book = openpyxl.load_workbook(BytesIO(container.data()), read_only=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as e:
        return {"problem": f"no workbook that openpyxl {openpyxl.__version__} can read ({e})"}
    left, lines, broken = [MOST_CELLS], [], []
    for sheet in book.worksheets:
        try:
            sheet.reset_dimensions()  # what it declares may be the whole of what a sheet can hold
            rows = list(_rows(sheet.iter_rows(values_only=True), left))
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError) as e:
            broken.append(f"cannot read sheet {sheet.title} ({e})")
            continue
        lines += [f"# {' '.join(sheet.title.split())}", "", *rows, ""]
    more = f"only the first {MOST_CELLS:,} cells" if left[0] <= 0 else ""
    note = "; ".join(n for n in (*broken, more) if n)
    return {"pages": ["\n".join(lines)], "reader": f"openpyxl {openpyxl.__version__}", "note": note}


def _rows(rows: Iterable[tuple[Any, ...]], left: list[int]) -> Iterator[str]:
    """Rows with something in them; `left[0]` counts down the cells that may still be read."""
    first = True
    for row in rows:
        left[0] -= max(len(row), 1)
        if left[0] <= 0:
            return
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield f"| {' | '.join(cells)} |"
            if first:
                yield "|" + " --- |" * len(cells)
            first = False


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if len(text) > CELL_CHARS:
        text = f"{text[:CELL_CHARS]} [{len(text) - CELL_CHARS:,} more characters left out]"
    text = text.removesuffix(" 00:00:00") if hasattr(value, "hour") else text
    return " ".join(text.split()).replace("|", "\\|")
