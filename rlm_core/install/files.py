"""Reads and writes the files of an install as bytes. A file that is written is absent or complete."""

import contextlib
import hashlib
import os
from pathlib import Path

from rlm_core.disk import read
from rlm_core.errors import FileRefusedError, InstallError, worded

PRIVATE_DIR, PRIVATE_FILE = 0o700, 0o600


def sha256(data: bytes) -> str:
    """The hex digest."""
    return hashlib.sha256(data).hexdigest()


def target_of(path: Path) -> Path:
    """`path`, or where its symlink leads (which need not exist)."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def read_bytes(path: Path) -> bytes | None:
    """The file's bytes, None when there is no file. Raises InstallError when it cannot be read."""
    try:
        return read(str(path), follow=True)
    except FileRefusedError as error:
        if isinstance(error.__cause__, NotADirectoryError):
            return None
        why = getattr(error.__cause__, "strerror", None) or str(error)
        raise InstallError(
            worded("{path} cannot be read ({why}); repair it and try again", path=path, why=why)
        ) from error


def temp_of(path: Path) -> Path:
    """The one name a half-written `path` may have; a rerun overwrites what a kill left there."""
    return path.with_name(f".{path.name}.rlm-tmp")


def atomic_write(path: Path, data: bytes, mode: int) -> None:
    """Puts `data` at `path` (never through a symlink) in one step; an existing file keeps its mode and owner.

    `mode` is for a new file, before the umask. Raises OSError, and then leaves the old file.
    """
    temp = temp_of(path)
    temp.unlink(missing_ok=True)
    before = path.lstat() if path.is_file() and not path.is_symlink() else None
    try:
        with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            if before:
                _dress(temp, before)
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temp, path)
    finally:
        temp.unlink(missing_ok=True)
    _sync_dir(path.parent)


def _dress(temp: Path, like: os.stat_result) -> None:
    own = temp.stat()
    if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        with contextlib.suppress(PermissionError):  # under sudo the file must stay the user's
            os.chown(temp, like.st_uid, like.st_gid)
    temp.chmod(like.st_mode & 0o7777)


def _sync_dir(path: Path) -> None:
    """The rename itself reaches the disk; file systems that cannot do this are left alone."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def nearest(path: Path) -> Path:
    """The closest ancestor of `path` that exists."""
    return next(parent for parent in path.parents if os.path.lexists(parent))


def check_writable(path: Path) -> None:
    """Raise InstallError when `path` may not be written, created or removed."""
    if path.is_file() and not os.access(path, os.W_OK):
        raise InstallError(
            worded("{path} is read-only; nothing was changed: allow writing (chmod u+w) and try again", path=path)
        )
    home = nearest(path)
    if not home.is_dir():
        raise InstallError(
            worded("{home} is not a directory; nothing was changed: move it away and try again", home=home)
        )
    if not os.access(home, os.W_OK | os.X_OK):
        raise InstallError(
            worded("{home} is read-only; nothing was changed: allow writing (chmod u+w) and try again", home=home)
        )
