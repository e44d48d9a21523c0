"""Eight ordinary tasks that reading alone does not answer, each by a program of a few lines, with a perfect reader."""

from __future__ import annotations

import itertools
import random
import re
import statistics
from datetime import date, timedelta
from pathlib import Path

import pytest
from kits.builders import SESSION, Session
from kits.cells import Cells
from kits.place import Place

from rlm_core.llm.base import Call, SetupError
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.repl.begin import begun

CHANCE = random.Random(11)
DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(28)]


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    return Cells(tmp_path)


def test_median_and_95th_percentile_of_an_endpoint_in_a_log(cells: Cells) -> None:
    times = [(CHANCE.choice(["/pay", "/users"]), CHANCE.randint(5, 2000)) for _ in range(3000)]
    log = cells.file("app.log", "".join(f"GET {path} 200 {ms}ms\n" for path, ms in times))
    told = cells.ok(
        "import statistics\n"
        "rows = table('app.log', r'GET (?P<path>\\S+) 200 (?P<ms>\\d+)ms')\n"
        "ms = sorted(r['ms'] for r in rows if r['path'] == '/pay')\n"
        "print(statistics.median(ms), ms[int(len(ms) * .95)])",
        log,
    )
    pay = sorted(ms for path, ms in times if path == "/pay")
    assert told == f"{statistics.median(pay)} {pay[int(len(pay) * 0.95)]}"


def test_pairs_of_customers_under_conditions_with_counts_and_dates(tmp_path: Path) -> None:
    """Of free text: a reader makes rows, code makes the pairs."""
    people = {f"Customer{n:02d}": (CHANCE.randint(0, 6), CHANCE.choice(DAYS)) for n in range(30)}
    text = "".join(f"{name} filed {tickets} tickets, the last on {day}.\n" for name, (tickets, day) in people.items())

    def reader(call: Call) -> object:
        rows = []
        for m in re.finditer(r"(Customer\d\d) filed (\d) tickets, the last on (\S+)\.", call.prompt):
            cell = {"name": m[1], "tickets": m[2], "last": m[3]}
            rows.append(
                {"quote": m[0], "location": "t.txt", **{k: {"value": v, "quote": m[0]} for k, v in cell.items()}}
            )
        return {"rows": rows}

    cells = Cells(tmp_path, reader)
    told = cells.ok(
        "rows = extract('customers', ctx, 'name!, tickets: int, last: date')\n"
        "fits = lambda a, b: a['tickets'] >= 2 and b['tickets'] >= 4 and a['last'] < b['last']\n"
        "print(len(rows), sorted(tuple(sorted((a['name'], b['name']))) for a, b in pairs(rows, fits)))",
        cells.file("t.txt", text),
    )
    wanted = sorted(
        (a, b)
        for (a, (m, d)), (b, (n, e)) in itertools.combinations(sorted(people.items()), 2)
        if (m >= 2 and n >= 4 and d < e) or (n >= 2 and m >= 4 and e < d)
    )
    assert told == f"30 {wanted}"


def test_a_join_over_three_files(cells: Cells) -> None:
    people = cells.file("people.csv", "id,name,city\n1,Ann,Brest\n2,Bo,Nantes\n3,Cy,Brest\n")
    orders = cells.file(
        "orders.jsonl", "".join(f'{{"order": {n}, "person": {1 + n % 3}, "item": {n % 4}}}\n' for n in range(20))
    )
    items = cells.file("items.csv", "item;price\n0;2.5\n1;10\n2;4\n3;1\n")
    told = cells.ok(
        "person = {p['id']: p for p in table('people.csv')}\n"
        "price = {i['item']: i['price'] for i in table('items.csv')}\n"
        "print(sum(price[o['item']] for o in table('orders.jsonl') if person[o['person']]['city'] == 'Brest'))",
        people, orders, items,
    )  # fmt: skip
    prices = [2.5, 10, 4, 1]
    assert told == str(sum(prices[n % 4] for n in range(20) if 1 + n % 3 != 2))


def test_which_todos_are_still_open(cells: Cells) -> None:
    lines = [f"{day}: {'TODO' if n % 3 else 'DONE'} task{n % 9}\n" for n, day in enumerate(DAYS)]
    told = cells.ok(
        "state = {r['task']: r['what'] for r in table('todo.md', r'(?P<what>TODO|DONE) (?P<task>\\w+)')}\n"
        "print(sorted(t for t, what in state.items() if what == 'TODO'))",
        cells.file("todo.md", "".join(lines)),
    )
    state = {f"task{n % 9}": n % 3 for n in range(28)}
    assert told == str(sorted(t for t, open_ in state.items() if open_))


def test_days_with_twice_the_median_of_errors(cells: Cells) -> None:
    errors = {day: CHANCE.randint(3, 9) * (3 if n % 9 == 4 else 1) for n, day in enumerate(DAYS)}
    text = "".join(f"{day} ERROR no {n}\n{day} INFO fine\n" for day, count in errors.items() for n in range(count))
    told = cells.ok(
        "import statistics\n"
        "days = tally(table('app.log', r'^(?P<day>\\S+) ERROR'), 'day')\nlimit = 2 * statistics.median(days.values())\n"
        "print(sorted(d for d, n in days.items() if n >= limit))",
        cells.file("app.log", text),
    )
    limit = 2 * statistics.median(errors.values())
    assert told == str(sorted(str(day) for day, count in errors.items() if count >= limit))


def test_all_decisions_that_contradict_each_other(tmp_path: Path) -> None:
    """Models read and compare; code chooses what is compared: decisions about one thing."""
    said = {
        ("cache", "redis"): 3,
        ("cache", "disk"): 7,
        ("limit", "five"): 4,
        ("queue", "rabbit"): 9,
        ("limit", "9"): 2,
    }
    text = "".join(f"On {DAYS[n]} we decided: the {what} is {value}.\n" for (what, value), n in said.items())

    def reader(call: Call) -> object:
        if "contradict" in call.prompt:
            first, second = re.findall(r"is (\w+)", call.prompt)[:2]
            return {"answer": "yes" if first != second else "no"}
        found = re.finditer(r"we decided: the (\w+) is (\w+)", call.prompt)
        return {
            "rows": [
                {
                    "quote": m[0],
                    "location": "d.md",
                    "what": {"value": m[1], "quote": m[0]},
                    "value": {"value": m[2], "quote": m[0]},
                }
                for m in found
            ]
        }

    cells = Cells(tmp_path, reader)
    told = cells.ok(
        "rows = extract('decisions', ctx, 'what!, value!')\n"
        "asked = {(a['value'], b['value']): llm('Do these contradict each other?', a, b)\n"
        "         for a, b in pairs(rows, lambda a, b: a['what'] == b['what'])}\n"
        "print(sorted(tuple(sorted(p)) for p, said in asked.items() if said == 'yes'))",
        cells.file("d.md", text),
    )
    assert told == "[('9', 'five'), ('disk', 'redis')]"


# Of the archive.


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    session = Session(SESSION)
    session.prompt("Raise the retry limit in fetch_page, please")
    session.tool(
        "Edit",
        "ok",
        file_path="/p/api.py",
        old_string="def fetch_page(u): retry=3",
        new_string="def fetch_page(u): retry=5",
    )
    session.second += 4000
    session.prompt("Now rename the parser")
    session.tool(
        "Edit", "ok", file_path="/p/parse.py", old_string="def parse(x): pass", new_string="def parse_all(x): pass"
    )
    session.tool("Write", "ok", file_path="/p/test_x.py", content="def test_x():\n    assert fetch_page('a')")
    session.second += 300
    session.prompt("And a timeout for fetch_page")
    session.tool(
        "Edit", "ok", file_path="/p/api.py", old_string="retry=5", new_string="retry=5, timeout=9  # fetch_page"
    )
    made.session(session)
    made.rlm("archive", "--all")
    return made


def archived(place: Place, source: str) -> str:
    result = begun(str(place.project), {}, name="t", leaf=ScriptedLeaf()).run(source)
    assert result.error == "", result.error
    return result.output.rstrip("\n")


def test_the_longest_pause_between_my_messages(place: Place) -> None:
    told = archived(
        place,
        "from datetime import datetime\n"
        "mine = [datetime.fromisoformat(e.time[:19]) for e in ctx.entries if e.role == 'user']\n"
        "print(len(mine), max(b - a for a, b in zip(mine, mine[1:])))",
    )
    count, _, pause = told.partition(" ")
    assert count == "3"
    assert pause.startswith("1:06:")


def test_who_last_changed_the_function_that_a_test_calls(place: Place) -> None:
    """Several hops: the test's text, the function that it calls, the edits that name it, the prompt before the last."""
    told = archived(
        place,
        "import re\n"
        "entries = list(ctx.entries)\n"
        "test = [e for e in entries if e.tool == 'Write' and 'test_x' in e.text][-1]\n"
        "name = re.search(r'assert (\\w+)\\(', test.text).group(1)\n"
        "edits = [n for n, e in enumerate(entries) if e.tool == 'Edit' and e.role == 'assistant' and name in e.text]\n"
        "asked = [e for e in entries[:edits[-1]] if e.role == 'user'][-1]\n"
        "print(name, asked.text, asked.turn)\n"
        "answer('it was asked for in [1]', ctx.grep('timeout for ' + name)[:1])",
    )
    assert told == "fetch_page And a timeout for fetch_page 3"


def test_a_search_of_the_archive_in_a_cell(place: Place) -> None:
    assert (
        archived(
            place,
            "hits = ctx.search('rename parser', 3)\nprint(hits[0].place.split(':')[0] in [d.id for d in ctx.docs])",
        )
        == "True"
    )


def test_a_search_needs_neither_a_login_nor_money(place: Place) -> None:
    class NoLogin(ScriptedLeaf):
        def check(self) -> None:
            raise SetupError("no login")

    cell = begun(str(place.project), {}, name="t", leaf=NoLogin())
    assert "no login" in cell.run("print(llm('x'))").error
    assert begun(str(place.project), {}, name="t", leaf=NoLogin()).run("len(ctx.search('parser'))").error == ""
