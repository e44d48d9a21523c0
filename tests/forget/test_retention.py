"""Retention: off unless the user says so, told before it acts, and never of what is open, waiting or a document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kits.builders import Session, config, everything, files, talk
from kits.hooks import Project
from kits.paths import ROOT

from rlm_core.archive.documents import document_folders
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take_all
from rlm_core.archive.tombstones.retained import DAY, at_start, noted
from rlm_core.clock import epoch
from rlm_core.config import Config, load
from rlm_core.forget.retention import due, retain, sessions_by_age
from rlm_core.transcript.source import Source

NAMES = ("aaaaaaaa", "bbbbbbbb", "cccccccc")
IDS = [f"{name}-1111-4222-8333-944445555666" for name in NAMES]
WORDS = ("kestrel", "harbour", "lighthouse")
STARTS = (0, 10 * DAY, 20 * DAY)  # seconds after the first of all days at which each begins


def settings(days: int = 0, megabytes: int = 0) -> Config:
    made = config()
    made.retention_days, made.retention_megabytes = days, megabytes
    return made


class Kept:
    """A project with three sessions, ten days apart, each archived and closed, and a document."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        (self.project.path / ".git").mkdir()
        for session, word, second in zip(IDS, WORDS, STARTS, strict=True):
            self.add(session, word, second)
        self.archive = Archive(str(self.project.root), settings())
        self.rlm("archive", "--all")
        (self.project.path / "notes.md").write_text("# Birds\n\nThe kestrel of the notes is grey.\n")
        self.rlm("add", "notes.md")

    def add(self, session: str, word: str, second: int) -> None:
        made = talk(Session(session, cwd=str(self.project.path)), 1)
        made.second = second % DAY
        made.prompt(f"How does the {word} behave in the wind of the north?")
        made.says(f"The {word} leans into it. " * 20)
        path = self.project.file(session)
        day = f"2026-10-{1 + second // DAY:02d}"
        path.write_bytes(made.data().replace(b"2026-11-22", day.encode()))
        os.utime(path, (self.ended(day), self.ended(day)))

    @staticmethod
    def ended(day: str) -> float:
        return epoch(f"{day}T12:00:00Z") or 0.0

    def rlm(self, *args: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "rlm_core", *args],
            capture_output=True,
            cwd=self.project.path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=120,
        )
        assert done.returncode == status, done.stderr.decode()
        return done.stdout.decode()

    def sessions(self) -> list[str]:
        return [each.session for each in sessions_by_age(self.archive)]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


NOW = Kept.ended("2026-10-31")


def test_what_is_too_old_is_due(kept: Kept) -> None:
    assert kept.sessions() == IDS
    for days, expected in ((0, []), (5, IDS), (15, IDS[:2]), (25, IDS[:1]), (60, [])):
        assert due(kept.archive, settings(days), NOW) == expected, days


def test_the_oldest_go_until_the_rest_is_small_enough(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [each.size for each in sessions_by_age(kept.archive)]
    assert all(sizes)
    monkeypatch.setattr("rlm_core.forget.retention.MB", 1)
    for limit, expected in ((sum(sizes), []), (sum(sizes) - 1, IDS[:1]), (sizes[2], IDS[:2]), (1, IDS)):
        assert due(kept.archive, settings(megabytes=limit), NOW) == expected, limit


def test_a_session_that_is_open_stays(kept: Kept) -> None:
    path = kept.project.file(IDS[0])
    os.utime(path, (NOW - 3600, NOW - 3600))
    take_all(kept.archive, Source(str(path), IDS[0]))  # what is new of it is archived
    assert due(kept.archive, settings(5), NOW) == IDS[1:]


def test_a_session_of_which_something_is_not_archived_stays(kept: Kept) -> None:
    path = kept.project.file(IDS[0])
    before = path.stat().st_mtime
    with path.open("ab") as f:
        f.write(b'{"type":"user","message":{"role":"user","content":"not archived yet"}}\n')
    os.utime(path, (before, before))
    assert due(kept.archive, settings(5), NOW) == IDS[1:]


def test_a_session_that_claude_code_has_deleted_is_due_as_any(kept: Kept) -> None:
    kept.project.file(IDS[0]).unlink()
    assert due(kept.archive, settings(25), NOW) == IDS[:1]


def test_nothing_goes_before_the_user_has_known_for_a_day(kept: Kept) -> None:
    archive, root = kept.archive, kept.archive.root
    archive.config = settings(15)
    before = files(root)
    assert at_start(root, archive.config, NOW) == ("", True)
    assert retain(archive, NOW) == 0
    assert retain(archive, NOW + DAY + 10) == 0, "nobody was told"
    told, due_now = at_start(root, archive.config, NOW + DAY + 20)
    assert "2 sessions are beyond that" in told
    assert "rlm forget --retention --dry-run" in told
    assert not due_now
    assert at_start(root, archive.config, NOW + DAY + 30) == ("", False), "once"
    assert retain(archive, NOW + 2 * DAY) == 0
    assert files(root) == before
    assert at_start(root, archive.config, NOW + 3 * DAY) == ("", True)
    assert retain(archive, NOW + 3 * DAY) == 2
    assert kept.sessions() == IDS[2:]
    note = noted(root, archive.config)
    assert (note.due, note.forgotten) == (0, 2)


def test_what_went_is_gone_and_does_not_come_back(kept: Kept) -> None:
    archive = kept.archive
    archive.config = settings(15)
    note = noted(archive.root, archive.config)
    note.told, note.due = int(NOW), 2
    note.save(archive.root)
    assert retain(archive, NOW + 2 * DAY) == 2
    kept.rlm("archive", "--all")
    assert kept.sessions() == IDS[2:]
    held = everything(archive.path("sessions"))
    assert b"lighthouse" in held
    assert b"harbour" not in held
    assert b"kestrel" not in held
    documents = b"".join(everything(folder) for folder in document_folders(archive.root))
    assert b"kestrel of the notes" in documents
    assert retain(archive, NOW + 3 * DAY) == 0


def test_other_settings_are_told_anew(kept: Kept) -> None:
    archive = kept.archive
    archive.config = settings(25)
    note = noted(archive.root, archive.config)
    note.told = int(NOW)
    note.save(archive.root)
    archive.config = settings(5)
    assert retain(archive, NOW + 5 * DAY) == 0
    told, _ = at_start(archive.root, archive.config, NOW + 5 * DAY)
    assert "3 sessions are beyond that" in told
    assert kept.sessions() == IDS


def test_a_start_tells_it_and_status_shows_it(kept: Kept) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("retention: {days: 15}\n")
    kept.add("dddddddd-1111-4222-8333-944445555666", "anchor", 0)
    asks = {"session": "eeeeeeee-1111-4222-8333-944445555666", "source": "startup"}
    assert "retention" not in kept.project.hook("SessionStart", **asks).message
    kept.project.wait_for_quiet()
    deadline = time.monotonic() + 120
    while not noted(kept.archive.root, settings(15)).looked and time.monotonic() < deadline:
        time.sleep(0.1)
    message = kept.project.hook("SessionStart", **asks).message
    assert "will be forgotten for good, not before" in message
    assert "will be forgotten" not in kept.project.hook("SessionStart", **asks).message
    kept.project.wait_for_quiet()
    shown = json.loads(kept.rlm("status", "--json"))["retention"]
    assert shown["due"] >= 3
    assert shown["begins"] == shown["told"] + DAY
    assert "forgotten not before" in kept.rlm("status")
    dry = json.loads(kept.rlm("forget", "--retention", "--dry-run", "--json"))
    assert dry["sessions"] == shown["due"]
    assert set(kept.sessions()) >= set(IDS), "a dry run takes nothing"


def test_the_process_that_a_start_begins_forgets_what_was_told_long_ago(kept: Kept) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("retention: {days: 15}\n")
    note = noted(kept.archive.root, settings(15))
    note.told = note.looked = int(time.time()) - 2 * DAY
    note.save(kept.archive.root)
    kept.project.hook("SessionStart", session="eeeeeeee-1111-4222-8333-944445555666", source="startup")
    deadline = time.monotonic() + 120
    while "retention" not in kept.project.log() and time.monotonic() < deadline:
        time.sleep(0.1)
    kept.project.wait_for_quiet()
    assert "retention forgot sessions=3" in kept.project.log()
    assert kept.sessions() == []
    kept.rlm("archive", "--all")
    assert kept.sessions() == []


def test_by_hand_it_goes_at_once(kept: Kept) -> None:
    assert "no session is older" in kept.rlm("forget", "--retention", "--yes")
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("retention: {days: 15}\n")
    done = json.loads(kept.rlm("forget", "--retention", "--yes", "--json"))
    assert done["left"] == []
    assert kept.sessions() == []


def test_a_repository_cannot_have_sessions_forgotten(kept: Kept) -> None:
    (kept.project.path / ".claude" / "rlm.yaml").write_text("retention: {days: 1, megabytes: 1}\n")
    found = load(str(kept.project.path))
    assert (found.retention_days, found.retention_megabytes) == (0, 0)
    assert found.ignored == ["retention.days", "retention.megabytes"]
