"""Whether there is something to archive: all of the archive that a hook with nothing to do loads."""

from __future__ import annotations

import os
import time

from rlm_core.disk import machine
from rlm_core.transcript.source import Source, file_stamp

DAY_NS = 86_400 * 10**9

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def state_path(root: str, source: Source) -> str:
    """Where the archive at `root` notes how far it got with a transcript."""
    return os.path.join(root, "state", "sources", f"{source.name}.json")


def up_to_date(root: str, source: Source) -> bool:
    """Whether the transcript is as it was when it was last archived, and its chunks are there.

    It costs a few stats and a small read. A transcript that the client has removed has nothing to give. One whose last
    run died, or met a disk that failed, is not: what that run has left is mended by the next.
    """
    now = file_stamp(source.path)
    if now == [0, 0]:
        return True
    state = machine(state_path(root, source))
    return bool(state.get("seen") == now) and _stand(root, state) and not _is_half_done(root, source)


def _is_half_done(root: str, source: Source) -> bool:
    """Whether a run over the transcript has died. A lock file is empty unless one has, or is at work."""
    path = os.path.join(root, "state", "locks", f"{source.name}.lock")
    try:
        if not os.stat(path).st_size:
            return False
    except OSError:
        return False
    from rlm_core.lock import is_left_marked  # here: nearly all are empty

    return is_left_marked(path)


def _stand(root: str, state: dict[str, Any]) -> bool:
    """Whether the newest chunk files of the last commit are there, or a hand has removed them all.

    A disk may have lost them after a power cut, while it kept the state that speaks of them.
    """
    folder, names = state.get("folder"), state.get("written")
    if not folder or not names:
        return True
    folder = os.path.join(root, folder)
    try:
        if os.stat(folder).st_mtime_ns == state["stamp"]:
            names = names[-2:]
        for name in names:
            os.stat(os.path.join(folder, name))
    except (KeyError, TypeError):
        return False
    except OSError:
        return not os.path.isdir(folder) or not any(n[:4].isdigit() for n in os.listdir(folder))
    return True


def noted_state(root: str, source: Source | None) -> dict[str, Any]:
    """What the archive notes about a transcript, as it stands in the file; {} when that is nothing."""
    return {} if source is None else machine(state_path(root, source))


def has_swept(root: str) -> bool:
    """Whether any sweep has run: from then on a daily one is due."""
    return _swept(root) > 0


def _swept(root: str) -> int:
    return int(file_stamp(os.path.join(root, "state", "swept"))[1])


def left_behind(root: str, source: Source, folders: list[str]) -> bool:
    """Whether some other transcript of the project was written to since the last sweep, or that was a day ago.

    folders: where Claude Code keeps transcripts of the project, apart from the source's own folder.
    """
    swept, now = _swept(root), time.time_ns()
    if swept > now:
        swept = 0  # the clock was set back
    if swept and now - swept > DAY_NS:
        return True
    own = os.path.basename(source.path)
    return any(_stirred(f, own, swept) for f in dict.fromkeys([os.path.dirname(source.path), *folders]))


def _stirred(folder: str, own: str, swept: int) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(e.name.endswith(".jsonl") and e.name != own and e.stat().st_mtime_ns > swept for e in found)
    except OSError:
        return False
