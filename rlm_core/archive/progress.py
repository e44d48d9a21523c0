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
    """Whether the transcript is as it was when it was last archived; costs a stat and a small read.

    One that the client has removed has nothing to give.
    """
    now = file_stamp(source.path)
    if now == [0, 0]:
        return True
    return bool(machine(state_path(root, source)).get("seen") == now)


def noted_state(root: str, source: Source | None) -> dict[str, Any]:
    """What the archive notes about a transcript, as it stands in the file; {} when that is nothing."""
    return {} if source is None else machine(state_path(root, source))


def left_behind(root: str, source: Source, folders: list[str]) -> bool:
    """Whether some other transcript of the project was written to since the last sweep, or that was a day ago.

    folders: where Claude Code keeps transcripts of the project, apart from the source's own folder.
    """
    swept, now = file_stamp(os.path.join(root, "state", "swept"))[1], time.time_ns()
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
