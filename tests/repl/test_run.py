"""`rlm run`: a scripted root writes cells; answers with evidence, ends of all kinds, the trace, the replay."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from kits.cells import Cells

from rlm_core.asking.books import Books
from rlm_core.errors import RlmError
from rlm_core.home import config_dir
from rlm_core.llm.base import Call, TooLargeError
from rlm_core.repl.begin import begun
from rlm_core.repl.cellstore import CellSession
from rlm_core.repl.replay import replayed
from rlm_core.repl.root import RootRun
from rlm_core.repl.trace import Trace, nodes_of, tree
from rlm_core.repl.traces.tracediff import FIRST, PRINTED, SAME, compared, told
from rlm_core.repl.traces.tracepage import page

LOG = "".join(f"day {n % 7} GET /api/{('users', 'pay')[n % 2]} {(n * 37) % 901}ms\n" for n in range(1000))


class Run:
    """A run whose root writes these cells, one after the other. reader: answers the cells' own calls."""

    def __init__(self, folder: Path, cells: list[str], reader: Callable[[Call], Any] = lambda call: "fine") -> None:
        self.written = list(cells)
        self.prompts: list[str] = []
        self._reader = reader
        self.cells = Cells(folder, self._answer)
        self.log = self.cells.file("a.log", LOG)

    def _answer(self, call: Call) -> Any:
        if call.label != "root":
            return self._reader(call)
        self.prompts.append(call.prompt)
        return {"cell": self.written.pop(0) if self.written else "print('no more')"}

    def go(self, question: str = "What is the median of pay?", turns: int = 8, programs: int = 1, **caps: Any) -> Any:
        cell = begun(
            str(self.cells.project), {}, name="r", over=[str(self.log)], limits=self.cells.limits, caps=caps,
            leaf=self.cells.leaf,
        )  # fmt: skip
        trace = Trace(cell.session, question, cell.redact, cell.broker())
        return RootRun(question, cell, turns=turns, programs=programs, trace=trace).go()

    @property
    def session(self) -> CellSession:
        return begun(str(self.cells.project), {}, name="r").session


def test_cells_follow_one_another_until_one_answers_with_rows(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        [
            "```python\nprint(len(ctx.docs), ctx.docs[0].text[:20])\n```",
            "rows = [r for r in table('a.log', r'/api/(?P<path>\\w+) (?P<ms>\\d+)ms') if r['path'] == 'pay']",
            "import statistics\nmiddle = statistics.median(r['ms'] for r in rows)\n"
            "answer(f'{middle} ms over {len(rows)} [1]', rows[:1])",
        ],
    )
    result = run.go()
    values = sorted((n * 37) % 901 for n in range(1000) if n % 2)
    assert result.answer == f"{(values[249] + values[250]) / 2} ms over 500 [1]"
    assert (result.complete, result.route, result.turns, result.stopped) == (True, "program", 3, "")
    assert result.rows == [{"place": "a.log:2", "quote": LOG.split("\n")[1], "verified": True}]
    assert "1 day 0 GET" in run.prompts[1]
    assert "rows (list, 500 items)" in run.prompts[2]
    assert {"answer", "findings", "coverage", "cost", "calls", "seconds", "turns", "trace"} <= result.as_json().keys()


def test_a_plan_that_is_printed_is_no_answer(tmp_path: Path) -> None:
    result = Run(tmp_path, ["print('The answer is 42')", "x = 'FINAL: 42'", "x"]).go(turns=3)
    assert (result.answer, result.complete, result.stopped) == ("", False, "turns")


def test_the_best_so_far_counts_when_turns_run_out_and_is_marked(tmp_path: Path) -> None:
    result = Run(tmp_path, ["answer('about 400', final=False)", "print('more')", "print('and more')"]).go(turns=3)
    assert (result.answer, result.complete, result.stopped) == ("about 400", False, "turns")
    assert "the best so far" in result.notes[0]


def test_a_quote_that_does_not_stand_there_makes_no_complete_answer(tmp_path: Path) -> None:
    cell = (
        "from rlm_core.repl.cell.seen import row_of\nanswer('7 [1]', [row_of({}, ctx.grep('pay')[0].place, 'made up')])"
    )
    result = Run(tmp_path, [cell]).go()
    assert (result.answer, result.complete) == ("7 [1]", False)
    assert result.notes == ["1 of 1 quotes do not stand at their places"]


def test_after_two_failures_in_a_row_the_fixed_routes_answer(tmp_path: Path) -> None:
    def reader(call: Call) -> Any:
        return {
            "findings": [
                {"quote": "day 1 GET /api/pay 37ms", "claim": "It was 37ms.", "location": "a.log", "value": "37ms"}
            ],
            "answer": "37ms [1]",
        }

    run = Run(tmp_path, ["1/0", "print(undefined_name)"], reader)
    result = run.go("Which request took 37ms?")
    assert (result.route, result.turns) == ("fixed", 2)
    assert "37ms" in result.answer
    assert result.as_json()["findings"][0]["verified"]


def test_a_failure_is_shown_and_may_be_mended(tmp_path: Path) -> None:
    run = Run(tmp_path, ["x = 5\n1/0", "answer(f'x is {x}')"])
    result = run.go()
    assert (result.answer, result.complete) == ("x is 5", True)
    assert "ZeroDivisionError" in run.prompts[1]
    assert result.notes == ["the answer cites no row: it rests on what the program computed"]


def test_the_cap_of_calls_holds_over_root_and_cells(tmp_path: Path) -> None:
    run = Run(
        tmp_path, ["a = [llm(f'q{n}') for n in range(20)]\nprint(sum(map(ok, a)))"] + [f"print({n})" for n in range(9)]
    )
    result = run.go(calls=6)
    assert result.stopped == "calls"
    assert len(run.cells.leaf.calls) == 6


def test_what_the_root_is_sent_stays_small_over_thirty_turns(tmp_path: Path) -> None:
    run = Run(tmp_path, [f"print('{n} ' * 10_000)" for n in range(30)])
    run.go(turns=30)
    assert len(run.prompts) == 30
    assert sum(map(len, run.prompts)) < 30 * 20_000


def test_an_empty_question_is_none(tmp_path: Path) -> None:
    with pytest.raises(RlmError, match="there is no question"):
        Run(tmp_path, []).go("  ")


def test_a_trace_grows_holds_no_text_and_tells_the_tree(tmp_path: Path) -> None:
    run = Run(tmp_path, ["a = [llm(f'about {p[:9]}') for p in ctx.chunks('lines', 250)]", "answer(','.join(a))"])
    result = run.go()
    assert result.answer == "fine,fine,fine,fine"
    nodes = nodes_of(run.session)
    assert [n["kind"] for n in nodes] == ["run", "root", "cell", "call", "root", "cell", "end"]
    assert {"id", "parent", "kind", "tokens", "usd", "seconds"} <= nodes[0].keys()
    assert sum(n["tokens"] for n in nodes) == result.cost["tokens"]
    assert "GET /api" not in Path(result.trace).read_text()
    lines = tree(nodes)
    assert lines[0].startswith("run: What is the median")
    assert lines[3].startswith("    call: 4 x llm")
    again = Run(tmp_path, ["answer('second')"]).go()
    assert nodes_of(run.session)[0]["id"] == 1
    assert Path(again.trace).read_text().count('"kind": "run"') == 2


def test_a_cell_that_would_pass_a_cap_is_not_run_and_the_root_is_told_its_price(tmp_path: Path) -> None:
    """60 calls where 20 may be made: none of them is; the root writes another cell, which the replay runs alone."""
    many = "a = [llm(f'line {n}') for n in range(60)]\nanswer(','.join(a))"
    few = "a = [llm(f'line {n}') for n in range(6)]\nanswer(','.join(a))"
    run = Run(tmp_path, [many, few])
    result = run.go(calls=20)
    assert result.answer == ",".join(["fine"] * 6)
    assert len([c for c in run.cells.leaf.calls if c.label == "llm"]) == 6
    assert "60 calls, likely" in run.prompts[1]
    assert "That passes the cap of calls" in run.prompts[1]
    assert [r["same"] for r in replayed(run.session, str(run.cells.project))] == [True]


HOSTILE = "</pre></title><script>alert(1)</script><img src=x onerror='alert(2)'>\u202e\x1b[2J"


def test_a_trace_is_one_page_that_no_text_can_script(tmp_path: Path) -> None:
    run = Run(tmp_path, [f"print({HOSTILE!r})\n# {HOSTILE[:-5]}", f"answer({HOSTILE!r} + llm('x'))"])
    run.go(HOSTILE)
    shown = page(run.session, nodes_of(run.session))
    found = Tags()
    found.feed(shown)
    assert found.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "table", "thead", "tr", "th", "tbody", "td"),
        *("details", "summary", "pre", "code", "meter", "span"),
    }
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "max", "value"}
    assert "default-src 'none'" in shown
    assert HOSTILE[:-5] in found.text  # it is told, as text
    assert not set("\u202e\x1b") & set(shown)
    (style,) = re.findall("<style>(.*)</style>", shown, re.S)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in shown  # else a browser refuses it


def test_the_page_of_a_run_speaks_french_to_a_french_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path, ["1 / 0", "answer('oui')"])
    run.go("laquelle ?")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    shown = page(run.session, nodes_of(run.session))
    found = Tags()
    found.feed(shown)
    assert '<html lang="fr">' in shown
    for said in ("quoi", "secondes", "programme", "échec", "2 cellules"):
        assert said in found.text, found.text
    assert not re.search(r"\b(?:what|seconds|tokens|failed|cells|printed|program)\b", found.text.split("}")[-1])


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_two_runs_are_compared_by_their_hashes(tmp_path: Path) -> None:
    first = Run(tmp_path, ["print(len(ctx.docs))", "import os\nprint(sorted(os.environ))", "answer(llm('a'))"])
    first.go()
    nodes, a = nodes_of(first.session), first.session
    again = compared(a, nodes, a, nodes)
    assert (again["same"], again["a"]) == (True, again["b"])
    b = CellSession(str(Path(a.folder).parent), "other")
    shutil.copytree(a.folder, b.folder)
    (Path(b.folder) / "cells" / "0002.txt").write_text("other things\n")
    other = [dict(n) for n in nodes]
    other[5] |= {"hash": "00", "label": "answer(llm('b'))", "tokens": 7}
    both = compared(a, nodes, b, [*other[:2], *other[3:]])
    states = [row["state"] for row in both["rows"] if "cell" in ((row["a"] or row["b"])["kind"])]
    assert not both["same"]
    lines = told(both, nodes)
    assert (len(both["rows"]), states) == (len(nodes), [FIRST, PRINTED, SAME]), lines
    assert any(line.startswith("! ") for line in lines)
    assert lines[-3].split() == ["tokens", f"{both['a']['tokens']:,}", f"{both['b']['tokens']:,}"]


def test_a_replay_runs_the_cells_again_and_makes_no_call(tmp_path: Path) -> None:
    run = Run(tmp_path, ["a = [llm(f'q{n}') for n in range(3)]\nprint(a)", "answer(','.join(a))"])
    run.go()
    calls = len(run.cells.leaf.calls)
    rows = replayed(run.session, str(run.cells.project))
    assert [(r["cell"], r["same"], r["calls"]) for r in rows] == [(1, True, 0), (2, True, 0)]
    assert len(run.cells.leaf.calls) == calls
    assert not list(Path(run.session.folder).parent.glob("r-again-*"))
    assert Books(Path(config_dir()) / "rlm-ask" / "ask").change("answers", lambda _: None) > 0
    rows = replayed(run.session, str(run.cells.project))
    assert [r["same"] for r in rows] == [False, False]
    assert json.dumps(rows)


def test_of_several_programs_the_one_that_agrees_with_most_is_run(tmp_path: Path) -> None:
    right = "answer(f'There are {len(ctx.grep(\"/pay \"))} requests.')"
    drafts = [
        "answer('There are 7 requests.')",
        right,
        "n = sum('/pay' in x for x in ctx.lines)\nanswer(f'{n} in all')",
        "1/0",
    ]
    run = Run(tmp_path, drafts)
    result = run.go(programs=4)
    assert (result.answer, result.complete, result.turns) == ("There are 500 requests.", True, 1)
    assert result.notes[0] == "2 of 4 drafts agree on the sample"
    assert len(run.prompts) == 4
    assert [p.name for p in Path(run.session.folder).parent.iterdir()] == ["r"]


def test_a_trace_tells_of_drafts_and_what_each_said(tmp_path: Path) -> None:
    run = Run(tmp_path, ["answer(llm('how many?'))", "1/0"])
    run.go(programs=2)
    nodes = nodes_of(run.session)
    assert [(n["kind"], n["parent"]) for n in nodes] == [
        ("run", 0), ("root", 1), ("draft", 2), ("draft", 2), ("cell", 1), ("call", 5), ("end", 1),
    ]  # fmt: skip
    assert (nodes[2]["said"], nodes[2]["error"], nodes[3]["error"]) == ("fine", False, True)
    assert nodes[1]["tokens"] > 0
    assert nodes[2]["tokens"] > nodes[4]["tokens"] == 0  # the answer was remembered
    assert "ZeroDivisionError" in page(run.session, nodes)
    assert any("2 drafts" in line for line in map(str, tree(nodes)))


def test_where_no_draft_answers_the_loop_goes_on(tmp_path: Path) -> None:
    run = Run(tmp_path, ["1/0", "print(1)", "answer('at last')"])
    result = run.go(programs=2)
    assert (result.answer, result.notes[0]) == ("at last", "none of 2 drafts answered on the sample")


def test_a_replay_sees_what_came_from_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And reads no stdin of its own."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"0123456789")))
    run = Run(tmp_path, ["answer(str(len(ctx)))"])
    cell = begun(str(run.cells.project), {}, name="r", over=["-"], limits=run.cells.limits, leaf=run.cells.leaf)
    trace = Trace(cell.session, "How long?", cell.redact, cell.broker())
    assert RootRun("How long?", cell, trace=trace).go().answer == "10"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"of the shell")))
    assert [r["same"] for r in replayed(run.session, str(run.cells.project))] == [True]


def test_a_cell_that_is_the_one_before_it_is_not_run_again(tmp_path: Path) -> None:
    """As a small model at temperature 0 writes them without end."""
    run = Run(tmp_path, ["print(len(ctx))", "print(len(ctx))", "answer('ok')"])
    result = run.go("How long is it?")
    assert (result.answer, result.turns) == ("ok", 3)
    assert "Nothing was run: this is the cell before it" in run.prompts[2]
    assert "call answer(...) in it" in run.prompts[1]


def test_a_program_that_was_cut_off_is_a_failure_that_the_root_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path, [])
    replies: list[Any] = [TooLargeError("the answer was cut off"), {"cell": "answer('short')"}]

    def answer(call: Call) -> Any:
        run.prompts.append(call.prompt)
        return replies.pop(0)

    run._answer = answer  # type: ignore[method-assign]
    run.cells._answer = answer
    result = run.go()
    assert result.answer == "short"
    assert "the answer was cut off" in run.prompts[-1]
