"""Where the archiving of one transcript stands: a small sealed JSON file, derived from the archive's files."""

from __future__ import annotations

import os

from rlm_core.archive.sealed import parsed, sealed
from rlm_core.chunks.chunker import ChunkerState
from rlm_core.digest import hexdigest
from rlm_core.disk import write_atomic
from rlm_core.errors import ArchiveError, worded
from rlm_core.redaction.clean import EMPTY, dumps, fields, hex_digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rlm_core.redaction.clean import CleanBytes, CleanText

VERSION = 1
READER = 2  # of what is read out of a transcript; 1: up to 0.4.0, which left out what it did not know
# Bytes before an offset whose hash tells whether the file was rewritten: more than the records of a session have in
# common at their ends.
PROBE_BYTES = 4096


class Position:
    """How far a transcript has been read.

    offset: byte where the open chunk's first entry stands, with `chunker` as it was there. skip: entries of that line
    before it. queue: prompts that waited there, as (byte of the line, number of the record on it, status). end: byte
    after the last line read. probes: hashes of the bytes before offset and end. seen: (size, mtime_ns) of the
    transcript at the last run. skipped: unreadable lines before offset, open_skipped after it. rewritten: how often the
    transcript changed below what was read. unknown: kinds of records that no list names -> how many. leaves: record ->
    title that counts if the record comes. reader: READER of the version that read the transcript from its start.
    tail: (bytes, hash) of what stood behind `end`, a line that was being written; (0, "") for nothing.
    """

    __slots__ = (
        "chunker",
        "end",
        "leaves",
        "offset",
        "open_skipped",
        "probes",
        "queue",
        "reader",
        "rewritten",
        "seen",
        "skip",
        "skipped",
        "tail",
        "transcript",
        "unknown",
    )

    def __init__(self) -> None:
        self.transcript = EMPTY
        self.offset = 0
        self.skip = 0
        self.queue: list[tuple[int, int, int]] = []
        self.leaves: dict[CleanText, CleanText] = {}
        self.unknown: dict[CleanText, int] = {}
        self.reader = READER
        self.end = 0
        self.probes: list[CleanText] = [EMPTY, EMPTY]
        self.chunker = ChunkerState()
        self.seen: list[int] = [0, 0]
        self.skipped = 0
        self.open_skipped = 0
        self.rewritten = 0
        self.tail: tuple[int, CleanText] = (0, EMPTY)


class ClosedChunks:
    """Figures of a transcript's closed chunks. number: how many. last: id of the last of them."""

    __slots__ = ("entries", "last", "number", "redactions", "tokens")

    def __init__(self) -> None:
        self.number = 0
        self.last = EMPTY
        self.entries = 0
        self.tokens = 0
        self.redactions: dict[CleanText, int] = {}

    def count(self, chunk_id: CleanText, entries: int, tokens: int, redactions: dict[CleanText, int]) -> None:
        """Add one chunk, the newest."""
        self.number += 1
        self.last = chunk_id
        self.entries += entries
        self.tokens += tokens
        self.redactions = merged(self.redactions, redactions)


class OpenChunk:
    """The provisional chunk as it was written. file: its name, "" for none. held: (uuid, size) of its entries.

    unsure: uuids of those at its end that the transcript did not hold for good yet: what follows may replace them.
    """

    __slots__ = ("entries", "file", "held", "redactions", "tokens", "unsure")

    def __init__(self) -> None:
        self.file = EMPTY
        self.held: list[tuple[CleanText, int]] = []
        self.unsure: list[CleanText] = []
        self.entries = 0
        self.tokens = 0
        self.redactions: dict[CleanText, int] = {}


# Key in the file -> record, its attribute; "" is the state itself.
FIELDS = {
    "session": ("", "session"),
    "agent": ("", "agent"),
    "folder": ("", "folder"),
    "transcript": ("position", "transcript"),
    "closed": ("closed", "number"),
    "previous": ("closed", "last"),
    "offset": ("position", "offset"),
    "end": ("position", "end"),
    "skip": ("position", "skip"),
    "queue": ("position", "queue"),
    "leaves": ("position", "leaves"),
    "unknown": ("position", "unknown"),
    "reader": ("position", "reader"),
    "marks": ("position", "probes"),
    "carry": ("position", "chunker"),
    "open": ("open", "held"),
    "open_file": ("open", "file"),
    "open_entries": ("open", "entries"),
    "open_tokens": ("open", "tokens"),
    "open_redactions": ("open", "redactions"),
    "entries": ("closed", "entries"),
    "tokens": ("closed", "tokens"),
    "redactions": ("closed", "redactions"),
    "skipped": ("position", "skipped"),
    "open_skipped": ("position", "open_skipped"),
    "rewritten": ("position", "rewritten"),
    "fresh": ("", "fresh"),
    "seen": ("position", "seen"),
    "shared": ("", "shared"),
    "day": ("", "day"),
    "started": ("", "started"),
    "ended": ("", "ended"),
    "title": ("", "title"),
    "listed": ("", "listed"),
    "generation": ("", "generation"),
    "written": ("", "written"),
    "stamp": ("", "stamp"),
    "unsure": ("open", "unsure"),
    "tail": ("position", "tail"),
}


class State:
    """One transcript's progress: how far it was read, and what of it stands in closed chunks and in the open one.

    folder: the session's directory in the archive, relative to its root. day: of the very first entry, "undated"
    when it has no time. fresh: rows the ledger may miss if we were killed after writing this. shared: owner tag
    (hex) -> entries that another session already holds. title: (rank, text). listed: (month, chunks, tokens) as
    the catalog has counted them. generation: how often it was committed, which the ledger notes too. written: names
    of the chunk files that the last commit wrote. stamp: mtime_ns of their directory then.
    """

    __slots__ = (
        "agent",
        "closed",
        "day",
        "ended",
        "folder",
        "fresh",
        "generation",
        "listed",
        "open",
        "position",
        "session",
        "shared",
        "stamp",
        "started",
        "title",
        "written",
    )

    def __init__(self, session: CleanText, agent: CleanText = EMPTY) -> None:
        self.session = session
        self.agent = agent
        self.position = Position()
        self.closed = ClosedChunks()
        self.open = OpenChunk()
        self.folder = EMPTY
        self.day = EMPTY
        self.started = EMPTY
        self.ended = EMPTY
        self.title: tuple[int, CleanText] = (0, EMPTY)
        self.fresh: list[tuple[CleanText, int]] = []
        self.shared: dict[CleanText, int] = {}
        self.listed: tuple[()] | tuple[CleanText, int, int] = ()
        self.generation = 0
        self.written: list[CleanText] = []
        self.stamp = 0

    def dump(self) -> CleanBytes:
        values = fields(
            version=VERSION,
            session=self.session,
            agent=self.agent,
            folder=self.folder,
            transcript=self.position.transcript,
            closed=self.closed.number,
            previous=self.closed.last,
            offset=self.position.offset,
            end=self.position.end,
            skip=self.position.skip,
            queue=self.position.queue,
            leaves=self.position.leaves,
            unknown=self.position.unknown,
            reader=self.position.reader,
            marks=self.position.probes,
            carry=self.position.chunker.as_json(),
            open=self.open.held,
            open_file=self.open.file,
            open_entries=self.open.entries,
            open_tokens=self.open.tokens,
            open_redactions=self.open.redactions,
            entries=self.closed.entries,
            tokens=self.closed.tokens,
            redactions=self.closed.redactions,
            skipped=self.position.skipped,
            open_skipped=self.position.open_skipped,
            rewritten=self.position.rewritten,
            fresh=self.fresh,
            seen=self.position.seen,
            shared=self.shared,
            day=self.day,
            started=self.started,
            ended=self.ended,
            title=self.title,
            listed=self.listed,
            generation=self.generation,
            written=self.written,
            stamp=self.stamp,
            unsure=self.open.unsure,
            tail=self.position.tail,
        )
        return sealed(dumps(values)).encode()

    def save(self, path: str) -> None:
        write_atomic(path, self.dump())

    def _record(self, name: str) -> object:
        return getattr(self, name) if name else self

    @property
    def chunks(self) -> int:
        """Chunks in the archive, the provisional one included."""
        return self.closed.number + bool(self.open.file)

    @property
    def expected(self) -> list[CleanText]:
        """Names of chunk files that stand in the directory unless it is of another moment, or a hand was there."""
        return self.written or ([self.open.file] if self.open.file else [])

    @property
    def entries(self) -> int:
        """Entries in them."""
        return self.closed.entries + self.open.entries

    @property
    def tokens(self) -> int:
        """Tokens in them."""
        return self.closed.tokens + self.open.tokens

    @property
    def redactions(self) -> dict[CleanText, int]:
        """Secrets left out of them, by kind."""
        return merged(self.closed.redactions, self.open.redactions)

    def rewind(self) -> None:
        """Read the transcript from its start again; what is archived stays and is passed over."""
        position = self.position
        position.offset = position.end = position.skip = position.skipped = 0
        position.queue = []
        position.unknown = {}
        position.probes = [EMPTY, EMPTY]
        position.chunker = ChunkerState()
        position.tail = (0, EMPTY)
        position.rewritten += 1
        self.shared = {}


def load(path: str) -> State | None:
    """The state at `path`; None when there is none that can be used: it is made anew then, never obeyed.

    Raises ArchiveError for one that a newer version wrote.
    """
    values, whole = parsed(path)
    if values is None:
        return None
    version = values.pop("version", 0)
    if isinstance(version, int) and version > VERSION:
        raise ArchiveError(worded("{path} was written by a newer rlm; upgrade this one", path=path))
    if version != VERSION or not whole:
        return None
    if "generation" not in values:
        from rlm_core.archive.mending.types import completed  # here: since 0.6 the seal says that it is ours

        values = completed(values)
    try:
        state = State(values["session"])
        values["carry"] = ChunkerState(**values["carry"])
        for key, (record, name) in FIELDS.items():
            setattr(state._record(record), name, values[key])
        state.position.tail = (values["tail"][0], values["tail"][1])
    except (KeyError, TypeError, IndexError):
        return None
    return state


def merged(a: dict[CleanText, int], b: dict[CleanText, int]) -> dict[CleanText, int]:
    """The sum of two tallies."""
    return {k: a.get(k, 0) + b.get(k, 0) for k in {**a, **b}}


def probe(stream: BinaryIO, offset: int) -> CleanText:
    """Hash of the bytes just before `offset`; "" at the start of the file."""
    start = max(0, offset - PROBE_BYTES)
    stream.seek(start)
    data = stream.read(offset - start)
    return hex_digits(hexdigest(data, 8)) if data else EMPTY


def tail_of(stream: BinaryIO, start: int, size: int) -> tuple[int, CleanText]:
    """`Position.tail` of so many bytes behind the last line that was read; fewer may be left of them."""
    if not size:
        return (0, EMPTY)
    stream.seek(start)
    data = stream.read(size)
    return (len(data), hex_digits(hexdigest(data, 8)))


def unchanged(position: Position, stream: BinaryIO) -> bool:
    """Whether what was read before still stands in the file as it was read."""
    size = os.fstat(stream.fileno()).st_size
    if size < position.end:
        return False
    return position.probes == [probe(stream, position.offset), probe(stream, position.end)]
