"""How long archiving a whole transcript takes, against parsing its JSON, and how much memory.

    python -m benchmarks.archiving [--quick] [--json]

Both are whole processes over the same file. The archive is made from nothing by the process that a hook
detaches for work of that size; the floor is `json.loads` of each line. Three more kinds of transcript, smaller,
look for the worst case.
"""

import os
import sys
from typing import Any

from benchmarks import common, transcripts
from benchmarks.common import MB, Launcher, Project, Run
from benchmarks.transcripts import OLDER, TODAY, Session

PARSE = "import json,sys\nwith open(sys.argv[1],'rb') as f:\n for line in f:json.loads(line)"
# As rlm_core.hooks.events.detach starts it.
SWEEP = "import sys;sys.path.insert(0,sys.argv[1]);from rlm_core.hooks.sweep import main;main(sys.argv[2:])"
FLAGS = ["-I", "-S", "-X", "utf8", "-c"]
TYPICAL = "typical"


def archive_once(launcher: Launcher, project: Project) -> Run:
    """Archive the transcript into a fresh archive. Raises RuntimeError when it was not archived whole."""
    project.set_aside()
    os.sync()
    run = launcher.run([*FLAGS, SWEEP, common.PACKAGE_DIR, project.path, project.transcripts])
    if not project.is_archived():
        raise RuntimeError(f"not archived: {project.last_log()}")
    return run


def compare(launcher: Launcher, project: Project, rounds: int) -> dict[str, Any]:
    """The figures of one transcript."""
    megabytes = os.path.getsize(project.transcript) / MB
    parsed, archived = [], []
    for _ in range(rounds):
        parsed.append(launcher.run([*FLAGS, PARSE, project.transcript]))
        archived.append(archive_once(launcher, project))
    return {
        "transcript_mb": round(megabytes, 1),
        "json_loads_s": common.spread([r.wall for r in parsed], 3),
        "archive_s": common.spread([r.wall for r in archived]),
        "archive_cpu_s": common.spread([r.cpu for r in archived]),
        "ratio": common.ratios([r.wall for r in archived], [r.wall for r in parsed]),
        "cpu_ratio": common.ratios([r.cpu for r in archived], [r.cpu for r in parsed]),
        "mb_per_s": common.spread([megabytes / r.wall for r in archived], 1),
        "peak_mb": common.spread([r.memory for r in archived], 1),
        "json_loads_peak_mb": common.spread([r.memory for r in parsed], 1),
    }


def written(base: str, name: str, size: int, client: str = OLDER, *, terse: bool = False) -> Project:
    path = os.path.join(base, name)
    project = Project(base, name, Session(1, path, client, terse=terse))
    transcripts.write(project.transcript, project.session, size)
    return project


def measure(quick: bool) -> dict[str, Any]:
    size, side, rounds = (MB, MB // 4, 1) if quick else (100 * MB, 20 * MB, 3)
    with common.workplace() as (base, launcher):
        typical = written(base, TYPICAL, size)
        projects = {
            TYPICAL: typical,
            "today's client": written(base, "today", side, TODAY),
            "short outputs": written(base, "terse", side, terse=True),
            "one long line": one_long_line(base, side),
        }
        table = {name: compare(launcher, p, rounds) for name, p in projects.items()}
        session = typical.session
        shares = round(session.tool_chars / session.read_chars, 3)
    row = table[TYPICAL]
    targets = {
        "archiving / json.loads": common.target(row["ratio"]["median"], 8.0),
        "peak memory, MB": common.target(row["peak_mb"]["max"], 80.0),
    }
    sizes = {"rounds": rounds, "typical_mb": row["transcript_mb"], "tool_output_share_of_text": shares}
    return {"sizes": sizes, "figures": table, "targets": targets}


def one_long_line(base: str, size: int) -> Project:
    """A transcript with one result of nearly the whole size, as an MCP server may give it."""
    project = written(base, "long", size // 20)
    session = project.session
    out = "\n".join(text.decode() for lines in transcripts.turns(session, size * 9 // 10) for text in lines)
    block = {"tool_use_id": "toolu_long", "type": "tool_result", "content": out}
    message = {"role": "user", "content": [block]}
    record = {"type": "user", "uuid": "long", "cwd": project.path, "sessionId": session.id, "message": message}
    project.append([transcripts.line(record)])
    return project


if __name__ == "__main__":
    sys.exit(common.main("archiving", __doc__, measure))
