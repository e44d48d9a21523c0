"""Whether two claims that one search found are versions of one thing: the same subject, another value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.marks.stating import Claim

OTHER, SAME, VERSION = 0, 1, 2
SHARED = 0.6  # of the words of the shorter claim that the other must hold
SHARED_TOLD = 0.5  # the same where the newer one names the older value
ASKED = 0.5  # of the query, by weight, that both must hold, or else
ASKED_OF_NAMES = 0.6  # the same where no figure tells the values
ALIKE, ALIKE_SHARE = 3, 0.75  # so many words, and such a share of the shorter one
_WITH_UNITS = {"time", "size", "share", "px", "pt"}


class Asked:
    """What a query asks for. words: the terms and the weight of each of its words. least: share of the query, by
    weight, that two claims of names must both hold.
    """

    def __init__(self, words: Sequence[tuple[tuple[str, ...], float]]) -> None:
        self.weight = {t: w for terms, w in words for t in terms}
        self.words = words
        self.total = sum(w for _, w in words) or 1.0
        self.least = ASKED_OF_NAMES

    def share(self, held: frozenset[str]) -> float:
        """The share of the query that a claim's words hold, by weight."""
        if held.isdisjoint(self.weight):
            return 0.0
        return sum(w for terms, w in self.words if not held.isdisjoint(terms)) / self.total


def between(older: Sequence[Claim], newer: Sequence[Claim], asked: Asked) -> int:
    """How the claims of a sentence stand to those of an older one. A sentence without a new figure repeats."""
    how = {relation(old, new, asked) for old in older for new in newer}
    figures = {f for new in newer for f in new.figures}
    if figures and figures <= {f for old in older for f in old.figures}:
        how.discard(VERSION)
    return max(how, default=OTHER)


def relation(old: Claim, new: Claim, asked: Asked) -> int:
    """VERSION: the newer claim gives the same thing another value. SAME: it repeats it. OTHER: neither."""
    if old.words.isdisjoint(new.words):
        return OTHER
    if old.figures and new.figures:
        return _by_figures(old, new, asked)
    if old.figures or new.figures:
        return OTHER
    return _by_names(old, new, asked)


def _by_figures(old: Claim, new: Claim, asked: Asked) -> int:
    fresh, gone = new.figures - old.figures, old.figures - new.figures
    told = bool(new.former & old.figures) or any(f[1] in old.digits for f in new.former if not f[0])
    turning = told or new.turns or not gone or new.by_context
    if fresh and _comparable(fresh, gone or old.figures, loosely=turning and bool(gone)):
        return VERSION if _same_subject(old, new, asked, told=told, turning=turning) else OTHER
    if old.figures & new.figures and _same_subject(old, new, asked, told=False, turning=False):
        return SAME
    return OTHER


def _comparable(fresh: frozenset[tuple[str, float]], gone: frozenset[tuple[str, float]], *, loosely: bool) -> bool:
    """Whether two figures are of the same dimension; loosely, a bare number may lack the other's unit."""
    dimensions = {f[0] for f in fresh}, {g[0] for g in gone}
    if not dimensions[0].isdisjoint(dimensions[1]):
        return True
    return loosely and any({f, g} & {""} and {f, g} & _WITH_UNITS for f in dimensions[0] for g in dimensions[1])


def _same_subject(old: Claim, new: Claim, asked: Asked, *, told: bool, turning: bool) -> bool:
    """Whether two claims are about the same thing.

    told: the newer names the older one's value. turning: it says that something changes.
    """
    olds, news = old.words | old.beside, new.words | new.beside
    shared = (old.words & news) | (new.words & olds)
    left, right = old.words - news - new.given_up, new.words - olds - old.given_up
    covered = max(len(old.words & news) / len(old.words), len(new.words & olds) / len(new.words))
    if not shared or covered < (SHARED_TOLD if told else SHARED):
        return False
    if left and right and (not new.by_context or (left & old.attached and right & new.attached)):
        return False
    if not turning and (left & old.attached or right & new.attached):
        return False
    asks = asked.share(olds & news)
    if asks < ASKED and (not asks or (not told and (len(shared) < ALIKE or covered < ALIKE_SHARE))):
        return False
    return len(shared) > 1 or turning


def _by_names(old: Claim, new: Claim, asked: Asked) -> int:
    if not (new.decides or new.given_up or old.value):
        return OTHER
    chosen = old.words if old.refuses else old.words - old.given_up
    given = new.given_up & chosen
    left, right = chosen - new.words, new.words - old.words
    shared = (chosen & new.words) - given
    apart = bool(left & old.attached and right & new.attached)
    if apart or not shared:
        return OTHER
    if (
        given
        and asked.share(shared | given) >= ASKED
        and 2 * len(shared) >= len(chosen - given)
        and not (left and right & new.attached - new.value)
    ):
        return VERSION if not (new.refuses and old.refuses) else OTHER
    if asked.share(shared) < asked.least or not (new.decides or old.value):
        return OTHER
    if old.refuses != new.refuses:
        covered = len(shared) >= 0.7 * len(chosen if old.refuses else new.words)
        return VERSION if covered and not (left and right and not new.turns) else OTHER
    if not left and not right:
        return SAME
    if old.refuses or len(shared) < 2:
        return OTHER
    if old.value and old.value <= new.words - new.value and right & new.value:
        rest = chosen - old.value
        clear = (new.turns and new.decides) or (not left and len(right - new.value) <= 1)
        return VERSION if clear and rest and len(rest & new.words) >= SHARED * len(rest) else OTHER
    if not new.decides or not left & (old.value | old.names) or not right & (new.value | new.names):
        return OTHER
    if new.turns and len(left) <= 2 and len(shared) >= SHARED * min(len(chosen - left), len(new.words)):
        return VERSION
    return VERSION if left <= old.value and right <= new.value else OTHER
