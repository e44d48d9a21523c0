"""The journal of a run: what an interrupted one hands on, what a damaged file costs, who may go on with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import DAY, Journal, run_id
from rlm_core.llm.base import Usage

QUESTION = "Which prices changed?\nAnd why?"
OPTIONS: dict[str, Any] = {"over": ["docs"], "part": 8000, "max_usd": 1.5}
ONE, TWO = Usage(100, 20, 3, 4, 0.01), Usage(200, 5, 0, 0, 0.02)
NAME = run_id(QUESTION, OPTIONS)


def opened(folder: Path, **options: Any) -> Journal:
    return Journal(Books(folder), NAME, **options)


def handed_on(folder: Path) -> Journal:
    """What an interrupted run has left, its journal closed again as it was."""
    journal = opened(folder)
    journal.close(finished=False)
    return journal


def test_the_same_command_has_the_same_name_and_another_has_another() -> None:
    same = run_id(QUESTION, {"max_usd": 1.5, "part": 8000, "over": ["docs"]})
    assert same == run_id(QUESTION, OPTIONS)
    others = [run_id("Which?", OPTIONS), run_id(QUESTION, {**OPTIONS, "part": 1}), run_id(QUESTION, OPTIONS, "/p")]
    assert len({same, *others}) == 4


def test_an_interrupted_run_hands_on_what_it_paid(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert (first.spent, first.unsettled) == (Usage(), [])
    for key, usage in (("a", ONE), ("b", TWO)):
        first.reserve(key, 5000, 0.1)
        first.settle(key, usage, False)
    first.close(finished=False)
    second = handed_on(tmp_path)
    assert second.name == first.name == NAME
    assert second.spent == ONE + TWO
    assert (second.unsettled, second.failed) == ([], 0)


def test_what_was_reserved_and_never_settled_is_told(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.reserve("a", 5000, 0.1)
    journal.reserve("b", 6000, 0.2)
    journal.settle("a", ONE, False)
    journal.close(finished=False)
    again = handed_on(tmp_path)
    assert (again.spent, again.unsettled) == (ONE, [(6000, 0.2)])


def test_of_two_attempts_at_a_call_the_dearer_is_assumed_to_be_out(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.reserve("a", 6000, 0.2)
    journal.reserve("a", 5000, 0.1)
    journal.reserve("a", 5000, 0.1)
    journal.settle("a", ONE, False)
    journal.close(finished=False)
    assert sorted(handed_on(tmp_path).unsettled) == [(5000, 0.1), (6000, 0.2)]


def test_an_open_settlement_leaves_the_rest_of_what_was_reserved(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.reserve("a", 5000, 0.25)
    journal.settle("a", Usage(input=1000, usd=0.05), True)
    journal.reserve("b", 10, 0.01)
    journal.settle("b", Usage(input=10, usd=0.01), True)  # nothing is left to be billed
    journal.close(finished=False)
    again = handed_on(tmp_path)
    assert again.spent == Usage(input=1010, usd=0.05 + 0.01)
    ((tokens, usd),) = again.unsettled
    assert tokens == 4000
    assert usd == pytest.approx(0.2)


def test_a_run_interrupted_twice_hands_on_what_both_paid(tmp_path: Path) -> None:
    for key in ("a", "b"):
        journal = opened(tmp_path)
        journal.reserve(key, 5000, 0.1)
        journal.settle(key, ONE, False)
        journal.reserve("lost", 7000, 0.3)
        journal.close(finished=False)
    again = handed_on(tmp_path)
    assert (again.spent, again.unsettled) == (ONE + ONE, [(7000, 0.3)] * 2)


def test_a_finished_run_leaves_nothing_and_starts_anew(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.settle("a", ONE, False)
    journal.close(finished=True)
    journal.close(finished=False)
    with Books(tmp_path).reading() as db:
        assert [db.execute(f"SELECT count(*) FROM {t}").fetchone() for t in ("runs", "calls")] == [(0,), (0,)]
    assert list((tmp_path / "runs").iterdir()) == []
    again = opened(tmp_path)
    assert (again.spent, again.unsettled) == (Usage(), [])
    again.settle("b", TWO, False)
    again.close(finished=False)
    assert handed_on(tmp_path).spent == TWO


def test_a_run_of_another_name_is_not_gone_on_with(tmp_path: Path) -> None:
    other = Journal(Books(tmp_path), run_id("another question", OPTIONS))
    other.settle("a", ONE, False)
    other.close(finished=False)
    assert handed_on(tmp_path).spent == Usage()


def test_two_identical_commands_at_once_do_not_share_a_journal(tmp_path: Path) -> None:
    before = opened(tmp_path)
    before.settle("old", ONE, False)
    before.close(finished=False)
    first, second, third = opened(tmp_path), opened(tmp_path), opened(tmp_path)
    assert len({first.name, second.name, third.name}) == 3
    assert (first.name, first.spent) == (NAME, ONE)
    assert (second.spent, third.spent) == (Usage(), Usage())
    first.settle("of the first", ONE, False)
    second.settle("of the second", TWO, False)
    second.close(finished=True)
    third.close(finished=True)
    first.close(finished=False)
    assert handed_on(tmp_path).spent == ONE + ONE


RUN = """\
import sys, time
from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal
from rlm_core.llm.base import Usage
books = Books(sys.argv[1])
journal = Journal(books, "0d")
journal.reserve("a", 5000, 0.1)
journal.settle("a", Usage(input=7, usd=0.01), False)
Answers(books).put("0a" * 20, {"n": 1})
journal.reserve("b", 6000, 0.2)
print(journal.name, flush=True)
time.sleep(60)
"""


def test_a_killed_run_is_gone_on_with_and_a_living_one_is_not(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN, tmp_path], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "0d"
        beside = Journal(Books(tmp_path), "0d")
        beside.close(finished=True)
        assert beside.name != "0d"
        assert beside.spent == Usage()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
    again = Journal(Books(tmp_path), "0d")
    again.close(finished=False)
    assert (again.name, again.spent, again.unsettled) == ("0d", Usage(input=7, usd=0.01), [(6000, 0.2)])
    assert Answers(Books(tmp_path)).get("0a" * 20) == {"n": 1}


def test_a_run_goes_on_without_a_journal_where_none_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "ask").write_text("a file in the way")
    journal = opened(tmp_path / "ask")
    failed = journal.failed
    assert failed
    journal.reserve("a", 1, 0.1)
    assert journal.failed == failed + 1
    journal.close(finished=True)


LIMITED = """\
import resource, signal, sys
from pathlib import Path
from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal
from rlm_core.llm.base import Usage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
books = Books(sys.argv[1])
journal, answers = Journal(books, "0d"), Answers(books)
answers.put("0a" * 20, {"n": 1})
journal.settle("a", Usage(input=1), False)
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(books.path + "-wal").stat().st_size + 30, resource.RLIM_INFINITY))
answers.put("0b" * 20, {"text": "x" * 100})
journal.settle("b", Usage(input=10), False)
full = answers.failed, journal.failed
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answers.put("0d" * 20, {"n": 4})
journal.settle("d", Usage(input=100), False)
print(full, (answers.failed, journal.failed))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_what_a_full_disk_does_not_take_spoils_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, tmp_path], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("(1, 1) (1, 1)\n", "")
    again = Journal(Books(tmp_path), "0d")
    again.close(finished=False)
    assert again.spent == Usage(input=101)
    found = [Answers(Books(tmp_path)).get(digits * 20) for digits in ("0a", "0b", "0d")]
    assert found == [{"n": 1}, None, {"n": 4}]


def aged(folder: Path, name: str, days: float) -> None:
    journal = Journal(Books(folder), name, lambda: time.time() - days * DAY)
    journal.settle("a", ONE, False)
    journal.close(finished=False)


def runs(folder: Path) -> set[str]:
    with Books(folder).reading() as db:
        return {name for (name,) in db.execute("SELECT name FROM runs UNION SELECT run FROM calls")}


def test_old_runs_are_swept_and_no_others(tmp_path: Path) -> None:
    aged(tmp_path, "0a", 30.1)
    aged(tmp_path, "0b", 29.9)
    (tmp_path / "runs" / "0e.lock").touch()  # of a process that was killed before it began
    assert runs(tmp_path) == {"0a", "0b"}
    aged(tmp_path, "0c", 0)
    assert runs(tmp_path) == {"0b", "0c"}
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_run_in_progress_is_not_swept(tmp_path: Path) -> None:
    old = Journal(Books(tmp_path), "0a", lambda: time.time() - 100 * DAY)
    old.settle("a", ONE, False)
    aged(tmp_path, "0b", 0)
    assert runs(tmp_path) == {"0a", "0b"}
    old.close(finished=False)
    aged(tmp_path, "0b", 0)
    assert runs(tmp_path) == {"0b"}
