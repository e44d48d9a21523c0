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


def make_dir(path: str) -> bool:
    """Make a private directory and its missing parents; whether it was missing. A real directory is left as it is.

    Raises ArchiveError when the path is a symlink or no directory: the archive never writes through
    a link that somebody else placed.
    """
    try:
        os.mkdir(path, DIR_MODE)
    except FileExistsError:
        check_dir(path)
        return False
    except FileNotFoundError:
        parent = os.path.dirname(path)
        if parent == path:
            raise
        os.makedirs(parent, exist_ok=True)
        os.mkdir(path, DIR_MODE)
    return True


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

    It is on the disk before this returns, its name included. durable=False leaves out both fsyncs, for files that can
    be derived again.
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
    if durable:
        sync_dir(folder)


def sync_dir(path: str) -> None:
    """Bring a directory's names to the disk: what was renamed in it, made or removed; see fsync(2).

    Nothing where the system knows no such thing. Raises OSError when the disk fails.
    """
    if os.name == "nt":
        return  # Windows opens no directories
    fd = os.open(path, os.O_RDONLY | NOFOLLOW)
    try:
        os.fsync(fd)
    except OSError as e:
        import errno

        if e.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(fd)


class Batch:
    """Files that are written together: all of them are on the disk before the first takes its place, and stand there
    for good before the first of those that they replace is removed.

    Flushing side by side lets the file system commit once for many files; one by one, archiving a long
    session would wait for the disk most of the time.
    """

    WORKERS = 16
    FEW = 6  # files for which starting threads is not worth it
    MANY = 128  # files from which on the whole file system is flushed instead: never in a hook

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}  # path -> temporary file beside it
        self._doomed: list[str] = []
        self._parents: set[str] = set()  # directories in which one was made

    def make_dir(self, path: str) -> None:
        """Make a private directory, which is on the disk after the next flush; raises ArchiveError as `make_dir`."""
        if make_dir(path):
            self._parents.add(os.path.dirname(path))

    def put(self, path: str, data: CleanBytes, *, via: str = "") -> None:
        """Write `data`, which stands at `path` after the next flush. via: where it is written till then."""
        folder, name = os.path.split(path)
        folder = via or folder
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
        self.sync()
        self.place()

    def sync(self) -> None:
        """Bring to the disk what waits; it takes its place with `place`."""
        files = list(self._waiting.values())
        if len(files) <= self.FEW:
            _sync_files(files)
        elif len(files) < self.MANY or not _sync_file_systems(files):
            self._sync_in_parallel(files)

    def place(self) -> None:
        """Bring what `sync` has brought to the disk to its place, then remove what it replaces."""
        for path, tmp in self._waiting.items():
            os.replace(tmp, path)
        for folder in sorted({os.path.dirname(path) for path in self._waiting} | self._parents):
            sync_dir(folder)
        for path in self._doomed:
            if path not in self._waiting:
                remove(path)
        self._waiting, self._doomed, self._parents = {}, [], set()

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


def drop_temporary(folder: str, ending: str = "") -> None:
    """Remove what a killed process had begun to write; `ending` spares what others are writing beside it."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith(TMP_PREFIX) and name.endswith(ending):
            remove(os.path.join(folder, name))
