"""What the client itself writes into a transcript: notes, attachments, records of types that we do not know.

What we do not know is kept as it stands, as long as it holds words. Most turns need nothing of this.
"""

from __future__ import annotations

from rlm_core.transcript.entry import TEXT, Part
from rlm_core.transcript.lines import BROKEN
from rlm_core.transcript.records.blocks import Blocks, plain, text_of, words_in
from rlm_core.transcript.records.left_out import FIELDS
from rlm_core.transcript.records.prose import has_prose, without
from rlm_core.transcript.records.speakers import SYSTEM, speakers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rlm_core.transcript.records.speakers import Said

    Json = dict[str, Any]

FILES = ("file", "edited_text_file")  # attachments that are files, shown by name and text

# Each parser gives what is kept of a record; an empty list where there is nothing.


def _system(record: Json, blocks: Blocks) -> list[Said]:
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


def _attachment(record: Json, blocks: Blocks) -> list[Said]:
    att = record.get("attachment")
    if not isinstance(att, dict):
        words = words_in({"attachment": att})
        return [(SYSTEM, [Part(TEXT, words)])] if words else []
    kind = text_of(att.get("type"))
    if kind == "queued_command":
        said = speakers(blocks.parts(att.get("prompt"), record), {**att, "isMeta": record.get("isMeta")})
        machine = att.get("commandMode") == "task-notification"
        return [(SYSTEM if machine else role, parts) for role, parts in said]
    if kind in FILES:
        name = text_of(att.get("filename") or att.get("displayPath"))
        return [(SYSTEM, [Part(TEXT, f"[{kind}] {name}\n\n{_attached_text(att)}", files=(name,))])]
    rest = without({"attachment": att}, FIELDS).get("attachment", {})
    return [(SYSTEM, [Part(TEXT, f"[{kind}]\n{plain(rest)}")])] if has_prose(rest) else []


PARSERS: dict[str, Callable[[Json, Blocks], list[Said]]] = {"system": _system, "attachment": _attachment}


def unknown(kind: str, record: Json) -> list[Said]:
    """A record of a type that has no parser, as it stands; nothing for one that holds no words."""
    if kind == BROKEN:
        return [(SYSTEM, [Part(TEXT, f"[{BROKEN}]\n{record['text']}")])]
    rest = without(record, FIELDS)
    return [(SYSTEM, [Part(TEXT, f"[{kind or 'record'}]\n{plain(rest)}")])] if has_prose(rest) else []


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
