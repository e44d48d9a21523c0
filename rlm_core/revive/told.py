"""The entries of an archived session, in order: its own, and those that it shares with the session it came from."""

from __future__ import annotations

import re

from rlm_core.archive.ledger import owner_tag
from rlm_core.archive.state import load as load_state
from rlm_core.archive.store import owner_name
from rlm_core.chunks.altered import FORGOTTEN
from rlm_core.chunks.entries import entries_of
from rlm_core.errors import RlmError, worded
from rlm_core.record import Record
from rlm_core.search.hits import Filters
from rlm_core.timeline.sessions import SessionFolders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.timeline.sessions import SessionFolder

ORIGIN = re.compile(r"\[Revived by rlm from session ([A-Za-z0-9_-]{4,64}), up to (r\d-[0-9a-f]{12}:\d+)\]")
DEEPEST = 20  # sessions of which one came of another


class ToldEntry(Record):
    """An entry, and what its chunk says of it. chunk: the chunk's id. size: characters before redaction."""

    one: ArchivedEntry
    chunk: str
    folder: str
    size: int
    cwd: str
    branch: str

    @property
    def citation(self) -> str:
        return f"{self.chunk}:{self.one.line}"


def told_by(archive: Archive, session: str, until: str = "", deep: int = 0) -> list[ToldEntry]:
    """All entries that the session's transcript would hold, as far as they are archived, without the forgotten ones.

    until: `chunk:line`; nothing that stands behind the entry there. Raises RlmError for a session that is not archived.
    """
    folder = next((f for f in SessionFolders(archive, Filters(session=session)) if f.session == session), None)
    if folder is None:
        raise RlmError(
            worded("no session {session} in {root}; `rlm list` shows them", session=session, root=archive.root)
        )
    own = of_folder(archive, folder.path)
    found = [*(_before(archive, folder, own, deep) if deep < DEEPEST else ()), *own]
    return _cut(found, until) if until else found


def of_folder(archive: Archive, folder: str) -> list[ToldEntry]:
    """The entries of a directory of chunks, without the forgotten ones."""
    found = []
    for chunk in archive.chunks(folder):
        meta = chunk.meta
        place = str(meta["chunk"]), folder
        for one, size in zip(entries_of(chunk), meta["sizes"], strict=True):
            if one.text != FORGOTTEN or size:
                found.append(ToldEntry(one, *place, size, str(meta.get("cwd", "")), str(meta.get("branch", ""))))
    return found


def _before(archive: Archive, folder: SessionFolder, own: list[ToldEntry], deep: int) -> list[ToldEntry]:
    """What the session shares with those it came from: a fork has their first entries, a revived one says which."""
    origin = next((m for t in own[:3] if (m := ORIGIN.search(t.one.text))), None)
    if origin is not None:
        return told_by(archive, origin[1], origin[2], deep + 1)
    state = load_state(archive.path("state", "sources", f"{folder.session}.json"))
    shared = dict(state.shared) if state is not None else {}
    if not shared:
        return []
    found: list[ToldEntry] = []
    for other in reversed(list(SessionFolders(archive, Filters()))):
        count = shared.get(owner_tag(owner_name(other.session, "")).hex())  # type: ignore[call-overload]
        if count and other.session != folder.session:
            found += of_folder(archive, other.path)[:count]
    return sorted(found, key=lambda t: t.one.time) if len(shared) > 1 else found


def _cut(found: list[ToldEntry], until: str) -> list[ToldEntry]:
    """The entries up to the cited one."""
    chunk, _, line = until.rpartition(":")
    at = max((n for n, t in enumerate(found) if t.chunk == chunk and t.one.line <= int(line)), default=-1)
    if at < 0:
        raise RlmError(worded("{until} is not in this session", until=until))
    return found[: at + 1]
