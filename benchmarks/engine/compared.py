"""The harness alone, side by side: fixed cost, width, rounds, caps, deadlines, and whether the bill is known."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from benchmarks.common import spread
from benchmarks.engine import tasks
from benchmarks.engine.control import Remote, billed, ideal
from benchmarks.engine.drivers import MAX_DEADLINE_SECONDS, MAX_SECONDS, OURS, Engine, Job, Outcome, Process, started
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.tasks import Task
from benchmarks.scores import at_least, at_most

CAP = 50_000  # tokens
DEADLINE = 2.0  # seconds
EXACT = 0.005  # by which reported and billed tokens may differ, as a share
AGAIN = "rlms, asking again"  # its program asks twice more for the parts that were lost
HUNG = "Record R00003 "  # what the leaf reads that hangs


@dataclass(frozen=True)
class Case:
    """One comparison. timed: run several times, and its seconds are a figure."""

    name: str
    task: Task
    scenario: Scenario
    rounds: int = 1
    cap: int = 0
    deadline: float = 0.0
    runs: int = 1
    timed: bool = False

    def job(self, again: int) -> Job:
        return Job.of(self.task, rounds=self.rounds, cap=self.cap, deadline=self.deadline, runs=self.runs, again=again)


@dataclass(frozen=True)
class Measured:
    """What one engine did in one case, once. calls: requests that reached the oracle."""

    case: Case
    outcome: Outcome
    billed: int
    ideal: int
    calls: int

    @property
    def rows(self) -> float:
        """Share of the task's records whose code is in the answer."""
        truth = self.case.task.truth
        return sum(f.value in self.outcome.answer for f in truth) / len(truth)


def cases(quick: bool) -> list[Case]:
    """The comparisons. quick: leaves of a tenth of a second, and fewer of them."""
    second, parts, size = (0.1, 12, 400) if quick else (1.0, 64, 2_000)
    wide = tasks.records(parts, size, 1, each=2)
    rounds = tasks.records(12 if quick else 60, size if quick else 2_220, 2)
    large = tasks.records(20 if quick else 100, 6_400, 3)
    faults = {"429": 0.05, "500": 0.05}
    return [
        Case("fixed cost", tasks.records(1, 300, 4), Scenario(), runs=3, timed=True),
        Case(f"{parts} leaves of {second:g} s", wide, Scenario(seconds=second), timed=True),
        Case("three rounds", rounds, Scenario(seconds=second), rounds=3, timed=True),
        Case("token cap", large, Scenario(seconds=0.05), cap=CAP),
        Case("deadline", wide, Scenario(seconds=0.2, hang_on=HUNG), deadline=DEADLINE),
        Case("429 and 500", wide, Scenario(seconds=0.05, rates=faults)),
        Case("garbage", wide, Scenario(seconds=0.05, rates={"garbage": 0.1})),
    ]


def measured(
    remote: Remote, engines: Mapping[str, Engine], home: str, *, quick: bool, kept: Mapping[str, Process] | None = None
) -> Iterator[tuple[Case, str, list[Measured]]]:
    """Each case with each engine. Runs alternate between the engines, in an order that changes.

    kept: engines whose processes run already, for a quick run: none is started for a case that nothing will end.
    """
    for case in cases(quick):
        names = [*engines, *([AGAIN] if "rlms" in engines and case.rounds > 1 else [])]
        found: dict[str, list[Measured]] = {name: [] for name in names}
        for turn in range(1 if quick or not case.timed else 5):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                running = None if case.deadline else (kept or {}).get(name)
                engine = engines[name if name != AGAIN else "rlms"]
                found[name].append(_once(remote, engine, case, home, name == AGAIN, running))
        yield from ((case, name, runs) for name, runs in found.items())


def _once(
    remote: Remote, engine: Engine, case: Case, home: str, again: bool, running: Process | None = None
) -> Measured:
    """A run, in a process of its own unless one is given."""
    remote.set(case.scenario)
    with nullcontext(running) if running else started(engine, remote.url, home) as process:
        outcome = process.do(case.job(2 if again else 0), MAX_DEADLINE_SECONDS if case.deadline else MAX_SECONDS)
    log = remote.log()
    return Measured(case, outcome, billed(log), ideal(log), len(log))


def row(case: Case, runs: Sequence[Measured]) -> dict[str, Any]:
    """The figures of an engine in a case. Of several runs in one process the first counts, `warm` is the last."""
    last = runs[-1]
    figures: dict[str, Any] = {"seconds": spread([m.outcome.seconds[0] for m in runs], 3), "calls": last.calls}
    if case.timed:
        figures["cpu"] = spread([m.outcome.cpu[0] for m in runs], 3)
    if case.runs > 1:
        figures["warm"] = spread([m.outcome.seconds[-1] for m in runs], 3)
    else:
        figures["rows"] = round(min(m.rows for m in runs), 3)
    if not (case.cap or case.deadline or case.runs > 1):
        figures["billed / ideal"] = round(max(m.billed / max(m.ideal, 1) for m in runs), 3)
    if case.cap:
        figures["over the cap"] = max(0, last.billed - case.cap)
    figures["billed"] = last.billed
    figures["reported / billed"] = round(last.outcome.reported / max(last.billed, 1), 3)
    figures["stops"] = "by itself" if all(m.outcome.stopped for m in runs) else "never"
    return figures


def targets(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What ours has to reach. In a quick run the sizes are others, and the times mean nothing."""
    of = {name.removesuffix(f": {OURS}"): figures for name, figures in rows.items() if name.endswith(f": {OURS}")}
    wide = next(name for name in of if " leaves of " in name)
    found = {
        "fixed cost, seconds": at_most(of["fixed cost"]["seconds"]["median"], 0.10),
        f"{wide}, seconds": at_most(of[wide]["seconds"]["median"], 1.3),
        "three rounds, seconds": at_most(of["three rounds"]["seconds"]["median"], 5.0),
        "three rounds, share of the rows": at_least(of["three rounds"]["rows"], 1.0),
        "three rounds, billed / ideal": at_most(of["three rounds"]["billed / ideal"], 1.02),
        "token cap, tokens over it": at_most(of["token cap"]["over the cap"], 0),
        "deadline, seconds": at_most(of["deadline"]["seconds"]["median"], 2.3),
    }
    for name, figures in of.items():
        off = round(abs(figures["reported / billed"] - 1), 3)
        found[f"{name}, reported / billed off by"] = at_most(off, EXACT)
    return found
