"""A transcript's chunks as a conversation: turns with their steps, each call with its result, where a sub-agent ran."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from rlm_core.chunks.altered import is_forgotten
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.titles import prompt_line
from rlm_core.handoff.gather import EDITS
from rlm_core.language.quoting import tame_start
from rlm_core.view import markup
from rlm_core.view.fences import FENCE, unfenced
from rlm_core.view.pagewords import many, number, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.timeline.events import Decision
    from rlm_core.view.pictures import Beside

TITLE_CHARS = 110
TOOL_CHARS = 30
READS = ("Read", "Grep", "Glob", "LS", "NotebookRead")
DELEGATES = ("Task", "Agent", "Workflow")
"""Tools that start sub-agents."""
COLOURED, COLOURED_OUTPUT = 30_000, 6_000
"""Characters of calls, and of outputs, of one page that get colours: two microseconds each, the most of all work."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LABEL = re.compile(r"^\*\*(thinking|media|[^*\n]{0,80}?(?: ?#(?P<id>[^*\n]{0,4}?))(?P<failed> failed)?)\*\*$\n", re.M)
_ARGUMENT = re.compile(
    r"^(file_path|notebook_path|path|pattern|query|url|description|skill|prompt|command): (.+)", re.M
)
_PREFERRED = (
    "file_path",
    "notebook_path",
    "description",
    "pattern",
    "path",
    "query",
    "url",
    "skill",
    "prompt",
    "command",
)
_AGENT_ID = re.compile(r"\bagent_?[iI]d:? ?[\"`]?([A-Za-z0-9_-]{6,64})")


@dataclass
class ShownStep:
    """What one entry, or a part of it, says. at: its citation, `chunk:line`, "" for a part that is not the first.

    kind: user, task, assistant, thinking, call, tool, system, summary, compaction, document. last: the entry's last
    line in the chunk. title: a line of text. body: HTML. results: of a call. words: what a search finds it by.
    """

    kind: str
    at: str
    last: int
    time: str
    role: str
    title: str
    body: Markup
    failed: bool = False
    tool: str = ""
    call_id: str = ""
    results: list[ShownStep] = field(default_factory=list)
    agents: list[Thread] = field(default_factory=list)
    names: tuple[str, ...] = ()
    aside: bool = False

    @property
    def anchor(self) -> Markup:
        """The attributes by which its citation finds it."""
        chunk, _, line = (at := markup.shown(self.at)).partition(":")
        return Markup(f' id="{at}" data-chunk="{chunk}" data-line="{line}"') if at else Markup("")  # noqa: S704 - escaped


@dataclass
class TurnShown:
    """A prompt and all that followed. notes: what a table of contents says beside it."""

    number: int
    at: str
    time: str
    prompt: str
    steps: list[ShownStep] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    continued: bool = False

    @property
    def notes(self) -> list[str]:
        """`2 edits`, `1 bash`, `decided`."""
        tools = Counter(_sort_of(step.tool) for step in self.steps if step.kind == "call")
        words = [_counted(n, what) for what, n in tools.most_common(3)]
        return [*words, *(kind for kind, n in self.decided.items() if n)]

    @property
    def rows(self) -> list[list[ShownStep]]:
        """The steps; notes of the client's, of which there are many, are one row where several stand together."""
        rows: list[list[ShownStep]] = []
        for step in self.steps:
            if rows and step.kind == rows[-1][-1].kind == "system":
                rows[-1].append(step)
            else:
                rows.append([step])
        return rows


def _sort_of(tool: str) -> str:
    return "edit" if tool in EDITS else "read" if tool in READS else "agent" if tool in DELEGATES else _named(tool)


def _named(tool: str) -> str:
    """`web fetch` for WebFetch, `create_issue` for mcp__github__create_issue."""
    return tame_start(_HUMP.sub(" ", tool.rpartition("__")[2] or tool).lower(), TOOL_CHARS)


def _counted(n: int, what: str) -> str:
    return many(n, f"{{n}} {what}", f"{{n}} {what}s") if what in ("edit", "read", "agent") else f"{number(n)} {what}"


@dataclass
class Thread:
    """One transcript: a session's or a sub-agent's. name: its folder below `sessions/`, or what names the agent.

    turns: in order, one that goes on in another chunk once more. chunks: (id, number, characters) of its chunks.
    pages: where it stands by itself, none of one that stands where it ran (`inline`).
    """

    name: str
    title: str = ""
    agent: str = ""
    kind: str = ""
    task: str = ""
    call_tail: str = ""
    answer: Markup = field(default_factory=Markup)
    started: str = ""
    ended: str = ""
    turns: list[TurnShown] = field(default_factory=list)
    chunks: list[tuple[str, int, int]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    inline: bool = False

    def steps(self) -> Iterator[ShownStep]:
        """All of them, results of calls aside."""
        for turn in self.turns:
            yield from turn.steps

    @property
    def size(self) -> int:
        """Characters of its chunk files."""
        return sum(chars for *_, chars in self.chunks)


class ThreadReader:
    """Takes the chunks of one transcript in order and makes its thread of them."""

    def __init__(
        self,
        thread: Thread,
        beside: Beside,
        found: Callable[[ArchivedEntry, str], object],
        entries: Callable[[ChunkFile], list[ArchivedEntry]] = entries_of,
    ) -> None:
        """found: is told of each entry and its citation. entries: takes a chunk apart."""
        self._entries_of = entries
        self.thread = thread
        self._beside = beside
        self._found = found
        self._open: dict[tuple[str, str], ShownStep] = {}
        self._coloured = {True: 0, False: 0}

    def begin_page(self) -> None:
        """Colours and pictures are counted anew."""
        self._coloured = {True: 0, False: 0}
        self._beside.embedded = 0

    def take(self, chunk: ChunkFile, decisions: list[Decision]) -> list[TurnShown]:
        """Add a chunk; the turns that it holds, the first perhaps one that goes on. decisions: those found in it."""
        name, thread = str(chunk.meta["chunk"]), self.thread
        entries = self._entries_of(chunk)
        ends = [*(e.line for e in entries[1:]), chunk.height + 1]
        thread.chunks.append((name, int(chunk.meta["number"]), sum(map(len, chunk.lines))))
        thread.started = thread.started or str(chunk.meta["started"])
        thread.ended = str(chunk.meta["ended"]) or thread.ended
        turns: list[TurnShown] = []
        for entry, end in zip(entries, ends, strict=True):
            if not turns or turns[-1].number != entry.turn:
                turns.append(self._turn(entry, name, chunk))
            self._take(entry, f"{name}:{entry.line}", end - 1, turns[-1])
        _count_decisions(turns, entries, decisions)
        return turns

    def _turn(self, entry: ArchivedEntry, name: str, chunk: ChunkFile) -> TurnShown:
        goes_on = bool(self.thread.turns) and self.thread.turns[-1].number == entry.turn
        prompt = prompt_line(entry.text) if entry.kind in ("user", "task") else ""
        if entry.kind == "user" and not entry.text.strip():
            prompt = said("(nothing was written)")
        if not prompt:
            prompt = str(chunk.meta.get("prompt") or "") or str(chunk.meta["title"])
        turn = TurnShown(entry.turn, f"{name}:{entry.line}", entry.iso_time, tame_start(prompt, TITLE_CHARS))
        turn.continued = goes_on
        self.thread.turns.append(turn)
        return turn

    def _take(self, entry: ArchivedEntry, at: str, last: int, turn: TurnShown) -> None:
        self._found(entry, at)
        if is_forgotten(entry.whole):
            turn.steps.append(
                ShownStep("system", at, last, entry.iso_time, entry.role, said("[forgotten]"), Markup(""))
            )
            return
        time, aside = entry.iso_time, " · sub-agent · " in entry.heading
        for n, step in enumerate(self._steps(entry)):
            step.at, step.last, step.time, step.aside = (at if n == 0 else ""), last, time, aside
            call = self._open.pop((step.tool, step.call_id), None) if step.kind == "tool" and step.call_id else None
            if call is not None and turn.steps:
                call.results.append(step)
                call.failed = call.failed or step.failed
                continue
            if step.kind == "call":
                self._open[step.tool, step.call_id] = step
            turn.steps.append(step)

    def _steps(self, entry: ArchivedEntry) -> list[ShownStep]:
        if entry.what == "compaction":
            return [ShownStep("compaction", "", 0, "", entry.role, said("Context compacted"), markup.cited(entry.text))]
        if entry.role == "document":
            title = entry.heading[3:].rpartition(" · turn ")[0].removeprefix("document · ")
            return [ShownStep("document", "", 0, "", entry.role, title, self._said(entry.text, prose=True))]
        if entry.what:
            return [self._step(entry, entry.what, entry.call_id, entry.failed, entry.text)]
        labels = list(_LABEL.finditer(entry.text)) if "**" in entry.text else []
        if not labels or entry.kind not in ("user", "assistant", "tool"):
            return [self._step(entry, "", "", False, entry.text)]
        steps = []
        if before := entry.text[: labels[0].start()].strip():
            steps.append(self._step(entry, "", "", False, before))
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            text = entry.text[label.end() : following.start() if following else len(entry.text)].strip()
            what = label[1].removesuffix(" failed").partition(" #")[0]
            text, rest = _split_fence(text)
            steps.append(self._step(entry, what, label["id"] or "", bool(label["failed"]), text))
            if rest:
                steps.append(self._step(entry, "", "", False, rest))
        return steps

    def _step(self, entry: ArchivedEntry, what: str, call_id: str, failed: bool, text: str) -> ShownStep:
        role = entry.role
        if what == "thinking":
            return ShownStep("thinking", "", 0, "", role, _first(text), self._said(text, prose=False))
        if what == "media":
            return ShownStep(entry.kind, "", 0, "", role, "", self._beside.media(text))
        if role == "assistant" and what:
            language, inner = unfenced(text)
            return ShownStep(
                "call",
                "",
                0,
                "",
                role,
                call_title(what, language, inner),
                self._code(inner, language, printed=False),
                tool=what,
                call_id=call_id,
            )
        if role == "tool":
            language, inner = unfenced(text)
            names = tuple(_AGENT_ID.findall(inner[:20_000])) if what in DELEGATES else ()
            body = self._said(inner, prose=True) if what in DELEGATES else self._code(inner, language, printed=True)
            return ShownStep("tool", "", 0, "", role, _first(inner), body, failed, what, call_id, names=names)
        if role == "summary":
            return ShownStep("summary", "", 0, "", role, said("What the summary kept"), self._said(text, prose=True))
        prose = role in ("assistant", "task")
        return ShownStep(role, "", 0, "", role, _first(text), self._said(text, prose=prose))

    def _said(self, text: str, *, prose: bool) -> Markup:
        made = markup.prose(text) if prose else Markup('<div class="plain">{}</div>').format(markup.cited(text))
        return self._beside.linked(made)

    def _code(self, text: str, language: str, *, printed: bool) -> Markup:
        """printed: it is a tool's output."""
        if language == "console" and "\n" not in text:
            language = "text"  # a command of one line says enough in one colour
        if len(text) <= markup.MOST_CODE and language and language != "diff":
            self._coloured[printed] += len(text)
            language = language if self._coloured[printed] <= (COLOURED_OUTPUT if printed else COLOURED) else "text"
        pieces = self._beside.parted(text)
        if len(pieces) == 1:
            return markup.code(text, language)
        return Markup("").join(p if isinstance(p, Markup) else markup.code(p, language) for p in pieces)


def _count_decisions(turns: list[TurnShown], entries: list[ArchivedEntry], decisions: list[Decision]) -> None:
    starts = [e.line for e in entries]
    by_number = {turn.number: turn for turn in turns}
    for decision in decisions:
        at = bisect_right(starts, int(decision.at.rpartition(":")[2])) - 1
        if at >= 0:
            by_number[entries[at].turn].decided[decision.kind] += 1


def _split_fence(text: str) -> tuple[str, str]:
    """A block that begins the text, and what stands behind it."""
    found = FENCE.match(text)
    end = text.find(f"\n{found[1]}\n", found.end() - 1) if found else -1
    if not found or end < 0:
        return text, ""
    cut = end + len(found[1]) + 1
    return text[:cut], text[cut:].strip()


def call_title(tool: str, language: str, text: str) -> str:
    """What a call was about, in a line: its command, its file, its pattern."""
    if language == "console":
        command = text[2:] if text.startswith("$ ") else text.partition("\n$ ")[2]
        return _first(command or text)
    found = {m[1]: m[2] for m in _ARGUMENT.finditer(text[:20_000])}
    if tool in DELEGATES and "description" not in found:
        return _first(text)
    return next((tame_start(found[k], TITLE_CHARS) for k in _PREFERRED if k in found), _first(text))


def _first(text: str) -> str:
    line = next((line for line in text[:2000].split("\n") if line.strip()), "")
    return tame_start(line, TITLE_CHARS)
