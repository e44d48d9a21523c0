"""The options of a run: everything about it but the question, the texts and the leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rlm_core.engine.calls.budget import Caps
from rlm_core.llm.base import ROLES
from rlm_core.llm.prices import Price, price_of

AUTO, SINGLE, SEARCH, MAP = "auto", "single", "search", "map"
ROUTES = (AUTO, SINGLE, SEARCH, MAP)
FIRST_PASSAGES, MORE_PASSAGES = 12, 36  # passages that a search reads at first, and more of them if that was in vain
NONE, QUOTE, VOTE = "none", "quote", "vote"
CHECKS = (NONE, QUOTE, VOTE)
MAX_DEPTH = 3


@dataclass(frozen=True)
class RunOptions:
    """The options of a run.

    route: one of ROUTES. models: role -> alias or id. part: tokens that one call reads. single: up to so many tokens
    one call reads everything. workers: calls at once, 0 for the leaf's own number. depth: how often a part that is too
    large or too full may be split. seconds: deadline of one call. output: most tokens of an answer. verify: one of
    CHECKS. canaries: number of control questions, -1 for as many as the size of the run calls for. prices: model ->
    [input, output] dollars a million tokens. named: alias -> the id that it stands for, as far as that is known.
    labels: those that values are chosen from; those in the question, if any, without them.
    """

    route: str = AUTO
    models: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(ROLES, "haiku")))
    part: int = 8000
    single: int = 16000
    workers: int = 0
    depth: int = 1
    seconds: float = 180.0
    output: int = 4096
    verify: str = QUOTE
    canaries: int = -1
    caps: Caps = field(default_factory=Caps)
    prices: Mapping[str, Sequence[float]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    def price(self, model: str, factor: float = 1.0) -> Price:
        """The price of a model or alias. factor: 0.5 for batches."""
        return price_of(model, self.prices, factor, named=self.named.get(model, ""))
