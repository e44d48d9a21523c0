"""Finds the chunk that somebody cites: an id, the beginning of one, a file's name, a session's number."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive.anew.former import old_folders
from rlm_core.archive.cited import read_cited
from rlm_core.archive.store import Archive, chunk_names, is_moved_in
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import read
from rlm_core.documents import document_folders
from rlm_core.errors import ArchiveError, RlmError, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_STEM = re.compile(r"^(\d{4,})-([0-9a-f]{8})(?:\.md)?$")
_NUMBERED = re.compile(r"^(.+)[/#](\d{1,6})$")


@dataclass(frozen=True)
class Citation:
    """A place that somebody cited. line: 0 when none was cited. moved: the chunk has grown since it was cited.

    former: the chunk has been replaced by others that say the same, and is kept as it was.
    """

    path: str
    line: int
    meta: dict[str, Any]
    moved: bool = False
    former: bool = False


def resolve(archive: Archive, cited: str) -> Citation:
    """Find `r2-3fa2b9d0c1e4`, `3fa2b9d0`, `0007-3fa2b9d0`, `1f758c24/7` or a path, with or without `:LINE`.

    `CHUNK/blobs/NAME` is an oversize output beside a chunk.

    A chunk that was still growing when it was cited has another hash now but the same number: it is
    found by its number when only one session fits. Raises RlmError when nothing or too much fits.
    """
    name, line = _split_line(cited.strip().strip("[]`"))
    chunk, _, blob = name.partition("/blobs/")
    if blob and not os.path.isabs(name):  # a project may lie in a directory of that name
        return _blob(resolve(archive, chunk), blob, line, cited)
    for former, places in ((False, _folders), (True, old_folders)):
        named = [m for path in _candidates(places(archive), name) if (m := _meta(path)) and _names(m, name)]
        fits = _told_once(archive, named)
        if len(fits) == 1:
            return Citation(fits[0]["path"], line, fits[0], former=former)
        if fits:
            raise RlmError(
                worded(
                    "{cited} fits {n} {n:|chunk|chunks}, among them {path} and {path2}",
                    cited=cited,
                    n=len(fits),
                    path=fits[0]["path"],
                    path2=fits[1]["path"],
                )
            )
    grown = [m for path in _once_open(archive, name) if (m := _meta(path))]
    if len(grown) == 1:
        return Citation(grown[0]["path"], line, grown[0], moved=True)
    raise RlmError(
        worded(
            "no chunk {cited} in {root}; `rlm list` shows the sessions, `rlm search` finds chunks",
            cited=cited,
            root=archive.root,
        )
    )


def _told_once(archive: Archive, fits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Chunks without those that another archive had of a session that is among them; see `adoption`."""
    own = [m for m in fits if not is_moved_in(os.path.relpath(m["path"], archive.root))]
    sessions = {m["session"] for m in own}
    others = [m for m in fits if m["session"] not in sessions]
    return own + list({str(m["chunk"]): m for m in others}.values())


def _blob(chunk: Citation, name: str, line: int, cited: str) -> Citation:
    """An oversize output beside its chunk."""
    folder = os.path.dirname(chunk.path)
    path = os.path.join(os.path.dirname(folder) if chunk.former else folder, "blobs", os.path.basename(name))
    if not os.path.isfile(path):
        raise RlmError(worded("no output {cited}: {path} is missing", cited=cited, path=path))
    return Citation(path, line, chunk.meta)


def _candidates(folders: Iterable[str], name: str) -> list[str]:
    """Chunk files that may be meant, judged by their names alone: no file is opened."""
    numbered = _NUMBERED.match(name)
    stem = _STEM.match(os.path.basename(name))
    digits = stem[2] if stem else name.partition("-")[2] if "-" in name else name
    paths = []
    for folder in folders:
        for file in chunk_names(folder):
            number, _, rest = file.partition("-")
            if rest.startswith(digits[:8]) or (numbered and int(number) == int(numbered[2])):
                paths.append(os.path.join(folder, file))
    return paths


def _folders(archive: Archive) -> Iterator[str]:
    yield from archive.folders()
    yield from document_folders(archive.root)


def _meta(path: str) -> dict[str, Any] | None:
    try:
        return {**load_meta(read(path) or b"", path), "path": path}
    except (ArchiveError, OSError):
        return None


def _split_line(cited: str) -> tuple[str, int]:
    name, colon, line = cited.rpartition(":")
    return (name, int(line)) if colon and line.isdigit() and name else (cited, 0)


def _names(meta: dict[str, Any], name: str) -> bool:
    path = str(meta["path"])
    if os.path.isabs(name) or name.endswith(".md"):
        return path == os.path.abspath(name) or path.endswith(os.sep + name) or os.path.basename(path) == name
    if os.path.basename(path) == f"{name}.md":
        return True
    numbered = _NUMBERED.match(name)
    if numbered:
        folder = os.path.basename(os.path.dirname(path))
        session = numbered[1]
        ours = meta["session"].startswith(session) or folder == session or folder.endswith(f"_{session}")
        return bool(ours and meta["number"] == int(numbered[2]) and not meta.get("agent"))
    digits = name.partition("-")[2] if "-" in name else name
    return len(digits) >= 6 and str(meta["chunk"]).partition("-")[2].startswith(digits)


def _once_open(archive: Archive, name: str) -> list[str]:
    """Chunks that may have grown since they were cited under this name.

    PreCompact notes the id that it gives away; without such a note the number tells, for a session's
    newest chunks. A document's list tells which chunk stands where a former one stood.
    """
    from rlm_core.documents.registry import replacements

    stem = _STEM.match(os.path.basename(name))
    digits = stem[2] if stem else name.partition("-")[2][:8] if "-" in name else name[:8]
    noted = read_cited(archive.root).get(digits)
    if noted:
        folder = archive.path(str(noted[0]))
        return [os.path.join(folder, n) for n in chunk_names(folder) if int(n.partition("-")[0]) == noted[1]]
    changed = replacements(archive, digits)
    if changed:
        return changed
    paths = []
    for folder in archive.folders() if stem else ():
        newest = chunk_names(folder)[-2:]
        paths += [os.path.join(folder, n) for n in newest if stem and int(n.partition("-")[0]) == int(stem[1])]
    return paths
