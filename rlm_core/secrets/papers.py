"""All files of ours that are no chunks and may hold words of a session, each by today's rules."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.documents import FOLDER
from rlm_core.archive.store import Archive
from rlm_core.asking.books import Books
from rlm_core.disk import TMP_PREFIX, is_file, names
from rlm_core.errors import LockTimeoutError
from rlm_core.home import config_dir
from rlm_core.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.secrets.tour import Tour

NO_WORDS = ("uuids", "swept", "id", "version", "no-locks", "redacted.json")


def papers(tour: Tour) -> None:
    """The archive's maps, states and log, what `rlm ask` keeps there and in the user's own directory."""
    root = tour.archive.root
    for folder in ("", "log"):
        _texts(tour, os.path.join(root, folder))
    for archive in (tour.archive, *(Archive(top, tour.archive.config) for top in copies_at(root))):
        _maps(tour, archive)
    for folder in ("", "sources", "folders"):
        _states(tour, os.path.join(root, "state", folder))
    for folder in (os.path.join(root, "state", "ask"), os.path.join(config_dir(), "rlm-ask")):
        _asked(tour, folder)


def _maps(tour: Tour, archive: Archive) -> None:
    """The maps of sessions and documents, of the archive or of a copy."""
    for folder in archive.folders():
        _texts(tour, folder, start="index")
    _texts(tour, archive.path(FOLDER), start="INDEX")
    if is_file(path := archive.path(FOLDER, "sources.json")):
        tour.json(path)


def _texts(tour: Tour, folder: str, start: str = "") -> None:
    """The maps, which are remade later, and the log."""
    tour.tidy(folder)
    for name in names(folder):
        path = os.path.join(folder, name)
        words = name.startswith(start) and name.endswith((".md", ".log", ".log.1")) and name != "README.md"
        if words and is_file(path):
            tour.text(path)


def _states(tour: Tour, folder: str) -> None:
    tour.tidy(folder)
    for name in names(folder):
        path = os.path.join(folder, name)
        if name.endswith(".json") and name not in NO_WORDS and not name.startswith(TMP_PREFIX) and is_file(path):
            tour.json(path)


def _asked(tour: Tour, folder: str) -> None:
    """Orders and batches; the books: answers, and the questions of receipts and grants."""
    for path in _below(os.path.join(folder, "orders")):
        tour.text(path)
    batches = os.path.join(folder, "batches.jsonl")
    try:
        with Lock(f"{batches}.lock", 0.0) if tour.writes and is_file(batches) else nullcontext():
            tour.jsonl(batches)
    except LockTimeoutError:
        tour.left.append((batches, "a run of `rlm ask` is writing to it"))
    tour.books(Books(folder))


def _below(folder: str) -> Iterator[str]:
    """Every file in a directory and in those below it; no link is followed."""
    for top, folders, found in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(found) if is_file(path := os.path.join(top, name)))
