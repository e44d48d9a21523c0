"""Reads Claude Code's transcripts for their labels: who said what in which turn, and which calls edited which lines.

It shares no code with the reader of `rlm_core`: what is judged must not also write the labels.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PROMPT, TEXT, THINKING, CALL, OUTPUT, OTHER = "prompt", "text", "thinking", "call", "output", "other"
EDITING = ("Edit", "Write", "MultiEdit", "NotebookEdit")
# How begins what the client writes in the user's name.
MACHINE = re.compile(r"^\s*(?:<(?:command-|local-command-|bash-|system-|task-)|\[Request interrupted|Caveat: )")
Record = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """What was said, called or printed in one block of a record.

    record: uuid of the record. turn: counted from 1 over the session, 0 before the first prompt. kind: one of the
    names above. tool, given: of a call, and of the call that an output answers. call: its id. failed: of an output.
    """

    record: str
    session: str
    time: str
    turn: int
    kind: str
    text: str
    tool: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    call: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Edit:
    """A change of a file that was made. at: place of its call among the session's blocks. lines: those it changed."""

    at: int
    record: str
    turn: int
    path: str
    lines: tuple[str, ...]

    @property
    def base(self) -> str:
        return os.path.basename(self.path)


@dataclass(frozen=True)
class Session:
    """A transcript. things: record -> the record that stands for it, see `_things`."""

    id: str
    path: str
    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...]
    things: Mapping[str, str]

    def output_of(self, at: int) -> Block | None:
        """What answered the call at a place among the blocks; None when nothing did."""
        call = self.blocks[at].call
        return next((b for b in self.blocks[at + 1 :] if b.kind == OUTPUT and b.call == call), None)


def read(path: str) -> Session:
    """A transcript's session. Lines that are no whole records are passed over. Raises OSError."""
    blocks: list[Block] = []
    calls: dict[str, Block] = {}
    session, turn, asked = "", 0, ""
    for record in _records(path):
        session = session or str(record.get("sessionId", ""))
        for kind, block in _blocks(record):
            if kind == PROMPT and record["uuid"] != asked:
                turn, asked = turn + 1, record["uuid"]
            made = _block(record, session, turn, kind, block, calls)
            if made.text.strip():
                blocks.append(made)
            if kind == CALL:
                calls[made.call] = made
    edits = tuple(_edits(blocks))
    return Session(session, path, tuple(blocks), edits, _things(blocks, edits))


def _records(path: str) -> Iterator[Record]:
    """The records in which somebody speaks; what a sub-agent says under the uuid of the record that carries it."""
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if not isinstance(record, dict) or not record.get("uuid"):
                continue
            data = record.get("data")
            carried = data.get("message") if record.get("type") == "progress" and isinstance(data, dict) else None
            if isinstance(carried, dict):
                record = {**record, "type": carried.get("type"), "message": carried.get("message"), "isSidechain": True}
            if record.get("type") in ("user", "assistant"):
                yield record


def _blocks(record: Record) -> Iterator[tuple[str, Record]]:
    """Kind and block of each thing in a record."""
    message = record.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    for block in content if isinstance(content, list) else ():
        kind = block.get("type") if isinstance(block, dict) else ""
        if kind == "text":
            yield _speaker(record, str(block.get("text", ""))), block
        elif kind in ("thinking", "tool_use", "tool_result"):
            yield {"thinking": THINKING, "tool_use": CALL, "tool_result": OUTPUT}[kind], block


def _speaker(record: Record, text: str) -> str:
    if record["type"] == "assistant":
        return TEXT
    machine = record.get("isMeta") or record.get("isCompactSummary") or record.get("isSidechain")
    return OTHER if machine or MACHINE.match(text) else PROMPT


def _block(record: Record, session: str, turn: int, kind: str, block: Record, calls: Mapping[str, Block]) -> Block:
    head = (str(record["uuid"]), session, str(record.get("timestamp", "")), turn, kind)
    if kind == CALL:
        given = block.get("input")
        given = given if isinstance(given, dict) else {}
        tool = str(block.get("name", ""))
        return Block(*head, "\n".join([tool, *_arguments(given)]), tool, given, str(block.get("id", "")))
    if kind == OUTPUT:
        call = str(block.get("tool_use_id", ""))
        made = calls.get(call)
        tool, given = (made.tool, made.given) if made else ("", {})
        return Block(*head, _plain(block.get("content")), tool, given, call, bool(block.get("is_error")))
    return Block(*head, str(block.get("thinking" if kind == THINKING else "text", "")))


def _arguments(given: Mapping[str, Any]) -> list[str]:
    return [f"{k}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for k, v in given.items()]


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "\n".join(str(p.get("text", "")) for p in parts if isinstance(p, dict))


def _edits(blocks: Sequence[Block]) -> Iterator[Edit]:
    """The changes that were made; one that failed, was refused or has no answer is none."""
    made = {b.call for b in blocks if b.kind == OUTPUT and not b.failed}
    for at, block in enumerate(blocks):
        if block.kind == CALL and block.tool in EDITING and block.call in made:
            path = str(block.given.get("file_path") or block.given.get("notebook_path") or "")
            yield Edit(at, block.record, block.turn, path, tuple(_changed(block.given)))


def _changed(given: Mapping[str, Any]) -> Iterator[str]:
    """The lines that an edit adds, then those that it takes away, without blank ones."""
    hunks = given.get("edits")
    for hunk in hunks if isinstance(hunks, list) else [given]:
        if not isinstance(hunk, dict):
            continue
        new = str(next((hunk[k] for k in ("new_string", "content", "new_source") if k in hunk), "")).split("\n")
        old = str(hunk.get("old_string", "")).split("\n")
        yield from (s for s in new if s.strip() and s not in old)
        yield from (s for s in old if s.strip() and s not in new)


def _things(blocks: Sequence[Block], edits: Sequence[Edit]) -> dict[str, str]:
    """Record -> the record that stands for it: an edit's call, for its result and for the same edit when it failed."""
    done = {repr(blocks[e.at].given): e.record for e in reversed(edits)}
    calls = {b.call: done.get(repr(b.given), b.record) for b in blocks if b.kind == CALL and b.tool in EDITING}
    return {b.record: calls.get(b.call, b.record) for b in blocks}
