"""Cells that send what is no message, leave what cannot be removed, or mean texts that are gone: `rlm` goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kits.cells import Cells
from kits.paths import ROOT

from rlm_core.repl.begin import begun
from rlm_core.repl.cell.program import undefined
from rlm_core.repl.execute import Limits

FORGE = """
import json, os, sys, time
def forge(message):
    data = json.dumps(message).encode()
    os.write(int(sys.argv[2]), len(data).to_bytes(4, "big") + data)
"""


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    made = Cells(tmp_path)
    made.ok("kept = 1", made.file("a.log", "one\ntwo\nthree\n"))
    return made


def test_half_a_message_holds_nobody_up(cells: Cells) -> None:
    cells.limits = Limits(seconds=0.5)
    result = cells.run(f"{FORGE}\nos.write(int(sys.argv[2]), bytes([0, 16, 0, 0]))\ntime.sleep(1000)")
    assert result.error
    cells.limits = Limits(seconds=20.0)
    assert cells.ok("kept") == "1"


def test_answers_that_a_cell_does_not_read_hold_nobody_up(cells: Cells) -> None:
    """Its socket is full long before it has taken them: whoever watches must neither wait nor keep them all."""
    cells.limits = Limits(seconds=1.0)
    rows = [{"place": "a.log:1", "quote": "one"}] * 500
    source = f"{FORGE}\nfor n in range(1000): forge({{'id': n, 'op': 'verify', 'args': {{'rows': {rows!r}}}}})\n"
    assert "time" in cells.run(source + "time.sleep(1000)").error


@pytest.mark.parametrize(
    "message",
    [
        {"op": "verify", "args": {}},
        {"op": "verify", "args": {"rows": [3, {"place": 5}, {"place": "a.log:" + "9" * 5000, "quote": "x"}]}},
        {"op": "llm", "args": {"prompt": "x", "sources": [{"id": "a.log", "line": float("inf"), "text": "x"}]}},
        {"op": "llm", "args": {"prompt": "x", "sources": [{"doc": "of another session"}]}},
        {"op": "label", "args": {"items": 1, "labels": None}},
        {"op": "ask", "args": []},
        {"op": ["no", "operation"], "args": None},
    ],
)
def test_a_call_of_any_form_is_answered(cells: Cells, message: dict[str, object]) -> None:
    """The cell waits until an answer has come, and ends well."""
    wait = "from rlm_core.repl.cell import framing\n"
    source = f"{FORGE}\nforge({ {'id': 7, **message}!r})\n{wait}print(framing.receive(int(sys.argv[3]))['id'])\n"
    assert cells.ok("inf = float('inf')\n" + source) == "7"


def test_a_forged_end_is_believed_in_nothing_but_its_form(cells: Cells) -> None:
    answer = {"text": None, "rows": [{"place": "a.log:" + "9" * 5000, "quote": "x"}, 3, {"place": "a.log:1"}]}
    end = {
        "saved": True, "texts": 5, "names": [{"name": "\x1b[31m"}], "all": "x", "error": [1], "unsaved": {"a": 1},
        "result": answer,
    }  # fmt: skip
    result = cells.run(f"{FORGE}\nforge({{'id': 1, 'op': 'end', 'args': {end!r}}})\ntime.sleep(1000)")
    assert result.answer is not None
    assert [row["verified"] for row in result.answer["rows"]] == [False, False]
    assert cells.ok("kept") == "1"


def test_half_a_pair_of_characters_ends_nothing(cells: Cells) -> None:
    result = cells.run("answer('\\ud800', ctx.grep('two'))\nraise ValueError('\\udfff')")
    assert result.answer is not None
    (result.answer["text"] + result.error).encode()


def test_directories_deeper_than_a_path_are_removed(cells: Cells) -> None:
    cells.ok("import os\nfor n in range(3000):\n    os.mkdir('d')\n    os.chdir('d')")
    session = begun(str(cells.project), {}, name="s").session
    assert not os.path.exists(session.path("scratch"))
    assert cells.ok("kept") == "1"


def test_a_name_that_means_a_text_which_is_gone_costs_no_other_name(cells: Cells) -> None:
    other = cells.file("b.log", "four\n")
    cells.ok("seen, number = ctx.docs, 5", cells.project / "a.log", other)
    assert cells.ok("print(number, seen[0].text[:3], len(seen))", cells.project / "a.log") == "5 one 2"
    assert "b.log is not among the texts any more" in cells.run("seen[1].text").error
    assert cells.ok("seen[1].text", cells.project / "a.log", other) == "'four\\n'"


def test_a_lambda_is_kept_without_what_stands_beside_it(cells: Cells) -> None:
    assert cells.ok("n = 0; print('once')\nn += 1; f = lambda: n") == "once"
    assert cells.ok("print(f(), n)") == "1 1"


def test_texts_that_no_name_needs_any_more_are_removed(cells: Cells) -> None:
    texts = Path(begun(str(cells.project), {}, name="s").session.path("texts"))
    for letter in "abc":
        cells.ok(f"big = '{letter}' * 100_000; ctx.docs[0].text")
    assert [p.stat().st_size for p in texts.iterdir() if p.stat().st_size] == [100_000]
    assert len(list(texts.iterdir())) == 2  # what is known of the file is kept, too
    assert cells.ok("print(big[0], len(big))") == "c 100000"


def test_a_quote_stands_in_a_line_that_holds_a_secret(cells: Cells) -> None:
    """Its words are those of the text without the secret, which is not what the file says."""
    log = cells.file("s.log", "one\npassword = 'hunter2-Kx9vQ4mZ7' was tried\n")
    source = "rows = ctx.grep('was tried')\nassert 'hunter2' not in rows[0]\nanswer('[1]', rows)"
    result = cells.run(source, log, name="other")
    assert result.error == ""
    assert result.answer is not None
    assert result.answer["rows"][0]["verified"]


def test_a_table_by_the_path_of_a_text_holds_no_secret(cells: Cells) -> None:
    log = cells.file("s.csv", "name,key\na,sk-ant-api03-" + "aB3" * 30 + "-xyzAA\n")
    way = f"{log.parent}/../{log.parent.name}/s.csv"
    assert (
        "sk-ant" not in cells.ok(f"rows = table({way!r})\nprint('sk-ant' in rows[0]['key'], rows)", log).split("[")[0]
    )
    assert cells.ok("'sk-ant' in rows[0]['key']") == "False"


def test_stdin_is_read_by_the_cell_that_names_it_alone(cells: Cells) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "-s", "in", "-c", "print(len(ctx))"]

    def rlm(*more: str, stdin: str) -> str:
        done = subprocess.run(
            [*command, *more], cwd=cells.project, env=env, input=stdin, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    assert rlm("--over", "-", stdin="0123456789") == "10\n"
    assert rlm(stdin="something of the shell's") == "10\n"


def test_cells_of_one_session_are_counted_each_once(cells: Cells) -> None:
    """Both have read the session before either has run."""
    first, second = (begun(str(cells.project), {}, name="s", leaf=cells.leaf) for _ in range(2))
    assert [first.run("1").cell, second.run("2").cell] == [2, 3]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has them")
def test_the_type_parameters_of_a_function_are_names() -> None:
    import ast

    assert undefined(ast.parse("def first[T, *Ts, **P](x: T) -> T: return x"), {}) == []


def test_a_model_that_a_cell_names_is_refused(cells: Cells) -> None:
    """The settings choose it; a word that did nothing would seem to."""
    assert "unexpected keyword argument 'model'" in cells.run("llm('x', model='opus')").error


@pytest.mark.parametrize(
    "way",
    [
        "raw = open(ctx.docs[0].path).read()",
        "raw = open(ctx.docs[0].path, 'rb').read()",
        "import os\nfd = os.open(ctx.docs[0].path, 0)\nraw = os.read(fd, 10**6)\nos.close(fd)",
        "import pathlib\nraw = {pathlib.Path(ctx.docs[0].path).read_text(): [1]}",
        "import os\nos.symlink(ctx.docs[0].path, 'other')\nraw = open('other').read().split('\\n')",
        "import os\nfolder, name = os.path.split(ctx.docs[0].path)\nraw = open(name, opener=lambda p, f: "
        "os.open(p, f, dir_fd=os.open(folder, os.O_PATH))).read()",
    ],
)
def test_what_a_program_reads_past_the_view_is_kept_without_secrets(cells: Cells, way: str) -> None:
    """In the cell itself it is there; in the next one, and on the disk, it is not."""
    key = "AKIA" + "IOSFODNN7ABCDEFG"
    text = "x" * 20_000 + f"\nkey {key} is the one\nshort {key}\n"
    log = cells.file("secret.log", text)
    assert cells.ok(f"{way}\nprint('{key[:7]}' + '{key[7:]}' in str(raw))", log) == "True"
    told = cells.ok(f"whole = str(raw)\nprint('{key[:7]}' + '{key[7:]}' in whole, '[redacted:' in whole, len(whole))")
    assert told.split()[:2] == ["False", "True"]
    assert int(told.split()[2]) > 20_000
    session = Path(begun(str(cells.project), {}, name="s").session.folder)
    held = [path for path in session.rglob("*") if path.is_file()]
    assert [path.name for path in held if key.encode() in path.read_bytes()] == []


def test_what_comes_from_the_view_is_not_redacted_again(cells: Cells) -> None:
    """A name that looks like a secret and is none of the texts' stays as it is."""
    key = "AKIA" + "IOSFODNN7ABCDEFG"
    cells.ok(f"text = ctx.docs[0].text\nmade = '{key[:7]}' + '{key[7:]}'")
    assert cells.ok("print(len(made), made[:4])") == "20 AKIA"


def test_a_cell_that_is_stopped_while_it_sends_much_keeps_its_names(cells: Cells) -> None:
    """A message of which a half is sent would spoil those that follow, and with them the names."""
    cells.limits = Limits(seconds=0.5)
    result = cells.run(
        "n, row = 0, Row({})\nrow.place, row.quote = 'a.log:1', 'one' * 300_000\n"
        "while True:\n    n += 1\n    verify([row])"
    )
    assert "time is over" in result.error
    cells.limits = Limits(seconds=20.0)
    assert int(cells.ok("n")) > 0
