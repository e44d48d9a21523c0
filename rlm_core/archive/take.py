"""Takes sessions into the archive: the transcript, its sub-agents' and the files beside them."""

from __future__ import annotations

import os

from rlm_core.archive import state as states
from rlm_core.archive.catalog import Catalog, write_session_index
from rlm_core.archive.intake import intake
from rlm_core.archive.progress import up_to_date
from rlm_core.archive.work import Work
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.lock import Lock
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.source import Source, file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.archive.work import IntakeReport


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
    if not os.path.exists(archive.state_path(source)):
        from rlm_core.archive.mending.others import left_by_the_dead

        for other in left_by_the_dead(archive, source):  # of one of which this may be a fork
            try:
                _take(archive, other, wait=0.0)
            except (LockTimeoutError, ArchiveError):
                continue  # it is at work itself; or it is told where it is archived
    return _take(archive, source, wait=wait, restore=restore)


def _take(archive: Archive, source: Source, *, wait: float, restore: bool = False) -> IntakeReport:
    with _lock(archive, source, wait) as lock:
        lock.mark()
        return intake(Work(archive, source, lock), restore=restore)


def take_all(
    archive: Archive, source: Source, *, wait: float = 10.0, restore: bool = False, deep: bool = True
) -> list[IntakeReport]:
    """Archive the transcript, its sub-agents' and the files of its folder; the main thread's report comes first.

    deep: sub-agents at any depth, and the files; else those alone whose transcripts lie side by side.
    """
    stamp = [0, 0]
    if deep and os.path.isdir(source.folder):
        from rlm_core.transcript.folder import depth_stamp  # here and below: most turns start no sub-agent

        stamp = depth_stamp(source.folder)  # first: what appears meanwhile is found next time
    reports = [take(archive, source, wait=wait, restore=restore)]
    for agent in source.agents(deep=deep):
        if restore or not up_to_date(archive.root, agent):
            reports.append(take(archive, agent, wait=wait, restore=restore))
    if deep and os.path.isdir(source.folder):
        from rlm_core.archive.files.filing import take_folder

        files = take_folder(archive, source, stamp, wait=wait, restore=restore)
        reports += [files] if files else []
    if len(reports) > 1:
        _name_agents(archive, source, wait)
    return reports


def is_waiting(archive: Archive, source: Source) -> bool:
    """Whether `take_all` would find anything new."""
    if not all(up_to_date(archive.root, s) for s in (source, *source.agents())):
        return True
    if not os.path.isdir(source.folder):
        return False
    from rlm_core.archive.files.note import Note, files_of
    from rlm_core.transcript.folder import depth_stamp

    files = files_of(source)
    note = Note(archive.root, clean_id(source.session))
    return note.stirred != depth_stamp(source.folder) or any(note.is_new(f) for f in files)


def _name_agents(archive: Archive, source: Source, wait: float) -> None:
    """Write the session's index again, which names its sub-agents."""
    with _lock(archive, source, wait):
        state = states.load(archive.state_path(source)) or states.State(clean_id(source.session))
        if not state.folder:
            _stand_for(archive, source, state)
        if os.path.isdir(archive.path(state.folder or "-")):
            write_session_index(archive.root, state, {})


def _stand_for(archive: Archive, source: Source, state: states.State) -> None:
    """Have the session listed by its sub-agents when its own transcript is gone or empty."""
    found = [states.load(archive.state_path(agent)) for agent in source.agents()]
    agents = [each for each in found if each is not None and each.folder]
    if not agents:
        return
    first = min(agents, key=lambda each: (each.started or "z", each.folder))
    state.folder = first.folder.rpartition("/agents/")[0]
    state.day, state.started = first.day, first.started
    state.ended = max((each.ended for each in agents), default=first.ended)
    state.title = (-1, first.title[1])  # until the session says something itself
    with archive.shared_lock():
        catalog = Catalog(archive.root)
        catalog.update(state)
        catalog.save()
        state.save(archive.state_path(source))


def _lock(archive: Archive, source: Source, wait: float) -> Lock:
    return Lock(archive.path("state", "locks", f"{source.name}.lock"), wait)
