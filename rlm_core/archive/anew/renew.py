"""Brings a transcript's chunks to today's form, or leaves them as they are and says why."""

from __future__ import annotations

import os
import shutil

from rlm_core.archive import state as states
from rlm_core.archive.anew.compare import PoorerError, compare
from rlm_core.archive.anew.former import OLD, has_former, is_former
from rlm_core.archive.anew.swap import Plan, finish
from rlm_core.archive.anew.workshop import Aside, Workshop, workshop_of
from rlm_core.archive.intake import intake
from rlm_core.archive.mending.mend import mend
from rlm_core.archive.proof.verify import damaged
from rlm_core.archive.store import chunk_names, is_moved_in
from rlm_core.archive.summaries import renumbered
from rlm_core.archive.work import Work
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import make_dir, read, write_atomic
from rlm_core.errors import ArchiveError, phrase, worded
from rlm_core.lock import Lock
from rlm_core.redaction.clean import written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.archive.state import State
    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText
    from rlm_core.transcript.source import Source

GONE = "Claude Code no longer has its transcript"
MOVED_IN = "it was moved in beside what the archive had of its session"


class Renewal:
    """What became of a transcript with chunks of a former form.

    why: they stay; "": today's stand in their place. entries_new: how many more entries these hold.
    """

    __slots__ = ("agent", "entries_new", "session", "why")

    def __init__(self, session: str, agent: str, why: str = "", entries_new: int = 0) -> None:
        self.session = session
        self.agent = agent
        self.why = why
        self.entries_new = entries_new

    def as_json(self) -> dict[str, str]:
        return {"session": self.session, "agent": self.agent, "why": self.why}


def renew(archive: Archive, source: Source, *, wait: float = 10.0) -> Renewal | None:
    """Archive a transcript once more if it has chunks of a former form; None when it has none.

    wait: as of `take`. Raises LockTimeoutError, and ArchiveError or OSError when the archive cannot be written; then
    all stands as it stood, or is finished by the next run.
    """
    state = states.load(archive.state_path(source))
    workshop = workshop_of(archive, source.name)
    if state is not None and not os.path.isdir(workshop) and not has_former(archive.path(state.folder or "-")):
        return None
    archive.prepare()
    with Lock(archive.path("state", "locks", f"{source.name}.lock"), wait) as lock:
        lock.mark()
        work = Work(archive, source, lock)
        try:
            state = states.load(archive.state_path(source))
            if state is not None:
                work.state = state
            if state is None or lock.dirty or not work.agrees():
                mend(work, noted=state is not None, restore=False)
            if not work.state.folder or not has_former(archive.path(work.state.folder)):
                return None
            before = work.state.entries
            try:
                _renew(work, workshop)
            except PoorerError as e:
                return Renewal(
                    source.session,
                    source.agent,
                    worded("{path} {why}", path=e.uuid, why=phrase(e.what)) if e.uuid else e.what,
                )
            return Renewal(source.session, source.agent, entries_new=work.state.entries - before)
        finally:
            work.end()


def _renew(work: Work, workshop: str) -> None:
    """Raises PoorerError when something would be lost; then nothing has changed."""
    if not os.path.isfile(work.source.path):
        raise PoorerError("", GONE)
    if os.path.isdir(workshop):
        shutil.rmtree(workshop)  # of a run that was killed before it had proven anything
    try:
        plan = _build(work, workshop)
    except (PoorerError, ArchiveError, OSError):
        shutil.rmtree(workshop, ignore_errors=True)
        raise
    plan.save(workshop)
    finish(work, workshop)


def _build(work: Work, workshop: str) -> Plan:
    """Archive the transcript into the workshop, and prove that nothing would be lost."""
    archive, source, state = work.archive, work.source, work.state
    folder = archive.path(state.folder)
    names = [written_before(name) for name in chunk_names(folder)]
    try:
        metas = [load_meta(read(os.path.join(folder, name)) or b"", name) for name in names]
    except ArchiveError as e:
        raise PoorerError("", worded("{why}", why=e)) from e
    make_dir(os.path.dirname(workshop))
    make_dir(workshop)
    own = [uuid for meta in metas for uuid in meta["uuids"]]
    ledger = Aside(archive.path("state", "uuids"), work.tag, own)
    shop = Workshop(archive, workshop, state.folder.partition("/agents/")[0], ledger)
    shop.prepare()
    intake(Work(shop, source, work.lock))
    compare([os.path.join(folder, name) for name in names], shop)
    harmed = damaged(shop)
    made = states.load(shop.state_path(source))
    if harmed or made is None or made.folder != state.folder:
        raise PoorerError(
            "",
            worded(
                "the new chunks are not whole: {harmed}",
                harmed=(harmed[0] if harmed else worded("they stand elsewhere")),
            ),
        )
    old = to_move(folder, shop.path(made.folder), names)
    return Plan(state.folder, old, renumber_summaries(folder, shop, made, metas))


def to_move(folder: str, new: str, names: Sequence[CleanText]) -> list[CleanText]:
    """Which chunk files go to `old/`: all but those that are made once more to the byte.

    Raises PoorerError where a file of that name with other content stands in the new chunks, or in `old/` already.
    """
    moved = []
    for name in names:
        data = read(os.path.join(folder, name))
        for other in (read(os.path.join(new, name)), read(os.path.join(folder, OLD, name))):
            if other is not None and other != data:
                raise PoorerError("", worded("{name} would stand in the place of another chunk", name=name))
        if not os.path.exists(os.path.join(new, name)):
            moved.append(name)
    return moved


def renumber_summaries(
    folder: str, shop: Archive, made: State, metas: Sequence[dict[str, Any]]
) -> dict[CleanText, CleanText]:
    """Write summaries into the workshop under the number that their last chunk has now; former name -> new one."""
    beside = os.path.join(folder, "summaries")
    names = [n for n in chunk_names(beside) if os.path.isfile(os.path.join(beside, n))]
    if not names:
        return {}
    now = {uuid: meta["number"] for meta in shop.metas() for uuid in meta["uuids"]}
    ends = {meta["number"]: now[meta["uuids"][-1]] for meta in metas if meta["uuids"] and meta["uuids"][-1] in now}
    target = os.path.join(shop.path(made.folder), "summaries")
    make_dir(target)
    renamed = {}
    for name in map(written_before, names):
        number = int(name.partition("-")[0])
        if ends.get(number, number) != number:
            new, data = renumbered(read(os.path.join(beside, name)) or b"", ends[number])
            write_atomic(os.path.join(target, new), data)
            renamed[name] = new
    return renamed


def left_behind(archive: Archive, renewals: Sequence[Renewal]) -> list[Renewal]:
    """The transcripts with chunks of a former form of which nothing was said, and why these stay."""
    told = {(r.session, r.agent) for r in renewals}
    found = []
    for folder in archive.folders():
        former = next((p for n in chunk_names(folder) if is_former(p := os.path.join(folder, n))), "")
        try:
            meta = load_meta(read(former) or b"", former) if former else None
        except (ArchiveError, OSError):
            continue
        if meta is not None and (meta["session"], meta.get("agent", "")) not in told:
            why = MOVED_IN if is_moved_in(os.path.relpath(folder, archive.root)) else GONE
            found.append(Renewal(meta["session"], meta.get("agent", ""), why))
    return found
