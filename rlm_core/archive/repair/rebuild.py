"""Mends one transcript's chunks out of the transcript itself, which is archived once more in a workshop for that.

The same text gives the same chunks: most often the files that are wanted come out of it to the byte, and are moved in
one by one. Where they do not, all new chunks take the place of the old ones, once they are proven to say all that the
whole ones among these say; those go to `old/`, as by `rlm archive --anew`, so that citations go on resolving.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from rlm_core.archive import state as states
from rlm_core.archive.anew.compare import PoorerError, compare
from rlm_core.archive.anew.former import OLD
from rlm_core.archive.anew.renew import renumber_summaries, to_move
from rlm_core.archive.anew.swap import Plan, finish
from rlm_core.archive.anew.workshop import Aside, Workshop, workshop_of
from rlm_core.archive.intake import intake
from rlm_core.archive.ledger import key
from rlm_core.archive.proof.shelf import DOUBLED, GONE, examine, number_of
from rlm_core.archive.repair.aside import clear_the_way, put_aside
from rlm_core.archive.repair.outcome import TRANSCRIPT
from rlm_core.archive.repair.recopy import Folder, rows_of
from rlm_core.archive.work import Work
from rlm_core.disk import make_dir, remove
from rlm_core.errors import ArchiveError, phrase, worded
from rlm_core.redaction.clean import written_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rlm_core.archive.proof.shelf import ChunkShelf
    from rlm_core.archive.store import Archive
    from rlm_core.lock import Lock
    from rlm_core.transcript.source import Source


class AsideFromOthers(Aside):
    """A ledger as if the transcript had never been archived, in which others hold some of its entries: elsewhere."""

    def __init__(self, path: str, tag: bytes, own: Iterable[str], elsewhere: Iterable[str]) -> None:
        super().__init__(path, tag, own)
        self._elsewhere = {key(uuid) for uuid in elsewhere}

    def find(self, uuid: str) -> tuple[bytes, int] | None:
        return (b"\0\0\0\0", 2**32) if key(uuid) in self._elsewhere else super().find(uuid)


class Rebuild:
    """The chunks of one transcript, made once more. Its lock is held, and released by the caller.

    elsewhere: uuids of entries that another session holds, so that they are not to stand here, too.
    """

    def __init__(
        self, archive: Archive, source: Source, folder: Folder, lock: Lock, elsewhere: Collection[str] = ()
    ) -> None:
        self.archive = archive
        self.source = source
        self.folder = folder
        self.elsewhere = elsewhere
        self.work = Work(archive, source, lock)
        self.workshop = workshop_of(archive, source.name)
        self.why = ""
        self.moved = False

    def run(self) -> None:
        """Mend what can be; `why` tells what was in the way. Raises ArchiveError or OSError when it cannot write."""
        try:
            shop = self._build()
            made = examine(shop.path(self._relative()))
            self._put(made)
            if self._is_wrong():
                self._swap(shop)
        except PoorerError as e:
            self.why = worded("{path} {why}", path=e.uuid, why=phrase(e.what)) if e.uuid else e.what
        finally:
            shutil.rmtree(self.workshop, ignore_errors=True)
            self.work.end()

    def _relative(self) -> str:
        return os.path.relpath(self.folder.path, self.archive.root).replace(os.sep, "/")

    def _build(self) -> Workshop:
        """Archive the transcript into the workshop."""
        work, archive = self.work, self.archive
        work.state = states.load(archive.state_path(self.source)) or work.state
        archive.ledger().close()  # which tells what others hold: one that is damaged is made anew
        relative = written_before(self._relative())
        shutil.rmtree(self.workshop, ignore_errors=True)
        make_dir(os.path.dirname(self.workshop))
        make_dir(self.workshop)
        own = [uuid for meta in self.folder.look().metas.values() for uuid in meta["uuids"]]
        ledger = AsideFromOthers(archive.path("state", "uuids"), work.tag, own, self.elsewhere)
        shop = Workshop(archive, self.workshop, relative.partition("/agents/")[0], ledger)
        shop.prepare()
        intake(Work(shop, self.source, work.lock))
        return shop

    def _put(self, made: ChunkShelf) -> None:
        """Move new files into the places of damaged or missing ones that had their names, which are their hashes."""
        shelf = self.folder.look()
        harmed = {h.path for h in shelf.harms if h.kind not in (GONE, DOUBLED)}
        fitting = self._fitting(shelf, made)
        for path, meta in list(made.whole.items()):
            target = os.path.join(self.folder.path, os.path.basename(path))
            rows = set(zip(meta["uuids"], meta["sizes"], strict=True))
            if (target in harmed or number_of(path) in fitting) and not rows & rows_of(shelf):
                self._move(path, target)
        for part in ("blobs", "summaries"):
            for name in self.folder.lacking(part):
                if part == "blobs" and name in made.blobs:
                    self._move(made.blobs[name], os.path.join(self.folder.path, part, name))

    def _fitting(self, shelf: ChunkShelf, made: ChunkShelf) -> set[int]:
        """Numbers that are missing between others, where the new chunks lead to the very chunk that comes next."""
        ids = {meta["number"]: meta["chunk"] for meta in made.whole.values()}
        there = sorted(shelf.chunks)
        found: set[int] = set()
        for before, after in zip([0, *there], there, strict=False):
            heirs = [meta for path, meta in shelf.whole.items() if number_of(path) == after]
            # The gap itself is a harm of the file behind it, of which nothing else need be wrong.
            heirs += [shelf.metas[h.path] for h in shelf.harms if h.kind == GONE and h.number == after]
            if after > before + 1 and any(meta["previous"] == ids.get(after - 1) for meta in heirs):
                found.update(range(before + 1, after))
        return found

    def _move(self, path: str, target: str) -> None:
        make_dir(os.path.dirname(target))
        self.folder.done.aside += clear_the_way(target)
        os.replace(path, target)
        self.moved = True
        self.folder.done.mended.append((target, TRANSCRIPT))

    def _is_wrong(self) -> bool:
        """Whether chunks are still damaged or missing, or entries stand twice."""
        shelf = self.folder.look()
        beside = (os.path.join(self.folder.path, part) for part in ("blobs", "summaries"))
        chunks = [h for h in shelf.harms if os.path.dirname(h.path) not in beside]
        rows = [row for meta in shelf.metas.values() for row in zip(meta["uuids"], meta["sizes"], strict=True)]
        twice = len(rows) != len(set(rows)) or any(uuid in self.elsewhere for uuid, _ in rows)
        return bool(chunks) or twice

    def _swap(self, shop: Workshop) -> None:
        """Put all new chunks in the place of the old ones. Raises PoorerError when something would be lost."""
        if self.moved:
            self._build()  # what was moved out of the workshop is made again
        shelf = self.folder.look()
        harmed = {h.path for h in shelf.harms if h.kind not in (GONE, DOUBLED)}
        kept = [path for path in shelf.metas if path not in harmed]
        compare(kept, shop, self.elsewhere)
        made = states.load(shop.state_path(self.source))
        new = examine(shop.path(self._relative()))
        if made is not None and not made.folder and not new.metas and self.elsewhere:
            self._give_up_all(kept, harmed)
            return
        if new.harms or made is None or made.folder != self._relative():
            why = new.harms[0] if new.harms else "they stand elsewhere"
            raise PoorerError("", worded("the new chunks are not whole: {why}", why=why))
        there = {uuid for meta in new.metas.values() for uuid in meta["uuids"]}.union(self.elsewhere)
        stones = self.archive.tombstones()
        for path in harmed & shelf.metas.keys():
            lacking = [uuid for uuid in shelf.metas[path]["uuids"] if uuid not in there and not stones.has(uuid)]
            if lacking:
                raise PoorerError(lacking[0], "is no longer in the transcript")
        names = [written_before(os.path.basename(path)) for path in kept]
        old = to_move(self.folder.path, shop.path(made.folder), names)
        renamed = renumber_summaries(self.folder.path, shop, made, [shelf.metas[path] for path in kept])
        Plan(made.folder, old, renamed).save(self.workshop)
        for path in harmed:
            if os.path.dirname(path) == self.folder.path and os.path.lexists(path):
                self.folder.done.aside.append(put_aside(path))
        finish(self.work, self.workshop)
        home = self.folder.path
        self.folder.done.mended += [(os.path.join(home, os.path.basename(path)), TRANSCRIPT) for path in new.metas]

    def _give_up_all(self, kept: Iterable[str], harmed: Iterable[str]) -> None:
        """All that the transcript says stands in another session's chunks: its own are kept for citations alone."""
        home = self.folder.path
        for path in [p for p in harmed if os.path.dirname(p) == home and os.path.lexists(p)]:
            self.folder.done.aside.append(put_aside(path))
        make_dir(os.path.join(home, OLD))
        for path in kept:
            os.replace(path, os.path.join(home, OLD, os.path.basename(path)))
            self.folder.done.mended.append((path, TRANSCRIPT))
        for name in [n for n in os.listdir(home) if n.startswith("index") and n.endswith(".md")]:
            remove(os.path.join(home, name))
        settle_state(self.archive, self.source.name)


def settle_state(archive: Archive, source_name: str) -> None:
    """Have the next run take what it knows of a transcript from its chunk files.

    Raises ArchiveError where a directory stands in the state's place.
    """
    try:
        remove(os.path.join(archive.path("state", "sources"), f"{source_name}.json"))
    except IsADirectoryError as e:
        raise ArchiveError(worded("{filename} is a directory; move it away", filename=e.filename)) from e
