"""The command line and the report of benchmarks that have options of their own or targets to exceed."""

import argparse
import functools
import json
import statistics
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from benchmarks import common

Measure = Callable[[argparse.Namespace], dict[str, Any]]
Extend = Callable[[argparse.ArgumentParser], None]
RESAMPLES = 1000


def main(
    name: str, doc: str, measure: Measure, extend: Extend | None = None, arguments: Sequence[str] | None = None
) -> int:
    """Run a benchmark. measure: takes the options, gives sizes, figures and targets; extend: adds options."""
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
    print(json.dumps(report, indent=2)) if options.json else show(report)
    return 0


def at_least(value: float, least: float) -> dict[str, Any]:
    return {"value": value, "relation": ">=", "target": least, "met": value >= least}


def at_most(value: float, most: float) -> dict[str, Any]:
    return {"value": value, "relation": "<=", "target": most, "met": value <= most}


@functools.cache
def _draws(count: int) -> list[list[int]]:
    """Places of as many values, drawn with replacement, RESAMPLES times; the same in every run."""
    random = Random(count)
    return [random.choices(range(count), k=count) for _ in range(RESAMPLES)]


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the ends of its 95 % interval by bootstrap: of the means of RESAMPLES samples the 2.5th percentiles."""
    means = sorted(sum(map(values.__getitem__, draw)) / len(values) for draw in _draws(len(values)))
    cut = round(len(means) * 0.025)
    return statistics.fmean(values), means[cut], means[-1 - cut]


def share(part: int, whole: int) -> float | None:
    """A share in three digits; None of nothing."""
    return round(part / whole, 3) if whole else None


def show(report: dict[str, Any]) -> None:
    """Print the report for people."""
    m = report["machine"]
    quick = " (--quick: small sizes)" if report["quick"] else ""
    print(f"{report['benchmark']}{quick}, {m['system']}, {m['cpus']} CPUs {m['cpu']}, {m['python']}, rlm {m['rlm']}")
    for key, value in report["sizes"].items():
        print(f"  {key}: {value}")
    figures = report["figures"]
    columns = list(dict.fromkeys(c for row in figures.values() for c in row))
    cells = {name: [_cell(row.get(c)) for c in columns] for name, row in figures.items()}
    widths = [max(len(c), *(len(row[n]) for row in cells.values())) for n, c in enumerate(columns)]
    first = max(map(len, figures))
    print("\n" + " " * first + "".join(f"  {c:>{w}}" for c, w in zip(columns, widths, strict=True)))
    for name, row in cells.items():
        print(f"{name:{first}}" + "".join(f"  {c:>{w}}" for c, w in zip(row, widths, strict=True)))
    print()
    for name, t in report["targets"].items():
        print(f"{name:48} {t['value']!s:>10} target {t['relation']} {t['target']:<8} {'met' if t['met'] else 'MISSED'}")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['median']} ({value['min']}-{value['max']})"
    return "" if value is None else str(value)
