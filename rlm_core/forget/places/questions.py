"""What questions left behind: answers, journals, orders, in the archive and in the user's directory; receipts, grants.

An answer or a journal that tells of what goes, or cites it, goes whole: the call is paid for again. A receipt stays,
since money was spent, without its question.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from rlm_core.asking.ledger.grants import own_folder, user_ledger
from rlm_core.chunks.altered import FORGOTTEN
from rlm_core.disk import is_dir, names, open_file, read, remove, write_atomic
from rlm_core.redaction.clean import own_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.forget.places.job import Job

ANSWERS, RUNS, ORDERS, RECEIPTS, GRANTS = "answers", "runs", "orders", "receipts", "grants"


def clear_answers(job: Job) -> int:
    """Remembered answers of models."""
    tops = [os.path.join(top, ANSWERS) for top in _tops(job)]
    return _drop(job, (os.path.join(top, shard) for top in tops for shard in names(top)), ".json")


def clear_runs(job: Job) -> int:
    """Journals: questions, and what calls have brought."""
    return _drop(job, (os.path.join(top, RUNS) for top in _tops(job)), ".jsonl")


def clear_orders(job: Job) -> int:
    """Orders to the client's own sub-agents."""
    return _drop(job, (os.path.join(top, ORDERS) for top in _tops(job)), ".md")


def _tops(job: Job) -> list[str]:
    return [job.target.archive.path("state", "ask"), str(own_folder())]


def _drop(job: Job, folders: Iterator[str], ending: str) -> int:
    """Remove the files of these directories that tell; what a killed run has left there, too."""
    count = 0
    for folder in folders:
        for name in names(folder) if is_dir(folder) else ():
            path = os.path.join(folder, name)
            if (name.endswith(ending) or name.startswith(".tmp-")) and job.concerns(_bytes(path)):
                count += 1
                if not job.dry:
                    remove(path)
    return count


def _bytes(path: str) -> bytes:
    try:
        return read(path) or b""
    except OSError:
        return b""


def clear_receipts(job: Job) -> int:
    """The user's ledger of spending: questions that tell are left out of it."""
    path = str(own_folder() / "ledger.jsonl")
    if not os.path.exists(path):
        return 0
    with job.alone(user_ledger().locked().path):
        lines = _bytes(path).split(b"\n")
        new = [_without_question(job, line) for line in lines]
        count = sum(a != b for a, b in zip(lines, new, strict=True))
        if count and not job.dry:
            write_atomic(path, own_bytes(b"\n".join(new)))
    return count


def _without_question(job: Job, line: bytes) -> bytes:
    """A line of JSON with `[forgotten]` for its question, if that tells; one that cannot be read goes if it does."""
    try:
        values = json.loads(line)
        tells = job.concerns(str(values["question"]).encode())
    except (ValueError, RecursionError, TypeError, KeyError):
        return b"" if job.concerns(line) else line
    if not tells:
        return line
    values["question"] = FORGOTTEN
    return json.dumps(values, ensure_ascii=False).encode()


def clear_grants(job: Job) -> int:
    """Grants of runs in progress: overwritten in place, since the run itself writes into the same file."""
    folder = str(own_folder() / "grants")
    count = 0
    for name in names(folder):
        path = os.path.join(folder, name)
        data = _bytes(path)
        head, _, rest = data.partition(b"\n")
        line = rest.rstrip(b"\n")
        new = _without_question(job, line) if name.endswith(".json") else line
        if new != line:
            count += 1
            if not job.dry:
                fits = new if len(new) <= len(line) else new.replace(FORGOTTEN.encode(), b"", 1)
                _overwrite(path, len(head) + 1, fits.ljust(len(line))[: len(line)])
    return count


def _overwrite(path: str, at: int, data: bytes) -> None:
    fd = open_file(path, os.O_WRONLY)
    try:
        os.lseek(fd, at, os.SEEK_SET)
        os.write(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)
