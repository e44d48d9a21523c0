"""Brings back from the second copy what is missing in the archive; nothing that stands there is overwritten.

Order, so that a kill at any moment leaves a valid archive and the next run completes it: what the archive notes about
a transcript is forgotten, blobs and summaries come back, then chunks in their order; the ledger and the catalog are
made anew from the chunk files at the end, by every run.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from rlm_core.archive.anew.former import OLD
from rlm_core.archive.catalog import Catalog, write_session_index
from rlm_core.archive.copies.linking import Linker, chunk_meta, chunk_number, files, is_intact
from rlm_core.archive.copies.place import copies_at, entries_of_part
from rlm_core.archive.documents import FOLDER
from rlm_core.archive.maps import title_of
from rlm_core.archive.state import State
from rlm_core.archive.store import Archive, chunk_names, session_named
from rlm_core.archive.tombstones.gate import MAPS, Gate
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import drop_temporary, make_dir, read, remove
from rlm_core.errors import ArchiveError
from rlm_core.lock import Lock
from rlm_core.ownership import brought
from rlm_core.redaction.clean import EMPTY, literal, written_before
from rlm_core.registry import archive_id, claim
from rlm_core.transcript.source import safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WAIT = 30.0  # seconds for a hook that archives the same transcript
BESIDE = ("blobs", "summaries", OLD)
CITED = ("state", "cited.json")


class Lost:
    """A session, or a document, of which the copy has what the archive lacks.

    folder: its directory below the archive. session: its id, "" when it cannot be read. chunks, files: how many were
    brought back, or would be; the chunks are among the files.
    """

    def __init__(self, folder: str, session: str) -> None:
        self.folder = folder
        self.session = session
        self.chunks = 0
        self.files = 0

    def as_json(self) -> dict[str, Any]:
        return {"session": self.session, "folder": self.folder, "chunks": self.chunks, "files": self.files}


class Restored:
    """What a run has brought back. left: files of the copy that were not taken, and why."""

    def __init__(self) -> None:
        self.sessions: list[Lost] = []
        self.documents: list[Lost] = []
        self.left: list[dict[str, str]] = []

    def add(self, lost: Lost) -> None:
        if lost.files:
            (self.documents if lost.folder.startswith(FOLDER) else self.sessions).append(lost)


class Restoring:
    """One run over one copy. dry: nothing is written, all is counted."""

    def __init__(self, archive: Archive, top: str, done: Restored, *, dry: bool = False) -> None:
        self.archive = archive
        self.top = top
        self.done = done
        self.dry = dry
        self.linker = Linker()
        self.gate = Gate(archive.tombstones())

    def run(self, session: str) -> None:
        """Bring back all, or only the sessions whose id begins so."""
        for part in ("sessions", FOLDER):
            for name in entries_of_part(self.top, part):
                owner = f"{part}/{name}"
                lost = Lost(owner, self._session_of(owner))
                if lost.session.startswith(session):
                    for folder in self._folders(owner):
                        self._folder(folder, lost)
                    self.done.add(lost)
        if not session and os.path.isdir(os.path.join(self.top, FOLDER)) and not self.dry:
            self._fill(FOLDER)
        if not self.dry:
            self._cited()

    def _folders(self, owner: str) -> list[str]:
        """The directories of chunks of a session and its sub-agents."""
        agents = entries_of_part(self.top, f"{owner}/agents")
        return [owner, *(f"{owner}/agents/{name}" for name in agents)]

    def _session_of(self, owner: str) -> str:
        for folder in self._folders(owner):
            for name in chunk_names(os.path.join(self.top, folder)):
                meta = _meta(os.path.join(self.top, folder, name))
                if meta:
                    return str(meta["session"])
        return ""

    def _folder(self, folder: str, lost: Lost) -> None:
        if self._is_forgotten(folder):
            return
        with ExitStack() as held:
            if not self.dry:
                held.enter_context(self._lock(folder))
                for path in ("", *BESIDE):
                    drop_temporary(self.archive.path(folder, path))
            wanted = self._wanted(folder)
            if wanted and not self.dry:
                self._forget_state(folder)
            for part in BESIDE:
                lost.files += self._fill(f"{folder}/{part}")
            for name in wanted:
                self._put(folder, name)
            lost.files += len(wanted) + self._fill(folder)
            lost.chunks += len(wanted)
            if wanted and not self.dry and self.gate.concerns(self.archive.path(folder)):
                self._map_anew(folder)

    def _is_forgotten(self, folder: str) -> bool:
        """Whether a directory of the copy is one of which nothing is to come back, and nothing stands here."""
        if os.path.isdir(self.archive.path(folder)) and chunk_names(self.archive.path(folder)):
            return False
        part, _, name = folder.partition("/")
        if part == FOLDER:
            return self.gate.refuses_document(name)
        return self.gate.refuses_all(os.path.join(self.top, folder))

    def _map_anew(self, folder: str) -> None:
        """Make the index of a session from its chunks: the copy's may be older than what was forgotten since."""
        metas = _metas(self.archive.path(folder))
        if not folder.startswith("sessions") or not metas:
            return
        state = _as_listed(self.archive.path(folder))
        if state is not None:
            state.folder, state.agent = written_before(folder), written_before(str(metas[0].get("agent", "")))
            state.title = (1, written_before(metas[0]["title"]))
            state.closed.number = max(meta["number"] for meta in metas)
            write_session_index(self.archive.root, state, {})

    def _lock(self, folder: str) -> Lock:
        name = self._source_name(folder) if folder.startswith("sessions") else ""
        if name:
            return Lock(self.archive.path("state", "locks", f"{name}.lock"), WAIT)
        return Lock(self.archive.path("state", "documents.lock"), WAIT)

    def _source_name(self, folder: str) -> str:
        """What the transcript in a folder is called in `state/`; "" for a folder without chunks."""
        for name in chunk_names(os.path.join(self.top, folder)):
            meta = _meta(os.path.join(self.top, folder, name))
            if meta:
                agent = str(meta.get("agent", ""))
                return safe_name(str(meta["session"])) + (f".{safe_name(agent)}" if agent else "")
        return ""

    def _forget_state(self, folder: str) -> None:
        """The next run takes it from the chunk files, and reads the transcript from its start."""
        name = self._source_name(folder)
        if folder.startswith("sessions") and name:
            remove(self.archive.path("state", "sources", f"{name}.json"))

    def _wanted(self, folder: str) -> list[str]:
        """The chunk files of a folder of the copy that are to come back, in their order."""
        source, home = os.path.join(self.top, folder), self.archive.path(folder)
        present = chunk_names(home)
        lacking = set(chunk_names(source)).difference(present)
        if not lacking:
            return []
        numbers = {chunk_number(n) for n in present}
        uuids = {uuid for n in present if (meta := _meta(os.path.join(home, n))) for uuid in meta["uuids"]}
        wanted = []
        for name in sorted(lacking, key=lambda n: (chunk_number(n), -os.stat(os.path.join(source, n)).st_mtime_ns)):
            path = os.path.join(source, name)
            meta = chunk_meta(path)
            if meta is None:
                self._leave(path, "the copy of this chunk is damaged, too")
            elif uuids.issuperset(meta["uuids"]):
                continue  # archived anew meanwhile
            elif chunk_number(name) in numbers:
                self._leave(path, "another chunk has its number in the archive")
            else:
                wanted.append(name)
                numbers.add(chunk_number(name))
                uuids.update(meta["uuids"])
        return wanted

    def _leave(self, path: str, why: str) -> None:
        self.done.left.append({"path": path, "why": why})

    def _fill(self, folder: str) -> int:
        """Put the files of a folder that are no chunks, are whole and not there yet; how many."""
        source, home = os.path.join(self.top, folder), self.archive.path(folder)
        if not os.path.isdir(source) or os.path.islink(source):
            return 0
        count = 0
        for name in files(source):
            path = os.path.join(source, name)
            ours = not chunk_number(name) or os.path.basename(folder) in BESIDE
            if self._is_kept_out(folder, name):
                continue
            if ours and not os.path.lexists(os.path.join(home, name)) and is_intact(path):
                self._put(folder, name)
                count += 1
        return count

    def _is_kept_out(self, folder: str, name: str) -> bool:
        """Whether a file of the copy, no chunk, was forgotten or may name what was."""
        if self.gate.open or os.path.basename(folder) == OLD:
            return False
        if os.path.basename(folder) in BESIDE:
            return self.gate.refuses_file(name)
        return name.startswith(MAPS) or folder == FOLDER

    def _put(self, folder: str, name: str) -> None:
        if self.dry:
            return
        path = ""
        for part in folder.split("/"):
            path = os.path.join(path, part)
            make_dir(self.archive.path(path))
        self.gate.put(self.linker, os.path.join(self.top, folder, name), self.archive.path(folder, name))

    def _cited(self) -> None:
        source, target = os.path.join(self.top, *CITED), self.archive.path(*CITED)
        if os.path.exists(source) and not os.path.exists(target):
            self.linker.put(source, target)


def restore(archive: Archive, session: str = "", *, dry: bool = False) -> Restored:
    """Bring back what the copy has and the archive lacks: all, or the sessions whose id begins so.

    dry: only tell what that would be. Raises ArchiveError and OSError, and LockTimeoutError when a hook holds a
    transcript for long; what came back until then is valid, and another run does the rest.
    """
    done = Restored()
    tops = copies_at(archive.root)
    if not dry:
        if tops:
            _take_identity(archive, tops[0])
        archive.prepare()
    for top in tops:
        Restoring(archive, top, done, dry=dry).run(session)
    if not dry:
        with archive.shared_lock():
            for part in ("catalog.json", "uuids", "id", "cited.json"):
                drop_temporary(archive.path("state"), part)
            drop_temporary(archive.root, "INDEX.md")
            archive.ledger_anew()
            relist(archive)
    return done


def _take_identity(archive: Archive, top: str) -> None:
    """An archive that is gone comes back under the id it had."""
    if not archive_id(archive.root):
        make_dir(archive.root)
        claim(archive.root, os.path.basename(top))


def _meta(path: str) -> dict[str, Any] | None:
    """A chunk file's front matter, None when it cannot be read."""
    try:
        return load_meta(read(path) or b"", path)
    except (ArchiveError, OSError):
        return None


def relist(archive: Archive) -> None:
    """Make the catalog and INDEX.md anew from the sessions' folders. The caller holds the archive's lock."""
    catalog = Catalog(archive.root)
    catalog.sessions, catalog.months = {}, {}
    known = brought(archive.root)
    for name in entries_of_part(archive.root, "sessions"):
        if f"sessions/{name}" in known:
            continue
        state = _as_listed(archive.path("sessions", name))
        if state is not None:
            state.folder = literal("sessions/{}").format(written_before(name))
            catalog.update(state)
    catalog.save()


def is_incomplete(archive: Archive) -> bool:
    """Whether the catalog counts other sessions than there are directories with an index."""
    catalog = Catalog(archive.root)
    counted = len(catalog.sessions) + sum(row[0] for row in catalog.months.values())
    known = brought(archive.root)
    names = [n for n in entries_of_part(archive.root, "sessions") if f"sessions/{n}" not in known]
    there = {name for name in names if os.path.isfile(archive.path("sessions", name, "index.md"))}
    return counted != len(there) or not os.path.isfile(archive.path("INDEX.md"))


def _as_listed(folder: str) -> State | None:
    """A session's figures as its chunk files have them; without chunks of its own it is listed by its sub-agents."""
    own = _metas(folder)
    agents = [] if own else entries_of_part(folder, "agents")
    metas = own or [meta for name in agents for meta in _metas(os.path.join(folder, "agents", name))]
    if not metas:
        return _by_index(folder)
    state = State(written_before(metas[0]["session"]))
    state.started = written_before(min((m["started"] for m in metas if m["started"]), default=""))
    state.ended = written_before(max(m["ended"] for m in metas))
    state.title = (1, written_before(title_of(folder) or metas[0]["title"]))
    for meta in own:
        state.closed.count(EMPTY, len(meta["uuids"]), meta["tokens"], {})
    return state


def _by_index(folder: str) -> State | None:
    """What a session's index says, where none of its chunks can be read."""
    session = session_named(folder)
    if not session:
        return None
    state = State(written_before(session))
    state.title = (1, written_before(title_of(folder)))
    return state


def _metas(folder: str) -> list[dict[str, Any]]:
    return [meta for name in chunk_names(folder) if (meta := _meta(os.path.join(folder, name)))]
