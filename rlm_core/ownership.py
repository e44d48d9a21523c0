"""Whose archive it is: an archive is this user's when the user's own directory lists its id, and is foreign otherwise.

An archive lies in a tree that others write to: a clone, a download, a shared folder. What they put there is not opened.
"""

from __future__ import annotations

import json
import os
import stat

from rlm_core.disk import NOFOLLOW, TMP_PREFIX, lies_within
from rlm_core.errors import ArchiveError
from rlm_core.home import config_dir, own_dir
from rlm_core.project import WorkingTree, git_dir, project_of, upwards, working_tree
from rlm_core.reach import SLUG_CHARS, slug
from rlm_core.registry import BROUGHT, NONBLOCK, archive_id, is_listed, keep, own_folder, project_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

UNLISTED = "it was made by somebody else: your own list of archives does not have it"
TRACKED = "git tracks files of it, so whoever commits may have written them"
LINK = "is a symbolic link; rlm writes into real directories only: remove it"
SEEN = "index.json"  # in the user's directory: git's index as it was when it was last read, and what it said
HARMLESS = ("README.md", ".gitignore", "install", "log")  # neither read nor obeyed before an archive is the user's
FOLDERS = ("sessions", "documents", "state")  # a file of that name holds nothing that could be read
ROOM = 64 * 1024 * 1024  # bytes of an index of git's that are read


def foreign(root: str, *, looks: bool = True) -> str:
    """Why the archive at `root` is not this user's, for people; "" when it is, or when there is none.

    looks: git's index is found anew. A hook in the middle of a session remembers where it is, and reads it only after
    it has changed.
    """
    if not os.path.lexists(root):
        return ""
    link = _link_at(root)
    if link:
        return f"{link} {LINK}"
    own = archive_id(root)
    if not own:
        return _without_an_id(root)
    if not is_listed(own):
        return UNLISTED
    return TRACKED if _remembered(root, own, looks=looks) else ""


def refusal(root: str, why: str = "") -> str:
    """The line for people about an archive that is foreign; "" for any other. why: what `foreign` gave, if known."""
    why = why or foreign(root)
    if not why:
        return ""
    return (
        f"the archive {root} is not yours ({why}): nothing of it is read, and nothing is archived here. "
        "`rlm adopt` shows what it holds and takes it over"
    )


def is_installers_own(root: str, scope: str = "local") -> bool:
    """Whether what `install/` of an archive says was written for this user: it names files to delete and to restore."""
    if scope == "user" or _is_users_own(root):
        return True
    if _link_at(root) or os.path.islink(os.path.join(root, "install")):
        return False
    own = archive_id(root)
    if not own:
        return _launched(root) and not is_tracked(root)
    return is_listed(own) and not foreign(root)


def brought(root: str) -> frozenset[str]:
    """Directories of sessions and documents, relative to the archive, that came with an archive which was adopted."""
    try:
        kept = json.loads(read_small(own_folder(archive_id(root) or "-", BROUGHT)) or b"[]")
    except ValueError:
        return frozenset()
    return frozenset(each for each in kept if isinstance(each, str)) if isinstance(kept, list) else frozenset()


def is_brought(root: str, path: str, known: frozenset[str]) -> bool:
    """Whether a path in the archive lies in one of the directories that `brought` gives."""
    if not known:
        return False
    parts = os.path.relpath(path, root).split(os.sep)
    return "/".join(parts[:2]) in known


def _link_at(root: str) -> str:
    """The link by which the archive, or its state, lies somewhere else; "" for none. A user's own directory may."""
    claude = os.path.dirname(root)
    for path in (root, os.path.join(root, "state")):
        if os.path.islink(path) and not _is_users_own(root):
            return path
    outside = os.path.islink(claude) and not lies_within(os.path.realpath(claude), os.path.realpath(project_at(root)))
    return claude if outside and not _is_users_own(root) else ""


def _is_users_own(root: str) -> bool:
    """Whether it is the archive of the home directory, which lies in the user's own directory of ours."""
    return os.path.realpath(root) == os.path.realpath(own_dir())


# Archives without an id: of version 0.4 and older, or half made, or put there.


def _without_an_id(root: str) -> str:
    if _is_users_own(root):
        return ""
    if is_tracked(root):
        return TRACKED
    if not os.path.isdir(root) or not _has_content(root):
        return ""
    if not _is_private(root):
        return "others may read it, so rlm has not made it"
    return "" if _is_proven(root) else "it has no id, and Claude Code has no transcript of a session in it"


def _has_content(root: str) -> bool:
    """Whether anything in it would be read or obeyed; locks and what a killed process had begun are nothing."""
    try:
        names = [name for name in os.listdir(root) if name not in HARMLESS and not name.startswith(TMP_PREFIX)]
    except OSError:
        return True
    found = [os.path.join(root, name) for name in names]
    return any(_holds_something(path) for path in found if os.path.isdir(path) or os.path.basename(path) not in FOLDERS)


def shed(root: str) -> None:
    """Drop the log of what is about to become an archive, unless hooks that this user installed have begun it."""
    folder = os.path.join(root, "log")
    if os.path.islink(folder) or not os.path.isdir(folder) or _launched(root):
        return
    for name in ("rlm.log", "rlm.log.1"):
        path = os.path.join(folder, name)
        if os.path.lexists(path) and not os.path.isdir(path):
            os.unlink(path)


def _holds_something(path: str) -> bool:
    name = os.path.basename(path)
    if name.startswith(TMP_PREFIX) or name.endswith(".lock"):
        return False
    if os.path.islink(path) or not os.path.isdir(path):
        return True
    return any(_holds_something(os.path.join(path, each)) for each in os.listdir(path))


def _launched(root: str) -> bool:
    """Whether the launcher, in the user's own directory, knows of an installation in the project's settings."""
    settings = json.dumps(os.path.join(os.path.dirname(root), "settings"))[:-1]
    return settings.encode() in read_small(os.path.join(own_dir(), "launch.json"))


def _is_private(root: str) -> bool:
    """Whether the archive's directories are this user's and closed to all others, as a checkout never is."""
    me = getattr(os, "geteuid", lambda: -1)()
    for path in (root, os.path.join(root, "sessions"), os.path.join(root, "state")):
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            continue
        if not stat.S_ISDIR(found.st_mode) or me not in (-1, found.st_uid):
            return False
        if os.name != "nt" and found.st_mode & 0o077:
            return False
    return True


def _is_proven(root: str) -> bool:
    """Whether it holds a session whose transcript Claude Code keeps for this project, which nobody else can name."""
    sessions, states = os.path.join(root, "sessions"), os.path.join(root, "state", "sources")
    folders = _names(sessions)
    for name in _sessions_of(project_at(root)):
        if os.path.isfile(os.path.join(states, f"{name}.json")):
            return True
        for folder in folders:
            beginning = folder.partition("_")[2].partition("-from-")[0]
            if beginning and name.startswith(beginning) and _names_session(os.path.join(sessions, folder), name):
                return True
    return False


def _sessions_of(project: str) -> Iterator[str]:
    """Ids of the sessions that Claude Code has in its folders for a directory, those above it in its repository, the
    project it belongs to, and directories below.
    """
    base, place = os.path.join(config_dir(), "projects"), os.path.realpath(project)
    tree = working_tree(place)
    above = [folder for folder in upwards(place) if tree and lies_within(folder, tree.top)]
    wanted = {slug(folder) for folder in (place, project_of(place), *above)}
    for folder in _names(base):
        if any(f"{folder}-".startswith(each if len(each) == SLUG_CHARS else f"{each}-") for each in wanted):
            yield from (n[: -len(".jsonl")] for n in _names(os.path.join(base, folder)) if n.endswith(".jsonl"))


def _names_session(folder: str, session: str) -> bool:
    """Whether a chunk file's front matter says that it is of the session."""
    chunks = [name for name in _names(folder) if name.endswith(".md") and name[:4].isdigit()]
    return any(session.encode() in read_small(os.path.join(folder, name))[:4096] for name in chunks[:1])


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def read_small(path: str, most: int = 1024 * 1024) -> bytes:
    """A regular file's first bytes, at most so many; b"" for what is none, such as a pipe or a link."""
    try:
        fd = os.open(path, os.O_RDONLY | NOFOLLOW | NONBLOCK)
    except OSError:
        return b""
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return b""
        pieces, left = [], most
        while left > 0 and (piece := os.read(fd, min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    except OSError:
        return b""
    finally:
        os.close(fd)


# What git tracks.


def _remembered(root: str, own: str, *, looks: bool) -> bool:
    """Whether git tracks files of an archive: as it was found last, unless git's index has changed since."""
    try:
        kept = json.loads(read_small(own_folder(own, SEEN)) or b"{}")
        indexes, tracked = kept["indexes"], kept["tracked"]
        if kept["root"] != root or (looks and [path for path, _ in indexes] != [at for at, _ in _indexes(root)]):
            indexes = None
    except (ValueError, KeyError, TypeError):
        indexes, tracked = None, False
    if indexes is not None and all(_stamp(path) == stamp for path, stamp in indexes):
        return bool(tracked)
    return _look(root, own)


def _look(root: str, own: str) -> bool:
    """Read git's index, and remember what it says in the user's own directory."""
    stamps = [(path, _stamp(path)) for path, _ in _indexes(root)]
    tracked = is_tracked(root)
    try:
        if os.path.isdir(own_folder(own)):
            keep(own, SEEN, {"root": root, "indexes": stamps, "tracked": tracked}, durable=False)
    except (OSError, ArchiveError):
        pass  # read again next time
    return tracked


def _stamp(path: str) -> list[int]:
    """What changes whenever git writes its index; [] without one."""
    try:
        found = os.stat(path)
    except OSError:
        return []
    return [found.st_ino, found.st_size, found.st_mtime_ns]


def _indexes(root: str) -> list[tuple[str, str]]:
    """(an index of git's, the top of its working tree) for each working tree that may hold the archive."""
    starts = [os.path.realpath(path) for path in (project_at(root), os.path.dirname(root), root)]
    trees: list[WorkingTree] = []
    for start in starts:
        tree = working_tree(start)
        if tree is not None and tree.top not in [t.top for t in trees]:
            trees.append(tree)
    return [(os.path.join(git, "index"), t.top) for t in trees if (git := git_dir(t.top))]


def is_tracked(root: str) -> bool:
    """Whether an index of git's names the archive, a file of it, or `.claude` itself as a link or a module."""
    for path, top in _indexes(root):
        at = os.path.relpath(os.path.join(os.path.realpath(project_at(root)), ".claude", "rlm"), top)
        named = os.fsencode(at.replace(os.sep, "/"))
        data = read_small(path, ROOM)
        if not data:
            continue
        from rlm_core.gitindex import names_below

        if any(True for _ in names_below(data, named, os.path.dirname(path), read_small)):
            return True
    return False
