"""The engines compared, each run by a driver script in a process of its own, and killed when it does not stop."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from benchmarks.engine.control import ROOT
from benchmarks.engine.tasks import Task

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
PEERS = {"rlms": "rlms", "dspy.RLM": "dspy", "minrlm": "minrlm"}  # name -> directory of its environment, and its driver
OURS = "rlm ask"
MAX_DEADLINE_SECONDS = 20.0  # after which a run is killed that no deadline of its own has ended
MAX_SECONDS = 900.0  # after which any other is


@dataclass(frozen=True)
class Engine:
    """python: the interpreter that has it; script: its driver."""

    name: str
    python: str
    script: str


@dataclass(frozen=True)
class Job:
    """A question over documents (id, text, date), which for the peers are the parts, a leaf each.

    rounds: in so many successive maps, each complete before the next. again: attempts of the root's own program at
    parts that were lost. cap: tokens; deadline: seconds; 0 for none. runs: how often, in one process. The rest is for
    our engine alone. part: tokens, 0 for a document each. findings: hand back all that was found.
    """

    question: str
    documents: tuple[tuple[str, str, str], ...]
    rounds: int = 1
    again: int = 0
    cap: int = 0
    deadline: float = 0.0
    runs: int = 1
    route: str = "map"
    part: int = 0
    verify: str = "quote"
    findings: bool = False

    @classmethod
    def of(cls, task: Task, **more: Any) -> "Job":
        return cls(task.question, tuple((d.id, d.text, d.date) for d in task.documents), **more)


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    seconds: of each run, imports aside; of a killed one how long it had gone on. cpu: the same of the driver's process,
    without its children. reported: tokens of all runs. answer, error: of the last run. stopped: it ended by itself.
    more: what our driver says beside that.
    """

    seconds: tuple[float, ...]
    cpu: tuple[float, ...] = ()
    answer: str = ""
    reported: int = 0
    error: str = ""
    stopped: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)


def engines(folder: str) -> dict[str, Engine]:
    """Ours, and the peers whose environments lie in a folder ("" for none), by name."""
    found = {OURS: Engine(OURS, sys.executable, os.path.join(SCRIPTS, "drive_ours.py"))}
    for name, place in PEERS.items() if folder else ():
        python = os.path.join(os.path.abspath(folder), place, "bin", "python")
        if os.path.exists(python):
            found[name] = Engine(name, python, os.path.join(SCRIPTS, f"drive_{place}.py"))
    return found


class Process:
    """A driver that waits for jobs, with all that it imports imported."""

    def __init__(self, engine: Engine, url: str, home: str, complaints: IO[str]) -> None:
        """url: the oracle's. home: a directory for what it writes. Raises RuntimeError when it cannot start."""
        env = {"PATH": os.defpath, "HOME": home, "ANTHROPIC_BASE_URL": url, "PYTHONUTF8": "1"}
        env |= {"PYTHONPATH": ROOT} if engine.name == OURS else {}
        pipe, command = subprocess.PIPE, [engine.python, engine.script]
        self._killed = False
        self._name, self._url, self._complaints = engine.name, url, complaints
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=complaints, text=True, cwd=home, env=env,
            start_new_session=True,
        )  # fmt: skip
        self._line()

    def do(self, job: Job, patience: float = MAX_SECONDS) -> Outcome:
        """Do a job. Raises RuntimeError when the driver itself fails."""
        started, timer = time.perf_counter(), threading.Timer(patience, self._kill)
        timer.start()
        try:
            self._send({**asdict(job), "url": self._url})
            line = self._line()
        finally:
            timer.cancel()
        if not line:
            return Outcome((time.perf_counter() - started,), error="killed", stopped=False)
        result = json.loads(line)
        return Outcome(**{**result, "seconds": tuple(result["seconds"]), "cpu": tuple(result["cpu"])})

    def _send(self, job: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: reading tells why

    def _line(self) -> str:
        """The next line that the driver prints; "" when it was killed."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line and not self._killed:
            self._complaints.seek(0)
            raise RuntimeError(f"{self._name}'s driver ended: {self._complaints.read()[-2000:]}")
        return line

    def _kill(self) -> None:
        """Kill the driver and what is left of it: an engine may have started interpreters of its own."""
        self._killed = True
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def close(self) -> None:
        self._kill()
        self._process.communicate()


@contextmanager
def started(engine: Engine, url: str, home: str) -> Iterator[Process]:
    """A driver's process, which ends with the block."""
    with tempfile.TemporaryFile("w+", dir=home) as complaints:
        process = Process(engine, url, home, complaints)
        try:
            yield process
        finally:
            process.close()
