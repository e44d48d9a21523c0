"""US dollars for a million tokens, by model; and which model an alias means when nobody has said it yet.

The figures are those of the model catalog within Claude Code 2.1.332, read on 30 November 2026. Anthropic's pages, in
the copies that could be read on that day, say the same of models up to Fable 5.1 (platform.claude.com/docs:
about-claude/pricing, models/haiku-5-5/overview, models/sonnet-5-5/overview, models/opus-5-5/overview), but for two
things for which the catalog stands with others' release notes: what is read from a cache by Sonnet 5.5, 0.10 since
7 October 2026, where the copy still says 0.20, and all of Fable and Mythos 5.2. A model that is not in the table costs
what the dearest model of its family does that is still sold, and the report says so; `ask.prices` in rlm.yaml sets what
holds for you.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rlm_core.llm.base import Usage

MILLION = 1_000_000
CACHE_WRITE, CACHE_READ = 1.25, 0.1  # of the input's price; a cache entry lives five minutes
BATCH = 0.5

# What Claude Code 2.1.332 means by them with Anthropic itself. Other clouds may mean older ones: see `names`.
ALIASES = {"haiku": "claude-haiku-5-5", "sonnet": "claude-sonnet-5-5", "opus": "claude-opus-5-5"}


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens. assumed: the model is not in the table.

    write, read: of a cache, as parts of the input's price. above: tokens of a prompt, cached ones too, beyond which
    every token of the call costs `surcharge` times as much; 0 for no such bound.
    """

    input: float
    output: float
    assumed: bool = False
    write: float = CACHE_WRITE
    read: float = CACHE_READ
    above: int = 0
    surcharge: float = 1.0

    def cost(self, usage: Usage) -> float:
        """Dollars for what one call used."""
        inputs = usage.input + self.write * usage.cache_write + self.read * usage.cache_read
        prompt = usage.input + usage.cache_write + usage.cache_read
        return self._times(prompt) * (inputs * self.input + usage.output * self.output) / MILLION

    def most(self, inputs: int, outputs: int) -> float:
        """The most dollars that a call of so many tokens may cost: all of the input written to a cache."""
        return self._times(inputs) * (max(self.write, 1.0) * inputs * self.input + outputs * self.output) / MILLION

    def of_prompts(self, tokens: int) -> Price:
        """The same for calls whose prompts have so many tokens at most."""
        return replace(self.times(self._times(tokens)), above=0)

    def times(self, factor: float) -> Price:
        """The same at so many times the price, as in batches."""
        return replace(self, input=self.input * factor, output=self.output * factor)

    def _times(self, prompt: int) -> float:
        return self.surcharge if self.above and prompt > self.above else 1.0


# By the id's beginning, with nothing behind it but what `_SAME` allows.
PRICES: dict[str, Price] = {
    "claude-haiku-5-5": Price(0.1, 0.5, above=100_000, surcharge=5.0),
    "claude-haiku-4-5": Price(1.0, 5.0),
    "claude-3-5-haiku": Price(0.8, 4.0),
    "claude-sonnet-5-5": Price(2.0, 10.0, read=0.05),
    "claude-sonnet-5": Price(2.0, 10.0),
    "claude-sonnet-4-6": Price(3.0, 15.0),
    "claude-sonnet-4-5": Price(3.0, 15.0),
    "claude-sonnet-4": Price(3.0, 15.0),
    "claude-3-7-sonnet": Price(3.0, 15.0),
    "claude-3-5-sonnet": Price(3.0, 15.0),
    "claude-opus-5-5": Price(4.0, 20.0, read=0.05),
    "claude-opus-5": Price(5.0, 25.0),
    "claude-opus-4-5": Price(5.0, 25.0),
    "claude-opus-4-6": Price(5.0, 25.0),
    "claude-opus-4-7": Price(5.0, 25.0),
    "claude-opus-4-8": Price(5.0, 25.0),
    "claude-opus-4-1": Price(15.0, 75.0),
    "claude-opus-4": Price(15.0, 75.0),
    "claude-fable-5-2": Price(8.0, 40.0, read=0.025),
    "claude-fable-5-1": Price(10.0, 50.0, read=0.025),
    "claude-fable-5": Price(10.0, 50.0),
    "claude-mythos-5-2": Price(8.0, 40.0, read=0.025),
    "claude-mythos-5-1": Price(10.0, 50.0, read=0.025),
    "claude-mythos-5": Price(10.0, 50.0),
}
# Of a family's models that are not retired, the dearest.
FAMILIES = {
    "haiku": Price(1.0, 5.0),
    "sonnet": Price(3.0, 15.0),
    "opus": Price(5.0, 25.0),
    "fable": Price(10.0, 50.0),
    "mythos": Price(10.0, 50.0),
}
UNKNOWN = Price(15.0, 75.0)
_SAME = re.compile(r"(?:-\d{8}|-latest|-0)?(?:[@\[:].*|-v\d.*)?$")  # a date, a cloud's version, a longer context


def family_of(model: str) -> str:
    """`haiku`, `sonnet`, ... of an alias or an id; "" for a model of none of them."""
    return next((family for family in FAMILIES if family in model.lower()), "")


def model_id(model: str) -> str:
    """The id that stands for an alias when nobody has said it yet; any other name as it is."""
    return ALIASES.get(model, model)


def price_of(
    model: str, own: Mapping[str, Sequence[float]] | None = None, factor: float = 1.0, *, named: str = ""
) -> Price:
    """The price of a model or alias. own: model -> [input, output], before the table. factor: 0.5 for batches.

    named: the id that the alias stands for; by default that of `model_id`. What clouds put before an id or behind it
    (`us.anthropic.claude-...-v1:0`) does not matter, nor does the `[1m]` of a longer context.
    """
    name = named or model_id(model)
    bare = name[max(name.find("claude-"), 0) :]
    mine = [k for k in own or {} if any(n == k or n.startswith(k) for n in (model, name, bare))]
    if own and mine:
        low, high = own[max(mine, key=len)]
        return Price(low, high).times(factor)
    for known, price in PRICES.items():
        if bare.startswith(known) and _SAME.match(bare, len(known)):
            return price.times(factor)
    return replace(FAMILIES.get(family_of(name), UNKNOWN).times(factor), assumed=True)


@dataclass(frozen=True)
class PriceList:
    """What models cost. own: model -> [input, output] dollars a million, before the table. factor: 0.5 for batches.

    named: alias -> the id that it stands for, as far as that is known.
    """

    own: Mapping[str, Sequence[float]] | None = None
    factor: float = 1.0
    named: dict[str, str] = field(default_factory=dict)

    def of(self, model: str) -> Price:
        """The price of a model or alias."""
        return price_of(model, self.own, self.factor, named=self.named.get(model, ""))

    def answered(self, model: str, told: object) -> Price:
        """The price of the model that answered. told: its id, which a server may have put in the place of the asked."""
        asked = self.of(model)
        found = price_of(model, self.own, self.factor, named=told) if isinstance(told, str) else asked
        return asked if found.assumed else found

    def learn(self, model: str, name: str) -> None:
        """From now on an alias is priced as this id; what is no model of its family is passed over."""
        if model in ALIASES and family_of(name) == model:
            self.named[model] = name
