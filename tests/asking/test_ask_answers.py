"""The cache of leaf answers: what it gives back, what it forgets, who else may write to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_core.asking.memory.answers import DAY, ROOM, Answers, key_of
from rlm_core.lock import Lock

TEXTS = st.lists(st.text(st.characters(), max_size=8), max_size=4)  # lone surrogates too
ANSWER = {"findings": [{"claim": "as said\u2028there", "quote": "\ud800 é"}], "n": 1.5}


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*.json"))


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in files(folder))


def used(folder: Path, key: str, at: float) -> None:
    os.utime(folder / key[:2] / f"{key}.json", (at, at))


@given(TEXTS, TEXTS)
def test_keys_are_the_same_for_the_same_parts_and_for_no_others(some: list[str], others: list[str]) -> None:
    assert (key_of(*some) == key_of(*others)) == (some == others)


@pytest.mark.parametrize("other", [("a", "bc"), ("abc",), ("ab", "c", ""), ("", "ab", "c"), ("ab:c",), ("ab1:c",)])
def test_a_key_tells_where_one_part_ends(other: tuple[str, ...]) -> None:
    assert key_of("ab", "c") != key_of(*other)


def test_a_key_does_not_take_one_broken_character_for_another() -> None:
    assert len({key_of("\ud800"), key_of("\ud801"), key_of("?")}) == 3


def test_an_answer_comes_back_in_another_process_too(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "answers"
    key = key_of("a")
    assert Answers(folder).get(key) is None
    Answers(folder).put(key, ANSWER)
    assert Answers(folder).get(key) == ANSWER
    assert Answers(folder).get(key_of("b")) is None


def test_only_the_user_can_read_the_answers(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    Answers(folder).put(key_of("a"), ANSWER)
    (path,) = files(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "AB" * 20, "a" * 31, key_of("a") + "\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        Answers(tmp_path).get(key)
    with pytest.raises(ValueError, match="not a key"):
        Answers(tmp_path).put(key, {})


DAMAGED = [b"", b"{", b'{"key": "', b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"key": "KEY", "at": NOW}']
DAMAGED += [b'{"key": "KEY", "at": NOW, "data": []}', b'{"key": "KEY", "at": "x", "data": {}}']
DAMAGED += [b'{"key": "another", "at": NOW, "data": {}}']


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_or_foreign_file_is_no_answer_and_goes(tmp_path: Path, content: bytes) -> None:
    answers = Answers(tmp_path)
    key = key_of("a")
    answers.put(key, ANSWER)
    (path,) = files(tmp_path)
    path.write_bytes(content.replace(b"KEY", key.encode()).replace(b"NOW", b"%d" % time.time()))
    assert answers.get(key) is None
    assert not path.exists()
    answers.put(key, ANSWER)
    assert answers.get(key) == ANSWER


@pytest.mark.parametrize(("days", "holds"), [(6.9, True), (7.1, False), (-7.1, False)])
def test_an_answer_holds_for_days_however_often_it_is_used(tmp_path: Path, days: float, holds: bool) -> None:
    clock = Clock()
    answers = Answers(tmp_path, days=7, clock=clock)
    key = key_of("a")
    answers.put(key, ANSWER)
    clock.now += days / 2 * DAY
    assert answers.get(key) == ANSWER
    clock.now += days / 2 * DAY
    assert answers.get(key) == (ANSWER if holds else None)
    assert bool(files(tmp_path)) == holds


def test_the_first_answer_of_a_process_takes_away_what_nobody_asks_for_any_more(tmp_path: Path) -> None:
    old, kept, new = "ab" + "0" * 38, "ab" + "1" * 38, "ab" + "2" * 38
    answers = Answers(tmp_path)
    answers.put(old, ANSWER)
    answers.put(kept, ANSWER)
    left = tmp_path / "ab" / ".tmp-1-killed.json"
    fresh = tmp_path / "ab" / ".tmp-2-written-just-now.json"
    left.touch()
    fresh.touch()
    used(tmp_path, old, time.time() - 31 * DAY)
    os.utime(left, (0, 0))
    Answers(tmp_path).put(new, ANSWER)
    assert [p.stem for p in files(tmp_path) if not p.name.startswith(".")] == [kept, new]
    assert (left.exists(), fresh.exists()) == (False, True)


def test_beyond_the_cap_the_longest_unused_go_and_room_is_left(tmp_path: Path) -> None:
    most = 60_000
    answers = Answers(tmp_path, most_bytes=most)
    keys = [key_of(str(n)) for n in range(50)]
    data = {"text": "x" * 1000}
    for age, key in enumerate(reversed(keys)):
        answers.put(key, data)
        used(tmp_path, key, time.time() - 2000 + age)  # key 49 is the longest unused
    assert len(files(tmp_path)) == 50
    assert answers.get(keys[49]) == data
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
    Answers(tmp_path).put(key_of("first"), {"text": "x" * 1000})
    each = size(tmp_path)
    keys = [key_of(str(n)) for n in range(20)]
    for key in keys:
        Answers(tmp_path).put(key, {"text": "x" * 1000})
    Answers(tmp_path, most_bytes=10 * each).put(key_of("last"), {"text": "x" * 1000})
    assert 7 * each <= size(tmp_path) <= 10 * each * ROOM


def test_an_answer_larger_than_the_cap_does_not_stay(tmp_path: Path) -> None:
    answers = Answers(tmp_path, most_bytes=1000)
    answers.put(key_of("a"), {"text": "x" * 5000})
    assert files(tmp_path) == []
    answers.put(key_of("b"), ANSWER)
    assert answers.get(key_of("b")) == ANSWER


def test_nobody_waits_while_another_process_makes_room(tmp_path: Path) -> None:
    answers = Answers(tmp_path, most_bytes=100)
    answers.put(key_of("a"), {})
    with Lock(str(tmp_path / "lock"), 0):
        answers.put(key_of("b"), ANSWER)
        answers.put(key_of("c"), ANSWER)
        assert answers.get(key_of("c")) == ANSWER
    answers.put(key_of("d"), ANSWER)
    assert size(tmp_path) <= 100
    assert answers.failed == 0


def test_the_size_is_not_counted_anew_for_each_answer(tmp_path: Path) -> None:
    """A file that no scan has met yet is what tells that there was none."""
    Answers(tmp_path, most_bytes=100_000).put(key_of("a"), {})
    expired = tmp_path / "00" / f"{'0' * 40}.json"
    expired.parent.mkdir(exist_ok=True)
    expired.touch()
    os.utime(expired, (0, 0))
    answers = Answers(tmp_path, most_bytes=100_000)
    for n in range(1, 80):
        answers.put("ff" + key_of(str(n))[2:], {"text": "x" * 1000})
        assert expired.exists()
    for n in range(80, 120):
        answers.put("ff" + key_of(str(n))[2:], {"text": "x" * 1000})
    assert not expired.exists()
    assert size(tmp_path) <= 100_000
    expired.touch()
    os.utime(expired, (0, 0))
    answers.put(key_of("after that"), {})
    assert expired.exists()


def test_a_disk_that_takes_nothing_fails_no_run(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file in the way")
    answers = Answers(tmp_path / "answers")
    answers.put(key_of("a"), ANSWER)
    answers.put(key_of("b"), ANSWER)
    assert answers.failed == 2
    assert answers.get(key_of("a")) is None


def test_an_answer_does_not_follow_a_link_out_of_the_cache(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    key = key_of("a")
    (tmp_path / "answers").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "answers" / key[:2]).symlink_to(tmp_path / "elsewhere")
    answers.put(key, ANSWER)
    assert answers.failed == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


WRITER = """\
import sys
from pathlib import Path
from rlm_core.asking.memory.answers import Answers, key_of
answers = Answers(Path(sys.argv[1]), most_bytes=40_000)
wrong = 0
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
    for path in files(tmp_path):
        assert json.loads(path.read_bytes())["key"] == path.stem
    Answers(tmp_path, most_bytes=40_000).put(key_of("last"), ANSWER)
    assert 0 < size(tmp_path) <= 44_000  # what was put during the last scan is counted by the next
