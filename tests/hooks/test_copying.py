"""The second copy as hooks see to it: made by what they leave behind, never by themselves; missed when it counts."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from kits.builders import SESSION, files, talk
from kits.hooks import SILENT, Project

from rlm_core.archive.copies.place import copies_at, copies_dir

OTHER = "22222222-new"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def truth(top: str | Path) -> dict[str, bytes]:
    return {name: data for name, data in files(top).items() if name.startswith("sessions/")}


def copied(project: Project) -> dict[str, bytes]:
    return {name: data for top in copies_at(str(project.root)) for name, data in truth(top).items()}


def test_what_a_turn_archives_is_copied_by_the_process_it_leaves_behind(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    project.wait(lambda: copied(project) == truth(project.root), "the copy")
    project.wait_for_quiet()
    assert "copy linked=" in project.log()


def test_a_session_that_ends_has_its_open_chunk_copied(project: Project) -> None:
    session = talk(project.session(), 2)
    project.write(session)
    project.hook("Stop")
    project.wait_for_quiet()
    session.prompt("one more word, in the same chunk")
    project.write(session)
    project.hook("SessionEnd")
    project.wait(lambda: copied(project) == truth(project.root), "the copy")
    assert b"one more word" in b"".join(copied(project).values())
    project.wait_for_quiet()


def test_a_session_that_ends_with_all_copied_starts_no_process(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    project.wait_for_quiet()
    time.sleep(0.1)
    project.hook("SessionEnd")
    project.wait_for_quiet()
    project.hook("SessionEnd")
    assert project.log().splitlines()[-1].count(" copy") == 0


def test_copies_false_starts_nothing(project: Project) -> None:
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("copies: false\n")
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    project.hook("SessionEnd")
    project.wait_for_quiet()
    assert truth(project.root)
    assert not Path(copies_dir()).exists()


def test_the_sweep_copies_what_it_archives(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("SessionStart", OTHER, source="startup")
    project.wait(lambda: bool(copied(project)) and copied(project) == truth(project.root), "the copy")
    project.wait_for_quiet()


def test_a_vanished_archive_is_told_of_at_the_next_start_and_once(project: Project) -> None:
    project.write(talk(project.session(), 2))
    project.hook("Stop")
    project.wait_for_quiet()
    shutil.rmtree(project.path / ".claude")
    told = project.hook("SessionStart", OTHER, source="startup").message
    assert "\n" not in told
    assert f"the archive {project.root} is gone; 1 session is in its second copy: `rlm restore`" in told
    project.wait_for_quiet()  # a sweep has begun another archive
    assert project.hook("SessionStart", OTHER, source="startup").message == ""
    project.wait_for_quiet()


def test_a_first_session_hears_nothing_of_a_copy(project: Project) -> None:
    assert project.hook("SessionStart", OTHER, source="startup").text == ""


@pytest.mark.parametrize("event", SILENT)
def test_an_unusable_place_for_the_copy_keeps_no_hook_from_its_work(project: Project, event: str) -> None:
    Path(copies_dir()).parent.mkdir(parents=True, exist_ok=True)
    Path(copies_dir()).write_text("in the way")
    project.write(talk(project.session(), 2))
    assert project.hook(event, agent_type="x", compact_summary="s", trigger="auto").text == ""
    project.wait_for_quiet()
    assert SESSION[:8] in "".join(truth(project.root))
    assert "copy FAILED" in project.log()
