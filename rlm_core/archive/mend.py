"""Mends what a kill, a rewritten transcript, deleted state or deleted files have left behind."""

from __future__ import annotations

import os

from rlm_core.archive.state import OpenChunk, State
from rlm_core.archive.store import chunk_names
from rlm_core.archive.work import Work, agent_folder, drop_half_written
from rlm_core.chunks.chunkfile import as_closed, load_meta
from rlm_core.disk import drop_temporary, read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import EMPTY, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText


def mend(work: Work, *, restore: bool) -> None:
    """Mend what a killed run left. restore: also forget deleted chunk files, so that they are written again."""
    if work.lock.dirty:
        _finish_anew(work)
        _heal(work)
    if restore and _files_missing(work):
        _forget_missing(work)


def _finish_anew(work: Work) -> None:
    """After a run that died while it put new chunks in the place of former ones: do the rest, or drop what it built."""
    workshop = work.archive.path("state", "anew", work.source.name)
    if os.path.isdir(workshop):
        from rlm_core.archive.anew.swap import finish  # here: it is rarely needed

        finish(work, workshop)


def _heal(work: Work) -> None:
    """After a run that died on the way: enter what the ledger may miss, drop files it left half-way."""
    archive, state = work.archive, work.state
    with archive.shared_lock():
        for part, ending in (("", "INDEX.md"), ("state", "catalog.json"), ("state", "uuids")):
            drop_temporary(archive.path(part), ending)
        work.enter_fresh()
    drop_temporary(archive.path("state", "sources"), f"{work.source.name}.json")
    if not state.folder:
        return
    folder = archive.path(state.folder)
    drop_half_written(folder)
    _adopt(state, folder)
    for name in chunk_names(folder):
        if _number(name) > state.closed.number and name != state.open.file:
            remove(os.path.join(folder, name))  # will be written again from the transcript


def _adopt(state: State, folder: str) -> None:
    """When the provisional chunk was replaced but not noted yet, take its successor for it."""
    if os.path.exists(os.path.join(folder, state.open.file or "-")):
        return
    for name in chunk_names(folder):
        if _number(name) == state.closed.number + 1:
            meta = _meta(os.path.join(folder, name))
            state.open.file, state.open.held = written_before(name), _sized(meta) if meta else []


def start_over(work: Work) -> None:
    """The transcript was rewritten or shortened: keep what we have, read all, add what is unknown."""
    _freeze(work)
    work.state.rewind()


def _freeze(work: Work) -> None:
    """Close the provisional chunk as it stands, since its entries may be gone from the transcript."""
    state, chunk = work.state, work.state.open
    if not chunk.file:
        return
    path = work.archive.path(state.folder, chunk.file)
    data = read(path)
    if data is not None:
        data = as_closed(data)
        write_atomic(path, data)
        state.closed.count(load_meta(data, path)["chunk"], chunk.entries, chunk.tokens, chunk.redactions)
    state.open = OpenChunk()


def _files_missing(work: Work) -> bool:
    """Whether a chunk file that the state counts is not there."""
    state = work.state
    if not state.folder:
        return False
    present = {_number(n) for n in chunk_names(work.archive.path(state.folder))}
    return not present.issuperset(range(1, state.chunks + 1))


def _forget_missing(work: Work) -> None:
    """Chunk files were deleted: forget what they held, so that the transcript is read for it again."""
    listed = work.state.listed
    with work.archive.shared_lock():
        work.ledger.create(work.archive.ledger_rows())
    recover(work)
    work.state.listed = listed


def recover(work: Work) -> None:
    """Take the state from the chunk files; a new one when there are none."""
    archive, state = work.archive, State(work.state.session, work.state.agent)
    work.state = state
    folder = archive.session_folder(state.session, EMPTY)
    if state.agent:
        folder = agent_folder(folder, state.agent)
    names = chunk_names(archive.path(folder))
    metas = [(n, m) for n in names if (m := _meta(archive.path(folder, n)))]
    if not metas:
        return
    state.folder = folder
    for name, meta in metas:
        if meta.get("provisional"):
            state.open.file, state.open.held = written_before(name), _sized(meta)
            state.open.entries, state.open.tokens = len(meta["uuids"]), meta["tokens"]
            state.open.redactions = meta["redactions"]
            continue
        state.closed.count(meta["chunk"], len(meta["uuids"]), meta["tokens"], meta["redactions"])
        state.closed.number = meta["number"]
        state.ended = meta["ended"] or state.ended
    with archive.shared_lock():
        work.ledger.add((uuid, work.tag, size) for _, meta in metas for uuid, size in _sized(meta))


def _number(name: str) -> int:
    """The number in a chunk file's name."""
    return int(name.partition("-")[0])


def _meta(path: str) -> dict[str, Any] | None:
    """A chunk file's front matter, None when it cannot be read."""
    try:
        return load_meta(read(path) or b"", path)
    except (ArchiveError, OSError):
        return None


def _sized(meta: dict[str, Any]) -> list[tuple[CleanText, int]]:
    """(uuid, size) of a chunk's entries."""
    return list(zip(meta["uuids"], meta["sizes"], strict=True))
