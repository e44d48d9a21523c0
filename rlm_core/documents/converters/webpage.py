"""HTML as Markdown, also where end tags are omitted."""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from bs4 import BeautifulSoup

DEEPEST = 100  # the conversion goes over a text once for each tag around it; no page that people wrote nests so
WITHOUT_LXML = "omitted end tags are guessed; pip install 'rlm-recall[documents]' reads them right"
DEEP = f"tags within more than {DEEPEST} others are left out, their text is kept"


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
        note = f"read as {soup.original_encoding}"
        note += ", some characters unreadable" if soup.contains_replacement_characters else ""
    else:
        soup = BeautifulSoup(_ended(text.encode("utf-8", "replace")), parser, from_encoding="utf-8")
    notes = [note, WITHOUT_LXML if parser != "lxml" else "", DEEP if _flatten(soup) else ""]
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
    # Escaped underscores would hide retry_limit from whoever greps for it.
    converter = MarkdownConverter(heading_style="ATX", bullets="-", escape_underscores=False, escape_asterisks=False)
    return str(converter.convert_soup(soup))


def _flatten(soup: BeautifulSoup) -> bool:
    """Leave only the text of what nests too deeply; whether there was any."""
    from bs4 import Tag

    level: list[Tag] = [soup]
    for _ in range(DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
    for tag in level:
        tag.string = tag.get_text("\n")
    return bool(level)
