"""`rlm revive`: a session whose transcript is gone or broken, as a new one that Claude Code resumes."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from rlm_core.cli.output import remark, say, say_json, say_unread
from rlm_core.errors import RlmError
from rlm_core.everywhere.archives import reached
from rlm_core.everywhere.going import find_cited, named
from rlm_core.language.notices import notice, numbered, several
from rlm_core.language.quoting import tame, visible
from rlm_core.revive.revival import revive as revive_session

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive
    from rlm_core.everywhere.going import Going
    from rlm_core.revive.revival import Revived

ASKED = "Write it into Claude Code's directory? [y/N]"
LISTED = 20  # sessions of which the command is printed
LARGE = 150_000  # tokens from which on the client will likely compact before it answers


def revive(args: Namespace) -> int:
    """Write the transcript; exit 1 when the user says no, or with a command for each where several sessions fit."""
    found = named(args.project, args.session)
    if len(found) > 1:
        return _several(args, found)
    going = found[0]
    there = reached(going.project)
    archive = there.archives[going.project]
    until = _until(archive, args.until) if args.until else ""
    if args.dry_run or not (args.yes or _agreed(args, archive, going, until)):
        _say(args, archive, revive_session(archive, going.project, going.session, until, dry=True), dry=True)
        return 0 if args.dry_run else 1
    _say(args, archive, revive_session(archive, going.project, going.session, until), dry=False)
    return 0


def _several(args: Namespace, found: list[Going]) -> int:
    if args.json:
        say_json({"sessions": [g.as_json() for g in found]})
        return 1
    said = {"name": visible(args.session), "n": len(found)}
    remark("{name} fits {n:,} {n:|session|sessions}; give the command of the one that is meant", **said)
    for g in found[:LISTED]:
        say(f"rlm revive {g.session} --project {shlex.quote(visible(g.project))}    {tame(g.title)}")
    return 1


def _until(archive: Archive, cited: str) -> str:
    """The citation with the whole id of its chunk; without a line, all of that chunk."""
    from rlm_core.everywhere.archives import Reached

    _, _, ref = find_cited(Reached({"": archive}), cited)
    return f"{ref.meta['chunk']}:{ref.line or max(ref.meta['lines'], default=1)}"


def _agreed(args: Namespace, archive: Archive, going: Going, until: str) -> bool:
    if args.json or not sys.stdin.isatty():
        refused = (
            "this writes a file into Claude Code's own directory: say --yes to have it, or --dry-run to see it; "
            "nothing was written"
        )
        raise RlmError(refused)
    _say(args, archive, revive_session(archive, going.project, going.session, until, dry=True), dry=True)
    if going.transcript:
        command = f"claude --resume {going.session}"
        say(notice("Claude Code still has its transcript: `{command}` resumes that one", command=command))
    return input(f"{notice(ASKED)} ").strip().lower() in ("y", "yes", "o", "oui")


def _say(args: Namespace, archive: Archive, done: Revived, *, dry: bool) -> None:
    if args.json:
        say_json({**done.as_json(), "written": not dry})
        return
    say(notice("would write  {path}" if dry else "wrote  {path}", path=visible(done.path)))
    said = {"entries": several(done.entries, "entry"), "session": done.origin, "tokens": done.tokens}
    told = [
        notice("{entries} of session {session}, about {tokens:,} {tokens:|token|tokens} for the client to send", **said)
    ]
    for what, number in sorted(done.left.items()):
        told.append(notice("left out: {n} {what}", n=numbered(number), what=notice(what)))
    if done.agents:
        told.append(notice("{agents} with it", agents=several(done.agents, "sub-agent")))
    told.append(notice("redacted secrets stay redacted, long outputs are shortened"))
    for line in told:
        say(f"       {line}")
    if not dry:
        say(f"cd {shlex.quote(visible(done.place))} && {done.command}")
    if done.tokens > LARGE:
        much = "that is much: the client may compact it before it answers; `--until CITATION` brings back less"
        remark(much)
    say_unread(archive)
