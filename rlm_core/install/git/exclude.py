"""Our lines in `.git/info/exclude`, so that `git stash -u`, `git clean -fd` and `git add -A` leave our files alone.

They stand in a marked block, one for each directory of the repository in which rlm was installed. All worktrees share
the file. What stood before the block comes back to the byte when it is taken out: the block itself says whether there
was a file, and whether its last line had an end.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rlm_core.errors import InstallError
from rlm_core.install.actions import Action, note
from rlm_core.install.files import check_writable, read_bytes, target_of
from rlm_core.install.scopes import Scope
from rlm_core.install.skills import Files, leftovers, unit_of

NEW, CUT = b" (this file came with it)", b" (the line before it had no end)"
_BEGIN = b"# >>> rlm in %s: what `rlm install` wrote for you alone; `rlm uninstall` takes these lines out%s\n"
_END = b"# <<< rlm in %s\n"
_GLOB = re.compile(r"([\\*?\[\]])")


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
        data = path.read_bytes()
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
            after = None if _came_with_us(before or b"", place) and not bare else bare
        else:
            after = with_block(before, place, sorted({_pattern(place, name) for name in names}))
        if after == before:
            return leftovers([path])
        check_writable(path)
    except InstallError as error:
        return [note(f"git is not told to leave our files alone: {error}", path)] if names else []
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


def _pattern(place: str, name: str) -> bytes:
    """A line of the file, anchored at the working tree's top. A skill is a directory, which ends in a slash."""
    path = "/".join([*([] if place == "." else place.split(os.sep)), ".claude", name])
    return os.fsencode("/" + _GLOB.sub(r"\\\1", path))


def with_block(data: bytes | None, place: str, lines: Iterable[bytes]) -> bytes:
    """The file with our block at its end, in place of an earlier one."""
    former = _block(data or b"", place)
    flags = former[1] if former else NEW if data is None else b""
    if former is None and data and not data.endswith(b"\n"):
        flags += CUT
    rest = _out(data or b"", former)
    cut = b"\n" if CUT in flags else b""
    name = _name(place)
    return rest + cut + _BEGIN % (name, flags) + b"".join(line + b"\n" for line in lines) + _END % name


def without(data: bytes, place: str) -> bytes:
    """The file without our block, as it was before it came."""
    return _out(data, _block(data, place))


def _out(data: bytes, block: "tuple[slice, bytes] | None") -> bytes:
    if block is None:
        return data
    where, flags = block
    head, tail = data[: where.start], data[where.stop :]
    # A line that somebody has added behind the block needs the end that the line before it never had.
    return (head[:-1] if CUT in flags and not tail and head.endswith(b"\n") else head) + tail


def _came_with_us(data: bytes, place: str) -> bool:
    found = _block(data, place)
    return found is not None and NEW in found[1]


def _block(data: bytes, place: str) -> "tuple[slice, bytes] | None":
    """Where our block of a place stands, and what its first line says of the file before; None without one."""
    name = _name(place)
    begin, end = _BEGIN % (name, b"\0"), _END % name
    head = re.escape(begin).split(re.escape(b"\0"))[0]
    found = re.search(rb"^" + head + rb"((?: \([a-z ]+\))*)\n(?:.*\n)*?" + re.escape(end), data, re.M)
    return (slice(*found.span()), found[1]) if found else None


def _name(place: str) -> bytes:
    """A directory as it stands in the marks: on one line, whatever it is called."""
    return b"this directory" if place == "." else os.fsencode(place).replace(b"\n", b"?")
