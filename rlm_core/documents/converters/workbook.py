"""Workbooks as Markdown: a heading a sheet, a line a row, comments in the cells that they are on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import Container, local
from rlm_core.documents.converters.drawings import addresses, charts, comment, drawn, relations, targets
from rlm_core.documents.sayings import FIRST_CELLS, NO_WORKBOOK, UNREAD_SHEET
from rlm_core.errors import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any
    from xml.etree.ElementTree import Element

MOST_CELLS = 1_000_000  # of a whole workbook: more is a database, and `rlm sql` reads that
MOST_COLUMNS = 16_384  # of a sheet
MOST_CHARS = 200_000_000  # of a workbook's text: what repeats may be far larger than the file
REPEATED_CHARS = 1_000_000  # of one cell that repeats
CELL_CHARS = 32_767  # what a cell may hold
EPOCH = datetime(1899, 12, 31)  # a length of time that is shown as a time of day counts from here
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LINK = re.compile(r"<hyperlink ([^>]{1,4000})>")
_SAID = re.compile(r'(?:\w+:)?(\w+)="([^"]*)"')
_DURATION = re.compile(r"(-?)P(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(\.\d+)?S)?")


def xlsx(data: bytes) -> dict[str, Any]:
    """An Excel workbook as `{pages, reader, note}`: values as they were last computed, no formulas."""
    import openpyxl

    container = Container(data)
    plain = container.data()
    try:
        book = openpyxl.load_workbook(BytesIO(plain), read_only=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as e:
        return {"problem": worded(NO_WORKBOOK, reader=f"openpyxl {openpyxl.__version__}", why=e)}
    beside = _Margins(container)
    left, lines, broken = [MOST_CELLS, MOST_CHARS], [], []
    for sheet in book.worksheets:
        comments, around = beside.of(sheet.title)
        try:
            sheet.reset_dimensions()  # what it declares may be the whole of what a sheet can hold
            rows = list(_rows(_with(sheet.iter_rows(values_only=True), comments), left))
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError) as e:
            broken.append(worded(UNREAD_SHEET, title=sheet.title, why=e))
            continue
        alone = [f"{_name(*place)}: {text}" for place, text in sorted(comments.items())]
        lines += [f"# {' '.join(sheet.title.split())}", "", *rows, "", *alone, *around]
    more = worded(FIRST_CELLS, n=MOST_CELLS - max(left[0], 0)) if min(left) <= 0 else ""
    note = "; ".join(n for n in (*broken, more) if n)
    return {"pages": ["\n".join(lines)], "reader": f"openpyxl {openpyxl.__version__}", "note": note}


class _Margins:
    """What openpyxl leaves out where it reads row by row: comments, and what is drawn on a sheet."""

    def __init__(self, container: Container) -> None:
        self.container = container
        book = "xl/workbook.xml"
        parts = {k: t for k, _, t in relations(container, book)}
        self.sheets = {
            e.get("name", ""): parts.get(next((v for k, v in e.attrib.items() if k.endswith("}id")), ""), "")
            for e in (container.xml(book).iter() if book in container.parts else ())
            if local(e.tag) == "sheet"
        }

    def of(self, title: str) -> tuple[dict[tuple[int, int], str], list[str]]:
        """(links and comments by row and column, from 1; lines of what is drawn) of a sheet."""
        part = self.sheets.get(title, "")
        comments: dict[tuple[int, int], str] = {}
        for name in targets(self.container, part, "comments"):
            root = self.container.xml(name)
            authors = ["".join(e.itertext()) for e in root.iter() if local(e.tag) == "author"]
            for e in root.iter():
                place = _PLACE.fullmatch(e.get("ref", "")) if local(e.tag) == "comment" else None
                if place:
                    text = "".join(t.text or "" for t in e.iter() if local(t.tag) == "t")
                    by = e.get("authorId", "")
                    author = authors[int(by)] if by.isdecimal() and int(by) < len(authors) else ""
                    comments[_at(place)] = comment(text.removeprefix(f"{author}:"), author)
        self._link(part, comments)
        around = []
        for name in targets(self.container, part, "drawing"):
            around += [*drawn(self.container.xml(name)), *charts(self.container, name)]
        return comments, around

    def _link(self, part: str, beside: dict[tuple[int, int], str]) -> None:
        """Put the addresses that cells lead to before what else is beside them."""
        found = (
            _LINK.findall(self.container.text(part)) if b"<hyperlink " in self.container.parts.get(part, b"") else ()
        )
        to = {k: t for k, t in addresses(self.container, part) if t.startswith(("http:", "https:", "mailto:"))}
        for tag in found:
            said = dict(_SAID.findall(tag))
            place = _PLACE.fullmatch(said.get("ref", ""))
            if place and (address := to.get(said.get("id", ""))):
                beside[_at(place)] = f"({address}) {beside.get(_at(place), '')}".strip()


def _at(place: re.Match[str]) -> tuple[int, int]:
    return int(place[2]), _column(place[1])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _with(rows: Iterable[tuple[Any, ...]], comments: dict[tuple[int, int], str]) -> Iterator[tuple[Any, ...]]:
    """Rows with the comments in their cells; those that were placed are taken out of `comments`."""
    for number, row in enumerate(rows, 1):
        on = [column for line, column in comments if line == number] if comments else []
        cells = list(row)
        for column in on:
            cells += [None] * (column - len(cells))
            cells[column - 1] = f"{_shown(cells[column - 1])} {comments.pop((number, column))}".strip()
        yield tuple(cells)


def opened(sheets: Element, shown: Callable[[Element], str], beside: Callable[[Element], list[str]]) -> dict[str, Any]:
    """The same of an OpenDocument workbook, by the element that holds its sheets, without a reader's name.

    shown: a cell's text. beside: the lines of what is on a cell or a sheet: comments, shapes.
    """
    left, lines = [MOST_CELLS, MOST_CHARS], []
    for sheet in sheets:
        if local(sheet.tag) == "table":
            rows = _rows(_opened_rows(sheet, shown, beside), left)
            lines += [f"# {' '.join(attribute(sheet, 'name').split())}", "", *rows, "", *beside(sheet)]
    more = worded(FIRST_CELLS, n=MOST_CELLS - max(left[0], 0)) if min(left) <= 0 else ""
    return {"pages": ["\n".join(lines)], "note": more}


def _opened_rows(
    sheet: Element, shown: Callable[[Element], str], beside: Callable[[Element], list[str]]
) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet. Repeats are what it declares, thousands for what is only formatted: empty ones are none."""
    for row in sheet.iter():
        if local(row.tag) != "table-row":
            continue
        cells: list[str] = []
        empty = 0  # cells since the last that holds something
        for cell in row:
            if local(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            repeated = times(cell, "number-columns-repeated")
            value = " ".join(filter(None, (_value(cell, shown), *beside(cell)))) if len(cell) or cell.attrib else ""
            if not value:
                empty += repeated
                continue
            room = MOST_COLUMNS - len(cells)
            cells += ["" for _ in range(min(empty, room))]
            cells += [value for _ in range(min(repeated, max(room - empty, 0), REPEATED_CHARS // len(value) + 1))]
            empty = 0
        if cells:
            yield from (tuple(cells) for _ in range(times(row, "number-rows-repeated")))


def times(element: Element, name: str) -> int:
    """How often an element says that it stands there, at least once."""
    number = attribute(element, name)
    return max(int(number), 1) if number.isdecimal() and len(number) < 9 else 1


def attribute(element: Element, name: str) -> str:
    """An attribute by its name without the namespace, "" for none."""
    return next((v for k, v in element.attrib.items() if local(k) == name), "")


def _value(cell: Element, shown: Callable[[Element], str]) -> str:
    """A cell's value: numbers, dates and lengths of time in full, anything else as it is shown."""
    kind = attribute(cell, "value-type")
    if kind in ("float", "percentage") and (exact := attribute(cell, "value")):
        return exact[:CELL_CHARS]
    if kind == "currency" and (exact := attribute(cell, "value")):
        return f"{exact[:CELL_CHARS]} {attribute(cell, 'currency')[:9]}".rstrip()
    if kind == "date" and (exact := attribute(cell, "date-value")):
        return exact[:CELL_CHARS].removesuffix("T00:00:00")
    if kind == "time" and (found := _DURATION.fullmatch(attribute(cell, "time-value"))):
        days, hours, minutes, seconds = (int(n or 0) for n in found.group(2, 3, 4, 5))
        return f"{found[1]}{days * 24 + hours:02}:{minutes:02}:{seconds:02}{(found[6] or '').rstrip('0').rstrip('.')}"
    return shown(cell)


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
    text = _shown(value)
    if len(text) > CELL_CHARS:
        text = f"{text[:CELL_CHARS]} [{len(text) - CELL_CHARS:,} more characters left out]"
    return " ".join(text.split()).replace("|", "\\|")


def _shown(value: object) -> str:
    """A value as text. What lasts more than a day is hours, as OpenDocument has it, also where it is kept as a date."""
    if value is None:
        return ""
    if isinstance(value, datetime) and EPOCH <= value < EPOCH + timedelta(days=31):
        value = value - EPOCH
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return (
            f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
        )
    return str(value).removesuffix(" 00:00:00") if hasattr(value, "hour") else str(value)
