"""Reads every file of one directory of chunks: each chunk by its id and its sum, each blob and summary by its name.

A file that the disk does not give is a finding like the others; the rest is read all the same.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive.proof.returned import Returned, returned
from rlm_core.archive.store import chunk_names
from rlm_core.chunks.altered import holds_its_text, is_altered, is_forgotten
from rlm_core.chunks.chunkfile import is_unharmed, load
from rlm_core.chunks.pointing import blob_of
from rlm_core.chunks.render import blob_name
from rlm_core.disk import TMP_PREFIX, read
from rlm_core.errors import ArchiveError, Worded, of_system, phrase, worded
from rlm_core.home import user_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rlm_core.chunks.chunkfile import ChunkFile

UNREADABLE, CHANGED, BROKEN, GONE, DOUBLED = "unreadable", "changed", "broken", "gone", "doubled"
KEPT_ASIDE = ("blobs", "summaries", "old", "damaged", "agents")
MEDIA = ": blobs/"
INDEX = "index"
REWRITTEN = "the text was changed after it was archived"
UNPROVEN = "entries of it were forgotten on purpose, and what is left is not what your key was put to"


@dataclass(frozen=True)
class Harm:
    """A file that is not as it was written. kind: one of the five above. number: of a chunk, 0 for another file.

    words: what is wrong, for people; the path is not among them.
    """

    path: str
    kind: str
    words: str
    number: int = 0

    def __str__(self) -> str:
        return worded("{what}: {why}", what=self.path, why=phrase(self.words))


@dataclass
class ChunkShelf:
    """What one directory of chunks holds.

    metas: path -> front matter, of the chunk files that can be read, in order. harms: what is wrong. blobs: name ->
    path, of the chunks' outputs that were found whole. wanted: name -> the chunk that points to it. links: what is no
    regular file. left: temporary files. foreign: names that are none of ours. forgotten: entries that were forgotten on
    purpose, in chunks that say so and are whole. again: those that stand there all the same. bytes: read.
    """

    folder: str
    metas: dict[str, dict[str, Any]] = field(default_factory=dict)
    harms: list[Harm] = field(default_factory=list)
    blobs: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    forgotten: int = 0
    again: list[Returned] = field(default_factory=list)
    bytes: int = 0

    @property
    def chunks(self) -> dict[int, list[str]]:
        """Number -> paths of its files, readable or not."""
        found: dict[int, list[str]] = {}
        for name in chunk_names(self.folder):
            found.setdefault(number_of(name), []).append(os.path.join(self.folder, name))
        return found

    @property
    def whole(self) -> dict[str, dict[str, Any]]:
        """The front matter of the chunk files in which nothing is wrong."""
        harmed = {h.path for h in self.harms if h.kind != GONE}
        return {path: meta for path, meta in self.metas.items() if path not in harmed}


def number_of(name: str) -> int:
    """The number in a chunk file's name."""
    return int(os.path.basename(name).partition("-")[0])


def examine(folder: str, *, chained: bool = True, was_forgotten: Callable[[str], bool] | None = None) -> ChunkShelf:
    """Read a directory of chunks, its blobs and summaries.

    chained: each chunk names the one before it. was_forgotten: tells by its uuid whether an entry was.
    """
    shelf = ChunkShelf(folder)
    _look_around(shelf)
    _chunks(shelf, chained=chained, was_forgotten=was_forgotten)
    for part in ("blobs", "summaries"):
        _by_name(shelf, os.path.join(folder, part))
    return shelf


def _look_around(shelf: ChunkShelf) -> None:
    for entry in _entries(shelf, shelf.folder):
        if entry.name.startswith(TMP_PREFIX):
            shelf.left.append(entry.path)
        elif entry.is_symlink() or not (entry.is_file(follow_symlinks=False) or entry.name in KEPT_ASIDE):
            shelf.foreign.append(entry.path)


def _entries(shelf: ChunkShelf, folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda e: e.name)
    except FileNotFoundError:
        return []
    except OSError as e:
        shelf.harms.append(Harm(folder, UNREADABLE, worded("cannot be read ({why})", why=of_system(e))))
        return []


def _chunks(shelf: ChunkShelf, *, chained: bool, was_forgotten: Callable[[str], bool] | None) -> None:
    previous, number = "", 0
    numbers: dict[int, str] = {}
    for name in chunk_names(shelf.folder):
        path, at = os.path.join(shelf.folder, name), number_of(name)
        if at in numbers:
            words = worded(
                "chunk {at:04d} before it is missing or another one: another file has its number, {numbers}",
                at=at,
                numbers=numbers[at],
            )
            shelf.harms.append(Harm(path, DOUBLED, words, at))
        numbers[at] = name
        meta = _chunk(shelf, path, at, was_forgotten)
        if at > number + 1:
            shelf.harms.append(
                Harm(
                    path, GONE, worded("chunk {number:04d} before it is missing or another one", number=number + 1), at
                )
            )
        elif chained and at == number + 1 and meta and previous and meta["previous"] != previous:
            shelf.harms.append(
                Harm(path, CHANGED, worded("chunk {number:04d} before it is missing or another one", number=number), at)
            )
        number = max(number, at)
        previous = meta["chunk"] if meta else ""


def _broken(path: str, error: ArchiveError) -> str:
    """What is wrong with a chunk file by the error of reading it, without the path and what to do."""
    told = error.args[0] if error.args else ""
    if isinstance(told, Worded) and "why" in told.values:
        return worded("is no chunk file ({why})", why=phrase(str(told.values["why"])))
    return str(error).removeprefix(f"{path} ").partition(";")[0]


def _chunk(
    shelf: ChunkShelf, path: str, number: int, was_forgotten: Callable[[str], bool] | None
) -> dict[str, Any] | None:
    """The front matter of a chunk file, which may be wrong; None when there is none."""
    try:
        data = read(path)
        if data is None:
            return None  # replaced just now
        shelf.bytes += len(data)
        chunk = load(data, path)
        entries = chunk.entries()
    except OSError as e:
        shelf.harms.append(Harm(path, UNREADABLE, worded("cannot be read ({why})", why=of_system(e)), number))
        return None
    except ArchiveError as e:
        shelf.harms.append(Harm(path, BROKEN, _broken(path, e), number))
        return None
    meta = chunk.meta
    shelf.metas[path] = meta
    if not holds_its_text(chunk, user_key):
        shelf.harms.append(Harm(path, CHANGED, UNPROVEN if is_altered(meta) else REWRITTEN, number))
    elif not is_unharmed(data) or meta["number"] != number or _digits(path) != meta["chunk"].partition("-")[2][:8]:
        shelf.harms.append(Harm(path, CHANGED, "what it says of itself was changed after it was archived", number))
    elif is_altered(meta):
        shelf.forgotten += sum(is_forgotten(text) for _, _, text in entries)
    if was_forgotten is not None:
        shelf.again += returned(path, chunk, was_forgotten)
    for blob in _pointers(chunk):
        shelf.wanted.setdefault(blob, path)
    return meta


def _digits(path: str) -> str:
    return os.path.basename(path).partition("-")[2].removesuffix(".md")


def _pointers(chunk: ChunkFile) -> Iterator[str]:
    """Names of the blobs to which entries point. A text may imitate that: the caller looks for them elsewhere, too."""
    for _, _, text in chunk.entries():
        if "blobs/" not in text:
            continue
        lines = text.split("\n")
        for n, line in enumerate(lines):
            if name := blob_of(line):
                yield name
            elif line.startswith("[") and MEDIA in line and _is_caption(lines, n):
                name = line.rpartition(MEDIA)[2]
                if len(name) > 17 and name[16] == "." and name[:16].isalnum():
                    yield name


def _is_caption(lines: list[str], n: int) -> bool:
    """Whether a line of an entry stands where an image's caption does: not in a text or an output that quotes one."""
    if n < 2 or lines[n - 1]:
        return False
    return lines[n - 2] == "**media**" or (n == 2 and " · media · " in lines[0])


def _by_name(shelf: ChunkShelf, folder: str) -> None:
    """Files whose names are the hashes of what they hold."""
    for entry in _entries(shelf, folder):
        if entry.name.startswith(TMP_PREFIX):
            shelf.left.append(entry.path)
            continue
        if entry.is_symlink() or not entry.is_file(follow_symlinks=False):
            shelf.foreign.append(entry.path)
            continue
        try:
            data = read(entry.path)
        except OSError as e:
            shelf.harms.append(Harm(entry.path, UNREADABLE, worded("cannot be read ({why})", why=of_system(e))))
            continue
        if data is None:
            continue
        shelf.bytes += len(data)
        digits = entry.name.partition(".")[0].rpartition("-")[2]
        if blob_name(data)[: len(digits)] != digits:
            shelf.harms.append(Harm(entry.path, CHANGED, "it is not what its name says"))
        elif os.path.basename(folder) == "blobs":
            shelf.blobs[entry.name] = entry.path
