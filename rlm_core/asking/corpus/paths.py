"""Which files a path, a directory or a pattern names, and their bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from rlm_core.archive.store import chunk_names
from rlm_core.asking.corpus.patterns import ANY, is_pattern, matching
from rlm_core.disk import NOFOLLOW, SAFE, check_way, lies_within
from rlm_core.documents.discover import MAX_FILES, find, reason_to_skip
from rlm_core.documents.encoding import UnreadableError
from rlm_core.errors import RlmError, phrase, worded
from rlm_core.record import Record, each


class NamedFiles(Record):
    """What one path names.

    files: absolute paths. named: the path is the one file's own, so that its size and its name do not matter.
    folders: the archive's directories of chunk files, where the path lies in the archive. skipped: (path, why).
    """

    files: list[str] = each(list)
    named: bool = False
    folders: list[str] = each(list)
    skipped: list[tuple[str, str]] = each(list)
    notes: list[str] = each(list)


def look(path: str, archive: str) -> NamedFiles:
    """The files that a path names. archive: its real path; a directory above it is not taken to hold its files.

    Raises RlmError when there is no such file, when a pattern names none, and when too many are named to be meant.
    """
    named_files = NamedFiles()
    if is_pattern(path) and not os.path.lexists(path):
        _pattern(path, archive, named_files)
    elif stat.S_ISDIR(_stat(path).st_mode):
        _directory(path, archive, named_files)
    else:
        named_files.files.append(os.path.abspath(path))
        named_files.named = True
    return named_files


def read_regular(path: str, *, follow: bool = True) -> bytes:
    """A file's bytes. follow: a link in its place is followed.

    Raises UnreadableError for a pipe or a device, which may never end, and OSError.
    """
    if not follow:
        check_way(path)
    # Not blocking: opening a pipe would wait for somebody to write into it.
    with open(os.open(path, os.O_RDONLY | SAFE | (0 if follow else NOFOLLOW)), "rb") as f:
        if not stat.S_ISREG(os.fstat(f.fileno()).st_mode):
            raise UnreadableError("no regular file; what a pipe or a device gives can be read from stdin, as -")
        return f.read()


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except FileNotFoundError as e:
        what = "a link to nothing" if os.path.islink(path) else "no such file or directory"
        raise RlmError(
            worded(
                "{path}: {what}; name files, directories, patterns in quotes, or - for stdin",
                path=path,
                what=phrase(what),
            )
        ) from e
    except (OSError, ValueError) as e:
        raise RlmError(
            worded("{path}: {why}; it cannot be read", path=path, why=getattr(e, "strerror", None) or e)
        ) from e


def _directory(path: str, archive: str, named_files: NamedFiles) -> None:
    real = os.path.realpath(path)
    if lies_within(real, archive):
        named_files.folders += _chunk_folders(real)
        return
    held = find(real, archive)
    named_files.files += held.files
    named_files.skipped += held.skipped
    named_files.notes += [held.note] if held.note else []
    if not held.files and not held.skipped:
        named_files.skipped.append((path, "it holds no document"))


def _chunk_folders(top: str) -> Iterator[str]:
    """The directories at or below one that hold chunk files, in order."""
    for folder, folders, _ in os.walk(top):
        folders.sort()
        if chunk_names(folder):
            yield folder


def _pattern(pattern: str, archive: str, named_files: NamedFiles) -> None:
    matches = dict.fromkeys(matching(pattern))
    for path in matches:
        _judge(path, archive, named_files, deep=ANY not in pattern)
        if len(named_files.files) > MAX_FILES:
            raise RlmError(
                worded(
                    "{pattern} names more than {most_files:,} files; name the parts that matter",
                    pattern=pattern,
                    most_files=MAX_FILES,
                )
            )
    if not (named_files.files or named_files.folders or named_files.skipped):
        raise RlmError(
            worded(
                "{pattern}: no file has a name like this; `**` stands for any directories, `*` for any name",
                pattern=pattern,
            )
        )


def _judge(path: str, archive: str, named_files: NamedFiles, *, deep: bool) -> None:
    """Enter what a pattern names. deep: directories with all they hold; else the pattern names their files itself."""
    try:
        st = os.lstat(path)
    except OSError:
        return  # gone meanwhile
    if lies_within(os.path.realpath(path), archive) and _derived(path, st):
        return
    if stat.S_ISDIR(st.st_mode):
        if deep:
            _directory(path, archive, named_files)
    elif reason := reason_to_skip(os.path.basename(path), st):
        named_files.skipped.append((path, reason))
    else:
        named_files.files.append(path)


def _derived(path: str, st: os.stat_result) -> bool:
    """Whether a file in the archive is made from the others: neither a chunk file nor a blob."""
    folder, name = os.path.split(path)
    return stat.S_ISREG(st.st_mode) and not name[:4].isdigit() and os.path.basename(folder) != "blobs"
