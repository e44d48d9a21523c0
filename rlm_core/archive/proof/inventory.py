"""What a transcript and the folder beside it hold, taken by a walk that knows no shapes.

Every line, every JSON object on it wherever it begins, every text at every depth. Only what `left_out` names is taken
away. The archive's reader has no part in this: what it overlooks must be found here.
"""

from __future__ import annotations

import binascii
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rlm_core.disk import opened
from rlm_core.transcript.records.left_out import FIELDS, KEPT_FIELDS, MESSAGE, kind_of, reason_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    Json = dict[str, Any]
    Rules = dict[str, Any]  # key -> the rules below it, or one of the two marks

_LEFT, _BYTES = "left out", "bytes"
_ONLY = ""  # in rules: what they do not name is left out
_BYTES_AT = "source.data"
_BLANK = b"\0 \t\r\n\xef\xbb\xbf"
_ATTEMPTS = 1000  # objects that are looked for on a broken line
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)("?)', re.S)
_BLOCK_KEY = re.compile(r"message\.content\.(?:\d+\.)?(?:content\.(?:\d+\.)?)?(\w+)")
_SPEAKERS = ("user", "assistant", "system", "queue-operation")
_SPOKEN_KEYS = ("content", "data", "name", "text", "thinking")
_ID = re.compile(r'"uuid"\s*:\s*"([^"]+)"')
_TYPE = re.compile(r'"type"\s*:\s*"([^"]+)"')
_SUBTYPE = re.compile(r'"subtype"\s*:\s*"([^"]+)"')
_INNER = re.compile(r'"(attachment|data)"\s*:\s*\{\s*"type"\s*:\s*"([^"]+)"')
RECORD_KEYS = ("uuid", "sessionId", "timestamp", "message", "leafUuid")


@dataclass(slots=True)
class Said:
    """A text that must stand in the archive. path: its keys. data: what it is the base64 of, None when it is none."""

    path: str
    text: str
    data: bytes | None = None

    @property
    def key(self) -> str:
        """The last key of the path that is a name."""
        return next((k for k in reversed(self.path.split(".")) if not k.isdecimal()), "")


@dataclass(slots=True)
class Listed:
    """A record, or what can be read of one.

    line: counted from 1. uuid: "" for a record without one. reason: why it is left out, "" when it is kept.
    broken: it is no whole record. outputs: (session, name) of files in `tool-results/` of which it speaks. blocks: the
    kinds of its message's blocks, as `block/text`. before: what the user had said right before, where that matters.
    """

    line: int
    kind: str
    uuid: str = ""
    time: str = ""
    texts: list[Said] = field(default_factory=list)
    reason: str = ""
    broken: bool = False
    outputs: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    before: str = ""

    @property
    def size(self) -> int:
        return sum(len(t.text) for t in self.texts)


class Inventory:
    """Iterates over what a transcript holds. lines: seen. unreadable: those that are not whole records.

    agents: ids of the session's sub-agents that have transcripts of their own.
    """

    def __init__(self, path: str, agents: Collection[str] = ()) -> None:
        self.path = path
        self.agents = agents
        self.lines = 0
        self.unreadable = 0
        self.bytes = 0

    def __iter__(self) -> Iterator[Listed]:
        with opened(self.path, follow=True) as stream:
            encoding = _wide(stream.read(4))
            stream.seek(0)
            for line in stream if not encoding else _recoded(self.path, encoding):
                self.bytes += len(line)
                yield from self._line(line)

    def _line(self, line: bytes) -> Iterator[Listed]:
        stripped = line.strip(_BLANK)
        self.lines += 1
        if not stripped:
            return
        try:
            record = json.loads(stripped)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield self._record(record, stripped)
        elif line.endswith(b"\n"):
            yield from self._broken(stripped.decode("utf-8", "replace"))
        else:
            self.unreadable += 1  # the client is in the middle of it
            self.lines -= 1

    def _record(self, record: Json, line: bytes, *, broken: bool = False) -> Listed:
        kind, uuid, time = kind_of(record), record.get("uuid"), record.get("timestamp")
        found = Listed(self.lines, kind, uuid if isinstance(uuid, str) else "", time if isinstance(time, str) else "")
        found.broken = broken
        found.reason = reason_for(record, self.agents)
        if not found.reason:
            found.texts = texts_of(record)
            message = record.get("message")
            content = message.get("content") if isinstance(message, dict) else None
            if isinstance(content, list):
                found.blocks = [f"block/{b.get('type')}" for b in content if isinstance(b, dict)]
            if b"tool-results" in line:
                found.outputs = _outputs(line)
        return found

    def _broken(self, text: str) -> Iterator[Listed]:
        """Records that stand anywhere on the line, and the readable pieces of what stands between them."""
        decoder = json.JSONDecoder()
        at = 0
        whole = True
        for _ in range(_ATTEMPTS):
            value, end = _object_at(decoder, text, at)
            if value is not None:
                yield self._record(value, text[at:end].encode("utf-8", "replace"))
                at = end
            else:
                begin = _next_object(decoder, text, at)
                piece = text[at:begin].strip("\0 \t\r\n\ufeff")
                if piece:
                    whole = False
                    yield self._piece(piece)
                at = begin
            if at >= len(text):
                break
        self.unreadable += not whole

    def _piece(self, piece: str) -> Listed:
        """What is left of a record that was cut off, or of whatever stood there."""
        uuid = _ID.search(piece)
        likeness = _likeness(piece)
        found = Listed(self.lines, kind_of(likeness) if likeness else "broken", uuid[1] if uuid else "", broken=True)
        found.reason = reason_for(likeness, self.agents)
        if not found.reason:
            strings = list(_strings(piece)) if '"' in piece else [piece]
            found.texts = [Said("broken", s) for s in strings if is_prose(s)]
        return found


def _likeness(piece: str) -> Json:
    """As much of a cut-off record as tells its kind."""
    kind, subtype, inner = _TYPE.search(piece), _SUBTYPE.search(piece), _INNER.search(piece)
    record: Json = {"type": kind[1]} if kind else {}
    if subtype:
        record["subtype"] = subtype[1]
    if inner:
        record[inner[1]] = {"type": inner[2]}
    return record


def _strings(piece: str) -> Iterator[str]:
    """The texts of a piece of JSON, without names of keys, and without what is left out by its key."""
    key = ""
    for m in _STRING.finditer(piece):
        if piece[m.end() : m.end() + 4].lstrip()[:1] == ":" and m[2]:
            key = m[1]
            if key == "toolUseResult" and '"message"' in piece[: m.start()]:
                return  # a copy of what the message says
        elif not (key in FIELDS or key in MESSAGE):
            yield _unescaped(m[1])


def texts_of(record: Json) -> list[Said]:
    """Every text of a record that is kept, but for the words of the client's that FIELDS names."""
    found: list[Said] = []
    speaks = record.get("type") in _SPEAKERS
    ahead: list[tuple[str, Any, Any, Any]] = [("", _RULES, record, None)]
    while ahead:
        path, rules, value, around = ahead.pop()
        if isinstance(value, str):
            if isinstance(rules, dict) and _ONLY in rules:
                continue
            if value and not value.isspace() and (is_prose(value) or (speaks and _is_said(path))):
                found.append(Said(path, value, _decoded(value) if rules == _BYTES and _is_base64(around) else None))
        elif isinstance(value, dict):
            pieces = _numbered(value)
            if pieces:
                found.append(Said(f"{path}.0", pieces))
            ahead += reversed(
                [
                    (f"{path}.{k}" if path else k, below, v, value)
                    for k, v in value.items()
                    if (below := _below(rules, k)) != _LEFT and not (pieces and k.isdecimal())
                ]
            )
        elif isinstance(value, list):
            ahead += reversed(
                [
                    (f"{path}.{i}", below, v, around)
                    for i, v in enumerate(value)
                    if (below := _below(rules, "*")) != _LEFT
                ]
            )
        elif (
            speaks
            and path.startswith("message")
            and path.endswith("content")
            and isinstance(value, (int, float))
            and not isinstance(value, bool)
        ):
            found.append(Said(path, json.dumps(value)))
    return found


def is_prose(text: str) -> bool:
    """Words with a blank between them, or letters of scripts that need none; no name, path or id."""
    if len(text.split(None, 1)) > 1:
        return any(c.isalpha() for c in text)
    return not text.isascii() and any(c.isalpha() and c > "\x7f" for c in text)


def _is_said(path: str) -> bool:
    """Whether a word by itself is somebody's: in fields that we do not know it is the client's."""
    block = _BLOCK_KEY.fullmatch(path)
    if block:
        return block[1] in _SPOKEN_KEYS
    return path.startswith(("message.content", "toolUseResult.")) or path in ("content", "message")


def _is_base64(around: Any) -> bool:
    return isinstance(around, dict) and around.get("type") == "base64"


def _decoded(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return None


def _numbered(value: Json) -> str:
    """A text that was spread over keys "0", "1", ... a character or so each."""
    if "0" not in value or "1" not in value:
        return ""
    keys = sorted((k for k, v in value.items() if k.isdecimal() and isinstance(v, str)), key=int)
    pieces = "".join(value[k] for k in keys)
    return pieces if len(pieces) <= 4 * len(keys) else ""


def _rules() -> Rules:
    rules: Rules = {}
    for path in FIELDS:
        *above, last = path.split(".")
        node = rules
        for key in above:
            node = node.setdefault(key, {})
        node[last] = _BYTES if path.endswith(_BYTES_AT) else _LEFT
    for path in KEPT_FIELDS:
        first, _, rest = path.partition(".")
        node = rules[first] if isinstance(rules[first], dict) else {_ONLY: _LEFT}
        rules[first] = node | {rest: {}}
    return rules


_RULES = _rules()


def _below(rules: Any, key: str) -> Any:
    """The rules for what stands below a key."""
    if not isinstance(rules, dict) or not rules:
        return {}
    return rules[key] if key in rules else rules.get("*", rules.get(_ONLY, {}))


def _object_at(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Json | None, int]:
    while at < len(text) and text[at] in "\0 \t\r\n\ufeff":
        at += 1
    if text[at : at + 1] != "{":
        return None, at
    try:
        value, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at
    return (value, end) if isinstance(value, dict) else (None, at)


def _next_object(decoder: json.JSONDecoder, text: str, at: int) -> int:
    """Where the next whole record begins, else the next that looks like a record's beginning; else the text's end."""
    begun = len(text)
    at += 1
    for _ in range(_ATTEMPTS):
        at = text.find('{"', at)
        if at < 0:
            return begun
        value, _ = _object_at(decoder, text, at)
        if value is not None and isinstance(value.get("type"), str) and any(k in value for k in RECORD_KEYS):
            return at
        if value is None and begun == len(text) and text.startswith(('{"parentUuid"', '{"type":"user"'), at):
            begun = at
        at += 2
    return begun


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return re.sub(r"\\u[0-9a-fA-F]{0,3}$|\\$", "", text).replace("\\n", "\n").replace('\\"', '"')


def _outputs(line: bytes) -> list[tuple[str, str]]:
    """(session, name) of the files in `tool-results/` that a line names."""
    found = re.findall(rb'([^"\\/\s]+)(?:/|\\\\)tool-results(?:/|\\\\)([^"\\/\s]+)', line)
    named = [(owner.decode("utf-8", "replace"), name.decode("utf-8", "replace")) for owner, name in found]
    return list(dict.fromkeys(named))


def _wide(head: bytes) -> str:
    """The encoding of a file that is not UTF-8, by its first bytes; "" for UTF-8."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"{\0": "utf-16-le", b"\0{": "utf-16-be"}.get(head[:2], "")


def _recoded(path: str, encoding: str) -> Iterator[bytes]:
    with open(path, encoding=encoding, errors="replace", newline="\n") as lines:
        for line in lines:
            yield line.encode("utf-8", "backslashreplace")


# The folder beside the transcript.


def files_of(folder: str) -> list[str]:
    """Every file below a session's folder, as paths relative to it; links are not followed."""
    found: list[str] = []
    ahead = [folder] if os.path.isdir(folder) and not os.path.islink(folder) else []
    while ahead:
        here = ahead.pop()
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    ahead.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    found.append(os.path.relpath(entry.path, folder).replace(os.sep, "/"))
    return sorted(found)


def file_texts(path: str) -> list[Said] | None:
    """What a file says: every text of one that is JSON, else all of it; None for one that is no text, as a picture."""
    with opened(path, follow=True) as f:
        data = f.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif b"\0" in data[:8192]:
        return None
    else:
        text = data.decode("utf-8-sig", "replace")
        if text.count("\ufffd") * 10 > len(text):
            return None
    try:
        if path.endswith((".json", ".jsonl")):
            values = [json.loads(text)] if path.endswith(".json") else [json.loads(x) for x in text.split("\n") if x]
            return [t for value in values for t in _all_texts(value)]
    except (ValueError, RecursionError):
        pass  # not what its name says
    return [Said("file", text)] if text.strip() else []


def _all_texts(value: Any) -> Iterator[Said]:
    ahead = [("file", value)]
    while ahead:
        path, value = ahead.pop()
        if isinstance(value, str) and value.strip():
            yield Said(path, value)
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ahead += [(f"{path}.{key}", v) for key, v in inner]
