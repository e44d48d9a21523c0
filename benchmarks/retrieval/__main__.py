"""How much of the evidence a search finds, on labelled conversations, against three floors.

    python -m benchmarks.retrieval [--quick] [--json] [--locomo FILE] [--by-kind]

Each conversation is written as transcripts of Claude Code, archived, and each question is searched for as it was asked;
`metrics` defines the figures, `floors` what they are compared with. Sets: LoCoMo, people who talk to each other in
turns of 30 tokens, with and without their names (from a file of yours, which RLM_LOCOMO may name as well; it is
CC BY-NC and not part of this repository); `chatting`, people who chat with an assistant (`chat`); and `technical`, a
developer's sessions with long replies (`technical`). Of those generated, two in three are English, one is French.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks import scores
from benchmarks.retrieval import chat, locomo, technical
from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.floors import FLOORS
from benchmarks.retrieval.metrics import Answer, Found, Ranking, ask, figures
from benchmarks.retrieval.transcripts import archived, record_uuid
from rlm_core.archive.store import Archive
from rlm_core.search.ranked import search

OURS = "rlm"
FIRST = 10  # hits of a search that nobody told how many
VARIABLE = "RLM_LOCOMO"
TOKENS, QUICK_TOKENS = 165_000, 9_000  # of a generated conversation
WORDS = (("en", 3), ("en", 4), ("fr", 5))  # of the generated conversations: language and seed
# The best published or measured line of each figure over all ten conversations of LoCoMo with names, an embedding
# (MiniLM) with the best lexical ranking among them. The last two are published by deja-vu, which ranks sessions; they
# take in the questions of category 5.
LOCOMO_LINES = {
    "recall@10": 0.73,
    "mrr": 0.53,
    "within 1,000": 0.82,
    "within 2,000": 0.88,
    "within 4,000": 0.91,
    "session hit@1": 0.696,
    "session hit@5": 0.857,
}
COMPARED = ("recall@10", "mrr", "within 1,000", "within 2,000", "within 4,000")
Answers = dict[str, list[Answer]]  # of a set, by what answered


def sets(options: argparse.Namespace) -> Iterator[tuple[str, list[Conversation]]]:
    """Name and conversations of each set."""
    if options.locomo:
        for names, name in ((True, "LoCoMo"), (False, "LoCoMo without names")):
            conversations = _locomo(options.locomo, names)
            yield name, conversations[:1] if options.quick else conversations
    tokens = QUICK_TOKENS if options.quick else TOKENS
    chosen = WORDS[1:] if options.quick else WORDS
    for name, converse, file in (("chatting", chat.converse, "chat"), ("technical", technical.converse, "technical")):
        yield (
            name,
            [converse(f"{name}-{n}", seed, f"{file}_{lang}.yaml", tokens) for n, (lang, seed) in enumerate(chosen)],
        )


def _locomo(path: str, names: bool) -> list[Conversation]:
    try:
        return locomo.load(path, names=names)
    except (OSError, locomo.LocomoError) as e:
        sys.exit(f"benchmarks.retrieval: {e}")


def ours(archive: Archive, conversation: Conversation) -> Ranking:
    """Our own search of a conversation's archive: its first ten hits, then what it gives to who asks for more.

    The order may depend on how many hits are asked for, and ten is what a user sees.
    """
    entries = {record_uuid(e.id): e.id for e in conversation.entries}

    def rank(question: str, k: int) -> list[Found]:
        hits = [*search(archive, question, FIRST), *search(archive, question, k)]
        found = (Found(tuple(entries[u] for u in h.uuids if u in entries), h.tokens, h.snippet) for h in hits)
        return list(dict.fromkeys(found))[:k]

    return rank


def answered(conversations: Sequence[Conversation]) -> Answers:
    """What each of the floors and our search answer to the questions of a set."""
    found: Answers = {name: [] for name in (*FLOORS, OURS)}
    for conversation in conversations:
        for name, floor in FLOORS.items():
            found[name] += ask(conversation, floor(conversation))
        with tempfile.TemporaryDirectory(prefix="rlm-bench-") as base:
            archive = archived(conversation, base)
            found[OURS] += ask(conversation, ours(archive, conversation))
    return found


def measure(options: argparse.Namespace) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    if not options.locomo:
        sizes["LoCoMo"] = f"not measured: no file given by --locomo or {VARIABLE}"
    rows: dict[str, dict[str, Any]] = {}
    targets: dict[str, dict[str, Any]] = {}
    for name, conversations in sets(options):
        found = answered(conversations)
        sizes[name] = _size(conversations)
        rows |= {f"{name}: {who}": figures(answers) for who, answers in found.items()}
        if options.by_kind:
            rows |= _by_kind(name, found[OURS])
        targets |= targets_of(name, rows)
    return {"sizes": sizes, "figures": rows, "targets": targets}


def _size(conversations: Sequence[Conversation]) -> str:
    entries = sum(len(c.entries) for c in conversations)
    characters = sum(len(e.text) for c in conversations for e in c.entries)
    return f"{len(conversations)} conversations, {entries:,} entries, {characters:,} characters"


def _by_kind(name: str, answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    kinds = sorted({a.question.kind for a in answers})
    return {f"{name}: {OURS}, {kind}": figures([a for a in answers if a.question.kind == kind]) for kind in kinds}


def targets_of(name: str, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Ahead of every floor of the same run; on LoCoMo with names, of every line there is."""
    row = rows[f"{name}: {OURS}"]
    least = {figure: max(rows[f"{name}: {floor}"][figure] for floor in FLOORS) for figure in COMPARED}
    if name == "LoCoMo":
        least = {figure: max(line, least.get(figure, 0.0)) for figure, line in LOCOMO_LINES.items()}
    return {f"{name}: {figure}": scores.at_least(row[figure], value) for figure, value in least.items()}


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--locomo", metavar="FILE", default=os.environ.get(VARIABLE), help="LoCoMo's JSON")
    parser.add_argument("--by-kind", action="store_true", help="also our figures by kind of question")


if __name__ == "__main__":
    sys.exit(scores.main("retrieval", __doc__, measure, options))
