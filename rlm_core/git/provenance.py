"""Where an archive comes from, by what cannot be forged: git's index, modes, Claude Code's transcripts, the launcher.

git's index is read without git, since a hook has no time for a process. Format:
https://git-scm.com/docs/index-format, versions 2 to 4, with a split index.
"""

from __future__ import annotations

import os
import stat
import sys

from rlm_core import quickjson as json
from rlm_core.disk import NOFOLLOW, SAFE, TMP_PREFIX, is_dir, is_file, lies_within
from rlm_core.home import config_dir, own_dir
from rlm_core.project import indexes, project_of, upwards, working_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HARMLESS = ("README.md", ".gitignore", "install", "log")  # neither read nor obeyed before an archive is the user's
ANSWERS = "ask"
FOLDERS = ("sessions", "documents", "state")  # a file of that name holds nothing that could be read
ROOM = 64 * 1024 * 1024  # bytes of an index of git's that are read
ENTRIES = 12  # bytes before the first entry
EXTENDED, LONG = 0x4000, 0xFFF
MODULE, LINK = 0o160000, 0o120000


def without_an_id(root: str) -> str:
    """Why an archive without an id is nobody's, for people; "" when it is none yet, or the user's of version 0.4."""
    if not os.path.isdir(root) or not _has_content(root):
        return ""
    return "" if _is_proven(root) else "it has no id, and Claude Code has no transcript of a session in it"


def _has_content(root: str) -> bool:
    """Whether anything in the archive would be read or obeyed; locks and what a killed process began are nothing."""
    try:
        names = [name for name in os.listdir(root) if name not in HARMLESS and not name.startswith(TMP_PREFIX)]
    except OSError:
        return True
    found = [os.path.join(root, name) for name in names if name != "state"]
    state = os.path.join(root, "state")
    if os.path.islink(state):
        found.append(state)
    elif is_dir(state):  # answers of `rlm ask`, which up to 0.5 stood there before there was an archive, are shed
        found += [os.path.join(state, name) for name in os.listdir(state) if name != ANSWERS]
    return any(_holds_something(path) for path in found if os.path.isdir(path) or os.path.basename(path) not in FOLDERS)


def shed(root: str) -> None:
    """Drop answers of `rlm ask` from what becomes an archive now, and the log unless the user's hooks began it."""
    answers = os.path.join(root, "state", ANSWERS)
    if os.path.lexists(answers):
        import shutil

        (os.unlink if os.path.islink(answers) or not os.path.isdir(answers) else shutil.rmtree)(answers)
    folder = os.path.join(root, "log")
    if os.path.islink(folder) or not os.path.isdir(folder) or is_launched(root):
        return
    for name in ("rlm.log", "rlm.log.1"):
        path = os.path.join(folder, name)
        if os.path.lexists(path) and not os.path.isdir(path):
            os.unlink(path)


def _holds_something(path: str) -> bool:
    name = os.path.basename(path)
    if is_dir(path):  # whatever it is called: a session's may be called `x.lock` by whoever ships it
        return any(_holds_something(os.path.join(path, each)) for each in os.listdir(path))
    return not (is_file(path) and (name.startswith(TMP_PREFIX) or name.endswith(".lock")))


def is_launched(root: str) -> bool:
    """Whether the launcher, in the user's own directory, knows of an installation in the project's settings."""
    settings = json.dumps(os.path.join(os.path.dirname(root), "settings"))[:-1]
    return settings.encode() in read_small(os.path.join(own_dir(), "launch.json"))


def _is_proven(root: str) -> bool:
    """Whether Claude Code has a transcript, for this project, of a session in the archive: nobody else can name one."""
    sessions, states = os.path.join(root, "sessions"), os.path.join(root, "state", "sources")
    folders = _names(sessions)
    for name in _sessions_of(os.path.dirname(os.path.dirname(root))):
        if os.path.isfile(os.path.join(states, f"{name}.json")):
            return True
        for folder in folders:
            beginning = folder.partition("_")[2].partition("-from-")[0]
            if beginning and name.startswith(beginning) and _names_session(os.path.join(sessions, folder), name):
                return True
    return False


def _sessions_of(project: str) -> Iterator[str]:
    """Ids of the sessions that Claude Code has in its folders for a directory, those above it in its repository, the
    project it belongs to, and directories below.
    """
    from rlm_core.reach import SLUG_CHARS, slug

    base, place = os.path.join(config_dir(), "projects"), os.path.realpath(project)
    tree = working_tree(place)
    above = [folder for folder in upwards(place) if tree and lies_within(folder, tree.top)]
    wanted = {slug(folder) for folder in (place, project_of(place), *above)}
    for folder in _names(base):
        if any(f"{folder}-".startswith(each if len(each) == SLUG_CHARS else f"{each}-") for each in wanted):
            yield from (n[: -len(".jsonl")] for n in _names(os.path.join(base, folder)) if n.endswith(".jsonl"))


def _names_session(folder: str, session: str) -> bool:
    """Whether a chunk file's front matter, or the head of the session's index, says that it is of the session.

    Any of them will do: the first may be the one that a failing disk has emptied.
    """
    pages = (name for name in _names(folder) if name.endswith(".md"))
    return any(session.encode() in read_small(os.path.join(folder, name), 4096) for name in pages)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def read_small(path: str, most: int = 1024 * 1024) -> bytes:
    """A regular file's first bytes, at most so many; b"" for what is none, such as a pipe or a link."""
    try:
        fd = os.open(path, os.O_RDONLY | NOFOLLOW | SAFE)
    except OSError:
        return b""
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return b""
        pieces, left = [], most
        while left > 0 and (piece := os.read(fd, min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    except OSError:
        return b""
    finally:
        os.close(fd)


def is_tracked(root: str) -> bool:
    """Whether an index of git's names the archive, a file of it, or `.claude` itself as a link or a module."""
    for path, top in indexes(root):
        at = os.path.relpath(
            os.path.join(os.path.realpath(os.path.dirname(os.path.dirname(root))), ".claude", "rlm"), top
        )
        named = os.fsencode(at.replace(os.sep, "/"))
        data = read_small(path, ROOM)
        if not data:
            continue
        if any(True for _ in names_below(data, named, os.path.dirname(path), read_small)):
            return True
    return False


# git's index.


def names_below(data: bytes, folder: bytes, git: str, small: Callable[[str, int], bytes]) -> Iterator[bytes]:
    """The paths in an index that are `folder`, lie below it, or stand above it as a module or a link.

    data: the index. folder: relative to the working tree, with `/`. git: the directory of the index, which has the
    shared part of a split one. small: reads a file, at most so many bytes. Nothing comes of an index that is damaged.
    """
    above = folder.rpartition(b"/")[0]
    try:
        hash_size = 32 if _is_sha256(small(os.path.join(git, "config"), 65536)) else 20
        shared, deleted = _shared(data, hash_size, git, small)
        for at, each in ((0, data), (1, shared)):
            for number, (name, mode) in enumerate(_entries(each, folder, hash_size)):
                if at and number in deleted:
                    continue
                if _below(name, folder) or (_folded(name) == _folded(above) and mode & 0o170000 in (MODULE, LINK)):
                    yield name
    except (IndexError, ValueError):
        return


def _below(name: bytes, folder: bytes) -> bool:
    name, folder = _folded(name), _folded(folder)
    return name == folder or name.startswith(folder + b"/")


def _folded(name: bytes) -> bytes:
    """As the file system compares names: where `.Claude` is checked out as `.claude`."""
    return name.lower() if sys.platform in ("darwin", "win32") else name


def _is_sha256(config: bytes) -> bool:
    return b"sha256" in config.lower()


def _entries(data: bytes, wanted: bytes, hash_size: int) -> Iterator[tuple[bytes, int]]:
    """(path, mode) of each entry; none when the bytes of the path do not occur at all, which is nearly always so."""
    if data[:4] != b"DIRC":
        return
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if version not in (2, 3, 4):
        return
    if version < 4:
        all_names, named = _folded(data), _folded(wanted)
        if named not in all_names and named.rpartition(b"/")[0] + b"\0" not in all_names:
            return
    at, name = ENTRIES, b""
    for _ in range(count):
        mode = int.from_bytes(data[at + 24 : at + 28], "big")
        flags = int.from_bytes(data[at + 40 + hash_size : at + 42 + hash_size], "big")
        begin = at + 42 + hash_size + (2 if flags & EXTENDED else 0)
        if version < 4:
            end = data.index(b"\0", begin)
            name = data[begin:end]
            at += (end - at) // 8 * 8 + 8  # one to eight NULs end an entry at a multiple of eight bytes
        else:
            cut, begin = _offset(data, begin)
            end = data.index(b"\0", begin)
            name = name[: len(name) - cut] + data[begin:end]
            at = end + 1
        yield name, mode


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """(a number of variable length as in pack files' offsets, where it ends)."""
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _shared(data: bytes, hash_size: int, git: str, small: Callable[[str, int], bytes]) -> tuple[bytes, set[int]]:
    """The shared part of a split index, and which of its entries are deleted; nothing where it is whole."""
    at = data.rfind(b"link", ENTRIES)
    while at >= 0:
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        name = data[at + 8 : at + 8 + hash_size].hex()
        shared = small(os.path.join(git, f"sharedindex.{name}"), 64 * 1024 * 1024)
        if shared:
            bitmap = data[at + 8 + hash_size : at + 8 + size]
            return shared, _bits(bitmap) if bitmap else set()
        at = data.rfind(b"link", ENTRIES, at)
    return b"", set()


def _bits(data: bytes) -> set[int]:
    """The numbers in an EWAH bitmap: runs of equal words, each followed by literal ones."""
    words = int.from_bytes(data[4:8], "big")
    found: set[int] = set()
    at, place = 8, 0
    end = 8 + 8 * words
    while at < end:
        run = int.from_bytes(data[at : at + 8], "big")
        at += 8
        length, literals = (run >> 1) & 0xFFFFFFFF, run >> 33
        if run & 1:
            found.update(range(place, place + 64 * min(length, 1 << 20)))
        place += 64 * length
        for _ in range(literals):
            word = int.from_bytes(data[at : at + 8], "big")
            found.update(place + bit for bit in range(64) if word >> bit & 1)
            at, place = at + 8, place + 64
    return found
