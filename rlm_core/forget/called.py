"""Titles of sessions that tell of what is forgotten: Claude Code's transcripts tell them again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.disk import names
from rlm_core.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.forget.proof.probes import Probes
    from rlm_core.forget.target import Target


def titles_that_go(target: Target, probes: Probes) -> list[str]:
    """The titles, those of sessions that are forgotten wholly and others that tell of what goes, each once."""
    found = [title for session, title in _titles(target.archive) if session in target.sessions or probes.in_text(title)]
    return list(dict.fromkeys(found))


def _titles(archive: Archive) -> Iterator[tuple[str, str]]:
    """(session, title) of all that states note, of records that may still come included."""
    folder = archive.path("state", "sources")
    for name in names(folder):
        try:
            state = states.load(os.path.join(folder, name))
        except ArchiveError:
            continue
        if state is not None:
            yield from ((state.session, title) for title in (state.title[1], *state.position.leaves.values()) if title)
