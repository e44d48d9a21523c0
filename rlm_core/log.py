"""The log: one line a hook, in the archive's log/ directory, two files of bounded size."""

from __future__ import annotations

import os
import time

from rlm_core.disk import archive_root, make_dir, open_file
from rlm_core.errors import ArchiveError, RlmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanText

MAX_BYTES = 512 * 1024
NAME = "rlm.log"


def write(root: str, text: CleanText) -> None:
    """Append one line; a log that cannot be written is no reason to fail."""
    _append(root, text)


def hook(root: str, event: CleanText, session: str, note: CleanText, seconds: float) -> None:
    """The line about a hook. session: its id, of which eight characters tell enough and no secret."""
    _append(root, f"{event} {session[:8]} {note} {seconds * 1000:.0f}ms")


def tell(root: str, text: str) -> None:
    """As `write`, for words that are not ours, such as an error's: a path stands in them, or what was read."""
    write(root, clean(root, text))


def clean(root: str, text: str) -> CleanText:
    """A text as the settings of the archive's project allow it to be written."""
    from rlm_core.config import load_cached, redactor
    from rlm_core.redaction.clean import literal

    try:
        config = load_cached(os.path.dirname(os.path.dirname(root)))
        return redactor(config)(text)
    except (RlmError, OSError, ValueError, RecursionError):
        return literal("words that could not be redacted")


def _append(root: str, text: str) -> None:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())  # not by `clock`, which an idle hook does not load
    line = f"{stamp} {os.getpid()} {' '.join(text.split())}\n".encode("utf-8", "backslashreplace")
    folder = os.path.join(root, "log")
    try:
        if os.path.islink(root) or not os.path.isdir(root):
            return
        make_dir(folder)
        path = os.path.join(folder, NAME)
        fd = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
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

    start = os.environ.get("CLAUDE_PROJECT_DIR", "")
    if start:
        from rlm_core.ownership import foreign
        from rlm_core.project import project_of

        if foreign(archive_root(project_of(start)), looks=False):
            return
        text = " | ".join(traceback.format_exception(error)).replace("\n", " ")
        tell(archive_root(project_of(start)), f"ERROR {text}")
