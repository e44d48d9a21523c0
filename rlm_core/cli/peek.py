"""`rlm peek`: what happened when."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.manners.ages import when
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import (
    BOLD,
    count_of,
    for_people,
    foreign_mark,
    marked_if,
    remark,
    say,
    say_json,
    say_unread,
    semicolon,
    styled,
    unread_json,
)
from rlm_core.errors import Joined, UsageError, worded
from rlm_core.language.notices import here_if
from rlm_core.language.quoting import tame, tame_start
from rlm_core.marks.rules import KINDS
from rlm_core.ownership import brought, is_brought
from rlm_core.search.hits import Filters
from rlm_core.timeline.timeline import SESSIONS, Timeline, timeline

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.timeline.events import Decision, Session

TURNS, FILES, DECISIONS, COMPACTIONS = 12, 16, 16, 4  # of a session that are shown
ALONE = 3  # times as many when only one session is shown
PROMPT_CHARS = 100
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?Z?)?)?)?")


def peek(args: Namespace) -> int:
    """Print a timeline of the newest sessions; exit 1 when none fits."""
    for name in ("since", "until"):
        if (date := getattr(args, name)) and not DATE.fullmatch(date):
            raise UsageError(
                worded("--{name} {date} is no date; write it like 2026-11-22 or 2026-11-22T10:00", name=name, date=date)
            )
    if args.n < 1:
        raise UsageError(worded("-n {n}: at least one session must be shown", n=args.n))
    archive = open_archive(args.project)
    filters = Filters(session=args.session, since=args.since, until=args.until, file=args.file)
    made = timeline(archive, filters, args.n, oldest_first=args.chronological)
    times, came = ALONE if len(made.sessions) == 1 else 1, brought(archive.root)
    rows = [
        row(s, times, decisions_only=args.decisions, foreign=is_brought(archive.root, s.path, came))
        for s in made.sessions
    ]
    if args.json:
        say_json({"sessions": rows, "older_sessions": made.older} | unread_json(archive))
        if not rows:
            tell_unknown(archive, args)
    else:
        for r in rows:
            _say_session(r)
        if rows or not tell_unknown(archive, args):
            _say_rest(made, args.n)
    say_unread(archive)
    return 0 if rows else 1


def row(session: Session, times: int = 1, *, decisions_only: bool = False, foreign: bool = False) -> dict[str, Any]:
    """A session as a program gets it, cut to what is shown; `left_out` counts what is not.

    times: how many times the usual bounds. foreign: it came with an archive that was adopted.
    """
    turns = sorted(session.turns.values(), key=lambda t: t.number)
    files = [{"path": p, "changed": c} for p, c in sorted(session.files.items(), key=lambda f: not f[1])]
    shown = _most_telling(session.decisions, DECISIONS * times * (2 if decisions_only else 1))
    made: dict[str, Any] = {
        "session": session.session,
        "title": session.title,
        "started": session.started,
        "ended": session.ended,
        "path": session.path,
        **marked_if(foreign),
        "chunks": session.chunks,
        "sub_agents": session.agents,
        "compactions": [{"time": time, "at": at} for time, at in session.compactions[-COMPACTIONS * times :]],
        "decisions": [asdict(d) for d in shown],
    }
    made["left_out"] = {
        "decisions": len(session.decisions) - len(shown),
        "compactions": len(session.compactions) - len(made["compactions"]),
        "chunks": session.unread + session.unseen,
    }
    if not decisions_only:
        first, last = TURNS * times // 3, TURNS * times - TURNS * times // 3
        some = turns if len(turns) <= first + last else [*turns[:first], *turns[-last:]]
        made["turns"] = [asdict(t) for t in some]
        made["files"] = files[: FILES * times]
        made["left_out"] |= {"turns": len(turns) - len(some), "files": len(files) - len(made["files"])}
    return made


def _most_telling(found: list[Decision], most: int) -> list[Decision]:
    """In order, but when there are too many, choices before open points before measurements, and newer before older."""
    ranked = sorted(range(len(found)), key=lambda i: (_rank(found[i]), -i))
    return [found[i] for i in sorted(ranked[:most])]


def _rank(d: Decision) -> int:
    linked = bool(d.replaces or d.replaced_by)
    return 0 if linked else 1 + (d.role != "user") + 2 * max(KINDS.index(d.kind) - 2, 0)


def _say_session(r: dict[str, Any]) -> None:
    span = for_people("{first} to {last}", first=_when(r["started"]), last=when(r["ended"]))
    counts = [count_of(r["chunks"], "chunk")]
    compactions = len(r["compactions"]) + r["left_out"]["compactions"]
    counts += [count_of(compactions, "compaction")] if compactions else []
    counts += [count_of(r["sub_agents"], "sub-agent")] if r["sub_agents"] else []
    counted = here_if(sys.stdout.isatty(), Joined(", ", counts))
    foreign = foreign_mark() if r.get("foreign") else ""
    say(
        styled(
            f"{r['session']}  {span}  {counted}  {tame(r['title'])}{foreign}",
            BOLD,
        )
    )
    left = r["left_out"]
    if r.get("turns"):
        say(for_people("  prompts"))
        _say_turns(r["turns"], left["turns"])
    if r.get("files"):
        say(for_people("  files  {files}", files=_files(r["files"], left["files"])))
    if r["decisions"]:
        say(for_people("  decided, corrected, refused, measured, open"))
        for d in r["decisions"]:
            _say_decision(d)
    for c in r["compactions"]:
        say(for_people("  compaction  {time}  {at}", time=_when(c["time"]), at=c["at"]))
    if left["decisions"]:
        say(
            for_people(
                "  … {decisions:,} more such sentences; `rlm peek --decisions --session {session}`",
                decisions=left["decisions"],
                session=r["session"][:8],
            )
        )
    if left["chunks"]:
        say(
            for_people(
                "  … {chunks:,} earlier {chunks:|chunk was|chunks were} not read; narrow it with --since and --until",
                chunks=left["chunks"],
            )
        )
    say()


def _say_turns(turns: list[dict[str, Any]], left_out: int) -> None:
    for n, t in enumerate(turns):
        if left_out and n == len(turns) // 3:
            say(for_people("    … {left_out:,} {left_out:|other|others}", left_out=left_out))
        say(f"    {t['number']:3}  {_when(t['time'])}  {t['at']}  {tame_start(t['prompt'], PROMPT_CHARS)}")


def _files(files: list[dict[str, Any]], left_out: int) -> str:
    changed = [tame(f["path"]) for f in files if f["changed"]]
    others = [tame(f["path"]) for f in files if not f["changed"]]
    parts = [for_people("changed {files}", files=", ".join(changed))] if changed else []
    parts += [for_people("touched {files}", files=", ".join(others))] if others else []
    return semicolon().join(parts) + (f", +{left_out:,}" if left_out else "")


def _say_decision(d: dict[str, Any]) -> None:
    say(f'    {_when(d["time"])}  {d["at"]}  {for_people(d["kind"])}  {d["role"]}  "{tame(d["quote"])}"')
    if d["replaced_by"]:
        say(for_people("        replaced by {replaced_by}", replaced_by=d["replaced_by"]))
    if d["replaces"]:
        say(for_people("        replaces {replaces}", replaces=d["replaces"]))


def _say_rest(made: Timeline, shown: int) -> None:
    if not made.sessions:
        remark("no session fits; `rlm list` shows them all")
    if made.older:
        others = count_of(made.older, "older session")
        remark(
            "{others} not looked at; -n {shown} shows more, --until DATE earlier ones",
            others=others,
            shown=shown + SESSIONS,
        )


def _when(time: str) -> str:
    return when(time, aged=False)
