"""Which call of a session a sub-agent was started by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.timeline.ordered import order_of
from rlm_core.view.conversation import DELEGATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rlm_core.view.conversation import ShownStep, Thread


def note_orders(agents: dict[str, Thread], text: str) -> None:
    """Take in a file of the session's folder in which the client noted what a sub-agent was started for."""
    order = order_of(text)
    agent = agents.get(order.agent) if order is not None else None
    if order is None or agent is None:
        return
    agent.call_tail = order.tail
    agent.title = order.description or agent.title
    agent.kind = order.kind


def place(main: Thread, agents: dict[str, Thread]) -> list[Thread]:
    """Put each sub-agent behind the call that started it; those are returned of which none is known.

    Told by the id of the call where the client noted it, by the agent's id in the result, else by time: the only call
    under way when the agent began.
    """
    calls = [(s, t) for t in (main, *agents.values()) for s in t.steps() if s.kind == "call" and s.tool in DELEGATES]
    left = []
    for name, agent in agents.items():
        step = _by_id(name, agent, calls) or _by_time(agent, calls)
        if step is None:
            left.append(agent)
        else:
            step.agents.append(agent)
    reached = {id(a) for a in _below(main, set())}
    for agent in left:
        reached |= {id(a) for a in _below(agent, reached)} | {id(agent)}
    return left + [a for a in agents.values() if id(a) not in reached]  # agents of which each began another


def _by_id(name: str, agent: Thread, calls: Sequence[tuple[ShownStep, Thread]]) -> ShownStep | None:
    for step, thread in calls:
        if thread is agent:
            continue
        if agent.call_tail and step.call_id == agent.call_tail:
            return step
        if any(name in (n, f"agent-{n}") for result in step.results for n in result.names):
            return step
    return None


def _by_time(agent: Thread, calls: Sequence[tuple[ShownStep, Thread]]) -> ShownStep | None:
    began = agent.started[:19]
    under_way = [
        step
        for step, thread in calls
        if thread is not agent
        and began
        and step.time[:19] <= began
        and step.results
        and began <= step.results[-1].time[:19]
    ]
    return under_way[-1] if len(under_way) == 1 else None


def _below(thread: Thread, seen: set[int]) -> Iterator[Thread]:
    for step in thread.steps():
        for agent in step.agents:
            if id(agent) not in seen:
                seen.add(id(agent))
                yield agent
                yield from _below(agent, seen)
