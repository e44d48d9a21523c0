"""What hooks say of a repository's settings: once at each start of a session, and never of a compaction."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kits.builders import talk
from kits.hooks import Project
from kits.paths import ROOT

EVERY = ["Stop", "StopFailure", "SubagentStop", "UserPromptSubmit", "PreCompact", "PostCompact", "SessionEnd"]
LOOSENS = "redact: {enabled: false}\nask: {max_usd: 0}\nthreshold: 0.5\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    (made.path / ".claude").mkdir()
    return made


def rlm(project: Project, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "rlm_core", *args],
        capture_output=True,
        text=True,
        cwd=project.path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("source", ["startup", "resume", "clear", "fork"])
def test_a_start_names_what_is_ignored_and_says_what_to_do(project: Project, source: str) -> None:
    (project.path / ".claude" / "rlm.yaml").write_text(LOOSENS)
    project.write(talk(project.session(), 3))
    for _ in range(2):
        said = project.hook("SessionStart", source=source).message
        assert "redact.enabled, ask.max_usd" in said
        assert "threshold" not in said
        assert "`rlm trust`" in said
        assert len([line for line in said.split("\n") if "rlm trust" in line]) == 1
    project.wait_for_quiet()


def test_nothing_else_speaks_of_it(project: Project) -> None:
    (project.path / ".claude" / "rlm.yaml").write_text(LOOSENS)
    project.write(talk(project.session(), 3))
    assert "rlm trust" not in project.hook("SessionStart", source="compact").text
    for event in EVERY:
        assert "rlm trust" not in project.hook(event, agent_type="x", agent_id="a", prompt="hello").text
    project.wait_for_quiet()


def test_after_rlm_trust_it_is_obeyed_and_quiet_until_the_file_changes(project: Project) -> None:
    file = project.path / ".claude" / "rlm.yaml"
    file.write_text("hints: true\n")
    project.write(talk(project.session(), 3))
    rlm(project, "trust")
    assert "rlm trust" not in project.hook("SessionStart", source="startup").text
    file.write_text("hints: true\nredact: {enabled: false}\n")
    assert "hints, redact.enabled" in project.hook("SessionStart", source="startup").message
    project.wait_for_quiet()


def test_a_repository_that_switches_redaction_off_switches_nothing_off(project: Project) -> None:
    (project.path / ".claude" / "rlm.yaml").write_text("redact: {enabled: false, skip: [github]}\n")
    session = project.session()
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    session.prompt(f"the token is {secret}")
    session.says("Noted.")
    project.write(session)
    project.hook("Stop")
    files = [p for p in project.root.rglob("*") if p.is_file()]
    assert any(b"the token is" in p.read_bytes() for p in files)
    assert not [p for p in files if secret.encode() in p.read_bytes()]
    project.wait_for_quiet()


@pytest.mark.parametrize("form", ["user", "plugin"])
def test_a_repository_that_has_nothing_archived_is_told_to_the_user_of_all_projects_hooks(
    project: Project, form: str
) -> None:
    """What a team's file switches off in one project, the user may have counted on."""
    file = project.path / ".claude" / "rlm.yaml"
    file.write_text("enabled: false\n")
    project.write(talk(project.session(), 3))
    said = project.hook("SessionStart", source="startup", form=form).message
    assert "nothing of this session is archived" in said
    assert str(file) in said
    assert project.hook("SessionStart", source="compact", form=form).text == ""
    for event in EVERY:
        assert project.hook(event, form=form, agent_type="x", agent_id="a").text == ""
    assert not project.root.exists()
    rlm(project, "trust")
    assert project.hook("SessionStart", source="startup", form=form).text == ""


def test_what_the_user_has_switched_off_is_not_told(project: Project) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "rlm.yaml").write_text("enabled: false\n")
    (project.path / ".claude" / "rlm.yaml").write_text("enabled: false\n")
    assert project.hook("SessionStart", source="startup", form="user").text == ""


def test_a_pipe_as_settings_holds_up_no_hook(project: Project) -> None:
    os.mkfifo(project.path / ".claude" / "rlm.yaml")
    project.write(talk(project.session(), 3))
    assert "rlm.yaml" in project.hook("SessionStart", source="startup").message
    assert project.hook("Stop").text == ""
    assert list((project.root / "sessions").iterdir())
    project.wait_for_quiet()
