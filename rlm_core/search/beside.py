"""The words beside a passage that carried it into the hits, when it holds none of the query's itself.

An answer such as "yes, last Tuesday" is found by the question before it. Shown alone it says nothing, and nobody sees
why it is there; so the sentence that holds the word is shown with it.
"""

from __future__ import annotations

import os
import re

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.entries import entries_of
from rlm_core.errors import ArchiveError
from rlm_core.index.rows import AROUND_CHARS, AROUND_ENTRIES
from rlm_core.language.detect import language_of
from rlm_core.language.terms import stream
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from rlm_core.chunks.entries import ArchivedEntry
    from rlm_core.search.places import Chunks, Place

SHOWN_CHARS = 240  # of what stands beside
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…](?=\s)|$)", re.M)


class BesideWords(Record):
    """What is shown with a passage.

    text: a sentence of an entry beside it. uuid, role: of that entry. before: it stands before the passage.
    """

    text: str
    uuid: str
    role: str
    before: bool

    def around(self, passage: str) -> str:
        """The passage with it, in the order in which they were said."""
        line = f"[{self.role}] {self.text}"
        return f"{line}\n{passage}" if self.before else f"{passage}\n{line}"


class Neighbours:
    """The entries beside passages, read from the chunk files, each file once."""

    def __init__(self, chunks: Chunks, weights: Mapping[str, float]) -> None:
        """weights: of the query's terms and of those for the same things."""
        self.chunks = chunks
        self.weights = weights
        self._kept: dict[str, list[ArchivedEntry]] = {}

    def of(self, place: Place, around: Container[str]) -> BesideWords | None:
        """The sentence beside a passage that holds most of the query's words, by their weight; None when none does.

        around: the terms that the index has beside it. What only repeats the archive lends it none.
        """
        weights = {term: weight for term, weight in self.weights.items() if term in around}
        best: BesideWords | None = None
        most = 0.0
        for step in (-1, 1):
            for one in self._beside(place, step):
                for sentence in _SENTENCE.findall(one.text[:AROUND_CHARS]):
                    weight = _weight(sentence, weights)
                    if weight > most:
                        best, most = BesideWords(_cut(sentence, weights), one.uuid, one.role, step < 0), weight
        return best

    def _beside(self, place: Place, step: int) -> Iterator[ArchivedEntry]:
        """The talk before or after a passage's entry, nearest first, as the index takes it for the words around."""
        left = AROUND_ENTRIES
        for one in self._from(place, step):
            if one.kind in ("user", "assistant") and not one.text.startswith("/"):  # a command; /recall is one
                yield one
                left -= 1
            if not left:
                return

    def _from(self, place: Place, step: int) -> Iterator[ArchivedEntry]:
        entries = self._entries(place.path)
        yield from entries[place.entry + 1 :] if step > 0 else reversed(entries[: place.entry])
        folder, name = os.path.split(place.path)
        names = chunk_names(folder)
        at = names.index(name) + step if name in names else -1
        if 0 <= at < len(names):
            yield from self._entries(os.path.join(folder, names[at]))[::step]

    def _entries(self, path: str) -> list[ArchivedEntry]:
        if path not in self._kept:
            try:
                self._kept[path] = entries_of(self.chunks.at(path))
            except (ArchiveError, OSError):
                self._kept[path] = []
        return self._kept[path]


def _weight(text: str, weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in dict.fromkeys(stream(text, language_of(text))))


def _cut(sentence: str, weights: Mapping[str, float]) -> str:
    """The sentence, or the words of a long one around the first that is asked for."""
    words = sentence.split()
    text = " ".join(words)
    if len(text) <= SHOWN_CHARS:
        return text
    first = next((n for n, word in enumerate(words) if _weight(word, weights)), 0)
    at = max(0, min(len(" ".join(words[:first])) - SHOWN_CHARS // 4, len(text) - SHOWN_CHARS))
    return ("…" if at else "") + text[at : at + SHOWN_CHARS].strip() + ("…" if at + SHOWN_CHARS < len(text) else "")
