"""The texts themselves: entries, blobs, summaries and whole directories, out of the archive and its copies."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from rlm_core.archive.anew.former import OLD
from rlm_core.archive.mending.closing import close_chunk
from rlm_core.archive.work import Work
from rlm_core.chunks.altered import FORGOTTEN, alter, forgotten, is_forgotten
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.render import blob_name
from rlm_core.disk import is_dir, names, read, remove, sync_dir, write_atomic
from rlm_core.forget.places.job import WAIT, chunk_paths, folders
from rlm_core.forget.places.labelled import drop_index
from rlm_core.forget.places.traces import chunk_at
from rlm_core.home import user_key
from rlm_core.lock import Lock
from rlm_core.redaction.clean import literal, own_bytes
from rlm_core.transcript.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.forget.places.job import Job
    from rlm_core.redaction.clean import CleanBytes

_MEDIA = ": blobs/"


def close_open_chunks(job: Job) -> int:
    """Close, as they stand, the chunks that still grow and out of which something goes."""
    return sum(_close(job, path) for path, uuids in job.target.altered.items() if uuids)


def _close(job: Job, path: str) -> bool:
    """Whether a chunk file of a session still grows; a document's last one always counts as one that does."""
    folder, _, name = path.rpartition("/")
    chunk = chunk_at(os.path.join(job.root, *path.split("/")))
    if chunk is None or not chunk.meta.get("provisional") or not path.startswith("sessions/"):
        return False
    return job.dry or folder.endswith(f"/{OLD}") or close_chunk(job.target.archive, folder, name)


def clear_chunks(job: Job) -> int:
    """Entries out of chunk files, their blobs with them; how many entries, the same one once in each file."""
    count = 0
    for root in job.roots:
        for folder in folders(root):
            if not job.goes_whole(folder) and job.is_concerned(root, folder):
                with job.held(root, folder):
                    count += _entries(job, root, folder)
    return count


def _entries(job: Job, root: str, folder: str) -> int:
    """The blobs go before the entries that name them: a run that is killed between them finds the names once more."""
    where = os.path.join(root, *folder.split("/"))
    new: dict[str, CleanBytes] = {}
    count, gone, kept = 0, set[str](), set[str]()
    for path in chunk_paths(root, folder):
        chunk = chunk_at(path)
        for uuid, _, text in chunk.entries() if chunk else ():
            goes = uuid in job.uuids
            (gone if goes else kept).update(pointers(text))
            count += goes and not is_forgotten(text)
        if chunk is not None and not job.uuids.isdisjoint(chunk.meta["uuids"]):
            new[path] = _without(job, read(path) or b"", where)
    gone.update(b for e in job.target.entries if e.folder.removesuffix(f"/{OLD}") == folder for b in e.blobs)
    if not job.dry:
        for name in gone - kept:
            remove(os.path.join(where, "blobs", name))
        for path, data in new.items():
            _put(where, path, data)
    return count


def _without(job: Job, data: bytes, where: str) -> CleanBytes:
    """A chunk file without what goes."""
    key = user_key(create=not job.dry) or bytes(32)
    changes = dict.fromkeys(job.uuids, forgotten)
    return alter(data, changes, key, blobs=_text_of(where), drops=job.telling.tells_by_words, named=job.tells_label)


def _put(where: str, path: str, data: CleanBytes) -> None:
    """Write a chunk file, if it is another one now; the index that names it goes first."""
    if read(path) != data:
        drop_index(where)
        write_atomic(path, data)


def _text_of(where: str) -> Callable[[str], str]:
    def text(name: str) -> str:
        return (read(os.path.join(where, "blobs", name)) or b"").decode("utf-8", "replace")

    return text


def pointers(text: str) -> list[str]:
    """The names of the blobs to which an entry points, pictures included."""
    lines = (line.rpartition(_MEDIA)[2] for line in text.split("\n") if line.startswith("[") and _MEDIA in line)
    media = [name for name in lines if "/" not in name and len(name.partition(".")[0]) == 16]
    return [*ArchivedEntry(text).blobs, *media]


def clear_summaries(job: Job) -> int:
    """Summaries that tell: the file keeps its front matter and heading, and gets the name that fits it."""
    count = 0
    for _, where, name in _files_in(job, "summaries"):
        data = read(os.path.join(where, name)) or b""
        if job.concerns(data):
            count += 1
            if not job.dry:
                _empty(where, name, data)
    return count


def _files_in(job: Job, kind: str) -> Iterator[tuple[str, str, str]]:
    """(folder of a session or document, its directory of that name, a file in it), of folders that do not go whole."""
    for root in job.roots:
        for folder in folders(root):
            where = os.path.join(root, *folder.split("/"), kind)
            if not job.goes_whole(folder) and is_dir(where):
                for name in names(where):
                    yield folder, where, name


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
    for folder, where, name in _files_in(job, "damaged"):
        path = os.path.join(where, name)
        if folder in job.touched or job.concerns(read(path) or b""):
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
