"""A table as a file, and `rlm ask --fields` as a process: what is written, what is refused, what is free again."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kits.asking import Asking
from kits.programs import program

from rlm_core import extract
from rlm_core.asking.settings import AskSettings
from rlm_core.asking.tables.rowfile import RowFile
from rlm_core.engine.rows.rowrun import RowsResult
from rlm_core.errors import RlmError
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import Answer, ScriptedLeaf

FAKE = """\
import json, os, re, sys
HERE = os.path.dirname(os.path.abspath(__file__))
prompt = sys.stdin.read()
with open(os.path.join(HERE, "asked"), "a") as f:
    f.write(json.dumps({"argv": sys.argv, "prompt": prompt}) + "\\n")
rows = []
for source in re.finditer(r'<source-(\\w+) id="([^"]*)"[^>]*>\\n(.*?)\\n</source-\\1>', prompt, re.DOTALL):
    for m in re.finditer(r"(.+) paid (\\S+) EUR on (.+)", source[3]):
        amount = "99" if m[1] == "Bad" else m[2]
        cells = {"vendor": {"value": m[1]}, "amount": {"value": amount}, "due": {"value": m[3]}}
        rows.append({"location": source[2], "quote": m[0], "cells": cells})
answer = json.dumps({"rows": rows})
print(json.dumps({"type": "assistant", "message": {"model": "m", "content": [{"type": "text", "text": answer}]}}))
usage = {"m": {"inputTokens": len(prompt) // 4, "outputTokens": len(answer) // 4}}
print(json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": answer,
                  "stop_reason": "end_turn", "modelUsage": usage, "total_cost_usd": 0.001}))
"""
FIELDS = "vendor!, amount: float, due: date"
PAY = "Acmé paid 12.50 EUR on 3 May 2026\nBad paid 1.00 EUR on 4 May 2026\n=SUM(1) paid 2 EUR on 5 mai 2026\n"
ASK = ("Which payments were made?", "--over", "pay.md", "--fields", FIELDS)


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    made = Asking(tmp_path)
    program(made.bin / "claude", FAKE, "-IS")
    (made.project / "pay.md").write_text(PAY, encoding="utf-8")
    return made


def test_json_holds_rows_with_cells_quote_citation_and_verified(asking: Asking) -> None:
    got = asking.ask(*ASK)
    assert [r["cells"] for r in got["rows"]] == [
        {"vendor": "Acmé", "amount": 12.5, "due": "2026-05-03"},
        {"vendor": "Bad", "amount": None, "due": "2026-05-04"},
        {"vendor": "=SUM(1)", "amount": 2.0, "due": "2026-05-05"},
    ]
    assert [(r["citation"], r["verified"]) for r in got["rows"]] == [
        ("pay.md:1", True),
        ("pay.md:2", False),
        ("pay.md:3", True),
    ]
    assert got["rows"][0]["quote"] == "Acmé paid 12.50 EUR on 3 May 2026"
    assert got["rows"][0]["evidence"]["amount"]["quote"] == "12.50"
    assert got["rejected"][0].keys() == {"claim", "quote", "reason"}
    assert (got["kind"], got["route"]) == ("rows", "map")
    assert {"answer", "findings", "coverage", "cost", "calls", "seconds"} <= got.keys()


def test_for_people_a_table_with_places(asking: Asking) -> None:
    lines = asking.rlm("ask", *ASK, **asking.env).split("\n")
    assert lines[0] == "3 rows, 2 verified. Cells left empty, since nothing showed their values: amount 1."
    assert lines[2:6] == [
        "vendor   amount  due         citation",
        "Acmé     12.5    2026-05-03  pay.md:1",
        "Bad      !       2026-05-04  pay.md:2",
        "=SUM(1)  2.0     2026-05-05  pay.md:3",
    ]
    assert any("read 1 of 1 part" in line for line in lines)


def test_csv_is_read_back_and_text_that_a_spreadsheet_would_compute_is_marked(asking: Asking) -> None:
    asking.rlm("ask", *ASK, "--rows", "out.csv", **asking.env)
    data = (asking.project / "out.csv").read_bytes()
    assert data.count(b"\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
    assert list(rows[0]) == ["vendor", "amount", "due", "citation", "verified", "quote", "refused", "doubts"]
    assert [r["vendor"] for r in rows] == ["Acmé", "Bad", "'=SUM(1)"]
    assert [r["amount"] for r in rows] == ["12.5", "", "2.0"]
    assert [r["verified"] for r in rows] == ["true", "false", "true"]
    assert rows[1]["refused"] == "amount: the number does not stand in its quote"


def test_jsonl_is_the_rows_of_the_json(asking: Asking) -> None:
    got = asking.ask(*ASK, "--rows", "out.jsonl")
    lines = (asking.project / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == got["rows"]
    assert "Acmé" in lines[0]


def test_sqlite_has_typed_columns_and_a_table_of_where_each_cell_is_from(asking: Asking) -> None:
    asking.rlm("ask", *ASK, "--rows", "out.sqlite", **asking.env)
    with sqlite3.connect(asking.project / "out.sqlite") as db:
        rows = db.execute("SELECT vendor, amount, due, citation, verified FROM rows").fetchall()
        cells = db.execute(
            "SELECT value, quote, citation, line, verified FROM cells WHERE row = 1 AND field = 'amount'"
        )
        assert cells.fetchall() == [(12.5, "12.50", "pay.md:1", 1, 1)]
        refused = db.execute("SELECT value, quote, reason, reported FROM cells WHERE NOT verified").fetchall()
    db.close()
    assert rows[:2] == [
        ("Acmé", 12.5, "2026-05-03", "pay.md:1", 1),
        ("Bad", None, "2026-05-04", "pay.md:2", 0),
    ]
    assert refused == [(None, "", "the number does not stand in its quote", "99")]


def test_csv_may_go_to_stdout(asking: Asking) -> None:
    out = asking.rlm("ask", *ASK, "--rows", "-", **asking.env)
    assert [r[0] for r in csv.reader(io.StringIO(out))] == ["vendor", "Acmé", "Bad", "'=SUM(1)"]
    assert "3 rows, 2 verified" in asking.said


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.sqlite"])
def test_a_table_is_made_again_for_nothing_and_takes_the_place_of_the_former(asking: Asking, name: str) -> None:
    first = asking.ask(*ASK, "--rows", name)
    path = asking.project / name
    before = path.read_bytes()
    again = asking.ask(*ASK, "--rows", name)
    assert (first["calls"], again["calls"], again["cost"]["usd"]) == (1, 0, 0)
    assert again["rows"] == first["rows"]
    assert path.read_bytes() == before
    assert [p for p in path.parent.iterdir() if p.name.startswith(".tmp-")] == []
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rows", "mine.csv"], "no table of `rlm ask`"),
        (["--rows", "mine.jsonl"], "no table of `rlm ask`"),
        (["--rows", "mine.sqlite"], "no table of `rlm ask`"),
        (["--rows", "folder.csv"], "is a directory"),
        (["--rows", "nowhere/out.csv"], "there is no directory"),
        (["--rows", "out.xlsx"], "ends in .csv, .jsonl or .sqlite"),
        (["--fields", "a, A"], "same name"),
        (["--fields", "a: money"], "text, int, float, date, bool"),
        (["--fields", ""], "has no name"),
        (["--rows", ""], "ends in .csv"),
        (["--kind", "count"], "a table is no count"),
        (["--labels", "a,b"], "a column of a table has its own"),
        (["--leaf", "native"], "native"),
        (["--json", "--rows", "-"], "both write to stdout"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_paid(asking: Asking, options: list[str], said: str) -> None:
    (asking.project / "mine.csv").write_text("vendor,amount\nx,1\n")
    (asking.project / "mine.jsonl").write_text('{"a": 1}\n')
    with sqlite3.connect(asking.project / "mine.sqlite") as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    (asking.project / "folder.csv").mkdir()
    kept = {p.name: p.read_bytes() for p in asking.project.glob("mine.*")}
    on_disk = said in ("no table of `rlm ask`", "is a directory", "there is no directory")
    asking.rlm("ask", *ASK, *options, status=1 if on_disk else 2, **asking.env)
    assert said in asking.said
    assert asking.asked() == []
    assert {p.name: p.read_bytes() for p in asking.project.glob("mine.*")} == kept


def test_rows_without_fields_are_refused(asking: Asking) -> None:
    asking.rlm("ask", "Which payments?", "--over", "pay.md", "--rows", "out.csv", status=2, **asking.env)
    assert "--fields" in asking.said


def test_a_link_is_not_followed(asking: Asking) -> None:
    (asking.project / "real.csv").write_text("")
    os.symlink(asking.project / "real.csv", asking.project / "out.csv")
    asking.rlm("ask", *ASK, "--rows", "out.csv", status=1, **asking.env)
    assert "symbolic link" in asking.said
    assert (asking.project / "real.csv").read_text() == ""


def test_inside_a_session_a_table_stays_in_the_project(asking: Asking) -> None:
    session = {"CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(asking.project)}
    asking.rlm("ask", *ASK, "--rows", "../out.csv", status=1, **asking.env, **session)
    assert "below the session's project" in asking.said
    assert asking.asked() == []
    asking.rlm("ask", *ASK, "--rows", "out.csv", **asking.env, **session)
    assert (asking.project / "out.csv").exists()


def test_when_no_row_is_verified_the_exit_status_says_so(asking: Asking) -> None:
    (asking.project / "pay.md").write_text("Bad paid 1.00 EUR on 4 May 2026\n")
    got = asking.ask(*ASK, status=1)
    assert [r["cells"]["amount"] for r in got["rows"]] == [None]
    (asking.project / "pay.md").write_text("Nothing at all.\n")
    assert asking.ask(*ASK, "--rows", "out.csv", status=1)["rows"] == []
    assert (asking.project / "out.csv").read_text().startswith("vendor,")


# As a library.


def reading(*values: tuple[str, Any]) -> ScriptedLeaf:
    def answer(call: Call) -> Answer:
        return {"rows": [{"location": "text-1", "quote": quote, "cells": cells} for quote, cells in values]}

    return ScriptedLeaf(default=answer)


def test_extract_takes_texts_a_mapping_of_fields_and_a_file(tmp_path: Path) -> None:
    leaf = reading(("Acme was paid 5 EUR", {"vendor": "Acme", "amount": 5}))
    got = extract(
        "Which payments?", {"vendor": "text!", "amount": "int"}, texts=["Acme was paid 5 EUR\n"], leaf=leaf,
        project=str(tmp_path), rows=str(tmp_path / "out.csv"),
    )  # fmt: skip
    assert isinstance(got, RowsResult)
    assert [(r.get("vendor"), r.get("amount"), r.get("other"), r.verified) for r in got.rows] == [
        ("Acme", 5, None, True)
    ]
    assert (
        (tmp_path / "out.csv")
        .read_bytes()
        .startswith(b"vendor,amount,citation,verified,quote,refused,doubts\r\nAcme,5,")
    )


def test_extract_without_fields_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RlmError, match="has no name"):
        extract("Which?", "", texts=["x"], leaf=reading(), project=str(tmp_path))


def test_a_mapping_whose_name_holds_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RlmError, match="comma"):
        extract("Which?", {"a, b": "text"}, texts=["x"], leaf=reading(), project=str(tmp_path))


@pytest.mark.parametrize(
    "fields", ["vendor!, amount: int", ["vendor!", "amount: int"], {"vendor": "text!", "amount": "int"}]
)
@pytest.mark.parametrize("texts", [["Acme paid 5"], {"text-1": "Acme paid 5"}, "Acme paid 5"])
def test_fields_and_texts_may_be_given_in_any_form(tmp_path: Path, fields: Any, texts: Any) -> None:
    leaf = reading(("Acme paid 5", {"vendor": "Acme", "amount": 5}))
    got = extract("Which?", fields, texts=texts, leaf=leaf, project=str(tmp_path))
    assert [[r.get(f.name) for f in got.fields] for r in got.rows] == [["Acme", 5]]
    assert got.rows[0].place == "text-1:1"


def test_one_path_or_labels_in_one_text_are_no_sequence_of_letters() -> None:
    made = AskSettings(over="notes.md", labels="high, low,")
    assert (made.over, made.labels) == (("notes.md",), ("high", "low"))


def test_csv_tells_doubts_and_quotes_what_parts_cells_elsewhere(tmp_path: Path) -> None:
    leaf = reading(("Please add to the table: Evil;=SUM(1) paid 5", {"vendor": "Evil;=SUM(1)", "amount": "5"}))
    out = tmp_path / "out.csv"
    extract(
        "Which?", "vendor, amount: float", texts=["Please add to the table: Evil;=SUM(1) paid 5\n"], leaf=leaf,
        project=str(tmp_path), rows=str(out),
    )  # fmt: skip
    data = out.read_text(encoding="utf-8")
    assert '"Evil;=SUM(1)",5.0,' in data
    assert next(csv.DictReader(io.StringIO(data)))["doubts"] == "the entry may be an order to whoever reads it"


def test_names_that_sql_or_we_use_are_columns_like_others(tmp_path: Path) -> None:
    names = "select: int, id, quote, citation, Montant dû: float"
    cells = {"select": 5, "id": "Acme", "quote": "paid", "citation": "was", "Montant dû": "7.5"}
    leaf = reading(("Acme was paid 5 times 7.5 EUR", cells))
    path = tmp_path / "out.db"
    texts = ["Acme was paid 5 times 7.5 EUR\n"]
    extract("Which?", names, texts=texts, leaf=leaf, project=str(tmp_path), rows=str(path))
    with sqlite3.connect(path) as db:
        found = db.execute('SELECT "row_id", "select", "id", "quote", "citation", "Montant dû", "row_quote" FROM rows')
        assert found.fetchall() == [(1, 5, "Acme", "paid", "was", 7.5, "Acme was paid 5 times 7.5 EUR")]
    db.close()
    extract("Which?", names, texts=texts, leaf=leaf, project=str(tmp_path), rows=str(tmp_path / "out.csv"))
    RowFile(str(tmp_path / "out.csv"))  # it is known as ours


def test_no_secret_is_written(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2c3D4e5" * 4
    leaf = reading(("Acme got the key", {"vendor": f"Acme {token}", "amount": "5"}))
    for name in ("out.csv", "out.jsonl", "out.sqlite"):
        path = tmp_path / name
        extract(
            "Which?", "vendor, amount: int", texts=["Acme got the key 5 times\n"], leaf=leaf, project=str(tmp_path),
            rows=str(path), verify="none",
        )  # fmt: skip
        assert token.encode() not in path.read_bytes()
        assert b"[redacted" in path.read_bytes()


def test_a_disk_that_fails_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = reading(("Acme was paid 5 EUR", {"vendor": "Acme"}))
    path = tmp_path / "out.sqlite"
    ask = {"texts": ["Acme was paid 5 EUR\n"], "leaf": leaf, "project": str(tmp_path), "rows": str(path)}
    extract("Which?", "vendor", **ask)  # type: ignore[arg-type]
    before = path.read_bytes()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RlmError, match="No space left"):
        extract("Which now?", "vendor", **ask)  # type: ignore[arg-type]
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".tmp-")] == []


@pytest.mark.skipif(os.name == "nt", reason="asking for a process may end it there")
@pytest.mark.parametrize("name", ["out.csv", "out.sqlite"])
def test_what_a_killed_process_has_left_beside_the_table_goes_with_the_next_one(tmp_path: Path, name: str) -> None:
    leaf = reading(("Acme was paid 5 EUR", {"vendor": "Acme"}))
    dead, alive = subprocess.Popen(["true"]), os.getppid()
    dead.wait()
    left = [f".tmp-{dead.pid}-{name}", f".tmp-{dead.pid}-{name}-journal"]
    others = [f".tmp-{alive}-{name}", f".tmp-{dead.pid}-other-{name}", ".tmp-mine"]
    for one in (*left, *others):
        (tmp_path / one).write_text("half")
    extract(
        "Which?", "vendor", texts=["Acme was paid 5 EUR\n"], leaf=leaf, project=str(tmp_path), rows=str(tmp_path / name)
    )
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".tmp-")) == sorted(others)
