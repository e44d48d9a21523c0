"""Which batches were submitted, in JSON lines, so that no process pays for a call that another has paid for.

{"submitting": "5d0c...", "ids": ["90b1...", ...], "at": 1795363200.0}   a batch is about to be created
{"batch": "msgbatch_...", "set": "5d0c..."}                              it has been; without this line it may have
{"void": "5d0c..."}                                                      the server refused it: there is no batch
{"done": "msgbatch_...", "failed": ["90b1...", ...]}                     all its results were read; these are none
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core import disk
from rlm_core.errors import ArchiveError, LockTimeoutError, worded
from rlm_core.llm.base import SetupError
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

    Row = dict[CleanText, CleanJson]

KEPT = 28 * 86400  # seconds; the API keeps results for 29 days from a batch's creation
_LINE_END = literal("\n")
AGAIN = 0.05  # seconds between two attempts at the lock


@dataclass(frozen=True)
class Submission:
    """Calls that were submitted together. at: seconds since 1970, before the batch was created. batch: its id, "" when
    the process died before it knew it. done: all results were read. failed: ids of calls that must be made again.
    """

    set: str
    ids: frozenset[str]
    at: float
    batch: str = ""
    done: bool = False
    failed: frozenset[str] = frozenset()


class BatchJournal:
    """The journal at `path`, made on first use; in memory, for one run, without a path."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._rows: list[Row] = []

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep other processes from submitting: what they have submitted stands in the journal then."""
        with ExitStack() as stack:
            while self.path:
                with self._usable():
                    disk.make_dir(str(self.path.parent))
                    try:
                        stack.enter_context(Lock(f"{self.path}.lock", 0))
                        break
                    except LockTimeoutError:
                        pass
                await asyncio.sleep(AGAIN)
            yield

    def load(self) -> list[Submission]:
        """What was submitted, the newest last; without what the API has forgotten."""
        return _submissions(self._lines(), time.time() - KEPT)

    def prune(self) -> None:
        """Cut what the API has forgotten out of the file. Under `held`."""
        rows = list(self._lines())
        since = time.time() - KEPT
        if not self.path or not any("submitting" in r and _time(r) < since for r in rows):
            return
        left = [row for s in _submissions(rows, since) for row in _rows(s)]
        with self._usable():
            disk.write_atomic(str(self.path), EMPTY.encode().join([_line(row) for row in left]))

    def submitting(self, ids: Iterable[str]) -> Submission:
        """Note that a batch of these calls is about to be created. On the disk when this returns."""
        submission = Submission(secrets.token_hex(8), frozenset(ids), time.time())
        self._append(next(_rows(submission)))
        return submission

    def created(self, submission: Submission, batch: str) -> Submission:
        """Note the id of the batch."""
        self._append(fields(batch=clean_id(batch), set=clean_id(submission.set)))
        return replace(submission, batch=batch)

    def void(self, submission: Submission) -> None:
        """Note that there is no batch."""
        self._append(fields(void=clean_id(submission.set)))

    def done(self, batch: str, failed: Iterable[str]) -> None:
        """Note that all results of a batch were read, and which calls have none."""
        self._append(fields(done=clean_id(batch), failed=sorted(map(clean_id, failed))))

    def _append(self, row: Row) -> None:
        if not self.path:
            self._rows.append(row)
            return
        with self._usable():
            fd = disk.open_file(str(self.path), os.O_RDWR | os.O_APPEND | os.O_CREAT)
            try:
                os.write(fd, (EMPTY if _ends_whole(fd) else _LINE_END).encode() + _line(row))
                os.fsync(fd)
            finally:
                os.close(fd)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ArchiveError) as e:
            raise SetupError(
                worded(
                    "the journal of batches {path} cannot be used ({why}); without it calls might be paid twice",
                    path=self.path,
                    why=e,
                )
            ) from e

    def _lines(self) -> Iterator[Mapping[Any, Any]]:
        """The rows; one that cannot be read was cut off when its writer died."""
        if not self.path:
            yield from self._rows
            return
        with self._usable():
            data = disk.read(str(self.path)) or b""
        for line in data.split(b"\n"):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(row, dict):
                yield row


def _line(row: Row) -> CleanBytes:
    return (dumps(row) + _LINE_END).encode()


def _ends_whole(fd: int) -> bool:
    size = os.fstat(fd).st_size
    if not size:
        return True
    os.lseek(fd, size - 1, os.SEEK_SET)
    return os.read(fd, 1) == b"\n"


def _time(row: Mapping[Any, Any]) -> float:
    at = row.get("at")
    return float(at) if isinstance(at, (int, float)) else 0.0


def _ids(value: object) -> frozenset[str]:
    return frozenset(str(v) for v in value) if isinstance(value, list) else frozenset()


def _submissions(rows: Iterable[Mapping[Any, Any]], since: float) -> list[Submission]:
    found: dict[str, Submission] = {}
    sets: dict[str, str] = {}  # batch -> set
    for row in rows:
        if (name := row.get("submitting")) and _time(row) >= since:
            found[str(name)] = Submission(str(name), _ids(row.get("ids")), _time(row))
        elif (batch := row.get("batch")) and (s := found.get(str(row.get("set")))):
            found[s.set] = replace(s, batch=str(batch))
            sets[str(batch)] = s.set
        elif (batch := row.get("done")) and (s := found.get(sets.get(str(batch), ""))):
            found[s.set] = replace(s, done=True, failed=s.failed | _ids(row.get("failed")))
        elif void := row.get("void"):
            found.pop(str(void), None)
    return list(found.values())


def _rows(s: Submission) -> Iterator[Row]:
    yield fields(submitting=clean_id(s.set), ids=sorted(map(clean_id, s.ids)), at=s.at)
    if s.batch:
        yield fields(batch=clean_id(s.batch), set=clean_id(s.set))
    if s.done:
        yield fields(done=clean_id(s.batch), failed=sorted(map(clean_id, s.failed)))
