"""Killed, out of space, interrupted at any moment: the next run leaves the files of an undisturbed one."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, files, leftovers, rich, talk
from kits.crash import Breaker, Killed, every, sides
from kits.needs import mounted, remount
from kits.paths import ROOT

from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.transcript.source import Source

DRIVER = """\
import os, sys, time
sys.path.insert(0, sys.argv[3])
from rlm_core.archive import intake
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.config import DEFAULTS, Config
from rlm_core.transcript.source import Source
intake.COMMIT_CHUNKS = 3
replace = os.replace
os.replace = lambda *a: (time.sleep(0.003), replace(*a))  # slow enough to be met at work
kept = Archive(sys.argv[1], Config({**DEFAULTS, "chunk": {"target": 120, "limit": 240}}))
sys.stdout.write("ready\\n"); sys.stdout.flush()
take(kept, Source(sys.argv[2]), wait=20)
"""


@pytest.fixture(scope="module")
def session() -> Session:
    made = talk(rich(), 3)
    made.items = [i for i in made.items if not (isinstance(i, dict) and i["type"] == "custom-title")]
    return made


@pytest.fixture
def source(session: Session, tmp_path: Path) -> Source:
    return session.write(tmp_path / "t" / f"{SESSION}.jsonl")


@pytest.fixture
def undisturbed(source: Source, tmp_path: Path) -> dict[str, bytes]:
    kept = archive(tmp_path / "undisturbed")
    take(kept, source)
    return files(kept.root)


def assert_mended(kept: Archive, source: Source, expected: dict[str, bytes]) -> None:
    take(kept, source)
    found = files(kept.root)
    assert sorted(found) == sorted(expected)
    assert {n: d.decode("utf-8", "replace") for n, d in found.items() if d != expected[n]} == {}
    assert leftovers(kept.root) == []
    assert damaged(kept) == []
    assert Verifier(kept).verify(source).missing == []


def assert_readable_at_once(kept: Archive) -> None:
    """What a killed run left is of use without waiting for the next: no file is half written."""
    if kept.exists():
        wrong = [d for d in damaged(kept) if "is missing or another one" not in d]
        assert wrong == []


# At every single step.


@pytest.fixture(params=[False, True], ids=["later run", "first run"])
def begin(request: pytest.FixtureRequest, session: Session, source: Source, tmp_path: Path) -> Callable[[str], Archive]:
    """Makes archives that are empty (first run) or hold the session's beginning (later run)."""
    template = archive(tmp_path / "template")
    if not request.param:
        Path(source.path).write_bytes(b"".join(session.lines()[:12]))
        take(template, source)
        session.write(source.path)

    def make(name: str) -> Archive:
        kept = archive(tmp_path / name)
        if not request.param:
            shutil.copytree(template.root, kept.root)
        return kept

    return make


def calls_of(step: str, source: Source, kept: Archive) -> Breaker:
    """The calls of the function in an undisturbed run."""
    with Breaker(step, 0) as breaker:
        take(kept, source)
    return breaker


@pytest.mark.parametrize("step", ["replace", "fsync", "write", "open", "unlink", "mkdir"])
def test_a_kill_at_any_step_is_mended_by_the_next_run(
    begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes], step: str
) -> None:
    for at in every(calls_of(step, source, begin("count"))):
        for before in sides(at):
            kept = begin(f"{at}-{before}")
            with Breaker(step, at, before=before), pytest.raises(Killed):
                take(kept, source)
            assert_readable_at_once(kept)
            assert_mended(kept, source, undisturbed)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT], ids=lambda c: errno.errorcode[c])
@pytest.mark.parametrize("step", ["replace", "fsync", "write", "open"])
def test_an_error_at_any_step_is_raised_and_mended_by_the_next_run(
    begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes], step: str, code: int
) -> None:
    counted = begin("count")
    counted.prepare()
    calls = calls_of(step, source, counted)
    for at in every(calls)[:: 1 if code == errno.ENOSPC else 7]:
        kept = begin(f"{at}")
        kept.prepare()  # the list of archives is the user's: one that cannot be written to is passed over
        # A ledger that cannot be opened is made anew instead; who holds a lock is written for messages alone.
        raised = step not in ("open", "write")
        told = pytest.raises(OSError, match=os.strerror(code)) if raised else suppress(OSError)
        with Breaker(step, at, OSError(code, os.strerror(code))), told:
            take(kept, source)
        assert leftovers(kept.root) == []
        assert_mended(kept, source, undisturbed)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_kill_in_the_first_moments_leaves_nothing(tmp_path: Path, source: Source, at: int) -> None:
    kept = archive(tmp_path / "killed")
    with Breaker("replace", at), pytest.raises(Killed):
        take(kept, source)
    take(kept, source)
    assert leftovers(kept.root) == []
    assert {".gitignore", "README.md"} <= files(kept.root).keys()


def test_a_kill_while_the_transcript_grows_is_mended_too(
    tmp_path: Path, session: Session, source: Source, undisturbed: dict[str, bytes]
) -> None:
    lines = session.lines()
    for at in range(1, 40, 3):
        kept = archive(tmp_path / f"{at}")
        Path(source.path).write_bytes(b"".join(lines[:12]))
        take(kept, source)
        for n in range(14, len(lines), 9):
            Path(source.path).write_bytes(b"".join(lines[:n]))
            with Breaker("replace", 1 + (at + n) % 9, before=n % 2 == 0), suppress(Killed):
                take(kept, source)
        Path(source.path).write_bytes(b"".join(lines))
        assert_mended(kept, source, undisturbed)


def test_a_kill_in_one_session_leaves_the_others_whole(tmp_path: Path, source: Source) -> None:
    other = talk(Session("bbbbbbbb-other"), 8).write(tmp_path / "t" / "bbbbbbbb-other.jsonl")
    for at in range(1, 30, 2):
        kept = archive(tmp_path / f"{at}")
        take(kept, other)
        folder = Path(take(kept, other).archive_dir)
        before = files(folder)
        with Breaker("replace", at), suppress(Killed):
            take(kept, source)
        assert files(folder) == before
        take(kept, other)
        take(kept, source)
        assert Verifier(kept).verify(other).missing == []
        assert Verifier(kept).verify(source).missing == []
        assert damaged(kept) == []


def test_a_title_read_before_a_commit_survives_a_kill(tmp_path: Path) -> None:
    session = Session()
    session.prompt("begin")
    session.title("The Title")
    source = talk(session, 12).write(tmp_path / f"{SESSION}.jsonl")
    whole = archive(tmp_path / "whole")
    take(whole, source)
    kept = archive(tmp_path / "killed")
    replaced = calls_of("replace", source, archive(tmp_path / "count")).count
    with Breaker("replace", replaced - 6), pytest.raises(Killed):
        take(kept, source)
    assert_mended(kept, source, files(whole.root))


# Real kills of real processes.


def start(kept: Archive, source: Source, **kwargs: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DRIVER, kept.root, source.path, str(ROOT)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_kill_9_at_random_moments_is_mended(
    begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes]
) -> None:
    process = start(begin("whole"), source)
    began = time.monotonic()
    assert process.wait(120) == 0
    process.communicate()
    takes = time.monotonic() - began
    dice = random.Random(5)
    killed = 0
    for n in range(8):
        kept = begin(f"{n}")
        process = start(kept, source)
        time.sleep(dice.uniform(0, takes * 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
        if process.returncode == -signal.SIGKILL:
            killed += 1
        else:
            takes /= 2  # the machine has got faster
        assert_readable_at_once(kept)
        assert_mended(kept, source, undisturbed)
    assert killed >= 2


def test_killed_again_and_again_the_archive_gets_whole(
    begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes]
) -> None:
    kept, dice = begin("a"), random.Random(6)
    for _ in range(4):
        process = start(kept, source)
        time.sleep(dice.uniform(0, 0.1))
        process.kill()
        process.communicate(timeout=120)
    assert_mended(kept, source, undisturbed)


def test_a_run_that_hits_the_file_size_limit_fails_aloud_and_is_mended(
    begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes]
) -> None:
    for limit in (0, 3000, 18_000):
        kept = begin(f"{limit}")

        def confine(size: int = limit) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        process = start(kept, source, preexec_fn=confine)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "File too large" in said
        assert leftovers(kept.root) == []
        assert_mended(kept, source, undisturbed)


def test_a_full_disk_fails_aloud_and_goes_on_when_there_is_room(
    tmp_path: Path, begin: Callable[[str], Archive], source: Source, undisturbed: dict[str, bytes]
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    with mounted(place, "size=72k"):
        kept = begin("disk")
        for _ in range(2):
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                take(kept, source)
            assert leftovers(kept.root) == []
            assert_readable_at_once(kept)
        remount(place, "size=20m")
        assert_mended(kept, source, undisturbed)


def test_half_a_line_is_no_entry_of_its_own_when_its_state_was_lost(tmp_path: Path) -> None:
    """A hook is killed between the chunk file and the state, and the client ends the line that it was writing."""
    session = Session()
    session.prompt("first")
    session.says("mark-1 " + "so " * 80)
    made = archive(tmp_path)
    path = tmp_path / f"{SESSION}.jsonl"
    whole = session.data()
    path.write_bytes(whole[: whole.rindex(b"so so") - 40])
    source = Source(str(path))
    take(made, source)
    assert said_in(made).count("mark-1") == 1  # what the client has written so far is there
    os.remove(made.state_path(source))
    path.write_bytes(whole)
    take(made, source)
    assert said_in(made).count("mark-1") == 1


def said_in(made: Archive) -> str:
    """What the chunk files say was said."""
    paths = sorted(Path(made.root).glob("sessions/*/0*.md"))
    return "\n".join(e.text for p in paths for e in entries_of(load(p.read_bytes(), str(p))))
