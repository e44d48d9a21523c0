"""Rows are entered batch by batch, and those that may go again are held: packed, within a bound."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from kits.builders import Session, archive, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.index import database, writer
from rlm_core.index.update import update
from rlm_core.search.ranked import search

TABLES = ("places", "beside", "seen", "names", "chunks", "info")


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    return archive(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.jsonl"


def contents(kept: Archive) -> list[object]:
    """All that stands in the index, terms by place; what is packed as it is unpacked."""
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        db.execute("CREATE VIRTUAL TABLE temp.instances USING fts5vocab(main, passages, instance)")
        found = [sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in ("instances", *TABLES[:-2])]
        held = db.execute("SELECT name, held FROM chunks ORDER BY name").fetchall()
    return [*found, [(name, json.loads(zlib.decompress(data)) if data else None) for name, data in held]]


def take_in(kept: Archive, path: Path, session: Session) -> None:
    take(kept, session.write(path))
    update(kept)


def held_of(kept: Archive) -> dict[str, bytes | None]:
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        return dict(db.execute("SELECT name, held FROM chunks"))


def test_how_many_rows_are_entered_at_once_makes_no_difference(
    kept: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(kept, path, talk(Session(), 12))
    at_once = contents(kept)
    monkeypatch.setattr(writer, "BATCH", 1)
    update(kept, rebuild=True)
    assert contents(kept) == at_once
    assert any(held_of(kept).values())


def test_a_chunk_of_too_many_rows_to_be_held_goes_all_the_same(
    kept: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    session.prompt("What about the pelican?")
    monkeypatch.setattr(writer, "MAX_HELD_BYTES", 40)
    take_in(kept, path, session)
    assert list(held_of(kept).values()) == [None]
    assert [h.snippet for h in search(kept, "pelican")] == ["What about the pelican?"]
    session.says("It flies.")
    take_in(kept, path, session)
    found = [(h.snippet, h.path) for h in search(kept, "pelican flies")]
    assert len(held_of(kept)) == 1
    monkeypatch.undo()
    update(kept, rebuild=True)
    assert found == [(h.snippet, h.path) for h in search(kept, "pelican flies")] != []


@pytest.mark.parametrize(
    "data",
    [
        b"garbage",
        "text",
        7,
        zlib.compress(b"{}"),
        zlib.compress(b'[[1,"a"]]'),
        zlib.compress(b'[["a","a","a","a"]]'),
        zlib.compress(b"[" * 100_000),
        zlib.compress(bytes(writer.MAX_HELD_BYTES + 1)),
        zlib.compress(b"[]")[:-3],
    ],
    ids=str,
)
def test_what_no_rows_are_held_as_is_a_damaged_index(kept: Archive, path: Path, data: object) -> None:
    session = talk(Session(), 3)
    take_in(kept, path, session)
    with closing(sqlite3.connect(database.path_of(kept.root))) as db:
        db.execute("UPDATE chunks SET held = ? WHERE held IS NOT NULL", (data,))
        db.commit()
    session.prompt("What about the pelican?")
    take_in(kept, path, session)
    grew = contents(kept)
    update(kept, rebuild=True)
    assert contents(kept) == grew


def test_the_largest_that_is_held_comes_back(kept: Archive, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = talk(Session(), 3)
    take_in(kept, path, session)
    held = held_of(kept)
    size = max(len(zlib.decompress(data)) for data in held.values() if data)
    monkeypatch.setattr(writer, "MAX_HELD_BYTES", size - 1)
    update(kept, rebuild=True)
    assert list(held_of(kept).values()).count(None) == list(held.values()).count(None) + 1
    monkeypatch.setattr(writer, "MAX_HELD_BYTES", size)
    update(kept, rebuild=True)
    assert held_of(kept) == held
    session.says("The pelican flies.")
    monkeypatch.setattr(database, "drop", lambda _: pytest.fail("what was held did not come back"))
    take_in(kept, path, session)
