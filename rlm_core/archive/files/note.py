"""Which files of a session's folder were seen: a small JSON file, so that each is archived once, again when changed."""

from __future__ import annotations

import os

from rlm_core.digest import hexdigest
from rlm_core.disk import MOST_BYTES, machine, make_dir, names, write_atomic
from rlm_core.redaction.clean import dumps, fields, hex_digits, literal
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.folder import walk
from rlm_core.transcript.source import Source, safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanJson, CleanText
    from rlm_core.transcript.folder import FolderFile

    Row = tuple[int, int, CleanText]

VERSION = 1
NAMED, NOT_TAKEN = literal("named"), literal("left")
"""In place of a file's uuid: an output that a record carries, and a file that was listed only."""


def note_path(root: str, session: str) -> str:
    """Where the archive at `root` notes which files of a session's folder it has seen."""
    return os.path.join(root, "state", "folders", f"{safe_name(session)}.json")


class Note:
    """Which files of a session's folder were seen, and how they stood.

    stirred: the folder's `depth_stamp` when it was last looked through. files: key of the path -> (size, mtime_ns,
    uuid), with NAMED or NOT_TAKEN in the uuid's place. left: key -> (path, size, why) of what is listed and not taken.
    """

    __slots__ = ("files", "left", "path", "session", "stirred")

    def __init__(self, root: str, session: CleanText) -> None:
        self.path = note_path(root, session)
        self.session = session
        self.stirred = [0, 0]
        self.files: dict[CleanText, Row] = {}
        self.left: dict[CleanText, tuple[CleanText, int, CleanText]] = {}
        try:
            kept = machine(self.path, MOST_BYTES)
            if kept.get("version") == VERSION:
                self.files = {k: (row[0], row[1], row[2]) for k, row in kept["files"].items()}
                self.left = {k: (row[0], row[1], row[2]) for k, row in kept["left"].items()}
                self.stirred = list(kept["stirred"])
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            self.files, self.left, self.stirred = {}, {}, [0, 0]

    def is_new(self, found: FolderFile) -> bool:
        """Whether a file stands otherwise than it was seen, or was never seen."""
        row = self.files.get(key_of(found))
        return row is None or [row[0], row[1]] != found.stamp

    def forget_absent(self, files: Sequence[FolderFile]) -> None:
        """Drop the rows of files that are gone."""
        present = {key_of(f) for f in files}
        self.files = {k: row for k, row in self.files.items() if k in present}
        self.left = {k: row for k, row in self.left.items() if k in present}

    def save(self) -> None:
        make_dir(os.path.dirname(self.path))
        values: dict[CleanText, CleanJson] = fields(
            version=VERSION, session=self.session, stirred=self.stirred, files=self.files, left=self.left
        )
        write_atomic(self.path, dumps(values).encode(), durable=False)


def read_notes(root: str) -> list[Note]:
    """The notes of all sessions whose folders were looked through."""
    folder = os.path.join(root, "state", "folders")
    return [Note(root, clean_id(name[:-5])) for name in names(folder) if name.endswith(".json")]


def files_of(source: Source) -> list[FolderFile]:
    """The files in a session's folder that are no sub-agents' transcripts."""
    return [f for f in walk(source.folder) if not f.is_agent]


def bytes_waiting(root: str, source: Source) -> int:
    """Bytes of the files that were not archived as they stand now."""
    files = files_of(source)
    note = Note(root, clean_id(source.session)) if files else None
    return sum(f.size for f in files if note is not None and note.is_new(f) and not f.problem)


def is_stirred(root: str, source: Source, stamp: list[int]) -> bool:
    """Whether something has appeared in a workflow's directories since the folder was last looked through."""
    return stamp != [0, 0] and stamp != Note(root, clean_id(source.session)).stirred


def key_of(found: FolderFile) -> CleanText:
    """What stands for a file's path in the note: a path may hold a secret."""
    return hex_digits(hexdigest(found.relative.encode("utf-8", "backslashreplace"), 8))
