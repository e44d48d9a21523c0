"""Tasks that need rows and then code, in one statement of SQL each; what is true is known from how data were made."""

from __future__ import annotations

import json
import random
import statistics
from pathlib import Path

import pytest
from kits.builders import Session
from kits.place import Place

LOG = r"^(?P<time>\S+) (?P<level>[A-Z]+) (?P<method>[A-Z]+) (?P<path>/\S+) (?P<ms>\d+)ms$"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def write(place: Place, name: str, lines: list[str]) -> None:
    (place.project / name).write_text("".join(f"{line}\n" for line in lines))


def test_median_and_p95_of_one_endpoint_in_a_log_of_3000_lines(place: Place) -> None:
    pick = random.Random(5)
    lines, times = [], []
    for n in range(3000):
        path, ms = pick.choice(("/api/orders", "/api/orders/new", "/api/users")), pick.randint(1, 900)
        times += [ms] if path == "/api/orders" else []
        lines.append(f"2026-11-22T10:{n // 60 % 60:02d}:{n % 60:02d}Z INFO GET {path} {ms}ms")
        lines += ["Traceback (most recent call last): GET /api/orders 9999ms more"] * (n % 700 == 0)
    write(place, "app.log", lines)
    query = "SELECT count(*), median(ms), p95(ms) FROM rows WHERE path = '/api/orders'"
    found = place.json("sql", query, "--over", "app.log", "--log", LOG)
    assert found["columns"] == ["count(*)", "median(ms)", "p95(ms)"]
    ((count, median, p95),) = found["rows"]
    assert (count, median) == (len(times), statistics.median(times))
    assert p95 == pytest.approx(statistics.quantiles(times, n=100, method="inclusive")[94])
    assert found["notes"] == ["app.log: 5 of 3,005 lines hold no row"]


def test_pairs_of_customers_under_conditions(place: Place) -> None:
    pick = random.Random(7)
    orders = [
        (f"c{pick.randint(1, 30):02d}", pick.choice("ABC"), f"2026-11-{pick.randint(1, 28):02d}") for _ in range(200)
    ]
    write(place, "orders.csv", ["customer,product,date", *(",".join(order) for order in orders)])
    bought: dict[str, set[str]] = {}
    early: dict[str, int] = {}
    for customer, product, date in orders:
        bought.setdefault(customer, set()).add(product)
        early[customer] = early.get(customer, 0) + (date < "2026-11-15")
    wanted = [
        [a, b]
        for a in sorted(bought)
        for b in sorted(bought)
        if a < b and "A" in bought[a] and "A" in bought[b] and early[a] >= 3 and early[b] >= 3
    ]
    assert 20 < len(wanted) < 435
    query = """
        WITH c AS (SELECT customer, sum(product = 'A') AS a, sum(date < '2026-11-15') AS early FROM rows GROUP BY 1)
        SELECT x.customer, y.customer FROM c x JOIN c y ON x.customer < y.customer
        WHERE x.a AND y.a AND x.early >= 3 AND y.early >= 3 ORDER BY 1, 2"""
    assert place.json("sql", query, "--over", "orders.csv")["rows"] == wanted


def test_a_join_over_three_files_of_three_forms(place: Place) -> None:
    write(place, "customers.csv", ["id;nom;remise", "1;Zoé;2,5", "2;Ann;0,5", "3;Bob;1,0"])
    write(place, "orders.jsonl", [json.dumps({"id": n, "customer": n % 3 + 1, "total": n * 10.5}) for n in range(6)])
    write(place, "paid.md", ["# Paid", "", "| order | paid |", "|---|---|", "| 1 | yes |", "| 4 | yes |", "| 5 | no |"])
    query = """SELECT nom, sum(total - remise) FROM customers c JOIN orders o ON o.customer = c.id
        JOIN paid p ON p."order" = o.id WHERE p.paid = 'yes' GROUP BY nom"""
    files = [option for name in ("customers.csv", "orders.jsonl", "paid.md") for option in ("--over", name)]
    assert place.json("sql", query, *files)["rows"] == [["Ann", 10.5 + 42.0 - 1.0]]


def test_todos_that_are_still_open(place: Place) -> None:
    pick = random.Random(3)
    done = set(pick.sample(range(100), 60))
    folder = place.project / "notes"
    folder.mkdir()
    for part in range(5):
        opened = [f"- TODO-{n} look at part {n}" for n in range(part * 20, part * 20 + 20)]
        closed = [f"DONE: TODO-{n}" for n in done if n % 5 == part]
        (folder / f"week{part}.txt").write_text("\n".join([*closed, *opened]) + "\n")
    query = r"""SELECT number(regexp_extract(text, 'TODO-(\d+)')) AS n FROM lines WHERE text REGEXP '^- TODO-\d+'
        EXCEPT SELECT number(regexp_extract(text, 'TODO-(\d+)')) FROM lines WHERE text LIKE 'DONE: %' ORDER BY n"""
    found = place.json("sql", query, "--over", "notes/")
    assert [n for (n,) in found["rows"]] == sorted(set(range(100)) - done)


def test_days_with_twice_the_median_of_errors(place: Place) -> None:
    pick = random.Random(11)
    errors = {f"2026-11-{day:02d}": pick.choice((5, 8, 8, 9, 10, 21, 40)) for day in range(1, 29)}
    lines = [f"{day}T10:00:00Z ERROR GET /a 1ms" for day, count in errors.items() for _ in range(count)]
    lines += [f"{day}T11:00:00Z INFO GET /a 1ms" for day in errors for _ in range(30)]
    write(place, "app.log", pick.sample(lines, len(lines)))
    wanted = [[d, n] for d, n in errors.items() if n >= 2 * statistics.median(errors.values())]
    assert wanted
    query = """WITH d AS (SELECT date(time) AS day, count(*) AS n FROM rows WHERE level = 'ERROR' GROUP BY 1)
        SELECT day, n FROM d WHERE n >= 2 * (SELECT median(n) FROM d) ORDER BY day"""
    assert place.json("sql", query, "--over", "app.log", "--log", LOG)["rows"] == wanted


def test_the_longest_pause_between_my_messages_with_a_citation_that_can_be_shown(place: Place) -> None:
    session = Session()
    for n, seconds in enumerate((30, 4000, 120, 90)):
        session.prompt(f"prompt number {n}")
        session.says("Answered.")
        session.second += seconds
    session.prompt("the last prompt")
    place.session(session)
    place.rlm("archive", "--all")
    query = """SELECT citation, epoch - lag(epoch) OVER (ORDER BY epoch) AS pause FROM entries WHERE kind = 'user'
        ORDER BY pause DESC LIMIT 1"""
    ((citation, pause),) = place.json("sql", query)["rows"]
    assert pause == 4000 + 4
    assert "prompt number 2" in place.rlm("show", citation)
