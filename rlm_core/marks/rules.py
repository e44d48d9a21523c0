"""What a rule of the extractor is."""

from __future__ import annotations

import re
from functools import cached_property

from rlm_core.marks.needed import Pattern

DECIDED, CORRECTED, REFUSED, MEASURED, OPEN = "decided", "corrected", "refused", "measured", "open"
KINDS = (DECIDED, CORRECTED, REFUSED, MEASURED, OPEN)


class Rule:
    """One way to say something.

    cues: words, of which the sentence must hold one before the patterns are tried; `decid*` stands for all words
    that begin so, `do_it` for two words. unless: not when this stands in the sentence before the match.
    by: "user" when it counts in what people say only (Claude says "let's use grep" of its next step), "claude" for
    what only Claude means so ("you're right"), "" for both.
    """

    def __init__(self, kind: str, cues: str, patterns: tuple[str, ...], unless: str, by: str) -> None:
        self.kind = kind
        self.cues = tuple(cues.split())
        self.by = by
        self.patterns = patterns
        self._unless = unless

    @cached_property
    def _ways(self) -> tuple[Pattern, ...]:
        return tuple(map(Pattern, self.patterns))

    @cached_property
    def unless(self) -> re.Pattern[str] | None:
        return re.compile(rf"\b(?:{self._unless})\b") if self._unless else None

    def span(self, said: str) -> tuple[int, int] | None:
        """Where a folded sentence says it first, by the first pattern that does so there; None when it does not."""
        found: re.Match[str] | None = None
        for way in self._ways:
            pattern = way.in_question(said)
            match = pattern.search(said) if pattern else None
            if match and (found is None or match.start() < found.start()):
                found = match
        if not found or (self.unless and self.unless.search(said, 0, found.start())):
            return None
        return found.span()


def rule(kind: str, cues: str, *patterns: str, unless: str = "") -> Rule:
    """A rule for what anybody says. unless: words, as an alternation."""
    return Rule(kind, cues, patterns, unless, "")


def user(kind: str, cues: str, *patterns: str, unless: str = "") -> Rule:
    """A rule for what people say."""
    return Rule(kind, cues, patterns, unless, "user")


def claude(kind: str, cues: str, *patterns: str, unless: str = "") -> Rule:
    """A rule for what Claude says."""
    return Rule(kind, cues, patterns, unless, "claude")
