"""Which way a question goes, and what it will cost: one call, search and read, or a map over all parts.

Told by the sizes and by the question's own words, English and French. Whoever knows better says so with a route.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rlm_core.engine.options import MAP, SEARCH, SINGLE, VOTE, Options
from rlm_core.engine.prompts import LEAF_SYSTEM, REDUCE_SYSTEM
from rlm_core.engine.texts import Part
from rlm_core.llm.prices import price_of
from rlm_core.tokens import estimate

ANSWER, COUNT, TALLY, LIST, PAIRS = "answer", "count", "tally", "list", "pairs"

_PAIRS = re.compile(r"\b(?:pairs? of|all pairs|paires? (?:de|d'))")
_TALLY = re.compile(
    r"\b(?:(?:most|least) (?:common|frequent|often|used)|how (?:often|many times) (?:is|was|does|did|do) each|"
    r"breakdown|distribution|how many .{1,60}\b(?:per|for each|by|in each)\b|repartition|"
    r"le (?:plus|moins) (?:frequent|souvent|courant|utilise)|combien .{1,60}\bpar\b)"
)
_COUNT = re.compile(
    r"\b(?:how many|number of|count (?:the|all|every|how)|combien (?:de|d'|y|sont|ont)|nombre (?:de|d')|compte[rz]? )"
)
_LIST = re.compile(
    r"\b(?:list|enumerate|every|each|all (?:the |of the |of these )?\w+|which of (?:these|the)|what are (?:all|the)|"
    r"liste[rz]?|enumere[rz]?|chaque|tou(?:s|tes) les|toutes? les|lesquel(?:s|les)|quels? sont|quelles sont)\b"
)
_OF_TIME = re.compile(
    r"\ball (?:the time|day|night|right|along|in all)\b|\b(?:every time|at all|after all|tous les jours)\b"
)

FIRST_PASSAGES, MORE_PASSAGES = 12, 36  # passages a search reads at first, and when that was in vain
USUAL_OUTPUT, DENSE_OUTPUT = 250, 1200  # tokens of a leaf's answer
FINDING_TOKENS = 90  # of a finding in a reduction's prompt
SPREAD = 1.35  # a newer tokenizer makes so many tokens of one of the estimate


@dataclass(frozen=True)
class Amount:
    """Least, likely, most."""

    least: float
    likely: float
    most: float

    def as_json(self) -> dict[str, float]:
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Plan:
    """What a run is going to do. kind: what is asked for: answer, count, tally, list or pairs. tokens: of the texts.

    calls, cost_tokens, usd: with what is remembered taken off. remembered: calls that will cost nothing. assumed:
    models whose price is not known.
    """

    route: str
    kind: str
    reason: str
    tokens: int
    parts: int
    calls: Amount
    cost_tokens: Amount
    usd: Amount
    remembered: int = 0
    assumed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "route": self.route,
            "kind": self.kind,
            "reason": self.reason,
            "tokens": self.tokens,
            "parts": self.parts,
            "remembered": self.remembered,
            "calls": self.calls.as_json(),
            "cost_tokens": self.cost_tokens.as_json(),
            "usd": self.usd.as_json(),
            "assumed_prices": list(self.assumed),
        }


def kind_of(question: str) -> str:
    """What a question asks for, by its words; `answer` when none of them tells.

    >>> kind_of("How many tickets are about billing?"), kind_of("Liste chaque changement de prix")
    ('count', 'list')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", question.casefold()) if not unicodedata.combining(c))
    plain = _OF_TIME.sub(" ", plain.replace("’", "'"))
    for kind, cue in ((PAIRS, _PAIRS), (TALLY, _TALLY), (COUNT, _COUNT), (LIST, _LIST)):
        if cue.search(plain):
            return kind
    return ANSWER


def route_of(kind: str, tokens: int, options: Options, *, searchable: bool) -> tuple[str, str]:
    """The route and why. searchable: somebody can rank passages for the question."""
    if options.route != "auto":
        return options.route, "as asked for"
    if tokens <= options.single and (kind in (ANSWER, LIST) or tokens <= options.part):
        return SINGLE, f"all {tokens:,} tokens fit in one call"
    if kind != ANSWER:
        return MAP, f"it asks for a {kind} over everything"
    if searchable:
        return SEARCH, "it asks for something that a search can find"
    return MAP, "there is no search over these texts"


def plan(
    question: str, kind: str, route: str, reason: str, parts: Sequence[Part], options: Options, *, overhead: int,
    remembered: int = 0, canaries: int = 0, factor: float = 1.0,
) -> Plan:  # fmt: skip
    """What a run over these parts will cost. parts: what will be read if nothing is found before.

    overhead: most tokens that a call adds to its texts. remembered: parts whose answer is kept from former runs.
    factor: of the price, for batches.
    """
    fixed = estimate(LEAF_SYSTEM) + estimate(question) + overhead // 3
    new = len(parts) - remembered
    tokens = sum(p.tokens for p in parts)
    fresh = tokens * new // len(parts) if parts else 0
    dense = kind not in (ANSWER,)
    inputs = new * fixed + fresh
    leaf, reduce = (price_of(options.models[r], options.prices, factor) for r in ("leaf", "reduce"))
    output = DENSE_OUTPUT if dense else USUAL_OUTPUT
    reductions = _reductions(route, kind, len(parts), options)
    reduce_input = reductions * (
        estimate(REDUCE_SYSTEM) + overhead // 3 + min(len(parts) * 2 * FINDING_TOKENS, options.part)
    )
    extra = canaries + (max(1, len(parts) // 4) if options.verify == VOTE else 0)
    least_calls = (min(new, 1) if route == SEARCH else new) + (1 if reductions else 0)
    likely_calls = (min(new, 3) if route == SEARCH else new) + reductions + extra
    most_calls = _most_calls(new, options) + 2 * reductions + extra
    share = 1.0 if route != SEARCH or not new else min(1.0, 3 / new)
    likely = (inputs * share + extra * 600, new * share * output, reduce_input, reductions * 400)
    least = (inputs * share * 0.9, new * share * 60, reduce_input * 0.5, reductions * 100)
    grown = most_calls / max(likely_calls, 1)
    most = (
        inputs * SPREAD * max(grown, 1),
        most_calls * options.output,
        reduce_input * 2 * SPREAD,
        2 * reductions * options.output,
    )
    costs = [(sum(v), _usd(v, leaf, reduce)) for v in (least, likely, most)]
    return Plan(
        route, kind, reason, tokens, len(parts),
        Amount(least_calls, likely_calls, most_calls),
        Amount(*(int(t) for t, _ in costs)),
        Amount(*(d for _, d in costs)),
        remembered,
        tuple(sorted({m for m in options.models.values() if price_of(m, options.prices).assumed})),
    )  # fmt: skip


def _usd(amounts: tuple[float, float, float, float], leaf: Any, reduce: Any) -> float:
    a, b, c, d = amounts
    return float((a * leaf.input + b * leaf.output + c * reduce.input + d * reduce.output) / 1_000_000)


def _most_calls(parts: int, options: Options) -> int:
    """Every part split as deep as it may be, each half once more."""
    return sum(parts * 2**level for level in range(options.depth + 1))


def _reductions(route: str, kind: str, parts: int, options: Options) -> int:
    """Calls that join findings; code joins counts, lists and pairs."""
    if route == SINGLE or kind in (COUNT, TALLY, LIST):
        return 0
    if kind == PAIRS:
        return 1  # it asks for the condition
    groups = max(1, parts * 2 * FINDING_TOKENS // options.part)
    return 1 if groups == 1 else groups + 1
