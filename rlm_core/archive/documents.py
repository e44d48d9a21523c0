"""Where documents' chunks stand in the archive."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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
