"""What every place is told: what goes, by what it is recognised, and whether anything is to be written."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from itertools import chain
from typing import TYPE_CHECKING

from rlm_core.archive.anew.former import OLD
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.documents import document_folders
from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.hashing import Hashing
from rlm_core.archive.tombstones.unwanted import Phrases
from rlm_core.chunks.altered import is_altered
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import is_dir, names, read
from rlm_core.errors import ArchiveError
from rlm_core.forget.places.traces import Telling, common_to, legible, staying, telling_words
from rlm_core.lock import Lock
from rlm_core.record import Record
from rlm_core.transcript.source import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from rlm_core.forget.target import Target

WAIT = 30.0  # seconds for a hook that archives the same transcript, or a run that asks
_CITED = re.compile(r"(?:\br[12]|\b\d{4,})-([0-9a-f]{8})")


class Job(Record):
    """One run over all places.

    dry: everything is counted and nothing written. uuids: of the entries that go. digits: the first 8 of the hashes of
    the chunks they stand in. touched: directories of these, below a root. roots: the archive, then its second copies.
    """

    target: Target
    telling: Telling
    dry: bool
    uuids: set[str]
    digits: set[str]
    touched: set[str]
    roots: list[str]

    @property
    def root(self) -> str:
        return self.target.archive.root

    def alone(self, path: str) -> AbstractContextManager[Lock | None]:
        """Hold a lock while something is changed; nothing is held when nothing is written."""
        return nullcontext() if self.dry else Lock(path, WAIT)

    def lock_of(self, name: str) -> AbstractContextManager[Lock | None]:
        """As `alone`, of a transcript. name: of its files in `state/`."""
        return self.alone(self.target.archive.path("state", "locks", f"{name}.lock"))

    def held(self, root: str, folder: str) -> AbstractContextManager[Lock | None]:
        """Hold what keeps others from writing to a directory: a transcript's lock, the documents', a copy's."""
        if root != self.root:
            return self.alone(os.path.join(root, "lock"))
        if not folder.startswith("sessions/"):
            return self.alone(os.path.join(root, "state", "documents.lock"))
        meta = next(self._metas(root, folder), None)
        agent = safe_name(str(meta.get("agent", ""))) if meta and meta.get("agent") else ""
        name = safe_name(str(meta["session"])) + (f".{agent}" if agent else "") if meta else ""
        return self.lock_of(name) if name else nullcontext()

    def is_concerned(self, root: str, folder: str) -> bool:
        """Whether something goes, or went before, out of a directory's chunks, or out of its blobs."""
        if folder in self.touched:
            return True
        return any(is_altered(m) or not self.uuids.isdisjoint(m["uuids"]) for m in self._metas(root, folder))

    def _metas(self, root: str, folder: str) -> Iterator[dict[str, Any]]:
        for path in chunk_paths(root, folder):
            try:
                yield load_meta(read(path) or b"", path)
            except (ArchiveError, OSError):
                continue

    def goes_whole(self, folder: str) -> bool:
        """Whether a directory below a root is deleted as it is."""
        return self.target.goes_whole(folder)

    def cites(self, text: str) -> bool:
        """Whether a text names a chunk out of which something goes, by its id or its file."""
        return not self.digits.isdisjoint(_CITED.findall(text))

    def tells_label(self, name: str, label: str, session: str = "") -> bool:
        """Whether a label tells of what goes, or is called as what was named. name: as chunk files have it."""
        return self.target.names(label, session, is_place=name == "cwd") or self.telling.tells(label)

    def concerns(self, data: bytes) -> bool:
        """Whether a file tells of what goes, or cites it."""
        return self.cites(legible(data)) or self.telling.tells_bytes(data)


def begin(target: Target, *, dry: bool) -> Job:
    """What `places` work with; reads all chunk files that stay, to find out what tells."""
    root = target.archive.root
    uuids = {entry.uuid for entry in target.entries}
    digits = {entry.file.partition("-")[2][:8] for entry in target.entries}
    texts = [*target.texts, *(entry.text for entry in target.entries)]
    stays = [folder for folder in folders(root) if not target.goes_whole(folder)]
    paths = ((path, os.path.join(root, folder, "blobs")) for folder in stays for path in chunk_paths(root, folder))
    telling = Telling(
        texts,
        chain(_places_staying(target), staying(paths, uuids)),
        common_to(root),
        row=_row(target),
    )
    touched = {entry.folder.removesuffix(f"/{OLD}") for entry in target.entries}
    return Job(target, telling, dry, uuids, digits, touched, [root, *copies_at(root)])


def _places_staying(target: Target) -> Iterator[str]:
    """Directories and branches that stay, where others go for their names: these may begin alike."""
    for meta in target.archive.metas() if target.holds else ():
        given = {name: str(meta.get(name) or "") for name in ("cwd", "branch")}
        yield from (label for name, label in given.items() if not target.names(label, is_place=name == "cwd"))


def _row(target: Target) -> Callable[[list[str]], bool] | None:
    """Whether words in their order hold those that were named; None where that tells nowhere but in labels."""
    if target.anywhere:
        return Phrases(Hashing(), set(target.anywhere)).stand_among
    row = telling_words(target.match, target.archive.root)
    if not row:
        return None
    return lambda words: row[0] in words and f" {' '.join(row)} " in f" {' '.join(words)} "


def folders(root: str) -> list[str]:
    """Every directory of chunks below an archive or a copy, as a path below it with `/`."""
    found = []
    for name in names(os.path.join(root, "sessions")):
        if is_dir(os.path.join(root, "sessions", name)):
            found.append(f"sessions/{name}")
            agents = os.path.join(root, "sessions", name, "agents")
            found += [f"sessions/{name}/agents/{a}" for a in names(agents) if is_dir(os.path.join(agents, a))]
    return found + [os.path.relpath(path, root).replace(os.sep, "/") for path in document_folders(root)]


def chunk_paths(root: str, folder: str) -> Iterator[str]:
    """The chunk files of a directory, those of a former form in its `old/` included."""
    for part in (folder, f"{folder}/{OLD}"):
        where = os.path.join(root, *part.split("/"))
        yield from (os.path.join(where, name) for name in chunk_names(where))
