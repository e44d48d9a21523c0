"""Builds a timeline within fixed bounds: so many sessions, and so many chunk files opened for them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.disk import read, try_read
from rlm_core.errors import ArchiveError
from rlm_core.language.quoting import shares
from rlm_core.marks.supersede import Statement, superseded
from rlm_core.search.hits import Filters
from rlm_core.timeline.events import Decision, Session
from rlm_core.timeline.sessions import SessionFolder, SessionFolders, agents_of, chunks_within
from rlm_core.transcript.folder import is_at_work

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive

SESSIONS = 5
CHUNKS = 400  # chunk files that are read whole, over all sessions
METAS = 2000  # and of which the front matter is, for the files
SCANNED = 20_000  # chunk files in which a file's name is looked for


@dataclass
class Timeline:
    """Sessions, newest first unless asked otherwise. older: others that may fit and were not looked at."""

    sessions: list[Session] = field(default_factory=list)
    older: int = 0


def timeline(
    archive: Archive, filters: Filters | None = None, most: int = SESSIONS, *, oldest_first: bool = False
) -> Timeline:
    """What happened in the `most` newest sessions that the filters admit: their session, since, until and file count.

    Reads at most CHUNKS chunk files whole, shared evenly, each session's newest; a session says how many it left out.
    """
    filters = filters or Filters()
    picked, result = _pick(archive, filters, most)
    given = shares([len(paths) for _, paths in picked], CHUNKS)
    metas = METAS
    for (folder, paths), share in zip(picked, given, strict=True):
        session = Session(folder.session, folder.path, folder.title, folder.started, folder.ended, len(paths))
        whole, brief = paths[len(paths) - share :], paths[: len(paths) - share]
        metas -= _take_metas(archive, session, brief, metas)
        _take(archive, session, whole, filters)
        metas -= _take_agents(archive, session, folder, filters, metas)
        session.title = session.title or next((t.prompt for _, t in sorted(session.turns.items())), "")
        result.sessions.append(session)
    _link(result.sessions)
    if oldest_first:
        result.sessions.reverse()
    return result


def _pick(archive: Archive, filters: Filters, most: int) -> tuple[list[tuple[SessionFolder, list[str]]], Timeline]:
    """(the sessions to show with their chunk files, a timeline that counts the others)."""
    picked: list[tuple[SessionFolder, list[str]]] = []
    left, scanned = SessionFolders(archive, filters), 0
    for folder in left:
        paths = chunks_within(folder, filters)
        if filters.file:
            scanned += len(paths)
            paths = [p for p in paths if _touched(archive, p, filters.file)]
        if paths:
            picked.append((folder, paths))
        if len(picked) >= most or scanned > SCANNED:
            break
    return picked, Timeline(older=left.left)


def _touched(archive: Archive, path: str, part: str) -> bool:
    """Whether a chunk touched a file whose path holds `part`."""
    data = try_read(path) or b""
    if json.dumps(part, ensure_ascii=False)[1:-1].encode("utf-8", "replace") not in data:
        return False  # most of them, told without parsing
    meta = archive.meta(path)
    return meta is not None and any(part in f for f in meta["files"])


def _take(archive: Archive, session: Session, paths: list[str], filters: Filters) -> None:
    """Read chunk files whole."""
    for path in paths:
        try:
            session.take(load(read(path) or b"", path), filters)
        except (ArchiveError, OSError) as e:
            archive.note_unread(path, e)
            session.unseen += 1


def _take_metas(archive: Archive, session: Session, paths: list[str], room: int) -> int:
    """Read front matters, the newest; how many."""
    seen = paths[max(len(paths) - room, 0) :]
    session.unread += len(seen)
    session.unseen += len(paths) - len(seen)
    for path in seen:
        if meta := archive.meta(path):
            session.take_meta(meta)
    return len(seen)


def _take_agents(archive: Archive, session: Session, folder: SessionFolder, filters: Filters, room: int) -> int:
    """Count the sub-agents and add the files they touched; how many front matters that took."""
    taken = 0
    for path in agents_of(folder):
        session.agents += is_at_work(os.path.basename(path)) and bool(chunk_names(path))
        agent = SessionFolder(path, folder.session, "", "", "")
        for chunk in chunks_within(agent, filters)[: max(room - taken, 0)]:
            taken += 1
            meta = archive.meta(chunk)
            if meta and filters.admit_chunk(meta):
                session.take_meta(meta)
    return taken


def _link(sessions: list[Session]) -> None:
    """Tell decisions which of them replaced which."""
    told: list[Decision] = [d for s in sessions for d in s.decisions]
    pairs = superseded([Statement(d.quote, d.time, d.kind, d.about) for d in told])
    for older, newer in pairs:
        told[older].replaced_by = told[newer].at
        told[newer].replaces = told[older].at
