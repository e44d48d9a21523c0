"""`rlm resume`: starts Claude Code again with a session, in the directory where that session belongs."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

from rlm_core.cli.back.picker import can_pick, pick
from rlm_core.cli.manners.ages import when
from rlm_core.cli.output import say, say_json, talk
from rlm_core.disk import try_read
from rlm_core.errors import RlmError, worded
from rlm_core.everywhere.going import goings
from rlm_core.language.notices import notice
from rlm_core.language.quoting import tame, visible

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.everywhere.going import Going

LISTED = 20  # candidates that are printed where nobody can pick


def resume(args: Namespace) -> int:
    """Go back to the session that is meant; exit 1 with the candidates where several are and nobody can pick."""
    found = goings(args.project, args.what)
    going = found[0] if len(found) == 1 else _picked(args, found)
    if going is None:
        return 1
    if not going.transcript:
        raise RlmError(
            worded(
                "Claude Code has no transcript of session {session} any more; `{command}` makes a new one from the "
                "archive",
                session=going.session,
                command=f"rlm revive {going.session} --project {shlex.quote(going.project)}",
            )
        )
    place = going.place()
    command = ["claude", "--resume", going.session]
    if args.json:
        say_json({"command": shlex.join(command), "cwd": place})
    elif args.print:
        say(f"cd {shlex.quote(visible(place))} && {shlex.join(command)}")
    else:
        _become(command, place)
    return 0


def _picked(args: Namespace, found: list[Going]) -> Going | None:
    if not found:
        raise RlmError(
            worded("no session of yours is archived yet; `rlm archive --all` archives those Claude Code still has")
        )
    if args.json:
        say_json({"sessions": [g.as_json() for g in found]})
        return None
    if can_pick() and not args.print:
        number = pick([_label(g) for g in found], lambda n: _preview(found[n]))
        return None if number is None else found[number]
    talk(f"rlm: {notice('{n:,} {n:|session|sessions} fit; name one of them by its id', n=len(found))}")
    for g in found[:LISTED]:
        say(f"{g.session}  {_label(g)}")
    return None


def _label(g: Going) -> str:
    gone = notice("  (no transcript: rlm revive)") if not g.transcript else ""
    return f"{when(g.ended, aged=False):16}  {os.path.basename(g.project)}  {tame(g.title)}{gone}"


def _preview(g: Going) -> list[str]:
    """What the session is about: its place, and the titles of its newest chunks."""
    text = (try_read(os.path.join(g.folder, "index.md")) or b"").decode("utf-8", "replace")
    rows = [tame(line.rpartition(" · ")[2] or line) for line in text.split("\n") if line.startswith("- [")]
    return [
        notice(
            "{session}  {first} to {last}", session=g.session, first=when(g.started, aged=False), last=when(g.ended)
        ),
        g.project,
        *rows[-6:],
    ]


def _become(command: list[str], place: str) -> None:
    """Go on as the client, in its directory."""
    program = shutil.which(command[0])
    if program is None:
        raise RlmError(
            worded(
                "`claude` is not on your PATH; where it is, run: cd {place} && {command}",
                place=shlex.quote(visible(place)),
                command=shlex.join(command),
            )
        )
    os.chdir(place)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(program, command)  # noqa: S606 - the user's own client, as he would start it
