"""Verification by code: a quote must stand, word for word, in the source that it cites.

White space aside, since a model folds lines; and redaction aside, since `[redacted:env]` is a mark and not a text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Part, Piece

SHORTEST = 8  # bytes, white space aside: less stands anywhere and proves nothing
_REDACTED = re.compile(r"\[redacted(?::[\w-]*)?\]")
_ANY_REDACTED = _REDACTED.pattern
_WRAPPED = (("“", "”"), ("«", "»"), ('"', '"'), ("'", "'"), ("`", "`"))
MOST_WORDS = 1000

NOT_THERE = "the quote does not stand in the source"
TOO_SHORT = "the quote is too short to prove anything"
ELSEWHERE = "the quote stands in another source than the one it cites"


def locate(found: tuple[Finding, ...], part: Part) -> list[Finding]:
    """The findings of a part with path, line and date of their quotes; doubted where a quote does not stand.

    The same quote reported several times means several places, in their order. A quote that stands in another source of
    the part than the cited one is cited where it stands, and doubted softly: it stays verified.
    """
    seen: Counter[tuple[str, str]] = Counter()
    located = []
    for finding in found:
        key = (finding.location, finding.quote)
        located.append(_locate(finding, part, seen[key]))
        seen[key] += 1
    return located


def _locate(finding: Finding, part: Part, nth: int) -> Finding:
    if not _says_something(finding.quote):
        return finding.doubted(TOO_SHORT)
    cited = [p for p in part.pieces if _is_cited(p, finding.location)]
    others = [p for p in part.pieces if p not in cited]
    for candidates, elsewhere in ((cited, False), (others, True)):
        places = list(_places(finding.quote, candidates, nth + 1))
        if places:
            piece, start, end = places[min(nth, len(places) - 1)]
            if _bare(finding.quote) < SHORTEST and piece.text[start:end].strip() != _line_of(piece.text, start, end):
                return finding.doubted(TOO_SHORT)
            line = piece.line + piece.text.count("\n", 0, start)
            document = piece.document
            placed = replace(
                finding, location=document.id, path=document.path, line=line, date=document.time_at(line), verified=True
            )
            return replace(placed, doubts=(*placed.doubts, ELSEWHERE)) if elsewhere else placed
    return finding.doubted(NOT_THERE)


def _bare(quote: str) -> int:
    return len("".join(quote.split()).encode("utf-8", "replace"))


def _line_of(text: str, start: int, end: int) -> str:
    """The whole lines that hold a stretch, without white space around."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return text[first : last if last >= 0 else len(text)].strip()


def lines_around(piece: Piece, line: int, quote: str) -> str:
    """The whole lines, in a piece, of a quote that stands on `line`."""
    text, start = piece.text, 0
    for _ in range(line - piece.line):
        start = text.find("\n", start) + 1
    end = start
    for _ in range(quote.count("\n") + 2):
        end = text.find("\n", end) + 1
        if not end:
            return text[start:]
    return text[start:end]


def _is_cited(piece: Piece, location: str) -> bool:
    """Whether a location names a piece's document: its id, with or without a line, or its path."""
    name = location.strip().strip("[]`<>\"'")
    document = piece.document
    return name in (document.id, document.path) or name.rpartition(":")[0] == document.id


def _says_something(quote: str) -> bool:
    return any(c.isalnum() for c in quote)


def _pattern(quote: str) -> re.Pattern[str]:
    """What matches a quote, white space and redaction aside."""
    return re.compile(r"\s+".join(_word(w) for w in _unwrapped(quote).split()[:MOST_WORDS]))


def _word(word: str) -> str:
    between = _REDACTED.split(word)
    return _ANY_REDACTED.join(re.escape(b) for b in between)


def _unwrapped(quote: str) -> str:
    """Without quotation marks around the whole."""
    text = quote.strip()
    for first, last in _WRAPPED:
        if len(text) > 2 and text.startswith(first) and text.endswith(last) and first not in text[1:-1]:
            return text[1:-1].strip()
    return text


def _places(quote: str, among: list[Piece], most: int) -> Iterator[tuple[Piece, int, int]]:
    """Where a quote stands, at most so many places; one that stands there to the letter is not looked for otherwise."""
    plain, found = quote.strip(), False
    for piece in among:
        at = piece.text.find(plain)
        while at >= 0 and most:
            found, most = True, most - 1
            yield piece, at, at + len(plain)
            at = piece.text.find(plain, at + len(plain))
    if found or not among:
        return
    pattern = _pattern(quote)
    for piece in among:
        for match in pattern.finditer(piece.text):
            yield piece, match.start(), match.end()
            most -= 1
            if not most:
                return


def stands_in(quote: str, text: str) -> bool:
    """Whether a quote that says something stands in a text, white space and redaction aside."""
    return _says_something(quote) and (quote.strip() in text or bool(_pattern(quote).search(text)))
