"""Finds archives that belong to a project and do not lie in it, and tells which of them may be moved in."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from rlm_core import ownership
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.config import Config
from rlm_core.disk import archive_root, lies_within, names, read
from rlm_core.errors import ArchiveError, phrase, worded
from rlm_core.project import has_archive, project_of
from rlm_core.reach import Reach
from rlm_core.transcript.locate import working_directories

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DIRECTORIES = 20_000  # that are looked at below a working tree
MOST_DEPTH = 6
PASSED_OVER = (".git", "node_modules", ".venv", "venv", "__pycache__", "target", "vendor")


def strays(reach: Reach, *, search: bool = True) -> list[str]:
    """Directories of a project with an archive of their own that is to be moved into the project's, sorted.

    They are found in its worktrees and on the way down to where its sessions began. search: also in all its
    directories, within bounds.
    """
    if project_of(reach.project) != reach.project:
        return []
    tops = [reach.project, *reach.trees]
    found = {folder for folder in _candidates(reach, tops) if has_archive(folder)}
    if search:
        found.update(folder for top in tops for folder in _with_archives(top))
    return sorted(folder for folder in found - {reach.project} if project_of(folder, reach.project) == reach.project)


def _candidates(reach: Reach, tops: list[str]) -> Iterator[str]:
    for began in working_directories(reach):
        for top in tops:
            folder = os.path.realpath(began)
            while lies_within(folder, top):
                yield folder
                folder = os.path.dirname(folder)
    yield from reach.trees


def _with_archives(top: str) -> Iterator[str]:
    """Directories with an archive below a working tree."""
    ahead, seen = [(top, 0)], 0
    while ahead and seen < MOST_DIRECTORIES:
        folder, depth = ahead.pop()
        seen += 1
        try:
            with os.scandir(folder) as entries:
                below = [e.path for e in entries if e.is_dir(follow_symlinks=False) and e.name not in PASSED_OVER]
        except OSError:
            continue
        if os.path.join(folder, ".claude") in below and has_archive(folder):
            yield folder
        ahead += [(path, depth + 1) for path in below if depth < MOST_DEPTH and os.path.basename(path) != ".claude"]


def refusal(directory: str) -> str:
    """Why a directory's archive may not be moved in, for people; "" when it may.

    Git can bring files into a working tree, but no private ones: what others may read was not written by rlm.
    """
    root = archive_root(directory)
    me = getattr(os, "geteuid", lambda: -1)()
    for path in (os.path.dirname(root), root, os.path.join(root, "sessions")):
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode):
            return worded("{path} is a link", path=path)
        if me not in (-1, found.st_uid):
            return worded("{path} belongs to somebody else", path=path)
        if path != os.path.dirname(root) and os.name != "nt" and found.st_mode & 0o077:
            return worded("{path} is not private, so rlm has not made it", path=path)
    why = ownership.foreign(root)
    return worded("{what}: {why}", what=root, why=phrase(why)) if why else ""


def foreign(reach: Reach, directory: str, folder: str, *, asked: bool) -> str:
    """Why a session is not taken for the project's, for people; "" when it is.

    folder: where its chunks stand. They have to begin or end in a directory of the project, or name none. asked: the
    user has asked for it: then directories that are gone speak against nothing, as those of a project that was moved.
    """
    named = [os.path.realpath(cwd) for meta in _ends(folder) if (cwd := str(meta.get("cwd") or ""))]
    if not named or any(lies_within(cwd, directory) or reach.holds(cwd) for cwd in named):
        return ""
    if any(map(os.path.isdir, named)):
        return worded("began in {named}", named=named[0])
    return "" if asked else worded("began in {named}, which is gone; `rlm archive --all` moves it in", named=named[0])


def _ends(folder: str) -> Iterator[dict[str, object]]:
    """What the first and the last chunk say of themselves, or those of the sub-agents where a session has none."""
    agents = os.path.join(folder, "agents")
    folders = [folder] if chunk_names(folder) or not os.path.isdir(agents) else _below(agents)
    for each in folders:
        names = chunk_names(each)
        for name in names[:1] + names[1:][-1:]:
            try:
                yield load_meta(read(os.path.join(each, name)) or b"", name)
            except (ArchiveError, OSError):
                continue


def _below(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in names(folder)]


def sessions_in(directory: str) -> int:
    """How many sessions the archive of a directory holds."""
    sessions = Archive(archive_root(directory), Config()).path("sessions")
    return len(names(sessions))
