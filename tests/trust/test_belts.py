"""Whatever lies in the place of one of our files: no hook and no command hangs, crashes, follows it or prints it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kits.builders import SESSION
from kits.ground import Ground, as_it_was, assault, build
from kits.mutation import TORTURE
from kits.table import sample

HUGE = 200 * 1024 * 1024


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return build(tmp_path_factory.mktemp("belts"))


# What is put in the place of a file.


def fifo(path: Path, ground: Ground) -> None:
    if ".git" in path.parent.parts or path.name == ".git":
        return  # git itself waits for it, until `rlm add` gives it up
    os.mkfifo(path)


def link_outside(path: Path, ground: Ground) -> None:
    path.symlink_to(ground.outside / "secret.md")


def link_to_itself(path: Path, ground: Ground) -> None:
    path.symlink_to(path)


def directory(path: Path, ground: Ground) -> None:
    (path / "inner").mkdir(parents=True)


def empty(path: Path, ground: Ground) -> None:
    path.touch()


def huge(path: Path, ground: Ground) -> None:
    with open(path, "wb") as f:
        f.truncate(HUGE)


def nested(path: Path, ground: Ground) -> None:
    path.write_text("[" * 100_000)


def unreadable(path: Path, ground: Ground) -> None:
    path.write_text("closed")  # which root may read
    path.chmod(0)


KINDS: list[Callable[[Path, Ground], None]] = [
    fifo, link_outside, link_to_itself, directory, empty, huge, nested, unreadable
]  # fmt: skip
GROUPS = 6  # so many runs attack all places together, unless RLM_TORTURE asks for more: then one run a place
BESIDE = (  # files that are not in the archive and that rlm reads
    "project/.claude/rlm.yaml", "project/.claude/settings.json", "project/.claude/settings.local.json",
    "project/.git", "project/.git/HEAD", "project/.git/index", "project/.git/info/exclude",
    "home/.claude/rlm.yaml", "home/.claude/settings.json", "home/.claude/rlm/projects.json",
    "home/.claude/rlm/launch.json", "TRANSCRIPT", "project/docs/PLAN.md",
    "project/.claude/rlm/search.db-journal", "project/.claude/rlm/log/rlm.log.1",
    "project/.claude/rlm/state/hinted.json", "project/.claude/rlm/state/told-SESSION.json",
)  # fmt: skip
MOST_PLACES = 64  # more than there are kinds of files; the rest is skipped
ONE_BY_ONE = TORTURE > 1
ROUGH = re.compile(r"[0-9a-f]{8,}")


def shape(name: str) -> str:
    """A file's kind by its name: which session or chunk it is of does not matter."""
    return ROUGH.sub("N", re.sub(r"\d{4,}", "N", name))


def places(ground: Ground) -> list[str]:
    """One file of each kind that an archive has, and those beside it, relative to the top."""
    files = [p for p in sorted(ground.root.rglob("*")) if not p.is_dir()]
    kinds = {shape(str(p.relative_to(ground.root))): str(p.relative_to(ground.top)) for p in files}
    return [*kinds.values(), *BESIDE]


def chosen(ground: Ground, group: int) -> list[Path]:
    """The places of a group, or the one of this number."""
    transcript = str((ground.transcripts / f"{SESSION}.jsonl").relative_to(ground.top))
    names = [n.replace("TRANSCRIPT", transcript).replace("SESSION", SESSION) for n in places(ground)]
    assert len(names) <= MOST_PLACES
    return [ground.top / n for n in (names[group : group + 1] if ONE_BY_ONE else names[group::GROUPS])]


@pytest.fixture
def ground(original: Ground) -> Iterator[Ground]:
    with as_it_was(original) as there:
        yield there


@pytest.mark.parametrize(
    ("group", "first"), sample(range(MOST_PLACES if ONE_BY_ONE else GROUPS), range(len(KINDS)), times=2)
)
def test_whatever_lies_in_the_place_of_a_file(ground: Ground, group: int, first: int) -> None:
    """Each place of a group has another kind of thing put there, from the kind of this number on."""
    paths = chosen(ground, group)
    if not paths:
        pytest.skip("no such file")
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for n, path in enumerate(paths, first):
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        if path.parent.is_dir():  # else what was put there a moment ago is in its way
            KINDS[n % len(KINDS)](path, ground)
    assault(ground)
    assert len(list(ground.outside.iterdir())) == 1
