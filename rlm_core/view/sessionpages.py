"""The pages of one session, or of one document: written, and what the other pages and the search need to know of it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from rlm_core.archive.maps import title_of
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import is_dir, names
from rlm_core.handoff.gather import EDITS
from rlm_core.search.hits import Filters
from rlm_core.timeline.events import Session
from rlm_core.transcript.folder import FILES_AGENT, is_at_work
from rlm_core.view.conversation import Thread, ThreadReader, TurnShown
from rlm_core.view.fullness import Gauge, drawn, thinned
from rlm_core.view.pagekit import page
from rlm_core.view.pagewords import said
from rlm_core.view.pictures import Beside
from rlm_core.view.wheretheyran import note_orders, place
from rlm_core.view.wordindex import WordIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.redaction.clean import CleanBytes

    Write = Callable[[str, CleanBytes], None]

PART = 300_000
"""Characters of chunk files on one page, about."""
INLINE = 60_000
"""Characters of a sub-agent's chunks up to which it stands where it ran."""
UP = "../../"
_SAID = ("user", "assistant", "summary", "task", "document")


@dataclass
class SessionFacts:
    """What is known of a session once its pages are written.

    pages: paths below `view/`. decisions: as `timeline` has them. files: path -> whether it was changed. places: chunk
    -> the number of its page. heads: (citation, who, time, first words, page) of each place of the search. days:
    chunks a day. points: see `fullness`. unread: chunk files that could not be read.
    """

    folder: str
    session: str
    document: bool
    title: str = ""
    started: str = ""
    ended: str = ""
    chunks: int = 0
    entries: int = 0
    tokens: int = 0
    turns: int = 0
    edits: int = 0
    agents: int = 0
    compactions: int = 0
    foreign: bool = False
    unread: int = 0
    secrets: dict[str, int] = field(default_factory=dict)
    points: list[tuple[int, bool]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bool] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    heads: list[list[Any]] = field(default_factory=list)
    days: dict[str, int] = field(default_factory=dict)
    shards: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        # Not `asdict`, which would copy every word of the index.
        return {f.name: getattr(self, f.name) for f in fields(self)}


class SessionWriter:
    """Reads the folder of a session or a document and writes its pages through `write`, which is given paths below
    `view/`.
    """

    def __init__(self, archive: Archive, folder: str, write: Write, *, project: str, foreign: bool) -> None:
        """folder: the directory's path."""
        self._archive = archive
        self._folder = folder
        self._relative = os.path.relpath(folder, archive.root).replace(os.sep, "/")
        document = self._relative.startswith("documents/")
        self._write = write
        self._project = project
        self._name = os.path.basename(folder)
        self._below = f"{'d' if document else 's'}/{self._name}"
        self.facts = SessionFacts(self._relative, "", document, foreign=foreign)
        self._told = Session("", folder, "", "", "")
        self._index = WordIndex()
        self._gauge = Gauge()
        self._secrets: Counter[str] = Counter()
        self._days: Counter[str] = Counter()
        self._pages: dict[str, int] = {}
        self._parts_of: dict[str, list[list[TurnShown]]] = {}
        self._apart: tuple[ChunkFile | None, list[ArchivedEntry]] = (None, [])

    def run(self) -> SessionFacts:
        """Write all pages; what is known of the session. One without a readable chunk has no page."""
        facts = self.facts
        agents = self._agents()
        main = Thread(self._name)
        parts = self._read(main, self._folder, told=True)
        facts.title = (
            main.turns[0].prompt if facts.document and main.turns else title_of(self._folder)
        ) or self._named()
        others = place(main, agents)
        for name, agent in agents.items():
            self._settle(name, agent)
        for n, turns in enumerate(parts):
            self._stand(turns, self._page_number(self._part_name("", n)))
        if not parts and agents:
            parts = [[]]
        self._write_parts(main, parts, "", others)
        for agent in others:
            if agent.inline:
                self._home(agent, self._page_number(self._part_name("", max(len(parts) - 1, 0))))
        self._finish(main)
        return facts

    def _named(self) -> str:
        return next((t.prompt for _, t in sorted(self._told.turns.items())), "") or self.facts.session

    # Reading.

    def _agents(self) -> dict[str, Thread]:
        top = os.path.join(self._folder, "agents")
        found = [n for n in names(top) if is_dir(os.path.join(top, n))] if is_dir(top) else []
        agents = {n: Thread(n, n, agent=n) for n in found}
        for name, agent in agents.items():
            if name != FILES_AGENT:
                self._parts_of[name] = self._read(agent, os.path.join(top, name))
        if FILES_AGENT in agents:
            agents[FILES_AGENT].title = said("Files of the session's folder")
            self._parts_of[FILES_AGENT] = self._read(
                agents[FILES_AGENT], os.path.join(top, FILES_AGENT), each=lambda text: note_orders(agents, text)
            )
        self.facts.agents = sum(is_at_work(n) and bool(a.chunks) for n, a in agents.items())
        for name, agent in agents.items():
            agent.inline = name != FILES_AGENT and agent.size <= INLINE
            tasks = [s for s in agent.steps() if s.kind in ("task", "user")]
            agent.title = tasks[0].title if tasks and agent.title == name else agent.title
            answers = [s.body for s in agent.steps() if s.kind == "assistant"]
            agent.answer = answers[-1] if answers else Markup("")
        return {n: a for n, a in agents.items() if a.chunks}

    def _read(
        self, thread: Thread, folder: str, *, told: bool = False, each: Callable[[str], None] | None = None
    ) -> list[list[TurnShown]]:
        """The turns of a transcript, page by page."""
        relative = os.path.relpath(folder, self._archive.root).replace(os.sep, "/")

        def found(entry: ArchivedEntry, at: str) -> None:
            if each is not None:
                each(entry.text)
            self._note(entry, at)

        reader = ThreadReader(thread, Beside(folder, relative, UP + "../"), found, self._entries)
        parts: list[list[TurnShown]] = []
        room = 0
        for name in chunk_names(folder):
            chunk = self._load(os.path.join(folder, name))
            if chunk is None:
                continue
            height = sum(map(len, chunk.lines))
            if not parts or room + height > PART:
                parts.append([])
                room = 0
                reader.begin_page()
            room += height
            self._join(parts[-1], reader.take(chunk, self._tell(chunk) if told else self._tell_agent(chunk)))
        return parts

    def _load(self, path: str) -> ChunkFile | None:
        chunk = self._archive.chunk(path)
        self.facts.unread += chunk is None and path in self._archive.unread
        return chunk

    def _entries(self, chunk: ChunkFile) -> list[ArchivedEntry]:
        """A chunk taken apart, once for all who ask one after the other."""
        if self._apart[0] is not chunk:
            self._apart = chunk, entries_of(chunk)
        return self._apart[1]

    @staticmethod
    def _join(page: list[TurnShown], turns: list[TurnShown]) -> None:
        """Add a chunk's turns to a page; one that goes on there goes on in its section."""
        for turn in turns:
            if turn.continued and page and page[-1].number == turn.number:
                page[-1].steps += turn.steps
                page[-1].decided.update(turn.decided)
            else:
                page.append(turn)

    def _tell(self, chunk: ChunkFile) -> list[Any]:
        """Add to what is known of the session; the decisions in this chunk."""
        told, facts, meta = self._told, self.facts, chunk.meta
        before, compactions = len(told.decisions), len(told.compactions)
        if not facts.document:
            told.take(chunk, Filters(), self._entries(chunk))
        facts.session = facts.session or str(meta["session"])
        facts.started = facts.started or str(meta["started"])
        facts.ended = str(meta["ended"]) or facts.ended
        self._count(meta)
        self._gauge.add(int(meta["tokens"]), len(told.compactions) - compactions)
        return told.decisions[before:]

    def _tell_agent(self, chunk: ChunkFile) -> list[Any]:
        self.facts.session = self.facts.session or str(chunk.meta["session"])
        self._told.take_meta(chunk.meta)
        self._count(chunk.meta)
        return []

    def _count(self, meta: dict[str, Any]) -> None:
        self.facts.chunks += 1
        self.facts.entries += len(meta["uuids"])
        self.facts.tokens += int(meta["tokens"])
        self._secrets.update({str(k): int(n) for k, n in meta["redactions"].items()})
        if day := str(meta["started"])[:10]:
            self._days[day] += 1

    def _note(self, entry: ArchivedEntry, at: str) -> None:
        """A place for the search."""
        self._index.add(entry.text, entry.kind)
        most = 600 if entry.kind in _SAID else 200
        words = _begun(entry.text, most).replace("**", "").replace("`", "")
        self.facts.heads.append([at, entry.kind, entry.iso_time, words])

    # Writing.

    def _part_name(self, stem: str, part: int) -> str:
        return f"{self._below}/{stem}{part + 1}.html"

    def _page_number(self, path: str) -> int:
        return self._pages.setdefault(path, len(self._pages))

    def _settle(self, name: str, agent: Thread) -> None:
        """Write the pages of a sub-agent that has its own."""
        if agent.inline:
            return
        stem = f"agent-{name}-"
        parts = self._parts_of[name]
        agent.pages = [f"{stem}{n + 1}.html" for n in range(len(parts))]
        for n, turns in enumerate(parts):
            self._stand(turns, self._page_number(self._part_name(stem, n)))
        self._write_parts(agent, parts, stem, [])

    def _stand(self, turns: list[TurnShown], number: int) -> None:
        """Note on which page the chunks of these turns stand, and the sub-agents that ran in them."""
        for turn in turns:
            for step in turn.steps:
                for at in (step.at, *(r.at for r in step.results)):
                    if at:
                        self.facts.places[at.partition(":")[0]] = number
                for agent in step.agents:
                    if agent.inline:
                        self._home(agent, number)

    def _home(self, agent: Thread, number: int) -> None:
        for chunk, *_ in agent.chunks:
            if chunk not in self.facts.places:
                self.facts.places[chunk] = number
        for step in agent.steps():
            for inner in step.agents:
                if inner.inline and any(c not in self.facts.places for c, *_ in inner.chunks):
                    self._home(inner, number)

    def _write_parts(self, thread: Thread, parts: list[list[TurnShown]], stem: str, others: list[Thread]) -> None:
        facts, told = self.facts, self._told
        head: dict[str, Any] = {
            "started": thread.started, "ended": thread.ended, "chunks": len(thread.chunks), "foreign": facts.foreign,
            "document": facts.document, "line": "", "fell": [], "tokens": 0, "compactions": 0,
            "unread": facts.unread,
        }  # fmt: skip
        if thread.agent:
            head |= {"title": thread.title, "name": f"{facts.session} · {thread.agent}", "back": "1.html"}
        else:
            head |= {"title": facts.title, "name": facts.session, "back": "", "tokens": facts.tokens}
            head["compactions"] = len(told.compactions)
        if not thread.agent and not facts.document:
            head["line"], head["fell"] = drawn(thinned(self._gauge.points))
        pages = [f"{stem}{n + 1}.html" for n in range(len(parts))]
        for n, turns in enumerate(parts):
            made = page(
                "session.html", base=UP, here="", project=self._project, pages=pages, part=n, turns=turns, **head,
                others=others if n == len(parts) - 1 else [],
            )  # fmt: skip
            path = self._part_name(stem, n)
            self._page_number(path)
            self._write(path, made)

    def _finish(self, main: Thread) -> None:
        facts, told = self.facts, self._told
        first = self._part_name("", 0)
        facts.pages = list(self._pages)
        if first in self._pages:  # a session is opened by its first page, whatever was written before that
            facts.pages.remove(first)
            facts.pages.insert(0, first)
            facts.places = {c: self._moved(n) for c, n in facts.places.items()}
        facts.turns = len({t.number for t in main.turns if t.number})
        facts.edits = sum(s.kind == "call" and s.tool in EDITS for s in main.steps())
        facts.compactions = len(told.compactions)
        facts.points = thinned(self._gauge.points)
        facts.decisions = [asdict(d) for d in told.decisions]
        facts.files = told.files
        facts.secrets = dict(self._secrets)
        facts.days = dict(self._days)
        facts.shards = self._index.shards()
        facts.heads = [[*head, facts.places.get(head[0].partition(":")[0], 0)] for head in facts.heads]

    def _moved(self, number: int) -> int:
        """A page's number once the first page stands first."""
        first = self._pages[self._part_name("", 0)]
        return 0 if number == first else number + 1 if number < first else number


def _begun(text: str, most: int) -> str:
    """The beginning of a text, as far as a word goes."""
    if len(text) <= most:
        return text
    whole = text[:most].rsplit(None, 1)[0] if " " in text[most // 2 : most] else text[:most]
    return f"{whole} …"
