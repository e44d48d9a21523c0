"""`rlm revive`: a session whose transcript is gone or broken, as a new one that Claude Code resumes."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from rlm_core.cli.output import count_of, say, say_json, say_unread, talk
from rlm_core.errors import RlmError
from rlm_core.everywhere.archives import reached
from rlm_core.everywhere.going import find_cited, named
from rlm_core.language.quoting import visible
from rlm_core.revive.revival import revive as revive_session

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive
    from rlm_core.everywhere.going import Going
    from rlm_core.revive.revival import Revived

LARGE = 150_000  # tokens from which on the client will likely compact before it answers


def revive(args: Namespace) -> int:
    """Write the transcript; exit 1 when the user says no."""
    found = named(args.project, args.session)
    if len(found) > 1:
        raise RlmError(f"{args.session} fits {len(found):,} sessions: {', '.join(g.session for g in found[:4])}")
    going = found[0]
    there = reached(going.project)
    archive = there.archives[going.project]
    until = _until(archive, args.until) if args.until else ""
    if args.dry_run or not (args.yes or _agreed(args, archive, going, until)):
        _say(args, archive, revive_session(archive, going.project, going.session, until, dry=True), dry=True)
        return 0 if args.dry_run else 1
    _say(args, archive, revive_session(archive, going.project, going.session, until), dry=False)
    return 0


def _until(archive: Archive, cited: str) -> str:
    """The citation with the whole id of its chunk; without a line, all of that chunk."""
    from rlm_core.everywhere.archives import Reached

    _, _, ref = find_cited(Reached({"": archive}), cited)
    return f"{ref.meta['chunk']}:{ref.line or max(ref.meta['lines'], default=1)}"


def _agreed(args: Namespace, archive: Archive, going: Going, until: str) -> bool:
    if args.json or not sys.stdin.isatty():
        raise RlmError(
            "this writes a file into Claude Code's own directory: say --yes to have it, or --dry-run to see it; "
            "nothing was written"
        )
    _say(args, archive, revive_session(archive, going.project, going.session, until, dry=True), dry=True)
    if going.transcript:
        say(f"Claude Code still has its transcript: `claude --resume {going.session}` resumes that one")
    return input("Write it into Claude Code's directory? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def _say(args: Namespace, archive: Archive, done: Revived, *, dry: bool) -> None:
    if args.json:
        say_json({**done.as_json(), "written": not dry})
        return
    entries = f"{done.entries:,} {'entry' if done.entries == 1 else 'entries'}"
    say(f"{'would write' if dry else 'wrote'}  {visible(done.path)}")
    say(f"       {entries} of session {done.origin}, about {done.tokens:,} tokens for the client to send")
    for what, number in sorted(done.left.items()):
        say(f"       left out: {number:,} {what}")
    if done.agents:
        say(f"       {count_of(done.agents, 'sub-agent')} with it")
    say("       redacted secrets stay redacted, long outputs are shortened")
    if not dry:
        say(f"cd {shlex.quote(visible(done.place))} && {done.command}")
    if done.tokens > LARGE:
        talk("rlm: that is much: the client may compact it before it answers; `--until CITATION` brings back less")
    say_unread(archive)
