"""Where the second copy of an archive is, and whose it is: all that a hook loads of it.

`<own directory>/copies/<id>/` has the archive's relative paths, and three files more: `place` holds the path of the
archive, `copied.json` the times of the directories as they were copied, `lock` is held meanwhile.
"""

from __future__ import annotations

import os

from rlm_core.disk import archive_root, read
from rlm_core.errors import Counted, worded
from rlm_core.home import own_dir
from rlm_core.registry import archive_id, entries, former_id
from rlm_core.transcript.source import file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.transcript.source import Source

PLACE = "place"
COPIED = "copied.json"
PARTS = ("sessions", "documents")  # what cannot be made again


def copies_dir() -> str:
    """Where the copies of all archives are."""
    return os.path.join(own_dir(), "copies")


def copy_of(archive: str) -> str:
    """The directory of the copy of the archive with this id."""
    return os.path.join(copies_dir(), archive)


def copies_at(root: str) -> list[str]:
    """The existing copies of what is or was the archive at `root`: that of its id, then others made of this place.

    Of an archive that is gone the user's list has the id: its project may have been moved since it was copied.
    """
    found: list[str] = []
    try:
        names = sorted(os.listdir(copies_dir()))
    except OSError:
        return []
    known, here = archive_id(root) or former_id(root), os.fsencode(os.path.realpath(root))
    for name in names:
        top = copy_of(name)
        if name == known and os.path.isdir(top):
            found.insert(0, top)
        elif read(os.path.join(top, PLACE)) == here and not _is_elsewhere(name, root):
            found.append(top)
    return found


def _is_elsewhere(archive: str, root: str) -> bool:
    """Whether the archive with this id stands at another place today: its project was moved, and another one may have
    taken its place.
    """
    paths = [archive_root(row["path"]) for row in entries() if row["id"] == archive]
    return any(path != root and archive_id(path) == archive for path in paths)


def entries_of_part(top: str, part: str) -> list[str]:
    """The names of the directories in a part of an archive or a copy, sorted; [] when there is no such part."""
    try:
        with os.scandir(os.path.join(top, part)) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except OSError:
        return []


def only_copied(root: str) -> int:
    """How many sessions have a directory in the copy and none in the archive."""
    copied = {name for top in copies_at(root) for name in entries_of_part(top, "sessions")}
    return len(copied.difference(entries_of_part(root, "sessions")))


def is_behind(root: str, source: Source) -> bool:
    """Whether the transcript was archived after the archive was last copied; costs a read and two stats."""
    from rlm_core.archive.progress import state_path

    known = archive_id(root)
    copied = file_stamp(os.path.join(copy_of(known), COPIED))[1] if known else 0
    return file_stamp(state_path(root, source))[1] > copied


def vanished(root: str) -> str:
    """What to tell the user when the archive is gone and its copy is not; "" when all is well."""
    if os.path.isdir(os.path.join(root, "sessions")):
        return ""
    lost = only_copied(root)
    if not lost:
        return ""
    form = "the archive {root} is gone; {sessions} is in its second copy: `rlm restore` brings back what was archived"
    if lost > 1:
        form = (
            "the archive {root} is gone; {sessions} are in its second copy: `rlm restore` brings back what was archived"
        )
    return worded(form, root=root, sessions=Counted(lost, "session"))
