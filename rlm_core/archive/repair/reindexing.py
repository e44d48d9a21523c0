"""Makes a session's index.md anew from its chunk files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.archive.catalog import line_of_meta, write_session_index
from rlm_core.archive.maps import title_of
from rlm_core.disk import remove
from rlm_core.redaction.clean import written_before

if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.proof.shelf import ChunkShelf
    from rlm_core.archive.state import State
    from rlm_core.archive.store import Archive


def renew_index(archive: Archive, shelf: ChunkShelf, source_name: str) -> None:
    """Write index.md and its pages from the chunk files that can be read. Raises OSError."""
    if not shelf.metas:
        return
    relative = written_before(os.path.relpath(shelf.folder, archive.root).replace(os.sep, "/"))
    state = states.load(os.path.join(archive.path("state", "sources"), f"{source_name}.json"))
    if state is None or state.folder != relative or state.chunks != max(shelf.chunks):
        state = as_counted(list(shelf.metas.values()), written_before(title_of(shelf.folder)))
        state.folder = relative
        state.closed.number = max(shelf.chunks)
    lines = {
        meta["number"]: line_of_meta(written_before(os.path.basename(path)), meta) for path, meta in shelf.metas.items()
    }
    for name in os.listdir(shelf.folder):
        if name.startswith("index") and name.endswith(".md"):
            remove(os.path.join(shelf.folder, name))
    write_session_index(archive.root, state, lines)


def as_counted(metas: list[dict[str, Any]], title: str) -> State:
    """A transcript's figures as its chunk files have them."""
    first = metas[0]
    state = states.State(written_before(first["session"]), written_before(first.get("agent", "")))
    for meta in metas:
        state.closed.count(meta["chunk"], len(meta["uuids"]), meta["tokens"], meta["redactions"])
    state.started = written_before(next((m["started"] for m in metas if m["started"]), ""))
    state.ended = written_before(max(m["ended"] for m in metas))
    state.title = (0, written_before(title))
    return state
