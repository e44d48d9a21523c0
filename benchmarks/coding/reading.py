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
# What a client writes in the user's name, and what answers a call that the user stopped.
MACHINE = re.compile(r"^\s*(?:<(?:command-|local-command-|bash-|system-)|\[Request interrupted|Caveat: )")
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
    """A transcript. things: record -> record that stands for it: an edit's call stands for its result, too."""

    id: str
    path: str
    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...]
    things: Mapping[str, str]

    def output_of(self, at: int) -> Block | None:
        """What answered the call at a place among the blocks."""
        call = self.blocks[at].call
        return next((b for b in self.blocks[at + 1 :] if b.kind == OUTPUT and b.call == call), None)


def read(path: str) -> Session:
    """A transcript's session. Lines that are no whole records are passed over. Raises OSError."""
    blocks: list[Block] = []
    calls: dict[str, Block] = {}
    turn, session = 0, ""
    for record in _records(path):
        session = session or str(record.get("sessionId", ""))
        for kind, block in _blocks(record):
            if kind == PROMPT and not (blocks and blocks[-1].record == record["uuid"]):
                turn += 1
            made = _block(record, session, turn, kind, block, calls)
            if made.text.strip():
                blocks.append(made)
            if kind == CALL:
                calls[made.call] = made
    edits = tuple(_edits(blocks))
    return Session(session, path, tuple(blocks), edits, _things(blocks))


def _records(path: str) -> Iterator[Record]:
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and record.get("type") in ("user", "assistant") and record.get("uuid"):
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


def _block(
    record: Record, session: str, turn: int, kind: str, block: Record, calls: Mapping[str, Block]
) -> Block:
    head = (str(record["uuid"]), session, str(record.get("timestamp", "")), turn, kind)
    if kind == CALL:
        given = block.get("input")
        given = given if isinstance(given, dict) else {}
        tool = str(block.get("name", ""))
        return Block(*head, "\n".join([tool, *_arguments(given)]), tool, given, str(block.get("id", "")))
    if kind == OUTPUT:
        call = str(block.get("tool_use_id", ""))
        made = calls.get(call)
        tool, asked = (made.tool, made.given) if made else ("", {})
        return Block(*head, _plain(block.get("content")), tool, asked, call, bool(block.get("is_error")))
    return Block(*head, str(block.get("thinking" if kind == THINKING else "text", "")))


def _arguments(given: Mapping[str, Any]) -> list[str]:
    return [f"{k}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for k, v in given.items()]


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "\n".join(str(p.get("text", "")) for p in parts if isinstance(p, dict))


def _edits(blocks: Sequence[Block]) -> Iterator[Edit]:
    """The changes that were made; one that failed or was refused is none, one without an answer neither."""
    made = {b.call for b in blocks if b.kind == OUTPUT and not b.failed}
    for at, block in enumerate(blocks):
        if block.kind != CALL or block.tool not in EDITING or block.call not in made:
            continue
        given = block.given
        hunks = given.get("edits") if block.tool == "MultiEdit" else [given]
        lines: list[str] = []
        for hunk in hunks if isinstance(hunks, list) else ():
            if isinstance(hunk, dict):
                old, new = str(hunk.get("old_string", "")), _new(hunk)
                before, after = set(old.split("\n")), set(new.split("\n"))
                lines += [s for s in new.split("\n") if s not in before]
                lines += [s for s in old.split("\n") if s not in after]
        path = str(given.get("file_path") or given.get("notebook_path") or "")
        yield Edit(at, block.record, block.turn, path, tuple(s for s in lines if s.strip()))


def _new(hunk: Mapping[str, Any]) -> str:
    return str(next((hunk[k] for k in ("new_string", "content", "new_source") if k in hunk), ""))


def _things(blocks: Sequence[Block]) -> dict[str, str]:
    calls = {b.call: b.record for b in blocks if b.kind == CALL and b.tool in EDITING}
    return {b.record: calls.get(b.call, b.record) if b.kind == OUTPUT else b.record for b in blocks}
