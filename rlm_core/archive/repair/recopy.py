"""Mends one directory of chunks out of the second copy, by moving whole files into their places."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.copies.linking import Linker, chunk_meta, files, is_intact
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.proof.shelf import DOUBLED, GONE, ChunkShelf, examine, number_of
from rlm_core.archive.repair.aside import clear_the_way, put_aside
from rlm_core.archive.repair.outcome import COPY, FILES
from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.gate import Gate
from rlm_core.archive.tombstones.stones import tombstones_of
from rlm_core.disk import make_dir, remove

if TYPE_CHECKING:
    from collections.abc import Collection

    from rlm_core.archive.repair.outcome import Repaired

    Rows = set[tuple[str, int]]


def rows_of(shelf: ChunkShelf, without: Collection[str] = ()) -> Rows:
    """(uuid, size) of the entries in the whole chunk files of a directory. without: paths that do not count."""
    return {
        row
        for path, meta in shelf.whole.items()
        if path not in without
        for row in zip(meta["uuids"], meta["sizes"], strict=True)
    }


class Folder:
    """One directory of chunks. root: the archive's. The transcript's lock is held."""

    def __init__(self, root: str, folder: str, done: Repaired, *, chained: bool = True) -> None:
        self.root = root
        self.path = folder
        self.done = done
        self.chained = chained
        self.gate = Gate(tombstones_of(root))

    def look(self) -> ChunkShelf:
        return examine(self.path, chained=self.chained)

    def drop_doubles(self) -> None:
        """Of two files with one number, take away that whose entries stand in the others, or that is damaged."""
        shelf = self.look()
        if not any(h.kind == DOUBLED for h in shelf.harms):
            return
        broken = {h.path for h in shelf.harms if h.kind != DOUBLED}
        linked = {meta["previous"] for meta in shelf.metas.values()}
        for paths in list(shelf.chunks.values()):
            # The file that the next chunk names as its predecessor stays, else the closed one, else the fuller one.
            left = sorted(paths, key=lambda p: _rank(shelf, p, linked), reverse=True)
            for path in reversed(left[1:]):
                if path in broken:
                    self.done.aside.append(put_aside(path))
                    left.remove(path)
                elif self._stands_elsewhere(shelf, path, left):
                    remove(path)
                    left.remove(path)
                    self.done.mended.append((path, FILES))

    def _stands_elsewhere(self, shelf: ChunkShelf, path: str, twins: Collection[str]) -> bool:
        meta = shelf.metas.get(path)
        others = {p: m for p, m in shelf.metas.items() if p != path and (p in twins or p in shelf.whole)}
        held = {row for m in others.values() for row in zip(m["uuids"], m["sizes"], strict=True)}
        return meta is not None and held.issuperset(zip(meta["uuids"], meta["sizes"], strict=True))

    def from_copies(self, *, older: bool) -> None:
        """Put in place what a copy has whole. older: also a former state of a chunk, since nothing newer is left."""
        for top in copies_at(self.root):
            source = os.path.join(top, os.path.relpath(self.path, self.root))
            if os.path.isdir(source) and not os.path.islink(source):
                self._chunks_from(source, older=older)
                for part in ("blobs", "summaries"):
                    self._others_from(os.path.join(source, part), part)

    def _chunks_from(self, source: str, *, older: bool) -> None:
        shelf = self.look()
        harmed = {h.path for h in shelf.harms if h.kind not in (GONE, DOUBLED)}
        chunks = shelf.chunks
        linker = Linker()
        for name in chunk_names(source):
            number, target = number_of(name), os.path.join(self.path, name)
            here = chunks.get(number, [])
            wanted = target in harmed or not here or (older and all(p in harmed for p in here))
            if not wanted or target in shelf.whole:
                continue
            meta = chunk_meta(os.path.join(source, name))
            if meta is None:
                continue
            rows = set(zip(meta["uuids"], meta["sizes"], strict=True))
            if rows & rows_of(shelf):
                continue  # archived anew meanwhile, behind what was there
            for path in here:
                if path != target:
                    self.done.aside.append(put_aside(path))
            self.done.aside += clear_the_way(target)
            self.gate.put(linker, os.path.join(source, name), target)
            self.done.mended.append((target, COPY))
            shelf = self.look()
            chunks = shelf.chunks

    def lacking(self, part: str) -> set[str]:
        """Names of the blobs, or summaries, that are damaged, and of the blobs to which chunks point in vain."""
        shelf = self.look()
        beside = os.path.join(self.path, part)
        names = {os.path.basename(h.path) for h in shelf.harms if os.path.dirname(h.path) == beside}
        return names | (shelf.wanted.keys() - shelf.blobs.keys() if part == "blobs" else set())

    def _others_from(self, source: str, part: str) -> None:
        """Blobs or summaries that are damaged or missing here."""
        if not os.path.isdir(source) or os.path.islink(source):
            return
        linker, home, lacking = Linker(), os.path.join(self.path, part), self.lacking(part)
        for name in files(source) if lacking else ():
            target, path = os.path.join(home, name), os.path.join(source, name)
            if name not in lacking or self.gate.refuses_file(name) or not is_intact(path):
                continue
            make_dir(home)
            self.done.aside += clear_the_way(target)
            linker.put(path, target)
            self.done.mended.append((target, COPY))


def _rank(shelf: ChunkShelf, path: str, linked: Collection[str]) -> tuple[bool, bool, int]:
    meta = shelf.metas.get(path)
    if meta is None:
        return False, False, 0
    return meta["chunk"] in linked, not meta.get("provisional"), len(meta["uuids"])
