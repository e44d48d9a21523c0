"""Which way a question goes, and what it will cost: one call, search and read, or a map over all parts.

Told by the sizes and by the kind of the question. Whoever knows better says so with a route.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rlm_core.engine.kinds import ANSWER, COUNT, LIST, PAIRS, TALLY, kind_of
from rlm_core.engine.options import MAP, SEARCH, SINGLE, VOTE, Options
from rlm_core.engine.prompts import LEAF_SYSTEM, REDUCE_SYSTEM
from rlm_core.engine.texts import Part
from rlm_core.llm.prices import CACHE_WRITE, MILLION, Price, price_of
from rlm_core.tokens import estimate

__all__ = ["ANSWER", "COUNT", "LIST", "PAIRS", "TALLY", "Amount", "Plan", "kind_of", "plan", "route_of"]

FIRST_PASSAGES, MORE_PASSAGES = 12, 36  # passages a search reads at first, and when that was in vain
USUAL_OUTPUT, DENSE_OUTPUT = 250, 1200  # tokens of a leaf's answer
LEAST_OUTPUT, WRITTEN = 20, 400  # tokens of an answer without findings, and of one in words
FINDING_TOKENS, FINDINGS = 90, 2  # of a finding in a reduction's prompt; of a part
SPREAD = 1.35  # a newer tokenizer makes so many tokens of one of the estimate
CHILDREN = 12  # parts at most, that one which is too full becomes
CANARY = 300  # tokens
VOTE_TOKENS, CLAIMS = 4000, 8  # of a second reading's windows, and how many claims it is about
USUAL_VOTES, MOST_VOTES = 3, 13  # readings of a finding


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


def route_of(
    kind: str, tokens: int, options: Options, *, searchable: bool, everything: bool = False
) -> tuple[str, str]:
    """The route and why. searchable: somebody can rank passages. everything: no passage can hold the answer."""
    if options.route != "auto":
        return options.route, "as asked for"
    if tokens <= options.single and (kind in (ANSWER, LIST) or tokens <= options.part):
        return SINGLE, f"all {tokens:,} tokens fit in one call"
    if kind != ANSWER:
        return MAP, f"it asks for a {kind} over everything"
    if everything:
        return MAP, "its answer needs all of the texts"
    if searchable:
        return SEARCH, "it asks for something that a search can find"
    return MAP, "there is no search over these texts"


def plan(
    question: str, kind: str, route: str, reason: str, parts: Sequence[Part], options: Options, *, overhead: int,
    remembered: int = 0, canaries: int = 0, factor: float = 1.0,
) -> Plan:  # fmt: skip
    """What a run over these parts will cost. parts: what will be read if nothing is found before.

    overhead: most tokens that a call adds to its texts. remembered: parts whose answer is kept from former runs.
    factor: of the price, for batches. least: nothing is found, or by a search at once. most: every part is split as
    deep as it may be, every answer is as long as it may be, all input is written to a cache; attempts that the server
    fails come on top.
    """
    tokens = sum(p.tokens for p in parts)
    new = len(parts) - remembered
    fresh = tokens * new / len(parts) if parts else 0.0
    system = estimate(LEAF_SYSTEM) + estimate(question)
    sized = _Sized(kind, route, options, new, fresh, system, overhead, canaries)
    loads = (sized.least(), sized.likely(), sized.most())
    leaf, reduce = (price_of(options.models[r], options.prices, factor) for r in ("leaf", "reduce"))
    return Plan(
        route, kind, reason, tokens, len(parts),
        Amount(*(load.calls for load in loads)),
        Amount(*(int(load.tokens) for load in loads)),
        Amount(*(load.usd(leaf, reduce, at_most=load is loads[2]) for load in loads)),
        remembered,
        tuple(sorted({m for m in options.models.values() if price_of(m, options.prices).assumed})),
    )  # fmt: skip


@dataclass(frozen=True)
class _Load:
    """Calls and tokens. reads, says: input and output of leaves; joins, writes: of reductions."""

    calls: int
    reads: float
    says: float
    joins: float
    writes: float

    @property
    def tokens(self) -> float:
        return self.reads + self.says + self.joins + self.writes

    def usd(self, leaf: Price, reduce: Price, *, at_most: bool) -> float:
        """Dollars; at_most: all input is written to a cache."""
        factor = CACHE_WRITE if at_most else 1.0
        inputs = factor * (self.reads * leaf.input + self.joins * reduce.input)
        return (inputs + self.says * leaf.output + self.writes * reduce.output) / MILLION


@dataclass(frozen=True)
class _Sized:
    """What a run is about. new: parts without an answer yet; fresh: their tokens; system: tokens before each part."""

    kind: str
    route: str
    options: Options
    new: int
    fresh: float
    system: int
    overhead: int
    canaries: int

    @property
    def first(self) -> int:
        """Parts that are read before anything is found."""
        if self.route != SEARCH:
            return self.new
        return math.ceil(self.new * FIRST_PASSAGES / (FIRST_PASSAGES + MORE_PASSAGES))

    def least(self) -> _Load:
        calls, fresh = (min(self.new, 1), 0.0) if self.route == SEARCH else (self.new, self.fresh)
        joins = 1 if self.kind == PAIRS else 0
        reads = (calls * self.system + fresh) * 0.9
        return _Load(calls + joins, reads, calls * LEAST_OUTPUT, joins * self._join(0), joins * LEAST_OUTPUT)

    def likely(self) -> _Load:
        calls, share = self.first, self.first / max(self.new, 1)
        usual = USUAL_OUTPUT if self.kind == ANSWER else DENSE_OUTPUT
        output = min(usual, self.options.output)
        votes = USUAL_VOTES * math.ceil(calls * FINDINGS / CLAIMS) if self.options.verify == VOTE else 0
        joins = self._joins(calls)
        reads = calls * (self.system + self.overhead / 3) + share * self.fresh
        reads += self.canaries * (self.system + CANARY + self.overhead / 3) + votes * (VOTE_TOKENS + self.overhead / 3)
        says = (calls + self.canaries) * output + votes * min(USUAL_OUTPUT, self.options.output)
        found = min(calls * FINDINGS * FINDING_TOKENS, self.options.part)
        return _Load(
            calls + self.canaries + votes + joins, reads, says, joins * (self._join(found) + self.overhead / 3),
            joins * min(WRITTEN, self.options.output),
        )  # fmt: skip

    def most(self) -> _Load:
        depth, output = self.options.depth, self.options.output
        calls = sum(self.new * CHILDREN**level for level in range(depth + 1))
        findings = max(output // FINDING_TOKENS, FINDINGS) * self.new
        votes = MOST_VOTES * math.ceil(findings / CLAIMS) if self.options.verify == VOTE else 0
        joins = self._joins(self.new, most=True)
        reads = calls * (self.system + self.overhead) + (depth + 1) * self.fresh
        reads += self.canaries * (self.system + CANARY + self.overhead) + votes * (VOTE_TOKENS + self.overhead)
        return _Load(
            calls + self.canaries + votes + joins, SPREAD * reads, (calls + self.canaries + votes) * output,
            SPREAD * joins * (self._join(self.options.part) + self.overhead), joins * output,
        )  # fmt: skip

    def _join(self, found: int) -> int:
        """Tokens of a reduction's prompt."""
        return estimate(REDUCE_SYSTEM) + self.system + found

    def _joins(self, parts: int, *, most: bool = False) -> int:
        """Calls that join findings.

        Code joins counts and lists, a leaf that is alone writes the answer itself, what is remembered has been joined.
        """
        if self.kind == PAIRS:
            return 1  # it asks for the condition
        if self.kind != ANSWER or (not most and parts <= (self.route != MAP)):
            return 0
        each = max(self.options.output, FINDINGS * FINDING_TOKENS) if most else FINDINGS * FINDING_TOKENS
        groups = math.ceil(parts * each / self.options.part)
        return 1 if groups <= 1 else 2 * groups if most else groups + 1
