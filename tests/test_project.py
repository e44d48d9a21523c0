"""Which project a directory belongs to: one answer, for hooks and commands, wherever somebody stands."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import Session, talk
from kits.needs import requires
from kits.place import Place
from kits.trees import drawn_repository, drawn_worktree, git, install, keep_archive, repository

from rlm_core.cli import _project
from rlm_core.cli.parser import parsed
from rlm_core.disk import lies_within
from rlm_core.hooks.call import Hook
from rlm_core.project import counterpart, is_reached, project_of, worktrees
from rlm_core.reach import slug
from rlm_core.redaction.clean import literal

NAMES = ("src", "my app", "été", "pkg", "a.b")
needs_git = requires("git")


# By git itself.


@needs_git
@pytest.mark.parametrize("below", ["", "src", "src/deep"])
def test_a_worktree_is_its_place_in_the_main_tree(tmp_path: Path, below: str) -> None:
    main = repository(tmp_path / "main")
    git("worktree", "add", "-q", str(tmp_path / "wt"), "-b", "other", cwd=main)
    assert project_of(str(tmp_path / "wt" / below)) == str(main)
    assert counterpart(str(tmp_path / "wt" / below), str(main)) == str(tmp_path / "wt")
    assert worktrees(str(main)) == [str(tmp_path / "wt")]
    install(main / "src")
    assert project_of(str(tmp_path / "wt" / below)) == str(main / "src" if below else main)
    assert worktrees(str(main / "src")) == [str(tmp_path / "wt" / "src")]


@needs_git
def test_a_worktree_may_name_its_repository_by_a_relative_path_and_lie_inside_of_it(tmp_path: Path) -> None:
    main = repository(tmp_path / "main")
    inside = main / ".claude" / "worktrees" / "x"
    git("worktree", "add", "-q", str(inside), "-b", "x", cwd=main)
    kept = main / ".git" / "worktrees" / "x"
    (inside / ".git").write_text(f"gitdir: {os.path.relpath(kept, inside)}\n")
    assert project_of(str(inside / "src")) == str(main)
    git("worktree", "remove", "--force", str(inside), cwd=main)
    assert project_of(str(inside / "src")) == str(main)  # gone, and below the project


@needs_git
def test_a_submodule_is_a_repository_of_its_own_and_so_is_its_worktree(tmp_path: Path) -> None:
    library, main = repository(tmp_path / "library"), repository(tmp_path / "main")
    git("submodule", "add", "-q", str(library), "lib", cwd=main)
    install(main)
    assert project_of(str(main / "lib" / "src")) == str(main / "lib")
    git("worktree", "add", "-q", str(tmp_path / "wt"), "-b", "other", cwd=main / "lib")
    assert project_of(str(tmp_path / "wt" / "src")) == str(main / "lib")
    assert worktrees(str(main / "lib")) == [str(tmp_path / "wt")]


@needs_git
@pytest.mark.parametrize(("bare", "holder"), [("team.git", "team.git"), ("team/.bare", "team"), ("team/.git", "team")])
def test_without_a_main_tree_the_holder_of_the_repository_is_the_project(
    tmp_path: Path, bare: str, holder: str
) -> None:
    git("clone", "-q", "--bare", str(repository(tmp_path / "origin")), str(tmp_path / bare), cwd=tmp_path)
    if bare == "team/.bare":
        (tmp_path / "team" / ".git").write_text("gitdir: ./.bare\n")
    for name in ("one", "two"):
        git("worktree", "add", "-q", str(tmp_path / "team" / name), "-b", name, cwd=tmp_path / bare)
    install(tmp_path / "team" / "one")
    places = [str(tmp_path / "team" / name) for name in ("one", "two")]
    assert {project_of(f"{place}{below}") for place in places for below in ("", "/src")} == {str(tmp_path / holder)}
    assert project_of(str(tmp_path / holder)) == str(tmp_path / holder)
    assert worktrees(str(tmp_path / holder)) == places
    assert is_reached(str(tmp_path / holder))  # by the hooks in one of them
    shutil.rmtree(tmp_path / "team" / "one")
    assert not is_reached(str(tmp_path / holder))


@needs_git
def test_a_repository_that_lies_elsewhere_belongs_to_its_working_tree(tmp_path: Path) -> None:
    git("init", "-q", f"--separate-git-dir={tmp_path / 'kept.git'}", str(tmp_path / "tree"), cwd=tmp_path)
    (tmp_path / "tree" / "src").mkdir()
    assert project_of(str(tmp_path / "tree" / "src")) == str(tmp_path / "tree")


# Which directory of a repository, and outside of one.


def test_the_nearest_installation_counts_then_the_top_then_the_nearest_archive(tmp_path: Path) -> None:
    top = drawn_repository(tmp_path / "top")
    here = top / "a" / "b" / "c"
    here.mkdir(parents=True)
    assert project_of(str(here)) == str(top)
    keep_archive(top / "a" / "b")
    assert project_of(str(here)) == str(top / "a" / "b")  # nothing above it has anything
    keep_archive(top)
    assert project_of(str(here)) == str(top)  # what lies below is moved in
    install(top / "a", "settings.json")
    assert project_of(str(here)) == str(top / "a")
    assert project_of(str(top)) == str(top)


def test_settings_of_others_make_no_project(tmp_path: Path) -> None:
    top = drawn_repository(tmp_path / "top")
    (top / "a" / ".claude").mkdir(parents=True)
    (top / "a" / ".claude" / "settings.json").write_text('{"hooks": {"Stop": []}, "model": "opus"}')
    (top / "a" / ".claude" / "settings.local.json").mkdir()
    assert project_of(str(top / "a")) == str(top)


def test_outside_of_git_it_is_where_rlm_was_installed_or_the_directory_itself(tmp_path: Path) -> None:
    here = tmp_path / "plain" / "a" / "b"
    here.mkdir(parents=True)
    (tmp_path / "plain" / ".claude").mkdir()
    assert project_of(str(here)) == str(here)
    keep_archive(tmp_path / "plain" / "a")
    assert project_of(str(here)) == str(tmp_path / "plain" / "a")
    install(tmp_path / "plain")
    assert project_of(str(here)) == str(tmp_path / "plain")


def test_the_home_directory_is_a_project_for_itself_alone() -> None:
    home = Path(os.environ["HOME"])
    below = home / "notes"
    below.mkdir()
    install(home, "settings.json")  # what `rlm install --user` writes
    keep_archive(home)
    assert project_of(str(home)) == str(home)
    assert project_of(str(below)) == str(below)
    drawn_repository(home)  # settings files under git
    assert project_of(str(home)) == str(home)
    assert project_of(str(below)) == str(below)


def test_a_worktree_whose_repository_is_gone_is_itself(tmp_path: Path) -> None:
    main = drawn_repository(tmp_path / "main")
    tree = drawn_worktree(main, tmp_path / "wt")
    shutil.rmtree(main)
    assert project_of(str(tree)) == str(tree)


@pytest.mark.parametrize("claim", ["of a worktree", "of its own making"])
def test_a_directory_cannot_name_another_project_for_its_own(tmp_path: Path, claim: str) -> None:
    main = drawn_repository(tmp_path / "main")
    drawn_worktree(main, tmp_path / "wt")
    evil = tmp_path / "downloaded"
    (evil / "kept").mkdir(parents=True)
    (evil / "kept" / "commondir").write_text(f"{main / '.git'}\n")
    (evil / "kept" / "gitdir").write_text(f"{evil / '.git'}\n")
    named = main / ".git" / "worktrees" / "0" if claim == "of a worktree" else evil / "kept"
    (evil / ".git").write_text(f"gitdir: {named}\n")
    assert project_of(str(evil)) == str(evil)


@pytest.mark.parametrize("how", ["absolute", "relative", "bare"])
def test_a_shipped_repository_cannot_name_another_project_for_its_working_tree(tmp_path: Path, how: str) -> None:
    victim = drawn_repository(tmp_path / "victim")
    keep_archive(victim)
    evil = drawn_repository(tmp_path / "evil")
    tree = drawn_worktree(evil, evil / "tree")
    (tree / ".git").write_text("gitdir: ../.git/worktrees/0\n")
    (evil / ".git" / "worktrees" / "0" / "gitdir").write_text("../../../tree/.git\n")
    named = victim if how == "absolute" else "../../victim"
    bare = "\tbare = true\n" if how == "bare" else ""
    (evil / ".git" / "config").write_text(f"[core]\n{bare}\tworktree = {named}\n")
    assert project_of(str(tree)) == str(tree)


def test_a_worktree_that_was_moved_by_hand_is_still_one(tmp_path: Path) -> None:
    main = drawn_repository(tmp_path / "main")
    tree = drawn_worktree(main, tmp_path / "wt").rename(tmp_path / "moved")
    assert project_of(str(tree)) == str(main)


@pytest.mark.parametrize("text", ["", "gitdir:", "gitdir: \n", "nonsense", "gitdir: /nowhere\n"])
def test_a_git_file_that_names_nothing_is_no_worktree(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    (tmp_path / "src").mkdir()
    assert project_of(str(tmp_path / "src")) == str(tmp_path)


# Hooks and commands.


@contextmanager
def standing_in(folder: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def by_hook(folder: str) -> str:
    with patch.dict(os.environ, {"CLAUDE_PROJECT_DIR": folder}):
        return Hook(literal("Stop"), "local", {}).project


def by_payload(folder: str) -> str:
    return Hook(literal("Stop"), "local", {"cwd": folder}).project


def by_command(folder: str) -> str:
    with standing_in(folder):
        return _project(parsed(["status"]))


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """What is made, in order, and below it the directories that are asked about, relative to a fresh directory."""
    paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple)
    kinds = st.sampled_from(["directory", "repository", "worktree", "install", "share", "archive", "link"])
    made = draw(st.lists(st.tuples(kinds, paths), min_size=1, max_size=8))
    return made, [os.path.join(*path) for _, path in made]


def make(base: Path, kind: str, place: Path) -> None:
    repositories = [p.parent for p in base.rglob(".git") if p.is_dir()]
    if kind == "worktree":
        if repositories and not place.exists():
            drawn_worktree(repositories[0], place)
        return
    if kind == "link":
        if not os.path.lexists(place) and place.parent.is_dir():
            place.symlink_to(base / NAMES[0], target_is_directory=True)
        return
    place.mkdir(parents=True, exist_ok=True)
    if kind == "repository" and not (place / ".git").exists():
        drawn_repository(place)
    elif kind in ("install", "share"):
        install(place, "settings.json" if kind == "share" else "settings.local.json")
    elif kind == "archive":
        keep_archive(place)


@given(trees())
def test_hook_and_command_name_the_same_project(
    drawn: tuple[list[tuple[str, tuple[str, ...]]], list[str]],
) -> None:
    made, asked = drawn
    with tempfile.TemporaryDirectory() as folder:
        base = Path(os.path.realpath(folder))
        for kind, path in made:
            try:
                make(base, kind, base.joinpath(*path))
            except FileExistsError:
                continue  # a link that leads nowhere stands in the way
        for each in asked:
            place = str(base / each)
            if not os.path.isdir(place):
                continue
            project = project_of(place)
            assert by_hook(place) == by_payload(place) == by_command(place) == project
            assert project_of(project) == project
            assert lies_within(project, str(base))
            for below in ("new", os.path.join("new", "er")):  # where nothing is, nothing changes but outside of git
                inner = project_of(os.path.join(place, below))
                assert inner in (project, os.path.join(os.path.realpath(place), below))


def test_a_command_in_a_subdirectory_a_link_and_a_worktree_finds_the_archive(place: Place) -> None:
    tree = drawn_worktree(place.project, place.project.parent / "été 1")
    (tree / "src").mkdir()
    (place.project.parent / "link").symlink_to(tree / "src")
    for cwd in (tree, tree / "src", place.project.parent / "link"):
        assert json.loads(place.rlm("status", "--json", cwd=cwd))["project"] == str(place.project)
    assert place.json("status", "--project", str(tree))["project"] == str(place.project)


def test_the_list_says_which_session_worked_in_a_worktree(place: Place) -> None:
    tree = drawn_worktree(place.project, place.project.parent / "wt")
    place.session(talk(Session(), 1))
    other = talk(Session("2f758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f", cwd=str(tree)), 1)
    place.transcripts = place.transcripts.parent / slug(str(tree))
    place.transcripts.mkdir()
    other.write(place.transcripts / f"{other.session}.jsonl")
    place.rlm("archive", "--all")
    rows = {r["session"]: (r["cwd"], r["branch"]) for r in place.json("list")["sessions"]}
    assert rows[other.session] == (str(tree), "main")
    shown = {line.split()[0]: line for line in place.rlm("list").splitlines()}
    assert [f"  in {tree}" in shown[s] for s in sorted(shown)] == [False, True]


def test_what_is_installed_and_not_archived_yet_is_not_told_to_install(place: Place) -> None:
    place.rlm("list", status=1)
    assert "run `rlm install`" in place.said
    install(place.project)
    place.rlm("list", status=1)
    assert "nothing archived yet" in place.said
    assert "begins with your next prompt" in place.said
    assert "rlm install" not in place.said


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
