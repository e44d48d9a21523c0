"""What the hooks tell Claude: where the archive is, a map of what went into it, how to cite it.

Every text has a fixed greatest length, however large the archive is. It is phrased as fact: Claude
treats orders that arrive through a hook with suspicion, and rightly.
"""

from __future__ import annotations

import os

from rlm_core.archive.maps import chunk_rows, title_of, totals
from rlm_core.errors import Counted
from rlm_core.language.quoting import tame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.handoff.wording import Words

POINTER_CHARS = 900
MAP_CHARS = 2000
ROWS_CHARS = 500  # that the handoff leaves to the map's rows
LINE_CHARS = 1800


def pointer(root: str, handoff: Words | None = None) -> str:
    """For a session's start: what is archived and how to reach it; "" when nothing is.

    Of at most POINTER_CHARS characters, unless the path alone is as long.
    """
    sessions, chunks = totals(root)
    if not chunks:
        return ""
    text = (
        f"The earlier history of this project is archived verbatim in {root}: {Counted(sessions, 'session')}, "
        f"{Counted(chunks, 'chunk')} (INDEX.md lists them). /recall QUESTION searches it and answers with citations; "
        "the chunk files are Markdown and can be read and grepped."
    )
    more = handoff(POINTER_CHARS - len(text) - 1) if handoff else ""
    return f"{text}\n{more}" if more else text


def session_map(root: str, state: dict[str, Any], handoff: Words | None = None) -> str:
    """A map of a session's chunks, newest first, of at most MAP_CHARS characters."""
    folder = os.path.join(root, state.get("folder") or "-")
    rows = chunk_rows(folder)
    if not rows:
        return pointer(root, handoff)
    last = max(rows)
    title = tame(title_of(folder)).replace('"', "'")
    name = f' ("{title}")' if title else ""
    head = (
        f"The history of this session{name} before this point is archived verbatim: chunks 0001-{last:04d} in "
        f"{folder} (index.md lists them all). /recall QUESTION searches it and answers with citations; Read "
        "or grep the chunk files for exact wording."
    )
    more = handoff(MAP_CHARS - len(head) - ROWS_CHARS) if handoff else ""
    head += f"\n{more}\nNewest chunks, file and id:\n" if more else " Newest chunks, file and id:\n"
    return _fill(head, {n: f"{r.file} {r.chunk} {r.what}" for n, r in rows.items()}, MAP_CHARS, "\n")


def summary_line(root: str, state: dict[str, Any]) -> str:
    """One line for the compaction's summariser, so that its summary cites chunks; "" without an archive."""
    folder = os.path.join(root, state.get("folder") or "-")
    rows = chunk_rows(folder)
    if not rows:
        return ""
    head = (
        f"This conversation is archived verbatim in {folder} and /recall searches it. In the summary, name for "
        f"each topic the id of the chunk that holds its details, in brackets like [{rows[max(rows)].chunk}], and "
        "say that /recall finds more. Chunks, newest first: "
    )
    return " ".join(_fill(head, {n: f"{r.chunk} {r.what}" for n, r in rows.items()}, LINE_CHARS, "; ").split())


def _fill(head: str, rows: dict[int, str], limit: int, join: str) -> str:
    """The head and as many rows, newest first, as fit."""
    text, rest = head, len(rows)
    for number in sorted(rows, reverse=True):
        more = f"{rows[number]}{join}"
        if len(text) + len(more) + 40 > limit:
            break
        text += more
        rest -= 1
    older = min(rows) - 1 + rest
    return (text + (f"… and {older} earlier ones in index.md" if older else ""))[:limit]
