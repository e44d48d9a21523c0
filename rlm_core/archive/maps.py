"""The one reader of a session's index.md and of the catalog."""

from __future__ import annotations

import json
import os

from rlm_core.disk import read
from rlm_core.language.quoting import tame_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TITLE_CHARS = 72
TITLE = "Title: "
HEAD = 4096  # bytes of an index.md that hold its head


class MapRow:
    """A chunk in a session's index. file: `0007-3fa2b9d0.md`. what: `(turns 3-4) title`."""

    __slots__ = ("chunk", "file", "what")

    def __init__(self, file: str, chunk: str, what: str) -> None:
        self.file = file
        self.chunk = chunk
        self.what = what


def chunk_rows(folder: str) -> dict[int, MapRow]:
    """number -> row, of the chunks on the newest page of a session's index."""
    data = read(os.path.join(folder, "index.md")) or b""
    rows: dict[int, MapRow] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        number = line[3:].partition("-")[0] if line.startswith("- [") else ""
        fields = line.split(" · ")
        if not number.isdigit() or len(fields) < 5:
            continue
        span = next((f for f in fields if f.startswith("turn")), "")
        title = (fields[5] if len(fields) > 5 else "") if fields[1].startswith("r1-") else _title_in(line)
        name = fields[0][3:].partition("]")[0]
        rows[int(number)] = MapRow(f"{name}.md", fields[1], f"({span}) {tame_start(title, TITLE_CHARS)}".rstrip())
    return rows


def _title_in(row: str) -> str:
    """The title in a chunk's row: what stands between its tokens and its files."""
    rest = f" · {row.partition(' tokens · ')[2]}"
    title, files, _ = rest.rpartition(" · files: ")
    return (title if files else rest).removeprefix(" · ")


def title_of(folder: str) -> str:
    """What a directory's session or sub-agent is called, as its index.md says; "" when it has no title."""
    head = (read(os.path.join(folder, "index.md")) or b"")[:HEAD].decode("utf-8", "replace").split("\n")[:4]
    return next((line[len(TITLE) :] for line in head if line.startswith(TITLE)), "")


def totals(root: str) -> tuple[int, int]:
    """(sessions, chunks) in the archive, without what came with one that was adopted."""
    rows, months = own_catalog(root)
    try:
        return (
            len(rows) + sum(m[0] for m in months.values()),
            sum(r["chunks"] for r in rows.values()) + sum(m[1] for m in months.values()),
        )
    except (KeyError, TypeError):
        return 0, 0


def own_catalog(root: str) -> tuple[dict[str, dict[str, Any]], dict[str, list[int]]]:
    """What `read_catalog` gives, without sessions that came with an archive which was adopted: hooks speak of none."""
    from rlm_core.ownership import brought

    rows, months = read_catalog(root)
    known = brought(root)
    return ({k: r for k, r in rows.items() if k not in known} if known else rows), months


def read_catalog(root: str) -> tuple[dict[str, dict[str, Any]], dict[str, list[int]]]:
    """The newest sessions' rows by folder, and the older ones' figures by month, as `catalog` keeps them."""
    try:
        kept = json.loads(read(os.path.join(root, "state", "catalog.json")) or b"{}")
        rows, months = dict(kept.get("sessions", {})), dict(kept.get("months", {}))
    except (ValueError, TypeError, AttributeError):
        return {}, {}
    return {k: r for k, r in rows.items() if isinstance(r, dict)}, months
