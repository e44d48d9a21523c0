"""`rlm search`, `rlm show` and `rlm list`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.chunkfile import load
from rlm_core.cli.output import say, say_json, talk
from rlm_core.disk import read
from rlm_core.places import open_archive
from rlm_core.refs import resolve
from rlm_core.search import Filters
from rlm_core.search import search as find

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.archive import Archive


def search(args: Namespace) -> int:
    """Print the best hits; exit 1 when there are none."""
    kept = open_archive(args.project)
    filters = Filters(args.session, args.since, args.role, args.tool, args.file)
    hits = find(kept, " ".join(args.query), args.k, filters)
    if args.json:
        say_json({"hits": [h.as_json() for h in hits]})
        return 0 if hits else 1
    for h in hits:
        when = h.started[:16].replace("T", " ")
        say(f"{h.chunk}:{h.line}  {when}  {h.role}  {h.title}")
        say(f"    {h.snippet}")
        say(f"    {os.path.relpath(h.path, args.project)}:{h.line}")
    if not hits:
        talk("rlm: nothing found; try other words, or their translation, or `rlm list`")
    return 0 if hits else 1


def show(args: Namespace) -> int:
    """Print a chunk file, or numbered lines around the cited one."""
    kept = open_archive(args.project)
    ref = resolve(kept, args.chunk)
    chunk = load(read(ref.path) or b"", ref.path)
    lines = chunk.lines[:-1]
    first, last = 1, len(lines)
    if ref.line:
        first, last = max(1, ref.line - args.context), min(len(lines), ref.line + args.context)
    if ref.moved:
        talk(f"rlm: chunk {ref.meta['number']:04d} has grown since it was cited so")
    if args.json:
        text = "\n".join(lines[first - 1 : last])
        found = {k: v for k, v in ref.meta.items() if k != "path"}
        say_json({**found, "path": ref.path, "line": ref.line, "first_line": first, "text": text})
    elif ref.line:
        say(f"{ref.meta['chunk']}  {ref.path}")
        for number in range(first, last + 1):
            mark = ">" if number == ref.line else " "
            say(f"{mark}{number:5}  {lines[number - 1]}")
    else:
        say("\n".join(lines))
    return 0


def list_sessions(args: Namespace) -> int:
    """Print the archived sessions, newest first; exit 1 when there are none."""
    kept = open_archive(args.project)
    rows = sessions(kept)
    if args.json:
        say_json({"sessions": rows})
    for r in rows if not args.json else ():
        agents = f"  {r['agents']} sub-agents" if r["agents"] else ""
        span = f"{r['started'][:16]} to {r['ended'][:16]}".replace("T", " ")
        say(f"{r['session']}  {span}  {r['chunks']:,} chunks  {r['tokens']:,} tokens{agents}  {r['title']}")
    return 0 if rows else 1


def sessions(kept: Archive) -> list[dict[str, Any]]:
    """One row a session, newest first, from the chunk files themselves."""
    rows: dict[str, dict[str, Any]] = {}
    for meta in kept.metas():
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
                "path": os.path.dirname(meta["path"]),
            },
        )
        if meta.get("agent"):
            row["agents"] += meta["number"] == 1
            continue
        row["title"] = row["title"] or meta["title"]
        row["started"] = row["started"] or meta["started"]
        row["ended"] = meta["ended"] or row["ended"]
        row["chunks"] += 1
        row["entries"] += len(meta["uuids"])
        row["tokens"] += meta["tokens"]
    return sorted(rows.values(), key=lambda r: (r["ended"], r["session"]), reverse=True)
