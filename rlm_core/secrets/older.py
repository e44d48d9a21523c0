"""Which chunks were made by older rules of redaction, from the last bytes of their files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rlm_core.archive.documents import document_folders
from rlm_core.archive.sealed import read_sealed
from rlm_core.archive.store import chunk_names
from rlm_core.disk import open_file
from rlm_core.redaction.clean import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.store import Archive

NOTE = "redacted.json"
TAIL = 96
_RULES = re.compile(rb'\],"rules":(\d{1,9})(?:,"altered":"[0-9a-f]{16}")?,"sum":"[0-9a-f]{16}"\} -->\n\Z')
_FORM_1 = b'---\nchunk: "r1-'


def noted(root: str) -> int:
    """The number of the rules by which all was redacted last; 0 while that is not complete, -1 when it never was."""
    number = (read_sealed(os.path.join(root, "state", NOTE)) or {}).get("rules", -1)
    return number if type(number) is int else -1


def older(archive: Archive, *, more: Callable[[], bool] = lambda: True) -> tuple[int, int]:
    """(chunks by older rules, chunks looked at), documents' among them.

    more: asked before each directory; once it says no, the rest is left out.
    """
    found = total = 0
    all_by = noted(archive.root)
    for folder in (*archive.folders(), *document_folders(archive.root)):
        if not more():
            break
        for name in chunk_names(folder):
            try:
                found += _is_older(os.path.join(folder, name), all_by)
            except OSError:
                continue  # told by whoever looks at the files themselves
            total += 1
    return found, total


def _is_older(path: str, all_by: int) -> bool:
    """Whether a chunk file bears an older number. One of form 1 has none: of it the last redaction of all tells."""
    fd = open_file(path)
    try:
        size = os.fstat(fd).st_size
        tail = os.pread(fd, TAIL, max(0, size - TAIL))
        told = _RULES.search(tail)
        if told:
            return int(told[1]) < RULES
        return all_by < RULES or os.pread(fd, len(_FORM_1), 0) != _FORM_1
    finally:
        os.close(fd)
