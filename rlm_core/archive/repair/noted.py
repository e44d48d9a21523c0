"""What the last look at the archive has found: a small note, so that a session's start can tell of it for a read."""

from __future__ import annotations

import os
import time

from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.clock import utc
from rlm_core.disk import write_atomic
from rlm_core.errors import Counted, worded
from rlm_core.redaction.clean import dumps, fields, moment

NAME = "verified.json"


def note_harmed(root: str, harmed: int) -> None:
    """Note now how many files are harmed; an archive that cannot be written notes nothing."""
    try:
        kept = sealed(dumps(fields(at=moment(utc(int(time.time()))), harmed=harmed)))
        write_atomic(os.path.join(root, "state", NAME), kept.encode(), durable=False)
    except OSError:
        return


def last_found(root: str) -> tuple[str, int]:
    """(time of the last look, files that were harmed); ("", 0) when there was none."""
    try:
        kept = read_sealed(os.path.join(root, "state", NAME)) or {}
        at, harmed = kept["at"], kept["harmed"]
    except KeyError:
        return "", 0
    return (at, harmed) if isinstance(at, str) and isinstance(harmed, int) else ("", 0)


def told(root: str) -> str:
    """What the user is told at a session's start; "" when all was well."""
    _, harmed = last_found(root)
    if not harmed:
        return ""
    form = "rlm: {files} of the archive is damaged: `rlm verify --repair` brings back what can be"
    if harmed > 1:
        form = "rlm: {files} of the archive are damaged: `rlm verify --repair` brings back what can be"
    return worded(form, files=Counted(harmed, "file"))
