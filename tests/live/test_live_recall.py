"""Does a real model call /recall when it should, and only then? Forty prompts; see README.md."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from .judge import Verdict, ask_all, prepare, table

FOUND_AT_LEAST, WRONGLY_AT_MOST = 0.85, 0.10


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    """All prompts, asked once. $RLM_LIVE_REPORT names a file for the verdicts."""
    claude = os.environ.get("RLM_CLAUDE") or shutil.which("claude")
    assert claude, "no Claude Code: set RLM_CLAUDE or put `claude` on PATH"
    project = tmp_path_factory.mktemp("live")
    prepare(project)
    found = ask_all(claude, project, os.environ.get("RLM_LIVE_MODEL", ""))
    print(table(found))
    if report := os.environ.get("RLM_LIVE_REPORT"):
        Path(report).write_text(json.dumps([asdict(v) for v in found], indent=1, ensure_ascii=False), "utf-8")
    return found


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_recall_is_called_for_what_was_said_earlier(verdicts: list[Verdict], lang: str) -> None:
    wanted = [v for v in verdicts if v.wanted and v.lang == lang]
    assert sum(v.called for v in wanted) >= FOUND_AT_LEAST * len(wanted), table(wanted)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_recall_is_left_alone_by_near_misses(verdicts: list[Verdict], lang: str) -> None:
    others = [v for v in verdicts if not v.wanted and v.lang == lang]
    assert sum(v.called for v in others) <= WRONGLY_AT_MOST * len(others), table(others)
