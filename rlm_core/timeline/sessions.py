"""Which sessions there are, newest first, and which of their chunks fall into a span of time.

Told by the indexes, so that no chunk file is opened of a session that is not shown. Where an index is missing, the
chunk files tell.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.maps import HEAD, read_catalog, title_of
from rlm_core.archive.store import chunk_names
from rlm_core.disk import head_of, is_dir, names, try_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.search.hits import Filters

_ROW = re.compile(r"^- \[(\d+)-[0-9a-f]+\]\(([^)\n]+)\) · \S+ · (\d{4}-\d\d-\d\d \d\d:\d\d)", re.M)
_NAME = re.compile(r"^# Session (\S+)$", re.M)
_SPAN = re.compile(r"tokens, (\d{4}-\d\d-\d\d \d\d:\d\d) to (\d{4}-\d\d-\d\d \d\d:\d\d) UTC\.$", re.M)


@dataclass(frozen=True)
class SessionFolder:
    """A session's directory. started, ended: ISO-8601, "" when unknown."""

    path: str
    session: str
    title: str
    started: str
    ended: str


class SessionFolders:
    """The sessions that may hold something of the filters' session and span, newest first; opened one by one.

    left: those that were not opened yet, about which only their names are known.
    """

    def __init__(self, archive: Archive, filters: Filters) -> None:
        self._archive = archive
        self._root = archive.path("sessions")
        self._filters = filters
        self._rows, _ = read_catalog(archive.root)
        found = {n for n in names(self._root) if is_dir(os.path.join(self._root, n))}
        rows = self._rows
        known = sorted((n for n in rows if n in found), key=lambda n: (str(rows[n].get("ended", "")), n), reverse=True)
        # The catalog lists the sessions that ended last; the others' names begin with the day on which they started.
        self._names = [n for n in (*known, *sorted(found - set(known), reverse=True)) if self._may_fit(n)]
        self.left = len(self._names)

    def __iter__(self) -> Iterator[SessionFolder]:
        for n, name in enumerate(self._names, 1):
            path = os.path.join(self._root, name)
            session_folder = (
                _of_row(path, self._rows[name])
                if name in self._rows
                else _of_index(path) or _of_chunks(self._archive, path)
            )
            self.left = len(self._names) - n
            if (
                session_folder
                and session_folder.session.startswith(self._filters.session)
                and _within(session_folder, self._filters)
            ):
                yield session_folder

    def _may_fit(self, name: str) -> bool:
        """As far as the name and the catalog tell."""
        wanted, until = self._filters, self._filters.until[:10]
        if name in self._rows:
            session_folder = _of_row(name, self._rows[name])
            return session_folder.session.startswith(wanted.session) and _within(session_folder, wanted)
        other = wanted.session[:8].isalnum() and not name.partition("_")[2].startswith(wanted.session[:8])
        return not other and not (until and name[:4].isdigit() and name[: len(until)] > until)


def _within(folder: SessionFolder, filters: Filters) -> bool:
    return not (filters.since and folder.ended and folder.ended < filters.since) and not (
        filters.until and folder.started[: len(filters.until)] > filters.until
    )


def _of_row(path: str, row: dict[str, Any]) -> SessionFolder:
    return SessionFolder(path, *(str(row.get(k, "")) for k in ("session", "title", "started", "ended")))


def _of_index(path: str) -> SessionFolder | None:
    head = (head_of(os.path.join(path, "index.md"), HEAD) or b"").decode("utf-8", "replace")
    name, span = _NAME.search(head), _SPAN.search(head)
    if not name or not span:
        return None
    # Up to the minute; the last second of it, so that a filter does not pass over what it holds.
    started, ended = span[1].replace(" ", "T") + ":00Z", span[2].replace(" ", "T") + ":59Z"
    return SessionFolder(path, name[1], title_of(path), started, ended)


def _of_chunks(archive: Archive, path: str) -> SessionFolder | None:
    """None when no chunk file can be read."""
    metas = [m for n in dict.fromkeys(_ends(chunk_names(path))) if (m := archive.meta(os.path.join(path, n)))]
    if not metas:
        return None
    return SessionFolder(path, metas[0]["session"], metas[0]["title"], metas[0]["started"], metas[-1]["ended"])


def _ends(names: list[str]) -> list[str]:
    return [names[0], names[-1]] if names else []


def chunks_within(folder: SessionFolder, filters: Filters) -> list[str]:
    """Paths of the session's chunk files that may hold something of the filters' span, in order."""
    names = chunk_names(folder.path)
    if filters.since or filters.until:
        starts = _starts(folder.path)
        times = [starts.get(int(n.partition("-")[0]), "") for n in names]
        names = [n for n, a, b in zip(names, times, [*times[1:], ""], strict=True) if _may_hold(a, b, filters)]
    return [os.path.join(folder.path, n) for n in names]


def _may_hold(started: str, next_started: str, filters: Filters) -> bool:
    """Whether a chunk that begins at one minute and ends before another may hold what the filters admit."""
    if filters.since and next_started and next_started[: len(filters.since)] < filters.since[:16]:
        return False
    return not (filters.until and started and started[: len(filters.until)] > filters.until[:16])


def _starts(path: str) -> dict[int, str]:
    """Chunk number -> the minute at which it begins, from all pages of the session's index."""
    starts: dict[int, str] = {}
    pages = [n for n in names(path) if n.startswith("index") and n.endswith(".md")]
    for name in pages:
        text = (try_read(os.path.join(path, name)) or b"").decode("utf-8", "replace")
        starts.update({int(m[1]): m[3].replace(" ", "T") for m in _ROW.finditer(text)})
    return starts


def agents_of(folder: SessionFolder) -> list[str]:
    """The directories of a session's sub-agents."""
    path = os.path.join(folder.path, "agents")
    return [p for n in names(path) if is_dir(p := os.path.join(path, n))]
