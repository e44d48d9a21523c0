"""What a reader reports: items made of the lines it has before it.

A weak reader changes the items of a good one (`misquoted`, `misread`). `false` is set where an item says what is not
so; whoever reports one has planted it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.readers.world import Line, World, present


@dataclass(frozen=True)
class Item:
    """A finding as the reader reports it. line: what it was made of, None for nothing there is."""

    claim: str
    quote: str
    location: str
    subject: str = ""
    value: str = ""
    line: Line | None = None
    false: bool = False

    def as_json(self) -> dict[str, str]:
        shown = {"quote": self.quote, "location": self.location, "claim": self.claim}
        return {**shown, "subject": self.subject, "value": self.value}


@dataclass(frozen=True)
class Seen:
    """What the reader has before it: the world, the prompt's text, and those of the lines that stand in it."""

    world: World
    prompt: str
    facts: Sequence[Line]
    traps: Sequence[Line]
    random: Random

    @classmethod
    def of(cls, world: World, prompt: str, random: Random) -> "Seen":
        return cls(world, prompt, present(world.facts, prompt), present(world.traps, prompt), random)

    def document(self, name: str) -> str:
        return next(d.text for d in self.world.documents if d.id == name)


Change = Callable[[list[Item], Seen], list[Item]]


def true_items(seen: Seen) -> list[Item]:
    """What a good reader reports."""
    return [item_of(f) for f in seen.facts]


def item_of(line: Line) -> Item:
    return Item(line.claim, line.quote, line.location, line.subject, line.value, line, bool(line.trap))


def each(change: Callable[[Item, Seen], Item]) -> Change:
    """The same change to each item."""
    return lambda items, seen: [change(i, seen) for i in items]
