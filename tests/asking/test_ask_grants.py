"""The ledger of spending: what may still be spent today, whoever dies, whatever is damaged."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rlm_core.asking.ledger.grants import KEEP_DAYS, MANY, Grant, Spending
from rlm_core.errors import RlmError
from rlm_core.lock import Lock
from rlm_core.redaction.redactor import Redactor

NOON = datetime(2026, 11, 22, 12).timestamp()
RECORD = {"route": "map", "leaf": "scripted", "calls": 3, "tokens": 900, "seconds": 1.5}
RECORD |= {"findings": 4, "verified": 3, "complete": True}


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def set(self, *moment: int) -> None:
        self.now = datetime(*moment).timestamp()  # type: ignore[arg-type]


def ask(spending: Spending, wanted: float = 1.0, daily: float = 5.0, question: str = "Which?") -> Grant:
    return spending.grant(wanted, daily, project="/p", question=question)


def spend(spending: Spending, usd: float, project: str = "/p", question: str = "Which?") -> None:
    """A whole run."""
    grant = spending.grant(usd, 0, project=project, question=question)
    grant.finish({**RECORD, "usd": usd})


def files(spending: Spending) -> list[str]:
    return sorted(p.name for p in (spending.folder / "grants").iterdir())


def rows(spending: Spending, what: str) -> list[Any]:
    with spending.books.reading() as db:
        return [value for (value,) in db.execute(f"SELECT {what}")]


def test_a_run_may_spend_what_it_wants_until_the_day_has_no_more(tmp_path: Path) -> None:
    spending = Spending(tmp_path / "new" / "spending")
    assert ask(spending, 2.0).usd == 2.0
    assert ask(spending, 2.0).usd == 2.0
    assert ask(spending, 2.0).usd == pytest.approx(1.0)
    with pytest.raises(
        RlmError, match=r"nothing is left of the \$5\.00.*until tomorrow.*`ask\.daily_usd` in rlm\.yaml"
    ):
        ask(spending, 2.0)


def test_without_a_cap_every_run_gets_what_it_wants(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    spend(spending, 1000.0)
    assert [ask(spending, 500.0, daily=0).usd for _ in range(3)] == [500.0] * 3
    assert ask(spending, float("inf"), daily=0).usd == float("inf")
    with pytest.raises(RlmError, match="nothing is left"):
        ask(spending, 0.01, daily=1e6)  # a run without bounds may spend all of it


def test_the_end_of_a_run_gives_back_what_it_has_not_spent(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    grant = ask(spending, 5.0)
    grant.report(4.0)
    grant.finish({**RECORD, "usd": 1.5})
    assert files(spending) == []
    assert spending.today() == 1.5
    assert ask(spending, 5.0).usd == pytest.approx(3.5)


def test_a_second_end_and_what_comes_after_it_count_for_nothing(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    grant = ask(spending)
    for usd in (0.5, 0.6):
        grant.finish({**RECORD, "usd": usd})
        grant.report(3.0)
    assert [r["usd"] for r in spending.records()] == [0.5]
    assert spending.today() == 0.5


def test_today_counts_what_runs_in_progress_have_spent_so_far(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    assert spending.today() == 0
    spend(spending, 0.25)
    grant = ask(spending, 3.0)
    assert spending.today() == 0.25
    grant.report(2.0)
    assert Spending(tmp_path).today() == 2.25
    grant.report(1.5)
    assert spending.today() == 1.75
    grant.finish({**RECORD, "usd": 1.5})
    assert spending.today() == 1.75


def test_cents_add_up_to_the_cap_and_not_beyond(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    granted = [ask(spending, 0.1, daily=0.7).usd for _ in range(7)]
    assert 0.69999 < math.fsum(granted) <= 0.7
    with pytest.raises(RlmError, match="nothing is left"):
        ask(spending, 0.1, daily=0.7)


# Days.


def test_midnight_brings_a_new_day(tmp_path: Path) -> None:
    clock = Clock()
    spending = Spending(tmp_path, clock)
    clock.set(2026, 11, 22, 23, 59, 58)
    spend(spending, 4.5)
    clock.set(2026, 11, 22, 23, 59, 59)
    assert ask(spending, 5.0).usd == pytest.approx(0.5)
    assert spending.today() == 4.5
    clock.set(2026, 11, 23, 0, 0, 0)
    assert spending.today() == 0
    assert ask(spending, 5.0).usd == pytest.approx(4.5)  # the run of half a dollar is still going on


def test_a_run_over_midnight_counts_on_the_day_of_its_end(tmp_path: Path) -> None:
    clock = Clock()
    spending = Spending(tmp_path, clock)
    clock.set(2026, 11, 22, 23, 59, 0)
    grant = ask(spending, 3.0)
    grant.report(1.0)
    clock.set(2026, 11, 23, 0, 1, 0)
    grant.report(2.0)
    assert spending.today() == 2.0
    grant.finish({**RECORD, "usd": 2.0})
    assert spending.today() == 2.0
    assert spending.records()[0]["at"].startswith("2026-11-23T00:01:00")
    assert ask(spending, 5.0).usd == pytest.approx(3.0)
    clock.set(2026, 11, 22, 23, 59, 59)
    assert spending.today() == 0


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_days_are_those_of_the_local_calendar(tmp_path: Path, zone: str) -> None:
    code = """\
import sys
from datetime import datetime
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
for hour in (0, 23):
    spending = Spending(Path(sys.argv[1]), lambda: datetime(2026, 11, 22, hour, 30).timestamp())
    spending.grant(1, 0, project="p", question="q").finish({"usd": 1.0})
    print(spending.today(), spending.records()[0]["at"][:13])
"""
    env = {**os.environ, "TZ": zone}
    done = subprocess.run([sys.executable, "-c", code, tmp_path], env=env, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("1.0 2026-11-22T00\n2.0 2026-11-22T23\n", "")


# Processes.

DIES = """\
import os, sys, time
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
grant = Spending(Path(sys.argv[1])).grant(4.0, 5.0, project="/killed", question="Who?")
for spent in sys.argv[2:]:
    grant.report(float(spent))
print(grant.usd, flush=True)
time.sleep(60)
"""


@contextmanager
def running(spending: Spending, *reports: str) -> Iterator[subprocess.Popen[str]]:
    """A process with a grant of 4 dollars that has reported so much; killed at the end."""
    command = [sys.executable, "-c", DIES, str(spending.folder), *reports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "4.0\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=120)


def test_a_living_run_counts_with_its_whole_grant_and_a_killed_one_with_what_it_said_last(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    with running(spending, "0.5", "2.0", "1.25"):
        assert ask(spending, 5.0).usd == pytest.approx(1.0)
        with pytest.raises(RlmError, match="nothing is left"):
            ask(spending)
    assert spending.today() == 1.25
    assert ask(spending, 5.0).usd == pytest.approx(5.0 - 1.0 - 1.25)
    (record,) = spending.records()
    assert (record["usd"], record["complete"], record["project"], record["question"]) == (
        1.25,
        False,
        "/killed",
        "Who?",
    )
    assert record.keys() >= RECORD.keys() | {"at"}
    assert spending.today() == 1.25, "it is not counted twice"


def test_a_killed_run_that_had_spent_nothing_leaves_nothing(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    with running(spending):
        pass
    assert ask(spending, 5.0).usd == 5.0
    assert spending.records() == []
    assert len(files(spending)) == len(rows(spending, "id FROM grants")) == 1


def test_locks_that_killed_processes_left_go(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    spend(spending, 1.0)
    (tmp_path / "grants" / "0123456789abcdef.lock").touch()
    spend(spending, 1.0)
    assert files(spending) == []


def test_a_killed_run_counts_on_the_day_of_its_last_report(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    with running(spending, "2.0"):
        pass
    tomorrow = Spending(tmp_path, Clock((datetime.now() + timedelta(days=1)).timestamp()))
    assert tomorrow.today() == 0
    assert ask(tomorrow, 5.0).usd == 5.0
    assert [r["usd"] for r in tomorrow.records()] == [2.0]


GRANTS = """\
import sys
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
from rlm_core.errors import RlmError
spending = Spending(Path(sys.argv[1]))
sys.stdin.readline()
grants = []
for n in range(12):
    try:
        grants.append(spending.grant(0.3, 5.0, project=sys.argv[2], question=str(n)))
    except RlmError as e:
        assert "nothing is left" in str(e), e
        continue
    if n % 3 == 0:
        grants.pop().finish({"usd": 0.1})
print(sum(g.usd for g in grants), flush=True)
sys.stdin.readline()
"""


def test_eight_processes_at_once_are_never_granted_more_than_the_cap(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GRANTS, str(tmp_path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen([*command, str(n)], **pipes) for n in range(8)]
    for run in runs:
        run.stdin.write("go\n")  # type: ignore[union-attr]
        run.stdin.flush()  # type: ignore[union-attr]
    granted = math.fsum(float(run.stdout.readline()) for run in runs)  # type: ignore[union-attr]
    spent: float = sum(r["usd"] for r in Spending(tmp_path).records())
    assert 4.9 < granted + spent <= 5.0 + 1e-9
    for run in runs:
        run.communicate("end\n", timeout=120)
        assert run.returncode == 0
    assert ask(Spending(tmp_path), 9.0).usd == pytest.approx(5.0 - spent)


def test_a_ledger_that_another_process_holds_is_an_error_and_no_grant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rlm_core.asking.books.WAIT_SECONDS", 0.05)
    with Lock(str(tmp_path / "lock"), 0), pytest.raises(RlmError, match="is held by process"):
        ask(Spending(tmp_path))


# Records.


def test_records_come_newest_first_of_one_project_or_of_all(tmp_path: Path) -> None:
    clock = Clock()
    spending = Spending(tmp_path, clock)
    for day, project in ((1, "/old"), (20, "/a"), (21, "/b"), (22, "/a")):
        clock.set(2026, 11, day, 10)
        spend(spending, float(day), project)
    clock.set(2026, 11, 30, 12)
    assert [r["usd"] for r in spending.records()] == [22, 21, 20, 1]
    assert [r["usd"] for r in spending.records(days=10)] == [22, 21]
    assert [r["usd"] for r in spending.records("/a")] == [22, 20]
    assert spending.records("/none") == []
    record = spending.records("/b")[0]
    assert record.items() >= {**RECORD, "project": "/b", "question": "Which?", "usd": 21.0}.items()
    assert datetime.fromisoformat(record["at"]).timestamp() == datetime(2026, 11, 21, 10).timestamp()


def test_a_question_is_kept_short_and_without_its_secrets(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    secret = "ghp_" + "a1B2c3D4e5" * 4
    grant = ask(spending, question=Redactor()(f"What\nis {secret} {'for ' * 100}?"))
    (given,) = rows(spending, "data FROM grants")
    grant.finish({**RECORD, "usd": 0.0})
    assert secret not in given + "".join(rows(spending, "data FROM receipts"))
    (record,) = spending.records()
    assert record["question"].startswith("What is [redacted:github] for for")
    assert len(record["question"]) == 200


def test_the_ledger_is_the_users_alone(tmp_path: Path) -> None:
    spending = Spending(tmp_path / "spending")
    spend(spending, 1.0)
    grant = ask(spending)
    for path in (p for p in spending.folder.rglob("*") if p.is_file()):
        assert path.stat().st_mode & 0o777 == 0o600, path
    assert {p.stat().st_mode & 0o777 for p in (spending.folder, spending.folder / "grants")} == {0o700}
    grant.finish({**RECORD, "usd": 0.0})


def test_a_receipt_that_cannot_be_read_counts_and_is_told_of(tmp_path: Path) -> None:
    spending = Spending(tmp_path, Clock())
    spend(spending, 1.0)
    spend(spending, 2.0)
    with spending.books.writing() as db:
        db.execute("UPDATE receipts SET data = '{' WHERE usd = 2")
    assert [r["usd"] for r in spending.records()] == [1.0]
    assert spending.skipped == 1
    assert spending.today() == 3.0
    assert ask(spending, 5.0).usd == pytest.approx(2.0)


def test_receipts_are_dropped_when_they_are_old_and_many(tmp_path: Path) -> None:
    clock = Clock()
    spending = Spending(tmp_path, clock)
    clock.now = NOON - (KEEP_DAYS + 1) * 86400
    for _ in range(3):
        spend(spending, 1.0)
    clock.now = NOON
    spend(spending, 2.0)
    assert len(spending.records(days=999)) == 4, "few are kept, however old"
    with spending.books.writing() as db:
        row = db.execute("SELECT at, usd, data FROM receipts WHERE usd = 2").fetchone()
        db.executemany("INSERT INTO receipts VALUES (?, ?, ?, ?)", ((str(n), *row) for n in range(MANY)))
    spend(spending, 3.0)
    found = [r["usd"] for r in spending.records(days=999)]
    assert (found.count(1.0), found.count(2.0), found.count(3.0)) == (0, MANY + 1, 1)


# Switches and faults.


def test_a_pause_stops_every_grant_until_it_ends(tmp_path: Path) -> None:
    spending = Spending(tmp_path / "spending")
    assert not spending.paused()
    spending.resume()
    spending.pause()
    spending.pause()
    assert Spending(tmp_path / "spending").paused()
    with pytest.raises(RlmError, match="paused; `rlm ask --resume`"):
        ask(spending)
    spending.resume()
    assert not spending.paused()
    assert ask(spending).usd == 1.0


def test_a_ledger_that_cannot_be_written_grants_nothing(tmp_path: Path) -> None:
    (tmp_path / "spending").write_text("a file in the way")
    spending = Spending(tmp_path / "spending")
    with pytest.raises(RlmError, match=r"no cap holds without a ledger.*cannot be used.*mend"):
        ask(spending)
    with pytest.raises(RlmError):
        spending.pause()


@pytest.mark.parametrize("name", ["books.db", "books.db-wal", "lock", "grants"])
def test_a_directory_in_a_files_place_and_a_link_in_a_directorys_grant_nothing(tmp_path: Path, name: str) -> None:
    if name == "grants":
        (tmp_path / name).symlink_to(tmp_path)
    else:
        (tmp_path / name).mkdir()
    with pytest.raises(RlmError, match=name):
        ask(Spending(tmp_path))


def test_a_run_whose_receipt_cannot_be_entered_counts_all_the_same(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    grant = ask(spending, 4.0)
    with spending.books.writing() as db:
        db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON receipts BEGIN SELECT raise(FAIL, 'full'); END")
    grant.finish({**RECORD, "usd": 3.0})
    assert spending.today() == 3.0
    assert ask(spending, 5.0).usd == pytest.approx(2.0)
    assert [r["usd"] for r in spending.records()] == [3.0]


LIMITED = """\
import resource, signal, sys
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spending = Spending(Path(sys.argv[1]))
grant = spending.grant(3.5, 5.0, project="p", question="q" * 200)
grant.report(0.5)
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(spending.books.path + "-wal").stat().st_size, resource.RLIM_INFINITY))
grant.report(2.5)
if sys.argv[2] == "freed":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
if sys.argv[2] != "killed":
    grant.finish({"usd": 3.0})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize(("then", "spent"), [("full", 3.5), ("freed", 3.0), ("killed", 3.5)])
def test_a_disk_that_fills_up_during_a_run_loses_no_dollar(tmp_path: Path, then: str, spent: float) -> None:
    """A run that could not say what it has spent counts with all that it was granted."""
    spending = Spending(tmp_path)
    spend(spending, 1.0)
    done = subprocess.run([sys.executable, "-c", LIMITED, tmp_path, then], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(RlmError, match="nothing is left"):
        ask(spending, daily=1.0 + spent)  # and no dollar is forgotten, though no grant was made
    assert ask(spending, 5.0).usd == pytest.approx(5.0 - 1.0 - spent)
    assert sorted(r["usd"] for r in spending.records()) == [1.0, spent]
    assert spending.today() == 1.0 + spent


def test_a_run_that_died_between_its_receipt_and_its_release_is_entered_once(tmp_path: Path) -> None:
    spending = Spending(tmp_path)
    with running(spending, "1.0"):
        pass
    (name,) = rows(spending, "id FROM grants")
    with spending.books.writing() as db:
        spending.settle(db, name, spending.clock(), 1.5, "{}")
    assert ask(spending, 5.0).usd == pytest.approx(3.5)
    assert [r["usd"] for r in spending.records()] == [1.5]
    assert spending.today() == 1.5
