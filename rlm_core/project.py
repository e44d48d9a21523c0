"""Which project a directory belongs to: the one answer for hooks and commands.

One archive for a repository: what is said in a worktree or in a subdirectory goes where the rest is. Git's own files
tell the repository; no process is started, and a hook pays a few looks at the disk (docs/decisions/0069).
"""

from __future__ import annotations

import os

from rlm_core.disk import archive_root, is_dir, lies_within, read
from rlm_core.home import config_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = ("settings.local.json", "settings.json")
MARKS = (b"rlm_core.hook", b"rlm hook ", b"/rlm/launch")
"""One of them stands in a settings file that holds hooks of ours, of whichever version."""


class WorkingTree:
    """A working tree of git's. top: where it begins. main: the main working tree's top, which may be the same.

    holder: the directory that stands for a repository without a main working tree, "" where there is one.
    """

    __slots__ = ("holder", "main", "top")

    def __init__(self, top: str, main: str, holder: str = "") -> None:
        self.top = top
        self.main = main
        self.holder = holder


def project_of(directory: str, given: str = "") -> str:
    """The project of a directory, as an absolute path without links.

    In a repository: the nearest directory up to its top in which rlm was installed; else the top if it has an archive;
    else the nearest directory with an archive; else the top. In a linked worktree the same place in the main working
    tree is meant, or, without such a tree, the directory that holds the repository. Elsewhere: the nearest directory
    above in which rlm was installed, else with an archive, else the directory itself. The directory need not exist.

    given: a directory that is taken for one with an archive, whether or not it has one yet.
    """
    start = os.path.realpath(directory)
    if not os.path.isdir(start):
        from rlm_core.registry import owner_of  # a worktree that is gone, as far as anybody knows

        owner = owner_of(start)
        if owner:
            return owner
    tree = working_tree(start)
    if tree is None:
        above = [folder for folder in upwards(start) if folder == start or not _is_claudes_own(folder)]
        return next(filter(is_installed, above), "") or _nearest(above, given) or start
    if tree.holder:
        return tree.holder
    place = os.path.normpath(os.path.join(tree.main, os.path.relpath(start, tree.top)))
    inside = [folder for folder in upwards(place) if lies_within(folder, tree.main)]
    found = next(filter(is_installed, inside), "")
    if found or tree.main == given or has_archive(tree.main):
        return found or tree.main
    return _nearest(inside, given) or tree.main


def _nearest(folders: list[str], given: str) -> str:
    """The first of the directories with an archive, "" without any.

    One that this user's list has comes first: somebody else's, unpacked below, must not stand for the project.
    """
    kept = [folder for folder in folders if folder == given or has_archive(folder)]
    if len(kept) < 2:
        return next(iter(kept), "")
    from rlm_core.registry import archive_id, is_listed

    return next((f for f in kept if f == given or is_listed(archive_id(archive_root(f)))), kept[0])


def named_project(directory: str) -> str:
    """The project that is meant by a directory's name: that very one, unless it lies in a linked worktree."""
    path = os.path.abspath(directory)
    tree = None if has_archive(path) else working_tree(os.path.realpath(path))
    return project_of(path) if tree and tree.top != tree.main else path


def settings_home(directory: str) -> str:
    """Where a local installation for this directory's project belongs.

    Claude Code reads `settings.local.json` of the directory it runs in and of the main working tree's top. A worktree
    of a bare repository has none: there it is the worktree.
    """
    tree = working_tree(os.path.realpath(directory))
    return tree.top if tree and tree.holder else project_of(directory)


def has_archive(folder: str) -> bool:
    """Whether a directory has an archive of its own."""
    return os.path.isdir(os.path.join(archive_root(folder), "sessions"))


def has_stray(start: str, project: str) -> bool:
    """Whether an archive that is not the project's lies in a directory or above it in the same working tree."""
    start = os.path.realpath(start)
    tree = working_tree(start) if start != project else None
    if tree is None:
        return False
    return any(has_archive(f) for f in upwards(start) if lies_within(f, tree.top) and f != project)


def is_installed(folder: str) -> bool:
    """Whether hooks of ours stand in a directory's own settings files; Claude Code's own directory holds the user's."""
    claude = os.path.join(folder, ".claude")
    found = [name for name in SETTINGS if any(mark in _bytes(os.path.join(claude, name)) for mark in MARKS)]
    return bool(found) and (found[0] == SETTINGS[0] or not _is_claudes_own(folder))


def is_reached(folder: str) -> bool:
    """Whether hooks run for sessions there: installed in the directory, for all projects, or as a plugin."""
    own = _bytes(os.path.join(config_dir(), SETTINGS[1]))
    return any(mark in own for mark in (*MARKS, b'"rlm@')) or any(map(is_installed, installations(folder)))


def installations(project: str) -> list[str]:
    """Directories whose own settings count for a project's sessions: itself, and worktrees of a bare repository."""
    return [project, *filter(is_installed, worktrees(project) if _bare(project) else ())]


def _bytes(path: str) -> bytes:
    try:
        return read(path, follow=True) or b""
    except OSError:
        return b""


def _is_claudes_own(folder: str) -> bool:
    """Whether a directory's `.claude` is Claude Code's own, which makes no project of the directory around it."""
    return os.path.realpath(os.path.join(folder, ".claude")) == os.path.realpath(config_dir())


_HOMES: dict[str, str] = {}


def _home() -> str:
    """The home directory without links, looked for once: a search of many archives asks for it at each."""
    named = os.path.expanduser("~")
    if named not in _HOMES:
        _HOMES[named] = os.path.realpath(named)
    return _HOMES[named]


def upwards(start: str) -> Iterator[str]:
    """A directory and those above it, up to the home directory if it lies there."""
    home, folder = _home(), start
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder or folder == home:
            return
        folder = parent


def working_tree(start: str) -> WorkingTree | None:
    """The working tree around an absolute path without links; None outside of any.

    A home directory that is itself a repository, as for settings files, is no project for what lies below it.
    """
    home = _home()
    for folder in upwards(start):
        git = os.path.join(folder, ".git")
        if folder != home or start == home:
            if os.path.isdir(git):
                return WorkingTree(folder, folder)
            if os.path.isfile(git):
                return _by_file(folder, git)
    return None


def _by_file(top: str, git: str) -> WorkingTree:
    """The working tree whose `.git` is a file: a linked worktree, a submodule, or one with its repository elsewhere."""
    common = common_dir(git)
    if not common:
        return WorkingTree(top, top)
    values = _core(common)
    if values.get("worktree"):  # a submodule's repository says where it is checked out
        main = os.path.realpath(os.path.join(common, values["worktree"]))
        known = os.path.realpath(git_dir(main)) == common  # else somebody has named a project of the user's
        return WorkingTree(top, main if known else top)
    bare = values.get("bare") == "true"
    if os.path.basename(common) == ".git" and not bare:
        return WorkingTree(top, os.path.dirname(common))
    hidden = os.path.basename(common).startswith(".")  # `project/.bare` beside the worktrees in `project`
    return WorkingTree(top, "", os.path.dirname(common) if hidden else common)


def common_dir(git: str) -> str:
    """The repository of a linked worktree, by its `.git` file; "" when it is none, or the repository is gone.

    The repository has to know the worktree: a directory that somebody has downloaded must not name another project of
    the user's for its own. One whose listed place is gone has been moved.
    """
    folder = git_dir(os.path.dirname(git))
    common = _named(os.path.join(folder, "commondir")) if folder else ""
    if not os.path.isdir(common) or os.path.dirname(folder) != os.path.join(common, "worktrees"):
        return ""
    listed = _named(os.path.join(folder, "gitdir"))
    return common if listed == os.path.realpath(git) or not os.path.exists(listed) else ""


def git_dir(top: str) -> str:
    """Where git keeps what is a working tree's own, such as its index; "" when that is not known."""
    git = os.path.join(top, ".git")
    return git if os.path.isdir(git) else _named(git, b"gitdir:")


def indexes(root: str) -> list[tuple[str, str]]:
    """(an index of git's, the top of its working tree) for each working tree that may hold the archive."""
    ways = (os.path.dirname(os.path.dirname(root)), os.path.dirname(root), root)
    # Where no link leads to the archive none leads to what is above it.
    starts = ways if os.path.realpath(root) == root else [os.path.realpath(path) for path in ways]
    trees: list[WorkingTree] = []
    for above, start in zip(["", *starts], starts, strict=False):
        if os.path.dirname(start) == above and not os.path.lexists(os.path.join(start, ".git")):
            continue  # it lies in the tree of the directory above
        tree = working_tree(start)
        if tree is not None and tree.top not in [t.top for t in trees]:
            trees.append(tree)
    return [(os.path.join(git, "index"), t.top) for t in trees if (git := git_dir(t.top))]


def exclude_file(project: str) -> str:
    """Where git notes what it ignores for this user alone in the working tree around a directory without links.

    "" outside of any tree, and where the repository cannot be told to be the tree's own. The file need not exist.
    """
    tree = working_tree(project)
    if tree is None or tree.holder:
        return ""
    git = os.path.join(tree.top, ".git")
    folder = git if is_dir(git) else common_dir(git)
    return os.path.join(folder, "info", "exclude") if folder and os.path.isfile(os.path.join(folder, "HEAD")) else ""


def _named(path: str, key: bytes = b"") -> str:
    """The path that a file of git's names, relative to the file's directory; "" when it names none."""
    data = _bytes(path)
    if not data.startswith(key) or not data[len(key) :].strip():
        return ""
    named = os.fsdecode(data[len(key) :].strip(b" \r\n"))
    return os.path.realpath(os.path.join(os.path.dirname(path), named))


def _core(common: str) -> dict[str, str]:
    """What a repository's configuration says of its working tree: `worktree` and `bare`, as far as it does."""
    found: dict[str, str] = {}
    for name in ("config", "config.worktree"):
        section = b""
        for line in _bytes(os.path.join(common, name)).split(b"\n"):
            line = line.strip()
            if line.startswith(b"["):
                section = line.lower()
            key, equals, value = line.partition(b"=")
            if section == b"[core]" and key.strip().lower() in (b"worktree", b"bare") and equals:
                text = os.fsdecode(value.strip()).strip('"')
                found[key.strip().lower().decode()] = text.replace('\\"', '"').replace("\\\\", "\\")
    return found


def worktrees(project: str) -> list[str]:
    """The places that stand for a project in the linked worktrees of its repository; they need not exist."""
    project = os.path.realpath(project)
    tree = working_tree(project)
    common = git_dir(tree.main) if tree and tree.main else _bare(project)
    listed = os.path.join(common, "worktrees")
    if not common or not os.path.isdir(listed):
        return []
    within = os.path.relpath(project, tree.main) if tree and tree.main else "."
    files = [_named(os.path.join(listed, name, "gitdir")) for name in sorted(os.listdir(listed))]
    return [os.path.normpath(os.path.join(os.path.dirname(file), within)) for file in files if file]


def _bare(project: str) -> str:
    """The repository without a main working tree that a directory holds, or is; "" for none."""
    for name in ("", ".bare", ".git"):
        folder = os.path.join(project, name).rstrip(os.sep)
        is_one = os.path.isfile(os.path.join(folder, "HEAD")) and os.path.isdir(os.path.join(folder, "objects"))
        if is_one and (name != ".git" or _core(folder).get("bare") == "true"):
            return folder
    return ""


def counterpart(directory: str, project: str) -> str:
    """The place that stands for the project in the linked worktree around a directory; "" when it is in none."""
    tree = working_tree(os.path.realpath(directory))
    if tree is None or tree.top == tree.main:
        return ""
    return tree.top if tree.holder else os.path.normpath(os.path.join(tree.top, os.path.relpath(project, tree.main)))
