"""Finds what is left of a project's lost sessions below Claude Code's directory. Reads; writes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid

from rlm_core.clock import iso
from rlm_core.disk import names, try_read
from rlm_core.home import config_dir
from rlm_core.reach import Reach
from rlm_core.record import Record, each
from rlm_core.transcript.folder import decoded
from rlm_core.transcript.locate import SESSION_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

HISTORY, PASTES, TODOS, VERSIONS, PLANS = "history.jsonl", "paste-cache", "todos", "file-history", "plans"
MOST_TEXT = 200_000  # characters of a file's version, a plan or a pasted text that are taken
MOST_VERSIONS = 500  # of files, of a session
MOST_PATHS = 100_000  # of the project's files, by which versions find their names again
_VERSION = re.compile(r"([0-9a-f]{16})@v(\d{1,6})$")
_PASTE = re.compile(r"[0-9a-f]{8,64}$")
_NO_FILES = frozenset((".git", "node_modules", ".venv", "__pycache__"))
FIRST, LAST = 946_684_800_000, 4_102_444_800_000  # milliseconds: 2000 to 2099


class Remains(Record):
    """What is left of a session. prompts: (milliseconds since 1970, text), oldest first. versions: (name, text) of
    files before they were edited. is_day: it is no session, but a day whose prompts name none.
    """

    session: str
    cwd: str
    prompts: list[tuple[int, str]] = each(list)
    todos: list[str] = each(list)
    versions: list[tuple[str, str]] = each(list)
    unreadable: int = 0
    is_day: bool = False

    @property
    def started(self) -> str:
        return _iso(self.prompts[0][0]) if self.prompts else ""

    @property
    def ended(self) -> str:
        return _iso(self.prompts[-1][0]) if self.prompts else ""


def _iso(milliseconds: int) -> str:
    import time

    return iso(int(time.strftime("%Y%m%d%H%M%S", time.gmtime(milliseconds / 1000))))


def lost_sessions(reach: Reach, is_known: Callable[[str, str], bool]) -> list[Remains]:
    """The remains of the project's sessions that are neither archived nor have a transcript, oldest first.

    is_known: whether a session is, by its id and the time of a prompt of it; the id is "" in old histories, whose
    prompts are then put together by the day.
    """
    found: dict[str, Remains] = {}
    for line in _history(reach):
        session, when = line["sessionId"], line["timestamp"]
        if is_known(session, _iso(when)):
            continue
        name = session or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{reach.project}\0{_iso(when)[:10]}"))
        remains = found.setdefault(name, Remains(name, line["project"], is_day=not session))
        remains.prompts.append((when, _with_pastes(line)))
    named = _Named(reach.project) if found else None
    for remains in found.values():
        remains.prompts.sort(key=lambda p: p[0])
        if not remains.is_day and named:
            remains.todos = list(_todos(remains.session))
            _add_versions(remains, named)
    return sorted(found.values(), key=lambda r: r.prompts[0][0])


def _history(reach: Reach) -> Iterator[dict[str, Any]]:
    """The lines of the prompt history that are the project's, with a time, a text and an id or ""."""
    for raw in (try_read(os.path.join(config_dir(), HISTORY)) or b"").split(b"\n"):
        try:
            line = json.loads(raw) if raw.strip() else None
        except (ValueError, RecursionError):
            continue
        if not isinstance(line, dict) or not isinstance(line.get("display"), str) or not line["display"].strip():
            continue
        when, project, session = line.get("timestamp"), line.get("project"), line.get("sessionId") or ""
        if type(when) is not int or not FIRST <= when < LAST or not isinstance(project, str):
            continue
        if not isinstance(session, str) or (session and not SESSION_ID.fullmatch(session)):
            continue
        if os.path.isabs(project) and "\0" not in project and reach.holds(project, session):
            yield {**line, "sessionId": session}


def _with_pastes(line: dict[str, Any]) -> str:
    """A prompt with what was pasted into it, which the history keeps beside it."""
    pasted = line.get("pastedContents")
    texts = [t for p in (pasted.values() if isinstance(pasted, dict) else ()) if (t := _paste(p))]
    return "\n\n".join([line["display"], *texts])


def _paste(paste: object) -> str:
    if not isinstance(paste, dict):
        return ""
    text, digest = paste.get("content"), paste.get("contentHash")
    if isinstance(text, str):
        return text[:MOST_TEXT] if paste.get("type") != "image" else ""
    if isinstance(digest, str) and _PASTE.match(digest):
        return _text(os.path.join(config_dir(), PASTES, f"{digest}.txt")) or ""
    return ""


def _text(path: str) -> str | None:
    """A file's text, its beginning where it is long; None for what is no text, or cannot be read."""
    data = try_read(path)
    text = decoded(data) if data is not None else None
    return text[:MOST_TEXT] if text is not None else None


def _todos(session: str) -> Iterator[str]:
    folder = os.path.join(config_dir(), TODOS)
    for name in names(folder):
        if name.startswith(f"{session}-") and name.endswith(".json"):
            try:
                items = json.loads(try_read(os.path.join(folder, name)) or b"[]")
            except (ValueError, RecursionError):
                continue
            items = [t for t in items if isinstance(t, dict)] if isinstance(items, list) else []
            yield from (f"{t.get('status', '')}: {t.get('content', '')}" for t in items)


class _Named:
    """The project's files by the hashes that the client names their versions by: SHA-256 of a path, 16 digits."""

    def __init__(self, project: str) -> None:
        self._by_hash: dict[str, str] = {}
        for folder, folders, files in os.walk(project):
            folders[:] = [f for f in folders if f not in _NO_FILES]
            for name in files:
                path = os.path.join(folder, name)
                for shown in (path, os.path.relpath(path, project)):
                    digest = hashlib.sha256(os.fsencode(shown)).hexdigest()[:16]
                    self._by_hash[digest] = os.path.relpath(path, project)
            if len(self._by_hash) > 2 * MOST_PATHS:
                return

    def of(self, digest: str) -> str:
        return self._by_hash.get(digest, "a file that is gone")


def _add_versions(remains: Remains, named: _Named) -> None:
    """What files were before the session's edits."""
    folder = os.path.join(config_dir(), VERSIONS, remains.session)
    found = [(m[1], int(m[2]), name) for name in names(folder) if (m := _VERSION.match(name))]
    for digest, number, name in sorted(found)[:MOST_VERSIONS]:
        text = _text(os.path.join(folder, name))
        if text is None:
            remains.unreadable += 1
        else:
            remains.versions.append((f"{named.of(digest)}, version {number}", text))
    remains.unreadable += len(found[MOST_VERSIONS:])


def plans(reach: Reach) -> tuple[list[tuple[str, str, int]], int]:
    """(name, text, milliseconds) of the plans that name the project's directory; how many others there are.

    A plan does not say which project it is of.
    """
    folder = os.path.join(config_dir(), PLANS)
    own, others = [], 0
    for name in names(folder):
        text = _text(os.path.join(folder, name)) if name.endswith(".md") else None
        if text is None:
            continue
        if any(place in text for place in (reach.project, *reach.former, *reach.trees)):
            own.append((name, text, os.stat(os.path.join(folder, name)).st_mtime_ns // 1_000_000))
        else:
            others += 1
    return own, others
