"""The steps that put our lines into `.git/info/exclude`, so that `git stash -u`, `git clean -fd` and `git add -A` leave
our files alone, and that take them out.

They stand in a marked block, one for each directory of the repository in which rlm was installed; see
`rlm_core.git.block`. All worktrees share the file.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rlm_core.disk import read
from rlm_core.errors import InstallError, worded
from rlm_core.git.block import came_with_us, pattern, with_block, without
from rlm_core.install.actions import Action, note
from rlm_core.install.files import check_writable, read_bytes, target_of
from rlm_core.install.scopes import Scope
from rlm_core.install.skills import Files, leftovers, unit_of


@dataclass(frozen=True)
class Repository:
    """The repository around a project. top: of its working tree. common: what all its worktrees share."""

    top: Path
    common: Path

    @property
    def exclude(self) -> Path:
        """The file that holds what git ignores for this user alone; need not exist."""
        return target_of(self.common / "info" / "exclude")


def repository_of(project: Path) -> Repository | None:
    """The repository in whose working tree a directory lies; None outside of any. No process is asked."""
    start = Path(os.path.realpath(project))
    for top in (start, *start.parents):
        git = top / ".git"
        if git.is_file():
            git = _named(git, b"gitdir:") or git
        if (git / "HEAD").is_file():
            return Repository(top, _named(git / "commondir") or git)
    return None


def _named(path: Path, key: bytes = b"") -> Path | None:
    """The directory that a file of git's names, relative to the file's own; None when it names none."""
    try:
        data = read(str(path), follow=True) or b""
    except OSError:
        return None
    if not data.startswith(key) or not data[len(key) :].strip():
        return None
    found = Path(os.path.realpath(path.parent / os.fsdecode(data[len(key) :].strip(b" \r\n"))))
    return found if found.is_dir() else None


def exclude_steps(scope: Scope, names: Iterable[str] | None) -> list[Action]:
    """The steps that have git ignore what a local install wrote below `.claude`, or no longer, when names is None.

    names: paths relative to `.claude`. No steps outside of a repository; a note where its file cannot be written.
    """
    found = repository_of(scope.claude.parent)
    if found is None:
        return []
    place = os.path.relpath(os.path.realpath(scope.claude.parent), found.top)
    path = found.exclude
    try:
        before = read_bytes(path)
        bare = without(before or b"", place)
        if names is None and bare == before:
            return []
        if names is None:
            after = None if came_with_us(before or b"", place) and not bare else bare
        else:
            after = with_block(before, place, sorted({pattern(place, name) for name in names}))
        if after == before:
            return leftovers([path])
        check_writable(path)
    except InstallError as error:
        return [note(worded("git is not told to leave our files alone: {why}", why=error), path)] if names else []
    made = [] if path.parent.is_dir() else [Action("mkdir", path.parent, "new directory", mode=0o777)]
    if after is None:
        return [Action("remove", path, "came with rlm", before), *leftovers([path])]
    why = "our lines taken out" if names is None else "has git leave what rlm wrote alone"
    return [*made, Action("write-file", path, why, before, after), *leftovers([path])]


def excluded(local: Files | None, shared: Files | None) -> set[str] | None:
    """What of a directory's installs git is to ignore: the files of the local one that are not the team's as well.

    None without a local one. local, shared: the files that each has written, as in its manifest.
    """
    if local is None:
        return None
    units = {unit_of(name) for name in local} - {unit_of(name) for name in shared or ()}
    return {"settings.local.json", "rlm/", *(f"{unit}/" if unit.startswith("skills/") else unit for unit in units)}
