"""Around a compaction: whose it is, and which chunk ids were given away."""

from __future__ import annotations

import json
import os

from rlm_core.disk import read, write_atomic
from rlm_core.transcript.source import Source
from rlm_core.transcript.waiting import pending_tools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AGENT_TOOLS = frozenset(("Agent", "Task"))
MOST_CITED = 500


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
