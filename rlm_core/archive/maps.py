"""The one reader of a session's index.md and of the catalog."""

from __future__ import annotations

import os

from rlm_core.disk import head_of, is_name, try_read
from rlm_core.language.quoting import tame_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TITLE_CHARS = 72
TITLE = "Title: "
CATALOG_BYTES = 1024 * 1024  # of a list of a hundred sessions
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
    data = try_read(os.path.join(folder, "index.md")) or b""
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
    head = (head_of(os.path.join(folder, "index.md"), HEAD) or b"").decode("utf-8", "replace").split("\n")[:4]
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


def own_catalog(root: str) -> tuple[dict[Any, dict[str, Any]], dict[Any, list[int]]]:
    """What `read_catalog` gives, without sessions that came with an archive which was adopted: hooks speak of none."""
    from rlm_core.ownership import brought

    rows, months = read_catalog(root)
    known = brought(root)
    return ({k: r for k, r in rows.items() if k not in known} if known else rows), months


def read_catalog(root: str) -> tuple[dict[Any, dict[str, Any]], dict[Any, list[int]]]:
    """The newest sessions' rows by folder, and the older ones' figures by month, as `catalog` keeps them."""
    from rlm_core.archive.sealed import read_sealed  # here: what a session is called stands elsewhere

    kept = read_sealed(os.path.join(root, "state", "catalog.json"), CATALOG_BYTES) or {}
    rows, months = kept.get("sessions"), kept.get("months")
    return (
        {k: r for k, r in rows.items() if is_name(k) and _is_row(r)} if isinstance(rows, dict) else {},
        {k: m for k, m in months.items() if _is_figures(m)} if isinstance(months, dict) else {},
    )


def _is_row(row: object) -> bool:
    """Whether a session's row is as the catalog writes it."""
    if not isinstance(row, dict):
        return False
    texts = (row.get(name) for name in ("session", "title", "started", "ended"))
    return all(isinstance(text, str) for text in texts) and _is_figures([row.get("chunks"), row.get("tokens"), 0])


def _is_figures(values: object) -> bool:
    return isinstance(values, list) and len(values) == 3 and all(type(value) is int for value in values)
