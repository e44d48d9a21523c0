"""Rows out of files: their columns, types and places, whatever form they have and whatever is in them."""

from __future__ import annotations

import json
import sqlite3
import statistics
from pathlib import Path
from typing import Any

import pytest
from kits.linear import assert_linear_in

from rlm_core import sql
from rlm_core.errors import RlmError
from rlm_core.querying.celltypes import kind_of_cells, typed
from rlm_core.querying.csvrows import CsvText
from rlm_core.querying.linerows import JsonText, lines_of, log_pattern, markdown_tables
from rlm_core.querying.sqlfunctions import iso_of, matches, number_in, percentile_of, seconds


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(query: str, *over: str, **options: Any) -> list[tuple[Any, ...]]:
    return sql(query, over=list(over), **options).rows


@pytest.mark.parametrize(
    ("text", "columns", "values"),
    [
        ("a,b\n1,x\n", ["a", "b"], (1, "x")),
        ("a;b\r\n1,5;x\r\n", ["a", "b"], (1.5, "x")),
        ("a\tb\n1\tx y\n", ["a", "b"], (1, "x y")),
        ("a|b\n007|x\n", ["a", "b"], ("007", "x")),
        ('a,b\n"1, 2","say ""x"""\n', ["a", "b"], ("1, 2", 'say "x"')),
        ("\ufeffa,b\n,2026-11-22\n", ["a", "b"], (None, "2026-11-22")),
        ("3,x\n", ["column_1", "column_2"], (3, "x")),
        ("a,A\n", ["column_1", "column_2"], ("a", "A")),
        ("a,b\n1,x,more\n", ["a", "b", "column_3"], (1, "x", "more")),
        ("a,b\n1\n", ["a", "b"], (1, None)),
        ("name\nann\n", ["name"], ("ann",)),
        ("file,line\nx,7\n", ["file", "line"], ("x", 7)),
        ("n\n9223372036854775808\n", ["n"], ("9223372036854775808",)),
        ("n\n-1.5e3\n", ["n"], (-1500.0,)),
        ("select,order by\n1,2\n", ["select", "order by"], (1, 2)),
        ('a""b,c\n1,2\n', ['a""b', "c"], (1, 2)),
    ],
)
def test_csv_of_any_dialect(folder: Path, text: str, columns: list[str], values: tuple[Any, ...]) -> None:
    (folder / "x.csv").write_bytes(text.encode())
    found = sql("SELECT * FROM x", over=["x.csv"])
    assert found.columns[: len(columns)] == columns
    assert found.rows[0][: len(columns)] == values
    assert len(found.columns) == len(columns) + 3


def test_each_row_tells_where_it_stands(folder: Path) -> None:
    (folder / "x.csv").write_text('a,b\n\n1,"two\nlines"\n3,4\n')
    assert rows("SELECT a, file, line, citation FROM rows", "x.csv") == [
        (1, "x.csv", 3, "x.csv:3"),
        (3, "x.csv", 5, "x.csv:5"),
    ]
    assert rows("SELECT text FROM lines WHERE citation = 'x.csv:5'", "x.csv") == [("3,4",)]


def test_secrets_are_left_out_and_lines_keep_their_numbers(folder: Path) -> None:
    key = (
        "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq3xkYz9Qw1rT5v\n" * 6 + "-----END RSA PRIVATE KEY-----"
    )
    (folder / "x.txt").write_text(f"first\n{key}\npassword = hunter2hunter2\nlast\n")
    found = rows("SELECT line, text FROM lines ORDER BY line", "x.txt")
    assert found[0] == (1, "first")
    assert found[-1] == (11, "last")
    assert "hunter2" not in repr(found)
    assert "MIIE" not in repr(found)
    (folder / "x.jsonl").write_text('{"user": "ann", "password": "hunter2hunter2", "n": 1}\n')
    ((user, password, n),) = rows("SELECT user, password, n FROM rows", "x.jsonl")
    assert (user, n) == ("ann", 1)
    assert password.startswith("[redacted:")


def test_json_lines(folder: Path) -> None:
    (folder / "x.jsonl").write_text(
        '{"a": true, "b": [1, {"c": null}]}\n\n{"a": 2.5, "d": "é", "big": 1e400}\nno\n[1]\n'
    )
    found = sql("SELECT a, b, d, value, line FROM x", over=["x.jsonl"])
    assert found.rows == [
        (1, '[1, {"c": null}]', None, None, 1),
        (2.5, None, "é", None, 3),
        (None, None, None, "[1]", 5),
    ]
    assert found.notes == ["x.jsonl: 1 of 4 lines holds no row"]
    (folder / "x.json").write_text(json.dumps([{"id": 2**70}, {"id": None}], indent=1))
    assert rows("SELECT id FROM x", "x.json") == [(str(2**70),), (None,)]
    (folder / "nan.jsonl").write_text('{"a": NaN}\n{"a": -Infinity}')
    assert rows("SELECT typeof(a) FROM nan", "nan.jsonl") == [("null",), ("real",)]


def test_a_log_without_and_with_an_expression(folder: Path) -> None:
    (folder / "x.log").write_text("10:00 GET 5ms\nnoise\n10:01 PUT 12ms\n")
    with pytest.raises(RlmError, match=r"x\.log holds no rows of a form that is known: --log REGEX"):
        sql("SELECT * FROM rows", over=["x.log"])
    log = r"^(?P<at>\S+) (?P<method>[A-Z]+) (?P<ms>\d+)ms"
    assert rows("SELECT at, method, ms, line FROM x", "x.log", log=log) == [
        ("10:00", "GET", 5, 1),
        ("10:01", "PUT", 12, 3),
    ]
    for wrong in ("(", "no names", "(?P<a>x)(?P<a>y)"):
        with pytest.raises(RlmError, match="--log"):
            log_pattern(wrong)
    assert rows("SELECT x, y FROM x", "x.log", log="(?P<x>noise)|(?P<y>PUT)") == [("noise", None), (None, "PUT")]


def test_tables_of_markdown() -> None:
    text = "| a | a |\n|:--|--:|\n| 1 | x\\|y |\n| 2 |\n\n|b|\n|-|\n|3|\n\nno | table\n\n| c | d |\n|---|\n"
    first, second = markdown_tables(text)
    assert (first.names, first.rows, first.lines) == (["a", "a_2"], [["1", "x|y"], ["2", None]], [3, 4])
    assert (second.names, second.rows, second.lines) == (["b"], [["3"]], [8])


def test_names_of_tables(folder: Path) -> None:
    for name in ("2026.csv", "my-data.csv", "my data.csv", "lines.csv", "a/x.csv", "b/x.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"n\n{len(name)}\n")
    found = {
        table: rows(f"SELECT n FROM {table}", "*.csv", "[ab]/*.csv")
        for table in ("t_2026", "my_data", "my_data_2", "lines_2", "x", "x_2")
    }
    assert {table: n for table, ((n,),) in found.items()} == {
        "t_2026": 8, "my_data": 11, "my_data_2": 11, "lines_2": 9, "x": 7, "x_2": 7,
    }  # fmt: skip
    assert rows("SELECT count(*), sum(n) FROM rows", "*.csv", "[ab]/*.csv") == [(6, 53)]
    assert sql("SELECT sum(n) FROM mine", tables={"mine": "2026.csv"}).rows == [(8,)]


def test_rows_of_all_files_have_the_columns_of_all(folder: Path) -> None:
    (folder / "a.csv").write_text("id,x\n1,5\n")
    (folder / "b.csv").write_text("ID,y\n2.5,z\n")
    assert rows("SELECT id, x, y, file FROM rows", "a.csv", "b.csv") == [
        (1.0, 5, None, "a.csv"),
        (2.5, None, "z", "b.csv"),
    ]


def test_a_table_of_rlm_ask(folder: Path) -> None:
    from rlm_core.asking.tables.sqlitefile import APPLICATION

    with sqlite3.connect(folder / "out.sqlite") as made:
        made.execute(f"PRAGMA application_id = {APPLICATION}")
        made.execute("CREATE TABLE rows(id INTEGER PRIMARY KEY, amount REAL, quote TEXT)")
        made.execute("CREATE TABLE cells(row INTEGER, value)")
        made.execute("CREATE VIEW more AS SELECT load_extension('x')")
        made.execute("INSERT INTO rows VALUES (1, 2.5, 'password = hunter2hunter2')")
        made.execute("INSERT INTO cells VALUES (1, 2.5)")
    made.close()
    before = (folder / "out.sqlite").read_bytes()
    query = "SELECT amount, quote, value FROM out JOIN out_cells ON row = id"
    assert rows(query, "out.sqlite") == [(2.5, "password = [redacted:env]", 2.5)]
    assert rows("SELECT sum(amount) FROM rows", "out.sqlite") == [(2.5,)]
    assert (folder / "out.sqlite").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == [".git", "out.sqlite"]


def test_only_what_a_query_names_is_taken_apart(folder: Path) -> None:
    (folder / "bad.csv").write_text('a,b\n"' + "x" * 200_000 + '",2\n')
    (folder / "good.csv").write_text("n\n1\n")
    assert rows("SELECT n FROM good", "bad.csv", "good.csv") == [(1,)]
    with pytest.raises(RlmError, match=r"bad\.csv: line 2 is no CSV: field larger"):
        rows("SELECT * FROM rows", "bad.csv", "good.csv")


def test_a_file_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rlm_core.querying.named.MOST_FILE_BYTES", 10)
    (folder / "x.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "x.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    (folder / "x.log").write_text("took 5ms\ntook 7ms\n")
    (folder / "x.json").write_text('[{"a": 1}, {"a": 2}]')
    with pytest.raises(RlmError, match=r"x\.json: it has more than"):
        rows("SELECT * FROM x", "x.json")
    # The rows of these are not held, so that they may be larger.
    assert rows("SELECT b FROM x", "x.csv") == [(2,), (4,)]
    assert rows("SELECT sum(a) FROM x", "x.jsonl") == [(3,)]
    assert rows("SELECT sum(ms) FROM x", "x.log", log=r"(?P<ms>\d+)ms") == [(12,)]
    monkeypatch.setattr("rlm_core.querying.named.MOST_STREAMED_BYTES", 10)
    for name in ("x.csv", "x.jsonl", "x.log"):
        with pytest.raises(RlmError, match=rf"{name}: it has more than"):
            rows("SELECT * FROM x", name)


def test_the_types_of_a_column_are_told_by_its_last_cell_too(folder: Path) -> None:
    """Also where the rows are taken apart in blocks: nothing is sampled."""
    lines = [f"{n},{n},{n}" for n in range(10_000)]
    (folder / "long.csv").write_text("\n".join(["a,b,c", *lines, "0.5,007,"]) + "\n")
    asked = "SELECT typeof(a), typeof(b), typeof(c), count(*) FROM long GROUP BY 1, 2, 3 ORDER BY 4"
    assert rows(asked, "long.csv") == [("real", "text", "null", 1), ("real", "text", "integer", 10_000)]
    assert rows("SELECT line, citation FROM long WHERE b = '007'", "long.csv") == [(10_002, "long.csv:10002")]


@pytest.mark.parametrize("name", ["long.jsonl", "long.log"])
def test_types_are_told_by_the_last_line_too_where_rows_are_not_held(folder: Path, name: str) -> None:
    """And each row knows its line, also behind those that hold none."""
    cells = [(n, f"v{n}", str(n)) for n in range(9_999)] + [(0.5, "last", "007")]
    lines = [
        json.dumps(dict(zip("abc", c, strict=True))) if "json" in name else "a={} b={} c={}".format(*c) for c in cells
    ]
    (folder / name).write_text("\n".join(["no row", "", *lines]) + "\n")
    log = "" if "json" in name else r"a=(?P<a>\S+) b=(?P<b>\S+) c=(?P<c>\S+)"
    found = sql("SELECT typeof(a), typeof(b), typeof(c), count(*) FROM long GROUP BY 1, 2, 3", over=[name], log=log)
    assert found.rows == [("real", "text", "text", 10_000)]
    assert found.notes == [f"{name}: 1 of 10,001 lines holds no row"]
    assert sql("SELECT line, citation FROM long WHERE c = '007'", over=[name], log=log).rows == [
        (10_002, f"{name}:10002")
    ]
    assert sql("SELECT sum(a), count(*) FROM rows", over=[name], log=log).rows == [(sum(range(9_999)) + 0.5, 10_000)]


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n", "a\n\nb", "\r\n\u2028x\n", "é" * 3 + "\n" * 3])
def test_lines_are_those_between_line_breaks(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for stretch in (1, 2, 1 << 20):
        monkeypatch.setattr("rlm_core.querying.linerows.STRETCH", stretch)
        assert list(lines_of(text)) == (text.removesuffix("\n").split("\n") if text else [])


def test_rows_of_files_with_other_columns_stand_in_one_table(folder: Path) -> None:
    (folder / "one.csv").write_text("a,b\n1,x\n")
    (folder / "two.csv").write_text("A,c\n2.5,3\n\n4,5\n")
    assert rows("SELECT a, b, c, citation FROM rows", "one.csv", "two.csv") == [
        (1.0, "x", None, "one.csv:2"), (2.5, None, 3, "two.csv:2"), (4.0, None, 5, "two.csv:4")
    ]  # fmt: skip
    assert rows("SELECT count(*) FROM rows WHERE b IS NULL", "one.csv", "two.csv") == [(2,)]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(RlmError, match="columns"):
        JsonText("\n".join(json.dumps({f"k{n}": 1}) for n in range(600)))
    with pytest.raises(RlmError, match="columns"):
        CsvText(",".join(f"c{n}" for n in range(600)) + "\n")


@pytest.mark.parametrize(
    "piece", ["a,", '"', '",', ";;", "\n", "|", "|-", "| a |\n|--", "-|", "{", "[", '{"a":1}\n', "1,5;"]
)
def test_any_text_is_taken_apart_in_linear_time(piece: str) -> None:
    def work(text: str) -> None:
        markdown_tables(text)
        JsonText(text)
        list(lines_of(text))
        try:
            CsvText(text)
        except RlmError:
            return

    assert_linear_in(piece, work, 40_000)


def test_types_by_all_cells() -> None:
    assert kind_of_cells(["1", "-2", "+3"]) == "int"
    assert kind_of_cells(["1", "2.5", "1e3", ".5"]) == "float"
    assert kind_of_cells(["1,5"]) == "text"
    assert kind_of_cells(["1,5", "2"], comma=True) == "float"
    assert kind_of_cells(["2026-11-22", "2026-11-22T10:00:03.123Z", "2026-11-22 10:00"]) == "date"
    for cell in ("", "nan", "inf", "0x10", "1_000", "٣", "--1", "1.2.3", "e5", ".", "+", "12:30", "2026-11-22x"):
        assert kind_of_cells([cell]) == "text"
    assert typed("", "int") is None


# Functions.


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-22", "2026-11-22T00:00:00Z"),
        ("2026-11-22T10:00:03Z", "2026-11-22T10:00:03Z"),
        ("2026-11-22 10:00:03,250", "2026-11-22T10:00:03Z"),
        ("2026-11-22T12:00+02:00", "2026-11-22T10:00:00Z"),
        ("22/Nov/2026:10:00:03 -0130", "2026-11-22T11:30:03Z"),
        ("[22/Nov/2026:10:00:03]", "2026-11-22T10:00:03Z"),
        (1795341603, "2026-11-22T10:00:03Z"),
        (1795341603123, "2026-11-22T10:00:03Z"),
        ("1795341603.5", "2026-11-22T10:00:03Z"),
        *(
            (wrong, None)
            for wrong in ("", "tomorrow", "2026-13-01", "2026-11-32", "22/Nob/2026:10:00:03", None, 5, "10:00")
        ),
    ],
)
def test_times_as_logs_write_them(time: Any, expected: str | None) -> None:
    assert iso_of(time) == expected
    assert (seconds(time) is None) == (expected is None)


def test_numbers_and_words() -> None:
    assert [number_in(v) for v in ("350ms", "took -1.5 s", "none", None, 3)] == [350, -1.5, None, None, 3]
    assert matches("The retry LIMIT of Zoé", "limit zoe") == 1
    assert matches("The retry limit", '"limit retry"') == 0
    assert matches("The retry limit", '"retry limit" -timeout') == 1
    assert matches("The retry limit", "retry -limit") == 0
    assert [matches("retries", w) for w in ("retr", "retr*", "tries")] == [0, 1, 0]
    assert matches(None, "x") is None


@pytest.mark.parametrize("numbers", [[1.0, 2.0], [5.0, 1.0, 9.0, 2.0], [float(n * n % 101) for n in range(200)]])
def test_percentiles_are_those_of_pythons_statistics(numbers: list[float]) -> None:
    cuts = statistics.quantiles(numbers, n=100, method="inclusive")
    assert [percentile_of(numbers, p) for p in range(1, 100)] == pytest.approx(cuts)
    assert (percentile_of(numbers, 0), percentile_of(numbers, 100)) == (min(numbers), max(numbers))
    assert percentile_of(numbers[:1], 95) == numbers[0]


def test_aggregates_pass_over_what_is_no_number(folder: Path) -> None:
    (folder / "x.csv").write_text("a,b\n1,x\n3,\n8,5\n")
    query = "SELECT median(a), percentile(a, 75), round(stdev(a), 6), median(b), stdev(b), p95(NULL) FROM x"
    assert rows(query, "x.csv") == [(3.0, 5.5, 3.605551, 5.0, None, None)]
    assert rows("SELECT a > 2 AS g, median(a) FROM x GROUP BY 1", "x.csv") == [(0, 1.0), (1, 5.5)]


def test_groups_of_expressions(folder: Path) -> None:
    (folder / "x.txt").write_text("id=7 name=ann\nnothing\n")
    query = """SELECT regexp_extract(text, 'id=(\\d+)'), regexp_extract(text, '(?P<k>n\\w+)=(?P<v>\\w+)', 'v'),
        regexp_extract(text, 'n.') FROM lines"""
    assert rows(query, "x.txt") == [("7", "ann", "na"), (None, None, "no")]
    with pytest.raises(RlmError, match="has no group 5"):
        rows("SELECT regexp_extract(text, 'n', 5) FROM lines", "x.txt")


@pytest.mark.parametrize(
    "join",
    [
        "JOIN items USING (item)",
        "JOIN items i ON i.item = o.item",
        "LEFT JOIN items USING (item)",
        'JOIN items USING ("item")',
        "JOIN (SELECT * FROM items) USING (item)",
    ],
)
def test_tables_are_joined_by_columns_that_only_a_join_names(folder: Path, join: str) -> None:
    """SQLite does not ask whether what stands behind USING may be read, so that its column seemed to be of no use."""
    (folder / "orders.jsonl").write_text('{"item": 1, "n": 2}\n{"item": 2, "n": 3}\n{"item": 1, "n": 1}\n')
    (folder / "items.csv").write_text("item,price\n1,10\n2,4\n")
    both = ("orders.jsonl", "items.csv")
    assert rows(f"SELECT count(*), sum(price * n) FROM orders o {join}", *both) == [(3, 42)]
    assert rows(f"SELECT count(*) FROM orders o {join}", *both) == [(3,)]


def test_a_natural_join_is_refused_since_all_tables_say_where_their_rows_stand(folder: Path) -> None:
    (folder / "a.csv").write_text("x,natural\n1,2\n")
    (folder / "b.csv").write_text("x,y\n1,2\n")
    with pytest.raises(RlmError, match="USING"):
        rows("SELECT * FROM a NATURAL LEFT JOIN b", "a.csv", "b.csv")
    assert rows("SELECT natural FROM a", "a.csv") == [(2,)]
