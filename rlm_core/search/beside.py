"""The words beside a passage that carried it into the hits, when it holds none of the query's itself.

An answer such as "yes, last Tuesday" is found by the question before it. Shown alone it says nothing, and nobody sees
why it is there; so the sentence that holds the word is shown with it.
"""

from __future__ import annotations

import os
import re

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.echoes import echoes
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.retold import retellings
from rlm_core.errors import ArchiveError
from rlm_core.index.rows import AROUND_CHARS, AROUND_ENTRIES
from rlm_core.language.detect import language_of
from rlm_core.language.terms import stream
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        self._kept: dict[str, tuple[list[ArchivedEntry], set[int]]] = {}

    def of(self, place: Place) -> BesideWords | None:
        """The sentence beside a passage that holds most of the query's words, by their weight; None when none does."""
        best: BesideWords | None = None
        most = 0.0
        for step in (-1, 1):
            for one in self._beside(place, step):
                sentence = max(_SENTENCE.findall(one.text[:AROUND_CHARS]), key=self._weight, default="")
                weight = self._weight(sentence)
                if weight > most:
                    best, most = BesideWords(self._cut(sentence), one.uuid, one.role, step < 0), weight
        return best

    def _weight(self, text: str) -> float:
        return sum(self.weights.get(term, 0.0) for term in set(stream(text, language_of(text))))

    def _cut(self, sentence: str) -> str:
        """The sentence, or the words of a long one around the first that is asked for."""
        words = sentence.split()
        text = " ".join(words)
        if len(text) <= SHOWN_CHARS:
            return text
        first = next((n for n, word in enumerate(words) if self._weight(word)), 0)
        at = max(0, min(len(" ".join(words[:first])) - SHOWN_CHARS // 4, len(text) - SHOWN_CHARS))
        return ("…" if at else "") + text[at : at + SHOWN_CHARS].strip() + ("…" if at + SHOWN_CHARS < len(text) else "")

    def _beside(self, place: Place, step: int) -> Iterator[ArchivedEntry]:
        """The talk before or after a passage's entry, nearest first, as the index takes it for the words around."""
        left = AROUND_ENTRIES
        for one in self._from(place, step):
            if one.kind in ("user", "assistant"):
                yield one
                left -= 1
            if not left:
                return

    def _from(self, place: Place, step: int) -> Iterator[ArchivedEntry]:
        entries, silent = self._entries(place.path)
        rest = range(place.entry + step, len(entries) if step > 0 else -1, step)
        yield from (entries[n] for n in rest if n not in silent)
        folder, name = os.path.split(place.path)
        names = chunk_names(folder)
        at = names.index(name) + step if name in names else -1
        if 0 <= at < len(names):
            entries, silent = self._entries(os.path.join(folder, names[at]))
            yield from (entries[n] for n in range(len(entries))[::step] if n not in silent)

    def _entries(self, path: str) -> tuple[list[ArchivedEntry], set[int]]:
        """A chunk file's entries, and the positions of those that lend no words."""
        if path not in self._kept:
            try:
                entries = entries_of(self.chunks.at(path))
            except (ArchiveError, OSError):
                entries = []
            self._kept[path] = entries, echoes(entries) | retellings(entries)
        return self._kept[path]
