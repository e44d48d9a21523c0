"""How many dollars a run may spend today, across all projects, and what each question has cost: grants and receipts.

A run in progress counts with all that it was granted. When its process has died, the next grant makes a receipt of what
that run reported last; of all that it was granted, where it could not report any more. A run counts on the day of its
end, by the local calendar. A file `paused` is there while spending is paused.

A receipt: at (local time, ISO-8601 with its offset), project, question, route, leaf, calls, tokens, usd, seconds,
findings, verified, complete; and grant, an id.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.books import Books, BooksError, locked
from rlm_core.disk import make_dir, remove, write_atomic
from rlm_core.errors import LockTimeoutError, RlmError, worded
from rlm_core.home import config_dir
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, moment

if TYPE_CHECKING:
    import sqlite3

    from rlm_core.lock import Lock
    from rlm_core.redaction.clean import CleanJson, CleanText

    Record = Mapping[CleanText, CleanJson]

QUESTION_CHARS = 200
DAY = 86_400.0
KEEP_DAYS = 400
MANY = 3_000  # receipts, about 1 MB, above which those that are older go
MICRO = 1_000_000
MIN_USD = 0.001  # dollars; less buys no call
GRANTS = "grants"

# What is known of a run whose process died.
DIED = fields(route=EMPTY, leaf=EMPTY, calls=0, tokens=0, seconds=0.0, findings=0, verified=0, complete=False)


def own_folder() -> Path:
    """The user's folder, in Claude Code's directory: the ledger; answers too, where there is no archive."""
    return Path(config_dir()) / "rlm-ask"


def user_ledger() -> Spending:
    """The ledger of this user, for all projects."""
    return Spending(own_folder())


def local_time(at: float) -> CleanText:
    """A time as the local calendar and clock have it: 2026-11-22T10:00:03+01:00."""
    return moment(datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds"))


class Spending:
    """The user's ledger, in the books in `folder`. Reading raises RlmError when they cannot be read.

    skipped: receipts that could not be read by the last call of `records`.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.books = Books(folder)
        self.clock = clock
        self.skipped = 0
        self._paused = folder / "paused"

    def grant(self, wanted: float, daily: float, *, project: CleanText, question: CleanText) -> Grant:
        """Dollars for a run: `wanted`, or what is left of the day's cap. daily: that cap, 0 for none.

        Raises RlmError when nothing is left, when spending is paused, and when the ledger cannot be written.
        """
        if self.paused():
            raise RlmError("spending is paused; `rlm ask --resume` ends the pause")
        head = fields(project=project, question=literal(" ").join(question.split())[:QUESTION_CHARS])
        try:
            with ExitStack() as undo:
                books = undo.enter_context(self.books)
                self._settle_the_dead()
                with books.writing(durable=True) as db:
                    usd, name = min(wanted, self._left(db, daily)), os.urandom(8).hex()
                    make_dir(str(self.folder / GRANTS))
                    grant = Grant(self, name, usd, head, undo.enter_context(books.alive(GRANTS, name)))
                    grant.note(db, 0.0)
                undo.pop_all()
                return grant
        except BooksError as e:
            raise RlmError(
                worded("no question can be paid for, since no cap holds without a ledger: {why}", why=e)
            ) from e

    def _left(self, db: sqlite3.Connection, daily: float) -> float:
        """Dollars that may still be granted. Raises RlmError when there are none."""
        if not daily:
            return math.inf
        granted = math.fsum(max(row) for row in db.execute("SELECT granted, spent FROM grants"))
        spent = math.fsum(self._of_day(db).values())
        left = daily - spent - granted
        if left < MIN_USD:
            raise RlmError(
                worded(
                    "nothing is left of the ${daily:.2f} for today: ${spent:.2f} are spent, ${granted:.2f} granted "
                    "to runs in progress; wait until tomorrow or for these runs, or raise `ask.daily_usd` in "
                    "rlm.yaml",
                    daily=daily,
                    spent=spent,
                    granted=granted,
                )
            )
        return math.floor(left * MICRO) / MICRO  # floats must not add up to more than the cap

    def _of_day(self, db: sqlite3.Connection) -> dict[str, float]:
        """Dollars of today's receipts, by grant."""
        day = local_time(self.clock())[:10]
        return dict(db.execute("SELECT id, usd FROM receipts WHERE substr(at, 1, 10) = ?", (day,)).fetchall())

    def _settle_the_dead(self) -> None:
        """Make receipts of what was spent by runs whose process died. The files of their locks go."""
        gone: list[str] = []
        with ExitStack() as held:
            with self.books.writing(durable=True) as db:
                grants = "SELECT id, granted, spent, at, data FROM grants"
                rows = {name: row for name, *row in db.execute(grants).fetchall()}
                for name in rows.keys() | locked(str(self.folder), GRANTS):
                    usd, spent, at, data = rows.get(name, (0.0, 0.0, 0.0, ""))
                    with suppress(LockTimeoutError):
                        dead = held.enter_context(self.books.alive(GRANTS, name))
                        spent = max(usd, spent) if dead.dirty and usd < math.inf else spent
                        if spent > 0:
                            self.settle(db, name, at, spent, data)
                        db.execute("DELETE FROM grants WHERE id = ?", (name,))
                        gone.append(dead.path)
            for path in gone:  # no sooner: what a lock's file tells is in no other place
                remove(path)

    def settle(self, db: sqlite3.Connection, name: str, at: float, usd: float, data: CleanText) -> None:
        """Make the receipt of a grant that ended at a time; nothing when it has one. data: the rest of it, JSON."""
        db.execute("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?)", (name, local_time(at), usd, data))
        if db.execute("SELECT count(*) FROM receipts").fetchone()[0] > MANY:
            db.execute("DELETE FROM receipts WHERE at < ?", (local_time(self.clock() - KEEP_DAYS * DAY),))

    def today(self) -> float:
        """Dollars spent today, those included that runs in progress have spent or set aside."""
        if not self.books.exist():
            return 0.0
        with self.books.reading() as db:
            day = local_time(self.clock())[:10]
            going = db.execute("SELECT spent, at FROM grants").fetchall()
            spent = self._of_day(db).values()
        return math.fsum([*spent, *(usd for usd, at in going if local_time(at)[:10] == day)])

    def records(self, project: CleanText | None = None, days: int = 30) -> list[dict[str, Any]]:
        """What questions have cost in the last days, newest first, in one project or in all."""
        self.skipped, found = 0, []
        if not self.books.exist():
            return []
        since = local_time(self.clock() - days * DAY)
        with self.books.reading() as db:
            rows = db.execute("SELECT * FROM receipts WHERE at >= ? ORDER BY at DESC, rowid DESC", (since,)).fetchall()
        for name, at, usd, data in rows:
            try:
                found.append({"at": at, **json.loads(data), "usd": usd, "grant": name})
            except (ValueError, TypeError):
                self.skipped += 1
        return [r for r in found if project in (None, r.get("project"))]

    def pause(self) -> None:
        """Let nothing be spent until `resume`: no run begins, and those in progress see it. Raises RlmError."""
        try:
            make_dir(str(self.folder))
            write_atomic(str(self._paused), (local_time(self.clock()) + literal("\n")).encode())
        except OSError as e:
            raise RlmError(
                worded("cannot pause: {paused} cannot be written ({why})", paused=self._paused, why=e)
            ) from e

    def resume(self) -> None:
        """End the pause. Raises RlmError."""
        try:
            remove(str(self._paused))
        except OSError as e:
            raise RlmError(
                worded(
                    "cannot end the pause: {paused} cannot be removed ({why}); remove it by hand",
                    paused=self._paused,
                    why=e,
                )
            ) from e

    def paused(self) -> bool:
        """Whether spending is paused; cheap enough to be asked before each call."""
        return os.path.exists(self._paused)


class Grant:
    """What one run may spend. usd: dollars. Made by `Spending.grant`, in its transaction.

    Its holder calls `report` as it spends and `finish` at the end. A run whose process dies before that has spent what
    it reported last.
    """

    def __init__(self, spending: Spending, name: str, usd: float, head: Record, alive: Lock) -> None:
        self.usd = usd
        self._spending, self._books = spending, spending.books
        self._name, self._head, self._alive = name, head, alive
        self._ended = False

    def note(self, db: sqlite3.Connection, spent: float) -> None:
        """Write down what it is, and what of it is spent."""
        row = (self._name, self.usd, spent, self._spending.clock(), dumps({**self._head, **DIED}))
        db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?)", row)

    def report(self, spent: float) -> None:
        """Say how many dollars the run has spent, those included that it has set aside for calls in progress.

        Takes microseconds, and no room on a full disk: there a byte of the lock's file is overwritten, by which a run
        whose process died counts with all that it was granted.
        """
        if self._ended:
            return
        try:
            with self._books.writing() as db:
                self.note(db, spent)
        except BooksError:
            with suppress(OSError):  # as long as the process lives the whole grant counts anyway
                self._alive.mark()

    def finish(self, record: Record) -> None:
        """Make the run's receipt and give back what it has not spent. Calls after that do nothing.

        record: route, leaf, calls, tokens, usd, seconds, findings, verified, complete. When the ledger cannot be
        written, the run counts as one whose process died.
        """
        if self._ended:
            return
        is_entered = False
        try:
            with self._books.writing(durable=True) as db:
                data = dumps({name: value for name, value in {**self._head, **record}.items() if name != "usd"})
                self._spending.settle(db, self._name, self._spending.clock(), _dollars(record), data)
                db.execute("DELETE FROM grants WHERE id = ?", (self._name,))
            is_entered = True
        except BooksError:  # the answer is there; the next grant enters what this one could not
            self.report(_dollars(record))
        finally:
            self._ended = True
            self._alive.__exit__(None if is_entered else BooksError)
            with suppress(BooksError), self._books.writing():
                if is_entered:
                    self._books.is_dead(GRANTS, self._name)
            self._books.__exit__()


def _dollars(record: Record) -> float:
    usd = record.get(literal("usd"))
    return usd if isinstance(usd, (int, float)) else 0.0
