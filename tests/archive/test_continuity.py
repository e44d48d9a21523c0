"""Nothing changes for whoever has an archive of 0.3.0: the same files, the same hits, the same answers.

What is expected was made by 0.3.0 itself; `tests/fixtures/v0_3_0/README.md` tells how. The code under test is used from
outside alone, through the command line, the hooks and the files of an archive, so that its modules may move.
"""

from __future__ import annotations

import json
import lzma
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from fixtures.v0_3_0 import answers, searches, transcripts
from fixtures.v0_3_0.observe import FINE, HERE, Stage, digest, known_part, unpacked, unscored
from kits.paths import ROOT

SETTINGS = {"default": "", "fine": FINE}
LARGE_NAME = f"{transcripts.LARGE}.jsonl"
REAL = Path(os.environ.get("RLM_TRANSCRIPTS") or ROOT.parent / "shared" / "data" / "transcripts")
SHOWN = 5  # differences that a failure tells in full

small_group = pytest.mark.xdist_group("continuity of the small archive")
large_group = pytest.mark.xdist_group("continuity of the large archive")


def load(name: str) -> Any:
    """An expected result that is kept as JSON."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def expected_small(name: str) -> dict[str, bytes]:
    """The files that 0.3.0 made of the small set."""
    found = unpacked(HERE / "small.tar.xz")
    return {path.removeprefix(f"{name}/"): data for path, data in found.items() if path.startswith(f"{name}/")}


def expected_large(name: str) -> dict[str, str]:
    """Digests of the files that 0.3.0 made of the large transcript."""
    return dict(json.loads(lzma.decompress((HERE / "large.json.xz").read_bytes()))[name])


def assert_same_files(found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> None:
    """The same names with the same bytes; a failure shows the first file's lines."""
    for path in sorted(found.keys() & expected.keys()):
        if found[path] != expected[path]:
            assert _lines(found[path]) == _lines(expected[path]), path
    assert sorted(found) == sorted(expected)
    assert found == expected


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "backslashreplace").split("\n")


def assert_same_digests(found: Mapping[str, bytes], expected: Mapping[str, str]) -> None:
    """The same for files of which only digests are kept."""
    assert sorted(found) == sorted(expected)
    assert [path for path in sorted(found) if digest(found[path])[:24] != expected[path]] == []


@pytest.fixture(scope="module")
def make_stage(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Stage]:
    """Makes an empty project; the name tells stages apart."""
    base = tmp_path_factory.mktemp("c")

    def made(name: str, settings: str = "") -> Stage:
        number = len(list(base.iterdir()))
        return Stage(base, f"{number}-{name}", settings)

    return made


@pytest.fixture(scope="module")
def small(make_stage: Callable[..., Stage]) -> Stage:
    """The small set, archived by the code under test. Tests only read it."""
    stage = make_stage("small")
    stage.take(transcripts.small())
    return stage


@pytest.fixture(scope="module")
def fine(make_stage: Callable[..., Stage]) -> Stage:
    """The same under settings by which sessions have many chunks. Tests only read it."""
    stage = make_stage("fine", FINE)
    stage.take(transcripts.small())
    return stage


@pytest.fixture(scope="module")
def large_data() -> bytes:
    return transcripts.large()


@pytest.fixture(scope="module")
def large(make_stage: Callable[..., Stage], large_data: bytes) -> Stage:
    """The large transcript, archived by the code under test. Tests only read it."""
    stage = make_stage("large")
    stage.take({LARGE_NAME: large_data})
    return stage


@pytest.fixture(scope="module")
def real(make_stage: Callable[..., Stage]) -> Stage:
    """Transcripts of real clients, which are no part of the repository."""
    known = load("real.json")["transcripts"]
    files = {name: (REAL / name).read_bytes() for name in known if (REAL / name).exists()}
    if {name: digest(data) for name, data in files.items()} != known:
        pytest.skip("the transcripts of real clients are not here; RLM_TRANSCRIPTS names their directory")
    stage = make_stage("real")
    stage.take(files)
    return stage


# What the expected results belong to.


@small_group
def test_the_small_set_is_the_one_that_was_archived_then() -> None:
    known = load("transcripts.json")
    del known["large"]
    assert {name: digest(data) for name, data in transcripts.small().items()} == known


@large_group
def test_the_large_transcript_is_the_one_that_was_archived_then(large_data: bytes) -> None:
    assert digest(large_data) == load("transcripts.json")["large"]


# Archiving.


@small_group
def test_the_small_set_gives_the_same_archive(small: Stage) -> None:
    assert_same_files(small.files(), expected_small("default"))


@small_group
def test_the_small_set_gives_the_same_small_chunks(fine: Stage) -> None:
    assert_same_files(fine.files(), expected_small("fine"))


@large_group
def test_the_large_transcript_gives_the_same_archive(large: Stage) -> None:
    assert_same_digests(large.files(), expected_large("whole"))


@small_group
def test_transcripts_of_real_clients_give_the_same_archive(real: Stage) -> None:
    found = {digest(path)[:24]: digest(data) for path, data in real.files().items()}
    assert found == load("real.json")["files"]


# Continuing what 0.3.0 began.


def begun(make_stage: Callable[..., Stage], name: str, *, moved: bool = False) -> Stage:
    """An archive that 0.3.0 began, with the transcripts as they were then.

    moved: to a machine where all paths and file times are others. Otherwise the archive has the paths, and the
    transcripts the sizes and times, that its state names, as when rlm is updated in place.
    """
    stage = make_stage(f"begun-{name}", SETTINGS.get(name, ""))
    stage.unpack(HERE / f"begun-{name}.tar.xz", moved=moved)
    return stage


def assert_whole(stage: Stage) -> None:
    """Every entry of the transcripts is in the archive, and every chunk file is as it should be."""
    report = stage.verified(*stage.client.glob("*.jsonl"))
    assert report["ok"] is True
    assert report["missing"] == report["damaged"] == []
    assert report["entries"] == report["archived"] > 0


@small_group
@pytest.mark.parametrize(
    ("name", "moved"),
    [("default", False), ("default", True), ("fine", False)],
    ids=["in place", "on another machine", "small chunks"],
)
def test_an_archive_of_0_3_0_is_continued_as_if_made_at_once(
    name: str, moved: bool, make_stage: Callable[..., Stage]
) -> None:
    stage = begun(make_stage, name, moved=moved)
    stage.take(transcripts.small())
    assert_same_files(stage.files(), expected_small(name))
    assert_whole(stage)


@small_group
def test_hooks_continue_an_archive_of_0_3_0_step_by_step_as_if_made_at_once(make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default")
    before, after = transcripts.begun(), transcripts.small()
    middle = {name: data[: (len(before.get(name, b"")) + len(data)) // 2] for name, data in after.items()}
    for files in (middle, after):
        stage.write({name: data for name, data in files.items() if "/tool-results/" not in name})
        stage.write({name: data for name, data in after.items() if "/tool-results/" in name})
        for session in transcripts.SESSIONS:
            assert stage.hook("Stop", session) == ""
    assert_same_files(stage.files(), expected_small("default"))
    assert_whole(stage)


@small_group
def test_deleted_chunks_stay_deleted_for_hooks_and_come_back_by_the_command(make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default")
    stage.delete_chunks(answers.DELETED)
    stage.write(transcripts.small())
    for session in transcripts.SESSIONS:
        stage.hook("Stop", session)
    assert_same_files(stage.files(), expected_small("deleted-hooks"))
    stage.take(transcripts.small())
    assert_same_files(stage.files(), expected_small("deleted-command"))
    report = stage.verified(*stage.client.glob("*.jsonl"))
    assert report["missing"] == []
    assert len(report["damaged"]) == len(answers.DELETED)  # the chunk behind each names one that is gone


@small_group
@pytest.mark.parametrize("moved", [False, True], ids=["in place", "on another machine"])
def test_an_archive_of_0_3_0_stays_as_it_is_while_nothing_is_new(moved: bool, make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default", moved=moved)
    before = stage.files()
    paths = stage.write(transcripts.begun())
    for path in paths if moved else ():
        os.utime(path, (1_796_000_000, 1_796_000_000))
    for path in paths:
        stage.hook("Stop", path.stem)
    assert_same_files(stage.files(), before)
    stage.rlm("archive", *paths)
    assert_same_files(stage.files(), before)
    assert_whole(stage)


@small_group
@pytest.mark.parametrize("name", SETTINGS)
def test_without_its_state_an_archive_of_0_3_0_is_continued_as_if_made_at_once(
    name: str, make_stage: Callable[..., Stage]
) -> None:
    stage = begun(make_stage, name)
    stage.forget_state()
    stage.take(transcripts.small())
    assert_same_files(stage.files(), expected_small(name))
    assert_whole(stage)


@large_group
def test_a_large_archive_of_0_3_0_is_continued_as_if_made_at_once(
    make_stage: Callable[..., Stage], large_data: bytes
) -> None:
    stage = begun(make_stage, "large")
    stage.take({LARGE_NAME: large_data[: transcripts.LARGE_CONTINUED]})
    assert_same_digests(stage.files(), expected_large("continued"))
    assert_whole(stage)


# Searching.


@pytest.fixture(scope="module")
def expected_hits() -> dict[str, list[dict[str, Any]]]:
    """The hits that 0.3.0 gave; with another version of the stemmer words, and so ranks, may be others."""
    stemmer = pytest.importorskip("Stemmer")
    known = load("searches.json")
    if stemmer.version() != known["snowball"]:
        pytest.skip(f"ranks belong to Snowball {known['snowball']}, and here is {stemmer.version()}")
    return dict(known)


def assert_same_hits(stage: Stage, expected: Iterable[Mapping[str, Any]], seen: Callable[[str], Any] = str) -> None:
    """The same hits in the same order. seen: what of a hit's line counts."""
    different = []
    for search in expected:
        found, known = [[seen(hit) for hit in hits] for hits in (stage.hits(search["args"]), search["hits"])]
        if found != known:
            different.append({"search": " ".join(search["args"]), "found": found, "expected": known})
    assert different[:SHOWN] == [], f"{len(different)} searches have other hits"


@small_group
def test_the_small_archive_has_the_same_hits(small: Stage, expected_hits: dict[str, list[dict[str, Any]]]) -> None:
    small.rlm("reindex")  # an index that was begun while the archive grew counts common words otherwise
    assert_same_hits(small, expected_hits["small"])


@large_group
def test_the_large_archive_has_the_same_hits(large: Stage, expected_hits: dict[str, list[dict[str, Any]]]) -> None:
    large.rlm("reindex")
    assert_same_hits(large, expected_hits["large"])


@small_group
def test_the_search_index_of_0_3_0_is_continued_with_the_same_hits(
    make_stage: Callable[..., Stage], expected_hits: dict[str, list[dict[str, Any]]]
) -> None:
    # Scores are left out: an index that grows counts common words again only once it is a fifth larger.
    stage = begun(make_stage, "default")
    stage.take(transcripts.small())
    assert_same_hits(stage, expected_hits["small"][::6], unscored)


@small_group
def test_transcripts_of_real_clients_have_the_same_hits(
    real: Stage, expected_hits: dict[str, list[dict[str, Any]]]
) -> None:
    known = load("real.json")["searches"]
    real.rlm("reindex")
    found = {" ".join(args): digest("\n".join(real.hits(args))) for args in searches.lines(searches.REAL)}
    assert known
    assert [search for search in known if found[search] != known[search]] == []


# Answering.


@small_group
def test_commands_report_the_same(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("asked")
    stage.take(transcripts.small())
    known = load("answers.json")["commands"]
    found = dict(answers.commands(stage))
    assert list(found) == list(known)
    for command, answer in known.items():
        assert known_part(found[command], answer) == answer, command


def assert_same_answers(found: Iterable[tuple[str, str]], expected: Iterable[list[str]]) -> None:
    """The same answers to the same questions; a failure shows the first text that is different."""
    for (asked, answer), (question, known) in zip(list(found), expected, strict=True):
        assert asked == question
        assert answer == known, asked


@small_group
def test_hooks_answer_the_same_and_leave_the_same_files(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("hooked")
    known = load("answers.json")
    assert_same_answers(answers.hooks(stage), known["hooks"])
    assert_same_digests(stage.files(), known["files after the hooks"])
    assert any(re.search("/summaries/", path) for path in stage.files())


@small_group
def test_hooks_name_the_same_chunks_where_there_are_too_many_to_name_all(fine: Stage) -> None:
    assert_same_answers(answers.maps(fine), load("answers.json")["maps"])
