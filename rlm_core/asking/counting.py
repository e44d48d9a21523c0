"""How many tokens some texts have, and who says so: the API's own counter, tiktoken, or our estimate.

Parts and chunks are cut by the estimate, which is the same on every machine. What is shown is counted better where that
can be had: by the leaf's API, else by tiktoken when its encoding lies on this machine; nothing is ever downloaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rlm_core.engine.texts import Partition
from rlm_core.llm.base import Call, Leaf, LeafError
from rlm_core.tokens import ACCURACY, ESTIMATE, count, estimate, has_encoding

SAMPLE_CHARS = 8_000_000  # characters that tiktoken counts, some 20 million a second; of more a sample
SAMPLE_CALLS = 8  # calls whose input the API counts, spread over a run's parts
API = "api"
_ACCURACY = {**ACCURACY, API: "as the API counts them"}


@dataclass(frozen=True)
class TokenCount:
    """tokens: of all the texts. by: `api`, `tiktoken:o200k_base` or `estimate`.

    ratio: of these tokens to estimated ones. sample: the share of the texts that was counted, 0 to 1; the rest is taken
    to be like it.
    """

    tokens: int
    by: str = ESTIMATE
    ratio: float = 1.0
    sample: float = 1.0

    @property
    def accuracy(self) -> str:
        """Who counted, and how far off that is: `estimated, within about ±4 % ...`."""
        part = f", on a sample of {self.sample:.0%}" if self.sample < 0.995 else ""
        return _ACCURACY[self.by] + part

    def of(self, estimated: int) -> int:
        """As many tokens as this counter would find where the estimate finds so many."""
        return round(estimated * self.ratio)

    def as_json(self) -> dict[str, str | float]:
        """Fields to be put beside a number of tokens."""
        return {"tokens_by": self.by, "tokens_accuracy": self.accuracy, "tokens_sample": round(self.sample, 4)}


def counted(texts: Iterable[str], estimated: int) -> TokenCount:
    """The tokens of some texts, offline. estimated: what the estimate says of all of them."""
    if not has_encoding():
        return TokenCount(estimated)
    by, found, guessed, room = ESTIMATE, 0, 0, SAMPLE_CHARS
    for text in texts:
        piece = text[:room]
        tokens, by = count(piece)
        found, guessed, room = found + tokens, guessed + estimate(piece), room - len(piece)
        if room <= 0 or by == ESTIMATE:
            break
    return _in_proportion(estimated, by, found, guessed, whole=room > 0)


async def counted_by(
    leaf: Leaf, parts: Sequence[Partition], call: Callable[[Partition], Call], estimated: int
) -> TokenCount | None:
    """The tokens of some parts, by the API's own count of the calls that read them; None where the leaf has none.

    Free of charge, and no model reads anything; but the texts reach the API.
    """
    step = max(len(parts) / SAMPLE_CALLS, 1.0)
    chosen = [call(parts[int(n * step)]) for n in range(min(len(parts), SAMPLE_CALLS))]
    if not chosen:
        return None
    bare = replace(chosen[0], prefix="", body="x")  # what a call has beside its texts
    try:
        first = await leaf.count(bare)
        if first is None:
            return None
        told = await asyncio.gather(*map(leaf.count, chosen))
    except LeafError:
        return None
    known = [n for n in told if n is not None]
    if len(known) < len(chosen):
        return None
    found, guessed = sum(known) - first * len(known), sum(estimate(c.prompt) for c in chosen)
    if found <= 0:
        return None
    return _in_proportion(estimated, API, found, guessed, whole=len(chosen) == len(parts))


def _in_proportion(estimated: int, by: str, found: int, guessed: int, *, whole: bool) -> TokenCount:
    """The count of all, from a part of which `found` tokens were counted where `guessed` had been estimated."""
    if by == ESTIMATE or found <= 0 or not guessed:
        return TokenCount(estimated)
    ratio = found / guessed
    return TokenCount(round(estimated * ratio), by, ratio, 1.0 if whole else min(guessed / max(estimated, 1), 0.99))
