"""The sessions of `rlm list` on a terminal: as wide as it is, with times as the clock on the wall shows them."""

from __future__ import annotations

import sys

from rlm_core.cli.manners.ages import ago, when
from rlm_core.cli.manners.columns import room, table
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
    heads = [notice(head) for head in names]
    first, *lines = table([heads, *cells], room(), (False, False, True, not projects), whole=(0,))
    say(Highlighter("", sys.stdout).head(first))
    for line in lines:
        say(line)
