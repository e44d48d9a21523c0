"""A disk that loses power: what a run asked of it is recorded, and put on the disk as a power cut may have left it.

What may be lost is what ext4, xfs and btrfs may lose: bytes of a file that was not synced, each write by itself; a name
made, changed or removed in a directory that was not synced, each by itself. What was synced stays.

    with Recorder(root) as disk:
        take(kept, source)
    disk.crash(at=17, keep=0.5, chance=random.Random(3))
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

Op = tuple[Any, ...]
NUMBER = re.compile(r"[0-9a-f]*[0-9][0-9a-f]*")


class Recorder:
    """Records what happens to the files below a directory. ops: in order, see `_applied`."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.ops: list[Op] = []
        self.files = {str(p): p.read_bytes() for p in Path(root).rglob("*") if p.is_file()}
        self.dirs = [root, *sorted(str(p) for p in Path(root).rglob("*") if p.is_dir())] if os.path.isdir(root) else []
        self._numbers = {path: n for n, path in enumerate(self.files)}
        self._first = dict(self._numbers)
        self._count = len(self.files)
        self._fds: dict[int, int | str] = {}
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Recorder:
        for name in ("open", "close", "write", "fsync", "ftruncate", "replace", "unlink", "mkdir"):
            real = getattr(os, name)
            self._patch.setattr(os, name, self._watched(getattr(self, f"_on_{name}"), real))
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def _watched(self, note: Any, real: Any) -> Any:
        return lambda *args, **kwargs: note(real, *args, **kwargs)

    def _ours(self, path: Any) -> bool:
        return isinstance(path, str) and (path == self.root or path.startswith(self.root + os.sep))

    def _on_open(self, real: Any, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        new = self._ours(path) and not os.path.lexists(path)
        fd: int = real(path, flags, mode, **more)
        if not self._ours(path):
            return fd
        if os.path.isdir(path):
            self._fds[fd] = path
            return fd
        if new:
            self._numbers[path] = self._count
            self._count += 1
            self.ops.append(("make", path, self._numbers[path]))
        elif flags & os.O_TRUNC:
            self.ops.append(("cut", self._numbers[path], 0))
        self._fds[fd] = self._numbers[path]
        return fd

    def _on_close(self, real: Any, fd: int) -> None:
        self._fds.pop(fd, None)
        real(fd)

    def _on_write(self, real: Any, fd: int, data: bytes) -> int:
        if fd in self._fds:
            self.ops.append(("data", self._fds[fd], os.lseek(fd, 0, os.SEEK_CUR), bytes(data)))
        written: int = real(fd, data)
        return written

    def _on_fsync(self, real: Any, fd: int) -> None:
        real(fd)
        if fd in self._fds:
            of = self._fds[fd]
            self.ops.append(("sync-names" if isinstance(of, str) else "sync", of))

    def _on_ftruncate(self, real: Any, fd: int, size: int) -> None:
        if fd in self._fds:
            self.ops.append(("cut", self._fds[fd], size))
        real(fd, size)

    def _on_replace(self, real: Any, source: Any, target: Any, **more: Any) -> None:
        real(source, target, **more)
        if self._ours(target):
            self._numbers[target] = self._numbers.pop(source)
            self.ops.append(("move", source, target, self._numbers[target]))

    def _on_unlink(self, real: Any, path: Any, **more: Any) -> None:
        real(path, **more)
        if self._ours(path):
            self._numbers.pop(path, None)
            self.ops.append(("drop", path))

    def _on_mkdir(self, real: Any, path: Any, *args: Any, **more: Any) -> None:
        real(path, *args, **more)
        if self._ours(path):
            self.ops.append(("dir", path))

    def kinds(self) -> list[tuple[str, str]]:
        """What each operation is like: what is done, and to which file, numbers in its name apart."""
        names = {number: path for path, number in self._first.items()}
        found = []
        for op in self.ops:
            if op[0] in ("make", "move"):
                names[op[-1]] = op[-2]
            path = op[1] if isinstance(op[1], str) else names[op[1]]
            found.append((op[0], NUMBER.sub("#", os.path.relpath(path, self.root))))
        return found

    def crash(self, *, at: int, keep: float, chance: Random) -> None:
        """Have the directory stand as after a power cut before operation `at`.

        keep: the share of what was not synced that came to the disk all the same.
        """
        names, dirs = dict(self._first), set(self.dirs)
        data = {n: bytearray(self.files[path]) for path, n in self._first.items()}
        for i, op in enumerate(self.ops[:at]):
            if op[0].startswith("sync") or not (self._is_durable(op, self.ops[i + 1 : at]) or chance.random() < keep):
                continue
            _apply(op, names, dirs, data)
        shutil.rmtree(self.root, ignore_errors=True)
        for path in sorted(dirs):
            if os.path.dirname(path) in dirs or path == self.root:
                os.makedirs(path, 0o700, exist_ok=True)
        for path, number in names.items():
            if os.path.isdir(os.path.dirname(path)):
                Path(path).write_bytes(data.get(number, b""))
                os.chmod(path, 0o600)
        if chance.random() < 0.5:
            _set_times(self.root)

    def _is_durable(self, op: Op, later: list[Op]) -> bool:
        kind = op[0]
        if kind in ("data", "cut"):
            return ("sync", op[1]) in later
        path = op[2] if kind == "move" else op[1]
        if kind == "make" and ("sync", op[2]) in later:
            return True
        return ("sync-names", os.path.dirname(path)) in later


def _set_times(root: str) -> None:
    """Give directories the time that the states note of them: a name may be lost and the time kept."""
    for path in Path(root).glob("state/sources/*.json"):
        try:
            state = json.loads(path.read_bytes())
        except ValueError:
            continue
        if os.path.isdir(os.path.join(root, state["folder"])):
            os.utime(os.path.join(root, state["folder"]), ns=(state["stamp"], state["stamp"]))


def _apply(op: Op, names: dict[str, int], dirs: set[str], data: dict[int, bytearray]) -> None:
    """One operation: ("make", path, file), ("data", file, offset, bytes), ("cut", file, size), ("move", path, path,
    file), ("drop", path), ("dir", path). A file is a number, whatever it is called.
    """
    kind = op[0]
    if kind == "make":
        names[op[1]] = op[2]
        data.setdefault(op[2], bytearray())
    elif kind == "data":
        held = data.setdefault(op[1], bytearray())
        held.extend(bytes(max(0, op[2] - len(held))))
        held[op[2] : op[2] + len(op[3])] = op[3]
    elif kind == "cut":
        del data.setdefault(op[1], bytearray())[op[2] :]
    elif kind == "move":
        names.pop(op[1], None)
        names[op[2]] = op[3]
    elif kind == "drop":
        names.pop(op[1], None)
    elif kind == "dir":
        dirs.add(op[1])


def uuids(root: Path | str) -> Counter[str]:
    """Uuid -> how often it stands in an archive's chunk files; read without our code."""
    found: Counter[str] = Counter()
    for path in Path(root).glob("sessions/**/[0-9]*-*.md"):
        foot = re.search(rb"\n<!-- rlm: (\{.*\}) -->\n\Z", path.read_bytes())
        found.update(json.loads(foot[1])["uuids"] if foot and path.parent.name != "summaries" else ())
    return found


def gaps(root: Path | str) -> list[str]:
    """The directories whose chunk files are not numbered from 1 without a gap."""
    numbers: dict[Path, list[int]] = {}
    for path in Path(root).glob("sessions/**/[0-9]*-*.md"):
        if path.parent.name != "summaries":
            numbers.setdefault(path.parent, []).append(int(path.name.partition("-")[0]))
    return [str(folder) for folder, its in numbers.items() if sorted(its) != list(range(1, len(its) + 1))]
