"""What a local install has git ignore: found without a process, heeded by git, taken out to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.install import World, kinds, notes, world

from rlm_core.git.block import with_block, without
from rlm_core.install.git.exclude import repository_of

__all__ = ["world"]  # a fixture
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


def git(folder: Path, *args: str) -> str:
    """What a git command prints; it must end well."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    who = ["-c", "user.name=Jo", "-c", "user.email=jo@example.com", "-c", "protocol.file.allow=always"]
    done = subprocess.run(
        ["git", *who, *args], cwd=folder, env={**plain, "GIT_CONFIG_NOSYSTEM": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder: Path) -> Path:
    """A repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    (folder / "README").write_text("mine\n")
    git(folder, "add", "README")
    git(folder, "commit", "-qm", "first")
    return folder


def written(world: World) -> dict[str, bytes]:
    claude = world.project / ".claude"
    return {str(p.relative_to(claude)): p.read_bytes() for p in claude.rglob("*") if p.is_file()}


@needs_git
def test_git_leaves_our_files_alone(world: World) -> None:
    repository(world.project)
    world.install()
    before = written(world)
    assert {"settings.local.json", "skills/recall/SKILL.md", "agents/reader.md"} <= before.keys()
    assert git(world.project, "status", "--porcelain", "-uall") == ""
    git(world.project, "add", "-A")
    assert git(world.project, "diff", "--cached", "--name-only") == ""
    (world.project / "mine.txt").write_text("of mine")
    git(world.project, "stash", "-u")
    assert not (world.project / "mine.txt").exists()
    assert written(world) == before
    git(world.project, "stash", "pop")
    git(world.project, "clean", "-qfd")
    assert not (world.project / "mine.txt").exists()
    assert written(world) == before


@needs_git
def test_files_of_others_beside_ours_are_not_ignored(world: World) -> None:
    repository(world.project)
    world.install()
    for name in ("skills/theirs/SKILL.md", "agents/theirs.md", "settings.json"):
        path = world.project / ".claude" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    seen = git(world.project, "status", "--porcelain", "-uall").split()[1::2]
    assert sorted(seen) == [".claude/agents/theirs.md", ".claude/settings.json", ".claude/skills/theirs/SKILL.md"]


@needs_git
def test_what_a_team_commits_is_not_ignored(world: World) -> None:
    repository(world.project)
    world.install("local")
    world.install("shared")
    seen = git(world.project, "status", "--porcelain", "-uall").split()[1::2]
    assert ".claude/settings.json" in seen
    assert ".claude/skills/recall/SKILL.md" in seen
    assert not [name for name in seen if "local" in name or "/rlm/" in name]
    world.uninstall("shared")
    assert git(world.project, "status", "--porcelain", "-uall") == ""


@needs_git
@pytest.mark.parametrize("where", ["worktree", "below", "submodule", "bare", "inside [a] *dir"])
def test_the_repository_is_found_wherever_its_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    main = repository(tmp_path / "a repository")
    place, inside = main, main
    if where == "worktree":
        place = inside = tmp_path / "tree"
        git(main, "worktree", "add", "-q", str(place))
    elif where == "below":
        place = inside = main / ".claude" / "worktrees" / "x"
        git(main, "worktree", "add", "-q", str(place))
    elif where == "submodule":
        git(main, "submodule", "add", "-q", str(repository(tmp_path / "other")), "sub")
        place = inside = main / "sub"
    elif where == "bare":
        git(tmp_path, "clone", "-q", "--bare", str(main), "bare.git")
        place = inside = tmp_path / "tree"
        git(tmp_path / "bare.git", "worktree", "add", "-q", str(place))
    else:
        inside = main / "été [a] *dir"
        inside.mkdir()
    found = repository_of(inside)
    assert found is not None
    assert found.top == place
    assert found.exclude == Path(
        os.path.realpath(place / git(place, "rev-parse", "--git-path", "info/exclude").strip())
    )
    made = World(tmp_path / "machine")
    made.project = inside
    made.install()
    assert git(inside, "status", "--porcelain", "-uall", "--ignore-submodules") in ("", "A  .gitmodules\nA  sub\n")
    made.uninstall()
    assert b"rlm" not in found.exclude.read_bytes()


@needs_git
def test_uninstall_gives_the_file_back_to_the_byte(world: World) -> None:
    exclude = repository(world.project) / ".git" / "info" / "exclude"
    for text in (b"", b"*.log", b"*.log\n", b"a\r\nb", None):
        exclude.unlink(missing_ok=True)
        if text is not None:
            exclude.write_bytes(text)
        world.install()
        assert exclude.read_bytes() != text
        assert world.install().changes is False
        world.uninstall()
        assert (exclude.read_bytes() if exclude.exists() else None) == text


@needs_git
def test_lines_that_were_added_meanwhile_stay(world: World) -> None:
    exclude = repository(world.project) / ".git" / "info" / "exclude"
    exclude.write_bytes(b"before")
    world.install()
    exclude.write_bytes(b"first\n" + exclude.read_bytes() + b"behind\n")
    world.uninstall()
    assert exclude.read_bytes() == b"first\nbefore\nbehind\n"


def test_outside_of_git_nothing_is_written(world: World) -> None:
    before = world.tree()
    assert "write-file" in kinds(world.install())
    assert not [name for name in world.tree() if "exclude" in name]
    world.uninstall()
    assert world.tree() == before


@needs_git
def test_a_git_folder_that_cannot_be_written_is_told_and_no_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exclude = repository(world.project) / ".git" / "info" / "exclude"
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: real(path, mode) and ".git" not in Path(os.path.join(path)).parts[-3:]
    )
    text = exclude.read_bytes()
    plan = world.install()
    assert "git is not told to leave our files alone" in notes(plan)
    assert exclude.read_bytes() == text
    assert world.settings().exists()


@pytest.mark.parametrize("text", ["", "gitdir: \n", "gitdir: nowhere\n", "something else"])
def test_a_broken_git_file_is_no_repository(tmp_path: Path, text: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".git").write_text(text)
    assert repository_of(tmp_path / "project") is None


PLACES = st.sampled_from([".", "pkg", "pkg/été [x]", "pkg2"])
LINES = st.lists(st.sampled_from([b"/.claude/rlm/", b"/.claude/skills/recall/", b"/pkg/.claude/rlm/"]), max_size=3)


@given(before=st.none() | st.binary(max_size=40), place=PLACES, lines=LINES, others=st.lists(PLACES, max_size=3))
def test_blocks_come_and_go_without_a_trace(
    before: bytes | None, place: str, lines: list[bytes], others: list[str]
) -> None:
    data = before
    for other in others:
        if other != place:
            data = with_block(data, other, [b"/x"])
    once = with_block(data, place, lines)
    assert with_block(once, place, lines) == once
    assert without(once, place) == (data or b"")
    assert without(without(once, place), place) == (data or b"")


@needs_git
def test_a_shared_install_says_what_to_commit_in_a_command_that_does_it(world: World) -> None:
    repository(world.project)
    told = notes(world.install("shared"))
    command = next(line for line in told.splitlines() if line.startswith("to commit")).partition(": ")[2]
    subprocess.run(command, shell=True, check=True)
    staged = set(git(world.project, "diff", "--cached", "--name-only").split())
    assert staged == set(git(world.project, "ls-files").split()) - {"README"}
    assert git(world.project, "status", "--porcelain", "-uall", "--", ".claude").count("??") == 0
    assert ".claude/settings.json" in staged
    assert "pip install rlm-recall" in told
    assert "to commit" not in notes(world.install("local"))
