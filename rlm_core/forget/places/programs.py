"""Sessions of cells (`rlm repl`): names, texts and outputs of programs that may have read what goes.

One that tells of it, or cites it, goes whole: what else its names hold of it nobody can know.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import own_folder
from rlm_core.disk import is_dir, read
from rlm_core.repl.cellstore import CellSession, clear_left_over, sessions_in
from rlm_core.repl.trace import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.forget.places.job import Job

_PATHS = ("snapshot", "stdin.txt")


def clear_cells(job: Job) -> int:
    """Sessions of cells, in the archive and where there was none. Raises LockTimeoutError while a cell runs there."""
    count = 0
    own = str(own_folder() / "repl")
    for folder in (job.target.archive.path("state", "repl"), own, *(os.path.join(own, name) for name in _names(own))):
        if not is_dir(folder):
            continue
        count += 0 if job.dry else clear_left_over(folder)
        for session in sessions_in(folder):
            if any(job.concerns(data) for data in _contents(session)):
                count += 1
                if not job.dry:
                    session.drop()
    return count


def _contents(session: CellSession) -> Iterator[bytes]:
    """What its files tell, without the names of their own fields; a pickle holds texts as they are."""
    yield "\n".join([*map(str, session.data["over"] or ()), *(str(n["name"]) for n in session.data["names"])]).encode()
    told = (node.get(name) for node in lines_of(session) for name in ("label", "said", "program"))
    yield "\n".join(map(str, filter(None, told))).encode()
    beside = [os.path.join(top, name) for top in ("texts", "cells") for name in _names(session.path(top))]
    for name in (*_PATHS, *beside):
        try:
            yield read(session.path(name)) or b""
        except OSError:
            continue


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
