"""Takes over an archive that is not this user's: its chunks come along, marked, and nothing that steers anything.

The archive is renamed, another one is begun in its place, and what is a chunk, or stands beside one, by its name and
its kind is moved over file by file. Whatever else there was stays in the renamed directory, unread.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.archive.documents import FOLDER
from rlm_core.chunks.chunkfile import load_meta
from rlm_core.disk import DIR_MODE, FILE_MODE, is_dir, is_file, make_dir, write_atomic
from rlm_core.errors import ArchiveError, RlmError, worded
from rlm_core.git.provenance import is_tracked, read_small
from rlm_core.home import id_of, own_folder
from rlm_core.language.quoting import escaped
from rlm_core.ownership import TRACKED
from rlm_core.redaction.clean import literal
from rlm_core.registry import BROUGHT, claim, keep, new_id, project_at
from rlm_core.transcript.locate import transcripts

if TYPE_CHECKING:
    from collections.abc import Iterator

ASIDE = "rlm-foreign"
CONTROL = ("state", "log", "install", "view")  # what is dropped, with search.db and the like
NAME = re.compile(r"[A-Za-z0-9][\w.+-]{0,199}", re.A)
CHUNK = re.compile(r"\d{4,}-[0-9a-f]{8}\.md", re.A)
MAP = re.compile(r"index(?:-\d{4,})?\.md", re.A)
BESIDE = ("blobs", "summaries", "old")
MOST_BYTES = 64 * 1024 * 1024  # of one file
MOST_CHUNK = 4 * 1024 * 1024  # bytes of a chunk file, at the largest setting
MOST_DEPTH = 8  # of directories that are looked into; ours are five deep
MOST_ODD = 200  # that are named


@dataclass
class HeldFolder:
    """A session's or a document's directory. path: below the archive. first, last: times of its chunks, ISO-8601.

    ours: Claude Code has a transcript of this user's that says what all its chunks say that they hold.
    """

    path: str
    session: str = ""
    chunks: int = 0
    first: str = ""
    last: str = ""
    files: list[str] = field(default_factory=list)
    ours: bool = False


@dataclass
class Holding:
    """What an archive holds. odd: (path, what it is) of all that is neither a chunk nor known to be ours to make."""

    root: str
    folders: list[HeldFolder] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)

    def of(self, part: str) -> list[HeldFolder]:
        """The directories of `sessions` or `documents`."""
        return [each for each in self.folders if each.path.startswith(f"{part}/")]


def look(root: str) -> Holding:
    """What the archive at `root` holds, by names and kinds; only chunks are opened, and no link is followed."""
    found = Holding(root)
    for name, kind in _entries(root):
        if name in ("sessions", FOLDER) and kind == "":
            _look_into(found, name)
        elif kind or not (name in CONTROL or name.startswith(("search.db", ".tmp-")) or _is_ours_to_make(name)):
            found.odd.append((name, kind or "not ours"))
    _prove(found)
    return found


def _is_ours_to_make(name: str) -> bool:
    return name in ("README.md", ".gitignore", "INDEX.md")


def _entries(folder: str) -> list[tuple[str, str]]:
    """(name, what it is when it is neither a directory nor a file) of all in a directory, sorted."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e.name, _kind(e.stat(follow_symlinks=False))) for e in entries)
    except OSError:
        return []


def _kind(found: os.stat_result) -> str:
    if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
        if stat.S_ISREG(found.st_mode) and found.st_size > MOST_BYTES:
            return f"{found.st_size:,} bytes"
        return "a second name of another file" if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 else ""
    return "a link" if stat.S_ISLNK(found.st_mode) else "a pipe or a device"


def _look_into(found: Holding, part: str) -> None:
    for name, kind in _entries(os.path.join(found.root, part)):
        path = f"{part}/{name}"
        if kind or not os.path.isdir(os.path.join(found.root, path)):
            if kind or (part, name) not in ((FOLDER, "INDEX.md"), (FOLDER, "sources.json")):
                found.odd.append((path, kind or "not ours"))
        elif not NAME.fullmatch(name):
            found.odd.append((path, "a name that rlm gives to nothing"))
        else:
            folder = HeldFolder(path)
            for file, what in _files(found.root, path, part):
                _enter(found, folder, file, what)
            if folder.chunks:
                found.folders.append(folder)
            elif folder.files:
                found.odd.append((path, "no chunk in it"))


def _files(root: str, path: str, part: str) -> Iterator[tuple[str, str]]:
    """(path below the root, why it is odd) of each file of a directory of chunks, sub-agents' included."""
    for name, kind in _entries(os.path.join(root, path)):
        at = f"{path}/{name}"
        if kind or not os.path.isdir(os.path.join(root, at)):
            yield at, kind or ("" if CHUNK.fullmatch(name) or MAP.fullmatch(name) else "not ours")
        elif name in BESIDE:
            for each, what in _entries(os.path.join(root, at)):
                below = "a directory" if os.path.isdir(os.path.join(root, at, each)) else ""
                yield f"{at}/{each}", what or below or ("" if NAME.fullmatch(each) else "not ours")
        elif name == "agents" and path.count("/") == 1 and part == "sessions":
            for each, what in _entries(os.path.join(root, at)):
                if what or not NAME.fullmatch(each) or not os.path.isdir(os.path.join(root, at, each)):
                    yield f"{at}/{each}", what or "not ours"
                else:
                    yield from _files(root, f"{at}/{each}", part)
        else:
            yield at, "not ours"


def _enter(found: Holding, folder: HeldFolder, file: str, odd: str) -> None:
    meta = None
    if not odd and CHUNK.fullmatch(os.path.basename(file)) and os.path.basename(os.path.dirname(file)) != "old":
        meta = _meta(os.path.join(found.root, file))
        odd = "" if meta else "no chunk"
    if odd:
        found.odd.append((file, odd))
        return
    folder.files.append(file)
    if meta:
        folder.chunks += 1
        folder.session = folder.session or str(meta["session"])
        folder.first = min(filter(None, (folder.first, str(meta["started"]))), default="")
        folder.last = max(folder.last, str(meta["ended"]))


def _meta(path: str) -> dict[str, object] | None:
    try:
        return load_meta(read_small(path, MOST_CHUNK), path) if os.stat(path).st_size <= MOST_CHUNK else None
    except (ArchiveError, OSError):
        return None


def _prove(found: Holding) -> None:
    """Mark the sessions that this user has had: a transcript of theirs holds all that the chunks say they hold."""
    by_session = {source.session: source.path for source in transcripts(project_at(found.root))}
    for folder in found.of("sessions"):
        path = by_session.get(folder.session)
        if path is None or any("/agents/" in file for file in folder.files):
            continue
        named = {str(u) for file in folder.files for u in _uuids(os.path.join(found.root, file))}
        folder.ours = bool(named) and named <= _in_transcript(path)


def _uuids(path: str) -> list[object]:
    meta = _meta(path) if CHUNK.fullmatch(os.path.basename(path)) else None
    listed = meta["uuids"] if meta else []
    return listed if isinstance(listed, list) else []


def _in_transcript(path: str) -> set[str]:
    found = set()
    with open(path, "rb") as f:
        for line in f:
            try:
                found.add(str(json.loads(line).get("uuid")))
            except (ValueError, AttributeError, RecursionError):
                continue
    return found


def take_over(holding: Holding) -> str:
    """Make the archive this user's. Returns the directory in which the rest stands, "" when there is none.

    Raises RlmError while git tracks files of it: whoever commits would write into it again.
    """
    root = holding.root
    aside = os.path.join(os.path.dirname(root), ASIDE)
    _check_untracked(root)
    if os.path.lexists(aside):
        raise RlmError(
            worded("{aside} is left from another archive; look at it and delete it, then run this again", aside=aside)
        )
    own = new_id()
    os.makedirs(os.path.dirname(own_folder(own)), mode=0o700, exist_ok=True)
    # Before anything can be read as the user's own: who is killed later leaves chunks that are marked.
    brought = [folder.path for folder in holding.folders if not folder.ours]
    keep(own, BROUGHT, {"folders": brought})
    os.rename(root, aside)
    _ignored(aside)
    make_dir(root)
    claim(root, own)
    for each in holding.folders:
        for file in each.files:
            _move(os.path.join(aside, file), os.path.join(root, file), root)
    return _cleared(aside, holding)


def keep_whole(root: str) -> None:
    """Make this user's, as it stands, an archive that they say they made themselves: a backup's, or another home's.

    Its state, lists and citations go on; of documents outside of the project it names none that is read again. It is
    closed to others, as it was before it was packed. Raises RlmError as `take_over`, OSError and ArchiveError.
    """
    _check_untracked(root)
    _close(root)
    claim(root, id_of(root) or new_id())


def _close(folder: str, depth: int = 0) -> None:
    os.chmod(folder, DIR_MODE)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and depth < MOST_DEPTH:
                _close(entry.path, depth + 1)
            elif entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_nlink == 1:
                os.chmod(entry.path, FILE_MODE)


def _check_untracked(root: str) -> None:
    if is_tracked(root):
        at = escaped(os.path.relpath(root))
        todo = worded(
            "`git rm -r -q {at}` deletes what a pull has brought, `git rm -r -q --cached {at}` keeps what you added",
            at=at,
        )
        raise RlmError(
            worded("{tracked}: take them out of git first ({todo}) and commit that", tracked=TRACKED, todo=todo)
        )


def _move(source: str, target: str, root: str) -> None:
    """Move one file that is still what it was seen to be, into directories of ours."""
    try:
        found = os.lstat(source)
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode) or _kind(found):
        return
    at = root
    for part in os.path.relpath(os.path.dirname(target), root).split(os.sep):
        at = os.path.join(at, part)
        make_dir(at)
    os.rename(source, target)
    os.chmod(target, FILE_MODE)


def _ignored(aside: str) -> None:
    """Have git leave alone what is left, whatever lies in its `.gitignore`'s place."""
    path = os.path.join(aside, ".gitignore")
    if os.path.lexists(path) and not is_file(path):
        os.rename(path, f"{path}-{new_id()}")
    write_atomic(path, literal("*\n").encode())


def _cleared(aside: str, holding: Holding) -> str:
    """Drop what steered the archive, and what rlm makes again; the renamed directory if anything else is left in it.

    What cannot be deleted, such as a tree too deep, is left as well.
    """
    for name, kind in _entries(aside):
        path = os.path.join(aside, name)
        if name in CONTROL and not kind and is_dir(path):
            _delete_tree(path)
        elif is_file(path) and (name.startswith(("search.db", ".tmp-")) or name in ("README.md", "INDEX.md")):
            os.unlink(path)
    if is_dir(os.path.join(aside, FOLDER)):
        for path in (os.path.join(aside, FOLDER, name) for name in ("sources.json", "INDEX.md")):
            if is_file(path):
                os.unlink(path)
    _delete_empty(aside)
    if os.listdir(aside) == [".gitignore"]:
        _delete_tree(aside)
        return ""
    return aside


def _delete_tree(path: str) -> None:
    try:
        shutil.rmtree(path)
    except (OSError, RecursionError):
        pass


def _delete_empty(folder: str, depth: int = 0) -> None:
    """Delete the empty directories below."""
    with os.scandir(folder) as entries:
        below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for path in below if depth < MOST_DEPTH else ():
        _delete_empty(path, depth + 1)
        if not os.listdir(path):
            os.rmdir(path)
