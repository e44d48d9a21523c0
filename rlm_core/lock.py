"""Locks between processes, which tell the next holder that the former one died.

By hand: importing `filelock` costs a hook more than its work does (docs/decisions).
"""

from __future__ import annotations

import os
import time

from rlm_core.disk import open_file
from rlm_core.errors import LockTimeoutError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Lock:
    """An exclusive lock on a file, between processes, by flock(2) (msvcrt on Windows).

    The kernel frees it when the holder dies. While it is held the file holds one byte; `dirty` tells
    that the former holder never came to release it, so that its work may be half done.
    The primitive is the one that the `filelock` package uses, so the two exclude each other.
    """

    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self.timeout = timeout
        self.dirty = False
        self._fd = -1

    def __enter__(self) -> Lock:
        deadline = time.monotonic() + self.timeout
        self._fd = open_file(self.path, os.O_RDWR | os.O_CREAT)
        pause = 0.002
        while not self._try():
            if time.monotonic() >= deadline:
                os.close(self._fd)
                raise LockTimeoutError(f"{self.path} is held by another process")
            time.sleep(pause)
            pause = min(pause * 2, 0.05)
        self.dirty = os.fstat(self._fd).st_size > 0
        return self

    def mark(self) -> None:
        """Note that files are about to change; a holder that dies from here on leaves `dirty` behind."""
        os.lseek(self._fd, 0, os.SEEK_SET)
        os.write(self._fd, b"1")

    def _try(self) -> bool:
        try:
            if fcntl is not None:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:  # pragma: no cover - Windows
                import msvcrt

                msvcrt.locking(self._fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # An exception leaves the mark in place: what it interrupted is as half done as after a kill.
        try:
            if kind is None:
                os.ftruncate(self._fd, 0)
        finally:
            os.close(self._fd)
