"""Tasks over long texts, each by one program of a few lines and a reader that makes no mistake.

    python -m benchmarks.cells.longtasks [--quick] [--json] [--tokens N ...]

needle: one sentence among filler (S-NIAH). kinds: how many questions ask for each of six kinds, which no single word
tells (OOLONG). pairs: all pairs of users who asked for more places than numbers after a day (OOLONG-Pairs). hops: four
facts, each of which names the next, read by the model one after the other. Texts are made by a seed, of one million
tokens and of ten; --quick makes 8,000.

exact: whether the answer is the one that the generator knows. lines: of the program. billed / ideal: tokens of all
calls, over those of each distinct prompt that was answered, once. read / texts: tokens of all calls, over those of the
texts.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

from benchmarks import common
from benchmarks.common import target
from rlm_core.llm.base import Call
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.record import Record
from rlm_core.repl.begin import begun
from rlm_core.repl.execute import Limits
from rlm_core.tokens import estimate

CHARS = 4  # of a token, roughly: sizes are measured by the estimate afterwards
KINDS = ("place", "person", "number", "reason", "word", "thing")
ASKED = {
    "place": ("Near what do the {} nest?", "From which harbour did the {} sail?"),
    "person": ("By whom were the {} mended?", "To whom do the {} belong?"),
    "number": ("Of the {}, some are left; to what do they amount?", "At what sum are the {} valued?"),
    "reason": ("What made the {} turn back?", "What are the {} kept in the dark for?"),
    "word": ("What are the {} called in the old tongue?", "By what name do sailors know the {}?"),
    "thing": ("With what are the {} fed?", "Out of what are the {} built?"),
}
NOUNS = ("herons", "lanterns", "barges", "looms", "bells", "anvils", "ferries", "orchards", "kilns", "sledges")
SUBJECTS = ("The keeper", "A carpenter", "The council", "Her neighbour", "The second crew", "An old clerk")
VERBS = ("counted", "painted", "weighed", "described", "hid", "exchanged", "repaired", "forgot about")

NEEDLE = """\
hits = ctx.grep(r"magic number for amber harbour is (\\d+)")
answer(hits[0].split()[-1].rstrip("."), hits)"""

KINDS_PROGRAM = """\
rows = table(ctx.docs[0].id, r"(?P<day>\\S+) user (?P<user>\\d+): (?P<text>.+)")
parts = [rows[n:n + 2000] for n in range(0, len(rows), 2000)]
kinds = [label([r["text"] for r in part], KINDS, "What does the question ask for?") for part in parts]
counts = tally([kind for some in kinds for kind in some])
answer(", ".join(f"{kind} {counts[kind]}" for kind in KINDS), [])"""

PAIRS_PROGRAM = """\
rows = table(ctx.docs[0].id, r"(?P<day>\\S+) user (?P<user>\\d+): (?P<text>.+)")
parts = [rows[n:n + 2000] for n in range(0, len(rows), 2000)]
kinds = [label([r["text"] for r in part], KINDS, "What does the question ask for?") for part in parts]
asked = {}
for row, kind in zip(rows, [kind for some in kinds for kind in some]):
    if row["day"] > "2026-06-01":
        asked.setdefault(row["user"], []).append(kind)
wanted = sorted(u for u, ks in asked.items() if ks.count("place") > ks.count("number"))
answer(" ".join(f"{a}-{b}" for a, b in pairs(wanted, lambda a, b: True)), [])"""

HOPS = """\
import re
name = "the lamp of Gull Point"
for hop in range(4):
    hits = ctx.grep("(?i)" + re.escape(name) + r"\\b.* (?:passed to|is with|left to) ")
    name = str(llm("To whom or what did " + name + " go? Only the name.", *hits))
answer(name, hits)"""


class LongTask(Record):
    """program: with KINDS before it. truth: its answer. reader: of each call."""

    name: str
    text: str
    program: str
    truth: str
    reader: Callable[[Call], dict[str, Any]]


def filler(rng: random.Random, tokens: int) -> list[str]:
    """Lines of prose that say nothing of what is asked."""
    lines, size = [], 0
    while size < tokens * CHARS:
        line = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.randrange(2, 90)} {rng.choice(NOUNS)} that day."
        lines.append(line)
        size += len(line) + 1
    return lines


def spread(rng: random.Random, lines: list[str], facts: Iterable[str]) -> str:
    """The lines with facts among them, as one text."""
    told = list(facts)
    for at, fact in zip(rng.sample(range(len(lines)), len(told)), told, strict=True):
        lines[at] = fact
    return "\n".join(lines) + "\n"


def unread(call: Call) -> dict[str, Any]:
    """The reader of a program that calls none."""
    raise AssertionError(f"no call was wanted: {call.prompt[:80]}")


def needle(rng: random.Random, tokens: int) -> LongTask:
    number = str(rng.randrange(10**6, 10**7))
    others = [f"The magic number for {noun} is {rng.randrange(10**6, 10**7)}." for noun in NOUNS]
    text = spread(rng, filler(rng, tokens), [*others, f"The magic number for amber harbour is {number}."])
    return LongTask("needle", text, NEEDLE, number, unread)


def hops(rng: random.Random, tokens: int) -> LongTask:
    """Each fact is told once, and in other words than the next."""
    facts = [
        "In the year of the flood the lamp of Gull Point passed to Ines Abadie.",
        "All that Ines Abadie had is with the guild of coopers.",
        "What the guild of coopers owned was left to Teo Marchetti.",
        "The house of Teo Marchetti passed to the school at Brae.",
    ]
    truth = {
        "gull point": "Ines Abadie",
        "ines": "the guild of coopers",
        "guild": "Teo Marchetti",
        "teo": "Brae school",
    }

    def reads(call: Call) -> dict[str, Any]:
        task = call.prompt.rpartition("To whom or what did ")[2].lower()
        known = next((value for key, value in truth.items() if key in task), "none")
        return {"answer": known if any(fact in call.prompt for fact in facts) else "none"}

    return LongTask("hops", spread(rng, filler(rng, tokens), facts), HOPS, "Brae school", reads)


def questions(
    rng: random.Random, tokens: int
) -> tuple[str, list[tuple[str, int, str]], Callable[[Call], dict[str, Any]]]:
    """(text, (day, user, kind) of each line, a reader that knows the kind of each question)."""
    lines, rows, known, size = [], [], dict[str, str](), 0
    while size < tokens * CHARS:
        kind = rng.choice(KINDS)
        text = rng.choice(ASKED[kind]).format(f"{rng.randrange(2, 10**6):,} {rng.choice(NOUNS)}")
        day, user = f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}", rng.randrange(1, 41)
        known[text] = kind
        rows.append((day, user, kind))
        lines.append(f"{day} user {user}: {text}")
        size += len(lines[-1]) + 1

    def reads(call: Call) -> dict[str, Any]:
        items = (line.partition(". ") for line in call.prompt.split("\n") if line[:1].isdigit())
        return {"labels": [{"n": int(n), "label": known[text]} for n, _, text in items]}

    return "\n".join(lines) + "\n", rows, reads


def kinds(rng: random.Random, tokens: int) -> LongTask:
    text, rows, reads = questions(rng, tokens)
    counts = Counter(kind for _, _, kind in rows)
    truth = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS)
    return LongTask("kinds", text, KINDS_PROGRAM, truth, reads)


def pairs(rng: random.Random, tokens: int) -> LongTask:
    text, rows, reads = questions(rng, tokens)
    places, numbers = (Counter(u for d, u, k in rows if k == kind and d > "2026-06-01") for kind in ("place", "number"))
    wanted = sorted(user for user in places if places[user] > numbers[user])
    truth = " ".join(f"{a}-{b}" for a, b in combinations(wanted, 2))
    return LongTask("pairs", text, PAIRS_PROGRAM, truth, reads)


TASKS = (needle, kinds, pairs, hops)


def run(task: LongTask, folder: str) -> dict[str, Any]:
    """The figures of one task."""
    path = os.path.join(folder, f"{task.name}.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write(task.text)
    leaf = ScriptedLeaf(default=task.reader)
    caps = {"calls": 10**6, "tokens": 10**9, "usd": 10**5}
    cell = begun(folder, {}, name=task.name, over=[path], limits=Limits(seconds=1800.0), caps=caps, leaf=leaf)
    started = time.perf_counter()
    result = cell.run(f"KINDS = {KINDS!r}\n{task.program}")
    seconds = time.perf_counter() - started
    assert not result.error, result.error
    sizes = [estimate(call.system) + estimate(call.prompt) for call in leaf.calls]
    distinct = {call.prompt: size for call, size in zip(leaf.calls, sizes, strict=True)}
    texts = estimate(task.text)
    return {
        "texts, tokens": texts,
        "exact": int(result.answer is not None and result.answer["text"] == task.truth),
        "lines": len(task.program.split("\n")),
        "calls": len(leaf.calls),
        "billed / ideal": round(sum(sizes) / max(sum(distinct.values()), 1), 3) if sizes else 1.0,
        "read / texts": round(sum(sizes) / texts, 3),
        "seconds": round(seconds, 1),
    }


def figures_of(sizes: Sequence[int]) -> dict[str, dict[str, Any]]:
    """The figures of each task at each size; each is told as soon as it is known, since large ones take an hour."""
    figures = {}
    for tokens in sizes:
        for made in TASKS:
            name = f"{made.__name__}, {tokens:,}"
            with tempfile.TemporaryDirectory() as folder:
                os.environ["CLAUDE_CONFIG_DIR"] = os.path.join(folder, "config")
                figures[name] = run(made(random.Random(tokens), tokens), folder)
            print(f"{name}: {figures[name]}", file=sys.stderr, flush=True)
    return figures


def measured(tokens: Sequence[int]) -> Callable[[bool], dict[str, Any]]:
    """What the command line measures."""

    def measure(quick: bool) -> dict[str, Any]:
        sizes = (8_000,) if quick else tokens
        figures = figures_of(sizes)
        rows = figures.values()
        targets = {
            "not exact": target(sum(not row["exact"] for row in rows), 0),
            "lines of a program": target(max(row["lines"] for row in rows), 14),
            "billed / ideal": target(max(row["billed / ideal"] for row in rows), 1.02),
        }
        return {"sizes": {"tokens": list(sizes)}, "figures": figures, "targets": targets}

    return measure


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--tokens", type=int, action="append", default=[])
    options, rest = parser.parse_known_args(arguments)
    sizes = options.tokens or (1_000_000, 10_000_000)
    return common.main("cells.longtasks", __doc__ or "", measured(sizes), rest)


if __name__ == "__main__":
    sys.exit(main())
