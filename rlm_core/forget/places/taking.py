"""The texts themselves: entries, blobs, summaries and whole directories, out of the archive and its copies."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from rlm_core.archive.mending.mend import start_over
from rlm_core.archive.work import Work
from rlm_core.chunks.altered import FORGOTTEN, alter, forgotten
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.render import blob_name
from rlm_core.disk import is_dir, names, read, remove, sync_dir, write_atomic
from rlm_core.forget.places.job import WAIT, chunk_paths, folders
from rlm_core.forget.places.labelled import drop_index
from rlm_core.forget.places.telling import chunk_at
from rlm_core.home import user_key
from rlm_core.lock import Lock
from rlm_core.redaction.clean import literal, own_bytes
from rlm_core.transcript.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.forget.places.job import Job

_MEDIA = ": blobs/"


def close_open_chunks(job: Job) -> int:
    """Close, as they stand, the chunks that still grow and out of which something goes; their transcripts are read from
    the start again."""
    return sum(_close(job, folder) for folder in folders(job.root) if not job.goes_whole(folder))


def _close(job: Job, folder: str) -> bool:
    """Whether the last chunk of a transcript's folder still grows and holds an entry that goes."""
    paths = [path for path in chunk_paths(job.root, folder) if "/old/" not in path.replace(os.sep, "/")]
    chunk = chunk_at(paths[-1]) if paths else None
    if chunk is None or not chunk.meta.get("provisional") or job.uuids.isdisjoint(chunk.meta["uuids"]):
        return False
    if folder.startswith("documents/"):
        return False  # its last chunk always counts as provisional
    if not job.dry:
        _start_over(job, chunk)
    return True


def _start_over(job: Job, chunk: ChunkFile) -> None:
    """Close the open chunk of the transcript to which this one belongs."""
    from rlm_core.archive import state as states

    archive = job.target.archive
    meta = chunk.meta
    source = Source("", meta["session"], meta.get("agent", ""))
    with Lock(archive.path("state", "locks", f"{source.name}.lock"), WAIT) as lock:
        state = states.load(archive.state_path(source))
        if state is None:
            return  # whoever archives the transcript next takes it from the chunk files
        lock.mark()
        work = Work(archive, source, lock)
        work.state = state
        try:
            start_over(work)
            state.written = []
            state.save(archive.state_path(source))
        finally:
            work.end()


def clear_chunks(job: Job) -> int:
    """Entries out of chunk files, their blobs with them; how many entries, the same one once in each file."""
    return sum(_entries(job, root, f) for root in job.roots for f in folders(root) if not job.goes_whole(f))


def _entries(job: Job, root: str, folder: str) -> int:
    count, blobs = 0, set[str]()
    where = os.path.join(root, *folder.split("/"))
    for path in chunk_paths(root, folder):
        chunk = chunk_at(path)
        found = [text for uuid, _, text in chunk.entries() if uuid in job.uuids] if chunk else []
        blobs.update(name for text in found for name in pointers(text))
        new = found and _without(job, path, where)
        if new:
            count += len(found)
    blobs.update(b for e in job.target.entries if e.folder == folder for b in e.blobs)
    if not job.dry:
        _drop_blobs(root, folder, blobs)
    return count


def _without(job: Job, path: str, where: str) -> bool:
    """Take what goes out of a chunk file; False when it had gone already."""
    data = read(path) or b""
    chunk = chunk_at(path)
    doomed = [uuid for uuid in (chunk.meta["uuids"] if chunk else ()) if uuid in job.uuids]
    key = user_key(create=not job.dry) or bytes(32)
    changes = dict.fromkeys(doomed, forgotten)
    new = alter(data, changes, key, blobs=_text_of(where), drops=job.telling.tells)
    if new == data:
        return False
    if not job.dry:
        drop_index(where)
        write_atomic(path, new)
    return True


def _text_of(where: str) -> Callable[[str], str]:
    def text(name: str) -> str:
        return (read(os.path.join(where, "blobs", name)) or b"").decode("utf-8", "replace")

    return text


def pointers(text: str) -> list[str]:
    """The names of the blobs to which an entry points, pictures included."""
    lines = (line.rpartition(_MEDIA)[2] for line in text.split("\n") if line.startswith("[") and _MEDIA in line)
    media = [name for name in lines if "/" not in name and len(name.partition(".")[0]) == 16]
    return [*ArchivedEntry(text).blobs, *media]


def _drop_blobs(root: str, folder: str, doomed: Iterable[str]) -> None:
    """Remove those of these blobs to which no entry of the folder points any more."""
    where = os.path.join(root, *folder.split("/"), "blobs")
    there = {name for name in doomed if os.path.lexists(os.path.join(where, name))}
    for path in chunk_paths(root, folder) if there else ():
        chunk = chunk_at(path)
        for _, _, text in chunk.entries() if chunk else ():
            there.difference_update(pointers(text))
    for name in there:
        remove(os.path.join(where, name))


def clear_summaries(job: Job) -> int:
    """Summaries that tell: the file keeps its front matter and heading, and gets the name that fits it."""
    count = 0
    for root in job.roots:
        for folder in folders(root):
            where = os.path.join(root, *folder.split("/"), "summaries")
            for name in names(where) if not job.goes_whole(folder) and is_dir(where) else ():
                data = read(os.path.join(where, name)) or b""
                if job.concerns(data):
                    count += 1
                    if not job.dry:
                        _empty(where, name, data)
    return count


def _empty(where: str, name: str, data: bytes) -> None:
    head, ruler, body = data.partition(b"\n---\n\n## summary ")
    if ruler:
        heading = body.partition(b"\n")[0]
        made = own_bytes(head + ruler + heading + b"\n\n" + FORGOTTEN.encode() + b"\n")
        number = literal("{:04d}").format(int(name.partition("-")[0]))
        write_atomic(os.path.join(where, literal("{}-{}.md").format(number, blob_name(made)[:8])), made)
    remove(os.path.join(where, name))


def clear_folders(job: Job) -> int:
    """Whole directories of sessions and documents, in the archive and its copies."""
    count = 0
    for root in job.roots:
        for folder in job.target.whole:
            path = os.path.join(root, *folder.split("/"))
            if is_dir(path):
                count += 1
                if not job.dry:
                    shutil.rmtree(path)
                    sync_dir(os.path.dirname(path))
    return count


def clear_damaged(job: Job) -> int:
    """Files that were put aside as damaged, which nothing reads: all in a directory of which something goes, and those
    that tell."""
    count = 0
    touched = {entry.folder for entry in job.target.entries}
    for root in job.roots:
        for folder in folders(root):
            where = os.path.join(root, *folder.split("/"), "damaged")
            for name in names(where) if is_dir(where) and not job.goes_whole(folder) else ():
                path = os.path.join(where, name)
                if folder in touched or job.concerns(read(path) or b""):
                    count += 1
                    if not job.dry:
                        remove(path)
    return count


def clear_workshops(job: Job) -> int:
    """What a killed `rlm archive --anew` has built and not put in its place."""
    top = job.target.archive.path("state", "anew")
    found = names(top) if is_dir(top) else []
    for name in found if not job.dry else ():
        with Lock(job.target.archive.path("state", "locks", f"{name}.lock"), WAIT) as lock:
            _finish(job, name, lock)
    return len(found)


def _finish(job: Job, name: str, lock: Lock) -> None:
    """Do what a workshop's plan says, as the next run over the transcript would, or drop the workshop."""
    from rlm_core.archive import state as states
    from rlm_core.archive.anew.swap import finish

    archive = job.target.archive
    workshop = archive.path("state", "anew", name)
    state = states.load(os.path.join(workshop, "state", "sources", f"{name}.json"))
    if state is None:
        shutil.rmtree(workshop)
        return
    lock.mark()
    work = Work(archive, Source("", state.session, state.agent), lock)
    try:
        finish(work, workshop)
    finally:
        work.end()
