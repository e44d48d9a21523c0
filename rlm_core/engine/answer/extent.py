"""How far an answer reaches: how much was read, and how much of what was reported could not be verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rlm_core.engine.mapper import Gap

REASON_CHARS = 200  # of the reason for which nothing was read
# A gap's reason begins with the kind of the error; what helps against it, as a key of the phrases.
REMEDIES = (
    ("malformed", "another_model"),
    ("refused", "another_model"),
    ("rate limited", "later"),
    ("transient", "later"),
    ("stalled", "later"),
)
DEEPER = "--depth"
CAPS = ("calls", "tokens", "usd", "seconds")


@dataclass(frozen=True)
class Extent:
    """How much of the texts an answer rests on.

    read, total: parts that were read to their end, and all there are; 0 of 0 where that is not known. searched: a
    search chose those that were read. unverified: findings that do not count, and items that were no findings.
    doubtful: findings that count, with a doubt.
    """

    read: int = 0
    total: int = 0
    searched: bool = False
    unverified: int = 0
    doubtful: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether something may stand where nobody has read."""
        return self.read < self.total or self.searched


def why_unread(gaps: Sequence[Gap], stopped: str) -> tuple[str, str]:
    """The commonest reason for which parts were not read, in one line, and the sentence that says what helps.

    stopped: what ended the run, "" for nothing.
    """
    reasons = Counter(" ".join(g.reason.split()) for g in gaps)
    reason = reasons.most_common(1)[0][0] if reasons else ""
    caps = [g.cap for g in gaps if g.cap] + [stopped]
    cap = next((c for c in caps if c in CAPS), "")
    if cap and (not reason or any(g.cap for g in gaps)):
        return reason[:REASON_CHARS], f"more_{cap}"
    if DEEPER in reason:  # which says itself what helps; that it was too much is remembered
        return reason[:REASON_CHARS], ""
    remedy = next((key for start, key in REMEDIES if reason.startswith(start)), "")
    return reason[:REASON_CHARS], remedy or ("later" if reason or stopped else "no_words")
