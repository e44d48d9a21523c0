"""Brings the index up to date in a process of its own, so that neither a hook nor a search has to."""

from __future__ import annotations

from functools import partial

from rlm_core import log
from rlm_core.archive.background import give_way, open_cached
from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.copies.restoring import is_incomplete, relist
from rlm_core.archive.repair.leftovers import sweep_leftovers
from rlm_core.archive.repair.noted import note_harmed
from rlm_core.documents import refresh
from rlm_core.errors import ArchiveError, LockTimeoutError, RlmError
from rlm_core.index.schema import IndexUnusableError
from rlm_core.index.update import has_orphans, update
from rlm_core.redaction.clean import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

MAX_SECONDS = 1800  # the kernel ends us then; the index stands that, and the next run goes on


def main(argv: list[str]) -> None:
    """Refresh the documents, copy what is new, and update the index of a project. argv: the project."""
    project = argv[0]
    give_way(MAX_SECONDS)
    archive = open_cached(project)
    _tidy(archive)
    _refresh(archive)
    keep_up(archive, partial(log.write, archive.root), lambda why: log.tell(archive.root, f"copy FAILED {why}"))
    try:
        done = update(archive, wait=0.0)
        if has_orphans(archive.root):  # closed chunks were deleted: their words go too
            done = update(archive, wait=0.0, rebuild=True)
        if archive.unread:
            note_harmed(archive.root, len(archive.unread))
        if done.chunks or done.removed:
            words = literal("index chunks+{} passages+{} removed={}")
            log.write(archive.root, words.format(done.chunks, done.passages, done.removed))
    except LockTimeoutError:
        return  # another is at it
    except (OSError, ArchiveError, IndexUnusableError) as e:
        log.tell(archive.root, f"index not made: {e}")


def _tidy(archive: Archive) -> None:
    """Sweep what killed processes left, and list the sessions anew when the list of them was lost."""
    try:
        sweep_leftovers(archive.root, deep=False)
        if is_incomplete(archive):
            with archive.shared_lock():
                relist(archive)
    except (OSError, ArchiveError, LockTimeoutError) as e:
        log.tell(archive.root, f"INDEX.md not made: {e}")


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
