"""`rlm search --regex`: an exact search in the files themselves, with ripgrep where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.chunks.pointing import blob_of
from rlm_core.disk import is_file, names, opened, read
from rlm_core.errors import ArchiveError, UsageError, worded
from rlm_core.index.folders import folders
from rlm_core.search.hits import Filters, Hit
from rlm_core.tokens import estimate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rlm_core.archive.store import Archive
    from rlm_core.chunks.chunkfile import ChunkFile

RIPGREP_SECONDS = 120
MAX_CHARS = 600  # characters of a line that are shown
FILES_AT_ONCE = 2000


def grep(archive: Archive, pattern: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The k newest lines that match a regular expression, newest first.

    Lines of blobs are given with the entry that points to them. Raises RlmError for a pattern that is none.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as e:
        raise UsageError(worded("--regex {pattern}: {why}", pattern=pattern, why=e)) from e
    hits: list[Hit] = []
    if k < 1:
        return hits
    for folder in folders(archive):
        hits += _in_folder(archive, folder, pattern, compiled, filters or Filters())
    hits.sort(key=lambda h: (h.started, h.path, h.line), reverse=True)
    return hits[:k]


def _in_folder(
    archive: Archive, folder: str, pattern: str, compiled: re.Pattern[str], filters: Filters
) -> Iterator[Hit]:
    chunks = [os.path.join(folder, n) for n in chunk_names(folder)]
    blob_folder = os.path.join(folder, "blobs")
    blobs = [os.path.join(blob_folder, n) for n in names(blob_folder) if n.endswith(".txt")]
    matching = _matching([path for path in (*chunks, *blobs) if is_file(path)], pattern)
    in_blobs = {os.path.basename(p) for p in matching if p in set(blobs)}
    for path in chunks:
        if path not in matching and not in_blobs:
            continue
        try:
            chunk = load(read(path) or b"", path)
        except (ArchiveError, OSError) as e:
            archive.note_unread(path, e)
            continue
        if filters.admit_chunk(chunk.meta):
            yield from _in_chunk(path, chunk, compiled, filters, in_blobs)


def _matching(paths: Sequence[str], pattern: str) -> set[str]:
    """The files that may hold a match: told by ripgrep, or all of them."""
    ripgrep = shutil.which("rg")
    if ripgrep is None or not paths:
        return set(paths)
    matching: set[str] = set()
    for at in range(0, len(paths), FILES_AT_ONCE):
        command = [ripgrep, "--no-config", "--text", "--files-with-matches", "--null", "--regexp", pattern, "--"]
        try:
            done = subprocess.run(
                [*command, *paths[at : at + FILES_AT_ONCE]],
                capture_output=True, stdin=subprocess.DEVNULL, timeout=RIPGREP_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return set(paths)
        if done.returncode not in (0, 1):
            return set(paths)  # a pattern of Python's that ripgrep does not know: we look ourselves
        matching.update(os.fsdecode(p) for p in done.stdout.split(b"\0") if p)
    return matching


def _in_chunk(
    path: str, chunk: ChunkFile, compiled: re.Pattern[str], filters: Filters, in_blobs: set[str]
) -> Iterator[Hit]:
    for one in entries_of(chunk):
        first, role = one.line, one.role
        started = one.iso_time or chunk.meta["started"]
        if (filters.role and role != filters.role) or (filters.tool and one.tool != filters.tool):
            continue
        if not filters.admit_time(started):
            continue

        def hit(
            line: int, snippet: str, stands_in: str = "", *, at: str = started, who: str = role, of: str = one.uuid
        ) -> Hit:
            meta = chunk.meta
            return Hit(
                meta["chunk"], meta["session"], path, line, 0.0, meta["title"], snippet[:MAX_CHARS], at, meta["turns"],
                estimate(snippet[:MAX_CHARS]), [of], who, strong=True, stands_in=stands_in, kind=who,
            )  # fmt: skip

        for number, line in enumerate(one.whole.split("\n")):
            if number and compiled.search(line):
                yield hit(first + number, line.strip())
            if (blob := blob_of(line)) in in_blobs:
                where = os.path.join(os.path.dirname(path), "blobs", blob)
                for n, inside in _lines_of(where, compiled):
                    yield hit(first + number, inside.strip(), f"{where}:{n}")


def _lines_of(path: str, compiled: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """(number, text) of a file's matching lines."""
    try:
        with opened(path) as f:
            for number, data in enumerate(f, 1):
                line = data.decode("utf-8", "replace")
                if compiled.search(line):
                    yield number, line
    except OSError:
        return  # `rlm verify` tells of it
