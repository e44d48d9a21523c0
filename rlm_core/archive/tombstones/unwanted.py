"""Finds words that are never archived again in a text, by hashes of them alone."""

from __future__ import annotations

from rlm_core.archive.tombstones.hashing import Hashing, readings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.archive.tombstones.stones import Phrase, Tombstones


class Phrases:
    """The words that one archive never takes. Each word is hashed once, and a run of them where its first one fits."""

    __slots__ = ("_firsts", "_hashing", "_known", "_lengths", "_phrases")

    def __init__(self, hashing: Hashing, phrases: set[Phrase]) -> None:
        self._hashing = hashing
        self._phrases = phrases
        self._firsts = {first for _, first, _ in phrases}
        self._lengths = sorted({n for n, _, _ in phrases})
        self._known: dict[str, bool] = {}  # word -> whether a phrase begins with it

    def stand_in(self, text: str) -> bool:
        """Whether any of them stand in a text in their order, whatever case, accents and signs are between."""
        return bool(self._phrases) and any(map(self.stand_among, readings(text)))

    def stand_among(self, words: Sequence[str]) -> bool:
        """The same of folded words in their order."""
        return any(
            at + n <= len(words) and self._hashing.of_words(words[at : at + n]) in self._phrases
            for at, word in enumerate(words)
            if self._begins(word)
            for n in self._lengths
        )

    def _begins(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._hashing.of("word", word) in self._firsts
        return known


class Sections:
    """What of documents, and of summaries, is kept out."""

    __slots__ = ("_hashing", "_phrases", "_stones")

    def __init__(self, stones: Tombstones) -> None:
        self._stones = stones
        self._hashing = Hashing()
        self._phrases = Phrases(self._hashing, stones.phrases)

    def refuses(self, uuid: str, text: str) -> bool:
        """Whether a section was forgotten, or holds words that are never archived again."""
        return self._stones.has(uuid) or self._phrases.stand_in(text)

    def refuses_session(self, session: str) -> bool:
        """Whether nothing is kept any more of the session with this id."""
        return self._hashing.of("session", session) in self._stones.sessions

    def refuses_document(self, slug: str) -> bool:
        """Whether the whole document in a folder of this name was forgotten."""
        return self._hashing.of("document", slug) in self._stones.documents
