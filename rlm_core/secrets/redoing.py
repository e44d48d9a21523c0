"""`rlm redact`: today's rules over all that was archived, in an order in which a kill at any moment loses nothing.

First all is looked at: which secrets there are. Then goes what was made of the texts and may hold a piece of a secret
without what tells it (states, maps, answers, journals, the log), then the chunks themselves, here and in the second
copy, then the search index is made anew. `state/redacted.json` says that a run is at it, so that the next one completes
what a killed one has left. Last, all is looked at once more: nothing may be found.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.archive.catalog import Catalog
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.archive.proof.shelf import examine
from rlm_core.archive.repair.reindexing import renew_index
from rlm_core.archive.repair.viewed import clear_view
from rlm_core.archive.sealed import sealed
from rlm_core.archive.state import merged
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import read, write_atomic
from rlm_core.errors import ArchiveError, RlmError
from rlm_core.home import user_key
from rlm_core.lock import Lock
from rlm_core.redaction.clean import RULES, dumps, fields
from rlm_core.secrets.older import NOTE, noted
from rlm_core.secrets.papers import papers
from rlm_core.secrets.sheets import Sheet
from rlm_core.secrets.tour import Tour
from rlm_core.transcript.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WAIT = 30.0


@dataclass
class Redone:
    """What a run did, or would do.

    chunks: that held a secret, the second copy's not counted. redactions: kind -> secrets that were taken out of the
    archive's chunks, outputs and summaries. files: other files of ours that held one. left: (path, why) of what still
    holds one, or could not be looked at.
    """

    chunks: int = 0
    redactions: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def redact_again(archive: Archive, *, dry: bool = False, index: Callable[[bool], None] = lambda _: None) -> Redone:
    """Take out of the archive what today's rules and settings know for a secret.

    dry: only look. index: brings the search index up to date, from nothing where it is told so. Raises RlmError when
    redaction is switched off, LockTimeoutError when another process is at work for too long, OSError.
    """
    if not archive.config.redact_enabled:
        raise RlmError("redaction is switched off in the settings (`redact.enabled: false`)")
    key = user_key(create=not dry) or bytes(32)  # of a run that only looks nothing is kept
    looked = _look(archive, key)
    done = Redone(looked.altered, dict(looked.kinds), looked.papers, looked.left)
    at_it = noted(archive.root) == 0
    if dry or not (looked.touched or at_it):
        if not dry:
            _note(archive.root, RULES)
        return done
    _note(archive.root, 0)
    folders = _write(archive, key, looked.secrets)
    for folder in all_folders(archive) if at_it else sorted(folders):
        _renew(archive, folder)
    _renew_catalog(archive)
    clear_view(archive)  # which quotes all of it
    index(at_it or bool(looked.altered))
    done.left = _found(_look(archive, key, looked.secrets))
    if not done.left:
        _note(archive.root, RULES)
    return done


def _note(root: str, rules: int) -> None:
    if noted(root) != rules:
        write_atomic(os.path.join(root, "state", NOTE), sealed(dumps(fields(rules=rules))).encode())


def _look(archive: Archive, key: bytes, known: Iterable[str] = ()) -> Tour:
    """A pass that writes nothing: over chunks first, which tell the secrets that titles may hold; then the rest."""
    first = Tour(archive, key, writes=False)
    for folder in all_folders(archive):
        Sheet(first, folder).run()
    altered, kinds = first.altered, first.kinds.copy()
    for first.copy in copies_at(archive.root):
        for folder in all_folders(Archive(first.copy, archive.config)):
            Sheet(first, folder).run()
    secrets = [*known, *first.secrets]
    tour = Tour(archive, key, secrets, writes=False)
    papers(tour)
    tour.altered, tour.kinds, tour.secrets = altered, kinds, secrets
    tour.touched += first.touched
    tour.left += first.left
    tour.chunks = first.chunks
    return tour


def _found(tour: Tour) -> list[tuple[str, str]]:
    """What a pass behind the writing one still finds."""
    still = [(path, "it still holds a secret") for path in (*sorted(tour.chunks), *tour.papers)]
    return [*tour.left, *still]


def _write(archive: Archive, key: bytes, secrets: list[str]) -> set[str]:
    """The pass that writes; the archive's directories of chunks in which anything changed."""
    tour = Tour(archive, key, secrets, writes=True)
    with archive.shared_lock():
        papers(tour)
    for folder in all_folders(archive):
        with _locked(archive, folder):
            Sheet(tour, folder).run()
    folders = set(tour.chunks)
    for tour.copy in copies_at(archive.root):
        with Lock(os.path.join(tour.copy, "lock"), WAIT):
            for folder in all_folders(Archive(tour.copy, archive.config)):
                Sheet(tour, folder).run()
    return folders


def all_folders(archive: Archive) -> Iterator[str]:
    """Every directory of chunks: of sessions, of their agents, of documents."""
    yield from archive.folders()
    yield from document_folders(archive.root)


def _locked(archive: Archive, folder: str) -> ExitStack:
    """The lock under which a directory of chunks grows."""
    stack = ExitStack()
    if os.path.dirname(folder) == archive.path(FOLDER):
        stack.enter_context(Lock(archive.path("state", "documents.lock"), WAIT))
    for name in {source.name for source in _sources(archive, folder)}:
        stack.enter_context(Lock(archive.path("state", "locks", f"{name}.lock"), WAIT))
    return stack


def _sources(archive: Archive, folder: str) -> Iterator[Source]:
    """Whose chunks a directory holds, as its first readable one says."""
    for name in chunk_names(folder):
        meta = archive.meta(os.path.join(folder, name))
        if meta is not None:
            yield Source("", str(meta["session"]), str(meta.get("agent") or ""))
            return


def _renew(archive: Archive, folder: str) -> None:
    """A directory's index, and the figures in its state, made anew from its chunk files."""
    if os.path.dirname(folder) == archive.path(FOLDER):
        return
    for source in _sources(archive, folder):
        with _locked(archive, folder):
            state = _recounted(archive, folder, source)
            renew_index(archive, examine(folder), source.name)
            if state is not None:
                state.stamp = os.stat(folder).st_mtime_ns
                state.save(archive.state_path(source))


def _recounted(archive: Archive, folder: str, source: Source) -> states.State | None:
    """A transcript's state with the secrets left out and the tokens that its chunks have now; None without one."""
    path = archive.state_path(source)
    try:
        state = states.load(path)
    except ArchiveError:
        return None
    relative = os.path.relpath(folder, archive.root).replace(os.sep, "/")
    if state is None or state.folder != relative:
        return None
    state.closed.redactions, state.closed.tokens = {}, 0
    for name in chunk_names(folder):
        meta = load_meta(read(os.path.join(folder, name)) or b"", name)
        if name == state.open.file:
            state.open.redactions, state.open.tokens = meta["redactions"], meta["tokens"]
        else:
            state.closed.redactions = merged(state.closed.redactions, meta["redactions"])
            state.closed.tokens += meta["tokens"]
    state.save(path)
    return state


def _renew_catalog(archive: Archive) -> None:
    """The map, from its data, whose titles are clean by now."""
    with archive.shared_lock():
        catalog = Catalog(archive.root)
        if catalog.sessions:
            catalog.save()
