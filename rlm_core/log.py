"""The log: one line a hook, in the archive's log/ directory, two files of bounded size."""

from __future__ import annotations

import os
import time

from rlm_core.disk import FILE_MODE, NOFOLLOW, archive_root, make_dir
from rlm_core.errors import ArchiveError

MAX_BYTES = 512 * 1024
NAME = "rlm.log"


def write(root: str, text: CleanText) -> None:
    """Append one line; a log that cannot be written is no reason to fail."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())  # not by `clock`, which an idle hook does not load
    line = f"{stamp} {os.getpid()} {' '.join(text.split())}\n".encode("utf-8", "backslashreplace")
    folder = os.path.join(root, "log")
    try:
        if os.path.islink(root) or not os.path.isdir(root):
            return
        make_dir(folder)
        path = os.path.join(folder, NAME)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | NOFOLLOW, FILE_MODE)
        try:
            os.write(fd, line)
            full = os.fstat(fd).st_size > MAX_BYTES
        finally:
            os.close(fd)
        if full:
            os.replace(path, f"{path}.1")
    except (OSError, ArchiveError):
        return


def crash(error: BaseException) -> None:
    """Note a fault of ours with its traceback, folded into one line."""
    import traceback

    project = os.environ.get("CLAUDE_PROJECT_DIR", "")
    if project:
        text = " | ".join(traceback.format_exception(error)).replace("\n", " ")
        write(archive_root(project), f"ERROR {text}")
