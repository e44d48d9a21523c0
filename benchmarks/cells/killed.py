"""Kills processes that run cells, at random moments, and looks at what they have left.

    python -m benchmarks.cells.killed [--quick] [--json]

Each round starts a process with one cell: it raises a number, and makes six calls, one after the other. When it has
loaded its modules the process says so, and is killed with SIGKILL somewhere between that moment and a little after its
usual end, and the cell's own with it. The usual end is that of the last cell that ran whole, a round ago, so that the
moments lie within a cell however busy the machine gets. Then the number must be the former one or the new one, and the
same cell, run to its end, must not ask again for what the killed process was answered, but for the one call that may
have been under way.

200 rounds, or as many as --rounds says; --quick makes 3. neither: rounds that left another number or none. new: rounds
that left the new one. between calls: rounds that had been answered once at least, and not six times. paid: calls that
were made before a kill. asked again: answers that were lost. ended: rounds whose process had ended by itself.
"""

import argparse
import importlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import common
from benchmarks.common import PACKAGE_DIR, target
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun
from rlm_core.repl.execute import CellResult, Limits

ROUNDS, CALLS = 200, 6
READY = b"."
LOG = "asked.log"
CELL = """\
number = {round}
for n in range({calls}):
    print(llm("round {round}, call " + str(n)))"""


def run_cell(folder: str, source: str) -> CellResult:
    """One cell, with a model that notes what it is asked before it answers."""

    def notes(call: Call) -> dict[str, Any]:
        fd = os.open(os.path.join(folder, LOG), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(fd, f"{call.prompt.strip()}\n".encode())
        os.close(fd)
        return {"answer": "yes"}

    leaf = ScriptedLeaf(default=notes, seconds=0.01)
    caps = {"calls": 10**6, "tokens": 10**9, "usd": 10**5}
    text = os.path.join(folder, "text.txt")
    cell = begun(folder, {}, name="killed", over=[text], limits=Limits(), caps=caps, leaf=leaf)
    return cell.run(source)


def asked(folder: str) -> list[str]:
    """What models were asked so far, in order."""
    try:
        with open(os.path.join(folder, LOG), encoding="utf-8") as f:
            return f.read().splitlines()
    except FileNotFoundError:
        return []


def start(folder: str, number: int) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "PYTHONPATH": PACKAGE_DIR}
    command = [sys.executable, "-m", "benchmarks.cells.killed", "--cell", folder, str(number)]
    process = subprocess.Popen(
        command, env=env, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.read(1) == READY
    return process


def kill(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it had to be killed. A cell is a group of its own, and ends when its starter does."""
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return running


def rounds(folder: str, count: int, rng: random.Random) -> dict[str, int]:
    """The figures of so many rounds."""
    names = ("neither", "new", "between calls", "paid", "asked again", "ended")
    found = {"rounds": count, **dict.fromkeys(names, 0)}
    started = time.monotonic()
    start(folder, 0).communicate()
    usual = time.monotonic() - started
    for number in range(1, count + 1):
        before = len(asked(folder))
        process = start(folder, number)
        time.sleep(rng.uniform(0.0, usual * 1.1))
        found["ended"] += not kill(process)
        answered = asked(folder)[before:]
        found["paid"] += len(answered)
        found["between calls"] += 0 < len(answered) < CALLS
        told = run_cell(folder, "print(number)").output.strip()
        found["neither"] += told not in (str(number - 1), str(number))
        found["new"] += told == str(number)
        started = time.monotonic()
        done = run_cell(folder, CELL.format(round=number, calls=CALLS))
        usual = time.monotonic() - started
        assert done.output.split() == ["yes"] * CALLS, done.error
        again = asked(folder)[before + len(answered) :]
        found["asked again"] += len(set(again) & set(answered[:-1]))
    return found


def measured(count: int) -> Callable[[bool], dict[str, Any]]:
    """What the command line measures."""

    def measure(quick: bool) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CLAUDE_CONFIG_DIR"] = os.path.join(folder, "config")
            with open(os.path.join(folder, "text.txt"), "w", encoding="utf-8") as f:
                f.write("a line\n" * 100)
            figures = rounds(folder, 3 if quick else count, random.Random(16))
        targets = {name: target(figures[name], 0) for name in ("neither", "asked again")}
        return {"sizes": {"calls": CALLS}, "figures": {"killed": figures}, "targets": targets}

    return measure


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line, and the process that is to be killed."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--cell"]:
        importlib.import_module("rlm_core.repl.broker")  # else loading it would be most of what is killed
        os.write(1, READY)
        run_cell(given[1], CELL.format(round=given[2], calls=CALLS))
        return 0
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options, rest = parser.parse_known_args(given)
    return common.main("cells.killed", __doc__ or "", measured(options.rounds), rest)


if __name__ == "__main__":
    sys.exit(main())
