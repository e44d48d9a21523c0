"""What the sub-agents of a session were asked, and what became of them.

- a1b2c3: asked "Find where the retry limit is read", answered "Three places, all in client.py."
"""

from __future__ import annotations

import os

from rlm_core.archive.maps import title_of
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import is_dir, names, try_read
from rlm_core.errors import ArchiveError
from rlm_core.language.quoting import tame_start
from rlm_core.transcript.folder import is_at_work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.chunks.entries import ArchivedEntry

DELEGATED_CHARS = 500
ASKED_CHARS, ANSWER_CHARS, ID_CHARS = 72, 110, 12
MOST_AGENTS = 8  # that are opened, the newest
HEAD = "Sub-agents of this session, the one heard of last first (agents/ID in its folder has all they did):\n"


def delegated(folder: str) -> str:
    """The sub-agents of a session, in at most DELEGATED_CHARS characters, and how many more there are; "" for none."""
    paths = [p for n in names(os.path.join(folder, "agents")) if is_dir(p := os.path.join(folder, "agents", n))]
    agents = [p for p in paths if is_at_work(os.path.basename(p)) and chunk_names(p)]
    agents.sort(key=lambda path: (os.stat(path).st_mtime_ns, path), reverse=True)
    text, shown = HEAD, 0
    for path in agents[:MOST_AGENTS]:
        row = f"- {os.path.basename(path)[:ID_CHARS]}: {_asked(path)}, {_fate(path)}\n"
        if len(text) + len(row) + 30 > DELEGATED_CHARS:
            break
        text, shown = text + row, shown + 1
    rest = f"… and {len(agents) - shown} others" if shown < len(agents) else ""
    return (text + rest).rstrip("\n") if shown else ""


def _asked(path: str) -> str:
    return f'asked "{_quotable(title_of(path), ASKED_CHARS)}"'


def _fate(path: str) -> str:
    """What its last entry that was archived says of it."""
    for one in reversed(_last_entries(path)):
        if one.kind == "assistant":
            return f'answered "{_quotable(one.text, ANSWER_CHARS)}"'
        if one.kind != "system":
            break
    return "no answer archived: at work, or broken off"


def _last_entries(path: str) -> list[ArchivedEntry]:
    last = os.path.join(path, chunk_names(path)[-1])
    try:
        return entries_of(load(try_read(last) or b"", last))
    except ArchiveError:
        return []


def _quotable(text: str, most: int) -> str:
    return tame_start(text, most).replace('"', "'")
