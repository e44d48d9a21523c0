"""How full a session's context was, as a line to be drawn: estimated from what was archived since the last compaction.

What the client adds to every request (its own prompt, the tools, the memory files) is not in the archive, so that the
true figure is higher by that. The curve is for its shape: where it rose, and where it fell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.transcript.usage import DEFAULT_WINDOW, LARGE_WINDOW

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_POINTS = 120
WIDTH, HEIGHT = 240, 36


class Gauge:
    """Adds up the tokens of chunks. points: (tokens, whether a compaction falls here)."""

    def __init__(self) -> None:
        self.points: list[tuple[int, bool]] = []
        self._used = 0

    def add(self, tokens: int, compacted: int) -> None:
        """A chunk. compacted: compactions in it, after which its tokens are what the context begins with."""
        if compacted:
            self.points.append((self._used, True))
            self._used = 0
        self._used += tokens
        self.points.append((self._used, False))


def window(points: Sequence[tuple[int, bool]]) -> int:
    """The size of the context that these fit in, in tokens."""
    return LARGE_WINDOW if max((used for used, _ in points), default=0) > DEFAULT_WINDOW else DEFAULT_WINDOW


def thinned(points: Sequence[tuple[int, bool]], most: int = MOST_POINTS) -> list[tuple[int, bool]]:
    """As many as can be drawn; compactions stay."""
    if len(points) <= most:
        return list(points)
    step = len(points) / most
    wanted = {int(n * step) for n in range(most)} | {len(points) - 1}
    return [p for n, p in enumerate(points) if n in wanted or p[1]][: 4 * most]


def drawn(points: Sequence[tuple[int, bool]]) -> tuple[str, list[float]]:
    """(the corners of the line as SVG has them, where on it compactions lie), in a box of WIDTH x HEIGHT."""
    most = max(window(points), 1)
    step = WIDTH / max(len(points) - 1, 1)
    corners = [
        (round(n * step, 1), round(HEIGHT - min(used / most, 1.0) * HEIGHT, 1)) for n, (used, _) in enumerate(points)
    ]
    if len(corners) == 1:
        corners.append((float(WIDTH), corners[0][1]))
    line = " ".join(f"{x:g},{y:g}" for x, y in corners)
    return line, [corners[n][0] for n, (_, fell) in enumerate(points) if fell]
