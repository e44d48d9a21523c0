"""The answers that a run need not pay for: those of an interrupted attempt at it, then those of all former runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal, sweep


class Remembered:
    """What is remembered in `folder`, and where this run adds to it.

    fresh: remember nothing of former runs, and nothing for later ones.
    """

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self.folder = folder
        self._answers = None if fresh else Answers(folder / "answers")
        self._resumed: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        """The answer to a call by its key, None when it was never made."""
        return self._resumed.get(key) or (self._answers.get(key) if self._answers else None)

    def put(self, key: str, data: dict[str, Any]) -> None:
        """Remember an answer for later runs."""
        if self._answers:
            self._answers.put(key, data)

    @contextlib.contextmanager
    def journal(self, run: str, question: str, named: Mapping[str, Any]) -> Iterator[Journal]:
        """The journal of a run; what an interrupted run of the same name got is remembered from here on."""
        runs = self.folder / "runs"
        name = run if self._answers else f"{run}-{os.urandom(4).hex()}"
        journal = Journal(runs / f"{name}.jsonl", question, named)
        self._resumed = journal.answers
        try:
            yield journal
        finally:
            journal.close(finished=False)
            sweep(runs)

    def warnings(self, journal: Journal) -> list[str]:
        """What a full or read-only disk kept from being written down."""
        if not (journal.failed or (self._answers and self._answers.failed)):
            return []
        return [f"{self.folder} cannot be written: answers are not remembered, and a repetition is paid for again"]
