"""`rlm rescue`: what Claude Code still has of sessions that were deleted before they were archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import count_of, say, say_json
from rlm_core.errors import Joined, worded
from rlm_core.language.notices import here, notice
from rlm_core.language.quoting import visible
from rlm_core.rescue.salvage import rescue as rescue_sessions

if TYPE_CHECKING:
    from argparse import Namespace


def rescue(args: Namespace) -> int:
    """Archive it, and say what is lost; exit 1 when there is nothing."""
    archive = open_archive(args.project, must_exist=False)
    done = rescue_sessions(archive, args.project, dry=args.dry_run)
    found = bool(done.sessions or done.agents or done.plans)
    if args.json:
        say_json({**done.as_json(), "dry_run": args.dry_run})
        return 0 if found else 1
    for row in done.sessions:
        kept = [
            count_of(row["prompts"], "prompt"),
            count_of(row["todos"], "todo"),
            count_of(row["versions"], "version"),
        ]
        day = worded("  (a day whose prompts name no session)") if row["day"] else ""
        say(
            notice(
                "{session}  {started}  {kept} of files{day}",
                session=row["session"],
                started=row["started"][:10],
                kept=Joined(", ", kept),
                day=day,
            )
        )
    for session in done.agents:
        say(notice("{session}  sub-agents' transcripts and files of the session", session=visible(session)))
    for name in done.plans:
        say(notice("plan  {name}", name=visible(name)))
    form = "{sessions} would be archived" if args.dry_run else "{sessions} archived"
    lost_sessions = count_of(len(done.sessions) + len(done.agents), "lost session")
    say(notice(form if found else "nothing to rescue", sessions=lost_sessions))
    for lost in done.lost:
        say(notice("lost: {lost}", lost=here(lost)))
    return 0 if found else 1
