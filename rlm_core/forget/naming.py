"""Which entries the user means: by session, by chunk and lines, by period, by words or a pattern, by document.

What is forgotten is always whole entries, wherever they stand: a fork's folder, a chunk of a former form that was
replaced, and the document beside hold the same entry under the same uuid, and go with it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rlm_core.archive.anew.former import old_folders
from rlm_core.archive.documents import FOLDER, document_folders
from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.hashing import readings, words_of
from rlm_core.chunks.altered import is_forgotten
from rlm_core.chunks.chunkfile import load, load_meta
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import read, try_read
from rlm_core.errors import ArchiveError, RlmError, UsageError, phrase, worded
from rlm_core.forget.target import Doomed, Target
from rlm_core.record import Record, each
from rlm_core.transcript.locate import several_sessions, transcripts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.entries import ArchivedEntry

    Wanted = Callable[[ArchivedEntry, str], bool]

BESIDE = re.compile(r"\bblobs/([0-9a-f]{16}\.[a-z]+)")
LINES = re.compile(r"(.+):(\d{1,9})-(\d{1,9})")
NOTHING = "nothing in the archive is named so"


class Named(Record):
    """What the user names; one of them, but for `since` and `until`. The dates are as a search takes them.

    sessions: whole ids, in place of the beginning of one.
    """

    session: str = ""
    chunk: str = ""
    since: str = ""
    until: str = ""
    match: str = ""
    regex: str = ""
    document: str = ""
    never_again: bool = False
    sessions: list[str] = each(list)


class OpenedChunk(Record):
    """A chunk file that was opened. folder: its directory below the root, with `/`. entries: those that still stand."""

    folder: str
    name: str
    session: str
    entries: list[ArchivedEntry]


def select(archive: Archive, named: Named) -> Target:
    """What is to be forgotten of the archive as it stands. Raises RlmError when nothing, or too much, is named so."""
    if named.sessions:
        target = _whole_sessions(archive, _homes(archive), named.sessions)
    elif named.session:
        target = _session(archive, named.session)
    elif named.document:
        target = _document(archive, named.document)
    elif named.chunk:
        target = _chunk(archive, named.chunk)
    else:
        target = _entries(archive, _wanted(named), documents=not (named.since or named.until))
    target.never_again = named.never_again
    if named.match or named.regex:
        target.match, target.holds = named.match, matcher(named)
    target.texts = [*target.texts, *dict.fromkeys(entry.text for entry in target.entries)]
    return target


def matcher(named: Named) -> Callable[[str], bool]:
    """A function that tells whether a text holds the words, or matches the pattern, that the user named.

    Words are compared folded and in a row. Raises UsageError when there is no word among them.
    """
    if named.regex:
        return lambda text: re.search(named.regex, text) is not None
    wanted = words_of(named.match)
    if not wanted:
        raise UsageError(worded("{match!r} holds no word; name at least one", match=named.match))
    run = f" {' '.join(wanted)} "
    return lambda text: any(run in f" {' '.join(words)} " for words in readings(text))


def within(named: Named, time: str) -> bool:
    """Whether a time, ISO-8601 UTC, lies in the period that the user named; "" lies in none."""
    until = named.until or "9"
    return bool(time) and time >= named.since and time[: max(len(until), 1)] <= until


def _wanted(named: Named) -> Wanted:
    if named.since or named.until:
        return lambda entry, _: within(named, entry.iso_time)
    holds = matcher(named)
    return lambda entry, text: holds(text)


def _entries(archive: Archive, wanted: Wanted, *, documents: bool) -> Target:
    """The entries that are wanted, and their copies elsewhere."""
    found: dict[str, None] = {}
    for shelf in shelves(archive, documents=documents):
        for entry in shelf.entries:
            if entry.uuid not in found and wanted(entry, full_text(archive, shelf, entry)):
                found[entry.uuid] = None
    return Target(archive, doomed(archive, set(found)))


def doomed(archive: Archive, uuids: set[str]) -> list[Doomed]:
    """Every place in which entries with these uuids stand and are not forgotten yet."""
    found = []
    for shelf in shelves(archive, holding=uuids) if uuids else ():
        found += [_doomed(archive, shelf, entry) for entry in shelf.entries if entry.uuid in uuids]
    return found


def _doomed(archive: Archive, shelf: OpenedChunk, entry: ArchivedEntry) -> Doomed:
    text = full_text(archive, shelf, entry)
    return Doomed(shelf.folder, shelf.name, entry.uuid, entry.line, text, blobs_of(entry), entry.iso_time, entry.role)


def blobs_of(entry: ArchivedEntry) -> list[str]:
    """Names of the files that hold its long texts, images and PDFs, each once."""
    return list(dict.fromkeys(BESIDE.findall(entry.text)))


def full_text(archive: Archive, shelf: OpenedChunk, entry: ArchivedEntry) -> str:
    """What an entry says, the texts of its blobs behind it."""
    home = shelf.folder.removesuffix("/old") if shelf.folder.endswith("/old") else shelf.folder
    texts = [entry.text]
    for name in blobs_of(entry) if "blobs/" in entry.text else ():
        data = try_read(archive.path(home, "blobs", name)) if name.endswith(".txt") else None
        texts.append((data or b"").decode("utf-8", "replace"))
    return "\n".join(texts)


def shelves(
    archive: Archive, *, holding: set[str] | None = None, documents: bool = True, below: set[str] | None = None
) -> Iterator[OpenedChunk]:
    """Every chunk file, former ones and documents' included; what cannot be read is noted in the archive's `unread`.

    holding: only files that name one of these uuids. below: only those of these sessions' folders.
    """
    for folder in folders(archive, documents=documents):
        if below is not None and "/".join(_below(archive, folder).split("/")[:2]) not in below:
            continue
        for name in chunk_names(folder):
            path = os.path.join(folder, name)
            try:
                data = read(path) or b""
                if holding is not None and holding.isdisjoint(load_meta(data, path)["uuids"]):
                    continue
                chunk = load(data, path)
            except (ArchiveError, OSError) as e:
                archive.note_unread(path, e)
                continue
            entries = [e for e in entries_of(chunk) if not is_forgotten(e.whole)]
            yield OpenedChunk(_below(archive, folder), name, str(chunk.meta["session"]), entries)


def folders(archive: Archive, *, documents: bool = True) -> Iterator[str]:
    """Every directory that holds chunk files."""
    yield from archive.folders()
    yield from old_folders(archive)
    if documents:
        yield from document_folders(archive.root)


# A session.


def _session(archive: Archive, wanted: str) -> Target:
    """A session by the beginning of its id, or the name of its folder."""
    ids = _homes(archive)
    fits = sorted({s for f, s in ids.items() if s and (s.startswith(wanted) or os.path.basename(f) == wanted)})
    if len(fits) > 1:
        raise several_sessions(wanted, fits)
    return _whole_sessions(archive, ids, fits) if fits else _unarchived(archive, wanted)


def _homes(archive: Archive) -> dict[str, str]:
    """The path of each session's folder -> the session's id."""
    homes = [f for f in archive.folders() if os.path.basename(os.path.dirname(f)) == "sessions"]
    return {f: archive.session_of(os.path.basename(f)) for f in homes}


def _whole_sessions(archive: Archive, homes: dict[str, str], sessions: list[str]) -> Target:
    """Sessions and all that belongs to them, whose folders go as they are."""
    whole = [_below(archive, f) for f, session in homes.items() if session in sessions]
    target = Target(archive, whole=whole, sessions=sessions)
    for shelf in shelves(archive, documents=False):
        if target.goes_whole(shelf.folder):
            target.entries += [_doomed(archive, shelf, entry) for entry in shelf.entries]
    standing = {(e.folder, e.file, e.line) for e in target.entries}
    elsewhere = doomed(archive, {e.uuid for e in target.entries})
    target.entries += [e for e in elsewhere if (e.folder, e.file, e.line) not in standing]
    target.texts = _summaries(archive, whole)
    return target


def _unarchived(archive: Archive, wanted: str) -> Target:
    """A session that only Claude Code has: it can still be kept out."""
    from rlm_core.registry import project_at

    found = sorted({s.session for s in transcripts(project_at(archive.root)) if s.session.startswith(wanted)})
    if len(found) > 1:
        raise several_sessions(wanted, found)
    if not found:
        raise RlmError(
            worded(
                "{nothing}: no session's id begins with {wanted}; `rlm list` shows the sessions",
                nothing=phrase(NOTHING),
                wanted=wanted,
            )
        )
    return Target(archive, sessions=found)


def _below(archive: Archive, path: str) -> str:
    return os.path.relpath(path, archive.root).replace(os.sep, "/")


def _summaries(archive: Archive, whole: list[str]) -> list[str]:
    """The texts of the summaries in folders that go."""
    found = []
    for folder in whole:
        beside = archive.path(folder, "summaries")
        for name in chunk_names(beside):
            data = (try_read(os.path.join(beside, name)) or b"").decode("utf-8", "replace")
            found.append(data.partition("\n## summary ")[2].partition("\n")[2])
    return found


# A chunk, and a document.


def _chunk(archive: Archive, cited: str) -> Target:
    """The entries of a chunk that the lines touch; all of them without lines."""
    from rlm_core.search.citations import resolve

    span = LINES.fullmatch(cited)
    name, first, last = (span[1], int(span[2]), int(span[3])) if span else (cited, 0, 0)
    citation = resolve(archive, name)
    if not span and citation.line:
        first = last = citation.line
    if last < first or (span and not first):
        raise UsageError(worded("{cited}: lines go from 1 on, the smaller one first", cited=cited))
    chunk = load(read(citation.path) or b"", citation.path)
    if first > chunk.height:
        raise RlmError(worded("{cited}: the chunk has {height} {height:|line|lines}", cited=cited, height=chunk.height))
    starts = [*chunk.meta["lines"], chunk.height + 1]
    touched = {
        uuid
        for uuid, start, end in zip(chunk.meta["uuids"], starts, starts[1:], strict=False)
        if not first or (start <= last and end > first)
    }
    target = Target(archive, doomed(archive, touched))
    if not target.entries:
        raise RlmError(f"{cited}: {'nothing was said on these lines' if not touched else 'it is forgotten already'}")
    return target


def _document(archive: Archive, path: str) -> Target:
    """A document, or all of a directory that was added."""
    from rlm_core.documents.registry import Registry, below

    registry = Registry(archive)
    key = registry.key(os.path.realpath(path) if os.path.isdir(path) else path)
    found = [d for k, d in registry.documents.items() if below(k, key) and d.files]
    if not found:
        raise RlmError(
            worded(
                "{nothing}: {path} is not among the documents; `rlm add --list` shows them",
                nothing=phrase(NOTHING),
                path=path,
            )
        )
    target = Target(archive, whole=[f"{FOLDER}/{d.slug}" for d in found], documents=[d.path for d in found])
    for shelf in shelves(archive):
        if target.goes_whole(shelf.folder):
            target.entries += [_doomed(archive, shelf, entry) for entry in shelf.entries]
    return target
