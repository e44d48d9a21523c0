"""The pages of `rlm view` below the archive: made from the chunk files, deleted when a text is taken out of these."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from rlm_core.disk import is_dir
from rlm_core.lock import Lock

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

VIEW = "view"
"""The directory of the pages."""
WAIT = 120.0  # seconds for a run that writes them


def view_lock(archive: Archive) -> Lock:
    """Held by whoever writes the pages or deletes them; beside the other locks, since the directory itself may go."""
    return Lock(archive.path("state", "locks", "view.lock"), WAIT)


def clear_view(archive: Archive, *, dry: bool = False) -> int:
    """Delete the pages, all of them; how many files there were. dry: only count.

    Raises LockTimeoutError while another run writes them, and OSError.
    """
    top = archive.path(VIEW)
    if not is_dir(top):
        return 0
    count = sum(len(files) for _, _, files in os.walk(top))
    if not dry:
        with view_lock(archive):
            shutil.rmtree(top)
    return count
