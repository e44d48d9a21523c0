"""Sessions in worktrees, in subdirectories and in the home directory: their hooks keep them where the rest is."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, small, talk
from kits.hooks import Project
from kits.trees import drawn_repository, drawn_worktree

from rlm_core import registry
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.take import take_all
from rlm_core.hooks import precedence
from rlm_core.install import Environment
from rlm_core.install.handlers import handler
from rlm_core.reach import slug
from rlm_core.transcript.source import Source


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    drawn_repository(made.path)
    return made


def begin(project: Project, where: Path, session: str = SESSION) -> Source:
    """A session that began elsewhere in the repository; hooks run for it from here on."""
    where.mkdir(parents=True, exist_ok=True)
    project.transcripts = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / slug(str(where))
    project.transcripts.mkdir(parents=True, exist_ok=True)
    project.env["CLAUDE_PROJECT_DIR"] = str(where)
    return project.write(talk(Session(session, cwd=str(where)), 3))


def test_a_session_in_a_subdirectory_is_kept_where_the_rest_is(project: Project) -> None:
    source = begin(project, project.path / "src" / "deep")
    project.hook("Stop")
    assert Verifier(project.archive).verify(source).ok
    assert not (project.path / "src" / ".claude").exists()
    assert not (project.path / "src" / "deep" / ".claude").exists()


@pytest.mark.parametrize("where", ["wt", "project/.claude/worktrees/x"])
def test_what_was_said_in_a_worktree_outlives_it(project: Project, where: str, tmp_path: Path) -> None:
    tree = drawn_worktree(project.path, tmp_path / where)
    source = begin(project, tree / "src")
    project.hook("SessionStart", source="startup")
    project.hook("Stop")
    project.hook("SessionStart", source="resume")  # from here on the list knows the worktree
    assert list(tree.rglob("rlm")) == []
    shutil.rmtree(tree)
    shutil.rmtree(project.path / ".git" / "worktrees")
    talk(Session(cwd=str(tree / "src")), 4).write(source.path)
    project.hook("SessionEnd", reason="other")  # as when the client removes the tree and then ends
    assert Verifier(project.archive).verify(source).ok
    assert damaged(project.archive) == []
    project.wait_for_quiet()


def test_a_sweep_takes_what_was_left_behind_in_worktrees_and_subdirectories(project: Project, tmp_path: Path) -> None:
    tree = drawn_worktree(project.path, tmp_path / "wt")
    lost = [begin(project, place, f"session-{n}") for n, place in enumerate([tree, project.path / "src"])]
    begin(project, project.path)
    project.hook("Stop")
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries+" in project.log(), "no sweep")
    project.wait_for_quiet()
    assert all(Verifier(project.archive).verify(s).ok for s in lost)


def test_a_session_of_a_subdirectory_is_found_where_no_sweep_has_run(project: Project) -> None:
    lost = begin(project, project.path / "src", "session-below")
    begin(project, project.path)
    project.hook("Stop")
    assert not (project.root / "state" / "swept").exists()
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries+" in project.log(), "no sweep")
    project.wait_for_quiet()
    assert Verifier(project.archive).verify(lost).ok
    project.hook("SessionStart", source="startup")
    assert project.log().count("sweep entries+") == 1


def test_a_sweep_that_was_long_ago_is_due_whatever_else_has_changed(project: Project) -> None:
    begin(project, project.path)
    project.hook("Stop")
    project.hook("SessionStart", source="startup")
    assert "sweep" not in project.log()
    swept = project.root / "state" / "swept"
    swept.touch()
    project.hook("SessionStart", source="startup")
    assert "sweep" not in project.log()
    yesterday = swept.stat().st_mtime - 90_000
    os.utime(swept, (yesterday, yesterday))
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "sweep entries+0" in project.log(), "no sweep")
    project.wait_for_quiet()


def test_an_archive_of_an_earlier_version_is_moved_in_when_a_session_starts_beside_it(
    project: Project, tmp_path: Path
) -> None:
    tree = drawn_worktree(project.path, tmp_path / "wt")
    source = begin(project, tree)
    take_all(archive(tree, small()), source)
    project.hook("SessionStart", source="startup")
    project.wait(lambda: "adopted 1 sessions" in project.log(), "nothing was moved in")
    project.wait_for_quiet()
    assert not (tree / ".claude" / "rlm").exists()
    assert Verifier(project.archive).verify(source).ok
    assert damaged(project.archive) == []
    project.hook("Stop")  # nothing is new
    assert len(os.listdir(project.archive.path("sessions"))) == 1


def test_a_start_notes_where_the_project_is_and_its_worktree(project: Project, tmp_path: Path) -> None:
    tree = drawn_worktree(project.path, tmp_path / "wt")
    begin(project, tree / "src")
    project.hook("Stop")
    project.hook("SessionStart", source="startup")
    (row,) = registry.entries()
    assert (row["path"], row["worktrees"]) == (str(project.path), [str(tree)])
    project.wait_for_quiet()


def test_after_a_move_the_next_session_is_told_of_the_last_one(project: Project, tmp_path: Path) -> None:
    made = Session(cwd=str(project.path))
    made.prompt("Mend the spire of the cathedral")
    made.says("It stands.")
    project.write(made)
    project.hook("Stop")
    project.path = project.path.rename(tmp_path / "moved")
    project.root = project.path / ".claude" / "rlm"
    begin(project, project.path, "session-after")
    told = project.hook("SessionStart", "session-after", source="startup").context
    assert "spire" in told
    assert registry.entries()[0]["former"] == [str(tmp_path / "project")]
    newer = Session("session-newer", cwd=str(project.path))
    newer.prompt("Paint the vault")
    newer.says("It is blue.")
    project.write(newer)
    project.hook("Stop", "session-newer")
    told = project.hook("SessionStart", "session-last", source="startup").context
    assert "vault" in told
    assert "spire" not in told
    project.wait_for_quiet()


# Which installation answers.


def written(folder: Path, name: str, scope: str) -> None:
    """The hooks that `rlm install` writes."""
    import json

    folder.mkdir(parents=True, exist_ok=True)
    made = handler("Stop", scope, Environment.current())  # type: ignore[arg-type]
    launcher = Path(str(made["command"]))
    if launcher.is_absolute() and not launcher.exists():  # as `rlm install` would put it there
        launcher.parent.mkdir(parents=True, exist_ok=True)
        launcher.write_text("#!/bin/sh\n")
        launcher.chmod(0o755)
    hooks = {"Stop": [{"hooks": [made]}]}
    (folder / name).write_text(json.dumps({"hooks": hooks}))


@pytest.fixture
def with_rlm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where `rlm` is on PATH, as the team's hooks need it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "rlm").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "rlm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("with_rlm")
def test_in_the_home_directory_the_users_installation_answers(project: Project) -> None:
    home = Path(os.environ["HOME"])
    written(home / ".claude", "settings.json", "user")
    assert not precedence.stands_aside("user", "Stop", str(home))
    written(home / ".claude", "settings.json", "shared")  # as if a team's command stood in the user's own file
    assert not precedence.stands_aside("user", "Stop", str(home))
    assert precedence.settings_file("shared", str(home)) == ""
    source = begin(project, home)
    project.hook("Stop", form="user")
    kept = archive(home, small())
    assert Verifier(kept).verify(source).ok


def test_the_client_reads_local_hooks_of_the_main_trees_top_from_everywhere(project: Project, tmp_path: Path) -> None:
    tree = drawn_worktree(project.path, tmp_path / "wt")
    written(project.path / ".claude", "settings.local.json", "local")
    for start in (project.path, project.path / "src", tree, tree / "src"):
        assert precedence.stands_aside("user", "Stop", str(start))
    assert not precedence.stands_aside("user", "Stop", str(tmp_path))


@pytest.mark.parametrize(
    ("told", "aside"),
    [
        ("claude-code_2-1-197_harness", False),
        ("claude-code_2-1-211_harness", False),
        ("claude-code_2-1-212_harness", True),
        ("claude-code_3-0-0_harness", True),
        ("claude-code_2-x_harness", True),
        ("another", True),
        ("", True),
    ],
)
def test_the_users_hooks_stand_aside_below_the_top_only_for_those_that_the_client_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch, told: str, aside: bool
) -> None:
    monkeypatch.setenv("AI_AGENT", told)
    written(project.path / ".claude", "settings.local.json", "local")
    assert precedence.stands_aside("user", "Stop", str(project.path))
    assert precedence.stands_aside("user", "Stop", str(project.path / "src")) is aside


@pytest.mark.usefixtures("with_rlm")
def test_a_teams_hooks_count_where_the_client_reads_them_alone(project: Project) -> None:
    written(project.path / ".claude", "settings.json", "shared")
    assert precedence.stands_aside("user", "Stop", str(project.path))
    assert not precedence.stands_aside("user", "Stop", str(project.path / "src"))


IDLE: dict[str, dict[str, object]] = {
    "for another event": {"command": "rlm hook post-compact shared"},
    "for another scope": {"command": "rlm hook stop nobody"},
    "reads nothing": {"command": "rlm hook stop shared </dev/null"},
    "ends at once": {"timeout": 0.001},
    "under a condition": {"if": "Bash(never)"},
    "is no command": {"type": "prompt"},
    "launched for another event": {"command": "/bin/rlm/launch", "args": ["session-end", "shared", "k"]},
    "with a matcher": {},
}


@pytest.mark.usefixtures("with_rlm")
@pytest.mark.parametrize("how", IDLE)
def test_a_repositorys_hooks_that_never_run_do_not_silence_the_users(project: Project, how: str) -> None:
    made = {"type": "command", "command": "rlm hook stop shared || exit 0", "timeout": 20} | IDLE[how]
    group = {"hooks": [made]} | ({"matcher": "never"} if how == "with a matcher" else {})
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "settings.json").write_text(json.dumps({"hooks": {"Stop": [group]}}))
    assert not precedence.stands_aside("user", "Stop", str(project.path))
