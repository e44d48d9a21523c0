"""Where finders are asked: at the literals in the windows of an image, each in the text in which its literal stands."""

from __future__ import annotations

from rlm_core.redaction.finding.groups import FOLLOWS
from rlm_core.redaction.finding.keys import keys, runs
from rlm_core.redaction.finding.literalplaces import offsets, places
from rlm_core.redaction.finding.textfinders import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rlm_core.redaction.finding.groups import Finder, FinderGroup, Finders, Span
    from rlm_core.redaction.finding.image import Image
    from rlm_core.redaction.finding.literalplaces import Places
    from rlm_core.redaction.longruns import Stretch

    Done = dict[tuple[bytes, Finder], int]  # how far a finder has got from the hits of a literal

_MANY = 32  # hits in a window from which on verdicts are remembered
_BEFORE, _BEHIND = 1_200, 4_864  # a finder's verdict hangs on no more than so many characters around its hit,
_BLANK = b" " * 256  # but for blanks, of which some rules pass over any number
_FAR = (b"<private", b"-----begin", b"eyJ")
"""Literals of finders whose verdict may hang on what stands further away than `_again` compares."""


def found(image: Image, stretches: Sequence[Stretch]) -> list[Span]:
    """What the rules of keys and of texts find. stretches: those of the image, as `longruns.stretches` gives them."""
    spans: list[Span] = []
    done: Done = {}
    first = 0
    for begin, end in image.windows():
        window = image.data[begin:end]
        while first < len(stretches) and stretches[first][1] <= begin:
            first += 1
        last = first
        while last < len(stretches) and stretches[last][0] < end:
            last += 1
        of_keys = runs(window, begin, stretches[first:last])
        if of_keys and (hits := [literal for literal in keys().possible(of_keys) if literal in of_keys]):
            where = {literal: offsets(window, literal, window.find(literal)) for literal in hits}
            spans += _scan(keys(), where, image, window, begin, done)
        lower = window.lower()
        if where := places(lower):
            spans += _scan(texts(), where, image, lower, begin, done)
    return spans


def _scan(rules: Finders, where: Places, image: Image, window: bytes, start: int, done: Done) -> Iterator[Span]:
    """What the finders of literals find where these stand in the window that begins at `start` of the image."""
    own, first, stop = image.own(start)
    for literal, hits in where.items():
        group, behind = rules[literal], len(literal)
        if len(hits) > _MANY and literal not in _FAR and _repeats(window, hits):
            yield from _scan_again(group, literal, hits, image, window, start, done)
            continue
        for offset in hits:
            end = offset + behind
            looks = group[window[end : end + 1]]
            if looks is None:
                continue
            pos = start + offset
            if not first <= pos < stop:
                own, first, stop = image.own(pos)
            for finder in looks.of(own, pos - first):
                if pos >= done.get((literal, finder), 0) and (span := finder(own, pos - first)) is not None:
                    done[literal, finder] = first + span[1]
                    yield first + span[0], first + span[1], span[2]


def _scan_again(
    group: FinderGroup, literal: bytes, hits: Sequence[int], image: Image, window: bytes, start: int, done: Done
) -> Iterator[Span]:
    """The same in a window that is full of one literal."""
    own, first, stop = image.own(start)
    for finder in group.finders:
        look = _again(finder)
        least = done.get((literal, finder), 0)
        follows, behind = FOLLOWS.get(finder), len(literal)
        those = [at for at in hits if window[at + behind : at + behind + 1] in follows] if follows else hits
        for offset in those:
            pos = start + offset
            if pos < least:
                continue
            if not first <= pos < stop:
                own, first, stop = image.own(pos)
            if (span := look(own, pos - first)) is not None:
                done[literal, finder] = least = first + span[1]
                yield first + span[0], first + span[1], span[2]


def _repeats(window: bytes, hits: Sequence[int]) -> bool:
    """Whether the same stands behind most hits: where a number runs, remembering verdicts costs more than finding."""
    return 4 * len({window[offset : offset + 32] for offset in hits}) < len(hits)


def _again(finder: Finder) -> Finder:
    """The same finder for a window full of its literal: where the same text stands around a hit, it finds the same.

    Without it 5 MB of `auth=auth=auth=` cost half a minute.
    """
    known: dict[bytes, tuple[bytes, Span | None]] = {}

    def find(image: bytes, pos: int) -> Span | None:
        around = image[pos - _BEFORE : pos + _BEHIND] if pos >= _BEFORE else b""
        brief = image[pos : pos + 32]
        before = known.get(brief)
        if before is not None and before[0] == around:
            span = before[1]
            return span and (span[0] + pos, span[1] + pos, span[2])
        span = finder(image, pos)
        if around and (span is None or span[1] < pos + _BEHIND) and _BLANK not in around:
            known[brief] = around, span and (span[0] - pos, span[1] - pos, span[2])
        return span

    return find
