"""The archives that the user's own list names, as far as they are there and are the user's."""

from __future__ import annotations

import os

from rlm_core.archive.store import Archive
from rlm_core.config import load
from rlm_core.disk import archive_root
from rlm_core.errors import RlmError, worded
from rlm_core.ownership import foreign
from rlm_core.record import Record, each
from rlm_core.registry import entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Reached(Record):
    """What is asked when all archives are.

    archives: project -> its archive, the project that was named first, then the ones that were used last. foreign:
    projects whose archive is not this user's: nothing of it was read. missing: listed ones of which the archive is not
    there, as on a disk that is not mounted. failed: project -> why its archive cannot be opened.
    """

    archives: dict[str, Archive] = each(dict)
    foreign: list[str] = each(list)
    missing: list[str] = each(list)
    failed: dict[str, str] = each(dict)

    def as_json(self) -> dict[str, Any]:
        """The figures, and the fields that are there when there is something to tell."""
        left = {"foreign": self.foreign, "missing": self.missing, "failed": self.failed}
        return {"archives": len(self.archives), **{name: value for name, value in left.items() if value}}


def reached(first: str) -> Reached:
    """All archives of this user. first: a project that comes first, whether or not the list names it."""
    found = Reached()
    for project in _projects(first):
        root = archive_root(project)
        if not os.path.isdir(os.path.join(root, "sessions")):
            if project != first:
                found.missing.append(project)
        elif foreign(root):
            found.foreign.append(project)
        else:
            try:
                found.archives[project] = Archive(root, load(project))
                found.archives[project].check_version()
            except (RlmError, OSError) as e:
                found.archives.pop(project, None)
                found.failed[project] = worded("{why}", why=e)
    return found


def _projects(first: str) -> Iterable[str]:
    listed = sorted(entries(), key=lambda row: str(row["last_seen"]), reverse=True)
    return dict.fromkeys([first, *(str(row["path"]) for row in listed)])
