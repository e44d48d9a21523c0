"""Workbooks as Markdown: a heading a sheet, a line a row."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import Container, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any
    from xml.etree.ElementTree import Element

MOST_CELLS = 1_000_000  # of a whole workbook: more is a database, and `rlm sql` reads that
MOST_COLUMNS = 16_384  # of a sheet
MOST_CHARS = 200_000_000  # of a workbook's text: what repeats may be far larger than the file
REPEATED_CHARS = 1_000_000  # of one cell that repeats
CELL_CHARS = 32_767  # what a cell may hold


def xlsx(data: bytes) -> dict[str, Any]:
    """An Excel workbook as `{pages, reader, note}`: values as they were last computed, no formulas."""
    import openpyxl

    plain = Container(data).data()
    try:
        book = openpyxl.load_workbook(BytesIO(plain), read_only=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as e:
        return {"problem": f"no workbook that openpyxl {openpyxl.__version__} can read ({e})"}
    left, lines, broken = [MOST_CELLS, MOST_CHARS], [], []
    for sheet in book.worksheets:
        try:
            sheet.reset_dimensions()  # what it declares may be the whole of what a sheet can hold
            rows = list(_rows(sheet.iter_rows(values_only=True), left))
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError) as e:
            broken.append(f"cannot read sheet {sheet.title} ({e})")
            continue
        lines += [f"# {' '.join(sheet.title.split())}", "", *rows, ""]
    more = f"only the first {MOST_CELLS - max(left[0], 0):,} cells" if min(left) <= 0 else ""
    note = "; ".join(n for n in (*broken, more) if n)
    return {"pages": ["\n".join(lines)], "reader": f"openpyxl {openpyxl.__version__}", "note": note}


def opened(sheets: Element) -> dict[str, Any]:
    """The same of an OpenDocument workbook, by the element that holds its sheets, without a reader's name."""
    left, lines = [MOST_CELLS, MOST_CHARS], []
    for sheet in sheets:
        if local(sheet.tag) == "table":
            lines += [f"# {' '.join(_attribute(sheet, 'name').split())}", "", *_rows(_opened_rows(sheet), left), ""]
    more = f"only the first {MOST_CELLS - max(left[0], 0):,} cells" if min(left) <= 0 else ""
    return {"pages": ["\n".join(lines)], "note": more}


def _opened_rows(sheet: Element) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet. Repeats are what it declares, thousands for what is only formatted: empty ones are none."""
    for row in sheet.iter():
        if local(row.tag) != "table-row":
            continue
        cells: list[str] = []
        empty = 0  # cells since the last that holds something
        for cell in row:
            if local(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            times, value = _times(cell, "number-columns-repeated"), _value(cell)
            if not value:
                empty += times
                continue
            room = MOST_COLUMNS - len(cells)
            cells += ["" for _ in range(min(empty, room))]
            cells += [value for _ in range(min(times, max(room - empty, 0), REPEATED_CHARS // len(value) + 1))]
            empty = 0
        if cells:
            yield from (tuple(cells) for _ in range(_times(row, "number-rows-repeated")))


def _times(element: Element, name: str) -> int:
    number = _attribute(element, name)
    return max(int(number), 1) if number.isdecimal() and len(number) < 9 else 1


def _attribute(element: Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if local(k) == name), "")


def _value(cell: Element) -> str:
    """A cell's value: numbers and dates in full, anything else as it is shown; notes stand in the cell, too."""
    for of, name in (("float", "value"), ("date", "date-value")):
        if _attribute(cell, "value-type") == of and (exact := _attribute(cell, name)):
            return exact[:CELL_CHARS].removesuffix("T00:00:00")
    texts = ("".join(p.itertext()) for p in cell.iter() if local(p.tag) == "p")
    return "\n".join(texts)


def _rows(rows: Iterable[tuple[Any, ...]], left: list[int]) -> Iterator[str]:
    """Rows with something in them; `left` counts down the cells, and the characters, that may still be read."""
    first = True
    for row in rows:
        left[0] -= max(len(row), 1)
        if min(left) <= 0:
            return
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            line = f"| {' | '.join(cells)} |"
            left[1] -= len(line)
            yield line
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
