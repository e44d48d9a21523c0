"""Reads Claude Code's transcripts: JSONL, one record a line, written while we read.

The format is internal to the client and changes; record types are white-listed, everything else is
ignored, and what cannot be parsed is counted. Records are taken in file order: the parentUuid tree
branches at parallel tool calls, so a walk from the leaf would miss results.
"""

from __future__ import annotations

import json

from rlm_core.clock import epoch
from rlm_core.digest import hexdigest
from rlm_core.redaction.clean import EMPTY, hex_digits, literal, moment, plain_id
from rlm_core.transcript.calls import call
from rlm_core.transcript.entry import MEDIA, RESULT, TEXT, THINKING, Entry, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from rlm_core.redaction.clean import CleanText

    Json = dict[str, Any]
    Parsed = tuple[CleanText, list[Part], bool]

# `system` records that say something about the session; the others are the client's book-keeping.
SYSTEM_NOTES = frozenset(
    ("api_error", "away_summary", "compact_boundary", "informational", "local_command", "model_refusal_fallback")
)
TITLES = {"custom-title": ("customTitle", 3), "ai-title": ("aiTitle", 2), "summary": ("summary", 1)}
SUFFIXES = {
    "image/png": literal(".png"),
    "image/jpeg": literal(".jpg"),
    "image/gif": literal(".gif"),
    "image/webp": literal(".webp"),
    "application/pdf": literal(".pdf"),
}
OTHER_SUFFIX = literal(".bin")
USER, ASSISTANT, TOOL = literal("user"), literal("assistant"), literal("tool")
SYSTEM, SUMMARY, TASK = literal("system"), literal("summary"), literal("task")
# A user line that starts so was written by the client, not by a person.
MACHINE_TEXT = (
    "<local-command-stdout>",
    "<local-command-stderr>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<task-notification>",
    "[Request interrupted by user",
)
# Where a record may begin inside a line that a crash cut off and the next writer appended to.
RECORD_STARTS = (b'{"parentUuid"', b'{"type"', b'{"uuid"', b'{"isSidechain"', b'{"logicalParentUuid"')


class Reader:
    """Iterates over (start, end, entry): the byte range of a line and what it holds.

    entry is None for a line that carries nothing to keep. A last line without its newline counts
    only once it parses; until then the writer is taken to be in the middle of it, and `end` stays
    before it.

    lines: lines seen. unreadable: lines that are no JSON object, of which a record appended to a
    cut-off line is still recovered. title: the session's title and its rank, see TITLES.
    lost_outputs: outputs that the client had moved to a file of its own that is gone.
    """

    def __init__(self, stream: BinaryIO, *, folder: str = "", agent: bool = False) -> None:
        self._stream = stream
        self._outputs = folder
        self._agent = agent
        self.lines = 0
        self.unreadable = 0
        self.lost_outputs = 0
        self.title: tuple[int, str] = (0, "")

    def __iter__(self) -> Iterator[tuple[int, int, Entry | None]]:
        end = self._stream.tell()
        for line in self._stream:
            start, end = end, end + len(line)
            record = parse_line(line)
            if record is None:
                if not line.endswith(b"\n"):
                    self.unreadable += 1
                    return
                record = self._recover(line)
            self.lines += 1
            yield start, end, None if record is None else self._entry(record, line)

    def _recover(self, line: bytes) -> Json | None:
        """The record at the end of a broken line, if there is one; blank lines are no fault."""
        if not line.strip():
            return None
        self.unreadable += 1
        found = max(line.rfind(s, 1) for s in RECORD_STARTS)
        for _ in range(8):
            if found < 1:
                return None
            record = parse_line(line[found:])
            if record is not None and record.get("type"):
                return record
            found = max(line.rfind(s, 1, found) for s in RECORD_STARTS)
        return None

    def _entry(self, record: Json, line: bytes) -> Entry | None:
        kind = _text(record.get("type"))
        if kind in TITLES:
            self._take_title(kind, record)
            return None
        parse = PARSERS.get(kind)
        found = parse(self, record) if parse else None
        if found is None:
            return None
        role, parts, prompt = found
        return Entry(
            _uuid(record, line),
            role,
            _time(record.get("timestamp")),
            parts,
            cwd=_text(record.get("cwd")),
            branch=_text(record.get("gitBranch")),
            prompt=prompt,
            boundary=record.get("subtype") == "compact_boundary",
        )

    def _take_title(self, kind: str, record: Json) -> None:
        key, rank = TITLES[kind]
        title = _text(record.get(key) or record.get("title")).strip()
        if title and rank >= self.title[0]:
            self.title = (rank, title)

    # Each parser gives (role, parts, starts a turn), or None for a record that is not kept.

    def _user(self, record: Json) -> Parsed | None:
        parts = self._parts(_content(record), record)
        if parts is None:
            return None
        role, prompt = self._user_role(record, parts)
        return role, parts, prompt

    def _parts(self, content: Any, record: Json) -> list[Part] | None:
        """The parts of a message's content, which is a text or a list of blocks; None for anything else."""
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        if not isinstance(content, list):
            return None
        return [p for block in content for p in self._block(block, record)]

    def _user_role(self, record: Json, parts: list[Part]) -> tuple[CleanText, bool]:
        if record.get("isCompactSummary"):
            return SUMMARY, False
        if any(p.kind == RESULT for p in parts):
            return TOOL, False
        first = next((p.text for p in parts if p.kind == TEXT), "")
        if record.get("isMeta") or first.startswith(MACHINE_TEXT):
            return SYSTEM, False
        if self._agent or record.get("isSidechain"):
            return TASK, self._agent
        return USER, True

    def _assistant(self, record: Json) -> Parsed | None:
        parts = self._parts(_content(record), record)
        if parts is None:
            return None
        return SYSTEM if record.get("isApiErrorMessage") else ASSISTANT, parts, False

    def _system(self, record: Json) -> Parsed | None:
        subtype = _text(record.get("subtype"))
        if subtype not in SYSTEM_NOTES:
            return None
        text = _text(record.get("content"))
        details = record.get("error") or record.get("cause")
        if details:
            text += f"\n\n{_dump(details)}"
        meta = record.get("compactMetadata")
        if isinstance(meta, dict):
            text += f" ({meta.get('trigger')}, {meta.get('preTokens')} tokens before)"
        return SYSTEM, [Part(TEXT, f"[{subtype}] {text}".rstrip())], False

    def _attachment(self, record: Json) -> Parsed | None:
        att = record.get("attachment")
        if not isinstance(att, dict):
            return None
        kind = att.get("type")
        if kind == "queued_command":
            return self._queued(att, record)
        if kind in ("file", "edited_text_file"):
            name = _text(att.get("filename") or att.get("displayPath"))
            return SYSTEM, [Part(TEXT, f"[{kind}] {name}\n\n{_attached_text(att)}", files=(name,))], False
        return None

    def _queued(self, att: Json, record: Json) -> Parsed | None:
        """What the user typed while Claude was at work: it belongs to the turn that runs."""
        parts = self._parts(att.get("prompt"), record)
        if parts is None:
            return None
        machine = att.get("commandMode") == "task-notification" or (
            bool(parts) and parts[0].text.startswith(MACHINE_TEXT)
        )
        return SYSTEM if machine or record.get("isMeta") else USER, parts, False

    def _block(self, block: Any, record: Json) -> list[Part]:
        if isinstance(block, str):
            return [Part(TEXT, block)]
        if not isinstance(block, dict):
            return [Part(TEXT, f"[block]\n{_dump(block)}")]
        kind = block.get("type")
        if kind == "text":
            return [Part(TEXT, _text(block.get("text")))]
        if kind == "thinking":
            return [Part(THINKING, _text(block.get("thinking")))]
        if kind == "redacted_thinking":
            return [Part(THINKING, f"[redacted_thinking] {_text(block.get('data'))}")]
        if kind in ("tool_use", "server_tool_use"):
            return [call(block)]
        if kind == "tool_result":
            return self._result(block, record)
        if kind in ("image", "document"):
            return [_media(block)]
        return [Part(TEXT, f"[{_text(kind)}]\n{_dump(block)}")]

    def _result(self, block: Json, record: Json) -> list[Part]:
        content = block.get("content")
        inner = content if isinstance(content, list) else [content if isinstance(content, str) else ""]
        parts = [p for b in inner for p in self._block(b, record)]
        text = "\n".join(p.text for p in parts if p.kind != MEDIA)
        full = self._persisted(record, text)
        result = Part(
            RESULT,
            text if full is None else full,
            call_id=_text(block.get("tool_use_id")),
            failed=bool(block.get("is_error")),
        )
        return [result, *(p for p in parts if p.kind == MEDIA)]

    def _persisted(self, record: Json, shown: str) -> str | None:
        """The whole of an output of which the transcript holds only the beginning."""
        result = record.get("toolUseResult")
        path = result.get("persistedOutputPath") if isinstance(result, dict) else None
        if not path and not shown.startswith("<persisted-output>"):
            return None
        from rlm_core.transcript.outputs import output_at, path_in  # not at the top: few results are so long

        path = path or path_in(shown)
        if not isinstance(path, str) or not path:
            return None
        full = output_at(path, self._outputs, _text(record.get("uuid")))
        if full is None:
            self.lost_outputs += 1
        return full


PARSERS = {
    "user": Reader._user,
    "assistant": Reader._assistant,
    "system": Reader._system,
    "attachment": Reader._attachment,
}


def parse_line(line: bytes) -> Json | None:
    """The JSON object on a line, or None. NULs around it, which a crash may leave, are no matter.

    Invalid UTF-8 inside strings becomes U+FFFD.
    """
    line = line.strip(b"\0 \t\r\n")
    if not line.startswith(b"{"):
        return None
    try:
        record = json.loads(line)
    except UnicodeDecodeError:
        return parse_line(line.decode("utf-8", "replace").encode())
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _content(record: Json) -> Any:
    message = record.get("message")
    return message.get("content") if isinstance(message, dict) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(value: Any) -> CleanText:
    """A time stamp that is one; anything else, which might be of any length, is none."""
    return moment(value) if isinstance(value, str) and len(value) <= 40 and epoch(value) is not None else EMPTY


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _uuid(record: Json, line: bytes) -> CleanText:
    uuid = record.get("uuid")
    if isinstance(uuid, str) and 0 < len(uuid) <= 200:
        return plain_id(uuid) or _odd_id(uuid)
    return literal("line-{}").format(hex_digits(hexdigest(line.strip(), 12)))


def _odd_id(uuid: str) -> CleanText:
    from rlm_core.redaction.ids import clean_id  # no client writes such ids: not worth loading for every hook

    return clean_id(uuid)


def _media(block: Json) -> Part:
    kind = _text(block.get("type"))
    source = block.get("source")
    source = source if isinstance(source, dict) else {}
    media_type = _text(source.get("media_type"))
    name = _text(block.get("title"))
    if source.get("type") == "base64":
        data = _decode(_text(source.get("data")))
        if data is not None:
            caption = f"[{kind}] {name} {media_type}, {len(data)} bytes".replace("  ", " ")
            return Part(MEDIA, caption, data=data, suffix=SUFFIXES.get(media_type, OTHER_SUFFIX))
    if source.get("type") == "text":
        return Part(TEXT, f"[{kind}] {name}\n{_text(source.get('data'))}")
    return Part(TEXT, f"[{kind}]\n{_dump(block)}")


def _decode(data: str) -> bytes | None:
    import binascii

    try:
        return binascii.a2b_base64(data.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return None


def _attached_text(att: Json) -> str:
    content = att.get("content")
    if isinstance(content, dict):
        inner = content.get("file")
        if isinstance(inner, dict) and isinstance(inner.get("content"), str):
            return str(inner["content"])
        return _dump(content)
    if isinstance(content, str):
        return content
    return _text(att.get("snippet")) or _text(att.get("rendered"))
