"""What a run has asked, got and paid so far, in a file, so that an interrupted run goes on where it stopped.

JSON lines, in the order of events:

    {"run": "3fa2...", "question": "...", "options": {...}}    a process begins, or goes on
    {"reserve": key, "tokens": 4096, "usd": 0.02}              before a call: what it may cost at most
    {"settle": key, "usage": {...}, "open": false}             after it: what it has cost
    {"answer": key, "data": {...}}                             what it brought, once that was found readable
    {"end": true}                                              nothing is left to do

A key may be reserved several times, for further attempts; each has its own settlement.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlm_core.asking.memory.answers import key_of
from rlm_core.disk import make_dir, open_file, opened, remove
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.llm.base import Usage
from rlm_core.lock import Lock
from rlm_core.redaction.clean import dumps, fields, hex_digits, literal
from rlm_core.redaction.ids import clean_id

if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

ENDING = ".jsonl"
QUESTION_CHARS = 200
DAY = 86_400.0
FINISHED_DAYS = 7
UNFINISHED_DAYS = 30  # by then the answers it would save have expired in the cache too
WAIT = 2.0  # seconds for another process that opens or sweeps
END = literal('{"end": true}\n').encode()
_LINE_END = literal("\n")


def run_id(question: str, options: CleanJson | Mapping[str, Any], *more: str) -> CleanText:
    """The name of a run: the same for the same command.

    options: as JSON knows them. more: what else makes it another one, as the project.
    """
    return hex_digits(key_of(question, json.dumps(options, sort_keys=True), *more))


class Journal:
    """The journal of one run, open until `close`; it goes on from the one at `path` when that run was interrupted.

    path: where this run's journal is: another name beside the one asked for while an identical run is going on, which
    is not resumed. answers: what the interrupted run got, by key. spent: what it has settled. unsettled: (tokens, usd)
    of what it may have been billed beyond that: reserved and never settled, or settled open. skipped: lines that could
    not be read. failed: lines that could not be written, for a full or read-only disk; the run goes on without them.
    """

    def __init__(self, path: Path, question: CleanText, options: CleanJson) -> None:
        self.path = path
        self.answers: dict[str, dict[str, Any]] = {}
        self.spent = Usage()
        self.unsettled: list[tuple[int, float]] = []
        self.skipped = self.failed = 0
        self._fd = -1
        self._lock: Lock | None = None
        self._torn = False  # the file does not end with a line's end
        try:
            make_dir(str(path.parent))
            self._open(run_id(question, options))
        except (OSError, ArchiveError, LockTimeoutError):
            self.failed += 1
            return
        shown = literal(" ").join(question.split())[:QUESTION_CHARS]
        self._append(fields(run=run_id(question, options), question=shown, options=options))

    def _open(self, run: str) -> None:
        try:
            self._lock = _lock(self.path)
        except LockTimeoutError:
            self.path = self.path.with_name(f"{self.path.stem}-{os.getpid()}-{time.time_ns():x}{ENDING}")
            self._lock = _lock(self.path)
        self._fd = open_file(str(self.path), os.O_RDWR | os.O_CREAT | os.O_APPEND)
        past = _Past()
        with open(self._fd, "rb", closefd=False) as f:
            for line in f:
                past.take(line)
                self._torn = not line.endswith(b"\n")
        if past.finished or past.run not in ("", run):
            os.ftruncate(self._fd, 0)
            self._torn = False
            return
        self.answers, self.spent, self.skipped = past.answers, past.spent, past.skipped
        self.unsettled = list(past.unsettled())

    def reserve(self, key: str, tokens: int, usd: float) -> None:
        """Note what a call may cost at most, before it is made."""
        self._append(fields(reserve=clean_id(key), tokens=tokens, usd=usd))

    def settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        """Note what a call has cost. unsettled: it may have cost more, up to what was reserved."""
        self._append(fields(settle=clean_id(key), usage=fields(**asdict(usage)), open=unsettled))

    def answer(self, key: str, data: CleanJson) -> None:
        """Note what a call has brought."""
        self._append(fields(answer=clean_id(key), data=data))

    def close(self, finished: bool) -> None:
        """End the run. finished: the same command shall start anew, and not go on from here."""
        if finished:
            self._write(END)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if self._lock:
            self._lock.__exit__(None)
            self._lock = None

    def _append(self, row: CleanJson) -> None:
        self._write((dumps(row) + _LINE_END).encode())

    def _write(self, line: CleanBytes) -> None:
        if self._torn:
            line = _LINE_END.encode() + line
        try:
            self._torn = os.write(self._fd, line) < len(line)
        except OSError:  # also when the journal could not be opened
            self.failed += 1
            return
        self.failed += self._torn


@dataclass
class _Past:
    """What the lines of a journal say."""

    run: str = ""
    finished: bool = False
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    spent: Usage = field(default_factory=Usage)
    skipped: int = 0
    _reserved: dict[str, list[tuple[float, int]]] = field(default_factory=dict)  # (usd, tokens)
    _open: list[tuple[int, float]] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        """Take in a line; one that says nothing is counted."""
        if not line.strip():
            return
        try:
            self._take(json.loads(line))
        except (ValueError, RecursionError, KeyError, TypeError):
            self.skipped += 1

    def _take(self, row: dict[str, Any]) -> None:
        if "reserve" in row:
            worst = (_number(row["usd"]), int(_number(row["tokens"])))
            self._reserved.setdefault(_typed(row["reserve"], str), []).append(worst)
        elif "settle" in row:
            self._settle(row["settle"], _usage(row["usage"]), row["open"] is True)
        elif "answer" in row:
            self.answers[_typed(row["answer"], str)] = _typed(row["data"], dict)
        elif "run" in row:
            self.run = _typed(row["run"], str)
        else:
            self.finished = _typed(row["end"], bool)

    def _settle(self, key: str, usage: Usage, unsettled: bool) -> None:
        self.spent += usage
        waiting = self._reserved.get(key)
        if not waiting:
            return
        # Which of two attempts came to its end is not known: the dearer one is assumed to be out.
        usd, tokens = min(waiting)
        waiting.remove((usd, tokens))
        rest = (max(0, tokens - usage.tokens), max(0.0, usd - usage.usd))
        if unsettled and any(rest):
            self._open.append(rest)

    def unsettled(self) -> Iterator[tuple[int, float]]:
        yield from self._open
        yield from ((tokens, usd) for waiting in self._reserved.values() for usd, tokens in waiting)


def _usage(row: dict[str, Any]) -> Usage:
    tokens = [int(_number(row[name])) for name in ("input", "output", "cache_read", "cache_write")]
    return Usage(*tokens) + Usage(usd=_number(row["usd"]))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is no amount")
    return value


def _typed(value: Any, expected: type) -> Any:
    if not isinstance(value, expected):
        raise TypeError(f"{value!r} is no {expected.__name__}")
    return value


def _lock(path: Path) -> Lock:
    """The lock of a journal, held. Raises LockTimeoutError at once when another run holds it.

    It is taken, and its file is removed, under the lock of the directory: else one run could hold a file that a sweep
    has just removed, and another run the new one.
    """
    with Lock(str(path.parent / "lock"), WAIT):
        lock = Lock(f"{path}.lock", 0)
        lock.__enter__()
        return lock


def sweep(folder: Path, clock: Callable[[], float] = time.time) -> int:
    """Remove journals that ended 7 days ago, and those that nobody has gone on with for 30; how many.

    Those in use stay, and all do while another process sweeps or the disk is read-only.
    """
    removed = 0
    try:
        names = {n.removesuffix(".lock") for n in os.listdir(folder)}
        with Lock(str(folder / "lock"), 0):
            for name in names:
                if name.endswith(ENDING) and _is_old(folder / name, clock()):
                    removed += _remove(folder / name)
    except (OSError, LockTimeoutError):
        pass
    return removed


def _is_old(path: Path, now: float) -> bool:
    """Whether a journal may go; one that is not there, but for its lock, may."""
    try:
        with opened(str(path)) as f:
            found = os.fstat(f.fileno())
            f.seek(max(0, found.st_size - len(END)))
            days = FINISHED_DAYS if f.read() == END else UNFINISHED_DAYS
    except FileNotFoundError:
        return True
    return now - found.st_mtime > days * DAY


def _remove(path: Path) -> bool:
    """Remove a journal and its lock's file, unless a run has it open."""
    try:
        with Lock(f"{path}.lock", 0):
            there = path.exists()
            remove(str(path))
            remove(f"{path}.lock")
    except LockTimeoutError:
        return False
    return there
