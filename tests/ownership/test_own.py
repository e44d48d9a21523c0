"""What is the user's stays the user's, or is again by one command: moved, restored in a new home, of an old version."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk
from kits.hooks import Project
from kits.place import Place
from kits.trees import git

from rlm_core import registry
from rlm_core.home import own_dir
from rlm_core.ownership import UNLISTED, foreign

KEY = "the-key-of-the-user-that-nobody-else-has"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An archive of years: its transcripts are gone, it has documents of the project's and one from outside."""
    made = Place(tmp_path)
    transcript = made.session(talk(Session(SESSION), 3))
    (made.project / "doc.md").write_text("a document about persimmons\n")
    (tmp_path / "notes.md").write_text("notes about medlars\n")
    made.rlm("archive", "--all")
    made.rlm("add", "doc.md", str(tmp_path / "notes.md"))
    transcript.unlink()
    return made


def opened_up(folder: Path) -> None:
    """As it comes out of an archive file that keeps no modes."""
    for at, _, names in os.walk(folder):
        os.chmod(at, 0o755)
        for name in names:
            os.chmod(os.path.join(at, name), 0o644)


@pytest.mark.parametrize("lost", ["the home", "the id", "the modes"])
def test_an_archive_of_ones_own_goes_on_as_it_was(place: Place, tmp_path: Path, lost: str) -> None:
    root = Path(place.archive.root)
    before = {p.name: p.read_bytes() for p in root.rglob("*-*.md")}
    cited = place.json("search", "part2")["hits"][0]["chunk"]
    shutil.rmtree(own_dir())
    if lost == "the id":
        (root / "state" / "id").unlink()  # as versions before 0.5 left it
    if lost == "the modes":
        opened_up(root)
    assert "--mine" in foreign_line(place)
    assert "rlm adopt --mine" in place.rlm("adopt", "--dry-run")
    place.rlm("adopt", "--mine", "--yes", status=1, CLAUDECODE="1")
    assert place.json("adopt", "--mine", "--yes")["mine"] is True
    assert foreign(str(root)) == ""
    assert {p.name: p.read_bytes() for p in root.rglob("*-*.md")} == before
    assert all(os.lstat(p).st_mode & 0o077 == 0 for p in (root, *root.rglob("*")))
    assert place.json("search", "part2")["hits"][0]["chunk"] == cited
    assert not any(h.get("foreign") for h in place.json("search", "part2")["hits"])
    assert [r["session"] for r in place.json("list")["sessions"]] == [SESSION]
    assert {d["path"].rpartition("/")[2] for d in place.json("add", "--list")["documents"]} == {"doc.md", "notes.md"}
    (place.project / "doc.md").write_text("a document about quinces\n")
    (tmp_path / "notes.md").write_text(KEY)
    found = {o["path"].rpartition("/")[2]: o for o in place.json("add")["documents"]}
    assert found["doc.md"]["status"] == "changed"
    assert "not in your own list" in found["notes.md"]["reason"]
    assert not any(KEY in p.read_text() for p in root.rglob("*.md"))


def foreign_line(place: Place) -> str:
    place.rlm("search", "part2", status=1)
    assert place.said.count("\n") == 1
    assert place.said.count("rlm adopt") == 1
    return place.said


def test_what_git_tracks_is_not_kept_either(place: Place) -> None:
    shutil.rmtree(place.project / ".git")
    git("init", "-q", cwd=place.project)
    git("add", "-f", ".claude/rlm/INDEX.md", cwd=place.project)
    place.rlm("adopt", "--mine", "--yes", status=1)
    assert "git rm" in place.said
    assert foreign(place.archive.root)


def test_a_kept_archive_hands_over_where_the_last_session_left_off(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(talk(project.session(), 3))
    project.hook("Stop")
    project.wait_for_quiet()
    shutil.rmtree(own_dir())
    assert project.hook("SessionStart", "another", source="startup").context == ""
    from rlm_core.adoption.takeover import keep_whole

    keep_whole(str(project.root))
    assert "1 session," in project.hook("SessionStart", "another", source="startup").context
    project.wait_for_quiet()


def test_a_project_that_was_moved_and_then_cleaned_is_restored(place: Place, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    place.project.rename(moved)
    place.project = moved
    registry.note(place.archive.root)
    shutil.rmtree(moved / ".claude")
    from rlm_core.archive.copies.place import vanished

    assert "`rlm restore`" in vanished(place.archive.root)
    place.rlm("restore")
    assert [r["session"] for r in place.json("list")["sessions"]] == [SESSION]
    assert foreign(place.archive.root) == ""
    assert json.loads(Path(own_dir(), "projects.json").read_text())["projects"][0]["path"] == str(moved)


def test_a_list_that_cannot_be_read_makes_nothing_somebody_elses(place: Place) -> None:
    shutil.rmtree(own_dir())
    Path(own_dir()).write_text("in the way")
    place.rlm("search", "part2", status=1)
    assert "see to its permissions" in place.said
    assert place.said.count("\n") == 1


def test_an_archive_that_another_process_makes_meanwhile_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clients begin at once: one looks for an id just before the other writes it, and for content just after."""
    from rlm_core.git import provenance

    root = tmp_path / "project" / ".claude" / "rlm"
    (root / "state").mkdir(parents=True)
    looked = provenance.without_an_id

    def made_by_the_other(at: str) -> str:
        registry.claim(str(root))
        (root / "state" / "uuids").write_bytes(b"content")
        return looked(at)

    monkeypatch.setattr(provenance, "without_an_id", made_by_the_other)
    assert foreign(str(root)) == ""


def test_what_gets_an_id_meanwhile_that_no_list_has_is_foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rlm_core.git import provenance

    root = tmp_path / "project" / ".claude" / "rlm"
    (root / "state").mkdir(parents=True)

    def planted(at: str) -> str:
        (root / "state" / "id").write_text("0" * 32 + "\n")
        return "it has no id"

    monkeypatch.setattr(provenance, "without_an_id", planted)
    assert foreign(str(root)) == UNLISTED
