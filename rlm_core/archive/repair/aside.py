"""Where damaged files are kept once others have taken their place."""

from __future__ import annotations

import os

from rlm_core.disk import make_dir
from rlm_core.redaction.clean import literal

DAMAGED = literal("damaged")
"""The directory, beside a transcript's chunks, of files that are not as they were written; nobody reads it."""


def put_aside(path: str) -> str:
    """Move a file into `damaged/`; where it stands now. One of its name that is there already stays, too.

    A blob and a summary keep the name of their directory before their own. Raises ArchiveError or OSError.
    """
    folder, name = os.path.split(path)
    if os.path.basename(folder) in ("blobs", "summaries"):
        folder, name = os.path.dirname(folder), f"{os.path.basename(folder)}-{name}"
    beside = os.path.join(folder, DAMAGED)
    make_dir(beside)
    target, number = os.path.join(beside, name), 1
    while os.path.lexists(target):
        number += 1
        target = os.path.join(beside, f"{name}.{number}")
    os.rename(path, target)
    return target
