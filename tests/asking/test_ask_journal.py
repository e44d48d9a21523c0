"""The journal of a run: what an interrupted one hands on, what a damaged file costs, who may go on with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.asking.memory.journal import DAY, Journal, run_id, sweep
from rlm_core.llm.base import Usage

QUESTION = "Which prices changed?\nAnd why?"
OPTIONS: dict[str, Any] = {"over": ["docs"], "part": 8000, "max_usd": 1.5}
ONE, TWO = Usage(100, 20, 3, 4, 0.01), Usage(200, 5, 0, 0, 0.02)
COUNTS = '{"input": 20, "output": 1, "cache_read": 1, "cache_write": 1, "usd": 0.5}'
SETTLED = '{"settle": "a", "usage": ' + COUNTS + ', "open": false}'


def path_in(folder: Path) -> Path:
    return folder / "journals" / f"{run_id(QUESTION, OPTIONS)}.jsonl"


def opened(folder: Path) -> Journal:
    return Journal(path_in(folder), QUESTION, OPTIONS)


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


def test_an_interrupted_run_hands_on_its_answers_and_what_it_paid(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert (first.answers, first.spent, first.unsettled) == ({}, Usage(), [])
    for key, usage in (("a", ONE), ("b", TWO)):
        first.reserve(key, 5000, 0.1)
        first.settle(key, usage, False)
        first.answer(key, {"findings": [key, "\u2028", "\ud800"]})
    first.close(finished=False)
    second = handed_on(tmp_path)
    assert second.path == first.path
    assert second.answers == {k: {"findings": [k, "\u2028", "\ud800"]} for k in "ab"}
    assert second.spent == ONE + TWO
    assert (second.unsettled, second.skipped, second.failed) == ([], 0, 0)


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
        journal.answer(key, {"of": key})
        journal.reserve("lost", 7000, 0.3)
        journal.close(finished=False)
    again = handed_on(tmp_path)
    assert again.answers == {"a": {"of": "a"}, "b": {"of": "b"}}
    assert (again.spent, again.unsettled) == (ONE + ONE, [(7000, 0.3)] * 2)


def test_a_finished_run_starts_anew(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.settle("a", ONE, False)
    journal.answer("a", {})
    journal.close(finished=True)
    again = opened(tmp_path)
    assert (again.answers, again.spent, again.unsettled) == ({}, Usage(), [])
    again.answer("b", {"new": True})
    again.close(finished=False)
    assert handed_on(tmp_path).answers == {"b": {"new": True}}


def test_a_journal_of_another_question_is_not_gone_on_with(tmp_path: Path) -> None:
    other = Journal(path_in(tmp_path), "another question", OPTIONS)
    other.answer("a", {})
    other.close(finished=False)
    assert handed_on(tmp_path).answers == {}


def test_a_journal_is_the_users_alone_and_shows_no_secret_of_the_question(tmp_path: Path) -> None:
    secret = "sk-ant-api03-" + "abcDEF123456" * 4
    journal = Journal(tmp_path / "journals" / "x.jsonl", f"What is {secret} for?", {})
    journal.close(finished=False)
    text = journal.path.read_text()
    assert secret not in text
    assert "[redacted:anthropic]" in text
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[]",
        "null",
        "{}",
        "\x00\x00",
        "[" * 100_000,
        '{"answer": "a", "data": []}',
        '{"answer": 1, "data": {}}',
        '{"answer": "a", "da',
        '{"settle": "a", "usage": {"input": 1}, "open": false}',
        SETTLED.replace("20", "-1"),
        SETTLED.replace("20", "true"),
        SETTLED.replace("0.5", "NaN"),
        '{"settle": "a", "usage": [], "open": false}',
        '{"reserve": "a", "tokens": "many", "usd": 1}',
        '{"reserve": ["a"], "tokens": 1, "usd": 1}',
        '{"reserve": "a", "tokens": true, "usd": Infinity}',
        '{"end": "yes"}',
    ],
)
def test_a_line_that_says_nothing_is_counted_and_the_others_hold(tmp_path: Path, line: str) -> None:
    journal = opened(tmp_path)
    journal.reserve("a", 5000, 0.1)
    journal.close(finished=False)
    with open(journal.path, "a") as f:
        f.write(line + "\n")
    journal = opened(tmp_path)
    journal.settle("a", ONE, False)
    journal.answer("a", {"good": 1})
    journal.close(finished=False)
    again = handed_on(tmp_path)
    assert (again.answers, again.spent, again.unsettled) == ({"a": {"good": 1}}, ONE, [])
    assert again.skipped == 1


@given(cut=st.integers(min_value=0, max_value=2000))
def test_a_journal_cut_anywhere_is_gone_on_with(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cut")
    journal = opened(folder)
    for key in "abc":
        journal.reserve(key, 5000, 0.1)
        journal.settle(key, ONE, False)
        journal.answer(key, {"of": key})
    journal.close(finished=False)
    with open(journal.path, "r+b") as f:
        f.truncate(cut % journal.path.stat().st_size)
    second = opened(folder)
    assert second.skipped <= 1
    assert list(second.answers) == list("abc")[: len(second.answers)]
    second.answer("new", {"of": "new"})
    second.close(finished=False)
    third = handed_on(folder)
    assert third.answers == {**second.answers, "new": {"of": "new"}}
    assert (third.spent, third.unsettled) == (second.spent, second.unsettled)


def test_two_identical_commands_at_once_do_not_share_a_journal(tmp_path: Path) -> None:
    before = opened(tmp_path)
    before.answer("old", {})
    before.close(finished=False)
    first, second, third = opened(tmp_path), opened(tmp_path), opened(tmp_path)
    assert len({first.path, second.path, third.path}) == 3
    assert first.path == path_in(tmp_path)
    assert list(first.answers) == ["old"]
    assert (second.answers, third.answers) == ({}, {})
    first.answer("of the first", {})
    second.answer("of the second", {})
    second.close(finished=True)
    third.close(finished=True)
    first.close(finished=False)
    assert list(handed_on(tmp_path).answers) == ["old", "of the first"]


RUN = """\
import sys, time
from pathlib import Path
from rlm_core.asking.memory.journal import Journal
from rlm_core.llm.base import Usage
journal = Journal(Path(sys.argv[1]), sys.argv[2], {})
journal.reserve("a", 5000, 0.1)
journal.settle("a", Usage(input=7, usd=0.01), False)
journal.answer("a", {"n": 1})
journal.reserve("b", 6000, 0.2)
print(journal.path, flush=True)
time.sleep(60)
"""


def test_a_killed_run_is_gone_on_with_and_a_living_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    process = subprocess.Popen([sys.executable, "-c", RUN, path, "q"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == str(path)
        beside = Journal(path, "q", {})
        beside.close(finished=True)
        assert beside.path != path
        assert beside.answers == {}
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
    again = Journal(path, "q", {})
    again.close(finished=False)
    assert (again.path, again.answers) == (path, {"a": {"n": 1}})
    assert (again.spent, again.unsettled) == (Usage(input=7, usd=0.01), [(6000, 0.2)])


def test_a_run_goes_on_without_a_journal_where_none_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("a file in the way")
    journal = opened(tmp_path)
    failed = journal.failed
    assert failed
    journal.reserve("a", 1, 0.1)
    assert journal.failed == failed + 1
    journal.close(finished=True)


LIMITED = """\
import resource, signal, sys
from pathlib import Path
from rlm_core.asking.memory.journal import Journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path(sys.argv[1]), "q", {})
journal.answer("a", {"n": 1})
resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size + 30, resource.RLIM_INFINITY))
journal.answer("b", {"text": "x" * 100})
journal.answer("c", {"text": "x" * 100})
full = journal.failed
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.answer("d", {"n": 4})
print(full, journal.failed)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_line_cut_off_by_a_full_disk_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    done = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("2 2\n", "")
    again = Journal(path, "q", {})
    again.close(finished=False)
    assert again.answers == {"a": {"n": 1}, "d": {"n": 4}}
    assert again.skipped == 1


def aged(folder: Path, name: str, days: float, *, finished: bool) -> Path:
    journal = Journal(folder / f"{name}.jsonl", name, {})
    journal.close(finished=finished)
    at = time.time() - days * DAY
    os.utime(journal.path, (at, at))
    return journal.path


def test_old_journals_are_swept_and_no_others(tmp_path: Path) -> None:
    gone = [aged(tmp_path, "a", 7.1, finished=True), aged(tmp_path, "b", 30.1, finished=False)]
    kept = [aged(tmp_path, "c", 6.9, finished=True), aged(tmp_path, "d", 29.9, finished=False)]
    foreign = tmp_path / "notes.txt"
    foreign.touch()
    os.utime(foreign, (0, 0))
    assert sweep(tmp_path) == 2
    assert sweep(tmp_path) == 0
    names = {p.name for p in tmp_path.iterdir()}
    assert names == {"lock", "notes.txt", *(p.name for p in kept), *(f"{p.name}.lock" for p in kept)}
    assert not any(p.exists() for p in gone)


def test_a_journal_in_use_is_not_swept(tmp_path: Path) -> None:
    path = aged(tmp_path, "a", 100, finished=True)
    journal = Journal(path, "a", {})
    journal.answer("k", {})
    os.utime(path, (0, 0))
    assert sweep(tmp_path) == 0
    journal.close(finished=False)
    assert [json.loads(line) for line in path.read_text().splitlines()][-1] == {"answer": "k", "data": {}}
    os.utime(path, (0, 0))
    assert sweep(tmp_path) == 1


def test_a_sweep_of_nothing_is_none(tmp_path: Path) -> None:
    assert sweep(tmp_path / "missing") == 0
    assert list(tmp_path.iterdir()) == []
