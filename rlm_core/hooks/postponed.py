"""Transcripts that could not be archived because a lock was held: how often, and what the user is told of it."""

from __future__ import annotations

import os

from rlm_core.disk import make_dir, read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.hooks.notes import told_first_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.errors import LockTimeoutError
    from rlm_core.transcript.source import Source

PATIENCE = 3  # postponements of a transcript, one after the other, that need not interest anybody


def postponed(root: str, source: Source, reason: LockTimeoutError) -> list[str]:
    """Count a postponement; what the user is to be told of it: [] but once a session, when there were several.

    root: of the archive. reason: names the lock that was held.
    """
    times = _times(root, source) + 1
    _keep(root, source, times)
    if times < PATIENCE or not told_first_time(f"{source.session} held {reason.path}"):
        return []
    from rlm_core.holder import holder_of

    holder = holder_of(reason.path)
    return [
        f"rlm: {times} times in a row nothing of this session could be archived: {reason.path} is held by "
        f"{holder.sentence()}. {_capital(holder.remedy())}; what was left is archived then."
    ]


def forget(root: str, source: Source) -> None:
    """The transcript has been archived."""
    remove(_path(root, source))


def without_locks(source: Source | None, event: str, reason: str) -> list[str]:
    """What the user is told of a file system without locks: once at a session's start, and once at a turn's end."""
    if event not in ("SessionStart", "Stop") or not told_first_time(f"{source and source.session} {event} {reason}"):
        return []
    return [
        f"rlm: {reason}. Those of this machine stand in for them, so keep other machines from writing to this archive, "
        "or move the project to a file system with locks."
    ]


def _path(root: str, source: Source) -> str:
    return os.path.join(root, "state", "postponed", source.name)


def _times(root: str, source: Source) -> int:
    try:
        found = (read(_path(root, source)) or b"0")[:6]
    except OSError:
        return 0
    return int(found) if found.isdigit() else 0


def _keep(root: str, source: Source, times: int) -> None:
    from rlm_core.redaction.clean import literal

    try:
        make_dir(os.path.join(root, "state", "postponed"))
        write_atomic(_path(root, source), literal("{}").format(times).encode(), durable=False)
    except (OSError, ArchiveError):
        return  # the count begins anew: nobody is told sooner than he should be


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
