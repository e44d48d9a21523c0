"""Mends what a kill, a power cut, a rewritten transcript, deleted state or deleted files have left behind."""

from __future__ import annotations

import os

from rlm_core.archive.mending.look import fits
from rlm_core.archive.mending.recover import meta_of, number_of, recover, sized
from rlm_core.archive.state import OpenChunk
from rlm_core.archive.store import chunk_names
from rlm_core.archive.work import Work, drop_half_written
from rlm_core.chunks.chunkfile import as_closed, load_meta
from rlm_core.disk import drop_temporary, read, remove, write_atomic
from rlm_core.redaction.clean import written_before


def mend(work: Work, *, noted: bool, restore: bool) -> None:
    """Bring state, ledger and chunk files to one moment. The transcript's lock is held.

    noted: the work's state was read from its file. restore: forget deleted chunk files too, so that they are written
    again. What cannot be told from something lost comes back: see docs/decisions/0079.
    """
    state = work.state
    if work.lock.dirty:
        _finish_anew(work)
        noted = noted or work.state is not state
    _drop_temporary(work)
    if noted and work.state.folder and work.generation <= work.state.generation:
        _set_aside(work)
    kept = noted and _stands(work)
    ledger_stands = _ledger_stands(work, noted=noted)
    kept = kept and work.generation <= work.state.generation
    if not ledger_stands or (noted and not kept):
        with work.archive.shared_lock():
            work.archive.ledger_anew()
            work.reopen_ledger()
    if not kept:
        recover(work, after=_last_of_before(work, noted=noted))
        if work.state.folder:
            drop_half_written(work.archive.path(work.state.folder))
    elif work.lock.dirty:
        with work.archive.shared_lock():
            work.enter_fresh()
    if restore and _files_missing(work):
        _forget_missing(work)


def _ledger_stands(work: Work, *, noted: bool) -> bool:
    """Whether the ledger's rows of the transcript are those of its state; after a death, of the one before."""
    ours, its = work.state.generation, work.generation
    if not noted:
        return its == 0
    return its == ours or (work.lock.dirty and its == ours - 1)


def _stands(work: Work) -> bool:
    """Whether the directory may be what the state speaks of. One without any chunk file was emptied by a hand."""
    if not work.state.folder:
        return True
    names = [n for n in chunk_names(work.archive.path(work.state.folder)) if n not in work.stale]
    return not names or fits(work.state, names)


def _last_of_before(work: Work, *, noted: bool) -> int | None:
    """Number of the last chunk file that stands as it was before the last commit, where that one is torn; else None.

    The files that a commit writes go together: where one of them is lost, the others are cut anew with it, so that
    numbers and order stay.
    """
    if not noted:
        return 0 if not work.generation else None
    names = chunk_names(work.archive.path(work.state.folder)) if work.state.folder else []
    missing = [number_of(n) for n in work.state.expected if n not in names]
    return min(missing) - 1 if missing else None


def _finish_anew(work: Work) -> None:
    """After a run that died while it put new chunks in the place of former ones: do the rest, or drop what it built."""
    workshop = work.archive.path("state", "anew", work.source.name)
    if os.path.isdir(workshop):
        from rlm_core.archive.anew.swap import finish  # here: it is rarely needed

        finish(work, workshop)


def _drop_temporary(work: Work) -> None:
    archive = work.archive
    with archive.shared_lock():
        for part, ending in (("", "INDEX.md"), ("state", "catalog.json"), ("state", "uuids")):
            drop_temporary(archive.path(part), ending)
    drop_temporary(archive.path("state", "sources"), f"{work.source.name}.json")
    if work.state.folder:  # else as soon as it is known
        drop_half_written(archive.path(work.state.folder))


def _set_aside(work: Work) -> None:
    """Find the chunk files that a run has written and not committed: they are cut anew from the transcript."""
    state, folder = work.state, work.archive.path(work.state.folder)
    names = chunk_names(folder)
    if state.open.file not in names:
        _adopt(work, folder, names)
    rows = {n: sized(m) for n in names if n != state.open.file and (m := meta_of(os.path.join(folder, n)))}
    for name, its in rows.items():
        if number_of(name) > state.closed.number:
            work.stale[name] = its
        elif len([n for n in names if number_of(n) == number_of(name)]) > 1 and _is_left_over(folder, name, names):
            remove(os.path.join(folder, name))


def _adopt(work: Work, folder: str, names: list[str]) -> None:
    """When the provisional chunk was replaced but not noted yet, take its successor for it."""
    state = work.state
    name = next((n for n in names if number_of(n) == state.closed.number + 1), "")
    meta = meta_of(os.path.join(folder, name)) if name else None
    if meta is None:
        return
    former, state.open.file = state.open.file, written_before(name)
    state.written = [state.open.file if n == former else n for n in state.written]
    state.open.held = sized(meta)


def _is_left_over(folder: str, name: str, names: list[str]) -> bool:
    """Whether a provisional file whose number is another's too holds nothing that does not stand in that one."""
    meta = meta_of(os.path.join(folder, name)) or {}
    others = [m for n in names if n != name and (m := meta_of(os.path.join(folder, n)))]
    standing = {row for m in others for row in sized(m)}
    return bool(meta.get("provisional")) and standing.issuperset(sized(meta))


def keep_all(work: Work) -> None:
    """What was archived provisionally stands in the transcript no more: close it as it stands, and read all again."""
    if work.stale:
        work.stale = {}
        recover(work)
    start_over(work)


def start_over(work: Work) -> None:
    """The transcript was rewritten or shortened: keep what we have, read all, add what is unknown."""
    freeze(work)
    work.state.rewind()


def freeze(work: Work) -> None:
    """Close the provisional chunk as it stands, since its entries may be gone from the transcript."""
    state, chunk = work.state, work.state.open
    if not chunk.file:
        return
    path = work.archive.path(state.folder, chunk.file)
    data = read(path)
    if data is not None:
        with work.archive.shared_lock():
            work.reopen_ledger()
            work.ledger.add((uuid, work.tag, size) for uuid, size in sized(load_meta(data, path)))
        data = as_closed(data)
        write_atomic(path, data)
        state.closed.count(load_meta(data, path)["chunk"], chunk.entries, chunk.tokens, chunk.redactions)
    state.open = OpenChunk()


def _files_missing(work: Work) -> bool:
    """Whether a chunk file that the state counts is not there."""
    state = work.state
    if not state.folder:
        return False
    present = {number_of(n) for n in chunk_names(work.archive.path(state.folder))}
    return not present.issuperset(range(1, state.chunks + 1))


def _forget_missing(work: Work) -> None:
    """Chunk files were deleted: forget what they held, so that the transcript is read for it again."""
    listed = work.state.listed
    with work.archive.shared_lock():
        work.ledger.create(work.archive.ledger_rows())
    recover(work, after=0)  # so that what comes back stands where it stood
    work.state.listed = listed


def hold_ledger(work: Work) -> None:
    """Keep the ledger in memory; one that is harmed, which a look at all of it shows, is made anew first."""
    prove_ledger(work)
    work.ledger.hold()


def prove_ledger(work: Work) -> bool:
    """Whether the ledger is as it was written; one that is not has been made anew from the chunk files."""
    if work.ledger.sound():
        return True
    with work.archive.shared_lock():
        work.reopen_ledger()
        if work.ledger.sound():
            return True  # somebody was writing to it
        work.archive.ledger_anew()
        work.reopen_ledger()
    return False
