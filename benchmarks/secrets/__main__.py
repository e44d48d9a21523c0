"""Secrets found and missed, by kind and by surroundings, and look-alikes that are kept.

    python -m benchmarks.secrets [--set NAME ...] [--peers [DIR]] [--seed N] [--each N] [--quick] [--json] [--missed N]

Each kind (`kinds.py` and the sets beside it, from the public documentation of its format) is put into surroundings
drawn for it (`surroundings.py`). Found: no piece of the secret of ten characters, or the whole of a
shorter one, stands in what the redactor gives back. Recall is the mean over kinds; precision counts the look-alikes
that were changed as false, and each kind that was found in most of its surroundings as true. `--peers` asks others
for the same texts.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.secrets.fifth import fifth_kinds, fifth_lookalikes
from benchmarks.secrets.further import further_kinds, further_lookalikes
from benchmarks.secrets.heldout import heldout_kinds, heldout_lookalikes
from benchmarks.secrets.kinds import Kind, kinds
from benchmarks.secrets.lookalikes import lookalikes
from benchmarks.secrets.peers import PEERS, Lines, reported
from benchmarks.secrets.seventh import HALVES, Row, seventh_rows
from benchmarks.secrets.sixth import sixth_kinds, sixth_lookalikes
from benchmarks.secrets.surroundings import FURTHER_SURROUNDINGS, MORE_SURROUNDINGS, SURROUNDINGS, Surrounding
from benchmarks.secrets.unseen import unseen_kinds, unseen_lookalikes
from rlm_core.redaction.redactor import Redactor

PIECE = 10  # characters of a secret that may not stay
SETS: dict[str, tuple[Callable[[], list[Kind]], Callable[[random.Random], list[str]], list[Surrounding]]] = {
    "developed": (kinds, lookalikes, SURROUNDINGS),
    "further": (further_kinds, further_lookalikes, SURROUNDINGS),
    "heldout": (heldout_kinds, heldout_lookalikes, [*SURROUNDINGS, *MORE_SURROUNDINGS]),
    "unseen": (unseen_kinds, unseen_lookalikes, [*SURROUNDINGS, *MORE_SURROUNDINGS]),
    "fifth": (fifth_kinds, fifth_lookalikes, [*SURROUNDINGS, *MORE_SURROUNDINGS, *FURTHER_SURROUNDINGS]),
    "sixth": (sixth_kinds, sixth_lookalikes, [*SURROUNDINGS, *MORE_SURROUNDINGS, *FURTHER_SURROUNDINGS]),
}


@dataclass(frozen=True)
class Trial:
    """A secret in its surroundings; of a look-alike, `kind` and `secret` are None and ""."""

    kind: Kind | None
    surrounding: Surrounding
    text: str
    secret: str  # as it stands in the text
    mine: bool  # found, or of a look-alike: changed
    clean: str

    def lines(self) -> set[int]:
        """The lines of the text on which the secret stands, from 1; none where it cannot be seen."""
        at = self.text.find(self.secret) if not self.surrounding.hidden else -1
        first = self.text.count("\n", 0, at) + 1
        return set(range(first, first + self.secret.count("\n") + 1)) if at >= 0 else set()

    def found_by(self, lines: set[int]) -> bool:
        """Whether a report on these lines counts."""
        return bool(lines & self.lines() if self.kind and self.lines() else lines)


def is_gone(secret: str, text: str) -> bool:
    """Whether no piece of a secret stands in a text."""
    lines = [line for line in secret.split("\n") if line]
    pieces = [line[at : at + PIECE] for line in lines for at in range(max(1, len(line) - PIECE + 1))]
    return not any(piece in text for piece in pieces)


def trials(name: str, seed: int, each: int) -> list[Trial]:
    """The trials of a set: of each kind alone and in `each` - 1 other surroundings, of each look-alike in three."""
    if name in HALVES:  # texts, of kinds in surroundings as they come
        return [_of_row(row, Redactor()(row.text)) for row in seventh_rows(name)]
    every, alike, surroundings = SETS[name]
    pick, redact = random.Random(seed), Redactor()
    made: list[Trial] = []
    for kind in every():
        for surrounding in [surroundings[0], *pick.sample(surroundings[1:], each - 1)]:
            text, secret = kind.sample(pick)
            said, written = surrounding.around(text), surrounding.as_written(secret)
            clean = redact(said)
            gone = surrounding.as_written(text) not in clean if surrounding.hidden else is_gone(written, clean)
            made.append(Trial(kind, surrounding, said, written, gone, clean))
    plain = [s for s in surroundings if not s.hidden]
    for one in alike(pick):
        for surrounding in [plain[0], *pick.sample(plain[1:], 2)]:
            said = surrounding.around(one)
            clean = redact(said)
            made.append(Trial(None, surrounding, said, one, clean != said, clean))
    return made


def _of_row(row: Row, clean: str) -> Trial:
    surrounding, secret = Surrounding(row.surrounding, "¤"), "\n".join(row.secrets)
    if not row.secrets:
        return Trial(None, surrounding, row.text, row.text, clean != row.text, clean)
    kind = Kind(row.kind.partition("-")[0], row.kind, "")
    return Trial(kind, surrounding, row.text, secret, is_gone(secret, clean), clean)


def _means(pairs: Iterable[tuple[str, bool]]) -> dict[str, float]:
    by: dict[str, list[bool]] = defaultdict(list)
    for name, good in pairs:
        by[name].append(good)
    return {name: round(sum(those) / len(those), 3) for name, those in by.items()}


def figures(made: Sequence[Trial], good: Sequence[bool]) -> dict[str, Any]:
    """Recall, precision, by group, kind and surroundings; good: of each trial, whether it was found or changed."""
    real = [(t.kind, t, g) for t, g in zip(made, good, strict=True) if t.kind]
    by_kind = _means((f"{kind.group}/{kind.name}", g) for kind, _, g in real)
    false = {t.secret for t, g in zip(made, good, strict=True) if g and not t.kind}
    true = sum(mean > 0.5 for mean in by_kind.values())
    return {
        "recall": round(sum(by_kind.values()) / len(by_kind), 3),
        "alone": _means((t.surrounding.name, g) for _, t, g in real).get("alone"),
        "changed": len(false),
        "precision": round(true / (true + len(false)), 3) if true else 0.0,
        "by group": _means((kind.group, g) for kind, _, g in real),
        "by kind": by_kind,
        "by surroundings": _means((t.surrounding.name, g) for _, t, g in real),
    }


def _shown(name: str, made: Sequence[Trial], peers: dict[str, Lines | None], whole: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "set": name,
        "kinds": len({(t.kind.group, t.kind.name) for t in made if t.kind}),
        "look-alikes": len({t.secret for t in made if not t.kind}),
        "ours": figures(made, [t.mine for t in made]),
    }
    for peer, lines in peers.items():
        good = [] if lines is None else [t.found_by(lines.get(n, set())) for n, t in enumerate(made)]
        shown[peer] = figures(made, good) if good else "not installed: left out"
    for who in ("ours", *peers):
        if not whole and isinstance(shown[who], dict):
            shown[who]["by kind"] = (
                {k: m for k, m in shown[who]["by kind"].items() if m < 1} if who == "ours" else "--json"
            )
            worst = sorted(shown[who].pop("by surroundings").items(), key=lambda pair: pair[1])[:12]
            shown[who]["worst surroundings"] = dict(worst)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.secrets", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--set", nargs="+", choices=[*SETS, *HALVES], default=[*SETS, *HALVES], help="which sets; all by default"
    )
    parser.add_argument("--peers", nargs="?", const="", metavar="DIR", help="other programs too, of DIR or the PATH")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8, help="surroundings of a kind")
    parser.add_argument("--quick", action="store_true", help="two surroundings: shows that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object, by every kind and surrounding")
    parser.add_argument("--missed", type=int, default=0, help="print so many that were missed, or taken for a secret")
    options = parser.parse_args()
    sets: list[dict[str, Any]] = []
    told: list[Trial] = []
    for name in options.set:
        made = trials(name, options.seed, 2 if options.quick else options.each)
        texts = [t.text for t in made]
        peers = {} if options.peers is None else {peer: reported(peer, texts, options.peers) for peer in PEERS}
        sets.append(_shown(name, made, peers, options.json))
        told += made
    print(json.dumps({"seed": options.seed, "sets": sets}, indent=None if options.json else 1, ensure_ascii=False))
    if options.missed:
        for trial in [t for t in told if t.kind and not t.mine][: options.missed]:
            assert trial.kind
            print(f"missed {trial.kind.group}/{trial.kind.name} in {trial.surrounding.name}: {trial.text[:160]!r}")
        for trial in [t for t in told if not t.kind and t.mine]:
            print(f"false {trial.secret[:100]!r} in {trial.surrounding.name}: {trial.clean[:160]!r}")


if __name__ == "__main__":
    main()
