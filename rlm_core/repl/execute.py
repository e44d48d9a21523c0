"""Runs one cell: its process started and watched, its calls made, what it has left put in place."""

from __future__ import annotations

import os
import select
import sys
import time
from _thread import allocate_lock

from rlm_core.config import redactor
from rlm_core.errors import LockTimeoutError, RlmError, worded
from rlm_core.record import Record, each
from rlm_core.redaction.clean import literal
from rlm_core.repl.cell import framing
from rlm_core.repl.cell.lazy import OF_MODELS  # the clock stands while they are under way
from rlm_core.repl.cellstart import ROOT, STARTING, StartedCell
from rlm_core.repl.cellstore import CellSession, held, remove_all, removed_and_held
from rlm_core.repl.textlist import TextList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO, TypeVar

    from rlm_core.archive.store import Archive
    from rlm_core.engine.forecast import Amount
    from rlm_core.llm.base import Leaf
    from rlm_core.redaction.clean import CleanText
    from rlm_core.repl.broker import Broker
    from rlm_core.repl.cellplan import CellPlan

    T = TypeVar("T")

OUTPUT = ".output"  # in the scratch: what the cell prints
COUNTING = 0.5  # seconds between two looks into a cell's scratch
GRACE, SAVING, TICK = 0.25, 30.0, 0.02  # seconds: to stop of itself, to save what there is, between two looks
HEAD_CHARS, TAIL_CHARS = 8_000, 4_000  # of the output that is shown
HEAD_BYTES, TAIL_BYTES = 6 * 1024**2, 2 * 1024**2  # of the output that is kept: random letters take a second a MB
BEYOND = 64 * 1024  # bytes that are looked at beyond a cut, so that no half of a secret is kept
MAX_UNDER_WAY = 128 * 1024 * 1024  # bytes of calls and answers that are kept in memory, each with some more
A_CALL = 4096
SYSTEM = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
    "/usr/share/zoneinfo", "/usr/share/locale", "/etc/ssl/openssl.cnf",
)  # fmt: skip


class Limits(Record, few=True):
    """What a cell may take. seconds: of its own, the waiting for calls aside. memory, file_size, snapshot: bytes.

    files, scratch: how many it may have in its scratch, and how many bytes they may have together; what is known of
    the texts that it sees comes on top of both.
    """

    seconds: float = 60.0
    memory: int = 2 * 1024**3
    file_size: int = 256 * 1024**2
    snapshot: int = 64 * 1024**2
    files: int = 5_000
    scratch: int = 1024**3


class CellResult(Record, few=True):
    """What came of a cell. output: what it printed, cut in the middle where it is long; path: of the whole.

    names: {name, type, size} of those that are new or changed. unsaved: {name, reason}. cost: calls, tokens, usd of
    this cell; left: dollars that the session may still spend, None without a cap. error: "" for none. answer: as the
    cell gave it, with its rows checked, or None. made: operation -> how often it was called.
    """

    output: str = ""
    truncated: bool = False
    path: str = ""
    names: list[dict[str, str]] = each(list)
    unsaved: list[dict[str, str]] = each(list)
    calls: int = 0
    cost: dict[str, Any] = each(dict)
    left: float | None = None
    error: str = ""
    answer: dict[str, Any] | None = None
    seconds: float = 0.0
    cell: int = 0
    mended: str = ""
    made: dict[str, int] = each(dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "output": self.output, "truncated": self.truncated, "path": self.path, "names": self.names,
            "unsaved": self.unsaved, "calls": self.calls, "cost": self.cost, "left_usd": self.left,
            "mended": self.mended, "error": self.error or None, "answer": self.answer,
            "seconds": round(self.seconds, 3), "cell": self.cell,
        }  # fmt: skip


class CellRun:
    """One cell of a session, under its lock."""

    def __init__(
        self, archive: Archive, session: CellSession, manifest: TextList, settings: dict[str, Any], limits: Limits, *,
        project: str, named: bool, leaf: Leaf | None = None, started: StartedCell | None = None,
    ) -> None:  # fmt: skip
        """named: the texts were named, and are not the archive's own. leaf: in place of the one of the settings.
        started: a process for the first cell; without it, and for those after it, one is started.

        Cells run one after the other with one of these, and share its calls' budget until `close`.
        """
        self.archive, self.session, self.manifest = archive, session, manifest
        self.settings, self.limits, self.project, self.named = settings, limits, project, named
        self.redact = redactor(archive.config)
        self._leaf, self._started = leaf, started
        self._broker: Broker | None = None
        self._shared = False
        self._refused = ""  # why no call can be made
        self._made: dict[str, int] = {}  # operation -> how often the cell has called it
        self._under_way = self._heavy = 0  # calls of models; bytes of all calls
        self._lock = allocate_lock()
        self._ended: dict[str, Any] | None = None
        self._stopped = False
        self._running = False  # the program itself, whose time counts
        self._seen: set[str] = set()  # calls that a plan has priced
        self._planned: CellPlan | None = None  # while a cell is planned, and not run

    def broker(self) -> Broker:
        """What makes calls, also for a program of models that wraps several cells; it ends with `close`.

        Raises RlmError when no call can be made.
        """
        self._shared = True
        broker = self._brokered()
        if broker is None:
            raise RlmError(self._refused)
        return broker

    def over(self, rows: list[dict[str, Any]], name: str) -> CellRun:
        """Cells over some of the texts, in a session of another name, whose calls are those of this one."""
        session = CellSession(os.path.dirname(self.session.folder), name)
        session.data["caps"] = self.session.data["caps"]
        some = TextList()
        some.rows, some.readable = rows, self.manifest.readable
        trial = CellRun(self.archive, session, some, self.settings, self.limits, project=self.project, named=self.named)
        trial._shared, trial._broker = True, self.broker().over(rows)
        return trial

    def close(self) -> None:
        """End the calls, and enter what was spent."""
        if self._broker is not None:
            self._broker.close()
            self._broker = None

    def run(self, source: str) -> CellResult:
        """Run a cell. Raises RlmError when it could not be begun; whatever its program does is told in the result."""
        return self._begun(lambda started: self._run(source, started))

    def plan(self, source: str) -> CellPlan:
        """What a cell's calls will cost, as far as the program goes without an answer: nothing is asked, spent or kept.

        Raises RlmError as `run` does, and when no call could be made.
        """
        return self._begun(lambda started: self._plan(source, started))

    def _begun(self, work: Callable[[StartedCell], T]) -> T:
        started, self._started = self._started or StartedCell(), None
        try:
            if "CLAUDECODE" in os.environ and (why := started.missing()):
                raise RlmError(
                    worded(
                        "cells are not run in a Claude Code session here, since nothing would confine them ({why}); "
                        "run `rlm repl exec` in a terminal of your own",
                        why=why,
                    )
                )
            self.session.prepare()
            with self.session.lock():
                return work(started)
        except LockTimeoutError as e:
            raise RlmError(
                worded("a cell of the session {name} is running; `-s NAME` begins another one", name=self.session.name)
            ) from e
        finally:
            started.end()

    def _run(self, source: str, started: StartedCell) -> CellResult:
        session = self.session
        self._ended, self._stopped, self._running = None, False, False
        self._under_way, self._heavy, self._made = 0, 0, {}
        before = self._cost()
        session.count_cell(self.redact)
        session.keep(session.cells, "py", self.redact(source))
        scratch = session.scratch()
        began = time.monotonic()
        try:
            with open(os.path.join(scratch, OUTPUT), "x+b") as printed:
                error = self._watched(source, scratch, started)
                whole, left_out = self._told(printed)
            return self._result(whole, left_out, error, scratch, time.monotonic() - began, before)
        finally:
            if not self._shared:
                self.close()
            remove_all(scratch)

    def _plan(self, source: str, started: StartedCell) -> CellPlan:
        self._ended, self._stopped, self._running = None, False, False
        self._under_way, self._heavy, self._made = 0, 0, {}
        from rlm_core.repl.cellplan import CellPlan

        self._planned = planned = CellPlan()
        self._seen.clear()
        scratch = self.session.scratch()
        try:
            error = self._watched(source, scratch, started)
            ended: dict[str, Any] = self._ended or {}
            planned.error = self.redact(error or str(ended.get("error") or "") or planned.error)
            looked = ended.get("looked")
            planned.looked = looked if isinstance(looked, int) else 0
            planned.made, planned.left = self._made, self._left()
            if planned.calls.most:
                planned.stopped_by = self.broker().lacking(planned)
            return planned
        finally:
            self._planned = None
            if not self._shared:
                self.close()
            remove_all(scratch)

    # The process.

    def _watched(self, source: str, scratch: str, started: StartedCell) -> str:
        """Give a process its job, and serve it to its end; why it has none of its own, "" where it ended well."""
        try:
            started.give(self._job(source, scratch, confined=not started.missing()))
            return self._serve(started)
        except OSError:
            return _died(started)

    def _job(self, source: str, scratch: str, *, confined: bool) -> dict[str, Any]:
        limits, config = self.limits, self.archive.config
        own = [_own_code(), sys.prefix, sys.base_prefix, *SYSTEM]
        return {
            "source": source,
            "number": self.session.cells,
            "docs": self.manifest.rows,
            "snapshot": self.session.snapshot,
            "texts": self.session.path("texts"),
            "scratch": scratch,
            "output": os.path.join(scratch, OUTPUT),
            "confined": confined,
            "plan": self._planned is not None,
            "readable": [*own, self.session.path("texts"), self.session.path("snapshot"), *self.manifest.readable],
            "redaction": {
                "enabled": config.redact_enabled,
                "extra": list(config.redact_extra.items()),
                "off": sorted(config.redact_skip),
            },
            "limits": {
                "memory": limits.memory,
                "file_size": limits.file_size,
                "snapshot": limits.snapshot,
                "cpu_seconds": int(limits.seconds) + 60,
            },
        }

    def _serve(self, process: StartedCell) -> str:
        """Answer calls until the cell has ended or its time is over.

        The clock begins with the program, and stands while calls are under way.
        """
        used, starting, last, asked_to_stop = 0.0, 0.0, time.monotonic(), 0.0
        counted = last
        post = framing.Post(process.calls, process.answers)
        while True:
            full = self._heavy + post.pending > MAX_UNDER_WAY and not asked_to_stop
            ready, takes, _ = select.select(
                [] if full else [process.calls], [process.answers] if post.pending else [], [], TICK
            )
            if takes:
                post.flush()
            now = time.monotonic()
            if not self._running:
                starting += now - last
            elif not self._under_way:
                used += now - last
            last = now
            if ready:
                try:
                    messages = post.take()
                except framing.FramingError as e:
                    return self._killed() if asked_to_stop else f"the cell's process sent what is no message: {e}"
                if any(self._takes(message, size, post) for message, size in messages):
                    return ""
                if post.gone:
                    return self._killed() if asked_to_stop else _died(process)
            if now - counted > COUNTING:
                counted = now
                if told := self._too_much(process):
                    return told
            if asked_to_stop:
                if now - asked_to_stop > (SAVING if self._stopped else GRACE):
                    return self._killed()
            elif used > self.limits.seconds or starting > STARTING:
                asked_to_stop = now
                process.stop()

    def _too_much(self, process: StartedCell) -> str:
        """Why a cell is killed that has put too much into its scratch; "" for nothing."""
        rows, limits = self.manifest.rows, self.limits
        most_files, most_bytes = limits.files + len(rows), limits.scratch + sum(row["size"] for row in rows)
        files, size = held(self.session.path("scratch"), most_files)
        size += removed_and_held(process.pid)
        if files <= most_files and size <= most_bytes:
            return ""
        much = f"{limits.files:,} files" if files > most_files else f"{limits.scratch >> 20:,} MB of files"
        return f"the cell had more than {much} in its scratch: it was killed, and the names are those before it"

    def _killed(self) -> str:
        told = f"the cell's time of {self.limits.seconds:g} s is over, and it did not stop: it was killed"
        return f"{told}, and the names are those before it"

    def _takes(self, message: dict[str, Any], size: int, post: framing.Post) -> bool:
        """Deal with a message; whether it was the last one."""
        op, args = str(message.get("op")), message.get("args")
        args = args if isinstance(args, dict) else {}
        if op == "end":
            self._ended = args
            return True
        if op in ("begins", "stopped"):
            self._running = True
            self._stopped = op == "stopped"
            return False
        number, of_model, weight = message.get("id"), op in OF_MODELS, size + A_CALL

        def reply(answered: dict[str, Any]) -> None:
            try:
                post.give({"id": number, **answered})
            except framing.FramingError as e:
                post.give({"id": number, "error": {"kind": "too large", "message": str(e)}})
            with self._lock:
                self._under_way -= of_model
                self._heavy -= weight

        if of_model and self._planned is not None:
            self._made[op] = self._made.get(op, 0) + 1
            try:
                self._planned.add(self._priced(op, args))
            except ValueError as e:
                self._planned.error = self._planned.error or f"{op}: {e}"
            return False
        with self._lock:
            self._under_way += of_model
            self._heavy += weight
            if of_model or op in ("search", "verify"):
                self._made[op] = self._made.get(op, 0) + 1
        if op == "verify":
            given = args.get("rows")
            reply({"value": self._standing(given if isinstance(given, list) else [])})
            return False
        if op == "search":
            from rlm_core.repl.cellsearch import searched

            reply(searched(self.archive, args))
            return False
        broker = self._brokered()
        if broker is None:
            reply({"error": {"kind": "refused", "message": self._refused}})
        else:
            broker.submit(op, args, reply)
        return False

    def _priced(self, op: str, args: dict[str, Any]) -> tuple[Amount, Amount, Amount]:
        broker = self._brokered()
        if broker is None:
            raise RlmError(self._refused)
        return broker.priced(op, args, self._seen)

    def _brokered(self) -> Broker | None:
        if self._broker is None and not self._refused:
            import gc

            from rlm_core.repl.broker import Broker

            gc.enable()  # the command line does without for a cell that makes no call
            try:
                self._broker = Broker(
                    self.archive, self.session, self.settings, self.manifest.rows, project=self.project,
                    named=self.named, leaf=self._leaf,
                )  # fmt: skip
            except RlmError as e:
                self._refused = worded("{why}", why=e)
        return self._broker

    # What is left.

    def _cost(self) -> dict[str, Any]:
        return self._broker.cost if self._broker else {"calls": 0, "tokens": 0, "usd": 0.0}

    def _told(self, printed: BinaryIO) -> tuple[CleanText, int]:
        """(what the cell has printed without secrets, bytes of its middle that are left out)."""
        size = printed.seek(0, os.SEEK_END)
        printed.seek(0)
        if size <= HEAD_BYTES + TAIL_BYTES:
            return self.redact(printed.read().decode("utf-8", "replace")), 0
        head = self.redact(printed.read(HEAD_BYTES + BEYOND).decode("utf-8", "replace"))[:HEAD_BYTES]
        printed.seek(size - TAIL_BYTES - BEYOND)
        tail = self.redact(printed.read().decode("utf-8", "replace"))[-TAIL_BYTES:]
        left_out = size - HEAD_BYTES - TAIL_BYTES
        return literal("{}\n… {:,} bytes are left out here …\n{}").format(head, left_out, tail), left_out

    def _result(
        self, whole: CleanText, left_out: int, error: str, scratch: str, seconds: float, before: dict[str, Any]
    ) -> CellResult:
        session, ended = self.session, self._ended or {}
        if ended.get("saved"):
            session.commit(scratch, self._texts_to_keep())
            session.data["names"] = _rows(ended.get("all"), "name", "type", "size")
        session.save(self.redact)
        path = session.keep(session.cells, "txt", whole)
        shown, truncated = _cut(whole, left_out)
        cost = {name: round(value - before[name], 6) for name, value in self._cost().items()}
        answer = ended.get("result")
        return CellResult(
            output=shown, truncated=truncated, path=path, names=_rows(ended.get("names"), "name", "type", "size"),
            unsaved=self._unsaved(ended.get("unsaved")), calls=int(cost["calls"]), cost=cost,
            left=self._left(), error=self.redact(error or str(ended.get("error") or "")),
            answer=self._checked(answer) if isinstance(answer, dict) else None, seconds=seconds, cell=session.cells,
            made=self._made, mended=str(ended.get("mended") or "")[:200],
        )  # fmt: skip

    def _unsaved(self, told: object) -> list[dict[str, str]]:
        """The reasons hold words of errors, and these may hold words of values."""
        return [{name: self.redact(value) for name, value in row.items()} for row in _rows(told, "name", "reason")]

    def _texts_to_keep(self) -> set[str]:
        """What the names are said to need, and what is known of the files that are seen."""
        told = (self._ended or {}).get("texts")
        used = told if isinstance(told, list) else []
        return {str(name) for name in used} | {row["key"] for row in self.manifest.rows}

    def _left(self) -> float | None:
        cap = self.session.data["caps"].get("usd")
        return round(max(cap - self.session.spent()["usd"], 0.0), 6) if cap else None

    def _standing(self, given: list[Any]) -> list[bool]:
        from rlm_core.repl.standing_quotes import StandingQuotes

        return StandingQuotes(self.manifest.rows, self.redact).of(given)

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with its rows: whether each quote stands at its place, as the files say now."""
        rows = answer.get("rows")
        given = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
        checked = [
            {"place": self.redact(str(r.get("place"))), "quote": self.redact(str(r.get("quote"))), "verified": stands}
            for r, stands in zip(given, self._standing(given), strict=True)
        ]
        final = answer.get("final") is not False
        return {"text": self.redact(str(answer.get("text"))), "rows": checked, "final": final}


def _own_code() -> str:
    """Where a cell's process finds this package: among other packages, or its own directory and nothing beside it.

    `sys.path` is no measure: it may name the project, its `.env` with it.
    """
    packages = os.path.basename(ROOT) in ("site-packages", "dist-packages")
    return ROOT if packages else os.path.join(ROOT, "rlm_core")


def _rows(value: object, *names: str) -> list[dict[str, str]]:
    """What a cell's process says of names, as texts of a bounded length: nothing else of it is believed."""
    rows = value if isinstance(value, list) else []
    return [{n: str(row.get(n, ""))[:300] for n in names} for row in rows[:200] if isinstance(row, dict)]


def _cut(text: str, left_out: int) -> tuple[str, bool]:
    """The head and the tail of an output, and whether anything lies between. left_out: what is not in it already."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text, False
    left = len(text) - HEAD_CHARS - TAIL_CHARS + left_out
    return f"{text[:HEAD_CHARS]}\n… {left:,} characters are left out here …\n{text[-TAIL_CHARS:]}", True


def _died(process: StartedCell) -> str:
    """Why a process ended without a word."""
    status = process.status(1.0)
    if status is None:
        return "the cell's process closed its connection, and was killed; the names are those before it"
    import signal

    why = f"by signal {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
    hint = ""
    if status in (-signal.SIGKILL, -signal.SIGSEGV) or status == 1:
        hint = "; a cell that needs more memory than it may have ends so"
    return f"the cell's process ended {why}{hint}; the names are those before it"
