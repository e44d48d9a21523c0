"""What runs on Windows and macOS only, as far as taking things away shows it here: see docs/platforms.md."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rlm_core import disk, lock
from rlm_core.documents import discover
from rlm_core.errors import LockTimeoutError
from rlm_core.llm.claude import watchdog
from rlm_core.redaction.clean import CleanBytes, literal

ROOT = Path(__file__).resolve().parents[1]
# What the standard library needs for itself is loaded first: on Windows it has modules of its own for it.
WITHOUT_POSIX = """
import asyncio, concurrent.futures, importlib, multiprocessing, os, pkgutil, shutil, signal, sqlite3, ssl, subprocess
import sys, tempfile, anthropic, filelock, rich.progress
for name in "fcntl resource pwd grp termios tty pty syslog".split():
    sys.modules[name] = None
for name in ("fork killpg setsid getuid geteuid getgid getegid statvfs sysconf nice chown fchmod posix_spawn getpgid"
             " mkfifo uname O_NOFOLLOW O_NONBLOCK O_DIRECTORY O_CLOEXEC O_NOCTTY").split():
    delattr(os, name)
for name in "SIGKILL SIGALRM SIGVTALRM SIGHUP SIGUSR1 SIGCHLD SIGPIPE setitimer alarm pthread_sigmask".split():
    delattr(signal, name)
import rlm_core
names = [m.name for m in pkgutil.walk_packages(rlm_core.__path__, "rlm_core.") if not m.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_module_is_importable_without_what_only_posix_has() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT_POSIX], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 400


def clean(text: str) -> CleanBytes:
    return literal(text).encode()


def busy_replace(times: int) -> Any:
    real, left = os.replace, [times]

    def replace(source: str, target: str) -> None:
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "somebody has it open")
        real(source, target)

    return replace


@pytest.mark.parametrize(("times", "written"), [(3, True), (99, False)])
def test_a_file_that_somebody_has_open_on_windows_is_replaced_when_it_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, written: bool
) -> None:
    alone, first, second = (str(tmp_path / name) for name in ("alone", "first", "second"))
    for path in (alone, first, second):
        disk.write_atomic(path, clean("before"))
    batch = disk.Batch()
    batch.put(first, clean("after"))
    batch.put(second, clean("after"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for act, paths in ((lambda: disk.write_atomic(alone, clean("after")), (alone,)), (batch.flush, (first, second))):
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", busy_replace(times))
            patch.setattr(os, "name", "nt")
            failed = False
            try:
                act()
            except PermissionError:
                failed = True
        assert failed is not written
        for path in paths:
            with open(path, encoding="ascii") as f:
                assert f.read() == ("after" if written else "before")


def test_windows_lock_excludes_another_and_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: set[int] = set()

    def locking(fd: int, mode: int, count: int) -> None:
        assert (count, os.lseek(fd, 0, os.SEEK_CUR)) == (1, 0)
        inode = os.fstat(fd).st_ino
        if inode in held:
            raise PermissionError(13, "Permission denied")
        held.add(inode)

    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
    path = str(tmp_path / "a.lock")
    with lock.Lock(path, 0.0), pytest.raises(LockTimeoutError), lock.Lock(path, 0.0):
        pass
    held.clear()  # Windows lets go of it when the file is closed
    with lock.Lock(path, 0.0):
        assert held


def test_without_groups_the_tree_of_a_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.delattr(os, "killpg")
    monkeypatch.setattr(subprocess, "run", lambda command, **_: called.append(command))
    watchdog.kill_group(4711)
    watchdog.kill_group(1)
    assert called == [["taskkill", "/F", "/T", "/PID", "4711"]]


def test_copies_are_left_out_under_names_with_backslashes(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    monkeypatch.setattr(discover.os, "sep", "\\")
    monkeypatch.setattr(discover, "_git_names", lambda folder: (None, ""))
    names = [r"docs\a.md", r".claude\worktrees\w\a.md", r"sub\.claude\rlm\INDEX.md"]
    monkeypatch.setattr(discover, "_walked", lambda folder, found: names)
    monkeypatch.setattr(discover, "_judge", lambda path, keep_out, found: judged.append(path))
    discover.find("/p", "/p/.claude/rlm")
    assert [path.rpartition("/p/")[2] for path in judged] == [r"docs\a.md"]
