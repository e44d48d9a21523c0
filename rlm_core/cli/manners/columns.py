"""Rows as columns that fit the terminal: the widest give way, wide and combining characters counted as they show."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

GAP = "  "
LEAST = 6
"""Characters to which a column is narrowed at most."""


def room() -> int:
    """Characters of a line on the terminal that is written to; 0 for as many as there are, where it is none."""
    if not sys.stdout.isatty():
        return 0
    from shutil import get_terminal_size

    return get_terminal_size().columns


def span(text: str) -> int:
    """How many characters of a terminal a text takes: two for one of Chinese, none for an accent that follows."""
    if text.isascii():
        return len(text)
    return sum(_span(c) for c in text)


def _span(c: str) -> int:
    from unicodedata import category, east_asian_width  # for what is not ASCII

    if category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(c) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """The beginning of a text that fits, with an ellipsis for the rest. width: 0 for any."""
    if not width or span(text) <= width:
        return text
    kept, left = "", width - 1
    for c in text:
        left -= _span(c)
        if left < 0:
            break
        kept += c
    return f"{kept}…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text in its column. right: numbers, which end together."""
    text = cut(text, width)
    blanks = " " * (width - span(text))
    return blanks + text if right else text + blanks


def widths(rows: Sequence[Sequence[str]], most: int, whole: Container[int] = ()) -> list[int]:
    """Of each column, so that a row fits together: the widest give way first. most: characters of a line; 0 for any.

    whole: columns that are not narrowed, as of an id, which is of no use without its end.
    """
    wanted = [max(map(span, column)) for column in zip(*rows, strict=True)]
    space = most - len(GAP) * (len(wanted) - 1)
    while most and sum(wanted) > space:
        narrowed = [w for n, w in enumerate(wanted) if n not in whole]
        widest = max(narrowed, default=LEAST)
        if widest <= LEAST:
            break
        at = [n for n, w in enumerate(wanted) if w == widest and n not in whole]
        below = max([w for w in narrowed if w < widest], default=LEAST)
        least = max(below, LEAST, widest - max(1, (sum(wanted) - space) // len(at)))
        for n in at:
            wanted[n] = least
    return wanted


def table(
    rows: Sequence[Sequence[str]], most: int, right: Sequence[bool] = (), whole: Container[int] = ()
) -> list[str]:
    """The rows as lines of columns. right: which of them end together. whole: which are never narrowed."""
    if not rows:
        return []
    broad = widths(rows, most, whole)
    ends = [*right, *[False] * (len(broad) - len(right))]
    return [
        GAP.join(padded(cell, w, right=r) for cell, w, r in zip(row, broad, ends, strict=True)).rstrip() for row in rows
    ]
