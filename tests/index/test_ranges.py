"""A question over ranges of rows, put over several connections at once: all answer of one state of the index."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.index import database, ranges
from rlm_core.index.rows import PassageRow, rows
from rlm_core.index.update import _IndexUpdate, update
from rlm_core.search import candidates
from rlm_core.search.candidates import Index
from rlm_core.search.hits import Filters
from rlm_core.search.query import Query

SQL = "SELECT passage FROM places WHERE passage BETWEEN ? AND ?"
EVERYTHING = (0, 1 << 62)
ROUNDS, PROMPTS = 150, 60


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    session = Session()
    for n in range(PROMPTS):
        session.prompt(f"gateway number{n}")
    made = archive(tmp_path)
    take(made, session.write(tmp_path / f"{SESSION}.jsonl"))
    update(made)
    return made


class Writer:
    """Takes the rows of a chunk out of the index and enters them anew behind all others, in one transaction.

    As a provisional chunk is that has grown: each state has them once, below or above any row between.
    """

    def __init__(self, kept: Archive) -> None:
        self.db = database.open_to_write(kept.root)
        self.index = _IndexUpdate(kept, self.db, lambda done: None)
        path = str(list(kept.metas())[-1]["path"])
        self.rows: list[PassageRow] = list(rows("", entries_of(load(Path(path).read_bytes(), path))))
        last = "SELECT id, held FROM chunks WHERE name = ?"
        self.chunk, self.held = self.db.execute(last, (Path(path).name,)).fetchone()

    def write(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.index.rows.take_out(self.chunk, self.held)
        held = self.index.rows.enter(self.chunk, self.rows, 0, hold=True)
        assert held
        self.held = held
        self.index._commit()
        self.db.execute("COMMIT")


def _halves(db: database.ReadConnection) -> list[tuple[int, int]]:
    every = sorted(db.execute(SQL, EVERYTHING))
    middle = every[len(every) // 2][0]
    return [(0, middle), (middle + 1, 1 << 62)]


@pytest.mark.parametrize("why", ["another file", "another state", "no thread", "damaged"])
def test_what_a_thread_cannot_look_at_is_looked_at_without_it(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    db = database.open_to_read(kept.root)
    try:
        every = sorted(db.execute(SQL, EVERYTHING))
        among = _halves(db)

        def refuse(*args: object) -> int:
            raise RuntimeError("can't start new thread")

        def damaged(root: str) -> None:
            raise database.IndexUnusableError(root)

        if why == "another file":
            update(kept, rebuild=True)
        elif why == "another state":
            writer = Writer(kept)
            writer.write()
            writer.db.close()
        elif why == "no thread":
            monkeypatch.setattr(ranges, "start_new_thread", refuse)
        else:
            monkeypatch.setattr(database, "open_to_read", damaged)
        assert sorted(ranges.ask(db, kept.root, SQL, (), among)) == every
    finally:
        db.close()


def test_a_search_keeps_few_pages_of_its_index(kept: Archive) -> None:
    db = database.open_to_read(kept.root)
    try:
        assert db.execute("PRAGMA cache_size").fetchone() == (database.READ_PAGES,)
    finally:
        db.close()


def test_each_thread_looks_at_its_range_where_nothing_is_written(
    kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = database.open_to_read(kept.root)
    try:
        every = sorted(db.execute(SQL, EVERYTHING))
        among = _halves(db)
        asked: list[str] = []
        db.set_trace_callback(asked.append)
        assert sorted(ranges.ask(db, kept.root, SQL, (), among)) == every
    finally:
        db.close()
    assert len([sql for sql in asked if "places" in sql]) == 1


@pytest.mark.parametrize("files", [False, True], ids=["rows move", "the file is made anew"])
def test_each_passage_is_found_once_while_the_index_is_written(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, files: bool
) -> None:
    monkeypatch.setattr(candidates, "MANY_AT_ONCE", 0)
    monkeypatch.setattr(ranges, "ROWS", 1)
    monkeypatch.setattr(ranges, "processors", lambda: 2)
    over, writes = threading.Event(), 0
    seen: set[int] = set()

    def write() -> None:
        nonlocal writes
        writer = Writer(kept)
        while not over.is_set():
            if files:
                writer.db.close()
                update(kept, rebuild=True)
                writer = Writer(kept)
            writer.write()
            writes += 1
        writer.db.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(ROUNDS):
            try:
                db = database.open_to_read(kept.root)
            except database.IndexUnusableError:  # just deleted, or being made
                assert files
                continue
            try:
                index = Index(kept.root, db, Query("gateway"), Filters())
                found = index.found(1000)
                passages = index.places(found)
            finally:
                db.close()
            assert len(found) == len(set(found))
            seen.add(len({(p.path, p.entry) for places in passages.values() for p in places}))
    finally:
        over.set()
        thread.join()
    assert writes > (1 if files else 10)
    assert seen - {0} == {PROMPTS}
    assert files or 0 not in seen  # a new index is empty before it is filled: `changed` says so
