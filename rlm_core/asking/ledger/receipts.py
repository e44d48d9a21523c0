"""What questions have cost: a file of JSON lines, one record each, the oldest dropped when it has grown.

A record: at (local time, ISO-8601 with its offset), project, question, route, leaf, calls, tokens, usd, seconds,
findings, verified, complete; and grant, an id. It counts on the day of `at`, as the user's calendar had it then.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.disk import open_file, read, write_atomic
from rlm_core.errors import RlmError
from rlm_core.redaction.clean import dumps, fields, literal, moment, own_bytes

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

MAX_BYTES = 1024 * 1024
KEEP_DAYS = 400
DAY = 86_400.0


def local_time(at: float) -> CleanText:
    """A time as the local calendar and clock have it: 2026-11-22T10:00:03+01:00."""
    return moment(datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds"))


class Receipts:
    """The records at `path`; there need be none. `enter` is called under a lock, the rest needs none.

    Reading raises RlmError when the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def enter(self, record: Mapping[CleanText, CleanJson], grant: CleanText, now: float) -> None:
        """Append a grant's record, on the disk when this returns; nothing when it has one already. Raises OSError."""
        former = self._bytes()
        if _field("grant", grant) in former:
            return
        line_end = literal("\n")
        line = (dumps({**record, **fields(grant=grant)}) + line_end).encode()
        if former and not former.endswith(b"\n"):
            line = line_end.encode() + line
        _append(self.path, line)
        if len(former) + len(line) > MAX_BYTES:
            self._forget(former + line, local_time(now - KEEP_DAYS * DAY))

    def _forget(self, former: bytes, oldest: str) -> None:
        """Leave out what is older, and what cannot be read; not before the first record is."""
        lines = former.split(b"\n")
        if (first := _parsed(lines[0])) and first["at"] >= oldest:
            return
        new = [line for line in lines if (record := _parsed(line)) and record["at"] >= oldest]
        write_atomic(str(self.path), own_bytes(b"".join(line + b"\n" for line in new)))

    def of_day(self, day: str) -> Iterator[dict[str, Any]]:
        """The records of a day: 2026-11-22."""
        mark = _field("at", day)[:-1]  # the time follows. Parsing the lines of other days would take longest
        for line in self._bytes().split(b"\n"):
            if mark in line and (record := _parsed(line)):
                yield record

    def since(self, time: str) -> tuple[list[dict[str, Any]], int]:
        """The records from a local time on, newest first; and how many lines of the file could not be read."""
        lines = [line for line in self._bytes().split(b"\n") if line]
        found = [record for line in lines if (record := _parsed(line))]
        wanted = [record for record in found if record["at"] >= time]
        return sorted(wanted, key=lambda r: str(r["at"]), reverse=True), len(lines) - len(found)

    def _bytes(self) -> bytes:
        try:
            return read(str(self.path)) or b""
        except OSError as e:
            raise RlmError(f"{self.path} cannot be read ({e}); mend its permissions or move it away") from e


def _field(name: str, value: str) -> bytes:
    """How a field stands in a line. In a question it would have backslashes."""
    return f'"{name}": "{value}"'.encode()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A record, None when the line holds no time or no dollars."""
    try:
        record = json.loads(line)
        sound = isinstance(record["at"], str) and 0 <= record["usd"] < math.inf
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return record if sound else None


def _append(path: Path, line: CleanBytes) -> None:
    """Append all of a line or, raising OSError, nothing."""
    fd = open_file(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        before = os.fstat(fd).st_size
        if os.write(fd, line) < len(line):
            os.ftruncate(fd, before)
            raise OSError(f"{path} has no room for another record")
        os.fsync(fd)
    finally:
        os.close(fd)
