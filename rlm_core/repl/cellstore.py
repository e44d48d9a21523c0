"""Where a session of cells is kept: its names, its big texts, what its cells printed, and what it may still spend.

<name>/session.json   cells so far, texts it sees, caps, names for a listing
<name>/spent.json     calls, tokens and dollars, each at its worst: written before a call is made
<name>/snapshot       the names, see `cell/saving`; opened in a cell's process alone
<name>/texts/         big texts of the names, by their hash; of files, whether they are clean
<name>/cells/         0001.py, what was run; 0001.txt, what it printed
<name>/lock           held while a cell runs
"""

from __future__ import annotations

import os
import time

from rlm_core.disk import is_dir, is_file, make_dir, names, read, remove, sync_dir, write_atomic
from rlm_core.errors import LockTimeoutError, RlmError, worded
from rlm_core.lock import Lock
from rlm_core.quickjson import loads
from rlm_core.redaction.clean import dumps, fields, hex_digits, literal, moment, written_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from rlm_core.redaction.clean import CleanText
    from rlm_core.redaction.redactor import Redactor

VERSION = 1
CAPS = ("calls", "tokens", "usd")
MAX_OUTPUTS = 500
LONGEST_NAME = 64


def is_name(name: str) -> bool:
    """Whether a session may be called so: ASCII letters and digits, and after the first of them `_`, `.` and `-`."""
    plain = name.replace("_", "a").replace(".", "a").replace("-", "a")
    return len(name) <= LONGEST_NAME and name[:1].isalnum() and plain.isascii() and plain.isalnum()


def _is_text(name: str) -> bool:
    """Whether a file is called as texts are: 32 hexadecimal digits."""
    return len(name) == 32 and not name.strip("0123456789abcdef")


def default_name() -> str:
    """The name of Claude Code's session, in which a command of Claude's runs; `default` elsewhere."""
    name = os.environ.get("CLAUDE_CODE_SESSION_ID", "")
    return name if is_name(name) else "default"


class CellSession:
    """A session of cells in a folder of ours. data: what session.json holds."""

    def __init__(self, folder: str, name: str, *, any_version: bool = False) -> None:
        """any_version: of another version's session nothing is read, so that it can be moved or dropped.

        Raises RlmError on a name that is none, and for a session of another version.
        """
        if not is_name(name):
            raise RlmError(worded("{name!r} is no name of a session: letters, digits, - _ . up to 64", name=name))
        self.name, self.folder = name, os.path.join(folder, name)
        self.data: dict[str, Any] = {
            "version": VERSION, "cells": 0, "over": None, "caps": {}, "names": [], "last": ""
        }  # fmt: skip
        found = _json(self.path("session.json")) or self.data
        if found.get("version") == VERSION:
            self.data = found
        elif any_version:
            self.data["inside"] = found.get("inside")
        else:
            raise RlmError(
                worded(
                    "the session {name} was written by another version of rlm; `rlm repl drop -s {name}` removes it",
                    name=name,
                )
            )
        self._kept = self._given() if self.exists else None
        self._known = frozenset[str](self.data["over"] or ()) if self._kept else frozenset[str]()

    def _given(self) -> object:
        """What its user has asked for."""
        return self.data["over"], dict(self.data["caps"])

    def path(self, *parts: str) -> str:
        return os.path.join(self.folder, *parts)

    @property
    def exists(self) -> bool:
        return is_file(self.path("session.json"))

    @property
    def snapshot(self) -> str:
        """The snapshot's path; "" before the first cell."""
        path = self.path("snapshot")
        return path if is_file(path) else ""

    @property
    def cells(self) -> int:
        return int(self.data["cells"])

    def spent(self) -> dict[str, float]:
        """calls, tokens, usd that count as spent."""
        found = _json(self.path("spent.json")) or {}
        return {name: found.get(name, 0) for name in CAPS}

    def spend(self, calls: int, tokens: int, usd: float) -> None:
        """Note what counts as spent from here on."""
        row = dumps({literal("calls"): calls, literal("tokens"): tokens, literal("usd"): round(usd, 8)})
        write_atomic(self.path("spent.json"), row.encode(), durable=False)

    def prepare(self) -> None:
        """Make the folders; raises OSError or ArchiveError."""
        for folder in (os.path.dirname(self.folder), self.folder, self.path("texts"), self.path("cells")):
            make_dir(folder)

    def lock(self) -> Lock:
        """Held while a cell runs. Raises LockTimeoutError at once when another one does."""
        return Lock(self.path("lock"), 0)

    def scratch(self) -> str:
        """An empty directory for one cell; the lock is held."""
        path = self.path("scratch")
        remove_all(path)
        for folder in (path, os.path.join(path, "texts")):
            make_dir(folder)
        return path

    def commit(self, scratch: str, used: Iterable[str]) -> None:
        """Put a cell's snapshot in the place of the one before: texts first, the snapshot last of all.

        used: texts that it names, and keys of files; all others go. What the cell wrote is moved and never read.
        """
        made = os.path.join(scratch, "texts")
        for name in names(made):
            if _is_text(name) and is_file(os.path.join(made, name)):
                _durable(os.path.join(made, name))
                os.replace(os.path.join(made, name), self.path("texts", name))
        sync_dir(self.path("texts"))
        new = os.path.join(scratch, "snapshot")
        if is_file(new):
            _durable(new)
            os.replace(new, self.path("snapshot"))
            sync_dir(self.folder)
            for name in set(names(self.path("texts"))) - set(used):
                remove(self.path("texts", name))

    def count_cell(self, redact: Redactor) -> None:
        """One more cell, after those that others have run since this session was read; the lock is held.

        Of a cell that was killed its program is left. What the user has asked for is noted before anything is run.
        """
        known = (_json(self.path("session.json")) or {}).get("cells")
        begun = max(
            (int(n[:-3]) for n in names(self.path("cells")) if n.endswith(".py") and n[:-3].isdecimal()), default=0
        )
        self.data["cells"] = max(self.cells, known if isinstance(known, int) else 0, begun) + 1
        if self._given() != self._kept:
            self.save(redact)

    def save(self, redact: Redactor) -> None:
        """Write session.json."""
        data, over = self.data, self.data["over"]
        data["last"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        new = [path for path in over or () if path not in self._known]  # a look at a path loads `re`
        clean = redact.of_all([*new, *(value for row in data["names"] for value in row.values())])
        calls, tokens, usd = (data["caps"].get(name, 0) for name in CAPS)
        row = fields(
            version=VERSION,
            cells=self.cells,
            over=over and [written_before(path) if path in self._known else clean(path) for path in over],
            caps=fields(calls=calls, tokens=tokens, usd=usd),
            names=[
                fields(name=clean(row["name"]), type=clean(row["type"]), size=clean(row["size"]))
                for row in data["names"]
            ],
            last=moment(data["last"]),
            inside=data.get("inside") is True,
            left_out=[hex_digits(digest) for digest in self._left_out()],
        )
        write_atomic(self.path("session.json"), dumps(row).encode())
        self._kept = self._given()

    def not_told(self, left_out: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """(name, why) of the texts left out of which nobody was told yet; those that are left out now are kept as told.

        One that came back meanwhile, and is left out once more, is told once more.
        """
        if not left_out and not self.data.get("left_out"):
            return []
        from rlm_core.digest import hexdigest

        told = set(self._left_out())
        now = {name: hexdigest(name.encode("utf-8", "surrogateescape"), 8) for name, _ in left_out}
        self.data["left_out"] = sorted(set(now.values()))
        return [(name, why) for name, why in left_out if now[name] not in told]

    def _left_out(self) -> list[str]:
        """Digests of names of texts; none that are no digests."""
        kept = self.data.get("left_out")
        found = kept if isinstance(kept, list) else []
        return [digest for digest in found if isinstance(digest, str) and not digest.strip("0123456789abcdef")]

    def keep(self, number: int, ending: str, text: CleanText) -> str:
        """Write what a cell was or printed; the file's path."""
        path = self.path("cells", f"{number:04d}.{ending}")
        write_atomic(path, text.encode("utf-8", "replace"), durable=False)
        old = f"{number - MAX_OUTPUTS:04d}.{ending}"
        if number > MAX_OUTPUTS:
            remove(self.path("cells", old))
        return path

    def forked(self, name: str) -> CellSession:
        """A copy under another name. Raises RlmError when there is one of that name, or none to copy."""
        import shutil

        other = CellSession(os.path.dirname(self.folder), name)
        if not self.exists:
            raise RlmError(worded("there is no session {name}", name=self.name))
        if is_dir(other.folder):
            raise RlmError(worded("there is a session {name} already; `rlm repl drop -s {name}` removes it", name=name))
        with self.lock():
            new = f"{other.folder}.new-{os.getpid()}"
            remove_all(new)
            shutil.copytree(self.folder, new, ignore=shutil.ignore_patterns("lock", "scratch"), symlinks=True)
            os.rename(new, other.folder)
        return CellSession(os.path.dirname(self.folder), name)

    def drop(self) -> None:
        """Remove it. Raises RlmError when there is none, LockTimeoutError while a cell runs."""
        if not is_dir(self.folder):
            raise RlmError(worded("there is no session {name}", name=self.name))
        with self.lock():
            gone = f"{self.folder}.gone-{os.getpid()}"
            os.rename(self.folder, gone)
        remove_all(gone)
        if is_dir(gone):
            raise RlmError(worded("{gone} could not be removed whole", gone=gone))


def sessions_in(folder: str) -> list[CellSession]:
    """All sessions, the one used last first."""
    found = [
        CellSession(folder, name)
        for name in names(folder)
        if is_name(name) and is_file(os.path.join(folder, name, "session.json"))
    ]
    return sorted(found, key=lambda s: str(s.data["last"]), reverse=True)


def bring_former(everybodys: str, folder: str, project: str, name: str = "") -> None:
    """Move sessions that a former version kept for all projects together to the project that has their texts.

    name: of one that its user asks for by name: it is moved wherever its texts are, unless they are another project's,
    though not for Claude, who may not see a stranger's. One in which a cell runs stays for the next time, as does any
    other.
    """
    for called in names(everybodys):
        if not is_name(called) or not is_file(os.path.join(everybodys, called, "session.json")):
            continue
        new = os.path.join(folder, called)
        if os.path.exists(new):
            continue
        session = CellSession(everybodys, called, any_version=True)
        owner = _owner(session.data["over"] or ())
        asked = called == name and "CLAUDECODE" not in os.environ and not _is_known(owner)
        if asked or owner == project:
            try:
                with session.lock():
                    make_dir(folder)
                    os.rename(session.folder, new)
            except (LockTimeoutError, OSError):
                continue


def _owner(over: Sequence[str]) -> str:
    """The project in which all of these texts lie, stdin aside; "" for several, and for stdin alone: whose was it?"""
    from rlm_core.project import project_of

    owners = set[str]()
    for path in over:
        if path == "-":
            continue
        place = path if os.path.isdir(path) else os.path.dirname(path)
        while any(sign in place for sign in "*?[") and not os.path.isdir(place):  # a pattern
            place = os.path.dirname(place)
        owners.add(project_of(place))
    return owners.pop() if len(owners) == 1 else ""


def _is_known(folder: str) -> bool:
    """Whether a directory is somebody's project, and not just where texts lie."""
    from rlm_core.project import has_archive, is_installed

    return bool(folder) and (
        os.path.exists(os.path.join(folder, ".git")) or has_archive(folder) or is_installed(folder)
    )


def clear_left_over(folder: str) -> int:
    """Remove what killed processes left of sessions that they dropped or copied; how many."""
    count = 0
    for name in names(folder):
        _, _, what = name.rpartition(".")
        kind, _, pid = what.partition("-")
        if kind in ("gone", "new") and pid.isdecimal() and not _lives(int(pid)):
            remove_all(os.path.join(folder, name))
            count += 1
    return count


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def text_key(path: str, stamp: os.stat_result, rules: str) -> CleanText:
    """A name for a file as it is now, under today's rules of redaction."""
    from rlm_core.digest import hexdigest

    return hex_digits(
        hexdigest(
            f"{os.path.realpath(path)}\0{stamp.st_size}\0{stamp.st_mtime_ns}\0{stamp.st_ino}\0{rules}".encode(
                "utf-8", "surrogateescape"
            ),
            16,
        )
    )


def held(folder: str, most: int) -> tuple[int, int]:
    """(files and directories below one, bytes that they have together); no longer counted than up to one beyond `most`.

    A directory that cannot be listed counts as one.
    """
    count, size, waiting = 0, 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > most:
                        return count, size
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:  # gone meanwhile, or a path that is too long
            continue
    return count, size


def removed_and_held(pid: int) -> int:
    """Bytes of files without a name that a process holds open, or in its memory; 0 where nothing tells."""
    sizes: dict[tuple[int, int], int] = {}
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                found = os.stat(f"/proc/{pid}/fd/{name}")
            except OSError:  # closed meanwhile
                continue
            if found.st_nlink == 0 and found.st_mode & 0o170000 == 0o100000:
                sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as f:
            for line in f:
                if line.endswith("(deleted)\n"):
                    place, _, _, device, inode, path = line.split(None, 5)
                    if path == "/dev/zero (deleted)\n":  # shared memory, which is no file
                        continue
                    major, minor = (int(part, 16) for part in device.split(":"))
                    start, end = (int(part, 16) for part in place.split("-"))
                    sizes.setdefault((os.makedev(major, minor), int(inode)), end - start)
    except OSError:  # no such file system, or the process has gone
        pass
    return sum(sizes.values())


def remove_all(folder: str) -> None:
    """Remove a directory in which a cell has written. A directory that cannot be removed stays, and is no error.

    Directories within directories are moved up before they are looked into: a cell may nest them deeper than a path
    may be long, or than `shutil.rmtree` may call itself; it may also make some that nobody may list.
    """
    waiting, number, prefix = [folder], 0, os.urandom(8).hex()
    while waiting:
        path = waiting.pop()
        try:
            os.chmod(path, 0o700)
            entries = list(os.scandir(path))
        except OSError:
            continue
        for entry in entries:
            try:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                os.chmod(entry.path, 0o700)
                number += 1
                up = os.path.join(folder, f"{prefix}-{number}")
                os.rename(entry.path, up)
                waiting.append(up)
            except OSError:
                continue
        if path != folder:
            _remove_dir(path)
    _remove_dir(folder)


def _remove_dir(path: str) -> None:
    try:
        os.rmdir(path)
    except OSError:
        pass


def _durable(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _json(path: str) -> dict[str, Any] | None:
    try:
        found = loads(read(path) or b"null")
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
