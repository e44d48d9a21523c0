"""Eight ordinary tasks that reading does not answer, by cells, by `rlm sql`, and by `rlms`, with a perfect reader.

    python -m benchmarks.cells.eight [--quick] [--json] [--peers DIR]

Median and p95 of one endpoint in a log; pairs of customers under conditions; who last changed the function that a test
calls; a join over three files; which TODOs are open; days with twice the median of errors; decisions that contradict
each other; the longest pause between messages. Data are made by a seed, and with them what is true. Two of them need a
reader, a script that makes no mistake; they have no statement of SQL. --peers: a directory with an environment called
`rlms`, as `benchmarks.engine` takes it: its LocalREPL runs a program for the same task over one text, in which the
files follow one another.

exact: whether the answer is the true one. lines: of the program. calls: of the reader. billed / ideal: tokens of all
calls, over those of each distinct prompt once. seconds: of the cell, its process included; of a peer's, without.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from benchmarks import common
from benchmarks.cells.__main__ import environments
from benchmarks.common import target
from rlm_core import sql
from rlm_core.archive.store import open_archive
from rlm_core.archive.take import take
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.record import Record, each
from rlm_core.repl.begin import begun
from rlm_core.repl.execute import Limits
from rlm_core.tokens import estimate
from rlm_core.transcript.source import Source

DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drive_eight.py")
LOG = r"(?P<path>/\S+) \d+ (?P<ms>\d+)ms"
ERRORS = r"^(?P<day>\S+) \S+ (?P<level>\w+)"
TODOS = r"(?P<what>TODO|DONE) (?P<task>\w+)"
FILED = re.compile(r"(Customer\d\d) filed (\d) tickets, the last on (\S+)\.")
DECIDED = re.compile(r"we decided: the (\w+) is (\w+)\.")
SESSION = "11111111-2222-4333-8444-555555555555"


class EightTask(Record):
    """files: name -> text; none for the archive. program: a cell that answers. query: in SQL, "" for none.
    peer: a program for `rlms`. log: the pattern of the query."""

    name: str
    truth: str
    program: str
    peer: str
    query: str = ""
    log: str = ""
    files: dict[str, str] = each(dict)
    records: list[dict[str, Any]] = each(list)


def reader(call: Call) -> dict[str, Any]:
    """A model that makes no mistake: what it finds are rows of customers or of decisions."""
    if "contradict" in call.prompt:
        first, second = re.findall(r"value: (\w+)|the \w+ is (\w+)\.", call.prompt)[:2]
        return {"answer": "no" if first == second else "yes"}
    columns, found = (("name", "tickets", "last"), FILED) if FILED.search(call.prompt) else (("what", "value"), DECIDED)
    rows = []
    for m in found.finditer(call.prompt):
        cells = {name: {"value": value, "quote": m[0]} for name, value in zip(columns, m.groups(), strict=True)}
        rows.append({"quote": m[0], "location": "text.md", **cells})
    return {"rows": rows}


def endpoint(rng: random.Random) -> EightTask:
    rows = [(rng.choice(("/pay", "/users", "/items")), rng.randrange(5, 2000)) for _ in range(3000)]
    ms = [m for path, m in rows if path == "/pay"]
    p95 = statistics.quantiles(ms, n=100, method="inclusive")[94]
    return EightTask(
        "median and p95",
        f"{statistics.median(ms):g} {p95:.2f}",
        'rows = table("app.log", LOG)\nms = [r.ms for r in rows if r.path == "/pay"]\nimport statistics as st\n'
        'p95 = st.quantiles(ms, n=100, method="inclusive")[94]\nanswer(f"{st.median(ms):g} {p95:.2f}")',
        "import re, statistics as st\n"
        'ms = [int(m) for p, m in re.findall(r"(/\\S+) \\d+ (\\d+)ms", context) if p == "/pay"]\n'
        'p95 = st.quantiles(ms, n=100, method="inclusive")[94]\nprint(f"{st.median(ms):g} {p95:.2f}")',
        "SELECT printf('%g %.2f', median(ms), p95(ms)) FROM rows WHERE path = '/pay'",
        LOG,
        {"app.log": "".join(f"2026-11-22T10:00:00Z GET {path} 200 {m}ms\n" for path, m in rows)},
    )


def customers(rng: random.Random) -> EightTask:
    day = datetime(2026, 11, 1)
    people = {
        f"Customer{n:02d}": (rng.randrange(7), f"{day + timedelta(rng.randrange(28)):%Y-%m-%d}") for n in range(30)
    }
    wanted = sorted(
        f"{a}-{b}" for (a, (m, d)), (b, (n, e)) in combinations(sorted(people.items()), 2)
        if (m >= 2 and n >= 4 and d < e) or (n >= 2 and m >= 4 and e < d)
    )  # fmt: skip
    return EightTask(
        "pairs of customers",
        " ".join(wanted),
        'rows = extract("customers", ctx, "name!, tickets: int, last: date")\n'
        'fits = lambda a, b: a["tickets"] >= 2 and b["tickets"] >= 4 and a["last"] < b["last"]\n'
        'found = sorted("-".join(sorted((a["name"], b["name"]))) for a, b in pairs(rows, fits))\n'
        'answer(" ".join(found))',
        "from itertools import permutations\n"
        'said = llm_query("Of each customer: name, tickets, day of the last one, with bars between.\\n" + context)\n'
        'rows = [line.split("|") for line in said.splitlines() if "|" in line]\n'
        "fits = lambda a, b: int(a[1]) >= 2 and int(b[1]) >= 4 and a[2] < b[2]\n"
        'print(" ".join(sorted({"-".join(sorted((a[0], b[0]))) for a, b in permutations(rows, 2) if fits(a, b)})))',
        files={"text.md": "".join(f"{n} filed {t} tickets, the last on {d}.\n" for n, (t, d) in people.items())},
    )


def joined(rng: random.Random) -> EightTask:
    cities = [rng.choice(("Brest", "Nantes", "Évry")) for _ in range(40)]
    prices = [rng.randrange(2, 90) / 2 for _ in range(8)]
    orders = [(rng.randrange(40), rng.randrange(8)) for _ in range(600)]
    truth = sum(prices[item] for person, item in orders if cities[person] == "Brest")
    people = "id,city\n" + "".join(f"{n},{city}\n" for n, city in enumerate(cities))
    items = "item;price\n" + "".join(f"{n};{str(price).replace('.', ',')}\n" for n, price in enumerate(prices))
    sold = "".join(json.dumps({"person": person, "item": item}) + "\n" for person, item in orders)
    return EightTask(
        "a join over three files",
        f"{truth:.2f}",
        'city = {p.id: p.city for p in table("people.csv")}\nprice = {i.item: i.price for i in table("items.csv")}\n'
        'total = sum(price[o.item] for o in table("orders.jsonl") if city[o.person] == "Brest")\n'
        'answer(f"{total:.2f}")',
        "import csv, io, json\n"
        'text = dict(part.split("\\n", 1) for part in context.split("=== ")[1:])\n'
        'city = {r["id"]: r["city"] for r in csv.DictReader(io.StringIO(text["people.csv"]))}\n'
        'items = csv.DictReader(io.StringIO(text["items.csv"]), delimiter=";")\n'
        'price = {r["item"]: float(r["price"].replace(",", ".")) for r in items}\n'
        'orders = [json.loads(line) for line in text["orders.jsonl"].splitlines() if line]\n'
        'total = sum(price[str(o["item"])] for o in orders if city[str(o["person"])] == "Brest")\n'
        'print(f"{total:.2f}")',
        "SELECT printf('%.2f', sum(price)) FROM orders JOIN people ON id = person JOIN items USING (item) "
        "WHERE city = 'Brest'",
        files={"people.csv": people, "items.csv": items, "orders.jsonl": sold},
    )


def todos(rng: random.Random) -> EightTask:
    lines = [(rng.choice(("TODO", "TODO", "DONE")), f"task{rng.randrange(40):02d}") for _ in range(200)]
    state = {task: what for what, task in lines}
    return EightTask(
        "open TODOs",
        " ".join(sorted(task for task, what in state.items() if what == "TODO")),
        'state = {r.task: r.what for r in table("plan.txt", TODOS)}\n'
        'answer(" ".join(sorted(t for t, what in state.items() if what == "TODO")))',
        'import re\nstate = {t: what for what, t in re.findall(r"(TODO|DONE) (\\w+)", context)}\n'
        'print(" ".join(sorted(t for t, what in state.items() if what == "TODO")))',
        "SELECT group_concat(task, ' ') FROM (SELECT task, what, max(line) FROM rows GROUP BY task ORDER BY task) "
        "WHERE what = 'TODO'",
        TODOS,
        {"plan.txt": "".join(f"- {what} {task}\n" for what, task in lines)},
    )


def days(rng: random.Random) -> EightTask:
    counts = {f"2026-11-{n:02d}": rng.randrange(3, 9) * (3 if n % 9 == 4 else 1) for n in range(1, 29)}
    limit = 2 * statistics.median(counts.values())
    lines = [f"{d} 10:00 {level}\n" for d, n in counts.items() for _ in range(n) for level in ("ERROR", "INFO")]
    return EightTask(
        "days with twice the median",
        " ".join(d for d, n in counts.items() if n >= limit),
        'n = tally((r for r in table("app.log", ERRORS) if r.level == "ERROR"), "day")\nimport statistics\n'
        'answer(" ".join(sorted(d for d in n if n[d] >= 2 * statistics.median(n.values()))))',
        "import collections, re, statistics\n"
        'n = collections.Counter(re.findall(r"(?m)^(\\S+) \\S+ ERROR", context))\n'
        'print(" ".join(sorted(d for d in n if n[d] >= 2 * statistics.median(n.values()))))',
        "WITH d AS (SELECT day, count(*) AS n FROM rows WHERE level = 'ERROR' GROUP BY day ORDER BY day) "
        "SELECT group_concat(day, ' ') FROM d WHERE n >= 2 * (SELECT median(n) FROM d)",
        ERRORS,
        {"app.log": "".join(lines)},
    )


def contradictions(rng: random.Random) -> EightTask:
    said = [
        (what, value) for what in ("cache", "limit", "queue", "port", "region") for value in rng.sample("abcdefgh", 3)
    ]
    rng.shuffle(said)
    wanted = sorted("-".join(sorted((v, w))) for (a, v), (b, w) in combinations(said, 2) if a == b)
    return EightTask(
        "contradicting decisions",
        " ".join(wanted),
        'rows = extract("decisions", ctx, "what!, value!")\n'
        'same = pairs(rows, lambda a, b: a["what"] == b["what"])\n'
        'said = [llm("Do these contradict each other?", a, b) for a, b in same]\n'
        'found = ["-".join(sorted((a["value"], b["value"]))) for (a, b), yes in zip(same, said) if yes == "yes"]\n'
        'answer(" ".join(sorted(found)))',
        "from itertools import combinations\n"
        'said = llm_query("Of each decision: what, value, with a bar between.\\n" + context)\n'
        'rows = [line.split("|") for line in said.splitlines() if "|" in line]\n'
        "same = [(a, b) for a, b in combinations(rows, 2) if a[0] == b[0]]\n"
        'ask = "Do these contradict each other? the {} is {}. the {} is {}."\n'
        'yes = [p for p in same if llm_query(ask.format(*p[0], *p[1])) == "yes"]\n'
        'print(" ".join(sorted("-".join(sorted((a[1], b[1]))) for a, b in yes)))',
        files={"text.md": "".join(f"On day {n} we decided: the {w} is {v}.\n" for n, (w, v) in enumerate(said))},
    )


class _Talk:
    """Records of a session, one after the other."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.now = datetime(2026, 11, 22, 9)

    def add(self, kind: str, content: object, seconds: int = 20) -> None:
        self.now += timedelta(seconds=seconds)
        number = len(self.records)
        self.records.append({
            "type": kind, "uuid": f"00000000-0000-4000-8000-{number:012d}", "sessionId": SESSION, "cwd": "/p",
            "parentUuid": f"00000000-0000-4000-8000-{number - 1:012d}" if number else None, "version": "2.1.330",
            "isSidechain": False, "userType": "external", "timestamp": f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z",
            "message": {"role": kind, "content": content},
        })  # fmt: skip

    def edits(self, tool: str, **given: str) -> None:
        name = f"toolu_{len(self.records):020d}"
        self.add("assistant", [{"type": "tool_use", "id": name, "name": tool, "input": given}])
        self.add("user", [{"type": "tool_result", "tool_use_id": name, "content": "ok"}])


def _session(rng: random.Random) -> tuple[_Talk, int, str]:
    """(records, longest pause in seconds between prompts, the prompt after which fetch_page was changed last)."""
    talk, pauses, last, before = _Talk(), [], "", 0.0
    for n in range(60):
        talk.add("user", f"Request {n}: go on, please", rng.randrange(30, 9000))
        at = talk.now.timestamp()
        pauses += [int(at - before)] if before else []
        before = at
        function = rng.choice(("fetch_page", "parse", "store"))
        last = f"Request {n}: go on, please" if function == "fetch_page" else last
        talk.edits(
            "Edit", file_path="/p/api.py", old_string=f"def {function}(x): pass", new_string=f"def {function}({n})"
        )
    talk.add("user", "Now a test, please", 60)
    pauses.append(int(talk.now.timestamp() - before))
    talk.edits("Write", file_path="/p/test_x.py", content="def test_x():\n    assert fetch_page('a')")
    return talk, max(pauses), last


def pause(rng: random.Random) -> EightTask:
    talk, longest, _ = _session(rng)
    return EightTask(
        "the longest pause",
        str(longest),
        "from datetime import datetime\n"
        't = [datetime.fromisoformat(e.time[:19]) for e in ctx.entries if e.role == "user"]\n'
        "answer(int(max(b - a for a, b in zip(t, t[1:])).total_seconds()))",
        "import json\nfrom datetime import datetime\nrows = [json.loads(line) for line in context.splitlines()]\n"
        'mine = [r for r in rows if r["type"] == "user" and isinstance(r["message"]["content"], str)]\n'
        't = [datetime.fromisoformat(r["timestamp"][:19]) for r in mine]\n'
        "print(int(max(b - a for a, b in zip(t, t[1:])).total_seconds()))",
        "SELECT max(pause) FROM (SELECT epoch - lag(epoch) OVER (ORDER BY epoch) AS pause FROM entries "
        "WHERE kind = 'user')",
        records=talk.records,
    )


def changed(rng: random.Random) -> EightTask:
    talk, _, last = _session(rng)
    return EightTask(
        "who last changed the function",
        last,
        "import re\nes = list(ctx.entries)\n"
        'test = [e for e in es if e.kind == "call" and e.file.endswith("test_x.py")][-1]\n'
        'name = re.search(r"assert (\\w+)\\(", test.text)[1]\n'
        'edit = [n for n, e in enumerate(es) if e.kind == "call" and e.tool == "Edit" and name in e.text][-1]\n'
        'asked = [e for e in es[:edit] if e.role == "user"][-1]\n'
        "answer(asked.text.strip(), [asked])",
        "import json, re\nrows = [json.loads(line) for line in context.splitlines()]\n"
        'calls = [(n, c) for n, r in enumerate(rows) if isinstance(r["message"]["content"], list)\n'
        '         for c in r["message"]["content"] if c["type"] == "tool_use"]\n'
        'test = [c for _, c in calls if c["name"] == "Write"][-1]["input"]["content"]\n'
        'name = re.search(r"assert (\\w+)\\(", test)[1]\n'
        'edit = [n for n, c in calls if c["name"] == "Edit" and name in c["input"]["new_string"]][-1]\n'
        'print([r["message"]["content"] for r in rows[:edit] if isinstance(r["message"]["content"], str)][-1])',
        "SELECT trim(text) FROM entries WHERE kind = 'user' AND epoch < (SELECT max(epoch) FROM entries WHERE "
        "tool = 'Edit' AND kind = 'call' AND "
        "instr(text, (SELECT regexp_extract(text, 'assert (\\w+)\\(', 1) FROM entries "
        "WHERE file LIKE '%test_x.py' LIMIT 1))) ORDER BY epoch DESC LIMIT 1",
        records=talk.records,
    )


TASKS = (endpoint, customers, changed, joined, todos, days, contradictions, pause)


def run(task: EightTask, folder: str) -> dict[str, Any]:
    """What a task takes by a cell and by a statement."""
    over = []
    for name, text in task.files.items():
        over.append(os.path.join(folder, name))
        with open(over[-1], "w", encoding="utf-8") as f:
            f.write(text)
    if task.records:
        path = os.path.join(folder, "config", f"{SESSION}.jsonl")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(record) + "\n" for record in task.records)
        take(open_archive(folder, must_exist=False), Source(path))
    leaf = ScriptedLeaf(default=reader)
    cell = begun(folder, {}, name="eight", over=over or None, limits=Limits(), leaf=leaf)
    started = time.perf_counter()
    result = cell.run(f"LOG, ERRORS, TODOS = {LOG!r}, {ERRORS!r}, {TODOS!r}\n{task.program}")
    seconds = time.perf_counter() - started
    assert not result.error, f"{task.name}: {result.error}"
    sizes = [estimate(call.system) + estimate(call.prompt) for call in leaf.calls]
    distinct = {call.prompt: size for call, size in zip(leaf.calls, sizes, strict=True)}
    figures = {
        "exact": int(result.answer is not None and result.answer["text"] == task.truth),
        "lines": len(task.program.split("\n")),
        "calls": len(leaf.calls),
        "billed / ideal": round(sum(sizes) / max(sum(distinct.values()), 1), 3) if sizes else 1.0,
        "seconds": round(seconds, 2),
    }
    if task.query:
        options: dict[str, Any] = {"over": over} if over else {}
        found = sql(task.query, project=folder, **options, **({"log": task.log} if task.log else {}))
        figures["sql exact"] = int([[str(cell) for cell in row] for row in found.rows] == [[task.truth]])
    return figures


def peers(tasks: Sequence[EightTask], python: str) -> dict[str, dict[str, Any]]:
    """The same of `rlms`, task by task."""
    given = []
    for task in tasks:
        text = "".join(f"=== {name}\n{text}" for name, text in task.files.items()) if len(task.files) > 1 else ""
        text = text or "".join(task.files.values()) or "\n".join(map(json.dumps, task.records))
        given.append({"name": task.name, "context": text, "program": task.peer})
    done = subprocess.run([python, DRIVER], input=json.dumps(given), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    told: dict[str, dict[str, Any]] = json.loads(done.stdout.strip().split("\n")[-1])
    for task in tasks:
        told[task.name]["exact"] = int(told[task.name].pop("printed") == task.truth)
        told[task.name]["lines"] = len(task.peer.split("\n"))
    return told


def measured(folder_of_peers: str) -> Callable[[bool], dict[str, Any]]:
    """What the command line measures. folder_of_peers: "" for none."""
    python = environments(folder_of_peers).get("rlms", "")

    def measure(quick: bool) -> dict[str, Any]:
        tasks = [make(random.Random(n)) for n, make in enumerate(TASKS)]
        figures: dict[str, Any] = {}
        for task in tasks:
            with tempfile.TemporaryDirectory() as folder:
                os.environ["CLAUDE_CONFIG_DIR"] = os.path.join(folder, "config")
                figures[task.name] = run(task, folder)
        rows = list(figures.values())
        targets = {
            "not exact": target(sum(not row["exact"] for row in rows), 0),
            "not exact, SQL": target(sum(not row.get("sql exact", 1) for row in rows), 0),
            "tasks without SQL": target(sum("sql exact" not in row for row in rows), 2),
            "lines of a program": target(max(row["lines"] for row in rows), 14),
            "billed / ideal": target(max(row["billed / ideal"] for row in rows), 1.02),
        }
        figures |= {f"rlms: {name}": row for name, row in peers(tasks, python).items()} if python else {}
        return {"sizes": {"tasks": len(tasks)}, "figures": figures, "targets": targets}

    return measure


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--peers", default="")
    options, rest = parser.parse_known_args(arguments)
    return common.main("cells.eight", __doc__ or "", measured(options.peers), rest)


if __name__ == "__main__":
    sys.exit(main())
