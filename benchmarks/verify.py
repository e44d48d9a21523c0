"""How long it takes to prove that a transcript is whole in the archive, against parsing its JSON, and how much memory.

    python -m benchmarks.verify [--quick] [--json]

Both are whole processes over the same file: `rlm verify FILE`, and `json.loads` of each line. A second transcript, of
today's client, has more that is left out.
"""

import json
import os
import sys
from typing import Any

from benchmarks import archiving, common
from benchmarks.archiving import FLAGS, PARSE, written
from benchmarks.common import MB, Launcher, Project, Run
from benchmarks.transcripts import TODAY

VERIFY = "import sys;sys.path.insert(0,sys.argv[1]);from rlm_core.cli import main;sys.exit(main(sys.argv[2:]))"
TYPICAL = archiving.TYPICAL


def verify_once(launcher: Launcher, project: Project) -> Run:
    """Prove the transcript whole. Raises RuntimeError when it is not."""
    args = ["-I", "-X", "utf8", "-c", VERIFY, common.PACKAGE_DIR, "verify", project.transcript]
    run = launcher.run([*args, "--project", project.path, "--json"])
    if not json.loads(run.answer)["ok"]:
        raise RuntimeError(f"not whole: {run.answer[:400]}")
    return run


def compare(launcher: Launcher, project: Project, rounds: int) -> dict[str, Any]:
    """The figures of one transcript."""
    megabytes = os.path.getsize(project.transcript) / MB
    project.archive()
    parsed, proven = [], []
    for _ in range(rounds):
        parsed.append(launcher.run([*FLAGS, PARSE, project.transcript]))
        proven.append(verify_once(launcher, project))
    return {
        "transcript_mb": round(megabytes, 1),
        "json_loads_s": common.spread([r.wall for r in parsed], 3),
        "verify_s": common.spread([r.wall for r in proven], 3),
        "ratio": common.ratios([r.wall for r in proven], [r.wall for r in parsed]),
        "mb_per_s": common.spread([megabytes / r.wall for r in proven], 1),
        "peak_mb": common.spread([r.memory for r in proven], 1),
    }


def measure(quick: bool) -> dict[str, Any]:
    size, side, rounds = (MB, MB // 4, 1) if quick else (100 * MB, 20 * MB, 3)
    with common.workplace() as (base, launcher):
        projects = {
            TYPICAL: written(base, TYPICAL, size),
            "today's client": written(base, "today", side, TODAY),
            "short outputs": written(base, "terse", side, terse=True),
        }
        table = {name: compare(launcher, p, rounds) for name, p in projects.items()}
    row = table[TYPICAL]
    targets = {
        "verify / json.loads": common.target(row["ratio"]["median"], 8.0),
        "peak memory, MB": common.target(row["peak_mb"]["max"], 250.0),
    }
    return {"sizes": {"rounds": rounds, "typical_mb": row["transcript_mb"]}, "figures": table, "targets": targets}


if __name__ == "__main__":
    sys.exit(common.main("verify", __doc__, measure))
