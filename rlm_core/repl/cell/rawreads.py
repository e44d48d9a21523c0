"""Notices when a cell's program opens a file of its texts by itself, past the view that takes secrets out of it.

What such a cell leaves in its names is redacted before it is saved. Python tells of each file that it opens
(`sys.addaudithook`); what opens files without it, such as a library in C, is not noticed.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_ours = [0]  # how many reads of the view are under way


class RawReads:
    """happened: whether the program has opened one of these files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.happened = False
        self._paths = frozenset(paths)
        self._names = frozenset(map(os.path.basename, self._paths))

    def watch(self) -> None:
        """From here on; for good."""
        if self._paths:
            sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event not in ("open", "sqlite3.connect") or self.happened or _ours[0]:
            return
        path = os.fsdecode(args[0]) if isinstance(args[0], (str, bytes, os.PathLike)) else ""
        # By its name as well: a path may be relative to a directory that Python does not tell.
        self.happened = os.path.basename(path) in self._names or os.path.realpath(path) in self._paths


class OwnRead:
    """While the view itself reads."""

    def __enter__(self) -> None:
        _ours[0] += 1

    def __exit__(self, *_: object) -> None:
        _ours[0] -= 1
