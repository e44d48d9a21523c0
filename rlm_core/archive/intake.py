"""Takes one transcript's new entries into the archive.

Order of writing, so that a kill at any moment loses nothing and the next run completes the work:
blobs, chunk files, the indexes, the state (which says how far we are), the ledger of uuids. The ledger
comes after the state: were it ahead, an entry could be taken for archived that is not.
"""

from __future__ import annotations

import os

from rlm_core.archive import state as states
from rlm_core.archive.catalog import Catalog, chunk_line, merged, write_session_index
from rlm_core.archive.ledger import owner_tag
from rlm_core.archive.report import Report
from rlm_core.archive.store import Archive, chunk_names, owner_name
from rlm_core.chunks.chunker import Chunker
from rlm_core.chunks.chunkfile import as_closed, dump, file_name, load_meta
from rlm_core.chunks.sanitize import Names, sanitize
from rlm_core.config import redactor
from rlm_core.disk import Batch, drop_temporary, make_dir, read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, written_before
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.reader import Reader
from rlm_core.transcript.source import Source, safe_name, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from rlm_core.archive.state import State
    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.redaction.redactor import Redact
    from rlm_core.transcript.entry import Entry

MUCH = 1024 * 1024  # bytes to read from which on it pays to hold the ledger in memory
GATHERED_CHARS, GATHERED_ENTRIES = 32 * 1024, 64
COMMIT_CHUNKS = 256  # closed chunks between two commits of the state, when much is archived at once


class Intake:
    """One run over one transcript, under its lock.

    archive: the archive to write to. source: the transcript. lock: held; it tells whether the former run died.
    """

    def __init__(self, archive: Archive, source: Source, lock: Lock) -> None:
        self.archive = archive
        self.source = source
        self.lock = lock
        self.report = Report(source.session)
        self.session, self.agent = clean_id(source.session), clean_id(source.agent)
        self.tag = owner_tag(owner_name(self.session, self.agent))
        self.batch = Batch()
        self.redact = redactor(archive.config)
        self.names = Names(self.redact)
        self.ledger = archive.ledger()
        self.state = states.load(archive.state_path(source)) or self._state_from_files()
        self.read_before = self.state.end
        self.known_open = {(uuid, size) for uuid, size in self.state.open}
        self.before = self.state.entries + self.state.open_entries
        self.chunks_before = self.state.chunks
        self.now: dict[str, int] = {}  # uuid -> size of what this run put into chunks
        self.fresh: list[tuple[CleanText, int]] = []
        self.lines: dict[int, CleanText] = {}
        self.since_commit = 0
        self.gathered: list[tuple[Entry, int, int]] = []  # entry, its offset, unreadable lines before it
        self.gathered_size = 0
        self.folder = ""  # of the chunks, once it has been checked

    def run(self, restore: bool) -> Report:
        try:
            if self.lock.dirty:
                self._heal()
            if restore and self._files_missing():
                self._forget_missing()
            if os.path.exists(self.source.path):
                self._read()
            return self._reported()
        finally:
            self.batch.drop()
            self.ledger.close()

    def _read(self) -> None:
        state = self.state
        seen = stamp(self.source.path)
        with open(self.source.path, "rb") as stream:
            if not states.unchanged(state, stream):
                self._start_over()
            first = state.offset
            if seen[0] - first > MUCH:
                self.ledger.hold()
            stream.seek(first)
            self.known_open = {(uuid, size) for uuid, size in state.open}
            config = self.archive.config
            self.chunker = Chunker(config.target, config.limit, state.carry, state.previous)
            self.chunker.open.offset = first
            self.reader = Reader(stream, folder=self.source.folder, agent=bool(self.source.agent))
            self.skipped = state.skipped
            end = first
            for start, end, entry in self.reader:  # noqa: B007 - `end` is used behind the loop
                if entry is not None:
                    self._gather(entry, start)
            self._take_gathered()
            self.report.bytes_read = end - first
            self.report.skipped_lines = self.reader.unreadable
            self.report.lost_outputs = self.reader.lost_outputs
            self._finish(stream, end, seen)

    def _gather(self, entry: Entry, start: int) -> None:
        """Put an entry to others, to look for secrets in all of them at once."""
        self.gathered.append((entry, start, self.reader.unreadable))
        self.gathered_size += entry.size
        if self.gathered_size > GATHERED_CHARS or len(self.gathered) >= GATHERED_ENTRIES:
            self._take_gathered()

    def _take_gathered(self) -> None:
        # A long text is scanned by itself: it would be scanned twice if anything were found.
        short = self.gathered_size <= 2 * GATHERED_CHARS
        redact = self.redact.of_all(self._gathered_texts()) if short else self.redact
        for entry, start, unreadable in self.gathered:
            self._take(entry, start, unreadable, redact)
        self.gathered, self.gathered_size = [], 0

    def _gathered_texts(self) -> list[str]:
        return [p.text for entry, _, _ in self.gathered for p in entry.parts]

    def _take(self, entry: Entry, start: int, unreadable: int, redact: Redact) -> None:
        self.state.day = self.state.day or entry.time[:10] or literal("undated")
        self.state.started = self.state.started or entry.time
        if self._archived(entry, start):
            self.chunker.pass_over(sanitize(entry, redact, self.names))
            self._title_from(entry)
            return
        counted = dict(self.redact.counts)
        clean = sanitize(entry, redact, self.names)
        closed = self.chunker.add(clean)
        if closed is not None:
            self._close(closed)
        chunk = self.chunker.open
        if len(chunk.entries) == 1:
            chunk.offset = start
            self.state.skipped = self.skipped + unreadable
        delta = {k: n - counted.get(k, 0) for k, n in self.redact.counts.items() if n > counted.get(k, 0)}
        chunk.redactions = merged(chunk.redactions, delta)
        self.now[entry.uuid] = entry.size
        self.fresh.append((entry.uuid, entry.size))
        self._title_from(entry)
        if self.since_commit >= COMMIT_CHUNKS:
            self._commit()

    def _archived(self, entry: Entry, start: int) -> bool:
        """Whether the archive holds the entry, and no poorer than it stands here."""
        here = self.now.get(entry.uuid)
        if here is not None:
            return entry.size <= here
        found = self.ledger.find(entry.uuid)
        if found is None:
            return False
        tag, size = found
        if tag == self.tag and (entry.uuid, entry.size) in self.known_open:
            return False  # it stands in the open chunk, which is being cut anew
        if tag != self.tag and start >= self.read_before:
            owner = hex_digits(tag.hex())
            self.state.shared[owner] = self.state.shared.get(owner, 0) + 1
        return entry.size <= size

    def _close(self, chunk: Chunk) -> None:
        """Write a closed chunk and count it."""
        state = self.state
        number = state.closed + 1
        name = self._write(chunk, number, closed=True)
        if state.open_file and state.open_file != name:
            self.batch.remove(self.archive.path(state.folder, state.open_file))
        state.closed = number
        state.previous = chunk.id
        state.entries += len(chunk.entries)
        state.tokens += chunk.tokens
        state.redactions = merged(state.redactions, chunk.redactions)
        state.open, state.open_file, state.open_entries, state.open_tokens = [], EMPTY, 0, 0
        state.open_redactions = {}
        self.since_commit += 1

    def _write(self, chunk: Chunk, number: int, *, closed: bool) -> CleanText:
        """Write a chunk and its blobs; returns the file's name."""
        folder = self._folder()
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

    def _folder(self) -> str:
        """The directory of this transcript's chunks, made when needed; never through a link."""
        state = self.state
        if not state.folder:
            state.folder = self.archive.session_folder(state.session, state.day)
            if state.agent:
                state.folder += clean_id(f"/agents/{safe_name(state.agent)}")
            if self.lock.dirty:
                self._drop_temporary(self.archive.path(state.folder))
        if not self.folder:
            folder = self.archive.root
            for part in state.folder.split("/"):
                folder = os.path.join(folder, part)
                make_dir(folder)
            self.folder = folder
        return self.folder

    def _finish(self, stream: BinaryIO, end: int, seen: list[int]) -> None:
        state, chunk = self.state, self.chunker.open
        stale = state.open_file
        if chunk.entries:
            state.open_file = self._write(chunk, state.closed + 1, closed=False)
            state.open = [(r.entry.uuid, r.entry.size) for r in chunk.entries]
            state.open_entries, state.open_tokens = len(chunk.entries), chunk.tokens
            state.open_redactions = chunk.redactions
        if stale and stale != state.open_file:
            self.batch.remove(self.archive.path(state.folder, stale))
        state.offset = chunk.offset if chunk.entries else end
        state.carry = chunk.start if chunk.entries else self.chunker.carry
        state.open_skipped = self.skipped + self.reader.unreadable - state.skipped
        state.end = end
        state.marks = [states.mark(stream, state.offset), states.mark(stream, end)]
        state.transcript = self.redact.name(self.source.path)
        state.seen = seen
        self._commit()

    def _commit(self) -> None:
        """Chunk files, indexes, state, ledger. In the middle of a run the state stands at the last boundary."""
        state = self.state
        self.batch.flush()
        self._title(self.reader.title)
        middle = self.since_commit >= COMMIT_CHUNKS
        if middle:
            chunk = self.chunker.open
            # Entries of the open chunk go into the ledger too: `open` tells the next run to take them.
            state.open = [(r.entry.uuid, r.entry.size) for r in chunk.entries]
            state.offset, state.carry, state.end, state.seen = chunk.offset, chunk.start, chunk.offset, [0, 0]
            with open(self.source.path, "rb") as stream:
                state.marks = [states.mark(stream, state.offset)] * 2
        state.fresh = self.fresh
        if state.folder:
            write_session_index(self.archive.root, state, self.lines)
        with self.archive.shared_lock():
            if state.folder and not state.agent:
                catalog = Catalog(self.archive.root)
                catalog.update(state)
                catalog.save()
            state.save(self.archive.state_path(self.source))
            self._enter_fresh()
        self.fresh, self.lines, self.since_commit = [], {}, 0

    def _enter_fresh(self) -> None:
        # Another process may have replaced the table by a larger one since we opened it.
        self.ledger.reopen(self.archive.ledger_rows)
        self.ledger.add((uuid, self.tag, size) for uuid, size in self.state.fresh)

    def _title_from(self, entry: Entry) -> None:
        """A session is called by its first prompt until the client names it."""
        if entry.prompt and not self.state.title[1]:
            self.state.title = (0, self.chunker.carry.prompt)

    def _title(self, found: tuple[int, str]) -> None:
        rank, title = found
        if title and rank >= self.state.title[0]:
            self.state.title = (rank, self.redact(title)[:200])

    def _reported(self) -> Report:
        state, report = self.state, self.report
        report.chunks_total = state.chunks
        report.chunks_new = state.chunks - self.chunks_before
        report.entries = state.entries + state.open_entries
        report.entries_new = report.entries - self.before
        report.redacted = merged(state.redactions, state.open_redactions)
        report.archive_dir = self.archive.path(state.folder) if state.folder else ""
        return report

    # What follows mends: after a kill, a rewritten transcript, deleted state or deleted files.

    def _heal(self) -> None:
        """The former run died on the way: enter what the ledger may miss, drop files it left half-way."""
        with self.archive.shared_lock():
            for part, ending in (("", "INDEX.md"), ("state", "catalog.json"), ("state", "uuids")):
                drop_temporary(self.archive.path(part), ending)
            self._enter_fresh()
        drop_temporary(self.archive.path("state", "sources"), f"{self.source.name}.json")
        if not self.state.folder:
            return
        folder = self.archive.path(self.state.folder)
        self._drop_temporary(folder)
        self._adopt(folder)
        for name in chunk_names(folder):
            number = int(name.partition("-")[0])
            if number > self.state.closed and name != self.state.open_file:
                remove(os.path.join(folder, name))  # will be written again from the transcript

    def _drop_temporary(self, folder: str) -> None:
        for part in ("", "blobs", "summaries"):
            drop_temporary(os.path.join(folder, part))

    def _adopt(self, folder: str) -> None:
        """When the provisional chunk was replaced but not noted yet, take its successor for it."""
        state = self.state
        if os.path.exists(os.path.join(folder, state.open_file or "-")):
            return
        for name in chunk_names(folder):
            if int(name.partition("-")[0]) == state.closed + 1:
                meta = self._meta(os.path.join(folder, name))
                state.open_file, state.open = written_before(name), _sized(meta) if meta else []

    def _meta(self, path: str) -> dict[str, Any] | None:
        """A chunk file's front matter, None when it cannot be read."""
        try:
            return load_meta(read(path) or b"", path)
        except ArchiveError:
            return None

    def _start_over(self) -> None:
        """The transcript was rewritten or shortened: keep what we have, read all, add what is unknown."""
        self._freeze()
        self.state.rewind()
        self.read_before = 0
        self.state.rewritten += 1
        self.state.skipped = 0

    def _freeze(self) -> None:
        """Close the provisional chunk as it stands, since its entries may be gone from the transcript."""
        state = self.state
        if not state.open_file:
            return
        path = self.archive.path(state.folder, state.open_file)
        data = read(path)
        if data is not None:
            data = as_closed(data)
            write_atomic(path, data)
            state.previous = load_meta(data, path)["chunk"]
            state.closed += 1
            state.entries += state.open_entries
            state.tokens += state.open_tokens
            state.redactions = merged(state.redactions, state.open_redactions)
        state.open, state.open_file, state.open_entries, state.open_tokens = [], EMPTY, 0, 0
        state.open_redactions = {}

    def _files_missing(self) -> bool:
        state = self.state
        if not state.folder:
            return False
        found = {int(n.partition("-")[0]) for n in chunk_names(self.archive.path(state.folder))}
        return not found.issuperset(range(1, state.chunks + 1))

    def _forget_missing(self) -> None:
        """Chunk files were deleted: forget what they held, so that the transcript is read for it again."""
        listed = self.state.listed
        with self.archive.shared_lock():
            self.ledger.create(self.archive.ledger_rows())
        self.state = self._state_from_files()
        self.state.listed = listed
        self.read_before = 0

    def _state_from_files(self) -> State:
        """The state as the chunk files tell it; a new one when there are none."""
        archive = self.archive
        state = states.State(self.session, self.agent)
        parent = archive.session_folder(self.session, EMPTY)
        folder = parent + clean_id(f"/agents/{safe_name(self.agent)}") if self.agent else parent
        names = chunk_names(archive.path(folder))
        metas = [(n, m) for n in names if (m := self._meta(archive.path(folder, n)))]
        if not metas:
            return state
        state.folder = folder
        for name, meta in metas:
            if meta.get("provisional"):
                state.open, state.open_file = _sized(meta), written_before(name)
                state.open_entries, state.open_tokens = len(meta["uuids"]), meta["tokens"]
                state.open_redactions = meta["redactions"]
                continue
            state.closed, state.previous = meta["number"], meta["chunk"]
            state.entries += len(meta["uuids"])
            state.tokens += meta["tokens"]
            state.redactions = merged(state.redactions, meta["redactions"])
            state.ended = meta["ended"] or state.ended
        with archive.shared_lock():
            self.ledger.add((uuid, self.tag, size) for _, meta in metas for uuid, size in _sized(meta))
        return state


def _sized(meta: dict[str, Any]) -> list[tuple[CleanText, int]]:
    """(uuid, size) of a chunk's entries."""
    return list(zip(meta["uuids"], meta["sizes"], strict=True))
