"""How much of the evidence a search finds, on labelled conversations, against four floors.

    python -m benchmarks.retrieval [--quick] [--json | --table] [--by-kind] [--wide] [--limit N] [--ablation]
        [--locomo FILE] [--realtalk DIRECTORY] [--beam DIRECTORY] [--longmemeval FILE] [--embedding [CACHE]]

Each conversation is written as transcripts of Claude Code, archived, and each question is searched for as it was asked;
`metrics` defines the figures, `floors` what they are compared with. Sets that others have published are read from
files of yours (`published`) and are no part of this repository: LoCoMo, people who talk to each other in turns of 30
tokens, with and without their names; REALTALK, the same with real people; BEAM, long chats with an assistant;
LongMemEval, chats with an assistant, a history for each question. Ours are generated: `chatting`, people who chat with
an assistant (`chat`), and `technical`, a developer's sessions with long replies (`technical`); two in three are
English, one French.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from benchmarks import scores
from benchmarks.retrieval import ablation, chat, table, technical
from benchmarks.retrieval.asking import OURS, Answers, Method, answered, sample, values
from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.embedding import NAME as EMBEDDING
from benchmarks.retrieval.embedding import EmbeddingError, MiniLM
from benchmarks.retrieval.floors import FLOORS
from benchmarks.retrieval.metrics import summary
from benchmarks.retrieval.published import beam, locomo, longmemeval, realtalk
from benchmarks.retrieval.published.reading import LabelledSet, SetError

VARIABLE = "RLM_LOCOMO"
TOKENS, QUICK_TOKENS = 165_000, 9_000  # of a generated conversation
WORDS = (("en", 3), ("en", 4), ("fr", 5))  # of the generated conversations: language and seed
FUSED = ("FTS5 porter", "FTS5 with neighbours", "FTS5 with roles 8:1")  # each tried with the embedding, the best shown
LOCOMO, LONGMEMEVAL = "LoCoMo", "LongMemEval"
MARGIN = 0.02  # by which ours has to be ahead of the best floor, in recall@10 and in the reciprocal rank
# The best published or measured line of each figure over all ten conversations of LoCoMo with names, an embedding
# (MiniLM) with the best lexical ranking among them. Those of sessions are published by deja-vu, LoCoMo's with the
# questions of category 5.
LINES = {
    LOCOMO: {
        "recall@10": 0.73,
        "mrr": 0.53,
        "within 1,000": 0.82,
        "within 2,000": 0.88,
        "within 4,000": 0.91,
        "session hit@1": 0.696,
        "session hit@5": 0.857,
    },
    LONGMEMEVAL: {"session hit@1": 0.853, "session hit@5": 0.955},
}
COMPARED = ("recall@10", "mrr", "within 1,000", "within 2,000", "within 4,000")


def sets(options: argparse.Namespace) -> list[LabelledSet]:
    """The sets that are measured. Raises OSError and SetError."""
    published = _published(options)
    for of in published:
        if next(iter(of.read()), None) is None:  # now rather than after an hour
            raise SetError(f"{of.name} has no conversation with questions")
    tokens = QUICK_TOKENS if options.quick else TOKENS
    chosen = WORDS[1:] if options.quick else WORDS
    made = [
        LabelledSet(name, partial(_made, name, converse, file, chosen, tokens))
        for name, converse, file in (
            ("chatting", chat.converse, "chat"),
            ("technical", technical.converse, "technical"),
        )
    ]
    return published + ([] if options.published_only else made)


def _made(name: str, converse: Any, file: str, chosen: Any, tokens: int) -> Iterator[Conversation]:
    for n, (lang, seed) in enumerate(chosen):
        yield converse(f"{name}-{n}", seed, f"{file}_{lang}.yaml", tokens)


def _published(options: argparse.Namespace) -> list[LabelledSet]:
    found = []
    if options.locomo:
        for names, name in ((True, LOCOMO), (False, f"{LOCOMO} without names")):
            found.append(LabelledSet.of_files(name, options.locomo, partial(locomo.read, options.locomo, names=names)))
    if options.realtalk:
        found.append(LabelledSet.of_files("REALTALK", options.realtalk, partial(realtalk.read, options.realtalk)))
    if options.beam:
        found += beam.sets(options.beam)
    if options.longmemeval:
        found.append(
            LabelledSet.of_files(LONGMEMEVAL, options.longmemeval, partial(longmemeval.read, options.longmemeval))
        )
    return [replace(of, read=partial(_beginning, of)) if options.quick else of for of in found]


def _beginning(of: LabelledSet) -> Iterator[Conversation]:
    yield from islice(of.read(), 1)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    try:
        return _ablated(options) if options.ablation else _measured(options)
    except (OSError, SetError, EmbeddingError, ablation.AblationError) as e:
        sys.exit(f"benchmarks.retrieval: {e}")


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    model = MiniLM(options.embedding) if options.embedding is not None else None
    report = _report(options)
    for of in sets(options):
        chosen, sampled = _chosen(of, options)
        asked = answered(chosen, {**FLOORS, **(_embedded(model) if model else {})})
        found = _best_fused(asked.answers)
        report["sizes"][of.name] = "; ".join([asked.size(), *_left_out(of), *sampled])
        rows = {f"{of.name}: {who}": summary(values(answers)) for who, answers in found.items()}
        best = best_floors(of.name, rows)
        rows[f"{of.name}: {table.AHEAD}"] = ahead(found, best)
        report["figures"] |= rows
        if options.by_kind:
            report["figures"] |= _by_kind(of.name, found)
        report["targets"] |= targets_of(of.name, rows)
        report["best floors"][of.name] = best
        report["worst kinds"][of.name] = table.worst(found)
    return report


def _report(options: argparse.Namespace) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    for name, given in ((LOCOMO, options.locomo or ""), ("REALTALK", options.realtalk), ("BEAM", options.beam)):
        if not given:
            sizes[name] = f"not measured: no file given by --{name.lower()}" + (f" or {VARIABLE}" * (name == LOCOMO))
    if not options.longmemeval:
        sizes[LONGMEMEVAL] = "not measured: no file given by --longmemeval"
    return {"sizes": sizes, "figures": {}, "targets": {}, "best floors": {}, "worst kinds": {}}


def _chosen(of: LabelledSet, options: argparse.Namespace) -> tuple[LabelledSet, list[str]]:
    if not options.limit or not of.published:
        return of, []
    drawn, every = sample(of, options.limit)
    return drawn, [f"A SAMPLE of {min(options.limit, every):,} of its {every:,} questions: it may mislead"]


def _left_out(of: LabelledSet) -> list[str]:
    return [f"left out: {count:,} {why}" for why, count in of.left_out.items()]


def _embedded(model: MiniLM) -> dict[str, Method]:
    return {EMBEDDING: model.alone, **{f"{EMBEDDING} with {name}": model.fused(FLOORS[name]) for name in FUSED}}


def _best_fused(found: Answers) -> Answers:
    """The answers without those of fusions that another one beats."""
    fused = [name for name in found if name.startswith(f"{EMBEDDING} with ")]
    score = {name: summary(values(found[name]))["recall@10"] or 0.0 for name in fused}
    return {
        name: answers
        for name, answers in found.items()
        if name not in score or name == max(score, key=score.__getitem__)
    }


def _ablated(options: argparse.Namespace) -> dict[str, Any]:
    ablation.check()
    report = _report(options)
    for of in sets(options):
        chosen, sampled = _chosen(of, options)
        report["figures"] |= ablation.ablated(chosen)
        report["sizes"][of.name] = "; ".join(["ablation, first ten hits", *_left_out(of), *sampled])
    return report


def _by_kind(name: str, found: Answers) -> dict[str, dict[str, Any]]:
    """Our figures by kind of question, and those of the floors."""
    return {
        f"{name}: {who}, {kind}": summary(values(table.of_kind(found[who], kind)))
        for kind in table.kinds(found[OURS])
        for who in found
    }


def best_floors(name: str, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Figure -> the method other than ours that is best in it. rows: of one set, by its name and the method's."""
    floors = [key for key in rows if key not in (f"{name}: {OURS}", f"{name}: {table.AHEAD}")]
    found = {}
    for figure in (*COMPARED, "session hit@1", "session hit@5"):
        known = [floor for floor in floors if rows[floor].get(figure) is not None]
        if known:
            found[figure] = max(known, key=lambda floor: float(rows[floor][figure])).removeprefix(f"{name}: ")
    return found


def ahead(found: Answers, best: Mapping[str, str]) -> dict[str, Any]:
    """The mean of what each question's figure is more than that of the best method other than ours, paired.

    best: figure -> that method. Which is the best is seen from the same questions, which favours it.
    """
    row: dict[str, Any] = {"questions": len(found[OURS])}
    for figure, floor in best.items():
        more = scores.differences(_one(found, OURS, figure), _one(found, floor, figure))
        row |= scores.means(more)
    return row


def _one(found: Answers, who: str, figure: str) -> Sequence[Mapping[str, float | None]]:
    return [{figure: a.values[figure]} for a in found[who]]


def targets_of(name: str, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Ahead of every floor of the same run, by a margin in the first two figures; and of every line there is."""
    row, best = rows[f"{name}: {OURS}"], best_floors(name, rows)
    lines = LINES.get(name, {})
    least: dict[str, float] = {}
    for figure in dict.fromkeys((*COMPARED, *lines)):
        if figure in COMPARED and figure in best:
            margin = MARGIN if figure in COMPARED[:2] else 0.0
            least[figure] = min(round(rows[f"{name}: {best[figure]}"][figure] + margin, 3), 1.0)
        if figure in lines:
            least[figure] = max(least.get(figure, 0.0), lines[figure])
    return {f"{name}: {figure}": scores.at_least(row[figure], value) for figure, value in least.items()}


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--locomo", metavar="FILE", default=os.environ.get(VARIABLE), help="LoCoMo's JSON")
    parser.add_argument("--realtalk", metavar="PATH", help="REALTALK's Chat_*.json, or the directory that holds them")
    parser.add_argument("--beam", metavar="PATH", help="BEAM's directory of chats, or rows of its tables as JSON")
    parser.add_argument("--longmemeval", metavar="FILE", help="LongMemEval's JSON: _s, _m or _oracle")
    parser.add_argument("--published-only", action="store_true", help="not the generated sets")
    parser.add_argument("--limit", metavar="N", type=int, default=0, help="N questions drawn from each published set")
    parser.add_argument("--by-kind", action="store_true", help="also the figures by kind of question")
    parser.add_argument("--ablation", action="store_true", help="what each part of the ranking is worth, instead")
    parser.add_argument("--wide", action="store_true", help="print every figure")
    parser.add_argument("--table", action="store_true", help="print the table in Markdown")
    parser.add_argument(
        "--embedding",
        metavar="CACHE",
        nargs="?",
        const="",
        help="also MiniLM, if it is installed; keeps vectors in CACHE",
    )


def printed(report: dict[str, Any], options: argparse.Namespace) -> None:
    """Print the report for people."""
    if options.table:
        print("\n".join(table.markdown(report)))
    else:
        scores.show({**report, "columns": None if options.wide else table.columns(report["figures"])})
    for name, kinds in report["worst kinds"].items():
        print("\n".join(table.told(name, kinds)))


if __name__ == "__main__":
    sys.exit(scores.main("retrieval", __doc__, measure, options, printed=printed))
