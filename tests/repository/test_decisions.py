"""docs/decisions: each decision is one screen, is listed, and says where in the code it lives."""

from __future__ import annotations

import re

from kits.paths import ROOT

FOLDER = ROOT / "docs" / "decisions"
FILES = sorted(FOLDER.glob("[0-9]*.md"))
LINES = 40
HEADINGS = ["## Context", "## Decision", "## What was rejected", "## Consequences"]


def test_numbers_are_given_once_and_without_gaps() -> None:
    assert [f.name[:4] for f in FILES] == [f"{n:04d}" for n in range(1, len(FILES) + 1)]


def test_the_list_names_each_with_its_title() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    titles = [f.read_text("utf-8").split("\n")[0].removeprefix("# ") for f in FILES]
    assert [(file, f"{number} {title}") for number, file, title in listed] == [
        (f.name, title) for f, title in zip(FILES, titles, strict=True)
    ]


def test_a_decision_has_its_headings_and_fits_a_screen() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        assert text.count("\n") <= LINES, path
        assert re.findall(r"^## .*$", text, re.M) == HEADINGS, path
        others = re.findall(r"(?<![\d-])0\d{3}(?![\d-])", text.partition("\n")[2])
        assert {int(n) for n in others} <= set(range(1, len(FILES) + 1)), path


def test_the_code_that_a_decision_names_exists() -> None:
    for path in FILES:
        _, found, code = path.read_text("utf-8").rpartition("\nCode: ")
        assert found, path
        named = re.findall(r"[\w.*-]+/[\w./*-]*", code)
        assert named, path
        assert [n for n in named if not list(ROOT.glob(n.rstrip("./")))] == [], path


def test_every_decision_that_code_refers_to_exists() -> None:
    numbers = {f.name[:4] for f in FILES}
    sources = [p for folder in ("rlm_core", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py")]
    named = {n for p in sources for n in re.findall(r"docs/decisions/(\d{4})", p.read_text("utf-8"))}
    assert named <= numbers
