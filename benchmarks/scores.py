"""The command line and the report of benchmarks that have options of their own or targets to exceed.

A row of figures may hold, beside a figure that is a mean, its interval: the pair of its ends under the figure's name
and `INTERVAL`.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from random import Random
from statistics import fmean
from typing import Any

from benchmarks import common

Measure = Callable[[argparse.Namespace], dict[str, Any]]
Extend = Callable[[argparse.ArgumentParser], None]
Show = Callable[[dict[str, Any], argparse.Namespace], None]

INTERVAL = " 95 %"
RESAMPLES, TAIL = 1000, 25  # how many, and how many of them lie outside on either side


def main(
    name: str,
    doc: str,
    measure: Measure,
    extend: Extend | None = None,
    arguments: Sequence[str] | None = None,
    printed: Show | None = None,
) -> int:
    """Run a benchmark.

    measure: takes the options, gives sizes, figures and targets. extend: adds options. printed: prints the report for
    people, instead of `show`.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=doc.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs: shows that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if extend:
        extend(parser)
    options = parser.parse_args(arguments)
    head = {
        "benchmark": name,
        "quick": options.quick,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": common.machine(),
    }
    report = head | measure(options)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        printed(report, options) if printed else show(report)
    return 0


def at_least(value: float, least: float) -> dict[str, Any]:
    return {"value": value, "relation": ">=", "target": least, "met": value >= least}


def at_most(value: float, most: float) -> dict[str, Any]:
    return {"value": value, "relation": "<=", "target": most, "met": value <= most}


def share(part: int, whole: int) -> float | None:
    """A share in three digits; None of nothing."""
    return round(part / whole, 3) if whole else None


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean of some values, and the ends of its 95 % interval.

    Percentile bootstrap (Efron 1979) over the values, which are those of one question each; seeded by how many there
    are. Questions about one conversation are no independent draws, so it is a little too narrow for what other
    conversations would give. Raises ValueError without values.
    """
    mean = fmean(values)
    if len(values) < 2:
        return mean, mean, mean
    means = sorted(sum(drawn(values)) / len(values) for drawn in _resamples(len(values)))
    return mean, means[TAIL], means[-TAIL - 1]


@lru_cache(maxsize=8)
def _resamples(size: int) -> list[Callable[[Sequence[float]], tuple[float, ...]]]:
    """Draws with replacement, as functions from the values to those drawn: the same for equally many values."""
    random, places = Random(size), range(size)
    pool = list(places)  # one number object for each place, however often it is drawn
    return [itemgetter(*random.choices(pool, k=size)) for _ in range(RESAMPLES)]


def means(rows: Sequence[Mapping[str, float | None]], digits: int = 3) -> dict[str, Any]:
    """The mean of each figure over the rows that have it, and its interval; None and no interval where none has it.

    rows: of one question each, all of the same figures.
    """
    found: dict[str, Any] = {}
    for name in rows[0] if rows else ():
        values = [v for row in rows if (v := row[name]) is not None]
        if not values:
            found[name] = None
            continue
        mean, *ends = interval(values)
        found[name] = round(mean, digits)
        found[name + INTERVAL] = [round(end, digits) for end in ends]
    return found


def differences(
    rows: Sequence[Mapping[str, float | None]], others: Sequence[Mapping[str, float | None]]
) -> list[dict[str, float | None]]:
    """What each question's figures are more than those that another method has for the same question."""
    return [
        {name: None if v is None or (o := other[name]) is None else v - o for name, v in row.items()}
        for row, other in zip(rows, others, strict=True)
    ]


def show(report: dict[str, Any]) -> None:
    """Print the report for people. Its `columns`, if it has any, are those of the figures that are printed."""
    m = report["machine"]
    quick = " (--quick: small sizes)" if report["quick"] else ""
    print(f"{report['benchmark']}{quick}, {m['system']}, {m['cpus']} CPUs {m['cpu']}, {m['python']}, rlm {m['rlm']}")
    for key, value in report["sizes"].items():
        print(f"  {key}: {value}")
    for line in table(report["figures"], report.get("columns")):
        print(line)
    print()
    for name, t in report["targets"].items():
        print(f"{name:48} {t['value']!s:>10} target {t['relation']} {t['target']:<8} {'met' if t['met'] else 'MISSED'}")


def table(figures: Mapping[str, Mapping[str, Any]], columns: Sequence[str] | None = None) -> list[str]:
    """The figures as lines of text, an interval behind its figure. columns: all there are, if not given."""
    columns = columns or _columns(figures)
    rows = {name: [cell(row, c) for c in columns] for name, row in figures.items()}
    widths = [max(len(c), *(len(row[n]) for row in rows.values())) for n, c in enumerate(columns)]
    first = max(map(len, figures))
    head = " " * first + "".join(f"  {c:>{w}}" for c, w in zip(columns, widths, strict=True))
    lines = (
        f"{name:{first}}" + "".join(f"  {c:>{w}}" for c, w in zip(row, widths, strict=True))
        for name, row in rows.items()
    )
    return ["", head, *lines]


def _columns(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [c for c in dict.fromkeys(c for row in figures.values() for c in row) if not c.endswith(INTERVAL)]


def cell(row: Mapping[str, Any], column: str) -> str:
    """A figure as it is printed: `.740 (.711-.768)` with its interval."""
    value, ends = row.get(column), row.get(column + INTERVAL)
    if value is not None and ends:
        low, high = map(decimal, ends)
        return f"{decimal(value)} ({low} to {high})" if min(ends) < 0 else f"{decimal(value)} ({low}-{high})"
    if isinstance(value, dict):
        return f"{value['median']} ({value['min']}-{value['max']})"
    return "" if value is None else str(value)


def decimal(value: float) -> str:
    """A share in three digits, without the zero before the point.

    >>> decimal(0.74), decimal(-0.012), decimal(1)
    ('.740', '-.012', '1.000')
    """
    text = f"{value:.3f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and text.lstrip("-").startswith("0") else text
