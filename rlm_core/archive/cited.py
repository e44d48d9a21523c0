"""Chunk ids that were given away before their chunk had closed."""

from __future__ import annotations

import os

from rlm_core.disk import machine, write_atomic
from rlm_core.lock import Lock
from rlm_core.redaction.clean import dumps, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText

MAX_CITED = 500
SECONDS = 2.0  # for others that hold the archive's lock


def note_cited(root: str, state: dict[str, Any]) -> None:
    """Remember the id of the chunk that still grows: a summary may cite it, and it may yet change."""
    if not state.get("open_file"):
        return
    with Lock(os.path.join(root, "state", "archive.lock"), SECONDS):  # two compactions at once note one each
        _note(root, state)


def _note(root: str, state: dict[str, Any]) -> None:
    path = os.path.join(root, "state", "cited.json")
    cited = read_cited(root)
    digits = written_before(str(state["open_file"]))[5:-3].rpartition("-")[2]
    cited[digits] = [state["folder"], int(state["closed"]) + 1]
    kept = dict(list(cited.items())[-MAX_CITED:])
    write_atomic(path, dumps(kept).encode(), durable=False)


def move_cited(root: str, folder: str, old: CleanText) -> None:
    """Note that the chunks of a folder, by whose numbers ids are remembered, stand in another one now."""
    cited = read_cited(root)
    moved = {digits: [old, to[1]] if to[0] == folder else to for digits, to in cited.items()}
    if moved != cited:
        write_atomic(os.path.join(root, "state", "cited.json"), dumps(moved).encode(), durable=False)


def add_cited(root: str, other: str, moved: dict[str, str]) -> None:
    """Add what another archive has given away. moved: its sessions' folders -> where they stand now."""
    found = read_cited(root)
    for digits, (folder, number) in read_cited(other).items():
        session = "/".join(str(folder).split("/")[:2])
        if session in moved:
            place = written_before(moved[session] + str(folder)[len(session) :])
            found.setdefault(written_before(digits), [place, int(number)])
    write_atomic(
        os.path.join(root, "state", "cited.json"), dumps(dict(list(found.items())[-MAX_CITED:])).encode(), durable=False
    )


def read_cited(root: str) -> dict[Any, list[Any]]:
    """First eight digits of an id once cited -> [folder, number] of the chunk that it became."""
    return machine(os.path.join(root, "state", "cited.json"))
