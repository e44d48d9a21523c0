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
from rlm_core.transcript.blocks import Blocks, numbered, plain, text_of
from rlm_core.transcript.entry import RESULT, TEXT, Entry, Part
from rlm_core.transcript.lines import BROKEN, is_blank, parse_line, recovered
from rlm_core.transcript.speakers import ASSISTANT, SYSTEM, TASK, USER, speakers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any, BinaryIO

    from rlm_core.redaction.clean import CleanText
    from rlm_core.transcript.queue import PromptQueue, Queued

    Json = dict[str, Any]
    Said = tuple[CleanText, list[Part]]

TITLES = {"custom-title": ("customTitle", 3), "ai-title": ("aiTitle", 2), "summary": ("summary", 1)}
MARK = "[the record breaks off here]"
FILES = ("file", "edited_text_file")  # attachments that are files, shown by name and text
SPOKEN = ("user", "assistant")
# Keys of a record and of its message that are read, or that most records have and `left_out` names; what else there is,
# and `left_out` does not name, is kept where it holds words.
READ = frozenset(
    """
    apiBlockIndex attachment cause content cwd entrypoint error gitBranch isApiErrorMessage isCompactSummary isMeta
    isSidechain isVisibleInTranscriptOnly message parentUuid promptId requestId sessionId sourceToolAssistantUUID
    subtype timestamp toolUseResult type userType uuid version
    """.split()  # noqa: SIM905
)
MESSAGE = frozenset(("content", "id", "model", "role", "stop_reason", "stop_sequence", "type", "usage"))


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

    lines: lines seen. unreadable: lines that are not whole records; what can be read of them is kept. title: the
    session's title and its rank, see TITLES. leaves: titles that count if a record with this uuid comes, or came.
    place: of the entry that was given last. tail: the last line, if it is not whole. unknown: kinds of records that
    no list names -> how many, on lines from the byte known_to on.
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
        """session: its id, "" when unknown; a title that names another session is none. agents: ids of its sub-agents
        that have transcripts of their own, asked for when a record copies what such a one says.
        """
        self._stream = stream
        self._agents = agents
        self._copied: Collection[str] | None = None
        self._blocks = Blocks(folder)
        self._agent = agent
        self._session = session
        self.tail = b""
        self._skip = 0
        self._queue: PromptQueue | None = None
        self.lines = 0
        self.unreadable = 0
        self.title: tuple[int, str] = (0, "")
        self.leaves: dict[str, str] = {}
        self.unknown: dict[str, int] = {}
        self.known_to = 0
        self.place = EntryPlace(0)

    @property
    def lost_outputs(self) -> int:
        """Outputs that the client had moved to a file of its own that is gone."""
        return self._blocks.lost_outputs

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
        from rlm_core.transcript.queue import PromptQueue, Queued  # here and below: most turns queue nothing

        waiting = []
        at = self._stream.tell()
        for start, number, status in queued:
            self._stream.seek(start)
            found = _records(self._stream.readline())
            if number < len(found):
                record = found[number][0]
                waiting.append(Queued((start, number), record, self._queued_text(record), status))
        self._stream.seek(at)
        self._queue = PromptQueue(tuple(waiting))

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
            if not whole and _words(record):
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
                self._take_title(kind, record)
                return []
            if kind == "queue-operation":
                self._queue_operation(record, place)
                return []
            if whole and place[0] >= self.known_to:
                self._note_unknown(record)
        lost = self._blocks.lost_outputs
        said, prompt = self._said(kind, record)
        if not said and not whole and (words := _words(record)):
            said = [(SYSTEM, [Part(TEXT, f"[{BROKEN}]\n{words}")])]
        if not said:
            return []
        if not whole and kind != BROKEN:
            said[-1][1].append(Part(TEXT, MARK, size=0))
        before = self._shown_by(kind, record, said) if self._queue is not None and self._queue.waiting else []
        uuid = _uuid(record, line)
        if self.leaves and uuid in self.leaves:
            self._titled(1, self.leaves.pop(uuid))
        made = self._made(record, uuid, said, prompt=prompt)
        made[0].lost_output = self._blocks.lost_outputs > lost
        return before + made if before else made

    def _shown_by(self, kind: str, record: Json, said: list[Said]) -> list[Entry]:
        """Queued prompts of which the record shows that no other will carry them."""
        assert self._queue is not None
        self._carry(self._queue, said)
        due = self._queue.due(utc_of(record.get("timestamp"))) if kind in SPOKEN else []
        return [entry for queued in due for entry in self._from_queue(queued)]

    def _note_unknown(self, record: Json) -> None:
        kind = _left_out().kind_of(record)
        if not (kind in _left_out().KEPT or _left_out().reason_for(record, self._copied or ())):
            self.unknown[kind] = self.unknown.get(kind, 0) + 1

    def _made(self, record: Json, uuid: CleanText, said: list[Said], *, prompt: bool) -> list[Entry]:
        time, cwd, branch = _time(record.get("timestamp")), text_of(record.get("cwd")), text_of(record.get("gitBranch"))
        aside = not self._agent and record.get("isSidechain") is True
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

    def _said(self, kind: str, record: Json) -> tuple[list[Said], bool]:
        """(who says what in a record, whether the user's first words in it start a turn)."""
        if kind not in SPOKEN:
            if kind == "progress" and self._copied is None:
                self._copied = self._agents()
            if _left_out().reason_for(record, self._copied or ()):
                return [], False
        parse = PARSERS.get(kind)
        if parse is None:
            return self._unknown(kind, record), False
        said = parse(self, record)
        if not record.keys() <= READ and (words := _besides(record, READ, _left_out().FIELDS)):
            said.append((SYSTEM, [Part(TEXT, words)]))
        prompt = kind == "user" and not _has_result(said)
        return said, prompt and (self._agent or not record.get("isSidechain"))

    # Each parser gives what is kept of a record; an empty list where there is nothing.

    def _user(self, record: Json) -> list[Said]:
        said = speakers(self._parts(record), record)
        # What answers or stands beside a result is the user's, in a sub-agent's transcript too.
        if (self._agent or record.get("isSidechain")) and not _has_result(said):
            return [(TASK if role == USER else role, parts) for role, parts in said]
        return said

    def _assistant(self, record: Json) -> list[Said]:
        parts = self._parts(record)
        return [(SYSTEM if record.get("isApiErrorMessage") else ASSISTANT, parts)] if parts else []

    def _system(self, record: Json) -> list[Said]:
        subtype = text_of(record.get("subtype"))
        content = record.get("content")
        text = content if isinstance(content, str) else plain(content) if content else ""
        for key in ("error", "cause"):
            if record.get(key):
                text += f"\n\n{plain({key: record[key]})}"
        meta = record.get("compactMetadata")
        if isinstance(meta, dict):
            text += f" ({meta.get('trigger')}, {meta.get('preTokens')} tokens before)"
        return [(SYSTEM, [Part(TEXT, f"[{subtype}] {text}".rstrip())])] if text or "content" in record else []

    def _attachment(self, record: Json) -> list[Said]:
        att = record.get("attachment")
        if not isinstance(att, dict):
            words = _words({"attachment": att})
            return [(SYSTEM, [Part(TEXT, words)])] if words else []
        kind = text_of(att.get("type"))
        if kind == "queued_command":
            said = speakers(self._blocks.parts(att.get("prompt"), record), {**att, "isMeta": record.get("isMeta")})
            machine = att.get("commandMode") == "task-notification"
            return [(SYSTEM if machine else role, parts) for role, parts in said]
        if kind in FILES:
            name = text_of(att.get("filename") or att.get("displayPath"))
            return [(SYSTEM, [Part(TEXT, f"[{kind}] {name}\n\n{_attached_text(att)}", files=(name,))])]
        from rlm_core.transcript.prose import has_prose, without

        rest = without({"attachment": att}, _left_out().FIELDS).get("attachment", {})
        return [(SYSTEM, [Part(TEXT, f"[{kind}]\n{plain(rest)}")])] if has_prose(rest) else []

    def _unknown(self, kind: str, record: Json) -> list[Said]:
        """A record of a kind we do not know, as it stands; nothing for one that holds no words."""
        if kind == BROKEN:
            return [(SYSTEM, [Part(TEXT, f"[{BROKEN}]\n{record['text']}")])]
        from rlm_core.transcript.prose import has_prose, without

        rest = without(record, _left_out().FIELDS)
        return [(SYSTEM, [Part(TEXT, f"[{kind or 'record'}]\n{plain(rest)}")])] if has_prose(rest) else []

    def _parts(self, record: Json) -> list[Part]:
        """The parts of a record's message, whatever its shape."""
        message = record.get("message", record.get("content"))
        if not isinstance(message, dict):
            return self._blocks.parts(message, record)
        parts = self._blocks.parts(message.get("content"), record)
        if not message.keys() <= MESSAGE:
            pieces = numbered(message)
            if pieces:
                parts.insert(0, Part(TEXT, pieces))
            words = _besides(message, MESSAGE, _left_out().MESSAGE)
            if words:
                parts.append(Part(TEXT, words))
        return parts

    # The queue of prompts.

    def _queue_operation(self, record: Json, place: tuple[int, int]) -> None:
        from rlm_core.transcript.queue import PromptQueue, Queued

        self._queue = self._queue or PromptQueue()
        operation, text = record.get("operation"), self._queued_text(record)
        if operation == "enqueue":
            self._queue.add(Queued(place, record, text))
        else:
            self._queue.leave(text, everything=operation == "popAll")

    def _queued_text(self, record: Json) -> str:
        return "\n".join([p.text for p in self._blocks.parts(record.get("content"), record) if p.kind == TEXT])

    def _carry(self, queue: PromptQueue, said: list[Said]) -> None:
        texts = [p.text for _, parts in said for p in parts if p.kind == TEXT]
        for text in texts:
            queue.carry(text)
        if len(texts) > 1:
            queue.carry("\n".join(texts))

    def _from_queue(self, queued: Queued) -> list[Entry]:
        """A queued text as the user's own words: it stands in no other record."""
        record = queued.record
        said = speakers(self._blocks.parts(record.get("content"), record), record)
        digits = hex_digits(hexdigest(json.dumps(record, sort_keys=True).encode(), 12))
        return self._made(record, literal("queue-{}").format(digits), said, prompt=False)

    # Titles.

    def _take_title(self, kind: str, record: Json) -> None:
        key, rank = TITLES[kind]
        title = text_of(record.get(key) or record.get("title")).strip()
        owner = text_of(record.get("sessionId"))
        if kind == "summary":
            leaf = text_of(record.get("leafUuid"))
            if title and leaf:
                self.leaves.pop(leaf, None)
                self.leaves[leaf] = title
        elif not (owner and self._session and owner != self._session):
            self._titled(rank, title)

    def _titled(self, rank: int, title: str) -> None:
        if title and rank >= self.title[0]:
            self.title = (rank, title)


PARSERS: dict[str, Callable[[Reader, Json], list[Said]]] = {
    "user": Reader._user,
    "assistant": Reader._assistant,
    "system": Reader._system,
    "attachment": Reader._attachment,
}


def _left_out() -> Any:
    """The list of what is left out, which a turn without the client's books does not need."""
    from rlm_core.transcript import left_out

    return left_out


def _besides(values: Json, read: frozenset[str], left_out: dict[str, str]) -> str:
    """What holds words of the fields that are neither read nor left out, in plain form; most records have none."""
    unknown = {k: v for k, v in values.items() if k not in read and k not in left_out}
    return _words(unknown) if unknown else ""


def _words(values: Json) -> str:
    """What of these fields holds words, in plain form."""
    from rlm_core.transcript.prose import has_prose

    found = {k: v for k, v in values.items() if has_prose(v)}
    return plain(found) if found else ""


def _records(line: bytes) -> list[tuple[Json, bool]]:
    record = parse_line(line)
    return [(record, True)] if record is not None else recovered(line)[0]


def _has_result(said: list[Said]) -> bool:
    return any(p.kind == RESULT for _, parts in said for p in parts)


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


def _attached_text(att: Json) -> str:
    content = att.get("content")
    if isinstance(content, dict):
        inner = content.get("file")
        if isinstance(inner, dict) and isinstance(inner.get("content"), str):
            return str(inner["content"])
        return plain(content)
    if isinstance(content, str):
        return content
    return text_of(att.get("snippet")) or text_of(att.get("rendered"))
