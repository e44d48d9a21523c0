"""Whether what was forgotten stands in chunk files again: a backup that somebody has put back by hand.

The tombstones know it by its uuid, and no reader of ours writes such an entry: it was there before, or is another's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.tombstones.unwanted import Sections
from rlm_core.chunks.altered import is_forgotten
from rlm_core.errors import Counted, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.archive.tombstones.stones import Tombstones
    from rlm_core.chunks.chunkfile import ChunkFile


@dataclass(frozen=True)
class Returned:
    """Neighbouring entries of a chunk file that were forgotten and say something. chunk: its id. first, last: lines."""

    path: str
    chunk: str
    entries: int
    first: int
    last: int

    @property
    def command(self) -> str:
        """What takes these entries out again, and no other."""
        return f"rlm forget --chunk {self.chunk}:{self.first}-{self.last}"

    def as_json(self) -> dict[str, object]:
        return {"path": self.path, "entries": self.entries, "command": self.command}

    def __str__(self) -> str:
        form = "{path}: {entries} of it was forgotten and stands there again: `{command}` takes it out"
        if self.entries > 1:
            form = "{path}: {entries} of it were forgotten and stand there again: `{command}` takes them out"
        return worded(form, path=self.path, entries=Counted(self.entries, "entry"), command=self.command)


def known_to(stones: Tombstones, folder: str) -> Callable[[str], bool] | None:
    """Tells by a uuid whether an entry of a directory was forgotten; None where nothing was."""
    if not stones:
        return None
    if stones.documents and Sections(stones).refuses_document(os.path.basename(folder)):
        return lambda uuid: True
    return stones.has


def returned(path: str, chunk: ChunkFile, was_forgotten: Callable[[str], bool]) -> Iterator[Returned]:
    """Each row of neighbours that stand again in a chunk file."""
    found = chunk.entries()
    ends = [*(line - 1 for _, line, _ in found[1:]), chunk.height]
    row: list[tuple[int, int]] = []
    for (uuid, line, text), end in zip(found, ends, strict=True):
        if was_forgotten(uuid) and text.partition("\n")[2].strip() and not is_forgotten(text):
            row.append((line, end))
        elif row:
            yield _made(path, chunk, row)
            row = []
    if row:
        yield _made(path, chunk, row)


def _made(path: str, chunk: ChunkFile, row: list[tuple[int, int]]) -> Returned:
    return Returned(path, str(chunk.meta["chunk"]), len(row), row[0][0], row[-1][1])
