"""At home in a repository: what is said in worktrees and subdirectories is kept with the rest, and outlives them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from kits.claude.client import Project
from kits.claude.mock_api import MockApi
from kits.claude.process import finish
from kits.claude.product import Product
from kits.claude.replies import say
from kits.needs import need
from kits.trees import git, repository

from rlm_core.hooks.precedence import LOOKS_UP


@pytest.fixture
def project(project: Project) -> Project:
    """A repository with a commit."""
    need("git")
    repository(project.path)
    return project


def ask(project: Project, where: Path, prompt: str, *args: str) -> str:
    """A headless turn in a directory of the repository; the session's id."""
    command = [str(project.claude), "-p", prompt, "--output-format", "json", *project.debug_log(), *args]
    done = finish(command, where, project.env(), "", 120)
    assert done.stdout, done
    return str(json.loads(done.stdout)["session_id"])


def run_hooks_everywhere(product: Product) -> None:
    """Have hooks run in subdirectories and worktrees, too: with an old client only a user's installation does that."""
    if product.project.version < LOOKS_UP:
        product.install("--user")


def rlm(project: Project, where: Path, *args: str) -> tuple[int, str]:
    """A command where somebody stands, without --project."""
    done = finish([sys.executable, "-m", "rlm_core", *args], where, project.env(), "", 120)
    return done.code, done.stdout


def assert_kept(product: Product, *words: str) -> None:
    """The main tree's archive is whole, holds these words, and no other archive lies below the world's root."""
    product.assert_whole()
    assert [w for w in words if w not in product.text()] == []
    verified = product.report("verify")
    assert (verified["damaged"], product.trouble()) == ([], [])
    assert [p for p in product.project.root.rglob("rlm/sessions") if p.parent != product.root] == []


@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
@pytest.mark.parametrize("where", ["beside", "inside"])
def test_a_worktree_that_git_removes_leaves_its_sessions_in_the_main_tree(
    product: Product, mock: MockApi, where: str, force: bool
) -> None:
    run_hooks_everywhere(product)
    project = product.project
    tree = project.root / "tree été" if where == "beside" else project.path / ".claude" / "worktrees" / "x"
    git("worktree", "add", "-q", str(tree), "-b", "other", cwd=project.path)
    mock.script(say("a-willow-answer"), say("an-oak-answer"))
    first = ask(project, tree, "a-cedar-prompt")
    second = ask(project, tree / "src", "a-birch-prompt")
    if force:
        (tree / "untracked").write_text("text\n")
    git("worktree", "remove", *(["--force"] if force else []), str(tree), cwd=project.path)
    assert not tree.exists()
    assert_kept(product, "a-cedar-prompt", "a-willow-answer", "a-birch-prompt", "an-oak-answer")
    assert set(product.sessions()) == {first, second}
    found = product.report("verify")["transcripts"]  # also of a worktree that is gone
    assert {t["session"] for t in found} == {first, second}


def test_the_clients_own_worktree_is_kept_in_the_main_tree(product: Product, mock: MockApi) -> None:
    project = product.project
    mock.script(say("a-willow-answer"))
    session = ask(project, project.path, "a-cedar-prompt", "--worktree", "quick-fix")
    tree = project.path / ".claude" / "worktrees" / "quick-fix"
    shutil.rmtree(tree, ignore_errors=True)  # as somebody does who tidies up
    git("worktree", "prune", cwd=project.path)
    assert list(product.sessions()) == [session]
    assert_kept(product, "a-cedar-prompt", "a-willow-answer")


def test_from_everywhere_in_the_repository_the_same_is_found(product: Product, mock: MockApi) -> None:
    run_hooks_everywhere(product)
    project = product.project
    git("worktree", "add", "-q", str(project.root / "wt"), "-b", "other", cwd=project.path)
    mock.script(say("a-willow-answer"), say("an-oak-answer"))
    ask(project, project.path / "src" / "deep", "a-cedar-prompt")
    ask(project, project.path, "a-birch-prompt")
    assert_kept(product, "a-cedar-prompt", "a-birch-prompt")
    for place in (project.path, project.path / "src", project.root / "wt", project.root / "wt" / "src" / "deep"):
        for words in ("a-cedar-prompt", "a-birch-prompt"):
            code, found = rlm(project, place, "search", words, "--json")
            assert (code, [words in json.loads(found)["hits"][0]["snippet"]]) == (0, [True])


def test_a_session_of_a_subdirectory_that_ran_no_hooks_is_taken_in_when_all_are(
    product: Product, mock: MockApi
) -> None:
    """With the project's own installation alone, whether the client runs its hooks there or not."""
    project = product.project
    mock.script(say("a-willow-answer"), say("an-oak-answer"))
    ask(project, project.path / "src" / "deep", "a-cedar-prompt")
    ask(project, project.path, "a-birch-prompt")
    if project.version < LOOKS_UP:
        assert "a-cedar-prompt" not in product.text()
        product.report("archive", "--all")
    assert_kept(product, "a-cedar-prompt", "a-willow-answer", "a-birch-prompt")


def test_a_submodule_keeps_its_own(project: Project, mock: MockApi) -> None:
    library = repository(project.root / "library")
    git("submodule", "add", "-q", str(library), "lib", cwd=project.path)
    Product(project).install("--user")
    mock.script(say("one"), say("two"))
    ask(project, project.path, "a-cedar-prompt")
    ask(project, project.path / "lib" / "src", "a-birch-prompt")
    texts = {where: rlm(project, project.path / where, "search", "prompt", "--json")[1] for where in ("", "lib")}
    assert ["a-cedar-prompt" in t for t in texts.values()] == [True, False]
    assert ["a-birch-prompt" in t for t in texts.values()] == [False, True]
    assert (project.path / "lib" / ".claude" / "rlm" / "sessions").is_dir()


def test_worktrees_of_a_bare_repository_have_one_archive_that_outlives_them(project: Project, mock: MockApi) -> None:
    bare = project.root / "team.git"
    git("clone", "-q", "--bare", str(project.path), str(bare), cwd=project.root)
    trees = [project.root / "team" / name for name in ("one", "two")]
    for tree in trees:
        git("worktree", "add", "-q", str(tree), "-b", tree.name, cwd=bare)
    done = finish([sys.executable, "-m", "rlm_core", "install"], trees[0], project.env(), "", 120)  # for this tree
    assert done.code == 0, done
    mock.script(say("one"), say("two"))
    ask(project, trees[0], "a-cedar-prompt")
    checks = {c["name"]: c["ok"] for c in json.loads(rlm(project, trees[0], "doctor", "--json")[1])["checks"]}
    assert checks["hooks (local)"]
    git("worktree", "remove", "--force", str(trees[0]), cwd=bare)
    code, found = rlm(project, trees[1], "search", "a-cedar-prompt", "--json")
    assert code == 0
    assert json.loads(found)["hits"][0]["path"].startswith(str(bare / ".claude" / "rlm"))
    assert json.loads(rlm(project, trees[1], "verify", "--json")[1])["ok"]


def test_without_git_each_directory_is_its_own_unless_rlm_was_installed_above(project: Project, mock: MockApi) -> None:
    plain = project.root / "plain" / "notes"
    plain.mkdir(parents=True)
    Product(project).install("--user")
    mock.script(say("one"))
    ask(project, plain, "a-cedar-prompt")
    assert (plain / ".claude" / "rlm" / "sessions").is_dir()
    code, _ = rlm(project, plain, "search", "a-cedar-prompt")
    assert code == 0


def test_in_the_home_directory_a_users_installation_archives(project: Project, mock: MockApi) -> None:
    done = finish([sys.executable, "-m", "rlm_core", "install", "--user"], project.home, project.env(), "", 120)
    assert done.code == 0, done
    env = {"CLAUDE_CONFIG_DIR": str(project.home / ".claude")}
    shutil.copytree(project.config, project.home / ".claude")  # where it is for most people
    os.unlink(project.config / "settings.json")
    env["PATH"] = os.pathsep.join([str(project.root / "bin"), os.environ["PATH"]])  # so that a team's hooks would run
    (project.root / "bin").mkdir()
    (project.root / "bin" / "rlm").symlink_to(shutil.which("true") or "/bin/true")
    mock.script(say("a-willow-answer"))
    command = [str(project.claude), "-p", "a-cedar-prompt", "--output-format", "json", *project.debug_log()]
    assert finish(command, project.home, project.env(**env), "", 120).code == 0
    command = [sys.executable, "-m", "rlm_core", "search", "a-cedar-prompt", "--json"]
    done = finish(command, project.home, project.env(**env), "", 120)
    assert done.code == 0, done
    assert json.loads(done.stdout)["hits"][0]["path"].startswith(str(project.home / ".claude" / "rlm" / "sessions"))


def test_a_moved_project_goes_on_where_it_was(product: Product, mock: MockApi) -> None:
    project = product.project
    mock.script(say("a-willow-answer"), say("an-oak-answer"))
    before = ask(project, project.path, "Mend the spire")
    moved = project.path.rename(project.root / "moved")
    after = ask(project, moved, "Paint the vault")
    code, listed = rlm(project, moved, "archive", "--all", "--json")
    assert code == 0
    assert {s["session"] for s in json.loads(listed)["sessions"]} == {before, after}
    assert json.loads(rlm(project, moved, "verify", "--json")[1])["ok"]
    (row,) = json.loads((project.config / "rlm" / "projects.json").read_text("utf-8"))["projects"]
    assert (row["path"], row["former"]) == (str(moved), [str(project.root / "project")])


def test_before_anything_is_archived_no_command_says_install(product: Product) -> None:
    for command in (["list"], ["search", "words"], ["show", "r2-000000000000"], ["verify"]):
        done = product.rlm(*command)
        assert done.code == 1
        assert "it begins with your next prompt" in done.stderr
        assert "rlm install" not in done.stderr


def test_an_archive_that_0_4_left_in_a_worktree_comes_home_at_the_next_session(product: Product, mock: MockApi) -> None:
    run_hooks_everywhere(product)
    project = product.project
    mock.script(say("a-willow-answer"), say("an-oak-answer"))
    tree = project.root / "wt"
    git("worktree", "add", "-q", str(tree), "-b", "other", cwd=project.path)
    ask(project, tree, "a-cedar-prompt")
    cited = [p.stem for p in product.root.glob("sessions/*/[0-9]*.md")]
    (tree / ".claude").mkdir(exist_ok=True)
    shutil.move(product.root, tree / ".claude" / "rlm")  # where it lay before
    shutil.rmtree(tree / ".claude" / "rlm" / "install", ignore_errors=True)
    (tree / ".claude" / "rlm" / "state" / "id").unlink()
    ask(project, tree, "a-birch-prompt")
    project.assert_no_process_left()
    assert_kept(product, "a-cedar-prompt", "a-birch-prompt")
    assert cited
    assert [name for name in cited if product.rlm("show", name).code] == []
