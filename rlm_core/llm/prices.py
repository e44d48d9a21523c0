"""US dollars for a million tokens, by model; and which model an alias means at the API.

The list prices of Anthropic's pricing page; of the 5.x models those that Claude Code 2.1.330 reckons with. An alias is
priced as a model of the 4.5 generation, which older clients mean by it: too dear for newer ones, and never too cheap. A
model that is not in the table costs what the dearest known model of its family does, and the report says so;
`ask.prices` in rlm.yaml sets what holds for you.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlm_core.llm.base import Usage

MILLION = 1_000_000
CACHE_WRITE, CACHE_READ = 1.25, 0.1  # of the input's price; a cache entry lives five minutes
BATCH = 0.5

ALIASES = {"haiku": "claude-haiku-4-5", "sonnet": "claude-sonnet-4-5", "opus": "claude-opus-4-5"}
# The longest beginning of a model's id counts.
PRICES: dict[str, tuple[float, float]] = {
    "claude-haiku-5-5": (0.1, 0.5),
    "claude-sonnet-5-5": (2.0, 10.0),
    "claude-opus-5-5": (4.0, 20.0),
    "claude-fable-5-2": (8.0, 40.0),
    "claude-haiku-4-5": (1.0, 5.0),
    "claude-3-5-haiku": (0.8, 4.0),
    "claude-sonnet-4": (3.0, 15.0),
    "claude-3-7-sonnet": (3.0, 15.0),
    "claude-3-5-sonnet": (3.0, 15.0),
    "claude-opus-4-5": (5.0, 25.0),
    "claude-opus-4-6": (5.0, 25.0),
    "claude-opus-4": (15.0, 75.0),
}
FAMILIES = {"haiku": (1.0, 5.0), "sonnet": (3.0, 15.0), "opus": (15.0, 75.0), "fable": (15.0, 75.0)}
UNKNOWN = (15.0, 75.0)


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens. assumed: the model is not in the table."""

    input: float
    output: float
    assumed: bool = False

    def cost(self, usage: Usage) -> float:
        """Dollars for what was used."""
        inputs = usage.input + CACHE_WRITE * usage.cache_write + CACHE_READ * usage.cache_read
        return (inputs * self.input + usage.output * self.output) / MILLION

    def most(self, inputs: int, outputs: int) -> float:
        """The most dollars that so many tokens may cost: all of the input written to a cache."""
        return (CACHE_WRITE * inputs * self.input + outputs * self.output) / MILLION


def model_id(model: str) -> str:
    """The id that the API knows a model by."""
    return ALIASES.get(model, model)


def price_of(model: str, own: Mapping[str, Sequence[float]] | None = None, factor: float = 1.0) -> Price:
    """The price of a model or alias. own: model -> [input, output], before the table. factor: 0.5 for batches."""
    name = model_id(model)
    for table, known in ((own or {}, (model, name)), (PRICES, (name,))):
        fits = [k for k in table if any(n == k or n.startswith(k) for n in known)]
        if fits:
            low, high = table[max(fits, key=len)]
            return Price(low * factor, high * factor)
    low, high = next((p for family, p in FAMILIES.items() if family in name), UNKNOWN)
    return Price(low * factor, high * factor, assumed=True)


@dataclass(frozen=True)
class PriceList:
    """What models cost. own: model -> [input, output] dollars a million, before the table. factor: 0.5 for batches."""

    own: Mapping[str, Sequence[float]] | None = None
    factor: float = 1.0

    def of(self, model: str) -> Price:
        """The price of a model or alias."""
        return price_of(model, self.own, self.factor)
