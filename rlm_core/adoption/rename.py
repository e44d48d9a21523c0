"""Moves files and directories, also onto another file system, and tells whether they are what they were."""

from __future__ import annotations

import errno
import os
import shutil

from rlm_core.digest import hexdigest
from rlm_core.disk import read


def rename(source: str, target: str, by_way_of: str) -> None:
    """Move a file or directory. Onto another file system it is copied: complete, before it stands at its place.

    by_way_of: where the copy is made, on the target's file system; "" for beside it.
    """
    try:
        os.rename(source, target)
        return
    except OSError as e:
        if e.errno != errno.EXDEV:
            raise
    way = by_way_of or os.path.join(os.path.dirname(target), f".tmp-{os.getpid()}-{os.path.basename(target)}")
    shutil.rmtree(way, ignore_errors=True)
    if os.path.isdir(source):
        shutil.copytree(source, way, symlinks=True)
    else:
        shutil.copy2(source, way)
    if hasattr(os, "sync"):
        os.sync()
    os.rename(way, target)
    if os.path.isdir(source):
        shutil.rmtree(source)
    else:
        os.unlink(source)


def proof(folder: str) -> dict[str, str]:
    """Path in a directory -> hash, of every file below it."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if not os.path.islink(path):
                found[os.path.relpath(path, folder)] = hexdigest(read(path) or b"", 16)
    return found
