"""Moves an archive into another one of the same project: sessions, what is noted of them, documents.

Each session is moved by one rename, then noted; a run that is killed in between is completed by the next one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core import log, registry
from rlm_core.adoption.added import move_documents
from rlm_core.adoption.rename import proof, rename
from rlm_core.adoption.strays import foreign, refusal, strays
from rlm_core.archive import state as states
from rlm_core.archive.catalog import Catalog
from rlm_core.archive.cited import add_cited
from rlm_core.archive.copies.place import copies_at, only_copied
from rlm_core.archive.maps import title_of
from rlm_core.archive.proof.shelf import examine
from rlm_core.archive.repair.reindexing import renew_index
from rlm_core.archive.store import FROM, Archive, chunk_names
from rlm_core.archive.tombstones.gate import Gate
from rlm_core.archive.tombstones.stones import save
from rlm_core.chunks.chunkfile import as_closed, load_meta
from rlm_core.digest import hexdigest
from rlm_core.disk import archive_root, is_dir, make_dir, names, read, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError, worded
from rlm_core.lock import Lock
from rlm_core.ownership import brought
from rlm_core.redaction.clean import hex_digits, literal, written_before
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.source import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.reach import Reach
    from rlm_core.redaction.clean import CleanText

WAIT = 10.0  # seconds for a hook that is archiving the session
KEPT = "install"
"""What stays where a local installation stands: `rlm uninstall` needs it there."""


@dataclass
class Adopted:
    """What was moved out of one directory's archive. left: what stayed there, and why, for people."""

    directory: str
    sessions: int = 0
    documents: int = 0
    left: list[str] = field(default_factory=list)


def adopt_all(archive: Archive, reach: Reach, *, asked: bool) -> list[Adopted]:
    """Move in every archive of the project that lies elsewhere; one report for each directory that has one.

    asked: by the user. Then they are looked for in all directories, within bounds, and not only where sessions began.
    """
    return [adopt(archive, directory, reach, asked=asked) for directory in strays(reach, search=asked)]


def adopt(archive: Archive, directory: str, reach: Reach, *, asked: bool) -> Adopted:
    """Move the archive of one directory into the project's, as far as it may be.

    Raises ArchiveError when a file is not, after the move, what it was before.
    """
    report = Adopted(directory)
    reason = refusal(directory)
    if reason:
        report.left.append(reason)
        return report
    archive.prepare()
    stray = Archive(archive_root(directory), archive.config)
    _take_tombstones(archive, stray)
    # The project's archive has a second copy of its own; what is purged from it one day shall be in no other. One that
    # holds more than its archive does is kept.
    copies = copies_at(stray.root) if not only_copied(stray.root) else []
    moved: dict[str, str] = {}
    came = brought(stray.root)
    for name in _sessions(stray):
        reason = foreign(reach, directory, stray.path("sessions", name), asked=asked)
        reason = "came with an archive that was adopted" if f"sessions/{name}" in came else reason
        if reason:
            report.left.append(f"sessions/{name} {reason}")
            continue
        try:
            moved[f"sessions/{name}"] = _Session(archive, stray, name).move()
            report.sessions += 1
        except LockTimeoutError:
            report.left.append(worded("sessions/{name} is being archived", name=name))
    _note_what_was_moved(archive, stray)
    if moved:
        add_cited(archive.root, stray.root, moved)
        with archive.shared_lock():
            archive.ledger_anew()
    if not any(_sessions(stray)):
        report.documents = move_documents(archive, stray, _place(directory, reach))
    if not report.left:
        _clear(stray, copies)
    what = literal("adopted {} sessions, {} documents").format(report.sessions, report.documents)
    log.write(archive.root, what)
    return report


def _take_tombstones(archive: Archive, stray: Archive) -> None:
    """Keep out what was forgotten of either: before the first file is moved."""
    theirs = stray.tombstones()
    if theirs:
        with archive.shared_lock():
            stones = archive.tombstones()
            stones.add(theirs)
            save(archive.root, stones)


def _place(directory: str, reach: Reach) -> str:
    """What stands for a directory of a worktree in the main working tree; outside of worktrees itself."""
    for tree in reach.trees:
        if directory == tree or directory.startswith(tree + os.sep):
            return os.path.normpath(os.path.join(reach.project, os.path.relpath(directory, tree)))
    return directory


def _sessions(archive: Archive) -> list[str]:
    folder = archive.path("sessions")
    return [n for n in names(folder) if is_dir(os.path.join(folder, n))]


class _Session:
    """One session's folder on its way from one archive into another."""

    def __init__(self, archive: Archive, stray: Archive, name: str) -> None:
        self.archive = archive
        self.stray = stray
        self.name = name
        self.gate = Gate(archive.tombstones())
        self.session = clean_id(stray.session_of(name))
        self.path = stray.path("sessions", name)

    def move(self) -> str:
        """The folder in which the session stands now, relative to the archive."""
        with ExitStack() as held:
            for lock in self._locks():
                held.enter_context(lock)
            day = written_before(self.name.partition("_")[0])
            folder = self.archive.session_folder(self.session, day) if self.session else self._unnamed()
            first = not os.path.isdir(self.archive.path(folder))
            if not first and _is_contained(self.path, self.archive.path(folder)):
                shutil.rmtree(self.path)
                return folder
            changed = self.gate.sweep(self.path)
            if not first:
                _close_all(self.path)
                folder = self._second(folder)
            self._into(folder)
            if changed:
                self._list(folder)
            note(self.archive, self.stray, self.session, folder, first=first)
            return folder

    def _list(self, folder: CleanText) -> None:
        """Write the indexes that went with what was forgotten."""
        for at in self.archive.folders():
            if at == self.archive.path(folder) or at.startswith(self.archive.path(folder, "agents", "")):
                renew_index(self.archive, examine(at), "")

    def _unnamed(self) -> CleanText:
        """For a folder without a chunk that can be read."""
        return literal("sessions/{}").format(written_before(self.name))

    def _second(self, folder: CleanText) -> CleanText:
        """A folder for a session that the archive has already: named by what it holds, so that it is moved once."""
        names = "\n".join(sorted(n for _, _, files in os.walk(self.path) for n in files))
        return literal("{}{}{}").format(folder, FROM, hex_digits(hexdigest(names.encode(), 4)))

    def _locks(self) -> Iterator[Lock]:
        """Those of the session's transcripts in both archives, in one order."""
        agents = os.path.join(self.path, "agents")
        found = ["", *names(agents)]
        own = safe_name(str(self.session)) if self.session else "unnamed"
        for name in found:
            for archive in (self.archive, self.stray):
                folder = archive.path("state", "locks")
                make_dir(folder)
                yield Lock(os.path.join(folder, f"{own}{'.' if name else ''}{name}.lock"), WAIT)

    def _into(self, folder: str) -> None:
        before = proof(self.path)
        target = self.archive.path(folder)
        rename(self.path, target, self.archive.path(f".tmp-{os.getpid()}-adopted"))
        if proof(target) != before:
            raise ArchiveError(
                worded(
                    "{target} is not what {path} was; nothing was deleted: compare them", target=target, path=self.path
                )
            )


def note(archive: Archive, stray: Archive, session: CleanText, folder: CleanText, *, first: bool) -> None:
    """Enter a session that was moved: into the catalog, and what the stray archive knew of its transcripts.

    first: it is the session's first folder in the archive, so that it will go on there.
    """
    noted = _states(stray, session, folder) if first else {}
    gate = Gate(archive.tombstones())
    for state in noted.values():
        state.title = state.title if not gate.refuses_title(state.title[1], state.session) else (0, literal(""))
    name = safe_name(session)
    own = noted.get(f"{name}.json")
    own = own if own is not None and own.folder else _from_chunks(archive.path(folder), folder, session)
    with archive.shared_lock():
        if own is not None:
            catalog = Catalog(archive.root)
            catalog.update(own)
            catalog.save()
        for file, state in noted.items():
            path = archive.path("state", "sources", file)
            if not os.path.exists(path):
                state.save(path)
    files = stray.path("state", "folders", f"{name}.json")
    if first and os.path.isfile(files):
        make_dir(archive.path("state", "folders"))
        rename(files, archive.path("state", "folders", os.path.basename(files)), "")


def _states(stray: Archive, session: CleanText, folder: CleanText) -> dict[str, states.State]:
    """What the stray archive notes of a session's transcripts, for their new folder: file's name -> state."""
    return {file: _moved(state, folder) for file, state in _all_states(stray) if state.session == session}


def _moved(state: states.State, folder: CleanText) -> states.State:
    if state.folder:
        _, _, agent = state.folder.partition("/agents/")
        state.folder = literal("{}/agents/{}").format(folder, agent) if agent else folder
    state.listed = ()
    return state


def _all_states(stray: Archive) -> Iterator[tuple[str, states.State]]:
    where = stray.path("state", "sources")
    for name in names(where):
        state = states.load(os.path.join(where, name))
        if state is not None:
            yield name, state


def _note_what_was_moved(archive: Archive, stray: Archive) -> None:
    """Complete what a run that was killed has moved and not noted."""
    here = {stray.session_of(name) for name in _sessions(stray)}
    for _, state in [*_all_states(stray)]:
        if state.agent or not state.folder or state.session in here:
            continue
        folder = archive.session_folder(state.session, state.day or literal("undated"))
        at = archive.path("state", "sources", f"{safe_name(state.session)}.json")
        if os.path.isdir(archive.path(folder)) and not os.path.exists(at):
            note(archive, stray, state.session, folder, first=True)


def _from_chunks(path: str, folder: CleanText, session: CleanText) -> states.State | None:
    """A session's figures for the catalog, by its chunk files; None when it has none of its own."""
    state = states.State(session)
    state.folder = folder
    for name in chunk_names(path):
        try:
            meta = load_meta(read(os.path.join(path, name)) or b"", name)
        except (ArchiveError, OSError):
            continue
        state.closed.count(meta["chunk"], len(meta["uuids"]), meta["tokens"], meta["redactions"])
        state.started = state.started or meta["started"]
        state.ended = meta["ended"] or state.ended
    state.title = (0, written_before(title_of(path)))
    return state if state.closed.number else None


def _is_contained(folder: str, other: str) -> bool:
    """Whether all that a session's folder says stands in another one, byte for byte; its indexes say nothing more."""
    here, there = proof(folder), proof(other)
    return all(there.get(p) == digest for p, digest in here.items() if not os.path.basename(p).startswith("index"))


def _close_all(folder: str) -> None:
    """Close the chunks that will not grow any more, the session's and its sub-agents'."""
    for at, _, _ in os.walk(folder):
        for name in chunk_names(at)[-1:]:
            path = os.path.join(at, name)
            data = read(path) or b""
            try:
                shut = as_closed(data)
            except (ArchiveError, OSError):
                continue  # a damaged one is moved as it is
            if shut != data:
                write_atomic(path, shut)


def _clear(stray: Archive, copies: list[str]) -> None:
    """Remove what is left of an archive that has been emptied, and its copies; an installation's own files stay."""
    for top in copies:
        shutil.rmtree(top)
    own = registry.archive_id(stray.root)
    kept = any(n.startswith("manifest-") for n in names(stray.path(KEPT)))
    later = ("state", "sessions", *((KEPT, ".gitignore") if kept else ()))
    ahead = [name for name in names(stray.root) if name not in later]
    # The id goes when all is gone that needs an owner, so that whoever is killed here leaves an archive of the user's.
    ahead += [os.path.join("state", name) for name in sorted(names(stray.path("state")), key=lambda name: name == "id")]
    for name in (*ahead, "state", "sessions"):
        _delete(stray.path(name))
    registry.drop(stray.root, own)
    if not kept:
        shutil.rmtree(stray.root)


def _delete(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
