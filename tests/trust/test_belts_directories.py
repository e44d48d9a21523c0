"""A link in the place of a directory: nothing is read through it, and nothing is written to where it leads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.ground import AGENT, OTHER, SECRET, Ground, as_it_was, assault, build

CHUNK_WORD = "retry"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return build(tmp_path_factory.mktemp("directories"))


@pytest.fixture
def ground(original: Ground) -> Iterator[Ground]:
    with as_it_was(original) as there:
        yield there


def folders(root: Path) -> list[str]:
    """Every directory of an archive, below its root, by a name that holds in each run."""
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_dir())


NAMES = [
    "documents", "documents/PLAN.md-*", "install", "log", "sessions",
    "sessions/*_1f758c24", "sessions/*_1f758c24/agents",
    f"sessions/*_1f758c24/agents/{AGENT}", "sessions/*_1f758c24/blobs", "sessions/*_1f758c24/summaries",
    "sessions/*_99999999", "sessions/*_99999999/blobs", "state", "state/locks", "state/sources", "state/folders",
    "state/ask", "state/ask/runs", "state/anew",
]  # fmt: skip


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_directory_of_the_archive_is_attacked(original: Ground) -> None:
    known = {str(p.relative_to(original.root)) for name in NAMES for p in original.root.glob(name)}
    assert set(folders(original.root)) <= known


@pytest.mark.parametrize("name", NAMES)
def test_a_link_in_the_place_of_a_directory_is_not_followed(ground: Ground, name: str) -> None:
    """What it leads to is a copy of what stood there with a secret in every text: as good as the real thing."""
    place = next(ground.root.glob(name), ground.root / name)
    away = ground.outside / "away"
    if place.is_dir():
        shutil.copytree(place, away)
        shutil.rmtree(place)
    else:
        away.mkdir()
        place.parent.mkdir(parents=True, exist_ok=True)
    for path in away.rglob("*"):
        if path.is_file() and path.suffix in (".md", ".txt"):
            path.write_bytes(path.read_bytes().replace(b"retry", f"retry {SECRET}".encode()))
    (away / "stranger.md").write_text(f"retry {SECRET}\n")
    before = snapshot(away)
    place.symlink_to(away)
    session = Session(OTHER, cwd=str(ground.project), seed="three")
    session.prompt("One more question about the retry limit")
    with open(ground.transcripts / f"{OTHER}.jsonl", "ab") as f:
        f.write(session.data())
    assault(ground)
    assert snapshot(away) == before


@pytest.mark.parametrize("part", [".claude", ".claude/rlm"])
def test_an_archive_that_leads_out_of_the_project_is_not_used(ground: Ground, part: str) -> None:
    place, away = ground.project / part, ground.outside / "away"
    shutil.copytree(place, away)
    shutil.rmtree(place)
    for path in away.rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(b"retry", f"retry {SECRET}".encode()))
    before = snapshot(away)
    place.symlink_to(away)
    said = ground.hook("session-start", source="startup") + ground.hook("stop")
    assert SECRET not in said
    assert str(place) in said
    for command, code, out, err in ground.rlm(["search", "retry"], ["list"], ["peek"], ["show", f"{SESSION[:8]}/1"]):
        assert code != 0, command
        assert SECRET not in out + err
        assert str(place) in err
    ground.quiet()
    assert snapshot(away) == before
