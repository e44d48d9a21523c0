"""The tables of the archive: what stands in them, that only what is needed is read, and that no row is lost by that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, rich, talk
from kits.paths import ROOT
from kits.place import Place

from rlm_core import sql
from rlm_core.archive.take import take
from rlm_core.chunks.chunkfile import load
from rlm_core.chunks.entries import entries_of
from rlm_core.querying.archiverows import GETTERS, ArchiveRows
from rlm_core.querying.restrictions import COLUMNS, Restriction, misquoted, restrictions, tokens_of
from rlm_core.querying.shapes import ARCHIVE, EDITS, ENTRIES, LINES
from rlm_core.querying.sqlfunctions import FUNCTIONS
from rlm_core.search.hits import Filters

OTHER = "2b758c24-9a0b-4c1d-8e2f-3a4b5c6d7e8f"


@pytest.fixture
def project(tmp_path: Path) -> str:
    """Two sessions, of which one has one of everything, and a sub-agent."""
    made = tmp_path / "project"
    made.mkdir()
    store = archive(made, config(200, 400))
    first = rich()
    first.cwd = "/home/jo/app"
    later = talk(Session(OTHER, cwd="/home/jo/app"), 6)
    later.second += 86400
    later.prompt("What is next?")
    later.tool("Edit", "done", file_path="/home/jo/app/src/api.py", old_string="RETRIES = 3", new_string="RETRIES = 5")
    later.result(later.calls("Bash", command="make"), "boom", failed=True)
    later.tool("Bash", "r2-0123456789ab:12 something", command="rlm search retries")
    for session in (first, later, talk(Session(SESSION, agent="a1b2c3"), 2)):
        take(store, session.write(tmp_path / f"{session.session}{session.agent}.jsonl"))
    return str(made)


def rows(project: str, query: str, **options: Any) -> list[tuple[Any, ...]]:
    return sql(query, project=project, **options).rows


def by_hand(project: str) -> list[tuple[str, int, str, str]]:
    """(chunk, line, kind, text) of every entry, read from the files."""
    found = []
    for path in Path(project, ".claude/rlm/sessions").rglob("[0-9]*-*.md"):
        chunk = load(path.read_bytes())
        found += [(chunk.meta["chunk"], one.line, one.kind, one.text) for one in entries_of(chunk)]
    return sorted(found)


def test_entries_are_all_that_the_chunk_files_hold(project: str) -> None:
    assert rows(project, "SELECT chunk, line, kind, text FROM entries ORDER BY 1, 2") == by_hand(project)


@pytest.mark.parametrize("shape", ARCHIVE, ids=lambda shape: shape.name)
def test_every_column_can_be_asked_for_alone(project: str, shape: Any) -> None:
    whole = sql(f"SELECT * FROM {shape.name}", project=project)
    assert tuple(whole.columns) == shape.names
    for at, name in enumerate(shape.names):
        assert rows(project, f'SELECT "{name}" FROM {shape.name}') == [(row[at],) for row in whole.rows]
    for row in whole.rows:
        for value, column in zip(row, shape.columns, strict=True):
            kind = {"TEXT": str, "INTEGER": int, "REAL": float}[column.kind]
            assert isinstance(value, kind) or (value is None and column.name == "epoch")


def test_the_columns_that_are_read_are_those_that_are_promised() -> None:
    for shape in ARCHIVE:
        if not shape.sql:
            assert GETTERS[shape.name].keys() == set(shape.names)


def test_sessions_count_what_the_chunks_hold(project: str) -> None:
    found = rows(project, "SELECT session, agents, chunks, entries FROM sessions ORDER BY started")
    assert [(session, agents) for session, agents, *_ in found] == [(SESSION, 1), (OTHER, 0)]
    counted = rows(
        project, "SELECT session, count(DISTINCT chunk), count(*) FROM entries WHERE agent = '' GROUP BY 1 ORDER BY 1"
    )
    assert [(session, chunks, entries) for session, _, chunks, entries in found] == counted


def test_calls_that_name_files(project: str) -> None:
    found = rows(project, "SELECT file, action, tool FROM files ORDER BY file")
    assert ("src/api.py", "edit", "Edit") in found
    assert ("src/main.py", "write", "Write") in found
    assert ("shot.png", "read", "Read") in found
    assert [row for row in found if row[1] in ("edit", "write")] == rows(
        project, "SELECT file, action, tool FROM edits ORDER BY file"
    )


def test_a_call_and_its_result_are_joined_by_the_calls_id(project: str) -> None:
    query = """SELECT c.text, r.text FROM entries c JOIN entries r
        ON r.call = c.call AND r.session = c.session AND r.kind = 'tool' WHERE c.kind = 'call' AND r.failed"""
    ((call, result),) = rows(project, query)
    assert "$ make" in call
    assert "boom" in result


def test_echoes_of_the_archive_are_marked(project: str) -> None:
    found = rows(project, "SELECT kind, text FROM entries WHERE echo")
    assert [kind for kind, _ in found] == ["call", "tool"]
    assert "rlm search retries" in found[0][1]


def test_what_asks_the_archive_in_sql_is_an_echo_too(tmp_path: Path) -> None:
    store = archive(tmp_path, config(200, 400))
    session = Session()
    session.prompt("How often?")
    session.tool("Bash", "3", command="rlm sql \"SELECT count(*) FROM entries WHERE kind = 'user'\"")
    take(store, session.write(tmp_path / "t.jsonl"))
    assert rows(str(tmp_path), "SELECT sum(echo), count(*) FROM entries") == [(2, 3)]


def test_options_narrow_as_those_of_a_search(project: str) -> None:
    assert rows(project, "SELECT DISTINCT session FROM entries", session="2b75") == [(OTHER,)]
    assert rows(project, "SELECT DISTINCT session FROM entries", over=["2b758c24"]) == [(OTHER,)]
    assert rows(project, "SELECT min(day), max(day) FROM entries", since="2026-11-23") == [("2026-11-23", "2026-11-23")]
    assert rows(project, "SELECT max(day) FROM entries", until="2026-11-22") == [("2026-11-22",)]


# What is not needed is not read.


QUERIES = {
    "SELECT * FROM entries WHERE session = '{0}'": 1,
    "SELECT * FROM entries e WHERE e.session LIKE '{1}%' AND e.text LIKE '%e%'": 1,
    "SELECT * FROM entries WHERE time >= '2026-11-23' AND kind IN ('user', 'call')": 2,
    "SELECT * FROM entries WHERE day BETWEEN '2026-11-22' AND '2026-11-22' AND role = 'user'": 2,
    "SELECT * FROM entries WHERE '2026-11-22T00:00:10Z' > time": 1,
    "SELECT * FROM entries WHERE tool = 'Edit'": 1,
    "SELECT * FROM entries AS x WHERE x.agent = 'a1b2c3';": 1,
    "SELECT * FROM entries WHERE kind = 'user' OR kind = 'call'": 0,
    "SELECT * FROM entries WHERE NOT kind = 'user'": 0,
    "SELECT * FROM entries WHERE kind = 'user' COLLATE NOCASE": 0,
    "SELECT * FROM entries WHERE kind <> 'user' AND (day = '2026-11-23' OR 1)": 0,
    "SELECT * FROM entries a JOIN entries b ON a.line = b.line WHERE a.kind = 'user'": 0,
    "SELECT c.session, e.kind FROM chunks c LEFT JOIN entries e ON e.chunk = c.chunk AND e.kind = 'summary'": 0,
    "SELECT c.session, e.kind FROM chunks c LEFT JOIN entries e ON e.chunk = c.chunk WHERE e.kind = 'summary'": 1,
    "WITH u AS (SELECT * FROM entries WHERE kind = 'user') SELECT count(*), max(time) FROM u WHERE day > '2026'": 1,
    "SELECT kind FROM entries WHERE kind = 'user' UNION SELECT action FROM files WHERE action = 'x'": 1,
    "SELECT (SELECT count(*) FROM entries WHERE kind = 'user') AS n WHERE n > 0 OR n = 0": 1,
    "SELECT CASE WHEN kind = 'user' THEN 1 END FROM entries WHERE CASE WHEN kind = 'user' THEN 1 ELSE 1 END": 0,
    "SELECT upper(kind) AS kind, count(*) FROM entries WHERE kind = 'user' GROUP BY 1 HAVING kind = 'USER'": 1,
    "SELECT count(*) FROM entries WHERE kind = 'user' -- OR 1": 1,
    "SELECT count(*) FROM entries WHERE kind = 'it''s' OR 'AND kind = ''user''' <> ''": 0,
    "SELECT count(*) FROM \"entries\" WHERE [kind] = 'user' AND `day` < '2027'": 2,
}


@pytest.mark.parametrize("query", QUERIES)
def test_what_a_where_spares_costs_no_row(project: str, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows come out whether restrictions are looked for or not."""
    asked = query.replace("{0}", SESSION).replace("{1}", OTHER[:6])
    assert len(restrictions(asked, "entries")) == QUERIES[query]
    spared = rows(project, asked)
    monkeypatch.setattr("rlm_core.querying.door.restrictions", lambda sql, table: [])
    assert sorted(map(repr, spared)) == sorted(map(repr, rows(project, asked)))


def test_texts_of_other_sessions_and_kinds_are_not_read(project: str) -> None:
    def opened(*wanted: Restriction, columns: tuple[str, ...] = ("text",)) -> int:
        reader = ArchiveRows(archive(project, config(200, 400)), Filters())
        list(reader.rows("entries", columns, wanted))
        return reader.opened

    every = opened()
    assert 0 < opened(Restriction("session", "=", (OTHER,))) < every
    assert 0 < opened(Restriction("kind", "=", ("summary",))) < every
    assert opened(columns=("time", "kind", "citation", "failed")) == 0


@pytest.mark.parametrize(
    ("sign", "texts", "met"),
    [
        ("=", ("b",), "b"), ("<", ("b",), "aA"), ("<=", ("b",), "aAb"), (">", ("b",), "cé"), (">=", ("b",), "bcé"),
        ("in", ("a", "c"), "ac"), ("begins", ("A",), "aA"),
    ],
)  # fmt: skip
def test_restrictions_compare_as_sqlite_does(sign: str, texts: tuple[str, ...], met: str) -> None:
    assert "".join(c for c in "aAbcé" if Restriction("kind", sign, texts).is_met(c)) == met


def test_only_texts_that_are_never_null_restrict() -> None:
    kinds = {column.name: column.kind for column in ENTRIES.columns}
    assert {kinds[name] for name in COLUMNS} == {"TEXT"}


@pytest.mark.parametrize("piece", ["[", "(", "'", '"', "/*", "-", "a.", "((a", "AND ", "x BETWEEN ", "`", "''", "*"])
def test_a_query_is_read_in_linear_time(piece: str) -> None:
    from kits.linear import assert_linear_in

    assert_linear_in(
        piece, lambda text: restrictions(f"SELECT 1 FROM entries WHERE {text}"[:20_000], "entries"), 20_000
    )


def test_words_of_a_query() -> None:
    assert [t.word for t in tokens_of("""SELECT 'it''s', "A b", [C] /* x */ -- y\n>= `d`""")] == [
        *("select", "it's", ",", "a b", ",", "c", ">=", "d"),
    ]
    assert misquoted('SELECT "a" FROM t WHERE "b" = "c" GROUP BY "a"', {"a", "b"}) == "c"
    assert misquoted('SELECT x AS "c" FROM t WHERE "c" = 1', {"x"}) == ""


# docs/sql.md


def documented() -> dict[str, list[tuple[str, ...]]]:
    """Heading -> the rows of the table below it."""
    text = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    sections = re.split(r"^##+ (.+)\n", text, flags=re.M)[1:]
    found = {}
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        lines = [line for line in body.split("\n") if line.startswith("| ")]
        found[name] = [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines[1:]]
    return found


def test_the_tables_are_documented_as_they_are() -> None:
    told = documented()
    for shape in (*ARCHIVE, LINES):
        expected = [] if shape is EDITS else [(c.name, c.kind.lower(), c.meaning) for c in shape.columns]
        assert told[shape.name] == expected
    assert told["Functions"] == [(f"`{f.form}`", f.meaning) for f in FUNCTIONS]


def test_without_a_query_the_tables_and_functions_are_listed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.session(talk(Session(), 2))
    place.rlm("archive", "--all")
    shown = place.rlm("sql")
    for shape in ARCHIVE:
        assert f"{shape.name}({shape.columns[0].name} text" in shown
    for function in FUNCTIONS:
        assert function.form in shown
    (place.project / "a b.csv").write_text("x;y\n1;2,5\n")
    assert place.rlm("sql", "--over", "a b.csv").startswith("a_b(x int, y float, file text, line int, citation text)\n")


def test_without_an_archive_it_says_what_to_do(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.rlm("sql", "SELECT 1", status=1)
    assert "rlm archive --all" in place.said
    place.rlm("sql", "SELECT count(*) FROM entries", "--over", "1234abcd", status=1)
    assert "rlm archive --all" in place.said


def test_tables_of_the_archive_are_joined_by_columns_that_only_a_join_names(project: str) -> None:
    for one, other in (("sessions", "chunks"), ("edits", "entries")):
        column = "session" if one == "sessions" else "citation"
        using = sql(f"SELECT count(*) FROM {one} JOIN {other} USING ({column})", project=project).rows
        compared = sql(f"SELECT count(*) FROM {one} a JOIN {other} b ON a.{column} = b.{column}", project=project).rows
        assert using == compared
        assert using[0][0] > 0
