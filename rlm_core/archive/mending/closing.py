"""Closes the chunk of a session that still grows, as it stands: what comes afterwards goes into the next one."""

from __future__ import annotations

from rlm_core.archive import state as states
from rlm_core.archive.intake import begin
from rlm_core.archive.mending.mend import freeze
from rlm_core.archive.work import Work
from rlm_core.chunks.chunkfile import as_closed, load_meta
from rlm_core.disk import read, write_atomic
from rlm_core.lock import Lock
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

WAIT = 30.0  # seconds for a hook that archives the same transcript


def close_chunk(archive: Archive, folder: str, name: str) -> bool:
    """Close a chunk file if it is provisional; whether it was. folder: below the root.

    Raises LockTimeoutError when a hook holds the transcript for long, ArchiveError and OSError.
    """
    meta = load_meta(read(archive.path(folder, name)) or b"", name)
    if not meta.get("provisional"):
        return False
    source = Source("", str(meta["session"]), str(meta.get("agent", "")))
    with Lock(archive.path("state", "locks", f"{source.name}.lock"), WAIT) as lock:
        lock.mark()
        state = states.load(archive.state_path(source))
        if state is None or state.folder != folder:
            _shut(archive.path(folder, name))
            return True
        source.path = state.position.transcript
        work = Work(archive, source, lock)
        try:
            begin(work, restore=False)
            freeze(work)
            work.commit((), listed=True)
        finally:
            work.end()
        _shut(archive.path(folder, name))  # of a file that was put back by hand the state says that it is closed
    return True


def _shut(path: str) -> None:
    """Close a file of which no state says that it grows; one that was replaced meanwhile is left alone."""
    data = read(path)
    if data is not None and load_meta(data, path).get("provisional"):
        write_atomic(path, as_closed(data))
