"""Finds the transcripts whose last run died, by the byte in their locks."""

from __future__ import annotations

import os

from rlm_core.archive import state as states
from rlm_core.errors import ArchiveError
from rlm_core.transcript.source import Source, file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive

MOST_BYTES = 4 * 1024 * 1024  # of a transcript still to be read: more is left to its own next run


def left_by_the_dead(archive: Archive, source: Source) -> Iterator[Source]:
    """Transcripts other than the source's whose state or rows in the ledger may be half written; some are at work."""
    folder = archive.path("state", "locks")
    for name in sorted(os.listdir(folder)):
        stem = name.removesuffix(".lock")
        if stem == source.name or not file_stamp(os.path.join(folder, name))[0]:
            continue
        try:
            state = states.load(archive.path("state", "sources", f"{stem}.json"))
        except ArchiveError:
            continue
        found = _source(state, os.path.join(os.path.dirname(source.path), f"{stem}.jsonl"))
        read = state.position.offset if state is not None else 0
        if found is not None and found.name == stem and file_stamp(found.path)[0] - read <= MOST_BYTES:
            yield found


def _source(state: states.State | None, beside: str) -> Source | None:
    """The transcript of a state; without one that which lies beside the new one, None if none does."""
    if state is not None:
        return Source(state.position.transcript or beside, state.session, state.agent)
    return Source(beside) if os.path.isfile(beside) else None
