"""Archives have ids, and the user a list of them, by which a project is known that was moved."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from kits.builders import Session, archive, config, talk
from kits.needs import needs_no_root
from kits.place import Place
from kits.trees import drawn_repository, drawn_worktree, install

from rlm_core import registry
from rlm_core.errors import ArchiveError
from rlm_core.home import own_dir
from rlm_core.ownership import foreign
from rlm_core.project import project_of
from rlm_core.reach import Reach, slug
from rlm_core.transcript.locate import transcripts


def begun(folder: Path) -> Path:
    """A project with an archive."""
    drawn_repository(folder)
    archive(folder, config()).prepare()
    return folder


def root(project: Path) -> str:
    return str(project / ".claude" / "rlm")


def row(project: Path) -> dict[str, Any]:
    found = registry.entry_of(root(project))
    assert found
    return found


def test_the_first_write_gives_an_archive_an_id_and_lists_it(tmp_path: Path) -> None:
    one, two = begun(tmp_path / "one"), begun(tmp_path / "two")
    ids = [registry.archive_id(root(p)) for p in (one, two)]
    assert len(set(ids)) == 2
    assert all(len(i) == 32 for i in ids)
    assert [(e["id"], e["path"]) for e in registry.entries()] == list(zip(ids, [str(one), str(two)], strict=True))
    assert registry.archive_id(root(one), create=True) == ids[0]
    assert os.stat(os.path.join(own_dir(), "projects.json")).st_mode & 0o777 == 0o600


def test_without_an_archive_nothing_is_made(tmp_path: Path) -> None:
    assert registry.archive_id(root(tmp_path)) == ""
    registry.note(root(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert not os.path.exists(own_dir())


def test_a_moved_project_is_known_by_its_id(tmp_path: Path) -> None:
    project = begun(tmp_path / "old")
    own = registry.archive_id(root(project))
    project.rename(tmp_path / "new")
    registry.note(root(tmp_path / "new"))
    found = row(tmp_path / "new")
    assert (found["id"], found["path"], found["former"]) == (own, str(tmp_path / "new"), [str(project)])
    (tmp_path / "new").rename(project)  # and back again
    registry.note(root(project))
    assert (row(project)["path"], row(project)["former"]) == (str(project), [str(tmp_path / "new")])


def test_a_copied_project_gets_an_id_of_its_own_and_the_list_does_not_flap(tmp_path: Path) -> None:
    project = begun(tmp_path / "one")
    own = registry.archive_id(root(project))
    shutil.copytree(project, tmp_path / "copy")
    for _ in range(2):
        registry.note(root(tmp_path / "copy"))
        registry.note(root(project))
    assert registry.archive_id(root(project)) == own
    assert registry.archive_id(root(tmp_path / "copy")) != own
    assert sorted(e["path"] for e in registry.entries()) == [str(tmp_path / "copy"), str(project)]
    assert row(tmp_path / "copy")["former"] == row(project)["former"] == []


def test_an_archive_that_was_deleted_gets_its_id_again(tmp_path: Path) -> None:
    project = begun(tmp_path / "one")
    own = registry.archive_id(root(project))
    shutil.rmtree(project / ".claude")
    archive(project, config()).prepare()
    assert registry.archive_id(root(project)) == own


def test_another_project_at_a_former_path_is_another_one(tmp_path: Path) -> None:
    project = begun(tmp_path / "one")
    own = registry.archive_id(root(project))
    project.rename(tmp_path / "moved")
    begun(tmp_path / "one")
    assert registry.archive_id(root(tmp_path / "one")) != own
    registry.note(root(tmp_path / "moved"))
    assert registry.archive_id(root(tmp_path / "moved")) == own
    assert row(tmp_path / "moved")["former"] == [str(project)]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"projects": 5}', '{"projects": [5, {"id": 7}, {"id": "x"}]}', "\xff"]
)
def test_a_damaged_list_disowns_nothing_and_is_made_anew(tmp_path: Path, text: str) -> None:
    project = begun(tmp_path / "one")
    Path(own_dir(), "projects.json").write_text(text, encoding="latin-1")
    assert foreign(root(project)) == ""
    registry.note(root(project))
    assert [e["path"] for e in registry.entries()] == [str(project)]


@needs_no_root
def test_where_an_archive_cannot_be_entered_none_is_begun(tmp_path: Path) -> None:
    Path(own_dir()).mkdir(parents=True, mode=0o500)
    with pytest.raises(ArchiveError, match="cannot be entered as yours"):
        begun(tmp_path / "one")
    assert not registry.archive_id(root(tmp_path / "one"))
    Path(own_dir()).chmod(0o700)
    assert registry.archive_id(root(begun(tmp_path / "one")))


def test_a_row_is_written_once_a_day(tmp_path: Path) -> None:
    project = begun(tmp_path / "one")
    path = Path(own_dir(), "projects.json")
    path.chmod(0o600)
    before = path.stat().st_ino
    registry.note(root(project))
    assert path.stat().st_ino == before  # a write replaces the file
    listed = json.loads(path.read_text())
    listed["projects"][0]["last_seen"] = "2026-01-01"
    path.write_text(json.dumps(listed))
    registry.note(root(project))
    assert row(project)["last_seen"] > "2026-01-01"


def test_a_worktree_that_is_gone_is_known_by_what_was_noted(tmp_path: Path) -> None:
    project = begun(tmp_path / "one")
    tree = drawn_worktree(project, tmp_path / "wt")
    registry.note(root(project), str(tree))
    shutil.rmtree(tree)
    assert project_of(str(tree / "src")) == str(project)


# Transcripts of a project, and of no other.


def session(name: str, cwd: Path) -> None:
    """A transcript of a session that began in a directory, where Claude Code would keep it."""
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"], "projects", slug(str(cwd)))
    folder.mkdir(parents=True, exist_ok=True)
    talk(Session(name, cwd=str(cwd)), 1).write(folder / f"{name}.jsonl")


def found(project: Path) -> list[str]:
    return sorted(s.session for s in transcripts(str(project)))


def test_worktrees_subdirectories_and_former_paths_are_the_projects_and_nothing_else_is(tmp_path: Path) -> None:
    old = begun(tmp_path / "app")
    session("at-the-old-path", old)
    session("below-the-old-path", old / "src")
    project = old.rename(tmp_path / "moved")
    registry.note(root(project))
    tree, gone = drawn_worktree(project, tmp_path / "wt"), drawn_worktree(project, tmp_path / "gone")
    registry.note(root(project), str(gone))
    for name, cwd in {
        "top": project,
        "below": project / "src",
        "removed-below": project / "never" / "was",
        "tree": tree,
        "in-tree": tree / "src",
        "gone-tree": gone,
    }.items():
        cwd.mkdir(parents=True, exist_ok=True)
        session(name, cwd)
    shutil.rmtree(gone)
    shutil.rmtree(project / "never")
    ours = ["at-the-old-path", "below", "below-the-old-path", "gone-tree", "in-tree", "removed-below", "top", "tree"]
    assert found(project) == ours
    nested = drawn_repository(project / "vendor" / "lib")
    installed = project / "packages" / "own"
    install(installed)
    for name, cwd in {
        "beside": tmp_path / "moved-2",
        "nested-repository": nested,
        "nested-install": installed / "src",
        "above": tmp_path,
    }.items():
        cwd.mkdir(parents=True, exist_ok=True)
        session(name, cwd)
    assert found(project) == ours
    assert found(nested) == ["nested-repository"]
    assert found(installed) == ["nested-install"]


def test_what_stands_at_a_former_path_today_is_not_taken_but_what_is_archived_is_ours(tmp_path: Path) -> None:
    old = begun(tmp_path / "app")
    session("of-old", old)
    (old / ".claude" / "rlm" / "state" / "sources" / "of-old.json").write_text("{}")
    project = old.rename(tmp_path / "moved")
    registry.note(root(project))
    begun(tmp_path / "app")
    session("of-another", tmp_path / "app")
    assert found(project) == ["of-old"]


def test_a_project_that_was_named_holds_what_began_below_it(tmp_path: Path) -> None:
    top = begun(tmp_path / "app")
    (top / "src" / "deep").mkdir(parents=True)
    session("deep", top / "src" / "deep")
    session("top", top)
    assert found(top / "src") == ["deep"]
    assert Reach(str(top)).holds(str(top / "src"))


def test_archive_all_takes_a_moved_projects_former_transcripts(tmp_path: Path) -> None:
    place = Place(tmp_path)
    made = talk(Session(cwd=str(place.project)), 2)
    place.session(made)
    place.rlm("archive", "--all")
    other = talk(Session("2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f", cwd=str(place.project)), 2)
    place.session(other)  # never archived at the old path
    place.project = place.project.rename(tmp_path / "elsewhere")
    registry.note(root(place.project))
    taken = place.json("archive", "--all")["sessions"]
    assert sorted(s["session"] for s in taken) == sorted([made.session, other.session])
    assert place.json("verify")["ok"]
