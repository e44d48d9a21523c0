"""What a pattern such as `docs/**/*.md` names."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from rlm_core.documents.discover import FOREIGN

ANY = "**"  # directories, as many as there are, also none


def is_pattern(path: str) -> bool:
    """Whether a path holds a wildcard."""
    return glob.has_magic(path)


def matching(pattern: str) -> Iterator[str]:
    """Absolute paths of the files and directories that a pattern names, in order; a path may come twice.

    As a shell has it: no hidden names where none are asked for. `**` follows no link, so that it comes to an end, and
    wildcards pass over the directories that tools fill.
    """
    parts = os.path.abspath(pattern).split(os.sep)
    first = next(n for n, part in enumerate(parts) if is_pattern(part))
    wanted = [p for n, p in enumerate(parts[first:]) if p != ANY or n == 0 or parts[first + n - 1] != ANY]
    if wanted[-1] == ANY:
        wanted.append("*")
    yield from _below(os.sep.join(parts[:first]) + os.sep, wanted)


def _below(folder: str, parts: Sequence[str]) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    if part == ANY:
        yield from _below(folder, rest)
    for entry in _entries(folder):
        if part == ANY:
            if _fits(entry.name, "*") and entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, parts)
        elif _fits(entry.name, part):
            if not rest:
                yield entry.path
            elif entry.is_dir():
                yield from _below(entry.path, rest)


def _fits(name: str, part: str) -> bool:
    if name == part:
        return True
    hidden = name.startswith(".") and not part.startswith(".")
    return not hidden and name not in FOREIGN and fnmatchcase(name, part)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """A directory's entries by name, none where it may not be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda e: e.name)
    except OSError:
        return []
