"""What people do to their working trees, with the real client: git's cleaning, stashing and adding, and a purge."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kits.builders import files
from kits.claude.client import Project
from kits.claude.git import git
from kits.claude.mock_api import MockApi
from kits.claude.process import wait_until
from kits.claude.product import CITATION, Product, recall
from kits.claude.replies import say
from kits.needs import missing

from rlm_core.archive.copies.place import copies_at

pytestmark = pytest.mark.skipif(bool(missing("git")), reason="needs git")
TOOLS = ("--allowedTools", "Bash,Skill")


@pytest.fixture
def repository(project: Project) -> Product:
    """A repository with one commit, in which rlm is not installed yet."""
    git(project, "init", "-q")
    (project.path / "README").write_text("mine\n")
    git(project, "add", "README")
    git(project, "commit", "-qm", "first")
    return Product(project)


def truth(top: Path | str) -> dict[str, bytes]:
    return {name: data for name, data in files(top).items() if name.startswith("sessions/")}


def wait_for_copy(product: Product, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second copy, as soon as it holds what the archive does."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(product.project.config))

    def copied() -> bool:
        tops = copies_at(str(product.root))
        return bool(tops) and bool(truth(tops[0])) and truth(tops[0]) == truth(product.root)

    wait_until(copied, "the copy")
    product.project.assert_no_process_left()
    return Path(copies_at(str(product.root))[0])


@pytest.mark.usefixtures("tmux")
def test_git_clean_fdx_is_told_of_at_the_next_start_and_undone(
    repository: Product, mock: MockApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = repository.project
    repository.install("--user")
    mock.script(say("a-willow-answer"))
    project.ask("a-cedar-prompt")
    wait_for_copy(repository, monkeypatch)
    whole = truth(repository.root)
    git(project, "clean", "-qfdx")
    assert not repository.root.exists()
    for transcript in project.transcripts():
        transcript.unlink()  # as the client does after 30 days: the copy is all there is
    with project.terminal() as terminal:
        shown = terminal.wait_for("rlm restore")
        assert "is gone; 1 session is in its second copy" in " ".join(shown.split())
        project.say(terminal, "a-birch-prompt")
        terminal.submit("/exit")  # what the client writes behind its last hook is archived by the session's end
        terminal.ended()
    assert [row["chunks"] for row in repository.report("restore")["sessions"]] == [1]
    assert truth(repository.root).items() >= {n: d for n, d in whole.items() if "INDEX" not in n}.items()
    assert "a-willow-answer" in repository.text()
    assert "a-birch-prompt" in repository.text()
    assert len(repository.sessions()) == 2
    repository.assert_whole()
    assert repository.trouble() == []


def test_after_git_clean_fdx_a_local_installation_is_brought_back_by_two_commands(
    repository: Product, mock: MockApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = repository.project
    repository.install()
    mock.script(say("a-willow-answer"))
    project.ask("a-cedar-prompt")
    wait_for_copy(repository, monkeypatch)
    whole = truth(repository.root)
    git(project, "clean", "-qfdx")
    assert not (project.path / ".claude").exists()
    assert "`rlm restore`" in repository.rlm("search", "cedar").stderr
    repository.install()
    assert repository.report("restore")["damaged"] == []
    assert truth(repository.root) == whole
    mock.script(say("a-spruce-answer"))
    project.ask("a-birch-prompt")
    repository.assert_whole()
    assert repository.trouble() == []


@pytest.mark.parametrize("command", [("stash", "-u"), ("clean", "-qfd"), ("add", "-A")], ids=" ".join)
def test_what_git_sweeps_up_is_not_ours(repository: Product, mock: MockApi, command: tuple[str, ...]) -> None:
    project = repository.project
    repository.install()
    mock.script(say("a-willow-answer about the maple limit"))
    project.ask("a-cedar-prompt")
    (project.path / "draft.txt").write_text("mine\n")
    git(project, *command)
    assert git(project, "diff", "--cached", "--name-only").split() == (["draft.txt"] if "add" in command else [])
    assert (project.path / ".claude" / "skills" / "recall" / "SKILL.md").exists()
    mock.script(*recall("maple limit", "a-willow-answer"))
    found = project.ask("/recall maple limit", *TOOLS)
    assert CITATION.search(str(found["result"])), found
    assert "a-willow-answer" in str(found["result"])
    repository.assert_whole()
    assert repository.trouble() == []
    assert repository.rlm("uninstall").code == 0
    assert b"rlm" not in (project.path / ".git" / "info" / "exclude").read_bytes()


def test_purge_wants_a_yes_and_then_deletes_both(
    repository: Product, mock: MockApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = repository.project
    repository.install()
    mock.script(say("a-willow-answer"))
    project.ask("a-cedar-prompt")
    copy = wait_for_copy(repository, monkeypatch)
    whole = truth(repository.root)
    asked = repository.rlm("uninstall", "--purge")
    assert asked.code == 1
    assert "1 session since 20" in asked.stderr
    assert "none of them nowhere else" in asked.stderr
    for transcript in project.transcripts():
        transcript.unlink()
    assert "1 of them nowhere else" in repository.rlm("uninstall", "--purge").stderr
    assert truth(repository.root) == whole
    assert repository.rlm("uninstall", "--purge", "--yes").code == 0
    assert not repository.root.exists()
    assert not copy.exists()
    mock.script(say("a-spruce-answer"))
    project.ask("a-birch-prompt")
    assert not repository.root.exists()
    assert repository.rlm("restore").code == 1


@pytest.mark.usefixtures("tmux")
def test_a_teammate_without_rlm_is_told_once_and_works_on(repository: Product, mock: MockApi) -> None:
    project = repository.project
    repository.install("--shared")
    folders = [d for d in os.environ["PATH"].split(os.pathsep) if not (Path(d) / "rlm").exists()]
    mock.script(say("a-willow-answer"), say("a-spruce-answer"))
    with project.terminal(PATH=os.pathsep.join(folders)) as terminal:
        terminal.wait_for("does not run here")
        project.say(terminal, "a-cedar-prompt")
        project.say(terminal, "a-birch-prompt")
        terminal.submit("/compact")
        wait_until(lambda: project.hooks("PostCompact"), "the compaction")
        terminal.ready()
        assert terminal.screen().count("does not run here") <= 1
    assert project.hook_trouble() == []
    assert not (repository.root / "sessions").exists()
