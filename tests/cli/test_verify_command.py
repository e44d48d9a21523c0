"""`rlm verify` and `rlm verify --repair`, as a user runs them, on whole, harmed, empty and missing archives."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, rich, talk
from kits.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.session(talk(rich(), 6))
    made.rlm("archive", "--all")
    return made


def chunk(place: Place) -> Path:
    return next(Path(place.archive.root).glob("sessions/*/0001-*.md"))


def test_a_whole_archive_is_proven_and_what_was_checked_is_told(place: Place) -> None:
    found = place.json("verify")
    assert found["ok"]
    for name in ("damaged", "unreadable", "duplicates", "documents", "state", "maps", "left", "foreign"):
        assert found[name] == []
    assert found["checked"]["transcripts"] == found["checked"]["sessions"] == 1
    assert found["repaired"] is None
    place.rlm("verify")
    assert "checked 1 transcript, 1 session" in place.said


def test_without_transcripts_it_says_what_it_checked_and_is_not_content(place: Place) -> None:
    for path in place.transcripts.glob("*.jsonl"):
        path.unlink()
    place.rlm("verify", status=1)
    assert "only the archive's own files were checked, which are as they were written" in place.said
    place.rlm("verify", SESSION[:8], status=1)
    assert "no longer has the transcript" in place.said


@pytest.mark.parametrize("args", [["verify"], ["verify", "--repair"]])
def test_nothing_is_not_ok(tmp_path: Path, args: list[str]) -> None:
    place = Place(tmp_path)
    place.rlm(*args, status=1)
    assert "no archive" in place.said
    (place.project / ".claude" / "rlm" / "sessions").mkdir(parents=True)
    place.rlm(*args, status=1)
    assert "nothing was checked" in place.said


def test_a_mistyped_id_is_an_error(place: Place) -> None:
    place.rlm("verify", "ffffffff", status=1)
    assert "nor a session whose id begins so" in place.said


def test_repair_brings_back_and_proves_again(place: Place) -> None:
    path = chunk(place)
    held = path.read_bytes()
    path.write_bytes(held[:100])
    place.rlm("verify", status=1)
    assert "--repair" in place.said
    done = place.json("verify", "--repair")
    assert done["ok"]
    assert done["repaired"]["mended"]
    assert path.read_bytes() == held
    assert place.json("verify")["ok"]


def test_what_is_damaged_is_told_at_a_sessions_start_once(place: Place) -> None:
    chunk(place).write_bytes(b"")
    place.rlm("verify", status=1)
    payload = {
        "session_id": SESSION,
        "transcript_path": str(place.transcripts / f"{SESSION}.jsonl"),
        "cwd": str(place.project),
    }
    payload |= {"hook_event_name": "SessionStart", "source": "startup"}
    told = [start(place, payload) for _ in range(2)]
    assert ["of the archive is damaged" in said for said in told] == [True, False]


def start(place: Place, payload: dict[str, str]) -> str:
    import subprocess
    import sys

    from kits.paths import ROOT

    done = subprocess.run(
        [sys.executable, "-c", "import sys; from rlm_core.hook import main; main(['session-start', 'local'])"],
        input=json.dumps(payload).encode(),
        capture_output=True,
        cwd=place.project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CLAUDE_PROJECT_DIR": str(place.project)},
        timeout=120,
    )
    return done.stdout.decode()


def test_a_damaged_document_comes_back_from_its_source(place: Place) -> None:
    source = place.project / "NOTES.md"
    source.write_text("# Notes\n\n" + "The port is 4711.\n\n" * 300)
    place.rlm("add", "NOTES.md")
    path = sorted(Path(place.archive.root).glob("documents/NOTES*/0001-*.md"))[0]
    held = path.read_bytes()
    path.unlink()
    path.write_bytes(held[: len(held) // 2])
    shutil.rmtree(Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm" / "copies", ignore_errors=True)
    assert not place.json("verify", status=1)["ok"]
    assert place.json("verify", "--repair")["ok"]
    assert path.read_bytes() == held


def test_a_file_that_is_no_chunk_ends_no_command(place: Place) -> None:
    other = Session("88888888-other")
    place.session(talk(other, 3))
    place.rlm("archive", "--all")
    path = chunk(place)
    path.unlink()
    path.mkdir()  # cannot be read, whoever asks
    for args in (["list"], ["peek"], ["search", "ORCHID"], ["reindex"], ["status"]):
        place.rlm(*args)
        assert "could not be read" in place.said or args[0] in ("search", "peek"), args
    assert not place.json("verify", status=1)["ok"]
    assert place.json("verify", "--repair")["ok"]
    assert path.is_file()


def test_left_overs_of_dead_processes_are_swept_and_others_stay(place: Place) -> None:
    state = Path(place.archive.root) / "state"
    dead, alive = state / ".tmp-999999999-told.json", state / f".tmp-{os.getpid()}-told.json"
    dead.write_text("{")
    alive.write_text("{")
    place.rlm("archive", "--all")
    assert (dead.exists(), alive.exists()) == (False, True)
