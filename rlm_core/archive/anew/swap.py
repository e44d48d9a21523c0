"""Puts new chunks in the place of a transcript's former ones. Whoever is killed on the way is finished by the next.

A plan is written before the first file is moved. Every step can be taken twice, and the plan goes last.
"""

from __future__ import annotations

import json
import os

from rlm_core.archive import state as states
from rlm_core.archive.anew.former import OLD
from rlm_core.archive.catalog import Catalog, line_of_meta, write_session_index
from rlm_core.archive.cited import move_cited
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import make_dir, names, read, remove, write_atomic
from rlm_core.redaction.clean import dumps, fields, literal, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.state import State
    from rlm_core.archive.work import Work
    from rlm_core.redaction.clean import CleanText

PLAN = "plan.json"


class Plan:
    """What has to be moved. folder: of the chunks, below the archive's root. old: chunk files that go to `old/`.

    summaries: former name -> new name, of those whose chunk has another number now.
    """

    __slots__ = ("folder", "old", "summaries")

    def __init__(self, folder: CleanText, old: list[CleanText], summaries: dict[CleanText, CleanText]) -> None:
        self.folder = folder
        self.old = old
        self.summaries = summaries

    def save(self, workshop: str) -> None:
        """Write the plan into the workshop: from here on the former chunks are given up."""
        values = fields(folder=self.folder, old=self.old, summaries=self.summaries)
        write_atomic(os.path.join(workshop, PLAN), dumps(values).encode())


def load_plan(workshop: str) -> Plan | None:
    """The plan in a workshop; None when the new chunks were not proven yet."""
    data = read(os.path.join(workshop, PLAN))
    if data is None:
        return None
    values = json.loads(data)
    return Plan(values["folder"], values["old"], values["summaries"])


def finish(work: Work, workshop: str) -> bool:
    """Do what the workshop's plan says, and remove the workshop; whether there was a plan.

    The transcript's lock is held. Raises OSError when something cannot be moved; the next run goes on then.
    """
    plan = load_plan(workshop)
    if plan is not None:
        state = states.load(os.path.join(workshop, "state", "sources", f"{work.source.name}.json"))
        if state is not None:
            _move(work, plan, state, workshop)
            _enter(work, state)
        remove(os.path.join(workshop, PLAN))
    import shutil

    shutil.rmtree(workshop)
    return plan is not None


def _move(work: Work, plan: Plan, state: State, workshop: str) -> None:
    """New files in, former ones out: nothing is absent at any moment."""
    new = os.path.join(workshop, *plan.folder.split("/"))
    work.state = state
    folder = work.folder()
    for part in ("blobs", "summaries", ""):
        source = os.path.join(new, part)
        found = [n for n in names(source) if part or n in chunk_names(new)]
        if found and part:
            make_dir(os.path.join(folder, part))
        for name in found:
            os.replace(os.path.join(source, name), os.path.join(folder, part, name))
    make_dir(os.path.join(folder, OLD))
    for name in plan.old:
        if os.path.exists(os.path.join(folder, name)):
            os.replace(os.path.join(folder, name), os.path.join(folder, OLD, name))
    for name, renamed in plan.summaries.items():
        if name != renamed:
            remove(os.path.join(folder, "summaries", name))


def _enter(work: Work, state: State) -> None:
    """Indexes, state and ledger, in the order in which an intake writes them."""
    archive = work.archive
    folder = archive.path(state.folder)
    metas = {n: load_meta(read(os.path.join(folder, n)) or b"", n) for n in map(written_before, chunk_names(folder))}
    for name in names(folder):
        if name.startswith("index-") and name.endswith(".md"):
            remove(os.path.join(folder, name))
    write_session_index(archive.root, state, {meta["number"]: line_of_meta(n, meta) for n, meta in metas.items()})
    with archive.shared_lock():
        move_cited(archive.root, state.folder, literal("{}/{}").format(state.folder, OLD))
        before = states.load(archive.state_path(work.source))
        if before is not None:
            state.listed = before.listed
            state.position.rewritten = before.position.rewritten
        state.generation = max(before.generation if before is not None else 0, work.generation) + 1
        state.written = sorted(metas)[-1:]
        state.stamp = os.stat(folder).st_mtime_ns
        if not state.agent:
            catalog = Catalog(archive.root)
            catalog.update(state)
            catalog.save()
        state.save(archive.state_path(work.source))
        state.fresh = [row for meta in metas.values() for row in zip(meta["uuids"], meta["sizes"], strict=True)]
        work.enter_fresh()
        state.fresh = []
