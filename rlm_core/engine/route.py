"""Which way a question goes: one call, search and read, or a map over all parts; which parts that reads, at what price.

Told by the sizes and by the kind of the question. Whoever knows better says so with a route.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlm_core.engine.calls.budget import Caps
from rlm_core.engine.checks import canary
from rlm_core.engine.forecast import Amount, forecast
from rlm_core.engine.kinds import ANSWER, KINDS, LIST, Guess, is_of_number
from rlm_core.engine.mapper import Mapper
from rlm_core.engine.options import FIRST_PASSAGES, MAP, MORE_PASSAGES, NONE, SEARCH, SINGLE, RunOptions
from rlm_core.engine.question.settle import kind_call, price_of_kind
from rlm_core.engine.task import Task, as_told
from rlm_core.engine.texts import Partition, partition
from rlm_core.errors import Joined, worded
from rlm_core.llm.base import Call
from rlm_core.llm.prices import MILLION
from rlm_core.tokens import estimate

CAP_PER_PART, MIN_PART = 32, 500  # a cap that is too small for all buys at least so many parts; tokens of the smallest
PASSAGE_TOKENS, HIT_TOKENS = 400, 1000  # of a passage of named texts; of what stands around a hit in an archive


@dataclass(frozen=True)
class RunPlan:
    """What a run is going to do. kind: what is asked for: answer, count, tally, list or pairs. tokens: of the texts.

    calls, cost_tokens, usd: with what is remembered taken off. remembered: calls that will cost nothing. assumed:
    models whose price is not known. whole_usd: what a search's texts would cost if all of them were read, without what
    is remembered and without caps; 0 for another route.
    asks_kind: the words leave the kind open, and a small call will settle it first;
    `kind` and `route` are a guess until then, and the price covers the dearest of them.
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
    whole_usd: float = 0.0
    asks_kind: bool = False

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
            "whole_usd": round(self.whole_usd or self.usd.likely, 6),
            "asks_kind": self.asks_kind,
        }


def route_of(
    kind: str,
    tokens: int,
    options: RunOptions,
    *,
    searchable: bool,
    everything: bool = False,
    of_number: bool = False,
) -> tuple[str, str]:
    """The route and why.

    searchable: somebody can rank passages. everything: no passage can hold the answer. of_number: it asks how many, or
    which of several, of texts that were named for it.
    """
    if options.route != "auto":
        return options.route, "as asked for"
    if tokens <= options.single and (kind in (ANSWER, LIST) or tokens <= options.part):
        return SINGLE, worded("all {n:,} {n:|token|tokens} fit in one call", n=tokens)
    if kind != ANSWER:
        return MAP, worded("it asks for {what} over everything", what=worded(f"a {kind}"))
    if everything:
        return MAP, "its answer needs all of the texts"
    if of_number:
        return MAP, "it asks how many, or which of several, of the texts that were named"
    if searchable:
        return SEARCH, "it asks for something that a search can find"
    return MAP, "there is no search over these texts"


def plan(
    question: str, kind: str, route: str, reason: str, parts: Sequence[Partition], options: RunOptions, *,
    overhead: int, remembered: int = 0, canaries: int = 0, factor: float = 1.0,
) -> RunPlan:  # fmt: skip
    """What a run over these parts will cost. parts: what will be read if nothing is found before.

    overhead: most tokens that a call adds to its texts. remembered: parts whose answer is kept from former runs.
    factor: of the price, for batches.
    """
    tokens = sum(p.tokens for p in parts)
    new = len(parts) - remembered
    cost = forecast(
        question, kind, route, options, parts=new, tokens=tokens * new / len(parts) if parts else 0.0,
        overhead=overhead, canaries=canaries, factor=factor,
    )  # fmt: skip
    assumed = tuple(sorted({m for m in options.models.values() if options.price(m).assumed}))
    return RunPlan(route, kind, reason, tokens, len(parts), cost.calls, cost.tokens, cost.usd, remembered, assumed)


def planned(task: Task, mapper: Mapper) -> tuple[RunPlan, list[Partition]]:
    """The plan of a run, and the parts that it reads if nothing is found before. No call is made.

    mapper: the run's, which knows what is remembered. Of a search, the parts are as many as its passages may fill;
    which passages these are shows when it searches.
    """
    caller, options = mapper.caller, task.options
    sender = caller.sender
    size = _part_size(task, mapper)
    parts = partition(task.documents, size)
    tokens, count = sum(p.tokens for p in parts), len(parts)
    whole = parts
    route, reason = _route(task, tokens)
    if route == SINGLE:
        parts = partition(task.documents, max(tokens * 2, 1))
        count = len(parts)
    elif route == SEARCH:
        each = PASSAGE_TOKENS if task.named else HIT_TOKENS
        parts = parts[: max(1, math.ceil((FIRST_PASSAGES + MORE_PASSAGES) * each / size))]
    alone = task.leaf_answers(route, parts)
    remembered = sum(caller.knows(mapper.call(p, alone=alone)) for p in parts)
    costed = plan(
        task.question, task.kind, route, reason, parts, options, overhead=sender.leaf.overhead, remembered=remembered,
        canaries=canaries_for(route, len(parts) - remembered, options), factor=sender.prices.factor,
    )  # fmt: skip
    if route == SEARCH:
        costed = replace(costed, whole_usd=_whole_usd(task, mapper, tokens, count))
    costed = replace(costed, tokens=tokens, parts=count)
    if task.sure or sender.leaf.patient or (route == SINGLE and task.is_literal):
        return costed, parts  # who reads everything answers in words all the same; a batch tells too late
    call = kind_call(task.question, options, sender.prices)
    return _with_kind(_undecided(costed, task, whole, mapper), call, mapper), parts


def _route(task: Task, tokens: int) -> tuple[str, str]:
    of_number = task.named and is_of_number(task.question)
    searchable = task.rank is not None
    return route_of(
        task.kind, tokens, task.options, searchable=searchable, everything=task.everything, of_number=of_number
    )


def _undecided(costed: RunPlan, task: Task, parts: Sequence[Partition], mapper: Mapper) -> RunPlan:
    """The plan at the price of the dearest kind that may turn out to be asked for; at least, of the cheapest."""
    sender, plans = mapper.caller.sender, [costed]
    for told in (Guess(ANSWER), *(Guess(kind, everything=True) for kind in KINDS)):
        other = as_told(task, told)
        route, _ = _route(other, costed.tokens)
        canaries, overhead = canaries_for(route, len(parts), other.options), sender.leaf.overhead
        one = plan(
            task.question, told.kind, route, "", parts, other.options, overhead=overhead, canaries=canaries,
            factor=sender.prices.factor,
        )  # fmt: skip
        plans.append(one)
    return replace(
        costed,
        calls=_spanned([p.calls for p in plans]),
        cost_tokens=_spanned([p.cost_tokens for p in plans]),
        usd=_spanned([p.usd for p in plans]),
    )


def _spanned(amounts: Sequence[Amount]) -> Amount:
    return Amount(min(a.least for a in amounts), max(a.likely for a in amounts), max(a.most for a in amounts))


def _with_kind(costed: RunPlan, call: Call, mapper: Mapper) -> RunPlan:
    """The plan with the call that settles the kind."""
    sender = mapper.caller.sender
    by_a_call = worded("a guess at its words, and one call of {model} will tell (--kind settles it)", model=call.model)
    tokens, usd = price_of_kind(call, sender.prices.of(call.model), sender.leaf.overhead)
    return replace(
        costed,
        reason=Joined("; ", [costed.reason, by_a_call]),
        calls=_sum(costed.calls, Amount(1, 1, 1)),
        cost_tokens=_sum(costed.cost_tokens, tokens),
        usd=_sum(costed.usd, usd),
        asks_kind=True,
    )


def _sum(a: Amount, b: Amount) -> Amount:
    return Amount(a.least + b.least, a.likely + b.likely, a.most + b.most)


def _whole_usd(task: Task, mapper: Mapper, tokens: int, parts: int) -> float:
    """What reading everything will likely cost, in dollars, whatever is remembered and however low a cap is."""
    sender, uncapped = mapper.caller.sender, replace(task.options, caps=Caps())
    return forecast(
        task.question, task.kind, MAP, uncapped, parts=parts, tokens=tokens, overhead=sender.leaf.overhead,
        canaries=canaries_for(MAP, parts, uncapped), factor=sender.prices.factor,
    ).usd.likely  # fmt: skip


def canaries_for(route: str, parts: int, options: RunOptions) -> int:
    """How many control questions go along with so many parts that are read anew: none where nobody checks.

    No more than the cap of calls leaves over when all parts are read and the answer is written.
    """
    if not parts or route != MAP or options.verify == NONE or options.canaries == 0:
        return 0
    wanted = canary.how_many(parts) if options.canaries < 0 else options.canaries
    return max(min(wanted, options.caps.calls - parts - 1), 0) if options.caps.calls else wanted


def _part_size(task: Task, mapper: Mapper) -> int:
    """Tokens of a part: smaller where a cap will end the run, since the last reservation wastes less of it then."""
    caps, price = task.options.caps, mapper.caller.sender.prices.of(task.options.models["leaf"])
    affordable = min(caps.tokens or float("inf"), caps.usd * MILLION / price.input if caps.usd else float("inf"))
    if affordable > 2 * sum(estimate(d.text) for d in task.documents):
        return task.options.part
    return max(min(task.options.part, int(affordable) // CAP_PER_PART), MIN_PART)
