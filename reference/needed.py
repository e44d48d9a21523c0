"""`python -m reference.needed`: for each pattern of `marks`, words of which any text that it matches holds one.

They are read off the pattern as Python's own parser takes it apart, so that none is guessed. `marks.needed` reads them.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Any

from reference.pages import ROOT
from rlm_core.marks import english, french

try:
    from re import _constants as kinds
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as kinds  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

if TYPE_CHECKING:
    from collections.abc import Iterable

OUT = ROOT / "rlm_core" / "marks" / "needed.txt"
MOST_WORDS, MOST_SETS = 40, 2
"""Of a set, beyond which looking for the words costs more than it spares; and of the sets of one pattern."""
ZERO_WIDTH = (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT)


def main() -> int:
    """Write the table."""
    OUT.write_text(table(), encoding="utf-8", newline="\n")
    return 0


def table() -> str:
    """A line for each pattern that needs any words: its checksum, then its sets, behind a tab each."""
    lines = []
    for pattern in patterns():
        sets = sorted(set(needed(parser.parse(pattern))), key=_strength, reverse=True)[:MOST_SETS]
        if sets:
            words = ["|".join(sorted(one)) for one in sets]
            lines.append("\t".join([f"{zlib.crc32(pattern.encode()):08x}", *words]))
    return "".join(f"{line}\n" for line in sorted(set(lines)))


def patterns() -> list[str]:
    """Those of all rules, and that of questions."""
    rules = (*english.RULES, *french.RULES)
    return [*(text for rule in rules for text in rule.patterns), f"{english.ASKS}|{french.ASKS}"]


def needed(pattern: Iterable[Any]) -> list[frozenset[str]]:
    """Sets of which each has a word that stands in any match."""
    found: list[frozenset[str]] = []
    run = ""
    for kind, value in [*pattern, (None, None)]:
        literal = _literal(kind, value)
        if literal or kind in ZERO_WIDTH:
            run += literal
            continue
        if run.strip():
            found.append(frozenset((run,)))
        run = ""
        if kind is kinds.SUBPATTERN and not (value[1] or value[2]):
            found += needed(value[3])
        elif kind is kinds.BRANCH:
            found += _of_ways(value[1])
        elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[0] > 0:
            found += needed(value[2])
    return found


def _literal(kind: Any, value: Any) -> str:
    """What an item of a pattern always is, "" for one that may be different things."""
    if kind is kinds.LITERAL:
        return chr(value)
    plain = kind is kinds.SUBPATTERN and not (value[1] or value[2])  # without flags of its own
    if plain and all(inner is kinds.LITERAL for inner, _ in value[3]):
        return "".join(chr(character) for _, character in value[3])
    return ""


def _of_ways(ways: Iterable[Any]) -> list[frozenset[str]]:
    """Of several ways each must need a word; one that stands in another needs no other."""
    sets = [max(sets, key=_strength) if (sets := needed(way)) else frozenset[str]() for way in ways]
    words = frozenset[str]().union(*sets)
    words = frozenset(w for w in words if not any(other != w and other in w for other in words))
    return [words] if all(sets) and len(words) <= MOST_WORDS else []


def _strength(words: frozenset[str]) -> tuple[int, float, list[str]]:
    """How few texts hold any of the words: the longer the shortest, the fewer."""
    return min(map(len, words)), sum(map(len, words)) / len(words), sorted(words)


if __name__ == "__main__":
    sys.exit(main())
