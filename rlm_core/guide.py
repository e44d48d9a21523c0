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
    folder = os.path.join(root, state.get("folder") or "-")
    rows = chunk_rows(folder)
    if not rows:
        return pointer(root)
    last = max(rows)
    head = (
        f"The history of this session before this point is archived verbatim: chunks 0001-{last:04d} in "
        f"{folder} (index.md lists them all). /recall QUESTION searches it and answers with citations; Read "
        "or grep the chunk files for exact wording. Newest chunks, file and id:\n"
    )
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


class Row:
    """A chunk in a session's index. file: `0007-3fa2b9d0.md`. what: `(turns 3-4) title`."""

    __slots__ = ("chunk", "file", "what")

    def __init__(self, file: str, chunk: str, what: str) -> None:
        self.file = file
        self.chunk = chunk
        self.what = what


def chunk_rows(folder: str) -> dict[int, Row]:
    """number -> row, of the chunks on the newest page of a session's index."""
    data = read(os.path.join(folder, "index.md")) or b""
    rows: dict[int, Row] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        number = line[3:].partition("-")[0] if line.startswith("- [") else ""
        fields = line.split(" · ")
        if not number.isdigit() or len(fields) < 5:
            continue
        span = next((f for f in fields if f.startswith("turn")), "")
        title = fields[5] if len(fields) > 5 else ""
        name = fields[0][3:].partition("]")[0]
        rows[int(number)] = Row(f"{name}.md", fields[1], f"({span}) {_short(title)}".rstrip())
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
