"""How a process of ours that nobody waits for begins: it gives way to all others, and opens the archive."""

from __future__ import annotations

import gc
import os
import signal

from rlm_core.archive.store import Archive
from rlm_core.config import load_cached
from rlm_core.disk import archive_root


def give_way(max_seconds: int) -> None:
    """Let others go first, and have the kernel end this process after so many seconds, whatever it is at."""
    gc.set_threshold(50_000, 20, 100)  # what is read and written makes few circles: looking for them costs a tenth
    if hasattr(signal, "alarm"):
        signal.alarm(max_seconds)
        os.nice(10)


def open_cached(project: str) -> Archive:
    """The project's archive, which may be missing, with the settings as a hook reads them. Never raises."""
    root = archive_root(project)
    return Archive(root, load_cached(project))
