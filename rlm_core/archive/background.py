"""How a process of ours that nobody waits for begins: it gives way to all others, and opens the archive."""

from __future__ import annotations

import gc
import os
import signal

from rlm_core.archive.store import Archive
from rlm_core.config import load_cached
from rlm_core.disk import archive_root
from rlm_core.ownership import foreign


def give_way(max_seconds: int) -> None:
    """Let others go first, and have the kernel end this process after so many seconds, whatever it is at."""
    gc.set_threshold(50_000, 20, 100)  # what is read and written makes few circles: looking for them costs a tenth
    if hasattr(signal, "alarm"):
        signal.alarm(max_seconds)
        os.nice(10)


def open_cached(project: str) -> Archive:
    """The project's archive, which may be missing, with the settings as a hook reads them.

    Ends the process when the archive is not this user's: nobody waits for it, and nothing may be said or written.
    """
    root = archive_root(project)
    if foreign(root):
        raise SystemExit(0)
    return Archive(root, load_cached(project))
