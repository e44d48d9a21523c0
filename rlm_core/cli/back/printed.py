"""The rows of sessions that commands print, of one project or of all."""

from __future__ import annotations

import os

from rlm_core.archive.maps import title_of
from rlm_core.cli.output import marked_if
from rlm_core.ownership import brought, is_brought

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive


def session_rows(archive: Archive, project: str) -> list[dict[str, Any]]:
    """The rows of `sessions`, and of each its project, and where Claude Code still has its transcript, or ""."""
    from rlm_core.everywhere.going import transcript_paths

    paths = transcript_paths()
    return [{**row, "project": project, "transcript": paths.get(row["session"], "")} for row in sessions(archive)]


def sessions(archive: Archive) -> list[dict[str, Any]]:
    """One row a session, newest first, from the chunk files themselves."""
    from rlm_core.transcript.folder import is_at_work

    rows: dict[str, dict[str, Any]] = {}
    known = brought(archive.root)
    for meta in archive.metas():
        row = rows.setdefault(
            meta["session"],
            {
                "session": meta["session"],
                "title": "",
                "started": "",
                "ended": "",
                "chunks": 0,
                "entries": 0,
                "tokens": 0,
                "agents": 0,
                "cwd": "",
                "branch": "",
                "path": os.path.dirname(meta["path"]),
            },
        )
        row |= marked_if(is_brought(archive.root, meta["path"], known))
        agent = meta.get("agent", "")
        if agent:
            row["agents"] += meta["number"] == 1 and is_at_work(agent)
            if not row["chunks"]:  # its transcript was gone before it was archived
                row["path"] = os.path.dirname(os.path.dirname(os.path.dirname(meta["path"])))
                row["title"] = row["title"] or title_of(row["path"])
                row["started"] = min(filter(None, (row["started"], meta["started"])), default="")
                row["ended"] = max(row["ended"], meta["ended"])
            continue
        row["title"] = row["title"] or title_of(row["path"]) or meta["title"]
        row["cwd"] = row["cwd"] or meta.get("cwd", "")
        row["branch"] = meta.get("branch") or row["branch"]
        row["started"] = row["started"] or meta["started"]
        row["ended"] = meta["ended"] or row["ended"]
        row["chunks"] += 1
        row["entries"] += len(meta["uuids"])
        row["tokens"] += meta["tokens"]
    return sorted(rows.values(), key=lambda r: (r["ended"], r["session"]), reverse=True)
