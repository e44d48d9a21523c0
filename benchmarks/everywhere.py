"""How long a search over many archives takes, against the same search in one of them.

    python -m benchmarks.everywhere [--quick] [--json]

Fifty projects of one user (--quick: five) with generated sessions of equal size (`bulk.py`), archived and indexed. Both
are whole processes, `rlm search -k 8` with and without `--everywhere`, in rounds in an order that changes; the queries
are words of one passage of the first project, rare and common ones. Floor: `python -c pass`.
"""

import os
import random
import sys
from typing import Any

from benchmarks import bulk, common, latency
from benchmarks.common import Launcher, Run
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import Config
from rlm_core.index.update import update
from rlm_core.transcript.source import Source

ONE, ALL, FLOOR = "rlm search", "rlm search --everywhere", "bare start"
MOST = 3.0


def project(base: str, number: int, chars: int) -> str:
    """A project with an archive of about so many characters, indexed."""
    made = os.path.join(base, f"project-{number:02d}")
    os.makedirs(os.path.join(made, ".claude"))
    archive = Archive(os.path.join(made, ".claude", "rlm"), Config())
    for path in bulk.write(made, chars, seed=number):
        take(archive, Source(path), wait=60.0)
        os.remove(path)
    update(archive)
    return made


def once(launcher: Launcher, first: str, number: int, queries: list[latency.Query]) -> dict[str, Run]:
    """One round: each way once, with one query."""
    words = queries[number % len(queries)].words
    command = ["-m", "rlm_core", "search", "--project", first, "-k", "8"]
    jobs = {FLOOR: ["-c", "pass"], ONE: [*command, "--", *words], ALL: [*command, "--everywhere", "--", *words]}
    return {name: launcher.run(jobs[name]) for name in random.Random(number).sample(list(jobs), len(jobs))}


def measure(quick: bool) -> dict[str, Any]:
    count, chars, rounds = (5, 50_000, 1) if quick else (50, 600_000, 31)
    with common.workplace() as (base, launcher):
        projects = [project(base, n, chars) for n in range(count)]
        archive = Archive(os.path.join(projects[0], ".claude", "rlm"), Config())
        chunks = [str(meta["path"]) for meta in archive.metas()]
        queries = [q for q in latency.make_queries(chunks, 24) if not q.filter]
        runs = [once(launcher, projects[0], n, queries) for n in range(rounds + 1)][1:]
    found = {name: [run[name] for run in runs] for name in (FLOOR, ONE, ALL)}
    rows = {
        name: {
            "ms": common.milliseconds(each),
            "of one": common.ratios([r.wall for r in each], [r.wall for r in found[ONE]]),
            "cpu of one": common.ratios([r.cpu for r in each], [r.cpu for r in found[ONE]]),
        }
        for name, each in found.items()
    }
    return {
        "sizes": {"archives": count, "chunks of each": len(chunks), "rounds": rounds, "queries": len(queries)},
        "figures": rows,
        "targets": {f"{count} archives / one": common.target(rows[ALL]["of one"]["median"], MOST)},
    }


if __name__ == "__main__":
    sys.exit(common.main("everywhere", __doc__, measure))
