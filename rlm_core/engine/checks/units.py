"""Units behind numbers: whether a claim gives a number of its source another one. "30 minutes" is not "30 s"."""

from __future__ import annotations

import re
from collections import defaultdict

# Dimension -> spellings of each of its units. `m` and `mo` are left out: minutes, metres, millions, months?
_DIMENSIONS = (
    (
        "ns nanosecond nanoseconds nanoseconde nanosecondes",
        "µs μs microsecond microseconds microseconde microsecondes",
        "ms msec millisecond milliseconds milliseconde millisecondes",
        "s sec secs second seconds seconde secondes",
        "min mins minute minutes",
        "h hour hours hr hrs heure heures",
        "day days d jour jours j",
        "week weeks semaine semaines",
        "month months mois",
        "year years an ans année années",
    ),
    (
        "b byte bytes octet octets",
        "kb kib ko kilobyte kilobytes kilooctets",
        "mb mib megabyte megabytes mégaoctets",
        "gb gib gigabyte gigabytes gigaoctets",
        "tb tib terabyte terabytes téraoctets",
    ),
    ("€ eur euro euros", "$ usd dollar dollars", "£ gbp pound pounds livre livres", "chf franc francs", "cent cents"),
)
_UNIT_OF = {
    word: (dimension, number)
    for dimension, units in enumerate(_DIMENSIONS)
    for number, unit in enumerate(units)
    for word in unit.split()
}
_CAPITALS = {"Go": "gb", "To": "tb"}  # else two words of English
_PAIR = re.compile(r"(?<![\w.,])([€$£]?)[ ]?(\d{1,15}(?:[.,]\d{1,6})?)[ \u00a0\u202f-]?([^\W\d_]{1,14}|[€$£])?(?![\w])")

_WORD = re.compile(r"[^\W\d_]{1,14}|[€$£]")
Unit = tuple[int, int]


def wrong_unit(claim: str, source: str) -> bool:
    """Whether a claim has a number with a unit that the source has with others of its dimension alone.

    >>> wrong_unit("it waits 30 minutes", "timeout: 30 s"), wrong_unit("it waits 30 seconds", "timeout: 30 s")
    (True, False)
    """
    said = [(number, unit) for number, unit in _pairs(claim) if unit]
    if not said:
        return False
    there: dict[str, set[Unit | None]] = defaultdict(set)
    for number, unit in _pairs(source):
        there[number].add(unit)
    return any(_differs(unit, there.get(number)) for number, unit in said)


def strange_unit(claim: str, source: str) -> bool:
    """Whether a claim gives a unit to a number that the source has bare, and the source names that unit nowhere.

    >>> strange_unit("the limit is 8 GB", "limit = 8"), strange_unit("the limit is 8 ms", "limit_ms = 8")
    (True, False)
    """
    said = [(number, unit) for number, unit in _pairs(claim) if unit]
    if not said:
        return False
    bare = {number for number, unit in _pairs(source) if unit is None}
    named = {_UNIT_OF.get(_CAPITALS.get(word) or word.casefold()) for word in _WORD.findall(source)}
    return any(number in bare and unit not in named for number, unit in said)


def _differs(unit: Unit, others: set[Unit | None] | None) -> bool:
    return others is not None and unit not in others and all(o is not None and o[0] == unit[0] for o in others)


def _pairs(text: str) -> list[tuple[str, Unit | None]]:
    """(number, unit) of each number; None for one without a unit that is known."""
    found = []
    for match in _PAIR.finditer(text):
        word = match[3] or match[1]
        unit = _UNIT_OF.get(_CAPITALS.get(word) or word.casefold())
        found.append((match[2].replace(",", "."), unit))
    return found
