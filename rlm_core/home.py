"""The user's own directories: Claude Code's, and in it ours, for what is about all projects or must outlive one."""

from __future__ import annotations

import os

from rlm_core.errors import worded

ROWS, ROW = "archives", "row.json"
ID_DIGITS = 32
KEY, KEY_BYTES = "key", 32
UNAWARE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def config_dir() -> str:
    """Claude Code's own directory: $CLAUDE_CONFIG_DIR or ~/.claude."""
    return os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".claude")


def own_dir() -> str:
    """`<Claude's config directory>/rlm`, which need not exist."""
    return os.path.join(config_dir(), "rlm")


def trusted_list() -> str:
    """The list of trusted settings files, which need not exist."""
    return os.path.join(own_dir(), "trusted.json")


def own_folder(own: str, *parts: str) -> str:
    """Where the user's own directory keeps what concerns the archive with this id, out of reach of its tree."""
    return os.path.join(own_dir(), ROWS, own, *parts)


def id_of(root: str) -> str:
    """What `state/id` of an archive says, "" for nothing that could be an id.

    It may be anything that somebody has put there: a link and a pipe are not read.
    """
    try:
        fd = os.open(os.path.join(root, "state", "id"), os.O_RDONLY | UNAWARE)
    except OSError:
        return ""
    try:
        text = os.read(fd, 2 * ID_DIGITS).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    finally:
        os.close(fd)
    return text if len(text) == ID_DIGITS and not text.strip("0123456789abcdef") else ""


def key_path() -> str:
    """Where the user's key stands, once it has been made."""
    return os.path.join(own_dir(), KEY)


def user_key(*, create: bool = False) -> bytes:
    """The user's key, 32 random bytes, for hashes that nobody else can make or guess; b"" where there is none.

    With it goes what must not be guessed from its hash, such as a forgotten word, and what must not be forged, such as
    that a chunk was altered on purpose. It stands in no archive and in no copy of one.

    create: make it where there is none; of two processes that do so at once both get the same. Raises ArchiveError for
    a file that is no key, which is not replaced, since what was made with the lost one cannot be proven any more; and
    OSError.
    """
    from rlm_core.disk import read
    from rlm_core.errors import ArchiveError

    path = key_path()
    key = read(path, KEY_BYTES + 1)
    if key is None and create:
        _make_key(path)
        key = read(path, KEY_BYTES + 1)
    if key is not None and len(key) != KEY_BYTES:
        raise ArchiveError(
            worded("{path} is not the key that rlm made: bring it back from a backup, or remove it", path=path)
        )
    return key or b""


def _make_key(path: str) -> None:
    """Put a new key in its place, whole and on the disk, unless another process was quicker."""
    from rlm_core.disk import TMP_PREFIX, make_dir, remove, sync_dir, write_atomic
    from rlm_core.redaction.clean import own_bytes

    folder, name = os.path.split(path)
    make_dir(folder)
    beside = os.path.join(folder, f"{TMP_PREFIX}{os.getpid()}-{name}")
    write_atomic(beside, own_bytes(os.urandom(KEY_BYTES)))
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not os.path.lexists(path):
            os.replace(beside, path)
    finally:
        remove(beside)
    sync_dir(folder)
