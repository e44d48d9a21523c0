"""Texts, presentations and books of office programs as Markdown; pictures are named, not taken."""

from __future__ import annotations

import posixpath
import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rlm_core.documents.converters.container import Container, local
from rlm_core.documents.converters.drawings import charts, comment, drawn, picture, relations, run, targets
from rlm_core.documents.converters.formulas import formula
from rlm_core.documents.converters.webpage import html
from rlm_core.documents.sayings import NO_CHAPTERS, NO_WRITING, OURS
from rlm_core.errors import worded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any
    from xml.etree.ElementTree import Element

_SLIDE = re.compile(r"ppt/slides/slide(\d{1,6})\.xml")
WORD = "word/document.xml"


def docx(data: bytes) -> dict[str, Any]:
    """A Word document as `{pages, reader, note}`: headings, lists, tables, foot notes and comments."""
    from importlib.metadata import version

    import mammoth
    from mammoth.images import img_element

    container = Container(data)
    faults = (KeyError, ValueError, TypeError, AttributeError, LookupError, OSError, SyntaxError, RecursionError)

    if any(name in container.parts.get(WORD, b"") for name in (b"oMath", b":ruby>", b":docPr ")):
        container.parts[WORD] = _spelt_out(container.xml(WORD))

    def named(image: Any) -> dict[str, str]:
        return {"src": "data:", "alt": picture(image.alt_text)}

    try:
        found = mammoth.convert_to_html(
            BytesIO(container.data()), convert_image=img_element(named), style_map="comment-reference => sup"
        )
    except Exception as e:  # expat's error is none of these
        if not isinstance(e, faults) and type(e).__name__ != "ExpatError":
            raise
        return {"problem": worded(NO_WRITING, reader=f"mammoth {version('mammoth')}", why=e)}
    page = html(b"<!doctype html><meta charset=utf-8>" + found.value.encode("utf-8", "replace"))
    (text,) = page["pages"]
    more = [*charts(container, WORD), *_every_page(container)]
    return {**page, "pages": ["\n\n".join([text, *filter(None, more)])], "reader": f"mammoth {version('mammoth')}"}


def _every_page(container: Container) -> Iterator[str]:
    """What stands at the head and the foot of the pages, each once."""
    seen = set()
    for kind in ("header", "footer"):
        for part in targets(container, WORD, kind):
            texts = (run(p) for p in container.xml(part).iter() if local(p.tag) == "p")
            text = " ".join(" ".join(texts).split())
            if text and text not in seen:
                seen.add(text)
                yield f"[{kind} of the pages: {text}]"


def _spelt_out(root: Element) -> bytes:
    """A text whose formulas and readings beside signs (ruby), which mammoth passes over, are words like others.

    A picture that nobody has described is described by its name.
    """
    from xml.etree.ElementTree import Element, SubElement, tostring

    space = root.tag.rpartition("}")[0] + "}"
    for parent in list(root.iter()):
        for place, e in enumerate(list(parent)):
            name = local(e.tag)
            if name == "docPr" and not e.get("descr") and not e.get("title"):
                e.set("descr", e.get("name", ""))
            if name == "oMath":
                text = f"[formula: {formula(e)}]"
            elif name == "ruby":
                base, above = ("".join(map(run, (p for p in e if local(p.tag) == n))) for n in ("rubyBase", "rt"))
                text = f"{base} ({above})" if above else base
            else:
                continue
            made = Element(f"{space}{'t' if name == 'ruby' else 'r'}")
            (made if name == "ruby" else SubElement(made, f"{space}t")).text = text
            made.tail = e.tail
            parent[place] = made
    data: bytes = tostring(root, "utf-8")
    return data


def pptx(data: bytes) -> dict[str, Any]:
    """A PowerPoint presentation: a heading a slide, its paragraphs, tables and notes."""
    container = Container(data)
    slides = sorted((int(m[1]), name) for name in container.parts if (m := _SLIDE.fullmatch(name)))
    order = _order(container) or [name for _, name in slides]
    lines: list[str] = []
    for number, name in enumerate(order, 1):
        lines += [f"# Slide {number}", "", *drawn(container.xml(name)), *charts(container, name)]
        lines += _comments(container, name)
        lines += [line for note in targets(container, name, "notesSlide") for line in _notes(container, note)]
    return {"pages": ["\n".join(lines)], "reader": worded(OURS, format="pptx"), "note": ""}


def _order(container: Container) -> list[str]:
    """The slides' names in the order of the presentation; [] where it does not tell."""
    targets = {k: t for k, kind, t in relations(container, "ppt/presentation.xml") if kind == "slide"}
    root = container.xml("ppt/presentation.xml")
    ids = [v for e in root.iter() if local(e.tag) == "sldId" for k, v in e.attrib.items() if k.endswith("}id")]
    return [targets[i] for i in ids if i in targets and targets[i] in container.parts]


def _comments(container: Container, name: str) -> Iterator[str]:
    """What was said of a slide, by whom."""
    authors = {
        e.get("id"): e.get("name", "")
        for part in targets(container, "ppt/presentation.xml", "commentAuthors", "authors")
        for e in container.xml(part).iter()
        if e.get("name")
    }
    for part in targets(container, name, "comments"):
        for e in container.xml(part).iter():
            if local(e.tag) in ("cm", "reply"):
                texts = [run(t) for t in e if local(t.tag) in ("text", "txBody")]
                plain = [t.text or "" for t in e if local(t.tag) == "text"]
                said = comment(" ".join((*plain, *texts)), authors.get(e.get("authorId"), ""))
                yield from (said, "") if said else ()


def _notes(container: Container, name: str) -> Iterator[str]:
    text = list(drawn(container.xml(name)))
    yield from ("## Notes", "", *text) if text else ()


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
    notes = {c["note"] for c in chapters if c["note"]} | ({worded(NO_CHAPTERS, n=len(missing))} if missing else set())
    text = "\n\n".join("\n".join(c["pages"]) for c in chapters)
    return {"pages": [text], "reader": chapters[0]["reader"] if chapters else "", "note": "; ".join(sorted(notes))}
