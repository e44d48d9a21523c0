"""Which way a question goes: one call, search and read, or a map over all parts; which parts that reads, at what price.

Told by the sizes and by the kind of the question. Whoever knows better says so with a route.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlm_core.engine.checks import canary
from rlm_core.engine.forecast import Amount, forecast
from rlm_core.engine.kinds import ANSWER, LIST, is_about_everything
from rlm_core.engine.mapper import Mapper
from rlm_core.engine.options import FIRST_PASSAGES, MAP, MORE_PASSAGES, NONE, SEARCH, SINGLE, RunOptions
from rlm_core.engine.task import Task
from rlm_core.engine.texts import Partition, partition
from rlm_core.llm.prices import MILLION, price_of
from rlm_core.tokens import estimate

CAP_PER_PART, MIN_PART = 32, 500  # a cap that is too small for all buys at least so many parts; tokens of the smallest
PASSAGE_TOKENS = 500  # of a passage with the lines around it


@dataclass(frozen=True)
class RunPlan:
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
    kind: str, tokens: int, options: RunOptions, *, searchable: bool, everything: bool = False
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
    assumed = tuple(sorted({m for m in options.models.values() if price_of(m, options.prices).assumed}))
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
    searchable, everything = task.rank is not None, is_about_everything(task.question)
    route, reason = route_of(task.kind, tokens, options, searchable=searchable, everything=everything)
    if route == SINGLE:
        parts = partition(task.documents, max(tokens * 2, 1))
        count = len(parts)
    elif route == SEARCH:
        parts = parts[: max(1, (FIRST_PASSAGES + MORE_PASSAGES) * PASSAGE_TOKENS // size)]
    alone = task.leaf_answers(route, parts)
    remembered = sum(caller.knows(mapper.call(p, alone=alone)) for p in parts)
    costed = plan(
        task.question, task.kind, route, reason, parts, options, overhead=sender.leaf.overhead, remembered=remembered,
        canaries=canaries_for(route, len(parts) - remembered, options), factor=sender.prices.factor,
    )  # fmt: skip
    return replace(costed, tokens=tokens, parts=count), parts


def canaries_for(route: str, parts: int, options: RunOptions) -> int:
    """How many control questions go along with so many parts that are read anew: none where nobody checks."""
    if not parts or route != MAP or options.verify == NONE or options.canaries == 0:
        return 0
    return canary.how_many(parts) if options.canaries < 0 else options.canaries


def _part_size(task: Task, mapper: Mapper) -> int:
    """Tokens of a part: smaller where a cap will end the run, since the last reservation wastes less of it then."""
    caps, price = task.options.caps, mapper.caller.sender.prices.of(task.options.models["leaf"])
    affordable = min(caps.tokens or float("inf"), caps.usd * MILLION / price.input if caps.usd else float("inf"))
    if affordable > 2 * sum(estimate(d.text) for d in task.documents):
        return task.options.part
    return max(min(task.options.part, int(affordable) // CAP_PER_PART), MIN_PART)
