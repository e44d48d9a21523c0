"""Files that are absent or complete, and nothing else: no link is followed, no pipe waited for, no size believed.

Stdlib only and cheap to import: `pathlib` would cost a hook more than its work does.
"""

from __future__ import annotations

import os
import sys

from rlm_core.errors import ArchiveError, FileRefusedError, phrase, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from rlm_core.redaction.clean import CleanBytes

REPLACE_ATTEMPTS = 10
DIR_MODE = 0o700
FILE_MODE = 0o600
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
TMP_PREFIX = ".tmp-"
SAFE = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
MOST_BYTES = 64 * 1024 * 1024  # of a file that is read whole
MACHINE_BYTES = 16 * 1024 * 1024  # of a JSON file of ours, all of which are small
_NO_NAME = ("/", "\\", "\0", "\n", ":" if os.name == "nt" else "/")  # what no name of ours has
_KIND, _FILE, _LINK, _DIR = 0o170000, 0o100000, 0o120000, 0o040000  # as `stat` has them
_BELOW = f"{os.sep}.claude{os.sep}rlm{os.sep}"  # what stands before a path within an archive


def archive_root(project: str) -> str:
    """The directory of a project's archive."""
    return os.path.join(project, ".claude", "rlm")


def lies_within(path: str, folder: str) -> bool:
    """Whether a path is a directory or lies below it. Both are absolute; resolve links before where they matter."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def make_dir(path: str) -> bool:
    """Make a private directory and its missing parents; whether it was missing. One that is there is closed to others.

    Raises ArchiveError when the path is a symlink or no directory: the archive never writes through
    a link that somebody else placed.
    """
    try:
        os.mkdir(path, DIR_MODE)
    except FileExistsError:
        _close_to_others(path, check_dir(path), DIR_MODE)
        return False
    except FileNotFoundError:
        parent = os.path.dirname(path)
        if parent == path:
            raise
        os.makedirs(parent, exist_ok=True)
        return make_dir(path)  # which another process may have made meanwhile
    except NotADirectoryError:
        while not os.path.lexists(path):
            path = os.path.dirname(path)
        raise ArchiveError(worded("{path} is not a directory; move it away", path=path)) from None
    return True


def check_dir(path: str) -> int:
    """Raise ArchiveError unless `path` is a real directory that belongs to this user; its mode."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise ArchiveError(worded("{path} is not a directory; move it away", path=path)) from None
    if found.st_mode & _KIND == _LINK:
        raise ArchiveError(
            worded("{path} is a symbolic link; rlm writes into real directories only: remove it", path=path)
        )
    if found.st_mode & _KIND != _DIR:
        raise ArchiveError(worded("{path} is not a directory; move it away", path=path))
    owner, me = found.st_uid, getattr(os, "geteuid", lambda: -1)()
    if me not in (-1, owner):
        raise ArchiveError(
            worded(
                "{path} belongs to user {owner}, not to you ({me}); run as its owner or chown it back",
                path=path,
                owner=owner,
                me=me,
            )
        )
    return found.st_mode


def _close_to_others(path: str | int, mode: int, wanted: int) -> None:
    """Take from others what they may do with a directory or an open file of ours; where no modes are, nothing."""
    if mode & 0o077 and os.name != "nt":
        try:
            os.chmod(path, wanted)
        except OSError:
            pass


def write_atomic(path: str, data: CleanBytes, *, durable: bool = True) -> None:
    """Put `data` at `path` so that a reader, or the next run after a kill, sees all of it or nothing.

    It is on the disk before this returns, its name included. durable=False leaves out both fsyncs, for files that can
    be derived again. Raises FileRefusedError, also where a directory stands, and OSError.
    """
    check_way(path)
    folder, name = os.path.split(path)
    tmp = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
    fd = _new_file(tmp)
    try:
        try:
            _write_all(fd, data)
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        try:
            os.replace(tmp, path)
        except PermissionError:
            if os.name != "nt" or not patiently_replaced(tmp, path):
                raise
    except OSError as e:
        remove(tmp)
        if isinstance(e, IsADirectoryError):
            raise _unreadable(path, e) from e
        e.filename = e.filename or path  # write(2) and fsync(2) know none
        raise
    if durable:
        sync_dir(folder)


def patiently_replaced(source: str, target: str) -> bool:
    """Whether a file took another's place on Windows, which refuses while somebody has that one open.

    Tried again for half a second. A source that is not there any more has taken its place before.
    """
    import time

    for _ in range(REPLACE_ATTEMPTS):
        try:
            if os.path.lexists(source):
                os.replace(source, target)
            return True
        except PermissionError:
            time.sleep(0.05)
    return False


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


def _new_file(path: str) -> int:
    """A descriptor of a file that was not there; what a killed process of this number has left is removed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | SAFE
    try:
        return os.open(path, flags, FILE_MODE)
    except FileExistsError:
        os.unlink(path)
        return os.open(path, flags, FILE_MODE)


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
        check_way(path)
        folder, name = os.path.split(path)
        folder = via or folder
        tmp = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
        self._waiting[path] = tmp
        fd = _new_file(tmp)
        try:
            _write_all(fd, data)
        except OSError as e:
            e.filename = e.filename or path
            raise
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
        try:
            for path, tmp in self._waiting.items():
                os.replace(tmp, path)
        except PermissionError:
            if os.name != "nt" or not all(patiently_replaced(tmp, path) for path, tmp in self._waiting.items()):
                raise
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


def open_file(path: str, flags: int = os.O_RDONLY, *, follow: bool = False) -> int:
    """A descriptor of a regular file, opened without waiting and, unless `follow`, not through a link.

    Below an archive no directory on the way may be a link either. follow: for files of the user's own, which may be
    kept elsewhere, such as settings. Raises FileNotFoundError when there is none, and FileRefusedError.
    """
    if not follow:
        check_way(path)
    try:
        fd = os.open(path, flags | SAFE | (0 if follow else NOFOLLOW), FILE_MODE)
    except FileNotFoundError:
        raise
    except OSError as e:
        raise _unreadable(path, e) from e
    mode = os.fstat(fd).st_mode
    if mode & _KIND == _FILE:
        if flags & os.O_CREAT:  # ours to write, whoever has laid it there
            _close_to_others(fd, mode, FILE_MODE)
        return fd
    os.close(fd)
    raise _unreadable(path)


def open_another(path: str, ways: set[str]) -> int:
    """As `open_file`, to read one of many files: the way to each of their directories is looked at once.

    ways: the directories that were looked at, to which that of this one is added.
    """
    folder = os.path.dirname(path)
    if folder in ways:
        try:
            fd = os.open(path, os.O_RDONLY | SAFE | NOFOLLOW)
        except OSError:
            return open_file(path)  # which tells what is wrong
        if os.fstat(fd).st_mode & _KIND == _FILE:
            return fd
        os.close(fd)
    fd = open_file(path)
    ways.add(folder)
    return fd


def opened(path: str, *, follow: bool = False) -> BinaryIO:
    """A regular file opened to be read bit by bit; follow and what is raised are as for `open_file`."""
    return os.fdopen(open_file(path, follow=follow), "rb")


def _unreadable(path: str, error: OSError | None = None) -> FileRefusedError:
    """What to say of a file that could not be opened, or is none."""
    try:
        kind = os.lstat(path).st_mode & _KIND
    except OSError:
        kind = _FILE
    if kind == _LINK:
        what = "is a symbolic link, which rlm does not follow: remove it"
    elif kind == _DIR:
        what = "is a directory, where a file belongs: move it away"
    elif kind != _FILE:
        what = "is no regular file: remove it"
    else:
        why = phrase((error and error.strerror) or "it changed meanwhile")
        what = worded("cannot be opened: {why}; see to its permissions", why=why)
    made = FileRefusedError(worded("{path} {why}", path=path, why=phrase(what)))
    made.errno = error.errno if error and kind == _FILE else None  # None: what stands there is to blame
    return made


def check_way(path: str) -> None:
    """Raise FileRefusedError when a directory between an archive's root and what lies at a path is a link."""
    at = path.find(os.sep, path.rfind(_BELOW) + len(_BELOW)) if _BELOW in path else -1
    while at > 0:
        try:
            if os.lstat(path[:at]).st_mode & _KIND == _LINK:
                raise FileRefusedError(
                    worded("{path} is a symbolic link, which rlm does not follow: remove it", path=path[:at])
                )
        except (FileNotFoundError, NotADirectoryError):
            return
        at = path.find(os.sep, at + 1)


def is_dir(path: str) -> bool:
    """Whether a real directory stands at a path, and no link."""
    try:
        return os.lstat(path).st_mode & _KIND == _DIR
    except OSError:
        return False


def is_file(path: str) -> bool:
    """Whether a regular file stands at a path, and no link."""
    try:
        return os.lstat(path).st_mode & _KIND == _FILE
    except OSError:
        return False


def is_name(name: str) -> bool:
    """Whether a text can be the name of something that we made: one step down, never up, out, or hidden."""
    return bool(name) and name[0] != "." and len(name) < 256 and not any(c in name for c in _NO_NAME)


def inside(root: str, *parts: str) -> str:
    """The path of what was named in a file, an index or a citation, once each part is a name and no link stands there.

    Raises FileRefusedError. A part may have steps of its own, with `/`: `sessions/2026-11-22_1f758c24`.
    """
    steps = [step for part in parts for step in part.split("/")]
    if not all(map(is_name, steps)):
        raise FileRefusedError(
            worded("{parts!r} is no name of something in {root}: it is not used", parts="/".join(parts), root=root)
        )
    path = os.path.join(root, *steps)
    check_way(os.path.join(path, ""))
    return path


def listed(folder: str) -> list[str]:
    """What a directory holds, sorted; [] when there is none. Raises FileRefusedError for a link, and OSError."""
    check_way(os.path.join(folder, ""))
    return sorted(os.listdir(folder)) if is_dir(folder) else []


def names(folder: str) -> list[str]:
    """As `listed`, but [] also when a directory cannot be listed."""
    try:
        return listed(folder)
    except OSError:
        return []


def read(path: str, most: int = MOST_BYTES, *, follow: bool = False) -> bytes | None:
    """The bytes of a regular file, or None when there is no such file. follow: as for `open_file`.

    Raises FileRefusedError for whatever else stands there, for more than `most` bytes, and when the disk fails.
    """
    return _contents(path, most, follow, whole=True)


def head_of(path: str, size: int, *, follow: bool = False) -> bytes | None:
    """The first `size` bytes of a regular file, however long it is; None for one that is missing or cannot be read."""
    try:
        return _contents(path, size, follow, whole=False)
    except OSError:
        return None


def _contents(path: str, most: int, follow: bool, whole: bool) -> bytes | None:
    try:
        fd = open_file(path, follow=follow)
    except FileNotFoundError:
        return None
    parts: list[bytes] = []
    try:
        step = os.fstat(fd).st_size + 1  # more than the file has, and no more memory than that
        left = most if not whole else most + 1 if step <= most + 1 else 0
        while left > 0 and (part := os.read(fd, min(step, left))):
            parts.append(part)
            left -= len(part)
    except OSError as e:
        raise _unreadable(path, e) from e
    finally:
        os.close(fd)
    if whole and left <= 0:
        raise FileRefusedError(
            worded(
                "{path} has more than the {most:,} bytes that such a file may have: move it away", path=path, most=most
            )
        )
    return b"".join(parts)


def machine(path: str, most: int = MACHINE_BYTES) -> dict[str, Any]:
    """A JSON file of ours: the object that stands in it; {} for anything else, which is then made anew."""
    from rlm_core import quickjson as json

    try:
        value = json.loads(read(path, most) or b"{}")
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def try_read(path: str) -> bytes | None:
    """As `read`, but None also for a file that the disk does not give."""
    try:
        return read(path)
    except OSError:
        return None


def drop_temporary(folder: str, ending: str = "") -> None:
    """Remove what a killed process had begun to write; `ending` spares what others are writing beside it."""
    for name in names(folder):
        if name.startswith(TMP_PREFIX) and name.endswith(ending):
            remove(os.path.join(folder, name))
