"""Says of an entry that comes to be archived whether it was forgotten, under whatever uuid it comes."""

from __future__ import annotations

from rlm_core.archive.ledger import of_text
from rlm_core.archive.tombstones.hashing import Hashing, plain, readings
from rlm_core.chunks.sanitize import CleanEntry, CleanPart
from rlm_core.redaction.clean import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlm_core.archive.ledger import Ledger
    from rlm_core.archive.store import Archive


class Refusal:
    """What one transcript may not bring. session: its id. read_them: there are tombstones that no row stands for."""

    __slots__ = ("_firsts", "_hashing", "_known", "_ledger", "_phrases", "all")

    def __init__(self, archive: Archive, session: str, ledger: Ledger, *, read_them: bool) -> None:
        self._hashing = Hashing()
        self._ledger = ledger
        stones = archive.tombstones() if read_them else None
        self._phrases = stones.phrases if stones is not None else set()
        self._firsts = {first for _, first, _ in self._phrases}
        self._known: dict[str, bool] = {}  # word -> whether a phrase begins with it
        self.all = stones is not None and self._hashing.of("session", session) in stones.sessions

    def refuses(self, texts: Iterable[str], time: str = "") -> bool:
        """Whether an entry of these texts, said at a time (ISO-8601), was forgotten or holds what is never kept."""
        return self.all or any(self._is_known(text, time) or self.holds_words(text) for text in texts)

    def refuses_title(self, title: str) -> bool:
        """Whether a session's title was forgotten, or holds what is never kept."""
        known = self._ledger.find(of_text(self._hashing.of("title", plain(title)))) is not None
        return self.all or known or self.holds_words(title)

    def _is_known(self, text: str, time: str) -> bool:
        return any(self._ledger.find(of_text(digits)) is not None for digits in self._hashing.of_part(text, time))

    def holds_words(self, text: str) -> bool:
        """Whether words that are never archived again stand in a text."""
        return bool(self._phrases) and any(self._holds(words) for words in readings(text))

    def _holds(self, words: Sequence[str]) -> bool:
        lengths = sorted({n for n, _, _ in self._phrases})
        for at, word in enumerate(words):
            if not self._begins(word):
                continue
            for n in lengths:
                if at + n <= len(words) and self._hashing.of_words(words[at : at + n]) in self._phrases:
                    return True
        return False

    def _begins(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._hashing.of("word", word) in self._firsts
        return known


def emptied(entry: CleanEntry) -> CleanEntry:
    """An entry of which nothing is told but that it was there: it counts as a turn, and answers its calls."""
    parts = [CleanPart(part.kind, EMPTY, name=part.name, call_id=part.call_id) for part in entry.parts]
    return CleanEntry(entry.uuid, entry.role, entry.time, parts, prompt=entry.prompt, size=entry.size)
