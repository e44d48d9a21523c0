"""Much that is to be indexed: left to the background by `rlm archive`, waited for by a search, kept small."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, archive, config, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.cli import archive as command
from rlm_core.cli import main
from rlm_core.hooks import detached
from rlm_core.index import database
from rlm_core.index import update as indexing
from rlm_core.index.folders import chunk_bytes
from rlm_core.index.update import update
from rlm_core.lock import Lock
from rlm_core.search import found
from rlm_core.search.ranked import find


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    made = archive(tmp_path)
    take(made, talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl"))
    return made


def lock_of(kept: Archive) -> str:
    return kept.path("state", "locks", "index.lock")


@pytest.fixture
def detachments(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Projects whose index was left to a process of its own."""
    started: list[str] = []
    monkeypatch.setattr(detached, "index_detached", started.append)
    return started


def test_much_is_left_to_the_background_and_told(
    tmp_path: Path, detachments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl").path
    monkeypatch.setattr(command, "INDEXED_AT_ONCE", 100)
    assert main(["archive", "--project", str(tmp_path), transcript]) == 0
    assert detachments == [str(tmp_path)]
    assert "in the background" in capsys.readouterr().err
    assert not (tmp_path / ".claude" / "rlm" / "search.db").exists()
    assert main(["search", "--project", str(tmp_path), "scheduler", "part2"]) == 0


def test_little_is_indexed_at_once(tmp_path: Path, detachments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    transcript = talk(Session(), 6).write(tmp_path / f"{SESSION}.jsonl").path
    assert main(["archive", "--project", str(tmp_path), transcript]) == 0
    assert detachments == []
    assert "background" not in capsys.readouterr().err
    root = str(tmp_path / ".claude" / "rlm")
    assert database.indexed_bytes(root) == sum(p.stat().st_size for p in Path(root).glob("sessions/*/0*.md"))


def test_how_much_the_index_holds_is_nothing_where_there_is_none(kept: Archive) -> None:
    assert database.indexed_bytes(kept.root) == 0
    update(kept)
    assert database.indexed_bytes(kept.root) == chunk_bytes(kept)
    Path(database.path_of(kept.root)).write_bytes(b"no database" * 999)
    assert database.indexed_bytes(kept.root) == 0


def test_a_search_waits_for_whoever_makes_a_large_index(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "MOST_READ", 100)
    monkeypatch.setattr(found, "LONG_WAIT", 0.02)
    waiting, told = threading.Event(), []

    def tell(lacking: int) -> None:
        told.append(lacking)
        waiting.set()

    monkeypatch.setattr(found, "_tell_of", tell)

    def other() -> None:
        with Lock(lock_of(kept), 5.0):
            holds.set()
            waiting.wait(30)

    holds = threading.Event()
    thread = threading.Thread(target=other)
    thread.start()
    holds.wait(30)
    brought = find(kept, "scheduler part2")
    thread.join()
    assert brought.index == found.FRESH
    assert brought.hits
    assert told[0] == chunk_bytes(kept)


@pytest.mark.parametrize("patient", [True, False])
def test_it_does_not_wait_for_ever_nor_for_a_prompt(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, *, patient: bool
) -> None:
    for name, value in {"MOST_READ": 100, "LONG_WAIT": 0.02, "SHORT_WAIT": 0.02, "LONGEST_WAIT": 0.05}.items():
        monkeypatch.setattr(found, name, value)
    with Lock(lock_of(kept), 0.0):
        brought = find(kept, "scheduler part2", patient=patient)
    assert brought.index == found.MISSING
    assert bool(brought.hits) is patient


def test_pages_that_merging_leaves_empty_are_given_back(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(indexing, "MERGE_PASSAGES", 1)
    monkeypatch.setattr(indexing, "COMMIT_BYTES", 2000)
    long = Session("22222222-long", seed="long")
    for n in range(60):
        long.prompt(f"prompt {n} " + " ".join(f"word{n}x{m}" for m in range(60)))
    take(kept, long.write(tmp_path / "long.jsonl"))
    update(kept)
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        (pages,), (free,) = (db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count"))
    assert pages > 20
    assert free <= indexing.MAX_EMPTY_SHARE * pages


def test_equal_printed_passages_have_one_row_across_runs_and_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rlm_core.index import writer

    monkeypatch.setattr(writer, "MAX_KNOWN", 3)  # most are looked up in the index
    output = "".join(f"line {n} of the output says flamingo{n * n}\n" for n in range(40))
    kept, path, session = archive(tmp_path, config()), tmp_path / "t.jsonl", Session()
    for n in range(12):
        session.prompt(f"again {n}")
        session.tool("Bash", output, command="make")
        if n % 4 == 3:
            take(kept, session.write(path))
            update(kept)
    hit = find(kept, "flamingo961", 1).hits[0]
    assert hit.repeats >= 7  # the last chunks may still change: theirs are no repetitions yet
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        (seen,) = db.execute("SELECT count(*) FROM seen").fetchone()
        (distinct,) = db.execute("SELECT count(DISTINCT digest) FROM seen").fetchone()
    assert seen == distinct > 0
    assert os.path.getsize(database.path_of(kept.root))
