"""What commands print of hits and sessions, of one project or of all."""

from __future__ import annotations

import os
import sys

from rlm_core.archive.maps import title_of
from rlm_core.cli.output import Highlighter, say
from rlm_core.language.quoting import tame
from rlm_core.ownership import brought, is_brought

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.search.hits import Hit


FOREIGN = " (foreign)"
"""Behind what came with an archive that was adopted: somebody else may have written it."""


def marked_if(came: bool) -> dict[str, bool]:
    """The mark in JSON, which stands only where it is true."""
    return {"foreign": True} if came else {}


def session_titles(hits: list[Hit]) -> dict[str, str]:
    """Directory -> what its session is called, for those of the hits; "" for a document."""
    return {folder: tame(title_of(folder)) for folder in {os.path.dirname(h.path) for h in hits}}


def going_back(h: Hit) -> str:
    """The command that opens the session of a hit again; "" for a document's."""
    return "" if h.session.startswith("doc-") else f"rlm resume {h.chunk}:{h.line}"


def say_hit(h: Hit, project: str, shown: Highlighter, session_title: str = "") -> None:
    """Print a hit for people: where and when, the passage, the file.

    session_title: shown where the chunk's does not begin with it.
    """
    when = h.started[:16].replace("T", " ")
    if sys.stdout.isatty():
        from rlm_core.cli.manners import ages  # only there a local time

        when = ages.when(h.started)
    echo = [h.kind] if h.kind in ("asked", "recalled") else []
    marks = "".join(f" [{m}]" for m in (*h.marks, *echo)) + (FOREIGN if h.foreign else "")
    where = "" if h.title.startswith(session_title.rstrip("…")) else f"  in: {session_title}"
    say(shown.head(f"{h.chunk}:{h.line}  {when}  {h.role}{marks}  {tame(h.title)}{where}"))
    for line in h.snippet.split("\n"):
        if line.strip():
            say(f"    {shown.text(line.rstrip())}")
    notes = [f"later: {', '.join(h.later)}"] if h.later else []
    notes += [f"the same in {h.repeats} other places"] if h.repeats else []
    notes += [f"whole in {os.path.relpath(h.stands_in, project)}"] if h.stands_in else []
    say("    " + "; ".join([f"{os.path.relpath(h.path, project)}:{h.line}", *notes]))


def say_why(h: Hit) -> None:
    """Print what a hit scored for, a line a step; the points sum to its score."""
    if not h.why:
        counted = f"score {h.score:.3f}, by a count of words in the files, for want of an index"
        say(f"      {counted if h.score else 'newest first, not by a score'}")
        return
    say(f"      score {h.score:.3f}:")
    for part in h.why:
        say(f"      {part['points']:+9.3f}  {tame(part['said'])}")


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
