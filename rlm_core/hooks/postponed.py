"""Transcripts that could not be archived because a lock was held: how often, and what the user is told of it."""

from __future__ import annotations

import os

from rlm_core.disk import make_dir, read, remove, write_atomic
from rlm_core.errors import ArchiveError, worded
from rlm_core.hooks.notes import told_first_time
from rlm_core.redaction.clean import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.errors import LockTimeoutError
    from rlm_core.redaction.clean import CleanText
    from rlm_core.transcript.source import Source

PATIENCE = 3  # postponements of a transcript, one after the other, that need not interest anybody
TOLD, NOT_TOLD = literal("told"), literal("not told")


def postponed(root: str, source: Source, reason: LockTimeoutError, *, tells: bool) -> list[str]:
    """Count a postponement; what the user is to be told of it: [] but once a session, when there were several.

    root: of the archive. reason: names the lock that was held. tells: whether this hook can show the user a line.
    """
    times = _times(root, source) + 1
    _keep(_path(root, source), literal("{}").format(times))
    if times < PATIENCE or not tells or not told_first_time(f"{source.session} held {reason.path}"):
        return []
    from rlm_core.holder import holder_of

    holder = holder_of(reason.path)
    return [
        worded(
            "rlm: {times} times in a row nothing of this session could be archived: {path} is held by "
            "{sentence} ({remedy}); what was left is archived then.",
            times=times,
            path=reason.path,
            sentence=holder.sentence(),
            remedy=holder.remedy(),
        )
    ]


def forget(root: str, source: Source) -> None:
    """The transcript has been archived."""
    remove(_path(root, source))


def without_locks(root: str, *, starts: bool) -> list[str]:
    """What the user is told of a file system without locks: at each start of a session, and once at the end of a turn.

    A note says it to the hooks that have nothing to lock; it goes when a start finds locks. starts: a session begins;
    else a turn ends.
    """
    from rlm_core.lock import lacking

    note = os.path.join(root, "state", "no-locks")
    if not starts and _content(note) == TOLD.encode():
        return []
    reason = lacking(os.path.join(root, "state"))
    if not reason:
        if os.path.exists(note):
            remove(note)
        return []
    _keep(note, NOT_TOLD if starts else TOLD)
    return [
        worded(
            "rlm: {why}. Those of this machine stand in for them, so keep other machines from writing to "
            "this archive, or move the project to a file system with locks.",
            why=reason,
        )
    ]


def _path(root: str, source: Source) -> str:
    return os.path.join(root, "state", "postponed", source.name)


def _times(root: str, source: Source) -> int:
    found = _content(_path(root, source))[:6]
    return int(found) if found.isdigit() else 0


def _content(path: str) -> bytes:
    try:
        return read(path) or b""
    except OSError:
        return b""


def _keep(path: str, text: CleanText) -> None:
    try:
        make_dir(os.path.dirname(path))
        write_atomic(path, text.encode(), durable=False)
    except (OSError, ArchiveError):
        return  # the count begins anew: nobody is told sooner than he should be
