"""The note of a run that has begun, `state/forgetting.json`: a run that was killed is completed by the next one.

It names what goes by ids and by paths of ours. Not a word of what is forgotten stands in it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.disk import remove, sync_dir, write_atomic
from rlm_core.forget.target import Doomed, Target
from rlm_core.redaction.clean import dumps, fields
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

NAME = "forgetting.json"
VERSION = 1


def plan_path(root: str) -> str:
    return os.path.join(root, "state", NAME)


def write(target: Target, digests: list[str]) -> None:
    """Put the plan on the disk. digests: keyed hashes of the words that tell of what goes, for the proof."""
    entries = [(clean_id(e.folder), clean_id(e.file), clean_id(e.uuid), e.line) for e in target.entries]
    values = fields(
        version=VERSION,
        never=target.never_again,
        whole=[clean_id(folder) for folder in target.whole],
        sessions=[clean_id(session) for session in target.sessions],
        documents=[clean_id(key) for key in target.documents],
        entries=entries,
        digests=[clean_id(digest) for digest in digests],
    )
    write_atomic(plan_path(target.archive.root), sealed(dumps(values)).encode())


def pending(archive: Archive) -> tuple[Target, list[str]] | None:
    """(what a run that was killed was to forget, its digests); None when there is none. The texts are empty."""
    values = read_sealed(plan_path(archive.root))
    if not values or values.get("version") != VERSION:
        return None
    doomed = [Doomed(folder, file, uuid, line, "") for folder, file, uuid, line in values["entries"]]
    target = Target(archive, doomed, values["whole"], values["sessions"], values["documents"], [], values["never"])
    return target, list(values["digests"])


def done(archive: Archive) -> None:
    """Remove the plan, for good."""
    remove(plan_path(archive.root))
    sync_dir(archive.path("state"))
