"""Texts, presentations and books of office programs as Markdown; pictures are named, not taken."""

from __future__ import annotations

import posixpath
import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rlm_core.documents.converters.container import Container, local
from rlm_core.documents.converters.webpage import html
from rlm_core.documents.converters.workbook import opened
from rlm_core.documents.encoding import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any
    from xml.etree.ElementTree import Element

OURS = "rlm's reader of"
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,6})\.xml")
DEEP = 400  # what nests deeper in a document of an office program is no text of it


def docx(data: bytes) -> dict[str, Any]:
    """A Word document as `{pages, reader, note}`: headings, lists, tables, foot notes and comments."""
    from importlib.metadata import version

    import mammoth
    from mammoth.images import img_element

    container = Container(data)
    faults = (KeyError, ValueError, TypeError, AttributeError, LookupError, OSError, SyntaxError, RecursionError)

    def named(image: Any) -> dict[str, str]:
        return {"src": "data:", "alt": f"[picture: {image.alt_text or 'without a name'}]"}

    try:
        found = mammoth.convert_to_html(
            BytesIO(container.data()), convert_image=img_element(named), style_map="comment-reference => sup"
        )
    except Exception as e:  # expat's error is none of these
        if not isinstance(e, faults) and type(e).__name__ != "ExpatError":
            raise
        return {"problem": f"no document that mammoth {version('mammoth')} can read ({e})"}
    page = html(b"<!doctype html><meta charset=utf-8>" + found.value.encode("utf-8", "replace"))
    return {**page, "reader": f"mammoth {version('mammoth')}"}


def pptx(data: bytes) -> dict[str, Any]:
    """A PowerPoint presentation: a heading a slide, its paragraphs, tables and notes."""
    container = Container(data)
    slides = sorted((int(m[1]), name) for name in container.parts if (m := _SLIDE.fullmatch(name)))
    order = _order(container) or [name for _, name in slides]
    lines: list[str] = []
    for number, name in enumerate(order, 1):
        lines += [f"# Slide {number}", "", *_slide(container.xml(name))]
        lines += [line for note in _targets(container, name, "notesSlide") for line in _notes(container, note)]
    return {"pages": ["\n".join(lines)], "reader": f"{OURS} pptx", "note": ""}


def _order(container: Container) -> list[str]:
    """The slides' names in the order of the presentation; [] where it does not tell."""
    targets = {k: t for k, kind, t in _relations(container, "ppt/presentation.xml") if kind == "slide"}
    root = container.xml("ppt/presentation.xml")
    ids = [v for e in root.iter() if local(e.tag) == "sldId" for k, v in e.attrib.items() if k.endswith("}id")]
    return [targets[i] for i in ids if i in targets and targets[i] in container.parts]


def _relations(container: Container, name: str) -> Iterator[tuple[str, str, str]]:
    """(id, kind, name of the part) of what a part refers to."""
    folder, own = posixpath.split(name)
    rels = f"{folder}/_rels/{own}.rels"
    for each in container.xml(rels) if rels in container.parts else ():
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        yield each.get("Id", ""), each.get("Type", "").rpartition("/")[2], target


def _targets(container: Container, name: str, kind: str) -> list[str]:
    return [t for _, k, t in _relations(container, name) if k == kind and t in container.parts]


def _slide(root: Element) -> Iterator[str]:
    in_tables = {p for row in root.iter() if local(row.tag) == "tr" for p in row.iter() if local(p.tag) == "p"}
    for e in root.iter():
        if local(e.tag) == "tr":
            cells = [" ".join(_run(c).split()) for c in e if local(c.tag) == "tc"]
            yield f"| {' | '.join(cells)} |"
        elif local(e.tag) == "p" and e not in in_tables and _run(e).strip():
            yield from (_run(e).strip(), "")
        elif local(e.tag) == "cNvPr" and e.get("descr"):
            yield from (f"[picture: {' '.join(e.get('descr', '').split())}]", "")


def _notes(container: Container, name: str) -> Iterator[str]:
    text = list(_slide(container.xml(name)))
    yield from ("## Notes", "", *text) if text else ()


def _run(element: Element) -> str:
    """The text of a paragraph or a cell."""
    pieces = ["\n" if local(e.tag) == "br" else e.text or "" for e in element.iter() if local(e.tag) in ("t", "br")]
    return "".join(pieces)


def odf(data: bytes) -> dict[str, Any]:
    """An OpenDocument text, presentation or workbook: headings, paragraphs, lists and tables."""
    body = next((e for e in Container(data).xml("content.xml") if local(e.tag) == "body"), None)
    if body is None:
        return {"problem": "its content.xml has no body"}
    sheets = next((e for e in body if local(e.tag) == "spreadsheet"), None)
    if sheets is not None:
        return {**opened(sheets), "reader": f"{OURS} OpenDocument"}
    return {"pages": ["\n".join(_blocks(body, 0, 0))], "reader": f"{OURS} OpenDocument", "note": ""}


def _blocks(parent: Element, depth: int, level: int) -> Iterator[str]:
    """The lines of what lies in an element; `level` counts the lists around it."""
    if depth > DEEP:
        raise UnreadableError("its elements nest too deeply")
    for e in parent:
        name = local(e.tag)
        if name == "h":
            outline = next((v for k, v in e.attrib.items() if local(k) == "outline-level"), "1")
            yield from (f"{'#' * min(int(outline) if outline.isdecimal() else 1, 6)} {_words(e, 0)}", "")
        elif name == "p" and level:
            yield f"{'  ' * (level - 1)}- {_words(e, 0)}"
        elif name == "p":
            yield from (_words(e, 0), "")
        elif name == "table-row":
            yield f"| {' | '.join(' '.join(_blocks_text(c).split()) for c in e if local(c.tag) == 'table-cell')} |"
        elif name == "page":
            title = next((v for k, v in e.attrib.items() if local(k) == "name"), "")
            yield from (f"# {title}", "", *_blocks(e, depth + 1, level))
        elif name not in ("tracked-changes", "forms", "sequence-decls"):
            yield from _blocks(e, depth + 1, min(level + (name == "list"), 20))


def _blocks_text(cell: Element) -> str:
    return " ".join(_words(p, 0) for p in cell.iter() if local(p.tag) in ("p", "h"))


def _words(element: Element, depth: int) -> str:
    """The text of a paragraph, with its spaces, tabs and line breaks; of a picture its description."""
    if depth > DEEP:
        raise UnreadableError("its elements nest too deeply")
    special = {"s": " ", "tab": "\t", "line-break": "\n"}
    pieces = [element.text or ""]
    for e in element:
        pieces += [special.get(local(e.tag)) or _words(e, depth + 1), e.tail or ""]
    return "".join(pieces)


def epub(data: bytes) -> dict[str, Any]:
    """A book: its chapters in the order in which they are read."""
    container = Container(data)
    package = next((v for e in container.xml("META-INF/container.xml").iter() if (v := e.get("full-path"))), "")
    root, folder = container.xml(package), posixpath.dirname(package)
    files = {e.get("id"): e.get("href", "") for e in root.iter() if local(e.tag) == "item"}
    spine = [files.get(e.get("idref"), "") for e in root.iter() if local(e.tag) == "itemref"]
    names = [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in spine if href]
    missing = [name for name in names if name not in container.parts]
    chapters = [html(container.parts[name]) for name in names if name in container.parts]
    notes = {c["note"] for c in chapters if c["note"]} | (
        {f"{len(missing)} chapters are missing"} if missing else set()
    )
    text = "\n\n".join("\n".join(c["pages"]) for c in chapters)
    return {"pages": [text], "reader": chapters[0]["reader"] if chapters else "", "note": "; ".join(sorted(notes))}
