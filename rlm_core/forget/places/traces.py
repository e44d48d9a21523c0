"""By what forgotten texts are recognised elsewhere: words and runs of words that no text has which stays."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from rlm_core.chunks.altered import forgotten, is_forgotten
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.disk import read
from rlm_core.errors import ArchiveError
from rlm_core.home import config_dir
from rlm_core.language.folding import fold
from rlm_core.redaction.clean import written_before

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from rlm_core.chunks.chunkfile import ChunkFile

_WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\s")
STRETCH = 1 << 20  # characters of a text that are looked through at once
LETTERS = 4  # of a word that may tell by itself
RUN = 6  # words in a row that tell, though each of them stands elsewhere too
# What stands in lines of ours whatever the sessions are about: the log's words, names of keys.
OURS = frozenset(
    """
    adopted adoption archive archived bytes called calls chunk chunks complete copied copy document documents entries
    error failed files findings forgotten grant index leaf left line linked made most passages payload postcompact
    precompact project question recent refreshed removed route search seconds session sessionend sessions sessionstart
    single spent stop stopfailure subagentstop sweep tokens traceback unusable userpromptsubmit verified
    """.split()  # noqa: SIM905
)


class Telling:
    """Whether a text tells of what is forgotten.

    texts: what is forgotten. A word tells that none of the texts that stay has, nor the project's path; a run of six
    words likewise. row: whether words in their order hold the words that the user named, which tell anywhere.
    """

    def __init__(
        self,
        texts: Iterable[str],
        staying: Iterable[str],
        common: str = "",
        *,
        row: Callable[[list[str]], bool] | None = None,
    ) -> None:
        said = [words_of(text) for text in texts]
        paths = words_of(common)
        known = OURS.union(paths)
        self._row = row
        self.words = {w for words in said for w in words if len(w) >= LETTERS and w not in known}
        self.runs = {run for words in said for run in _runs(words)}
        self.runs.difference_update(_runs(paths))
        for text in staying:
            if not self.words and not self.runs:
                break
            words = words_of(text)
            self.words.difference_update(words)
            if self.runs:
                self.runs.difference_update(_runs(words))

    def __bool__(self) -> bool:
        return bool(self.words or self.runs or self._row)

    def tells(self, text: str) -> bool:
        """Whether a text has such a word, or such a run of words, or holds what was named."""
        return bool(self) and self._told_by(words_of(text))

    def tells_by_words(self, text: str) -> bool:
        """The same without what was named: of something that entries which stay may name, such as a tool."""
        return bool(self) and self._has(words_of(text))

    def tells_bytes(self, data: bytes) -> bool:
        """The same of a file's bytes: as text, and each line of it that is JSON as the texts in it."""
        text = legible(data)
        if self and any(map(self._told_by, _rows(text))):
            return True
        return any(
            bool(self) and self._told_by(words_of(said)) for line in text.split("\n") for said in _json_texts(line)
        )

    def _told_by(self, words: list[str]) -> bool:
        return self._has(words) or (self._row is not None and self._row(words))

    def _has(self, words: list[str]) -> bool:
        return not self.words.isdisjoint(words) or not self.runs.isdisjoint(_runs(words))


def is_telling(words: list[str], common: str = "") -> bool:
    """Whether words that were named tell anywhere: not if they are all short, or stand in our own lines or paths."""
    known = OURS.union(words_of(common))
    return any(len(word) >= LETTERS and word not in known for word in words)


def telling_words(match: str, root: str) -> list[str]:
    """The words that were named, where they tell not in labels alone, else none. root: the archive's."""
    words = words_of(match)
    return words if is_telling(words, common_to(root)) else []


def common_to(root: str) -> str:
    """The paths that stand in files of ours whatever the sessions of an archive are about."""
    return f"{root} {config_dir()}"


def legible(data: bytes) -> str:
    """The text that bytes are; a blank for each that is none, since no word of it goes on there."""
    return data.decode("utf-8", "replace").replace("\ufffd", " ")


def _rows(text: str) -> Iterator[list[str]]:
    """The words of a long text in parts, each with the last ones before it, so that every run stands in one."""
    at = 0
    row: list[str] = []
    while at < len(text):
        found = _BLANK.search(text, at + STRETCH)
        end = found.start() if found else len(text)
        row = row[1 - RUN :] + words_of(text[at:end])
        yield row
        at = end


def words_of(text: str) -> list[str]:
    """A text's words, folded; an escaped `\\n` parts them as a line's end does."""
    return _WORD.findall(fold(re.sub(r"\\[nrt]", " ", text)))


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[n:] for n in range(RUN)), strict=False)


def _json_texts(line: str) -> Iterator[str]:
    """The texts in a line of JSON that holds escapes, which hide words; nothing for another line."""
    if "\\" not in line or not line.lstrip().startswith(("{", "[")):
        return
    try:
        ahead = [json.loads(line)]
    except (ValueError, RecursionError):
        return
    while ahead:
        value = ahead.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            ahead += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            ahead += value


def chunk_at(path: str) -> ChunkFile | None:
    """A chunk file; None for one that cannot be read."""
    try:
        data = read(path)
        return load(data, path) if data else None
    except (ArchiveError, OSError):
        return None


def staying(paths: Iterable[tuple[str, str]], uuids: Collection[str]) -> Iterator[str]:
    """What stays in chunk files when the entries with these uuids are gone. paths: (path, directory of its blobs)."""
    for path, blobs in paths:
        chunk = chunk_at(path)
        for entry in entries_of(chunk) if chunk else ():
            if entry.uuid in uuids or is_forgotten(entry.whole):
                yield forgotten(written_before(entry.whole)).partition("\n")[0]
                continue
            yield entry.heading
            yield entry.text
            for name in entry.blobs:
                try:
                    yield (read(os.path.join(blobs, name)) or b"").decode("utf-8", "replace")
                except OSError:
                    continue
