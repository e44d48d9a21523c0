"""Finds the transcript of a session that is named by its id."""

from __future__ import annotations

import os
import re
from glob import glob

from rlm_core.config import config_dir
from rlm_core.errors import RlmError
from rlm_core.project import transcripts
from rlm_core.source import Source
from rlm_core.tail import wait_for_last_lines

SESSION_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
WHOLE = 36  # characters of a whole id


def session_transcript(project: str, session: str) -> Source | None:
    """The transcript of the session whose id begins so; None when it is no id, or the client has none of it.

    A whole id is looked for in every project's folder, since a session may have begun elsewhere. What the client of
    a live session is about to write, the call that runs us among it, is waited for. Raises RlmError when several
    sessions' ids begin so.
    """
    if not SESSION_ID.fullmatch(session):
        return None
    found = [s for s in transcripts(project) if s.session.startswith(session)]
    if len(found) > 1:
        raise RlmError(f"{session} begins {len(found)} sessions' ids: {', '.join(s.session for s in found[:4])}")
    if not found and len(session) == WHOLE:
        found = [Source(path) for path in glob(os.path.join(config_dir(), "projects", "*", f"{session}.jsonl"))]
    if not found:
        return None
    wait_for_last_lines(found[0].path)
    return found[0]
