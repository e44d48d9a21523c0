"""Titles of sessions that go with what is forgotten: Claude Code's transcripts tell them again.

No entry holds them, so that they have to be looked for by themselves: those that hold the named words or fit the named
pattern, those of sessions of which nothing stays, and those that tell of what goes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.disk import names
from rlm_core.errors import ArchiveError
from rlm_core.forget.naming import shelves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.archive.store import Archive
    from rlm_core.forget.proof.probes import Probes
    from rlm_core.forget.target import Target


def titles_named(target: Target, titles: list[tuple[str, str]]) -> list[str]:
    """Those titles, each once, that hold what the user named, and those of sessions of which nothing stays.

    Directories and branches that hold it are among them: a transcript tells these again, too.
    """
    going = {*target.sessions, *_emptied(target)}
    found = (title for session, title in titles if session in going or target.names(title))
    return list(dict.fromkeys([*found, *_places_named(target)]))


def _places_named(target: Target) -> Iterator[str]:
    """The directories and branches that hold what the user named."""
    for meta in target.archive.metas() if target.holds else ():
        for name in ("cwd", "branch"):
            if meta.get(name) and target.names(str(meta[name]), is_place=name == "cwd"):
                yield str(meta[name])


def titles_alone(target: Target, probes: Probes, titles: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(session, title) of sessions of which nothing stays, where the title holds and tells nothing of what goes.

    Another session may be called so: it keeps its title.
    """
    going = {*target.sessions, *_emptied(target)}
    found = (row for row in titles if row[0] in going)
    return [row for row in found if not target.names(row[1]) and not probes.in_text(row[1])]


def _emptied(target: Target) -> set[str]:
    """The sessions that lose entries and keep none."""
    uuids = {entry.uuid for entry in target.entries}
    below = {"/".join(e.folder.split("/")[:2]) for e in target.entries if e.folder.startswith("sessions/")}
    losing, keeping = set[str](), set[str]()
    for shelf in shelves(target.archive, documents=False, below=below) if below else ():
        for entry in shelf.entries:
            (losing if entry.uuid in uuids else keeping).add(shelf.session)
    return losing - keeping


def titles_of(archive: Archive) -> list[tuple[str, str]]:
    """(session, title) of all that states note, of records that may still come included."""
    folder = archive.path("state", "sources")
    found = list[tuple[str, str]]()
    for name in names(folder):
        try:
            state = states.load(os.path.join(folder, name))
        except ArchiveError:
            continue
        if state is not None:
            found += [(state.session, title) for title in (state.title[1], *state.position.leaves.values()) if title]
    return found
