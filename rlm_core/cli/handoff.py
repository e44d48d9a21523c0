"""`rlm handoff`: what a new session is told of the one before it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import remark, say, say_json
from rlm_core.config import redactor
from rlm_core.handoff.gather import from_archive, from_transcript
from rlm_core.handoff.previous import called, previous
from rlm_core.handoff.wording import HANDOFF_CHARS, left_off
from rlm_core.transcript.locate import session_transcript, transcripts
from rlm_core.transcript.source import file_stamp

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive
    from rlm_core.handoff.gather import Handoff


def handoff(args: Namespace) -> int:
    """Print where a session left off, as it is injected after /clear; exit 1 when there is nothing to hand over.

    Without --session it is the session that the next start in the terminal would be told of.
    """
    archive = open_archive(args.project)
    made = _named(archive, args.project, args.session) if args.session else _last(archive, args.project)
    which = "the session just cleared" if args.session else "the last session here"
    text = left_off(made, which, HANDOFF_CHARS) if made else ""
    if args.json:
        say_json({**(made.as_json() if made else {}), "text": text})
    elif text:
        say(text)
    if not text and not tell_unknown(archive, args):
        remark("nothing to hand over: no prompt of the user in the session's last 4 MB, or in 30 days")
    return 0 if text else 1


def _last(archive: Archive, project: str) -> Handoff | None:
    newest = max(transcripts(project), key=lambda s: file_stamp(s.path)[1], default=None)
    folder = os.path.dirname(newest.path) if newest else ""
    return previous(archive.root, folder, "", "cli", redactor(archive.config))


def _named(archive: Archive, project: str, session: str) -> Handoff | None:
    """The handoff of the session whose id begins so: of its transcript, else of its chunks."""
    source = session_transcript(project, session)
    if source is not None:
        return called(archive.root, from_transcript(source, redactor(archive.config)))
    metas = (m for m in archive.metas() if m["session"].startswith(session) and not m.get("agent"))
    meta = next(metas, None)
    if meta is None:
        return None
    made = from_archive(os.path.dirname(meta["path"]), meta["session"], redactor(archive.config))
    return called(archive.root, made)
