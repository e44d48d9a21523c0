"""Takes the files of a session's folder that are no transcripts: what was ordered of a workflow and what came back,
outputs that no record names, whatever else the client or a command left there.

They become entries of the role `system` under the agent `files`, each the text of one file as it was. A run closes
the chunk that it begins, for what a file said may be gone when the next one comes: nothing is ever read twice. Order of
writing: blobs and chunk files, the index, the state, the ledger, the note of what was seen; a run that was killed
on the way is made up from the chunk files, and what it had not noted is looked at again.
"""

from __future__ import annotations

import os

from rlm_core.archive.files.note import NAMED, NOT_TAKEN, Note, files_of, key_of
from rlm_core.archive.files.text import readable, shown
from rlm_core.archive.state import load
from rlm_core.archive.work import IntakeReport, Work, drop_half_written
from rlm_core.chunks.chunker import Chunker, ChunkerState
from rlm_core.chunks.render import blob_name
from rlm_core.chunks.sanitize import Names, sanitize, visible
from rlm_core.clock import utc
from rlm_core.config import redactor
from rlm_core.digest import hexdigest
from rlm_core.disk import names
from rlm_core.lock import Lock
from rlm_core.redaction.clean import hex_digits, literal, moment
from rlm_core.redaction.ids import clean_id
from rlm_core.transcript.entry import TEXT, Entry, Part
from rlm_core.transcript.folder import FILES_AGENT, OUTPUTS, content, decoded
from rlm_core.transcript.outputs import outputs_named
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.archive.tombstones.refusing import Refusal
    from rlm_core.chunks.chunker import Chunk
    from rlm_core.redaction.clean import CleanText
    from rlm_core.transcript.folder import FolderFile

TITLE = literal("Files of the session's folder")


def take_folder(
    archive: Archive, source: Source, stamp: list[int], *, wait: float = 10.0, restore: bool = False
) -> IntakeReport | None:
    """Archive the files that are new in a session's folder or have changed; None when there are none.

    stamp: the folder's `depth_stamp` before its sub-agents were looked for. restore: bring back what was deleted from
    the archive. Raises as `take` does.
    """
    files = files_of(source)
    note = Note(archive.root, clean_id(source.session))
    due = [f for f in files if restore or note.is_new(f)]
    if not due and stamp == note.stirred:
        return None
    archive.prepare()
    holder = Source(source.folder, source.session, FILES_AGENT, folder=source.folder)
    with Lock(archive.path("state", "locks", f"{holder.name}.lock"), wait) as lock:
        lock.mark()
        run = FolderIntake(Work(archive, holder, lock), source)
        try:
            run.begin(restore=restore)
            run.take([f for f in files if restore or run.note.is_new(f)])
            report = run.end(files, stamp)
        finally:
            run.work.end()
    return report if due else None


class FolderIntake:
    """One run over the files of one session's folder, under their lock."""

    __slots__ = ("chunker", "fresh", "names", "note", "redact", "refusal", "report", "source", "work")

    def __init__(self, work: Work, source: Source) -> None:
        self.work = work
        self.source = source
        self.redact = redactor(work.archive.config, marks=True)
        self.names = Names(self.redact)
        self.note = Note(work.archive.root, clean_id(source.session))
        self.report = IntakeReport(source.session)
        self.fresh: dict[CleanText, int] = {}
        self.refusal: Refusal | None = None

    def begin(self, *, restore: bool) -> None:
        work = self.work
        state = load(work.archive.state_path(work.source))
        if state is not None:
            work.state = state
        if state is None or work.lock.dirty:
            from rlm_core.archive.mending.recover import recover

            if state is not None and state.folder:
                drop_half_written(work.archive.path(state.folder))
            recover(work)
        elif restore or not work.agrees():
            from rlm_core.archive.mending.mend import mend

            mend(work, noted=True, restore=restore)
        self.refusal = work.refusal()
        config = work.archive.config
        carry = ChunkerState(prompt=TITLE)
        self.chunker = Chunker(config.target, config.limit, carry, work.state.closed.last)

    def take(self, due: Sequence[FolderFile]) -> None:
        named: set[str] | None = None
        for found in due:
            kept = self.note.files.get(key_of(found))
            if kept is not None and not self.note.is_new(found) and self._stands(kept[2]):
                continue
            data = None if found.problem else content(found)
            text = None if data is None else decoded(data)
            if text is not None and found.relative.startswith(f"{OUTPUTS}/"):
                named = outputs_named(t.path for t in self.source.transcripts()) if named is None else named
                if found.name in named or self._is_a_blob(text):
                    self._note(found, NAMED)
                    continue
            if text is None:
                problem = found.problem or ("gone or replaced while it was read" if data is None else "no text")
                text = f"[file] {shown(found.relative)}: {found.size:,} bytes, not taken: {problem}"
                self._note(found, NOT_TAKEN, problem)
                self._add(found, text, f"{found.size} {problem}".encode())
                continue
            self.report.bytes_read += found.size
            seen = self._seen_of(found, data or b"")
            heading = f"[file] {shown(found.relative)}" + (f", from byte {seen:,} on" if seen else "")
            rest = decoded((data or b"")[seen:]) if seen else text
            uuid = self._add(found, f"{heading}\n\n{readable(found, rest or text)}", data or b"")
            self._note(found, uuid)

    def _seen_of(self, found: FolderFile, data: bytes) -> int:
        """How many bytes at the beginning of a file of JSON lines are archived already: a journal only grows."""
        size, _, uuid = self.note.files.get(key_of(found), (0, 0, NOT_TAKEN))
        if not (found.name.endswith(".jsonl") and 0 < size < len(data) and data[:size].endswith(b"\n")):
            return 0
        return size if uuid_of(found, data[:size]) == uuid and self._stands(uuid) else 0

    def _stands(self, uuid: CleanText) -> bool:
        return uuid in (NAMED, NOT_TAKEN) or self.work.ledger.find(uuid) is not None

    def _is_a_blob(self, text: str) -> bool:
        """Whether an output stands in the session's archive already, as its record had brought it."""
        work = self.work
        name = blob_name(visible(self.redact(text)).encode())
        home = work.archive.path(os.path.dirname(os.path.dirname(work.state.folder)) or "-")
        if not work.state.folder:
            home = work.archive.path(work.archive.session_folder(work.state.session, literal("undated")))
        agents = os.path.join(home, "agents")
        folders = [home, *(os.path.join(agents, a) for a in names(agents))]
        return any(os.path.exists(os.path.join(folder, "blobs", name)) for folder in folders)

    def _add(self, found: FolderFile, text: str, data: bytes) -> CleanText:
        """Put a file's text into the chunk, unless the archive holds it; the entry's uuid comes back."""
        uuid = uuid_of(found, data)
        if uuid in self.fresh or self.work.ledger.find(uuid) is not None:
            return uuid
        time = moment(utc(found.mtime_ns // 1_000_000_000))
        entry = Entry(uuid, literal("system"), time, [Part(TEXT, text)])
        before, self.redact.marks = dict(self.redact.counts), []
        clean = sanitize(entry, self.redact, self.names)
        if self.refusal is not None and self.refusal.refuses([p.text for p in clean.parts], time):
            return uuid
        state = self.work.state
        state.day = state.day or time[:10] or literal("undated")
        state.started = state.started or time
        closed = self.chunker.add(clean)
        if closed is not None:
            self._close(closed)
        self.chunker.open.leave_out(self.redact.counts, before, self.redact.marks)
        self.fresh[uuid] = entry.size
        return uuid

    def _close(self, chunk: Chunk) -> None:
        state = self.work.state
        chunk.continued = False  # no file goes on with what another one began
        self.work.write(chunk, state.closed.number + 1, closed=True)
        state.closed.count(chunk.id, len(chunk.entries), chunk.tokens, chunk.redactions)
        self.report.chunks_new += 1

    def _note(self, found: FolderFile, uuid: CleanText, problem: str = "") -> None:
        key = key_of(found)
        self.note.files[key] = (found.size, found.mtime_ns, uuid)
        self.note.left.pop(key, None)
        if problem:
            self.note.left[key] = (self.names(shown(found.relative)), found.size, self.names(problem))

    def end(self, files: Sequence[FolderFile], stamp: list[int]) -> IntakeReport:
        """Write everything in its order; what was done comes back."""
        work, state, report = self.work, self.work.state, self.report
        if self.chunker.open.entries:
            self._close(self.chunker.close())
        if self.fresh:
            state.title = (0, TITLE)
            work.commit(list(self.fresh.items()), listed=False)
        self.note.forget_absent(files)
        self.note.stirred = stamp
        self.note.save()
        report.entries_new = len(self.fresh)
        report.entries, report.chunks_total = state.entries, state.chunks
        report.redacted = state.redactions
        report.archive_dir = work.archive.path(state.folder) if state.folder else ""
        return report


def uuid_of(found: FolderFile, data: bytes) -> CleanText:
    """What names a file's text in the archive: a hash of its path in the folder and its bytes."""
    place = found.relative.encode("utf-8", "backslashreplace")
    return literal("file-{}").format(hex_digits(hexdigest(place + b"\0" + data, 12)))
