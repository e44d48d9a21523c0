"""The search index: derived from the chunk files, brought up to date in steps, disposable at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.builders import SESSION, Session, archive, config, everything, files, leftovers, rich, sessions, talk
from kits.needs import needs_no_root
from kits.paths import ROOT

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take, take_all
from rlm_core.clock import as_number, iso
from rlm_core.errors import LockTimeoutError
from rlm_core.index import database, process
from rlm_core.index import update as indexing
from rlm_core.index.schema import KINDS, LENGTHS, kind_of, length_of, row_id
from rlm_core.index.update import update
from rlm_core.lock import Lock
from rlm_core.search.ranked import search
from rlm_core.search.scan import scan
from rlm_core.transcript.source import Source

SECOND = "99999999-second"
Contents = set[tuple[object, ...]]


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    made = archive(tmp_path)
    take(made, talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl"))
    return made


@pytest.fixture
def run_indexer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """The indexer in this process, which it must neither slow down nor end."""
    monkeypatch.setattr(os, "nice", lambda _: 0)
    yield lambda project: process.main([str(project)])
    signal.alarm(0)


def contents(kept: Archive, *columns: str) -> Contents:
    """Which passages stand where, with their own words, whatever their numbers."""
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        terms = _terms(db, columns or ("own", "wholes"))
        rows = db.execute(
            "SELECT p.passage, d.path, c.name, p.entry, b.name, p.at, p.size, p.time, n.name, p.marks FROM places p "
            "JOIN chunks c ON c.id = p.chunk JOIN folders d ON d.id = c.folder "
            "LEFT JOIN names n ON n.id = p.tool LEFT JOIN names b ON b.id = p.blob"
        )
        return {(*where, kind_of(row), length_of(row), terms.get(row, "")) for row, *where in rows}


def _terms(db: sqlite3.Connection, columns: tuple[str, ...]) -> dict[int, str]:
    """Row -> its terms in order, read out of the inverted index."""
    db.execute("CREATE VIRTUAL TABLE temp.each USING fts5vocab(main, passages, instance)")
    found: dict[int, list[tuple[str, int, str]]] = {}
    for term, row, column, offset in db.execute("SELECT term, doc, col, offset FROM temp.each"):
        if column in columns:
            found.setdefault(row, []).append((column, offset, term))
    return {row: " ".join(t for *_, t in sorted(all_)) for row, all_ in found.items()}


def orphaned(kept: Archive) -> set[int]:
    """Rows of the full text that stand nowhere."""
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        placed = {row for (row,) in db.execute("SELECT passage FROM places")}
        return set(_terms(db, ("own",))) - placed


def anew(kept: Archive) -> Contents:
    update(kept, rebuild=True)
    return contents(kept)


# In steps as at once


@pytest.mark.parametrize("cut", [1, 3, 7, 12, 20])
def test_a_beginning_first_gives_what_the_whole_gives(tmp_path: Path, cut: int) -> None:
    session, path, kept = rich(), tmp_path / "t.jsonl", archive(tmp_path)
    lines = session.lines()
    for end in (cut, len(lines)):
        path.write_bytes(b"".join(lines[:end]))
        take(kept, Source(str(path), SESSION))
        update(kept)
    in_steps = contents(kept)
    assert orphaned(kept) == set()
    assert in_steps == anew(kept)


@settings(max_examples=20)
@given(session=sessions(most=12), data=st.data())
def test_any_steps_give_what_one_gives(
    tmp_path_factory: pytest.TempPathFactory, session: Session, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    path, kept, lines = folder / "t.jsonl", archive(folder), session.lines()
    for end in [*sorted(data.draw(st.sets(st.integers(1, len(lines)), max_size=4))), len(lines)]:
        path.write_bytes(b"".join(lines[:end]))
        take(kept, Source(str(path), SESSION))
        update(kept)
    in_steps = contents(kept)
    assert in_steps == anew(kept)


def test_scores_do_not_depend_on_how_often_the_index_was_brought_up_to_date(tmp_path: Path) -> None:
    kept, path, session = archive(tmp_path, config()), tmp_path / "t.jsonl", Session()
    session.prompt("go on")
    for n in range(20):
        session.thinks(f"thought {n}: the bird{n % 5} and the fish{n % 3}")
        take(kept, session.write(path))
        update(kept)
    in_steps = [(h.uuids, h.score) for h in search(kept, "bird3 fish2 thought", 20)]
    update(kept, rebuild=True)
    assert [(h.uuids, h.score) for h in search(kept, "bird3 fish2 thought", 20)] == in_steps


def test_what_did_not_change_is_not_read_again(kept: Archive) -> None:
    assert update(kept).chunks > 0
    time.sleep(0.06)  # the directory's time counts only when it is not of this very moment
    update(kept)
    done = update(kept)
    assert (done.chunks, done.removed, done.bytes) == (0, 0, 0)


def test_a_longer_session_costs_what_is_new_and_the_open_chunk(tmp_path: Path) -> None:
    kept, path, session = archive(tmp_path), tmp_path / "t.jsonl", talk(Session(), 12)
    take(kept, session.write(path))
    first = update(kept)
    session.prompt("one more question")
    take(kept, session.write(path))
    again = update(kept)
    assert first.chunks > 6
    assert again.chunks <= 3


def test_the_open_chunk_is_replaced_by_the_longer_one(tmp_path: Path) -> None:
    kept, path, session = archive(tmp_path, config()), tmp_path / "t.jsonl", Session()
    for word in ("flamingo", "heron", "pelican"):
        session.prompt(f"the {word} stands there")
        take(kept, session.write(path))
        for known in ("flamingo", "heron", "pelican"):
            hits = [h for h in search(kept, known) if known in h.snippet and len(h.uuids) == 1]
            assert len(hits) == (known in session.data().decode())
            assert all(os.path.exists(h.path) for h in hits)
        if word == "pelican":
            break
    assert orphaned(kept) == set()


def test_two_sessions_and_a_sub_agent_stand_side_by_side(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    for session in (talk(Session(), 2), talk(Session(SECOND, seed="two"), 2), talk(Session(agent="a1", seed="a"), 2)):
        take(kept, session.write(tmp_path / f"{session.session}{session.agent}.jsonl"))
    found = search(kept, "scheduler part1 behave", 50)
    assert {h.session for h in found} == {SESSION, SECOND}
    assert any(f"{os.sep}agents{os.sep}a1{os.sep}" in h.path for h in found)


def test_a_fork_adds_what_is_its_own(tmp_path: Path) -> None:
    kept, first = archive(tmp_path, config()), talk(Session(), 2)
    take(kept, first.write(tmp_path / "one.jsonl"))
    fork = Session(SECOND, seed="two")
    fork.items = list(first.items)
    fork.prompt("only the fork has a flamingo")
    take(kept, fork.write(tmp_path / "two.jsonl"))
    assert {h.session for h in search(kept, "flamingo", 1)} == {SECOND}
    uuids = [u for h in search(kept, "scheduler part1", 50) for u in h.uuids]
    assert set(uuids) <= set(first.uuids()) | {fork.uuids()[-1]}


# Deleted files


def test_what_was_deleted_is_not_found_and_hides_nothing(tmp_path: Path) -> None:
    kept, many = archive(tmp_path), Session()
    for n in range(200):
        many.prompt(f"the zebra number {n} stands in line {n * 7}")
    take(kept, many.write(tmp_path / "many.jsonl"))
    one = Session(SECOND, seed="two")
    one.prompt("once upon a time there was a longer sentence with a zebra in it, and with much else besides")
    take(kept, one.write(tmp_path / "one.jsonl"))
    assert len(search(kept, "zebra", 500)) == 201
    shutil.rmtree(next(Path(kept.root).glob(f"sessions/*{SESSION[:8]}*")))
    assert [h.session for h in search(kept, "zebra")] == [SECOND]


def test_words_of_deleted_chunks_leave_the_index_when_the_indexer_runs(
    kept: Archive, run_indexer: Callable[[Path], None]
) -> None:
    update(kept)
    victims = sorted(Path(kept.root).glob("sessions/*/0*.md"))[:2]
    for victim in victims:
        victim.unlink()
    run_indexer(Path(kept.root).parent.parent)
    assert orphaned(kept) == set()
    assert not indexing.has_orphans(kept.root)
    assert contents(kept) == anew(kept)


def test_a_deleted_and_restored_session_is_found_again(tmp_path: Path) -> None:
    kept, source = archive(tmp_path), talk(Session(), 4).write(tmp_path / "t.jsonl")
    take(kept, source)
    before = [h.as_json() for h in search(kept, "scheduler part2", 20)]
    shutil.rmtree(Path(kept.root) / "sessions")
    assert search(kept, "scheduler part2", 20) == []
    take_all(kept, source, restore=True)
    restored = [h.as_json() for h in search(kept, "scheduler part2", 20)]
    # The weights of words are estimates, in which what was deleted counts for a while: equals may change places.
    assert restored[0]["uuids"] == before[0]["uuids"]
    assert sorted(h["uuids"] for h in restored) == sorted(h["uuids"] for h in before)


# Disposable


def garble(path: Path, at: int, size: int = 4096) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + size] = b"\xa5" * len(data[at : at + size])
    path.write_bytes(bytes(data))


def _other_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE info SET value = '0 of the past' WHERE name = 'made_with'")
        db.commit()


def _half_a_schema(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE info(name, value)")
        db.commit()


def _no_places(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE places")
        db.commit()


HARM: dict[str, Callable[[Path], None]] = {
    "deleted": lambda p: p.unlink(),
    "zero bytes": lambda p: p.write_bytes(b""),
    "no database": lambda p: p.write_bytes(b"this is no database " * 900),
    "first page": lambda p: garble(p, 0),
    "truncated": lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
    "cut in a page": lambda p: p.write_bytes(p.read_bytes()[:5000]),
    "other version": _other_version,
    "half a schema": _half_a_schema,
    **{f"page {n}": lambda p, n=n: garble(p, 4096 * n) for n in (1, 3, 5, 7, 10, 12, 15, 18)},  # type: ignore[misc]
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_damaged_index_is_made_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    kept = archive(tmp_path)
    take(kept, rich().write(tmp_path / "t.jsonl"))
    update(kept)
    expected = [h.as_json() for h in search(kept, "output café screenshot", 20)]
    path = Path(database.path_of(kept.root))
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
    before = files(kept.root)
    harm(path)
    assert search(kept, "output café screenshot", 20)
    search(kept, "output café screenshot", 20)
    assert [h.as_json() for h in search(kept, "output café screenshot", 20)] == expected
    assert files(kept.root) == before


def test_a_table_that_somebody_dropped_leaves_the_scan(kept: Archive) -> None:
    update(kept)
    _no_places(Path(database.path_of(kept.root)))
    assert search(kept, "part1")
    update(kept, rebuild=True)
    assert contents(kept)


def test_a_directory_in_its_place_leaves_the_scan(kept: Archive) -> None:
    path = Path(database.path_of(kept.root))
    (path / "something").mkdir(parents=True)
    assert [h.uuids for h in search(kept, "part1")] == [h.uuids for h in scan(kept, "part1")] != []
    assert (path / "something").is_dir()


def test_while_another_process_makes_the_first_index_the_files_are_scanned(kept: Archive) -> None:
    with Lock(kept.path("state", "locks", "index.lock"), 0.0):
        assert search(kept, "part1")


def test_while_another_process_updates_what_there_is_is_searched(tmp_path: Path, kept: Archive) -> None:
    search(kept, "part1")
    more = Session(SECOND, seed="two")
    more.prompt("a flamingo came")
    take(kept, more.write(tmp_path / "more.jsonl"))
    with Lock(kept.path("state", "locks", "index.lock"), 0.0):
        assert search(kept, "part1")
        with pytest.raises(LockTimeoutError):
            update(kept, wait=0.0)
    assert search(kept, "flamingo")


def _read_only(monkeypatch: pytest.MonkeyPatch, kept: Archive) -> None:
    """As on a read-only disk, also for root: nothing can be locked, made or deleted below the archive."""
    real = os.open

    def refusing(path: str, flags: int, *args: int, **kwargs: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(kept.root):
            raise PermissionError(13, "read-only", str(path))
        return real(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_read_only_archive_is_searched(kept: Archive, monkeypatch: pytest.MonkeyPatch, *, indexed: bool) -> None:
    if indexed:
        search(kept, "part1")
    _read_only(monkeypatch, kept)
    assert search(kept, "part1")


@needs_no_root
@pytest.mark.parametrize("indexed", [True, False])
def test_an_archive_without_write_permission_is_searched(kept: Archive, *, indexed: bool) -> None:
    if indexed:
        search(kept, "part1")
    folders = [Path(kept.root), *(p for p in Path(kept.root).rglob("*") if p.is_dir())]
    for p in folders:
        p.chmod(0o500)
    try:
        assert search(kept, "part1")
    finally:
        for p in folders:
            p.chmod(0o700)


def test_a_full_disk_leaves_the_scan(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "create", full)
    assert search(kept, "part1")


# Who may read it


def test_the_index_is_its_owners_alone(kept: Archive) -> None:
    old = os.umask(0)
    try:
        update(kept)
        with closing(database.open_to_write(kept.root)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO names(name) VALUES ('x')")
            made = list(Path(kept.root).glob("search.db*"))
            assert len(made) == 3
            assert {p.stat().st_mode & 0o777 for p in made} == {0o600}
    finally:
        os.umask(old)


def test_no_secret_reaches_the_index(tmp_path: Path) -> None:
    key = "AK" + "IA" + "QWERTYUIOPASDFGH"
    session = Session()
    session.prompt(f"our key is {key}")
    session.tool("Bash", f"line {key}\n" * 3000, command=f"export KEY={key}")
    kept = archive(tmp_path)
    take(kept, session.write(tmp_path / "out" / "t.jsonl"))
    update(kept)
    assert search(kept, "our key")
    data = everything(kept.root).lower()
    assert key.lower().encode() not in data
    assert b"qwertyuiopasdfgh" not in data
    assert search(kept, key) == []


# Other processes


def python(code: str, *args: str, flags: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *flags, "-c", code, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
    )


UPDATE = """
import sys
from rlm_core.archive.store import Archive
from rlm_core.index.update import update
from kits.builders import small
print(update(Archive(sys.argv[1], small()), wait=30.0).chunks)
"""


def test_two_updates_at_once_leave_one_whole_index(tmp_path: Path) -> None:
    kept = archive(tmp_path)
    take(kept, talk(Session(), 40).write(tmp_path / "t.jsonl"))
    running = [python(UPDATE, kept.root) for _ in range(3)]
    said = [p.communicate(timeout=120) for p in running]
    assert [p.returncode for p in running] == [0, 0, 0], said
    assert sum(int(out) > 0 for out, _ in said) == 1
    assert contents(kept) == anew(kept)


KILLED = """
import os, signal, sys
from rlm_core.index import update as indexing
from rlm_core.archive.store import Archive
from kits.builders import small
indexing.COMMIT_BYTES = 1
left = int(sys.argv[2])
def count(_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
indexing.update(Archive(sys.argv[1], small()), progress=count)
"""


@pytest.mark.parametrize("chunks", [0, 1, 5])
def test_an_update_killed_midway_is_completed_by_the_next(tmp_path: Path, chunks: int) -> None:
    kept = archive(tmp_path)
    take(kept, talk(Session(), 12).write(tmp_path / "t.jsonl"))
    killed = python(KILLED, kept.root, str(chunks))
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    done = update(kept)
    assert done.chunks > 0
    completed = contents(kept)
    assert orphaned(kept) == set()
    assert completed == anew(kept)
    assert done.chunks <= len(list(kept.metas())) - max(chunks - 1, 0)  # what was committed is not read again


WITHOUT = """
import sys
sys.modules["Stemmer"] = None
from rlm_core.archive.store import Archive
from rlm_core.search.ranked import search
from rlm_core.index import process as indexer
from rlm_core.cli import main
from kits.builders import small
root, project = sys.argv[1:]
print(len(search(Archive(root, small()), "part1 scheduler")))
indexer.main([project])
status = main(["search", "--project", project, "part1"])
assert status == 0, status
"""


@pytest.mark.parametrize("indexed", [True, False])
def test_without_the_stemmer_the_files_are_scanned(tmp_path: Path, kept: Archive, *, indexed: bool) -> None:
    if indexed:
        update(kept)
    before = Path(database.path_of(kept.root)).read_bytes() if indexed else b""
    done = python(WITHOUT, kept.root, str(tmp_path))
    out, err = done.communicate(timeout=120)
    assert done.returncode == 0, err.decode()
    assert int(out.split()[0]) > 0
    assert b"Traceback" not in err
    path = Path(database.path_of(kept.root))
    assert path.exists() == indexed  # another Python's index stays
    assert not indexed or path.read_bytes() == before


def test_the_indexer_is_silent_where_there_is_nothing_to_do(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], run_indexer: Callable[[Path], None]
) -> None:
    run_indexer(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_the_indexer_lets_another_go_on(tmp_path: Path, kept: Archive, run_indexer: Callable[[Path], None]) -> None:
    with Lock(kept.path("state", "locks", "index.lock"), 0.0):
        run_indexer(tmp_path)
    assert not os.path.exists(database.path_of(kept.root))
    run_indexer(tmp_path)
    assert os.path.exists(database.path_of(kept.root))
    assert "passages+" in (Path(kept.root) / "log" / "rlm.log").read_text()


def test_searching_leaves_nothing_else_behind(kept: Archive) -> None:
    before = files(kept.root)
    search(kept, "part1")
    assert files(kept.root) == before
    assert leftovers(kept.root) == []


def test_an_open_index_is_closed_again(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    search(kept, "part1")
    opened: list[sqlite3.Connection] = []
    real = database.open_to_read

    def noting(root: str) -> sqlite3.Connection:
        opened.append(real(root))
        return opened[-1]

    monkeypatch.setattr(database, "open_to_read", noting)
    search(kept, "part1")
    assert opened
    for db in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            db.execute("SELECT 1")


# What a row id holds


@given(st.integers(1, 2**50), st.sampled_from(KINDS), st.integers(0, 10**7))
def test_a_row_id_tells_kind_and_length_and_follows_the_number(number: int, kind: str, chars: int) -> None:
    row = row_id(number, kind, chars)
    assert kind_of(row) == kind
    assert row_id(number - 1, KINDS[-1], 10**7) < row < row_id(number + 1, KINDS[0], 0)
    assert length_of(row) == sum(chars > end for end in LENGTHS)
    assert 0 < row < 2**63


@pytest.mark.parametrize(
    ("time_", "number"),
    [
        ("2026-11-22T10:00:03.123Z", 20261122100003),
        ("2026-11-22", 20261122000000),
        ("", 0),
        (None, 0),
        ("yesterday", 0),
    ],
)
def test_a_time_is_a_number_that_sorts(time_: object, number: int) -> None:
    assert as_number(time_) == number
    assert iso(as_number("2026-11-22T10:00:03Z")) == "2026-11-22T10:00:03Z"
    assert iso(0) == ""


def test_an_index_that_grew_entry_by_entry_knows_the_words_around_like_a_new_one(tmp_path: Path) -> None:
    """What stands beside the end of the last chunk but one may still change: its rows are held back, too."""
    columns = ("own", "wholes", "around")
    kept, path = archive(tmp_path), tmp_path / "t.jsonl"
    session = Session()
    for n in range(14):
        session.prompt(f"Question {n} about alpha{n}, beta{n} and gamma{n}: " + "which of them holds? " * 5)
        session.says(f"It is delta{n}. " * 9)
    whole = session.items
    grew = []
    for end in range(2, len(whole) + 1):
        session.items = whole[:end]
        take(kept, session.write(path))
        update(kept)
        grew.append(contents(kept, *columns))
    update(kept, rebuild=True)
    assert grew[-1] == contents(kept, *columns)
