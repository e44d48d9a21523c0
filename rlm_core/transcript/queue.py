"""Prompts that wait while Claude works, from the records in which the client notes its queue.

    enqueue    a text was typed
    dequeue    it is sent as a prompt of its own: a user record with it follows
    remove     it was given to Claude in mid-turn: from client 2.1.220 on an attachment with it follows, before nothing
    popAll     it was taken back into the input line, to be edited

So a text is due from the moment at which it left the queue, until a record that carries it comes, or one which shows
that none will. Then the text itself is the user's, at that place. What waits or is due at the file's end stands behind
all other entries, and only there: the next run decides about it again.
"""

from __future__ import annotations

from rlm_core.clock import utc_of
from rlm_core.transcript.entry import TEXT
from rlm_core.transcript.lines import records_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, BinaryIO

    from rlm_core.transcript.entry import Part
    from rlm_core.transcript.records.said import RecordParser
    from rlm_core.transcript.records.speakers import Said

    Json = dict[str, Any]

WAITS, DUE, CARRIED = 0, 1, 2  # CARRIED: stands in a record already, and is still noted as waiting


class Queued:
    """A text of the queue.

    place: (byte of its line, number of its record on the line). text: what its blocks say. time: when it was typed,
    ISO-8601 UTC, "" if unknown.
    """

    __slots__ = ("place", "record", "status", "text", "time")

    def __init__(self, place: tuple[int, int], record: Json, text: str, status: int = WAITS) -> None:
        self.place = place
        self.record = record
        self.time = utc_of(record.get("timestamp"))
        self.text = text.strip()
        self.status = status

    def now(self, status: int) -> Queued:
        """The same with another status; an instance never changes, so that a queue of before can be kept."""
        return Queued(self.place, self.record, self.text, status)


class PromptQueue:
    """waiting: what was typed, oldest first; a tuple that is replaced, never changed in place."""

    __slots__ = ("waiting",)

    def __init__(self, waiting: tuple[Queued, ...] = ()) -> None:
        self.waiting = waiting

    def note(self, record: Json, parts: list[Part], place: tuple[int, int]) -> None:
        """Take in what the client notes. parts: of the record's content. place: see `Queued`."""
        operation, text = record.get("operation"), _text_of(parts)
        if operation == "enqueue":
            self.add(Queued(place, record, text))
        else:
            self.leave(text, everything=operation == "popAll")

    def add(self, queued: Queued) -> None:
        """A text was typed."""
        if queued.text:
            self.waiting = (*self.waiting, queued)

    def leave(self, text: str, *, everything: bool) -> None:
        """A text left the queue, the oldest where `text` names none; or everything did."""
        inside = [q for q in self.waiting if q.status != DUE]
        if not everything:
            inside = ([q for q in inside if text and q.text == text.strip()] or inside)[:1]
        found = [q.now(DUE) if q in inside and q.status == WAITS else q for q in self.waiting]
        self.waiting = tuple([q for q in found if q not in inside])

    def carry(self, text: str) -> None:
        """A record came in which the user says this: what it carries needs no entry of its own."""
        text = text.strip()
        same = next((q for q in self.waiting if q.text == text and q.status != CARRIED), None)
        if same is not None:
            kept = [same.now(CARRIED)] if same.status == WAITS else []
            at = self.waiting.index(same)
            self.waiting = (*self.waiting[:at], *kept, *self.waiting[at + 1 :])
            return
        lines = f"\n{text}\n"
        self.waiting = tuple([q for q in self.waiting if q.status != DUE or f"\n{q.text}\n" not in lines])

    def carry_all(self, said: list[Said]) -> None:
        """A record came in which all this is said: each text may be one of the queue's, or all of them together."""
        texts = [p.text for _, parts in said for p in parts if p.kind == TEXT]
        for text in texts:
            self.carry(text)
        if len(texts) > 1:
            self.carry("\n".join(texts))

    def due(self, time: str) -> list[Queued]:
        """What no record carried, asked for when one of this time comes, which shows it: taken out.

        A record that is older than the text shows nothing: a fork copies such records behind its own queue's.
        """
        found = [q for q in self.waiting if q.status == DUE and not (time and time < q.time)]
        if found:
            self.waiting = tuple([q for q in self.waiting if q not in found])
        return found

    def left_over(self) -> list[Queued]:
        """What stands in no record at the file's end."""
        return [q for q in self.waiting if q.status != CARRIED]


def queue_at(stream: BinaryIO, queued: Iterable[tuple[int, int, int]], parser: RecordParser) -> PromptQueue:
    """The queue as it was at some place of a transcript: its texts are read again where they stand.

    queued: (byte of the line, number of the record on it, status). A record that stands there no more is left out.
    """
    waiting = []
    at = stream.tell()
    for start, number, status in queued:
        stream.seek(start)
        found = records_on(stream.readline())
        if number < len(found):
            record = found[number][0]
            waiting.append(Queued((start, number), record, _text_of(parser.content_of(record)), status))
    stream.seek(at)
    return PromptQueue(tuple(waiting))


def _text_of(parts: list[Part]) -> str:
    return "\n".join([p.text for p in parts if p.kind == TEXT])
