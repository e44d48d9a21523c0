"""The edits of an archive: which call brought which lines into which file, of those that worked."""

from __future__ import annotations

import os
import re

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import read, try_read
from rlm_core.errors import ArchiveError
from rlm_core.record import Record
from rlm_core.transcript.calls import DIFFS, EDITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.entries import ArchivedEntry

_HEADING = re.compile(rb"^## assistant \xc2\xb7 (?:%s) #" % b"|".join(e.encode() for e in EDITS), re.M)
_PATH = re.compile(r"^(?:file_path|notebook_path): (.+)$", re.M)
_CREATED = "created successfully"


class EditCall(Record):
    """A call that changed a file. path: as it was given. cwd: of its session. citation: `chunk:line`. time: ISO-8601.

    added, removed: lines without the space around them; of a new file all are added. context: lines of the same call
    that stayed. turn: the entries of its turn up to it, as far as its chunk has them. prompt: what its turn began with,
    where its chunk begins later. folder: of its session. whole: it wrote the whole of a file that was there: which
    lines are new nobody knows.
    """

    path: str
    cwd: str
    citation: str
    session: str
    time: str
    added: set[str]
    removed: set[str]
    context: set[str]
    turn: list[ArchivedEntry]
    prompt: str
    folder: str = ""
    whole: bool = False


def edit_calls(archive: Archive) -> Iterator[EditCall]:
    """The edits of all sessions and sub-agents, a directory at a time; those that failed, or whose end is not archived,
    are none.
    """
    for folder in archive.folders():
        yield from _in_folder(archive, folder)


def _in_folder(archive: Archive, folder: str) -> Iterator[EditCall]:
    waiting: dict[str, EditCall] = {}
    for name in chunk_names(folder):
        path = os.path.join(folder, name)
        data = try_read(path) or b""
        if not waiting and not _HEADING.search(data):
            continue
        try:
            chunk = load(read(path) or b"", path)
        except (ArchiveError, OSError) as e:
            archive.note_unread(path, e)
            continue
        entries = entries_of(chunk)
        for n, one in enumerate(entries):
            if one.kind == "call" and one.tool in EDITS:
                made = _taken_apart(one, folder)
                if made is not None:
                    made.cwd, made.session = str(chunk.meta.get("cwd", "")), str(chunk.meta["session"])
                    made.citation = f"{chunk.meta['chunk']}:{one.line}"
                    made.turn = [e for e in entries[:n] if e.turn == one.turn]
                    made.prompt = str(chunk.meta.get("prompt", ""))
                    made.folder = _session_of(folder)
                    waiting[one.call_id] = made
            elif one.kind == "tool" and one.call_id in waiting:
                made = waiting.pop(one.call_id)
                made.whole = made.whole and _CREATED not in one.text
                if not one.failed:
                    yield made


def _session_of(folder: str) -> str:
    """The directory of the session to which a directory of chunks belongs."""
    above = os.path.dirname(folder)
    return os.path.dirname(above) if os.path.basename(above) == "agents" else folder


def _taken_apart(one: ArchivedEntry, folder: str) -> EditCall | None:
    """What a call did; None where its text does not say. Its session and its place are filled in by the caller."""
    fence, _, rest = one.text.partition("\n")
    text = rest.rpartition("\n")[0]
    for blob in one.blobs:  # too long for the chunk: the whole of it is beside
        text = (try_read(os.path.join(folder, "blobs", blob)) or b"").decode("utf-8", "replace")
    found = _PATH.search(text)
    if not found:
        return None
    made = EditCall(found[1], "", "", "", one.iso_time, set(), set(), set(), [], "")
    if one.tool in DIFFS:
        if not fence.endswith("diff"):
            return None
        for line in text.split("\n"):
            kept = {"+": made.added, "-": made.removed, " ": made.context}.get(line[:1])
            if kept is not None:
                kept.add(line[1:].strip())
        made.added, made.removed = made.added - made.removed - made.context, made.removed - made.added - made.context
        return made
    _, given, content = text.partition("\ncontent:")
    if not given:
        return None
    made.added = {line.strip() for line in content.split("\n")}
    made.whole = True
    return made
