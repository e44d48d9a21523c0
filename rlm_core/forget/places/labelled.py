"""What chunks and sessions are called by, where the name comes from what goes: titles, prompts, keywords, paths.

It goes before the entries do: a run that is killed between them finds the texts, and with them what tells, once more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.chunks.altered import FORGOTTEN, alter, is_forgotten
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.relabel import turn_titles
from rlm_core.disk import is_dir, names, read, remove, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.forget.places.job import chunk_paths, folders
from rlm_core.forget.places.traces import chunk_at
from rlm_core.home import user_key
from rlm_core.redaction.clean import EMPTY, written_before

if TYPE_CHECKING:
    from rlm_core.archive.state import State
    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.forget.places.job import Job
    from rlm_core.redaction.clean import CleanText


class Titles:
    """The prompts of a transcript in their order: which titles stay. lost: a prompt that may have given one goes."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.staying: list[CleanText] = []
        self.lost = False

    def take(self, chunk: ChunkFile) -> None:
        """Go on behind a chunk."""
        for entry in entries_of(chunk):
            if entry.role not in ("user", "task"):
                continue
            if entry.uuid in self._job.uuids or is_forgotten(entry.whole):
                self.lost = True
            else:
                self.staying += turn_titles([written_before(entry.whole)])

    def prompt(self, prompt: str) -> CleanText | None:
        """What to put in the place of the title of the turn that runs; None where it may stay."""
        if not prompt or prompt == FORGOTTEN:
            return None
        lost = self.lost and prompt not in self.staying
        return FORGOTTEN if lost or self._job.tells_label("prompt", prompt) else None


def clear_labels(job: Job) -> int:
    """Labels of chunks, in the archive and its copies, that come from what goes; how many chunks have any."""
    count = 0
    for root in job.roots:
        for folder in folders(root):
            if not job.goes_whole(folder):
                count += _folder(job, root, folder)
    return count


def _folder(job: Job, root: str, folder: str) -> int:
    titles, count, concerned = Titles(job), 0, job.is_concerned(root, folder)
    with job.held(root, folder):
        for path in chunk_paths(root, folder):
            chunk = chunk_at(path)
            if chunk is not None:
                count += _chunk(job, path, chunk, titles)
                if concerned:
                    titles.take(chunk)
    return count


def _chunk(job: Job, path: str, chunk: ChunkFile, titles: Titles) -> bool:
    """Whether a chunk's labels tell; they do not any more, unless nothing is to be written."""
    prompt = titles.prompt(str(chunk.meta.get("prompt") or ""))
    if prompt is None and not _tells(job, chunk):
        return False
    data = read(path) or b""
    key, drops = user_key(create=not job.dry), job.telling.tells_by_words
    new = alter(data, {}, key, drops=drops, named=job.tells_label, prompt=prompt)
    if new == data:
        return False
    if not job.dry:
        drop_index(os.path.dirname(path))
        write_atomic(path, new)
    return True


def _tells(job: Job, chunk: ChunkFile) -> bool:
    meta = chunk.meta
    labels = [(name, str(meta[name])) for name in ("title", "prompt", "branch", "cwd") if meta.get(name)]
    keywords = meta.get("keywords")
    labels += [("keywords", str(word)) for word in (keywords if isinstance(keywords, list) else []) if word]
    given = [label for _, label in labels] + [str(label) for label in (*meta["files"], *meta["tools"]) if label]
    if job.telling.tells("\n".join(given)):
        return True
    return any(job.target.names(label, is_place=name == "cwd") for name, label in labels)


def drop_index(folder: str) -> None:
    """Remove a session's index.md and its pages, which name the chunks; they are made anew at the end."""
    for name in names(folder):
        if name.startswith("index") and name.endswith(".md"):
            remove(os.path.join(folder, name))


# What the state of a transcript has in words.


def clear_states(job: Job) -> int:
    """Titles in the notes of how far transcripts are read; those of sessions that go are deleted. How many had any."""
    folder = job.target.archive.path("state", "sources")
    return sum(_state(job, os.path.join(folder, name)) for name in names(folder) if name.endswith(".json"))


def _state(job: Job, path: str) -> bool:
    with job.lock_of(os.path.basename(path)[:-5]):
        state = _loaded(path)
        if state is None or (state.folder and job.goes_whole(state.folder)):
            if not job.dry:
                remove(path)  # one that cannot be read is made anew from the chunk files
            return state is not None
        before = state.dump()
        _without_words(job, state)
        if state.dump() == before:
            return False
        if not job.dry:
            if state.folder:
                drop_index(job.target.archive.path(state.folder))
            state.save(path)
        return True


def _loaded(path: str) -> State | None:
    try:
        return states.load(path)
    except ArchiveError:
        return None


def _without_words(job: Job, state: State) -> None:
    """Take titles that come from what goes out of a state."""
    root, tells = job.root, job.telling.tells
    titles = Titles(job)
    for path in chunk_paths(root, state.folder) if state.folder and job.is_concerned(root, state.folder) else ():
        if chunk := chunk_at(path):
            titles.take(chunk)
    position = state.position
    position.chunker.prompt = titles.prompt(position.chunker.prompt) or position.chunker.prompt
    for name in ("cwd", "branch"):
        if job.tells_label(name, getattr(position.chunker, name)):
            setattr(position.chunker, name, EMPTY)

    def goes(title: str) -> bool:
        return title in job.target.texts or job.tells_label("title", title, state.session)

    position.leaves = {leaf: title for leaf, title in position.leaves.items() if not goes(title)}
    position.unknown = {kind: n for kind, n in position.unknown.items() if not tells(kind)}
    rank, title = state.title
    if titles.prompt(title) is not None if rank <= 0 else goes(title):
        state.title = (0, next((t for t in titles.staying if not goes(t)), EMPTY))


def clear_notes_of_folders(job: Job) -> int:
    """Paths of files that were left out, in the notes of sessions' folders; a note that tells is made anew."""
    folder = job.target.archive.path("state", "folders")
    count = 0
    for name in names(folder) if is_dir(folder) else ():
        path = os.path.join(folder, name)
        if job.telling.tells_bytes(read(path) or b""):
            count += 1
            if not job.dry:
                remove(path)
    return count
