"""The answers that a run need not pay for, those of an interrupted attempt at it and of all former runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanJson

    Clean = Callable[[dict[str, Any]], CleanJson]


class Remembered:
    """What is remembered in `folder`, and where this run adds to it.

    clean: makes an answer fit to be written. fresh: remember nothing of former runs, and nothing for later ones.
    """

    def __init__(self, folder: Path, clean: Clean, *, fresh: bool) -> None:
        self.folder, self._clean = folder, clean
        self._books = Books(folder, quiet=True)
        self._answers = None if fresh else Answers(self._books)

    def get(self, key: str) -> dict[str, Any] | None:
        """The answer to a call by its key, None when it was never made."""
        return self._answers.get(key) if self._answers else None

    def put(self, key: str, data: dict[str, Any]) -> None:
        """Remember an answer for later runs."""
        if self._answers:
            self._answers.put(key, self._clean(data))

    def open(self) -> Books:
        """The books, to be kept open, by `with`, while many answers are looked for."""
        return self._books

    @contextlib.contextmanager
    def journal(self, run: str) -> Iterator[Journal]:
        """The journal of a run; one of the same name that was interrupted is gone on with."""
        with self._books:
            journal = Journal(self._books, run if self._answers else f"{run}-{os.urandom(4).hex()}")
            try:
                yield journal
            finally:
                journal.close(finished=False)

    def warnings(self, journal: Journal) -> list[str]:
        """What a full or read-only disk kept from being written down, and what was damaged."""
        if not (journal.failed or (self._answers and self._answers.failed)):
            return self._books.told
        lost = f"{self.folder} cannot be written: answers are not remembered, and a repetition is paid for again"
        return [*self._books.told, lost]
