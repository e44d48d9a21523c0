"""What Claude Code's own sub-agents reported for an order, read from their transcripts.

The model that gave the order is not asked, so it cannot leave anything out.

An order is `order-3fa2b9d0`, its second part `order-3fa2b9d0/2`; a sub-agent's prompt names its part. What each part
is to read stands in one file, `orders/order-3fa2b9d0.md`, which all sub-agents of the order are pointed to.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.digest import hexdigest
from rlm_core.disk import make_dir, opened, remove, write_atomic
from rlm_core.engine.texts import Partition
from rlm_core.errors import ArchiveError
from rlm_core.transcript.locate import transcripts

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanText

ORDER = re.compile(r"order-[0-9a-f]{8}")
KEPT_SECONDS = 7 * 86_400.0  # of an order's file
STRUCTURED = "StructuredOutput"  # the client's tool for an answer that follows a schema
MAX_TRANSCRIPT_BYTES = 64 * 1024**2  # of a sub-agent's transcript


def order_of(question: str, parts: Sequence[Partition]) -> str:
    """The name of an order; the same question over the same texts always gives the same name."""
    content = "\0".join([question, *(p.digest for p in parts)])
    return f"order-{hexdigest(content.encode('utf-8', 'surrogatepass'), 4)}"


def write_order(folder: Path, order: str, text: CleanText) -> str:
    """Put the text of an order into `folder`, and take former ones away; its path, "" when it cannot be written."""
    orders = folder / "orders"
    try:
        make_dir(str(folder))
        make_dir(str(orders))
        for other in os.scandir(orders):
            if time.time() - other.stat(follow_symlinks=False).st_mtime > KEPT_SECONDS:
                remove(other.path)
        write_atomic(str(orders / f"{order}.md"), text.encode(), durable=False)
    except (OSError, ArchiveError):
        return ""
    return str(orders / f"{order}.md")


def reports(project: str, order: str) -> Iterator[tuple[int, str]]:
    """(number of the part, last words) of each sub-agent that was given a part of the order, in any session."""
    part = re.compile(rf"{order}/(\d+)")
    for source in transcripts(project):
        for agent in source.agents():
            prompt, said = _first_and_last(agent.path)
            if found := part.search(prompt):
                yield int(found[1]), said


def _first_and_last(path: str) -> tuple[str, str]:
    """The prompt of a sub-agent and its last words or its structured output; what cannot be read is passed over."""
    prompt = said = report = ""
    with opened(path) as f:
        for line in f.read(MAX_TRANSCRIPT_BYTES).split(b"\n"):
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            text = _text(record)
            if text and record.get("type") == "user":
                prompt = prompt or text
            elif isinstance(record, dict) and record.get("type") == "assistant":
                said = text or said
                report = _structured(record) or report
    return prompt, report or said


def _text(record: Any) -> str:
    """The text of a record's message; "" where there is none."""
    content = _content(record)
    if isinstance(content, str):
        return content
    return "\n".join(b["text"] for b in _blocks(content) if isinstance(b.get("text"), str))


def _structured(record: Any) -> str:
    """What a sub-agent of a workflow hands to its script, by a call of a tool, as JSON; "" where there is none."""
    calls = [b for b in _blocks(_content(record)) if b.get("type") == "tool_use" and b.get("name") == STRUCTURED]
    return json.dumps(calls[-1].get("input")) if calls else ""


def _content(record: Any) -> Any:
    message = record.get("message") if isinstance(record, dict) else None
    return message.get("content") if isinstance(message, dict) else None


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []
