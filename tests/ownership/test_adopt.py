"""`rlm adopt`: an archive that was somebody else's becomes the user's, and what came with it stays marked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk
from kits.place import Place
from kits.trees import git

from rlm_core import registry
from rlm_core.home import own_dir
from rlm_core.ownership import foreign

THEIRS = "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A project whose archive holds one session of the user's and one of somebody else's, by that one's word."""
    made = Place(tmp_path)
    other = Session(THEIRS)
    for n in range(3):
        other.prompt(f"Question {n}: which cellar keeps quince jelly?")
        other.says(f"Shelf {n} of the cellar keeps quince jelly for the scheduler's makers.")
    theirs = made.session(other)
    made.session(talk(Session(SESSION), 3))
    (made.project / "doc.md").write_text("a document about persimmons\n")
    made.rlm("archive", "--all")
    made.rlm("add", "doc.md")
    shutil.rmtree(own_dir())
    theirs.unlink()
    return made


def root(place: Place) -> Path:
    return Path(place.archive.root)


def test_a_look_changes_nothing_and_names_what_is_odd(place: Place, tmp_path: Path) -> None:
    sessions = root(place) / "sessions"
    folder = next(p for p in sessions.iterdir() if THEIRS[:8] in p.name)
    (folder / "blobs").mkdir(exist_ok=True)
    (folder / "blobs" / "x.txt").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "0009-00000000.md")
    (folder / "0008-00000000.md").write_text("no chunk")
    (sessions / "..x").mkdir()
    (sessions / "..x" / "0001-00000000.md").write_text("x")
    (root(place) / "tool.sh").write_text("#!/bin/sh\n")
    seen = place.json("adopt", "--dry-run")
    assert {s["session"]: s["ours"] for s in seen["sessions"]} == {SESSION: True, THEIRS: False}
    assert (len(seen["documents"]), seen["adopted"]) == (1, False)
    assert seen["chunks"] >= 3
    assert len(seen["days"]) == 2
    odd = {o["path"].rpartition("/")[2]: o["what"] for o in seen["odd"]}
    assert odd == {
        "x.txt": "a link", "0009-00000000.md": "a pipe or a device", "0008-00000000.md": "no chunk",
        "..x": "a name that rlm gives to nothing", "tool.sh": "not ours",
    }  # fmt: skip
    assert foreign(place.archive.root)
    place.rlm("adopt", status=1)
    assert "--yes" in place.said
    place.rlm("adopt", "--yes", status=1, CLAUDECODE="1")
    assert "run it in a terminal" in place.said
    place.rlm("adopt", "--yes")
    assert foreign(place.archive.root) == ""
    kept = {p.name for p in root(place).rglob("*")}
    assert kept.isdisjoint(odd)
    left = place.project / ".claude" / "rlm-foreign"
    assert (left / "tool.sh").exists()
    assert (left / ".gitignore").read_text() == "*\n"
    assert not (left / "state").exists()


def test_what_came_with_it_is_found_and_marked_everywhere(place: Place) -> None:
    place.rlm("adopt", "--yes")
    assert not (place.project / ".claude" / "rlm-foreign").exists()
    hits = [h for words in ("quince jelly", "part2") for h in place.json("search", words, "-k", "20")["hits"]]
    assert {(h["session"], h.get("foreign", False)) for h in hits} == {(SESSION, False), (THEIRS, True)}
    assert {h.get("foreign", False) for h in place.json("search", "--regex", "persimmons")["hits"]} == {True}
    rows = {r["session"]: r.get("foreign", False) for r in place.json("list")["sessions"]}
    assert rows == {SESSION: False, THEIRS: True}
    lines = {line.split()[0]: line.endswith("(foreign)") for line in place.rlm("list").splitlines()}
    assert lines == {SESSION: False, THEIRS: True}
    chunk = next(h["chunk"] for h in hits if h["session"] == THEIRS)
    assert place.json("show", chunk)["foreign"] is True
    assert place.rlm("show", f"{chunk}:3").splitlines()[0].endswith("(foreign)")
    assert {r["session"] for r in place.json("peek")["sessions"] if r.get("foreign")} == {THEIRS}
    assert "(foreign)" in place.rlm("search", "persimmons")


def test_it_goes_on_as_the_users_own_and_hooks_speak_of_the_users_sessions_alone(place: Place) -> None:
    place.rlm("adopt", "--yes")
    place.session(talk(Session(SESSION), 6))
    place.rlm("archive", "--all")
    done = place.json("verify")
    assert done["ok"], {k: v for k, v in done.items() if v}
    assert place.json("search", "part5")["hits"][0]["session"] == SESSION
    payload = {"session_id": "new", "transcript_path": str(place.transcripts / "new.jsonl"), "cwd": str(place.project)}
    said = hook(place, {**payload, "source": "startup"})
    assert "1 session," in said
    assert THEIRS not in said


def hook(place: Place, payload: dict[str, str]) -> str:
    import subprocess
    import sys

    from kits.paths import ROOT

    env = {**os.environ, "PYTHONPATH": str(ROOT), "CLAUDE_PROJECT_DIR": str(place.project)}
    command = [sys.executable, "-m", "rlm_core", "hook", "session-start", "local"]
    data = json.dumps(payload).encode()
    return subprocess.run(command, input=data, env=env, capture_output=True, timeout=120, check=True).stdout.decode()


def test_documents_that_came_with_it_are_not_read_again(place: Place) -> None:
    place.rlm("adopt", "--yes")
    (place.project / "doc.md").write_text("words that nobody has added\n")
    place.rlm("add", status=1)
    assert place.json("search", "nobody", status=1)["hits"] == []


def test_what_git_tracks_is_not_taken_over(place: Place) -> None:
    shutil.rmtree(place.project / ".git")
    git("init", "-q", cwd=place.project)
    git("add", "-f", str(root(place) / "INDEX.md"), cwd=place.project)
    place.rlm("adopt", "--yes", status=1)
    assert "git rm -r -q --cached .claude/rlm" in place.said
    assert root(place).exists()
    git("rm", "-r", "-q", "--cached", ".claude/rlm", cwd=place.project)
    place.rlm("adopt", "--yes")


def test_marks_go_with_a_copy_of_the_project_and_survive_a_lost_list(place: Place, tmp_path: Path) -> None:
    place.rlm("adopt", "--yes")
    other = Place(tmp_path / "copy")
    shutil.rmtree(other.project)
    shutil.copytree(place.project, other.project)
    registry.note(other.archive.root)
    assert registry.archive_id(other.archive.root) != registry.archive_id(place.archive.root)
    assert {r["session"] for r in other.json("list")["sessions"] if r.get("foreign")} == {THEIRS}
    Path(own_dir(), "projects.json").unlink()
    assert {r["session"] for r in place.json("list")["sessions"] if r.get("foreign")} == {THEIRS}


def test_of_ones_own_there_is_nothing_to_take_over(place: Place, tmp_path: Path) -> None:
    place.rlm("adopt", "--yes")
    assert "yours already" in place.rlm("adopt", "--yes")
    assert "no archive" in Place(tmp_path / "none").rlm("adopt", status=1)


def test_a_name_in_an_archive_makes_no_line_of_its_own_and_commands_no_terminal(place: Place) -> None:
    (root(place) / "x\x1b[2J\nof these 9 sessions\u202e").write_text("x")
    out = place.rlm("adopt", "--dry-run")
    assert "\x1b" not in out
    assert "\nof these 9" not in out
    hostile = place.project / "a\x1b[31mb\nrlm: all is well"
    hostile.mkdir()
    (hostile / ".git").mkdir()
    shutil.copytree(place.project / ".claude", hostile / ".claude")
    place.rlm("search", "quince", status=1, cwd=hostile)
    assert place.said.count("\n") == 1
    assert "\x1b" not in place.said


@pytest.fixture
def swollen(place: Place) -> Iterator[Place]:
    """Sparse giants, a tree deeper than Python recurses, and directories where files belong."""
    at = root(place)
    folder = next(p for p in (at / "sessions").iterdir() if THEIRS[:8] in p.name)
    for path, size in [
        (at / "search.db", 10 << 30),
        *((folder / f"{1000 + n}-bbbbbbbb.md", 60 << 20) for n in range(40)),
    ]:
        with path.open("wb") as f:
            f.truncate(size)
    fd = os.open(at / "state", os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=fd)
        fd, above = os.open("d", os.O_RDONLY, dir_fd=fd), fd
        os.close(above)
    os.close(fd)
    (at / ".tmp-1-x").mkdir()
    (at / ".gitignore").unlink()
    (at / ".gitignore").mkdir()
    yield place
    subprocess.run(["rm", "-rf", str(place.project)], check=True)  # pytest cannot


def test_sizes_depths_and_odd_kinds_do_not_hold_up_a_takeover(swollen: Place) -> None:
    assert swollen.json("adopt", "--dry-run")["odd_files"] >= 40
    swollen.rlm("adopt", "--yes")
    assert foreign(swollen.archive.root) == ""
    assert swollen.json("search", "quince jelly")["hits"]


def test_nor_that_one_keeps_it(swollen: Place) -> None:
    swollen.rlm("adopt", "--mine", "--yes", status=1)
    assert ".gitignore is a directory, where a file belongs: move it away" in swollen.said
    (root(swollen) / ".gitignore").rmdir()
    swollen.rlm("reindex")
    assert foreign(swollen.archive.root) == ""
    assert swollen.json("search", "quince jelly")["hits"]


@pytest.mark.parametrize("part", [".claude", ".claude/rlm", ".claude/rlm/state"])
@pytest.mark.parametrize("way", [[], ["--mine"]], ids=["theirs", "mine"])
def test_nothing_is_taken_over_through_a_link(place: Place, tmp_path: Path, part: str, way: list[str]) -> None:
    outside = tmp_path / "outside"
    (place.project / part).rename(outside)
    (place.project / part).symlink_to(outside)
    before = sorted(str(p) for p in outside.rglob("*"))
    place.rlm("adopt", *way, "--yes", status=1)
    assert "symbolic link" in place.said
    assert place.said.count("\n") == 1
    assert sorted(str(p) for p in outside.rglob("*")) == before
