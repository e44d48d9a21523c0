"""Repairs an archive, or some of its sessions: directory by directory, then what is derived from all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.copies.restoring import relist
from rlm_core.archive.proof.derived import check_ledger, check_maps, check_states, miscounted
from rlm_core.archive.proof.shelf import BROKEN, DOUBLED, GONE, UNREADABLE, ChunkShelf, examine
from rlm_core.archive.proof.whole import Twice, twice
from rlm_core.archive.repair.aside import put_aside
from rlm_core.archive.repair.outcome import FILES, Gone, Repaired
from rlm_core.archive.repair.rebuild import Rebuild, settle_state
from rlm_core.archive.repair.recopy import Folder
from rlm_core.archive.repair.reindexing import renew_index
from rlm_core.archive.store import is_moved_in, session_named
from rlm_core.errors import ArchiveError, Joined, LockTimeoutError, worded
from rlm_core.lock import Lock
from rlm_core.transcript.source import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from rlm_core.archive.store import Archive
    from rlm_core.transcript.source import Source

WAIT = 30.0  # seconds for a hook that archives the same transcript
NOTHING = "neither the second copy nor the transcript has it"


def repair(
    archive: Archive, sources: Iterable[Source], complain: Callable[[str], None], *, everything: bool = True
) -> Repaired:
    """Bring back what is damaged, missing or double.

    sources: transcripts that the client still has, sub-agents included. complain: is told what stood in the way of a
    directory. everything: all sessions, else those of the sources alone.
    """
    work = _Repair(archive, sources, complain)
    work.run(everything=everything)
    return work.done


class _Repair:
    def __init__(self, archive: Archive, sources: Iterable[Source], complain: Callable[[str], None]) -> None:
        self.archive = archive
        self.sources = {(s.session, s.agent): s for s in sources}
        self.complain = complain
        self.done = Repaired()
        self.owners: dict[str, tuple[str, str]] = {}  # directory -> (session, agent)

    def run(self, *, everything: bool) -> None:
        if not self.archive.exists():
            return
        self.archive.prepare()
        shelves = {}
        for folder in self.archive.folders():
            owner = self._owner(folder)
            if everything or owner in self.sources or (owner[0], "") in self.sources:
                shelves[folder] = examine(folder)
        miscount = miscounted(self.archive, shelves.values())
        for folder, shelf in shelves.items():
            if _is_harmed(shelf) or folder in miscount:
                self._guarded(folder, ())
        self._part_twins([examine(f) if self.done.changed else s for f, s in shelves.items()])
        self._settle([examine(f) if self.done.changed else s for f, s in shelves.items()])

    def _owner(self, folder: str) -> tuple[str, str]:
        """(session, agent) of a directory, by its chunks or its index; ("", "") when nothing tells."""
        if folder not in self.owners:
            above, name = os.path.split(folder)
            agent = name if os.path.basename(above) == "agents" else ""
            home = os.path.dirname(above) if agent else folder
            session = self.archive.session_of(os.path.basename(home)) or session_named(home)
            metas = [s for s in self.sources.values() if s.session == session and safe_name(s.agent) == agent]
            self.owners[folder] = (session, metas[0].agent if agent and metas else agent)
        return self.owners[folder]

    def _name(self, folder: str) -> str:
        """What the transcript of a directory is called in `state/`."""
        session, agent = self._owner(folder)
        return safe_name(session) + (f".{safe_name(agent)}" if agent else "")

    def _guarded(self, folder: str, elsewhere: Collection[str]) -> None:
        """Mend a directory under its transcript's lock; what stands in the way is told, and the next is looked at."""
        self._locked(folder, lambda lock: self._mend(folder, lock, elsewhere))

    def _locked(self, folder: str, do: Callable[[Lock], None]) -> None:
        path = self.archive.path("state", "locks", f"{self._name(folder)}.lock")
        try:
            with Lock(path, WAIT) as lock:
                lock.mark()
                do(lock)
            if lock.dirty:
                _leave_dirty(path)
        except (ArchiveError, LockTimeoutError, OSError) as e:
            self.complain(worded("{what}: {why}", what=folder, why=e))

    def _mend(self, folder: str, lock: Lock, elsewhere: Collection[str]) -> None:
        own = Folder(self.archive.root, folder, self.done)
        source = self.sources.get(self._owner(folder)) if not is_moved_in(os.path.basename(folder)) else None
        if source is not None and not os.path.isfile(source.path):
            source = None
        own.drop_doubles()
        own.from_copies(older=False)
        why = NOTHING
        if source is not None and (elsewhere or _is_harmed(own.look())):
            rebuild = Rebuild(self.archive, source, own, lock, elsewhere)
            rebuild.run()
            why = rebuild.why or why
        if _is_harmed(own.look()):
            own.from_copies(older=True)
        self._leave(own.look(), why, again=source is not None)

    def _leave(self, shelf: ChunkShelf, why: str, *, again: bool) -> None:
        """Note what could not be brought back. again: the transcript is read once more for what it still has."""
        session, agent = self._owner(shelf.folder)
        for harm in shelf.harms:
            if not harm.number or harm.kind == DOUBLED:
                continue
            number = harm.number - 1 if harm.kind == GONE else harm.number
            meta = shelf.metas.get(harm.path) if harm.kind != GONE else None
            held = len(meta["uuids"]) if meta else -1
            self.done.lost.append(Gone(session, agent, number, held, harm.path, Joined("; ", [harm.words, why])))
            if again and harm.kind in (BROKEN, UNREADABLE) and os.path.lexists(harm.path):
                self.done.aside.append(put_aside(harm.path))

    def _part_twins(self, shelves: list[ChunkShelf]) -> None:
        """Where two sessions hold the same entries, one of them gives them up; so, too, where one has them twice."""
        pairs: dict[str, set[str]] = {}
        for pair in twice(self.archive.root, shelves):
            loser, elsewhere = self._who_gives(pair)
            if loser:
                pairs.setdefault(loser, set()).update(pair.uuids if elsewhere else ())
        for folder, uuids in pairs.items():
            self._guarded_rebuild(folder, uuids)

    def _guarded_rebuild(self, folder: str, uuids: set[str]) -> None:
        source = self.sources[self._owner(folder)]

        def do(lock: Lock) -> None:
            rebuild = Rebuild(self.archive, source, Folder(self.archive.root, folder, self.done), lock, uuids)
            rebuild.run()
            if rebuild.why:
                self.complain(
                    worded("{folder}: entries stand twice, and stay so: {why}", folder=folder, why=rebuild.why)
                )

        self._locked(folder, do)

    def _who_gives(self, pair: Twice) -> tuple[str, bool]:
        """(the directory that is made anew, whether its entries stand in another one); "" when none can be."""
        first, second = os.path.dirname(pair.first), os.path.dirname(pair.second)
        for folder in (second, first):
            source = self.sources.get(self._owner(folder))
            if source is not None and os.path.isfile(source.path):
                return folder, first != second
        return "", False

    def _settle(self, shelves: list[ChunkShelf]) -> None:
        """Make anew what is derived: states and the ledger that do not fit the files, and the maps."""
        archive = self.archive
        wrong = [line.partition(".json: ")[0] for line in check_states(archive, shelves)]
        for path in wrong:
            settle_state(archive, os.path.basename(path))
            self.done.mended.append((f"{path}.json", FILES))
        if self.done.changed or check_ledger(archive, shelves):
            with archive.shared_lock():
                archive.ledger_anew()
        stale = [line.partition(": it lists")[0] for line in check_maps(archive, shelves)]
        for shelf in shelves:
            if os.path.join(shelf.folder, "index.md") in stale:
                self._index(shelf)
        if self.done.changed or archive.path("INDEX.md") in stale:
            with archive.shared_lock():
                relist(archive)

    def _index(self, shelf: ChunkShelf) -> None:
        def do(_: Lock) -> None:
            renew_index(self.archive, shelf, self._name(shelf.folder))
            self.done.mended.append((os.path.join(shelf.folder, "index.md"), FILES))

        self._locked(shelf.folder, do)


class _StayDirtyError(Exception):
    """Leaves a lock as a holder that died leaves it."""


def _leave_dirty(path: str) -> None:
    """The holder before us died on the way: the next run over the transcript is still to make up for that."""
    try:
        with Lock(path, WAIT) as lock:
            lock.mark()
            raise _StayDirtyError
    except _StayDirtyError:
        pass


def _is_harmed(shelf: ChunkShelf) -> bool:
    return bool(shelf.harms or shelf.wanted.keys() - shelf.blobs.keys())
