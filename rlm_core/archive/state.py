"""Where the archiving of one transcript stands: a small JSON file, derived from the archive's files."""

from __future__ import annotations

import json
import os

from rlm_core.chunks.chunker import Carry
from rlm_core.digest import hexdigest
from rlm_core.disk import read, write_atomic
from rlm_core.redaction.clean import EMPTY, dumps, fields, hex_digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rlm_core.redaction.clean import CleanBytes, CleanText

VERSION = 1
# Bytes before an offset whose hash tells whether the file was rewritten: more than the records of a session have in
# common at their ends.
PROBE = 4096


class State:
    """One transcript's progress. Counters are of closed chunks unless they say otherwise.

    folder: the session's directory in the archive, relative to its root. closed: number of closed
    chunks. previous: id of the last of them. offset: byte where the open chunk's first entry stands,
    with carry as it was there. end: byte after the last line read. marks: hashes of the bytes before
    offset and end. day: of the very first entry, "undated" when it has no time.
    open: (uuid, size) of the entries in the provisional chunk, open_file its name.
    skipped: unreadable lines before offset, open_skipped after it. rewritten: how often the transcript
    changed below what was read.
    fresh: rows the ledger may miss if we were killed after writing this. seen: (size, mtime_ns) of the
    transcript at the last run. shared: owner tag (hex) -> entries that another session already holds.
    """

    FIELDS = (
        "session",
        "agent",
        "folder",
        "transcript",
        "closed",
        "previous",
        "offset",
        "end",
        "marks",
        "carry",
        "open",
        "open_file",
        "open_entries",
        "open_tokens",
        "open_redactions",
        "entries",
        "tokens",
        "redactions",
        "skipped",
        "open_skipped",
        "rewritten",
        "fresh",
        "seen",
        "shared",
        "day",
        "started",
        "ended",
        "title",
        "listed",
    )
    __slots__ = FIELDS

    def __init__(self, session: CleanText, agent: CleanText = EMPTY) -> None:
        self.session = session
        self.agent = agent
        self.folder = EMPTY
        self.transcript = EMPTY
        self.closed = 0
        self.previous = EMPTY
        self.offset = 0
        self.end = 0
        self.marks: list[CleanText] = [EMPTY, EMPTY]
        self.carry = Carry()
        self.open: list[tuple[CleanText, int]] = []
        self.open_file = EMPTY
        self.open_entries = 0
        self.open_tokens = 0
        self.open_redactions: dict[CleanText, int] = {}
        self.entries = 0
        self.tokens = 0
        self.redactions: dict[CleanText, int] = {}
        self.skipped = 0
        self.open_skipped = 0
        self.rewritten = 0
        self.fresh: list[tuple[CleanText, int]] = []
        self.seen: list[int] = [0, 0]
        self.shared: dict[CleanText, int] = {}
        self.day = EMPTY
        self.started = EMPTY
        self.ended = EMPTY
        self.title: tuple[int, CleanText] = (0, EMPTY)
        self.listed: tuple[()] | tuple[CleanText, int, int] = ()

    def dump(self) -> CleanBytes:
        values = fields(
            version=VERSION,
            session=self.session,
            agent=self.agent,
            folder=self.folder,
            transcript=self.transcript,
            closed=self.closed,
            previous=self.previous,
            offset=self.offset,
            end=self.end,
            marks=self.marks,
            carry=self.carry.as_json(),
            open=self.open,
            open_file=self.open_file,
            open_entries=self.open_entries,
            open_tokens=self.open_tokens,
            open_redactions=self.open_redactions,
            entries=self.entries,
            tokens=self.tokens,
            redactions=self.redactions,
            skipped=self.skipped,
            open_skipped=self.open_skipped,
            rewritten=self.rewritten,
            fresh=self.fresh,
            seen=self.seen,
            shared=self.shared,
            day=self.day,
            started=self.started,
            ended=self.ended,
            title=self.title,
            listed=self.listed,
        )
        return dumps(values).encode()

    def save(self, path: str) -> None:
        write_atomic(path, self.dump())

    @property
    def chunks(self) -> int:
        """Chunks in the archive, the provisional one included."""
        return self.closed + bool(self.open_file)

    def rewind(self) -> None:
        """Read the transcript from its start again; what is archived stays and is passed over."""
        self.offset = self.end = 0
        self.marks = [EMPTY, EMPTY]
        self.carry = Carry()
        self.shared = {}


def load(path: str) -> State | None:
    """The state at `path`; None when there is none that can be used."""
    data = read(path)
    if data is None:
        return None
    try:
        values = json.loads(data)
        if values.pop("version") != VERSION:
            return None
        state = State(values["session"])
        for name in State.FIELDS:
            setattr(state, name, values[name])
        state.carry = Carry(**values["carry"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return state


def mark(stream: BinaryIO, offset: int) -> CleanText:
    """Hash of the bytes just before `offset`; "" at the start of the file."""
    start = max(0, offset - PROBE)
    stream.seek(start)
    data = stream.read(offset - start)
    return hex_digits(hexdigest(data, 8)) if data else EMPTY


def unchanged(state: State, stream: BinaryIO) -> bool:
    """Whether what was read before still stands in the file as it was read."""
    size = os.fstat(stream.fileno()).st_size
    if size < state.end:
        return False
    return state.marks == [mark(stream, state.offset), mark(stream, state.end)]
