"""A transcript being archived: where it is read, where its chunks go, how far that is. Held under its lock."""

from __future__ import annotations

import os

from rlm_core.archive.catalog import Catalog, chunk_line, write_session_index
from rlm_core.archive.ledger import MARK, of_state, owner_tag
from rlm_core.archive.state import State
from rlm_core.archive.store import Archive, owner_name
from rlm_core.chunks.chunkfile import dump, file_name
from rlm_core.config import rules_of
from rlm_core.disk import Batch, drop_temporary, read
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.source import Source, safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.archive.ledger import Ledger
    from rlm_core.archive.tombstones.refusing import Refusal
    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanBytes, CleanText


REMEMBERED = 32  # names of the last commit's files
LOOKED_AT = 4  # files of the last commit that a run looks for, before it reads; the rest it takes from the directory


class OvertakenError(Exception):
    """Another process has archived the same entries meanwhile: a fork and its parent, both new at once."""


class Work:
    """One transcript's place in the archive.

    lock: held; it tells whether the former run died. state: how far the archive is; a new one has no folder.
    tag, owner: what stands for the transcript in the ledger. batch: files that wait for the next commit. lines: number
    -> row in index.md, of the chunks written since the last commit. stale: chunk files that a former run wrote and did
    not commit -> (uuid, size) of their entries; they are removed once these stand in new chunks.
    """

    __slots__ = (
        "_folder",
        "_ledger",
        "_written",
        "archive",
        "batch",
        "lines",
        "lock",
        "owner",
        "source",
        "stale",
        "state",
        "tag",
    )

    def __init__(self, archive: Archive, source: Source, lock: Lock) -> None:
        self.archive = archive
        self.source = source
        self.lock = lock
        self.owner = owner_name(clean_id(source.session), clean_id(source.agent))
        self.tag = owner_tag(self.owner)
        self._know_nothing()

    def _know_nothing(self) -> None:
        self._ledger: Ledger | None = None
        self.state = State(clean_id(self.source.session), clean_id(self.source.agent))
        self.batch = Batch()
        self.lines: dict[int, CleanText] = {}
        self._folder = ""  # of the chunks, once it has been checked
        self._written: list[CleanText] = []  # names of the chunk files of the next commit
        self.stale: dict[str, list[tuple[CleanText, int]]] = {}

    @property
    def ledger(self) -> Ledger:
        """The open ledger, made of the chunk files where there was none."""
        if self._ledger is None:
            self._ledger = self.archive.ledger()
        return self._ledger

    def end(self) -> None:
        """Let go of what is not committed."""
        self.batch.drop()
        if self._ledger is not None:
            self._ledger.close()

    def restart(self) -> None:
        """Let go of what is not committed, and be as before the state was taken up."""
        self.end()
        self._know_nothing()

    @property
    def generation(self) -> int:
        """Of the state after whose commit the ledger was written; 0 for none."""
        row = self.ledger.find(of_state(self.owner))
        return row[1] if row is not None else 0

    def agrees(self) -> bool:
        """Whether state, ledger and chunk files are of one moment, as far as a look at a few of them tells."""
        state = self.state
        if self.generation != state.generation:
            return False
        if not state.folder:
            return True
        folder = self.archive.path(state.folder)
        try:
            for name in state.expected[-LOOKED_AT:]:
                os.stat(os.path.join(folder, name))
            if os.stat(folder).st_mtime_ns == state.stamp:
                return True
        except OSError:
            return False
        from rlm_core.archive.mending.look import is_as_left  # here: something was written there since

        return is_as_left(folder, state)

    @property
    def held(self) -> list[tuple[CleanText, int]]:
        """(uuid, size) of the entries that are to be cut anew: of the provisional chunk, and of files not committed."""
        return sum(self.stale.values(), self.state.open.held)

    def must(self, *, sure: bool) -> list[tuple[CleanText, int]]:
        """Those of them that stand in a file, and so have to stand in new chunks before that goes.

        sure: without those that the transcript did not hold for good yet. A prompt that waits may always be withdrawn.
        """
        chunk = self.state.open
        unsure = {uuid for uuid in chunk.unsure if sure or uuid.startswith("queue-")}
        rows = [row for row in chunk.held if row[0] not in unsure] if chunk.file else []
        return sum(self.stale.values(), rows)

    def refusal(self) -> Refusal | None:
        """What is kept out besides the entries that the ledger names; None where nothing was forgotten."""
        mark = self.ledger.find(MARK)
        if mark is None:
            return None
        from rlm_core.archive.tombstones.refusing import Refusal  # here: most archives have no tombstones

        return Refusal(self.archive, self.state.session, self.ledger, read_them=mark[1] > 0)

    def reopen_ledger(self) -> None:
        """Open the ledger that stands at its place now; the caller holds the archive's lock."""
        self.ledger.reopen(self.archive.ledger_rows)

    def folder(self) -> str:
        """The directory of this transcript's chunks, made when needed; never through a link."""
        state = self.state
        if not state.folder:
            state.folder = self.archive.session_folder(state.session, state.day)
            if state.agent:
                state.folder = agent_folder(state.folder, state.agent)
            if self.lock.dirty:
                drop_half_written(self.archive.path(state.folder))
        if not self._folder:
            folder = self.archive.root
            for part in state.folder.split("/"):
                folder = os.path.join(folder, part)
                self.batch.make_dir(folder)
            self._folder = folder
        return self._folder

    def write(self, chunk: Chunk, number: int, *, closed: bool) -> CleanText:
        """Write a chunk and its blobs with the next commit; returns the file's name."""
        folder = self.folder()
        for rendered in chunk.entries:
            for name, data in rendered.blobs:
                self._write_blob(folder, name, data)
        name = file_name(number, chunk.id)
        rules = rules_of(self.archive.config)
        data = dump(chunk, number, self.state.session, closed=closed, agent=self.state.agent, rules=rules)
        path = os.path.join(folder, name)
        self._written.append(name)
        if read(path) != data:
            self.batch.put(path, data)
        last = next((r.entry.time for r in reversed(chunk.entries) if r.entry.time), EMPTY)
        self.state.ended = last or self.state.ended
        self.lines[number] = chunk_line(chunk, number)
        return name

    def _write_blob(self, folder: str, name: str, data: CleanBytes) -> None:
        blobs = os.path.join(folder, "blobs")
        path = os.path.join(blobs, name)
        self.batch.make_dir(blobs)
        if not os.path.exists(path) and not self.batch.holds(path):
            # Beside the chunks, whose directory shows by its time that something was left there.
            self.batch.put(path, data, via=folder)

    def remove(self, name: str) -> None:
        """Remove a chunk file with the next commit."""
        self.batch.remove(self.archive.path(self.state.folder, name))

    def commit(self, fresh: Sequence[tuple[CleanText, int]], *, listed: bool) -> None:
        """Put what waits into the archive: chunk files, indexes, state, ledger, each on the disk before the next.

        fresh: (uuid, size) of the entries that are new. listed: whether the session stands in the catalog. Raises
        OvertakenError, before anything has changed, when another process has archived some of them meanwhile.
        """
        state, archive = self.state, self.archive
        self.batch.sync()  # before the lock is taken, as others wait for it
        with archive.shared_lock():
            # Another process may have replaced the table by a larger one since we opened it.
            self.reopen_ledger()
            if self.ledger.grew and any(self._is_taken(uuid, size) for uuid, size in fresh):
                raise OvertakenError
            for name in self.stale.keys() - set(self._written):
                self.remove(name)
            self.batch.place()
            if state.folder:
                write_session_index(archive.root, state, self.lines)
                state.stamp = os.stat(archive.path(state.folder)).st_mtime_ns
            if listed and state.folder and not state.agent:
                catalog = Catalog(archive.root)
                catalog.update(state)
                catalog.save()
            state.fresh, state.generation = list(fresh), state.generation + 1
            state.written = (self._written or state.written)[-REMEMBERED:]
            state.save(archive.state_path(self.source))
            self._enter()
        self.lines, self._written, self.stale = {}, [], {}

    def _is_taken(self, uuid: str, size: int) -> bool:
        row = self.ledger.find(uuid)
        return row is not None and row[0] != self.tag and row[1] >= size

    def enter_fresh(self) -> None:
        """Enter what the state names as fresh into the ledger; the caller holds the archive's lock."""
        self.reopen_ledger()
        self._enter()

    def _enter(self) -> None:
        rows = [*self.state.fresh, (of_state(self.owner), self.state.generation)]
        self.ledger.add((uuid, self.tag, size) for uuid, size in rows)
        self.ledger.sync()


def agent_folder(session: CleanText, agent: CleanText) -> CleanText:
    """The directory of a sub-agent's chunks, below its session's."""
    return literal("{}/agents/{}").format(session, clean_id(safe_name(agent)))


def drop_half_written(folder: str) -> None:
    """Remove the temporary files that a killed run left in a directory of chunks."""
    for part in ("", "blobs", "summaries"):
        drop_temporary(os.path.join(folder, part))


class IntakeReport:
    """What one run did. Fields as `rlm archive --json` shows them.

    chunks_new, entries_new, entries_gone, bytes_read, skipped_lines, lost_outputs: of this run.
    chunks_total, entries, redactions: of the transcript, all runs together. media: images and PDFs that are kept of it.
    anew: how many transcripts of the session were archived once more, and how many were left; None: nobody asked.
    """

    FIELDS = (
        "session",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_new",
        "entries_gone",
        "bytes_read",
        "skipped_lines",
        "redactions",
        "lost_outputs",
        "media",
        "archive_dir",
    )
    __slots__ = (
        "anew",
        "archive_dir",
        "bytes_read",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_gone",
        "entries_new",
        "lost_outputs",
        "media",
        "redacted",
        "session",
        "skipped_lines",
    )

    def __init__(self, session: str) -> None:
        self.session = session
        self.chunks_new = 0
        self.chunks_total = 0
        self.entries = 0
        self.entries_new = 0
        self.entries_gone = 0
        self.bytes_read = 0
        self.skipped_lines = 0
        self.lost_outputs = 0
        self.media = 0
        self.redacted: dict[CleanText, int] = {}  # kind -> secrets left out of the session, as `entries` in all
        self.archive_dir = ""
        self.anew: dict[str, int] | None = None

    @property
    def redactions(self) -> int:
        return sum(self.redacted.values())

    def count(self, state: State, entries: int, chunks: int) -> None:
        """Take the figures of the transcript from its state. entries, chunks: as they were before the run."""
        self.chunks_total, self.chunks_new = state.chunks, state.chunks - chunks
        self.entries = state.entries
        self.add(state.entries - entries)
        self.redacted = state.redactions

    def add(self, change: int) -> None:
        """Count so many entries more; below 0 they are gone: made anew, a chunk has none of what was forgotten."""
        if change < 0:
            self.entries_gone -= change
        else:
            self.entries_new += change

    def as_json(self) -> dict[str, Any]:
        found = {f: getattr(self, f) for f in self.FIELDS} | {"redacted": self.redacted}
        return found if self.anew is None else found | {"anew": self.anew}
