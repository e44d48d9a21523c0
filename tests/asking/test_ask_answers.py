"""The cache of leaf answers: what it gives back, what it forgets, who else may write to it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import DAY, ROOM, Answers, key_of
from rlm_core.asking.memory.journal import Journal

TEXTS = st.lists(st.text(st.characters(), max_size=8), max_size=4)  # lone surrogates too
ANSWER = {"findings": [{"claim": "as said\u2028there", "quote": "\ud800 é"}], "n": 1.5}


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def cache(folder: Path, **options: Any) -> Answers:
    return Answers(Books(folder), **options)


def rows(folder: Path, what: str = "key") -> list[Any]:
    with Books(folder).reading() as db:
        return [value for (value,) in db.execute(f"SELECT {what} FROM answers ORDER BY key")]


def size(folder: Path) -> int:
    return sum(rows(folder, "length(data)"))


def alter(folder: Path, change: str, *values: object) -> None:
    with Books(folder).writing() as db:
        assert db.execute(change, values).rowcount


@given(TEXTS, TEXTS)
def test_keys_are_the_same_for_the_same_parts_and_for_no_others(some: list[str], others: list[str]) -> None:
    assert (key_of(*some) == key_of(*others)) == (some == others)


@pytest.mark.parametrize("other", [("a", "bc"), ("abc",), ("ab", "c", ""), ("", "ab", "c"), ("ab:c",), ("ab1:c",)])
def test_a_key_tells_where_one_part_ends(other: tuple[str, ...]) -> None:
    assert key_of("ab", "c") != key_of(*other)


def test_a_key_does_not_take_one_broken_character_for_another() -> None:
    assert len({key_of("\ud800"), key_of("\ud801"), key_of("?")}) == 3


def test_an_answer_comes_back_in_another_process_too(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "ask"
    key = key_of("a")
    assert cache(folder).get(key) is None
    assert not folder.exists(), "looking for an answer makes nothing"
    cache(folder).put(key, ANSWER)
    assert cache(folder).get(key) == ANSWER
    assert cache(folder).get(key_of("b")) is None


def test_only_the_user_can_read_the_answers(tmp_path: Path) -> None:
    folder = tmp_path / "ask"
    with Books(folder) as books:
        Answers(books).put(key_of("a"), ANSWER)
        names = {p.name for p in folder.iterdir()}
        assert names >= {"books.db", "books.db-wal", "books.db-shm"}
        assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "books.db").chmod(0o644)
    cache(folder).get(key_of("a"))
    assert (folder / "books.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["../../etc/passwd", "AB" * 20, key_of("a") + "\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    assert cache(tmp_path).get(key) is None
    with pytest.raises(ValueError, match="not hexadecimal"):
        cache(tmp_path).put(key, {})


@pytest.mark.parametrize("data", ["", "{", "[]", "null", "[" * 100_000, '"text"'], ids=range(6))
def test_a_damaged_answer_is_none(tmp_path: Path, data: str) -> None:
    key = key_of("a")
    cache(tmp_path).put(key, ANSWER)
    alter(tmp_path, "UPDATE answers SET data = ?", data)
    assert cache(tmp_path).get(key) is None
    cache(tmp_path).put(key, ANSWER)
    assert cache(tmp_path).get(key) == ANSWER


@pytest.mark.parametrize(("days", "holds"), [(6.9, True), (7.1, False), (-7.1, False)])
def test_an_answer_holds_for_days_however_often_it_is_used(tmp_path: Path, days: float, holds: bool) -> None:
    clock = Clock()
    answers = cache(tmp_path, days=7, clock=clock)
    key = key_of("a")
    answers.put(key, ANSWER)
    clock.now += days / 2 * DAY
    assert answers.get(key) == ANSWER
    clock.now += days / 2 * DAY
    assert answers.get(key) == (ANSWER if holds else None)


def test_an_answer_takes_away_what_nobody_asks_for_any_more(tmp_path: Path) -> None:
    old, kept, new = "ab" + "0" * 38, "ab" + "1" * 38, "ab" + "2" * 38
    answers = cache(tmp_path)
    answers.put(old, ANSWER)
    answers.put(kept, ANSWER)
    alter(tmp_path, "UPDATE answers SET used = ? WHERE key = ?", time.time() - 31 * DAY, old)
    cache(tmp_path).put(new, ANSWER)
    assert rows(tmp_path) == [kept, new]


def test_beyond_the_cap_the_longest_unused_go_and_room_is_left(tmp_path: Path) -> None:
    most = 60_000
    answers = cache(tmp_path, most_bytes=most)
    keys = [key_of(str(n)) for n in range(50)]
    data = {"text": "x" * 1000}
    with answers.books:
        for age, key in enumerate(reversed(keys)):
            answers.put(key, data)
            alter(tmp_path, "UPDATE answers SET used = ? WHERE key = ?", time.time() - 2 * DAY + age, key)
        assert len(rows(tmp_path)) == 50
        assert answers.get(keys[49]) == data, "it was the longest unused"
        more = [key_of("more", str(n)) for n in range(10)]
        for key in more:
            answers.put(key, data)
    assert size(tmp_path) <= most
    assert answers.get(keys[49]) == data, "what was asked for lately stays"
    assert answers.get(keys[0]) == data
    assert answers.get(keys[48]) is None
    assert [answers.get(k) for k in more] == [data] * 10
    assert answers.failed == 0


def test_making_room_leaves_a_fifth_of_the_cap_free(tmp_path: Path) -> None:
    cache(tmp_path).put(key_of("first"), {"text": "x" * 1000})
    each = size(tmp_path)
    for n in range(20):
        cache(tmp_path).put(key_of(str(n)), {"text": "x" * 1000})
    cache(tmp_path, most_bytes=10 * each).put(key_of("last"), {"text": "x" * 1000})
    assert 7 * each <= size(tmp_path) <= 10 * each * ROOM


def test_what_an_interrupted_run_has_paid_for_stays_beyond_the_cap(tmp_path: Path) -> None:
    keys = [key_of(str(n)) for n in range(20)]
    journal = Journal(Books(tmp_path), "0d")
    for key in keys[:3]:
        journal.reserve(key, 100, 0.1)
        cache(tmp_path).put(key, {"text": "x" * 1000})
    journal.close(finished=False)
    for key in keys[3:]:
        cache(tmp_path, most_bytes=8000).put(key, {"text": "x" * 1000})
    assert set(rows(tmp_path)) >= set(keys[:3])
    assert len(rows(tmp_path)) < 9


def test_an_answer_larger_than_the_cap_does_not_stay(tmp_path: Path) -> None:
    answers = cache(tmp_path, most_bytes=1000)
    answers.put(key_of("a"), {"text": "x" * 5000})
    assert rows(tmp_path) == []
    answers.put(key_of("b"), ANSWER)
    assert answers.get(key_of("b")) == ANSWER


def test_a_disk_that_takes_nothing_fails_no_run(tmp_path: Path) -> None:
    (tmp_path / "ask").write_text("a file in the way")
    answers = cache(tmp_path / "ask")
    answers.put(key_of("a"), ANSWER)
    answers.put(key_of("b"), ANSWER)
    assert answers.failed == 2
    assert answers.get(key_of("a")) is None


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_an_answer_does_not_follow_a_link_out_of_the_books(tmp_path: Path, ending: str) -> None:
    folder, elsewhere = tmp_path / "ask", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_bytes(b"")
    (folder / f"books.db{ending}").symlink_to(elsewhere)
    answers = cache(folder)
    answers.put(key_of("a"), ANSWER)
    assert answers.failed == 1
    assert elsewhere.read_bytes() == b""


def test_answers_are_read_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache(tmp_path).put(key_of("a"), ANSWER)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def refuses(path: str, *_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr("rlm_core.lock.open_file", refuses)
    monkeypatch.setattr(os, "access", lambda *_: False)
    answers = cache(tmp_path)
    assert answers.get(key_of("a")) == ANSWER
    answers.put(key_of("b"), ANSWER)
    assert answers.failed == 1
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


WRITER = """\
import sys
from rlm_core.asking.books import Books
from rlm_core.asking.memory.answers import Answers, key_of
answers = Answers(Books(sys.argv[1]), most_bytes=40_000)
wrong = 0
if sys.argv[2] != "1":
    answers.books.__enter__()  # held, as by a run; the other opens them each time
for n in range(150):
    key = key_of(str(n * int(sys.argv[2]) % 97))
    got = answers.get(key)
    wrong += got is not None and got["key"] != key
    answers.put(key, {"key": key, "text": "x" * 700})
print(wrong, answers.failed)
"""


def test_processes_share_the_cache_and_its_cap(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    runs = [subprocess.Popen([*command, step], stdout=subprocess.PIPE, text=True) for step in ("1", "5", "11", "13")]
    assert [run.communicate(timeout=120)[0] for run in runs] == ["0 0\n"] * 4
    with Books(tmp_path).reading() as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert 0 < size(tmp_path) <= 40_000
