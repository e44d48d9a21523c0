"""How much of what was done in real coding sessions a search finds, against four floors, labelled without a model.

    python -m benchmarks.coding [--quick] [--json] [--by-kind] [--show N] [--seed N] [TRANSCRIPT ...]

Transcripts of Claude Code are those that you name, else those in the directory that RLM_TRANSCRIPTS names, else some
that are generated. They are archived together, in one archive; transcripts of sub-agents count only if you name them.
`queries` says what is asked and which records answer, `retrieval.metrics` what is measured, `retrieval.floors` what
ours is compared with: over the same records, calls and outputs included. Ahead means: for each figure against the floor
that is best at it, question by question.
"""

import argparse
import glob
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from benchmarks import scores
from benchmarks.coding import generated, rankings
from benchmarks.coding.queries import KINDS, queries
from benchmarks.coding.rankings import OURS
from benchmarks.coding.reading import Session, read
from benchmarks.coding.work import Query
from benchmarks.retrieval.floors import FLOORS
from benchmarks.retrieval.metrics import Answer, measures, summary

VARIABLE = "RLM_TRANSCRIPTS"
COMPARED = ("recall@10", "mrr", "within 2,000", "statement@10")
TARGETS, AHEAD = COMPARED[:2], 0.02
AHEAD_ROW = f"{OURS} - best floor"
SHOWN = 5  # hits of a question that is shown
Answers = Mapping[str, Sequence[Answer]]  # by what answered
Rows = Mapping[str, Sequence[Mapping[str, float | None]]]  # of each question its figures, by what answered


def measure(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
        sessions = _sessions(options, base)
        asked = queries(sessions, options.seed)
        if not asked:
            sys.exit("benchmarks.coding: nothing to ask: no edits, commits or identifiers in the transcripts")
        found = answered(sessions, asked, base)
    if options.show:
        show_worst(found, options.show)
    return {"sizes": _sizes(sessions, asked) | {"seed": options.seed}, **report(found, by_kind=options.by_kind)}


def _sessions(options: argparse.Namespace, base: str) -> list[Session]:
    """Those that are asked about, oldest first."""
    paths = list(options.transcripts)
    if not paths and not options.quick:
        paths = sorted(glob.glob(os.path.join(os.environ.get(VARIABLE) or os.devnull, "*.jsonl")))
    try:
        read_in = [read(path) for path in paths or generated.write(os.path.join(base, "generated"), options.quick)]
    except OSError as e:
        sys.exit(f"benchmarks.coding: {e}")
    return sorted((s for s in read_in if s.blocks), key=lambda s: s.blocks[0].time)


def answered(sessions: Sequence[Session], asked: Sequence[Query], base: str) -> dict[str, list[Answer]]:
    """What each of the floors and our search answer. base: a directory for the archive."""
    talk = rankings.conversation(sessions)
    found = {name: rankings.ask(asked, floor(talk), sessions) for name, floor in FLOORS.items()}
    found[OURS] = rankings.ask(asked, rankings.ours(rankings.archived(sessions, base)), sessions)
    return found


def _sizes(sessions: Sequence[Session], asked: Sequence[Query]) -> dict[str, Any]:
    kinds = ", ".join(f"{kind} {count}" for kind in KINDS if (count := sum(q.kind == kind for q in asked)))
    return {
        "sessions": len(sessions),
        "records": len({b.record for s in sessions for b in s.blocks}),
        "characters": sum(len(b.text) for s in sessions for b in s.blocks),
        "questions": f"{len(asked)} ({kinds})",
    }


def report(found: Answers, *, by_kind: bool) -> dict[str, Any]:
    """Figures of all questions, and how far ours is ahead on each kind; by_kind: also what each method has there."""
    rows = {who: [measures(a) for a in answers] for who, answers in found.items()}
    kinds = [a.question.kind for a in found[OURS]]
    figures: dict[str, dict[str, Any]] = {f"all: {who}": summary(row) for who, row in rows.items()}
    targets: dict[str, dict[str, Any]] = {}
    for kind in ("all", *(k for k in KINDS if k in kinds)):
        own = rows if kind == "all" else {who: _where(row, kinds, kind) for who, row in rows.items()}
        if by_kind and kind != "all":
            figures |= {f"{kind}: {who}": summary(row) for who, row in own.items()}
        best = {figure: _best(own, figure) for figure in COMPARED}
        figures[f"{kind}: {AHEAD_ROW}"] = ahead = _ahead(own, best)
        for figure in TARGETS:
            targets[f"{kind}: {figure} above {best[figure]}"] = scores.at_least(ahead[figure], AHEAD)
    worst = min((k for k in KINDS if k in kinds), key=lambda k: figures[f"{k}: {AHEAD_ROW}"]["recall@10"])
    return {"figures": figures, "columns": ["questions", *COMPARED], "targets": targets, "worst kind": worst}


def _where(rows: Sequence[Mapping[str, float | None]], kinds: Sequence[str], kind: str) -> list[Any]:
    return [row for row, own in zip(rows, kinds, strict=True) if own == kind]


def _best(rows: Rows, figure: str) -> str:
    """The floor that is best at a figure."""

    def mean(floor: str) -> float:
        values = [v for row in rows[floor] if (v := row[figure]) is not None]
        return fmean(values) if values else 0.0

    return max(FLOORS, key=mean)


def _ahead(rows: Rows, best: Mapping[str, str]) -> dict[str, Any]:
    """How much ours has more of each figure than the floor that is best at it."""
    found: dict[str, Any] = {"questions": len(rows[OURS])}
    for figure, floor in best.items():
        more = scores.differences(_only(rows[OURS], figure), _only(rows[floor], figure))
        found |= scores.means(more)
    return found


def _only(rows: Sequence[Mapping[str, float | None]], figure: str) -> list[dict[str, float | None]]:
    return [{figure: row[figure]} for row in rows]


def show_worst(found: Answers, count: int) -> None:
    """Print the questions where ours is farthest behind the best floor, with the first hits of both, on stderr."""
    values = {who: [measures(a) for a in answers] for who, answers in found.items()}

    def of(who: str, n: int) -> tuple[float, float]:
        row = values[who][n]
        return row["mrr"] or 0.0, row["recall@10"] or 0.0

    best = [max(FLOORS, key=lambda floor: of(floor, n)) for n in range(len(found[OURS]))]
    worst = sorted(range(len(best)), key=lambda n: sum(of(OURS, n)) - sum(of(best[n], n)))
    for n in worst[:count]:
        question = found[OURS][n].question
        print(f"\n{question.kind}: {question.text!r}, {len(question.evidence)} records answer", file=sys.stderr)
        for who in (OURS, best[n]):
            answer = found[who][n]
            print(f"  {who}: rank {answer.rank() or '-'}, recall@10 {of(who, n)[1]:.2f}", file=sys.stderr)
            for hit in answer.hits[:SHOWN]:
                mark = "+" if set(hit.entries).intersection(question.evidence) else " "
                print(f"   {mark} {' '.join(hit.text.split())[:130]}", file=sys.stderr)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("transcripts", metavar="TRANSCRIPT", nargs="*", help="JSONL of Claude Code")
    parser.add_argument("--by-kind", action="store_true", help="also the figures of each method by kind of question")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the N questions where ours is worst")
    parser.add_argument("--seed", type=int, default=1, help="other questions, where there are more than are asked")


if __name__ == "__main__":
    sys.exit(scores.main("coding", __doc__, measure, options))
