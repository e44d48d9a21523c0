"""The report for people: one table of sets and methods, and the kind of question of each set that is found worst."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import scores
from benchmarks.retrieval.asking import OURS, Measured, values

SHOWN = ("questions", "recall@10", "mrr", "within 2,000", "session hit@1", "session hit@5")
HEADS = {"recall@10": "R@10", "mrr": "MRR", "mrr@10": "MRR"}
FEWEST = 10  # questions of a kind that is named, if one has so many
AHEAD = f"{OURS} ahead of the best floor"


def columns(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Of `SHOWN` those that there are; of an ablation all."""
    found = [c for c in SHOWN if any(c in row for row in figures.values())]
    return found if len(found) > 2 else scores.columns(figures)


def markdown(report: Mapping[str, Any]) -> list[str]:
    """The lines of a table in Markdown, a row for each set and method."""
    figures = report["figures"]
    shown = columns(figures)
    lines = ["| | " + " | ".join(HEADS.get(c, c) for c in shown) + " |", "|---" * (len(shown) + 1) + "|"]
    return lines + [
        f"| {name} | " + " | ".join(scores.cell(row, c) for c in shown) + " |" for name, row in figures.items()
    ]


def kinds(answers: Sequence[Measured]) -> list[str]:
    return sorted({a.kind for a in answers})


def of_kind(answers: Sequence[Measured], kind: str) -> list[Measured]:
    return [a for a in answers if a.kind == kind]


def worst(answers: Mapping[str, Sequence[Measured]], figure: str = "recall@10") -> dict[str, Any]:
    """The kind of question that is found worst, and the one least ahead of the method that is best for that kind.

    Of kinds with at least `FEWEST` questions, of all when none has so many; {} where none has the figure.
    """
    mine = answers[OURS]
    named = [k for k in kinds(mine) if len(of_kind(mine, k)) >= FEWEST] or kinds(mine)
    found: dict[str, dict[str, Any]] = {}
    ahead: dict[str, dict[str, Any]] = {}
    for kind in named:
        rows = {who: values(of_kind(every, kind)) for who, every in answers.items()}
        mean = {who: scores.mean([row[figure] for row in every]) for who, every in rows.items()}
        if mean[OURS] is None:
            continue
        count = {"kind": kind, "questions": len(rows[OURS])}
        found[kind] = count | _only(scores.means(rows[OURS]), figure)
        floor = max((who for who in rows if who != OURS), key=lambda who: mean[who] or 0.0)
        more = scores.differences(rows[OURS], rows[floor])
        ahead[kind] = count | {"floor": floor} | _only(scores.means(more), figure)
    if not found:
        return {}
    return {
        "found worst": min(found.values(), key=lambda row: row[figure]),
        "least ahead": min(ahead.values(), key=lambda row: row[figure]),
    }


def _only(row: Mapping[str, Any], figure: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key.startswith(figure)}


def told(name: str, kinds_of: Mapping[str, Any], figure: str = "recall@10") -> list[str]:
    """What `worst` found, in words."""
    if not kinds_of:
        return []
    low, least = kinds_of["found worst"], kinds_of["least ahead"]
    return [
        f"{name}: found worst: {low['kind']!r}, {figure} {scores.cell(low, figure)} of {low['questions']} questions",
        f"{name}: least ahead of {least['floor']}: {least['kind']!r}, by {scores.cell(least, figure)} "
        f"of {least['questions']} questions",
    ]
