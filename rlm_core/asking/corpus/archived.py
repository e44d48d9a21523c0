"""Chunk files as documents for a question: their text line for line, without what only echoes the archive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby

from rlm_core.archive.store import chunk_names
from rlm_core.asking.corpus.paths import read_regular
from rlm_core.chunks.chunkfile import ChunkFile, load
from rlm_core.chunks.echoes import echoes, of_recall
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.chunks.retold import retellings
from rlm_core.documents.encoding import UnreadableError
from rlm_core.engine.texts import Document
from rlm_core.errors import ArchiveError, Counted, worded
from rlm_core.search.hits import Filters

BYTES_PER_TOKEN = 3  # of printed output, about


class ChunkReader:
    """Reads chunk files, each once.

    filters: which chunks; role and tool are not used. blobs: read oversize outputs, too. skipped: (chunk file, why) of
    those that cannot be read. unread: path -> bytes of the oversize outputs that were left out.
    """

    def __init__(self, filters: Filters, *, blobs: bool) -> None:
        self.filters = filters
        self.blobs = blobs
        self.skipped: list[tuple[str, str]] = []
        self.unread: dict[str, int] = {}
        self._seen: set[str] = set()

    def of_folder(self, folder: str) -> Iterator[Document]:
        """The documents of a directory's chunk files, in order; none for a sub-agent that only read the archive."""
        agent = os.path.basename(os.path.dirname(folder)) == "agents"
        for number, name in enumerate(chunk_names(folder)):
            path = os.path.join(folder, name)
            try:
                chunk = _load(path)
            except (ArchiveError, OSError) as e:
                self.skipped.append((path, getattr(e, "strerror", None) or str(e)))
                continue
            if agent and number == 0 and of_recall(entries_of(chunk)[0]):
                return
            yield from self._of(chunk, path)

    def of_file(self, path: str) -> list[Document]:
        """The documents of one chunk file. Raises ArchiveError when it is none, OSError."""
        return list(self._of(_load(path), path))

    def left_out(self) -> list[tuple[str, str]]:
        """All that was not read: (what, why)."""
        if not self.unread:
            return self.skipped
        tokens = sum(self.unread.values()) // BYTES_PER_TOKEN
        outputs = Counted(len(self.unread), "oversize output")
        return [
            *self.skipped,
            (
                outputs,
                worded("in blobs, about {tokens:,} {tokens:|token|tokens}; --blobs reads them too", tokens=tokens),
            ),
        ]

    def _of(self, chunk: ChunkFile, path: str) -> Iterator[Document]:
        if path in self._seen or not self.filters.admit_chunk(chunk.meta):
            return
        self._seen.add(path)
        folder = os.path.join(os.path.dirname(path), "blobs")
        blobs: dict[str, None] = {}
        for stretch in _stretches(chunk):
            yield _document(stretch, chunk, path)
            blobs |= dict.fromkeys(name for one in stretch for name in one.blobs)
        for name in blobs:
            yield from self._of_blob(os.path.join(folder, name), chunk)

    def _of_blob(self, path: str, chunk: ChunkFile) -> Iterator[Document]:
        if path in self._seen:
            return
        self._seen.add(path)
        try:
            if not self.blobs:
                self.unread[path] = os.lstat(path).st_size
                return
            text = read_regular(path, follow=False).decode("utf-8", "replace")
        except (OSError, UnreadableError) as e:
            self.skipped.append((path, getattr(e, "strerror", None) or str(e)))
            return
        meta = chunk.meta
        name = f"{meta['chunk']}/blobs/{os.path.basename(path)}"
        yield Document(name, text, path, date=meta["started"], title=meta["title"])


def _load(path: str) -> ChunkFile:
    """A chunk file whose entries stand where it says. Raises ArchiveError, OSError."""
    try:
        chunk = load(read_regular(path, follow=False), "it")
    except UnreadableError as e:
        raise ArchiveError(worded("{why}", why=e)) from e
    if not chunk.meta["lines"] or not all(text.startswith("## ") for *_, text in chunk.entries()):
        raise ArchiveError("its entries do not stand where it says; `rlm verify` tells what is missing")
    return chunk


def _stretches(chunk: ChunkFile) -> Iterator[list[ArchivedEntry]]:
    """The chunk's entries without those that only echo the archive: each run of the others between two of these."""
    entries = entries_of(chunk)
    skipped = echoes(entries) | retellings(entries)
    for echo, numbers in groupby(range(len(entries)), skipped.__contains__):
        if not echo:
            yield [entries[n] for n in numbers]


def _document(entries: list[ArchivedEntry], chunk: ChunkFile, path: str) -> Document:
    meta = chunk.meta
    text = "\n".join([*(one.whole for one in entries), ""])
    moments = tuple((one.line, one.iso_time) for one in entries if one.time)
    return Document(meta["chunk"], text, path, entries[0].line, meta["started"], moments, meta["title"])
