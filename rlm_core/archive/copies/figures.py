"""How much an archive and its second copy hold, for those who are to decide about it, and what the copy costs."""

from __future__ import annotations

import os

from rlm_core.archive.copies.linking import directories
from rlm_core.archive.copies.place import copies_at, entries_of_part
from rlm_core.archive.documents import FOLDER
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import read
from rlm_core.errors import ArchiveError, Counted, Joined, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set


class Figures:
    """sessions: in the archive or its copy. since: day of the first, "" when none has a time. alone: sessions of which
    Claude Code has no transcript any more. documents: added by `rlm add`.
    """

    def __init__(self, sessions: int, since: str, alone: int, documents: int) -> None:
        self.sessions = sessions
        self.since = since
        self.alone = alone
        self.documents = documents

    def words(self) -> str:
        """`412 sessions since 2026-03-02, 380 of them nowhere else, and 3 documents`."""
        said: list[str] = []
        if self.sessions:
            since = worded(" since {day}", day=self.since) if self.since else ""
            form = "{sessions}{since}, {n:,} of them nowhere else"
            if not self.alone:
                form = "{sessions}{since}, none of them nowhere else"
            said.append(worded(form, sessions=Counted(self.sessions, "session"), since=since, n=self.alone))
        if self.documents:
            said.append(Counted(self.documents, "document"))
        return Joined(" and ", said)


def figures_of(root: str, transcripts: Set[str]) -> Figures:
    """What is lost with an archive and its copy. transcripts: ids of the sessions that Claude Code still has."""
    tops = [root, *copies_at(root)]
    folders = {f"sessions/{name}" for top in tops for name in entries_of_part(top, "sessions")}
    sessions: dict[str, str] = {}
    for folder in sorted(folders):
        first = next((found for top in tops if (found := _first(os.path.join(top, folder)))), None)
        if first:
            sessions.setdefault(*first)
    days = sorted(day for day in sessions.values() if day)
    documents = {name for top in tops for name in entries_of_part(top, FOLDER)}
    return Figures(len(sessions), days[0] if days else "", len(set(sessions) - transcripts), len(documents))


def _first(folder: str) -> tuple[str, str] | None:
    """(session, day) by the first chunk that can be read in a session's folder, or in its sub-agents'."""
    agents = (os.path.join(folder, "agents", name) for name in entries_of_part(folder, "agents"))
    for where in (folder, *agents):
        for name in chunk_names(where):
            try:
                meta = load_meta(read(os.path.join(where, name)) or b"", name)
            except (ArchiveError, OSError):
                continue
            return str(meta["session"]), str(meta["started"])[:10]
    return None


class Weight:
    """files: in a copy. size: their bytes. own: bytes of those that are no links to a file of the archive."""

    def __init__(self) -> None:
        self.files = 0
        self.size = 0
        self.own = 0


def weigh(tops: list[str]) -> Weight:
    """What the copies take."""
    weight = Weight()
    for found in (stat for top in tops for stat in _stats(top)):
        weight.files += 1
        weight.size += found.st_size
        weight.own += found.st_size if found.st_nlink < 2 else 0
    return weight


def _stats(top: str) -> Iterator[os.stat_result]:
    for name in directories(top):
        try:
            with os.scandir(os.path.join(top, name)) as entries:
                yield from (e.stat(follow_symlinks=False) for e in entries if e.is_file(follow_symlinks=False))
        except OSError:
            continue
