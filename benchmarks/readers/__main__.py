"""What becomes of a weak reader's answers: is `rlm ask` right, what does it lose unsaid, what is false in it?

    python -m benchmarks.readers [--quick] [--json] [--seed N] [--modes NAME ...]

A scripted reader plays the model behind a loopback Messages server: it knows the true findings of a generated scenario
and errs in one of the modes of `modes`, in each of its calls, or in a share of them in a mode drawn anew (mixtures).
Questions of four kinds, in English and French, over four notes: a call for each note, or one for all. What is right is
told by the scenario alone, never by a check of `rlm_core`. There are no control questions in these runs.

runs: those in which the reader erred. right: answers true and complete, a share. untold: runs in which something true
that the reader had reported is missing, without a gap and without being shown as rejected. told: the same, with one of
the two. omitted: runs in which something is missing that the reader never reported, and no gap tells. planted: false
things that the reader said. through: the share of them, or of a thing's second countings, that counts in the answer
like any other. marked: the share that counts and is doubtful. wary: the share of the true findings that is marked so as
well. calls, tokens: over those of a perfect reader.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks import scores
from benchmarks.readers.judge import Verdict
from benchmarks.readers.modes import INVENTION, MODES, OMISSION, VALUE, Mode
from benchmarks.readers.runs import ALONE, TURNED, Asker, asking
from benchmarks.readers.templates import ENGLISH, FRENCH
from benchmarks.readers.world import World, world

CASES = [("answer", ""), ("list", ""), ("count", ""), ("tally", ""), ("answer", ALONE), ("list", ALONE)]
LANGUAGES = (ENGLISH, FRENCH)
SHARES = (0.05, 0.10, 0.20, 0.50)  # of the calls that err in a mixture
SEEDS = 5  # scenarios of each kind and language in a mixture
QUICK_MODES = ("bare list", "split beside findings", "case", "wrong value", "order obeyed", "misses one", "synonyms")
INVENTED = "mixture 20%, inventions alone"
MOST_THROUGH = 0.15
Cost = Mapping[tuple[str, str, str, int], tuple[int, int]]
Runs = Sequence[tuple[Verdict, tuple[int, int]]]


async def measured(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Each mode and each mixture by name, with its figures."""
    names = options.modes or (QUICK_MODES if options.quick else MODES)
    seeds = 1 if options.quick else SEEDS
    languages = LANGUAGES[:1] if options.quick else LANGUAGES
    figures: dict[str, dict[str, Any]] = {}
    async with asking() as asker:
        worlds = [
            (world(kind, language, options.seed + n), where)
            for kind, where in CASES
            for language in languages
            for n in range(seeds)
        ]
        perfect = [await asker.ask(w, [], 0.0, 0.0, where) for w, where in worlds]
        cost = {_key(w, where): (v.calls, v.tokens) for (w, where), v in zip(worlds, perfect, strict=True)}
        figures["perfect"] = row([*zip(perfect, cost.values(), strict=True)])
        first = [(w, where) for w, where in worlds if w.seed == options.seed]
        runs: dict[str, Runs] = {}
        for name in names:
            runs[name] = await _runs(asker, [MODES[name]], 1.0, TURNED, first, cost)
            figures[name] = row(runs[name])
        for family in dict.fromkeys(MODES[name].family for name in names):
            figures[f"all of {family}"] = row([r for n in names if MODES[n].family == family for r in runs[n]])
        for name, modes, share in () if options.modes else mixtures(quick=options.quick):
            figures[name] = row(await _runs(asker, modes, share, share, worlds, cost))
    return figures


def mixtures(*, quick: bool) -> Iterator[tuple[str, list[Mode], float]]:
    """(name, modes, share of the calls that err) of each mixture."""
    modes = [*MODES.values()]
    for share in SHARES[2:3] if quick else SHARES:
        yield f"mixture {share:.0%}", modes, share
    if not quick:
        yield "mixture 20%, nothing omitted", [m for m in modes if m.family != OMISSION], 0.2
        yield INVENTED, [m for m in modes if m.family in (VALUE, INVENTION)], 0.2


async def _runs(
    asker: Asker, modes: Sequence[Mode], share: float, turned: float, worlds: Iterable[tuple[World, str]], cost: Cost
) -> Runs:
    """What came of each world, beside a perfect reader's cost; where each call errs, of those in which one did."""
    found = [(await asker.ask(w, modes, share, turned, where), cost[_key(w, where)]) for w, where in worlds]
    return [(verdict, c) for verdict, c in found if verdict.erred or share < 1.0]


def _key(w: World, where: str) -> tuple[str, str, str, int]:
    return w.kind, w.language, where, w.seed


def row(runs: Runs) -> dict[str, Any]:
    """The figures of some runs, each with the calls and tokens of a perfect reader in the same."""
    verdicts, cost = [v for v, _ in runs], [c for _, c in runs]
    planted = sum(v.planted for v in verdicts)
    through, marked = (sum(values) for values in ([v.through for v in verdicts], [v.marked for v in verdicts]))
    said = max(planted, through + marked)
    return {
        "runs": len(verdicts),
        "right": _share(sum(v.right for v in verdicts), len(verdicts)),
        "untold": sum(v.untold > 0 for v in verdicts),
        "told": sum(v.told > 0 for v in verdicts),
        "omitted": sum(v.omitted > 0 for v in verdicts),
        "planted": planted,
        "through": _share(through, said),
        "marked": _share(marked, said),
        "wary": _share(sum(v.wary for v in verdicts), sum(v.true for v in verdicts)),
        "calls": _share(sum(v.calls for v in verdicts), sum(c for c, _ in cost)),
        "tokens": _share(sum(v.tokens for v in verdicts), sum(t for _, t in cost)),
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def targets(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found = {"perfect reader, right": scores.at_least(figures["perfect"]["right"], 1.0)}
    for name, row in figures.items():
        if name == INVENTED:  # in the others too little is planted for a share to mean much
            share = row["through"] or 0.0
            found[f"{name}: planted false findings that count unmarked"] = scores.at_most(share, MOST_THROUGH)
        elif name.startswith("mixture"):
            found[f"{name}: runs with losses untold"] = scores.at_most(row["untold"], 0)
    return found


def measure(options: argparse.Namespace) -> dict[str, Any]:
    figures = asyncio.run(measured(options))
    sizes = {
        "modes": f"{len(MODES)}, each over {len(CASES)} questions in English and French, erring in each call",
        "mixtures": f"the same questions over {SEEDS} scenarios; verdicts err in the same share of calls",
        "verdicts": f"turned round in {TURNED:.0%} where each call errs",
    }
    return {"sizes": sizes, "figures": figures, "targets": targets(figures)}


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help="of the first scenario")
    parser.add_argument("--modes", nargs="+", metavar="NAME", choices=MODES, help="these modes alone, no mixtures")


if __name__ == "__main__":
    sys.exit(scores.main("readers", __doc__, measure, options))
