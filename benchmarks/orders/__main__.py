"""How many of the user's own orders are told after a compaction, and what is taken for one.

    python -m benchmarks.orders [--quick] [--json] [--wrong]

A sentence is an order when it prescribes, forbids or corrects something that is to hold beyond the answer to it. A task
("fix the test"), a question, a report and what others say are none. Sets of `language | label | sentence`, each a
prompt of its own, half of them orders, English and French: `real`, prompts of three real sessions; `first`, as users
write; `second`, written at the same time and kept; `third`, uncommon wordings, and `fourth`, plain ones, each written
when the rules stood: these are by the author of the rules. `fifth` and `sixth` are by somebody who had not seen them,
and `seventh` by the same later. All have served to mend the rules since.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import scores
from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.timeline.prescribed import ALLOWED, said_in

SETS = ("real", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
PRECISION, RECALL = 0.9, 0.85


@dataclass(frozen=True)
class Labelled:
    """A sentence. order: by its label; told: by the product."""

    language: str
    order: bool
    text: str
    told: bool


def sentences(name: str) -> list[Labelled]:
    """The sentences of a set."""
    rows = (Path(__file__).parent / "sets" / f"{name}.tsv").read_text("utf-8").splitlines()
    cells = (row.split("\t") for row in rows)
    return [Labelled(language, label == "order", text, is_told(text)) for language, label, text in cells]


def is_told(text: str) -> bool:
    """Whether a prompt of this text alone would be told as an order after a compaction."""
    entry = ArchivedEntry(f"## user 2026-12-01T00:00:00Z\n\n{text}\n")
    return any(one.kind != ALLOWED for one in said_in(entry))


def figures(said: list[Labelled]) -> dict[str, float]:
    """Precision and recall, and how many sentences and orders there were."""
    seen = Counter((one.order, one.told) for one in said)
    told, orders = seen[True, True] + seen[False, True], seen[True, True] + seen[True, False]
    return {
        "sentences": len(said),
        "orders": orders,
        "precision": round(seen[True, True] / max(told, 1), 3),
        "recall": round(seen[True, True] / max(orders, 1), 3),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    found = {name: sentences(name) for name in SETS}
    rows: dict[str, dict[str, Any]] = {name: figures(said) for name, said in found.items()}
    every = [one for said in found.values() for one in said]
    for language, of in (("English", "en"), ("French", "fr")):
        rows[language] = figures([one for one in every if one.language == of])
    if options.wrong:
        for one in (one for one in every if one.order != one.told):
            print(f"{'missed' if one.order else 'false'}: {one.text}", file=sys.stderr)
    all_of_them = figures(every)
    targets = {
        "precision": scores.at_least(all_of_them["precision"], PRECISION),
        "recall": scores.at_least(all_of_them["recall"], RECALL),
    }
    return {"sizes": {"sentences": len(every)}, "figures": rows, "targets": targets}


def _extend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wrong", action="store_true", help="name what was missed and what was false")


if __name__ == "__main__":
    raise SystemExit(scores.main("orders", __doc__ or "", measure, _extend))
