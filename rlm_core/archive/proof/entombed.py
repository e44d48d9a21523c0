"""Which records of a transcript are missing from the archive because they were forgotten on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.tombstones.hashing import Hashing, plain, readings
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
        self._lengths = sorted({n for n, _, _ in stones.phrases})
        self._phrases = {whole for _, _, whole in stones.phrases}

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
        hashing = self._hashing
        if hashing is None:
            return False
        for text in self._forms(texts):
            if self._is_buried(hashing, text, time) or self._holds_words(hashing, text):
                return True
        return False

    def _is_buried(self, hashing: Hashing, text: str, time: str) -> bool:
        """Whether a text was forgotten: as it was said at that time, or before the time at which it was forgotten."""
        if not plain(text):
            return False
        forgotten = self.stones.texts.get(hashing.of_text(text), -1)
        return hashing.of_moment(text, time) in self.stones.texts or (epoch(time) or 0) <= forgotten

    def _forms(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield from dict.fromkeys([text, *(redact(text) for redact in self.redactors)])

    def _holds_words(self, hashing: Hashing, text: str) -> bool:
        """Whether words stand in a text that are never kept."""
        for words in readings(text) if self._phrases else ():
            for length in self._lengths:
                rows = {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
                if any(hashing.of_words(row)[2] in self._phrases for row in rows):
                    return True
        return False
