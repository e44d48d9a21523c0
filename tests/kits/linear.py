"""Linear time, shown without a word about seconds: the same work on two sizes in one run, compared by CPU time.

What a machine does besides, how fast it is and whether it slows down in between cancels out or is tried again; work
that is quadratic stays at the square of the ratio however often it is tried.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

Work = Callable[[], object]

TIMES = 8  # how much larger the large size is
BOUND = 3 * TIMES  # how much more it may cost: it is 8 times if linear, 64 if quadratic
ROUNDS = 3  # measurements of each size, of which the smallest counts
ATTEMPTS = 4  # comparisons, of which one must hold
LEAST = 0.002  # CPU seconds that can be told from noise


def assert_linear(prepare: Callable[[int], Work], size: int) -> None:
    """Fail unless work on `size` costs about eight times as much as on an eighth of it.

    prepare: makes, for a size, the work to be measured; what it does itself does not count. Work that is too short to
    be measured is done several times over.

    >>> assert_linear(lambda size: lambda text="ab" * size: text.count("ba"), 1_000_000)
    """
    small, large = prepare(size // TIMES), prepare(size)
    again, first = _repeats(small)
    found = []
    for attempt in range(ATTEMPTS):
        before = min([first] * (not attempt) + [_cost(small, again) for _ in range(ROUNDS - (not attempt))])
        for _ in range(ROUNDS):
            after = _cost(large, again)
            if after <= BOUND * before:
                return
            found.append(f"{after / before:.1f}")
    raise AssertionError(f"{TIMES} times the size costs more than {BOUND:g} times as much: {', '.join(found)} times")


def assert_linear_in(piece: str, work: Callable[[str], object], size: int) -> None:
    """The same for work on a text that is one piece over and over, `size` characters long."""

    def prepare(length: int) -> Work:
        text = (piece * (length // len(piece) + 1))[:length]
        return lambda: work(text)

    assert_linear(prepare, size)


def _repeats(work: Work) -> tuple[int, float]:
    """How often to do work so that it takes long enough to be measured, and what that has cost."""
    again = 1
    while (cost := _cost(work, again)) < LEAST:
        again *= 2
    return again, cost


def _cost(work: Work, again: int) -> float:
    """CPU seconds of doing work `again` times."""
    collecting = gc.isenabled()
    gc.disable()  # it would charge the work for all that the other tests have left
    try:
        began = time.process_time()
        for _ in range(again):
            work()
        return time.process_time() - began
    finally:
        if collecting:
            gc.enable()
