"""The tombstones of an archive: `state/forgotten.json` and, out of its reach, the same in the user's directory.

Both are believed, so that neither a deleted `state/` nor a deleted archive brings anything back. They hold hashes.
"""

from __future__ import annotations

import os

from rlm_core.archive.ledger import FORGOTTEN_OWNER, MARK, MAX_SIZE, key, of_text
from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.disk import make_dir, write_atomic
from rlm_core.home import id_of, own_folder
from rlm_core.record import Record, each
from rlm_core.redaction.clean import dumps, fields, hex_digits, moment
from rlm_core.registry import FORGOTTEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rlm_core.redaction.clean import CleanJson, CleanText

NAME = FORGOTTEN
VERSION = 1
Phrase = tuple[int, "CleanText", "CleanText"]


class Tombstones(Record):
    """What is kept out of one archive.

    uuids: hashes of entries' uuids, as the ledger has them. texts: of their texts, and of titles -> when they were
    forgotten, in seconds since 1970: the same text that is said later is another one. names: of the names of blobs
    and summaries that went. sessions: of ids of sessions that are never archived again. documents: of the names of
    documents' folders -> whether they are refused even when they are added by name. phrases: words that are never
    archived again, as `Hashing.of_words` has them. runs: (when, ISO-8601 UTC; how many entries), oldest first.
    """

    uuids: set[CleanText] = each(set)
    texts: dict[CleanText, int] = each(dict)
    names: set[CleanText] = each(set)
    sessions: set[CleanText] = each(set)
    documents: dict[CleanText, bool] = each(dict)
    phrases: set[Phrase] = each(set)
    runs: list[tuple[CleanText, int]] = each(list)

    def add(self, other: Tombstones) -> None:
        """Take over what another one holds."""
        self.uuids |= other.uuids
        self.texts |= {text: max(at, self.texts.get(text, 0)) for text, at in other.texts.items()}
        self.names |= other.names
        self.sessions |= other.sessions
        for name, never in other.documents.items():
            self.documents[name] = never or self.documents.get(name, False)
        self.phrases |= other.phrases
        self.runs = sorted({*self.runs, *other.runs})

    def __bool__(self) -> bool:
        return bool(self.uuids or self.sessions or self.documents or self.phrases or self.texts)

    def has(self, uuid: str) -> bool:
        """Whether the entry with this uuid was forgotten."""
        return key(uuid).hex() in self.uuids

    @property
    def wide(self) -> int:
        """How many of them an intake cannot look up in the ledger, and has to read here."""
        return len(self.sessions) + len(self.phrases)

    def values(self) -> dict[CleanText, CleanJson]:
        """As plain values, which `made_of` reads."""
        return fields(
            version=VERSION,
            uuids=sorted(self.uuids),
            texts=self.texts,
            names=sorted(self.names),
            sessions=sorted(self.sessions),
            documents=self.documents,
            phrases=sorted(self.phrases),
            runs=self.runs,
        )

    def dump(self) -> CleanText:
        """As they stand in their file."""
        return sealed(dumps(self.values()))

    def rows(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Their rows in the ledger: (key, owner's tag, size)."""
        if self:
            yield key(MARK), FORGOTTEN_OWNER, min(self.wide, MAX_SIZE).to_bytes(4, "little")
        for uuid in self.uuids:
            yield bytes.fromhex(uuid), FORGOTTEN_OWNER, MAX_SIZE.to_bytes(4, "little")
        for text, at in self.texts.items():
            yield key(of_text(text)), FORGOTTEN_OWNER, min(at, MAX_SIZE).to_bytes(4, "little")


def paths_of(root: str) -> list[str]:
    """Where the tombstones of the archive at `root` stand: in the archive, and in the user's directory."""
    own = id_of(root)
    return [os.path.join(root, "state", NAME), *([own_folder(own, NAME)] if own else [])]


def tombstones_of(root: str) -> Tombstones:
    """What is kept out of the archive at `root`; nothing when nothing was forgotten."""
    found = Tombstones()
    for path in paths_of(root):
        found.add(_read(path))
    return found


def exist(root: str) -> bool:
    """Whether anything was forgotten of the archive at `root`; costs two stats."""
    return any(os.path.exists(path) for path in paths_of(root))


def _read(path: str) -> Tombstones:
    kept = read_sealed(path) or {}
    return made_of(kept)


def made_of(kept: dict[str, Any]) -> Tombstones:
    """Tombstones of plain values; none of those that are of another version, or none of ours."""
    try:
        if kept["version"] != VERSION:
            return Tombstones()
        return Tombstones(
            _digits(kept["uuids"]),
            {hex_digits(text): int(at) for text, at in kept["texts"].items()},
            _digits(kept["names"]),
            _digits(kept["sessions"]),
            {hex_digits(name): bool(never) for name, never in kept["documents"].items()},
            {(int(n), hex_digits(first), hex_digits(whole)) for n, first, whole in kept["phrases"]},
            [(moment(when), int(entries)) for when, entries in kept["runs"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Tombstones()


def _digits(values: list[str]) -> set[CleanText]:
    return {hex_digits(value) for value in values}


def save(root: str, stones: Tombstones) -> None:
    """Put them on the disk in both places, in the user's first; the caller holds the archive's lock."""
    data = stones.dump().encode()
    for path in reversed(paths_of(root)):
        make_dir(os.path.dirname(path))
        write_atomic(path, data)


def heal(root: str) -> None:
    """Put back the one of both files that is gone or behind. The caller holds the archive's lock."""
    found = [_read(path).dump() for path in paths_of(root)]
    if len(set(found)) > 1:
        save(root, tombstones_of(root))
