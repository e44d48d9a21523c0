"""What the hooks tell Claude: where the archive is, a map of what went into it, how to cite it.

Every text has a fixed greatest length, however large the archive is. It is phrased as fact: Claude
treats orders that arrive through a hook with suspicion, and rightly.
"""

from __future__ import annotations

import json
import os

from rlm_core.disk import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAP_CHARS = 2000
LINE_CHARS = 1800
TITLE = 72


def pointer(root: str) -> str:
    """For a session's start: what is archived and how to reach it; "" when nothing is."""
    sessions, chunks = _totals(root)
    if not chunks:
        return ""
    return (
        f"The earlier history of this project is archived verbatim in {root}: {sessions} sessions, {chunks} "
        "chunks (INDEX.md lists them). /recall QUESTION searches it and answers with citations; the chunk "
        "files are Markdown and can be read and grepped."
    )


def session_map(root: str, state: dict[str, Any]) -> str:
    """A map of a session's chunks, newest first, of at most MAP_CHARS characters."""
    if not state.get("folder"):
        return pointer(root)
    folder = os.path.join(root, state["folder"])
    rows = chunk_rows(folder)
    if not rows:
        return pointer(root)
    last = max(rows)
    head = (
        f"The history of this session before this point is archived verbatim: chunks 0001-{last:04d} in "
        f"{folder} (index.md lists them all). /recall QUESTION searches it and answers with citations; Read "
        "or grep the chunk files for exact wording. Newest chunks:\n"
    )
    return _fill(head, rows, MAP_CHARS, "\n")


def summary_line(root: str, state: dict[str, Any]) -> str:
    """One line for the compaction's summariser, so that its summary cites chunks."""
    if not state.get("folder"):
        return ""
    rows = chunk_rows(os.path.join(root, state["folder"]))
    if not rows:
        return ""
    where = os.path.join(root, state["folder"])
    head = (
        f"This conversation is archived verbatim in {where} and /recall searches it. In the summary, name for "
        "each topic the archive chunk that holds its details, in brackets like "
        f"[{rows[max(rows)].partition(' ')[0]}], and say that /recall finds more. Chunks, newest first: "
    )
    return " ".join(_fill(head, rows, LINE_CHARS, "; ").split())


def _fill(head: str, rows: dict[int, str], limit: int, join: str) -> str:
    """The head and as many rows, newest first, as fit."""
    text, rest = head, len(rows)
    for number in sorted(rows, reverse=True):
        more = f"{rows[number]}{join}"
        if len(text) + len(more) + 40 > limit:
            break
        text += more
        rest -= 1
    oldest = min(rows)
    older = oldest - 1 + rest
    return text + (f"… and {older} earlier ones in index.md" if older else "")


def chunk_rows(folder: str) -> dict[int, str]:
    """number -> `0007-3fa2b9d0 (turns 3-4) title` of the chunks on the newest page of a session's index."""
    data = read(os.path.join(folder, "index.md")) or b""
    rows: dict[int, str] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        number = line[3:].partition("-")[0] if line.startswith("- [") else ""
        fields = line.split(" · ")
        if not number.isdigit() or len(fields) < 4:
            continue
        name = fields[0][3:].partition("]")[0]
        span = next((f for f in fields if f.startswith("turn")), "")
        title = fields[4] if len(fields) > 4 else ""
        rows[int(number)] = f"{name} ({span}) {_short(title)}".rstrip()
    return rows


def _short(title: str) -> str:
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def _totals(root: str) -> tuple[int, int]:
    """(sessions, chunks) in the archive."""
    try:
        kept = json.loads(read(os.path.join(root, "state", "catalog.json")) or b"{}")
        rows, months = kept.get("sessions", {}).values(), kept.get("months", {}).values()
        return (
            len(rows) + sum(m[0] for m in months),
            sum(r["chunks"] for r in rows) + sum(m[1] for m in months),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0, 0
