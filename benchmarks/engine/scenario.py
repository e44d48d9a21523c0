"""What the oracle is told to do: how long a leaf takes, what goes wrong, and who reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any

FAULTS = ("429", "500", "garbage", "truncated", "hang")


@dataclass(frozen=True)
class Scenario:
    """What the oracle does.

    seconds: of a leaf's answer; other kinds take none. rates: fault -> share of the requests, drawn by the seed anew
    for each attempt at the same prompt. faulty: the kinds of requests that they meet. hang_on: a leaf whose prompt
    holds this never answers. retry_after: seconds that a 429 asks for. error: share of the leaves that err, and of the
    verdicts. errors: the kinds of errors, those of `reader.TYPES` where none is named.
    """

    seed: int = 1
    seconds: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)
    faulty: tuple[str, ...] = ("leaf",)
    hang_on: str = ""
    retry_after: float = 0.2
    error: float = 0.0
    errors: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Scenario":
        """From JSON. Raises ValueError for a field or a fault that there is not."""
        unknown = {*data} - {f.name for f in fields(cls)} | {*data.get("rates", {})} - {*FAULTS}
        if unknown:
            raise ValueError(f"unknown in a scenario: {', '.join(sorted(unknown))}")
        return cls(**{**data, "faulty": tuple(data.get("faulty", ("leaf",))), "errors": tuple(data.get("errors", ()))})

    def fault(self, kind: str, prompt: str, digest: str, attempt: int) -> str:
        """What goes wrong with a request, "" for nothing. attempt: how often the same prompt was asked before."""
        if kind == "leaf" and self.hang_on and self.hang_on in prompt:
            return "hang"
        if kind not in self.faulty:
            return ""
        drawn = Random(f"{self.seed}:{digest}:{attempt}").random()
        for name, rate in self.rates.items():
            if drawn < rate:
                return name
            drawn -= rate
        return ""
