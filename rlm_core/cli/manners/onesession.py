"""`rlm show SESSION`: one session, named by its id, the beginning of it, or words of its title."""

from __future__ import annotations

import os
import sys

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.cli.manners.ages import when
from rlm_core.cli.manners.columns import room, table
from rlm_core.cli.output import Highlighter, count_of, for_people, remark, say, say_json
from rlm_core.disk import read
from rlm_core.errors import ArchiveError, RlmError, worded
from rlm_core.language.folding import fold
from rlm_core.language.quoting import tame, tame_start, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.archive.store import Archive

LEAST_OF_ID = 4  # characters that may name a session
SHOWN, TITLE_CHARS = 5, 60
NARROW = 60
"""Characters of a line below which there is no room for times beside chunks' ids."""


def sessions_named(rows: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """The rows whose session's id begins so; else those whose title holds all of the words, or their beginnings."""
    by_id = [r for r in rows if len(words) >= LEAST_OF_ID and r["session"].startswith(words)]
    if by_id:
        return by_id
    wanted = fold(words).split()
    return [r for r in rows if wanted and all(w in fold(r["title"]) for w in wanted)]


def show_session(archive: Archive, args: Namespace, words: str, rows: list[dict[str, Any]]) -> int | None:
    """Print a session's chunks, or all its text; None when no session is named so. rows: of all sessions.

    Raises RlmError when several are.
    """
    found = sessions_named(rows, words)
    if not found:
        return None
    if len(found) > 1:
        several = ", ".join(f"{r['session'][:8]} ({tame_start(r['title'], TITLE_CHARS)})" for r in found[:SHOWN])
        more = ", …" if found[SHOWN:] else ""
        form = "{count} {count:|session|sessions} fit {words}: {several}"
        raise RlmError(worded(form, count=len(found), words=tame_start(words, TITLE_CHARS), several=several + more))
    (row,) = found
    chunks = _chunks(archive, row["path"])
    if args.json:
        whole = [{"text": _text(m["path"])} if args.whole else {} for m in chunks]
        say_json({**row, "held": [_as_json(m) | text for m, text in zip(chunks, whole, strict=True)]})
        return 0
    _say_head(row)
    if args.whole:
        for meta in chunks:
            say(f"\n{visible(_text(meta['path']))}")
        return 0
    dated = not 0 < room() < NARROW
    cells = [
        [
            m["chunk"],
            *([when(m["started"], aged=False)] if dated else []),
            _turns(m),
            f"{m['tokens']:,}",
            tame(m["title"]),
        ]
        for m in chunks
    ]
    for line in table(cells, room(), (*[False] * (2 + dated), True), whole=(0,)):
        say(line)
    more = "`rlm show CHUNK` prints one of them, `rlm show {session} --whole` all of it"
    remark(more, session=row["session"][:8])
    return 0


def _chunks(archive: Archive, folder: str) -> list[dict[str, Any]]:
    """Front matter of the main thread's chunks, in order; files that cannot be read are noted, and left out."""
    found = []
    for name in chunk_names(folder):
        path = os.path.join(folder, name)
        try:
            found.append({**load(read(path) or b"", path).meta, "path": path})
        except (ArchiveError, OSError) as e:
            archive.note_unread(path, e)
    return found


def _text(path: str) -> str:
    try:
        chunk = load(read(path) or b"", path)
    except (ArchiveError, OSError):
        return ""
    return "\n".join(chunk.lines[: chunk.height])


def _as_json(meta: dict[str, Any]) -> dict[str, Any]:
    return {name: meta[name] for name in ("chunk", "number", "started", "ended", "turns", "tokens", "title", "path")}


def _turns(meta: dict[str, Any]) -> str:
    first, last = meta["turns"]
    form = "turn {first}" if first == last else "turns {first}-{last}"
    return for_people(form, first=first, last=last)


def _say_head(row: dict[str, Any]) -> None:
    shown = Highlighter("", sys.stdout)
    say(shown.head(tame(row["title"]) or row["session"]))
    branch = worded(", branch {name}", name=tame(row["branch"])) if row["branch"] else ""
    agents = worded(", {agents}", agents=count_of(row["agents"], "sub-agent")) if row["agents"] else ""
    span = worded("{first} to {last}", first=when(row["started"], aged=False), last=when(row["ended"]))
    say(
        for_people(
            "{session}  {span}  {chunks}, {tokens:,} {tokens:|token|tokens}{agents}{branch}",
            session=row["session"],
            span=span,
            chunks=count_of(row["chunks"], "chunk"),
            tokens=row["tokens"],
            agents=agents,
            branch=branch,
        )
    )
    say(visible(row["path"]))
