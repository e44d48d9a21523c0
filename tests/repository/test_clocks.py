"""The rules about clocks catch what they are for, and the tests keep them."""

from __future__ import annotations

import pytest
from kits.clocks import about_elapsed_time, at_collection
from kits.paths import TESTS


@pytest.mark.parametrize(
    "source",
    [
        "import time\nNOW = time.time()",
        "import time as t\nNOW = t.time()",
        "from time import monotonic\nSTART = monotonic()",
        "from datetime import datetime\n@mark(datetime.now())\ndef test(): pass",
        "import datetime\nTODAY = datetime.date.today()",
        "import time\n@mark([{'a': formatdate(time.time() + 3600)}])\ndef test(): pass",
        "from email.utils import formatdate\nNOW = formatdate()",
        "import time\ndef test(at=time.time()): pass",
        "import time\ndef test(*, at=time.time()): pass",
        "import time\nclass A:\n    at = time.time()",
        "import time\ndef now(): return time.time()\ndef later(): return now() + 5\nLATER = later()",
        "import time\nDAY = time.strftime('%Y')",
    ],
)
def test_a_clock_read_at_collection_is_seen(source: str) -> None:
    assert at_collection(source)


@pytest.mark.parametrize(
    "source",
    [
        "import time\ndef test(): return time.time()",
        "import time\nCASES = [lambda: time.time()]",
        "import time\n@mark(time.sleep)\ndef test(clock=time.time): pass",
        "import time\nDAY = time.strftime('%Y', time.gmtime(0))",
        "import time\ndef main(): return time.time()\nif __name__ == '__main__': main()",
        "class A:\n    def now(self): return self.time()",
    ],
)
def test_a_clock_read_in_a_test_is_none_of_that(source: str) -> None:
    assert at_collection(source) == []


@pytest.mark.parametrize(
    "body",
    [
        "start = time.process_time(); work(); assert time.process_time() - start < 5",
        "start = time.monotonic(); took = time.monotonic() - start; assert took < 5",
        "start = time.monotonic(); assert 5 > round(time.monotonic() - start)",
        "start = now(); assert now() - start < 5",
        "took = spent(100); assert spent(400) < 8 * took + 0.5",
        "assert min(spent(n) for n in range(3)) < 9",
        "times = []; times.append(time.time()); assert min(b - a for a, b in pairwise(times)) >= 0.3",
        "assert abs(row.created - time.time()) < 60",
        "answer = run(); assert answer.seconds < 5",
        "assert run()['seconds'] < 20",
        "assert run().seconds[0] >= 1.0",
        "assert 0 < elapsed < 3",
    ],
)
def test_an_assert_about_elapsed_time_is_seen(body: str) -> None:
    made = "def spent(n):\n    began = time.perf_counter()\n    return time.perf_counter() - began\n"
    lines = "\n    ".join(body.split("; "))
    assert about_elapsed_time(f"import time\nfrom time import perf_counter as now\n{made}def test():\n    {lines}\n")


@pytest.mark.parametrize(
    "body",
    [
        "deadline = time.monotonic() + 60; assert time.monotonic() < deadline",
        "old = time.time() - 86400; assert sweep(old) == 2",
        "assert caps.seconds == 5",
        "assert epoch(text) == seconds",
        "assert len(found) < 5",
        "clock = Clock(); started = clock(); assert clock() - started == 1.0",
        "assert outcome.seconds > 0",
    ],
)
def test_other_asserts_are_none_of_that(body: str) -> None:
    lines = "\n    ".join(body.split("; "))
    assert about_elapsed_time(f"import time\ndef test():\n    {lines}\n") == []


def test_no_test_reads_a_clock_at_collection_or_asserts_elapsed_time() -> None:
    for path in sorted(TESTS.rglob("*.py")):
        source = path.read_text("utf-8")
        assert at_collection(source) == [], path
        assert about_elapsed_time(source) == [], path
