"""Secrets found and missed, by kind and by surroundings, and look-alikes that are kept.

    python -m benchmarks.secrets [--seed N] [--each N] [--quick] [--json] [--missed N]

Each kind (`kinds.py`, from the public documentation of its format) is put into surroundings drawn for it
(`surroundings.py`). Found: no piece of the secret of ten characters, or the whole of a shorter one, stands in what the
redactor gives back. Recall is the mean over kinds; precision counts the look-alikes (`lookalikes.py`) that were changed
as false, and each kind that was found in most of its surroundings as true.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict

from benchmarks.secrets.kinds import Kind, kinds
from benchmarks.secrets.lookalikes import lookalikes
from benchmarks.secrets.surroundings import SURROUNDINGS, Surrounding
from rlm_core.redaction.redactor import Redactor

PIECE = 10  # characters of a secret that may not stay


def is_gone(secret: str, text: str) -> bool:
    """Whether no piece of a secret stands in a text."""
    lines = [line for line in secret.split("\n") if line]
    pieces = [line[at : at + PIECE] for line in lines for at in range(max(1, len(line) - PIECE + 1))]
    return not any(piece in text for piece in pieces)


def measured(
    seed: int, each: int
) -> tuple[list[tuple[Kind, Surrounding, bool, str]], list[tuple[str, Surrounding, bool, str]]]:
    """(kind, surrounding, whether it was found, the text) of each trial; the same of look-alikes that were changed."""
    pick, redact = random.Random(seed), Redactor()
    found: list[tuple[Kind, Surrounding, bool, str]] = []
    for kind in kinds():
        chosen = [SURROUNDINGS[0], *pick.sample(SURROUNDINGS[1:], each - 1)]
        for surrounding in chosen:
            text, secret = kind.sample(pick)
            said = surrounding.around(text)
            clean = redact(said)
            gone = (
                surrounding.as_written(text) not in clean
                if surrounding.hidden
                else is_gone(surrounding.as_written(secret), clean)
            )
            found.append((kind, surrounding, gone, said))
    changed: list[tuple[str, Surrounding, bool, str]] = []
    plain = [s for s in SURROUNDINGS if not s.hidden]
    for one in lookalikes(pick):
        for surrounding in [plain[0], *pick.sample(plain[1:], 2)]:
            said = surrounding.around(one)
            clean = redact(said)
            changed.append((one, surrounding, clean != said, clean))
    return found, changed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.secrets", description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8, help="surroundings of a kind")
    parser.add_argument("--quick", action="store_true", help="two surroundings: shows that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--missed", type=int, default=0, help="print so many that were missed, or taken for a secret")
    options = parser.parse_args()
    found, changed = measured(options.seed, 2 if options.quick else options.each)
    by_group: dict[str, list[bool]] = defaultdict(list)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    by_surrounding: dict[str, list[bool]] = defaultdict(list)
    for kind, surrounding, gone, _ in found:
        by_group[kind.group].append(gone)
        by_kind[kind.name].append(gone)
        by_surrounding[surrounding.name].append(gone)
    false = {one for one, _, bad, _ in changed if bad}
    true = sum(2 * sum(each) > len(each) for each in by_kind.values())
    result = {
        "kinds": len(by_kind),
        "recall": round(sum(sum(e) / len(e) for e in by_kind.values()) / len(by_kind), 3),
        "look-alikes": len({one for one, *_ in changed}),
        "changed": len(false),
        "precision": round(true / (true + len(false)), 3),
        "by group": {g: round(sum(e) / len(e), 3) for g, e in by_group.items()},
        "worst surroundings": dict(
            sorted(((s, round(sum(e) / len(e), 3)) for s, e in by_surrounding.items()), key=lambda p: p[1])[:12]
        ),
    }
    print(json.dumps(result, indent=None if options.json else 1, ensure_ascii=False))
    if options.missed:
        alone = [(k, s, t) for k, s, gone, t in found if not gone]
        for kind, surrounding, text in alone[: options.missed]:
            print(f"missed {kind.group}/{kind.name} in {surrounding.name}: {text[:160]!r}")
        for one, surrounding, bad, clean in changed:
            if bad:
                print(f"false {one[:100]!r} in {surrounding.name}: {clean[:160]!r}")


if __name__ == "__main__":
    main()
