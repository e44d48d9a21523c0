"""Where documents' chunks stand in the archive."""

from __future__ import annotations

import os

from rlm_core.archive.store import chunk_names
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import read
from rlm_core.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FOLDER = "documents"


def document_folders(root: str) -> Iterator[str]:
    """Every directory in the archive at `root` that holds a document's chunks, longest unchanged first."""
    base = os.path.join(root, FOLDER)
    found: list[tuple[int, str]] = []
    if os.path.isdir(base) and not os.path.islink(base):
        with os.scandir(base) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                    continue
                try:
                    found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path))
                except FileNotFoundError:
                    continue  # removed by another process just now
    yield from (path for _, path in sorted(found))


def document_metas(root: str) -> Iterator[dict[str, Any]]:
    """The front matter of every document's chunk files, with its `path`, as `Archive.metas` for sessions."""
    for folder in document_folders(root):
        for name in chunk_names(folder):
            path = os.path.join(folder, name)
            try:
                yield {**load_meta(read(path) or b"", path), "path": path}
            except ArchiveError:
                continue


def documents_stamp(root: str) -> int:
    """A number that has changed when any document's chunks have: one stat instead of one a document. 0: none.

    Every run that writes chunks replaces `sources.json` after them, which changes the directory's time.
    """
    try:
        return os.stat(os.path.join(root, FOLDER)).st_mtime_ns
    except OSError:
        return 0
