"""What a query may not do, and what stops it: each way out is tried, and nothing has changed behind it."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from kits.builders import SESSION, Session, talk
from kits.place import Place

from rlm_core import sql
from rlm_core.cli.parser import parser
from rlm_core.querying import door
from rlm_core.querying.bounds import MOST_SQL, Bounds, set_limits
from rlm_core.querying.door import SqlDoor, SqlOptions
from rlm_core.querying.sqlerrors import READS_ONLY, OverLimitError, WrongSqlError

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    (made.project / "people.csv").write_text("name,amount\nann,3\nbob,4\n")
    return made


def people(place: Place) -> str:
    return str(place.project / "people.csv")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


WAYS_OUT = {
    "attach": "ATTACH 'out.db' AS out",
    "attach a URI": "ATTACH 'file:out.db?mode=rwc' AS out",
    "vacuum into a file": "VACUUM INTO 'out.db'",
    "vacuum": "VACUUM",
    "load a library": "SELECT load_extension('out.so')",
    "read a file": "SELECT readfile('people.csv')",
    "write a file": "SELECT writefile('out.db', 'x')",
    "start an editor": "SELECT edit('x', 'touch out.db')",
    "hand over a pointer": "SELECT fts3_tokenizer('x', 'y')",
    "insert": "INSERT INTO rows VALUES ('eve', 5, '', 0, '')",
    "insert and give back": "INSERT INTO rows(name) VALUES ('eve') RETURNING name",
    "update": "UPDATE rows SET amount = 0",
    "delete": "DELETE FROM rows",
    "replace": "REPLACE INTO rows(name) VALUES ('eve')",
    "drop": "DROP TABLE rows",
    "alter": "ALTER TABLE rows ADD COLUMN x",
    "create": "CREATE TABLE x AS SELECT * FROM rows",
    "create a temporary table": "CREATE TEMP TABLE x(a)",
    "create a view": "CREATE VIEW x AS SELECT 1",
    "create a virtual table": "CREATE VIRTUAL TABLE x USING fts5(a)",
    "create a trigger": "CREATE TRIGGER x AFTER INSERT ON rows BEGIN SELECT 1; END",
    "create an index": "CREATE INDEX x ON rows(name)",
    "a pragma": "PRAGMA temp_store = 1",
    "a directory for temporary files": "PRAGMA temp_store_directory = '.'",
    "the schema": "PRAGMA writable_schema = ON",
    "a journal": "PRAGMA journal_mode = WAL",
    "a pragma as a table": "SELECT * FROM pragma_database_list",
    "pages": "SELECT * FROM sqlite_dbpage",
    "statistics of pages": "SELECT * FROM dbstat",
    "begin": "BEGIN",
    "commit": "COMMIT",
    "savepoint": "SAVEPOINT x",
    "analyze": "ANALYZE",
    "reindex": "REINDEX",
    "detach": "DETACH main",
    "a second statement": "SELECT 1; DROP TABLE rows",
    "behind a comment": "/* SELECT */ DELETE FROM rows",
    "explained": "EXPLAIN DELETE FROM rows",
    "in a common table": "WITH x AS (SELECT 1) DELETE FROM rows",
}


@pytest.mark.parametrize("query", WAYS_OUT.values(), ids=WAYS_OUT)
def test_a_way_out_is_refused_before_it_runs(place: Place, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.project)
    before = tree(place.project)
    with pytest.raises(WrongSqlError) as told:
        sql(query, project=str(place.project), over=["people.csv"])
    # What the shell of SQLite has, and what only some builds of it have, is not there in the first place.
    absent = re.match("there is no (table|function) (sqlite_dbpage|dbstat|readfile|writefile|edit)\\b", str(told.value))
    assert str(told.value).startswith(READS_ONLY) or absent
    assert tree(place.project) == before


def test_what_only_reads_is_allowed(place: Place) -> None:
    query = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3),
        t AS (SELECT sum(amount) AS s FROM rows)
        SELECT i, s, row_number() OVER (ORDER BY i DESC), json_extract('{"a": 5}', '$.a'), (SELECT count(*) FROM t)
        FROM n, t WHERE i IN (SELECT value FROM json_each('[1, 3]')) ORDER BY i"""
    found = sql(query, project=str(place.project), over=[people(place)])
    assert found.rows == [(1, 7, 2, 5, 1), (3, 7, 1, 5, 1)]


def test_nothing_of_a_query_goes_to_the_disk(place: Place) -> None:
    """Not when it sorts more than SQLite's cache holds, either."""
    connection = sqlite3.connect(":memory:")
    set_limits(connection)
    assert connection.execute("PRAGMA temp_store").fetchone() == (2,)  # memory
    assert connection.execute("PRAGMA database_list").fetchall() == [(0, "main", "")]
    opened: list[str] = []
    watching = [True]
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if watching[0] and event == "open" else None)
    query = f"{COUNTING} SELECT i, hex(i) AS h FROM n WHERE i < 100000 ORDER BY h DESC LIMIT 3"
    limited = query.replace("SELECT i + 1 FROM n)", "SELECT i + 1 FROM n WHERE i < 100000)")
    assert len(sql(limited, project=str(place.project), over=[people(place)]).rows) == 3
    watching[0] = False
    assert [path for path in opened if path.endswith((".db", "-journal", "-wal")) or "etilqs" in path] == []


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setlimit"), reason="Python 3.10 cannot set SQLite's limits")
def test_no_database_can_be_attached_even_without_the_authorizer() -> None:
    connection = sqlite3.connect(":memory:")
    set_limits(connection)
    with pytest.raises(sqlite3.OperationalError, match="too many attached"):
        connection.execute("ATTACH ':memory:' AS other")


# What takes too long or too much.


ENDLESS = {
    "steps of SQLite": f"{COUNTING} SELECT count(*) FROM n",
    "before the first row": f"{COUNTING} SELECT i FROM n WHERE i < 0",
    "a join": "SELECT count(*) FROM json_each('[' || replace(hex(printf('%9000d', 0)), '20', '1,') || '1]') a, "
    + ", ".join(f"json_each('[1,2,3,4,5,6,7,8,9,10]') b{n}" for n in range(12)),
    "a regular expression": f"SELECT '{'a' * 60}!' REGEXP '^(a+)+$'",
}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
def test_a_query_without_an_end_is_ended(place: Place, query: str) -> None:
    with pytest.raises(OverLimitError, match=r"took more than 0\.3 seconds"):
        sql(query, project=str(place.project), over=[people(place)], seconds=0.3)


def test_what_notices_nothing_ends_with_its_process(place: Place) -> None:
    query = "SELECT instr(printf('%.*c', 16000000, 'a'), printf('%.*c', 8000000, 'a') || 'b')"
    place.rlm("sql", query, "--over", "people.csv", "--max-seconds", "0.3", status=1)
    assert place.said.startswith("rlm: the query took more than 0.3 seconds")
    assert place.said.count("\n") == 1


def test_a_process_that_grows_too_much_is_stopped(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [0]

    def peak() -> int:
        held[0] += 1 << 26
        return held[0]

    monkeypatch.setattr("rlm_core.querying.bounds._peak", peak)
    with pytest.raises(OverLimitError, match="held more than 1,024 MB"):
        sql(f"{COUNTING} SELECT count(*) FROM n", project=str(place.project), over=[people(place)])


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setlimit"), reason="Python 3.10 cannot set SQLite's limits")
def test_a_value_of_more_than_its_limit_is_none(place: Place) -> None:
    with pytest.raises((OverLimitError, WrongSqlError)):
        sql("SELECT length(hex(printf('%.*c', 20000000, 'a')))", project=str(place.project), over=[people(place)])


def test_a_database_has_a_largest_size(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setattr("rlm_core.querying.bounds.MOST_BYTES", 1 << 18)
    monkeypatch.setattr("rlm_core.querying.bounds._peak", lambda: 0)  # how far the process grows is another bound
    (place.project / "big.csv").write_text("text\n" + f"{'word ' * 100}\n" * 2000)
    with pytest.raises(OverLimitError, match="held too much"):
        sql("SELECT count(*) FROM big", project=str(place.project), over=[str(place.project / "big.csv")])


def test_a_result_has_a_largest_size(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setattr(door, "MOST_RESULT", 100)
    with pytest.raises(OverLimitError, match="result has more than"):
        sql("SELECT printf('%200d', 1)", project=str(place.project), over=[people(place)])


def test_rows_beyond_those_asked_for_are_told_of(place: Place) -> None:
    files = {"project": str(place.project), "over": [people(place)]}
    assert (sql("SELECT name FROM rows", rows=1, **files).rows, sql("SELECT name FROM rows", rows=1, **files).more) == (
        [("ann",)],
        True,
    )
    assert not sql("SELECT name FROM rows", rows=2, **files).more


def test_a_long_query_is_refused_unread(place: Place) -> None:
    with pytest.raises(WrongSqlError, match="more than 20,000 characters"):
        sql("SELECT " + "1+" * MOST_SQL + "1", project=str(place.project), over=[people(place)])


def test_a_deep_query_is_refused(place: Place) -> None:
    with pytest.raises((WrongSqlError, OverLimitError)):
        sql(f"SELECT {'(' * 3000}1{')' * 3000}", project=str(place.project), over=[people(place)])


def test_a_programs_own_timer_is_left_alone(place: Place) -> None:
    import signal

    if not hasattr(signal, "setitimer"):
        pytest.skip("there are no such timers")
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 500)
    try:
        with Bounds(1.0).alarmed(may_end_process=False):
            assert signal.getsignal(signal.SIGALRM) == signal.SIG_IGN
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 100
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# What a wrong query is told.


TOLD = {
    "SELECT nane FROM rows": "there is no column nane; did you mean name?; rows has name, amount, file, line, citation",
    "SELECT r.line FROM rows r WHERE r.amout > 1": (
        "there is no column r.amout; did you mean amount?; rows has name, amount, file, line, citation"
    ),
    "SELECT * FROM row": "there is no table row; did you mean rows?; there are people, rows, lines",
    "SELECT medain(amount) FROM rows": "there is no function medain; did you mean median?",
    "SELECT percentile(amount, 0.95) FROM rows": "percentile(x, p): p goes from 0 to 100; write 95 for 0.95",
    "SELECT name REGEXP '(' FROM rows": "the regular expression (: missing ), unterminated subpattern at position 0",
    'SELECT * FROM rows WHERE name = "ann"': (
        "\"ann\" is no column of these tables; a text stands in single quotes: 'ann'"
    ),
    "SELEC 1": 'near "SELEC": syntax error',
}


@pytest.mark.parametrize("query", TOLD)
def test_a_wrong_query_is_told_in_a_line_what_may_be_meant(place: Place, query: str) -> None:
    assert place.rlm("sql", query, "--over", "people.csv", status=2) == ""
    assert place.said == f"rlm: {TOLD[query]}\n"


def test_names_in_double_quotes_are_names(place: Place) -> None:
    (place.project / "people.csv").write_text("Order ID,name\n1,ann\n")
    query = 'SELECT "Order ID" AS "The ID", r."name" "n" FROM rows "r" WHERE "Order ID" = 1 ORDER BY "The ID", "n"'
    assert sql(query, project=str(place.project), over=[people(place)]).rows == [(1, "ann")]


# Inside a Claude Code session.


def test_in_a_session_it_reads_files_of_the_project_alone(place: Place, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("word\nperiwinkle\n")
    (place.project / "link.csv").symlink_to(tmp_path / "out.csv")
    (place.project / ".env").write_text("word=periwinkle\n")
    folder = place.project / "folder"
    folder.mkdir()
    (folder / "linked.csv").symlink_to(tmp_path / "out.csv")
    env = {"CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(place.project)}
    for path in (str(tmp_path / "out.csv"), "../out.csv", "link.csv", ".env", str(tmp_path), "../*.csv"):
        options = ("--over", "people.csv", "--table", f"x={path}") if path == "link.csv" else ("--over", path)
        assert place.rlm("sql", "SELECT * FROM lines", *options, status=1, **env) == ""
        assert "inside a Claude Code session" in place.said
        assert "periwinkle" not in place.said
    for path in ("folder", "folder/*.csv"):
        assert "periwinkle" not in place.rlm("sql", "SELECT * FROM lines", "--over", path, status=1, **env) + place.said
    assert place.json("sql", "SELECT name FROM rows", "--over", "people.csv", **env)["rows"] == [["ann"], ["bob"]]
    place.rlm("sql", "SELECT 1", "--project", str(tmp_path), status=1, **env)
    assert "stays in the session's project" in place.said


def test_the_archive_is_read_in_a_session(place: Place) -> None:
    place.session(talk(Session(SESSION), 3))
    place.rlm("archive", "--all")
    env = {"CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(place.project)}
    assert place.json("sql", "SELECT count(*) FROM entries WHERE kind = 'user'", **env)["rows"] == [[3]]


def test_a_strangers_database_is_not_opened(place: Place) -> None:
    with sqlite3.connect(place.project / "x.sqlite") as connection:
        connection.execute("CREATE TABLE rows(a)")
    connection.close()
    place.rlm("sql", "SELECT * FROM rows", "--over", "x.sqlite", status=1)
    assert "no table that `rlm ask --rows` has made" in place.said


def test_the_options_of_the_command_are_those_of_the_library() -> None:
    args = parser("sql").parse_args(["sql", "SELECT 1"])
    made = SqlOptions()
    assert (args.n, args.max_seconds, args.log, args.session) == (made.rows, made.seconds, made.log, made.session)
    assert os.path.basename(SqlDoor.__module__) == "rlm_core.querying.door"
