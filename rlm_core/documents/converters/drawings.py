"""What parts of an Office Open XML document refer to, and what is drawn in them: text, pictures by name, charts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import Container, local
from rlm_core.documents.converters.formulas import formula

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

NAMELESS = "without a name"
MOST_SHOWN = 400  # values of a chart


def relations(container: Container, name: str) -> Iterator[tuple[str, str, str]]:
    """(id, kind, name of the part) of what a part refers to."""
    folder, own = posixpath.split(name)
    rels = f"{folder}/_rels/{own}.rels"
    for each in container.xml(rels) if rels in container.parts else ():
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        yield each.get("Id", ""), each.get("Type", "").rpartition("/")[2], target


def addresses(container: Container, name: str) -> Iterator[tuple[str, str]]:
    """(id, address) of what a part refers to outside the document."""
    folder, own = posixpath.split(name)
    rels = f"{folder}/_rels/{own}.rels"
    for each in container.xml(rels) if rels in container.parts else ():
        if each.get("TargetMode") == "External":
            yield each.get("Id", ""), each.get("Target", "")


def targets(container: Container, name: str, *kinds: str) -> list[str]:
    """The parts of these kinds that a part refers to, as far as they are there."""
    return [t for _, k, t in relations(container, name) if k in kinds and t in container.parts]


def picture(*names: str | None) -> str:
    """What stands for a picture: the first of these that says something."""
    shown = next((" ".join(n.split()) for n in names if n and n.strip()), NAMELESS)
    return f"[picture: {shown}]"


def comment(text: str, by: str = "") -> str:
    """What stands for somebody's comment, at the place it is on; "" for an empty one."""
    shown = " ".join(text.split())
    author = " ".join(by.split())
    return f"[comment{f' by {author}' if author else ''}: {shown}]" if shown else ""


def run(element: Element) -> str:
    """The text of a paragraph or a cell of DrawingML, formulas included."""
    name = local(element.tag)
    if name == "oMath":
        return formula(element)
    if name == "br":
        return "\n"
    return (element.text or "" if name == "t" else "") + "".join(run(e) for e in element if local(e.tag) != "Fallback")


def drawn(root: Element) -> Iterator[str]:
    """Lines of what is drawn on a slide or a sheet: paragraphs, tables, pictures by their names."""
    in_tables = {p for row in root.iter() if local(row.tag) == "tr" for p in row.iter() if local(p.tag) == "p"}
    pictures = {c for e in root.iter() if local(e.tag) == "pic" for c in e.iter() if local(c.tag) == "cNvPr"}
    for e in root.iter():
        name = local(e.tag)
        if name == "tbl":
            yield from (*_table(e), "")
        elif name == "p" and e not in in_tables and run(e).strip():
            yield from (run(e).strip(), "")
        elif name == "cNvPr" and e in pictures:
            yield from (picture(e.get("descr"), e.get("title"), e.get("name")), "")
        elif name == "cNvPr" and e.get("descr"):
            yield from (picture(e.get("descr")), "")


def _table(table: Element) -> Iterator[str]:
    first = True
    for row in table.iter():
        if local(row.tag) == "tr":
            cells = [" ".join(run(c).split()).replace("|", "\\|") for c in row if local(c.tag) == "tc"]
            yield f"| {' | '.join(cells)} |"
            if first:
                yield "|" + " --- |" * len(cells)
            first = False


def charts(container: Container, name: str) -> Iterator[str]:
    """Lines of the charts and diagrams that a part shows: the texts of each, and the values of a chart."""
    for part in targets(container, name, "chart", "chartEx"):
        texts = [t.strip() for e in container.xml(part).iter() if local(e.tag) in ("t", "v") and (t := e.text or "")]
        more = f" … ({len(texts) - MOST_SHOWN} more)" if len(texts) > MOST_SHOWN else ""
        yield from (f"[chart: {', '.join(filter(None, texts[:MOST_SHOWN]))}{more}]", "")
    for part in targets(container, name, "diagramData"):
        texts = [run(e).strip() for e in container.xml(part).iter() if local(e.tag) == "t"]
        yield from (f"- {' '.join(text.split())}" for text in texts if text)
        yield ""
