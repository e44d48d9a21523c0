"""Facts that are said in passing, and the questions asked about them later."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import yaml

SPECIFIC = ("{v}", "{w}")


@dataclass(frozen=True)
class Fact:
    """What may be said, with slots for a value, and asked. See the head of chat_en.yaml for the fields."""

    name: str
    values: tuple[tuple[str, ...], ...]
    said: tuple[str, ...]
    asked: tuple[str, ...]
    otherwise: tuple[str, ...]
    about: tuple[str, ...] = ()
    topic: str = ""
    by: str = "user"
    several: bool = False
    later: tuple[str, ...] = ()
    asked_later: tuple[str, ...] = ()
    otherwise_later: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        return self.asked + self.otherwise + self.asked_later + self.otherwise_later

    @property
    def is_specific(self) -> bool:
        """Whether every question names a part of the value, so that several values can be told apart."""
        return all(any(slot in q for slot in SPECIFIC) for q in self.questions)


@dataclass(frozen=True)
class Asked:
    """A question about a fact. by: numbers of the statements that answer it."""

    text: str
    by: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class Told:
    """A fact with its statements, each with its time from 0 to 1, and what is asked about it."""

    fact: Fact
    statements: tuple[tuple[float, str], ...]
    asked: tuple[Asked, ...]


def load(name: str) -> tuple[dict[str, Any], list[Fact]]:
    """The words and the facts of a file beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as f:
        data = yaml.safe_load(f)
    return data, [_fact(fact_name, fields) for fact_name, fields in data.pop("facts").items()]


def _fact(name: str, fields: Mapping[str, Any]) -> Fact:
    given: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}
    given["values"] = tuple(map(tuple, fields["values"]))
    return Fact(name, **given)


def fill(text: str, value: Sequence[str]) -> str:
    return text.replace("{v}", value[0]).replace("{w}", value[-1])


class Teller:
    """Chooses what is told of a fact and asked about it. other_words: share of the questions in other words."""

    def __init__(self, random: Random, other_words: float) -> None:
        self._random = random
        self._other_words = other_words

    def tell(self, fact: Fact) -> list[Told]:
        """Once, except that a fact whose questions name its value is told with each of its values."""
        if fact.several:
            return [self._several(fact)]
        values = self._random.sample(fact.values, len(fact.values))
        if fact.later:
            return [self._revised(fact, *values[:2])]
        if fact.is_specific:
            return [self._once(fact, value, 1) for value in values]
        return [self._once(fact, values[0], 3)]

    def _once(self, fact: Fact, value: Sequence[str], questions: int) -> Told:
        said = fill(self._random.choice(fact.said), value)
        chosen = self._choose(fact.asked, fact.otherwise, questions)
        asked = tuple(Asked(fill(q, value), (0,), f"by {fact.by}") for q in chosen)
        return Told(fact, ((self._random.random(), said),), asked)

    def _several(self, fact: Fact) -> Told:
        values = self._random.sample(fact.values, self._random.choice((2, 3, 4)))
        said = tuple((self._random.random(), fill(self._random.choice(fact.said), value)) for value in values)
        chosen = self._choose(fact.asked, fact.otherwise, 2)
        return Told(fact, said, tuple(Asked(q, tuple(range(len(said))), "several") for q in chosen))

    def _revised(self, fact: Fact, value: Sequence[str], new: Sequence[str]) -> Told:
        """Said again later: what is asked then is answered by the new statement, what was asked before by both."""
        if any("{w}" in q for q in fact.questions):  # {w} is what it is about, and stays
            new = (new[0], value[-1])
        at = self._random.random() * 0.6
        said = fill(self._random.choice(fact.said), value)
        again = fill(self._random.choice(fact.later), new)
        newest = self._choose(fact.asked_later, fact.otherwise_later, 2)
        asked = [Asked(fill(q, new), (1,), "newest") for q in newest]
        asked += [Asked(fill(q, new), (0, 1), "both") for q in self._choose(fact.asked, fact.otherwise, 1)]
        return Told(fact, ((at, said), (at + (1 - at) * self._random.uniform(0.2, 1), again)), tuple(asked))

    def _choose(self, close: Sequence[str], other: Sequence[str], most: int) -> list[str]:
        pools = [self._random.sample(close, len(close)), self._random.sample(other, len(other))]
        chosen: list[str] = []
        while len(chosen) < most and any(pools):
            first, second = reversed(pools) if self._random.random() < self._other_words else pools
            chosen.append((first or second).pop())
        return chosen
