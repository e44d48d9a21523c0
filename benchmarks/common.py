"""What the benchmarks share: processes measured whole, projects to archive, medians, the report."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import rlm_core
from benchmarks.transcripts import Session
from rlm_core.archive.progress import up_to_date
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import Config
from rlm_core.install.handlers import BOOT
from rlm_core.log import NAME as LOG_NAME
from rlm_core.transcript.source import Source

PACKAGE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(rlm_core.__file__)))
MB = 1_000_000
WORDS = {
    "SessionStart": "session-start",
    "UserPromptSubmit": "user-prompt-submit",
    "Stop": "stop",
    "PreCompact": "pre-compact",
    "SessionEnd": "session-end",
}

# Processes are started from a process of its own that stays small: a child counts into its peak memory what
# its parent had when it was started. The payload is small enough to wait in the pipe.
STARTER = """
import json, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
for line in sys.stdin:
    args, payload, env = json.loads(line)
    (r_in, w_in), (r_out, w_out) = os.pipe(), os.pipe()
    os.write(w_in, payload.encode())
    os.close(w_in)
    moves = [(os.POSIX_SPAWN_DUP2, a, b) for a, b in ((r_in, 0), (w_out, 1), (null, 2))]
    started = time.perf_counter()
    pid = os.posix_spawn(args[0], args, env, file_actions=moves)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    os.close(w_out)
    answer = os.read(r_out, 65536).decode()
    os.close(r_in), os.close(r_out)
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps([wall, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status), answer]), flush=True)
"""


@dataclass(frozen=True)
class Run:
    """One process from start to end. wall, cpu in seconds; memory, the peak of what it had resident, in MB."""

    wall: float
    cpu: float
    memory: float
    status: int
    answer: str


class Launcher:
    """Starts processes one after the other and measures them. Close it when done."""

    def __init__(self, python: str = sys.executable, home: str = "") -> None:
        """home: of another launcher, whose user this one's processes run for, too."""
        self.python = python
        self.home = home or tempfile.mkdtemp(prefix="rlm-bench-home-")  # Claude Code's own directory, too
        self._own = not home
        command = [sys.executable, "-I", "-S", "-c", STARTER]
        self._starter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, args: Sequence[str], payload: str = "", project: str = "", program: str = "") -> Run:
        """Run `python ARGS`, or another program with them, to its end. Raises RuntimeError when it fails."""
        env = {"PATH": os.defpath, "HOME": self.home, "CLAUDE_CONFIG_DIR": self.home}
        env |= {"CLAUDE_PROJECT_DIR": project} if project else {}
        requests, answers = _pipes(self._starter)
        requests.write(json.dumps([[program or self.python, *args], payload, env]) + "\n")
        requests.flush()
        wall, cpu, peak, status, answer = json.loads(answers.readline())
        if status:
            raise RuntimeError(f"{args} ended with {status}: {answer}")
        unit = MB if sys.platform == "darwin" else MB / 1024  # ru_maxrss: bytes there, KiB elsewhere
        return Run(wall, cpu, peak / unit, status, answer)

    def close(self) -> None:
        _pipes(self._starter)[0].close()
        self._starter.wait()
        if self._own:
            shutil.rmtree(self.home, ignore_errors=True)


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the starter has no pipes")
    return process.stdin, process.stdout


class Project:
    """A project with one session's transcript, outside of any real one."""

    def __init__(self, base: str, name: str, session: Session) -> None:
        self.session = session
        self.path = os.path.join(base, name)
        self.transcripts = os.path.join(base, f"{name}-transcripts")
        self.transcript = os.path.join(self.transcripts, f"{session.id}.jsonl")
        self.root = os.path.join(self.path, ".claude", "rlm")
        self._aside = 0
        os.makedirs(os.path.join(self.path, ".claude"))
        os.makedirs(self.transcripts)

    @property
    def megabytes(self) -> float:
        return round(os.path.getsize(self.transcript) / MB, 1)

    def append(self, lines: Sequence[bytes]) -> None:
        with open(self.transcript, "ab") as f:
            f.write(b"".join(lines))

    def archive(self) -> int:
        """Archive what is new, in this process; the number of entries of the session."""
        return take(Archive(self.root, Config()), Source(self.transcript)).entries

    def is_archived(self) -> bool:
        return up_to_date(self.root, Source(self.transcript))

    def set_aside(self) -> None:
        """Make room for a new archive. Moved, not deleted: ext4 makes files slowly after it has deleted many."""
        if os.path.isdir(self.root):
            self._aside += 1
            os.rename(self.root, f"{self.root}-{self._aside}")

    def last_log(self) -> str:
        """The last hook's line; detached processes write there too."""
        with open(os.path.join(self.root, "log", LOG_NAME), encoding="utf-8") as f:
            return [line for line in f if line.split(" ", 3)[2] not in ("index", "copy", "sweep")][-1]

    def hook_args(self, event: str) -> list[str]:
        """The hook's arguments as the installer writes them."""
        return ["-I", "-S", "-X", "utf8", "-c", BOOT, PACKAGE_DIR, WORDS[event], "local"]

    def payload(self, event: str, **more: object) -> str:
        """What Claude Code tells the hook."""
        common = {
            "session_id": self.session.id,
            "transcript_path": self.transcript,
            "cwd": self.path,
            "permission_mode": "default",
            "hook_event_name": event,
        }
        return json.dumps({**common, **more})


@contextmanager
def as_user_of(launcher: Launcher) -> Iterator[None]:
    """What is archived in this process meanwhile is the archive of the user for whom the launcher's processes run."""
    before = os.environ.get("CLAUDE_CONFIG_DIR")
    os.environ["CLAUDE_CONFIG_DIR"] = launcher.home
    try:
        yield
    finally:
        os.environ.pop("CLAUDE_CONFIG_DIR")
        if before is not None:
            os.environ["CLAUDE_CONFIG_DIR"] = before


@contextmanager
def workplace() -> Iterator[tuple[str, Launcher]]:
    """A temporary directory and a launcher."""
    launcher = Launcher()
    base = tempfile.mkdtemp(prefix="rlm-bench-")
    try:
        with as_user_of(launcher):
            yield base, launcher
    finally:
        launcher.close()
        shutil.rmtree(base, ignore_errors=True)


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Median, least and greatest of some measurements."""
    found = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, digits) for name, value in found.items()}


def ratios(values: Sequence[float], floors: Sequence[float], digits: int = 2) -> dict[str, float]:
    """The spread of each measurement over the floor of the same round."""
    return spread([v / f for v, f in zip(values, floors, strict=True)], digits)


def milliseconds(runs: Sequence[Run]) -> dict[str, float]:
    return spread([r.wall * 1000 for r in runs], 1)


def target(value: float, most: float) -> dict[str, Any]:
    return {"value": value, "target": most, "met": value <= most}


def machine() -> dict[str, Any]:
    """The machine and the versions that figures depend on; no names of hosts or paths."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "cpu": _cpu_model(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "rlm": rlm_core.__version__,
    }


def _cpu_model() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            return next((row.partition(":")[2].strip() for row in f if row.startswith("model name")), "")
    except OSError:
        return platform.processor()


Measure = Callable[[bool], dict[str, Any]]


def main(name: str, doc: str, measure: Measure, arguments: Sequence[str] | None = None) -> int:
    """The command line of a benchmark. measure: takes `quick`, gives the figures."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=doc.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs: shows that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    head = {
        "benchmark": name,
        "quick": options.quick,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(),
    }
    report = head | measure(options.quick)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 0


def show(report: dict[str, Any]) -> None:
    """Print the report for people."""
    m = report["machine"]
    quick = " (--quick: small sizes)" if report["quick"] else ""
    print(f"{report['benchmark']}{quick}, {m['system']}, {m['cpus']} CPUs {m['cpu']}, {m['python']}, rlm {m['rlm']}")
    for key, value in report["sizes"].items():
        print(f"  {key}: {value}")
    columns = list(dict.fromkeys(c for row in report["figures"].values() for c in row))
    print("\n" + " " * 30 + "".join(f"{c:>22}" for c in columns))
    for name, row in report["figures"].items():
        print(f"{name:30}" + "".join(f"{_cell(row.get(c)):>22}" for c in columns))
    print()
    for name, t in report["targets"].items():
        print(f"{name:44} {t['value']:>8} target <= {t['target']:<6} {'met' if t['met'] else 'MISSED'}")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['median']} ({value['min']}-{value['max']})"
    return "" if value is None else str(value)
