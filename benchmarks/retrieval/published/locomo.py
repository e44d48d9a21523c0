"""Reads LoCoMo (Maharana et al. 2024) from a file of the user's; it is CC BY-NC and no part of this repository.

Either locomo10.json as its authors publish it, or an object with `conversations` of the same shape. Questions are
those of categories 1 to 4 that name evidence: 1,536 of the ten conversations. Category 5 has no answer.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.published import talks
from benchmarks.retrieval.published.reading import elements, need

KINDS = {1: "several turns", 2: "time", 3: "inference", 4: "one turn"}
ADVERSARIAL = 5


def read(path: str, left_out: Counter[str], *, names: bool = True) -> Iterator[Conversation]:
    """The file's conversations. names: each turn begins with its speaker's name. Raises OSError and SetError."""
    for n, sample in enumerate(elements(path)):
        yield _conversation(sample, f"locomo-{n}", left_out, names)


def _conversation(sample: Any, name: str, left_out: Counter[str], names: bool) -> Conversation:
    talk = need(sample, "conversation", name, dict)
    first = str(need(talk, "speaker_a", name))
    entries = tuple(e for e in talks.entries(talk, name, first, names) if e.text.strip())
    known = {e.id for e in entries}
    questions = []
    for row in need(sample, "qa", name, list):
        category = need(row, "category", f"a question of {name}")
        if category not in KINDS:
            left_out["adversarial, without an answer" if category == ADVERSARIAL else "of another category"] += 1
        elif asked := talks.question(row, name, known, KINDS[category]):
            questions.append(asked)
        else:
            left_out["without evidence"] += 1
    return Conversation(name, entries, tuple(questions))
