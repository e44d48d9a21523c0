"""Whether archiving what was added depends on how long the transcript is already.

    python -m benchmarks.tail [--quick] [--json]

A tail of 500 KB is appended to a long transcript that is archived, and the same tail to a short one; the Stop
hook archives each, as a whole process. The short one is a fresh one each round, the long one grows by its tails.
"""

import os
import random
import sys
from typing import Any

from benchmarks import common, transcripts
from benchmarks.common import MB, Launcher, Project, Run
from benchmarks.hooks import FLOOR, prepared

TAIL = 500_000


def archive_tail(launcher: Launcher, project: Project, lines: list[bytes], said: str) -> Run:
    """Append a tail and archive it by the hook. Raises RuntimeError when the hook did something else."""
    project.append(lines)
    os.sync()
    payload = project.payload("Stop", stop_hook_active=False, last_assistant_message=said)
    run = launcher.run(project.hook_args("Stop"), payload, project.path)
    if "entries+" not in project.last_log() or not project.is_archived():
        raise RuntimeError(f"the log says {project.last_log()!r}")
    return run


def measure(quick: bool) -> dict[str, Any]:
    rounds, large_mb = (1, 2) if quick else (15, 200)
    runs: dict[str, list[Run]] = {FLOOR: [], "tail, short": [], "tail, long": []}
    with common.workplace() as (base, launcher):
        long = prepared(base, "long", large_mb * MB)
        sizes: dict[str, Any] = {"rounds": rounds, "short_mb": 0.0, "long_mb": [long.megabytes], "tail_kb": 0.0}
        session = transcripts.Session(2, long.path)
        order = random.Random(3)
        for number in range(rounds + 1):  # the first round warms up
            short = prepared(base, f"short{number}", MB)
            sizes["short_mb"] = short.megabytes
            lines = [text for turn in transcripts.turns(session, TAIL) for text in turn]
            sizes["tail_kb"] = sum(map(len, lines)) // 1000
            found = {FLOOR: launcher.run(["-c", "pass"])}
            for name, project in order.sample((("tail, short", short), ("tail, long", long)), 2):
                found[name] = archive_tail(launcher, project, lines, session.last_text)
            if number:
                for name, run in found.items():
                    runs[name].append(run)
        sizes["long_mb"].append(long.megabytes)
    return {"sizes": sizes, **figures(runs)}


def figures(runs: dict[str, list[Run]]) -> dict[str, Any]:
    walls = {name: [r.wall for r in found] for name, found in runs.items()}
    table: dict[str, Any] = {
        name: {
            "ms": common.milliseconds(found),
            "cpu_ms": common.spread([r.cpu * 1000 for r in found], 1),
            "ratio": common.ratios(walls[name], walls[FLOOR]),
            "cpu_ratio": common.ratios([r.cpu for r in found], [r.cpu for r in runs[FLOOR]]),
            "peak_mb": common.spread([r.memory for r in found], 1),
        }
        for name, found in runs.items()
    }
    growth = common.ratios(walls["tail, long"], walls["tail, short"])
    cpu = common.ratios([r.cpu for r in runs["tail, long"]], [r.cpu for r in runs["tail, short"]])
    table["tail, long / short"] = {"ratio": growth, "cpu_ratio": cpu}
    return {"figures": table, "targets": {"tail, long / short": common.target(growth["median"], 1.2)}}


if __name__ == "__main__":
    sys.exit(common.main("tail", __doc__, measure))
