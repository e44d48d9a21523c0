"""Around a compaction: whose it is, and which chunk ids were given away."""

from __future__ import annotations

import os

from rlm_core.transcript.source import Source
from rlm_core.transcript.waiting import pending_tools

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

AGENT_TOOLS = frozenset(("Agent", "Task"))


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
