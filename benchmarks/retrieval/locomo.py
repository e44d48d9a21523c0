"""Reads LoCoMo (Maharana et al. 2024) from a file of the user's; it is CC BY-NC and no part of this repository.

Either locomo10.json as its authors publish it, or an object with `conversations` of the same shape. Questions are
those of categories 1 to 4 that name evidence: 1,536 of the ten conversations. Category 5 has no answer.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.retrieval.conversation import Conversation, Entry, Question

KINDS = {1: "several turns", 2: "time", 3: "inference", 4: "one turn"}
_TURN_ID = re.compile(r"D(\d+):(\d+)")


class LocomoError(Exception):
    """The file is not LoCoMo."""


def load(path: str, *, names: bool = True) -> list[Conversation]:
    """The file's conversations. names: each turn begins with its speaker's name.

    Raises OSError, and LocomoError when the file has another shape.
    """
    with open(path, encoding="utf-8") as f:
        try:
            data = json.load(f)
            samples = data["conversations"] if isinstance(data, dict) else data
            return [_conversation(sample, f"locomo-{n}", names) for n, sample in enumerate(samples)]
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise LocomoError(f"{path} is not LoCoMo's JSON: {e!r}") from e


def _conversation(sample: dict[str, Any], name: str, names: bool) -> Conversation:
    entries = tuple(_entries(sample["conversation"], name, names))
    known = {e.id for e in entries}
    questions = tuple(q for row in sample["qa"] if row["category"] in KINDS for q in _question(row, name, known))
    return Conversation(name, entries, questions)


def _entries(talk: dict[str, Any], name: str, names: bool) -> Iterator[Entry]:
    """The turns in order; a session's first turn has its date, each further one is a minute later."""
    number = 1
    while f"session_{number}_date_time" in talk:
        time = datetime.strptime(talk[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y")
        for turn in talk.get(f"session_{number}", ()):
            role = "user" if turn["speaker"] == talk["speaker_a"] else "assistant"
            (turn_id,) = _turn_ids([turn["dia_id"]])
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ")
            yield Entry(f"{name}/{turn_id}", f"{name}/{number}", stamp, role, _text(turn, names))
            time += timedelta(minutes=1)
        number += 1


def _text(turn: dict[str, Any], names: bool) -> str:
    text = turn.get("text") or ""
    if turn.get("blip_caption"):
        text = f"{text} [image: {turn['blip_caption']}]".strip()
    return f"{turn['speaker']}: {text}" if names else text


def _question(row: dict[str, Any], name: str, known: set[str]) -> Iterator[Question]:
    """The question, unless no turn is its evidence."""
    ids = dict.fromkeys(f"{name}/{turn_id}" for turn_id in _turn_ids(row["evidence"]))
    evidence = tuple(i for i in ids if i in known)
    if evidence:
        yield Question(row["question"], evidence, KINDS[row["category"]])


def _turn_ids(texts: list[str]) -> list[str]:
    """Ids of turns as one spelling; the file has a few such as "D8:6; D9:17" and "D30:05"."""
    return [f"D{int(m[1])}:{int(m[2])}" for text in texts for m in _TURN_ID.finditer(text)]
