"""What a run has asked and paid so far, in the books, so that an interrupted run goes on where it stopped; and what it
need not pay for.

A call may be reserved several times, for further attempts; each has its own settlement. What calls have brought is
among the answers. A run that has come to its end leaves nothing here: its receipt tells of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.books import Books, BooksError, locked
from rlm_core.asking.formerbooks import reserve, settle
from rlm_core.asking.memory.answers import Answers, key_of
from rlm_core.disk import make_dir
from rlm_core.errors import LockTimeoutError, worded
from rlm_core.llm.base import Usage
from rlm_core.redaction.clean import hex_digits
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    import sqlite3

    from rlm_core.lock import Lock
    from rlm_core.redaction.clean import CleanJson, CleanText

    Clean = Callable[[dict[str, Any]], CleanJson]

DAY = 86_400.0
DAYS = 30  # after which nobody goes on with a run: the answers it would save do not hold any more
RUNS = "runs"


def run_id(question: str, options: CleanJson | Mapping[str, Any], *more: str) -> CleanText:
    """The name of a run: the same for the same command.

    options: as JSON knows them. more: what else makes it another one, as the project.
    """
    return hex_digits(key_of(question, json.dumps(options, sort_keys=True), *more))


class Journal:
    """The journal of one run, open until `close`; it goes on from that of an interrupted run of the same name.

    name: another one beside that which was asked for while an identical run is going on, which is not resumed. spent:
    what the interrupted run has settled. unsettled: (tokens, usd) of what it may have been billed beyond that: reserved
    and never settled, or settled open. failed: what could not be written, for a full or read-only disk; the run goes on
    without it.
    """

    def __init__(self, books: Books, run: str, clock: Callable[[], float] = time.time) -> None:
        self.books, self.name, self.clock = books, run, clock
        self.spent = Usage()
        self.unsettled: list[tuple[int, float]] = []
        self.failed = 0
        self._lock: Lock | None = None
        self._closed = False
        books.__enter__()
        try:
            with books.writing() as db:
                make_dir(os.path.join(books.folder, RUNS))
                self._lock = self._locked()
                db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", (self.name, clock()))
                self._go_on(db)
        except BooksError:
            self.failed += 1

    def _locked(self) -> Lock:
        try:
            return self.books.alive(RUNS, self.name).__enter__()
        except LockTimeoutError:
            self.name = f"{self.name}-{os.getpid()}-{time.time_ns():x}"
            return self.books.alive(RUNS, self.name).__enter__()

    def _go_on(self, db: sqlite3.Connection) -> None:
        calls = "SELECT tokens, usd, open, input, output, cache_read, cache_write, paid FROM calls WHERE run = ?"
        for tokens, usd, is_open, *cost in db.execute(calls, (self.name,)):
            spent = Usage(*(amount or 0 for amount in cost))
            self.spent += spent
            rest = (max(0, tokens - spent.tokens), max(0.0, usd - spent.usd))
            if is_open != 0 and any(rest):  # NULL where it has not ended
                self.unsettled.append(rest)

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        """Note what a call may cost at most, before it is made."""
        self._write(lambda db: reserve(db, self.name, clean_id(key), tokens, usd))

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        """Note what a call has cost. unsettled: it may have cost more, up to what was reserved."""
        spent = [usage.input, usage.output, usage.cache_read, usage.cache_write, usage.usd]
        self._write(lambda db: settle(db, self.name, clean_id(key), spent, unsettled))

    def _write(self, change: Callable[[sqlite3.Connection], object]) -> None:
        try:
            if self._lock is None:
                raise BooksError("the journal could not be opened, or is closed")
            with self.books.writing() as db:
                change(db)
        except BooksError:
            self.failed += 1

    def close(self, finished: bool) -> None:
        """End the run. finished: the same command shall start anew, and not go on from here. A second end is none."""
        if self._closed:
            return
        self._closed = True
        lock, self._lock = self._lock, None
        try:
            if lock is None:
                return
            with self.books.writing() as db:
                if finished:
                    _drop(db, self.name)
                lock.__exit__(None)
                self.books.is_dead(RUNS, self.name)
                self._sweep(db)
        except BooksError:
            self.failed += 1
        finally:
            self.books.__exit__()

    def _sweep(self, db: sqlite3.Connection) -> None:
        """Drop runs that nobody has gone on with for long; and locks' files that killed processes have left."""
        known = dict(db.execute("SELECT name, at FROM runs").fetchall())
        left = locked(self.books.folder, RUNS)
        for name in known.keys() | left:
            old = self.clock() - known.get(name, 0.0) > DAYS * DAY
            if (old or name in left) and self.books.is_dead(RUNS, name) and old:
                _drop(db, name)


def _drop(db: sqlite3.Connection, run: str) -> None:
    db.execute("DELETE FROM calls WHERE run = ?", (run,))
    db.execute("DELETE FROM runs WHERE name = ?", (run,))


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

    @contextmanager
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
        lost = worded(
            "{folder} cannot be written: answers are not remembered, and a repetition is paid for again",
            folder=self.folder,
        )
        return [*self._books.told, lost]
