"""Fenced blocks in Markdown: what stands inside one, and a text in which nothing but them is obeyed.

It does without the packages of the extra `view`: an export as text is there for everyone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rlm_core.redaction.clean import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanText

FENCE = re.compile(r"(`{3,})([a-z]*)\n")
_OPENS = re.compile(r"(`{3,})[^`]*|(~{3,}).*")
_CLOSES = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*")
MOST_PARSED = 60_000  # characters


def unfenced(text: str) -> tuple[str, str]:
    """(language, what stands inside) of a fenced block; ("", the text) of what is none."""
    found = FENCE.match(text)
    if found and text.endswith(f"\n{found[1]}"):
        return found[2], text[found.end() : -len(found[1]) - 1]
    return "", text


def inert(text: CleanText) -> CleanText:
    """Markdown in which no HTML and no picture can stand, fenced code aside, which is shown and not obeyed.

    Where fences stand only at the beginning of lines, and each is closed, their lines say what is fenced. A parser is
    asked about all others, where it is installed; without one no fence is left.
    """
    if "<" not in text and "![" not in text and "```" not in text and "~~~" not in text:
        return text
    text = text.replace("\r\n", literal("\n")).replace("\r", literal("\n"))  # either ends a line
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    if fenced is None:
        fenced = _parsed(text)
    if fenced is None:
        return without_html(text.replace("`", literal("\\`")).replace("~~~", literal("\\~~~")))
    return literal("\n").join([line if n in fenced else without_html(line) for n, line in enumerate(lines)])


def without_html(text: CleanText) -> CleanText:
    """A text with its `<` and the beginnings of its pictures escaped."""
    return text.replace("<", literal("&lt;")).replace("![", literal("!\\["))


def fenced_lines(lines: Sequence[str]) -> set[int] | None:
    """The numbers of the lines in fenced blocks, fences included, as CommonMark has them.

    lines: without `\\r`. None where this cannot be said without a parser: a fence is indented, in a quote or a list, or
    never closed.
    """
    fenced: set[int] = set()
    fence = ""
    for n, line in enumerate(lines):
        if fence:
            fenced.add(n)
            closing = _CLOSES.fullmatch(line)
            if closing and closing[1].startswith(fence):
                fence = ""
        elif "```" in line or "~~~" in line:
            opening = _OPENS.fullmatch(line)
            if not opening:
                return None
            fence = opening[1] or opening[2]
            fenced.add(n)
    return None if fence else fenced


def _parsed(text: CleanText) -> set[int] | None:
    """The same by a parser, with a line behind the text: an open fence would swallow what follows."""
    try:
        from rlm_core.view import markup
    except ImportError:  # the extra `view` is not installed
        return None
    blocks = markup.blocks(text + literal("\n\nEND")) if len(text) <= MOST_PARSED else []
    if not blocks or blocks[-1].type != "inline" or blocks[-1].level != 1 or blocks[-1].content != "END":
        return None
    return {n for b in blocks if b.type == "fence" and b.map for n in range(*b.map)}
