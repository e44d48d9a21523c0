"""Finds, among the candidates of a search, decisions that a later one replaced."""

from __future__ import annotations

from rlm_core.clock import iso
from rlm_core.errors import ArchiveError
from rlm_core.index.schema import DECIDING, MARKS, SAID_BITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.search.places import Chunks
    from rlm_core.search.rank import Candidate

MAX_CANDIDATES = 40  # candidates that are compared, the best
SPOKEN = ("user", "assistant", "task")  # a summary repeats an old decision under a new date


def supersede(ranked: Sequence[Candidate], chunks: Chunks) -> dict[int, Candidate]:
    """Row id of a candidate -> the candidate whose decision replaced its own."""
    deciding = [c for c in ranked if c.place.said and c.kind in SPOKEN][:MAX_CANDIDATES]
    if len(deciding) < 2:
        return {}
    from rlm_core.marks.supersede import Statement, superseded

    statements = [Statement(_said(c), iso(c.place.time), _kind(c), _context(c, chunks)) for c in deciding]
    return {deciding[older].row: deciding[newer] for older, newer in superseded(statements)}


def newer_first(chosen: Sequence[Candidate], replaced: dict[int, Candidate]) -> list[Candidate]:
    """The chosen candidates. What replaced one of them stands right before it, even if it was not chosen itself."""
    order: list[Candidate] = []
    for c in chosen:
        chain = [c]
        while (newer := replaced.get(chain[0].row)) and newer not in chain:
            newer.score = max(newer.score, chain[0].score)
            chain.insert(0, newer)
        order += [one for one in chain if one not in order]
    return order


def in_time_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The chosen candidates; among those that decide something about the same words, the newest comes first."""
    order = list(chosen)
    groups: dict[tuple[int, ...], list[int]] = {}
    for at, c in enumerate(order):
        if c.place.said and c.kind in SPOKEN and len(c.held) > 1:
            groups.setdefault(tuple(c.held), []).append(at)
    for places in groups.values():
        newest_first = sorted((order[at] for at in places), key=lambda c: -c.place.time)
        for at, score, c in zip(places, [order[at].score for at in places], newest_first, strict=True):
            order[at], c.score = c, score
    return order


def _said(c: Candidate) -> str:
    start, size = c.place.said >> SAID_BITS, c.place.said & (1 << SAID_BITS) - 1
    return c.text[start : start + size]


def _kind(c: Candidate) -> str:
    return next(m for n, m in enumerate(MARKS) if m in DECIDING and c.place.marks >> n & 1)


def _context(c: Candidate, chunks: Chunks) -> str:
    """What the turn was about."""
    try:
        return str(chunks.of(c.place).meta["title"])
    except (ArchiveError, OSError):
        return ""
