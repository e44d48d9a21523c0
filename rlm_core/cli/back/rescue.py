"""`rlm rescue`: what Claude Code still has of sessions that were deleted before they were archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import count_of, say, say_json
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
        day = "  (a day whose prompts name no session)" if row["day"] else ""
        say(f"{row['session']}  {row['started'][:10]}  {', '.join(kept)} of files{day}")
    for session in done.agents:
        say(f"{visible(session)}  sub-agents' transcripts and files of the session")
    for name in done.plans:
        say(f"plan  {visible(name)}")
    verb = "would be archived" if args.dry_run else "archived"
    say(f"{count_of(len(done.sessions) + len(done.agents), 'lost session')} {verb}" if found else "nothing to rescue")
    for lost in done.lost:
        say(f"lost: {lost}")
    return 0 if found else 1
