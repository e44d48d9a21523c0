"""`rlm search --everywhere` and `rlm list --everywhere`."""

from __future__ import annotations

import os
import sys
from collections import Counter

from rlm_core.cli.output import (
    Highlighter,
    count_of,
    for_people,
    foreign_mark,
    going_back,
    remark,
    say,
    say_hit,
    say_json,
    say_why,
    semicolon,
    session_titles,
)
from rlm_core.errors import Joined, worded
from rlm_core.everywhere.archives import reached
from rlm_core.language.notices import here
from rlm_core.language.quoting import shell_word, tame, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.everywhere.archives import Reached
    from rlm_core.everywhere.merged import FoundEverywhere
    from rlm_core.search.hits import Filters

SHOWN = 3  # directories that are named of those that are left out


def search(args: Namespace, filters: Filters) -> int:
    """Print the best hits of all archives; exit 1 when there are none."""
    there = reached(args.project)
    query = " ".join(args.query)
    found = _found(there, query, args, filters)
    names = session_titles([one.hit for one in found.hits])
    titles = [names[os.path.dirname(one.hit.path)] for one in found.hits]
    if args.json:
        rows = [
            {**one.hit.as_json(), "session_title": title, "project": one.project, "resume": going_back(one.hit)}
            for one, title in zip(found.hits, titles, strict=True)
        ]
        indexes = {"index": found.said} if found.said else {}
        say_json({"hits": rows, "everywhere": there.as_json(), **indexes})
        return 0 if rows else 1
    shown = Highlighter("" if args.regex else query, sys.stdout)
    for one, title in zip(found.hits, titles, strict=True):
        say_hit(one.hit, one.project, shown, title)
        ways = [f"rlm show --project {shell_word(one.project)} {one.hit.chunk}:{one.hit.line}"] * (
            one.project != args.project
        )
        say(
            "    "
            + semicolon().join(
                [for_people("in {project}", project=visible(one.project)), *ways, *filter(None, [going_back(one.hit)])]
            )
        )
        if args.explain:
            say_why(one.hit)
    for project, said in found.said.items():
        remark("{what}: {why}", what=visible(project), why=said)
    _say_left(there)
    if not found.hits:
        remark(
            "nothing found in {archives}; try other words, or their translation",
            archives=count_of(len(there.archives), "archive"),
        )
    return 0 if found.hits else 1


def _short(rows: list[dict[str, Any]]) -> list[str]:
    """Of each session its project: the directory's name, or its path where several have that name."""
    paths = {r["project"] for r in rows}
    named = Counter(map(os.path.basename, paths))
    return [r["project"] if named[os.path.basename(r["project"])] > 1 else os.path.basename(r["project"]) for r in rows]


def _found(there: Reached, query: str, args: Namespace, filters: Filters) -> FoundEverywhere:
    if args.regex:
        from rlm_core.everywhere.matches import grep_everywhere

        return grep_everywhere(there, query, args.k, filters)
    from rlm_core.everywhere.merged import find_everywhere

    return find_everywhere(there, query, args.k, filters, explain=args.explain)


def list_sessions(args: Namespace) -> int:
    """Print the sessions of all archives, the one that ended last first; exit 1 when there are none."""
    from rlm_core.cli.back.printed import session_rows  # not for a search

    there = reached(args.project)
    rows = [row for project, archive in there.archives.items() for row in session_rows(archive, project)]
    rows.sort(key=lambda r: (r["ended"], r["session"]), reverse=True)
    if args.json:
        say_json({"sessions": rows, "everywhere": there.as_json()})
        return 0 if rows else 1
    gone = ["" if r["transcript"] else for_people("  (no transcript: rlm revive)") for r in rows]
    marks = [foreign_mark() if r.get("foreign") else "" for r in rows]
    if sys.stdout.isatty():
        from rlm_core.cli.manners.sessiontable import say_table

        say_table(rows, [f"{mark}{way}" for mark, way in zip(marks, gone, strict=True)], _short(rows))
    else:
        for r, way, mark in zip(rows, gone, marks, strict=True):
            span = f"{r['started'][:16]} to {r['ended'][:16]}".replace("T", " ")
            held = f"{count_of(r['chunks'], 'chunk')}  {visible(r['project'])}{way}"
            say(f"{r['session']}  {span}  {held}  {tame(r['title'])}{mark}")
    _say_left(there)
    return 0 if rows else 1


def _say_left(there: Reached) -> None:
    """What was left out, each kind in one line."""
    if there.foreign:
        remark(
            "{archives} left out as not yours: {foreign}; `rlm adopt` there shows what it holds",
            archives=count_of(len(there.foreign), "archive"),
            foreign=_some(there.foreign),
        )
    if there.missing:
        remark(
            "{archives} of your list not there: {missing}",
            archives=count_of(len(there.missing), "archive"),
            missing=_some(there.missing),
        )
    for project, why in there.failed.items():
        remark("left out {project}: {why}", project=visible(project), why=visible(here(why)))


def _some(paths: list[str]) -> str:
    more = [worded("and {n:,} more", n=len(paths) - SHOWN)] if len(paths) > SHOWN else []
    return Joined(", ", [*map(visible, paths[:SHOWN]), *more])
