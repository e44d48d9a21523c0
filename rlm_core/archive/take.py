"""Takes transcripts into the archive, each with its sub-agents."""

from __future__ import annotations

import os

from rlm_core.archive import state as states
from rlm_core.archive.catalog import write_session_index
from rlm_core.archive.intake import intake
from rlm_core.archive.progress import up_to_date
from rlm_core.archive.work import Work
from rlm_core.lock import Lock
from rlm_core.transcript.source import file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.archive.work import IntakeReport
    from rlm_core.transcript.source import Source


def backlog(archive: Archive, source: Source) -> int:
    """Bytes of the transcript that no run has read yet; the work that `take` would do."""
    state = states.load(archive.state_path(source))
    size = file_stamp(source.path)[0]
    return size if state is None else max(size - state.position.offset, 0)


def take(archive: Archive, source: Source, *, wait: float = 10.0, restore: bool = False) -> IntakeReport:
    """Archive what is new in a transcript; a missing one is empty.

    wait: seconds to wait for another process that archives the same transcript; after that LockTimeoutError.
    restore: bring back chunks whose files were deleted, as far as the transcript still has them; a hook does not,
    since whoever deleted them meant it. Raises ArchiveError or OSError when the archive cannot be written; what was
    written before stays valid.
    """
    archive.prepare()
    with _lock(archive, source, wait) as lock:
        lock.mark()
        return intake(Work(archive, source, lock), restore=restore)


def take_all(archive: Archive, source: Source, *, wait: float = 10.0, restore: bool = False) -> list[IntakeReport]:
    """Archive the transcript and its sub-agents'; the main thread's report comes first."""
    reports = [take(archive, source, wait=wait, restore=restore)]
    for agent in source.agents():
        if restore or not up_to_date(archive.root, agent):
            reports.append(take(archive, agent, wait=wait, restore=restore))
    if len(reports) > 1:
        _name_agents(archive, source, wait)
    return reports


def _name_agents(archive: Archive, source: Source, wait: float) -> None:
    """Write the session's index again, which names its sub-agents."""
    with _lock(archive, source, wait):
        state = states.load(archive.state_path(source))
        if state and os.path.isdir(archive.path(state.folder or "-")):
            write_session_index(archive.root, state, {})


def _lock(archive: Archive, source: Source, wait: float) -> Lock:
    return Lock(archive.path("state", "locks", f"{source.name}.lock"), wait)
