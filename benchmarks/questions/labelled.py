"""Questions with what they ask for, and what the words make of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rlm_core.engine.kinds import ANSWER, KINDS, Guess, guess, is_of_number

SETS = ("dev", "held_out", "after", "hard")
MANY, OVERVIEW = "answer many", "overview"
LABELS = (*KINDS, MANY, OVERVIEW)
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Labelled:
    """A question. label: one of LABELS, as the files' heads explain them."""

    question: str
    label: str

    @property
    def kind(self) -> str:
        return ANSWER if self.label in (MANY, OVERVIEW) else self.label

    @property
    def needs_all(self) -> bool:
        """Whether only all of the texts can answer it, of an archive."""
        return self.label not in (ANSWER, MANY)

    @property
    def needs_all_named(self) -> bool:
        """The same of texts that were named, where how many and which of several read everything."""
        return self.label != ANSWER

    @property
    def told(self) -> Guess:
        """What its words tell."""
        return guess(self.question)

    @property
    def is_right(self) -> bool:
        return self.told.kind == self.kind and reads_all(self.told) == self.needs_all

    @property
    def is_right_named(self) -> bool:
        return (reads_all(self.told) or is_of_number(self.question)) == self.needs_all_named


def reads_all(told: Guess) -> bool:
    """Whether everything is read for it, of texts too large for one call."""
    return told.kind != ANSWER or told.everything


def questions(name: str) -> list[Labelled]:
    """The questions of one of SETS."""
    rows: dict[str, list[Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [Labelled(str(question), label) for label, listed in rows.items() for question in listed]


def of_locomo(path: str, count: int, seed: int = 14) -> list[str]:
    """So many questions of a file of LoCoMo's, drawn; all of them ask for an answer or a list.

    Raises OSError, ValueError or KeyError on a file that is none.
    """
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    rows = data["conversations"] if isinstance(data, dict) else data
    found = [str(one["question"]) for row in rows for one in row["qa"]]
    return random.Random(seed).sample(found, min(count, len(found)))


def figures(asked: Sequence[Labelled]) -> dict[str, int]:
    """How many are right, left open or wrong, and what the guesses alone would make of them."""
    sure = [q for q in asked if q.told.sure]
    wrong = [q for q in sure if not q.is_right]
    return {
        "questions": len(asked),
        "sure, right": len(sure) - len(wrong),
        "left open": len(asked) - len(sure),
        "sure, wrong": len(wrong),
        "searched, sure, wrong": sum(q.needs_all and not reads_all(q.told) for q in wrong),
        "kind guessed": sum(q.told.kind == q.kind for q in asked),
        "route guessed": sum(reads_all(q.told) == q.needs_all for q in asked),
        "searched, wrong": sum(q.needs_all and not reads_all(q.told) for q in asked),
        "route, named": sum(q.is_right_named for q in asked),
        "searched, wrong, named": sum(
            q.needs_all_named and not (reads_all(q.told) or is_of_number(q.question)) for q in asked
        ),
    }


def confusion(asked: Sequence[Labelled]) -> dict[str, dict[str, int]]:
    """label -> kind, with a question mark where it was left open -> how many."""
    columns = [f"{name}{mark}" for name in (*KINDS, OVERVIEW) for mark in ("", "?")]
    table: dict[str, dict[str, int]] = {}
    for label in LABELS:
        table[label] = dict.fromkeys(columns, 0)
        for q in asked:
            if q.label == label:
                name = OVERVIEW if q.told.everything else q.told.kind
                table[label][f"{name}{'' if q.told.sure else '?'}"] += 1
    return table
