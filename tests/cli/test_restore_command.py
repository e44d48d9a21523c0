"""`rlm restore`, what `rlm status` says of the second copy, and `rlm uninstall --purge`, which asks."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, files, rich, talk
from kits.place import Place

from rlm_core.archive.copies.place import copies_at, copies_dir
from rlm_core.cli import main

OTHER = "99999999-1111-4222-8333-944445555666"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A project with two archived sessions and a document, and their copy."""
    made = Place(tmp_path)
    made.session(talk(rich(), 2))
    made.session(talk(Session(OTHER), 3))
    (made.project / "notes").mkdir()
    (made.project / "notes" / "deploy.md").write_text("# Deploy\n\nThe pelican deploys on Fridays.\n")
    made.rlm("archive", "--all")
    made.rlm("add", "notes")
    return made


def truth(place: Place) -> dict[str, bytes]:
    return {n: d for n, d in files(place.archive.root).items() if n.startswith(("sessions/", "documents/"))}


def vanish(place: Place) -> None:
    shutil.rmtree(place.project / ".claude")


def test_a_vanished_archive_is_named_and_restore_brings_it_back(place: Place) -> None:
    whole = truth(place)
    vanish(place)
    place.rlm("search", "pelican", status=1)
    assert "`rlm restore` brings back what was archived" in place.said
    told = place.json("restore", "--dry-run")
    assert not place.archive.exists()
    done = place.json("restore")
    assert {row["session"] for row in done["sessions"]} == {SESSION, OTHER}
    assert done["sessions"] == told["sessions"]
    assert done["damaged"] == done["left"] == []
    assert truth(place) == whole
    assert place.json("verify")["ok"]
    assert [h["role"] for h in place.json("search", "pelican")["hits"]] == ["document"]
    assert place.json("restore")["sessions"] == []


def test_an_install_where_all_is_gone_tells_of_the_copy(place: Place) -> None:
    place.rlm("install")
    assert "rlm restore" not in place.said
    vanish(place)
    place.rlm("install")
    assert "2 sessions are in its second copy: `rlm restore`" in place.said


def test_documents_that_came_back_are_kept_up_to_date(place: Place) -> None:
    vanish(place)
    place.rlm("restore")
    (place.project / "notes" / "rollback.md").write_text("# Back\n\nThe heron rolls back.\n")
    assert len(place.json("add")["documents"]) == 2
    assert place.json("search", "heron")["hits"]


def test_a_document_that_is_taken_out_does_not_come_back(place: Place) -> None:
    place.rlm("add", "--remove", "notes/deploy.md")
    place.rlm("restore")
    assert place.json("search", "pelican", status=1)["hits"] == []


def test_for_people_restore_says_what_came_back(place: Place) -> None:
    vanish(place)
    said = place.rlm("restore")
    assert "2 sessions and 1 document came back" in said
    assert "nothing is missing" in place.rlm("restore")


def test_without_a_copy_restore_says_so(tmp_path: Path) -> None:
    Place(tmp_path).rlm("restore", status=1)


def test_status_says_where_the_copy_is_and_what_it_costs(place: Place) -> None:
    copy = place.json("status")["copy"]
    assert (copy["path"], copy["own_bytes"], copy["only_there"], copy["on"]) == (
        copies_at(place.archive.root)[0], 0, 0, True
    )  # fmt: skip
    assert copy["files"] == len(truth(place))
    assert "no space of its own" in place.rlm("status")
    folder = next(p for p in Path(place.archive.path("sessions")).iterdir() if p.name.endswith(OTHER[:8]))
    shutil.rmtree(folder)
    assert place.json("status")["copy"]["only_there"] == 1
    assert "1 session only there: `rlm restore`" in place.rlm("status")


def test_copies_false_is_heeded_and_shown(tmp_path: Path) -> None:
    made = Place(tmp_path)
    made.session(talk(Session(OTHER), 3))
    (made.project / ".claude").mkdir()
    (made.project / ".claude" / "rlm.yaml").write_text("copies: false\n")
    made.rlm("archive", "--all")
    assert not os.path.exists(copies_dir())
    assert "none: `copies: false`" in made.rlm("status")


def test_purge_wants_a_yes_where_nobody_can_be_asked(place: Place) -> None:
    before = truth(place)
    os.unlink(place.transcripts / f"{OTHER}.jsonl")
    place.rlm("uninstall", "--purge", status=1)
    assert "2 sessions since 2026-11-22, 1 of them nowhere else and 1 document" in place.said
    assert "--yes" in place.said
    place.rlm("uninstall", "--purge", "--json", status=1)
    place.rlm("uninstall", "--purge", "--dry-run")
    assert truth(place) == before
    place.rlm("uninstall", "--purge", "--yes")
    assert not place.archive.exists()
    assert copies_at(place.archive.root) == []
    place.rlm("restore", status=1)


def test_purge_asks_whoever_sits_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(text: str) -> str:
        asked.append(text)
        return "yes" if len(asked) > 2 else ""

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    command = ["uninstall", "--purge", "--project", str(place.project)]
    assert main(command) == 1
    assert main(command) == 1
    assert place.archive.exists()
    assert main(command) == 0
    assert "2 sessions since 2026-11-22, none of them nowhere else" in asked[0]
    assert not place.archive.exists()


def test_purge_of_nothing_does_not_ask(tmp_path: Path) -> None:
    Place(tmp_path).rlm("uninstall", "--purge")


def test_purging_one_project_leaves_the_copies_of_others(place: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "second")
    other.session(talk(Session(OTHER), 3))
    other.rlm("archive", "--all")
    place.rlm("uninstall", "--purge", "--yes")
    assert len(copies_at(other.archive.root)) == 1
    other.rlm("uninstall", "--purge", "--user", "--yes")
    assert len(copies_at(other.archive.root)) == 1
