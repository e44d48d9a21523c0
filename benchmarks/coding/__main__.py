"""How much of what was done in real coding sessions a search finds, against four floors, labelled without a model.

    python -m benchmarks.coding [--quick] [--json] [--by-kind] [--show N] [TRANSCRIPT ...]

Transcripts of Claude Code are those you name, else those in the directory that RLM_TRANSCRIPTS names, else a session
that is generated. They are archived together, in one archive. `queries` says what is asked and which records answer,
`retrieval.metrics` what is measured, `rankings` what with. Of each figure the 95 % interval over the questions is
given, and of ours against the best floor that of the difference, question by question.
"""

import argparse
import glob
import os
import sys
import tempfile
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from benchmarks import scores
from benchmarks.coding import queries, rankings
from benchmarks.coding.generated import write
from benchmarks.coding.reading import Session, read
from benchmarks.coding.rankings import OURS
from benchmarks.retrieval.floors import FLOORS
from benchmarks.retrieval.metrics import Answer, figures

VARIABLE = "RLM_TRANSCRIPTS"
FIGURES = {
    "recall@10": lambda a: a.recall(a.hits[:10]),
    "mrr": lambda a: 1 / rank if (rank := a.rank()) else 0.0,
    "within 2,000": lambda a: a.recall(a.within(2000)),
}
AHEAD = 0.02
Answers = dict[str, list[Answer]]  # by what answered


def measure(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        paths = _paths(options) or write(os.path.join(base, "generated"), quick=options.quick)
        sessions = sorted((s for s in map(read, paths) if s.blocks), key=lambda s: s.blocks[0].time)
        asked = queries.queries(sessions, options.seed)
        if not asked:
            sys.exit("benchmarks.coding: the transcripts give no questions")
        talk = rankings.conversation(sessions)
        found = {name: rankings.ask(asked, floor(talk), sessions) for name, floor in FLOORS.items()}
        found[OURS] = rankings.ask(asked, rankings.ours(rankings.archived(sessions, base)), sessions)
    if options.show:
        show_worst(found, options.show)
    kinds = [k for k in queries.KINDS if any(a.question.kind == k for a in found[OURS])]
    rows = {f"all: {who}": _row(answers) for who, answers in found.items()}
    for kind in kinds if options.by_kind else ():
        rows |= {f"{kind}: {who}": _row(_of(answers, kind)) for who, answers in found.items()}
    worst = min(kinds, key=lambda k: _lead(_kind(found, k), "recall@10")[1])
    sizes = {
        "sessions": len(sessions),
        "records": len({b.record for s in sessions for b in s.blocks}),
        "characters": sum(len(b.text) for s in sessions for b in s.blocks),
        "questions": len(asked),
        **{f"questions, {kind}": len(_of(found[OURS], kind)) for kind in kinds},
        "worst kind against its best floor, recall@10": worst,
        "seed": options.seed,
    }
    targets = _targets("all", found)
    for kind in kinds:
        targets |= _targets(kind, _kind(found, kind))
    return {"sizes": sizes, "figures": rows, "targets": targets}


def _paths(options: argparse.Namespace) -> list[str]:
    if options.transcripts or options.quick:
        return list(options.transcripts)
    return sorted(glob.glob(os.path.join(os.environ.get(VARIABLE) or os.devnull, "*.jsonl")))


def _of(answers: Sequence[Answer], kind: str) -> list[Answer]:
    return [a for a in answers if a.question.kind == kind]


def _kind(found: Answers, kind: str) -> Answers:
    return {who: _of(answers, kind) for who, answers in found.items()}


def _row(answers: Sequence[Answer]) -> dict[str, Any]:
    row: dict[str, Any] = figures(answers)
    row.pop("statement@10")
    for figure, value in FIGURES.items():
        _, low, high = scores.interval([value(a) for a in answers])
        row[f"{figure} 95 %"] = f"{low:.3f}-{high:.3f}"
    return row


def _lead(found: Answers, figure: str) -> tuple[str, float, float, float]:
    """The best floor, and how far ours is ahead of it: mean, and the ends of its interval."""
    value = FIGURES[figure]
    values = {who: [value(a) for a in answers] for who, answers in found.items()}
    best = max(FLOORS, key=lambda floor: fmean(values[floor]))
    mean, low, high = scores.interval([a - b for a, b in zip(values[OURS], values[best], strict=True)])
    return best, mean, low, high


def _targets(name: str, found: Answers) -> dict[str, dict[str, Any]]:
    targets = {}
    for figure in ("recall@10", "mrr"):
        best, mean, low, high = _lead(found, figure)
        targets[f"{name}: {figure} before {best}"] = scores.at_least(round(mean, 3), AHEAD) | {
            "low": round(low, 3),
            "high": round(high, 3),
        }
    return targets


def show_worst(found: Answers, count: int) -> None:
    """Print the questions where ours is farthest behind the best floor, with the first hits of both, on stderr."""

    def behind(n: int) -> tuple[float, float]:
        best = max(_of_answer(found[floor][n]) for floor in FLOORS)
        own = _of_answer(found[OURS][n])
        return own[0] - best[0], own[1] - best[1]

    for n in sorted(range(len(found[OURS])), key=behind)[:count]:
        best = max(FLOORS, key=lambda floor: _of_answer(found[floor][n]))
        question = found[OURS][n].question
        print(f"\n{question.kind}: {question.text!r}, {len(question.evidence)} records answer", file=sys.stderr)
        for who in (OURS, best):
            answer = found[who][n]
            print(f"  {who}: rank {answer.rank()}, recall@10 {_of_answer(answer)[0]:.2f}", file=sys.stderr)
            for hit in answer.hits[:5]:
                mark = "+" if set(hit.entries).intersection(question.evidence) else " "
                print(f"   {mark} {' '.join(hit.text.split())[:130]}", file=sys.stderr)


def _of_answer(answer: Answer) -> tuple[float, float]:
    return FIGURES["recall@10"](answer), FIGURES["mrr"](answer)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("transcripts", metavar="TRANSCRIPT", nargs="*", help="JSONL of Claude Code")
    parser.add_argument("--by-kind", action="store_true", help="also the figures by kind of question")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the N questions where ours is worst")
    parser.add_argument("--seed", type=int, default=1, help="other questions where there are more than are asked")


if __name__ == "__main__":
    sys.exit(scores.main("coding", __doc__, measure, options))
