"""The sessions of `rlm list` on a terminal: as wide as it is, with times as the clock on the wall shows them."""

from __future__ import annotations

import sys

from rlm_core.cli.manners.ages import ago, when
from rlm_core.cli.manners.columns import room, table
from rlm_core.cli.output import Highlighter, say
from rlm_core.language.notices import notice, numbered
from rlm_core.language.quoting import tame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SESSION_CHARS = 8
"""Of a session's id, by which people name it."""
BROAD = 100
"""Characters of a line from which on there is room for dates beside ages."""


def say_table(rows: list[dict[str, Any]], notes: list[str]) -> None:
    """Print the sessions. notes: what stands behind each one's title."""
    cells = [
        [
            r["session"][:SESSION_CHARS],
            when(r["ended"]) if room() >= BROAD else ago(r["ended"]),
            numbered(r["chunks"]) + (f" +{r['agents']}" if r["agents"] else ""),
            numbered(r["tokens"]),
            tame(r["title"]) + note,
        ]
        for r, note in zip(rows, notes, strict=True)
    ]
    if not cells:
        return
    heads = [notice(head) for head in ("session", "last used", "chunks", "tokens", "title")]
    first, *lines = table([heads, *cells], room(), (False, False, True, True))
    say(Highlighter("", sys.stdout).head(first))
    for line in lines:
        say(line)
