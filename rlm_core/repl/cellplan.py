"""What a cell will cost before it runs: the calls that it makes until it looks at an answer."""

from __future__ import annotations

from rlm_core.errors import Counted, Joined, worded
from rlm_core.record import Record, each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.engine.forecast import Amount


class Least(Record):
    """An amount at least, likely and at most, of which nothing is known yet."""

    least: float = 0.0
    likely: float = 0.0
    most: float = 0.0

    def add(self, amount: Amount) -> None:
        self.least += amount.least
        self.likely += amount.likely
        self.most += amount.most

    def as_json(self) -> dict[str, float]:
        return {"least": round(self.least, 6), "likely": round(self.likely, 6), "most": round(self.most, 6)}


class CellPlan(Record):
    """calls, tokens, usd: of calls whose answers are not remembered. made: operation -> how often it is called.

    looked: the line at which the program looks at an answer, after which nothing is known; 0 when it never does.
    left: dollars that the session may still spend, None without a cap. stopped_by: the cap (calls, tokens, usd) that
    the likely amounts pass, "" for none. error: why the program cannot run, "" for nothing.
    """

    calls: Least = each(Least)
    tokens: Least = each(Least)
    usd: Least = each(Least)
    made: dict[str, int] = each(dict)
    looked: int = 0
    left: float | None = None
    stopped_by: str = ""
    error: str = ""

    def add(self, amounts: tuple[Amount, Amount, Amount]) -> None:
        """One more call of the program."""
        for own, amount in zip((self.calls, self.tokens, self.usd), amounts, strict=True):
            own.add(amount)

    def as_json(self) -> dict[str, Any]:
        return {
            "calls": self.calls.as_json(), "cost_tokens": self.tokens.as_json(), "usd": self.usd.as_json(),
            "made": self.made, "looks_at_line": self.looked or None, "left_usd": self.left,
            "stopped_by": self.stopped_by or None, "error": self.error or None,
        }  # fmt: skip

    def told(self) -> str:
        """The plan for people, a line or two."""
        calls, tokens, usd = self.calls, self.tokens, self.usd
        said = [
            worded(
                "{calls}, likely {tokens:,.0f} tokens and ${usd:.4f}, at most ${most:.4f}",
                calls=Counted(round(calls.likely), "call"),
                tokens=tokens.likely,
                usd=usd.likely,
                most=usd.most,
            )
        ]
        said += [worded("${usd:.4f} left", usd=self.left)] if self.left is not None else []
        lines: list[str] = [Joined("; ", said)]
        if self.looked:
            lines.append(worded("line {n} looks at an answer: what follows is not in it", n=self.looked))
        return Joined("\n", lines)
