"""The finders of a literal, and what tells soonest that one of them finds nothing at a place."""

from __future__ import annotations

from itertools import compress, groupby
from operator import itemgetter

from rlm_core.redaction.assignments import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Span = tuple[int, int, str]  # start, end (both in characters of the text), kind
    Finder = Callable[[bytes, int], "Span | None"]  # an image of one text, and where the literal stands in it
    Finders = dict[bytes, "FinderGroup"]

PATTERNS: dict[Finder, bytes] = {}
"""The pattern without whose match at the literal a finder finds nothing, of those that have one."""

STANDS_BEFORE: dict[Finder, tuple[bytes, ...]] = {}
"""What stands right before the literal, one of these in small letters; of those that know."""
BEFORE_CHARS = 24  # of it, at most
_LOOK_BACK = rb"\(\?<=(?:[\w /:;<$-]|\\[$?])+\)"
LOOKS_BACK = rb"(?:\(\?i\))?(?:%b|\(\?:%b(?:\|%b)*\))(?!\|)" % (_LOOK_BACK, _LOOK_BACK, _LOOK_BACK)


def noted(find: Finder, pattern: bytes) -> Finder:
    """The finder of a pattern, with what tells soonest that it finds nothing.

    What a pattern looks back at tells only where all of the pattern stands behind it: a group of such looks is closed
    behind them, and no row of the tables has another branch outside of a group.
    """
    before = regex(LOOKS_BACK).match(pattern)
    if before is None:
        PATTERNS[find] = pattern
    else:
        heads = regex(_LOOK_BACK).findall(before[0])
        STANDS_BEFORE[find] = tuple(head[4:-1].replace(b"\\", b"").lower() for head in heads)
    return find


FOLLOWS: dict[Finder, bytes] = {}
"""The characters of which one stands behind the literal of a finder, small letters at least; of those that know."""


_LAST = itemgetter(slice(-1, None))


class Looks:
    """The finders of a literal with a certain character behind it.

    of: those that may find something at a place, soonest told: by what stands before it, by their patterns. One
    pattern that holds all of theirs takes longer to compile than it spares.
    """

    __slots__ = ("_before", "_matches", "_plain")

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._plain: list[Finder] = []
        self._matches = [(regex(PATTERNS[find]).match, find) for find in finders if find in PATTERNS]
        self._before: dict[bytes, list[tuple[tuple[bytes, ...], Finder]]] = {}
        for find in finders:
            if find in STANDS_BEFORE:
                for last, heads in groupby(sorted(STANDS_BEFORE[find], key=_LAST), _LAST):
                    those = tuple(heads)
                    for sign in {last, last.upper()} if last else ():
                        self._before.setdefault(sign, []).append((those, find))
                    if not last:
                        self._plain.append(find)
            elif find not in PATTERNS:
                self._plain.append(find)

    def of(self, image: bytes, pos: int) -> list[Finder]:
        found = [find for match, find in self._matches if match(image, pos) is not None]
        before = self._before.get(image[pos - 1 : pos]) if pos else None
        if before:
            head = image[max(0, pos - BEFORE_CHARS) : pos].lower()
            found += [find for heads, find in before if head.endswith(heads)]
        return [*self._plain, *found]


class FinderGroup(dict[bytes, "Looks | None"]):
    """The finders of a literal by the character behind it; finders that several characters call are told apart once."""

    __slots__ = ("_made", "finders")

    def __init__(self, finders: list[Finder]) -> None:
        super().__init__()
        self.finders = finders
        self._made: dict[tuple[Finder, ...], Looks] = {}

    def __missing__(self, behind: bytes) -> Looks | None:
        those = tuple(find for find in self.finders if find not in FOLLOWS or behind in FOLLOWS[find])
        if those and those not in self._made:
            self._made[those] = Looks(those)
        self[behind] = looks = self._made.get(those)
        return looks


def of_literal(rows: Sequence[Any], is_it: Callable[[object], bool], column: int) -> Iterator[Any]:
    """The rows of one literal; no loop of ours goes over the table."""
    return compress(rows, map(is_it, map(itemgetter(column), rows)))


def columns(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [*zip(*rows, strict=True)]
