"""Our lines in `.git/info/exclude`: a marked block, put in and taken out so that the rest stays to the byte.

There is one block for each directory of the repository in which rlm was installed or keeps an archive. The block itself
says whether there was a file before it, and whether its last line had an end.
"""

from __future__ import annotations

import os

from rlm_core.disk import is_dir, is_file, read, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.project import working_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

NEW, CUT = b" (this file came with it)", b" (the line before it had no end)"
_FLAGS = (b"", NEW, CUT, NEW + CUT)
_BEGIN = b"# >>> rlm in %s: what `rlm install` wrote for you alone; `rlm uninstall` takes these lines out%s\n"
_END = b"# <<< rlm in %s\n"
MOST_BYTES = 1024 * 1024
PUBLIC = 0o644  # the mode of a file of git's that was missing


def pattern(place: str, name: str) -> bytes:
    """A line of the file, anchored at the working tree's top: a path below a directory's `.claude`.

    place: the directory, relative to the top. A directory's name ends in a slash.
    """
    path = "/".join([*([] if place == "." else place.split(os.sep)), ".claude", name])
    return os.fsencode("/" + "".join(f"\\{c}" if c in "\\*?[]" else c for c in path))


def with_block(data: bytes | None, place: str, lines: Iterable[bytes]) -> bytes:
    """The file with our block at its end, in place of an earlier one. data: the file's bytes, None without one."""
    former = block_of(data or b"", place)
    flags = former[1] if former else NEW if data is None else b""
    if former is None and data and not data.endswith(b"\n"):
        flags += CUT
    rest = _out(data or b"", former)
    cut = b"\n" if CUT in flags else b""
    name = _name(place)
    return rest + cut + _BEGIN % (name, flags) + b"".join(line + b"\n" for line in lines) + _END % name


def without(data: bytes, place: str) -> bytes:
    """The file without our block, as it was before it came."""
    return _out(data, block_of(data, place))


def came_with_us(data: bytes, place: str) -> bool:
    """Whether there was no file before our block."""
    found = block_of(data, place)
    return found is not None and NEW in found[1]


def block_of(data: bytes, place: str) -> tuple[slice, bytes] | None:
    """Where our block of a place stands, and what its first line says of the file before; None without one."""
    name = _name(place)
    begin, end = (_BEGIN % (name, b""))[:-1], _END % name
    at = _line(data, begin, 0)
    while at >= 0:
        first = data.find(b"\n", at) + 1
        flags = data[at + len(begin) : first - 1]
        stop = _line(data, end, first) if first and flags in _FLAGS else -1
        if stop >= 0:
            return slice(at, stop + len(end)), flags
        at = _line(data, begin, at + 1)
    return None


def _line(data: bytes, text: bytes, start: int) -> int:
    """Where the next line that begins so begins; -1 for none."""
    at = data.find(text, start)
    while at > 0 and data[at - 1 : at] != b"\n":
        at = data.find(text, at + 1)
    return at


def _out(data: bytes, block: tuple[slice, bytes] | None) -> bytes:
    if block is None:
        return data
    where, flags = block
    head, tail = data[: where.start], data[where.stop :]
    # A line that somebody has added behind the block needs the end that the line before it never had.
    return (head[:-1] if CUT in flags and not tail and head.endswith(b"\n") else head) + tail


def _name(place: str) -> bytes:
    """A directory as it stands in the marks: on one line, whatever it is called."""
    return b"this directory" if place == "." else os.fsencode(place).replace(b"\n", b"?")


def have_ignored(project: str, path: str) -> None:
    """Have git ignore the project's archive, unless the file says so already. path: as `project.exclude_file` gives it.

    A file that cannot be read or written is left as it is: the archive has an ignore file of its own.
    """
    from rlm_core.redaction.clean import own_bytes

    tree = working_tree(project)
    if tree is None:
        return
    place = os.path.relpath(project, tree.top)
    wanted = pattern(place, "rlm/")
    folder = os.path.dirname(path)
    try:
        before = read(path, MOST_BYTES)
        if wanted in (before or b"").split(b"\n"):
            return
        if before is None and not os.path.lexists(folder):
            os.mkdir(folder)
        if not is_dir(folder):
            return
        block = block_of(before or b"", place)
        lines = (before or b"")[block[0]].split(b"\n")[1:-2] if block else []
        mode = os.stat(path).st_mode & 0o777 if is_file(path) else PUBLIC
        write_atomic(path, own_bytes(with_block(before, place, sorted({*lines, wanted}))), durable=False)
        os.chmod(path, mode)
    except (OSError, ArchiveError):
        return
