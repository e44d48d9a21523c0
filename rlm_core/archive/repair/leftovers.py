"""Sweeps what killed processes have left: files that were being written, by their owner's number and their age."""

from __future__ import annotations

import os
import time

from rlm_core.disk import TMP_PREFIX, remove
from rlm_core.home import own_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 86_400.0  # seconds after which nobody is writing any more, whoever has the number now
SHALLOW = ("", "state", "state/sources", "state/folders", "documents")


def sweep_leftovers(root: str, *, deep: bool = True) -> int:
    """Remove temporary files whose writers are dead from an archive and the user's own directory; how many.

    deep: from the directories of sessions and documents, too.
    """
    count = 0
    for folder in _folders(root, deep=deep):
        try:
            names = [name for name in os.listdir(folder) if name.startswith(TMP_PREFIX)]
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                if _is_orphan(path, name):
                    remove(path)
                    count += 1
            except OSError:
                continue
    return count


def _folders(root: str, *, deep: bool) -> Iterator[str]:
    yield from (os.path.join(root, *part.split("/")).rstrip(os.sep) for part in SHALLOW)
    yield own_dir()
    for part in ("sessions", "documents", os.path.join("state", "ask"), os.path.join("state", "anew")) if deep else ():
        for here, folders, _ in os.walk(os.path.join(root, part)):
            folders[:] = [f for f in folders if not os.path.islink(os.path.join(here, f))]
            yield here


def _is_orphan(path: str, name: str) -> bool:
    """Whether the process that was writing a file is no more."""
    age = time.time() - os.lstat(path).st_mtime
    number = name[len(TMP_PREFIX) :].partition("-")[0]
    if age > OLDEST or age < -OLDEST or not number.isdecimal():
        return age > OLDEST or age < -OLDEST
    if int(number) == os.getpid() or not hasattr(os, "kill") or os.name == "nt":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
