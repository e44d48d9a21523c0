"""Who holds a lock, since when, and what to do about it: for the message of who waited in vain."""

from __future__ import annotations

import os
import time

from rlm_core.disk import NOFOLLOW
from rlm_core.errors import LockTimeoutError, phrase, worded

READ = 200  # bytes of a lock's file


class Holder:
    """Who holds a lock. pid: 0 when nobody knows; since: seconds since the epoch, and what it does, "" when unknown."""

    __slots__ = ("pid", "since", "what")

    def __init__(self, pid: int = 0, since: float = 0.0, what: str = "") -> None:
        self.pid = pid
        self.since = since
        self.what = what

    def state(self) -> str:
        """`stopped`, `running`, or `gone`: unknown, or not on this machine."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as f:
                letter = f.read(4096).rpartition(b")")[2].split()[0]
            return "stopped" if letter in (b"T", b"t") else "running"
        except (OSError, IndexError):
            return "running" if self.pid and _is_there(self.pid) else "gone"

    def sentence(self) -> str:
        """`process 812 (stop) since 14:03, which is stopped`."""
        state = self.state()
        if state == "gone":
            return phrase("another process")
        at = time.strftime("%H:%M", time.localtime(self.since))
        since = worded(" ({what}) since {time}", what=self.what, time=at) if self.what else ""
        form = "process {pid}{since}, which is stopped" if state == "stopped" else "process {pid}{since}"
        return worded(form, pid=self.pid, since=since)

    def remedy(self) -> str:
        """What the user may do."""
        if self.state() == "stopped":
            return worded("`kill -CONT {pid}` lets it go on, `kill -9 {pid}` ends it", pid=self.pid)
        return (
            worded("`kill {pid}` ends it", pid=self.pid)
            if self.state() == "running"
            else phrase("see which process has it open")
        )


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return os.name != "nt"
    return True


def holder_of(path: str) -> Holder:
    """Who holds the lock at `path`, as far as the kernel and its file tell. Never raises."""
    signed, pid = _signed(path), _pid_by_kernel(path)
    return signed if pid in (0, signed.pid) else Holder(pid)


def _pid_by_kernel(path: str) -> int:
    """Whom Linux says the lock belongs to; 0 when it does not say. The file may still name somebody who died."""
    try:
        inode = str(os.stat(path).st_ino)  # not the device: some file systems name another one there
        with open("/proc/locks", encoding="ascii", errors="replace") as lines:
            rows = [line.split() for line in lines]
        return next(
            (max(int(r[4]), 0) for r in rows if len(r) > 5 and r[1] == "FLOCK" and r[5].endswith(f":{inode}")), 0
        )
    except (OSError, ValueError, IndexError):
        return 0


def _signed(path: str) -> Holder:
    """What the lock's file says."""
    try:
        fd = os.open(path, os.O_RDONLY | NOFOLLOW | getattr(os, "O_NONBLOCK", 0))
        try:
            words = os.read(fd, READ).decode("ascii").split()
        finally:
            os.close(fd)
        pid, since, what = int(words[1]), float(words[2]), words[3]
    except (OSError, ValueError, IndexError):
        return Holder()
    plain = not what.strip("abcdefghijklmnopqrstuvwxyz_.-")
    return Holder(pid, since, what if plain else "rlm") if 0 < pid < 1 << 31 and 0 <= since < 1 << 40 else Holder()


def held(path: str) -> LockTimeoutError:
    """The error of who waited for a lock in vain."""
    error = LockTimeoutError(worded("{path} is held by {sentence}", path=path, sentence=holder_of(path).sentence()))
    error.path = path
    return error
