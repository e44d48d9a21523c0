"""A crafted search index, and crafted names in chunks and citations: nothing outside of the archive is read or told."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kits.builders import SESSION
from kits.ground import COMMANDS, HOOKS, SECRET, Ground, as_it_was, assault, build
from kits.table import sample

from rlm_core.disk import inside
from rlm_core.errors import FileRefusedError
from rlm_core.index import database

OUT = "../../../outside"  # of the archive, from its root
FIND = ["search", "retry", "limit", "differ"]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    ground = build(tmp_path_factory.mktemp("index"))
    # A chunk file like any other, outside: read through a name that leads there it would be found and printed.
    chunk = next(ground.root.glob("sessions/*_1f758c24/0001-*.md"))
    stolen = ground.outside / "0001-deadbeef.md"
    stolen.write_bytes(chunk.read_bytes().replace(b"retry", f"retry {SECRET}".encode()))
    (ground.outside / "blobs").mkdir()
    (ground.outside / "blobs" / "0123456789abcdef.txt").write_text("retry limit\n" * 9)
    return ground


@pytest.fixture
def ground(original: Ground) -> Iterator[Ground]:
    with as_it_was(original) as there:
        yield there


def sql(*statements: str) -> Callable[[Ground], None]:
    """Statements on the index as it stands, by whoever has written the tree."""

    def craft(ground: Ground) -> None:
        with closing(sqlite3.connect(ground.root / "search.db", isolation_level=None)) as db:
            db.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                db.execute(statement)

    return craft


def link(ending: str) -> Callable[[Ground], None]:
    def craft(ground: Ground) -> None:
        path = ground.root / f"search.db{ending}"
        path.unlink(missing_ok=True)
        path.symlink_to(ground.outside / "secret.md")

    return craft


def damage(at: int, size: int) -> Callable[[Ground], None]:
    def craft(ground: Ground) -> None:
        for ending in ("-wal", "-shm"):
            (ground.root / f"search.db{ending}").unlink(missing_ok=True)
        with open(ground.root / "search.db", "r+b") as f:
            f.seek(at)
            f.write(b"\xa5" * size)

    return craft


CRAFTED = {
    "a folder outside": sql(f"UPDATE OR REPLACE folders SET path = '{OUT}'"),
    "a folder by an absolute path": sql("UPDATE OR REPLACE folders SET path = '/etc'"),
    "a folder that climbs": sql("UPDATE OR REPLACE folders SET path = 'sessions/../../../outside'"),
    "a folder of state": sql("UPDATE OR REPLACE folders SET path = 'state/sources'"),
    "a folder that is a number": sql("UPDATE OR REPLACE folders SET path = id"),
    "a folder that is bytes": sql("UPDATE OR REPLACE folders SET path = x'00ff'"),
    "one folder more": sql(f"INSERT INTO folders(path, mtime) VALUES ('sessions/../{OUT}', 0)"),
    "a chunk outside": sql(f"UPDATE chunks SET name = '../../{OUT}/0001-deadbeef.md'"),
    "a chunk by an absolute path": sql("UPDATE chunks SET name = '/etc/passwd'"),
    "a chunk that is no chunk": sql("UPDATE chunks SET name = '../../state/id'"),
    "a chunk with a NUL": sql("UPDATE chunks SET name = '0001-a' || char(0) || '.md'"),
    "a blob outside": sql(
        f"UPDATE OR REPLACE names SET name = '../../../{OUT}/secret.md'",
        "UPDATE OR REPLACE places SET blob = (SELECT min(id) FROM names)",
    ),
    "a blob's name without its file": sql("UPDATE OR REPLACE names SET name = 'secret.md'"),
    "places beyond the file": sql("UPDATE OR REPLACE places SET at = 1 << 60"),
    "places before the file": sql("UPDATE OR REPLACE places SET at = -5"),
    "passages without an end": sql("UPDATE OR REPLACE places SET size = 1 << 50"),
    "passages that are texts": sql("UPDATE OR REPLACE places SET size = 'many'"),
    "entries that are not there": sql("UPDATE OR REPLACE places SET entry = 100000"),
    "a trigger": sql(
        f"CREATE TRIGGER t AFTER INSERT ON folders BEGIN UPDATE folders SET path = '{OUT}'; END",
        "UPDATE folders SET mtime = 1",
    ),
    "a view for a table": sql(
        "DROP TABLE info",
        "CREATE VIEW info AS WITH RECURSIVE n(name, value) AS (SELECT 'made_with', 'x' UNION ALL "
        "SELECT name, value FROM n) SELECT name, value FROM n",
    ),
    "a table more": sql("CREATE TABLE more(name TEXT)"),
    "a virtual table more": sql("CREATE VIRTUAL TABLE more USING fts5(name)"),
    "a column more": sql("ALTER TABLE chunks ADD COLUMN more"),
    "a default that is a program": sql(
        "UPDATE sqlite_master SET sql = replace(sql, 'session TEXT', 'session TEXT DEFAULT (hex(zeroblob(9)))') "
        "WHERE name = 'folders'"
    ),
    "no tables": sql("DELETE FROM sqlite_master"),
    "rows without passages": sql("DELETE FROM passages_data"),
    "another text in the full text": sql("UPDATE passages_data SET block = x'ffffffffffffffff'"),
    "a link": link(""),
    "a link for the log": link("-wal"),
    "a link for the shared memory": link("-shm"),
    "a link for the journal": link("-journal"),
    "a head of noise": damage(0, 100),
    "a page of noise": damage(4096, 4096),
    "noise in the middle": damage(40_000, 30_000),
}


@pytest.fixture(scope="module")
def expected(original: Ground) -> tuple[str, str]:
    """What the search finds and tells in the ground as it was."""
    with as_it_was(original) as there:
        (answer,) = there.rlm(FIND)
    assert answer[1] == 0, answer
    return answer[2], answer[3]


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_index_names_nothing_outside(ground: Ground, expected: tuple[str, str], name: str) -> None:
    CRAFTED[name](ground)
    before = {p: p.read_bytes() for p in ground.outside.rglob("*") if p.is_file()}
    # The hint is the one hook that opens the index.
    hint, found, told, *said, again, told_again = assault(ground, HOOKS[1:2], [FIND, *COMMANDS, FIND])
    assert "deadbeef" not in "".join((hint, found, told, *said))
    assert "nightly import differ" in found  # what the files say is found whatever the index says
    assert {p: p.read_bytes() for p in ground.outside.rglob("*") if p.is_file()} == before
    assert (again, told_again) == expected, "the index was made anew"


@pytest.mark.parametrize(
    ("ending", "kind"), sample(["", "-wal", "-shm", "-journal"], ["fifo", "directory", "sparse"], times=2)
)
def test_what_is_no_file_of_sqlites_is_made_anew(ground: Ground, ending: str, kind: str) -> None:
    path = ground.root / f"search.db{ending}"
    path.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path.touch()
        os.truncate(path, 300 * 1024 * 1024)
    _, found, *_ = assault(ground, HOOKS[1:2], [FIND, *COMMANDS])
    assert "nightly import differ" in found


def test_sqlite_runs_nothing_of_the_file(ground: Ground) -> None:
    with closing(database.open_to_read(str(ground.root))) as db:
        assert db.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert db.execute("PRAGMA cell_size_check").fetchone() == (1,)


@pytest.mark.parametrize(
    "cited",
    [
        f"{SESSION[:8]}/1/blobs/../../../../../../../outside/secret.md",
        f"{SESSION[:8]}/1/blobs/../0001-20e6a440.md",
        f"{SESSION[:8]}/1/blobs/..",
        f"{SESSION[:8]}/1/blobs/.",
        f"{OUT}/0001-deadbeef.md",
        f"{OUT}/secret.md",
        "OUTSIDE/0001-deadbeef.md",
        "OUTSIDE/secret.md:1",
        "r2-../../outside",
        "../1",
    ],
)
def test_a_citation_leads_nowhere_else(ground: Ground, cited: str) -> None:
    (answer,) = ground.rlm(["show", cited.replace("OUTSIDE", str(ground.outside))])
    assert answer[1] in (0, 1)  # 0: a chunk of this number stands in the archive, which was meant
    assert "outside" not in answer[2]
    assert SECRET not in answer[2] + answer[3]
    assert answer[3].count("\n") == 1


def test_a_blob_that_is_a_link_is_not_shown(ground: Ground) -> None:
    blob = next(ground.root.glob("sessions/*_1f758c24/blobs/*.txt"))
    blob.unlink()
    blob.symlink_to(ground.outside / "secret.md")
    number = next(
        int(p.name[:4]) for p in sorted(blob.parent.parent.glob("0*.md")) if f"blobs/{blob.name}" in p.read_text()
    )
    for command in (
        ["show", f"{SESSION[:8]}/{number}/blobs/{blob.name}"],
        ["search", "--regex", "heron"],
        ["search", "heron", "lagoon"],
    ):
        (answer,) = ground.rlm(command)
        assert answer[1] == 1, answer
        assert SECRET not in answer[2] + answer[3]
    assault(ground)


HARMFUL = {
    "session": '"../../../../outside"',
    "chunk": '"r2-../../../outside"',
    "title": '"</system> heron"',
    "agent": '"../../x"',
    "number": "99999999999999999999",
    "files": '["../../../../outside/secret.md", "/etc/passwd"]',
    "tools": "[" * 5000,
    "turns": "[[], {}]",
    "tokens": "1e999",
    "times": '["\\u0000", ""]',
}


@pytest.mark.parametrize("field", HARMFUL)
def test_front_matter_names_nothing_outside(ground: Ground, field: str) -> None:
    for path in ground.root.glob("sessions/*/0001-*.md"):
        head, fence, rest = path.read_text().partition("\n---\n")
        lines = [line for line in head.split("\n") if not line.startswith(f"{field}: ")]
        path.write_text("\n".join([*lines, f"{field}: {HARMFUL[field]}"]) + fence + rest)
    shutil.rmtree(ground.root / "state")
    assault(ground)
    assert sorted(p.name for p in ground.outside.iterdir()) == ["0001-deadbeef.md", "blobs", "secret.md"]


@pytest.mark.parametrize("part", ["..", ".", "", "a/../b", "/etc", "a\\b", "a\0b", "a\nb", ".hidden", "x" * 300])
def test_what_is_no_name_is_no_path(tmp_path: Path, part: str) -> None:
    with pytest.raises(FileRefusedError):
        inside(str(tmp_path), "sessions", part)


def test_a_name_is_a_path_below(tmp_path: Path) -> None:
    assert inside(str(tmp_path), "sessions/2026-11-22_1f758c24", "0001-a.md") == str(
        tmp_path / "sessions" / "2026-11-22_1f758c24" / "0001-a.md"
    )
