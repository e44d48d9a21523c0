"""OpenDocument texts, presentations, drawings and workbooks as Markdown; pictures are named, not taken."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import Container, local
from rlm_core.documents.converters.drawings import comment, picture
from rlm_core.documents.converters.formulas import formula
from rlm_core.documents.converters.workbook import attribute, opened, times
from rlm_core.documents.encoding import UnreadableError
from rlm_core.documents.sayings import OURS
from rlm_core.errors import worded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any
    from xml.etree.ElementTree import Element

READER = worded(OURS, format="OpenDocument")
DEEP = 400  # what nests deeper in a document of an office program is no text of it
MOST_SPACES = 200
MOST_COLUMNS = 1_000
_WITHOUT_TEXT = frozenset((
    "tracked-changes", "forms", "sequence-decls", "page-thumbnail", "title", "desc", "binary-data", "event-listeners",
))  # fmt: skip
_OF_THE_PAGE = frozenset(("header", "footer"))
_SHAPES = frozenset(
    ("rect", "custom-shape", "ellipse", "circle", "g", "line", "connector", "polygon", "path", "caption")
)


def odf(data: bytes) -> dict[str, Any]:
    """An OpenDocument text, presentation, drawing or workbook, packed or as one flat XML file."""
    container = Container.flat(data, "content.xml") if data.lstrip()[:5] == b"<?xml" else Container(data)
    body = next((e for e in container.xml("content.xml") if local(e.tag) == "body"), None)
    if body is None:
        return {"problem": "its content.xml has no body"}
    reading = _Reading(container)
    sheets = next((e for e in body if local(e.tag) == "spreadsheet"), None)
    if sheets is not None:
        return {**opened(sheets, reading.shown, reading.beside), "reader": READER}
    lines = [*reading.blocks(body, 0, 0), *reading.every_page()]
    return {"pages": ["\n".join(lines)], "reader": READER, "note": ""}


class _Reading:
    """One document. boxes: the lines of what is anchored in the paragraph that is being read, told behind it."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.boxes: list[str] = []

    def blocks(self, parent: Element, depth: int, level: int) -> Iterator[str]:
        """The lines of what lies in an element; `level` counts the lists around it."""
        if depth > DEEP:
            raise UnreadableError("its elements nest too deeply")
        for e in parent:
            name = local(e.tag)
            if name == "h":
                outline = attribute(e, "outline-level") or "1"
                yield from (f"{'#' * min(int(outline) if outline.isdecimal() else 1, 6)} {self._line(e)}", "")
            elif name == "p":
                text = self._line(e)
                yield from (f"{'  ' * (level - 1)}- {text}",) if level else (text, "")
            elif name == "list":
                yield from self.blocks(e, depth + 1, min(level + 1, 20))
                yield from () if level else ("",)
            elif name == "table":
                yield from (*self._table(e, depth + 1), "")
            elif name == "page":
                yield from (f"# {attribute(e, 'name')}", "", *self.blocks(e, depth + 1, level))
            elif name == "notes":
                text = "\n".join(self.blocks(e, depth + 1, 0)).strip()
                yield from ("## Notes", "", text, "") if text else ()
            elif name == "annotation":
                yield from (self._comment(e), "")
            elif name == "frame":
                yield from self._frame(e, depth + 1)
            elif name not in _WITHOUT_TEXT:
                yield from self.blocks(e, depth + 1, level)
            boxes, self.boxes = self.boxes, []
            yield from boxes

    def _line(self, paragraph: Element) -> str:
        return self.words(paragraph, 0).strip(" ")

    def _frame(self, frame: Element, depth: int) -> list[str]:
        """The lines of a frame: its text, else its formula or chart, else what its picture is called."""
        inner = {local(e.tag): e for e in frame}
        if "text-box" in inner:
            return list(self.blocks(inner["text-box"], depth, 0))
        if "table" in inner:
            return [*self._table(inner["table"], depth), ""]
        return [line for line in (self._in_line(frame, inner),) if line] + [""]

    def _in_line(self, frame: Element, inner: dict[str, Element]) -> str:
        if "object" in inner and (shown := self._object(inner["object"])):
            return shown
        if not inner.keys() & {"image", "object", "object-ole", "plugin"}:
            return ""
        names = ("".join(inner[n].itertext()) for n in ("desc", "title") if n in inner)
        return picture(*names, attribute(frame, "name"))

    def _object(self, element: Element) -> str:
        """A formula or a chart, which is a document of its own; "" for others."""
        name = posixpath.normpath(posixpath.join(attribute(element, "href") or ".", "content.xml"))
        packed = name in self.container.parts and name != "content.xml"
        for root in [self.container.xml(name)] if packed else element:
            if local(root.tag) == "math":
                return f"[formula: {formula(root)}]"
            charts = [e for e in root.iter() if local(e.tag) == "chart"]
            if charts:
                texts = [t for p in charts[0].iter() if local(p.tag) == "p" and (t := "".join(p.itertext()).strip())]
                return f"[chart: {', '.join(texts)}]"
        return ""

    def _comment(self, note: Element) -> str:
        by = next(("".join(e.itertext()) for e in note if local(e.tag) == "creator"), "")
        return comment(" ".join("".join(e.itertext()) for e in note if local(e.tag) in ("p", "list")), by)

    def shown(self, cell: Element) -> str:
        """What stands in a cell of a workbook, with its links."""
        return "\n".join(self.words(p, 0) for p in cell if local(p.tag) == "p")

    def beside(self, element: Element) -> list[str]:
        """What is on a cell or a sheet, apart from its values: comments, texts, pictures."""
        lines: list[str] = []
        for e in element:
            name = local(e.tag)
            if name == "annotation":
                lines.append(self._comment(e))
            elif name == "shapes":
                lines += self.blocks(e, 1, 0)
            elif name == "frame":
                lines += self._frame(e, 1)
            elif name in _SHAPES:
                lines += self.blocks(e, 1, 0)
        boxes, self.boxes = self.boxes, []
        return [line for line in (*lines, *boxes) if line]

    def words(self, element: Element, depth: int) -> str:
        """The text of a paragraph, with its spaces, notes, comments and links; of a picture its name.

        What has paragraphs of its own, as a text box has, is put beside it.
        """
        if depth > DEEP:
            raise UnreadableError("its elements nest too deeply")
        pieces = [element.text or ""]
        for e in element:
            pieces += [self._piece(e, depth + 1), e.tail or ""]
        return "".join(pieces)

    def _piece(self, e: Element, depth: int) -> str:
        name = local(e.tag)
        if name == "s":
            return " " * min(times(e, "c"), MOST_SPACES)
        if name in ("tab", "line-break"):
            return "\t" if name == "tab" else "\n"
        if name == "note":
            cited = next(("".join(n.itertext()) for n in e if local(n.tag) == "note-citation"), "")
            body = next((n for n in e if local(n.tag) == "note-body"), e)
            return f" [note {cited}: {' '.join(self._text(body, depth).split())}]"
        if name == "annotation":
            return f" {self._comment(e)}"
        if name == "ruby-text":
            return f" ({self.words(e, depth)})"
        if name == "a":
            text, to = self.words(e, depth), attribute(e, "href")
            return f"[{text}]({to})" if to.startswith(("http:", "https:", "mailto:")) and text != to else text
        if name == "frame":
            inner = {local(n.tag): n for n in e}
            if "text-box" not in inner and "table" not in inner:
                return self._in_line(e, inner)
        if name == "frame" or name in _SHAPES:
            held, self.boxes = self.boxes, []
            lines = self._frame(e, depth) if name == "frame" else list(self.blocks(e, depth, 0))
            self.boxes = [*held, *lines]
            return ""
        return "" if name in _WITHOUT_TEXT else self.words(e, depth)

    def _text(self, element: Element, depth: int) -> str:
        """All that lies in an element, on one line: tables in it as their cells, one after another."""
        held, self.boxes = self.boxes, []
        lines = [line for line in self.blocks(element, depth, 0) if line]
        self.boxes = held
        return " ".join(lines)

    def _table(self, table: Element, depth: int) -> Iterator[str]:
        """A line a row, as wide as its columns: what a cell covers beside and below it is empty."""
        first = True
        for row in _rows(table):
            cells: list[str] = []
            for cell in row:
                if local(cell.tag) in ("table-cell", "covered-table-cell"):
                    covered = local(cell.tag) == "covered-table-cell"
                    text = "" if covered else self._cell(cell, depth)
                    cells += [text] * min(times(cell, "number-columns-repeated"), MOST_COLUMNS - len(cells))
            if cells:
                yield f"| {' | '.join(cells)} |"
                if first:
                    yield "|" + " --- |" * len(cells)
                first = False

    def _cell(self, cell: Element, depth: int) -> str:
        """A cell on one line; a table in it by its cells, since its rows would be taken for the outer one's."""
        if depth > DEEP:
            raise UnreadableError("its elements nest too deeply")
        if not any(local(e.tag) == "table" for e in cell):
            return " ".join(self._text(cell, depth).split()).replace("|", "\\|")
        texts = [self._inner(e, depth) if local(e.tag) == "table" else self.words(e, depth) for e in cell]
        return " ".join(" ".join(texts).split())

    def _inner(self, table: Element, depth: int) -> str:
        rows = ([self._cell(c, depth + 1) for c in row if local(c.tag) == "table-cell"] for row in _rows(table))
        return "; ".join(", ".join(row) for row in rows)

    def every_page(self) -> Iterator[str]:
        """What stands at the head and the foot of the pages, each once."""
        name = "styles.xml" if "styles.xml" in self.container.parts else "content.xml"
        seen = set()
        for e in self.container.xml(name).iter():
            kind = local(e.tag).removesuffix("-left").removesuffix("-first")
            text = self._text(e, 1) if kind in _OF_THE_PAGE else ""
            if text.strip() and text not in seen:
                seen.add(text)
                yield from (f"[{kind} of the pages: {' '.join(text.split())}]", "")


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, not those of tables in it."""
    for e in table:
        name = local(e.tag)
        if name == "table-row":
            yield e
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(e)
