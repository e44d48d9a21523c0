"""Whether the archive's locks can be had: that there are any, and that nobody sits on one."""

from __future__ import annotations

import os
import time

from rlm_core import holder, lock
from rlm_core.doctor.upkeep import Check
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.lock import Lock

LONG_SECONDS = 60  # for which no lock of the archive is held but those of a sweep and of the index
MAY_TAKE_LONG = ("sweep.lock", "sweep-next.lock", "index.lock")


def locks(root: str) -> Check:
    """The check. root: of the archive."""
    state = os.path.join(root, "state")
    reason = lock.lacking(state)
    if reason:
        said = "locks of this machine stand in for them, so no other machine may write to this archive"
        return Check("locks", False, f"{reason}: {said}. Move the project to a file system with locks.")
    for path in _files(state):
        who = holder.holder_of(path)
        if who.pid and time.time() - who.since > LONG_SECONDS and _is_held(path):
            return Check("locks", False, f"{path} is held by {who.sentence()}: {who.remedy()}.")
    return Check("locks", True, "none is held for long")


def _files(state: str) -> list[str]:
    found: list[str] = []
    for folder in (state, os.path.join(state, "locks")):
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        found += [os.path.join(folder, n) for n in names if n.endswith(".lock") and n not in MAY_TAKE_LONG]
    return found


def _is_held(path: str) -> bool:
    try:
        with Lock(path, 0.0):
            return False
    except LockTimeoutError:
        return True
    except (OSError, ArchiveError):
        return False
