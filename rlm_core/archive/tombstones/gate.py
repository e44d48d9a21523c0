"""Lets files back into an archive without what was forgotten: from an old copy, a moved archive, a backup.

A chunk file that holds a forgotten entry comes back with its place empty, as `rlm forget` leaves it.
"""

from __future__ import annotations

import os

from rlm_core.archive.store import chunk_names
from rlm_core.archive.tombstones.hashing import Hashing
from rlm_core.chunks.altered import alter, forgotten, is_forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.disk import read, remove, try_read, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.home import user_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.archive.copies.linking import Linker
    from rlm_core.archive.tombstones.stones import Tombstones
    from rlm_core.redaction.clean import CleanBytes

MAPS = ("index", "INDEX")
LABELS = ("title", "prompt", "cwd", "branch")
_PARTS = (" → ", " · ")


class Gate:
    """What may come in. stones: what was forgotten; without any, everything may, and nothing is read."""

    def __init__(self, stones: Tombstones) -> None:
        self._stones = stones
        self._hashing = Hashing() if stones else None
        self.open = not stones

    def put(self, linker: Linker, source: str, target: str) -> None:
        """Have `target` hold what of `source` may come in. Raises as `Linker.put`."""
        data = None if self.open or not _is_chunk(source) else read(source)
        made = self.cleared(data) if data is not None else None
        if made is None:
            linker.put(source, target)
        else:
            write_atomic(target, made)

    def cleared(self, data: bytes) -> CleanBytes | None:
        """A chunk file without the forgotten entries that it holds; None when it holds none."""
        try:
            chunk = load(data)
        except ArchiveError:
            return None
        standing = [uuid for uuid, _, whole in chunk.entries() if self._stones.has(uuid) and not is_forgotten(whole)]
        named = any(self._drops(str(chunk.meta.get(name) or "")) for name in LABELS)
        if not standing and not named:
            return None
        made = alter(data, dict.fromkeys(standing, forgotten), user_key(create=True), named=self._named)
        return made if made != data else None

    def refuses_title(self, title: str, session: str = "") -> bool:
        """Whether a title was forgotten, or is made of one that was. session: of which it is, "" for not known."""
        return not self.open and (self._drops(title) or (bool(session) and self._is_known(title, session)))

    def _named(self, _: str, label: str) -> bool:
        return self._drops(label)

    def _drops(self, label: str) -> bool:
        """Whether a label is a title that was forgotten, or begins or ends with one."""
        pieces = [label]
        for sign in _PARTS:
            pieces = [piece for each in pieces for piece in (each, *each.split(sign))]
        return any(map(self._is_known, filter(None, pieces)))

    def _is_known(self, title: str, session: str = "") -> bool:
        return self._hashing is not None and self._hashing.of_title(title, session) in self._stones.texts

    def refuses_file(self, name: str) -> bool:
        """Whether a blob, or a summary, of this name was forgotten."""
        return self._hashing is not None and self._hashing.of("name", name) in self._stones.names

    def refuses_document(self, slug: str) -> bool:
        """Whether the document in a folder of this name was forgotten."""
        return self._hashing is not None and self._hashing.of("document", slug) in self._stones.documents

    def concerns(self, folder: str) -> bool:
        """Whether a chunk in a directory holds, or held, an entry that was forgotten: its maps are to be made anew."""
        return not self.open and any(self._gone(os.path.join(folder, name)) for name in chunk_names(folder))

    def refuses_all(self, folder: str) -> bool:
        """Whether all that the chunks in a directory hold was forgotten; False when there is none."""
        counts = [self._left(os.path.join(folder, n)) for n in chunk_names(folder)] if not self.open else []
        return bool(counts) and not any(counts)

    def _gone(self, path: str) -> int:
        return sum(map(self._stones.has, _uuids(path)))

    def _left(self, path: str) -> int:
        """How many entries of a chunk file were not forgotten; one at least of a file that cannot be read."""
        uuids = _uuids(path)
        return sum(not self._stones.has(uuid) for uuid in uuids) if uuids else 1

    def sweep(self, folder: str) -> int:
        """Take what was forgotten out of the chunk files of a directory, and of those below it; how many were changed.

        Blobs and summaries that were forgotten go, and the indexes of directories in which anything has changed: they
        are to be made anew. The caller holds the transcripts' locks.
        """
        changed = 0
        for at, _, names in os.walk(folder) if not self.open else ():
            if os.path.basename(at) in ("blobs", "summaries"):
                for name in filter(self.refuses_file, names):
                    os.unlink(os.path.join(at, name))
                continue
            maps = [os.path.join(at, name) for name in names if name.startswith(MAPS)]
            changed += sum(self._sweep_chunk(os.path.join(at, name), maps) for name in names)
        return changed

    def _sweep_chunk(self, path: str, maps: list[str]) -> bool:
        """Whether a file is a chunk's from which something was taken; the maps that may tell of it go at once."""
        made = self.cleared(try_read(path) or b"") if _is_chunk(path) else None
        if made is None:
            return False
        write_atomic(path, made)
        for path_of_map in maps:
            remove(path_of_map)
        return True


def _is_chunk(path: str) -> bool:
    folder, name = os.path.split(path)
    return os.path.basename(folder) != "summaries" and name.endswith(".md") and name[:4].isdigit() and "-" in name


def _uuids(path: str) -> list[str]:
    try:
        return list(load(read(path) or b"", path).meta["uuids"])
    except (ArchiveError, OSError):
        return []
