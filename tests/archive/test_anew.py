"""`rlm archive --anew`: chunks of 0.3.0 are brought to today's form, or left, and nothing is lost either way."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from fixtures.v0_3_0 import transcripts
from fixtures.v0_3_0.observe import FINE, HERE, Stage, unpacked
from kits.builders import leftovers
from kits.crash import Breaker, Killed, every, thirds

from rlm_core.archive.anew.former import old_folders
from rlm_core.archive.anew.renew import GONE, Renewal, renew
from rlm_core.archive.cited import add_cited, move_cited, note_cited, read_cited
from rlm_core.archive.proof.verify import damaged
from rlm_core.archive.state import load as load_state
from rlm_core.archive.store import Archive, open_archive
from rlm_core.archive.summaries import file_summary
from rlm_core.archive.take import take, take_all
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import ArchivedEntry, entries_of
from rlm_core.errors import ArchiveError
from rlm_core.home import own_dir
from rlm_core.redaction.clean import literal
from rlm_core.search.citations import resolve
from rlm_core.search.hints import compacted_until
from rlm_core.transcript.source import Source

SETTINGS = {"default": "", "fine": FINE}
CHUNK = re.compile(r"(?:^|/)\d{4,}-[0-9a-f]{8}\.md$")
FORMER = b'---\nchunk: "r1-'
GROWN = transcripts.ENGLISH  # has chunks that are closed and one that grows

pytestmark = pytest.mark.xdist_group("anew")


@pytest.fixture(scope="module")
def make_stage(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Stage]:
    """Makes an empty project; the name tells stages apart."""
    base = tmp_path_factory.mktemp("a")

    def made(name: str, settings: str = "") -> Stage:
        stage = Stage(base, f"{len(list(base.iterdir()))}-{name}", settings)
        key = stage.home / ".claude" / "rlm" / "key"  # of one user: fingerprints of secrets are made with it
        key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)
        return stage

    return made


def begun(make_stage: Callable[..., Stage], name: str) -> tuple[Stage, list[Path]]:
    """An archive that 0.3.0 began, with the transcripts as they are later."""
    stage = make_stage(f"begun-{name}", SETTINGS[name])
    stage.unpack(HERE / f"begun-{name}.tar.xz")
    return stage, stage.write(transcripts.small())


def current(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """All but the chunks that were replaced."""
    return {path: data for path, data in files.items() if "/old/" not in path}


def chunks(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if CHUNK.search(path) and "/summaries/" not in path}


def entries(files: Mapping[str, bytes]) -> Iterator[ArchivedEntry]:
    for path, data in chunks(files).items():
        yield from entries_of(load(data, path))


def uuids(files: Mapping[str, bytes]) -> Counter[str]:
    return Counter(e.uuid for e in entries(files))


def archive_of(stage: Stage) -> Archive:
    os.environ["CLAUDE_CONFIG_DIR"] = str(
        stage.home / ".claude"
    )  # this process works for the stage's user from here on
    return open_archive(str(stage.project))


def source_of(stage: Stage, session: str) -> Source:
    return Source(str(stage.client / f"{session}.jsonl"))


# What is brought to today's form.


@pytest.mark.parametrize("name", SETTINGS)
def test_an_archive_of_0_3_0_becomes_what_todays_program_makes_at_once(
    name: str, make_stage: Callable[..., Stage]
) -> None:
    stage, paths = begun(make_stage, name)
    before = stage.files()
    _, report = stage.json("archive", "--anew", *paths)
    assert (report["left"], report["failed"]) == ([], [])
    assert sum(row["anew"]["renewed"] for row in report["sessions"]) == len(list(old_folders(archive_of(stage)))) == 7
    after = stage.files()
    expected = make_stage(f"at-once-{name}", SETTINGS[name])
    expected.take(transcripts.small())
    made = expected.files()
    assert chunks(current(after)) == chunks(made)
    assert set(made) <= set(current(after))
    assert {p: d for p, d in current(after).items() if p in made and d != made[p]} == {}
    # What was there is there, in `old/`, to the byte; its entries stand once each in the new chunks.
    assert chunks(before) == {p.replace("/old/", "/"): d for p, d in chunks(after).items() if "/old/" in p}
    assert uuids(before) <= uuids(current(after)) == uuids(made)


def test_forks_without_their_state_hold_what_is_theirs(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("forks")
    for name, data in unpacked(HERE / "small.tar.xz").items():  # chunk files and indexes of all sessions, no state
        path = stage.archive / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(data)
    before = stage.files()
    (fork,) = (load(d, p).meta["chunk"] for p, d in chunks(before).items() if f"_{transcripts.FORK[:8]}/0001-" in p)
    paths = stage.write(transcripts.small())
    _, report = stage.json("archive", "--anew", *paths)
    assert report["left"] == []
    expected = make_stage("forks-at-once")
    expected.take(transcripts.small())
    assert chunks(current(stage.files())) == chunks(expected.files())
    assert chunks(before) == {p.replace("/old/", "/"): d for p, d in chunks(stage.files()).items() if "/old/" in p}
    assert stage.json("show", fork)[1]["session"] == transcripts.FORK


def test_what_people_and_the_model_said_stands_there_as_it_stood(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "default")
    before = [e for e in entries(stage.files()) if e.kind in ("assistant", "thinking", "summary") and "<" not in e.text]
    stage.rlm("archive", "--anew", *paths)
    texts = {(e.uuid, e.text) for e in entries(current(stage.files()))}
    assert len(before) >= 50
    assert [e.text for e in before if (e.uuid, e.text) not in texts] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_afterwards_all_is_whole_and_nothing_is_left_to_do(name: str, make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, name)
    stage.rlm("archive", "--anew", *paths)
    report = stage.verified(*paths)
    assert (report["ok"], report["missing"], report["damaged"]) == (True, [], [])
    after = stage.files()
    _, again = stage.json("archive", "--anew", *paths)
    assert [row["anew"] for row in again["sessions"]] == [{"renewed": 0, "left": 0}] * len(paths)
    assert [row["entries_new"] for row in again["sessions"]] == [0] * len(paths)
    assert stage.files() == after
    stage.rlm("archive", *paths)
    assert stage.files() == after


def test_the_search_finds_what_is_new_and_nothing_twice(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "default")
    stage.rlm("reindex")
    stage.rlm("archive", "--anew", *paths)
    expected = make_stage("searched")
    expected.take(transcripts.small())
    for words in (["scheduler", "lock", "batch"], ["--regex", "scheduler"]):
        _, found = stage.json("search", "-k", "50", *words)
        _, wanted = expected.json("search", "-k", "50", *words)
        assert (
            [(h["chunk"], h["line"]) for h in found["hits"]] == [(h["chunk"], h["line"]) for h in wanted["hits"]] != []
        )


def test_a_session_goes_on_after_it_was_brought_to_todays_form(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("goes-on")
    stage.unpack(HERE / "begun-default.tar.xz")
    stage.rlm("archive", "--anew", *stage.write(transcripts.begun()))
    paths = stage.write(transcripts.small())
    for session in transcripts.SESSIONS:
        stage.hook("Stop", session)
    stage.rlm("archive", *paths)
    report = stage.verified(*paths)
    assert (report["ok"], report["damaged"]) == (True, [])
    assert not any(data.startswith(FORMER) for data in chunks(current(stage.files())).values())
    expected = make_stage("gone-on")
    expected.take(transcripts.small())
    assert uuids(expected.files()) <= uuids(current(stage.files()))


def test_the_command_says_what_it_did_and_what_it_left(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "default")
    shorten(paths[0])
    told = stage.rlm("archive", "--anew", *paths).decode()
    assert "brought to today's form: 6 sessions\n" in told
    assert f"left as they are: 1 session\n        {paths[0].stem}: " in told
    assert "is no longer in the transcript" in told


# Citations.


def test_what_was_cited_is_found(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "fine")
    old = {path: data for path, data in chunks(stage.files()).items() if data.startswith(FORMER)}
    cited = {}
    for path, data in list(old.items())[::5]:
        meta = load(data, path).meta
        for name in (meta["chunk"], f"{meta['chunk']}:{meta['lines'][0]}", os.path.basename(path)[:-3]):
            cited[name] = stage.json("show", name)[1]
    stage.rlm("archive", "--anew", *paths)
    for name, before in cited.items():
        status, shown = stage.json("show", name)
        assert status == 0
        assert {k: v for k, v in shown.items() if k != "path"} == {k: v for k, v in before.items() if k != "path"}
        assert Path(shown["path"]).parent.name == "old"


def test_an_oversize_output_of_a_former_chunk_is_found(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "fine")
    name, blob = next((load(d, p).meta["chunk"], b[1].decode()) for p, d in chunks(stage.files()).items()
                      if (b := re.search(rb"the whole text: blobs/([0-9a-f]{16}\.txt)", d)))  # fmt: skip
    before = stage.json("show", f"{name}/blobs/{blob}")[1]["text"]
    stage.rlm("archive", "--anew", *paths)
    assert stage.json("show", f"{name}/blobs/{blob}")[1]["text"] == before


def test_a_number_means_todays_chunk_and_an_unknown_id_none(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "fine")
    stage.rlm("archive", "--anew", *paths)
    archive = archive_of(stage)
    found = resolve(archive, f"{transcripts.ENGLISH[:8]}/1")
    assert not found.former
    assert found.meta["form"] == 2
    with pytest.raises(Exception, match="no chunk r1-000000000000"):
        resolve(archive, "r1-000000000000")


def test_summaries_and_ids_of_growing_chunks_keep_their_meaning(make_stage: Callable[..., Stage]) -> None:
    stage, _ = begun(make_stage, "fine")
    archive, source = archive_of(stage), source_of(stage, GROWN)
    path = archive.state_path(source)
    state = json.loads(Path(path).read_bytes())
    note_cited(archive.root, state)
    cited = state["open_file"][:-3]
    filed = Path(file_summary(archive.root, state, literal("All is done; see r1-0."), literal("auto")))
    assert renewed(archive, source)
    (summary,) = filed.parent.glob("*.md")
    last = load_state(path).chunks  # type: ignore[union-attr]
    ends = json.loads(re.search(r"^summarises: (.*)$", summary.read_text("utf-8"), re.M)[1])  # type: ignore[index]
    assert ends[0] == 1
    assert summary.name.startswith(f"{ends[1]:04d}-")
    assert f"## summary · chunks 0001-{ends[1]:04d}\n\nAll is done; see r1-0.\n" in summary.read_text("utf-8")
    assert 0 < ends[1] <= last
    new = next(summary.parent.parent.glob(f"{ends[1]:04d}-*.md"))
    held = {uuid for uuid, _, _ in load(new.read_bytes()).entries()}
    assert state["open"][-1][0] in held  # the last entry for which the summary stands
    assert compacted_until(str(new)) == state["ended"]
    found = resolve(archive, cited)
    assert os.path.basename(found.path) == f"{cited}.md"


def test_the_second_copy_follows_and_gives_all_of_it_back(make_stage: Callable[..., Stage]) -> None:
    stage, paths = begun(make_stage, "fine")
    stage.rlm("archive", *paths[-1:])  # the copy is of form 1
    (copied,) = (stage.home / ".claude" / "rlm" / "copies").glob("*")
    assert any(p.read_bytes().startswith(FORMER) for p in copied.glob("sessions/*/*-*.md"))
    cited = next(load(d, p).meta["chunk"] for p, d in chunks(stage.files()).items() if d.startswith(FORMER))
    stage.rlm("archive", "--anew", *paths)
    after = stage.files()
    assert not any(p.read_bytes().startswith(FORMER) for p in copied.glob("sessions/*/*-*.md"))
    shutil.rmtree(stage.archive)
    stage.rlm("restore")
    assert chunks(stage.files()) == chunks(after)
    assert stage.json("show", cited)[0] == 0
    assert stage.verified(*paths)["ok"]
    _, again = stage.json("archive", "--anew", *paths)
    assert [row["anew"]["renewed"] for row in again["sessions"]] == [0] * len(paths)


def test_an_archive_that_is_moved_in_keeps_what_was_cited_of_replaced_chunks(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name / "state").mkdir(parents=True)
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    for folder in ("sessions/2026-11-16_a", "sessions/2026-11-16_a/agents/b"):
        digits = f"{len(folder):08d}"
        note_cited(there, {"open_file": f"0003-{digits}.md", "folder": folder, "closed": 2})
        move_cited(there, literal(folder), literal(f"{folder}/old"))
    add_cited(here, there, {"sessions/2026-11-16_a": "sessions/2026-11-16_c"})
    assert sorted(read_cited(here).values()) == [
        ["sessions/2026-11-16_c/agents/b/old", 3],
        ["sessions/2026-11-16_c/old", 3],
    ]


# What is left as it is.


def shorten(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[len(lines) // 2 :]))


def reword(path: Path) -> None:
    data = path.read_bytes()
    found = re.findall(rb'"text":"[^"\\]*?\b([a-z]{9,})\b', data)
    path.write_bytes(data.replace(Counter(found).most_common(1)[0][0], b"something"))


@pytest.mark.parametrize("harm", [shorten, reword, Path.unlink])
def test_a_session_whose_transcript_says_less_is_left_as_it_is(
    harm: Callable[[Path], None], make_stage: Callable[..., Stage]
) -> None:
    stage, _ = begun(make_stage, "fine")
    archive, source = archive_of(stage), source_of(stage, GROWN)
    harm(Path(source.path))
    before, state = stage.files(), Path(archive.state_path(source)).read_bytes()
    left = renew(archive, source)
    assert left is not None
    assert left.why
    assert (left.why == GONE) == (harm is Path.unlink)
    assert stage.files() == before
    assert Path(archive.state_path(source)).read_bytes() == state
    assert list((stage.archive / "state" / "anew").glob("*")) == []


def test_an_output_that_has_gone_keeps_its_session_as_it_is(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage("output")
    stage.unpack(HERE / "begun-default.tar.xz")
    for name, data in unpacked(HERE / "small.tar.xz").items():  # which has read the output
        if transcripts.EVERYTHING[:8] in name:
            path = stage.archive / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(data)
    stage.forget_state()
    for path in stage.archive.glob(f"sessions/*_{transcripts.EVERYTHING[:8]}/*-*.md"):
        if path.relative_to(stage.archive).as_posix() not in unpacked(HERE / "small.tar.xz"):
            path.unlink()
    stage.write(transcripts.small())
    archive, source = archive_of(stage), source_of(stage, transcripts.EVERYTHING)
    (output,) = Path(source.folder).glob("tool-results/*")
    whole = output.read_bytes()
    output.unlink()
    before = stage.files()
    left = renew(archive, source)
    assert left is not None
    assert "would be poorer (" in left.why
    assert stage.files() == before
    output.write_bytes(whole)
    assert renewed(archive, source)


def renewed(archive: Archive, source: Source) -> bool:
    """Whether the transcript was brought to today's form."""
    done = renew(archive, source)
    return isinstance(done, Renewal) and not done.why


# Killed at any moment.


@pytest.fixture(scope="module")
def session_of_0_3_0(make_stage: Callable[..., Stage]) -> tuple[Stage, dict[str, bytes], Path]:
    """One session of 0.3.0 in an archive of its own, what becomes of it undisturbed, and a copy of the archive."""
    stage, _ = begun(make_stage, "fine")
    for folder in stage.archive.glob("sessions/*"):
        if not folder.name.endswith(GROWN[:8]):
            shutil.rmtree(folder)
    stage.forget_state()
    archive, source = archive_of(stage), source_of(stage, GROWN)
    take_all(archive, source)  # the state; what is new stands in chunks of form 2
    file_summary(archive.root, json.loads(Path(archive.state_path(source)).read_bytes()), literal("S"), literal("auto"))
    copy = stage.home / "copy"
    shutil.copytree(stage.archive, copy)
    assert renewed(archive, source)
    return stage, stage.files(), copy


def put_back(stage: Stage, copy: Path) -> None:
    shutil.rmtree(stage.archive)
    shutil.copytree(copy, stage.archive)


def steps(stage: Stage, copy: Path, step: str) -> Breaker:
    """The calls of a function of `os` while the session is renewed."""
    for _ in range(2):  # the first enters the archive in the user's list
        put_back(stage, copy)
        with Breaker(step, -1) as breaker:
            assert renewed(archive_of(stage), source_of(stage, GROWN))
    return breaker


@pytest.mark.parametrize("step", ["replace", "unlink", "mkdir", "rmdir"])
def test_a_kill_at_any_moment_loses_nothing(step: str, session_of_0_3_0: tuple[Stage, dict[str, bytes], Path]) -> None:
    stage, expected, copy = session_of_0_3_0
    source = source_of(stage, GROWN)
    put_back(stage, copy)
    former = stage.files()
    held = uuids(former)
    os.makedirs(own_dir(), exist_ok=True)  # which the first run alone would make
    for at in every(steps(stage, copy, step)):
        put_back(stage, copy)
        with Breaker(step, at), pytest.raises(Killed):
            renew(archive_of(stage), source)
        assert held.keys() <= uuids(stage.files()).keys()
        assert all(d in stage.files().values() for d in chunks(former).values())
        archive = archive_of(stage)
        if at % 2:  # a hook comes first, which finishes what was proven, and begins nothing
            take(archive, source)
            assert (current(stage.files()) == current(former)) != (stage.files() == expected), at
        done = renew(archive, source)
        assert done is None or not done.why
        assert stage.files() == expected, at
        assert damaged(archive) == []
        assert leftovers(archive.root) == []
        assert list((stage.archive / "state" / "anew").glob("*")) == []
        assert renew(archive, source) is None


def test_a_disk_that_is_full_leaves_all_as_it_was(session_of_0_3_0: tuple[Stage, dict[str, bytes], Path]) -> None:
    stage, expected, copy = session_of_0_3_0
    source = source_of(stage, GROWN)
    put_back(stage, copy)
    former = stage.files()
    for at in thirds(every(steps(stage, copy, "write")), "full"):
        put_back(stage, copy)
        with (
            Breaker("write", at, OSError(errno.ENOSPC, "no space left on device")),
            suppress(OSError, ArchiveError),  # who holds a lock is written for messages alone
        ):
            renew(archive_of(stage), source)
        assert all(d in stage.files().values() for d in chunks(former).values())
        renew(archive_of(stage), source)
        assert stage.files() == expected, at
