"""Each benchmark runs and says what its README says it does; no time is asserted here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from kits.paths import ROOT

from benchmarks import hostile
from benchmarks.cells import eight
from benchmarks.transcripts import CLIENTS, Session, write

FIGURES = {
    "hooks": {
        "bare start",
        "bare start -I -S",
        "Stop, nothing new, small",
        "Stop, nothing new, large",
        "Stop, nothing new, large / small",
        "Stop, a turn, small",
        "Stop, a turn, large",
        "Stop, a turn, large / small",
        "SessionStart, startup, large",
        "SessionStart, compact, large",
        "UserPromptSubmit, large",
        "PreCompact, large",
        "SessionEnd, nothing new, large",
    },
    "archiving": {"typical", "today's client", "short outputs", "one long line"},
    "verify": {"typical", "today's client", "short outputs"},
    "tail": {"bare start", "tail, short", "tail, long", "tail, long / short"},
    "hostile": {"prose", *hostile.UNITS},
    "cells": {"rlm repl"},
    "everywhere": {"bare start", "rlm search", "rlm search --everywhere"},
    "cells.eight": {task(Random(1)).name for task in eight.TASKS},
    "cells.killed": {"killed"},
    "cells.longtasks": {f"{name}, 8,000" for name in ("needle", "kinds", "pairs", "hops")},
}
pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="processes are measured by wait4")


@pytest.mark.parametrize("name", FIGURES)
def test_a_quick_run_prints_one_json_object_with_every_figure(name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["benchmark", "quick", "date", "machine", "sizes", "figures", "targets"]
    assert (report["benchmark"], report["quick"]) == (name, True)
    assert set(report["machine"]) == {"system", "cpus", "cpu", "python", "rlm"}
    assert set(report["figures"]) == FIGURES[name]
    assert report["targets"]
    assert all(set(t) == {"value", "target", "met"} for t in report["targets"].values())


@pytest.mark.parametrize("client", CLIENTS)
def test_a_transcript_is_the_same_for_the_same_seed(client: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(str(tmp_path / name), Session(5, "/work", client), 200_000)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_transcript_has_the_proportions_of_real_ones(tmp_path: Path) -> None:
    path = tmp_path / "transcript.jsonl"
    written = write(str(path), Session(5, "/work"), 5_000_000)
    lines = path.read_bytes().splitlines(keepends=True)
    results = sum(len(line) for line in lines if b'"tool_result"' in line)
    assert written.bytes == path.stat().st_size
    assert written.lines == len(lines)
    assert 0.55 < results / written.bytes < 0.8
    assert 0.65 < written.tool_share < 0.85
    assert any(json.loads(line).get("subtype") == "compact_boundary" for line in lines)
