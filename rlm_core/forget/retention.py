"""Retention: whole sessions that ended too long ago, or the oldest above a size, are forgotten as `rlm forget` does.

Runs detached from the start of a session, once a day at most, and only looks until the user has known for a day. What
is open, or has something that is not archived yet, stays whatever its age; documents are none of its business.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from rlm_core import log
from rlm_core.archive.background import give_way, open_cached
from rlm_core.archive.take import is_waiting
from rlm_core.archive.tombstones.retained import DAY, is_on, noted
from rlm_core.clock import epoch
from rlm_core.disk import is_dir, names
from rlm_core.errors import ArchiveError, LockTimeoutError, RlmError, worded
from rlm_core.forget.naming import Named
from rlm_core.forget.run import complete, forget
from rlm_core.lock import Lock
from rlm_core.ownership import brought, is_brought
from rlm_core.record import Record
from rlm_core.redaction.clean import literal
from rlm_core.registry import project_at
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.source import file_stamp

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.config import Config
    from rlm_core.transcript.source import Source

MAX_SECONDS = 900  # the kernel ends us then; the next run completes it
QUIET = DAY  # seconds without a word after which a session is taken for closed
AT_ONCE = 50  # sessions that one run forgets, the oldest; the next run goes on
MB = 1_000_000


class Aged(Record):
    """A session by its age. ended: seconds since the epoch, of its last entry or its sub-agents'. size: bytes."""

    session: str
    ended: float
    size: int


def main(argv: list[str]) -> None:
    """argv: the project."""
    give_way(MAX_SECONDS)
    archive = open_cached(argv[0])
    if not is_on(archive.config) or not archive.exists():
        return
    try:
        with Lock(archive.path("state", "retention.lock"), 0.0):
            went = retain(archive)
        if went:
            log.write(archive.root, literal("retention forgot sessions={}").format(went))
    except LockTimeoutError:
        return  # another run is at it, or what is to go is being written
    except (OSError, ArchiveError, RlmError) as e:
        log.tell(archive.root, f"retention FAILED {e}")


def retain(archive: Archive, now: float | None = None) -> int:
    """Look what is due, and forget it when the user has known for a day; how many sessions went.

    now: seconds since the epoch, in place of the clock. Raises as `forget` does.
    """
    now = time.time() if now is None else now
    found = due(archive, archive.config, now)
    note = noted(archive.root, archive.config)
    note.looked, note.due = int(now), len(found)
    note.save(archive.root)
    if not found or not note.told or now < note.begins:
        return 0
    complete(archive)
    going = found[:AT_ONCE]
    done = forget(archive, Named(sessions=going))
    if done.left:
        raise ArchiveError(
            worded(
                "{n} {n:|file still tells|files still tell} of what was forgotten; "
                "`rlm forget --retention` tells which",
                n=len(done.left),
            )
        )
    note.due, note.forgotten = len(found) - len(going), note.forgotten + len(going)
    note.save(archive.root)
    return len(going)


def due(archive: Archive, config: Config, now: float) -> list[str]:
    """Ids of the sessions that are too old, or of the oldest above the size, oldest first; none that is to stay."""
    aged = sessions_by_age(archive)
    excess = sum(each.size for each in aged) - config.retention_megabytes * MB if config.retention_megabytes else 0
    there: dict[str, list[Source]] = {}
    for source in transcripts(project_at(archive.root)):
        there.setdefault(source.session, []).append(source)
    found: list[str] = []
    for each in aged:
        old = bool(config.retention_days) and now - each.ended > config.retention_days * DAY
        if (old or excess > 0) and _is_closed(archive, each, there.get(each.session, []), now):
            found.append(each.session)
            excess -= each.size
    return found


def sessions_by_age(archive: Archive) -> list[Aged]:
    """The sessions whose age can be told, oldest first, without those that came with an archive that was adopted."""
    found: dict[str, Aged] = {}
    weighed: set[str] = set()
    known = brought(archive.root)
    for meta in archive.metas():
        if is_brought(archive.root, meta["path"], known):
            continue
        each = found.setdefault(meta["session"], Aged(meta["session"], 0.0, 0))
        each.ended = max(each.ended, epoch(meta["ended"]) or 0.0)
        folder = os.path.dirname(meta["path"])
        if folder not in weighed:
            weighed.add(folder)
            each.size += sum(_bytes_in(os.path.join(folder, part)) for part in ("", "blobs", "summaries", "old"))
    return sorted((each for each in found.values() if each.ended), key=lambda each: (each.ended, each.session))


def _bytes_in(folder: str) -> int:
    """Bytes of the files in a directory, not below it."""
    paths = (os.path.join(folder, name) for name in names(folder))
    return sum(file_stamp(path)[0] for path in paths if not is_dir(path))


def _is_closed(archive: Archive, aged: Aged, there: list[Source], now: float) -> bool:
    """Whether a session said nothing for a day, and all that Claude Code has of it is archived as it stands."""
    last = [file_stamp(each.path)[1] / 1e9 for source in there for each in source.transcripts()]
    return now - max([aged.ended, *last]) > QUIET and not any(is_waiting(archive, source) for source in there)
