"""What a hit scored for, in plain words: `rlm search --explain`.

The ranking tells an Explanation the score after each step, when it is asked to; the points of a step are what it
added or took. So the points of a hit sum to its score, whatever a step does to it, and a step that forgot to tell shows
as one of `OTHER`.
"""

from __future__ import annotations

from rlm_core.errors import Joined, phrase, worded
from rlm_core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

WORD, BESIDE, RELATED = "word", "beside", "related"
NEAR, IDENTIFIER, ASKS, OTHER_NUMBER, DATE, LONG_REPLY, COVERAGE = (
    "near",
    "identifier",
    "asks",
    "other number",
    "date",
    "long reply",
    "coverage",
)
SPEAKER, SESSION, FURTHER, OTHER = "speaker", "session", "further", "order"
SAID = {
    NEAR: "words of the query stand near each other in it",
    IDENTIFIER: "an identifier stands in it as it was typed",
    ASKS: "it asks rather than says",
    OTHER_NUMBER: "it gives a name of the query another number",
    DATE: "it is of the day or month that the query names, or near it",
    LONG_REPLY: "it is a part of a long entry, and the query asks for what somebody said himself",
    SESSION: "other passages of its session, or of its chunk, match, too",
    FURTHER: "a passage of the same entry stands above it",
    OTHER: "of versions of one statement, and of equal passages, the newest comes first",
}
SPEAKERS = {
    "user": "the user said it",
    "task": "it is the task of a sub-agent",
    "document": "it stands in a document",
    "assistant": "Claude said it",
    "summary": "a compaction's summary says it",
    "tool": "a tool printed it",
    "call": "it is a call of a tool",
    "thinking": "Claude thought it",
    "system": "the client put it in",
    "asked": "it is a question that was put to the archive",
    "recalled": "it tells what was found in the archive",
}
MIN_POINTS = 0.00005  # of a step that is told: what is less is shown as 0


class ScoreStep(Record):
    """A step of the ranking. what: one of the names above. said: the same in plain words. points: added, or taken."""

    what: str
    said: str
    points: float


class Explanation:
    """The steps of one search's ranking, by the row ids of the candidates. score: of a candidate after a step."""

    def __init__(self) -> None:
        self._steps: dict[int, list[ScoreStep]] = {}
        self._scores: dict[int, float] = {}

    def step(self, row: int, score: float, what: str, said: str = "") -> None:
        points = score - self._scores.get(row, 0.0)
        if abs(points) >= MIN_POINTS:
            self._scores[row] = score
            self._steps.setdefault(row, []).append(ScoreStep(what, said or SAID[what], points))

    def word(self, row: int, score: float, word: str, holding: int, passages: int, *, own: int, beside: int) -> None:
        """Note a word of the query that counts: `own` times in the passage, `beside` times around it.

        word: what to call it, in quotes when it is the word itself. holding: of all the passages, those that hold it or
        stand beside it.
        """
        where = "{word} stands in it {times}, and beside it" if beside else "{word} stands in it {times}"
        where = worded(where if own else "{word} stands beside it", word=phrase(word), times=phrase(_times(own)))
        rare = worded(
            "{n:,} of {all:,} {all:|passage|passages} {n:|holds it or stands beside it|hold it or stand beside it}",
            n=min(holding, passages),
            all=passages,
        )
        self.step(row, score, WORD if own else BESIDE, Joined("; ", [where, rare]))

    def related(self, row: int, score: float, word: str, here: Sequence[str]) -> None:
        """Note the words for the same thing that stand here instead of a word of the query."""
        self.step(row, score, RELATED, worded('"{here}" stands in it, for "{word}"', here=", ".join(here), word=word))

    def coverage(self, row: int, score: float, share: float) -> None:
        """Note how much of the query's words, by their weight, a passage holds."""
        self.step(row, score, COVERAGE, worded("it holds {share} of the words, by their weight", share=f"{share:.0%}"))

    def speaker(self, row: int, score: float, kind: str, weight: float, *, long: bool) -> None:
        """Note who speaks, and the factor for that. long: in an entry of several passages."""
        form = "{who}, in a long entry, which counts {weight:g}" if long else "{who}, which counts {weight:g}"
        self.step(row, score, SPEAKER, worded(form, who=phrase(SPEAKERS.get(kind, kind)), weight=weight))

    def of(self, row: int, score: float) -> list[dict[str, Any]]:
        """The steps of a candidate, as JSON has them; their points sum to its score, but for the rounding."""
        self.step(row, score, OTHER)
        return [{"what": s.what, "said": s.said, "points": round(s.points, 4)} for s in self._steps.get(row, [])]


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, worded("{n} times", n=count))
