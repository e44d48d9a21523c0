"""What a run will cost before it begins: calls, tokens and dollars, at least, likely and at most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rlm_core.engine.calls.budget import Caps
from rlm_core.engine.kinds import ANSWER, PAIRS, TALLY
from rlm_core.engine.options import FIRST_PASSAGES, MAP, MORE_PASSAGES, QUOTE, SEARCH, VOTE, RunOptions
from rlm_core.engine.prompts import LEAF_SYSTEM, REDUCE_SYSTEM
from rlm_core.llm.prices import CACHE_WRITE, MILLION, Price
from rlm_core.tokens import estimate

USUAL_OUTPUT, DENSE_OUTPUT = 250, 1200  # tokens of a leaf's answer
EMPTY_OUTPUT, WRITTEN = 20, 400  # tokens of an answer without findings, and of one in words
FINDING_TOKENS, FINDINGS = 90, 2  # of a finding in a reduction's prompt; of a part
SPREAD = 1.35  # a newer tokenizer makes so many tokens of one of the estimate
CHILDREN = 12  # parts at most, that one which is too full becomes
CANARY = 600  # tokens
VOTE_TOKENS, CLAIMS = 4000, 8  # of a second reading's windows, and how many claims it is about
USUAL_VOTES, MAX_VOTES = 3, 13  # readings of a finding
MAX_REREADINGS = 6  # calls: three readings of two doubtful findings, where an answer rests on no more


@dataclass(frozen=True)
class Amount:
    """Least, likely, most."""

    least: float
    likely: float
    most: float

    def as_json(self) -> dict[str, float]:
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Forecast:
    """calls: requests. tokens: of all of them. usd: dollars."""

    calls: Amount
    tokens: Amount
    usd: Amount


def forecast(
    question: str, kind: str, route: str, options: RunOptions, *, parts: int, tokens: float, overhead: int,
    canaries: int, factor: float,
) -> Forecast:  # fmt: skip
    """What reading the parts will cost. parts, tokens: of those that have no answer yet.

    overhead: most tokens that a call adds to its texts. factor: of the price, for batches. least: nothing is found, or
    by a search at once. most: every part is split as deep as it may be, every answer is as long as it may be, all input
    is written to a cache; attempts that the server fails come on top. A cap that is below an amount is the amount.
    """
    system = estimate(LEAF_SYSTEM) + estimate(question)
    sized = _Sized(kind, route, options, parts, tokens, system, overhead, canaries)
    loads = (sized.least(), sized.likely(), sized.most().within(options.caps.calls, sized.largest()))
    prompt = int(SPREAD * max(options.part, tokens / max(parts, 1))) + system + overhead  # the largest there may be
    leaf, reduce = (options.price(options.models[r], factor).of_prompts(prompt) for r in ("leaf", "reduce"))
    most = loads[2]
    return _capped(
        [(load.calls, int(load.tokens), load.usd(leaf, reduce, at_most=load is most)) for load in loads], options.caps
    )


def _capped(loads: Sequence[tuple[float, float, float]], caps: Caps) -> Forecast:
    """The forecast of (calls, tokens, dollars) at least, likely and at most, under caps, which are never passed.

    The first cap that is reached ends the run, so that it takes the same share of calls, tokens and dollars. At most is
    no more than the cap, but no share: the calls that are made may be the dear ones.
    """
    limits = [cap or math.inf for cap in (caps.calls, caps.tokens, caps.usd)]

    def share(load: tuple[float, float, float]) -> float:
        return min((limit / n for limit, n in zip(limits, load, strict=True) if n > limit), default=1.0)

    amounts = []
    for at, limit in enumerate(limits):
        least, likely = (load[at] * share(load) for load in loads[:2])
        if at < 2:  # of calls and tokens there are no pieces
            least, likely = int(least), int(likely)
        most = min(loads[2][at], limit)
        likely = min(likely, most)
        amounts.append(Amount(min(least, likely), likely, most))
    return Forecast(*amounts)


def under_caps(amounts: Sequence[Amount], caps: Caps) -> list[Amount]:
    """Calls, tokens and dollars, none of them above its cap; 0 is no cap."""
    limits = [cap or math.inf for cap in (caps.calls, caps.tokens, caps.usd)]
    return [
        Amount(min(a.least, limit), min(a.likely, limit), min(a.most, limit))
        for a, limit in zip(amounts, limits, strict=True)
    ]


@dataclass(frozen=True)
class _Load:
    """Calls, and tokens by who reads and writes them: `leaf_*` of leaves, `reduce_*` of reductions."""

    calls: int
    leaf_input: float
    leaf_output: float
    reduce_input: float
    reduce_output: float

    @property
    def tokens(self) -> float:
        return self.leaf_input + self.leaf_output + self.reduce_input + self.reduce_output

    def within(self, calls: int, each: _Load) -> _Load:
        """No more than so many calls can take, of which one takes `each` at most; 0 is no cap."""
        if not calls or calls >= self.calls:
            return self
        figures = ("calls", "leaf_input", "leaf_output", "reduce_input", "reduce_output")
        return _Load(*(min(getattr(self, name), calls * getattr(each, name)) for name in figures))

    def usd(self, leaf: Price, reduce: Price, *, at_most: bool) -> float:
        """Dollars. at_most: all input is written to a cache."""
        factor = CACHE_WRITE if at_most else 1.0
        inputs = factor * (self.leaf_input * leaf.input + self.reduce_input * reduce.input)
        return (inputs + self.leaf_output * leaf.output + self.reduce_output * reduce.output) / MILLION


@dataclass(frozen=True)
class _Sized:
    """What a run is about. parts, tokens: of those without an answer yet. system: tokens before each part."""

    kind: str
    route: str
    options: RunOptions
    parts: int
    tokens: float
    system: int
    overhead: int
    canaries: int

    @property
    def first(self) -> int:
        """Parts that are read before anything is found."""
        if self.route != SEARCH:
            return self.parts
        return math.ceil(self.parts * FIRST_PASSAGES / (FIRST_PASSAGES + MORE_PASSAGES))

    def least(self) -> _Load:
        calls, tokens = (min(self.parts, 1), 0.0) if self.route == SEARCH else (self.parts, self.tokens)
        joins = 1 if self.kind == PAIRS else 0
        leaf_input = (calls * self.system + tokens) * 0.9
        return _Load(calls + joins, leaf_input, calls * EMPTY_OUTPUT, joins * self._join(0), joins * EMPTY_OUTPUT)

    def likely(self) -> _Load:
        calls, share = self.first, self.first / max(self.parts, 1)
        usual = USUAL_OUTPUT if self.kind == ANSWER else DENSE_OUTPUT
        output, overhead = min(usual, self.options.output), self.overhead / 3
        votes = USUAL_VOTES * math.ceil(calls * FINDINGS / CLAIMS) if self.options.verify == VOTE else 0
        joins = self._joins(calls)
        leaf_input = calls * (self.system + overhead) + share * self.tokens
        leaf_input += self.canaries * (self.system + CANARY + overhead) + votes * (VOTE_TOKENS + overhead)
        leaf_output = (calls + self.canaries) * output + votes * min(USUAL_OUTPUT, self.options.output)
        findings = min(calls * FINDINGS * FINDING_TOKENS, self.options.part)
        return _Load(
            calls + self.canaries + votes + joins, leaf_input, leaf_output, joins * (self._join(findings) + overhead),
            joins * min(WRITTEN, self.options.output),
        )  # fmt: skip

    def most(self) -> _Load:
        depth, output = self.options.depth, self.options.output
        calls = sum(self.parts * CHILDREN**level for level in range(depth + 1))
        findings = max(output // FINDING_TOKENS, FINDINGS) * self.parts
        votes = MAX_VOTES * math.ceil(findings / CLAIMS) if self.options.verify == VOTE else self._rereadings()
        joins = self._joins(self.parts, most=True)
        leaf_input = calls * (self.system + self.overhead) + (depth + 1) * self.tokens
        leaf_input += self.canaries * (self.system + CANARY + self.overhead) + votes * (VOTE_TOKENS + self.overhead)
        return _Load(
            calls + self.canaries + votes + joins, SPREAD * leaf_input, (calls + self.canaries + votes) * output,
            SPREAD * joins * (self._join(self.options.part) + self.overhead), joins * output,
        )  # fmt: skip

    def largest(self) -> _Load:
        """The most that one call may take, as a leaf's and as a reduction's."""
        output, room = self.options.output, max(self.options.part, self.options.single, VOTE_TOKENS)
        leaf_input = SPREAD * (self.system + self.overhead + max(room, CANARY))
        return _Load(1, leaf_input, output, SPREAD * (self._join(self.options.part) + self.overhead), output)

    def _rereadings(self) -> int:
        """The most calls that read doubtful findings again though no votes were asked for."""
        return MAX_REREADINGS if self.kind == ANSWER and self.options.verify == QUOTE else 0

    def _join(self, findings: int) -> int:
        """Tokens of a reduction's prompt. findings: tokens of those it joins."""
        return estimate(REDUCE_SYSTEM) + self.system + findings

    def _joins(self, parts: int, *, most: bool = False) -> int:
        """Calls that join findings.

        Code joins counts and lists, a leaf that is alone writes the answer itself, what is remembered has been joined.
        """
        if self.kind == PAIRS:
            return 1  # it asks for the condition
        if self.kind == TALLY and most and parts > 1:
            return 1  # it asks which labels mean the same, if some look alike
        if self.kind != ANSWER or (not most and parts <= (self.route != MAP)):
            return 0
        each = max(self.options.output, FINDINGS * FINDING_TOKENS) if most else FINDINGS * FINDING_TOKENS
        groups = math.ceil(parts * each / self.options.part)
        return 1 if groups <= 1 else 2 * groups if most else groups + 1
