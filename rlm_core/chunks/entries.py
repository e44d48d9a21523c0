"""The one reader of an entry as a chunk file holds it: its heading, its text, its blobs. `render` writes them."""

from __future__ import annotations

import re

from rlm_core.chunks.pointing import blobs_in
from rlm_core.clock import iso

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.chunks.chunkfile import ChunkFile

# The fields of a heading after its role, see `render.heading`: what it is, when, in which turn, in which chunk; each
# may be missing, the chunk in all files of form 1.
_WHAT = re.compile(r"^## \w+ · (?!\d{4}-)([^·]+?)(?: #(\S*))?( failed)? ·")
_TIME = re.compile(
    r"· (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) · turn \d+(?: · \d{4,})?$"
)  # what stands before may imitate it
_TURN = re.compile(r" · turn (\d+)(?: · \d{4,})?$")
NOT_TOOLS = ("thinking", "media", "compaction", "sub-agent")


class ArchivedEntry:
    """An entry of a chunk file, taken apart.

    uuid: of its record. line: of its heading in the chunk file, counted from 1. whole: its text there, heading
    included. start: byte of the chunk file at which `text` begins. text: without the heading and the blank lines
    around it. what: what the heading says it is, such as `Bash`, `thinking`, `compaction`; "" for plain text.
    call_id: the last characters of the call's id. kind: see index.KINDS. time: as the number YYYYMMDDhhmmss, 0 when
    unknown. tool: its name, "" for what is neither call nor result. turn: 0 before the first.
    """

    __slots__ = (
        "call_id",
        "failed",
        "heading",
        "kind",
        "line",
        "role",
        "start",
        "text",
        "time",
        "tool",
        "turn",
        "uuid",
        "what",
        "whole",
    )

    def __init__(self, whole: str, *, uuid: str = "", line: int = 0, start: int = 0) -> None:
        """start: byte at which the heading begins."""
        self.whole = whole
        self.uuid = uuid
        self.line = line
        self.heading, _, body = whole.partition("\n")
        self.role = self.heading[3:].partition(" ")[0]
        what = _WHAT.match(self.heading)
        self.what = what[1] if what else ""
        self.call_id = (what[2] or "") if what else ""
        self.failed = bool(what and what[3])
        self.tool = self.what if self.what not in NOT_TOOLS and self.role in ("tool", "assistant") else ""
        called = self.role == "assistant" and self.tool
        self.kind = "thinking" if self.what == "thinking" else "call" if called else self.role
        self.text = body.strip()
        blank = body[: len(body) - len(body.lstrip())]
        self.start = start + len(f"{self.heading}\n{blank}".encode())
        when = _TIME.search(self.heading)
        self.time = int("".join(when.groups())) if when else 0
        turn = _TURN.search(self.heading)
        self.turn = int(turn[1]) if turn else 0

    @property
    def iso_time(self) -> str:
        """Its time as ISO-8601, "" when unknown."""
        return iso(self.time)

    def named_path(self, cwd: str) -> str:
        """The path that a call names, relative to `cwd` where it is below it; "" for what is no call, or names none."""
        if self.kind != "call":
            return ""
        from rlm_core.transcript.calls import PATH_KEYS

        # Compiled here: hooks load this module, and need none of it.
        found = re.search(rf"^(?:{'|'.join(PATH_KEYS)}): (.+)$", self.text, re.M)
        path, base = found[1] if found else "", cwd.rstrip("/\\") + "/"
        return path[len(base) :] if cwd and path.startswith(base) else path

    @property
    def printed(self) -> bool:
        """Whether a program wrote it rather than a person or a model."""
        return self.kind in ("tool", "system")

    @property
    def first_line(self) -> int:
        """The line of the chunk file on which `text` begins."""
        return self.line + self.whole[: len(self.whole) - len(self.whole.partition("\n")[2].lstrip())].count("\n")

    @property
    def blobs(self) -> list[str]:
        """Names of the files that hold its oversize texts, each once."""
        return list(dict.fromkeys(blobs_in(self.text)))


def entries_of(chunk: ChunkFile) -> list[ArchivedEntry]:
    """The entries of a chunk file."""
    first = chunk.meta["lines"][0] if chunk.meta["lines"] else 1
    start = sum(len(line.encode()) + 1 for line in chunk.lines[: first - 1])
    entries = []
    for uuid, line, whole in chunk.entries():
        entries.append(ArchivedEntry(whole, uuid=uuid, line=line, start=start))
        start += (len(whole) if whole.isascii() else len(whole.encode())) + 1
    return entries
