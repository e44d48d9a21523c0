"""What the drivers share: the job comes in, runs are timed, the result goes out. Nothing but the standard library."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

Job = dict[str, Any]
SEPARATOR = "\n=====\n"  # between the parts, where an engine takes one text


def joined(job: Job) -> str:
    """The texts of a job as one."""
    return SEPARATOR.join(text for _, text, _ in job["documents"])


def drive(run: Callable[[Job], dict[str, Any]], program: str = "") -> None:
    """Do the jobs on stdin, one a line, with `run`, which gives answer, reported, error and more of one run.

    Prints a line when it is ready, and one with the result of each job. program: what the oracle's root model writes;
    QUESTION, ROUNDS and AGAIN in it stand for what the job says.
    """
    print("ready", flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        if program:
            _write(program, job)
        print(json.dumps(_done(run, job)), flush=True)


def _write(program: str, job: Job) -> None:
    """Tell the oracle what its root model writes."""
    for name in ("question", "rounds", "again"):
        program = program.replace(name.upper(), repr(job[name]))
    with urlopen(Request(job["url"] + "/control/root", json.dumps({"replies": [program]}).encode())):
        pass


def _done(run: Callable[[Job], dict[str, Any]], job: Job) -> dict[str, Any]:
    done: dict[str, Any] = {}
    seconds, cpu, reported = [], [], 0
    for _ in range(job["runs"]):
        started, busy = time.perf_counter(), time.process_time()
        try:
            done = run(job)
        except Exception as e:  # an engine may end in any way: that is its result
            done = {"error": f"{type(e).__name__}: {e}"[:300]}
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
        reported += done.get("reported", 0)
    return {"answer": "", "error": "", "more": {}, **done, "seconds": seconds, "cpu": cpu, "reported": reported}
