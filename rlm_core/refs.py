"""Finds the chunk that somebody cites: an id, the beginning of one, a file's name, a session's number."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.archive import Archive, chunk_names
from rlm_core.errors import RlmError

if TYPE_CHECKING:
    from typing import Any

_STEM = re.compile(r"^(\d{4,})-([0-9a-f]{8})(?:\.md)?$")
_NUMBERED = re.compile(r"^(.+)[/#](\d{1,6})$")


@dataclass(frozen=True)
class Ref:
    """A cited place. line is 0 when none was cited. moved: the chunk has grown since it was cited."""

    path: str
    line: int
    meta: dict[str, Any]
    moved: bool = False


def resolve(archive: Archive, cited: str) -> Ref:
    """Find `r1-3fa2b9d0c1e4`, `3fa2b9d0`, `0007-3fa2b9d0`, `1f758c24/7` or a path, with or without `:LINE`.

    A chunk that was still growing when it was cited has another hash now but the same number: it is
    found by its number when only one session fits. Raises RlmError when nothing or too much fits.
    """
    name, line = _split_line(cited.strip().strip("[]`"))
    metas = list(archive.metas())
    exact = [m for m in metas if _names(m, name)]
    if len({m["path"] for m in exact}) == 1:
        return Ref(exact[0]["path"], line, exact[0])
    if exact:
        raise RlmError(f"{cited} fits {len(exact)} chunks, among them {exact[0]['chunk']} and {exact[1]['chunk']}")
    stem = _STEM.match(os.path.basename(name))
    grown = [m for m in metas if stem and m["number"] == int(stem[1]) and _once_open(archive, m)]
    if len(grown) == 1:
        return Ref(grown[0]["path"], line, grown[0], moved=True)
    raise RlmError(f"no chunk {cited} in {archive.root}; `rlm list` shows the sessions, `rlm search` finds chunks")


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


def _once_open(archive: Archive, meta: dict[str, Any]) -> bool:
    """Only a session's newest chunks can have been cited while they grew."""
    names = chunk_names(os.path.dirname(meta["path"]))
    return bool(names) and meta["number"] >= int(names[-1].partition("-")[0]) - 1
