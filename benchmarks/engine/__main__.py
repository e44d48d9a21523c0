"""What the engine of `rlm ask` costs and holds, side by side with its peers, on a scripted model.

    python -m benchmarks.engine [--quick] [--json] [--peers DIR]

A server on this machine plays the model (`oracle`): it reads without a fault, or errs as told, and bills. So the
harness alone is measured, never a model's quality. Peers are `rlms`, `dspy.RLM` and `minrlm`, each in an environment of
its own, DIR/rlms, DIR/dspy and DIR/minrlm; those that are absent are left out. The server is a process of its own, and
so is each run that is compared; imports are not measured.

seconds: of a run. cpu: user and system time of the engine's process, the one to trust on a busy machine. warm: seconds
of the third run in the same process. calls: requests that reached the server. billed: tokens. ideal: the same if each
distinct prompt had been answered once. rows: share of the records that are in the answer. exact: share of the facts
that were found, false ones counted against it, and 0 if a count or a pair is wrong. hedged: second attempts beside slow
first ones. planted: false findings; reached: the share of them that counts in the answer, and the same by type; recall:
the share of the true ones that counts.
"""

import argparse
import os
import sys
import tempfile
from typing import Any

from benchmarks import scores
from benchmarks.engine import amplification, compared, exactness
from benchmarks.engine.control import oracle
from benchmarks.engine.drivers import OURS, PEERS, engines, started

NOTE = "a perfect or erring scripted reader plays the model: the harness is measured, never a model's quality"
SETTINGS = "ask:\n  daily_usd: 0\n  max_usd: 0\n"  # the dollars of a scripted model are no reason to stop


def measure(options: argparse.Namespace) -> dict[str, Any]:
    found = engines(options.peers)
    rows: dict[str, dict[str, Any]] = {}
    with oracle() as remote, tempfile.TemporaryDirectory(prefix="rlm-bench-") as home:
        _settings(home)
        with started(found[OURS], remote.url, home) as ours:
            kept = {OURS: ours} if options.quick else {}
            for case, name, runs in compared.measured(remote, found, home, quick=options.quick, kept=kept):
                rows[f"{case.name}: {name}"] = compared.row(case, runs)
            exact = dict(exactness.measured(remote, ours, quick=options.quick))
            amplified = dict(amplification.measured(remote, ours, quick=options.quick))
    targets = compared.targets(rows)
    targets |= {f"{name}, exact": scores.at_least(figures["exact"], 1.0) for name, figures in exact.items()}
    targets |= amplification.targets(amplified)
    return {"sizes": _sizes(options.quick, found), "figures": rows | exact | amplified, "targets": targets}


def _settings(home: str) -> None:
    os.makedirs(os.path.join(home, ".claude"))
    with open(os.path.join(home, ".claude", "rlm.yaml"), "w", encoding="utf-8") as f:
        f.write(SETTINGS)


def _sizes(quick: bool, found: dict[str, Any]) -> dict[str, Any]:
    absent = [name for name in PEERS if name not in found]
    return {
        "model": NOTE,
        "peers": ", ".join(name for name in found if name != OURS) or "none",
        **({"absent": f"{', '.join(absent)}: no environment in --peers"} if absent else {}),
        "tasks": ", ".join(f"{size:,} tokens" for size in exactness.sizes(quick)),
        "left out": f"of tasks in which each line is a finding, all but one count above {exactness.DENSE:,} tokens",
        "error amplification": f"{amplification.SESSION}-token sessions, {amplification.CHANGES} facts each",
    }


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--peers", metavar="DIR", default="", help="environments of the peers: rlms, dspy, minrlm")


if __name__ == "__main__":
    sys.exit(scores.main("engine", __doc__, measure, options))
