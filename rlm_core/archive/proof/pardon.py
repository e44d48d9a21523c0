"""Says of what a transcript holds and the archive does not whether it was forgotten there on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.tombstones.refusing import Refusal
from rlm_core.digest import hexdigest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rlm_core.archive.store import Archive

SPEAKERS = 20  # entries of one record that are looked for: `UUID.2` is that of its second speaker


class Pardon:
    """What the tombstones of an archive stand for. redactors: in their forms a text may have been archived."""

    def __init__(self, archive: Archive, redactors: Sequence[Callable[[str], str]]) -> None:
        self.archive = archive
        self.stones = archive.tombstones()
        self.redactors = redactors
        self._refusals: dict[str, Refusal] = {}

    def covers(self, session: str, uuid: str, texts: Iterable[str], time: str) -> bool:
        """Whether a record was forgotten: by its session, by its uuid in one of its entries, or by what it says.

        time: as the record has it, ISO-8601.
        """
        if not self.stones:
            return False
        if uuid and any(self.stones.has(name) for name in (uuid, *(f"{uuid}.{n}" for n in range(2, SPEAKERS)))):
            return True
        forms = [form for text in texts for form in (text, *(redact(text) for redact in self.redactors))]
        return self._refusal(session).refuses(forms, time)

    def covers_file(self, session: str, name: str, data: bytes) -> bool:
        """Whether a file of a session's folder was. name: its path there."""
        if not self.stones:
            return False
        place = name.encode("utf-8", "backslashreplace")
        uuid = f"file-{hexdigest(place + bytes(1) + data, 12)}"
        return self.stones.has(uuid) or self.covers(session, "", [data.decode("utf-8", "replace")], "")

    def _refusal(self, session: str) -> Refusal:
        if session not in self._refusals:
            refusal = Refusal(self.archive, session, self.archive.ledger(), read_them=True)
            self._refusals[session] = refusal
        return self._refusals[session]
