"""The places where something of a session may stand, and how it is taken out of each, in order.

What needs the texts to be recognised goes first, then names that come from them, then the texts themselves, at last
what is made from the chunk files. A run that is killed finds, when it is taken again, all that it needs.

In: what goes. Out: how many things in each place held any of it.
Never: a change to what tells of nothing that goes; a file of somebody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.forget.places import jottings, labelled, programs, questions, relisting, taking
from rlm_core.forget.places.job import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.forget.places.job import Job
    from rlm_core.forget.target import Target

PLACES: tuple[tuple[str, Callable[[Job], int]], ...] = (
    ("unfinished work", taking.clear_workshops),
    ("answers", questions.clear_answers),
    ("orders", questions.clear_orders),
    ("sessions of cells", programs.clear_cells),
    ("receipts", questions.clear_receipts),
    ("grants", questions.clear_grants),
    ("hints", jottings.clear_hints),
    ("notes of sessions", jottings.clear_notes),
    ("notes of folders", labelled.clear_notes_of_folders),
    ("log", jottings.clear_log),
    ("files left behind", jottings.clear_left_behind),
    ("summaries", taking.clear_summaries),
    ("damaged files", taking.clear_damaged),
    ("names of chunks", labelled.clear_labels),
    ("states", labelled.clear_states),
    ("open chunks", taking.close_open_chunks),
    ("entries", taking.clear_chunks),
    ("folders", taking.clear_folders),
    ("cited", relisting.clear_cited),
    ("figures", relisting.settle_states),
    ("documents", relisting.clear_documents),
    ("indexes", relisting.clear_indexes),
    ("map", relisting.clear_map),
    ("maps in the copy", relisting.clear_copies),
    ("pages", relisting.clear_pages),
    ("search index", relisting.clear_search),
)
"""Name -> what takes it out, and says how many things there held any of it."""


unread = questions.unread_books


def counts(target: Target) -> list[tuple[str, int]]:
    """How many things in each place hold any of it; nothing is written."""
    return _run(target, dry=True)


def scrub(target: Target) -> list[tuple[str, int]]:
    """Take it out of every place: (name, how many things there held any of it) of those that did.

    Each step may be taken twice. Raises ArchiveError, OSError and LockTimeoutError when a file cannot be written or a
    hook holds a transcript for long: what is done stays done, and another run does the rest.
    """
    return _run(target, dry=False)


def _run(target: Target, *, dry: bool) -> list[tuple[str, int]]:
    job = begin(target, dry=dry)
    done = [(name, clear(job)) for name, clear in PLACES]
    return [(name, count) for name, count in done if count]
