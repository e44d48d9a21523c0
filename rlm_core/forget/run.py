"""One run of `rlm forget`, in an order in which a kill at any moment is completed by the next run.

1 the plan, 2 the tombstones, 3 to 6 the places (`places`), 7 the proof, 8 the plan goes. Whatever made use of the texts
goes before the chunks that still hold them, so that the next run reads them once more; each step may be taken twice.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.mending.closing import close_chunk
from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.burying import Grave, bury
from rlm_core.errors import ArchiveError, RlmError, worded
from rlm_core.forget import places, plan, proof
from rlm_core.forget.called import titles_alone, titles_named, titles_of
from rlm_core.forget.naming import Named, doomed, select
from rlm_core.forget.transcripts import blank
from rlm_core.forget.unarchived import waiting
from rlm_core.home import user_key
from rlm_core.record import Record, each

if TYPE_CHECKING:
    from rlm_core.archive.store import Archive
    from rlm_core.forget.proof.probes import Probes
    from rlm_core.forget.target import Target

ATTEMPTS = 5  # at a session that goes on while it is looked at


class Forgetting(Record):
    """What a run did, or would do.

    places: (name, how many things there) of each place that held any of it. entries: how many were forgotten; waiting:
    how many Claude Code still has that were never archived, and will not be. left: (path, count) of files of ours that
    still tell of it. unread: (path, bytes) of damaged books that go, or went, without being read. blanked: (path,
    records) of Claude Code's transcripts that were changed. not_ours: (path, command) of what still tells and rlm may
    not change, and what does.
    """

    places: list[tuple[str, int]] = each(list)
    entries: int = 0
    chunks: int = 0
    sessions: int = 0
    waiting: int = 0
    carried_out: bool = False
    left: list[tuple[str, int]] = each(list)
    unread: list[tuple[str, int]] = each(list)
    blanked: list[tuple[str, int]] = each(list)
    not_ours: list[tuple[str, str]] = each(list)


def dry_run(archive: Archive, named: Named) -> Forgetting:
    """What `forget` would do; nothing is written. Raises RlmError when nothing is named so."""
    target = select(archive, named)
    told = len({uuid for uuid, *_ in waiting(target, named)} - {entry.uuid for entry in target.entries})
    _check(target, told)
    _, probes = _titles_and_probes(target)
    made = _outcome(target, places.counts(target), told)
    made.unread = places.unread(archive)
    made.not_ours = proof.not_ours(target, probes)
    return made


def forget(archive: Archive, named: Named, *, transcripts: bool = False) -> Forgetting:
    """Forget it in every place of ours, keep it out, and look whether anything is left.

    transcripts: also blank it in those that Claude Code has of sessions which are not open. Raises RlmError when
    nothing is named so, LockTimeoutError, ArchiveError and OSError: another run does the rest then.
    """
    target = _settled(archive, named)
    grave = Grave()
    told = _gather_what_waits(grave, target, named)
    _check(target, told)
    titles, probes = _titles_and_probes(target)  # first: from what is still there
    _gather(grave, target, named, titles)
    key = user_key(create=True)
    former, _, still = plan.pending(archive) or (None, None, [])  # which is stuck: its proof stays to be done
    plan.write(target, grave.stones, proof.noted(probes, still, key), former)
    bury(archive, grave.stones)
    made = _carried_out(target, probes, told, proof.from_digests(still, key) if still else None)
    if transcripts:
        made.blanked = blank(target, probes)
    made.not_ours = proof.not_ours(target, probes)
    return made


def complete(archive: Archive) -> Forgetting | None:
    """Do the rest of a run that was killed; None when there is none."""
    found = plan.pending(archive)
    if found is None:
        return None
    target, stones, digests = found
    _read_again(target)
    probes = proof.from_digests(digests, user_key(create=True))
    bury(archive, stones)
    made = _carried_out(target, probes, 0)
    made.not_ours = proof.not_ours(target, probes)
    return made


def _carried_out(target: Target, probes: Probes, told: int, before: Probes | None = None) -> Forgetting:
    """before: of a run that is stuck, and is not done before nothing of that is left either."""
    unread = places.unread(target.archive)
    made = _outcome(target, places.scrub(target), told)
    made.unread, made.carried_out = unread, True
    made.left = proof.left(target.archive, probes)
    if before is not None:
        made.left = list(dict.fromkeys([*made.left, *proof.left(target.archive, before)]))
    if not made.left:
        plan.done(target.archive)
    return made


def _outcome(target: Target, counted: list[tuple[str, int]], told: int) -> Forgetting:
    entries = {(e.folder.removesuffix("/old"), e.uuid) for e in target.entries}
    sessions = {"/".join(e.folder.split("/")[:2]) for e in target.entries if e.folder.startswith("sessions/")}
    return Forgetting(counted, len(entries), len(target.chunks), len(sessions | {*target.whole}), told)


def _titles_and_probes(target: Target) -> tuple[list[str], Probes]:
    """The titles that go by their text, which are among the target's from here on, and the probes for all of these."""
    every = titles_of(target.archive)
    titles = titles_named(target, every)
    target.texts += titles
    probes, more = proof.probes_and_more(target, (title for _, title in every if title not in titles))
    target.texts += more
    target.alone = titles_alone(target, probes, every)
    alone = {title for _, title in target.alone}
    target.texts = [text for text in target.texts if text not in alone]
    return [title for title in [*titles, *more] if title not in alone], probes


def _check(target: Target, told: int) -> None:
    """Raise RlmError when there is nothing to forget and nothing to keep out."""
    kept_out = target.sessions and target.never_again
    if not (target.entries or target.whole or told or kept_out):
        raise RlmError(worded("nothing in {root} is named so: nothing was forgotten", root=target.archive.root))


def _settled(archive: Archive, named: Named) -> Target:
    """What is to be forgotten, all of it in chunks that do not change any more.

    The open chunk of a session that goes on is closed as it stands, then looked at once more.
    """
    for _ in range(ATTEMPTS):
        target = select(archive, named)
        todo = [path for path in target.altered if path.startswith("sessions/")]
        closed = [_closed(archive, *os.path.split(path)) for path in todo]  # all of them
        if not any(closed):
            return target
    raise RlmError("the session goes on faster than its last chunk can be closed; run this again when it is quiet")


def _closed(archive: Archive, folder: str, name: str) -> bool:
    """Whether a chunk had to be closed; one that was replaced meanwhile has to be looked for again."""
    if folder.endswith("/old"):
        return False
    try:
        return close_chunk(archive, folder, name)
    except (ArchiveError, FileNotFoundError):
        return not os.path.exists(archive.path(folder, name))


def _gather_what_waits(grave: Grave, target: Target, named: Named) -> int:
    """Tombstones for what was never archived of the same; how many entries that are."""
    known = {entry.uuid for entry in target.entries}
    told = set()
    for uuid, texts, time, role in waiting(target, named):
        for text in texts or [""]:
            grave.entry(uuid, text, time, role)
        told.add(uuid)
    return len(told - known)


def _gather(grave: Grave, target: Target, named: Named, titles: list[str]) -> None:
    """The tombstones of what the archive holds."""
    grave.count(len({entry.uuid for entry in target.entries}))
    for entry in target.entries:
        if not target.documents:  # a document is kept out by its name, and may be added again
            grave.entry(entry.uuid, entry.text, entry.time, entry.role)
        for name in entry.blobs:
            grave.name(name)
    for title in titles:
        grave.title(title)
    for session, title in target.alone:
        grave.title(title, session)
    for session in target.sessions if target.never_again else ():
        grave.session(session)
    for folder in target.whole:
        if target.documents:
            grave.document(os.path.basename(folder), never=target.never_again)
        else:
            _gather_summaries(grave, target.archive, folder)
    if target.never_again and named.match:
        grave.words(named.match)


def _gather_summaries(grave: Grave, archive: Archive, folder: str) -> None:
    for name in chunk_names(archive.path(folder, "summaries")):
        grave.name(name)


def _read_again(target: Target) -> None:
    """Take the texts of a target from what still stands of it."""
    archive = target.archive
    standing = {(e.folder, e.file, e.uuid): e for e in doomed(archive, {e.uuid for e in target.entries})}
    target.entries = [standing.get((e.folder, e.file, e.uuid), e) for e in target.entries]
    target.texts = [*dict.fromkeys(e.text for e in target.entries if e.text)]
