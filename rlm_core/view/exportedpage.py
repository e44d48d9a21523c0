"""One page to send, with its style, its script and its pictures inside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from markupsafe import Markup

from rlm_core.archive.store import chunk_names
from rlm_core.disk import is_dir, names
from rlm_core.transcript.folder import is_at_work
from rlm_core.view import markup
from rlm_core.view.conversation import ShownStep, Thread, ThreadReader, TurnShown
from rlm_core.view.pagekit import asset, page
from rlm_core.view.pagewords import said
from rlm_core.view.pictures import Beside
from rlm_core.view.wheretheyran import place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.redaction.redactor import Redactor


class PageExport:
    """Makes the page of chunk files. entries: what is shown of a chunk. pictures: how many are inside, counted."""

    def __init__(self, archive: Archive, redact: Redactor, entries: Callable[[ChunkFile], list[ArchivedEntry]]) -> None:
        self._archive = archive
        self._redact = redact
        self._entries = entries
        self.pictures = 0

    def page(self, title: str, paths: list[str], session: str) -> CleanBytes:
        """The page. session: the directory whose sub-agents are shown with it; "" for none."""
        main = self._thread(paths, os.path.dirname(paths[0]) if paths else "")
        turns = _joined(main.turns)
        if session:
            agents = self._agents(session)
            left = place(main, agents)
            if left:
                turns.append(_of_agents(left))
        return _alone(self._redact(title), turns, [main.started[:10]] if main.started else [])

    def _thread(self, paths: list[str], folder: str) -> Thread:
        thread = Thread(folder)
        beside = Beside(folder, "", "")
        reader = ThreadReader(thread, beside, lambda e, at: None, self._entries)
        for path in paths:
            if (chunk := self._archive.chunk(path)) is not None:
                chunk.meta["title"] = self._redact(str(chunk.meta["title"]))
                chunk.meta["prompt"] = self._redact(str(chunk.meta.get("prompt", "")))
                reader.take(chunk, [])
        self.pictures += beside.shown
        return thread

    def _agents(self, folder: str) -> dict[str, Thread]:
        top = os.path.join(folder, "agents")
        found = [n for n in names(top) if is_at_work(n) and is_dir(os.path.join(top, n))] if is_dir(top) else []
        agents = {}
        for name in found:
            path = os.path.join(top, name)
            agent = self._thread([os.path.join(path, chunk) for chunk in chunk_names(path)], path)
            tasks = [s.title for s in agent.steps() if s.kind in ("task", "user")]
            agent.agent, agent.title, agent.inline = name, tasks[0] if tasks else name, True
            if agent.chunks:
                agents[name] = agent
        return agents


def answer_page(question: CleanText, text: CleanText) -> CleanBytes:
    """An answer as a page. text: Markdown."""
    title = question or said("An answer")
    step = ShownStep("assistant", "", 0, "", "assistant", "", markup.prose(text))
    return _alone(title, [TurnShown(1, "", "", title, [step])], [])


def _alone(title: str, turns: Sequence[TurnShown], about: list[str]) -> CleanBytes:
    return page(
        "alone.html", base="", project="", here="", title=title, turns=turns, about=about,
        style=asset("style.css"), program=asset("app.js"),
    )  # fmt: skip


def _joined(turns: list[TurnShown]) -> list[TurnShown]:
    made: list[TurnShown] = []
    for turn in turns:
        if turn.continued and made:
            made[-1].steps += turn.steps
        else:
            made.append(turn)
    return made


def _of_agents(agents: list[Thread]) -> TurnShown:
    """A section for those whose place is not known."""
    turn = TurnShown(0, "", "", said("Sub-agents whose place is not known"))
    for agent in agents:
        step = ShownStep("call", "", 0, agent.started, "assistant", agent.title, Markup(""), tool=said("Sub-agent"))
        step.agents.append(agent)
        turn.steps.append(step)
    return turn
