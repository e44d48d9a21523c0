"""The one reader of an entry as a chunk file holds it: its heading, its text, its blobs."""

from __future__ import annotations

import re

from rlm_core.clock import iso

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.chunks.chunkfile import ChunkFile

BLOB = re.compile(r"characters left out here; the whole text: blobs/([0-9a-f]{16}\.txt) …\]")
_WHAT = re.compile(r"^## \w+ · (?!\d{4}-)([^·]+?)(?: #\S*)?(?: failed)? ·")
_TIME = re.compile(r"· (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) ·")


class Spoken:
    """An entry of a chunk file, taken apart.

    kind: see index.KINDS. text: without the heading and the blank lines around it. start: byte of the chunk file at
    which it begins. time: as the number YYYYMMDDhhmmss, 0 when unknown. tool: its name, "" for plain text.
    """

    __slots__ = ("heading", "kind", "start", "text", "time", "tool")

    def __init__(self, text: str, start: int = 0) -> None:
        self.heading, _, body = text.partition("\n")
        role = self.role
        what = found[1] if (found := _WHAT.match(self.heading)) else ""
        self.tool = "" if what in ("thinking", "media", "compaction") or role not in ("tool", "assistant") else what
        self.kind = "thinking" if what == "thinking" else "call" if role == "assistant" and self.tool else role
        self.text = body.strip()
        blank = body[: len(body) - len(body.lstrip())]
        self.start = start + len(f"{self.heading}\n{blank}".encode())
        when = _TIME.search(self.heading)
        self.time = int("".join(when.groups())) if when else 0

    @property
    def role(self) -> str:
        """As in the heading."""
        return self.heading[3:].partition(" ")[0]

    @property
    def iso_time(self) -> str:
        """Its time as ISO-8601, "" when unknown."""
        return iso(self.time)

    @property
    def printed(self) -> bool:
        """Whether a program wrote it rather than a person or a model."""
        return self.kind in ("tool", "system")


def spoken(chunk: ChunkFile) -> list[Spoken]:
    """The entries of a chunk file."""
    first = chunk.meta["lines"][0] if chunk.meta["lines"] else 1
    start = sum(len(line.encode()) + 1 for line in chunk.lines[: first - 1])
    found = []
    for _, _, text in chunk.entries():
        found.append(Spoken(text, start))
        start += len(text.encode()) + 1
    return found
