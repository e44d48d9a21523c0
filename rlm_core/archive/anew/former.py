"""Which chunk files have a former form, and where those are kept that have been replaced."""

from __future__ import annotations

import os

from rlm_core.archive.store import chunk_names
from rlm_core.disk import head_of, is_dir
from rlm_core.redaction.clean import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive

OLD = literal("old")
"""The directory beside a transcript's chunks that holds those of a former form which were replaced."""

_HEAD = b'---\nchunk: "r1-'


def is_former(path: str) -> bool:
    """Whether a chunk file has form 1; a few of its bytes are read. False for a file that cannot be read."""
    try:
        return head_of(path, len(_HEAD)) == _HEAD
    except OSError:
        return False


def has_former(folder: str) -> bool:
    """Whether a directory of chunks holds one of a former form."""
    return any(is_former(os.path.join(folder, name)) for name in chunk_names(folder))


def old_folders(archive: Archive) -> Iterator[str]:
    """Every directory of chunks that were replaced."""
    for folder in archive.folders():
        old = os.path.join(folder, OLD)
        if is_dir(old):
            yield old
