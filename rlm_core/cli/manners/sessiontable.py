"""The sessions of `rlm list` on a terminal: as wide as it is, with times as the clock on the wall shows them."""

from __future__ import annotations

import sys

from rlm_core.cli.manners.ages import ago, when
from rlm_core.cli.manners.columns import GAP, room, span, table
from rlm_core.cli.output import Highlighter, say
from rlm_core.language.notices import notice, numbered
from rlm_core.language.quoting import tame, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SESSION_CHARS = 8
"""Of a session's id, by which people name it."""
BROAD, BROADER = 100, 130
"""Characters of a line from which on there is room for dates beside ages: of one project, of several."""
TEXT = 12
"""Characters of a title, or of a project's name, for which a number gives way as a whole: cut, it would be another."""


def say_table(rows: list[dict[str, Any]], notes: list[str], projects: Sequence[str] = ()) -> None:
    """Print the sessions. notes: what stands behind each one's title. projects: of each, where they are of several."""
    broad = room() >= (BROADER if projects else BROAD)
    cells = [
        [
            r["session"][:SESSION_CHARS],
            when(r["ended"]) if broad else ago(r["ended"]),
            numbered(r["chunks"]) + (f" +{r['agents']}" if r.get("agents") else ""),
            visible(projects[n]) if projects else numbered(r["tokens"]),
            tame(r["title"]) + note,
        ]
        for n, (r, note) in enumerate(zip(rows, notes, strict=True))
    ]
    if not cells:
        return
    names = ("session", "last used", "chunks", "project" if projects else "tokens", "title")
    rights = (False, False, True, not projects, False)
    rows_shown = [[notice(head) for head in names], *cells]
    at = _fitting(rows_shown, room(), rights)
    first, *lines = table([[row[n] for n in at] for row in rows_shown], room(), [rights[n] for n in at], whole=(0, 1))
    say(Highlighter("", sys.stdout).head(first))
    for line in lines:
        say(line)


def _fitting(rows: list[list[str]], most: int, numbers: Sequence[bool]) -> list[int]:
    """The columns for which a line has room: of those of numbers the first gives way first."""
    kept = list(range(len(numbers)))
    wanted = [max(map(span, column)) for column in zip(*rows, strict=True)]
    wanted[3:] = [w if numbers[n] else min(w, TEXT) for n, w in enumerate(wanted[3:], 3)]
    for n, number in enumerate(numbers):
        if number and most and sum(wanted[k] for k in kept) + len(GAP) * (len(kept) - 1) > most:
            kept.remove(n)
    return kept
