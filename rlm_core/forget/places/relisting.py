"""What is made from the chunk files, anew at the end: indexes, the map, the list of documents, the search index."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.archive.cited import MAX_CITED, read_cited
from rlm_core.archive.copies.linking import Linker, is_intact
from rlm_core.archive.copies.place import COPIED
from rlm_core.archive.copies.restoring import relist
from rlm_core.archive.documents import FOLDER
from rlm_core.archive.proof.shelf import examine
from rlm_core.archive.repair.reindexing import renew_index
from rlm_core.archive.repair.viewed import clear_view
from rlm_core.archive.sealed import sealed
from rlm_core.archive.store import chunk_names
from rlm_core.disk import MOST_BYTES, is_dir, machine, names, remove, write_atomic
from rlm_core.documents import update as documents
from rlm_core.documents.registry import Registry, slug_of
from rlm_core.errors import LockTimeoutError
from rlm_core.forget.places.job import WAIT, folders
from rlm_core.forget.places.traces import chunk_at
from rlm_core.index import database
from rlm_core.index import update as indexing
from rlm_core.lock import Lock
from rlm_core.redaction.clean import dumps, own_bytes, written_before
from rlm_core.transcript.source import safe_name

if TYPE_CHECKING:
    from rlm_core.archive.state import State
    from rlm_core.forget.places.job import Job

AT_ONCE = 4 * 1024 * 1024  # bytes of chunk files of which the search index is made while one waits


def settle_states(job: Job) -> int:
    """Figures of transcripts out of which something went; how many."""
    folder = job.target.archive.path("state", "sources")
    return sum(_settle(job, os.path.join(folder, name)) for name in names(folder) if name.endswith(".json"))


def _settle(job: Job, path: str) -> bool:
    with job.lock_of(os.path.basename(path)[:-5]):
        state = states.load(path)
        if state is None or state.folder not in job.touched:
            return False
        if not job.dry:
            _count(job, state)
            state.save(path)
        return True


def _count(job: Job, state: State) -> None:
    """Take the figures from the chunk files."""
    where = job.target.archive.path(*state.folder.split("/"))
    closed, opened = states.ClosedChunks(), state.open
    for name in chunk_names(where):
        chunk = chunk_at(os.path.join(where, name))
        if chunk is None:
            return  # `rlm verify` tells of it; the figures stay as they were
        meta = chunk.meta
        if name == opened.file:
            opened.tokens, opened.redactions = meta["tokens"], meta["redactions"]
        else:
            closed.count(written_before(meta["chunk"]), len(meta["uuids"]), meta["tokens"], meta["redactions"])
    closed.number, closed.last = state.closed.number, state.closed.last
    state.closed = closed
    state.stamp = os.stat(where).st_mtime_ns


def clear_indexes(job: Job) -> int:
    """index.md and its pages of every session that has none, which is every one out of which something went."""
    count = 0
    for folder in folders(job.root):
        where = os.path.join(job.root, *folder.split("/"))
        if folder.startswith(FOLDER) or not chunk_names(where) or job.goes_whole(folder):
            continue
        with job.held(job.root, folder):
            count += _renewed(job, where)
    return count


def _renewed(job: Job, where: str) -> bool:
    touched = os.path.relpath(where, job.root).replace(os.sep, "/") in job.touched
    if job.dry:
        return touched
    if not touched and os.path.exists(os.path.join(where, "index.md")):
        return False
    meta = next((c.meta for n in chunk_names(where) if (c := chunk_at(os.path.join(where, n)))), None)
    if meta is not None:
        agent = meta.get("agent", "")
        renew_index(
            job.target.archive, examine(where), safe_name(meta["session"]) + (f".{safe_name(agent)}" if agent else "")
        )
    return meta is not None


def clear_map(job: Job) -> int:
    """INDEX.md and the data that it is made of."""
    if not job.dry:
        with job.target.archive.shared_lock():
            relist(job.target.archive)
    return 1


def clear_cited(job: Job) -> int:
    """Chunks of folders that are gone, among those that summaries may cite."""
    count = 0
    for root in job.roots:
        cited = read_cited(root)
        kept = {digits: to for digits, to in cited.items() if not job.goes_whole(str(to[0]).removesuffix("/old"))}
        if len(kept) < len(cited):
            count += len(cited) - len(kept)
            if not job.dry:
                rest = dict(list(kept.items())[-MAX_CITED:])
                write_atomic(os.path.join(root, "state", "cited.json"), sealed(dumps(rest)).encode())
    return count


def clear_documents(job: Job) -> int:
    """The list of documents and their map; a document that goes is taken out of both. How many go."""
    archive = job.target.archive
    there = Registry(archive)
    gone = [key for key in job.target.documents if key in there.documents or key in there.directories]
    touched = [d for d in there.documents.values() if f"{FOLDER}/{d.slug}" in job.touched]
    if job.dry or not is_dir(archive.path(FOLDER)):
        return len(gone) + len(touched)
    documents.remove(archive, [there.locate(key) for key in gone])
    with Lock(archive.path("state", "documents.lock"), WAIT):
        registry = Registry(archive)
        for key, directory in registry.directories.items():  # their tombstones keep them out without a name
            kept = tuple(n for n in directory.without if not job.goes_whole(f"{FOLDER}/{slug_of(n)}"))
            registry.directories[key] = replace(directory, without=kept)
        for document in touched:
            if document.path in registry.documents:
                where = registry.folder(document.slug)
                metas = [c.meta for n in chunk_names(where) if (c := chunk_at(os.path.join(where, n)))]
                tokens = sum(meta["tokens"] for meta in metas)
                secrets = sum(sum(meta["redactions"].values()) for meta in metas)
                registry.documents[document.path] = replace(document, tokens=tokens, redactions=secrets)
        registry.save()
    documents.remove(archive, [])  # which writes the map
    return len(gone) + len(touched)


def clear_copies(job: Job) -> int:
    """Maps in the second copies: as they stand in the archive now."""
    count, linker = 0, Linker()
    for top in job.roots[1:]:
        count += _unlist(job, os.path.join(top, COPIED))
        parts = [*folders(top), FOLDER]
        for folder in parts:
            source, target = (os.path.join(root, *folder.split("/")) for root in (job.root, top))
            for name in names(target):
                if name.endswith(".md") and name.lower().startswith("index"):
                    count += _take_over(job, linker, os.path.join(source, name), os.path.join(target, name))
        listed = os.path.join(FOLDER, "sources.json")
        count += _take_over(job, linker, os.path.join(job.root, listed), os.path.join(top, listed))
    return count


def _unlist(job: Job, path: str) -> bool:
    """Take the directories that are gone out of the list of what was copied: a document's has its name."""
    noted = machine(path, MOST_BYTES)
    kept = {name: time for name, time in noted.items() if not job.goes_whole(name)}
    if len(kept) < len(noted) and not job.dry:
        before = os.stat(path)
        write_atomic(path, own_bytes(json.dumps(kept).encode()), durable=False)
        os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))  # until when the copy is up to date
    return len(kept) < len(noted)


def _take_over(job: Job, linker: Linker, source: str, target: str) -> bool:
    """Have a file of the copy hold what the archive's does; one that the archive has no more goes."""
    if not os.path.lexists(target) or job.dry:
        return False
    if os.path.lexists(source) and is_intact(source):
        linker.put(source, target)
    else:
        remove(target)
    return True


def clear_pages(job: Job) -> int:
    """The pages of `rlm view`, all of them: each may quote any text, and the next `rlm view` makes them anew."""
    return clear_view(job.target.archive, dry=job.dry)


def clear_search(job: Job) -> int:
    """The search index: deleted, and made anew at once where that takes moments, else by the next background run."""
    archive = job.target.archive
    there = [name for name in names(job.root) if name.startswith("search.db")]
    if job.dry:
        return len(there)
    with Lock(archive.path("state", "locks", "index.lock"), WAIT):
        database.drop(job.root)
    size = sum(os.path.getsize(os.path.join(p, n)) for p in archive.folders() for n in chunk_names(p))
    if size <= AT_ONCE:
        with suppress(LockTimeoutError, OSError):
            indexing.update(archive)
    return len(there)
