"""Which archives this user has, and where: an id in each, and a list of them in the user's own directory.

A project that was moved is known by its archive's id. The list says where it was before, and which directories were
worktrees of it, so that Claude Code's transcripts of those are found when they are gone.
"""

from __future__ import annotations

import json
import os
import time

from rlm_core.disk import archive_root, drop_temporary, lies_within, machine, make_dir, read, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.home import own_dir
from rlm_core.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = dict[str, Any]

NAME = "projects.json"
VERSION = 1
ID_DIGITS = 32
WAIT = 2.0  # seconds; who cannot enter a project now does it at the next session
MOST_FORMER, MOST_WORKTREES = 20, 500  # paths kept of a project, the newest last
TEXTS, LISTS = ("id", "path", "last_seen"), ("former", "worktrees")


def archive_id(root: str, create: bool = False) -> str:
    """The id of the archive at `root`, 32 hexadecimal digits; "" when it has none.

    create: give it one. An archive that stood in this very directory before, and was deleted, gives its id to the new
    one. Raises OSError or ArchiveError when it cannot be written.
    """
    known = _read_id(root)
    if known or not create:
        return known
    make_dir(os.path.join(root, "state"))
    with Lock(os.path.join(root, "state", "id.lock"), WAIT):
        return _read_id(root) or _write_id(root, _former_id(root) or os.urandom(ID_DIGITS // 2).hex())


def _read_id(root: str) -> str:
    try:
        text = (read(os.path.join(root, "state", "id")) or b"").decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if len(text) == ID_DIGITS and not text.strip("0123456789abcdef") else ""


def _write_id(root: str, text: str) -> str:
    from rlm_core.redaction.clean import hex_digits, literal

    drop_temporary(os.path.join(root, "state"), "-id")
    write_atomic(os.path.join(root, "state", "id"), literal("{}\n").format(hex_digits(text)).encode())
    return text


def _former_id(root: str) -> str:
    """The id under which this directory is listed; another directory that has got its path since is another project."""
    path = project_at(root)
    inode = _inode(path)
    return next((row["id"] for row in entries() if row["path"] == path and row["inode"] == inode), "")


def project_at(root: str) -> str:
    """The project whose archive is at `root`."""
    return os.path.dirname(os.path.dirname(root))


def _inode(path: str) -> int:
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


def entries() -> list[Row]:
    """The listed archives: id, path of the project, last_seen (a day); [] when there is no list that can be read.

    And: inode of the project's directory, former paths of it, worktrees (places that stand for the project in working
    trees of its repository), each with the newest last.
    """
    try:
        listed = machine(os.path.join(own_dir(), NAME))["projects"]
        return [row for row in map(_checked, listed) if row]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return []


def _checked(row: object) -> Row | None:
    """A row of the list with all its fields; None for what is none."""
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in TEXTS):
        return None
    inode = row.get("inode")
    lists = {name: [p for p in row.get(name) or () if isinstance(p, str)] for name in LISTS}
    return {**{name: row[name] for name in TEXTS}, "inode": inode if isinstance(inode, int) else 0, **lists}


def entry_of(root: str) -> Row | None:
    """The row of the archive at `root`."""
    own = _read_id(root)
    return next((row for row in entries() if own and row["id"] == own), None)


def owner_of(directory: str) -> str:
    """The project of which a directory that is gone was a worktree, or a part of one; "" when none says so."""
    rows = sorted(entries(), key=lambda row: str(row["last_seen"]), reverse=True)
    return next((str(r["path"]) for r in rows if any(lies_within(directory, w) for w in r["worktrees"])), "")


def note(root: str, worktree: str = "") -> None:
    """Enter the archive at `root`, or where it is now. Never raises: what cannot be entered now is next time.

    worktree: a place that stands for the project in another working tree, and will be gone one day. An archive that
    was copied together with its project gets an id of its own; the one at the listed path keeps it.
    """
    try:
        own = _read_id(root)
        row = entry_of(root)
        if not own or (row is not None and _is_current(row, root, worktree)):
            return
        folder = own_dir()
        make_dir(folder)
        with Lock(os.path.join(folder, "projects.lock"), WAIT):
            _enter(root, own, worktree)
    except (OSError, ArchiveError, LockTimeoutError):
        return


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _is_current(row: Row, root: str, worktree: str) -> bool:
    seen = row["path"] == project_at(root) and row["last_seen"] == _today()
    return bool(seen and (not worktree or worktree in row["worktrees"]))


def _enter(root: str, own: str, worktree: str) -> None:
    """Write the list with this archive's row as it is now; the caller holds the lock."""
    path, rows = project_at(root), entries()
    row = next((r for r in rows if r["id"] == own), None)
    if row is not None and row["path"] != path and _stands_at(str(row["path"]), own, root):
        own, row = _write_id(root, os.urandom(ID_DIGITS // 2).hex()), None
    if row is None:
        row = {"id": own, "path": path, "last_seen": "", "inode": 0, "former": [], "worktrees": []}
        rows.append(row)
    if row["path"] != path:
        row["former"] = _with(row["former"], row["path"], MOST_FORMER)
    row["former"] = [p for p in row["former"] if p != path]
    row["path"], row["last_seen"], row["inode"] = path, _today(), _inode(path)
    if worktree:
        row["worktrees"] = _with(row["worktrees"], worktree, MOST_WORKTREES)
    _save(rows)


def drop(root: str) -> None:
    """Take the archive at `root` off the list, because another one has all of it. Never raises, as `note`."""
    try:
        own = _read_id(root)
        if own and entry_of(root) is not None:
            with Lock(os.path.join(own_dir(), "projects.lock"), WAIT):
                _save([row for row in entries() if row["id"] != own])
    except (OSError, LockTimeoutError):
        return


def _stands_at(path: str, own: str, root: str) -> bool:
    """Whether the archive of this id stands at another path, too: the same one, seen by another way, does not count."""
    listed = archive_root(path)
    return _read_id(listed) == own and not os.path.samefile(listed, root)


def _with(paths: list[str], path: str, most: int) -> list[str]:
    return [*(p for p in paths if p != path), path][-most:]


def _save(rows: list[Row]) -> None:
    from rlm_core.redaction.clean import own_bytes

    lines = ",\n".join(json.dumps(row) for row in rows)
    data = f'{{"version": {VERSION}, "projects": [\n{lines}\n]}}\n'.encode()
    write_atomic(os.path.join(own_dir(), NAME), own_bytes(data))
