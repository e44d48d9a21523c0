"""Whoever has an archive of 0.3.0 keeps it: what is closed stays byte for byte, what is new has today's form.

Since form 2 of the chunk files new output is not that of 0.3.0 any more (decision 0065). The archives that are
continued here 0.3.0 itself has begun; `tests/fixtures/v0_3_0/README.md` tells how. The code under test is used from
outside alone, through the command line, the hooks and the files of an archive, so that its modules may move.

A search of an old archive finds what 0.3.0 found there, but does not rank it as 0.3.0 did: the ranking is made to get
better. So scores and order are compared only where nothing is ranked, for regular expressions; of the other searches,
what they find.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from fixtures.v0_3_0 import transcripts
from fixtures.v0_3_0.observe import FINE, HERE, Stage, digest, unpacked, unscored

SETTINGS = {"default": "", "fine": FINE}
LARGE_NAME = f"{transcripts.LARGE}.jsonl"
SHOWN = 5  # differences that a failure tells
WIDE = 100  # hits among which those of 0.3.0 must be
CODE = re.compile(r"\w[_./:]\w|[a-z][A-Z]")  # a name of the code: identifier, path, exception
DELETED = ("0b000002/0003", "0c000003/0001", "0e000005/0001")  # chunk files, in the archive that was begun
ODD_PREVIEW = "c08c0586-001e-4000-8000-00008d48b240"  # its notice quotes what its output, which is archived, has not
PASSED_OVER = {"line-c67458743d7c1b37b0639fc7"}  # a record that breaks off, in a session that does not grow
CHUNK = re.compile(r"/\d{4,}-[0-9a-f]{8}\.md$")

small_group = pytest.mark.xdist_group("continuity of the small archive")
large_group = pytest.mark.xdist_group("continuity of the large archive")


def load(name: str) -> Any:
    """An expected result that is kept as JSON."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def make_stage(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Stage]:
    """Makes an empty project; the name tells stages apart."""
    base = tmp_path_factory.mktemp("c")

    def made(name: str, settings: str = "") -> Stage:
        number = len(list(base.iterdir()))
        return Stage(base, f"{number}-{name}", settings)

    return made


@pytest.fixture(scope="module")
def at_once(make_stage: Callable[..., Stage]) -> dict[str, Stage]:
    """The small set, archived by the code under test, under each setting. Tests only read it."""
    stages = {name: make_stage(f"small-{name}", settings) for name, settings in SETTINGS.items()}
    for stage in stages.values():
        stage.take(transcripts.small())
    return stages


@pytest.fixture(scope="module")
def large_data() -> bytes:
    return transcripts.large()


def begun(make_stage: Callable[..., Stage], name: str, *, moved: bool = False) -> Stage:
    """An archive that 0.3.0 began, with the transcripts as they were then.

    moved: to a machine where all paths and file times are others. Otherwise the archive has the paths, and the
    transcripts the sizes and times, that its state names, as when rlm is updated in place.
    """
    stage = make_stage(f"begun-{name}", SETTINGS.get(name, ""))
    stage.unpack(HERE / f"begun-{name}.tar.xz", moved=moved)
    return stage


def closed_chunks(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The chunk files of form 1 that do not grow any more."""
    return {
        path: data
        for path, data in files.items()
        if CHUNK.search(path) and b"\nprovisional: false\n" in data.partition(b"\n---\n")[0]
    }


def _body(data: bytes) -> bytes:
    return data.partition(b"\n---\n")[2]


def uuids(files: Mapping[str, bytes]) -> Counter[str]:
    """How often each entry stands in the chunk files, whichever form these have; read without the code under test."""
    found: Counter[str] = Counter()
    for path, data in files.items():
        if CHUNK.search(path):
            head, _, body = data.partition(b"\n---\n")
            old = re.search(rb"^uuids: (.*)$", head, re.M)
            foot = re.search(rb"\n<!-- rlm: (.*) -->\n\Z", body)
            assert (old is None) is not (foot is None), path
            found.update(json.loads(old[1]) if old else json.loads(foot[1])["uuids"])  # type: ignore[index]
    return found


def assert_whole(stage: Stage) -> None:
    """Every entry of the transcripts is in the archive, and every chunk file is as it should be."""
    report = stage.verified(*stage.client.glob("*.jsonl"))
    assert set(report["missing"]) <= {ODD_PREVIEW}
    assert report["damaged"] == []
    assert report["entries"] == report["archived"] + len(report["missing"]) > 0


def assert_continued(stage: Stage, before: Mapping[str, bytes], expected: Stage, *, by_command: bool = True) -> None:
    """What was closed stands as it stood, all else has today's form, and each entry stands as often as made at once."""
    after = stage.files()
    kept = closed_chunks(before)
    assert {path: after.get(path) for path in kept} == kept
    # All else of form 1 is a provisional chunk, as it was or closed as it stood.
    others = [p for p, data in after.items() if CHUNK.search(p) and b"\nprovisional: " in data[:4000] and p not in kept]
    assert [p for p in others if _body(after[p]) != _body(before.get(p, b""))] == []
    known, wanted = uuids(after), uuids(expected.files())
    assert known - wanted == Counter()
    # A hook leaves a transcript alone that has not changed, though 0.3.0 passed over some of its records.
    assert set(wanted - known) <= (set() if by_command else PASSED_OVER)
    assert_whole(stage)


@small_group
def test_the_small_set_is_the_one_that_was_archived_then() -> None:
    known = load("transcripts.json")
    del known["large"]
    assert {name: digest(data) for name, data in transcripts.small().items()} == known


@large_group
def test_the_large_transcript_is_the_one_that_was_archived_then(large_data: bytes) -> None:
    assert digest(large_data) == load("transcripts.json")["large"]


# Continuing what 0.3.0 began.


@small_group
@pytest.mark.parametrize(
    ("name", "moved"),
    [("default", False), ("default", True), ("fine", False)],
    ids=["in place", "on another machine", "small chunks"],
)
def test_an_archive_of_0_3_0_is_continued(
    name: str, moved: bool, make_stage: Callable[..., Stage], at_once: dict[str, Stage]
) -> None:
    stage = begun(make_stage, name, moved=moved)
    before = stage.files()
    assert closed_chunks(before)
    stage.take(transcripts.small())
    assert_continued(stage, before, at_once[name])


@small_group
def test_hooks_continue_an_archive_of_0_3_0_step_by_step(
    make_stage: Callable[..., Stage], at_once: dict[str, Stage]
) -> None:
    stage = begun(make_stage, "default")
    old = stage.files()
    before, after = transcripts.begun(), transcripts.small()
    middle = {name: data[: (len(before.get(name, b"")) + len(data)) // 2] for name, data in after.items()}
    for files in (middle, after):
        stage.write({name: data for name, data in files.items() if "/tool-results/" not in name})
        stage.write({name: data for name, data in after.items() if "/tool-results/" in name})
        for session in transcripts.SESSIONS:
            assert stage.hook("Stop", session) == ""
    assert_continued(stage, old, at_once["default"], by_command=False)


@small_group
@pytest.mark.parametrize("name", SETTINGS)
def test_without_its_state_an_archive_of_0_3_0_is_continued(
    name: str, make_stage: Callable[..., Stage], at_once: dict[str, Stage]
) -> None:
    stage = begun(make_stage, name)
    before = stage.files()
    stage.forget_state()
    stage.take(transcripts.small())
    assert_continued(stage, before, at_once[name])


@small_group
def test_deleted_chunks_stay_deleted_for_hooks_and_come_back_by_the_command(make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default")
    before = uuids(stage.files())
    stage.delete_chunks(DELETED)
    lost = before - uuids(stage.files())
    assert lost
    stage.write(transcripts.small())
    for session in transcripts.SESSIONS:
        stage.hook("Stop", session)
    assert not lost & uuids(stage.files())
    stage.take(transcripts.small())
    assert lost <= uuids(stage.files())
    report = stage.verified(*stage.client.glob("*.jsonl"))
    assert set(report["missing"]) <= {ODD_PREVIEW}
    assert report["damaged"] == []  # each stands where it stood


@small_group
@pytest.mark.parametrize("moved", [False, True], ids=["in place", "on another machine"])
def test_an_archive_of_0_3_0_stays_as_it_is_while_nothing_is_new(moved: bool, make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default", moved=moved)
    before = stage.files()
    paths = stage.write(transcripts.begun())
    for path in paths if not moved else ():
        stage.hook("Stop", path.stem)
        assert stage.files() == before
    stage.rlm("archive", *paths)
    after = stage.files()
    assert {path: after.get(path) for path in closed_chunks(before)} == closed_chunks(before)
    new = make_stage("new")
    new.take(transcripts.begun())
    assert uuids(before) <= uuids(after) == uuids(new.files())  # what 0.3.0 passed over is there, too
    assert_whole(stage)


@large_group
def test_a_large_archive_of_0_3_0_is_continued(make_stage: Callable[..., Stage], large_data: bytes) -> None:
    part = {LARGE_NAME: large_data[: transcripts.LARGE_CONTINUED]}
    stage, new = begun(make_stage, "large"), make_stage("large")
    before = stage.files()
    stage.take(part)
    new.take(part)
    assert_continued(stage, before, new)


# Searching and showing.


@pytest.fixture(scope="module")
def old(make_stage: Callable[..., Stage]) -> Stage:
    """The small set as 0.3.0 archived it, and nothing else: neither state nor index. Tests only read it."""
    stage = make_stage("small-default")
    for name, data in unpacked(HERE / "small.tar.xz").items():
        path = stage.archive / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(data)
    stage.rlm("adopt", "--mine", "--yes")  # no transcript tells whose it is
    stage.rlm("reindex")
    return stage


@pytest.fixture(scope="module")
def searches() -> list[Mapping[str, Any]]:
    """The searches with the hits that 0.3.0 gave, each as `Stage.hits` has it."""
    made: list[Mapping[str, Any]] = load("searches.json")["small"]
    return made


@pytest.fixture(scope="module")
def in_words(searches: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The searches for words, whose stems another Snowball may cut otherwise."""
    stemmer, known = pytest.importorskip("Stemmer"), load("searches.json")["snowball"]
    if stemmer.version() != known:
        pytest.skip(f"what is found belongs to Snowball {known}, and here is {stemmer.version()}")
    return [search for search in searches if "--regex" not in search["args"]]


def passages(hits: Iterable[str]) -> list[tuple[str, ...]]:
    """Place and text of hits, without their scores."""
    return [tuple(unscored(hit)) for hit in hits]


def wider(args: list[str]) -> list[str]:
    """A search's arguments when it asks for more hits."""
    at = args.index("-k") if "-k" in args else len(args)
    return ["-k", str(WIDE), *args[:at], *args[at + 2 :]]


def assert_none(searches: Iterable[Mapping[str, Any]], what: str) -> None:
    """Tell the searches for which something does not hold."""
    different = [" ".join(search["args"]) for search in searches]
    assert different[:SHOWN] == [], f"{len(different)} searches {what}"


@small_group
def test_a_regular_expression_has_the_hits_it_had_under_0_3_0(old: Stage, searches: list[Mapping[str, Any]]) -> None:
    patterns = [s for s in searches if "--regex" in s["args"]]
    assert len([s for s in patterns if s["hits"]]) > 1
    assert_none([s for s in patterns if old.hits(s["args"]) != s["hits"]], "have other hits")


@small_group
def test_a_phrase_has_the_hits_it_had_under_0_3_0(old: Stage, in_words: list[Mapping[str, Any]]) -> None:
    quoted = [s for s in in_words if '"' in " ".join(s["args"])]
    assert len([s for s in quoted if s["hits"]]) > 1
    other = [s for s in quoted if sorted(passages(old.hits(s["args"]))) != sorted(passages(s["hits"]))]
    assert_none(other, "have other hits")


@small_group
def test_what_0_3_0_did_not_find_is_not_there(old: Stage, in_words: list[Mapping[str, Any]]) -> None:
    nothing = [s for s in in_words if not s["hits"]]
    assert len(nothing) > 5
    assert_none([s for s in nothing if old.hits(s["args"])], "find something")


@small_group
def test_the_first_hit_of_0_3_0_for_a_name_of_the_code_is_still_among_the_hits(
    old: Stage, in_words: list[Mapping[str, Any]]
) -> None:
    named = [s for s in in_words if s["hits"] and s["args"][0][0] != "-" and CODE.search(" ".join(s["args"]))]
    assert len(named) > 20
    lost = [s for s in named if passages(s["hits"])[0] not in passages(old.hits(s["args"]))]
    assert_none(lost, "have lost their first hit")


@small_group
def test_what_0_3_0_found_is_still_found(old: Stage, in_words: list[Mapping[str, Any]]) -> None:
    """Each search's first hit, and for the others, of which another line may match best now, their chunks."""
    lost = []
    for search in (s for s in in_words if s["hits"]):
        found = old.hits(wider(search["args"]))
        chunks = {hit.partition(":")[0] for hit in found}
        known = {hit.partition(":")[0] for hit in search["hits"]}
        if passages(search["hits"])[0] not in passages(found) or not known <= chunks:
            lost.append(search)
    assert_none(lost, "have lost hits")


@small_group
def test_a_hit_in_an_old_chunk_and_one_in_a_new_chunk_are_shown(make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default")
    stage.take(transcripts.small())
    _, found = stage.json("search", "-k", "50", "scheduler", "lock", "batch")
    forms = {hit["chunk"][:3]: hit for hit in found["hits"]}
    assert set(forms) == {"r1-", "r2-"}
    for hit in forms.values():
        status, shown = stage.json("show", f"{hit['chunk']}:{hit['line']}", "-C", "0")
        assert (status, shown["chunk"]) == (0, hit["chunk"])
        assert shown["text"].strip() in hit["snippet"] or hit["snippet"].split("\n")[0].strip() in shown["text"]


@small_group
def test_a_chunk_that_grew_under_0_3_0_is_found_by_the_id_it_had_then(make_stage: Callable[..., Stage]) -> None:
    stage = begun(make_stage, "default")
    stage.write(transcripts.begun())
    stage.hook("PreCompact", transcripts.ENGLISH, trigger="auto")  # which may cite it
    (folder,) = stage.archive.glob(f"sessions/*_{transcripts.ENGLISH[:8]}")
    provisional = max(folder.glob("[0-9]*.md"))
    head = provisional.read_text(encoding="utf-8").partition("\n---\n")[0]
    assert "\nprovisional: true\n" in head
    stage.take(transcripts.small())
    status, shown = stage.json("show", provisional.stem)
    assert (status, shown["number"]) == (0, int(provisional.stem[:4]))
