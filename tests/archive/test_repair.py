"""Check and repair as a pair: what harms the archive's files is found, and brought back from what there still is."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, rich, talk
from kits.checker import lost
from kits.mutation import examples
from kits.table import sample

from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.copies.place import copies_at
from rlm_core.archive.proof.whole import Examined, whole
from rlm_core.archive.repair.outcome import Repaired
from rlm_core.archive.repair.repair import repair
from rlm_core.archive.take import take_all
from rlm_core.chunks.chunkfile import as_closed, is_unharmed
from rlm_core.search.citations import resolve
from rlm_core.search.ranked import find
from rlm_core.transcript.source import Source


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a session of several chunks with blobs, and its transcript; tests work on copies of it."""
    top = tmp_path_factory.mktemp("made")
    session = talk(rich(), 12)
    session.tool("Bash", "".join(f"a long output, line {n} of it\n" for n in range(3000)), command="make")
    talk(session, 2)
    source = session.write(top / "t" / f"{SESSION}.jsonl")
    take_all(archive(top, config(300, 600)), source)
    return top


class World:
    """A copy of the archive, with a second copy that shares no bytes with it."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.archive = archive(top, config(300, 600))
        self.source = Source(str(top / "t" / f"{SESSION}.jsonl"), SESSION)
        os.unlink(self.archive.path("state", "id")) if os.path.exists(self.archive.path("state", "id")) else None
        self.archive.prepare()

    def copy(self) -> None:
        complaints: list[str] = []
        keep_up(self.archive, lambda _: None, complaints.append)
        assert complaints == []
        assert copies_at(self.archive.root)

    def sources(self) -> list[Source]:
        return [self.source] if os.path.isfile(self.source.path) else []

    def mend(self) -> Repaired:
        said: list[str] = []
        done = repair(self.archive, self.sources(), said.append)
        for source in self.sources():
            take_all(self.archive, source, restore=True)
        assert said == []
        return done

    @property
    def found(self) -> Examined:
        return whole(self.archive)

    def chunks(self) -> list[Path]:
        return sorted(Path(self.archive.root).glob("sessions/*/[0-9]*.md"))

    def lost(self, transcript: Path) -> list[str]:
        return lost(transcript, Path(self.archive.root))


@pytest.fixture
def world(made: Path, tmp_path: Path) -> World:
    shutil.copytree(made, tmp_path / "w")
    return World(tmp_path / "w")


def pick(world: World, what: str) -> Path:
    chunks = world.chunks()
    root = Path(world.archive.root)
    return {
        "first": lambda: chunks[0],
        "middle": lambda: chunks[len(chunks) // 2],
        "last": lambda: chunks[-1],
        "blob": lambda: next(p for p in sorted(root.glob("sessions/*/blobs/*.txt"))),
        "image": lambda: next(p for p in sorted(root.glob("sessions/*/blobs/*.png"))),
    }[what]()


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


HARMS: dict[str, Callable[[bytes], bytes | None]] = {
    "emptied": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "flipped": lambda data: flip(data, random.Random(len(data)).randrange(len(data))),
    "flipped in the head": lambda data: flip(data, min(8, len(data) - 1)),
    "flipped at the end": lambda data: flip(data, len(data) - min(30, len(data) // 2)),
    "zeroed": lambda data: bytes(len(data)),
    "deleted": lambda _: None,
}


def harm(path: Path, how: str) -> bytes:
    """Harm a file in another inode, so that a hard link elsewhere keeps what it had; what it held comes back."""
    before = path.read_bytes()
    after = HARMS[how](before)
    path.unlink()
    if after is not None:
        path.write_bytes(after)
    return before


@pytest.mark.parametrize(
    ("what", "how", "left"),
    sample(["first", "middle", "last", "blob", "image"], HARMS, ["transcript", "copy", "both"], times=3),
)
def test_whatever_is_harmed_is_found_and_comes_back_to_the_byte(world: World, what: str, how: str, left: str) -> None:
    if left != "transcript":
        world.copy()
    original = world.top / "original.jsonl"
    shutil.copy(world.source.path, original)
    if left == "copy":
        os.unlink(world.source.path)
    path = pick(world, what)
    before = harm(path, how)
    assert not world.found.ok
    world.mend()
    assert path.read_bytes() == before
    found = world.found
    assert (found.ok, found.maps) == (True, [])
    assert world.lost(original) == []


@pytest.mark.parametrize(("what", "how"), sample(["first", "middle", "blob"], HARMS))
def test_what_nothing_can_bring_back_is_told_with_the_chunk_and_stays(world: World, what: str, how: str) -> None:
    os.unlink(world.source.path)
    path = pick(world, what)
    harm(path, how)
    held = path.read_bytes() if path.exists() else None
    done = world.mend()
    assert (path.read_bytes() if path.exists() else None) == held
    assert not world.found.ok
    if what != "blob":
        (gone,) = done.lost
        assert (gone.session, gone.chunk) == (SESSION, int(path.name[:4]))


@pytest.mark.parametrize(
    ("what", "how"), sample(["first", "middle", "last"], ["emptied", "cut", "zeroed", "deleted"], times=2)
)
def test_with_the_state_lost_too_a_session_goes_on_and_is_mended(world: World, what: str, how: str) -> None:
    cited = [meta["chunk"] for meta in world.archive.metas()]
    harm(pick(world, what), how)
    shutil.rmtree(world.archive.path("state"))
    take_all(world.archive, world.source)  # as a hook: it must not fail, and may archive once more what it lacks
    world.mend()
    found = world.found
    assert found.ok, (found.damaged, found.state, list(map(str, found.duplicates)))
    assert world.lost(Path(world.source.path)) == []
    for chunk in cited[:-1]:
        assert resolve(world.archive, chunk).path


@pytest.mark.parametrize("left", ["transcript", "copy"])
@pytest.mark.parametrize("what", ["first", "last", "blob"])
def test_what_stands_in_a_files_place_is_moved_away(world: World, what: str, left: str) -> None:
    if left == "copy":
        world.copy()
        os.unlink(world.source.path)
    path = pick(world, what)
    before = path.read_bytes()
    path.unlink()
    path.mkdir()
    assert not world.found.ok or world.found.foreign
    world.mend()
    assert path.read_bytes() == before
    assert world.found.ok


def test_a_hard_link_shares_the_harm_and_the_transcript_mends_both(world: World) -> None:
    world.copy()
    path = world.chunks()[1]
    before = path.read_bytes()
    path.write_bytes(flip(before, 200))  # in place: the copy has it, too
    world.mend()
    assert path.read_bytes() == before
    world.copy()
    (top,) = copies_at(world.archive.root)
    assert Path(top, path.relative_to(world.archive.root)).read_bytes() == before


def test_a_doubled_number_is_parted_again(world: World) -> None:
    chunk = world.chunks()[2]
    shutil.copy(chunk, chunk.with_name("0003-00000000.md"))
    assert any("another file has its number" in d for d in world.found.damaged)
    world.mend()
    assert world.found.ok
    assert chunk.exists()


@pytest.mark.parametrize("more", [0, 3])
def test_a_session_archived_twice_is_parted_and_stays_citable(world: World, tmp_path: Path, more: int) -> None:
    other = "99999999-fork"
    fork = Path(world.source.path).with_name(f"{other}.jsonl")
    fork.write_bytes(Path(world.source.path).read_bytes().replace(SESSION.encode(), other.encode()))
    fork.write_bytes(fork.read_bytes() + talk(Session(other), more).data())
    aside = archive(tmp_path / "aside", config(300, 600))
    source = Source(str(fork), other)
    take_all(aside, source)
    (folder,) = Path(aside.root).glob("sessions/*")
    shutil.copytree(folder, Path(world.archive.root) / "sessions" / folder.name)
    found = world.found
    assert found.duplicates
    cited = [m["chunk"] for m in aside.metas()]
    done = repair(world.archive, [world.source, source], pytest.fail)
    take_all(world.archive, source, restore=True)
    assert done.mended
    found = world.found
    assert found.ok, (found.damaged, found.state, list(map(str, found.duplicates)))
    assert all(resolve(world.archive, chunk).path for chunk in cited)
    assert world.lost(fork) == []


@pytest.mark.parametrize(
    ("name", "how"),
    sample(
        ["state/uuids", "state/catalog.json", "INDEX.md", f"state/sources/{SESSION}.json"],
        ["emptied", "deleted", "zeroed"],
        times=2,
    ),
)
def test_what_is_derived_is_made_again(world: World, name: str, how: str) -> None:
    harm(Path(world.archive.root, name), how)
    world.mend()
    found = world.found
    assert (found.ok, found.maps) == (True, [])
    assert "](sessions/" in Path(world.archive.root, "INDEX.md").read_text()


@pytest.mark.parametrize("data", [b"", b"[" * 100_000, bytes(100)])
def test_a_chunk_comes_back_where_the_ledger_is_harmed_too(world: World, data: bytes) -> None:
    Path(world.archive.path("state", "uuids")).write_bytes(data)
    path = pick(world, "middle")
    before = harm(path, "zeroed")
    world.mend()
    assert path.read_bytes() == before
    assert world.found.ok


def test_a_stale_index_is_written_anew(world: World) -> None:
    index = next(Path(world.archive.root).glob("sessions/*/index.md"))
    index.write_text("\n".join(index.read_text().split("\n")[:-3]) + "\n")
    assert world.found.maps
    world.mend()
    assert world.found.maps == []


# What is checked.


@examples(200)
@given(st.data())
def test_a_flipped_bit_anywhere_in_a_chunk_file_is_seen(made: Path, data: st.DataObject) -> None:
    chunk = data.draw(st.sampled_from(sorted(made.rglob("sessions/*/[0-9]*.md"))))
    held = chunk.read_bytes()
    at, bit = data.draw(st.integers(0, len(held) - 1)), data.draw(st.integers(0, 7))
    assert is_unharmed(held)
    assert not is_unharmed(held[:at] + bytes([held[at] ^ 1 << bit]) + held[at + 1 :])


def test_closing_a_chunk_keeps_its_sum(made: Path) -> None:
    chunk = sorted(made.rglob("sessions/*/[0-9]*.md"))[-1].read_bytes()
    assert as_closed(chunk) != chunk
    assert is_unharmed(as_closed(chunk))


def test_an_unreadable_file_is_named_and_the_rest_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = str(world.chunks()[1])
    refusing(monkeypatch, bad)
    found = world.found
    assert [bad in line for line in found.unreadable] == [True]
    assert found.chunks == len(world.chunks()) - 1
    assert [m["path"] for m in world.archive.metas()] == [str(p) for p in world.chunks() if str(p) != bad]
    assert world.archive.unread.keys() == {bad}


def refusing(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    """Have the disk fail to give one file."""
    real = os.open

    def refuse(path: str, *args: int, **kwargs: int) -> int:
        if path == bad:
            raise OSError(5, "Input/output error", path)
        return real(path, *args, **kwargs)

    import builtins

    opened = builtins.open

    def refuse_too(path: str, *args: object, **kwargs: object) -> object:
        if path == bad:
            raise OSError(5, "Input/output error", path)
        return opened(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(builtins, "open", refuse_too)


def test_a_temporary_file_is_left_over_and_no_fault(world: World) -> None:
    path = Path(world.archive.root, "state", ".tmp-999999999-told.json")
    path.write_text("{")
    found = world.found
    assert (found.ok, found.left) == (True, [str(path)])


# A search beside an index that is behind.


@pytest.fixture
def indexed(world: World) -> World:
    find(world.archive, "output")
    return world


def test_what_a_held_index_lacks_is_found_in_the_files(indexed: World) -> None:
    from rlm_core.lock import Lock

    session = Session("77777777-late")
    session.prompt("the walrus protocol is decided: port 4711")
    session.says("noted")
    with Lock(indexed.archive.path("state", "locks", "index.lock"), 1.0):
        take_all(indexed.archive, session.write(indexed.top / "t" / "77777777-late.jsonl"))
        found = find(indexed.archive, "walrus protocol")
        old = find(indexed.archive, "long output line")
    assert "walrus protocol is decided" in found.hits[0].snippet
    assert found.index == "behind"
    assert "behind" in found.said
    assert old.hits
    assert find(indexed.archive, "walrus protocol").index == "up to date"


@pytest.mark.parametrize("harmed", [b"", b"garbage" * 1000, None])
def test_a_harmed_index_is_made_anew_and_told(indexed: World, harmed: bytes | None) -> None:
    path = Path(indexed.archive.root, "search.db")
    data = path.read_bytes()
    for beside in indexed.archive.path("search.db-wal"), indexed.archive.path("search.db-shm"):
        Path(beside).unlink(missing_ok=True)
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096) if harmed is None else harmed)
    found = find(indexed.archive, "long output line")
    assert found.hits
    assert found.index == "made anew"
    assert "made anew" in found.said


def test_the_same_line_without_an_id_in_two_transcripts_is_no_duplicate(tmp_path: Path) -> None:
    kept = archive(tmp_path, config(300, 600))
    line = {"type": "queue-operation", "operation": "enqueue", "timestamp": "2026-03-02T08:00:00Z", "content": "go on"}
    for name in ("aaaaaaaa-one", "bbbbbbbb-two"):
        session = talk(Session(name), 3)
        session.add(dict(line))
        take_all(kept, session.write(tmp_path / "t" / f"{name}.jsonl"))
    assert [str(pair) for pair in whole(kept).duplicates] == []
