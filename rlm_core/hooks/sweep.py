"""Archives what crashed, killed or forgotten sessions left behind; runs detached from the hook that starts it."""

from __future__ import annotations

import os
from contextlib import ExitStack

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
    from collections.abc import Iterable

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText

PATIENCE_SECONDS = 5.0  # for another sweep, before a transcript that was handed over is archived beside it
OWN_WAIT = 10.0  # for the lock of such a transcript: the hook that handed it over may not have ended yet
MAX_SECONDS = 900  # the kernel ends us then; the archive stands that, and the next sweep goes on


def main(argv: list[str]) -> None:
    """argv: the project, the directory of its transcripts, the transcript of the session that asks, if one does."""
    project, folder, *asking = argv
    give_way(MAX_SECONDS)
    archive = open_cached(project)
    try:
        archive.prepare()
        with ExitStack() as turn:
            _wait_for_our_turn(archive, turn, asking)
            _adopt(archive, project)
            log.write(archive.root, literal("sweep {}").format(sweep(archive, project, folder, *asking)))
        index_detached(project)
        copy(archive)
    except LockTimeoutError:
        return  # another sweep is at it, and one waits that will see to all that this one was to do
    except (OSError, ArchiveError) as e:
        log.tell(archive.root, f"sweep FAILED {e}")


def _wait_for_our_turn(archive: Archive, turn: ExitStack, asking: list[str]) -> None:
    """Enter the sweep's lock. Raises LockTimeoutError when that is not to be waited for.

    Who comes during a sweep waits for its end, since it may have passed what the newcomer is to archive. One waits at
    most: its sweep is for all that come meanwhile. When the other does not end soon, as one that is stopped, what was
    handed over is archived all the same.
    """
    path = archive.path("state", "sweep.lock")
    try:
        turn.enter_context(Lock(path, 0.0))
    except LockTimeoutError:
        with Lock(archive.path("state", "sweep-next.lock"), 0.0):
            try:
                turn.enter_context(Lock(path, PATIENCE_SECONDS))
            except LockTimeoutError:
                for source in _asked(asking):
                    log.write(archive.root, literal("sweep {}").format(_swept(archive, [source], source.path)))
                raise


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
    own = _asked([asking])
    reach = Reach(project)
    near = [folder, *reach.exact()]
    folders = dict.fromkeys([*near, *reach.folders()])
    found = (s for f in folders for s in project_sources(project, f, reach, silent=f in near))
    return _swept(archive, (*own, *found), asking)


def _asked(paths: list[str]) -> list[Source]:
    """The transcripts that were handed over."""
    return [Source(path) for path in paths if os.path.isfile(path)]


def _swept(archive: Archive, sources: Iterable[Source], asked: str) -> CleanText:
    """Archive what is new in transcripts; words for the log. asked: path of the one that is worth waiting for."""
    entries, failed = 0, 0
    for source in sources:
        try:
            if is_waiting(archive, source):
                wait = OWN_WAIT if source.path == asked else 1.0
                entries += sum(r.entries_new for r in take_all(archive, source, wait=wait))
        except LockTimeoutError:
            continue
        except (OSError, ArchiveError) as e:
            failed += 1
            log.tell(archive.root, f"sweep FAILED {source.path}: {e}")
    return literal("entries+{} failed={}" if failed else "entries+{}").format(entries, failed)
