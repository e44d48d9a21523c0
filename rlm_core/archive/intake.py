"""Takes one transcript's new entries into the archive.

Order of writing, so that a kill or a power cut at any moment loses nothing and the next run completes the work:
blobs, chunk files, the indexes, the state (which says how far we are), the ledger of uuids, each on the disk before the
next. The ledger comes after the state: were it ahead, an entry could be taken for archived that is not.

What stood in the provisional chunk stands in the chunks of this run, or the former one is closed as it is: whatever
happens to a transcript, nothing goes that was archived.
"""

from __future__ import annotations

import os

from rlm_core.archive.known import Known
from rlm_core.archive.state import READER, OpenChunk, load, merged, probe, tail_of, unchanged
from rlm_core.archive.work import IntakeReport, OvertakenError, Work
from rlm_core.chunks.chunker import Chunker
from rlm_core.chunks.sanitize import Names, Sifter, sanitize
from rlm_core.chunks.titles import entry_line, prompt_title, session_title
from rlm_core.config import redactor
from rlm_core.disk import opened
from rlm_core.errors import ArchiveError, worded
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.reader import EntryPlace, Reader
from rlm_core.transcript.source import file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rlm_core.chunks.chunker import Chunk
    from rlm_core.chunks.sanitize import CleanEntry
    from rlm_core.redaction.clean import CleanText
    from rlm_core.redaction.redactor import Redact
    from rlm_core.transcript.entry import Entry

HOLD_BYTES = 1024 * 1024  # to read, from which on it pays to hold the ledger in memory
GATHERED_CHARS, GATHERED_ENTRIES = 32 * 1024, 64
COMMIT_CHUNKS = 256  # closed chunks between two commits of the state, when much is archived at once


ATTEMPTS = 20  # at a transcript whose entries others archive at the same time


class VanishedError(Exception):
    """What was archived provisionally stands in the transcript no more."""


class Gathered:
    """Entries that wait to be looked through for secrets together, each with the place where it can be read again."""

    __slots__ = ("entries", "size")

    def __init__(self) -> None:
        self.entries: list[tuple[Entry, EntryPlace]] = []
        self.size = 0

    def add(self, entry: Entry, place: EntryPlace) -> None:
        self.entries.append((entry, place))
        self.size += entry.size

    def texts(self) -> list[str]:
        """The texts of all parts of all entries, in order."""
        return [part.text for entry, _ in self.entries for part in entry.parts]

    @property
    def enough(self) -> bool:
        """Whether to look through them now rather than wait for more."""
        return self.size > GATHERED_CHARS or len(self.entries) >= GATHERED_ENTRIES


class Intake:
    """One run over one transcript, under its lock."""

    __slots__ = (
        "begins",
        "chunker",
        "fresh",
        "known",
        "must",
        "names",
        "place",
        "reader",
        "redact",
        "refusal",
        "sift",
        "since_commit",
        "skipped",
        "stream",
        "work",
    )

    def __init__(self, work: Work, stream: BinaryIO) -> None:
        """stream: the transcript, open, of which nothing that was read before has changed."""
        config, position = work.archive.config, work.state.position
        self.work = work
        self.stream = stream
        self.redact = redactor(config, marks=True)
        self.names = Names(self.redact)
        self.sift = Sifter(self.redact, media=config.redact_media == "keep")
        self.known = Known(work)
        self.refusal = work.refusal()
        closed = work.state.closed
        self.chunker = Chunker(config.target, config.limit, position.chunker, closed.last, closed.number + 1)
        self.chunker.open.offset = position.offset
        source = work.source
        self.reader = Reader(
            stream,
            folder=source.folder,
            agent=bool(source.agent),
            session=source.session,
            agents=lambda: {a.agent for a in source.agents()},
        )
        self.reader.titles.leaves = {str(k): str(v) for k, v in position.leaves.items()}
        self.reader.known_to = position.end
        self.place = EntryPlace(position.offset, position.skip)  # of the open chunk's first entry
        self.skipped = position.skipped
        self.fresh: list[tuple[CleanText, int]] = []  # (uuid, size) that the ledger does not have yet
        self.must = work.must(sure=tail_of(stream, position.end, position.tail[0]) == position.tail)
        self.since_commit = 0
        self.begins = not (position.end or work.state.chunks)

    def read(self, seen: list[int]) -> int:
        """Take all that is new; how many bytes were read. seen: the transcript's stamp before it was opened."""
        first = end = self.work.state.position.offset
        if seen[0] - first > HOLD_BYTES:
            from rlm_core.archive.mending.mend import hold_ledger  # here and below: most runs find nothing to mend

            hold_ledger(self.work)
        if first == 0:
            self.work.state.position.reader = READER
        self.stream.seek(first)
        self.reader.go_on_at(self.work.state.position.skip, self.work.state.position.queue)
        self.place.queue = self.reader.waiting
        gathered = Gathered()
        for _, end, entry in self.reader:  # noqa: B007 - `end` is used behind the loop
            if entry is not None:
                gathered.add(entry, self.reader.place)
                if gathered.enough:
                    self._take_all(gathered)
                    gathered = Gathered()
        self._take_all(gathered)
        self._finish(end, seen)
        return end - first

    def _take_all(self, gathered: Gathered) -> None:
        # A long text is scanned by itself: it would be scanned twice if anything were found.
        short = gathered.size <= 2 * GATHERED_CHARS
        redact = self.redact.of_all(gathered.texts()) if short else self.redact
        for entry, place in gathered.entries:
            self._take(entry, place, redact)

    def _take(self, entry: Entry, place: EntryPlace, redact: Redact) -> None:
        state = self.work.state
        state.day = state.day or entry.time[:10] or literal("undated")
        if self.begins and entry.time:
            self.begins, state.started = False, EMPTY  # a sub-agent may have stood for the session until now
        state.started = state.started or entry.time
        counted = self._counted()
        known = self.known.holds(entry, place.start)
        self.chunker.holds = self.sift.depth > 0
        said = self.sift(entry)
        clean = self._sanitized(said, redact if said is entry else self.redact)
        if known:
            name = self.known.name_of(entry, clean, place.start)
            if name == entry.uuid:
                self._pass_over(clean, forgotten=self.known.forgotten)
                return
            entry.uuid = clean.uuid = name
        elif self._refuses(clean):
            self._pass_over(clean, forgotten=True)
            return
        richer = self.known.archived_text(entry)
        clean.size = entry.size
        closed = self.chunker.add(clean, richer)
        if closed is not None:
            self._close(closed)
        chunk = self.chunker.open
        if len(chunk.entries) == 1:
            self._opened(place)
        self._left_out(counted)
        self.known.add(entry)
        self.fresh.append((entry.uuid, entry.size))
        self._title_from(clean)
        if self.since_commit >= COMMIT_CHUNKS:
            self._commit_midway()

    def _sanitized(self, entry: Entry, redact: Redact) -> CleanEntry:
        """An entry that may be written, without a directory or a branch whose name was forgotten."""
        clean = sanitize(entry, redact, self.names)
        if self.refusal is not None:
            clean.cwd, clean.branch = map(self.refusal.allowed, (clean.cwd, clean.branch))
        return clean

    def _refuses(self, clean: CleanEntry) -> bool:
        """Whether the entry was forgotten on purpose under another uuid, or is of what is never archived again."""
        return self.refusal is not None and self.refusal.refuses([p.text for p in clean.parts], clean.time)

    def _pass_over(self, clean: CleanEntry, *, forgotten: bool) -> None:
        """Take note of an entry that does not go into a chunk; of one that was forgotten, only that it was there."""
        if forgotten:
            from rlm_core.archive.tombstones.refusing import emptied

            self.chunker.pass_over(emptied(clean))
            return
        self.chunker.pass_over(clean)
        self._title_from(clean)

    def _opened(self, place: EntryPlace) -> None:
        """The open chunk begins here: from here it will be cut anew."""
        self.place = place
        self.chunker.open.offset = place.start
        self.work.state.position.skipped = self.skipped + place.unreadable

    def _close(self, chunk: Chunk) -> None:
        """Write a closed chunk and count it."""
        state = self.work.state
        name = self.work.write(chunk, state.closed.number + 1, closed=True)
        if state.open.file and state.open.file != name:
            self.work.remove(state.open.file)
        state.closed.count(chunk.id, len(chunk.entries), chunk.tokens, chunk.redactions)
        state.open = OpenChunk()
        self.since_commit += 1

    def _finish(self, end: int, seen: list[int]) -> None:
        state, chunk, position = self.work.state, self.chunker.open, self.work.state.position
        stale = state.open.file
        if not chunk.entries:
            self._opened(EntryPlace(end, 0, self.reader.waiting, self.reader.unreadable - bool(self.reader.tail)))
        sure = len(chunk.entries)
        self._add_unfinished()
        position.tail = tail_of(self.stream, end, len(self.reader.tail))
        if chunk.entries:
            state.open.file = self.work.write(chunk, state.closed.number + 1, closed=False)
            state.open.held = [(r.entry.uuid, r.entry.size) for r in chunk.entries]
            state.open.entries, state.open.tokens = len(chunk.entries), chunk.tokens
            state.open.redactions = chunk.redactions
            state.open.unsure = [r.entry.uuid for r in chunk.entries[sure:]]
        if stale and stale != state.open.file:
            self.work.remove(stale)
        self._note_place()
        position.chunker = chunk.start if chunk.entries else self.chunker.carry
        position.open_skipped = self.skipped + self.reader.unreadable - position.skipped
        position.end = end
        position.probes = [probe(self.stream, position.offset), probe(self.stream, end)]
        position.transcript = self.redact.name(self.work.source.path)
        position.seen = seen
        self._commit()

    def _add_unfinished(self) -> None:
        """What may still change goes to the end of the open chunk, where the next run decides about it again."""
        state = self.work.state
        for entry in self.reader.unfinished():
            if not (state.day or entry.time):
                continue  # the first record of all, which will name the session's folder by its day
            if self.known.is_closed(entry):
                continue  # it stands in a chunk that was closed when the transcript was rewritten
            state.day = state.day or entry.time[:10]
            counted = self._counted()
            clean = self._sanitized(self.sift(entry), self.redact)
            if self._refuses(clean):
                continue
            self.chunker.append(clean)
            self._left_out(counted)

    def _counted(self) -> dict[CleanText, int]:
        """What was left out until now; from here on the marks are the next entry's."""
        self.redact.marks = []
        return dict(self.redact.counts)

    def _left_out(self, counted: dict[CleanText, int]) -> None:
        """The last entry of the open chunk is what secrets were left out of since they were counted."""
        self.chunker.open.leave_out(self.redact.counts, counted, self.redact.marks)

    def _note_place(self) -> None:
        position, place = self.work.state.position, self.place
        found = {self.redact.name(clean_id(kind))[:100]: n for kind, n in self.reader.unknown.items()}
        position.unknown, self.reader.unknown = merged(position.unknown, found), {}
        position.offset, position.skip = place.start, place.skip
        position.queue = [(*queued.place, queued.status) for queued in place.queue]
        leaves = {clean_id(leaf): self.redact(title)[:200] for leaf, title in self.reader.titles.leaves.items()}
        refusal = self.refusal
        kept = {leaf: t for leaf, t in leaves.items() if refusal is None or not refusal.refuses_title(t)}
        position.leaves = kept

    def _commit_midway(self) -> None:
        """Commit with the state at the last boundary: a run that is killed later goes on from there."""
        state, chunk, position = self.work.state, self.chunker.open, self.work.state.position
        # Entries of the open chunk go into the ledger too: `held` tells the next run to take them.
        state.open.held, state.open.unsure = [(r.entry.uuid, r.entry.size) for r in chunk.entries], []
        self._note_place()
        position.end, position.tail = position.offset, (0, EMPTY)
        position.chunker, position.seen = chunk.start, [0, 0]
        with opened(self.work.source.path) as stream:
            position.probes = [probe(stream, position.offset)] * 2
        self._commit()

    def _commit(self) -> None:
        """Chunk files, indexes, state, ledger. Raises VanishedError and OvertakenError before anything has changed."""
        self._check_kept()
        self._title(*self.reader.titles.best)
        for leaf in [leaf for leaf in self.reader.titles.leaves if self.known.has(leaf)]:
            self._title(1, self.reader.titles.leaves.pop(leaf))  # the record came first
        self.work.commit(self.fresh, listed=True)
        self.fresh, self.since_commit = [], 0

    def _check_kept(self) -> None:
        """See to it that what stood in the provisional chunk stands in those of this run."""
        unfinished = {r.entry.uuid for r in self.chunker.open.entries}
        for uuid, size in self.must:
            if not (self.known.keeps(uuid, size) or uuid in unfinished):
                raise VanishedError
        self.must = []

    def _title_from(self, entry: CleanEntry) -> None:
        """A session is called by its first prompt that says something, until the client names it.

        Until then it is called by one that says nothing: such a title has the rank -1.
        """
        rank, title = self.work.state.title
        if not entry.prompt or rank > 0 or (rank == 0 and prompt_title(title)):
            return
        if self.chunker.carry.prompt:
            self.work.state.title = (0, self.chunker.carry.prompt)
        elif not title:
            self.work.state.title = (-1, entry_line(entry))

    def _title(self, rank: int, title: str) -> None:
        if title and rank >= self.work.state.title[0]:
            made = session_title(self.redact(title))
            if self.refusal is None or not self.refusal.refuses_title(made):
                self.work.state.title = (rank, made)


def intake(work: Work, *, restore: bool = False) -> IntakeReport:
    """Take what is new in the transcript.

    restore: bring back chunk files that were deleted, and read all of it where an earlier version has read it. Raises
    ArchiveError when other processes keep archiving the same entries, and whatever `Archive` and the disk raise.
    """
    try:
        noted = begin(work, restore=restore)
        report = IntakeReport(work.source.session)
        if os.path.exists(work.source.path):
            for _ in range(ATTEMPTS):
                if _read(work, report, restore=restore):
                    break
            else:
                raise ArchiveError(
                    worded("others archive what stands in {path}; run `rlm archive` again later", path=work.source.path)
                )
        report.count(work.state, *noted)
        report.archive_dir = work.archive.path(work.state.folder) if work.state.folder else ""
        return report
    finally:
        work.end()


def begin(work: Work, *, restore: bool) -> tuple[int, int]:
    """Take up the state, mended where it needs to be; how many entries and chunks it had before."""
    state = load(work.archive.state_path(work.source))
    if state is not None:
        work.state = state
    noted = work.state.entries, work.state.chunks
    if state is None or work.lock.dirty or restore or not work.agrees():
        from rlm_core.archive.mending.mend import mend

        mend(work, noted=state is not None, restore=restore)
    return noted if state is not None else (work.state.entries, work.state.chunks)


def _read(work: Work, report: IntakeReport, *, restore: bool) -> bool:
    """Read the transcript; whether that came to its end. If not, the state is ready for another attempt."""
    seen = file_stamp(work.source.path)
    try:
        with opened(work.source.path) as stream:
            read_before = work.state.position.reader < READER and restore  # by a version that left more out
            if read_before or not unchanged(work.state.position, stream):
                from rlm_core.archive.mending.mend import start_over

                start_over(work)
            run = Intake(work, stream)
            report.bytes_read = run.read(seen)
            report.skipped_lines = run.reader.unreadable
            report.lost_outputs = run.reader.lost_outputs
    except (OvertakenError, VanishedError) as e:
        work.restart()
        begin(work, restore=restore)
        if isinstance(e, VanishedError):
            from rlm_core.archive.mending.mend import keep_all

            keep_all(work)
        return False
    return True
