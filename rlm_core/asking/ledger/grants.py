"""How many dollars a run may spend today, across all projects, and what each question has cost.

    ledger.jsonl        the records of questions that came to their end
    grants/<id>.json    a run in progress: what it has spent, and what it was granted
    grants/<id>.lock    held as long as its process lives
    paused              is there while spending is paused

A run in progress counts with all that it was granted. When its process has died, the next grant enters in the ledger
what that run reported last. A run counts on the day of its end, by the local calendar.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.ledger.receipts import DAY, Receipts, local_time
from rlm_core.disk import make_dir, open_file, read, remove, write_atomic
from rlm_core.errors import ArchiveError, LockTimeoutError, RlmError
from rlm_core.home import config_dir
from rlm_core.lock import Lock
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, written_before
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

    Record = Mapping[CleanText, CleanJson]

QUESTION_CHARS = 200
WAIT_SECONDS = 10.0  # seconds for other processes, each of which needs milliseconds
PLACE_BYTES = 128  # bytes at the beginning of a grant's file, which each report overwrites
MICRO = 1_000_000
MIN_USD = 0.001  # dollars; less buys no call

# What is unknown of a run whose process died.
UNKNOWN = fields(route=EMPTY, leaf=EMPTY, calls=0, tokens=0, seconds=0.0, findings=0, verified=0)


def own_folder() -> Path:
    """The user's folder, in Claude Code's directory: the ledger; answers too, where there is no archive."""
    return Path(config_dir()) / "rlm-ask"


def user_ledger() -> Spending:
    """The ledger of this user, for all projects."""
    return Spending(own_folder())


class Spending:
    """The user's ledger in `folder`, which the first grant makes.

    skipped: lines that could not be read by the last call of `records`.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.grants = folder / "grants"
        self.receipts = Receipts(folder / "ledger.jsonl")
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
            make_dir(str(self.folder))
            make_dir(str(self.grants))
            with self.locked():
                return Grant(self, min(wanted, self._left(daily)), head)
        except (OSError, ArchiveError, LockTimeoutError) as e:
            raise RlmError(
                f"the ledger of spending in {self.folder} cannot be written ({e}), and no cap holds without it: "
                "free disk space, mend the permissions or end the process that holds it"
            ) from e

    def locked(self) -> Lock:
        """The lock under which grants begin and end."""
        return Lock(str(self.folder / "lock"), WAIT_SECONDS)

    def _left(self, daily: float) -> float:
        """Dollars that may still be granted. Raises RlmError when there are none. The lock is held."""
        granted = self._settle_the_dead()
        if not daily:
            return math.inf
        spent = math.fsum(r["usd"] for r in self.receipts.of_day(self._day()))
        left = daily - spent - granted
        if left < MIN_USD:
            raise RlmError(
                f"nothing is left of the ${daily:.2f} for today: ${spent:.2f} are spent, ${granted:.2f} granted to "
                "runs in progress; wait until tomorrow or for these runs, or raise `ask.daily_usd` in rlm.yaml"
            )
        return math.floor(left * MICRO) / MICRO  # floats must not add up to more than the cap

    def _day(self) -> str:
        return local_time(self.clock())[:10]

    def _settle_the_dead(self) -> float:
        """Enter in the ledger what was spent by runs whose process died; dollars granted to the living.

        Temporary files that a killed process left are cleared away like grants of nothing.
        """
        granted = 0.0
        for name in {n[:-5] for n in os.listdir(self.grants) if n.endswith((".json", ".lock"))}:
            run = _run(self.grants / f"{name}.json")
            try:
                with Lock(self.lock_of(name), 0):
                    if run and run.spent > 0:
                        died = {**run.head, **UNKNOWN, **fields(usd=run.spent, complete=False)}
                        self.settle(name, run.at, died)
                    self.drop(name)
            except LockTimeoutError:
                granted += max(run.granted, run.spent) if run else 0.0
        return granted

    def lock_of(self, name: str) -> str:
        """The file that a run's process holds locked."""
        return str(self.grants / f"{name}.lock")

    def settle(self, name: str, at: float, record: Record) -> None:
        """Enter the record of a grant that ended at a time. The lock is held."""
        self.receipts.enter({**fields(at=local_time(at)), **record}, clean_id(name), self.clock())

    def drop(self, name: str) -> None:
        """Free what is left of a grant. The lock is held."""
        remove(str(self.grants / f"{name}.json"))
        remove(self.lock_of(name))

    def today(self) -> float:
        """Dollars spent today, those included that runs in progress have spent or set aside."""
        # Before the ledger: a run that ends in between is seen twice, and told by its name, but never missed.
        names = os.listdir(self.grants) if self.grants.is_dir() else []
        runs = {n[:-5]: run for n in names if n.endswith(".json") and (run := _run(self.grants / n))}
        day = self._day()
        records = list(self.receipts.of_day(day))
        ended = {r.get("grant") for r in records}
        going = [run.spent for name, run in runs.items() if name not in ended and local_time(run.at)[:10] == day]
        return math.fsum([*going, *(r["usd"] for r in records)])

    def records(self, project: CleanText | None = None, days: int = 30) -> list[dict[str, Any]]:
        """What questions have cost in the last days, newest first, in one project or in all (see `receipts`)."""
        found, self.skipped = self.receipts.since(local_time(self.clock() - days * DAY))
        return [r for r in found if project in (None, r.get("project"))]

    def pause(self) -> None:
        """Let nothing be spent until `resume`: no run begins, and those in progress see it. Raises RlmError."""
        try:
            make_dir(str(self.folder))
            write_atomic(str(self._paused), (local_time(self.clock()) + literal("\n")).encode())
        except OSError as e:
            raise RlmError(f"cannot pause: {self._paused} cannot be written ({e})") from e

    def resume(self) -> None:
        """End the pause. Raises RlmError."""
        try:
            remove(str(self._paused))
        except OSError as e:
            raise RlmError(f"cannot end the pause: {self._paused} cannot be removed ({e}); remove it by hand") from e

    def paused(self) -> bool:
        """Whether spending is paused; cheap enough to be asked before each call."""
        return os.path.exists(self._paused)


class Grant:
    """What one run may spend. usd: dollars. Made by `Spending.grant`, under its lock.

    Its holder calls `report` as it spends and `finish` at the end. A run whose process dies before that has spent what
    it reported last.
    """

    def __init__(self, spending: Spending, usd: float, head: Record) -> None:
        self.usd = usd
        self._spending = spending
        self._head = head
        self._name = os.urandom(8).hex()
        self._alive = Lock(spending.lock_of(self._name), 0)
        self._alive.__enter__()
        path = spending.grants / f"{self._name}.json"
        granted = dumps({**fields(granted=usd, pid=os.getpid()), **head}) + literal("\n")
        try:
            write_atomic(str(path), self._place(0.0) + granted.encode(), durable=False)
            self._fd = open_file(str(path), os.O_WRONLY)
        except OSError:
            self._alive.__exit__(None)
            raise

    def report(self, spent: float) -> None:
        """Say how many dollars the run has spent, those included that it has set aside for calls in progress.

        Takes microseconds: some bytes are overwritten in place, which a full disk does not hinder.
        """
        if self._fd < 0:
            return
        try:
            os.lseek(self._fd, 0, os.SEEK_SET)
            os.write(self._fd, self._place(spent))
        except OSError:
            pass  # as long as the process lives the whole grant counts anyway

    def _place(self, spent: float) -> CleanBytes:
        place = dumps(fields(spent=spent, at=self._spending.clock()))
        return literal("{:<{}}\n").format(place, PLACE_BYTES - 1).encode()

    def finish(self, record: Record) -> None:
        """Enter the run in the ledger and give back what it has not spent. Calls after that do nothing.

        record: route, leaf, calls, tokens, usd, seconds, findings, verified, complete. When the ledger cannot be
        written, the run counts with these dollars as one whose process died.
        """
        if self._fd < 0:
            return
        self.report(_dollars(record))
        spending = self._spending
        try:
            with spending.locked():
                spending.settle(self._name, spending.clock(), {**self._head, **record})
                spending.drop(self._name)
        except (OSError, RlmError):
            pass  # the answer is there; the next grant enters what this one could not
        finally:
            os.close(self._fd)
            self._fd = -1
            self._alive.__exit__(None)


def _dollars(record: Record) -> float:
    usd = record.get(literal("usd"))
    return usd if isinstance(usd, (int, float)) else 0.0


@dataclass(frozen=True)
class _GrantFile:
    """A grant's file. spent: dollars, as reported last. at: when. head: project and question."""

    spent: float
    at: float
    granted: float
    head: Record


def _run(path: Path) -> _GrantFile | None:
    """A grant's file, None when there is none or it is damaged. Raises RlmError when it cannot be read."""
    try:
        data = read(str(path)) or b""
    except OSError as e:
        raise RlmError(f"{path} cannot be read ({e}); mend its permissions or remove it") from e
    try:
        place, granted = (json.loads(line) for line in data.split(b"\n", 1))
        project, question = (written_before(str(granted[name])) for name in ("project", "question"))
        head = fields(project=project, question=question)
        run = _GrantFile(float(place["spent"]), float(place["at"]), float(granted["granted"]), head)
        local_time(run.at)
    except (ValueError, RecursionError, KeyError, TypeError, OverflowError, OSError):
        return None
    return run if 0 <= run.spent < math.inf else None
