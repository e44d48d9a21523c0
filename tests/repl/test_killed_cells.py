"""Whoever runs cells is killed at each kind of moment: the names are the old ones or the new ones, and nothing that was
paid is lost.

`benchmarks.cells.killed` kills at moments of chance, 200 of them; here a process kills itself at a call of the disk.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kits.draw import dice, moments
from kits.mutation import TORTURE
from kits.paths import ROOT, TESTS

from benchmarks.cells.killed import CALLS, CELL, asked, run_cell

FEW = 4  # moments of one run of the tests, of some 60 kinds
SIZE = 60_000  # so that it is a file beside the snapshot
DRIVER = """\
import os, signal, sys
sys.path[:0] = sys.argv[6:]
from kits.crash import DISK, _way
from benchmarks.cells.killed import run_cell
folder, kind, before, nth, source = sys.argv[1], sys.argv[2], sys.argv[3] == "before", int(sys.argv[4]), sys.argv[5]
kinds = []
def watched(name, call):
    def watching(*args, **kwargs):
        kinds.append("|".join((name, *_way(name, args))))
        last = kinds[-1] == kind and kinds.count(kind) == nth
        done = None if last and before else call(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return watching
for name in DISK:
    setattr(os, name, watched(name, getattr(os, name)))
run_cell(folder, source)
print("\\n".join(kinds))
"""


def driven(folder: Path, number: int, kind: str = "", nth: int = 0) -> subprocess.CompletedProcess[str]:
    """A process with a cell, which kills itself before or behind the nth call of the disk of a kind."""
    side = ("before", "behind")[dice(kind, nth).randrange(2)]
    command = [sys.executable, "-c", DRIVER, str(folder), kind, side, str(nth), program(number), str(ROOT), str(TESTS)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def program(number: int) -> str:
    return f"{CELL.format(round=number, calls=CALLS)}\nbig = str({number}) * {SIZE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "text.txt").write_text("a line\n" * 100)
    return tmp_path


def drawn(kinds: list[str]) -> list[tuple[str, int]]:
    """(kind, which call of it) of some moments, one of a kind; under RLM_TORTURE of all kinds, so many of each."""
    every = moments(kinds)
    some = every if TORTURE > 1 else sorted(dice("killed cells").sample(every, min(FEW, len(every))))
    return [(kinds[at - 1], kinds[:at].count(kinds[at - 1])) for at in some]


def test_who_is_killed_leaves_old_names_or_new_ones_and_nothing_paid_is_lost(folder: Path) -> None:
    run_cell(str(folder), program(0))
    whole = driven(folder, 1)
    assert whole.returncode == 0, whole.stderr
    killed = 0
    for number, moment in enumerate(drawn(whole.stdout.splitlines()), 2):
        before = len(asked(str(folder)))
        done = driven(folder, number, *moment)
        assert done.returncode in (0, -signal.SIGKILL), (moment, done.stderr)
        killed += done.returncode != 0  # a busy machine may need fewer calls of a kind
        paid = asked(str(folder))[before:]
        told = run_cell(str(folder), "print(number, len(big), set(big) == set(str(number)))").output
        assert told in [f"{n} {len(str(n)) * SIZE} True\n" for n in (number - 1, number)], moment
        again = run_cell(str(folder), program(number))
        assert again.output.split() == ["yes"] * CALLS, again.error
        lost = set(asked(str(folder))[before + len(paid) :]) & set(paid[:-1])  # the last one was under way, maybe
        assert lost == set(), moment
    assert killed
