"""No hook holds Claude Code: not for a lock, a slow or frozen disk, an endless stdin, a hostile text; nothing is lost.

Each hook has to end within half of what the client grants it; those bounds are guards, wide of what a hook takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, talk
from kits.hooks import Project
from kits.table import sample

from rlm_core import deadline, lock
from rlm_core.archive.store import chunk_names
from rlm_core.errors import LockTimeoutError
from rlm_core.install import Environment
from rlm_core.install.handlers import BOOT, EVENTS, direct
from rlm_core.lock import Lock

FREEZE = "import os,time\n_fsync=os.fsync\nos.fsync=lambda fd: time.sleep(600)\n"
NO_LOCKS = (
    "import fcntl,errno,os\n_flock=fcntl.flock\n"
    "def flock(fd, how):\n"
    " if '/.claude/rlm/' in os.readlink(f'/proc/self/fd/{fd}'): raise OSError(errno.%s, os.strerror(errno.%s))\n"
    " return _flock(fd, how)\n"
    "fcntl.flock=flock\n"
)
HOLD = "import sys\nfrom rlm_core.lock import Lock\nwith Lock(sys.argv[1], 1):\n print(1, flush=True); sys.stdin.read()"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def run(
    project: Project, event: str, before: str = "", data: bytes | None = None, **fields: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run a hook as the client does; it fails the test when it does not end in half the client's time."""
    made = direct(event, "local", Environment.current())
    args = [before + BOOT if a == BOOT else a for a in made["args"]]  # type: ignore[attr-defined]
    payload = json.dumps(project.payload(event, **fields)).encode() if data is None else data
    done = subprocess.run(
        [str(made["command"]), *args],
        input=payload,
        capture_output=True,
        env={**os.environ, **project.env},
        cwd=project.path,
        timeout=EVENTS[event][1] / 2,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another process holds a lock; its pid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        assert p.stdout is not None
        assert p.stdout.readline() == b"1\n"
        yield p.pid
        p.kill()


def texts(project: Project) -> str:
    folders = project.archive.folders()
    return "".join((Path(f) / n).read_text() for f in folders for n in chunk_names(f))


@pytest.mark.parametrize(("event", "name"), sample(sorted(EVENTS), ["archive.lock", f"locks/{SESSION}.lock"]))
def test_a_lock_that_is_never_released_holds_no_hook(project: Project, event: str, name: str) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    project.hook("Stop")
    project.wait_for_quiet()
    session.says("said-while-it-was-held")
    project.write(session)
    with held(project.root / "state" / name):
        run(project, event, agent_type="x", source="resume")
    project.hook("Stop")
    assert "said-while-it-was-held" in texts(project)


def test_who_holds_a_lock_is_told_once_after_some_turns(project: Project) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    with held(project.root / "state" / "locks" / f"{SESSION}.lock") as pid:
        said = [project.hook("Stop").message for _ in range(3)]
        while not said[-1] and len(said) < 20:  # on a slow machine a hook's time may be over before it can say so
            said.append(project.hook("Stop").message)
        again = [project.hook("Stop").message for _ in range(2)]
    assert not any([*said[:-1], *again])
    assert f"process {pid}" in said[-1]
    assert f"kill {pid}" in said[-1]
    for _ in range(100):  # what was handed over may still be archived by a process of its own, which holds the lock
        project.hook("Stop")
        if not list((project.root / "state" / "postponed").iterdir()):
            break
    assert not list((project.root / "state" / "postponed").iterdir())


@pytest.mark.parametrize("event", ["Stop", "SessionEnd", "PreCompact", "SessionStart"])
def test_what_a_frozen_disk_leaves_undone_is_archived_by_another_process(project: Project, event: str) -> None:
    session = talk(project.session(), 2)
    session.says("the-last-word")
    project.write(session)
    run(project, event, FREEZE, source="resume")
    project.wait(lambda: "the-last-word" in texts(project), "it was not archived")


def test_hands_over_even_when_no_exception_gets_through(project: Project) -> None:
    """As when a wait swallows it: the process ends, and has another one do its work."""
    session = talk(project.session(), 2)
    project.write(session)
    swallow = (
        "import os,time\ndef fsync(fd):\n while True:\n  try: time.sleep(600)\n  except BaseException: pass\n"
        "os.fsync=fsync\n"
    )
    run(project, "Stop", swallow)
    project.wait(lambda: bool(texts(project)), "it was not archived")


def test_ends_in_a_wait_in_which_no_signal_is_heard(project: Project) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    deaf = (
        "import os,time,_signal\ndef fsync(fd):\n _signal.pthread_sigmask(_signal.SIG_BLOCK,[_signal.SIGALRM])\n"
        " time.sleep(600)\nos.fsync=fsync\n"
    )
    run(project, "Stop", deaf)
    project.wait(lambda: bool(texts(project)), "it was not archived")


@pytest.mark.parametrize("code", ["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EIO"])
def test_a_file_system_without_locks_is_archived_to_and_told(project: Project, code: str) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    before = NO_LOCKS % (code, code)
    said = [
        run(project, "SessionStart", before, source="resume").stdout,
        run(project, "Stop", before, last_assistant_message="").stdout,
        run(project, "Stop", before, last_assistant_message="").stdout,
    ]
    assert [b"no locks" in s for s in said] == [True, True, False]
    assert texts(project)
    project.hook("SessionStart", source="startup")
    assert not (project.root / "state" / "no-locks").exists()


def test_stdin_that_is_not_closed_is_served_with_what_came(project: Project) -> None:
    project.write(talk(project.session(), 2))
    made = direct("Stop", "local", Environment.current())
    with subprocess.Popen(
        [str(made["command"]), *made["args"]],  # type: ignore[misc]
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **project.env},
    ) as p:
        assert p.stdin is not None
        p.stdin.write(json.dumps(project.payload("Stop")).encode())
        p.stdin.flush()
        assert p.wait(timeout=10) == 0
    project.wait(lambda: bool(texts(project)), "it was not archived")


@pytest.mark.parametrize("event", ["Stop", "SessionStart", "UserPromptSubmit"])
def test_a_payload_without_end_is_refused(project: Project, event: str) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    assert run(project, event, data=b'{"session_id": "' + b"x" * (40 << 20)).stdout == b""
    assert "unusable payload" in project.log()


def test_a_message_of_5_mb_is_no_trouble(project: Project) -> None:
    project.write(talk(project.session(), 2))
    run(project, "Stop", last_assistant_message="\n" * 5_000_000 + "x")
    assert texts(project)


def test_an_output_of_many_mb_is_left_to_another_process(project: Project) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    project.hook("Stop")
    session.result("toolu_1", "the beginning", toolUseResult={"persistedOutputPath": "/x/tool-results/b1.txt"})
    source = project.write(session)
    outputs = Path(source.folder) / "tool-results"
    outputs.mkdir(parents=True)
    (outputs / "b1.txt").write_text("a row of the long output\n" * 250_000)
    run(project, "Stop")
    assert "detached" in project.log()
    project.wait(lambda: "sweep entries" in project.log(), "it was not archived")


# Locks.


@pytest.mark.parametrize("marked", [True, False])
def test_a_lock_tells_of_a_holder_that_died_on_the_way(tmp_path: Path, marked: bool) -> None:
    path = str(tmp_path / "x.lock")
    code = "import os,sys\nfrom rlm_core.lock import Lock\nl=Lock(sys.argv[1],1).__enter__()\n"
    code += f"{'l.mark()' * marked}\nos._exit(1)"
    subprocess.run([sys.executable, "-c", code, path], check=False)
    with Lock(path, 1) as taken:
        assert taken.dirty is marked
    assert Path(path).read_bytes() == b""
    with Lock(path, 1) as taken:
        assert not taken.dirty


def test_the_mark_is_on_the_disk_before_anything_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    path = tmp_path / "x.lock"
    monkeypatch.setattr(os, "fsync", lambda fd: seen.append(path.read_bytes()[:1]))
    with Lock(str(path), 1) as taken:
        taken.mark()
        assert seen
        assert seen[0] == b"1"


def test_a_disk_that_does_not_take_the_mark_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), Lock(str(tmp_path / "x.lock"), 1) as taken:
        taken.mark()


def test_the_error_names_the_holder_and_what_it_does(tmp_path: Path) -> None:
    with held(tmp_path / "x.lock") as pid, pytest.raises(LockTimeoutError, match=f"process {pid}"):
        Lock(str(tmp_path / "x.lock"), 0).__enter__()


@pytest.mark.parametrize("argv", [["rlm", "hunter2!secret"], ["rlm", "A7f3k9Q2x8"], ["-c", "/p", "a b"]])
def test_no_word_of_a_command_line_but_a_plain_one_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", argv)
    with Lock(str(tmp_path / "x.lock"), 1):
        assert (tmp_path / "x.lock").read_text().split()[3] == "rlm"


def test_a_fifo_in_a_locks_place_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.lock")
    with pytest.raises(Exception, match="no regular file"):
        Lock(str(tmp_path / "x.lock"), 1).__enter__()


def test_waits_outside_hooks_are_as_long_as_they_are_asked_for() -> None:
    assert deadline.left() == deadline.NEVER
    assert deadline.within(30.0) == 30.0
    assert lock.substituted == ""
