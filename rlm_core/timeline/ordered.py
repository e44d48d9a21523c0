"""What the client noted that a sub-agent was started for: a file beside its transcript, archived with the folder's."""

from __future__ import annotations

import re

from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAIL = 4  # characters of a call's id that an archive has
_FILE = re.compile(r"\[file\] (\S*?agent-([A-Za-z0-9_-]{1,64})\.meta\.json)")
_VALUE = re.compile(r"^(toolUseId|description|agentType): (.{1,400})$", re.M)


class AgentOrder(Record):
    """agent: its id. tail: the end of the id of the call that started it. Each may be "" when it was not noted."""

    agent: str
    tail: str
    description: str
    kind: str


def order_of(text: str) -> AgentOrder | None:
    """The order that an entry of the folder's files holds; None for any other file."""
    found = _FILE.match(text)
    if found is None:
        return None
    said: dict[str, Any] = {m[1]: m[2].strip().strip('"') for m in _VALUE.finditer(text[:4000])}
    kind, description = said.get("agentType", ""), said.get("description", "")
    return AgentOrder(found[2], said.get("toolUseId", "")[-TAIL:], description, kind)
