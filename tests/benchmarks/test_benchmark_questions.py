"""The questions by which the rules of kinds are measured, and that they are seldom wrong without saying so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kits.paths import ROOT

from benchmarks.questions.labelled import LABELS, SETS, Labelled, confusion, figures, of_locomo, questions
from rlm_core.engine.kinds import KINDS

FRENCH = (
    "qu",
    "combien",
    "le ",
    "la ",
    "les ",
    "l'",
    "où",
    "à ",
    "est-ce",
    "dis-",
    "tou",
    "c'",
    "a-t",
    "y a",
    "on ",
    "d'",
)


def test_every_question_stands_in_one_set_once_under_a_label_that_there_is() -> None:
    asked = [q for name in SETS for q in questions(name)]
    assert len(asked) >= 240
    assert Counter(q.question.casefold() for q in asked).most_common(1)[0][1] == 1
    for name in SETS:
        assert {q.label for q in questions(name)} == set(LABELS)


@pytest.mark.parametrize("name", SETS)
def test_a_third_is_french(name: str) -> None:
    asked = questions(name)
    assert sum(any(cue in q.question.lower() for cue in FRENCH) for q in asked) >= len(asked) / 4


@pytest.mark.parametrize(
    ("name", "wrong", "searched"), [("dev", 0, 0), ("held_out", 2, 1), ("after", 2, 1), ("hard", 4, 4)]
)
def test_the_words_are_seldom_sure_and_wrong(name: str, wrong: int, searched: int) -> None:
    told = figures(questions(name))
    assert told["sure, wrong"] <= wrong, [q for q in questions(name) if q.told.sure and not q.is_right]
    assert told["searched, sure, wrong"] <= searched
    assert told["searched, wrong"] <= told["questions"] * 0.1
    assert told["left open"] <= told["questions"] * 0.7  # whoever is never sure is never wrong


def test_figures_and_table_count_each_question_once() -> None:
    asked = [
        Labelled("How many tickets are about billing?", "count"),
        Labelled("How many tickets are about billing?", "answer"),
        Labelled("who worked on it?", "list"),
        Labelled("Why?", "list"),
    ]
    told = figures(asked)
    assert (told["questions"], told["sure, right"], told["left open"], told["sure, wrong"]) == (4, 1, 1, 2)
    assert told["searched, sure, wrong"] == 1
    table = confusion(asked)
    assert sum(sum(row.values()) for row in table.values()) == 4
    assert table["list"]["list?"] == table["list"]["answer"] == table["count"]["count"] == 1
    assert {name.rstrip("?") for name in table["list"]} == {*KINDS, "overview"}


def test_the_benchmark_prints_its_figures_and_reads_other_peoples_questions(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps([{"qa": [{"question": "When did she leave?"}, {"question": "What is it?"}]}]))
    assert sorted(of_locomo(str(other), 9)) == ["What is it?", "When did she leave?"]
    command = [sys.executable, "-m", "benchmarks.questions", "--quick", "--json", "--locomo", str(other)]
    report = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120).stdout)
    assert set(report["figures"]) == {*SETS, "LoCoMo"}
    assert all(t["met"] for t in report["targets"].values())
