"""Brings the index up to date in a process of its own, so that neither a hook nor a search has to."""

from __future__ import annotations

import os
import signal

from rlm_core import log
from rlm_core.archive.store import Archive
from rlm_core.config import load_cached
from rlm_core.documents import refresh
from rlm_core.errors import ArchiveError, LockTimeoutError, RlmError
from rlm_core.index.schema import IndexUnusableError
from rlm_core.index.update import has_orphans, update
from rlm_core.redaction.clean import literal

MOST_SECONDS = 1800  # the kernel ends us then; the index stands that, and the next run goes on


def main(argv: list[str]) -> None:
    """argv: the project."""
    project = argv[0]
    if hasattr(signal, "alarm"):
        signal.alarm(MOST_SECONDS)
        os.nice(10)
    root = os.path.join(project, ".claude", "rlm")
    archive = Archive(root, load_cached(project, os.path.join(root, "state", "config.json")))
    _refresh(archive)
    try:
        done = update(archive, wait=0.0)
        if has_orphans(root):  # closed chunks were deleted: their words go too
            done = update(archive, wait=0.0, rebuild=True)
        if done.chunks or done.removed:
            words = literal("index chunks+{} passages+{} removed={}")
            log.write(root, words.format(done.chunks, done.passages, done.removed))
    except LockTimeoutError:
        return  # another is at it
    except (OSError, ArchiveError, IndexUnusableError) as e:
        log.tell(root, f"index not made: {e}")


def _refresh(archive: Archive) -> None:
    """Take in the documents that have changed."""
    try:
        report = refresh(archive, wait=0.0)
    except LockTimeoutError:
        return  # somebody adds some
    except (OSError, RlmError) as e:
        log.tell(archive.root, f"documents not refreshed: {e}")
        return
    for note in report.notes:
        log.tell(archive.root, f"documents: {note}")
