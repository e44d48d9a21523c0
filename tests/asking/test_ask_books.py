"""The books of `rlm ask`: many at once, killed at any step, damaged, taken over from files, without SQLite."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from kits.crash import Breaker, Killed
from kits.needs import mounted, remount

from rlm_core import lock
from rlm_core.asking.books import Books, BooksError
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal, Remembered
from rlm_core.errors import RlmError
from rlm_core.llm.base import Usage
from rlm_core.lock import Lock
from rlm_core.redaction.redactor import Redactor

KEYS = [f"{n:040x}" for n in range(40)]


def put(path: Path, *lines: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{x if isinstance(x, str) else json.dumps(x)}\n" for x in lines))


def answers_of(folder: Path) -> dict[str, Any]:
    with Books(folder).reading() as db:
        return {key: json.loads(data) for key, data in db.execute("SELECT key, data FROM answers")}


def is_whole(folder: Path) -> bool:
    with Books(folder).reading() as db:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# What former versions left.

USAGE = {"input": 10, "output": 1, "cache_read": 2, "cache_write": 3, "usd": 0.25}


def former(folder: Path) -> None:
    """What 0.10.0 leaves: answers, a run that ended and one that did not, receipts, the grant of a killed run."""
    now = time.time()
    for n, key in enumerate(KEYS[:5]):
        put(folder / "answers" / key[:2] / f"{key}.json", {"key": key, "at": now - n, "data": {"n": n}})
    put(folder / "answers" / "ff" / f"{'f' * 40}.json", '{"key": "')
    put(folder / "answers" / "size", "....")
    (folder / "answers" / "lock").touch()
    begin = {"run": "0d" * 20, "question": "Which?", "options": {}}
    put(
        folder / "runs" / f"{'0d' * 20}.jsonl", begin, {"settle": KEYS[0], "usage": USAGE, "open": False}, {"end": True}
    )
    put(
        folder / "runs" / f"{'0e' * 20}.jsonl", begin,
        {"reserve": KEYS[6], "tokens": 100, "usd": 0.5}, {"reserve": KEYS[7], "tokens": 200, "usd": 0.75},
        {"settle": KEYS[6], "usage": USAGE, "open": True}, {"answer": KEYS[6], "data": {"n": 6}}, "no json", '{"res',
    )  # fmt: skip
    (folder / "runs" / f"{'0e' * 20}.jsonl.lock").touch()
    (folder / "runs" / "lock").touch()
    at = "2026-11-22T10:00:03+01:00"
    put(
        folder / "ledger.jsonl", {"at": at, "project": "/p", "question": "Which?", "usd": 1.5, "grant": "0a"},
        {"at": at, "project": "/p", "question": "What?", "usd": 2.0, "calls": 3},
    )  # fmt: skip
    grant = {"granted": 4.0, "pid": 1, "project": "/p", "question": "Killed?"}
    put(folder / "grants" / f"{'0b' * 8}.json", f"{json.dumps({'spent': 0.5, 'at': now}):<127}", grant)
    (folder / "grants" / f"{'0b' * 8}.lock").touch()


def is_taken_over(folder: Path) -> None:
    """Nothing is lost, and nothing of the former files is left."""
    assert answers_of(folder) == {**{key: {"n": n} for n, key in enumerate(KEYS[:5])}, KEYS[6]: {"n": 6}}
    with Books(folder).reading() as db:
        assert db.execute("SELECT name FROM runs").fetchall() == [("0e" * 20,)]
    spending = Spending(folder)
    grant = spending.grant(1.0, 0, project="/p", question="New?")
    rows = {r["question"]: r["usd"] for r in spending.records(days=99_999)}
    assert rows == {"Which?": 1.5, "What?": 2.0, "Killed?": 0.5}
    grant.finish({"usd": 0.0})
    journal = Journal(Books(folder), "0e" * 20)
    assert journal.spent == Usage(10, 1, 2, 3, 0.25)
    assert journal.unsettled == [(84, 0.25), (200, 0.75)]
    journal.close(finished=True)
    assert sorted(p.name for p in folder.iterdir()) == ["books.db", "grants", "lock", "runs"]
    assert [*(folder / "grants").iterdir(), *(folder / "runs").iterdir()] == []


def test_what_former_versions_left_is_taken_over_once(tmp_path: Path) -> None:
    former(tmp_path)
    assert Answers(Books(tmp_path)).get(KEYS[3]) == {"n": 3}
    is_taken_over(tmp_path)


@pytest.mark.parametrize("step", ["unlink", "rmdir"])
def test_a_take_over_that_is_killed_is_completed(tmp_path: Path, step: str) -> None:
    def once(at: int) -> int:
        folder = tmp_path / f"{at}"
        former(folder)
        with Breaker(step, at) as breaker, suppress(Killed), Books(folder).reading():
            pass
        is_taken_over(folder)
        return breaker.count

    count = once(10**9)
    assert count >= 2
    for at in range(1, count + 1):
        once(at)


def test_a_take_over_that_is_killed_while_it_writes_is_done_again(tmp_path: Path) -> None:
    former(tmp_path)

    def killed(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        patch.setattr("rlm_core.asking.formerbooks._run", killed)
        with Books(tmp_path).reading():
            pass
    assert (tmp_path / "ledger.jsonl").exists()
    is_taken_over(tmp_path)


def test_a_run_of_a_former_version_keeps_its_files_and_counts_until_it_ends(tmp_path: Path) -> None:
    former(tmp_path)
    journal, grant = tmp_path / "runs" / f"{'0e' * 20}.jsonl", tmp_path / "grants" / f"{'0b' * 8}"
    with Lock(f"{journal}.lock", 0), Lock(f"{grant}.lock", 0):
        spending = Spending(tmp_path)
        assert spending.grant(9.0, 5.0, project="/p", question="?").usd == pytest.approx(1.0)
        assert journal.exists()
        assert Path(f"{grant}.json").exists()
        row = {"at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.localtime()), "question": "Killed?", "usd": 0.75}
        put(tmp_path / "ledger.jsonl", {**row, "grant": "0b" * 8})  # its end
        Path(f"{grant}.json").unlink()
    again = Spending(tmp_path)
    assert again.grant(9.0, 5.0, project="/p", question="?").usd == pytest.approx(5.0 - 1.0 - 0.75)
    assert [r["usd"] for r in again.records() if r["question"] == "Killed?"] == [0.75]
    assert not journal.exists()


def test_lines_of_a_former_ledger_that_cannot_be_read_are_kept_and_told_of(tmp_path: Path) -> None:
    former(tmp_path)
    with open(tmp_path / "ledger.jsonl", "a") as f:
        f.write('{"at": "2026-11-22T1')
    with pytest.raises(RlmError, match=r"1 line of the former ledger could not be read.*ledger-unread"):
        Spending(tmp_path).today()
    assert len(Spending(tmp_path).records(days=99_999)) == 2
    assert (tmp_path / "ledger-unread.jsonl").read_text().endswith("22T1")


def test_what_former_versions_left_on_a_read_only_disk_is_read_and_nothing_is_written(tmp_path: Path) -> None:
    with mounted(tmp_path, "size=8m"):
        former(tmp_path)
        remount(tmp_path, "ro")
        before = sorted(tmp_path.rglob("*"))
        assert Answers(Books(tmp_path)).get(KEYS[3]) == {"n": 3}
        assert Books(tmp_path).change("answers", lambda _: None, dry=True) == 5
        spending = Spending(tmp_path)
        assert {r["usd"] for r in spending.records(days=99_999)} == {1.5, 2.0}
        with pytest.raises(RlmError, match="no question can be paid for"):
            spending.grant(1.0, 0, project="/p", question="?")
        answers = Answers(Books(tmp_path))
        answers.put(KEYS[9], {"n": 9})
        assert answers.failed == 1
        with pytest.raises(BooksError, match="cannot be used"):
            Books(tmp_path).change("answers", lambda _: None)
        assert sorted(tmp_path.rglob("*")) == before
        remount(tmp_path, "rw")
        is_taken_over(tmp_path)


# Damage.


def spoil(folder: Path, how: str) -> None:
    path = folder / "books.db"
    if how == "no database":
        path.write_bytes(b"what is this?" * 999)
    elif how == "other tables":
        path.unlink()
        db = sqlite3.connect(path)
        db.executescript("CREATE TABLE answers(key, data); CREATE VIEW runs AS SELECT load_extension('x');")
        db.close()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


@pytest.mark.parametrize("how", ["no database", "other tables", "pages"])
def test_damaged_books_are_set_aside_and_told_of_once(tmp_path: Path, how: str) -> None:
    spending = Spending(tmp_path)
    spending.grant(1.0, 0, project="/p", question="Which?").finish({"usd": 1.0})
    spoil(tmp_path, how)
    bytes_before = (tmp_path / "books.db").read_bytes()
    if how == "pages":  # it is met only when it is read
        with pytest.raises(BooksError, match="malformed"):
            Spending(tmp_path).records()
    with pytest.raises(BooksError, match="are damaged; the next question to be paid for sets them aside"):
        Spending(tmp_path).today()  # who only looks leaves it to the next question to tell
    assert list(tmp_path.glob("books-damaged-*.db")) == []
    with pytest.raises(RlmError, match=r"were damaged.*set aside as books-damaged-\w+\.db.*sqlite3 FILE \.recover"):
        Spending(tmp_path).grant(1.0, 5.0, project="/p", question="Which?")
    (aside,) = tmp_path.glob("books-damaged-*.db")
    assert aside.read_bytes() == bytes_before
    assert Spending(tmp_path).grant(1.0, 5.0, project="/p", question="Which?").usd == 1.0
    assert is_whole(tmp_path)


def test_a_question_goes_on_and_tells_when_the_answers_were_damaged(tmp_path: Path) -> None:
    Answers(Books(tmp_path)).put(KEYS[0], {"n": 0})
    spoil(tmp_path, "no database")
    memory = Remembered(tmp_path, Redactor().values, fresh=False)
    with memory.journal("0d") as journal:
        assert memory.get(KEYS[0]) is None
        memory.put(KEYS[1], {"n": 1})
        journal.settle(KEYS[1], Usage(input=1), False)
    (told,) = memory.warnings(journal)
    assert "set aside as books-damaged-" in told
    assert answers_of(tmp_path) == {KEYS[1]: {"n": 1}}


def test_the_log_of_books_that_are_gone_is_not_taken_for_that_of_new_ones(tmp_path: Path) -> None:
    with Books(tmp_path) as books:
        Answers(books).put(KEYS[0], {"n": 0})
        log = (tmp_path / "books.db-wal").read_bytes()
    (tmp_path / "books.db").unlink()
    (tmp_path / "books.db-wal").write_bytes(log)
    Answers(Books(tmp_path)).put(KEYS[1], {"n": 1})
    assert answers_of(tmp_path) == {KEYS[1]: {"n": 1}}
    assert is_whole(tmp_path)


@pytest.mark.parametrize("step", ["open", "unlink", "replace"])
def test_books_whose_making_is_killed_are_made_by_the_next(tmp_path: Path, step: str) -> None:
    def once(at: int) -> int:
        folder = tmp_path / str(at)
        with Breaker(step, at) as breaker, suppress(Killed):
            Answers(Books(folder)).put(KEYS[0], {"n": 0})
        Answers(Books(folder)).put(KEYS[1], {"n": 1})
        assert KEYS[1] in answers_of(folder)
        assert is_whole(folder)
        assert sorted(p.name for p in folder.iterdir()) == ["books.db", "lock"]
        return breaker.count

    count = once(10**9)
    assert count >= 1
    for at in range(1, count + 1):
        once(at)


def test_damaged_books_stay_while_a_run_is_under_way(tmp_path: Path) -> None:
    """A process that has them open would remove the log of new ones when it closes them."""
    journal = Journal(Books(tmp_path), "0d")
    (tmp_path / "books-are-damaged").touch()
    with pytest.raises(BooksError, match="set aside once the runs in progress have ended"), Books(tmp_path).writing():
        pass
    journal.close(finished=False)
    later = Journal(Books(tmp_path, quiet=True), "0d")
    assert (later.failed, len(later.books.told)) == (0, 1)
    later.close(finished=True)


def test_books_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    with Books(tmp_path).writing() as db:
        db.execute("CREATE TABLE more(x)")
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(BooksError, match="a later version of rlm has made them; upgrade"), Books(tmp_path).reading():
        pass
    assert list(tmp_path.glob("*damaged*")) == []


def test_a_python_without_sqlite_says_so_and_asks_nothing(tmp_path: Path) -> None:
    code = """\
import sys
sys.modules["_sqlite3"] = sys.modules["sqlite3"] = None
from pathlib import Path
from rlm_core.asking.ledger.grants import Spending
from rlm_core.errors import RlmError
spending = Spending(Path(sys.argv[1]))
print(spending.today(), spending.records())
try:
    spending.grant(1.0, 5.0, project="/p", question="Which?")
except RlmError as e:
    print(e)
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=120)
    nothing, said = done.stdout.splitlines()
    assert nothing == "0.0 []"
    assert "this Python has no SQLite" in said
    assert "install rlm with a Python that has it" in said


def test_a_file_system_without_locks_has_no_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would take it for one where nobody else writes."""
    real = lock._locked

    def locked(fd: int) -> bool:
        if os.fstat(fd).st_ino == (tmp_path / "lock").stat().st_ino:
            raise OSError(errno.ENOLCK, "No locks available")
        return real(fd)

    monkeypatch.setattr(lock, "_locked", locked)
    monkeypatch.setattr(lock, "substituted", "")
    with pytest.raises(RlmError, match=r"no cap holds without a ledger.*no locks: move them to a local disk"):
        Spending(tmp_path).grant(1.0, 5.0, project="/p", question="?")
    assert not (tmp_path / "books.db").exists()


def test_what_must_survive_a_power_cut_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grants and receipts each time; of reports, costs and answers one a second."""
    full, normal = 2, 1
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    levels: list[int] = []

    class Watched(Books):
        @contextmanager
        def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
            with super().writing(durable=durable) as db:
                levels.append(db.execute("PRAGMA synchronous").fetchone()[0])
                yield db

    spending = Spending(tmp_path)
    spending.books = books = Watched(tmp_path)
    grant = spending.grant(1.0, 5.0, project="/p", question="?")
    for at in (100.1, 100.9, 101.2, 101.3, 102.5):
        clock[0] = at
        grant.report(0.1)
    grant.finish({"usd": 0.1})
    reports, receipt, unlocking = [normal, normal, full, normal, full], full, normal
    assert levels == [full, full, *reports, receipt, unlocking]
    assert books.exist()


# Many at once, and killed.

RUNS = """\
import os, sys
from pathlib import Path
from rlm_core.asking.books import Books
from rlm_core.asking.ledger.grants import Spending
from rlm_core.asking.memory.answers import Answers
from rlm_core.asking.memory.journal import Journal
from rlm_core.errors import RlmError
from rlm_core.llm.base import Usage
folder, me = Path(sys.argv[1]), int(sys.argv[2])
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    books, spending = Books(folder), Spending(folder)
    journal = Journal(books, f"{me:02x}")
    try:
        grant = spending.grant(0.5, 100.0, project="/p", question=str(me))
    except RlmError as e:
        sys.exit(f"refused: {e}")
    answers = Answers(books)
    for i in range(4):
        key = f"{me:010x}{n:010x}{i:020x}"
        journal.reserve(key, 100, 0.01)
        grant.report(0.01 * (i + 1))
        print("spent", flush=True)
        journal.settle(key, Usage(input=50, usd=0.01), False)
        answers.put(key, {"key": key, "text": "x" * 500})
        print(key, flush=True)
    grant.finish({"usd": 0.04, "calls": 4})
    journal.close(finished=True)
    if journal.failed or answers.failed:
        sys.exit(f"failed: {journal.failed}, {answers.failed}")
"""


def processes(folder: Path, count: int, runs: int) -> Iterator[subprocess.Popen[str]]:
    for n in range(count):
        command = [sys.executable, "-c", RUNS, str(folder), str(n), str(runs)]
        yield subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


def test_sixteen_sessions_at_once_lose_nothing(tmp_path: Path) -> None:
    running = list(processes(tmp_path, 16, 3))
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [(*process.communicate(timeout=240), process.returncode) for process in running]
    assert [(err, code) for _, err, code in ended] == [("", 0)] * 16
    assert len(answers_of(tmp_path)) == 16 * 3 * 4
    spending = Spending(tmp_path)
    assert len(spending.records()) == 16 * 3
    assert spending.today() == pytest.approx(16 * 3 * 0.04)
    assert is_whole(tmp_path)
    assert [*(tmp_path / "runs").iterdir(), *(tmp_path / "grants").iterdir()] == []


def test_killed_at_any_moment_nothing_paid_is_lost(tmp_path: Path) -> None:
    """What a process has said that it wrote is there, whenever it is killed and whoever else is writing."""
    chance = random.Random(7)
    told: list[str] = []
    for _ in range(4):
        running = list(processes(tmp_path, 3, 50))
        for process in running:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in running:
            assert process.stdout
            told.append(process.stdout.readline().strip())  # it is at work
        time.sleep(chance.random() * 0.3)
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running:
            assert process.stdout
            told += process.stdout.read().splitlines()
            process.communicate(timeout=120)
    assert is_whole(tmp_path)
    keys = {line for line in told if line != "spent"}
    assert answers_of(tmp_path).keys() >= keys
    assert len(keys) > 10
    spending = Spending(tmp_path)
    spending.grant(0.0, 0, project="/p", question="?").finish({"usd": 0.0})  # which settles the dead
    said, last = told.count("spent") * 0.01, 12 * 0.01  # each may have written one more before it said so
    assert said - 1e-9 <= spending.today() <= said + last + 1e-9
    with Books(tmp_path).reading() as db:
        assert db.execute("SELECT count(*) FROM grants").fetchone() == (0,)


def test_a_log_that_another_process_removes_meanwhile_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Answers(Books(tmp_path)).put(KEYS[0], {"n": 0})
    log, real, seen = tmp_path / "books.db-wal", os.lstat, []
    log.touch()

    def goes(path: Any, **more: Any) -> os.stat_result:
        found = real(path, **more)
        if str(path) == str(log):
            seen.append(path)
            log.unlink()
        return found

    monkeypatch.setattr(os, "lstat", goes)
    with Books(tmp_path).reading() as db:
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (1,)
    assert len(seen) == 1


def test_no_process_but_sqlite_opens_the_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a descriptor of the file by hand would drop the locks of the connection."""
    with Books(tmp_path) as books:
        Answers(books).put(KEYS[0], {"n": 0})
        opened: list[str] = []
        real = os.open

        def seen(path: Any, *args: Any, **more: Any) -> int:
            opened.append(str(path))
            return real(path, *args, **more)

        monkeypatch.setattr(os, "open", seen)
        journal = Journal(books, "0d")
        journal.reserve(KEYS[0], 1, 0.1)
        Spending(tmp_path).grant(1.0, 5.0, project="/p", question="?").finish({"usd": 0.5})
        journal.close(finished=True)
        assert opened
        assert [path for path in opened if "books.db" in path] == []


# No byte of what was taken out is left.


HOLDS = """\
import sys
from rlm_core.asking.books import Books
with Books(sys.argv[1]) as books:
    with books.reading() as db:
        db.execute("SELECT count(*) FROM answers").fetchall()
    print(flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("length", [20, 3000, 50_000])
@pytest.mark.parametrize("held", [False, True])
def test_what_is_taken_out_stands_in_no_byte(tmp_path: Path, length: int, held: bool) -> None:
    word = "quetzal"
    with Books(tmp_path) as books:
        for n, key in enumerate(KEYS):
            text = f"{word if n % 3 else 'other'} " + "of the matter " * (length // 14)
            Answers(books).put(key, {"text": text})
    holder = [sys.executable, "-c", HOLDS, str(tmp_path)] if held else [sys.executable, "-c", "print()"]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        assert Books(tmp_path).change("answers", lambda data: None if word in data else data, dry=True) == 26
        assert len(answers_of(tmp_path)) == 40
        assert Books(tmp_path).change("answers", lambda data: None if word in data else data) == 26
        told = [path.name for path in tmp_path.iterdir() if word.encode() in path.read_bytes()]
        process.communicate("end\n", timeout=120)
    assert told == []
    assert len(answers_of(tmp_path)) == 14
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert word.encode() not in path.read_bytes(), path


def test_a_change_that_is_killed_before_the_file_is_made_anew_leaves_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, key in enumerate(KEYS):
        Answers(Books(tmp_path)).put(key, {"text": f"{'quetzal' if n % 3 else 'other'} " + "of the matter " * (n * 40)})

    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(Books, "_wipe", killed)
    with suppress(Killed):
        Books(tmp_path).change("answers", lambda data: None if "quetzal" in data else data)
    assert len(answers_of(tmp_path)) == 14
    assert [p for p in tmp_path.rglob("*") if p.is_file() and b"quetzal" in p.read_bytes()] == []
