"""Cuts a document's lines into sections: Markdown at its headings, code at top-level blocks, a PDF at its pages.

Where a cut falls depends on the lines before it and on few after it: a change moves no boundary far above itself.
All sections joined give the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from rlm_core.documents.formats import CONVERTED, MARKDOWN, PDF, SOURCE
from rlm_core.redaction.clean import EMPTY, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rlm_core.redaction.clean import CleanText

MIN_TOKENS = 200  # tokens from which on a block of code or a paragraph of plain text ends its section
MAX_TOKENS = 1000  # tokens of a section
TITLE_CHARS, TITLES_CHARS = 60, 120
FRONT_MATTER_LINES = 200
_SPACE, _BELOW = literal(" "), literal(" › ")

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_NO_TITLE = re.compile(r"\s*(?:[>#|]|[-*+] |\d+[.)] |$)| {4}|\t")  # cannot be the text above an underline
_DEFINITION = re.compile(
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|sealed|pub(?:\([a-z]+\))?|unsafe)\s+)*"
    r"(?:class|def|func|function|fn|struct|interface|impl|enum|trait|module|namespace|type|object|record|sub|proc)\b.*"
)


@dataclass(frozen=True)
class Section:
    """Lines [start, end) of a document. title: its headings, outermost first, or the definition it belongs to."""

    start: int
    end: int
    title: CleanText


def sections(
    kind: str, lines: Sequence[CleanText], costs: Sequence[int], pages: Sequence[int], most: int
) -> list[Section]:
    """The sections of a document of at least one line.

    costs: tokens of each line. pages: the lines on which pages start. most: tokens of a section, none of the lines
    costs more.
    """
    if kind == MARKDOWN or kind in CONVERTED:
        return list(_by_headings(lines, costs, most))
    paragraphs = {i for i in range(1, len(lines)) if lines[i].strip() and not lines[i - 1].strip()}
    if kind == PDF:
        spans = [s for a, b in pairwise([*pages, len(lines)]) for s in _fit(costs, a, b, set(), paragraphs, most)]
        return [Section(a, b, EMPTY) for a, b in spans]
    blocks = {i for i in paragraphs if lines[i][0] not in " \t)}]"} if kind == SOURCE else paragraphs
    spans = list(_fit(costs, 0, len(lines), blocks, paragraphs, most))
    titles = _definitions(lines, spans) if kind == SOURCE else [EMPTY] * len(spans)
    return [Section(a, b, title) for (a, b), title in zip(spans, titles, strict=True)]


def _by_headings(lines: Sequence[CleanText], costs: Sequence[int], most: int) -> Iterator[Section]:
    found = list(headings(lines))
    starts = [at for at, _, _ in found]
    above: list[tuple[int, CleanText]] = []  # (level, title) of the headings that hold here
    if not starts or starts[0] > 0:
        yield from _part(costs, lines, 0, starts[0] if starts else len(lines), EMPTY, most)
    begin = -1
    for (at, level, title), end in zip(found, [*starts[1:], len(lines)], strict=False):
        above = [*((n, t) for n, t in above if n < level), (level, title)]
        begin = at if begin < 0 else begin
        alone = end < len(lines) and not any(line.strip() for line in lines[at + _height(lines, at) : end])
        if not alone:
            yield from _part(costs, lines, begin, end, joined(t for _, t in above), most)
            begin = -1


def _part(
    costs: Sequence[int], lines: Sequence[CleanText], start: int, end: int, title: CleanText, most: int
) -> Iterator[Section]:
    paragraphs = {i for i in range(start + 1, end) if lines[i].strip() and not lines[i - 1].strip()}
    for a, b in _fit(costs, start, end, set(), paragraphs, most):
        yield Section(a, b, title)


def _height(lines: Sequence[CleanText], at: int) -> int:
    """Lines of the heading itself: two when it is underlined."""
    return 1 if _ATX.match(lines[at]) else 2


def headings(lines: Sequence[CleanText]) -> Iterator[tuple[int, int, CleanText]]:
    """(line, level, title) of a Markdown document's headings, those in code fences and front matter left out.

    ATX headings and one-line setext headings of CommonMark 0.31, sections 4.2 and 4.3.
    """
    fence = ""
    for i in range(_front_matter(lines), len(lines)):
        line = lines[i]
        mark = _FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence = "" if fence else mark[1]
        elif fence:
            continue
        elif atx := _ATX.match(line):
            yield i, len(atx[1]), line[atx.start(2) : atx.end(2)].strip()
        elif (
            i + 1 < len(lines)
            and (under := _UNDERLINE.match(lines[i + 1]))
            and not _NO_TITLE.match(line)
            and (i == 0 or not lines[i - 1].strip())
        ):
            yield i, 1 if under[1][0] == "=" else 2, line.strip()


def _front_matter(lines: Sequence[CleanText]) -> int:
    """The line after YAML front matter, 0 when there is none."""
    if lines and lines[0].rstrip() == "---":
        for i in range(1, min(len(lines), FRONT_MATTER_LINES)):
            if lines[i].rstrip() in ("---", "..."):
                return i + 1
    return 0


def joined(titles: Iterator[CleanText]) -> CleanText:
    """Headings as a path: `Deployment › Roll back`. Each of them, and the whole, is cut to the length that a heading of
    an entry may have.
    """
    shown = [_short(title) for title in titles if title]
    while len(shown) > 1 and len(_BELOW.join(shown)) > TITLES_CHARS:
        shown.pop(0)
    return _BELOW.join(shown)


def _short(title: CleanText) -> CleanText:
    return title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1].rstrip() + literal("…")


def _definitions(lines: Sequence[CleanText], spans: Sequence[tuple[int, int]]) -> Iterator[CleanText]:
    """For each span the first definition in it, or the last one above that it goes on with."""
    last = EMPTY
    for start, end in spans:
        found = [lines[i][: m.end()] for i in range(start, end) if (m := _DEFINITION.match(lines[i]))]
        yield joined(iter([_SPACE.join((found[0] if found else last).split()).rstrip(" {:")]))
        last = found[-1] if found else last


def _fit(
    costs: Sequence[int], start: int, end: int, ends: set[int], gaps: set[int], most: int
) -> Iterator[tuple[int, int]]:
    """Cut lines [start, end) so that no part costs more than `most`.

    ends: lines before which a part of MIN_TOKENS tokens is done. gaps: where a part that is too long is best cut.
    """
    total = list(accumulate(costs[start:end], initial=0))
    begin = start
    for i in range(start + 1, end):
        if i in ends and total[i - start] - total[begin - start] >= MIN_TOKENS:
            yield begin, i
            begin = i
        while total[i + 1 - start] - total[begin - start] > most and i > begin:
            half = bisect_left(total, total[begin - start] + most // 2) + start
            cut = next((j for j in range(i, max(half, begin + 1) - 1, -1) if j in gaps), i)
            yield begin, cut
            begin = cut
    if begin < end:
        yield begin, end
