"""How many of the reader's errors reach the answer: without verification, with quote checks, with votes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.engine import tasks
from benchmarks.engine.control import Remote
from benchmarks.engine.drivers import Job, Process
from benchmarks.engine.reader import ELSEWHERE, TYPES
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.tasks import Task
from benchmarks.scores import at_most

CHECKS = {"none": "no check", "quote": "quotes", "vote": "votes"}
RATES = {0.05: 10, 0.10: 6, 0.20: 4}  # share of leaves that err -> histories asked about, each with its own seed
SESSION, CHANGES = 900, 6  # tokens of a session, and facts in it: a leaf reads two or three
PART = 2_500
TARGET = 0.01
OMITTED = "omitted"


def measured(remote: Remote, ours: Process, *, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each rate of error with each check. quick: one rate, one short history."""
    size, rates = (80_000, {0.20: 1}) if quick else (800_000, RATES)
    for rate, histories in rates.items():
        for check, name in CHECKS.items():
            planted, reached, kept = Counter[str](), Counter[str](), Counter[str]()
            for seed in range(1, histories + 1):
                task = tasks.history(size, seed, session=SESSION, each=CHANGES)[2]
                errors, found = _asked(remote, ours, task, check, Scenario(seed=seed, error=rate))
                planted += Counter(e["type"] for e in errors)
                reached += amplified(errors, found, task)
                kept += Counter(true=_true(found, task), all=len(task.truth))
            yield f"leaf error {rate:.0%}, {name}", row(planted, reached, kept)


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
    kept = {(location, quote, claim) for location, quote, _, _, claim, _ in found}
    false = {(quote, claim) for _, quote, claim in kept - true}

    def stands(error: Mapping[str, str]) -> bool:
        if error["type"] == OMITTED:
            return (error["location"], error["quote"], error["claim"]) not in kept
        return (error["quote"], error["claim"]) in false

    return Counter(e["type"] for e in errors if stands(e))


def _true(found: Sequence[Sequence[Any]], task: Task) -> int:
    true = {(f.location, f.quote, f.claim) for f in task.truth}
    return len(true & {(location, quote, claim) for location, quote, _, _, claim, _ in found})


def row(planted: "Counter[str]", reached: "Counter[str]", kept: "Counter[str]") -> dict[str, Any]:
    """Shares of what was planted. false: of all that are not omissions. recall: true facts that count."""
    false = [name for name in TYPES if name != OMITTED]
    total = sum(planted[name] for name in false)
    shares = {name: round(reached[name] / planted[name], 3) for name in TYPES if planted[name]}
    return {
        "planted": total,
        "reached": round(sum(reached[name] for name in false) / max(total, 1), 4),
        "recall": round(kept["true"] / max(kept["all"], 1), 4),
        **shares,
    }


def targets(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{name}: planted errors that reach the answer": at_most(figures["reached"], TARGET)
        for name, figures in rows.items()
        if not name.endswith(CHECKS["none"])
    }
