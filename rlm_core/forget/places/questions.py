"""What questions left behind: answers and orders, in the archive and in the user's directory; receipts, grants.

An answer that tells of what goes, or cites it, goes whole: the call is paid for again. A receipt stays, since money was
spent, without its question.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import own_folder
from rlm_core.chunks.altered import FORGOTTEN
from rlm_core.disk import MOST_BYTES, is_dir, names, read, remove
from rlm_core.redaction.clean import written_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.forget.places.job import Job
    from rlm_core.redaction.clean import CleanText

ORDERS = "orders"
MOST_ASIDE = 16_000_000
"""Bytes of damaged books that are looked through. Larger ones, which nothing reads any more, go as they are: to search
them, here and for the proof, takes the better part of a second for each MB."""


def clear_answers(job: Job) -> int:
    """Remembered answers of models, and damaged books that were set aside: those that tell, or are large."""

    def new(data: str) -> CleanText | None:
        return None if job.concerns(data.encode()) else written_before(data)

    return _drop(job, iter(_aside(job.target.archive)), largest=MOST_ASIDE) + sum(
        Books(top).change("answers", new, dry=job.dry) for top in _tops(job.target.archive)
    )


def clear_orders(job: Job) -> int:
    """Orders to the client's own sub-agents; what a killed run has left there, too."""
    folders = [os.path.join(top, ORDERS) for top in _tops(job.target.archive)]
    found = (os.path.join(folder, name) for folder in folders for name in names(folder) if is_dir(folder))
    return _drop(job, (path for path in found if path.endswith(".md") or os.path.basename(path).startswith(".tmp-")))


def unread_books(archive: Archive) -> list[tuple[str, int]]:
    """(path, bytes) of damaged books that go unread, whatever is forgotten, for the user to know."""
    return [(path, os.lstat(path).st_size) for path in _aside(archive) if _is_larger(path, MOST_ASIDE)]


def _aside(archive: Archive) -> list[str]:
    """Damaged books that were set aside."""
    tops = _tops(archive)
    return [os.path.join(top, name) for top in tops for name in names(top) if name.startswith("books-damaged-")]


def _tops(archive: Archive) -> list[str]:
    return [archive.path("state", "ask"), str(own_folder())]


def _drop(job: Job, paths: Iterator[str], *, largest: int | None = None) -> int:
    """Remove the files that tell. largest: bytes above which one goes unread; else the proof reads it."""
    told = [path for path in paths if _is_larger(path, largest) or job.concerns(_bytes(path))]
    for path in () if job.dry else told:
        remove(path)
    return len(told)


def _is_larger(path: str, largest: int | None) -> bool:
    return largest is not None and os.path.lexists(path) and os.lstat(path).st_size > largest


def _bytes(path: str) -> bytes:
    try:
        return read(path, MOST_BYTES) or b""
    except OSError:
        return b""


def clear_receipts(job: Job) -> int:
    """What questions have cost: those that tell are left out of it."""
    return _without_questions(job, "receipts")


def clear_grants(job: Job) -> int:
    """What runs in progress were granted."""
    return _without_questions(job, "grants")


def _without_questions(job: Job, table: str) -> int:
    def new(data: str) -> CleanText:
        values = json.loads(data)
        if not job.concerns(str(values.get("question", "")).encode()):
            return written_before(data)
        return written_before(json.dumps({**values, "question": FORGOTTEN}))

    return Books(own_folder()).change(table, new, dry=job.dry)
