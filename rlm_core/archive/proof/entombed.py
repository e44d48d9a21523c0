"""Which records of a transcript are missing from the archive because they were forgotten on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.tombstones.hashing import WAITED, Hashing, plain
from rlm_core.archive.tombstones.unwanted import Phrases
from rlm_core.clock import epoch
from rlm_core.digest import hexdigest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rlm_core.archive.proof.inventory import Listed
    from rlm_core.archive.tombstones.stones import Tombstones
    from rlm_core.redaction.redactor import Redactor


class Entombed:
    """What the tombstones of an archive say of records. redactors: what archived texts may have gone through."""

    def __init__(self, stones: Tombstones, redactors: Sequence[Redactor]) -> None:
        self.stones = stones
        self.redactors = redactors
        self._hashing = Hashing() if stones else None
        self._phrases = Phrases(self._hashing, stones.phrases) if self._hashing is not None else None

    def has(self, uuid: str) -> bool:
        """Whether the entry with this uuid was forgotten."""
        return bool(uuid) and bool(self.stones) and self.stones.has(uuid)

    def has_session(self, session: str) -> bool:
        """Whether nothing of a session is kept, whatever it says."""
        return self._hashing is not None and self._hashing.of("session", session) in self.stones.sessions

    def has_file(self, place: str, data: bytes) -> bool:
        """Whether a file of a session's folder was forgotten. place: its path there, with `/`."""
        name = hexdigest(place.encode("utf-8", "backslashreplace") + b"\0" + data, 12)
        return self.has(f"file-{name}") or self._is_refused([data.decode("utf-8", "replace")], "")

    def explains(self, found: Listed) -> bool:
        """Whether a record does not stand in the archive since it, or its text under another name, was forgotten."""
        return self.has(found.uuid) or self._is_refused([said.text for said in found.texts], found.time)

    def _is_refused(self, texts: Iterable[str], time: str) -> bool:
        return any(self._is_known(text, time) for text in self._forms(texts)) if self._hashing is not None else False

    def _forms(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield from dict.fromkeys([text, *(redact(text) for redact in self.redactors)])

    def _is_known(self, text: str, time: str) -> bool:
        """Whether a text was said at a time of which it was forgotten, or before it was, or holds words never kept."""
        hashing, short, texts = self._hashing, plain(text), self.stones.texts
        if hashing is None or self._phrases is None or not short:
            return False
        if hashing.of_moment(short, time) in texts:
            return True
        known = texts.get(hashing.of_text(short), -1) if len(short) >= WAITED else -1
        return (epoch(time) or 0) <= known or self._phrases.stand_in(text)
