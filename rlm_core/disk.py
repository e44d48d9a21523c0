"""Writing files so that they are absent or complete.

Stdlib only and cheap to import: `pathlib` would cost a hook more than its work does.
"""

from __future__ import annotations

import os
import sys

from rlm_core.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanBytes

DIR_MODE = 0o700
FILE_MODE = 0o600
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
TMP_PREFIX = ".tmp-"


def archive_root(project: str) -> str:
    """The directory of a project's archive."""
    return os.path.join(project, ".claude", "rlm")


def lies_within(path: str, folder: str) -> bool:
    """Whether a path is a directory or lies below it. Both are absolute; resolve links before where they matter."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def make_dir(path: str) -> None:
    """Make a private directory and its missing parents. An existing real directory is left as it is.

    Raises ArchiveError when the path is a symlink or no directory: the archive never writes through
    a link that somebody else placed.
    """
    try:
        os.mkdir(path, DIR_MODE)
    except FileExistsError:
        check_dir(path)
    except FileNotFoundError:
        parent = os.path.dirname(path)
        if parent == path:
            raise
        os.makedirs(parent, exist_ok=True)
        os.mkdir(path, DIR_MODE)


def check_dir(path: str) -> None:
    """Raise ArchiveError unless `path` is a real directory that belongs to this user."""
    if os.path.islink(path):
        raise ArchiveError(f"{path} is a symbolic link; rlm writes into real directories only: remove it")
    if not os.path.isdir(path):
        raise ArchiveError(f"{path} is not a directory; move it away")
    owner, me = os.stat(path).st_uid, getattr(os, "geteuid", lambda: -1)()
    if me not in (-1, owner):
        raise ArchiveError(f"{path} belongs to user {owner}, not to you ({me}); run as its owner or chown it back")


def write_atomic(path: str, data: CleanBytes, *, durable: bool = True) -> None:
    """Put `data` at `path` so that a reader, or the next run after a kill, sees all of it or nothing.

    durable=False leaves out the fsync, for files that can be derived again.
    """
    folder, name = os.path.split(path)
    tmp = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
    fd = os.open(tmp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NOFOLLOW, FILE_MODE)
    try:
        try:
            _write_all(fd, data)
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(tmp, path)
    except OSError:
        remove(tmp)
        raise


class Batch:
    """Files that are written together: all of them are on the disk before the first takes its place.

    Flushing side by side lets the file system commit once for many files; one by one, archiving a long
    session would wait for the disk most of the time.
    """

    WORKERS = 16
    FEW = 6  # files for which starting threads is not worth it
    MANY = 128  # files from which on the whole file system is flushed instead: never in a hook

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}  # path -> temporary file beside it
        self._doomed: list[str] = []

    def put(self, path: str, data: CleanBytes) -> None:
        """Write `data`, which stands at `path` after the next flush."""
        folder, name = os.path.split(path)
        tmp = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
        self._waiting[path] = tmp
        fd = os.open(tmp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NOFOLLOW, FILE_MODE)
        try:
            _write_all(fd, data)
        finally:
            os.close(fd)

    def holds(self, path: str) -> bool:
        return path in self._waiting

    def remove(self, path: str) -> None:
        """Remove a file once those that replace it stand."""
        self._doomed.append(path)

    def flush(self) -> None:
        """Bring everything to the disk, then to its place."""
        files = list(self._waiting.values())
        if len(files) <= self.FEW:
            _sync_files(files)
        elif len(files) < self.MANY or not _sync_file_systems(files):
            self._sync_in_parallel(files)
        for path, tmp in self._waiting.items():
            os.replace(tmp, path)
        for path in self._doomed:
            if path not in self._waiting:
                remove(path)
        self._waiting, self._doomed = {}, []

    def _sync_in_parallel(self, files: list[str]) -> None:
        import threading

        errors: list[OSError] = []

        def work(share: list[str]) -> None:
            try:
                _sync_files(share)
            except OSError as e:
                errors.append(e)

        shares = [files[i :: self.WORKERS] for i in range(min(self.WORKERS, len(files)))]
        threads = [threading.Thread(target=work, args=(share,)) for share in shares]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if errors:
            raise errors[0]

    def drop(self) -> None:
        """Give up what is not in its place yet."""
        for tmp in self._waiting.values():
            remove(tmp)
        self._waiting, self._doomed = {}, []


def _sync_file_systems(files: list[str]) -> bool:
    """Flush the file systems of many files by syncfs(2); False where there is none.

    Raises OSError when the disk reports that something could not be written.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (ImportError, OSError, AttributeError):
        return False
    for folder in {os.path.dirname(path) for path in files}:
        fd = os.open(folder, os.O_RDONLY)
        try:
            if syncfs(fd) != 0:
                error = ctypes.get_errno()
                raise OSError(error, os.strerror(error), folder)
        finally:
            os.close(fd)
    return True


def _sync_files(files: list[str]) -> None:
    for path in files:
        fd = os.open(path, os.O_RDWR | NOFOLLOW)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def remove(path: str) -> None:
    """Remove a file; a missing one is fine."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def read(path: str) -> bytes | None:
    """The file's bytes, or None when there is no such file."""
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def try_read(path: str) -> bytes | None:
    """As `read`, but None also for a file that the disk does not give."""
    try:
        return read(path)
    except OSError:
        return None


def drop_temporary(folder: str, ending: str = "") -> None:
    """Remove what a killed process had begun to write; `ending` spares what others are writing beside it."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith(TMP_PREFIX) and name.endswith(ending):
            remove(os.path.join(folder, name))
