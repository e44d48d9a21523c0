"""Whether the answers are right when the reader is: counts, pairs, a needle, a history; and what faults change."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.engine import tasks
from benchmarks.engine.control import Remote, billed
from benchmarks.engine.drivers import Job, Outcome, Process
from benchmarks.engine.scenario import Scenario
from benchmarks.engine.tasks import Task

PART = 8_000  # tokens of a part, by the offline estimate: the default
K, M = 1_000, 1_000_000
DENSE = 1 * M  # tokens up to which tasks are measured in which each line is a finding
FAULTS = {"429": 0.1}, {"500": 0.1}, {"garbage": 0.1}, {"429": 0.04, "500": 0.03, "garbage": 0.03}


def sizes(quick: bool) -> list[int]:
    return [40 * K] if quick else [1 * M, 10 * M]


def measured(remote: Remote, ours: Process, *, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each task by name, with its figures."""
    for size in sizes(quick):
        for make in makers(size):
            for task in make():
                yield f"{task.name}, {_short(size)}", figures(task, remote, ours, Scenario())
    for rates in FAULTS[3:] if quick else FAULTS:
        scenario = Scenario(rates=rates, faulty=("leaf", "reduce", "pairs", "verify", "condense"), retry_after=0.1)
        task = tasks.history((40 if quick else 1_000) * K, 2)[2]
        name = " and ".join(f"{share:.0%} {fault}" for fault, share in rates.items())
        yield f"under faults: {name}", figures(task, remote, ours, scenario)


def makers(size: int) -> Iterator[Callable[[], list[Task]]]:
    """What makes the tasks of a size; one after the other, since the large ones are large."""
    yield lambda: [tasks.needle(size, 1)]
    yield lambda: tasks.history(size, 1)
    yield lambda: tasks.counting(size, 1)[: 3 if size <= DENSE else 1]
    if size <= DENSE:
        yield lambda: [tasks.pairs(size, 1)]


def _short(size: int) -> str:
    return f"{size // M}M" if size >= M else f"{size // K}K"


def figures(task: Task, remote: Remote, ours: Process, scenario: Scenario) -> dict[str, Any]:
    remote.set(scenario)
    outcome = ours.do(Job.of(task, route="auto", part=PART, findings=True))
    log = remote.log()
    spent = billed(log)
    return {
        "seconds": round(outcome.seconds[0], 2),
        "calls": len(log),
        "exact": round(exact(task, outcome), 4),
        "facts": len(task.truth),
        "billed": spent,
        "billed / text": round(spent / task.tokens, 3),
        "reported / billed": round(outcome.reported / max(spent, 1), 3),
        "hedged": outcome.more.get("hedged"),
    }


def exact(task: Task, outcome: Outcome) -> float:
    """Share of the facts found, those that are false counted against it; 0 when what code made of them is wrong."""
    kept = [f for f in outcome.more.get("findings", ()) if task.name != "value now" or not f[5]]
    found = {tuple(f[:4]) for f in kept}
    truth = {(f.location, f.quote, f.subject, f.value) for f in task.truth}
    joined = len(truth & found) / len(truth | found)
    return joined if _counted(task, outcome.more) or joined < 1 else 0.0


def _counted(task: Task, more: Mapping[str, Any]) -> bool:
    """Whether count, tally or pairs are those of the truth."""
    match task.name:
        case "count":
            return bool(more["tally"]["total"] == len(task.truth))
        case "most":
            return bool(more["tally"]["values"] == Counter(f.value for f in task.truth))
        case "each user":
            users = {user: counts.total() for user, counts in _by_user(task).items()}
            return {user: sum(counts.values()) for user, counts in more["tally"]["subjects"].items()} == users
        case "pairs":
            wanted = tasks.pairs_of((f.subject, f.value) for f in task.truth)
            return {tuple(sorted(pair)) for pair in more["pairs"]} == wanted
        case _:
            return True


def _by_user(task: Task) -> dict[str, "Counter[str]"]:
    found: dict[str, Counter[str]] = {}
    for fact in task.truth:
        found.setdefault(fact.subject, Counter())[fact.value] += 1
    return found
