"""Archived entries as the records of a transcript: one chain, each call followed by its result.

The records keep the uuids under which their entries are archived. So the archive knows them, as it knows what a fork
copies, and takes from the new session only what is said in it.
"""

from __future__ import annotations

import base64
import os
import re
import uuid
from collections import Counter
from io import BytesIO

from rlm_core.disk import read
from rlm_core.errors import ArchiveError
from rlm_core.record import Record, each
from rlm_core.redaction.clean import EMPTY, CleanText, dumps, fields, literal, moment, own_bytes
from rlm_core.redaction.ids import clean_id
from rlm_core.revive.given import given
from rlm_core.revive.pieces import CALL, MEDIA, RESULT, THINKING, ArchivedBlock, pieces
from rlm_core.revive.told import ORIGIN
from rlm_core.tokens import estimate
from rlm_core.transcript.reader import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.redaction.clean import CleanBytes, CleanJson
    from rlm_core.redaction.redactor import Redactor
    from rlm_core.revive.told import ToldEntry

    Json = dict[CleanText, CleanJson]

CLIENT = literal("2.1.332")
"""The client whose form the records have."""
MODEL = literal("<synthetic>")
ASIDE = " · sub-agent · "
MOST_PICTURE = 5_000_000  # bytes of a picture that goes back into the conversation
_NOTE = re.compile(r"\[(?!file\]|edited_text_file\])[\w-]+\]")
"""How what the client notes for itself begins; it is not sent to a model."""
_PART = re.compile(r"(.*)\.\d+$", re.S)
_MARK = re.compile(r"\[redacted:[a-z0-9-]{1,40}\]")
_TYPES = {
    ".png": literal("image/png"),
    ".jpg": literal("image/jpeg"),
    ".gif": literal("image/gif"),
    ".webp": literal("image/webp"),
    ".pdf": literal("application/pdf"),
}
MISSING = literal("[no result of this call is archived: it was empty, or it never came]")
USER, ASSISTANT, SYSTEM = literal("user"), literal("assistant"), literal("system")
TEXT_BLOCK, RESULT_BLOCK, CALL_BLOCK = literal("text"), literal("tool_result"), literal("tool_use")


class Unit(Record):
    """What stood in one record: the entries of it, and their blocks. ids: block -> id of its call, by their places."""

    side: str
    told: list[ToldEntry]
    blocks: list[ArchivedBlock]
    ids: dict[int, str] = each(dict)

    @property
    def name(self) -> str:
        first = self.told[0].one.uuid
        part = _PART.match(first)
        return part[1] if part else first


class RevivedTranscript(Record):
    """lines: its records. entries: archived ones that they hold. left: kind -> entries that are not in it.

    tokens: what the client will send of it at first, about.
    """

    lines: list[CleanBytes] = each(list)
    entries: int = 0
    left: Counter[str] = each(Counter)
    tokens: int = 0


def units_of(told: Iterable[ToldEntry], left: Counter[str], *, agent: bool = False) -> list[Unit]:
    """The entries by the records that they stood in; what no model is sent is counted in `left`.

    agent: they are a sub-agent's own.
    """
    found: list[Unit] = []
    for each_one in told:
        side = _side(each_one, left, agent=agent)
        blocks = [] if side in ("", "boundary") else [b for b in pieces(each_one.one) if b.kind != THINKING]
        if side not in ("", "boundary") and not blocks:
            left["thoughts, whose signatures are not archived"] += 1
        if not side or not (blocks or side == "boundary"):
            continue
        unit = Unit(side, [each_one], blocks)
        same = found and found[-1].name == unit.name and found[-1].side == side
        if same:
            found[-1].told.append(each_one)
            found[-1].blocks += blocks
        else:
            found.append(unit)
    return found


def _side(told: ToldEntry, left: Counter[str], *, agent: bool) -> str:
    """Who says it: assistant, user, meta (the client), boundary or summary; "" for what stays out."""
    one = told.one
    if ASIDE in one.heading and not agent:
        left["entries of sub-agents"] += 1
    elif one.role == "system" and one.what == "compaction":
        return "boundary"
    elif one.role == "system" and (_NOTE.match(one.text) or ORIGIN.search(one.text)):
        left["notes of the client"] += 1
    elif one.role == "system":
        return "meta"
    else:
        return one.role if one.role in ("assistant", "summary") else "user"
    return ""


def pair(units: list[Unit], session: str) -> None:
    """Give each call an id, and each result that of its call: the oldest one open that ends alike."""
    waiting: dict[str, list[str]] = {}
    for unit in units:
        for at, block in enumerate(unit.blocks):
            if block.kind == CALL:
                unit.ids[at] = f"toolu_{_made(session, unit.name, str(at)).hex[:24]}"
                waiting.setdefault(block.suffix, []).append(unit.ids[at])
            elif block.kind == RESULT and waiting.get(block.suffix):
                unit.ids[at] = waiting[block.suffix].pop(0)
    _pair_pictures(units, {call for calls in waiting.values() for call in calls})


def _pair_pictures(units: list[Unit], waiting: set[str]) -> None:
    """A result that is a picture and nothing else has no label that names its call: it is that of the last open one."""
    before: list[str] = []
    for unit in units:
        if unit.side == "assistant":
            before += [call for call in unit.ids.values() if call in waiting]
        elif before and unit.told[0].one.role == "tool" and {b.kind for b in unit.blocks} == {MEDIA}:
            unit.blocks.insert(0, ArchivedBlock(RESULT, ""))
            unit.ids[0] = before.pop()


def _made(*parts: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(parts))


class Tree:
    """Writes the records of a session."""

    def __init__(self, session: str, place: str, redact: Redactor, agent: str = "") -> None:
        """place: the directory in which the client goes on. agent: the id of the sub-agent whose they are."""
        self.agent = fields(agentId=clean_id(agent)) if agent else {}
        self.session = clean_id(session)
        self.place = redact.name(place)
        self.redact = redact
        self.made = RevivedTranscript()
        self.last: CleanText | None = None
        self.time = EMPTY  # of the record that is written
        self.open: list[str] = []  # ids of the calls of the answer that is being given
        self.answer = EMPTY  # id of that answer

    def write(self, units: list[Unit], note: str) -> RevivedTranscript:
        """The records of all units. note: a word of ours, behind the last compaction, for what goes on from here; ""
        for none.
        """
        self.time = next((t for u in units if (t := moment(u.told[0].one.iso_time))), EMPTY)
        last = max((n for n, u in enumerate(units) if u.side == "summary"), default=-1)
        if last < 0 and note:
            self._note(note)
        answers = {i: u for u in units for n, i in u.ids.items() if u.blocks[n].kind == RESULT}
        written: set[int] = set()
        for number, unit in enumerate(units):
            if id(unit) in written:
                continue
            if unit.side == "assistant":
                self._say(unit)
                continue
            self._close(answers, written)
            if id(unit) not in written:
                self._put(unit, self._context(units, number))
                written.add(id(unit))
            if number == last and note:
                self._note(note)
        self._close(answers, written)
        return self.made

    def _note(self, text: str) -> None:
        """What the client takes for a word of its own. Not at the end, where it would be taken for unanswered."""
        content = fields(role=USER, content=self.redact(text))
        self._line(str(_made(self.session, "note")), USER, fields(message=content, isMeta=True))

    def title(self, text: str) -> None:
        record = fields(type=literal("custom-title"), customTitle=self.redact(text), sessionId=self.session)
        self.made.lines.append(dumps(record).encode() + literal("\n").encode())

    def _context(self, units: list[Unit], number: int) -> str:
        """What a boundary is good for: "" for one behind which no summary stands, as after a failed compaction."""
        unit = units[number]
        if unit.side != "boundary":
            return unit.side
        behind = next((u.side for u in units[number + 1 :] if u.side != "meta"), "")
        return "boundary" if behind == "summary" else ""

    def _close(self, answers: dict[str, Unit], written: set[int]) -> None:
        """The results of the calls that are open: the client and the API take no other order."""
        now, self.open, self.answer = self.open, [], EMPTY
        for call in now:
            unit = answers.get(call)
            if unit is None:
                self._missing(call)
            elif id(unit) not in written:
                written.add(id(unit))
                self._put(unit, "user")

    def _missing(self, call: str) -> None:
        block = fields(type=RESULT_BLOCK, tool_use_id=clean_id(call), content=MISSING, is_error=True)
        self._line(str(_made(self.session, call)), USER, fields(message=fields(role=USER, content=[block])))

    def _say(self, unit: Unit) -> None:
        self.answer = self.answer or clean_id(f"msg_{_made(self.session, unit.name).hex[:24]}")
        self.open += list(unit.ids.values())
        self._put(unit, "assistant")

    def _put(self, unit: Unit, side: str) -> None:
        """The record of a unit; shorter marks where the archive would take it for a richer copy than it has."""
        if not side:
            self.made.left["compactions without a summary"] += 1
            return
        before = self.last, self.time
        for short in (False, True):
            self.last, self.time = before
            line = self._record(unit, side, short=short)
            if not _is_richer(line, unit):
                break
        self.made.lines.append(line)
        self.made.entries += len(unit.told)

    def _record(self, unit: Unit, side: str, *, short: bool) -> CleanBytes:
        first = unit.told[0]
        self.time = moment(first.one.iso_time) or self.time
        if side == "boundary":
            logical, self.last = self.last, None
            self.made.tokens = 0
            more = fields(
                subtype=literal("compact_boundary"), content=literal("Conversation compacted"), isMeta=False,
                level=literal("info"), logicalParentUuid=logical,
                compactMetadata=fields(trigger=literal("manual"), preTokens=0),
            )  # fmt: skip
            return self._dumped(unit.name, SYSTEM, first, more)
        if side == "summary":
            message = fields(role=USER, content=self._text(unit.blocks[0].text, short=short))
            more = fields(message=message, isCompactSummary=True, isVisibleInTranscriptOnly=True)
            return self._dumped(unit.name, USER, first, more)
        content = self._content(unit, short=short)
        if side == "assistant":
            message = fields(
                id=self.answer, type=literal("message"), role=ASSISTANT, model=MODEL, content=content,
                stop_reason=literal("tool_use") if unit.ids else literal("end_turn"), stop_sequence=None,
                usage=fields(input_tokens=0, output_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0),
            )  # fmt: skip
            return self._dumped(unit.name, ASSISTANT, first, fields(message=message))
        message = fields(role=USER, content=content)
        if side == "meta":
            return self._dumped(unit.name, USER, first, fields(message=message, isMeta=True))
        return self._dumped(unit.name, USER, first, fields(message=message))

    def _content(self, unit: Unit, *, short: bool) -> list[Json]:
        """The blocks: results first, and a picture that a tool gave in the result before it."""
        results: list[Json] = []
        others: list[Json] = []
        inside: list[Json] | None = None
        folder = unit.told[0].folder
        for at, block in enumerate(unit.blocks):
            if block.kind == RESULT and at in unit.ids:
                inside = (
                    [fields(type=TEXT_BLOCK, text=self._shown(block.text, folder, short=short))] if block.text else []
                )
                results.append(
                    fields(type=RESULT_BLOCK, tool_use_id=clean_id(unit.ids[at]), content=inside, is_error=block.failed)
                )
            elif block.kind == CALL:
                arguments = self._clean(given(block.name, block.text), short=short)
                others.append(
                    fields(
                        type=CALL_BLOCK, id=clean_id(unit.ids[at]), name=self.redact.name(block.name), input=arguments
                    )
                )
            elif block.kind == MEDIA:
                (inside if inside is not None else others).append(self._picture(block, folder))
            else:
                inside = None
                text = f"[a result without its call]\n{block.text}" if block.kind == RESULT else block.text
                others.append(fields(type=TEXT_BLOCK, text=self._shown(text, folder, short=short)))
        return results + others

    def _picture(self, block: ArchivedBlock, folder: str) -> Json:
        path = os.path.join(folder, "blobs", block.blob)
        kind = _TYPES.get(os.path.splitext(block.blob)[1], EMPTY)
        try:
            data = read(path, MOST_PICTURE) or b""
        except (ArchiveError, OSError):
            data = b""
        if not data or not kind:
            return fields(type=TEXT_BLOCK, text=self.redact(block.text))
        packed = own_bytes(base64.b64encode(data)).decode()
        source = fields(type=literal("base64"), media_type=kind, data=packed)
        named = literal("document") if kind.endswith("pdf") else literal("image")
        self.made.tokens += 1_600
        return fields(type=named, source=source)

    def _shown(self, text: str, folder: str, *, short: bool) -> CleanText:
        """A text; the rest of one that was cut is named by a path that can be read."""
        return self._text(text.replace("; the whole text: blobs/", f"; the whole text: {folder}/blobs/"), short=short)

    def _text(self, text: str, *, short: bool) -> CleanText:
        clean = self.redact(text)
        if short:
            for mark in set(_MARK.findall(clean)):
                clean = clean.replace(mark, literal("…"))
        self.made.tokens += 0 if short else estimate(clean)
        return clean

    def _clean(self, value: object, *, short: bool) -> CleanJson:
        """Any JSON with its texts redacted."""
        if isinstance(value, dict):
            return {self.redact(str(k)): self._clean(v, short=short) for k, v in value.items()}
        if isinstance(value, list):
            return [self._clean(v, short=short) for v in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self._text(str(value), short=short)

    def _line(self, name: str, kind: CleanText, more: Json) -> None:
        self.made.lines.append(self._dumped(name, kind, None, more))

    def _dumped(self, name: str, kind: CleanText, told: ToldEntry | None, more: Json) -> CleanBytes:
        own = clean_id(name)
        branch = self.redact(told.branch) if told else EMPTY
        record: Json = {
            **fields(parentUuid=self.last, isSidechain=bool(self.agent), type=kind),
            **self.agent,
            **more,
            **fields(
                uuid=own, timestamp=self.time or literal("1970-01-01T00:00:00.000Z"), userType=literal("external"),
                entrypoint=literal("cli"), cwd=self.place, sessionId=self.session, version=CLIENT, gitBranch=branch,
            ),
        }  # fmt: skip
        self.last = own
        return dumps(record).encode() + literal("\n").encode()


def _is_richer(line: bytes, unit: Unit) -> bool:
    """Whether our reader would take an entry of the record for more than the archive has under its uuid."""
    sizes = {t.one.uuid: t.size for t in unit.told}
    found = [entry for _, _, entry in Reader(BytesIO(line)) if entry is not None]
    return any(entry.size > sizes.get(entry.uuid, entry.size) for entry in found)
