"""An archive of any released version is read, searched and continued by this one, and nothing is lost or doubled.

`tests/fixtures/releases/README.md` tells how each version made its own.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.v0_3_0 import transcripts
from fixtures.v0_3_0.observe import FINE, NEUTRAL, Stage, replaced, unpacked
from kits.checker import lost
from kits.draw import dice
from kits.mutation import TORTURE

RELEASES = Path(__file__).parent.parent / "fixtures" / "releases"
VERSIONS = sorted(
    (path.name.removeprefix("v").removesuffix(".tar.xz") for path in RELEASES.glob("v*.tar.xz")),
    key=lambda version: [int(part) for part in version.split(".")],
)
WITHOUT_DOCUMENTS = "0.1.0"
WAYS = ["command", "hooks"]

pytestmark = pytest.mark.xdist_group("releases")


@pytest.fixture
def left_by(tmp_path: Path) -> Callable[[str], Stage]:
    """A home as a version left it, with the transcripts as they were then."""

    def made(version: str) -> Stage:
        stage = Stage(tmp_path, version, FINE)
        for name, data in unpacked(RELEASES / f"v{version}.tar.xz").items():
            path = stage.home / name
            _private(path.parent, stage.home)
            path.write_bytes(replaced(data, NEUTRAL, stage.home))
            path.chmod(0o600)
        stage.write(transcripts.begun())
        return stage

    return made


def _private(folder: Path, top: Path) -> None:
    """Make a directory and those above it as rlm made them."""
    for each in [p for p in (*reversed(folder.parents), folder) if p.is_relative_to(top) and not p.exists()]:
        each.mkdir(mode=0o700)


CHUNK = re.compile(r"/\d{4,}-[0-9a-f]{8}\.md$")
UUIDS = re.compile(rb'(?:^uuids: |^<!-- rlm: .*?"uuids": ?)(\[.*?\])', re.M)


def uuids(stage: Stage) -> Counter[str]:
    """How often each entry stands in the chunk files, of whichever form."""
    files = stage.files().items()
    chunks = [data for path, data in files if CHUNK.search(path)]
    return Counter(uuid for data in chunks for found in UUIDS.findall(data) for uuid in json.loads(found))


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often each entry stands there when this version archives all."""
    stage = Stage(tmp_path_factory.mktemp("at-once"), "new", FINE)
    stage.take(transcripts.small())
    return uuids(stage)


def test_each_released_version_has_left_an_archive() -> None:
    assert [f"0.{minor}.0" for minor in range(1, 14)] == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_read_before_anything_is_archived(version: str, left_by: Callable[[str], Stage]) -> None:
    stage = left_by(version)
    before = stage.files()
    status, listed = stage.json("list")
    assert status == 0
    said = {re.search(rb'^session: "?([0-9a-f-]+)', data, re.M) for path, data in before.items() if CHUNK.search(path)}
    assert {row["session"] for row in listed["sessions"]} == {found[1].decode() for found in said if found}
    status, found = stage.json("search", "retry")
    assert status == 0
    hit = found["hits"][0]
    shown = stage.rlm("show", f"{hit['chunk']}:{hit['line']}").decode()
    assert any(line and line in shown for line in hit["snippet"].splitlines())
    if version != WITHOUT_DOCUMENTS:
        assert "copper violin" in stage.rlm("search", "copper violin lunar").decode()
    stage.rlm("peek")
    stage.rlm("status")
    assert stage.files() == before


def ways() -> list[tuple[str, str]]:
    """Each version and how it is continued: the last one in both ways, of the others each day one of the two."""
    drawn = [(version, dice("continued", version).sample(WAYS, min(TORTURE, 2))) for version in VERSIONS[:-1]]
    return [(version, way) for version, those in [*drawn, (VERSIONS[-1], WAYS)] for way in those]


@pytest.mark.parametrize(("version", "by"), ways())
def test_it_is_continued(version: str, by: str, left_by: Callable[[str], Stage], at_once: Counter[str]) -> None:
    stage = left_by(version)
    if by == "hooks":
        stage.write(transcripts.small())
        for session in transcripts.SESSIONS:
            assert stage.hook("Stop", session) == ""
        stage.hook("SessionStart", transcripts.ENGLISH, source="resume")
    stage.take(transcripts.small())
    held = uuids(stage)
    assert at_once - held == Counter()
    # A file that no record named yet was archived by itself.
    assert [uuid for uuid in held - at_once if not uuid.startswith("file-")] == []
    report = stage.verified()
    assert report["damaged"] == []
    assert set(report["missing"]) <= {ODD_PREVIEW}
    for path in sorted(stage.client.glob("*.jsonl")):
        assert [said for said in lost(path, stage.archive, secrets=True) if "preview" not in said] == []


def test_an_update_in_place_needs_nobody(left_by: Callable[[str], Stage]) -> None:
    """The first session after an update from any version: not a word to the user, and the session is archived."""
    for version in VERSIONS:
        stage = left_by(version)
        stage.write(transcripts.small())
        assert "systemMessage" not in stage.hook("SessionStart", transcripts.ENGLISH, source="startup"), version
        assert stage.hook("Stop", transcripts.ENGLISH) == "", version
        assert os.path.exists(stage.archive / "state" / "id"), version


ODD_PREVIEW = "c08c0586-001e-4000-8000-00008d48b240"  # its notice quotes what its output, which is archived, has not
