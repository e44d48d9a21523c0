"""What a cell costs beside a bare start of Python, what it withstands, and how much a run sends to its root model.

    python -m benchmarks.cells [--quick] [--json] [--peers DIR]

Cells run as `rlm repl exec` does it, each a process; calls go to a script that takes its time, as a model would.
--peers: a directory with virtual environments called rlms, minrlm and dspy, or some of them, as `benchmarks.engine`
takes it. Their environments for cells do the same where they can: the cost of making one and running a cell, a plain
loop of calls, 40 MB of context, a loop without end within five seconds. Their engines do as many turns.

fixed: a process from start to end, without calls, less a bare start of the same round; its processor time, which a
busy machine changes less; and that over the processor time of a bare start. Processes of all that are compared
alternate. loop: 64 calls in a plain loop, over the time of one. context: a cell that asks for `len(ctx)` over one
file of 40 MB, less one over a small file: seconds, and MB of the largest process. sessions: 16 at once, each with a
number of its own: how many failed, and how many saw another's. stop: seconds beyond the limit of a `while True`.
root: characters sent to the root over 30 cells that print 20 KB each, and about how many tokens. trace: bytes of that
run's trace, over those of its texts.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import common
from benchmarks.common import PACKAGE_DIR, Launcher, target
from benchmarks.engine.control import oracle
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun
from rlm_core.repl.execute import Limits
from rlm_core.repl.root import RootRun
from rlm_core.repl.trace import Trace
from rlm_core.tokens import estimate

DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drive_peers.py")
PEERS = ("rlms", "minrlm", "dspy")
FORMS = {
    "rlms": "```repl\n{}\n```",
    "minrlm": "```python\n{}\n```",
    "dspy": "[[ ## reasoning ## ]]\nOn.\n\n[[ ## code ## ]]\n```python\n{}\n```\n\n[[ ## completed ## ]]",
}
"""How a peer's root model writes a cell."""
FIXED = ("fixed, seconds", "fixed, processor seconds", "fixed, in bare starts")
CALLS, SESSIONS, TURNS, PRINTED = 64, 16, 30, 20_000
TARGETS = {
    "fixed, seconds": 0.10,
    "fixed, processor seconds": 0.10,
    "loop, over one call": 2.0,
    "context, seconds": 0.1,
    "context, MB": 10.0,
    "sessions failed": 0,
    "sessions that saw another's": 0,
    "stop, seconds beyond the limit": 0.3,
    "root, tokens": 250_000,
    "trace, over the texts": 0.02,
}


class Bench:
    """A directory with texts, in which sessions of cells are run. quick: small sizes."""

    def __init__(self, folder: str, *, quick: bool) -> None:
        self.folder, self.quick = folder, quick
        os.environ["CLAUDE_CONFIG_DIR"] = os.path.join(folder, "config")
        self.small = self._file("small.txt", 1)
        self.large = self._file("large.txt", 400_000 if quick else 40_000_000)
        self.seconds = 0.1 if quick else 1.0

    def _file(self, name: str, size: int) -> str:
        path = os.path.join(self.folder, name)
        line = "2026-11-22 10:00:03 GET /api/orders 200 37ms\n"
        with open(path, "w", encoding="utf-8") as f:
            f.write(line * max(1, size // len(line)))
        return path

    def cell(self, name: str, over: str, leaf: ScriptedLeaf | None = None, **limits: Any) -> Any:
        return begun(self.folder, {}, name=name, over=[over], limits=Limits(**limits), leaf=leaf)

    def command(self, name: str, source: str, over: str) -> list[str]:
        return ["-m", "rlm_core", "repl", "exec", "--project", self.folder, "-s", name, "--over", over, "-c", source]

    def fixed(self, launcher: Launcher, rounds: int, peers: dict[str, str]) -> dict[str, dict[str, float]]:
        """What a cell that does next to nothing costs: ours and each peer's, by FIXED. peers: name -> Python."""
        ways = {"": self.command("fixed", "x = 1", self.small)} | {name: [DRIVER, name, "fixed"] for name in peers}
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
        for n in range(rounds + 1):
            bare = launcher.run(["-c", "pass"])
            for name, command in ways.items():
                run = launcher.run(command, program=peers.get(name, ""))
                if n:  # the first one begins the session, and writes the caches of bytecode
                    found[name].append((run.wall - bare.wall, run.cpu - bare.cpu, (run.cpu - bare.cpu) / bare.cpu))
        return {name: dict(zip(FIXED, _medians(rows), strict=True)) for name, rows in found.items()}

    def loop(self) -> float:
        """Seconds of 64 calls in a plain loop, over those of one call."""
        leaf = ScriptedLeaf(default=lambda call: {"answer": "yes"}, seconds=self.seconds)
        source = (
            f"out = []\nfor n in range({CALLS}):\n    out.append(llm('question ' + str(n)))\nprint(len(','.join(out)))"
        )
        started = time.perf_counter()
        result = self.cell("loop", self.small, leaf).run(source)
        assert result.output == f"{CALLS * 4 - 1}\n", result.error
        return (time.perf_counter() - started) / self.seconds

    def context(self, launcher: Launcher, rounds: int) -> tuple[list[float], list[float]]:
        """Seconds and MB of `len(ctx)` over the large text, less those over the small one."""
        seconds, memory = [], []
        for n in range(rounds):
            runs = [launcher.run(self.command(f"size-{n}", "len(ctx)", p)) for p in (self.small, self.large)]
            seconds.append(runs[1].wall - runs[0].wall)
            memory.append(runs[1].memory - runs[0].memory)
        return seconds, memory

    def side_by_side(self) -> tuple[int, int]:
        """Of 16 sessions that run two cells each at once: how many failed, how many printed another's number."""
        env = {**os.environ, "PYTHONPATH": PACKAGE_DIR}
        for source in ("mine = {n} * 1000", "print(mine)"):
            made = [
                subprocess.Popen(
                    [sys.executable, *self.command(f"s{n}", source.format(n=n), self.small)],
                    env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                )
                for n in range(1, SESSIONS + 1)
            ]  # fmt: skip
            told = [p.communicate()[0] for p in made]
        failed = sum(p.returncode != 0 for p in made)
        return failed, sum(t != f"{n * 1000}\n" for n, t in enumerate(told, 1)) - failed

    def stop(self, rounds: int) -> list[float]:
        """Seconds that a loop without end goes on beyond its limit; its names must be kept."""
        found = []
        for n in range(rounds):
            cell = self.cell(f"stop-{n}", self.small, seconds=0.5)
            result = cell.run("x = 0\nwhile True: x += 1")
            found.append(result.seconds - 0.5)
            assert int(self.cell(f"stop-{n}", self.small).run("print(x)").output) > 0
        return found

    def root(self) -> tuple[int, int, float]:
        """Characters and tokens sent to the root model, and the share of the trace."""
        sent: list[str] = []

        def writes(call: Call) -> dict[str, Any]:
            sent.append(call.system + call.prompt)
            return {"cell": f"print('a line of output {len(sent)} ' * {PRINTED // 20})"}

        turns = 5 if self.quick else TURNS
        cell = self.cell("root", self.large, ScriptedLeaf(default=writes))
        trace = Trace(cell.session, "How many requests were there?", cell.redact, cell.broker())
        result = RootRun("How many requests were there?", cell, turns=turns, trace=trace).go()
        share = os.path.getsize(result.trace) / os.path.getsize(self.large)
        return sum(map(len, sent)), sum(map(estimate, sent)), share


def _medians(rows: list[tuple[float, float, float]]) -> list[float]:
    return [round(statistics.median(column), 3) for column in zip(*rows, strict=True)]


def environments(folder: str) -> dict[str, str]:
    """The peers that a directory holds, and their Pythons."""
    pythons = {name: os.path.join(os.path.abspath(folder), name, "bin", "python") for name in PEERS if folder}
    return {name: python for name, python in pythons.items() if os.path.exists(python)}


def peer(name: str, python: str, folder: str, *, quick: bool) -> dict[str, Any]:
    """The same of a peer's environment."""
    command = [python, DRIVER, name, "quick" if quick else "whole"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{python}: {done.stderr[-300:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    return found


def root_tokens(name: str, python: str, turns: int) -> int:
    """Tokens, of four bytes, that a peer's engine sends to its root model in so many turns that print 20 KB each."""
    source = f"print('a line of output {{}} ' * {PRINTED // 20})"
    with oracle() as remote:
        cells = [FORMS[name].format(source.format(n)) for n in range(turns)]
        remote.root(cells)
        subprocess.run([python, DRIVER, name, "root", remote.url, str(turns)], capture_output=True, timeout=600)
        sent = [row["input"] for row in remote.log() if row["kind"] == "root"]
    if len(sent) < turns:
        raise RuntimeError(f"{name}: its root model was asked {len(sent)} times, and not {turns}")
    return sum(sent[:turns])


def measured(folder_of_peers: str) -> Callable[[bool], dict[str, Any]]:
    """What the command line measures. folder_of_peers: "" for none."""
    peers = environments(folder_of_peers)

    def measure(quick: bool) -> dict[str, Any]:
        rounds = 1 if quick else 15
        with tempfile.TemporaryDirectory() as folder:
            launcher = Launcher(home=os.path.join(folder, "config"))
            os.makedirs(launcher.home)
            try:
                bench = Bench(folder, quick=quick)
                fixed = bench.fixed(launcher, rounds, peers)
                seconds, memory = bench.context(launcher, rounds)
                failed, mixed = bench.side_by_side()
                characters, tokens, share = bench.root()
                values = fixed[""] | {
                    "loop, over one call": round(bench.loop(), 2),
                    "context, seconds": round(statistics.median(seconds), 3),
                    "context, MB": round(statistics.median(memory), 1),
                    "sessions failed": failed,
                    "sessions that saw another's": mixed,
                    "stop, seconds beyond the limit": round(max(bench.stop(rounds)), 3),
                    "root, tokens": tokens,
                    "trace, over the texts": round(share, 6),
                }
            finally:
                launcher.close()
            figures: dict[str, Any] = {"rlm repl": values | {"root, characters": characters}}
            for name, python in peers.items():
                figures[name] = fixed[name] | peer(name, python, folder, quick=quick)
                figures[name]["root, tokens"] = root_tokens(name, python, 5 if quick else TURNS)
        sizes: dict[str, Any] = {"calls": CALLS, "sessions": SESSIONS, "rounds": rounds}
        absent = ", ".join(name for name in PEERS if name not in peers)
        return {
            "sizes": sizes | ({"absent": f"{absent}: no environment in --peers"} if absent else {}),
            "figures": figures,
            "targets": {name: target(values[name], most) for name, most in TARGETS.items()},
        }

    return measure


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--peers", default="")
    options, rest = parser.parse_known_args(arguments)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return common.main("cells", __doc__ or "", measured(options.peers), rest)


if __name__ == "__main__":
    sys.exit(main())
