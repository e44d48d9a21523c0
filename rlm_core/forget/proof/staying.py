"""What stays in the archive: the texts of all chunk files and outputs without what is to be forgotten.

It reads the files by itself. A chunk file that it cannot make out counts as one of which nothing stays.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from rlm_core.forget.proof.ownmarks import own_marks
from rlm_core.forget.proof.raw import contents
from rlm_core.forget.proof.wordrow import units

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from rlm_core.forget.target import Target

    Pointers = Generator[str, None, set[str]]

TOPS = ("sessions", "documents")
_CHUNK = re.compile(r"\d{4,}-[0-9a-f]{8}\.md")
_LAST = re.compile(r"<!-- rlm: (\{.*\}) -->\n?\Z")
_VALUE = re.compile(r"^(\w+): (.+)$", re.M)
PLACES = ("cwd", "branch")
"""Of a chunk: they stay, unless they hold what the user named."""
_PATHS = ("path", "without")


def labels(target: Target) -> list[str]:
    """What names the archive and its parts, and tells nothing of what was said: paths and ids.

    A document's folder is called as the document is, which may tell.
    """
    archive = target.archive.root
    named = [archive, os.path.realpath(archive), os.path.expanduser("~"), *target.sessions]
    for folder in {*target.whole, *(entry.folder for entry in target.entries)}:
        named.append(folder.rpartition("-")[2] if folder.startswith("documents/") else folder)
    for entry in target.entries:
        named += (entry.file, entry.uuid)
    return [*named, *own_marks(target)]


def staying_texts(target: Target) -> Iterator[str]:
    """Each text that stays, and what the files say of themselves that no text has given them."""
    doomed: dict[str, set[int]] = {}
    outputs = {f"{entry.folder}/blobs/{name}" for entry in target.entries for name in entry.blobs}
    for entry in target.entries:
        doomed.setdefault(f"{entry.folder}/{entry.file}", set()).add(entry.line)
    root = target.archive.root
    for top in TOPS:
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [n for n in below if n not in ("old", "damaged", "summaries", "blobs")]
            place = os.path.relpath(folder, root).replace(os.sep, "/")
            if target.goes_whole(place):
                below[:] = []
                continue
            pointers = yield from _folder(folder, place, names, doomed, target)
            yield from _outputs(folder, place, outputs - pointers)
    yield from _documents(target)


def _folder(folder: str, place: str, names: list[str], doomed: dict[str, set[int]], target: Target) -> Pointers:
    """What stays of the chunk files of a directory; the outputs to which that points come back."""
    pointers: set[str] = set()
    yield " ".join(sorted(filter(_CHUNK.fullmatch, names)))  # in a row, as state and maps have them
    for name in names:
        if _CHUNK.fullmatch(name):
            for text in _chunk(os.path.join(folder, name), doomed.get(f"{place}/{name}", set()), target):
                pointers.update(f"{place}/{one}" for one in re.findall(r"blobs/[0-9a-f]{16}\.\w+", text))
                yield text
    return pointers


def _outputs(folder: str, place: str, gone: set[str]) -> Iterator[str]:
    blobs = os.path.join(folder, "blobs")
    for name in os.listdir(blobs) if os.path.isdir(blobs) else ():
        if name.endswith(".txt") and f"{place}/blobs/{name}" not in gone:
            yield _text(os.path.join(blobs, name))


def _chunk(path: str, gone: set[int], target: Target) -> Iterator[str]:
    """What stays of a chunk file: all of its entries' lines but those below the headings of what goes."""
    text = _text(path)
    meta = _meta(text)
    starts = meta.get("lines")
    if not isinstance(starts, list) or not all(isinstance(n, int) for n in starts):
        return
    lines = text.split("\n")
    ends = [*(n - 1 for n in starts[1:]), len(lines) - (2 if "form" in meta else 0)]
    stays = [n not in gone for n in starts]
    kept = []
    for start, end, whole in zip(starts, ends, stays, strict=True):
        kept.append("\n".join(lines[start - 1 : end]) if whole else _heading(lines[start - 1]))
    yield from kept
    if any(stays):
        places = {key: str(meta.get(key) or "") for key in PLACES}
        going = {key for key, value in places.items() if target.names(value, is_place=key == "cwd")}
        yield " ".join(f"{key} {'' if key in going else value}" for key, value in places.items())  # in a row
        yield from _side_by_side(target.match, meta, kept)
    # Its name and its neighbours', which maps tell to Claude and which stand in what it said of them. They stay where
    # nothing of the chunk does, too: its file stays, so that citations of others are right.
    named = [os.path.basename(path), *(str(meta.get(key)) for key in ("chunk", "previous", "next", "session", "agent"))]
    yield "\n".join([*named, *map(str, meta.get("uuids") or ())])


def _side_by_side(match: str, meta: dict[str, Any], kept: list[str]) -> Iterator[str]:
    """The words that were named, where those keywords that are said in what stays have them in their order, and thus
    tell nothing.
    """
    words, keywords = units(match), meta.get("keywords")
    if not words or not isinstance(keywords, list):
        return
    said = set(units("\n".join(kept)))
    if not said.issuperset(words):
        return
    listed = units(" ".join(word for word in map(str, keywords) if said.issuperset(units(word))))
    if any(listed[at : at + len(words)] == words for at in range(len(listed))):
        yield match


def _heading(line: str) -> str:
    """What stays of the heading of what goes: of a document's section all but the section's title."""
    fields = line.split(" · ")
    if fields[0] != "## document":
        return line
    return " · ".join([*fields[:2], *(f for f in fields[2:] if re.fullmatch(r"\d{4}-\d\d-\d\d .*|turn \d+|\d{4,}", f))])


def _meta(text: str) -> dict[str, Any]:
    """What a chunk file says of itself in its last line, or one of form 1 in its front matter."""
    last = _LAST.search(text[-1_000_000:])
    if last:
        found = _json(last[1])
        front = {key: _json(value) for key, value in _VALUE.findall(text.partition("\n---\n")[0])}
        return {**front, **found} if isinstance(found, dict) else {}
    return {key: _json(value) for key, value in _VALUE.findall(text.partition("\n---\n")[0])}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _documents(target: Target) -> Iterator[str]:
    """The paths of the documents that stay, and of the directories that were added."""
    listed = _json(_text(target.archive.path("documents", "sources.json")))
    for kind in ("documents", "directories"):
        rows = listed.get(kind) if isinstance(listed, dict) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("path") not in target.documents:
                yield "\n".join(str(row.get(key) or "") for key in _PATHS)


def _text(path: str) -> str:
    """All of a file as text; "" when it cannot be read, so that nothing of it counts as staying."""
    try:
        return contents(path).decode("utf-8", "replace")
    except OSError:
        return ""
