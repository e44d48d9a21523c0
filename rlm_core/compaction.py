"""Around a compaction: whose it is, whether the transcript is written out, which chunk ids were given away."""

from __future__ import annotations

import json
import os
import time

from rlm_core.disk import read, write_atomic
from rlm_core.source import Source
from rlm_core.transcript import parse_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAIL = 256 * 1024
WAIT_SECONDS = 0.4  # a compaction asks a model and takes many seconds; the client writes every 0.1
QUIET_SECONDS = 0.12
AGENT_TOOLS = frozenset(("Agent", "Task"))
MOST_CITED = 500


def wait_for_results(path: str) -> None:
    """Wait until the client has written what it knows: a compaction only begins with all results in.

    Otherwise the chunk whose id the summary cites would still grow, and have another id afterwards.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if _is_quiet(path) and not pending_tools(path):
            return
        time.sleep(0.02)


def _is_quiet(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime > QUIET_SECONDS
    except OSError:
        return True


def pending_tools(path: str) -> set[str]:
    """Names of the tools that were called at the transcript's end and have not answered."""
    calls: dict[str, str] = {}
    for line in _tail(path):
        record = parse_line(line) if b'"tool_use' in line or b'"tool_result"' in line else None
        message = record.get("message") if record else None
        content = message.get("content") if isinstance(message, dict) else None
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            if block.get("type") == "tool_use":
                calls[str(block.get("id"))] = str(block.get("name"))
            elif block.get("type") == "tool_result":
                calls.pop(str(block.get("tool_use_id")), None)
    return set(calls.values())


def _tail(path: str) -> list[bytes]:
    """The transcript's last lines, from the newest prompt on as far as that is near."""
    try:
        with open(path, "rb") as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - TAIL))
            lines = f.read().split(b"\n")[-200:]
    except OSError:
        return []
    return lines


def transcript_compacted(source: Source | None, agent_id: str) -> Source | None:
    """The transcript that is being compacted: a sub-agent's, or the main one.

    Clients before 2.1.330 name the main session in both cases. There, an unanswered call of a sub-agent,
    and of nothing else, tells: the main thread compacts only when all its calls have been answered.
    """
    if source is None:
        return None
    agents = source.agents()
    if agent_id:
        return next((a for a in agents if a.agent == os.path.basename(agent_id)), source)
    waiting = pending_tools(source.path) if agents else set()
    if waiting and waiting <= AGENT_TOOLS:
        return max(agents, key=lambda a: os.stat(a.path).st_mtime_ns)
    return source


def note_cited(root: str, state: dict[str, Any]) -> None:
    """Remember the id of the chunk that still grows: a summary may cite it, and it may yet change."""
    if not state.get("open_file"):
        return
    path = os.path.join(root, "state", "cited.json")
    cited = read_cited(root)
    cited[str(state["open_file"])[5:-3].rpartition("-")[2]] = [state["folder"], int(state["closed"]) + 1]
    kept = dict(list(cited.items())[-MOST_CITED:])
    write_atomic(path, json.dumps(kept).encode(), durable=False)


def read_cited(root: str) -> dict[str, list[Any]]:
    """First eight digits of an id once cited -> [folder, number] of the chunk that it became."""
    try:
        cited = json.loads(read(os.path.join(root, "state", "cited.json")) or b"{}")
    except (ValueError, OSError):
        return {}
    return cited if isinstance(cited, dict) else {}
