"""Takes a transcript's state from its chunk files: after rot, a restore, or deleted state."""

from __future__ import annotations

import os

from rlm_core.archive.state import State
from rlm_core.archive.store import chunk_names
from rlm_core.archive.work import Work, agent_folder
from rlm_core.chunks.chunkfile import FORM, as_closed, load, load_meta
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.redaction.clean import EMPTY, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText

    Meta = dict[str, Any]


def recover(work: Work, *, after: int | None = None) -> None:
    """Take the state from the chunk files; a new one when there are none. The transcript is read from its start then.

    after: the files from the first gap behind this number on are of a commit that was torn, and are cut anew; None:
    all stay.
    """
    archive, state = work.archive, State(work.state.session, work.state.agent)
    state.generation = work.generation
    work.state, work.stale = state, {}
    folder = archive.session_folder(state.session, EMPTY)
    if state.agent:
        folder = agent_folder(folder, state.agent)
    names = chunk_names(archive.path(folder))
    metas = [(written_before(n), m) for n in names if (m := meta_of(archive.path(folder, n)))]
    if not metas:
        return
    state.folder = folder
    metas = _without_left_over(archive.path(folder), metas)
    names = [n for n in names if os.path.exists(archive.path(folder, n))]
    if after is not None:
        metas = _set_aside(work, metas, after)
    last = metas[-1][0] if metas else EMPTY
    for name, meta in metas:
        if meta.get("provisional") and name == last:
            state.open.file, state.open.held = name, sized(meta)
            state.open.entries, state.open.tokens = len(meta["uuids"]), meta["tokens"]
            state.open.redactions = meta["redactions"]
            state.open.unsure = _half_written(archive.path(folder, name))
            continue
        if meta.get("provisional"):
            path = archive.path(folder, name)
            write_atomic(path, as_closed(read(path) or b""))
        state.closed.count(meta["chunk"], len(meta["uuids"]), meta["tokens"], meta["redactions"])
        state.closed.number = meta["number"]
        state.ended = meta["ended"] or state.ended
    readable = {name for name, _ in metas} | work.stale.keys()
    # The number of a file that cannot be read is taken.
    state.closed.number = max([state.closed.number, *(number_of(n) for n in names if n not in readable)])
    with archive.shared_lock():
        work.reopen_ledger()
        work.ledger.add((uuid, work.tag, size) for _, meta in metas for uuid, size in sized(meta))


def _half_written(path: str) -> list[CleanText]:
    """The uuid of a provisional chunk's last entry if it came of a line that was being written: `[]` for any other.

    Such a line tells neither a uuid nor a time. No state says so here: whoever wrote the chunk was killed before.
    """
    last = entries_of(load(read(path) or b"", path))[-1]
    return [written_before(last.uuid)] if last.uuid.startswith("line-") and not last.time else []


def _without_left_over(folder: str, metas: list[tuple[CleanText, Meta]]) -> list[tuple[CleanText, Meta]]:
    """Remove provisional files all of whose entries stand in others: these were written to replace them."""
    kept = list(metas)
    for found in sorted((m for m in metas if m[1].get("provisional")), key=lambda m: len(m[1]["uuids"])):
        standing = {row for other in kept if other is not found for row in sized(other[1])}
        if standing.issuperset(sized(found[1])):
            kept.remove(found)
            remove(os.path.join(folder, found[0]))
    return kept


def _set_aside(work: Work, metas: list[tuple[CleanText, Meta]], after: int) -> list[tuple[CleanText, Meta]]:
    """The files up to the first gap behind a number; the others become stale, if they are of today's form."""
    if any(meta["form"] != FORM for _, meta in metas):
        return metas
    for at, (_, meta) in enumerate(metas):
        if meta["number"] > after and meta["number"] != (metas[at - 1][1]["number"] + 1 if at else 1):
            work.stale = {name: sized(other) for name, other in metas[at:]}
            return metas[:at]
    return metas


def meta_of(path: str) -> Meta | None:
    """A chunk file's front matter, None when it cannot be read."""
    try:
        return load_meta(read(path) or b"", path)
    except (ArchiveError, OSError):
        return None


def number_of(name: str) -> int:
    """The number in a chunk file's name."""
    return int(name.partition("-")[0])


def sized(meta: Meta) -> list[tuple[CleanText, int]]:
    """(uuid, size) of a chunk's entries."""
    return list(zip(meta["uuids"], meta["sizes"], strict=True))
