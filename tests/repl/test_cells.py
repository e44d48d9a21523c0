"""Cells: names that live on, views that load nothing, errors that help, calls that run side by side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.cells import Cells
from kits.paths import ROOT
from kits.place import Place

from rlm_core.engine import kinds, options
from rlm_core.llm.base import Call, TransientError
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun
from rlm_core.repl.cell import language
from rlm_core.repl.execute import Limits
from rlm_core.tokens import estimate

LOG = "".join(
    f"2026-11-{1 + n % 28:02d} GET /api/{('users', 'items', 'pay')[n % 3]} 200 {(n * 37) % 901}ms\n"
    for n in range(3000)
)


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    made = Cells(tmp_path)
    made.file("a.log", LOG)
    return made


def log(cells: Cells) -> Path:
    return cells.project / "a.log"


# Names.


def test_names_live_on_data_functions_classes_and_modules(cells: Cells) -> None:
    cells.ok(
        "import statistics as st\n"
        "x = [1, 2, 3]\ny = x\n"
        "def double(v, by=2):\n    return v * by\n"
        "class Point:\n    def __init__(self, a):\n        self.a = a\n"
        "p = Point(4)\nsquare = lambda v: v * v\nalso = double\n",
        log(cells),
    )
    assert cells.ok("x.append(4); print(y, st.mean(x), double(p.a), square(3), also(1), isinstance(p, Point))") == (
        "[1, 2, 3, 4] 2.5 8 9 2 True"
    )


def test_a_definition_whose_default_is_data_comes_back(cells: Cells) -> None:
    cells.ok("base = {'k': 5}\ndef f(v, d=base):\n    return d[v]", log(cells))
    assert cells.ok("f('k')") == "5"


def test_named_tuples_and_enumerations_live_on_with_what_is_made_of_them(cells: Cells) -> None:
    cells.ok(
        "import collections, enum, typing\nfrom collections import namedtuple\n"
        "A = namedtuple('A', 'x y')\nB = collections.namedtuple('B', ['x'])\nC = enum.Enum('C', 'ONE TWO')\n"
        "D = typing.NamedTuple('D', [('x', int)])\nmade = [A(1, 2), B(3), C.ONE, D(4)]",
        log(cells),
    )
    assert cells.ok("print(made, A(5, 6).y, C.TWO.name)") == "[A(x=1, y=2), B(x=3), <C.ONE: 1>, D(x=4)] 6 TWO"
    assert cells.ok("print(isinstance(made[0], A), made[2] is C.ONE, made[1]._replace(x=7))") == "True True B(x=7)"


def test_an_error_keeps_names_and_a_failed_definition_keeps_the_former_one(cells: Cells) -> None:
    cells.ok("def f(): return 'first'", log(cells))
    result = cells.run("a = 1\n1 / 0\ndef f(): return 'second'")
    assert "ZeroDivisionError" in result.error
    assert cells.ok("print(a, f())") == "1 first"


def test_what_cannot_be_saved_is_named_and_the_rest_is_kept(cells: Cells) -> None:
    result = cells.run("g = (n for n in range(3))\nkept = 'word'\nf = [lambda: 1][0]", log(cells))
    assert {row["name"] for row in result.unsaved} == {"g", "f"}
    assert cells.ok("kept") == "'word'"
    assert "g is not defined" in cells.run("g").error


def test_names_larger_than_a_snapshot_are_named_largest_first(cells: Cells) -> None:
    cells.limits = Limits(snapshot=200_000)
    result = cells.run("small = list(range(100))\nlarge = [str(n) for n in range(50_000)]", log(cells))
    assert [row["name"] for row in result.unsaved] == ["large"]
    assert cells.ok("len(small)") == "100"


def test_a_large_text_is_written_once(cells: Cells) -> None:
    cells.ok("big = 'word ' * 100_000", log(cells))
    folder = Path(begun(str(cells.project), {}, name="s").session.path("texts"))
    before = {p: p.stat().st_ino for p in folder.iterdir() if p.stat().st_size > 400_000}
    cells.ok("other = big; len(big)")
    assert before == {p: p.stat().st_ino for p in folder.iterdir() if p.stat().st_size > 400_000}
    assert len(before) == 1
    assert Path(begun(str(cells.project), {}, name="s").session.snapshot).stat().st_size < 20_000


def test_a_fork_goes_its_own_way_and_drop_removes(cells: Cells) -> None:
    cells.ok("x = 1", log(cells))
    begun(str(cells.project), {}, name="s").session.forked("t")
    cells.ok("x = 2", name="t")
    assert (cells.ok("x"), cells.ok("x", name="t")) == ("1", "2")
    session = begun(str(cells.project), {}, name="t").session
    session.drop()
    assert not os.path.exists(session.folder)


# The view.


def test_a_view_reads_lines_parts_and_places(cells: Cells) -> None:
    notes = cells.file("n.md", "# One\nalpha\n\n# Two\nbéta\n")
    told = cells.ok(
        "print(ctx.grep('b.ta')[0].place, [p.place for p in ctx.chunks('heading')], len(ctx.chunks('lines', 1000)))\n"
        "print(ctx.doc('n.md').lines[4], ctx[:5], len(ctx.sample(3)), ctx.sample(3) == ctx.sample(3))",
        notes,
        log(cells),
    )
    assert told == "n.md:5 ['n.md:1', 'n.md:4', 'a.log:1'] 4\nbéta # One 3 True"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16", "utf-8-sig"])
def test_slices_side_by_side_are_the_whole_text(cells: Cells, encoding: str) -> None:
    text = "Grüße aus Köln, Übermut tut selten gut.\n" * 40 + "the end ß\n"
    path = cells.file("word.txt", text.encode(encoding))
    cells.file("plain.txt", "plain\n")
    told = cells.ok(
        "n = len(ctx)\nwhole = ctx.docs[0].text\nfor step in (1, 7, 100, n):\n"
        "    print(''.join(ctx[at:at + step] for at in range(0, n, step)) == whole)\n"
        "print(n == ctx.docs[0].size, ctx[-12:].endswith('end ß\\n'), ctx[:n // 2] + ctx[n // 2:] == whole)\n"
        "print(repr(ctx[n:]))",
        path,
    )
    assert told == "True\nTrue\nTrue\nTrue\nTrue True True\n''"


def test_the_end_of_an_archive_is_at_its_end(tmp_path: Path) -> None:
    place = Place(tmp_path)
    session = Session(SESSION)
    session.prompt("the first order: où ?")
    session.says("It is done. " * 30)
    session.prompt("the very last order")
    place.session(session)
    place.rlm("archive", "--all")
    told = begun(str(place.project), {}, name="s", leaf=ScriptedLeaf()).run(
        "print('last order' in ctx[-200:], ctx[:50] != '' and ctx.text.startswith(ctx[:50]))\n"
        "print(''.join(ctx[a:a + 50] for a in range(0, len(ctx), 50)) == ctx.text)"
    )
    assert (told.output, told.error) == ("True True\nTrue\n", "")


def test_a_secret_of_a_file_reaches_no_cell_and_no_file_of_ours(cells: Cells) -> None:
    env = cells.file("settings.txt", "db_password = Saffron-8153-pcX\nport = 5432\n")
    assert cells.ok("t = ctx.docs[0].text * 2000; ctx.docs[0].text", env) == repr(
        "db_password = [redacted:env]\nport = 5432\n"
    )
    folder = begun(str(cells.project), {}, name="s").session.folder
    for path in Path(folder).rglob("*"):
        assert path.is_dir() or b"Saffron" not in path.read_bytes(), path


def test_tables_of_csv_json_lines_and_logs(cells: Cells) -> None:
    csv = cells.file("c.csv", 'who;amount\n"Ann; B";3\nBo;4.5\n')
    rows = cells.file("r.jsonl", '{"a": 1}\n{"a": 2}\n')
    told = cells.ok(
        "c, r = table('c.csv'), table('r.jsonl')\n"
        "l = table('a.log', r'/api/(?P<path>\\w+) (?P<status>\\d+) (?P<ms>\\d+)ms')\n"
        "print(sum(x['amount'] for x in c), c[1].place, r[1]['a'], r[1].place, len(l), l[2]['path'], l[2].place)",
        csv,
        rows,
        log(cells),
    )
    assert told == "7.5 c.csv:3 2 r.jsonl:2 3000 pay a.log:3"


# Calls.


def test_a_plain_loop_of_calls_runs_side_by_side_in_order(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: call.prompt.split("<<")[1].split(">>")[0], seconds=0.5)
    cells.file("a.log", LOG)
    told = cells.ok(
        "out = []\nfor n in range(40):\n    out.append(llm(f'say <<{n}>>'))\nprint(','.join(out))", log(cells)
    )
    assert told == ",".join(map(str, range(40)))
    assert cells.leaf.most_running == 40


def test_what_has_come_lives_on_and_is_not_paid_twice(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: "blue")
    cells.file("a.log", LOG)
    first = cells.run("a = llm('colour?')", log(cells))
    assert first.calls == 1
    second = cells.run("print(a.upper(), llm('colour?'))")
    assert (second.output, second.calls, second.error) == ("BLUE blue\n", 0, "")
    assert len(cells.leaf.calls) == 1


def test_a_failed_call_can_be_asked_about_and_neither_joined_nor_counted(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: TransientError("the server is down") if "<<1>>" in call.prompt else "fine")
    cells.file("a.log", LOG)
    cells.ok("out = [llm(f'say <<{n}>>') for n in range(3)]", log(cells))
    assert cells.ok("print([ok(a) for a in out], [a for a in out if ok(a)])") == "[True, False, True] ['fine', 'fine']"
    for use in (
        "','.join(out)",
        "tally(out)",
        "len(out[1])",
        "out[1] + 'x'",
        "f'{out[1]}'",
        "out[1] == 'fine'",
        "bool(out[1])",
    ):
        result = cells.run(f"r = {use}")
        assert "CallFailedError" in result.error, use
        assert "the server is down" in result.error


def test_library_functions_get_the_answers_themselves(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: '{"n": 7}')
    cells.file("a.log", LOG)
    told = cells.ok(
        "import json, re\na = llm('x')\nprint(json.loads(a)['n'], re.findall(r'\\d', a))\n"
        "print('n' in a, a in '[' + str(a) + ']', isinstance(a, str), int(a[6]))",
        log(cells),
    )
    assert told == "7 ['7']\nTrue True True 7"


LOOKED_AT = {
    "''.join(v for v in y)": "yesyes",
    "''.join(filter(ok, y))": "yesyes",
    "''.join(map(str.upper, y))": "YESYES",
    "''.join({n: a for n, a in enumerate(y)}.values())": "yesyes",
    "''.join(OrderedDict((n, a) for n, a in enumerate(y)).values())": "yesyes",
    "''.join({a: 1 for a in y})": "yes",
    "''.join(deque(y))": "yesyes",
    "''.join(islice(y, 1))": "yes",
    "''.join(sorted(v for v in y))": "yesyes",
    "''.join(a for a, n in Counter(y).items())": "yes",
    "json.dumps([dict(a=y[0])])": '[{"a": "yes"}]',
    "json.dumps(dict(a=y, b=(y[1], [y[0]])))": '{"a": ["yes", "yes"], "b": ["yes", ["yes"]]}',
    "re.sub('e', lambda m: y[0], 'me')": "myes",
    "re.compile('e').sub(lambda m: y[0], 'me')": "myes",
    "Item(y[0], 1).said.upper()": "YES",
    "matched(y[0])": "a text",
    "type(y[0]).__name__": "str",
    "shuffled(y)": "True",
    "pushed(y)": "3",
}


@pytest.mark.parametrize("use", LOOKED_AT)
def test_an_answer_is_looked_at_wherever_it_lies(tmp_path: Path, use: str) -> None:
    cells = Cells(tmp_path)
    cells.file("a.log", LOG)
    cells.ok(
        "import json, re, random, heapq\nfrom collections import Counter, OrderedDict, deque, namedtuple\n"
        "from itertools import islice\nItem = namedtuple('Item', 'said n')\n"
        "def matched(a):\n    match a:\n        case str(): return 'a text'\n        case _: return 'none'\n"
        "def shuffled(y):\n    z = [y, *range(99)]\n    random.shuffle(z)\n    return z[0] is not y\n"
        "def pushed(y):\n    heapq.heappush(y, 'z')\n    return len(y)\n",
        log(cells),
    )
    assert cells.ok(f"y = [llm('a'), llm('b')]\nprint({use})") == LOOKED_AT[use]


def test_calls_of_a_generator_and_of_made_objects_run_side_by_side(tmp_path: Path) -> None:
    cells = Cells(tmp_path, seconds=0.2)
    cells.file("a.log", LOG)
    made = "class Row:\n    def __init__(self, said):\n        self.said = said\n"
    told = cells.ok(
        f"{made}rows = [Row(llm(f'{{n}}')) for n in range(16)]\n"
        "print(len(rows), ''.join(llm(f'again {n}') for n in range(16))[:6])",
        log(cells),
    )
    assert told == "16 yesyes"
    assert cells.leaf.most_running == 32  # nothing has looked at the first sixteen


def test_a_failed_call_within_what_is_handed_on_is_told(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: TransientError("the server is down"))
    cells.file("a.log", LOG)
    for use in ("json.dumps([{'a': y}])", "''.join(v for v in [y])", "''.join(filter(None, [y]))", "type(y)"):
        result = cells.run(f"import json\ny = llm('x')\n{use}", cells.project / "a.log")
        assert "CallFailedError" in result.error, use


def test_labels_go_forty_a_call_and_stay_in_order(tmp_path: Path) -> None:
    def answer(call: Call) -> object:
        items = [line for line in call.body.split("\n") if line[:1].isdigit()]
        return {
            "labels": [
                {"n": n, "label": "even" if int(i.split()[1]) % 2 == 0 else "odd"} for n, i in enumerate(items, 1)
            ]
        }

    cells = Cells(tmp_path, answer)
    cells.file("a.log", LOG)
    assert cells.ok("tally(label(range(100), ['even', 'odd']))", log(cells)) == "{'even': 50, 'odd': 50}"
    assert len(cells.leaf.calls) == 3


def test_rows_are_read_with_quote_and_place_and_cited(tmp_path: Path) -> None:
    def answer(call: Call) -> object:
        cell = {"value": "7", "quote": "limit is 7"}
        return {"rows": [{"quote": "the limit is 7", "location": "n.md", "limit": cell}]}

    cells = Cells(tmp_path, answer)
    notes = cells.file("n.md", "hello\nthe limit is 7 since May\n")
    result = cells.run(
        "rows = extract('limits', ctx, 'limit: int')\nanswer(f'It is {rows[0][\"limit\"]} [1].', rows)", notes
    )
    assert result.error == ""
    assert result.answer == {
        "text": "It is 7 [1].", "rows": [{"place": "n.md:2", "quote": "the limit is 7", "verified": True}],
        "final": True,
    }  # fmt: skip


def test_a_question_within_a_cell_goes_deeper_only_when_it_is_told_to(tmp_path: Path) -> None:
    """A reader that finds each part too much: it is split as often as the program allows."""
    cells = Cells(tmp_path, lambda call: {"findings": [], "split": True})
    path = cells.file("a.log", LOG[:16_000])
    asked = []
    for depth in ("", ", depth=0", ", depth=2"):
        before = len(cells.leaf.calls)
        cells.ok(f"print(ask('Which request {depth} was slow?', kind='list'{depth}).complete)", path)
        asked.append(len(cells.leaf.calls) - before)
    assert asked[1] < asked[0] < asked[2]
    assert "depth=9: 0 to 3" in cells.run("print(ask('Which?', depth=9))").error
    assert "depth='2': 0 to 3" in cells.run("print(len(extract('Each', fields='a', depth='2')))").error


def test_an_answer_cites_what_there_is_and_a_wrong_quote_is_told(cells: Cells) -> None:
    assert (
        "the answer cites [2], and the rows end at 1"
        in cells.run("answer('a [2]', ctx.grep('pay')[:1])", log(cells)).error
    )
    result = cells.run(
        "from rlm_core.repl.cell.seen import row_of\nanswer('x [1]', [row_of({}, 'a.log:1', 'no such words')])"
    )
    assert result.answer is not None
    assert [row["verified"] for row in result.answer["rows"]] == [False]


def test_the_cap_of_a_session_holds_over_cells_and_calls_at_once(tmp_path: Path) -> None:
    cells = Cells(tmp_path, usd=0.01)
    cells.file("a.log", LOG)
    first = cells.run("a = [llm(f'q{n}') for n in range(20)]\nprint(sum(map(ok, a)))", log(cells), calls=7)
    assert first.output == "7\n"
    second = cells.run("b = llm('another')\nprint(ok(b))\nb")
    assert "False" in second.output
    assert "has spent its calls: 7 of 7" in second.output
    assert len(cells.leaf.calls) == 7


def test_a_secret_is_redacted_before_it_is_sent_printed_or_kept(tmp_path: Path) -> None:
    cells = Cells(tmp_path, lambda call: "the password = Saffron-8153-pcX")
    cells.file("a.log", LOG)
    token = "ghp_" + "a8Kd02LmQz" * 3 + "a8Kd02"
    result = cells.run(
        f"print(llm('use {token[:20]}' + '{token[20:]}')); print('{token[:20]}' + '{token[20:]}')", log(cells)
    )
    assert "Saffron" not in result.output
    assert token not in result.output
    assert token not in cells.leaf.calls[0].prompt


# Programs that are not as they should be.


@pytest.mark.parametrize(
    "source",
    [
        "```python\nprint('in')\n```", "Here it is:\n```\nprint('in')\n", "````py\nprint('in')\n````\nDone.",
        "    print('in')", ">>> print('in')", "print(“in”)", "```python\nprint('in')", "\ufeffprint('in')",
        "text\n~~~python\nprint('in')\n~~~\n```json\n{\"a\": 1}\n```",
    ],
)  # fmt: skip
def test_a_program_is_taken_out_of_what_stands_around_it(cells: Cells, source: str) -> None:
    assert "in" in cells.ok(source, log(cells)).split()


def test_a_fence_inside_a_string_stays(cells: Cells) -> None:
    assert cells.ok("````python\nx = '''\n```\ninside\n```\n'''\nprint(len(x))\n````", log(cells)) == "16"


def test_a_syntax_error_shows_the_line_and_nothing_was_run(cells: Cells) -> None:
    result = cells.run("x = 1\nfor i in range(3)\n    print(i)\n", log(cells))
    assert result.error.split("\n")[:4] == [
        "line 2: SyntaxError: expected ':'", "    1 | x = 1", "    2 | for i in range(3)", "      |                  ^",
    ]  # fmt: skip
    assert "x is not defined" in cells.run("x").error


def test_a_name_that_nothing_makes_is_told_before_anything_is_spent(cells: Cells) -> None:
    result = cells.run("totals = 1\na = llm('costly')\nprint(totls)", log(cells))
    assert (
        "totls is not defined; did you mean totals?" in cells.run("totals = 1; print(totls)").error
        or "totls" in result.error
    )
    assert "totls is not defined" in result.error
    assert cells.leaf.calls == []


def test_an_error_inside_a_function_of_a_former_cell_shows_its_lines(cells: Cells) -> None:
    cells.ok("y = 1\ndef half(v):\n    w = v + 1\n    return w / 0", log(cells))
    told = cells.run("half(3)").error
    assert "cell 1, line 4, in half" in told
    assert "    4 |     return w / 0" in told
    assert told.endswith("names: half, y")


def test_output_is_cut_in_the_middle_and_whole_on_disk(cells: Cells) -> None:
    result = cells.run("for n in range(10_000): print('line', n)", log(cells))
    assert result.truncated
    assert len(result.output) < 13_000
    assert result.output.startswith("line 0\n")
    assert result.output.endswith("line 9999\n")
    assert len(Path(result.path).read_text().split("\n")) == 10_001


# Ends of a cell.


def test_a_loop_without_end_is_stopped_and_its_names_are_kept(cells: Cells) -> None:
    cells.limits = Limits(seconds=0.5)
    result = cells.run("z = 5\nwhile True: z += 1", log(cells))
    assert "the cell's time is over" in result.error
    assert int(cells.ok("z")) > 5


def test_a_cell_that_refuses_to_stop_is_killed_and_the_names_before_it_are_kept(cells: Cells) -> None:
    cells.ok("z = 5", log(cells))
    cells.limits = Limits(seconds=0.5)
    result = cells.run("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nz = 6\nwhile True: pass")
    assert "it was killed" in result.error
    assert cells.ok("z") == "5"


def test_a_cell_may_exit_and_may_ask_for_too_much_memory(cells: Cells) -> None:
    cells.ok("import sys\nx = 1\nsys.exit()", log(cells))
    assert cells.ok("x") == "1"
    cells.limits = Limits(memory=400 * 1024**2)
    assert "MemoryError" in cells.run("y = 2\nbig = b'x' * 10**9").error
    assert cells.ok("print(x, y)") == "1 2"


def test_a_process_that_ends_itself_loses_its_own_cell_alone(cells: Cells) -> None:
    cells.ok("x = 1", log(cells))
    result = cells.run("x = 2\nimport os\nos._exit(3)")
    assert "ended with status 3" in result.error
    assert cells.ok("x") == "1"


def test_two_cells_of_one_session_do_not_run_at_once(cells: Cells) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "-s", "s", "--over", "a.log", "-c"]
    first = subprocess.Popen(
        [*command, "import time\nprint('up')\ntime.sleep(5)"], cwd=cells.project, env=env, stdout=subprocess.PIPE
    )
    lock = Path(begun(str(cells.project), {}, name="s", over=[str(log(cells))]).session.path("scratch", "texts"))
    while not lock.exists():
        time.sleep(0.01)
    second = subprocess.run([*command, "1"], cwd=cells.project, env=env, capture_output=True, timeout=60)
    assert second.returncode == 1
    assert b"a cell of the session s is running" in second.stderr
    first.kill()
    first.wait()
    assert first.stdout
    first.stdout.close()


@pytest.mark.parametrize("moment", [0.02, 0.06, 0.1, 0.14, 0.18, 0.22, 0.3])
def test_who_is_killed_leaves_the_old_names_or_the_new_ones(cells: Cells, moment: float) -> None:
    cells.ok("x = 0\nbig = 'a' * 50_000", log(cells))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "-s", "s", "-c", "x = 1; big = 'b' * 60_000"]
    running = subprocess.Popen(
        command, cwd=cells.project, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(moment)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert cells.ok("print(x, big[0], len(big))") in ("0 a 50000", "1 b 60000")


SPARED = {"argparse", "ast", "asyncio", "json", "pickle", "shutil", "socket", "subprocess", "threading", "typing"}


def test_a_small_cell_loads_little(cells: Cells) -> None:
    """Neither its own process nor the one that watches it: what they load is most of what a small cell costs."""
    told = cells.ok("import sys\nprint(*sys.modules)", log(cells))
    assert {"re", "site", "traceback", *SPARED} & set(told.split()) == set()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPROFILEIMPORTTIME": "1"}
    command = [sys.executable, "-m", "rlm_core", "repl", "exec", "-s", "s", "-c", "x = 1"]
    done = subprocess.run(command, cwd=cells.project, env=env, capture_output=True, text=True, timeout=60, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "rlm_core.repl.execute" in loaded
    assert {"ctypes", "rlm_core.engine.operations", *SPARED} & loaded == set()


def test_a_name_means_another_session_in_another_project(tmp_path: Path) -> None:
    """Where projects have no archive their sessions stand in one directory of the user's."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = Cells(tmp_path / "one"), Cells(tmp_path / "other")
    one.ok("x = 'of one'", one.file("a.txt", "one\n"))
    other.ok("y = 1", other.file("b.txt", "other\n"))
    assert "x is not defined" in other.run("x").error
    assert other.ok("print([d.id for d in ctx.docs], y)") == "['b.txt'] 1"
    assert one.ok("print([d.id for d in ctx.docs], x)") == "['a.txt'] of one"


def test_a_session_of_a_former_version_goes_to_the_project_that_has_its_texts(tmp_path: Path) -> None:
    one = Cells(tmp_path)
    one.ok("x = 5", one.file("a.txt", "one\n"))
    mine = Path(one.begun().session.folder)
    everybodys = mine.parent.parent
    mine.rename(everybodys / "s")
    assert one.ok("x") == "5"
    assert not (everybodys / "s").exists()


# The command line.


def test_a_cell_comes_from_the_line_a_file_or_stdin(cells: Cells) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    base = [sys.executable, "-m", "rlm_core", "repl"]

    def rlm(*args: str, stdin: str = "", status: int = 0) -> str:
        done = subprocess.run(
            [*base, *args], cwd=cells.project, env=env, input=stdin, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    assert rlm("exec", "-s", "c", "--over", "a.log", "-c", "x = 41; x + 1") == "42\n"
    (cells.project / "cell.py").write_text("print(x)")
    assert rlm("exec", "-s", "c", "cell.py") == "41\n"
    told = json.loads(rlm("exec", "-s", "c", "--json", stdin="y = 'a'\nx"))
    assert {"output", "truncated", "names", "unsaved", "calls", "cost", "error"} <= told.keys()
    assert (told["output"], told["names"]) == ("41\n", [{"name": "y", "type": "str", "size": "1 characters"}])
    assert json.loads(rlm("vars", "-s", "c", "--json"))["names"][0]["name"] == "x"
    assert [s["name"] for s in json.loads(rlm("list", "--json"))["sessions"]] == ["c"]
    rlm("exec", "-s", "c", "-c", "1/0", status=1)
    rlm("exec", "-s", "../c", "-c", "1", status=1)
    rlm("drop", "c")
    rlm("list", status=1)


def test_a_kind_or_depth_that_there_is_not_is_an_error_at_once(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    log = cells.file("a.txt", "a line\n" * 99)
    assert (("", *kinds.KINDS), options.MAX_DEPTH) == (language.KINDS, language.MAX_DEPTH)
    depths = ("depth=7", "depth=True", "depth=-1", "depth='2'", "depth=1.0")
    for wrong in (*depths, "kind='zzz'", "kind=None", "kind=7"):
        for call in (f"ask('Which?', {wrong})", f"extract('Each', ctx, 'a', {wrong})"):
            if "kind" in wrong and "extract" in call:
                continue
            for error in (cells.run(call, log).error, cells.begun(log).plan(call).error):
                assert f"ValueError: {wrong}: " in error, (call, error)
    assert cells.leaf.calls == []
    assert cells.begun(log).plan("ask('Which?', ctx, 'list', 0), extract('Each', ctx, 'a', 3)").error == ""
    assert "two labels or more" in cells.begun(log).plan("label(['a'], ['b'])").error


def test_a_plan_tells_the_price_up_to_the_first_answer_that_is_looked_at_and_makes_no_call(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    log = cells.file("a.txt", "".join(f"line {n} of the log\n" for n in range(4000)))
    source = (
        "kept = 1\nparts = ctx.chunks('lines', 1000)\nfirst = [llm('what is in it?', p) for p in parts]\n"
        "again = [llm('what is in it?', p) for p in parts]\nkinds = label(['a', 'b'], ['x', 'y'])\n"
        "rows = extract('Each line', ctx, 'n: int')\nif first[0] == 'yes':\n    llm('and then?')"
    )
    run = cells.begun(log)
    plan = run.plan(source)
    assert cells.leaf.calls == []
    assert (plan.made, plan.looked, plan.error) == ({"llm": 8, "label": 1, "extract": 1}, 7, "")
    assert plan.calls.least >= 6  # a call that is made twice is priced once
    texts = estimate(log.read_text())
    assert 2 * texts < plan.tokens.least <= plan.tokens.likely <= plan.tokens.most
    assert 0 < plan.usd.least <= plan.usd.likely <= plan.usd.most
    assert not run.session.cells
    assert "kept" not in cells.ok("print(sorted(globals()))", log)
    spent = cells.run("a = [llm('what is in it?', p) for p in ctx.chunks('lines', 1000)]\nprint(a)").cost
    only = cells.begun().plan("[llm('what is in it?', p) for p in ctx.chunks('lines', 1000)]")
    assert (only.calls.most, only.made) == (0, {"llm": 4})  # they are remembered now
    assert spent["calls"] == 4
    assert "y is not defined" in cells.begun().plan("llm(y)").error
    assert cells.begun(log, name="t", calls=2).plan("[llm(str(n)) for n in range(9)]").stopped_by == "calls"
