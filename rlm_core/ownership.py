"""Whose archive it is: an archive is this user's when the user's own directory lists its id, and is foreign otherwise.

An archive lies in a tree that others write to: a clone, a download, a shared folder. What they put there is not opened.
What a hook asks at each turn is answered here; what takes a closer look is `provenance`.
"""

from __future__ import annotations

import os

from rlm_core.disk import lies_within, machine
from rlm_core.errors import phrase, worded
from rlm_core.home import ROW, id_of, own_dir, own_folder

UNLISTED = "your own list of archives does not have it: it was made by somebody else, or in another home of yours"
TRACKED = "git tracks files of it, so whoever commits may have written them"
UNREADABLE = "cannot be read, and it says which archives are yours: see to its permissions"
LINK = "is a symbolic link; rlm writes into real directories only: remove it"
SEEN = "index.json"  # in the user's directory: git's index as it was when it was last read, and what it said
BROUGHT = "brought.json"  # there, too: what came with an archive that was adopted


def foreign(root: str, *, looks: bool = True) -> str:
    """Why the archive at `root` is not this user's, for people; "" when it is, or when there is none.

    looks: git's index is found anew. A hook in the middle of a session remembers where it is, and reads it only after
    it has changed.
    """
    link = _link_at(root)  # first: behind a `.claude` that leads out there may be no archive as yet
    if link:
        return worded("{path} {why}", path=link, why=phrase(LINK))
    if not os.path.lexists(root):
        return ""
    own = id_of(root)
    if own and _is_listed(own):
        return TRACKED if _remembered(root, own, looks=looks) else ""
    if own:
        return _unreadable() or UNLISTED
    if _is_users_own(root):
        return ""
    from rlm_core.git.provenance import is_tracked, without_an_id

    why = TRACKED if is_tracked(root) else without_an_id(root)
    # Another process of the user's may have made the archive while this one looked. Its id comes before anything else.
    return foreign(root, looks=looks) if why and id_of(root) else why


def _unreadable() -> str:
    """That the user's own directory is there and closed to the user, as after a run as root; "" when it is not."""
    try:
        os.listdir(own_folder("")), os.listdir(own_dir())
    except FileNotFoundError:
        return ""
    except OSError:
        return worded("{path} {why}", path=own_dir(), why=phrase(UNREADABLE))
    return ""


def _is_listed(own: str) -> bool:
    if os.path.exists(own_folder(own, ROW)):
        return True
    from rlm_core.registry import is_listed

    return is_listed(own)


def refusal(root: str, why: str = "") -> str:
    """The line for people about an archive that is foreign; "" for any other. why: what `foreign` gave, if known."""
    why = why or foreign(root)
    if not why or why.endswith(UNREADABLE):
        return why
    # It may lie in a directory that somebody else has named.
    root = root if root.isprintable() else "".join([c if c.isprintable() else repr(c)[1:-1] for c in root])
    return worded(
        "the archive {root} is not yours ({why}): nothing of it is read, and nothing is archived here. "
        "`rlm adopt` shows what it holds and takes it over (`--mine`: you made it yourself)",
        root=root,
        why=phrase(why),
    )


def is_installers_own(root: str, scope: str = "local") -> bool:
    """Whether what `install/` of an archive says was written for this user: it names files to delete and to restore."""
    if scope == "user" or _is_users_own(root):
        return True
    if _link_at(root) or os.path.islink(os.path.join(root, "install")):
        return False
    if id_of(root):
        return not foreign(root)
    from rlm_core.git.provenance import is_launched, is_tracked

    return is_launched(root) and not is_tracked(root)


def brought(root: str) -> frozenset[str]:
    """Directories of sessions and documents, relative to the archive, that came with an archive which was adopted."""
    kept = machine(own_folder(id_of(root) or "-", BROUGHT)).get("folders")
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
    if not os.path.islink(claude) or _is_users_own(root):
        return ""
    return "" if lies_within(os.path.realpath(claude), os.path.realpath(os.path.dirname(claude))) else claude


def _is_users_own(root: str) -> bool:
    """Whether it is the archive of the home directory, which lies in the user's own directory of ours."""
    return os.path.realpath(root) == os.path.realpath(own_dir())


def _remembered(root: str, own: str, *, looks: bool) -> bool:
    """Whether git tracks files of an archive: as it was found last, unless git's index has changed since."""
    kept = machine(own_folder(own, SEEN))
    try:
        known = [(path, stamp) for path, stamp in kept["indexes"]] if kept["root"] == root else None
    except (KeyError, TypeError, ValueError):
        known = None
    if known is not None and looks:
        from rlm_core.project import indexes

        known = known if [path for path, _ in known] == [path for path, _ in indexes(root)] else None
    if known is not None and all(_stamp(path) == stamp for path, stamp in known):
        return bool(kept.get("tracked"))
    return _look(root, own)


def _look(root: str, own: str) -> bool:
    """Read git's index, and remember what it says in the user's own directory."""
    from rlm_core.errors import ArchiveError
    from rlm_core.git.provenance import is_tracked
    from rlm_core.project import indexes
    from rlm_core.registry import keep

    stamps = [(path, _stamp(path)) for path, _ in indexes(root)]
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
