"""Locks between processes, which tell the next holder that the former one died, and who holds them since when.

By hand: importing `filelock` costs a hook more than its work does (docs/decisions).
"""

from __future__ import annotations

import os
import sys
import time

from rlm_core import deadline
from rlm_core.disk import FILE_MODE, NOFOLLOW, make_dir, open_file
from rlm_core.errors import ArchiveError, LockUnsupportedError, of_system, worded

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DIRTY = b"1"
NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # a FIFO or a device in a lock's place must not hold us
LONGEST_PAUSE = 0.05

substituted = ""
"""Why locks of this machine stand in for those of the archive's file system, which has none; "" while they do not."""


class Lock:
    """An exclusive lock on a file, between processes, by flock(2) (msvcrt on Windows).

    The kernel frees it when the holder dies. While it is held the file names the holder; its first byte is `1` from
    `mark` on, and `dirty` tells that a former holder marked it and never came to release it, so that its work may be
    half done. Once it is released in peace the file is empty.
    The primitive is the one that the `filelock` package uses, so the two exclude each other.
    Raises LockTimeoutError after `timeout` seconds, or when a hook's time is over; LockUnsupportedError where nothing
    can be locked.
    """

    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self.timeout = timeout
        self.dirty = False
        self._marked = False
        self._new = False
        self._fd = -1
        self._substitute = -1

    def __enter__(self) -> Lock:
        end = time.monotonic() + deadline.within(self.timeout)
        self._open()
        try:
            self._wait(end)
            self.dirty = os.read(self._fd, 1) == DIRTY
            self._sign()
        except BaseException:  # raised again: whoever goes on after it must not hold the lock
            self._close()
            raise
        return self

    def _open(self) -> None:
        self._new = not os.path.lexists(self.path)
        try:
            self._fd = open_file(self.path, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:  # in an archive that came from a backup without its locks
            folder = os.path.dirname(self.path)
            if not os.path.isdir(os.path.dirname(folder)):
                raise  # an archive that is gone does not come back by a lock
            make_dir(folder)
            self._fd = open_file(self.path, os.O_RDWR | os.O_CREAT)

    def _wait(self, end: float) -> None:
        pause = 0.002
        while not self._try():
            if time.monotonic() >= end:
                from rlm_core.holder import held

                raise held(self.path)
            # Not all who wait wake at once: who comes late would never find it free.
            time.sleep(pause * (1 + time.monotonic_ns() // 1000 % 8 / 8))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _try(self) -> bool:
        """Whether the lock is ours now. False means that somebody holds it: no other failure does."""
        if self._substitute >= 0:
            return _locked(self._substitute)
        try:
            return _locked(self._fd)
        except OSError as e:
            self._substitute = _substitute_for(self.path, e)
        return self._try()

    def _sign(self) -> None:
        """Write down who holds the lock. It is for messages alone, so a full disk is no reason to fail."""
        words = f"{int(self.dirty)} {os.getpid()} {time.time():.0f} {_purpose()}\n"
        try:
            self._put(words.encode("ascii"))
        except OSError:
            return

    def mark(self) -> None:
        """Note on the disk that files are about to change; a holder that dies from here on leaves `dirty` behind.

        Raises OSError when the disk does not take it: then nothing may change.
        """
        self._marked = True
        self._put(DIRTY)
        os.fsync(self._fd)
        if self._new and NOFOLLOW:  # not on Windows, where a directory cannot be opened
            folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _put(self, data: bytes) -> None:
        os.lseek(self._fd, 0, os.SEEK_SET)
        os.write(self._fd, data)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # An exception leaves the mark in place: what it interrupted is as half done as after a kill.
        try:
            if kind is None or not (self._marked or self.dirty):
                os.ftruncate(self._fd, 0)
        finally:
            self._close()

    def _close(self) -> None:
        os.close(self._fd)
        if self._substitute >= 0:
            os.close(self._substitute)
            self._substitute = -1


def is_left_marked(path: str) -> bool:
    """Whether nobody holds the lock, and its last holder died after `Lock.mark`; False when that cannot be told."""
    try:
        fd = open_file(path, os.O_RDWR)
    except (OSError, ArchiveError):
        return False
    try:
        return _locked(fd) and os.read(fd, 1) == DIRTY
    except OSError:
        return False
    finally:
        os.close(fd)


def lacking(folder: str) -> str:
    """Why files in a directory of locks cannot be locked; "" when they can, or there is none to try that with."""
    try:
        fd = open_file(os.path.join(folder, "archive.lock"), os.O_RDWR)
    except (OSError, ArchiveError):
        return ""
    try:
        _locked(fd)
    except OSError as e:
        return _no_locks(folder, e)
    finally:
        os.close(fd)
    return ""


def _no_locks(folder: str, reason: OSError) -> str:
    return worded("the file system of {folder} has no locks ({why})", folder=folder, why=of_system(reason))


def _locked(fd: int) -> bool:
    """Lock an open file; False when another process has locked it. Raises OSError when it cannot be locked."""
    try:
        if fcntl is not None:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:  # pragma: no cover - Windows
            import msvcrt

            os.lseek(fd, 0, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except BlockingIOError:
        return False
    except PermissionError:
        if fcntl is None:  # pragma: no cover - what Windows says of a byte that is locked
            return False
        raise
    return True


def _substitute_for(path: str, reason: OSError) -> int:
    """A file of this machine to be locked instead of one whose file system has no locks, open.

    It excludes what else this user runs on this machine; `substituted` says so. Raises LockUnsupportedError.
    """
    from rlm_core.digest import hexdigest
    from rlm_core.disk import check_dir, make_dir

    global substituted
    # Not by TMPDIR, which may be one for the client and another for a terminal. The directory is checked to be ours.
    everybodys = "/tmp"  # noqa: S108
    folder = os.path.join(everybodys if os.path.isdir(everybodys) else _temporary(), f"rlm-locks-{_user()}")
    name = hexdigest(os.path.realpath(path).encode("utf-8", "surrogateescape"), 16)
    said = _no_locks(os.path.dirname(path), reason)
    try:
        make_dir(folder)
        check_dir(folder)
        fd = os.open(os.path.join(folder, f"{name}.lock"), os.O_RDWR | os.O_CREAT | NOFOLLOW | NONBLOCK, FILE_MODE)
    except (OSError, ArchiveError) as e:
        raise LockUnsupportedError(
            worded("{said}, nor could {folder} be used: move the project to a local disk", said=said, folder=folder)
        ) from e
    try:
        _locked(fd)
        _unlocked(fd)
    except OSError as e:
        os.close(fd)
        raise LockUnsupportedError(
            worded("{said}, nor has that of {folder}: move the project to a local disk", said=said, folder=folder)
        ) from e
    substituted = said
    return fd


def _unlocked(fd: int) -> None:
    if fcntl is not None:
        fcntl.flock(fd, fcntl.LOCK_UN)


def _temporary() -> str:
    import tempfile

    return tempfile.gettempdir()


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _purpose() -> str:
    """What this process is for, in a word: an event, a module of ours, a verb of the command line.

    Nothing else of a command line may be written down: a question may stand there.
    """
    at = 2 if sys.argv[:1] == ["-c"] else 1
    word = sys.argv[at] if len(sys.argv) > at else ""
    plain = 0 < len(word) <= 40 and not word.strip("abcdefghijklmnopqrstuvwxyz_.-")
    return word if plain else "rlm"
