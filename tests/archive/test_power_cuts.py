"""Power cuts, kills and failing calls at any moment: the next event brings everything into the archive, once.

`RLM_TORTURE=N` takes N times as many moments. Each day they are others.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from kits.builders import SESSION, Session, archive, leftovers, talk
from kits.checker import lost
from kits.crash import DISK, Breaker
from kits.draw import dice, moments
from kits.mutation import TORTURE
from kits.power import Recorder, gaps, uuids

from rlm_core.archive.proof.verify import Verifier, damaged
from rlm_core.archive.take import take
from rlm_core.transcript.source import Source

CUTS = 200 * TORTURE


@dataclass
class Stop:
    """A recorded turn: its kind; the disk, asked; (transcript, uuids archived of it) then and a turn later."""

    kind: str
    disk: Recorder
    now: tuple[bytes, set[str]]
    later: tuple[bytes, set[str]]


class World:
    """A session that grows turn by turn, each turn's archiving recorded."""

    def __init__(self, folder: Path) -> None:
        self.kept = archive(folder)
        self.path = folder / f"{SESSION}.jsonl"
        self.source = Source(str(self.path))
        self.stops: list[Stop] = []
        session, chance = Session(), Random(12)
        made = []
        for n in range(26):
            kind = self._turn(session, n, chance)
            session.write(self.path)
            with Recorder(self.kept.root) as disk:
                take(self.kept, self.source)
            made.append((kind, disk, (self.path.read_bytes(), set(uuids(self.kept.root)))))
        self.stops = [Stop(kind, disk, now, later) for (kind, disk, now), (_, _, later) in pairwise(made)]

    def _turn(self, session: Session, n: int, chance: Random) -> str:
        kind = "first" if n == 0 else "long output" if n % 5 == 2 else "compaction" if n % 7 == 3 else "talk"
        talk(session, 1, words=chance.randint(5, 60))
        if n % 5 == 2:
            session.tool("Bash", "\n".join(f"row {n} {i} of it" for i in range(900)), command=f"rows {n}")
        if n % 7 == 3:
            session.compaction(f"What was said up to turn {n}.")
        return kind

    def problems(self, expected: set[str], *, whole: bool) -> list[str]:
        """What an independent look finds wrong in the archive. whole: look at every text, too, which takes longer."""
        root = Path(self.kept.root)
        found = uuids(root)
        return [
            *(f"lost {u}" for u in expected - set(found)),
            *(f"twice {u}" for u, n in found.items() if n > 1),
            *(f"gap in {f}" for f in gaps(root)),
            *(f"left {f}" for f in leftovers(root)),
            *([*lost(self.path, root), *damaged(self.kept)] if whole else ()),
        ]

    def goes_on(self, stop: Stop, *, grown: bool, whole: bool) -> list[str]:
        """Let the next event come, then a person who calls `rlm archive`; what is wrong after either."""
        transcript, expected = stop.later if grown else stop.now
        self.path.write_bytes(transcript)
        take(self.kept, self.source)
        found = [f"after the next event: {p}" for p in self.problems(expected, whole=whole)]
        take(self.kept, self.source, restore=True)
        found += [f"after `rlm archive`: {p}" for p in self.problems(expected, whole=False)]
        return found + ([f"missing {u}" for u in Verifier(self.kept).verify(self.source).missing] if whole else [])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("power"))


def test_the_recorder_puts_a_run_on_the_disk_as_it_was(world: World) -> None:
    for stop in world.stops:
        stop.disk.crash(at=len(stop.disk.ops), keep=1.0, chance=Random(0))
        world.path.write_bytes(stop.now[0])
        assert world.problems(stop.now[1], whole=stop is world.stops[-1]) == []


def test_a_disk_that_forgets_what_was_not_synced_is_seen(world: World) -> None:
    """The proof of the proof: the same cuts lose entries where no directory is synced."""
    stop = world.stops[12]
    ops, stop.disk.ops = stop.disk.ops, [op for op in stop.disk.ops if op[0] != "sync-names"]
    stop.disk.crash(at=len(stop.disk.ops), keep=0.0, chance=Random(0))
    stop.disk.ops = ops
    world.path.write_bytes(stop.now[0])
    assert world.problems(stop.now[1], whole=False) != []


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_lost_or_doubled_by_a_power_cut(world: World, part: int) -> None:
    chance = dice(part)
    wrong = []
    for _ in range(CUTS // 4):
        stop = chance.choice(world.stops)
        at, keep = chance.randint(1, len(stop.disk.ops)), chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        stop.disk.crash(at=at, keep=keep, chance=chance)
        if found := world.goes_on(stop, grown=chance.random() < 0.5, whole=chance.random() < 0.2):
            wrong.append((world.stops.index(stop), at, keep, found[:3]))
    assert wrong == []


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_lost_or_doubled_by_a_kill(world: World, part: int) -> None:
    """A kill loses nothing that was asked of the disk. Behind an operation of each kind, in a turn of each kind."""
    possible = [(stop, at) for stop in world.stops for at in range(1, len(stop.disk.ops) + 1)]
    kinds = [(stop.kind, kind) for stop in world.stops for kind in stop.disk.kinds()]
    chance = dice(part)
    wrong = []
    for stop, at in [possible[n - 1] for n in moments(kinds)][part::4]:
        stop.disk.crash(at=at, keep=1.0, chance=chance)
        if found := world.goes_on(stop, grown=chance.random() < 0.5, whole=chance.random() < 0.02):
            wrong.append((world.stops.index(stop), at, found[:3]))
    assert wrong == []


@pytest.mark.parametrize("step", DISK)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=lambda c: errno.errorcode[c])
def test_the_next_event_completes_what_a_failing_call_broke_off(world: World, step: str, code: int) -> None:
    stop = world.stops[12]
    calls = 1
    while calls:
        stop.disk.crash(at=0, keep=1.0, chance=Random(0))
        world.path.write_bytes(stop.now[0])
        with suppress(OSError), Breaker(step, calls, OSError(code, os.strerror(code))) as breaker:
            take(world.kept, world.source)
        assert world.goes_on(stop, grown=calls % 2 == 0, whole=calls == 5) == []
        calls = calls + 1 if breaker.count >= calls else 0
