"""A cache of leaf answers on disk, by what was asked of whom, so that the same call is never paid for twice.

One JSON file for each answer, `ab/abcdef....json`: {"key", "at", "data"}. The file `size` is as long as the cache is
large, in units of 64 bytes: appending to it counts an answer without a lock, whoever else is writing.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.digest import hexdigest
from rlm_core.disk import TMP_PREFIX, make_dir, open_file, read, remove, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.lock import Lock
from rlm_core.redaction.clean import dumps, fields, hex_digits

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanJson

KEY_BYTES = 20
MAX_BYTES = 256 * 1024 * 1024
DAYS = 30
DAY = 86_400.0
ROOM = 0.8  # of the cap, left after making room: the next scan of all files is far off
UNIT = 64
LEFTOVER = 3600.0  # seconds after which nobody is writing a temporary file any more

_KEY = re.compile(r"[0-9a-f]{32,128}")
_SHARD = re.compile(r"[0-9a-f]{2}")


def key_of(*parts: str) -> str:
    """A key for these parts in this order; each counts by itself: ("ab", "c") and ("a", "bc") differ."""
    # A lone surrogate must not become `?`, which would make different texts the same.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hexdigest(b"".join(b"%d:%b" % (len(e), e) for e in encoded), KEY_BYTES)


class Answers:
    """The cache in `folder`, which is made when the first answer is kept. Several processes may share it.

    most_bytes: of all answers; beyond that the longest unused go. days: how long an answer holds after it was made.
    failed: answers that could not be kept, because the disk is full or read-only; a run does not fail for that.
    """

    def __init__(
        self, folder: Path, *, most_bytes: int = MAX_BYTES, days: int = DAYS, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        self.days = days
        self.clock = clock
        self.failed = 0
        self._swept = False

    def get(self, key: str) -> dict[str, Any] | None:
        """What was kept under a key, None when there is nothing that holds. What is expired or damaged is removed.

        Raises ValueError for what is no key.
        """
        path = self._path(key)
        try:
            line = read(path)
        except OSError:
            return None
        if line is None:
            return None
        now = self.clock()
        data = _data(line, key, now, self.days * DAY)
        try:
            if data is None:
                remove(path)
            else:
                os.utime(path, (now, now))
        except OSError:
            pass  # removed meanwhile, or a read-only disk: what was read is as good
        return data

    def put(self, key: str, data: CleanJson) -> None:
        """Keep an answer; when that is not possible it is counted in `failed`. Raises ValueError as `get`."""
        path = self._path(key)
        line = dumps(fields(key=hex_digits(key), at=self.clock(), data=data), _short).encode()
        shard = os.path.dirname(path)
        try:
            make_dir(str(self.folder))
            make_dir(shard)
            write_atomic(path, line, durable=False)
            full = self._count(len(line)) > self.most_bytes
            if full:
                self._make_room()
            elif not self._swept:
                # One directory in 256 for each process: soon all have been looked at, and nobody waits for it.
                self._swept = True
                self._sweep(shard)
        except (OSError, ArchiveError):
            self.failed += 1

    def _path(self, key: str) -> str:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key; keys are made by key_of()")
        return str(self.folder / key[:2] / f"{key}.json")

    def _count(self, added: int) -> int:
        """Note bytes that were added; about how many there are now."""
        fd = open_file(str(self.folder / "size"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(fd, b"." * -(-added // UNIT))
            return os.fstat(fd).st_size * UNIT
        finally:
            os.close(fd)

    def _make_room(self) -> None:
        """Remove what has expired, then the longest unused. When another process is at it, leave it to that one."""
        size = self.folder / "size"
        try:
            with Lock(str(self.folder / "lock"), 0):
                if size.stat().st_size * UNIT <= self.most_bytes:
                    return  # done by another process between our counting and our turn
                shards = [s.path for s in os.scandir(self.folder) if _SHARD.fullmatch(s.name)]
                files = sorted(f for shard in shards for f in self._sweep(shard))
                left = sum(f[1] for f in files)
                for _, count, path in files:
                    if left <= self.most_bytes * ROOM:
                        break
                    _try_remove(path)
                    left -= count  # also when it could not be removed: else each answer would start another scan
                # What others have added since the scan is not counted; the next scan sees it.
                os.truncate(size, left // UNIT)
        except LockTimeoutError:
            return

    def _sweep(self, shard: str) -> list[tuple[float, int, str]]:
        """Remove from a directory what has expired and what killed processes left; the rest as (used, bytes, path)."""
        kept, now = [], self.clock()
        for name, used, count in _files(shard):
            path = os.path.join(shard, name)
            if now - used > (LEFTOVER if name.startswith(TMP_PREFIX) else self.days * DAY):
                _try_remove(path)
            elif name.endswith(".json") and not name.startswith(TMP_PREFIX):
                kept.append((used, count, path))
        return kept


def _short(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _data(kept: bytes, key: str, now: float, seconds: float) -> dict[str, Any] | None:
    """The answer in a file's bytes, None when it is another's, too old or damaged."""
    try:
        row = json.loads(kept)
        # An answer from the future was made under a wrong clock: it must not hold for ever either.
        holds = row["key"] == key and abs(now - row["at"]) <= seconds
        data = row["data"] if holds else None
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return data if isinstance(data, dict) else None


def _files(folder: str) -> Iterator[tuple[str, float, int]]:
    """(name, time of the last use, bytes) of the files of a directory."""
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield entry.name, found.st_mtime, found.st_size


def _try_remove(path: str) -> None:
    try:
        remove(path)
    except OSError:
        pass
