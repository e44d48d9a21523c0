"""The rows of the archive's tables, read from its chunk files: no more columns of them than a query names."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from rlm_core.archive.documents import document_folders
from rlm_core.archive.maps import title_of
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.chunks.chunkfile import ChunkFile, load
from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.chunks.retold import retellings
from rlm_core.clock import epoch
from rlm_core.disk import head_of, read
from rlm_core.errors import ArchiveError
from rlm_core.handoff.gather import EDITS, READS
from rlm_core.ownership import brought, is_brought
from rlm_core.querying.restrictions import Restriction, are_met
from rlm_core.search.hits import Filters
from rlm_core.tokens import estimate

Value = str | int | float | None
Values = tuple[Value, ...]
_CHUNK_WIDE = ("session", "agent", "chunk")  # what is the same for all rows of a chunk file
_OF_BODY = frozenset(("file", "text", "characters", "tokens", "echo", "blobs"))  # what a heading does not tell
_SESSION = re.compile(rb'\A---\n(?:[^\n]*\n){0,4}?session: "([\w-]{1,100})"\n')
HEAD = 1024  # bytes of a chunk file that hold it
WRITES = ("Write",)


class ArchiveRows:
    """Reads rows out of an archive.

    filters: since and until hold for entries, files and chunks. sessions: beginnings of the ids of those to read; all
    when there are none.

    opened: chunk files whose entries were read, to tell what a restriction spares.
    """

    def __init__(self, archive: Archive, filters: Filters, sessions: tuple[str, ...] = ()) -> None:
        self.archive = archive
        self.filters = filters
        self.sessions = sessions or ("",)
        self.opened = 0
        self._came = brought(archive.root)

    def rows(self, table: str, columns: Sequence[str], wanted: Sequence[Restriction]) -> Iterator[Values]:
        """The values of these columns, row by row. wanted: what every row that matters fulfils."""
        getters = GETTERS[table]
        picked = [getters[name] for name in columns]
        whole = not _OF_BODY.isdisjoint(columns)
        made: dict[str, Callable[[], Iterator[Any]]] = {
            "entries": lambda: self._entries(wanted, whole=whole),
            "files": lambda: self._calls(wanted),
            "chunks": lambda: self._chunks(wanted),
            "documents": self._documents,
        }
        for row in made[table]():
            yield tuple([get(row) for get in picked])

    def _entries(self, wanted: Sequence[Restriction], *, whole: bool) -> Iterator[_Row]:
        """The entries that fulfil what is wanted, which their headings tell. whole: with their texts."""
        getters = [(_PLACE_AND_ROLE[r.column], r) for r in wanted]
        dated = self.filters.since or self.filters.until
        for chunk in self._chunks(wanted):
            if whole and not dated and not getters:
                self.opened += 1
                yield from (_Row(chunk, one, number) for number, one in enumerate(chunk.entries))
                continue
            rows = [row for row in chunk.rows() if all(r.is_met(get(row)) for get, r in getters)]
            if dated:
                rows = [row for row in rows if self.filters.admit_time(row.one.iso_time or chunk.meta["started"])]
            self.opened += bool(whole and rows)
            yield from (chunk.whole(row) for row in rows) if whole else rows

    def _calls(self, wanted: Sequence[Restriction]) -> Iterator[_Row]:
        calls = [*wanted, Restriction("kind", "=", ("call",))]
        return (row for row in self._entries(calls, whole=True) if row.file)

    def _chunks(self, wanted: Sequence[Restriction]) -> Iterator[_Opened]:
        of_session = [r for r in wanted if r.column == "session"]
        for folder in self.archive.folders():
            for name in chunk_names(folder):
                path = os.path.join(folder, name)
                chunk = self._load(path) if self._may_be_of(path, of_session) else None
                if chunk is None or not are_met(wanted, {n: chunk.meta.get(n) or "" for n in _CHUNK_WIDE}):
                    continue
                if chunk.meta["session"].startswith(self.sessions) and self.filters.admit_chunk(chunk.meta):
                    yield _Opened(self.archive.root, path, chunk, is_brought(self.archive.root, path, self._came))

    def _may_be_of(self, path: str, wanted: Sequence[Restriction]) -> bool:
        """Whether a chunk file may be of a session that is asked for, by its first lines, where these tell."""
        if not wanted and self.sessions == ("",):
            return True
        named = _SESSION.search(head_of(path, HEAD) or b"")
        session = named[1].decode() if named else ""
        return not session or (session.startswith(self.sessions) and are_met(wanted, {"session": session}))

    def _documents(self) -> Iterator[_Opened]:
        for folder in sorted(document_folders(self.archive.root)):
            for name in chunk_names(folder):
                path = os.path.join(folder, name)
                chunk = self._load(path)
                if chunk is not None:
                    yield _Opened(self.archive.root, path, chunk, is_brought(self.archive.root, path, self._came))

    def _load(self, path: str) -> ChunkFile | None:
        try:
            return load(read(path) or b"", path)
        except (ArchiveError, OSError) as e:
            self.archive.note_unread(path, e)
            return None


class _Opened:
    """A chunk file that was read."""

    def __init__(self, root: str, path: str, chunk: ChunkFile, foreign: bool) -> None:
        self.meta: dict[str, Any] = chunk.meta
        self.path = os.path.relpath(path, root)
        self.folder = os.path.dirname(path)
        self.foreign = foreign
        self._chunk = chunk

    def rows(self) -> Iterator[_Row]:
        """The entries as their headings alone tell of them."""
        lines, meta = self._chunk.lines, self.meta
        for number, (uuid, line) in enumerate(zip(meta["uuids"], meta["lines"], strict=True)):
            heading = "".join(lines[line - 1 : line])
            yield _Row(self, ArchivedEntry(heading, uuid=uuid, line=line), number)

    def whole(self, row: _Row) -> _Row:
        """The same entry with its text."""
        return _Row(self, self.entries[row.number], row.number)

    @cached_property
    def entries(self) -> list[ArchivedEntry]:
        return entries_of(self._chunk)

    @cached_property
    def repeated(self) -> set[int]:
        """Positions of the entries that only repeat the archive."""
        return echoes(self.entries) | retellings(self.entries)

    @property
    def session_title(self) -> str:
        return title_of(self.folder) if not self.meta.get("agent") else ""

    @property
    def text(self) -> str:
        return "\n\n".join(one.text for one in self.entries)

    @property
    def citation(self) -> str:
        return f"{self.meta['chunk']}:{self.entries[0].first_line if self.entries else 1}"


class _Row:
    """An entry in its chunk file. number: its place there, from 0."""

    __slots__ = ("chunk", "number", "one")

    def __init__(self, chunk: _Opened, one: ArchivedEntry, number: int) -> None:
        self.chunk = chunk
        self.one = one
        self.number = number

    @property
    def file(self) -> str:
        """The path that a call names, relative to the session's directory where it is below it."""
        return self.one.named_path(str(self.chunk.meta.get("cwd") or ""))

    @property
    def action(self) -> str:
        tool = self.one.tool
        return "write" if tool in WRITES else "edit" if tool in EDITS else "read" if tool in READS else "other"


def _of_chunk(name: str, missing: Value = "") -> Callable[[_Row], Value]:
    return lambda row: row.chunk.meta.get(name) or missing


def _of_meta(name: str, missing: Value = "") -> Callable[[_Opened], Value]:
    return lambda chunk: chunk.meta.get(name) or missing


def _seconds(row: _Row) -> Value:
    found = epoch(row.one.iso_time)
    return None if found is None else int(found)


_PLACE: dict[str, Callable[[_Row], Value]] = {
    "session": _of_chunk("session"),
    "agent": _of_chunk("agent"),
    "chunk": _of_chunk("chunk"),
    "line": lambda row: row.one.line,
    "citation": lambda row: f"{row.chunk.meta['chunk']}:{row.one.line}",
    "time": lambda row: row.one.iso_time,
    "day": lambda row: row.one.iso_time[:10],
    "epoch": _seconds,
    "turn": lambda row: row.one.turn,
    "tool": lambda row: row.one.tool,
    "call": lambda row: row.one.call_id,
    "file": lambda row: row.file,
}
_PLACE_AND_ROLE: dict[str, Callable[[_Row], Value]] = {
    **_PLACE,
    "role": lambda row: row.one.role,
    "kind": lambda row: row.one.kind,
}
GETTERS: Mapping[str, Mapping[str, Callable[[Any], Value]]] = {
    "entries": {
        **_PLACE_AND_ROLE,
        "failed": lambda row: int(row.one.failed),
        "text": lambda row: row.one.text,
        "characters": lambda row: len(row.one.text),
        "tokens": lambda row: estimate(row.one.whole),
        "echo": lambda row: int(row.number in row.chunk.repeated),
        "blobs": lambda row: " ".join(row.one.blobs),
        "title": _of_chunk("title"),
        "branch": _of_chunk("branch"),
        "cwd": _of_chunk("cwd"),
        "uuid": lambda row: row.one.uuid,
        "path": lambda row: row.chunk.path,
        "adopted": lambda row: int(row.chunk.foreign),
    },
    "files": {**_PLACE, "action": lambda row: row.action},
    "chunks": {
        **{name: _of_meta(name) for name in ("chunk", "session", "agent", "title", "started", "ended")},
        **{name: _of_meta(name) for name in ("branch", "cwd")},
        **{name: _of_meta(name, 0) for name in ("number", "tokens")},
        "session_title": lambda chunk: chunk.session_title,
        "first_turn": lambda chunk: chunk.meta["turns"][0],
        "last_turn": lambda chunk: chunk.meta["turns"][1],
        "entries": lambda chunk: len(chunk.meta["uuids"]),
        "redactions": lambda chunk: sum(chunk.meta["redactions"].values()),
        "tools": lambda chunk: json.dumps(chunk.meta["tools"], ensure_ascii=False),
        "files": lambda chunk: json.dumps(chunk.meta["files"], ensure_ascii=False),
        "open": lambda chunk: int(bool(chunk.meta.get("provisional"))),
        "path": lambda chunk: chunk.path,
        "adopted": lambda chunk: int(chunk.foreign),
    },
    "documents": {
        "document": _of_meta("session"),
        "chunk": _of_meta("chunk"),
        "title": _of_meta("title"),
        "number": _of_meta("number", 0),
        "tokens": _of_meta("tokens", 0),
        "citation": lambda chunk: chunk.citation,
        "file": lambda chunk: next(iter(chunk.meta["files"]), ""),
        "text": lambda chunk: chunk.text,
        "path": lambda chunk: chunk.path,
    },
}
"""Table -> column -> its value in a row; the columns are those of `shapes`, which a test holds."""
