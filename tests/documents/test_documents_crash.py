"""Killed, out of space, at the same time, with a damaged list: documents are absent or complete."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from kits.builders import archive, leftovers
from kits.crash import Breaker, Killed, every, sides
from kits.documents import GUIDE, OLD, PROSE, chunk_files, document_metas, only_folder, statuses, whole, write
from kits.needs import mounted, remount
from kits.paths import ROOT

from rlm_core.archive.store import Archive
from rlm_core.chunks.chunker import chunk_id
from rlm_core.chunks.chunkfile import load
from rlm_core.documents import document_folders
from rlm_core.documents.update import add, listing, refresh, remove
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.registry import archive_id


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    return archive(project)


# Killed, broken, at the same time.


def corpus(project: Path, version: int) -> None:
    write(project / "docs" / "a.md", GUIDE + "more\n" * version, OLD + version)
    write(project / "docs" / "b.py", "def f():\n    return 1\n" * (1 + version), OLD + version)
    write(project / "docs" / "same.md", PROSE)
    if version:
        write(project / "docs" / "new.txt", PROSE * 9)
    write(project / "alone.md", f"# Alone\n\n{version}\n", OLD + version)


def run_all(kept: Archive, project: Path) -> None:
    add(kept, [str(project / "docs"), str(project / "alone.md")])
    remove(kept, [str(project / "docs" / "same.md")])


@pytest.fixture(params=[True, False], ids=["first run", "later run"])
def begin(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> Callable[[str], Archive]:
    """Makes archives that are empty (first run) or hold the documents as they once were (later run)."""
    corpus(project, 0)
    template = archive(project)
    if not request.param:
        add(template, [str(project / "docs"), str(project / "alone.md")])
    corpus(project, 1)
    saved = tmp_path / "saved"
    if not request.param:
        shutil.copytree(template.root, saved)

    def make(_: str) -> Archive:
        shutil.rmtree(template.root, ignore_errors=True)
        os.makedirs(os.path.dirname(template.root), exist_ok=True)
        if request.param:
            archive_id(template.root, create=True)  # once in its life; what happens then has tests of its own
        else:
            shutil.copytree(saved, template.root)
        return template

    return make


def assert_mended(kept: Archive, project: Path, expected: dict[str, bytes]) -> None:
    for meta in document_metas(kept.root):  # what is there is whole
        entries = load(Path(meta["path"]).read_bytes()).entries()
        assert chunk_id(meta["previous"], ((u, t) for u, _, t in entries)) == meta["chunk"]
    run_all(kept, project)
    assert chunk_files(kept) == expected
    assert leftovers(kept.root) == []
    assert set(statuses(refresh(kept)).values()) == {"unchanged"}


@pytest.mark.parametrize("step", ["replace", "fsync", "write", "open", "unlink", "mkdir", "ftruncate"])
def test_a_kill_at_any_step_is_mended_by_the_next_run(
    begin: Callable[[str], Archive], project: Path, step: str
) -> None:
    kept = begin("undisturbed")
    with Breaker(step, 0) as breaker:
        run_all(kept, project)
    expected = chunk_files(kept)
    for at in every(breaker):
        for before in sides(at):
            kept = begin("killed")
            with Breaker(step, at, before=before), pytest.raises(Killed):
                run_all(kept, project)
            assert_mended(kept, project, expected)


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "mkdir"])
def test_a_full_disk_fails_aloud_and_the_next_run_completes_the_work(
    begin: Callable[[str], Archive], project: Path, step: str
) -> None:
    kept = begin("undisturbed")
    with Breaker(step, 0) as breaker:
        run_all(kept, project)
    expected = chunk_files(kept)
    for at in every(breaker):
        kept = begin("full")
        told = pytest.raises(OSError, match="full") if step != "write" else suppress(OSError)  # who holds a lock
        with Breaker(step, at, OSError(errno.ENOSPC, "full")), told:
            run_all(kept, project)
        assert leftovers(kept.root) == []
        assert_mended(kept, project, expected)


def test_a_directory_whose_adding_was_killed_is_completed_by_a_refresh(project: Path, kept: Archive) -> None:
    corpus(project, 1)
    archive_id(kept.root, create=True)
    with Breaker("replace", 5), pytest.raises(Killed):
        add(kept, [str(project / "docs")])
    refresh(kept)
    assert statuses(refresh(kept)) == {f"docs/{n}": "unchanged" for n in ("a.md", "b.py", "new.txt", "same.md")}


def test_what_a_killed_run_left_of_a_source_that_is_gone_is_listed(project: Path, kept: Archive) -> None:
    path = write(project / "a.md", PROSE)
    kept.prepare()
    at = 0
    while all(".tmp-" in name for name in chunk_files(kept)):  # until chunk files stand that the list does not name
        at += 1
        shutil.rmtree(kept.path("documents"), ignore_errors=True)
        with Breaker("replace", at), pytest.raises(Killed):
            add(kept, [str(path)])
    path.unlink()
    report = refresh(kept)
    assert {o.path for o in report.outcomes} == {"a.md"}


DRIVER = """\
import os, sys, time
sys.path.insert(0, sys.argv[1])
from rlm_core.archive.store import Archive
from rlm_core.config import DEFAULTS, Config
from rlm_core.documents import update as keeping, ingest as taking
taking.COMMIT_CHUNKS = 2
replace = os.replace
os.replace = lambda *a: (time.sleep(0.003), replace(*a))  # slow enough to be met at work
kept = Archive(sys.argv[2], Config({**DEFAULTS, "chunk": {"target": 120, "limit": 240}}))
sys.stdout.write("ready\\n"); sys.stdout.flush()
for path in sys.argv[3:]:
    keeping.add(kept, [path], wait=30)
"""


def start(kept: Archive, *paths: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DRIVER, str(ROOT), kept.root, *map(str, paths)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_killed_processes_leave_what_the_next_run_completes(begin: Callable[[str], Archive], project: Path) -> None:
    kept = begin("undisturbed")
    began = time.monotonic()
    run_all(kept, project)
    expected, takes = chunk_files(kept), time.monotonic() - began + 0.1
    dice, killed = random.Random(7), 0
    for _ in range(6):
        kept = begin("killed")
        process = start(kept, project / "docs", project / "alone.md")
        time.sleep(dice.uniform(0, takes))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
        if process.returncode == -signal.SIGKILL:
            killed += 1
        else:
            takes /= 2  # the machine has got faster
        assert_mended(kept, project, expected)
    assert killed >= 2


def test_processes_at_the_same_time_do_each_others_work_no_harm(project: Path, kept: Archive) -> None:
    for n in range(12):
        write(project / f"d{n % 3}" / f"{n}.md", GUIDE + str(n))
    folders = [project / f"d{n}" for n in range(3)]
    for process in [start(kept, *order) for order in (folders, folders[::-1], folders[1:])]:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, "")
    assert set(statuses(refresh(kept)).values()) == {"unchanged"}
    assert len(list(document_folders(kept.root))) == 12
    for n in range(12):
        assert whole(kept, f"d{n % 3}/{n}.md") == GUIDE + str(n)
    assert leftovers(kept.root) == []


def test_who_waits_too_long_for_another_is_told(project: Path, kept: Archive) -> None:
    from rlm_core.lock import Lock

    write(project / "a.md", PROSE)
    kept.prepare()
    with Lock(kept.path("state", "documents.lock"), 1.0), pytest.raises(LockTimeoutError):
        add(kept, [str(project / "a.md")], wait=0.05)


@pytest.mark.parametrize("harm", ["file", "link", "dangling"])
def test_an_archive_that_cannot_be_written_is_refused_and_nothing_is_written_elsewhere(
    project: Path, kept: Archive, tmp_path: Path, harm: str
) -> None:
    write(project / "a.md", PROSE)
    kept.prepare()
    place = Path(kept.path("documents"))
    target = tmp_path / "target"
    if harm == "file":
        place.write_text("in the way")
    else:
        if harm == "link":
            target.mkdir()
        place.symlink_to(target)
    with pytest.raises(ArchiveError):
        add(kept, [str(project / "a.md")])
    assert not target.exists() or list(target.iterdir()) == []
    assert list(document_folders(kept.root)) == []


def test_a_documents_directory_that_is_a_link_is_not_written_through(
    project: Path, kept: Archive, tmp_path: Path
) -> None:
    write(project / "a.md", PROSE)
    add(kept, [str(project / "a.md")])
    folder = Path(only_folder(kept))
    shutil.rmtree(folder)
    (tmp_path / "target").mkdir()
    folder.symlink_to(tmp_path / "target")
    write(project / "a.md", PROSE * 2, OLD + 1)
    with pytest.raises(ArchiveError, match="symbolic link"):
        add(kept, [str(project / "a.md")])
    assert list((tmp_path / "target").iterdir()) == []


def test_on_a_read_only_disk_the_command_says_so_and_what_stands_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from rlm_core.cli import main  # noqa: F401 - the boundary that prints an OSError

    place = tmp_path / "disk"
    place.mkdir()
    with mounted(place, "size=20m"):
        kept = archive(place)
        write(place / "a.md", PROSE)
        add(kept, [str(place / "a.md")])
        remount(place, "ro")
        for call in (lambda: add(kept, [str(place / "a.md")]), lambda: refresh(kept)):
            with pytest.raises(OSError, match="Read-only"):
                call()
        assert statuses(listing(kept)) == {"a.md": "unchanged"}
        assert whole(kept, "a.md") == PROSE


@pytest.mark.parametrize("harm", ["missing", "truncated", "nonsense", "another type", "another version"])
def test_a_lost_list_is_made_again_from_the_chunks(project: Path, kept: Archive, harm: str) -> None:
    path = write(project / "a.md", GUIDE)
    write(project / "docs" / "b.md", PROSE)
    add(kept, [str(path), str(project / "docs")])
    before = chunk_files(kept)
    listed = Path(kept.path("documents", "sources.json"))
    data = listed.read_text()
    if harm == "missing":
        listed.unlink()
    else:
        listed.write_text(
            {
                "truncated": data[:100],
                "nonsense": "[]",
                "another type": data.replace('"size": ', '"size": "x", "tokens": '),
                "another version": data.replace('"version": 1', '"version": 99'),
            }[harm]
        )
    write(path, GUIDE + "more\n", OLD + 1)
    report = refresh(kept)
    assert "made again" in report.notes[0]
    assert statuses(report) == {"a.md": "changed", "docs/b.md": "unchanged"}
    assert whole(kept, "a.md") == GUIDE + "more\n"
    assert len(before.keys() & chunk_files(kept).keys()) >= len(before) - 1
    assert refresh(kept).notes == []


@pytest.mark.parametrize("slug", ["../../../../victim", "..", "", ".", "/etc", "a/b", "..\\x"])
@pytest.mark.parametrize("gone", [True, False])
def test_a_list_that_names_other_directories_harms_none(project: Path, kept: Archive, slug: str, gone: bool) -> None:
    write(project / "a.md", PROSE)
    add(kept, [str(project / "a.md")])
    victim = write(project / "victim" / "0001-12345678.md", "precious")
    listed = Path(kept.path("documents", "sources.json"))
    values = json.loads(listed.read_text())
    values |= {"gone": [slug]} if gone else {"documents": [{**values["documents"][0], "slug": slug}]}
    listed.write_text(json.dumps(values))
    report = refresh(kept)
    assert "made again" in report.notes[0]
    remove(kept, [str(project / "a.md")])
    assert victim.read_text() == "precious"
    assert list(document_folders(kept.root)) == []
