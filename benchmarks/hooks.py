"""What each hook costs, as a whole process, in bare interpreter starts.

    python -m benchmarks.hooks [--quick] [--json]

The hooks are started as the installer writes them and get the payload that Claude Code sends. A round runs
every hook and the floor, `python -c pass`, once, in an order that changes; a ratio compares two processes of
the same round. What a hook says it did, in its log, is checked after each run.
"""

import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import common, transcripts
from benchmarks.common import MB, Launcher, Project, Run
from rlm_core.install.handlers import EVENTS
from rlm_core.launcher import shell, table
from rlm_core.launcher.table import Launched

IDLE, TURN = "Stop, nothing new", "Stop, a turn"
FLOOR, BARE_ISOLATED = "bare start", "bare start -I -S"
TURN_BYTES = (30_000, 110_000)  # a normal turn: the middle half of what sessions have


@dataclass(frozen=True)
class Arm:
    """A hook on a project. turn: append a turn first. logs: what its line in the log must hold."""

    name: str
    event: str
    project: Project
    fields: dict[str, object]
    logs: str
    turn: bool = False


def arms(small: Project, large: Project) -> list[Arm]:
    found = []
    for name, project in (("small", small), ("large", large)):
        found += [
            Arm(f"{IDLE}, {name}", "Stop", project, {"stop_hook_active": False}, "nothing new"),
            Arm(f"{TURN}, {name}", "Stop", project, {"stop_hook_active": False}, "entries+", turn=True),
        ]
    others: tuple[tuple[str, str, dict[str, object], str], ...] = (
        ("SessionStart, startup", "SessionStart", {"source": "startup"}, "startup"),
        ("SessionStart, compact", "SessionStart", {"source": "compact"}, "compact nothing new"),
        ("UserPromptSubmit", "UserPromptSubmit", {"prompt": "Go on."}, "context"),
        ("PreCompact", "PreCompact", {"trigger": "auto", "custom_instructions": ""}, "nothing new"),
        ("SessionEnd, nothing new", "SessionEnd", {"reason": "other"}, "nothing new"),
    )
    return found + [Arm(f"{name}, large", event, large, fields, logs) for name, event, fields, logs in others]


def normal_turn(session: transcripts.Session) -> list[bytes]:
    """The session's next turn of a usual size; others are left out."""
    least, most = TURN_BYTES
    while not least <= sum(map(len, lines := session.turn())) <= most:
        pass
    return lines


def run_arm(arm: Arm, launcher: Launcher, lines: list[bytes], said: str) -> Run:
    """Run a hook once. Raises RuntimeError when its log tells of something else than was to be measured."""
    if arm.turn:
        arm.project.append(lines)
    fields = {**arm.fields, "last_assistant_message": said} if arm.turn else arm.fields
    payload = arm.project.payload(arm.event, **fields)
    own = Path(arm.project.path).parent / "rlm"
    args = [EVENTS[arm.event][0], "local", table.load(own).entries[0].key]
    run = launcher.run(args, payload, arm.project.path, program=str(own / shell.NAME))
    log = arm.project.last_log()
    if arm.event not in log or arm.logs not in log or not arm.project.is_archived():
        raise RuntimeError(f"{arm.name}: the log says {log!r}")
    return run


def measure(quick: bool) -> dict[str, Any]:
    rounds, large_mb = (1, 2) if quick else (41, 200)
    with common.workplace() as (base, launcher):
        settings = os.path.join(base, "small", ".claude", "settings.local.json")
        table.note(Path(base) / "rlm", Launched(settings, launcher.python, common.PACKAGE_DIR))
        small, large = (prepared(base, name, size) for name, size in (("small", MB), ("large", large_mb * MB)))
        sizes: dict[str, Any] = {"rounds": rounds, "small_mb": [small.megabytes], "large_mb": [large.megabytes]}
        runs, turn_bytes = measured(launcher, arms(small, large), rounds)
        sizes["small_mb"].append(small.megabytes)
        sizes["large_mb"].append(large.megabytes)
        sizes["turn_kb"] = common.spread([b / 1000 for b in turn_bytes], 0)
    return {"sizes": sizes, **figures(runs)}


def prepared(base: str, name: str, size: int) -> Project:
    """A project whose transcript of this size is archived."""
    project = Project(base, name, transcripts.Session(1, os.path.join(base, name)))
    transcripts.write(project.transcript, project.session, size)
    project.archive()
    return project


def measured(launcher: Launcher, hooks: list[Arm], rounds: int) -> tuple[dict[str, list[Run]], list[int]]:
    """The runs of each hook and floor, round by round, after one that warms up; the bytes of the turns."""
    session = transcripts.Session(2, hooks[0].project.path)
    shuffled = random.Random(3)
    runs: dict[str, list[Run]] = {}
    turn_bytes: list[int] = []
    os.sync()
    for number in range(rounds + 1):
        lines = normal_turn(session)
        turn_bytes.append(sum(map(len, lines)))
        found = {
            FLOOR: launcher.run(["-c", "pass"]),
            BARE_ISOLATED: launcher.run(["-I", "-S", "-X", "utf8", "-c", "pass"]),
        }
        order = shuffled.sample(hooks, len(hooks))
        found |= {arm.name: run_arm(arm, launcher, lines, session.last_text) for arm in order}
        if number:
            for name, run in found.items():
                runs.setdefault(name, []).append(run)
    return {name: runs[name] for name in (FLOOR, BARE_ISOLATED, *(arm.name for arm in hooks))}, turn_bytes[1:]


def figures(runs: dict[str, list[Run]]) -> dict[str, Any]:
    walls = {name: [r.wall for r in found] for name, found in runs.items()}
    table = {
        name: {
            "ms": common.milliseconds(found),
            "cpu_ms": common.spread([r.cpu * 1000 for r in found], 1),
            "ratio": common.ratios(walls[name], walls[FLOOR]),
            "cpu_ratio": common.ratios([r.cpu for r in found], [r.cpu for r in runs[FLOOR]]),
        }
        for name, found in runs.items()
    }
    targets = {}
    for name, most in ((IDLE, 2.0), (TURN, 3.0)):
        for size in ("small", "large"):
            targets[f"{name}, {size}"] = common.target(table[f"{name}, {size}"]["ratio"]["median"], most)
        growth = common.ratios(walls[f"{name}, large"], walls[f"{name}, small"])
        cpu = common.ratios([r.cpu for r in runs[f"{name}, large"]], [r.cpu for r in runs[f"{name}, small"]])
        table[f"{name}, large / small"] = {"ratio": growth, "cpu_ratio": cpu}
        targets[f"{name}, large / small"] = common.target(growth["median"], 1.2)
    return {"figures": table, "targets": targets}


if __name__ == "__main__":
    sys.exit(common.main("hooks", __doc__, measure))
