"""Archives what crashed, killed or forgotten sessions left behind; runs detached from the hook that starts it."""

from __future__ import annotations

import os

from rlm_core import log
from rlm_core.archive.background import give_way, open_cached
from rlm_core.archive.take import is_waiting, take_all
from rlm_core.disk import write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.hooks.copying import copy
from rlm_core.hooks.detached import index_detached
from rlm_core.lock import Lock
from rlm_core.reach import Reach
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.transcript.locate import project_sources
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText

MAX_SECONDS = 900  # the kernel ends us then; the archive stands that, and the next sweep goes on


def main(argv: list[str]) -> None:
    """argv: the project, the directory of its transcripts, the transcript of the session that asks, if one does."""
    project, folder, *asking = argv
    give_way(MAX_SECONDS)
    archive = open_cached(project)
    try:
        archive.prepare()
        with Lock(archive.path("state", "sweep.lock"), 0.0):
            _adopt(archive, project)
            log.write(archive.root, literal("sweep {}").format(sweep(archive, project, folder, *asking)))
        index_detached(project)
        copy(archive)
    except LockTimeoutError:
        return  # another sweep is at it
    except (OSError, ArchiveError) as e:
        log.tell(archive.root, f"sweep FAILED {e}")


def _adopt(archive: Archive, project: str) -> None:
    """Move in what earlier versions archived elsewhere in the project."""
    from rlm_core.adoption.move import adopt_all

    try:
        adopt_all(archive, Reach(project), asked=False)
    except (OSError, ArchiveError) as e:
        log.tell(archive.root, f"adoption FAILED {e}")


def sweep(archive: Archive, project: str, folder: str, asking: str = "") -> CleanText:
    """Archive every transcript of the project that has changed, wherever Claude Code keeps it; words for the log.

    folder: one of Claude Code's folders, whose transcripts are looked at first. asking: a transcript that is the
    project's whatever directory it names: its session's hook came here, as from a worktree that is gone since.
    """
    mark = archive.path("state", "swept")
    write_atomic(mark, EMPTY.encode(), durable=False)  # before the work: what changes meanwhile is swept next time
    entries, failed = 0, 0
    own = [Source(asking)] if os.path.isfile(asking) else []
    reach = Reach(project)
    near = [folder, *reach.exact()]
    folders = dict.fromkeys([*near, *reach.folders()])
    found = (s for f in folders for s in project_sources(project, f, reach, silent=f in near))
    for source in (*own, *found):
        try:
            if is_waiting(archive, source):
                entries += sum(r.entries_new for r in take_all(archive, source, wait=1.0))
        except LockTimeoutError:
            continue
        except (OSError, ArchiveError) as e:
            failed += 1
            log.tell(archive.root, f"sweep FAILED {source.path}: {e}")
    return literal("entries+{} failed={}" if failed else "entries+{}").format(entries, failed)
