"""What a run has done, as a file that only grows: a line a node, with hashes, costs and times instead of texts.

    {"id": 2, "parent": 1, "kind": "cell", "label": "cell 1", "hash": "...", "tokens": 0, "usd": 0.0, "seconds": 0.12}

Programs stand beside it, in the session's `cells/`; the texts where they always were.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from rlm_core.digest import hexdigest
from rlm_core.disk import open_file, read
from rlm_core.errors import Joined, RlmError, phrase, worded
from rlm_core.redaction.clean import dumps, fields, hex_digits, literal

if TYPE_CHECKING:
    from rlm_core.llm.base import Call
    from rlm_core.redaction.redactor import Redactor
    from rlm_core.repl.broker import Broker
    from rlm_core.repl.cellstore import CellSession
    from rlm_core.repl.drafts import Draft
    from rlm_core.repl.runresult import CellTurn, ProgramResult

NAME = "trace.jsonl"
KINDS = ("run", "root", "draft", "cell", "call", "end")
LABEL_CHARS = 200
_LINE_END = literal("\n")


class Trace:
    """The trace of one run. broker: tells what has been spent so far."""

    def __init__(self, session: CellSession, question: str, redact: Redactor, broker: Broker) -> None:
        self.path = session.path(NAME)
        self._redact, self._broker = redact, broker
        self._ids = 0
        self._spent = {"tokens": 0, "usd": 0.0}
        session.prepare()
        self._run = self._write("run", 0, question, 0.0, question, leaf=broker.leaf.name, model=broker.model)

    def _write(self, kind: str, parent: int, label: str, seconds: float, content: str, **more: Any) -> int:
        self._ids += 1
        cost = self._broker.cost
        tokens, usd = cost["tokens"] - self._spent["tokens"], cost["usd"] - self._spent["usd"]
        self._spent = {"tokens": cost["tokens"], "usd": cost["usd"]}
        row = fields(
            id=self._ids, parent=parent, kind=self._redact.name(kind), label=self._redact(label)[:LABEL_CHARS],
            hash=hex_digits(hexdigest(content.encode("utf-8", "replace"), 8)), tokens=tokens, usd=round(usd, 6),
            seconds=round(seconds, 3),
        )  # fmt: skip
        more_fields = {self._redact.name(k): self._redact.values(v) for k, v in more.items()}
        fd = open_file(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(fd, (dumps(row | more_fields) + _LINE_END).encode())
        finally:
            os.close(fd)
        return self._ids

    def root(self, call: Call, seconds: float, what: str = "the next cell") -> int:
        """A call of the root model, or several at once; its number. The hash is that of what it was asked."""
        return self._write("root", self._run, f"{call.model}: {what}", seconds, call.prompt)

    def draft(self, root: int, draft: Draft, seconds: float) -> None:
        """A program that was tried on a sample: what it said there, and what its calls have cost."""
        self._write(
            "draft", root, " ".join(draft.source.split()), seconds, draft.source, error=bool(draft.error),
            said=draft.said or draft.error, program=draft.source,
        )  # fmt: skip

    def cell(self, turn: CellTurn, seconds: float) -> None:
        """A cell, and what its calls have cost."""
        result = turn.result
        first = " ".join(turn.source.split())
        node = self._write(
            "cell", self._run, first, seconds, turn.source, cell=result.cell, error=bool(result.error),
            calls=result.calls, printed=len(result.output),
        )  # fmt: skip
        for what, count in result.made.items():
            self._write("call", node, f"{count} x {what}", 0.0, what, count=count)

    def end(self, result: ProgramResult) -> None:
        """The end of the run."""
        self._write(
            "end", self._run, result.answer, result.seconds, result.answer, route=result.route,
            complete=result.complete, stopped=result.stopped,
        )  # fmt: skip


def lines_of(session: CellSession) -> list[dict[str, Any]]:
    """The nodes of all runs of a session, oldest first; a line that is none is passed over."""
    rows = []
    for line in (read(session.path(NAME)) or b"").split(b"\n"):
        try:
            row = json.loads(line or b"null")
        except ValueError:
            continue
        if isinstance(row, dict) and _is_node(row):
            rows.append(row)
    return rows


_FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": int, "parent": int, "kind": str, "label": str, "hash": str, "tokens": int, "usd": (int, float),
    "seconds": (int, float),
}  # fmt: skip


def _is_node(row: dict[str, Any]) -> bool:
    return all(isinstance(row.get(name), kind) for name, kind in _FIELDS.items()) and row["kind"] in KINDS


def nodes_of(session: CellSession) -> list[dict[str, Any]]:
    """The nodes of a session's last run. Raises RlmError when there is none."""
    rows = lines_of(session)
    starts = [n for n, row in enumerate(rows) if row["kind"] == "run"]
    if not starts:
        raise RlmError(worded("the session {name} holds no run; `rlm run` makes one", name=session.name))
    return rows[starts[-1] :]


def kept(session: CellSession, number: int, ending: str) -> str | None:
    """A cell's program (`py`) or what it printed (`txt`); None when it is not kept any more."""
    data = read(session.path("cells", f"{number:04d}.{ending}"))
    return None if data is None else data.decode("utf-8", "replace")


def totals(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """cells, calls (of cells), tokens, usd, seconds of a run."""
    counts = [n["count"] for n in nodes if n["kind"] == "call" and isinstance(n.get("count"), int)]
    ended = [n["seconds"] for n in nodes if n["kind"] == "end"]
    return {
        "cells": sum(n["kind"] == "cell" for n in nodes),
        "calls": sum(counts),
        "tokens": sum(n["tokens"] for n in nodes),
        "usd": round(sum(n["usd"] for n in nodes), 6),
        "seconds": ended[-1] if ended else round(sum(n["seconds"] for n in nodes), 3),
    }


def tree(nodes: list[dict[str, Any]]) -> list[str]:
    """The nodes as an indented list: what, how long, what it cost."""
    depth = {0: -1}
    lines: list[str] = []
    for node in nodes:
        depth[node["id"]] = depth.get(node["parent"], 0) + 1
        said = [worded("{kind}: {label}", kind=phrase(node["kind"]), label=node["label"][:90])]
        said += [worded("{seconds:.1f} s", seconds=node["seconds"])] if node["seconds"] else []
        said += [worded("{tokens:,} {tokens:|token|tokens}", tokens=node["tokens"])] if node["tokens"] else []
        said += [worded("${usd:.4f}", usd=node["usd"])] if node["usd"] else []
        said += [phrase("failed")] if node.get("error") else []
        said += [node["said"][:60]] if isinstance(node.get("said"), str) else []
        lines.append(worded("{indent}{said}", indent="  " * depth[node["id"]], said=Joined("  ", said)))
    return lines
