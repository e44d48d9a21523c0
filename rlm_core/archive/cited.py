"""Chunk ids that were given away before their chunk had closed."""

from __future__ import annotations

import os

from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.disk import make_dir, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.lock import Lock
from rlm_core.redaction.clean import dumps, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText

MAX_CITED = 500
SECONDS = 2.0  # for others that hold the archive's lock


def note_cited(root: str, state: dict[str, Any]) -> None:
    """Remember the id of the chunk that still grows: a summary may cite it, and it may yet change.

    What cannot be noted is not: the summary is worth more than that one of its citations may not be found later.
    """
    if not state.get("open_file"):
        return
    try:
        with Lock(os.path.join(root, "state", "archive.lock"), SECONDS):  # two compactions at once note one each
            _note(root, state)
    except LockTimeoutError:
        _note(root, state)  # who holds it for so long is hardly another compaction
    except (OSError, ArchiveError):
        return


def _note(root: str, state: dict[str, Any]) -> None:
    path = os.path.join(root, "state", "cited.json")
    cited = read_cited(root)
    digits = written_before(str(state["open_file"]))[5:-3].rpartition("-")[2]
    cited[digits] = [state["folder"], int(state["closed"]) + 1]
    kept = dict(list(cited.items())[-MAX_CITED:])
    try:
        write_atomic(path, sealed(dumps(kept)).encode(), durable=False)
    except (OSError, ArchiveError):
        return


def move_cited(root: str, folder: str, old: CleanText) -> None:
    """Note that the chunks of a folder, by whose numbers ids are remembered, stand in another one now."""
    cited = read_cited(root)
    moved = {digits: [old, to[1]] if to[0] == folder else to for digits, to in cited.items()}
    if moved != cited:
        write_atomic(os.path.join(root, "state", "cited.json"), sealed(dumps(moved)).encode(), durable=False)


def add_cited(root: str, other: str, moved: dict[str, str]) -> None:
    """Add what another archive has given away. moved: its sessions' folders -> where they stand now."""
    found = read_cited(root)
    for digits, (folder, number) in read_cited(other).items():
        session = "/".join(str(folder).split("/")[:2])
        if session in moved:
            place = written_before(moved[session] + str(folder)[len(session) :])
            found.setdefault(written_before(digits), [place, int(number)])
    kept = dict(list(found.items())[-MAX_CITED:])
    write_atomic(os.path.join(root, "state", "cited.json"), sealed(dumps(kept)).encode(), durable=False)


def copy_cited(root: str, copy: str) -> None:
    """Bring the list in an archive's second copy up to date: what it knew before stays known."""
    path, now, before = os.path.join(copy, "state", "cited.json"), read_cited(root), read_cited(copy)
    if not now.items() <= before.items():
        make_dir(os.path.dirname(path))
        write_atomic(path, sealed(dumps(before | now)).encode(), durable=False)


def read_cited(root: str) -> dict[Any, list[Any]]:
    """First eight digits of an id once cited -> [folder, number] of the chunk that it became; {} for a harmed file."""
    cited = read_sealed(os.path.join(root, "state", "cited.json")) or {}
    return {digits: to for digits, to in cited.items() if _is_place(to)}


def _is_place(to: object) -> bool:
    return isinstance(to, list) and len(to) == 2 and isinstance(to[0], str) and type(to[1]) is int
