"""The values of a timeline, and what a chunk file adds to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.chunks.retold import retellings
from rlm_core.chunks.titles import prompt_line
from rlm_core.handoff.gather import EDITS
from rlm_core.marks.find import find

if TYPE_CHECKING:
    from typing import Any

    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.search.hits import Filters

QUOTE_CHARS = 240
SPEAKERS = ("user", "assistant")  # a compaction's summary repeats under a new date what was said before

_EDITED = re.compile(r"^(?:file_path|notebook_path): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Turn:
    """A prompt. at: `chunk:line`. prompt: its first line, shortened."""

    number: int
    time: str
    at: str
    prompt: str


@dataclass
class Decision:
    """A marked sentence. kind: see marks.rules.KINDS. at: `chunk:line`. about: the prompt of its turn.

    replaces, replaced_by: `chunk:line` of an older or newer one on the same subject, "" for none.
    """

    kind: str
    role: str
    time: str
    at: str
    quote: str
    about: str = ""
    replaces: str = ""
    replaced_by: str = ""


@dataclass
class Session:
    """What a session holds within the window asked for, as far as it was looked at.

    path: its directory. started, ended: of the whole session. chunks: within the window. files: path -> whether it is
    known to have been changed. compactions: (time, `chunk:line`). agents: sub-agents of the session. unread: chunks
    of which only the files were looked at; unseen: chunks that were not looked at.
    """

    session: str
    path: str
    title: str
    started: str
    ended: str
    chunks: int = 0
    turns: dict[int, Turn] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    compactions: list[tuple[str, str]] = field(default_factory=list)
    agents: int = 0
    unread: int = 0
    unseen: int = 0

    def take_meta(self, meta: dict[str, Any]) -> None:
        """Add what a chunk's front matter tells."""
        for path in meta["files"]:
            self.files.setdefault(path, False)

    def take(self, chunk: ChunkFile, filters: Filters, entries: list[ArchivedEntry] | None = None) -> None:
        """Add what a chunk file tells. Chunks come in order. entries: of the chunk, if it was taken apart before."""
        self.take_meta(chunk.meta)
        name, started = str(chunk.meta["chunk"]), str(chunk.meta["started"])
        entries = entries_of(chunk) if entries is None else entries
        repeated = echoes(entries) | retellings(entries)
        first, carried = int(chunk.meta["turns"][0]), _continued(chunk, entries)
        about = self.turns[first].prompt if first in self.turns else carried
        for n, one in enumerate(entries):
            if not filters.admit_time(one.iso_time or started):
                continue
            place = f"{name}:{one.line}"
            if carried and one.turn == first:
                self.turns.setdefault(first, Turn(first, one.iso_time, place, carried))
            if one.kind == "system" and one.what == "compaction":
                self.compactions.append((one.iso_time, place))
            elif one.kind == "call":
                self._note_edit(one, str(chunk.meta.get("cwd", "")))
            elif one.kind in SPEAKERS:
                about = (self._note_prompt(one, place) if one.kind == "user" else "") or about
                if n not in repeated:
                    self._note_decisions(one, name, about)

    def _note_prompt(self, one: ArchivedEntry, place: str) -> str:
        """The prompt, shortened, if the entry is one; "" for others and for commands that keep house."""
        title = prompt_line(one.text)
        if not one.turn or not title or one.turn in self.turns:
            return ""
        self.turns[one.turn] = Turn(one.turn, one.iso_time, place, title)
        return title

    def _note_edit(self, one: ArchivedEntry, cwd: str) -> None:
        if one.tool in EDITS:
            for path in _EDITED.findall(one.text)[:1]:
                base = cwd.rstrip("/\\") + "/"
                self.files[path[len(base) :] if cwd and path.startswith(base) else path] = True

    def _note_decisions(self, one: ArchivedEntry, chunk: str, about: str) -> None:
        for mark in find(one.text, one.kind):
            quote = " ".join(one.text[mark.start : mark.end].split())
            if len(quote) > QUOTE_CHARS:
                quote = quote[: QUOTE_CHARS - 1].rstrip() + "…"
            at = f"{chunk}:{one.first_line + one.text.count(chr(10), 0, mark.start)}"
            self.decisions.append(Decision(mark.kind, one.kind, one.iso_time, at, quote, about))


def _continued(chunk: ChunkFile, entries: list[ArchivedEntry]) -> str:
    """The prompt of the turn in the middle of which the chunk begins, "" when it begins with one.

    The prompt itself stands in a chunk before; what the user typed meanwhile must not be taken for it.
    """
    if not entries or entries[0].kind == "user" or not entries[0].turn:
        return ""
    title = str(chunk.meta["title"]).partition(" → ")[0].removesuffix(" (continued)")
    return str(chunk.meta.get("prompt", title))
