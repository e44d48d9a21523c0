"""The archive as a whole: what arrives on disk, whatever the order, the state and the company."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import shutil
import stat
import string
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import (
    SESSION,
    Session,
    archive,
    config,
    everything,
    files,
    leftovers,
    png,
    rich,
    sessions,
    small,
    talk,
)

from rlm_core.archive import catalog, intake
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.archive.take import take, take_all
from rlm_core.chunks.chunkfile import load, load_meta
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.lock import Lock
from rlm_core.transcript.source import Source


@pytest.fixture
def scratch() -> Iterator[Callable[[], Path]]:
    """Makes directories on demand, for tests that need one an example."""
    with tempfile.TemporaryDirectory() as folder:
        yield lambda: Path(tempfile.mkdtemp(dir=folder))


def chunks(kept: Archive) -> list[dict[str, object]]:
    return [{k: v for k, v in m.items() if k != "path"} for m in kept.metas()]


def text_of(kept: Archive) -> str:
    return "".join(Path(m["path"]).read_text(encoding="utf-8") for m in kept.metas())


def whole(kept: Archive, *found: Source) -> None:
    """Every entry of the transcripts is archived once, and the chain of chunks is unbroken."""
    assert damaged(kept) == []
    assert leftovers(kept.root) == []
    verifier = Verifier(kept)
    for source in found:
        assert verifier.verify(source).missing == []


def archived_once(kept: Archive, session: Session) -> None:
    uuids = [u for m in kept.metas() for u in m["uuids"]]
    assert uuids == session.uuids()


# Growing transcripts.


class TestPrefixThenWhole:
    @settings(max_examples=40)
    @given(sessions(), st.lists(st.floats(0, 1), min_size=1, max_size=4))
    def test_equals_the_whole_at_once_byte_for_byte(self, session: Session, cuts: list[float]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = session.data()
            path = Path(folder, "t", f"{SESSION}.jsonl")
            path.parent.mkdir()
            source = Source(str(path))
            grown, once = archive(Path(folder, "a")), archive(Path(folder, "b"))
            for cut in sorted(cuts):
                path.write_bytes(data[: int(len(data) * cut)])
                take(grown, source)
            path.write_bytes(data)
            take(grown, source)
            take(once, source)
            assert files(grown.root) == files(once.root)
            whole(grown, source)

    @pytest.mark.parametrize("settings_", [config(), small(), config(300, 4000)], ids=["default", "small", "wide"])
    def test_holds_at_every_line_of_a_session_that_has_everything(self, tmp_path: Path, settings_: object) -> None:
        session = rich()
        path = tmp_path / f"{SESSION}.jsonl"
        source = Source(str(path))
        grown, once = archive(tmp_path / "a", settings_), archive(tmp_path / "b", settings_)  # type: ignore[arg-type]
        path.write_bytes(b"")
        for line in session.lines():
            with path.open("ab") as f:
                f.write(line)
            take(grown, source)
        take(once, source)
        assert files(grown.root) == files(once.root)

    def test_holds_when_the_cut_is_in_the_middle_of_a_line(self, tmp_path: Path) -> None:
        data = talk(Session(), 3).data()
        path = tmp_path / f"{SESSION}.jsonl"
        source = Source(str(path))
        grown, once = archive(tmp_path / "a"), archive(tmp_path / "b")
        for at in range(100, len(data), 331):
            path.write_bytes(data[:at])
            take(grown, source)
        path.write_bytes(data)
        take(grown, source)
        take(once, source)
        assert files(grown.root) == files(once.root)

    def test_the_first_entries_without_a_time_do_not_change_the_folders_name(self, tmp_path: Path) -> None:
        session = Session()
        session.add({"type": "user", "message": {"role": "user", "content": "no time on me"}})
        path = tmp_path / f"{SESSION}.jsonl"
        source = session.write(path)
        grown, once = archive(tmp_path / "a"), archive(tmp_path / "b")
        take(grown, source)
        talk(session, 1).write(path)
        take(grown, source)
        take(once, source)
        assert files(grown.root) == files(once.root)

    def test_closed_chunks_are_not_touched_again(self, tmp_path: Path) -> None:
        session, path = talk(Session(), 10), tmp_path / f"{SESSION}.jsonl"
        kept = archive(tmp_path)
        source = session.write(path)
        take(kept, source)
        closed = {m["path"]: os.stat(m["path"]).st_mtime_ns for m in kept.metas() if not m["provisional"]}
        assert len(closed) > 3
        talk(session, 5).write(path)
        take(kept, source)
        assert {p: os.stat(p).st_mtime_ns for p in closed} == closed

    def test_only_the_tail_is_read_again(self, tmp_path: Path) -> None:
        session, path = talk(Session(), 40), tmp_path / f"{SESSION}.jsonl"
        kept = archive(tmp_path)
        take(kept, session.write(path))
        session.prompt("one more")
        report = take(kept, session.write(path))
        assert report.bytes_read < len(session.data()) / 10
        assert report.entries_new == 1


@settings(max_examples=15)
@given(sessions())
def test_archiving_twice_equals_once(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = archive(folder)
        source = session.write(Path(folder, "t", f"{SESSION}.jsonl"))
        take(kept, source)
        before = files(kept.root)
        report = take(kept, source)
        assert files(kept.root) == before
        assert (report.entries_new, report.chunks_new) == (0, 0)


@settings(max_examples=15)
@given(sessions())
def test_nothing_of_a_random_session_is_missing(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = archive(folder)
        source = session.write(Path(folder, "t", f"{SESSION}.jsonl"))
        take(kept, source)
        verdict = Verifier(kept).verify(source)
        assert verdict.missing == []
        assert verdict.entries > 0
        assert set(session.uuids()) <= {u for m in kept.metas() for u in m["uuids"]}


# What is lost and comes back.


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


STATE_PARTS = [
    "",
    "uuids",
    "sources",
    "uuids sources",
    "sources locks",
    "catalog.json",
    "locks",
    "uuids sources locks",
    "uuids catalog.json locks",
]


@pytest.mark.parametrize("parts", STATE_PARTS)
@pytest.mark.parametrize("grow", [False, True], ids=["same", "grown"])
def test_deleted_state_comes_back_and_nothing_is_duplicated_or_lost(tmp_path: Path, parts: str, grow: bool) -> None:
    session, path = talk(rich(), 6), tmp_path / "t" / f"{SESSION}.jsonl"
    kept, fresh = archive(tmp_path / "a"), archive(tmp_path / "b")
    source = session.write(path)
    take(kept, source)
    for part in parts.split(" "):
        _remove(Path(kept.path("state", part)))
    if grow:
        talk(session, 3).write(path)
    take(kept, source)
    take(fresh, source)
    assert files(kept.root) == files(fresh.root)
    archived_once(kept, session)
    whole(kept, source)


@settings(max_examples=30)
@given(
    sessions(without=("plain",)),
    st.floats(0, 1),
    st.lists(st.sampled_from([p for p in STATE_PARTS if p]), min_size=1, max_size=3),
)
def test_random_loss_of_state_loses_no_entry_and_repeats_none(session: Session, cut: float, lost: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept, data = archive(folder), session.data()
        path = Path(folder, "t", f"{SESSION}.jsonl")
        source = session.write(path)
        path.write_bytes(data[: int(len(data) * cut)])
        take(kept, source)
        for part in {p for parts in lost for p in parts.split(" ")}:
            found = Path(kept.path("state", part))
            if found.exists():
                _remove(found)
        path.write_bytes(data)
        take(kept, source)
        whole(kept, source)
        texts = [(u, t) for m in kept.metas() for u, _, t in load(Path(m["path"]).read_bytes()).entries()]
        assert len(texts) == len(set(texts))


def test_a_title_taken_from_the_first_prompt_survives_the_loss_of_state(tmp_path: Path) -> None:
    session, path = talk(Session(), 6), tmp_path / f"{SESSION}.jsonl"
    kept = archive(tmp_path)
    source = session.write(path)
    take(kept, source)
    before = files(kept.root)
    shutil.rmtree(kept.path("state"))
    take(kept, source)
    assert files(kept.root) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"garbage"),
        lambda p: p.write_bytes(p.read_bytes()[:-7]),
        lambda p: p.write_bytes(b"\0" * len(p.read_bytes())),
    ],
    ids=["empty", "garbage", "shortened", "zeroed"],
)
@pytest.mark.parametrize("part", ["uuids", "sources", "catalog.json"])
def test_damaged_state_is_made_anew(tmp_path: Path, part: str, harm: Callable[[Path], object]) -> None:
    session, path = talk(rich(), 6), tmp_path / "t" / f"{SESSION}.jsonl"
    kept, fresh = archive(tmp_path / "a"), archive(tmp_path / "b")
    source = session.write(path)
    take(kept, source)
    target = Path(kept.path("state", part))
    for victim in sorted(target.iterdir()) if target.is_dir() else [target]:
        harm(victim)
    talk(session, 3).write(path)
    take(kept, source)
    take(fresh, source)
    assert files(kept.root) == files(fresh.root)
    whole(kept, source)


def test_a_deleted_session_stays_deleted_for_hooks(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl")
    folder = Path(take(kept, source).archive_dir)
    shutil.rmtree(folder)
    take(kept, source)
    assert not folder.exists() or not any("0001-" in n for n in os.listdir(folder))


def test_restoring_brings_a_deleted_session_back_as_it_was(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = rich().write(tmp_path / f"{SESSION}.jsonl")
    folder = Path(take(kept, source).archive_dir)
    before = files(kept.root)
    shutil.rmtree(folder)
    take(kept, source, restore=True)
    assert files(kept.root) == before
    whole(kept, source)


def test_a_deleted_session_that_goes_on_keeps_what_is_new(tmp_path: Path) -> None:
    kept, path = archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    session = talk(Session(), 6)
    folder = Path(take(kept, session.write(path)).archive_dir)
    shutil.rmtree(folder)
    session.prompt("a question after the deletion")
    session.says("and its answer")
    take(kept, session.write(path))
    assert "a question after the deletion" in text_of(kept)
    assert "and its answer" in text_of(kept)


@pytest.mark.parametrize("which", [0, 3, -1], ids=["first", "middle", "provisional"])
def test_restoring_brings_a_deleted_chunk_back(tmp_path: Path, which: int) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 10).write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    victim = list(kept.metas())[which]
    os.unlink(victim["path"])
    take(kept, source, restore=True)
    verdict = Verifier(kept).verify(source)
    assert verdict.missing == []


def test_deleting_one_of_many_sessions_leaves_the_others_alone(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    first = talk(Session("aaaaaaaa-1"), 4).write(tmp_path / "aaaaaaaa-1.jsonl")
    second = talk(Session("bbbbbbbb-1"), 4).write(tmp_path / "bbbbbbbb-1.jsonl")
    gone = Path(take(kept, first).archive_dir)
    stays = Path(take(kept, second).archive_dir)
    before = files(stays)
    shutil.rmtree(gone)
    take(kept, second, restore=True)
    assert files(stays) == before


# Records that come again, change or go.


def test_a_record_appended_again_is_kept_once(tmp_path: Path) -> None:
    session = talk(Session(), 3)
    for uuid in session.uuids()[:4]:
        session.again(uuid)
    session.prompt("after the repetition")
    kept = archive(tmp_path)
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    archived_once(kept, session)
    whole(kept, source)


@pytest.mark.parametrize("together", [True, False], ids=["one run", "two runs"])
def test_a_richer_copy_is_kept_beside_the_poor_one(tmp_path: Path, together: bool) -> None:
    session, kept = talk(Session(), 6), archive(tmp_path)
    path = tmp_path / f"{SESSION}.jsonl"
    uuid = session.says("half of an ans")
    talk(session, 6)
    if not together:
        take(kept, session.write(path))
    whole_record = next(dict(i) for i in session.items if isinstance(i, dict) and i.get("uuid") == uuid)
    session.add({**whole_record, "message": {"role": "assistant", "content": "half of an answer, and the RICHER half"}})
    source = session.write(path)
    take(kept, source)
    assert text_of(kept).count("and the RICHER half") == 1
    whole(kept, source)


def test_a_poor_copy_before_a_richer_one_is_passed_over_on_every_run(tmp_path: Path) -> None:
    session, kept = Session(), archive(tmp_path, config())
    session.prompt("begin")
    uuid = session.says("poor")
    session.compaction()  # closes the chunk
    session.again(uuid)
    session.prompt("and then")
    poor = next(i for i in session.items if isinstance(i, dict) and i.get("uuid") == uuid)
    session.add({**poor, "message": {"role": "assistant", "content": "poor no more"}})
    source = session.write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    session.prompt("one more, so that it is read again")
    session.write(source.path)
    take(kept, source)
    assert [u for m in kept.metas() for u in m["uuids"]].count(uuid) == 2


@pytest.mark.parametrize("part", ["uuids", "sources", ""])
def test_a_richer_copy_is_kept_though_the_state_was_lost(tmp_path: Path, part: str) -> None:
    session, kept = talk(Session(), 3), archive(tmp_path)
    uuid = session.says("half of an ans")
    talk(session, 3)
    path = tmp_path / f"{SESSION}.jsonl"
    take(kept, session.write(path))
    _remove(Path(kept.path("state", part)))
    poor = next(i for i in session.items if isinstance(i, dict) and i.get("uuid") == uuid)
    session.add({**poor, "message": {"role": "assistant", "content": "half of an answer, and the RICHER half"}})
    source = session.write(path)
    take(kept, source)
    assert text_of(kept).count("and the RICHER half") == 1
    whole(kept, source)


@pytest.mark.parametrize("together", [True, False], ids=["one run", "two runs"])
def test_a_blanked_copy_does_not_replace_the_whole_one(tmp_path: Path, together: bool) -> None:
    session, kept = Session(), archive(tmp_path)
    path = tmp_path / f"{SESSION}.jsonl"
    session.prompt("run it")
    call = session.calls("Bash", command="make")
    uuid = session.result(call, "the ORIGINAL output of make")
    talk(session, 5)
    if not together:
        take(kept, session.write(path))
    record = next(dict(i) for i in session.items if isinstance(i, dict) and i.get("uuid") == uuid)
    block = {"type": "tool_result", "tool_use_id": call, "content": "[cleared]"}
    session.add({**record, "message": {"role": "user", "content": [block]}})
    source = session.write(path)
    take(kept, source)
    assert "the ORIGINAL output of make" in text_of(kept)
    assert [u for m in kept.metas() for u in m["uuids"]].count(uuid) == 1
    whole(kept, source)


@pytest.mark.parametrize("at", [1, 8, -2], ids=["early", "middle", "late"])
@pytest.mark.parametrize("grow", [False, True], ids=["same", "grown"])
def test_a_record_cut_out_of_the_transcript_stays_in_the_archive(tmp_path: Path, at: int, grow: bool) -> None:
    session, kept = talk(Session(), 8), archive(tmp_path)
    path = tmp_path / f"{SESSION}.jsonl"
    take(kept, session.write(path))
    before = session.uuids()
    del session.items[at]
    if grow:
        talk(session, 2)
    source = session.write(path)
    take(kept, source)
    uuids = [u for m in kept.metas() for u in m["uuids"]]
    assert set(before) | set(session.uuids()) == set(uuids)
    assert len(uuids) == len(set(uuids))
    whole(kept, source)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_shortened_transcript_loses_nothing_and_may_grow_again(tmp_path: Path, share: float) -> None:
    session, kept = talk(Session(), 8), archive(tmp_path)
    path = tmp_path / f"{SESSION}.jsonl"
    source = session.write(path)
    take(kept, source)
    before = set(session.uuids())
    session.items = session.items[: int(len(session.items) * share)]
    session.write(path)
    take(kept, source)
    assert {u for m in kept.metas() for u in m["uuids"]} == before
    session.prompt("now it goes on")
    session.write(path)
    take(kept, source)
    uuids = [u for m in kept.metas() for u in m["uuids"]]
    assert set(uuids) == before | set(session.uuids())
    assert len(uuids) == len(set(uuids))
    whole(kept, source)


@pytest.mark.parametrize(
    "cwd",
    [
        "/app",
        "/home/jo/a/rather/long/way/down/to/the/working/directory" * 3,
    ],
    ids=["short cwd", "long cwd"],
)
def test_a_replaced_transcript_is_added_to_what_was_kept(tmp_path: Path, cwd: str) -> None:
    kept, path = archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    first = talk(Session(seed="one", cwd=cwd), 8)
    take(kept, first.write(path))
    second = talk(Session(seed="two", cwd=cwd), 9)  # line by line as long as the first
    source = second.write(path)
    take(kept, source)
    uuids = [u for m in kept.metas() for u in m["uuids"]]
    assert sorted(uuids) == sorted(first.uuids() + second.uuids())
    whole(kept, source)


def test_a_transcript_touched_without_a_change_is_left_alone(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 5).write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    before = files(kept.root)
    os.utime(source.path, (1, 1))  # the clock went backwards
    assert take(kept, source).entries_new == 0
    assert files(kept.root) == before


def test_a_missing_transcript_is_empty(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    report = take(kept, Source(str(tmp_path / "none.jsonl")))
    assert (report.entries, report.chunks_total, report.archive_dir) == (0, 0, "")


def test_a_transcript_deleted_after_it_was_archived_changes_nothing(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 5).write(tmp_path / f"{SESSION}.jsonl")
    take(kept, source)
    before = files(kept.root)
    os.unlink(source.path)
    take(kept, source)
    assert files(kept.root) == before


# Several sessions.


def fork(session: Session, name: str, turns: int) -> Session:
    """A fork copies the history with the same uuids under another session id."""
    made = Session(name, seed=name)
    made.items = [{**i, "sessionId": name} if isinstance(i, dict) else i for i in session.items]
    made.second = session.second
    return talk(made, turns)


def test_a_fork_shares_what_it_shares(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    first = talk(Session(), 6)
    forked = fork(first, "f0f0f0f0-fork", 4)
    take(kept, first.write(tmp_path / f"{SESSION}.jsonl"))
    before = files(kept.root, derived=False)
    source = forked.write(tmp_path / "f0f0f0f0-fork.jsonl")
    report = take(kept, source)
    uuids = [u for m in kept.metas() for u in m["uuids"]]
    assert sorted(uuids) == sorted(forked.uuids())
    assert before.items() <= files(kept.root, derived=False).items()
    assert report.entries == len(forked.uuids()) - len(first.uuids())
    index = Path(report.archive_dir, "index.md").read_text(encoding="utf-8")
    assert f"The {len(first.uuids())} entries that it shares" in index
    whole(kept, source)


def test_a_fork_of_a_fork_that_is_archived_in_steps_shares_too(tmp_path: Path) -> None:
    kept, grown = archive(tmp_path / "a"), archive(tmp_path / "b")
    first = talk(Session(), 4)
    second = fork(first, "f0f0f0f0-fork", 3)
    third = fork(second, "f1f1f1f1-fork", 3)
    all_three = [s.write(tmp_path / f"{s.session}.jsonl") for s in (first, second, third)]
    for source in all_three:
        take(kept, source)
    for source, session in zip(all_three, (first, second, third), strict=True):
        lines = session.lines()
        for n in range(1, len(lines) + 1, 3):
            Path(source.path).write_bytes(b"".join(lines[:n]))
            take(grown, source)
        Path(source.path).write_bytes(b"".join(lines))
        take(grown, source)
    assert files(grown.root) == files(kept.root)
    whole(kept, *all_three)
    assert sorted(u for m in kept.metas() for u in m["uuids"]) == sorted(third.uuids())


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["1f758c24"],
    ],
    ids=["long ids", "an id that is the beginning of another"],
)
def test_sessions_with_the_same_first_eight_characters_stay_apart(tmp_path: Path, more: list[str]) -> None:
    kept = archive(tmp_path)
    names = ["1f758c24-aaaa-1", "1f758c24-bbbb-1", "1f758c24-aaaa-2", *more]
    made = [talk(Session(n), 3) for n in names]
    found = [s.write(tmp_path / f"{s.session}.jsonl") for s in made]
    for _ in range(2):
        folders = [take(kept, s).archive_dir for s in found]
    assert len(set(folders)) == len(names)
    for session, folder in zip(made, folders, strict=True):
        uuids = [u for n in chunk_names(folder) for u in load_meta(Path(folder, n).read_bytes())["uuids"]]
        assert uuids == session.uuids()


def test_same_prefix_sessions_keep_their_folders_when_the_state_is_lost(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    found = [talk(Session(n), 3).write(tmp_path / f"{n}.jsonl") for n in ("1f758c24-aaaa-1", "1f758c24-bbbb-1")]
    before = [take(kept, s).archive_dir for s in found]
    shutil.rmtree(kept.path("state"))
    assert [take(kept, s).archive_dir for s in reversed(found)][::-1] == before


@pytest.mark.parametrize(
    "name", ["../../escape", "..", ".", "a/b", "a\\b", "x" * 300, "é☃", "con:", "", "nul\nline", "-rf"]
)
def test_hostile_session_ids_stay_inside(tmp_path: Path, name: str) -> None:
    project = tmp_path / "deep" / "project"
    project.mkdir(parents=True)
    kept = archive(project)
    path = tmp_path / "t" / "x.jsonl"
    session = talk(Session(name or "empty"), 3)
    session.write(path)
    before = {str(p) for p in tmp_path.rglob("*") if not p.is_relative_to(project)}
    take(kept, Source(str(path), name, agent=""))
    take(kept, Source(str(path), "parent", agent=name or "a"))
    assert {str(p) for p in tmp_path.rglob("*") if not p.is_relative_to(project)} == before
    inside = {p for p in project.rglob("*") if not p.is_relative_to(kept.root)}
    assert inside == {project / ".claude"}


def test_sub_agents_lie_below_their_session(tmp_path: Path) -> None:
    kept, path = archive(tmp_path), tmp_path / "t" / f"{SESSION}.jsonl"
    main = talk(Session(), 3)
    source = main.write(path)
    agents = [talk(Session(agent=a, seed=a), 3) for a in ("a1b2", "c3d4")]
    for a in agents:
        a.write(path.parent / SESSION / "subagents" / f"agent-{a.agent}.jsonl")
    reports = take_all(kept, source)
    assert [os.path.relpath(r.archive_dir, reports[0].archive_dir) for r in reports] == [
        ".",
        "agents/a1b2",
        "agents/c3d4",
    ]
    assert len(take_all(kept, source)) == 1  # nothing new in the others
    index = Path(reports[0].archive_dir, "index.md").read_text(encoding="utf-8")
    take(kept, source)
    whole(kept, source, *source.agents())
    assert "agents/a1b2/index.md" in Path(reports[0].archive_dir, "index.md").read_text(encoding="utf-8") or index


def test_an_agent_archived_before_its_session_finds_the_same_folder(tmp_path: Path) -> None:
    kept, path = archive(tmp_path), tmp_path / "t" / f"{SESSION}.jsonl"
    source = talk(Session(), 3).write(path)
    agent = talk(Session(agent="a1b2", seed="a1"), 3)
    found = agent.write(path.parent / SESSION / "subagents" / "agent-a1b2.jsonl")
    first = take(kept, found).archive_dir
    assert Path(first).parent.parent == Path(take(kept, source).archive_dir)


# Several processes.


def _take_often(root: str, path: str, rounds: int) -> None:
    kept = archive(root)
    for _ in range(rounds):
        take(kept, Source(path), wait=60)


def _grow(path: str, data: bytes, steps: int) -> None:
    at = 0
    for n in range(1, steps + 1):
        to = len(data) * n // steps
        with open(path, "ab") as f:
            f.write(data[at:to])
        at = to


FORK = multiprocessing.get_context("fork")


def test_processes_on_one_growing_transcript_leave_the_files_of_one(tmp_path: Path) -> None:
    session, path = talk(rich(), 12), tmp_path / f"{SESSION}.jsonl"
    path.touch()
    kept, once = archive(tmp_path / "a"), archive(tmp_path / "b")
    running = [FORK.Process(target=_take_often, args=(str(tmp_path / "a"), str(path), 12)) for _ in range(3)]
    running.append(FORK.Process(target=_grow, args=(str(path), session.data(), 40)))
    for p in running:
        p.start()
    for p in running:
        p.join(120)
        assert p.exitcode == 0
    take(kept, Source(str(path)))
    take(once, Source(str(path)))
    assert files(kept.root) == files(once.root)
    whole(kept, Source(str(path)))


def test_processes_on_different_transcripts_do_not_disturb_each_other(tmp_path: Path) -> None:
    made = [talk(Session(f"{n}{n}{n}{n}{n}{n}{n}{n}-s"), 12) for n in "abcd"]
    paths = [tmp_path / f"{s.session}.jsonl" for s in made]
    kept, once = archive(tmp_path / "a"), archive(tmp_path / "b")
    running = []
    for session, path in zip(made, paths, strict=True):
        path.touch()
        running.append(FORK.Process(target=_take_often, args=(str(tmp_path / "a"), str(path), 10)))
        running.append(FORK.Process(target=_grow, args=(str(path), session.data(), 20)))
    for p in running:
        p.start()
    for p in running:
        p.join(120)
        assert p.exitcode == 0
    for path in paths:
        take(kept, Source(str(path)))
        take(once, Source(str(path)))
    assert files(kept.root) == files(once.root)
    whole(kept, *(Source(str(p)) for p in paths))
    assert len(list(kept.metas())) > 20


def test_a_lock_held_by_another_process_is_not_waited_for_longer_than_told(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl")
    kept.prepare()
    ready, done = FORK.Event(), FORK.Event()

    def hold() -> None:
        with Lock(kept.path("state", "locks", f"{source.name}.lock"), 1):
            ready.set()
            done.wait(120)

    holder = FORK.Process(target=hold)
    holder.start()
    try:
        assert ready.wait(120)
        with pytest.raises(LockTimeoutError, match=r"\.lock is held by process \d+"):
            take(kept, source, wait=0.05)
    finally:
        done.set()
        holder.join(120)
    assert take(kept, source, wait=5).entries_new > 0


def test_a_lock_whose_holder_died_is_free(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    source = talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl")
    kept.prepare()

    def die() -> None:
        lock = Lock(kept.path("state", "locks", f"{source.name}.lock"), 1).__enter__()
        lock.mark()
        os._exit(0)

    dead = FORK.Process(target=die)
    dead.start()
    dead.join(120)
    take(kept, source, wait=0)
    whole(kept, source)


# What lies on the disk.


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    old = os.umask(0)
    try:
        take(kept, rich().write(tmp_path / f"{SESSION}.jsonl"))
    finally:
        os.umask(old)
    for path in [Path(kept.root), *Path(kept.root).rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("part", ["", "sessions", "state"])
@pytest.mark.parametrize("exists", [False, True], ids=["new", "existing"])
def test_a_symlinked_directory_is_refused_and_not_followed(tmp_path: Path, part: str, exists: bool) -> None:
    kept = archive(tmp_path / "p")
    source = talk(Session(), 2).write(tmp_path / f"{SESSION}.jsonl")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if exists:
        take(kept, source)
        shutil.move(kept.path(part).rstrip("/"), elsewhere / "moved")
        target = elsewhere / "moved"
    else:
        os.makedirs(os.path.dirname(kept.path(part).rstrip("/")), exist_ok=True)
        target = elsewhere
    os.symlink(target, kept.path(part).rstrip("/"))
    before = sorted(map(str, elsewhere.rglob("*")))
    with pytest.raises(ArchiveError, match="symbolic link"):
        take(archive(tmp_path / "p"), talk(Session(), 3).write(tmp_path / f"{SESSION}.jsonl"))
    assert sorted(map(str, elsewhere.rglob("*"))) == before


def test_a_symlinked_session_folder_is_not_written_through(tmp_path: Path) -> None:
    kept, path = archive(tmp_path / "p"), tmp_path / f"{SESSION}.jsonl"
    session = talk(Session(), 3)
    folder = Path(take(kept, session.write(path)).archive_dir)
    elsewhere = tmp_path / "elsewhere"
    shutil.move(folder, elsewhere)
    folder.symlink_to(elsewhere)
    before = files(elsewhere)
    source = talk(session, 5).write(path)
    try:
        take(kept, source)
    except (ArchiveError, OSError):
        pass
    assert files(elsewhere) == before


def test_a_chunk_name_taken_by_a_symlink_does_not_reach_its_target(tmp_path: Path) -> None:
    kept, twin = archive(tmp_path / "a"), archive(tmp_path / "b")
    source = talk(Session(), 3).write(tmp_path / f"{SESSION}.jsonl")
    take(twin, source)
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in files(twin.root):
        path = Path(kept.path(name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.symlink_to(precious)
    try:
        take(kept, source)
    except (ArchiveError, OSError):
        pass
    assert precious.read_text() == "mine"


def test_a_file_in_the_archives_place_is_refused_with_its_path(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    os.makedirs(os.path.dirname(kept.root))
    Path(kept.root).write_text("not a directory")
    with pytest.raises(ArchiveError, match=re.escape(kept.root)):
        take(kept, talk(Session(), 1).write(tmp_path / f"{SESSION}.jsonl"))


def test_images_come_back_as_the_bytes_they_were(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    report = take(kept, rich().write(tmp_path / f"{SESSION}.jsonl"))
    found = {p.read_bytes() for p in Path(report.archive_dir, "blobs").glob("*.png")}
    assert found == {png(3), png(5)}


def test_long_outputs_come_back_whole_from_their_blob(tmp_path: Path) -> None:
    session, kept = Session(), archive(tmp_path)
    text = "".join(f"row {n} · déjà vu · {n * n}\n" for n in range(5000)) + "\u2028 the end"
    session.prompt("print the table")
    session.tool("Bash", text, command="cat table")
    report = take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    blobs = list(Path(report.archive_dir, "blobs").iterdir())
    assert [b.read_bytes().decode() for b in blobs] == [text]
    inline = text_of(kept)
    assert f"blobs/{blobs[0].name}" in inline
    assert "row 0 ·" in inline
    assert "the end" in inline


@pytest.mark.parametrize("total", [1, 5, 6, 11, 23])
@pytest.mark.parametrize("stepwise", [False, True], ids=["at once", "stepwise"])
def test_an_index_goes_on_in_pages_and_lists_every_chunk_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int, stepwise: bool
) -> None:
    monkeypatch.setattr(catalog, "PAGE", 5)
    kept, session, path = archive(tmp_path), Session(), tmp_path / f"{SESSION}.jsonl"
    for n in range(total):
        session.prompt(f"Question {n} " * 20)
        session.says("word " * 100)
        if stepwise:
            take(kept, session.write(path))
    report = take(kept, session.write(path))
    folder = Path(report.archive_dir)
    pages = [*sorted(folder.glob("index-*.md")), folder / "index.md"]
    listed = [re.findall(r"^- \[(\d+-[0-9a-f]{8})\]", p.read_text(encoding="utf-8"), re.M) for p in pages]
    assert [x for page in listed for x in page] == [n.removesuffix(".md") for n in chunk_names(str(folder))]
    assert all(len(page) == 5 for page in listed[:-1])
    assert len(pages) == 1 + (report.chunks_total - 1) // 5
    for page in pages[:-1]:
        assert page.name in pages[-1].read_text(encoding="utf-8")


def test_the_map_of_all_sessions_is_bounded_and_forgets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "SESSIONS", 6)
    monkeypatch.setattr(catalog, "MONTHS", 3)
    kept = archive(tmp_path)
    made = []
    for n in range(15):
        session = Session(f"{n:08d}-session")
        session.prompt(f"Question of session {n}")
        for item in session.items:
            item["timestamp"] = f"2026-{n // 2 + 1:02d}-0{n % 2 + 1}T10:00:00.000Z"  # type: ignore[index]
        made.append(session.write(tmp_path / f"{session.session}.jsonl"))
        take(kept, made[-1])
    index = Path(kept.path("INDEX.md"))
    first = index.read_text(encoding="utf-8")

    def figures(text: str) -> tuple[int, int]:
        older = sum(int(n) for n in re.findall(r"· (\d+) sessions ·", text))
        return len(re.findall(r"^- \[", text, re.M)), older

    assert figures(first) == (6, 9)
    assert first.index("00000014") < first.index("00000013")
    assert "before · " in first
    for source in reversed(made):  # read again, they are counted once
        take(kept, source)
    assert sum(figures(index.read_text(encoding="utf-8"))) == 15


def test_more_than_a_hundred_sessions_keep_the_map_short(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    sizes = []
    for n in range(105):
        session = Session(f"{n:08d}-session")
        session.second = n * 60
        session.prompt(f"Question of session {n}")
        take(kept, session.write(tmp_path / f"{session.session}.jsonl"))
        sizes.append(os.path.getsize(kept.path("INDEX.md")))
    assert max(sizes[101:]) - min(sizes[101:]) < 20
    assert "5 sessions" in Path(kept.path("INDEX.md")).read_text(encoding="utf-8")


# Secrets.


def chars(count: int) -> str:
    """No key is spelt out: secret scanners read this file."""
    dice = random.Random(7)
    return "".join(dice.choice(string.ascii_letters + string.digits) for _ in range(count))


def test_secrets_reach_no_file_of_the_archive(tmp_path: Path) -> None:
    from rlm_core.archive.summaries import file_summary
    from rlm_core.config import redactor
    from rlm_core.redaction.clean import literal

    key, password = "sk-" + "ant-api03-" + chars(90) + "AA", "hunter2" + chars(12)
    token = "gh" + "p_" + chars(36)
    session, kept = Session(), archive(tmp_path, config())
    session.prompt(f"use {key}")
    session.says(f"I see {token}")
    session.thinks(f"DB_PASSWORD={password}")
    session.tool("Bash", f"export API_KEY={token}\n" * 3000, command=f"curl -H 'Authorization: Bearer {token}' x")
    session.tool("Write", "ok", file_path=f"/tmp/{key}.txt", content=f"PASSWORD={password}")
    session.mention("notes.txt", f"secret: {key}")
    session.attachment("queued_command", prompt=f"and {token}", commandMode="prompt")
    session.title(f"Session with {key}")
    session.compaction(f"It used {key} and {token}.")
    session.note("informational", f"token {token}")
    path = tmp_path / f"{SESSION}.jsonl"
    source = session.write(path)
    report = take(kept, source)
    state = json.loads(Path(kept.state_path(source)).read_text())
    file_summary(kept.root, state, redactor(kept.config)(f"<summary>{key}</summary>"), literal("auto"))
    found = everything(kept.root)
    for secret in (key, token, password):
        assert secret.encode() not in found
        assert secret[5:25].encode() not in found
    assert report.redactions >= 10
    assert b"[redacted:anthropic]" in found
    verdict = Verifier(kept).verify(source)
    assert verdict.missing == []
    assert verdict.redactions > 0


def test_a_secret_split_by_the_head_and_tail_of_a_blob_is_still_left_out(tmp_path: Path) -> None:
    token = "gh" + "p_" + chars(36)
    kept = archive(tmp_path)
    for n, shift in enumerate(range(0, 240, 7)):
        session = Session(f"{n:08d}-s")
        session.prompt("go")
        session.tool("Bash", "a " * (50 + shift // 2) + f" {token} " * 60 + "z" * shift, command="x")
        take(kept, session.write(tmp_path / f"{session.session}.jsonl"))
    assert token[8:24].encode() not in everything(kept.root)


def test_redaction_can_be_switched_off(tmp_path: Path) -> None:
    token = "gh" + "p_" + chars(36)
    session = Session()
    session.prompt(f"use {token}")
    kept = archive(tmp_path, config(enabled=False))
    take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    assert token in text_of(kept)


def test_redactions_are_counted_once_however_often_the_chunk_is_written(tmp_path: Path) -> None:
    token = "gh" + "p_" + chars(36)
    session, kept, path = Session(), archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    for n in range(9):
        session.prompt(f"use {token} for {n}")
        session.says("I did. " * 20)
        report = take(kept, session.write(path))
    assert report.redacted == {"github": 9}
    assert sum(sum(m["redactions"].values()) for m in kept.metas()) == 9


# Reports.


def test_a_report_says_what_a_run_did(tmp_path: Path) -> None:
    session, kept, path = talk(Session(), 4), archive(tmp_path), tmp_path / f"{SESSION}.jsonl"
    session.add(b"{broken\n")
    session.add(b"[1, 2]\n")
    report = take(kept, session.write(path))
    assert report.skipped_lines == 2
    assert report.entries == report.entries_new == len(session.uuids())
    assert report.chunks_total == report.chunks_new == len(list(kept.metas()))
    assert report.bytes_read == len(session.data())
    assert report.archive_dir == kept.path("sessions", f"2026-11-22_{SESSION[:8]}")
    assert json.loads(json.dumps(report.as_json())).keys() >= {
        "session", "chunks_new", "chunks_total", "entries", "bytes_read", "skipped_lines", "redactions", "archive_dir",
    }  # fmt: skip


def test_many_chunks_at_once_equal_the_same_in_small_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = talk(rich(), 30).write(tmp_path / f"{SESSION}.jsonl")
    kept, once = archive(tmp_path / "a"), archive(tmp_path / "b")
    take(once, source)
    monkeypatch.setattr(intake, "COMMIT_CHUNKS", 2)
    take(kept, source)
    assert files(kept.root) == files(once.root)
