"""Where a project's sessions may have begun: its directory, worktrees, former paths; Claude Code's folders of them."""

from __future__ import annotations

import os

from rlm_core.disk import archive_root, lies_within
from rlm_core.home import config_dir
from rlm_core.project import has_archive, is_installed, project_of, worktrees
from rlm_core.registry import entry_of

SLUG_CHARS = 200


class Reach:
    """All directories that stand for one project.

    former: where it was before it was moved. trees: its places in worktrees, of now and of once.
    """

    __slots__ = ("_known", "_own", "former", "project", "root", "trees")

    def __init__(self, project: str) -> None:
        self.project = os.path.realpath(project)
        self.root = archive_root(project)
        row = entry_of(self.root) or {"former": [], "worktrees": []}
        self.former: list[str] = row["former"]
        # One that is gone cannot say whose it was, and a shipped repository may list any path: the user's list says it.
        there = filter(os.path.isdir, worktrees(self.project))
        self.trees = list(dict.fromkeys([*there, *row["worktrees"]]))
        self._own = project_of(self.project) == self.project
        self._known: dict[str, bool] = {}

    def holds(self, directory: str, session: str = "") -> bool:
        """Whether a session that began in a directory, which may be gone, is this project's.

        session: its id. At a path that the project has left, something else may stand today: what began there is ours
        if it is archived here.
        """
        if directory not in self._known:
            self._known[directory] = self._is_ours(os.path.realpath(directory))
        if self._known[directory]:
            return True
        left = any(lies_within(directory, place) for place in (*self.former, *self.trees))
        return left and bool(session) and os.path.exists(os.path.join(self.root, "state", "sources", f"{session}.json"))

    def _is_ours(self, directory: str) -> bool:
        if not self._own:  # somebody has named a directory that is a part of another project
            return lies_within(directory, self.project)
        found = project_of(self._moved(directory), self.project)
        if found == self.project:
            return True
        # A directory below that has nothing of its own, not even a project around it as yet.
        return lies_within(found, self.project) and not _stands(found)

    def _moved(self, directory: str) -> str:
        """Where a directory is now that was moved with the project, or itself."""
        if os.path.isdir(directory):
            return directory
        for place in (*self.former, *self.trees):
            if lies_within(directory, place) and not os.path.isdir(place):
                return os.path.normpath(os.path.join(self.project, os.path.relpath(directory, place)))
        return directory

    def exact(self) -> list[str]:
        """Claude Code's folders of the transcripts of sessions that began at these places, and not below."""
        base = os.path.join(config_dir(), "projects")
        found = [os.path.join(base, slug(place)) for place in (self.project, *self.former, *self.trees)]
        return [folder for folder in dict.fromkeys(found) if os.path.isdir(folder)]

    def folders(self) -> list[str]:
        """Those, and the ones that may be of directories below: their names do not tell for certain."""
        base = os.path.join(config_dir(), "projects")
        wanted = {slug(place) for place in (self.project, *self.former, *self.trees)}
        names = sorted(os.listdir(base)) if os.path.isdir(base) else []
        found = [n for n in names if any(n == w or n.startswith((f"{w}-", w[:SLUG_CHARS])) for w in wanted)]
        return [os.path.join(base, n) for n in found]


def _stands(folder: str) -> bool:
    """Whether a directory is a project by itself: a repository's, or one with something of ours."""
    return os.path.exists(os.path.join(folder, ".git")) or is_installed(folder) or has_archive(folder)


def slug(path: str) -> str:
    """The name Claude Code gives a directory's folder of transcripts: every character but ASCII letters and digits is a
    dash.

    Only the first 200 characters are meant: longer names end in a hash.
    """
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in path)[:SLUG_CHARS]
