"""State, ledger and chunk files of different moments, of rot and of hands: what the archive held it holds, once."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, leftovers, talk
from kits.power import gaps, uuids

from rlm_core.archive.ledger import HEADER, SLOT, Ledger
from rlm_core.archive.mending.slots import compare
from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.sealed import parsed, read_sealed, sealed
from rlm_core.archive.state import load
from rlm_core.archive.store import open_archive
from rlm_core.archive.take import take, take_all
from rlm_core.errors import ArchiveError, RlmError
from rlm_core.redaction.clean import literal
from rlm_core.transcript.source import Source

FORK = multiprocessing.get_context("fork")


class World:
    """A session of some turns in an archive, and how both stood before the newest turns."""

    def __init__(self, folder: Path) -> None:
        self.kept = archive(folder)
        self.root = Path(self.kept.root)
        self.path = folder / f"{SESSION}.jsonl"
        self.session = talk(Session(), 6)
        self.source = self.session.write(self.path)
        take(self.kept, self.source)
        self.before = folder / "before"
        shutil.copytree(self.root, self.before)
        talk(self.session, 6)
        self.session.write(self.path)
        take(self.kept, self.source)

    @property
    def state(self) -> Path:
        return self.root / "state" / "sources" / f"{SESSION}.json"

    @property
    def ledger(self) -> Path:
        return self.root / "state" / "uuids"

    def chunks(self) -> list[Path]:
        return sorted(self.root.glob("sessions/*/[0-9]*-*.md"))

    def give_back(self, *parts: str) -> None:
        """Put a part of the archive back as it was."""
        for part in parts:
            target = self.root / part
            if target.is_dir():
                shutil.rmtree(target)
                shutil.copytree(self.before / part, target)
            else:
                shutil.copy2(self.before / part, target)

    def goes_on(self, turns: int = 1) -> list[str]:
        """Archive some more turns; what is lost or doubled then."""
        talk(self.session, turns)
        self.session.write(self.path)
        take(self.kept, self.source)
        return self.problems()

    def problems(self) -> list[str]:
        found = uuids(self.root)
        return [
            *(f"lost {u}" for u in self.session.uuids() if u not in found),
            *(f"twice {u}" for u, n in found.items() if n > 1),
            *(f"gap in {f}" for f in gaps(self.root)),
            *leftovers(self.root),
            *damaged(self.kept),
            *Verifier(self.kept).verify(self.source).missing,
        ]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


# Two moments.


@pytest.mark.parametrize(
    "parts",
    [
        ("sessions",),
        ("state",),
        ("state/uuids",),
        ("state/sources",),
        ("sessions", "state/uuids"),
        ("sessions", "state/sources"),
        ("state/sources", "state/uuids"),
    ],
    ids=" and ".join,
)
def test_a_part_from_an_earlier_backup_loses_and_doubles_nothing(world: World, parts: tuple[str, ...]) -> None:
    world.give_back(*parts)
    assert world.goes_on() == []


@pytest.mark.parametrize("part", ["state", "state/sources", "state/uuids", "state/locks"])
def test_what_was_deleted_below_state_is_made_again(world: World, part: str) -> None:
    target = world.root / part
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    assert world.goes_on() == []


def test_a_ledger_of_another_archive_is_made_anew(world: World, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy2(World(tmp_path / "other").before / "state" / "uuids", world.ledger)
    assert world.goes_on() == []


@pytest.mark.parametrize(
    "harm", [lambda b: b"", lambda b: bytes(len(b)), lambda b: b[:700], lambda b: b[:HEADER] + bytes(len(b) - HEADER)]
)
def test_a_harmed_ledger_is_made_anew(world: World, harm: Callable[[bytes], bytes]) -> None:
    world.ledger.write_bytes(harm(world.ledger.read_bytes()))
    assert world.goes_on() == []


@pytest.mark.parametrize("which", [-1, -2, -4])
def test_a_chunk_file_that_the_disk_lost_comes_back_with_the_next_event(world: World, which: int) -> None:
    world.chunks()[which].unlink()
    assert world.goes_on() == []


# Hands.


def test_a_deleted_folder_stays_deleted_for_hooks(world: World) -> None:
    shutil.rmtree(world.chunks()[0].parent)
    world.goes_on()
    assert not set(world.session.uuids()[:5]) & set(uuids(world.root))


def test_a_folder_deleted_while_its_session_goes_on_comes_back_whole_when_asked_for(world: World) -> None:
    shutil.rmtree(world.chunks()[0].parent)
    world.goes_on()
    take_all(world.kept, world.source, restore=True)
    assert world.problems() == []


# Rot.


def test_no_flipped_bit_in_a_state_loses_or_doubles_anything(world: World) -> None:
    data = world.state.read_bytes()
    saved = world.root.parent / "saved"
    shutil.copytree(world.root, saved)
    transcript = list(world.session.items)
    for at in range(3, len(data), max(len(data) // 40, 1)):
        shutil.rmtree(world.root)
        shutil.copytree(saved, world.root)
        world.session.items = list(transcript)
        harmed = bytearray(data)
        harmed[at] ^= 1 << at % 7
        if harmed[at] != data[at] and b'"version": 1' in harmed:
            world.state.write_bytes(harmed)
            assert (at, world.goes_on()) == (at, [])


OTHER: dict[str, Any] = {
    "offset": "x",
    "end": -5,
    "open": [1],
    "carry": {"turn": None},
    "folder": "../../x",
    "title": 3,
    "seen": None,
    "fresh": {"a": 1},
    "open_file": "../x",
    "closed": 1e9,
    "listed": "x",
}


@pytest.mark.parametrize(("key", "value"), OTHER.items())
@pytest.mark.parametrize("old", [False, True], ids=["sealed", "of an earlier version"])
def test_a_value_of_another_type_is_never_obeyed(world: World, key: str, value: Any, *, old: bool) -> None:
    values = json.loads(world.state.read_bytes()) | {key: value}
    if old:
        for name in ("check", "generation", "written", "stamp", "unsure", "tail"):
            del values[name]
    world.state.write_text(json.dumps(values))
    assert load(str(world.state)) is None
    assert world.goes_on() == []


@pytest.mark.parametrize("data", [b"[" * 100_000, b"\xff" * 500, b"", b"null", b"[]", b"1", b'{"version": 1}', b"{}"])
def test_a_state_that_is_none_is_made_anew(world: World, data: bytes) -> None:
    world.state.write_bytes(data)
    assert world.goes_on() == []


@given(
    st.dictionaries(st.text(max_size=8).filter(lambda k: k != "check"), st.integers(), min_size=1, max_size=5),
    st.integers(0),
    st.integers(0, 7),
)
@settings(deadline=None)
def test_every_flipped_bit_breaks_the_seal(values: dict[str, int], at: int, bit: int) -> None:
    data = bytearray(sealed(literal(json.dumps(values))).encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(data)
        assert parsed(str(path)) == (values, True)
        data[at % len(data)] ^= 1 << bit
        path.write_bytes(data)
        assert read_sealed(str(path)) is None


def test_a_flipped_bit_in_the_ledger_shows_when_all_of_it_is_read(world: World) -> None:
    data = world.ledger.read_bytes()
    ledger = Ledger(str(world.ledger))
    for at in range(HEADER, len(data), 7 * SLOT + 3):
        world.ledger.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert ledger.open()
        assert not ledger.sound()
        ledger.close()
    world.ledger.write_bytes(data)
    assert ledger.open()
    assert ledger.sound()
    assert compare(ledger.table(), world.kept.ledger_rows()) == (0, 1)
    ledger.close()


def test_what_stood_in_the_growing_chunk_stays_when_the_transcript_says_something_else(world: World) -> None:
    held = json.loads(world.state.read_bytes())["open"][0][0]
    lines = world.path.read_bytes().split(b"\n")
    other = [line.replace(held.encode(), b"x" * len(held)) for line in lines]
    world.path.write_bytes(b"\n".join(other))
    os.utime(world.path, ns=(1, 1))
    take(world.kept, world.source)
    found = uuids(world.root)
    assert all(found[u] == 1 for u in world.session.uuids())


# Newer programs.


def _newer_state(world: World) -> None:
    values = json.loads(world.state.read_bytes()) | {"version": 2}
    world.state.write_text(json.dumps(values))


def _newer_ledger(world: World) -> None:
    world.ledger.write_bytes(world.ledger.read_bytes().replace(b"rlm-uuids-1", b"rlm-uuids-2", 1))


def _newer_archive(world: World) -> None:
    (world.root / "state" / "version").write_text("7\n")


@pytest.mark.parametrize("make", [_newer_state, _newer_ledger, _newer_archive])
def test_what_a_newer_program_wrote_is_left_alone(world: World, make: Callable[[World], None]) -> None:
    make(world)
    before = {p: p.read_bytes() for p in world.root.rglob("*") if p.is_file() and p.suffix != ".lock"}
    talk(world.session, 1)
    world.session.write(world.path)
    with pytest.raises(ArchiveError, match="newer rlm; upgrade"):
        take(world.kept, world.source)
    assert {p: p.read_bytes() for p in before} == before


def test_commands_refuse_an_archive_of_a_newer_program(world: World) -> None:
    _newer_archive(world)
    with pytest.raises(RlmError, match="newer rlm; upgrade"):
        open_archive(str(world.root.parent.parent))


def test_a_state_that_an_earlier_version_went_on_with_is_not_taken_for_ours(world: World) -> None:
    """Down to 0.5 and up again: it carries our rows along, and drops what it does not know from the state."""
    values = json.loads(world.state.read_bytes())
    for name in ("check", "generation", "written", "stamp", "unsure", "tail"):
        del values[name]
    world.state.write_text(json.dumps(values))
    assert world.goes_on() == []


# Forks.


def _take(root: str, path: str) -> None:
    take(archive(root), Source(path), wait=60)


def test_a_fork_and_its_parent_that_are_new_at_once_are_archived_once(tmp_path: Path) -> None:
    parent = talk(Session(), 40)
    paths = [tmp_path / f"{name}.jsonl" for name in ("aaaaaaaa-parent", "bbbbbbbb-fork", "cccccccc-fork")]
    for path in paths:
        path.write_bytes(parent.data())
    running = [FORK.Process(target=_take, args=(str(tmp_path), str(path))) for path in paths]
    for p in running:
        p.start()
    for p in running:
        p.join(120)
        assert p.exitcode == 0
    found = uuids(tmp_path / ".claude" / "rlm")
    assert {u: found[u] for u in parent.uuids() if found[u] != 1} == {}


def test_a_fork_of_a_session_that_died_before_its_ledger_is_archived_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = talk(Session(), 5)
    source = parent.write(tmp_path / "aaaaaaaa-parent.jsonl")
    kept = archive(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "add", _dies)
        with pytest.raises(KeyboardInterrupt):
            take(kept, source)
    fork = tmp_path / "bbbbbbbb-fork.jsonl"
    fork.write_bytes(talk(parent, 1).data())
    take(kept, Source(str(fork)))
    found = uuids(kept.root)
    assert {u: found[u] for u in parent.uuids() if found[u] != 1} == {}


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_generations_count_commits(world: World) -> None:
    first = read_sealed(str(world.state)) or {}
    world.goes_on()
    second = read_sealed(str(world.state)) or {}
    assert second["generation"] == first["generation"] + 1
