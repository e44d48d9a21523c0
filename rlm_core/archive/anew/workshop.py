"""Archives a transcript into a workshop: an archive of its own below `state/anew`, which nobody reads."""

from __future__ import annotations

import os

from rlm_core.archive.ledger import FORGOTTEN_OWNER, Ledger, key
from rlm_core.archive.store import Archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rlm_core.archive.tombstones.stones import Tombstones
    from rlm_core.redaction.clean import CleanText


class Workshop(Archive):
    """The place where one transcript is archived once more. root: of the workshop."""

    def __init__(self, archive: Archive, root: str, folder: CleanText, ledger: Aside) -> None:
        """folder: of the session, below the archive's root and the workshop's alike."""
        super().__init__(root, archive.config)
        self._archive = archive
        self._folder = folder
        self._aside = ledger

    def ledger(self) -> Ledger:
        """The ledger without this transcript's rows. Raises FileNotFoundError when the archive's has gone meanwhile."""
        if not self._aside.open():
            raise FileNotFoundError(f"{self._aside.path} has gone")
        return self._aside

    def session_folder(self, session: CleanText, day: CleanText) -> CleanText:
        return self._folder

    def tombstones(self) -> Tombstones:
        return self._archive.tombstones()


class Aside(Ledger):
    """The archive's ledger as it would be had this transcript never been archived. What is added stays in memory.

    So entries that other sessions hold are passed over, and none that stands in this transcript's own chunks.
    """

    def __init__(self, path: str, tag: bytes, own: Iterable[str]) -> None:
        """tag: the transcript's in the ledger. own: uuids in its chunks, whoever was archived with them first."""
        super().__init__(path)
        self._tag = tag
        self._own = {key(uuid) for uuid in own}
        self._added: dict[bytes, tuple[bytes, int]] = {}

    def find(self, uuid: str) -> tuple[bytes, int] | None:
        """(owner's tag, size) as in `Ledger.find`; None for what only this transcript's own chunks hold."""
        digest = key(uuid)
        row = super().find(uuid)
        if row is not None and row[0] == FORGOTTEN_OWNER:
            return row  # its place in a chunk is empty on purpose
        if digest in self._added or digest in self._own:
            return self._added.get(digest)
        return None if row is None or row[0] == self._tag else row

    def sound(self) -> bool:
        """The table is the archive's, whose own runs see to it."""
        return True

    def add(self, rows: Iterable[tuple[str, bytes, int]]) -> None:
        for uuid, tag, size in rows:
            known = self._added.get(key(uuid), (tag, -1))
            self._added[key(uuid)] = (known[0], max(known[1], size))

    def reopen(self, rows: Callable[[], Iterable[tuple[bytes, bytes, bytes]]]) -> None:
        """Open the table that stands at the path now, and make none. Raises FileNotFoundError when there is none."""
        held = self._image is not None
        self.close()
        if not self.open():
            raise FileNotFoundError(f"{self.path} has gone")
        if held:
            self.hold()


def workshop_of(archive: Archive, name: str) -> str:
    """Where a transcript of this name is archived once more."""
    return os.path.join(archive.root, "state", "anew", name)
