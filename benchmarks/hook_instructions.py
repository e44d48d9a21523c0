"""What each hook costs in instructions, beside a bare interpreter start and beside another version of the package.

    python -m benchmarks.hook_instructions [--quick] [--than DIRECTORY] [--json]

Counted by valgrind (user instructions of the hook's own process, not those of what it starts), so that neither the
machine's speed nor its load is in the figures; what is left of chance is the seed of Python's hashes. DIRECTORY: the
checkout of another version, whose hooks run on a project that its own installer has made. Without valgrind it says so.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import common, transcripts
from rlm_core.install.handlers import BOOT, EVENTS

PATIENT = (
    "import time,_signal\nt=[0.0]\n"
    "def m():\n t[0]-=1000.0\n return t[0]\n"
    "time.monotonic=m\n_signal.setitimer=lambda *a:None\n"
)
"""Run before a hook: valgrind makes it forty times slower, and its seconds must not end."""
TURNS = {"Stop, a turn of 300 B": 60, "Stop, a turn of 20 KB": 20_000}
START = {"source": "startup"}
ROWS: dict[str, tuple[str, dict[str, object]]] = {
    "Stop, nothing new": ("Stop", {}),
    **{name: ("Stop", {}) for name in TURNS},
    "UserPromptSubmit": ("UserPromptSubmit", {"prompt": "Go on with the parser, please."}),
    "SessionStart, startup": ("SessionStart", START),
    "SessionStart, resume": ("SessionStart", {"source": "resume"}),
    "SessionStart, compact": ("SessionStart", {"source": "compact"}),
    "SubagentStop": ("SubagentStop", {"agent_type": "general", "agent_id": "a1"}),
    "PreCompact": ("PreCompact", {"trigger": "auto", "custom_instructions": ""}),
    "PostCompact": ("PostCompact", {"trigger": "auto"}),
    "SessionEnd": ("SessionEnd", {"reason": "other"}),
}
"""Name of the row -> the event and what its payload has beside the usual."""


@dataclass
class Ground:
    """A project in which a version's hooks run. package: the directory that holds `rlm_core`."""

    base: Path
    package: str
    env: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.base.mkdir()
        home, self.project = self.base / "home", self.base / "project"
        (home / "claude").mkdir(parents=True)
        self.project.mkdir()
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "CLAUDE_CONFIG_DIR": str(home / "claude"),
            "CLAUDE_PROJECT_DIR": str(self.project),
            "PYTHONPATH": self.package,
        }
        if shutil.which("git"):
            subprocess.run(["git", "init", "-q", "."], cwd=self.project, env=self.env, check=True)
        self.session = transcripts.Session(1, str(self.project))
        folder = home / "claude" / "projects" / re.sub("[^A-Za-z0-9]", "-", str(self.project))
        folder.mkdir(parents=True)
        self.transcript = folder / f"{self.session.id}.jsonl"
        transcripts.write(str(self.transcript), self.session, common.MB)
        install = [sys.executable, "-m", "rlm_core", "install"]
        subprocess.run(install, cwd=self.project, env=self.env, check=True, capture_output=True)
        for event, fields in ROWS.values():
            self.run(event, fields)

    def run(self, event: str, fields: dict[str, object], before: tuple[str, ...] = (), patient: str = "") -> None:
        """Run a hook to its end, and what it leaves to other processes."""
        payload = {"session_id": self.session.id, "transcript_path": str(self.transcript), "cwd": str(self.project)}
        args = ["-I", "-S", "-X", "utf8", "-c", patient + BOOT, self.package, EVENTS[event][0], "local"]
        subprocess.run(
            [*before, sys.executable, *args],
            input=json.dumps({**payload, "hook_event_name": event, **fields}).encode(),
            env=self.env,
            cwd=self.project,
            check=True,
            capture_output=True,
        )
        while self.is_busy():
            time.sleep(0.02)

    def is_busy(self) -> bool:
        """Whether a process that a hook has started still runs."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.fsencode(self.project) in (entry / "cmdline").read_bytes():
                    return True
            except OSError:
                continue
        return False

    def counted(self, name: str) -> int:
        """The instructions of a row's hook."""
        event, fields = ROWS[name]
        if name in TURNS:
            self.append(TURNS[name])
        return counted(lambda before: self.run(event, fields, before, PATIENT))

    def append(self, size: int) -> None:
        """Append a turn: a prompt, and an answer of so many characters."""
        self.count += 1
        text = ("".join(f"Line {n} of {self.count} tells something. " for n in range(1 + size // 30)))[:size]
        for kind, said in (("user", f"Question {self.count}?"), ("assistant", text)):
            record = {"type": kind, "message": {"role": kind, "content": said}, "sessionId": self.session.id}
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            uuid = f"{self.count:08d}-0000-4000-8000-{len(kind):012d}"
            with self.transcript.open("a") as f:
                f.write(json.dumps({**record, "uuid": uuid, "timestamp": stamp}) + "\n")


def counted(run: "common.Callable[[tuple[str, ...]], object]") -> int:
    """The instructions of the process that `run` starts behind a command's first words."""
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as folder:
        out = os.path.join(folder, "counts")
        run(("valgrind", "-q", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out}"))
        with open(out, encoding="utf-8") as f:
            return int(next(line for line in f if line.startswith("summary:")).split()[1])


def bare() -> int:
    """The instructions of an interpreter that does nothing, started as hooks are."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", "pass"]
    return counted(lambda before: subprocess.run([*before, *command], check=True, capture_output=True))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hook_instructions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each hook once")
    parser.add_argument("--than", metavar="DIRECTORY", help="a checkout of the version to compare with")
    parser.add_argument("--rows", metavar="TEXT", default="", help="only rows with this in their name")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("valgrind is not installed: nothing was counted")
        return 0
    rounds = 1 if options.quick else 5
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        places = {"now": common.PACKAGE_DIR} | ({"then": os.path.abspath(options.than)} if options.than else {})
        grounds = {name: Ground(Path(base, name), package) for name, package in places.items()}
        start = statistics.median(bare() for _ in range(rounds))
        found = {
            row: {
                name: statistics.median(ground.counted(row) for _ in range(rounds)) for name, ground in grounds.items()
            }
            for row in ROWS
            if options.rows in row
        }
    if options.json:
        print(json.dumps({"bare start": start, "rows": found}, indent=2))
    else:
        show(start, found)
    return 0


def show(start: float, found: dict[str, dict[str, float]]) -> None:
    """Print the table: millions of instructions, and what is more than then in % of a bare start."""
    print(f"bare start {start / 1e6:.2f} M instructions\n")
    for row, counts in found.items():
        then = counts.get("then")
        more = "" if then is None else f"{then / 1e6:>9.2f}  {(counts['now'] - then) / start * 100:+6.1f} %"
        print(f"{row:26}{counts['now'] / 1e6:>9.2f}{more}")


if __name__ == "__main__":
    sys.exit(main())
