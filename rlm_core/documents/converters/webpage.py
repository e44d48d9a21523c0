"""HTML as Markdown, also where end tags are omitted."""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from typing import TYPE_CHECKING

from rlm_core.documents.sayings import DEEP, READ_AS, SOME_LOST, WITHOUT_LXML
from rlm_core.errors import worded

if TYPE_CHECKING:
    from typing import Any

    from bs4 import BeautifulSoup, Tag

DEEPEST = 100  # the conversion goes over a text once for each tag around it; no page that people wrote nests so
MOST_SPANNED = 1_000  # rows or columns that a cell may reach over: what HTML allows of columns


def html(data: bytes) -> dict[str, Any]:
    """An HTML page as `{pages, reader, note}`, where pages is one text of Markdown."""
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    from rlm_core.documents.encoding import decode

    # html.parser takes what is not closed for open: ten thousand paragraphs become one nest.
    parser = "lxml" if importlib.util.find_spec("lxml") else "html.parser"
    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    text, note = decode(data)
    if note and declared:
        soup = BeautifulSoup(_ended(data), parser, from_encoding=declared)
        form = SOME_LOST if soup.contains_replacement_characters else READ_AS
        note = worded(form, encoding=soup.original_encoding)
    else:
        soup = BeautifulSoup(_ended(text.encode("utf-8", "replace")), parser, from_encoding="utf-8")
    notes = [note, WITHOUT_LXML if parser != "lxml" else "", worded(DEEP, n=DEEPEST) if _flatten(soup) else ""]
    return {
        "pages": [markdown(soup)],
        "reader": f"markdownify {version('markdownify')}",
        "note": "; ".join(n for n in notes if n),
    }


def _ended(data: bytes) -> bytes:
    """A page of which a tag that its end cuts off stays as text: parsers leave it out, with all behind it."""
    body, last, rest = data.rpartition(b">")
    return data if b"\0" in data else body + last + rest.replace(b"<", b"&lt;")


def markdown(soup: BeautifulSoup) -> str:
    """A parsed page as Markdown; `_flatten` has been over it where it is somebody's."""
    from markdownify import MarkdownConverter

    # An image that stands in the page itself is kilobytes of base64: its description is left.
    for image in soup.find_all("img", src=lambda src: bool(src) and str(src).startswith("data:")):
        image.replace_with(str(image.get("alt") or ""))
    _square(soup)
    # Escaped underscores would hide retry_limit from whoever greps for it.
    converter = MarkdownConverter(heading_style="ATX", bullets="-", escape_underscores=False, escape_asterisks=False)
    return str(converter.convert_soup(soup))


def _square(soup: BeautifulSoup) -> None:
    """Give each row of a table the cells that lie in its columns: one that reaches down leaves empty ones below it.

    A line in a cell's text is not the border of one, and a table in a cell is its cells, one after another.
    """
    for table in reversed(soup.find_all("table")):  # what lies within first
        if table.find_parent(("td", "th")) is not None:
            _unwrap(table)
            continue
        down: dict[int, int] = {}  # column -> rows below that a cell reaches into
        for row in table.find_all("tr"):
            if row.find_parent("table") is table:
                down = _fill(soup, row, down)
    for cell in soup.find_all(("td", "th")):
        for text in cell.find_all(string=lambda s: bool(s) and "|" in s):
            text.replace_with(text.replace("|", "\\|"))


def _unwrap(table: Tag) -> None:
    """Leave of a table within a cell what its cells hold, on one line."""
    for row in table.find_all("tr"):
        cells = row.find_all(("td", "th"), recursive=False)
        for cell in cells[:-1]:
            cell.append(", ")
        if row.find_next_sibling("tr") is not None:
            row.append("; ")
    for part in table.find_all(("td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup", "col")):
        part.unwrap()
    table.unwrap()


def _fill(soup: BeautifulSoup, row: Tag, down: dict[int, int]) -> dict[int, int]:
    """Put empty cells where cells of rows above reach into a row; how far they and its own reach down."""
    below = {column: left - 1 for column, left in down.items() if left > 1}
    column = 0
    for cell in row.find_all(("td", "th"), recursive=False):
        while column in down:
            cell.insert_before(soup.new_tag("td"))
            column += 1
        wide, high = (_number(cell.get(name)) for name in ("colspan", "rowspan"))
        below |= {column + n: high - 1 for n in range(wide) if high > 1}
        column += wide
    while column in down:
        row.append(soup.new_tag("td"))
        column += 1
    return below


def _number(value: object) -> int:
    text = str(value or "")
    return min(max(int(text), 1), MOST_SPANNED) if text.isdecimal() and len(text) < 6 else 1


def _flatten(soup: BeautifulSoup) -> bool:
    """Leave only the text of what nests too deeply; whether there was any."""
    from bs4 import Tag

    level: list[Tag] = [soup]
    for _ in range(DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
    for tag in level:
        tag.string = tag.get_text("\n")
    return bool(level)
