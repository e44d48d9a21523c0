"""The archive held against itself: every directory's files, what stands twice, and what the machine notes of it all.

It needs no transcript, so it also covers sessions whose transcript the client has deleted. Nothing is believed of the
notes: their formats are read here once more, by this reader's own eyes (docs/decisions/0063).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.archive.proof.derived import check_documents, check_ledger, check_maps, check_states
from rlm_core.archive.proof.returned import Returned, known_to
from rlm_core.archive.proof.shelf import GONE, UNREADABLE, ChunkShelf, Harm, examine
from rlm_core.archive.store import is_moved_in
from rlm_core.disk import TMP_PREFIX
from rlm_core.errors import Counted, phrase, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rlm_core.archive.store import Archive

OF_LINES = ("line-", "queue-")
"""How ids begin that are hashes of a record's line, for want of an uuid: two transcripts may hold the same line."""
TOPS = ("", "state", "state/sources", "state/folders", "state/locks", "log", FOLDER)


@dataclass
class Examined:
    """What is wrong with an archive, and how much was looked at.

    harms: files that are not as they were written. duplicates: entries that stand twice. documents, state: what the
    notes say and the files do not. maps: that list other chunks or sessions than there are. left: temporary files.
    foreign: what is no file of ours. The last three are told and no fault: they can be made again, or harm nothing.
    forgotten: entries of these files that were forgotten on purpose. again: those that stand there all the same; the
    files may be as they were written.
    """

    harms: list[Harm] = field(default_factory=list)
    duplicates: list[Twice] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    maps: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    sessions: int = 0
    chunks: int = 0
    blobs: int = 0
    bytes: int = 0
    forgotten: int = 0
    again: list[Returned] = field(default_factory=list)
    stopped: bool = False

    @property
    def ok(self) -> bool:
        return not (self.harms or self.duplicates or self.documents or self.state)

    @property
    def tidy(self) -> bool:
        return not (self.maps or self.left)

    @property
    def damaged(self) -> list[str]:
        return [str(h) for h in self.harms if h.kind != UNREADABLE]

    @property
    def unreadable(self) -> list[str]:
        return [str(h) for h in self.harms if h.kind == UNREADABLE]

    @property
    def harmed(self) -> set[str]:
        """Paths of the files that are not as they were written."""
        return {h.path for h in self.harms if h.kind != GONE}

    def checked(self) -> dict[str, int]:
        return {"sessions": self.sessions, "chunks": self.chunks, "blobs": self.blobs, "bytes": self.bytes}


@dataclass(frozen=True)
class Twice:
    """Entries that stand in two chunk files. first, second: their paths, or of the same file twice."""

    first: str
    second: str
    uuids: tuple[str, ...]

    def __str__(self) -> str:
        form = "{second}: {entries} of it stands in {first}, too ({uuid})"
        if len(self.uuids) > 1:
            form = "{second}: {entries} of it stand in {first}, too ({uuid})"
        entries = Counted(len(self.uuids), "entry")
        return worded(form, second=self.second, entries=entries, first=self.first, uuid=self.uuids[0])


def whole(archive: Archive, *, more: Callable[[], bool] = lambda: True) -> Examined:
    """Examine everything. more: asked before each directory; once it says no, the rest is left out."""
    found = Examined()
    stones = archive.tombstones()
    archive.unread.clear()
    shelves: list[ChunkShelf] = []
    for folder, documents in _folders(archive):
        if not more():
            found.stopped = True
            break
        known = known_to(stones, folder)
        shelf = examine(folder, chained=not documents, was_forgotten=known)
        if shelf.harms:  # or a hook was writing to it just now
            shelf = examine(folder, chained=not documents, was_forgotten=known)
        shelves.append(shelf)
        found.harms += shelf.harms
        found.left += shelf.left
        found.foreign += shelf.foreign
        found.chunks += len(shelf.metas)
        found.blobs += len(shelf.blobs)
        found.bytes += shelf.bytes
        found.forgotten += shelf.forgotten
        found.again += shelf.again
    found.sessions = sum(1 for name in os.listdir(archive.path("sessions"))) if archive.exists() else 0
    found.harms += [
        Harm(p, UNREADABLE, worded("cannot be read ({why})", why=phrase(w))) for p, w in archive.unread.items()
    ]
    archive.unread.clear()
    found.harms += _lacking_blobs(archive, shelves)
    found.duplicates = list(twice(archive.root, shelves))
    if not found.stopped:
        found.state = [
            *check_states(archive, shelves),
            *check_ledger(archive, shelves),
        ]
        found.maps = list(check_maps(archive, shelves))
        found.documents = check_documents(archive, shelves)
        found.left += _temporary(archive)
    return found


def _folders(archive: Archive) -> Iterator[tuple[str, bool]]:
    """(directory of chunks, whether it is a document's)."""
    yield from ((folder, False) for folder in archive.folders())
    yield from ((folder, True) for folder in document_folders(archive.root))


def _lacking_blobs(archive: Archive, shelves: Iterable[ChunkShelf]) -> Iterator[Harm]:
    """Outputs to which a chunk points and that are nowhere: a text that imitates a pointer has seen one somewhere."""
    shelves = list(shelves)
    present = {name for shelf in shelves for name in shelf.blobs}
    present |= {os.path.basename(h.path) for shelf in shelves for h in shelf.harms}
    for shelf in shelves:
        for name, chunk in shelf.wanted.items():
            path = os.path.join(shelf.folder, "blobs", name)
            if name not in present and not os.path.lexists(path) and _is_own(shelf, chunk, name):
                yield Harm(
                    path, GONE, worded("the output is missing to which {chunk} points", chunk=os.path.basename(chunk))
                )


def _is_own(shelf: ChunkShelf, chunk: str, blob: str) -> bool:
    """Whether a chunk's entry was longer than what stands of it: else it quotes another chunk's pointer."""
    from rlm_core.chunks.chunkfile import load
    from rlm_core.disk import try_read

    if not blob.endswith(".txt"):
        return True
    entries = load(try_read(chunk) or b"", chunk).entries() if os.path.isfile(chunk) else []
    sizes = shelf.metas[chunk]["sizes"]
    return any(blob in text and size > len(text) for (_, _, text), size in zip(entries, sizes, strict=True))


def twice(root: str, shelves: Iterable[ChunkShelf]) -> Iterator[Twice]:
    """Entries that stand in two places, by their uuid and size: a later copy that says more is none.

    What another archive had of a session stands beside the session's own on purpose; see `adoption`.
    """
    seen: dict[tuple[str, str, int], str] = {}
    pairs: dict[tuple[str, str], list[str]] = {}
    for shelf in shelves:
        if is_moved_in(os.path.relpath(shelf.folder, root)):
            continue
        for path, meta in shelf.metas.items():
            for row in zip(meta["uuids"], meta["sizes"], strict=True):
                place = shelf.folder if row[0].startswith(OF_LINES) else ""
                first = seen.setdefault((place, *row), path)
                if first != path:
                    pairs.setdefault((first, path), []).append(row[0])
    for (first, second), uuids in pairs.items():
        yield Twice(first, second, tuple(uuids))


def _temporary(archive: Archive) -> Iterator[str]:
    for top in TOPS:
        folder = archive.path(*top.split("/")) if top else archive.root
        try:
            yield from (os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.startswith(TMP_PREFIX))
        except OSError:
            continue
