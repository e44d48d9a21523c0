"""What the machine notes of the archive, held against its files: states, the ledger, the list of documents."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from rlm_core.archive.documents import FOLDER
from rlm_core.archive.proof.shelf import number_of
from rlm_core.archive.store import is_moved_in
from rlm_core.digest import blake2b
from rlm_core.disk import read, try_read
from rlm_core.errors import Counted, of_system, phrase, worded
from rlm_core.ownership import brought, is_brought

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rlm_core.archive.proof.shelf import ChunkShelf
    from rlm_core.archive.store import Archive

_ROW = re.compile(r"^- \[\d{4,}-[0-9a-f]+\]\(([^)\n]+\.md)\)", re.M)
_SESSION = re.compile(r"^- \[[^\]\n]+\]\(sessions/([^/\n]+)/index\.md\)", re.M)
_SEAL = re.compile(rb'\{"check": "([0-9a-f]{16})", ')
_MONTHS = "## Older sessions, by month"
HEADER, SLOT, KEY, SIZE_AT = 32, 20, 12, 16


def _object(path: str) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is none. Raises OSError when it cannot be read."""
    data = read(path) or b"null"
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    seal = _SEAL.match(data)
    if seal and blake2b(b"{" + data[seal.end() :], digest_size=8).hexdigest() != seal[1].decode():
        return None
    return value if isinstance(value, dict) else None


def states(archive: Archive) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(path, what stands in it or None) of the notes of how far each transcript was read."""
    folder = archive.path("state", "sources")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in names:
        if name.endswith(".json") and not name.startswith("."):
            try:
                yield os.path.join(folder, name), _object(os.path.join(folder, name))
            except OSError:
                yield os.path.join(folder, name), None


def check_states(archive: Archive, shelves: Iterable[ChunkShelf]) -> Iterator[str]:
    """Notes that cannot be read, or that count other chunks than there are."""
    known = {os.path.relpath(s.folder, archive.root).replace(os.sep, "/"): s for s in shelves}
    for path, state in states(archive):
        if state is None:
            yield worded("{path}: cannot be read; the next run makes it anew from the chunk files", path=path)
            continue
        shelf = known.get(str(state.get("folder") or ""))
        wrong = _against(state, shelf) if shelf is not None and shelf.chunks else ""  # else the directory was deleted
        if wrong:
            yield worded("{what}: {why}", what=path, why=phrase(wrong))


def miscounted(archive: Archive, shelves: Iterable[ChunkShelf]) -> set[str]:
    """The directories of which a state counts other chunks than there are."""
    found = set()
    notes = [state for _, state in states(archive) if state]
    for shelf in shelves:
        relative = os.path.relpath(shelf.folder, archive.root).replace(os.sep, "/")
        noted = [state for state in notes if state.get("folder") == relative]
        if shelf.chunks and any(_against(state, shelf) for state in noted):
            found.add(shelf.folder)
    return found


def _against(state: dict[str, Any], shelf: ChunkShelf) -> str:
    """What a state says that the files do not; "" when they agree."""
    closed, opened = state.get("closed"), state.get("open_file")
    if not isinstance(closed, int) or not isinstance(opened, str):
        return "its values are of other types than they must be"
    chunks = shelf.chunks
    counted = closed + bool(opened)
    if max(chunks) != counted:
        return worded(
            "it counts {counted:,} {counted:|chunk|chunks}, and the last file is {chunks:04d}",
            counted=counted,
            chunks=max(chunks),
        )
    if opened and not any(os.path.basename(p) == opened for p in chunks.get(counted, ())):
        return worded("the open chunk {opened} is not there", opened=opened)
    last = [shelf.metas[p]["chunk"] for p in chunks.get(closed, ()) if p in shelf.metas]
    return "it names another last chunk than there is" if last and state.get("previous") not in last else ""


def check_maps(archive: Archive, shelves: Iterable[ChunkShelf]) -> Iterator[str]:
    """Maps that list other chunks, or other sessions, than there are."""
    there = set()
    known = brought(archive.root)  # the map of sessions leaves out what came with an archive that was adopted

    def came(folder: str) -> bool:
        return is_brought(archive.root, folder, known)

    for shelf in shelves:
        if _is_document(archive, shelf):
            continue
        names = {os.path.basename(p) for paths in shelf.chunks.values() for p in paths}
        if names and os.path.dirname(shelf.folder) == archive.path("sessions") and not came(shelf.folder):
            there.add(os.path.basename(shelf.folder))
        listed = {name for page in _pages(shelf.folder) for name in _ROW.findall(_text(page))}
        if names and listed != names:
            yield worded("{what}: it lists other chunks than there are", what=os.path.join(shelf.folder, "index.md"))
    path = archive.path("INDEX.md")
    text = _text(path)
    listed = set(_SESSION.findall(text))
    if there and (not text or listed - there or (there - listed and _MONTHS not in text)):
        yield worded("{path}: it lists other sessions than there are", path=path)


def _pages(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, n) for n in names if n.startswith("index") and n.endswith(".md")]


def _text(path: str) -> str:
    return (try_read(path) or b"").decode("utf-8", "replace")


def check_ledger(archive: Archive, shelves: Iterable[ChunkShelf]) -> list[str]:
    """Whether the ledger knows every entry of the chunk files, but for those that a state says it may lack."""
    path = archive.path("state", "uuids")
    sessions = [s for s in shelves if not _is_document(archive, s)]
    # An entry that may still change stands in an open chunk and is not entered yet.
    metas = [meta for shelf in sessions for meta in shelf.metas.values() if not meta.get("provisional")]
    wanted = {u: s for meta in metas for u, s in zip(meta["uuids"], meta["sizes"], strict=True)}
    if not wanted:
        return []
    for _ in range(2):  # a hook may be writing to it
        try:
            rows = _rows(read(path))
        except OSError as e:
            return [
                worded(
                    "{path}: cannot be read ({why}); the next run makes it anew",
                    path=path,
                    why=of_system(e),
                )
            ]
        if rows is None:
            return [
                worded("{path}: it is missing or damaged; the next run makes it anew from the chunk files", path=path)
            ]
        lacking = {u for u, s in wanted.items() if rows.get(_key(u), -1) < min(s, 2**32 - 1)}
        if not lacking:
            return []
    lacking -= {str(row[0]) for _, state in states(archive) for row in (state or {}).get("fresh") or () if row}
    return (
        [
            worded(
                "{path}: it lacks {entries} of the chunk files",
                path=path,
                entries=Counted(len(lacking), "entry"),
            )
        ]
        if lacking
        else []
    )


def _key(uuid: str) -> bytes:
    return blake2b(uuid.encode("utf-8", "backslashreplace"), digest_size=KEY).digest()


def _rows(data: bytes | None) -> dict[bytes, int] | None:
    """Hash of a uuid -> size, of the rows that a look-up finds; None for a file that is no ledger."""
    if data is None or not data.startswith(b"rlm-uuids-"):
        return None
    slots = int.from_bytes(data[16:24], "little")
    if slots <= 0 or len(data) != HEADER + slots * SLOT:
        return None
    rows: dict[bytes, int] = {}
    empty = bytes(KEY)
    for at in range(HEADER, len(data), SLOT):
        key = data[at : at + KEY]
        if key != empty:
            rows[key] = int.from_bytes(data[at + SIZE_AT : at + SLOT], "little")
    return rows


def check_documents(archive: Archive, shelves: Iterable[ChunkShelf]) -> list[str]:
    """What the list of documents says and their directories do not."""
    known = brought(archive.root)  # of these no source is known
    own = (s for s in shelves if _is_document(archive, s) and not is_brought(archive.root, s.folder, known))
    folders = {os.path.basename(s.folder): s for s in own}
    path = archive.path(FOLDER, "sources.json")
    try:
        listed = _object(path)
    except OSError as e:
        return [worded("{path}: cannot be read ({why})", path=path, why=of_system(e))]
    if listed is None:
        there = [slug for slug, shelf in folders.items() if shelf.chunks]
        return (
            [worded("{path}: it is missing or damaged; `rlm add` makes it anew from the chunks", path=path)]
            if there
            else []
        )
    try:
        files = {str(d["slug"]): [str(f) for f in d["files"]] for d in listed["documents"]}
        gone = {str(slug) for slug in listed["gone"]}
    except (KeyError, TypeError, AttributeError):
        return [worded("{path}: its values are of other types than they must be", path=path)]
    found = []
    for slug, shelf in folders.items():
        names = sorted((os.path.basename(p) for paths in shelf.chunks.values() for p in paths), key=number_of)
        if slug in files and names != files[slug]:
            lacking = [n for n in files[slug] if n not in names]
            what = f"lacks {', '.join(lacking[:3])}" if lacking else "holds other chunks than the list names"
            found.append(f"{shelf.folder}: it {what}")
        elif slug not in files and slug not in gone and names:
            found.append(worded("{folder}: the list of documents does not name it", folder=shelf.folder))
    return found


def _is_document(archive: Archive, shelf: ChunkShelf) -> bool:
    return os.path.dirname(shelf.folder) == archive.path(FOLDER) and not is_moved_in(os.path.basename(shelf.folder))
