"""What is to be forgotten: entries of chunk files, whole folders, and the texts by which they are known elsewhere."""

from __future__ import annotations

import os
import re

from rlm_core.record import Record, each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.store import Archive
    from rlm_core.archive.tombstones.stones import Phrase


class Doomed(Record):
    """An entry that is to be forgotten.

    folder: of its chunk, below the archive's root, with `/`. file: the chunk file's name. uuid: the entry's. line: of
    its heading in that file, counted from 1. text: what it says, without the heading, its blobs' texts behind it; ""
    when a run that was killed has cleared it already. blobs: names of the files in the folder's `blobs/` that it points
    to, media included; of an entry in `old/` in that of the folder above. time: ISO-8601 UTC, "" when unknown. role: as
    in its heading.
    """

    folder: str
    file: str
    uuid: str
    line: int
    text: str
    blobs: list[str] = each(list)
    time: str = ""
    role: str = ""


class Target(Record):
    """What one run forgets.

    entries: all of them, those in `whole` folders included. whole: folders below the root that are deleted as they
    are, such as `sessions/2026-11-22_1f758c24` with its agents, or `documents/notes.md-0123456789ab`. sessions: ids of
    the sessions that are forgotten wholly. documents: keys of the documents that are, as `documents/sources.json` has
    them. texts: what `entries` say, and whatever else of them is to be recognised in other places (a session's title).
    never_again: what comes later of these sessions, words or documents is refused as well. match: the words that the
    user named, "" for none. phrases: their hashes, of a run that was killed; anywhere: of those that tell not in labels
    alone. holds: whether a text, such as a title or
    a branch, holds the words or fits the pattern that the user named; None where neither was, or is not known any more.
    buried: whether tombstones of a run that was killed stand for a label, or for it as a title of this session.
    alone: (session, title) of titles that go only as those of sessions of which nothing stays.
    """

    archive: Archive
    entries: list[Doomed] = each(list)
    whole: list[str] = each(list)
    sessions: list[str] = each(list)
    documents: list[str] = each(list)
    texts: list[str] = each(list)
    never_again: bool = False
    match: str = ""
    phrases: list[Phrase] = each(list)
    anywhere: list[Phrase] = each(list)
    holds: Callable[[str], bool] | None = None
    buried: Callable[[str, str], bool] | None = None
    alone: list[tuple[str, str]] = each(list)

    @property
    def chunks(self) -> list[str]:
        """The chunk files that hold any of the entries, below the root, each once, in order."""
        return list(dict.fromkeys(f"{each.folder}/{each.file}" for each in self.entries))

    @property
    def altered(self) -> dict[str, set[str]]:
        """Chunk file below the root -> uuids that go from it, of the files that stay."""
        found: dict[str, set[str]] = {}
        for entry in self.entries:
            if not self.goes_whole(entry.folder):
                found.setdefault(f"{entry.folder}/{entry.file}", set()).add(entry.uuid)
        return found

    def names(self, label: str, session: str = "", *, is_place: bool = False) -> bool:
        """Whether a label goes by itself: it holds what the user named, a directory by more than the project's path.

        session: of which it is the title. is_place: it is a directory.
        """
        if (session, label) in self.alone:
            return True
        if self.buried is not None and self.buried(label, session):
            return True
        return self.holds is not None and self.holds(self._within(label) if is_place else label)

    def _within(self, place: str) -> str:
        """A directory's path without that of the project itself, as whole names."""
        project = os.path.dirname(os.path.dirname(self.archive.root))
        return re.sub(rf"{re.escape(project)}(?![^/\\])", "", place)

    def goes_whole(self, folder: str) -> bool:
        """Whether a folder below the root is deleted as it is, by itself or with the one above it."""
        return any(folder == gone or folder.startswith(f"{gone}/") for gone in self.whole)
