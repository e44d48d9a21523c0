"""A transcript being archived: where it is read, where its chunks go, how far that is. Held under its lock."""

from __future__ import annotations

import os

from rlm_core.archive.catalog import chunk_line
from rlm_core.archive.ledger import owner_tag
from rlm_core.archive.state import State
from rlm_core.archive.store import Archive, owner_name
from rlm_core.chunks.chunkfile import dump, file_name
from rlm_core.disk import Batch, drop_temporary, make_dir, read
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.source import Source, safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanBytes, CleanText


class Work:
    """One transcript's place in the archive.

    lock: held; it tells whether the former run died. state: how far the archive is; a new one has no folder.
    tag: what stands for the transcript in the ledger. batch: files that wait for the next commit. lines: number ->
    row in index.md, of the chunks written since the last commit.
    """

    __slots__ = ("_folder", "archive", "batch", "ledger", "lines", "lock", "source", "state", "tag")

    def __init__(self, archive: Archive, source: Source, lock: Lock) -> None:
        self.archive = archive
        self.source = source
        self.lock = lock
        session, agent = clean_id(source.session), clean_id(source.agent)
        self.tag = owner_tag(owner_name(session, agent))
        self.batch = Batch()
        self.ledger = archive.ledger()
        self.lines: dict[int, CleanText] = {}
        self._folder = ""  # of the chunks, once it has been checked
        self.state = State(session, agent)

    def end(self) -> None:
        """Let go of what is not committed."""
        self.batch.drop()
        self.ledger.close()

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
                make_dir(folder)
            self._folder = folder
        return self._folder

    def write(self, chunk: Chunk, number: int, *, closed: bool) -> CleanText:
        """Write a chunk and its blobs with the next commit; returns the file's name."""
        folder = self.folder()
        for rendered in chunk.entries:
            for name, data in rendered.blobs:
                self._write_blob(folder, name, data)
        name = file_name(number, chunk.id)
        data = dump(chunk, number, self.state.session, closed=closed, agent=self.state.agent)
        path = os.path.join(folder, name)
        if read(path) != data:
            self.batch.put(path, data)
        last = next((r.entry.time for r in reversed(chunk.entries) if r.entry.time), EMPTY)
        self.state.ended = last or self.state.ended
        self.lines[number] = chunk_line(chunk, number)
        return name

    def _write_blob(self, folder: str, name: str, data: CleanBytes) -> None:
        blobs = os.path.join(folder, "blobs")
        path = os.path.join(blobs, name)
        make_dir(blobs)
        if not os.path.exists(path) and not self.batch.holds(path):
            self.batch.put(path, data)

    def remove(self, name: str) -> None:
        """Remove a chunk file with the next commit."""
        self.batch.remove(self.archive.path(self.state.folder, name))

    def enter_fresh(self) -> None:
        """Enter what the state names as fresh into the ledger; the caller holds the archive's lock."""
        # Another process may have replaced the table by a larger one since we opened it.
        self.ledger.reopen(self.archive.ledger_rows)
        self.ledger.add((uuid, self.tag, size) for uuid, size in self.state.fresh)


def agent_folder(session: CleanText, agent: CleanText) -> CleanText:
    """The directory of a sub-agent's chunks, below its session's."""
    return literal("{}/agents/{}").format(session, clean_id(safe_name(agent)))


def drop_half_written(folder: str) -> None:
    """Remove the temporary files that a killed run left in a directory of chunks."""
    for part in ("", "blobs", "summaries"):
        drop_temporary(os.path.join(folder, part))


class IntakeReport:
    """What one run did. Fields as `rlm archive --json` shows them.

    chunks_new, entries_new, bytes_read, skipped_lines, lost_outputs: of this run.
    chunks_total, entries, redactions: of the transcript, all runs together.
    anew: how many transcripts of the session were archived once more, and how many were left; None: nobody asked.
    """

    FIELDS = (
        "session",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_new",
        "bytes_read",
        "skipped_lines",
        "redactions",
        "lost_outputs",
        "archive_dir",
    )
    __slots__ = (
        "anew",
        "archive_dir",
        "bytes_read",
        "chunks_new",
        "chunks_total",
        "entries",
        "entries_new",
        "lost_outputs",
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
        self.bytes_read = 0
        self.skipped_lines = 0
        self.lost_outputs = 0
        self.redacted: dict[CleanText, int] = {}  # kind -> secrets left out of the session, as `entries` in all
        self.archive_dir = ""
        self.anew: dict[str, int] | None = None

    @property
    def redactions(self) -> int:
        return sum(self.redacted.values())

    def count(self, state: State, entries: int, chunks: int) -> None:
        """Take the figures of the transcript from its state. entries, chunks: as they were before the run."""
        self.chunks_total, self.chunks_new = state.chunks, state.chunks - chunks
        self.entries, self.entries_new = state.entries, state.entries - entries
        self.redacted = state.redactions

    def as_json(self) -> dict[str, Any]:
        found = {f: getattr(self, f) for f in self.FIELDS} | {"redacted": self.redacted}
        return found if self.anew is None else found | {"anew": self.anew}
