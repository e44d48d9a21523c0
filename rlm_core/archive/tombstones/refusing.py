"""Says of an entry that comes to be archived whether it was forgotten, under whatever uuid it comes."""

from __future__ import annotations

from rlm_core.archive.ledger import of_text
from rlm_core.archive.tombstones.hashing import WAITED, Hashing, plain
from rlm_core.archive.tombstones.unwanted import Phrases
from rlm_core.chunks.sanitize import CleanEntry, CleanPart
from rlm_core.clock import epoch
from rlm_core.redaction.clean import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rlm_core.archive.ledger import Ledger
    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText


class Refusal:
    """What one transcript may not bring. session: its id. read_them: there are tombstones that no row stands for."""

    __slots__ = ("_hashing", "_labels", "_ledger", "_phrases", "_session", "all")

    def __init__(self, archive: Archive, session: str, ledger: Ledger, *, read_them: bool) -> None:
        self._hashing = Hashing()
        self._ledger, self._session = ledger, session
        self._labels: dict[str, CleanText] = {}
        stones = archive.tombstones() if read_them else None
        self._phrases = Phrases(self._hashing, stones.phrases) if stones is not None else None
        self.all = stones is not None and self._hashing.of("session", session) in stones.sessions

    def refuses(self, texts: Iterable[str], time: str = "") -> bool:
        """Whether an entry of these texts, said at a time (ISO-8601), was forgotten or holds what is never kept."""
        return self.all or any(self._is_known(text, time) or self._is_unwanted(text) for text in texts)

    def refuses_title(self, title: str) -> bool:
        """Whether a session's title, or another label, was forgotten, or holds what is never kept."""
        hashes = (self._hashing.of_title(title), self._hashing.of_title(title, self._session))
        known = any(self._ledger.find(of_text(made)) is not None for made in hashes)
        return self.all or known or self._is_unwanted(title)

    def allowed(self, label: CleanText) -> CleanText:
        """A directory or a branch as it may be noted: "" for one whose name was forgotten. Each is looked up once."""
        found = self._labels.get(label)
        if found is None:
            found = self._labels[label] = EMPTY if label and self.refuses_title(label) else label
        return found

    def _is_unwanted(self, text: str) -> bool:
        return self._phrases is not None and self._phrases.stand_in(text)

    def _is_known(self, text: str, time: str) -> bool:
        """Whether a text was forgotten: what was said at that very time, or a long text before it was forgotten."""
        short = plain(text)
        if time and short and self._ledger.find(of_text(self._hashing.of_moment(short, time))) is not None:
            return True
        row = self._ledger.find(of_text(self._hashing.of_text(short))) if len(short) >= WAITED else None
        return row is not None and (epoch(time) or 0) <= row[1]


def emptied(entry: CleanEntry) -> CleanEntry:
    """An entry of which nothing is told but that it was there: it counts as a turn, and answers its calls."""
    parts = [CleanPart(part.kind, EMPTY, name=part.name, call_id=part.call_id) for part in entry.parts]
    return CleanEntry(entry.uuid, entry.role, entry.time, parts, prompt=entry.prompt, size=entry.size)
