"""What crashed sessions left behind: found, told apart by project, archived once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import Session, archive, files, rich, talk

from rlm_core.archive.proof.verify import Verifier
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take_all
from rlm_core.hooks import sweep as sweeping
from rlm_core.hooks.sweep import sweep
from rlm_core.lock import Lock
from rlm_core.transcript.locate import project_sources, working_directory
from rlm_core.transcript.source import Source


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "transcripts"
    made.mkdir()
    return made


@pytest.fixture
def kept(project: Path) -> Archive:
    made = archive(project)
    made.prepare()
    return made


def session(folder: Path, name: str, cwd: Path | str, turns: int = 2) -> Source:
    return talk(Session(name, cwd=str(cwd)), turns).write(folder / f"{name}.jsonl")


def names(found: Iterator[Source]) -> list[str]:
    return [s.session for s in found]


def test_transcripts_are_told_apart_by_the_directory_they_began_in(project: Path, folder: Path) -> None:
    (project / "sub").mkdir()
    session(folder, "mine", project)
    session(folder, "below", project / "sub")
    session(folder, "beside", f"{project}-2")
    session(folder, "above", project.parent)
    (folder / "empty.jsonl").touch()
    (folder / "notes.txt").write_text("{}")
    (folder / "folder.jsonl").mkdir()
    assert sorted(names(project_sources(str(project), str(folder)))) == ["below", "empty", "mine"]


def test_a_project_behind_a_link_is_the_same(project: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    session(folder, "mine", tmp_path / "link")
    assert names(project_sources(str(project), str(folder))) == ["mine"]


def test_the_oldest_comes_first(project: Path, folder: Path) -> None:
    for n, name in enumerate(["c", "a", "b"]):
        os.utime(session(folder, name, project).path, (n + 1, n + 1))
    assert names(project_sources(str(project), str(folder))) == ["c", "a", "b"]


def test_a_missing_folder_holds_nothing(project: Path, folder: Path) -> None:
    assert names(project_sources(str(project), str(folder / "none"))) == []


@pytest.mark.parametrize("lines", [[], [b"\n"], [b"{broken\n"] * 60, [b'{"cwd": 5}\n'], [b"\0" * 100]])
def test_a_transcript_that_does_not_say_where_it_began_counts(folder: Path, lines: list[bytes]) -> None:
    path = folder / "x.jsonl"
    path.write_bytes(b"".join(lines))
    assert working_directory(str(path)) == ""


def test_everything_left_behind_is_archived_with_its_sub_agents(project: Path, folder: Path, kept: Archive) -> None:
    made = rich()
    made.cwd = str(project)
    for item in made.items:
        if isinstance(item, dict):
            item.update({"cwd": str(project)} if "cwd" in item else {})
    source = made.write(folder / f"{made.session}.jsonl")
    agent = talk(Session(agent="a1", cwd=str(project), seed="a"), 2)
    agent.write(folder / made.session / "subagents" / "agent-a1.jsonl")
    other = session(folder, "other", project)
    words = sweep(kept, str(project), str(folder))
    assert words == f"entries+{len(made.uuids()) + 8 + 8}"
    for found in (source, *source.agents(), other):
        assert Verifier(kept).verify(found).missing == []


def test_what_is_archived_is_not_read_again(project: Path, folder: Path, kept: Archive) -> None:
    session(folder, "one", project)
    sweep(kept, str(project), str(folder))
    before = files(kept.root)
    state = Path(kept.path("state", "sources", "one.json")).stat().st_mtime_ns
    assert sweep(kept, str(project), str(folder)) == "entries+0"
    assert files(kept.root) == before
    assert Path(kept.path("state", "sources", "one.json")).stat().st_mtime_ns == state


def test_a_session_that_is_being_archived_is_left_to_who_is_at_it(project: Path, folder: Path, kept: Archive) -> None:
    busy, free = session(folder, "busy", project), session(folder, "free", project)
    with pytest.MonkeyPatch.context() as patch, Lock(kept.path("state", "locks", "busy.lock"), 1):
        patch.setattr(sweeping, "take_all", lambda archive, source, wait: take_all(archive, source, wait=0.01))
        assert sweep(kept, str(project), str(folder)) == "entries+8"
    assert Verifier(kept).verify(free).missing == []
    assert Verifier(kept).verify(busy).missing != []


def test_one_that_cannot_be_archived_does_not_keep_the_others_back(project: Path, folder: Path, kept: Archive) -> None:
    session(folder, "bad", project)
    Path(kept.path("state", "sources", "bad.json")).mkdir()
    good = session(folder, "good", project)
    assert sweep(kept, str(project), str(folder)) == "entries+8 failed=1"
    assert Verifier(kept).verify(good).missing == []


def test_two_sweeps_at_once_are_one(
    project: Path, folder: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(folder, "one", project)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(sweeping, "PATIENCE_SECONDS", 0.05)
    try:
        with Lock(kept.path("state", "sweep.lock"), 1):
            sweeping.main([str(project), str(folder)])
        assert list(kept.metas()) == []
        sweeping.main([str(project), str(folder)])
        assert len(list(kept.metas())) > 0
    finally:
        signal.alarm(0)


def test_the_session_that_asks_is_archived_wherever_it_began(project: Path, folder: Path, kept: Archive) -> None:
    asking = session(folder, "asking", project.parent / "a-worktree-elsewhere")
    other = session(folder, "other", project.parent / "a-worktree-elsewhere")
    assert sweep(kept, str(project), str(folder), asking.path) == "entries+8"
    assert Verifier(kept).verify(asking).missing == []
    assert Verifier(kept).verify(other).missing != []
    assert sweep(kept, str(project), str(folder), str(folder / "gone.jsonl")) == "entries+0"


def test_after_a_sweep_the_index_is_brought_up_to_date(
    project: Path, folder: Path, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(folder, "one", project)
    asked: list[str] = []
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(sweeping, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(sweeping, "index_detached", asked.append)
    try:
        with Lock(kept.path("state", "sweep.lock"), 1):
            sweeping.main([str(project), str(folder)])
        assert asked == []  # who is at it sees to that too
        sweeping.main([str(project), str(folder)])
        assert asked == [str(project)]
    finally:
        signal.alarm(0)
