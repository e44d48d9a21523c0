"""How often the words of a question tell what it asks for: right, left open, and wrong.

    python -m benchmarks.questions [--quick] [--json] [--locomo FILE] [--wrong]

Questions in English and French, labelled by hand: `dev`, with which the rules were made; `held_out`, by other people's
habits, written before there were rules; `after`, written when they stood; `hard`, written last, which begin like
questions of one place where many are meant. What is left open costs one small call; what is sure and wrong is never
asked about, and is the figure to keep small, above all where too little is read (`searched`). `guessed` is what happens
when the call fails. LoCoMo's questions, from a file of yours, all ask for an answer or a list: none of them may surely
be anything else.
"""

import argparse
import sys
from typing import Any

from benchmarks import scores
from benchmarks.questions.labelled import SETS, confusion, figures, of_locomo, questions
from rlm_core.engine.kinds import ANSWER, LIST, guess

DRAWN = 400  # of LoCoMo's questions
WRONG, SEARCHED = 0.02, 0.015  # of the questions that nobody has made rules for, at most: surely wrong; too little read


def measure(options: argparse.Namespace) -> dict[str, Any]:
    asked = {name: questions(name) for name in SETS}
    rows: dict[str, dict[str, Any]] = {name: figures(found) for name, found in asked.items()}
    unseen = [q for name in SETS[1:] for q in asked[name]]
    table = confusion(unseen)
    if options.wrong:
        for q in (q for found in asked.values() for q in found if q.told.sure and not q.is_right):
            print(f"{q.label}: {q.told}: {q.question}", file=sys.stderr)
    told = figures(unseen)
    targets = {
        "sure and wrong, not seen before": scores.at_most(round(told["sure, wrong"] / len(unseen), 4), WRONG),
        "of these, too little read": scores.at_most(round(told["searched, sure, wrong"] / len(unseen), 4), SEARCHED),
    }
    if options.locomo:
        found = [guess(q) for q in of_locomo(options.locomo, 40 if options.quick else DRAWN)]
        strange = sum(g.sure and g.kind not in (ANSWER, LIST) for g in found)
        rows["LoCoMo"] = {
            "questions": len(found),
            "left open": sum(not g.sure for g in found),
            "sure, wrong": strange,
        }
        targets["LoCoMo, sure and wrong"] = scores.at_most(round(strange / len(found), 4), WRONG)
    sizes = {name: f"{len(found)} questions" for name, found in asked.items()}
    return {"sizes": sizes, "figures": rows, "confusion": table, "targets": targets}


def _extend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--locomo", default="", metavar="FILE", help="LoCoMo's questions")
    parser.add_argument("--wrong", action="store_true", help="name what is sure and wrong")


def _show(report: dict[str, Any], options: argparse.Namespace) -> None:
    scores.show(report)
    print("\nwhat was not in view: label, and what the words tell; ? is left open")
    columns = [c for c in next(iter(report["confusion"].values())) if any(r[c] for r in report["confusion"].values())]
    print(" " * 12 + "".join(f"{c:>10}" for c in columns))
    for label, row in report["confusion"].items():
        print(f"{label:12}" + "".join(f"{row[c] or '':>10}" for c in columns))


if __name__ == "__main__":
    raise SystemExit(scores.main("questions", __doc__ or "", measure, _extend, printed=_show))
