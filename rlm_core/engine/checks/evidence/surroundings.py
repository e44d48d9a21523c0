"""What stands around a quote: its sentences in full, those beside them, a few lines, the heading above, who spoke."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rlm_core.engine.checks.evidence.speaker import Speech, speech_of
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition, Piece, offset_of
from rlm_core.language.folding import fold

NEAR_LINES, NEAR_CHARS = 3, 600  # lines, and characters at most, on either side of a quote's own
WRAPPED_CHARS = 30  # a line that is longer may go on in the next one, if that begins in lower case
HEADING_CHARS = 6000  # how far above a quote its heading is looked for
MAX_LINE_CHARS = 2000  # of a quote's own lines, on either side of it
MAX_SENTENCE_CHARS = 4000  # of a quote's sentences
_END = re.compile(r"(?<=[.!?…;])[\"'”»)\]*_`]{0,4}[ \t]{1,8}(?=\S)|\n")
_GOES_ON = re.compile(r"[ \t]{0,8}(?!\w{1,40} ?[:=])[^\W\d_A-ZÀ-Þ]")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|p\.ex|cf|vs|etc|mr|mrs|dr|no|fig|approx|env|ex|st|n)|\b[a-z])\.$")


@dataclass(frozen=True)
class Surroundings:
    """A quote's own words are in it as well, folded: lower case, without accents, straight apostrophes.

    sentences: those that the quote touches, in full. before, after: the sentences next to them in the same paragraph,
    "" for none. above: the last line before that says something. lines: a few around, and the heading above. own: the
    complete lines of the quote. speech: who spoke, as written.
    """

    sentences: tuple[str, ...]
    before: str = ""
    after: str = ""
    above: str = ""
    lines: str = ""
    own: str = ""
    speech: Speech = field(default_factory=Speech)


def surroundings_of(finding: Finding, piece: Piece) -> Surroundings:
    """What stands around a located finding's quote. piece: the one that holds it."""
    text = piece.text
    line = max(finding.line - piece.line, 0)
    start = offset_of(text, line) if line <= text.count("\n") else 0
    start = max(text.find(finding.quote, start), start)
    end = min(start + len(finding.quote), len(text))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    last = last if last >= 0 else len(text)
    first, last = max(first, start - MAX_LINE_CHARS), min(last, end + MAX_LINE_CHARS)
    before, inside, after = _sentences(text, start, end)
    return Surroundings(
        tuple(map(plain, inside)),
        plain(before),
        plain(after),
        plain(_said_above(text, first)),
        plain(f"{_near(text, first, last)}\n{_heading(text, first)}"),
        plain(text[first:last]),
        speech_of(piece, start, end),
    )


def piece_of(finding: Finding, part: Partition) -> Piece:
    """The piece that holds a finding's quote; lines may be cut, so that two pieces have a part of one each."""
    fits = [
        p
        for p in part.pieces
        if p.document.id == finding.location and p.line <= finding.line <= p.line + p.text.count("\n")
    ]
    return next((p for p in reversed(fits) if finding.quote in p.text), fits[-1])


def plain(text: str) -> str:
    """A text as all checks here read it: lower case, no accents, straight apostrophes."""
    return fold(text).replace("’", "'")


def _near(text: str, first: int, last: int) -> str:
    """The lines from `first` to `last` with a few around that say something."""
    least, most = max(0, first - NEAR_CHARS), min(len(text), last + NEAR_CHARS)
    above = [line for line in text[least:first].split("\n") if _says_something(line)][-NEAR_LINES:]
    below = [line for line in text[last:most].split("\n") if _says_something(line)][:NEAR_LINES]
    return "\n".join([*above, text[first:last], *below])


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("## ")


def _heading(text: str, first: int) -> str:
    """The Markdown heading under which a line stands."""
    least = max(0, first - HEADING_CHARS)
    at = first
    while (at := text.rfind("#", least, at)) >= 0:
        begin = text.rfind("\n", 0, at) + 1
        if not text[begin:at].strip("#"):
            end = text.find("\n", at)
            return text[begin : end if end >= 0 else len(text)][:200]
        at = begin
        if at <= least:
            break
    return ""


def _said_above(text: str, first: int) -> str:
    """The last line before an offset that is not blank; "" where a heading or more than one blank line is between."""
    at = first
    for _ in range(2):
        if at <= 0:
            return ""
        begin = text.rfind("\n", 0, at - 1) + 1
        if text[begin : at - 1].strip():
            return text[max(begin, at - NEAR_CHARS) : at - 1]
        at = begin
    return ""


def _sentences(text: str, start: int, end: int) -> tuple[str, list[str], str]:
    """The sentence before a stretch, those that it touches, and the one after it."""
    least = max(text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0, start - NEAR_CHARS)
    most = text.find("\n\n", end)
    most = min(most if most >= 0 else len(text), end + NEAR_CHARS)
    spans, at = [], least
    for border in _END.finditer(text, least, most):
        if not _ends(text, at, border):
            continue
        spans.append((at, border.start()))
        at = border.end()
    spans.append((at, most))
    spans = [(a, b) for a, b in spans if text[a:b].strip()]
    inside = [text[a:b].strip()[:MAX_SENTENCE_CHARS] for a, b in spans if a < end and b > start]
    before = [text[a:b] for a, b in spans if b <= start]
    after = [text[a:b] for a, b in spans if a >= end]
    return (before[-1] if before else ""), inside, (after[0] if after else "")


def _ends(text: str, since: int, border: re.Match[str]) -> bool:
    """Whether a sentence ends at a border: not after an abbreviation, not where a long line goes on in the next."""
    at = border.start()
    if border[0] == "\n":
        begin = max(text.rfind("\n", 0, at) + 1, since)
        goes_on = _GOES_ON.match(text, border.end())
        return at - begin < WRAPPED_CHARS or not goes_on or text[at - 1 : at] in ".!?:;"
    return not _ABBREVIATED.search(text[max(since, at - 8) : at].lower())
