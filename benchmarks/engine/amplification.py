"""How many of the reader's errors reach the answer: without verification, with quote checks, with votes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.engine import tasks
from benchmarks.engine.control import Remote
from benchmarks.engine.drivers import Job, Process
from benchmarks.engine.plants import WORDINGS, planted
from benchmarks.engine.reader import ELSEWHERE, MISREADINGS, OFF_TOPIC, OTHER_THING, TYPES
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.tasks import Task
from benchmarks.scores import at_most

CHECKS = {"none": "no check", "quote": "quotes", "vote": "votes"}
RATES = {0.05: 10, 0.10: 6, 0.20: 4}  # share of leaves that err -> histories asked about, each with its own seed
SESSION, CHANGES = 900, 6  # tokens of a session, and facts in it: a leaf reads two or three
PART = 2_500
TARGET, UNMARKED_TARGET = 0.01, 0.15
OMITTED = "omitted"
MISREAD = "misreadings"
READ_TYPES = {MISREAD: (*WORDINGS, OTHER_THING, OFF_TOPIC)}


def measured(remote: Remote, ours: Process, *, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each rate of error with each check. quick: one rate, one short history."""
    size, rates = (80_000, {0.20: 1}) if quick else (800_000, RATES)
    for rate, histories in rates.items():
        for check, name in CHECKS.items():
            yield f"leaf error {rate:.0%}, {name}", _figures(remote, ours, size, rate, check, histories)
    rate = max(rates)
    for check, name in CHECKS.items():
        figures = _figures(remote, ours, size, rate, check, rates[rate], misreads=True)
        yield f"{MISREAD} {rate:.0%}, {name}", figures


def _figures(
    remote: Remote, ours: Process, size: int, rate: float, check: str, histories: int, *, misreads: bool = False
) -> dict[str, Any]:
    """The row of some histories. misreads: errors rest on genuine quotes, and the texts hold what may be misread."""
    errors, marked, reached, kept = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for seed in range(1, histories + 1):
        task = tasks.history(size, seed, session=SESSION, each=CHANGES)[2]
        task = planted(task, seed) if misreads else task
        made, found = _asked(
            remote, ours, task, check, Scenario(seed=seed, error=rate, errors=MISREADINGS if misreads else ())
        )
        errors += Counter(e["type"] for e in made)
        reached += amplified(made, found, task)
        marked += amplified(made, [f for f in found if f[6]], task)
        kept += Counter(true=_true(found, task), all=len(task.truth), doubted=_true([f for f in found if f[6]], task))
    return row(errors, reached, kept, marked, READ_TYPES[MISREAD] if misreads else TYPES)


def _asked(
    remote: Remote, ours: Process, task: Task, check: str, scenario: Scenario
) -> tuple[list[Mapping[str, str]], Sequence[Sequence[Any]]]:
    """What was planted in the task's texts, and the findings that count.

    A leaf that was asked twice at once errs once; those that the engine asks about texts of its own are left out.
    """
    remote.set(scenario)
    outcome = ours.do(Job.of(task, part=PART, verify=check, findings=True))
    answers = {bill["digest"]: bill for bill in remote.log() if bill["kind"] == "leaf"}
    places = {d.id for d in task.documents} | {ELSEWHERE}
    errors = [e for bill in answers.values() for e in bill["planted"] if e["location"] in places]
    return errors, outcome.more.get("findings", ())


def amplified(errors: Sequence[Mapping[str, str]], found: Sequence[Sequence[Any]], task: Task) -> "Counter[str]":
    """The planted errors that stand in the answer, by type: false findings that count, true ones that are missing.

    found: the findings that count, as the driver gives them. A finding that code cites where its quote really stands is
    no longer false.
    """
    true = {(f.location, f.quote, f.claim) for f in task.truth}
    kept = {(f[0], f[1], f[4]) for f in found}
    false = {(quote, claim) for _, quote, claim in kept - true}

    def stands(error: Mapping[str, str]) -> bool:
        if error["type"] == OMITTED:
            return (error["location"], error["quote"], error["claim"]) not in kept
        return (error["quote"], error["claim"]) in false

    return Counter(e["type"] for e in errors if stands(e))


def _true(found: Sequence[Sequence[Any]], task: Task) -> int:
    true = {(f.location, f.quote, f.claim) for f in task.truth}
    return len(true & {(f[0], f[1], f[4]) for f in found})


def row(
    planted: "Counter[str]",
    reached: "Counter[str]",
    kept: "Counter[str]",
    marked: "Counter[str]",
    types: Sequence[str] = TYPES,
) -> dict[str, Any]:
    """Shares of what was planted. false: of all that are not omissions. marked: those that count and look doubtful.
    recall: true facts that count. doubted: true facts that look doubtful.
    """
    false = [name for name in types if name != OMITTED]
    total = max(sum(planted[name] for name in false), 1)
    shares = {name: round(reached[name] / planted[name], 3) for name in types if planted[name]}
    through = sum(reached[name] for name in false)
    shown = sum(min(marked[name], reached[name]) for name in false)
    return {
        "planted": sum(planted[name] for name in false),
        "reached": round(through / total, 4),
        "marked": round(shown / total, 4),
        "unmarked": round((through - shown) / total, 4),
        "recall": round(kept["true"] / max(kept["all"], 1), 4),
        "doubted": round(kept["doubted"] / max(kept["all"], 1), 4),
        **shares,
    }


def targets(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{name}: planted errors that reach the answer": at_most(figures["reached"], TARGET)
        for name, figures in rows.items()
        if not name.endswith(CHECKS["none"])
    } | {
        f"{name}: those that do not look doubtful": at_most(figures["unmarked"], UNMARKED_TARGET)
        for name, figures in rows.items()
        if name.endswith(CHECKS["quote"])
    }
