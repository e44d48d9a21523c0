"""A session's sub-agents come back with it: their own transcripts, where the client looks for them to go on with one.

They lie in `<session>/subagents/` beside the session's transcript, each with a note of what it was started for and by
which call.
"""

from __future__ import annotations

import os
from collections import Counter

from rlm_core.chunks.entries import entries_of
from rlm_core.disk import is_dir, make_dir, names, write_atomic
from rlm_core.record import Record
from rlm_core.redaction.clean import EMPTY, dumps, fields
from rlm_core.redaction.ids import clean_id
from rlm_core.revive.pieces import CALL
from rlm_core.revive.told import of_folder
from rlm_core.revive.tree import Tree, pair, units_of
from rlm_core.timeline.ordered import AgentOrder, order_of
from rlm_core.transcript.folder import FILES_AGENT, SUBAGENTS, is_at_work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanBytes
    from rlm_core.redaction.redactor import Redactor
    from rlm_core.revive.tree import Unit


class RevivedAgent(Record):
    """A sub-agent. lines: of its transcript. note: what the client keeps beside it."""

    name: str
    lines: list[CleanBytes]
    note: CleanBytes
    entries: int


class Agents:
    """The sub-agents of an archived session, for its new one."""

    def __init__(self, archive: Archive, folder: str, session: str, place: str, redact: Redactor) -> None:
        """folder: of the archived session. session: the new one's id. place: the directory in which it goes on."""
        self.archive = archive
        self.top = os.path.join(folder, "agents")
        self.session = session
        self.place = place
        self.redact = redact
        self.left: Counter[str] = Counter()

    def revived(self, units: list[Unit], until: int = 0) -> list[RevivedAgent]:
        """Those that had begun by then. units: the session's. until: YYYYMMDDhhmmss, 0 for all."""
        found = [n for n in names(self.top) if is_at_work(n)] if is_dir(self.top) else []
        orders = self._orders() if found else {}
        calls = {b.suffix: u.ids[n] for u in units for n, b in enumerate(u.blocks) if b.kind == CALL and n in u.ids}
        made = []
        for name in sorted(found):
            told = of_folder(self.archive, os.path.join(self.top, name))
            told = [t for t in told if not until or not t.one.time or t.one.time <= until]
            own = units_of(told, self.left, agent=True)
            if any(u.side == "assistant" for u in own):
                pair(own, self.session)
                written = Tree(self.session, self.place, self.redact, name).write(own, "")
                order = orders.get(name) or AgentOrder(name, "", "", "")
                made.append(RevivedAgent(name, written.lines, self._note(order, calls), written.entries))
        return made

    def _orders(self) -> dict[str, AgentOrder]:
        texts = (e.text for c in self.archive.chunks(os.path.join(self.top, FILES_AGENT)) for e in entries_of(c))
        return {order.agent: order for order in map(order_of, texts) if order is not None}

    def _note(self, order: AgentOrder, calls: dict[str, str]) -> CleanBytes:
        """The client's own note of it: without its kind it would not go on with it."""
        told = fields(
            agentType=self.redact(order.kind or "general-purpose"), description=self.redact(order.description)
        )
        call = calls.get(order.tail, "") if order.tail else ""
        return dumps({**told, **(fields(toolUseId=clean_id(call)) if call else {})}).encode()


def write(agents: list[RevivedAgent], path: str) -> None:
    """Put them beside the session's transcript at `path`."""
    folder = os.path.join(path.removesuffix(".jsonl"), SUBAGENTS)
    for one in agents:
        make_dir(folder)
        stem = os.path.join(folder, f"agent-{one.name}")
        write_atomic(f"{stem}.jsonl", EMPTY.encode().join(one.lines))
        write_atomic(f"{stem}.meta.json", one.note)
