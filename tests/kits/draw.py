"""What a run of the tests draws out of more than it can try: each day something else, and the same again if it is told.

    RLM_SEED=2026-12-01 pytest tests/archive/test_archive_crash.py

A run names its seed in its head. Under RLM_TORTURE so many times as much is drawn.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from datetime import datetime, timezone
from functools import cache
from random import Random

from .mutation import TORTURE


@cache
def seed() -> str:
    """The day on which the run began, unless RLM_SEED says something else."""
    return os.environ.get("RLM_SEED") or datetime.now(timezone.utc).date().isoformat()


def dice(*what: object) -> Random:
    """A source of chance for this run and this matter."""
    return Random(repr((seed(), *what)))


def moments(kinds: Sequence[Hashable]) -> list[int]:
    """Which of the calls 1 to n are to fail: the first, the last, and of each kind one, or as many as RLM_TORTURE says.

    kinds: what each call is like, in their order.

    >>> moments("a")
    [1]
    >>> 2 <= len(moments("aab" * 1000)) <= 4 or TORTURE > 1
    True
    """
    alike: dict[Hashable, list[int]] = {}
    for at, kind in enumerate(kinds, 1):
        alike.setdefault(kind, []).append(at)
    chosen = {at for of in alike.values() for at in dice(of).sample(of, min(TORTURE, len(of)))}
    return sorted(chosen | {1, len(kinds)}) if kinds else []
