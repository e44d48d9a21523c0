"""`rlm search`, `rlm show` and `rlm list`."""

from __future__ import annotations

import os
import sys

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import (
    Highlighter,
    count_of,
    for_people,
    foreign_mark,
    going_back,
    marked_if,
    remark,
    say,
    say_hit,
    say_json,
    say_unread,
    say_why,
    session_titles,
    talk,
    unread_json,
)
from rlm_core.disk import lies_within
from rlm_core.errors import RlmError
from rlm_core.language.notices import here
from rlm_core.language.quoting import tame, visible
from rlm_core.ownership import brought, is_brought
from rlm_core.search.found import FRESH, Found
from rlm_core.search.hits import Filters, marked
from rlm_core.search.ranked import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive
    from rlm_core.search.citations import Citation


def search(args: Namespace) -> int:
    """Print the best hits; exit 1 when there are none."""
    filters = Filters(args.session, args.since, args.role, args.tool, args.file, args.until, args.branch)
    if args.everywhere:
        from rlm_core.cli.back.overall import search as search_everywhere

        return search_everywhere(args, filters)
    archive = open_archive(args.project)
    query = " ".join(args.query)
    if args.regex:
        found = _grep(archive, query, args.k, filters)
    else:
        found = find(archive, query, args.k, filters, explain=args.explain)
    hits = found.hits
    if args.json:
        names = session_titles(hits)
        place = {"project": args.project}
        shown_hits = [
            {**h.as_json(), "session_title": names[os.path.dirname(h.path)], **place, "resume": going_back(h)}
            for h in hits
        ]
        say_json({"hits": shown_hits} | found.as_json() | unread_json(archive))
        if not hits:
            from rlm_core.cli.manners.strangers import tell_unknown

            tell_unknown(archive, args)
        return 0 if hits else 1
    shown = Highlighter("" if args.regex else query, sys.stdout)
    names = session_titles(hits)
    for h in hits:
        say_hit(h, args.project, shown, names[os.path.dirname(h.path)])
        if args.explain:
            say_why(h)
    if found.said:
        talk(f"rlm: {here(found.said)}")
    say_unread(archive)
    if not hits:
        _tell_nothing(archive, args)
    elif not any(h.strong for h in hits):
        remark("no passage holds all of this in one place; what is asked for may not be in the archive")
    return 0 if hits else 1


def _tell_nothing(archive: Archive, args: Namespace) -> None:
    """That nothing was found, and whether it is for a name that nothing here has."""
    from rlm_core.cli.manners.strangers import tell_unknown

    if not tell_unknown(archive, args):
        remark("nothing found; try other words, or their translation, or `rlm list`")


def _grep(archive: Archive, pattern: str, k: int, filters: Filters) -> Found:
    from rlm_core.search.grep import grep

    return Found(marked(archive.root, grep(archive, pattern, k, filters)), FRESH, "")


def show(args: Namespace) -> int:
    """Print a chunk file, numbered lines around the cited one, or a session; exit 1 when nothing is named so."""
    what = " ".join(args.chunk)
    try:
        archive, ref = _cited(args.project, what)
    except RlmError:
        from rlm_core.cli.back.printed import sessions
        from rlm_core.cli.manners.onesession import show_session

        archive = open_archive(args.project)
        done = show_session(archive, args, what, sessions(archive))
        if done is None:
            raise
        return done
    came = is_brought(archive.root, ref.path, brought(archive.root))
    lines = _lines(ref.path)
    first, last = 1, len(lines)
    if ref.line:
        first, last = max(1, ref.line - args.context), min(len(lines), ref.line + args.context)
    if ref.moved:
        changed = str(ref.meta["session"]).startswith("doc-")
        form = (
            "chunk {n:04d} was changed since it was cited so"
            if changed
            else "chunk {n:04d} has grown since it was cited so"
        )
        remark(form, n=ref.meta["number"])
    if ref.former:
        remark("chunk {n:04d} as it was before its session was archived anew", n=ref.meta["number"])
    if args.json:
        text = "\n".join(lines[first - 1 : last])
        found = {k: v for k, v in ref.meta.items() if k != "path"}
        say_json({**found, "path": ref.path, "line": ref.line, "first_line": first, "text": text, **marked_if(came)})
    elif ref.line:
        say(f"{ref.meta['chunk']}  {ref.path}{foreign_mark() if came else ''}")
        for number in range(first, last + 1):
            mark = ">" if number == ref.line else " "
            say(f"{mark}{number:5}  {visible(lines[number - 1])}")
    else:
        if came:
            say(foreign_mark().strip())
        say("\n".join(map(visible, lines)))
    return 0


def _cited(project: str, what: str) -> tuple[Archive, Citation]:
    """The place that is cited: in this project, else in another one of the user's, where those may be read."""
    from rlm_core.cli.consent.inside import may_read_others
    from rlm_core.search.citations import resolve

    try:
        archive = open_archive(project)
        return archive, resolve(archive, what)
    except RlmError:
        if not may_read_others():
            raise
        from rlm_core.everywhere.archives import reached
        from rlm_core.everywhere.going import find_cited

        there = reached(project)
        there.archives.pop(project, None)
        try:
            found_in, archive, ref = find_cited(there, what)
        except RlmError:
            found_in = ""
        if not found_in:
            raise
    remark("found in {place}", place=visible(found_in))
    return archive, ref


def _lines(path: str) -> list[str]:
    """The lines of a chunk file, but for the last one, which is for programs, or of an output beside one."""
    from rlm_core.chunks.chunkfile import load
    from rlm_core.disk import read

    data = read(path) or b""
    if os.path.basename(os.path.dirname(path)) == "blobs":
        return data.decode("utf-8", "replace").removesuffix("\n").split("\n")
    chunk = load(data, path)
    return chunk.lines[: chunk.height]


def list_sessions(args: Namespace) -> int:
    """Print the archived sessions, newest first; exit 1 when there are none."""
    if args.everywhere:
        from rlm_core.cli.back.overall import list_sessions as list_everywhere

        return list_everywhere(args)
    from rlm_core.cli.back.printed import session_rows  # not for a search

    archive = open_archive(args.project)
    rows = session_rows(archive, args.project)
    notes = [
        (foreign_mark() if r.get("foreign") else "")
        + (for_people("  in {place}", place=tame(r["cwd"])) if _is_elsewhere(r["cwd"], args.project) else "")
        for r in rows
    ]
    if args.json:
        say_json({"sessions": rows} | unread_json(archive))
    elif sys.stdout.isatty():
        from rlm_core.cli.manners.sessiontable import say_table

        say_table(rows, notes)
    else:
        for r, note in zip(rows, notes, strict=True):
            agents = f"  {count_of(r['agents'], 'sub-agent')}" if r["agents"] else ""
            span = f"{r['started'][:16]} to {r['ended'][:16]}".replace("T", " ")
            counts = f"{count_of(r['chunks'], 'chunk')}  {count_of(r['tokens'], 'token')}{agents}"
            say(f"{r['session']}  {span}  {counts}  {tame(r['title'])}{note}")
    say_unread(archive)
    return 0 if rows else 1


def _is_elsewhere(cwd: str, project: str) -> bool:
    """Whether a session began in a worktree: beside the project, or where the client makes its own."""
    inside = lies_within(cwd, os.path.realpath(project))
    return bool(cwd) and (not inside or os.path.join(".claude", "worktrees") in cwd)
