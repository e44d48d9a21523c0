"""A table of cases, all of it or a sample that leaves out no row and no column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from itertools import product
from typing import Any

from .mutation import TORTURE


def sample(*axes: Iterable[Any], times: int = 1) -> list[tuple[Any, ...]]:
    """The table's cases, each a value of every axis, for `parametrize`.

    In CI a sample, in which each value of each axis occurs at least so many times, the same in every run; under
    RLM_TORTURE all of them.
    """
    values = [list(axis) for axis in axes]
    places = list(product(*(range(len(axis)) for axis in values)))
    if TORTURE == 1:
        places = _covering(places, times)
    return [tuple(values[axis][n] for axis, n in enumerate(place)) for place in places]


def _covering(places: list[tuple[int, ...]], times: int) -> list[tuple[int, ...]]:
    """In an order that a hash gives, each case with a value that was not shown often enough before."""
    held: Counter[tuple[int, int]] = Counter()
    chosen = []
    for place in sorted(places, key=lambda place: blake2b(repr(place).encode()).digest()):
        if any(held[key] < times for key in enumerate(place)):
            held.update(enumerate(place))
            chosen.append(place)
    return sorted(chosen)
