"""How often a run of `rlm ask` waits for the disk, by what the kernel is asked."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from kits.needs import requires

RUN = """\
import sys, time
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.journal import Remembered
from rlm_core.llm.base import Usage
from rlm_core.redaction.redactor import Redactor
project, user, calls = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
time.monotonic = lambda: 1.0  # what waits once a second for the disk would be counted by chance
memory = Remembered(project, Redactor().values, fresh=False)
with memory.journal("0d" * 20) as journal:
    grant = Spending(user).grant(1.0, 5.0, project="/p", question="?")
    for n in range(calls):
        key = f"{n:040x}"
        journal.reserve(key, 100, 0.01)
        grant.report(0.01)
        journal.settle(key, Usage(input=1, usd=0.01), False)
        memory.put(key, {"text": "x" * 500})
    grant.finish({"usd": 0.01})
    journal.close(finished=True)
assert not memory.warnings(journal)
"""


def flushes(folder: Path, calls: int) -> Counter[str]:
    """How often each of the two books, with its log and its directory, was brought to the disk by a run."""
    trace = folder / "trace"
    command = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,sync,syncfs,msync", "-o", str(trace)]
    run = [sys.executable, "-c", RUN, folder / "project", folder / "user", str(calls)]
    done = subprocess.run([*command, *run], capture_output=True, text=True, timeout=120)
    if "ptrace" in done.stderr:
        pytest.skip("no process may be traced here")
    assert (done.returncode, done.stderr) == (0, "")
    found = re.findall(r"sync\w*\(\d+<([^>]*)>", trace.read_text())
    return Counter(Path(path).relative_to(folder).parts[0] for path in found)


@requires("strace")
def test_a_run_waits_for_the_disk_no_more_often_than_its_promises_need(tmp_path: Path) -> None:
    """Money: the log, the grant, the receipt; both books: the log's begin and name, and its end, of two flushes each.

    Books that are new are one flush more, and calls are none.
    """
    new, standing, many = flushes(tmp_path, 1), flushes(tmp_path, 1), flushes(tmp_path, 64)
    assert new <= Counter({"project": 5, "user": 7})
    assert standing <= Counter({"project": 4, "user": 6})
    assert many == standing
