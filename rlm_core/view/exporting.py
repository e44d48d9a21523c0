"""One file to send: a session, what is cited, or an answer; redacted again by today's rules, pictures aside.

The file stands alone. A page has its style, its script and its pictures inside; Markdown has no HTML and no pictures
that the reader's program would fetch.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from rlm_core.archive.maps import title_of
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.altered import is_forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.config import redactor
from rlm_core.disk import is_dir, names, read
from rlm_core.errors import RlmError
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal
from rlm_core.search.citations import resolve
from rlm_core.transcript.folder import is_at_work
from rlm_core.view import markup
from rlm_core.view.conversation import ShownStep, Thread, ThreadReader, TurnShown, unfenced
from rlm_core.view.pagekit import asset, page
from rlm_core.view.pagewords import said
from rlm_core.view.pictures import Beside
from rlm_core.view.wheretheyran import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.redaction.clean import CleanBytes, CleanText
    from rlm_core.redaction.redactor import Redactor

FORMS = ("html", "md", "jsonl")
_WHO = {
    "user": literal("You"), "assistant": literal("Claude"), "summary": literal("Summary"), "task": literal("Task"),
    "document": literal("Document"), "tool": literal("Tool output"), "system": literal("System"),
}  # fmt: skip
_CITED = re.compile(r"(?:r[12]-[0-9a-f]{6,12}|\d{4,}-[0-9a-f]{8}(?:\.md)?|.+[/#]\d{1,6})(?::\d+)?")


@dataclass
class Exported:
    """data: the file's bytes. entries: how many are in it. pictures: in which no secret can be found."""

    data: CleanBytes
    entries: int
    pictures: int


@dataclass
class _Picked:
    """What was named: chunk files, and of one chunk the turn in question, -1 for all. folder: of a whole session."""

    title: str
    paths: list[str]
    folder: str = ""
    turn: int = -1


def export(archive: Archive, what: str, form: str, *, prompts: bool = False) -> Exported:
    """A session (its id or the beginning of it) or what a citation names, as html, md or jsonl.

    prompts: only what the user asked for. Raises RlmError when nothing, or more than one session, is named so.
    """
    return _Export(archive, form, prompts=prompts).run(_picked(archive, what))


def _picked(archive: Archive, what: str) -> _Picked:
    if not what:
        raise RlmError("name a session, a citation or an answer: `rlm list` shows the sessions")
    if not _CITED.fullmatch(what):
        found = [f for f in archive.folders() if _is_of(archive, f, what)]
        if len(found) > 1:
            raise RlmError(f"{what} fits {len(found)} sessions; give more of the id (`rlm list`)")
        if found:
            return _Picked(title_of(found[0]), _chunks(found[0]), found[0])
    cited = resolve(archive, what)
    picked = _Picked(str(cited.meta["title"]), [str(cited.meta["path"])])
    if cited.line:
        chunk = load(read(picked.paths[0]) or b"")
        if cited.line > chunk.height:
            raise RlmError(f"{what}: the chunk has {chunk.height} lines")
        before = [e for e in entries_of(chunk) if e.line <= cited.line]
        picked.turn = before[-1].turn if before else -1
    return picked


def _is_of(archive: Archive, folder: str, what: str) -> bool:
    name = os.path.basename(folder)
    if os.path.basename(os.path.dirname(folder)) == "agents":
        return False
    return name == what or name.partition("_")[2].startswith(what) or archive.session_of(name).startswith(what)


def _chunks(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in chunk_names(folder)]


class _Export:
    def __init__(self, archive: Archive, form: str, *, prompts: bool) -> None:
        self._archive = archive
        self._form = form
        self._prompts = prompts
        self._redact: Redactor = redactor(archive.config)
        self._counted: Counter[str] = Counter()

    def run(self, picked: _Picked) -> Exported:
        data = self._page(picked) if self._form == "html" else self._text(picked)
        if not self._counted["entries"]:
            raise RlmError("nothing is left to export: no prompt, or no readable chunk, is among what was named")
        return Exported(data, self._counted["entries"], self._counted["pictures"])

    def _entries(self, chunk: ChunkFile, turn: int = -1) -> list[ArchivedEntry]:
        """A chunk's entries, redacted again; only the prompts where these are asked for."""
        made = []
        for one in entries_of(chunk):
            if (turn >= 0 and one.turn != turn) or is_forgotten(one.whole) or (self._prompts and one.kind != "user"):
                continue
            made.append(ArchivedEntry(self._redact(one.whole), uuid=one.uuid, line=one.line))
        self._counted["entries"] += len(made)
        return made

    # A page.

    def _page(self, picked: _Picked) -> CleanBytes:
        main = self._thread(picked.paths, os.path.dirname(picked.paths[0]) if picked.paths else "", picked.turn)
        turns = _joined(main.turns)
        if picked.folder and not self._prompts:
            agents = self._agents(picked.folder)
            left = place(main, agents)
            if left:
                turns.append(_of_agents(left))
        about = [main.started[:10]] if main.started else []
        return page(
            "alone.html", base="", project="", here="", title=self._redact(picked.title), turns=turns, about=about,
            style=asset("style.css"), program=asset("app.js"),
        )  # fmt: skip

    def _thread(self, paths: list[str], folder: str, turn: int = -1) -> Thread:
        thread = Thread(folder)
        beside = Beside(folder, "", "")
        reader = ThreadReader(thread, beside, lambda e, at: None, lambda chunk: self._entries(chunk, turn))
        for path in paths:
            if (chunk := self._archive.chunk(path)) is not None:
                chunk.meta["title"] = self._redact(str(chunk.meta["title"]))
                chunk.meta["prompt"] = self._redact(str(chunk.meta.get("prompt", "")))
                reader.take(chunk, [])
        self._counted["pictures"] += beside.shown
        return thread

    def _agents(self, folder: str) -> dict[str, Thread]:
        top = os.path.join(folder, "agents")
        found = [n for n in names(top) if is_at_work(n) and is_dir(os.path.join(top, n))] if is_dir(top) else []
        agents = {}
        for name in found:
            agent = self._thread(_chunks(os.path.join(top, name)), os.path.join(top, name))
            tasks = [s.title for s in agent.steps() if s.kind in ("task", "user")]
            agent.agent, agent.title, agent.inline = name, tasks[0] if tasks else name, True
            if agent.chunks:
                agents[name] = agent
        return agents

    # Text.

    def _text(self, picked: _Picked) -> CleanBytes:
        pieces: list[CleanText] = []
        title = self._redact(picked.title)
        if self._form == "md":
            pieces.append(literal("# {}\n\n").format(_inert(title)))
        for path in [*picked.paths, *self._of_agents(picked)]:
            if (chunk := self._archive.chunk(path)) is not None:
                pieces += map(self._line, self._entries(chunk, picked.turn), [chunk] * len(chunk.meta["lines"]))
        return EMPTY.join(pieces).encode("utf-8", "replace")

    def _of_agents(self, picked: _Picked) -> Iterator[str]:
        top = os.path.join(picked.folder, "agents")
        if picked.folder and not self._prompts and is_dir(top):
            for name in filter(is_at_work, names(top)):
                yield from _chunks(os.path.join(top, name))

    def _line(self, one: ArchivedEntry, chunk: ChunkFile) -> CleanText:
        at, what = self._redact(f"{chunk.meta['chunk']}:{one.line}"), self._redact(one.what)
        time, text = self._redact(one.iso_time), self._redact(one.text)
        if self._form == "jsonl":
            role = self._redact(one.role)
            line = fields(citation=at, role=role, what=what, time=time, turn=one.turn, text=text)
            return dumps(line) + literal("\n")
        if self._prompts:
            quoted = literal("> ") + _inert(text).replace("\n", literal("\n> "))
            return literal("{}\n\n").format(quoted)
        who = _WHO.get(one.role, literal("System"))
        head = literal(" · ").join([p for p in (who, _inert(what), time[:16].replace("T", literal(" ")), at) if p])
        fenced = unfenced(text) != ("", text)  # by us: longer than any run of backticks inside
        return literal("## {}\n\n{}\n\n").format(head, text if fenced else _inert(text))


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


def _inert(text: CleanText) -> CleanText:
    """Markdown in which no HTML and no picture can stand, fenced code aside, which is shown and not obeyed.

    A parser is asked what is fenced, with a line behind the text: an open fence would swallow what follows.
    """
    if "<" not in text and "![" not in text and "```" not in text and "~~~" not in text:
        return text
    blocks = markup.blocks(text + literal("\n\nEND")) if len(text) <= markup.MOST_PROSE else []
    if not blocks or blocks[-1].type != "inline" or blocks[-1].level != 1 or blocks[-1].content != "END":
        return _without_html(text.replace("`", literal("\\`")).replace("~~~", literal("\\~~~")))
    fenced = {n for b in blocks if b.type == "fence" and b.map for n in range(*b.map)}
    lines = text.split("\n")
    return literal("\n").join([line if n in fenced else _without_html(line) for n, line in enumerate(lines)])


def _without_html(text: CleanText) -> CleanText:
    return text.replace("<", literal("&lt;")).replace("![", literal("!\\["))


# An answer.


def export_answer(archive: Archive, data: bytes, form: str) -> Exported:
    """What `rlm ask --json` printed, as html, md or jsonl (a line a finding). Raises RlmError for anything else."""
    try:
        told = json.loads(data)
        answer, findings = told["answer"], [f for f in told["findings"] if isinstance(f, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise RlmError("that is no answer: give what `rlm ask --json` printed") from e
    redact = redactor(archive.config)
    names_of = ("claim", "quote", "chunk", "line")
    rows = [{k: redact(str(f.get(k, ""))) for k in names_of} | {"verified": f.get("verified")} for f in findings]
    if form == "jsonl":
        return Exported(EMPTY.join([dumps(_finding(r)) + literal("\n") for r in rows]).encode(), len(rows), 0)
    text = literal("\n\n").join([redact(str(answer or "")), *(_quoted(r) for r in rows)])
    if form == "md":
        return Exported((_inert(text) + literal("\n")).encode("utf-8", "replace"), len(rows), 0)
    question = redact(str(told.get("question", ""))) or said("An answer")
    step = ShownStep("assistant", "", 0, "", "assistant", "", markup.prose(text))
    turn = TurnShown(1, "", "", question, [step])
    return Exported(
        page(
            "alone.html", base="", project="", here="", title=question, turns=[turn], about=[],
            style=asset("style.css"), program=asset("app.js"),
        ),
        len(rows),
        0,
    )  # fmt: skip


def _finding(row: dict[str, Any]) -> dict[CleanText, Any]:
    return fields(claim=row["claim"], quote=row["quote"], citation=_place(row), verified=bool(row["verified"]))


def _place(row: dict[str, Any]) -> CleanText:
    chunk: CleanText = row["chunk"]
    line: CleanText = row["line"]
    return chunk + literal(":") + line if line.isdigit() else chunk


def _quoted(row: dict[str, Any]) -> CleanText:
    checked = literal("checked") if row["verified"] else literal("not confirmed")
    quoted: CleanText = row["quote"]
    quote = quoted.replace("\n", literal("\n  > "))
    made: CleanText = literal("- {} ({}, {})\n\n  > {}").format(row["claim"], _place(row), checked, quote)
    return made
