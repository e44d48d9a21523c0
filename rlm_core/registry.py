"""Which archives this user has, and where: an id in each, and a list of them in the user's own directory.

A project that was moved is known by its archive's id. The list says where it was before, and which directories were
worktrees of it, so that Claude Code's transcripts of those are found when they are gone.

What is listed is this user's, and nothing else is believed (`ownership`). So each row stands in a file of its own, too,
`archives/<id>/row.json`, written before the id is: a list that is torn, or put back from last week, disowns nothing.
"""

from __future__ import annotations

import os
import time

from rlm_core import quickjson as json
from rlm_core.disk import archive_root, drop_temporary, lies_within, make_dir, read, sync_dir, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError, of_system, worded
from rlm_core.home import ID_DIGITS, ROW, ROWS, id_of, own_dir, own_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = dict[str, Any]

NAME = "projects.json"
VERSION = 1
WAIT = 2.0  # seconds; who cannot enter a project now does it at the next session
MOST_FORMER, MOST_WORKTREES = 20, 500  # paths kept of a project, the newest last
OUTSIDE, BROUGHT = "outside.json", "brought.json"
FORGOTTEN = "forgotten.json"
KEPT = (OUTSIDE, BROUGHT, FORGOTTEN)
"""What is kept of an archive beside its row, and copied with it; see `ownership` and the tombstones."""
TEXTS, LISTS = ("id", "path", "last_seen"), ("former", "worktrees")


def archive_id(root: str, create: bool = False) -> str:
    """The id of the archive at `root`, 32 hexadecimal digits; "" when it has none.

    create: give it one, after that id has been entered for this user. An archive that stood in this very directory
    before, and was deleted, gives its id to the new one. Raises OSError or ArchiveError when either cannot be written.
    """
    known = id_of(root)
    return known if known or not create else claim(root)


def claim(root: str, wanted: str = "") -> str:
    """Make the archive at `root` this user's; its id, which it keeps when it has one that is listed.

    The row is on the disk before the id is: who is killed in between leaves a row that names nothing, and no archive
    that nobody owns. wanted: the id it shall have. Raises OSError or ArchiveError.
    """
    from rlm_core.lock import Lock  # here and below: an idle hook only asks whether a row is there

    make_dir(os.path.join(root, "state"))
    with Lock(os.path.join(root, "state", "id.lock"), WAIT):
        known = id_of(root)
        if known and not wanted:
            return known
        own = wanted or former_id(root) or new_id()
        try:
            _write_row(entry_by(own) or _blank(own, project_at(root)), durable=True)
            if wanted or not os.path.exists(os.path.join(root, "documents")):
                _nothing_outside(own)
        except OSError as e:
            where = os.path.join(own_dir(), ROWS)
            raise ArchiveError(
                worded(
                    "the archive cannot be entered as yours in {where} ({why})",
                    where=where,
                    why=of_system(e),
                )
            ) from e
        _write_id(root, own)
    return own


def new_id() -> str:
    """An id that nobody can guess: whoever knows one has seen the archive."""
    return os.urandom(ID_DIGITS // 2).hex()


def _nothing_outside(own: str) -> None:
    """No document of a new archive lies outside of its project; only older ones' lists are believed, once."""
    if not os.path.exists(own_folder(own, OUTSIDE)):
        keep(own, OUTSIDE, [], durable=False)


def _blank(own: str, path: str) -> Row:
    return {"id": own, "path": path, "last_seen": "", "inode": 0, "former": [], "worktrees": []}


def is_listed(own: str) -> bool:
    """Whether this user has an archive with this id; costs a stat where today's version has entered it."""
    return bool(own) and (os.path.exists(own_folder(own, ROW)) or any(row["id"] == own for row in entries()))


def _write_row(row: Row, *, durable: bool) -> None:
    """Put a row into a file of its own. durable: its directory, too, is on the disk when this returns."""
    folder = own_folder(row["id"])
    for made in (own_dir(), os.path.dirname(folder), folder):
        make_dir(made)
    keep(row["id"], ROW, row, durable=durable)
    for made in (folder, os.path.dirname(folder), own_dir()) if durable else ():
        sync_dir(made)


def keep(own: str, name: str, value: object, *, durable: bool = True) -> None:
    """Put a value, as JSON, beside the row of the archive with this id: places of the user's, and none of a session."""
    from rlm_core.redaction.clean import own_bytes

    make_dir(own_folder(own))
    write_atomic(own_folder(own, name), own_bytes(json.dumps(value).encode()), durable=durable)


def _write_id(root: str, text: str) -> None:
    from rlm_core.redaction.clean import hex_digits, literal

    drop_temporary(os.path.join(root, "state"), "-id")
    write_atomic(os.path.join(root, "state", "id"), literal("{}\n").format(hex_digits(text)).encode())


def former_id(root: str) -> str:
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
    """The listed archives: id, path of the project, last_seen (a day); [] when there are none.

    And: inode of the project's directory, former paths of it, worktrees (places that stand for the project in working
    trees of its repository), each with the newest last. A list that is damaged is made of the single rows.
    """
    try:
        data = read(os.path.join(own_dir(), NAME))
        listed = json.loads(data)["projects"] if data is not None else []
        return [row for row in map(_checked, listed) if row]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return _single_rows()


def _single_rows() -> list[Row]:
    try:
        names = sorted(os.listdir(os.path.join(own_dir(), ROWS)))
    except OSError:
        return []
    return [row for row in map(_single_row, names) if row]


def _single_row(own: str) -> Row | None:
    try:
        row = _checked(json.loads(read(own_folder(own, ROW)) or b"{}"))
    except (ValueError, OSError, RecursionError):
        return None
    return row if row and row["id"] == own else None


def _checked(row: object) -> Row | None:
    """A row of the list with all its fields; None for what is none."""
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in TEXTS):
        return None
    inode = row.get("inode")
    lists = {name: [p for p in row.get(name) or () if isinstance(p, str)] for name in LISTS}
    return {**{name: row[name] for name in TEXTS}, "inode": inode if isinstance(inode, int) else 0, **lists}


def entry_of(root: str) -> Row | None:
    """The row of the archive at `root`."""
    own = id_of(root)
    return entry_by(own) if own else None


def entry_by(own: str) -> Row | None:
    """The row of the archive with this id."""
    return next((row for row in entries() if row["id"] == own), None) or _single_row(own)


def owner_of(directory: str) -> str:
    """The project of which a directory that is gone was a worktree, or a part of one; "" when none says so."""
    rows = sorted(entries(), key=lambda row: str(row["last_seen"]), reverse=True)
    return next((str(r["path"]) for r in rows if any(lies_within(directory, w) for w in r["worktrees"])), "")


def note(root: str, worktree: str = "") -> None:
    """Bring the row of the archive at `root` up to date, where there is one: `claim` alone makes any.

    Never raises: what cannot be entered now is next time. worktree: a place that stands for the project in another
    working tree, and will be gone one day. An archive that was copied together with its project gets an id of its own;
    the one at the listed path keeps it.
    """
    from rlm_core.lock import Lock

    try:
        own = id_of(root)
        row = next((r for r in entries() if r["id"] == own), None) if own else None
        kept = bool(own) and os.path.exists(own_folder(own, ROW))
        if (row is None and not kept) or (row is not None and kept and _is_current(row, root, worktree)):
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
    row = next((r for r in rows if r["id"] == own), None) or _single_row(own)
    if row is not None and row["path"] != path and _stands_at(str(row["path"]), own, root):
        own, row = _part(root, own), None
    row = row or _blank(own, path)
    if row["path"] != path:
        row["former"] = _with(row["former"], row["path"], MOST_FORMER)
    row["former"] = [p for p in row["former"] if p != path]
    row["path"], row["last_seen"], row["inode"] = path, _today(), _inode(path)
    if worktree:
        row["worktrees"] = _with(row["worktrees"], worktree, MOST_WORKTREES)
    _write_row(row, durable=False)
    _save([*(r for r in rows if r["id"] != own), row])


def _part(root: str, own: str) -> str:
    """Give a copied archive an id of its own, with what the user's directory keeps of the one it was copied from."""
    new = new_id()
    _write_row(_blank(new, project_at(root)), durable=True)
    for name in KEPT:
        data = read(own_folder(own, name))
        if data is not None:
            from rlm_core.redaction.clean import own_bytes

            write_atomic(own_folder(new, name), own_bytes(data))
    _write_id(root, new)
    return new


def drop(root: str, own: str = "") -> None:
    """Take the archive at `root` off the list, because another one has all of it. Never raises, as `note`.

    own: the id it had, when that is gone.
    """
    from rlm_core.lock import Lock

    try:
        own = own or id_of(root)
        if not own or entry_by(own) is None:
            return
        with Lock(os.path.join(own_dir(), "projects.lock"), WAIT):
            for name in os.listdir(own_folder(own)) if os.path.isdir(own_folder(own)) else ():
                os.unlink(own_folder(own, name))
            _save([row for row in entries() if row["id"] != own])
    except (OSError, LockTimeoutError):
        return


def _stands_at(path: str, own: str, root: str) -> bool:
    """Whether the archive of this id stands at another path, too: the same one, seen by another way, does not count."""
    listed = archive_root(path)
    return id_of(listed) == own and not os.path.samefile(listed, root)


def _with(paths: list[str], path: str, most: int) -> list[str]:
    return [*(p for p in paths if p != path), path][-most:]


def _save(rows: list[Row]) -> None:
    from rlm_core.redaction.clean import own_bytes

    lines = ",\n".join(json.dumps(row) for row in rows)
    data = f'{{"version": {VERSION}, "projects": [\n{lines}\n]}}\n'.encode()
    write_atomic(os.path.join(own_dir(), NAME), own_bytes(data))
