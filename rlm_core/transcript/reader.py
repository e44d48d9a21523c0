"""Reads Claude Code's transcripts: JSONL, one record a line, written while we read.

The format is internal to the client and changes. What we know is read by its shape; what is left out on purpose is
named in `left_out`; what we do not know is kept as it stands, as long as it holds words. Records are taken in file
order: the parentUuid tree branches at parallel tool calls, so a walk from the leaf would miss results.
"""

from __future__ import annotations

from rlm_core import quickjson as json
from rlm_core.clock import utc_of
from rlm_core.digest import hexdigest
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, moment, plain_id
from rlm_core.transcript.entry import TEXT, Entry, Part
from rlm_core.transcript.lines import BROKEN, is_blank, parse_line, recovered
from rlm_core.transcript.records.blocks import text_of, words_in
from rlm_core.transcript.records.said import SPOKEN, RecordParser
from rlm_core.transcript.records.speakers import TASK, USER, speakers
from rlm_core.transcript.records.titlerecords import TITLES, TitleRecords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any, BinaryIO

    from rlm_core.redaction.clean import CleanText
    from rlm_core.transcript.queue import PromptQueue, Queued
    from rlm_core.transcript.records.speakers import Said

    Json = dict[str, Any]

MARK = "[the record breaks off here]"
"""What stands at the end of a record that was cut off."""


class EntryPlace:
    """Where reading may go on: at an entry, of which several may stand on one line.

    start: byte of its line. skip: entries of that line before it. queue: the prompts that waited before the line.
    unreadable: lines before it that could not be read whole.
    """

    __slots__ = ("queue", "skip", "start", "unreadable")

    def __init__(self, start: int, skip: int = 0, queue: tuple[Queued, ...] = (), unreadable: int = 0) -> None:
        self.start = start
        self.skip = skip
        self.queue = queue
        self.unreadable = unreadable


class Reader:
    """Iterates over (start, end, entry): the byte range of a line and an entry that stands on it.

    A record of which parts are said by several speakers gives an entry for each, under the uuids `UUID`, `UUID.2`,
    `UUID.3` and so on. entry is None for a line that carries nothing to keep. A last line without its newline counts
    only once it parses; until then the writer is taken to be in the middle of it, and `end` stays before it.

    lines: lines seen. unreadable: lines that are not whole records; what can be read of them is kept. titles: of the
    session. place: of the entry that was given last. tail: the last line, if it is not whole. unknown: kinds of
    records that no list names -> how many, on lines from the byte known_to on.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        folder: str = "",
        agent: bool = False,
        session: str = "",
        agents: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """stream: open at the beginning of a line. folder: of the session, in which the client keeps long outputs.
        agent: whether the transcript is a sub-agent's. session: its id, "" when unknown. agents: ids of its sub-agents
        that have transcripts of their own, asked for when a record copies what such a one says.
        """
        self._stream = stream
        self._parser = RecordParser(folder, agent=agent, agents=agents)
        self.titles = TitleRecords(session)
        self.tail = b""
        self._skip = 0
        self._queue: PromptQueue | None = None
        self.lines = 0
        self.unreadable = 0
        self.unknown: dict[str, int] = {}
        self.known_to = 0
        self.place = EntryPlace(0)

    @property
    def lost_outputs(self) -> int:
        """Outputs that the client had moved to a file of its own that is gone."""
        return self._parser.lost_outputs

    @property
    def waiting(self) -> tuple[Queued, ...]:
        """The prompts that wait."""
        return self._queue.waiting if self._queue is not None else ()

    def go_on_at(self, skip: int, queued: Iterable[tuple[int, int, int]]) -> None:
        """Leave out the first entries of the first line; the queue's texts are read again where they stand.

        queued: (byte of the line, number of the record on it, status).
        """
        self._skip = skip
        if not queued:
            return
        from rlm_core.transcript.queue import queue_at  # here and below: most turns queue nothing

        self._queue = queue_at(self._stream, queued, self._parser)

    def __iter__(self) -> Iterator[tuple[int, int, Entry | None]]:
        end = self._stream.tell()
        for line in self._stream:
            start, end = end, end + len(line)
            record = parse_line(line)
            if record is not None:
                found = [(record, True)]
            elif not line.endswith(b"\n"):
                self.unreadable += 1
                self.tail = line
                return
            else:
                found, intact = recovered(line)
            before, waiting = self.unreadable, self.waiting
            if record is None and not (intact and (found or is_blank(line))):
                self.unreadable += 1
            record = None
            self.lines += 1
            entries = self._entries(found, line, start)
            line, found = b"", []  # they may be large, and are not needed while the entries are taken in
            skip, self._skip = self._skip, 0
            if not entries:
                yield start, end, None
            for i in range(skip, len(entries)):
                self.place = EntryPlace(start, i, waiting, before)
                yield start, end, entries[i]

    def unfinished(self) -> list[Entry]:
        """What stands at the file's end and may still change: a line that is being written, prompts that wait."""
        entries: list[Entry] = []
        for record, whole in recovered(self.tail)[0]:
            if not whole and words_in(record):
                entries += self._entries([(record, whole)], self.tail, 0)
        left = self._queue.left_over() if self._queue is not None else []
        return entries + [e for queued in left for e in self._from_queue(queued)]

    def _entries(self, found: list[tuple[Json, bool]], line: bytes, start: int) -> list[Entry]:
        """What stands on a line, with what its records show to have been said before."""
        if len(found) == 1:
            return self._of_record(*found[0], line, (start, 0))
        entries: list[Entry] = []
        for number, (record, whole) in enumerate(found):
            entries += self._of_record(record, whole, json.dumps(record).encode(), (start, number))
        return entries

    def _of_record(self, record: Json, whole: bool, line: bytes, place: tuple[int, int]) -> list[Entry]:
        """The entries of a record. line: of which it takes its uuid if it has none. place: see `Queued`."""
        kind = text_of(record.get("type"))
        if kind not in SPOKEN:
            if kind in TITLES:
                self.titles.take(kind, record)
                return []
            if kind == "queue-operation":
                self._note_in_queue(record, place)
                return []
            if whole and place[0] >= self.known_to and (name := self._parser.unlisted(record)):
                self.unknown[name] = self.unknown.get(name, 0) + 1
        lost = self._parser.lost_outputs
        said, prompt = self._parser.said(kind, record, whole=whole)
        if not said:
            return []
        if not whole and kind != BROKEN:
            said[-1][1].append(Part(TEXT, MARK, size=0))
        before = self._shown_by(kind, record, said) if self._queue is not None and self._queue.waiting else []
        uuid = _uuid(record, line)
        self.titles.met(uuid)
        made = self._made(record, uuid, said, prompt=prompt)
        made[0].lost_output = self._parser.lost_outputs > lost
        return before + made if before else made

    def _note_in_queue(self, record: Json, place: tuple[int, int]) -> None:
        if self._queue is None:
            from rlm_core.transcript.queue import PromptQueue

            self._queue = PromptQueue()
        self._queue.note(record, self._parser.content_of(record), place)

    def _shown_by(self, kind: str, record: Json, said: list[Said]) -> list[Entry]:
        """Queued prompts of which the record shows that no other will carry them."""
        assert self._queue is not None
        self._queue.carry_all(said)
        due = self._queue.due(utc_of(record.get("timestamp"))) if kind in SPOKEN else []
        return [entry for queued in due for entry in self._from_queue(queued)]

    def _from_queue(self, queued: Queued) -> list[Entry]:
        """A queued text as the user's own words: it stands in no other record."""
        record = queued.record
        said = speakers(self._parser.content_of(record), record)
        digits = hex_digits(hexdigest(json.dumps(record, sort_keys=True).encode(), 12))
        return self._made(record, literal("queue-{}").format(digits), said, prompt=False)

    def _made(self, record: Json, uuid: CleanText, said: list[Said], *, prompt: bool) -> list[Entry]:
        """An entry for each who speaks in a record. prompt: whether the user's first words in it start a turn."""
        time, cwd, branch = _time(record.get("timestamp")), text_of(record.get("cwd")), text_of(record.get("gitBranch"))
        aside = not self._parser.agent and record.get("isSidechain") is True
        made: list[Entry] = []
        for role, parts in said:
            name = literal("{}.{}").format(uuid, len(made) + 1) if made else uuid
            entry = Entry(name, role, time, parts, cwd=cwd, branch=branch)
            entry.aside = aside and role not in (TASK, USER)
            if prompt and role in (USER, TASK):
                entry.prompt, prompt = True, False
            made.append(entry)
        made[0].boundary = record.get("subtype") == "compact_boundary"
        if len(made) > 1:
            whole = sum(entry.size for entry in made)
            for entry in made:
                entry.record_size = whole
        return made


def _time(value: Any) -> CleanText:
    """The record's time in UTC; anything else, which might be of any length, is none."""
    return moment(utc_of(value)) if value else EMPTY


def _uuid(record: Json, line: bytes) -> CleanText:
    uuid = record.get("uuid")
    if isinstance(uuid, str) and 0 < len(uuid) <= 200:
        return plain_id(uuid) or _odd_id(uuid)
    return literal("line-{}").format(hex_digits(hexdigest(line.strip(), 12)))


def _odd_id(uuid: str) -> CleanText:
    from rlm_core.redaction.ids import clean_id  # no client writes such ids: not worth loading for every hook

    return clean_id(uuid)
