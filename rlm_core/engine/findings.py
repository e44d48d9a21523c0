"""Findings: a claim, the passage that shows it, and where that passage stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rlm_core.llm.base import MalformedError

MAX_CLAIM_CHARS, MAX_QUOTE_CHARS, MAX_LABEL_CHARS = 2000, 4000, 300
SETTLED = 2  # votes by which second readings have to be ahead to settle a doubt
MAX_NUMBER_BITS = 1000  # bits: Python writes no number of some thousand digits, and none of them says anything


@dataclass(frozen=True)
class Finding:
    """A finding as a leaf reported it, with what code found out about it.

    location: id of the document. path, line: where the quote stands; "" and 0 until it has been found. date: when it
    was said, ISO-8601. verified: the quote stands there, and no check speaks against the claim. doubts: reasons to
    doubt it. votes: (for, against) of the second readings. superseded_by: `location:line` of a newer finding about the
    same subject with another value. contradicts: the same of findings where no date decides. part: number of the part
    in which it was found. speaker: who said the quote: "user", "assistant", "tool Bash", a name; "" when not known.
    """

    claim: str
    quote: str
    location: str
    subject: str = ""
    value: str = ""
    path: str = ""
    line: int = 0
    date: str = ""
    verified: bool = False
    doubts: tuple[str, ...] = ()
    votes: tuple[int, int] = (0, 0)
    superseded_by: str = ""
    contradicts: tuple[str, ...] = ()
    part: int = field(default=0, compare=False)
    speaker: str = ""

    @property
    def place(self) -> str:
        """How it is cited: `r1-3fa2b9d0c1e4:42`."""
        return f"{self.location}:{self.line}" if self.line else self.location

    @property
    def is_doubtful(self) -> bool:
        """Whether it is verified, something speaks against it all the same, and no second reading has settled that."""
        return self.verified and bool(self.doubts) and self.votes[0] - self.votes[1] < SETTLED

    def doubted(self, reason: str) -> Finding:
        return replace(self, verified=False, doubts=(*self.doubts, reason))

    def as_json(self) -> dict[str, Any]:
        """The fields that `rlm ask --json` shows; `chunk` is the document's id."""
        return {
            "claim": self.claim,
            "quote": self.quote,
            "chunk": self.location,
            "path": self.path,
            "line": self.line,
            "verified": self.verified,
            "date": self.date,
            "subject": self.subject,
            "value": self.value,
            "doubts": list(self.doubts),
            "votes": list(self.votes),
            "superseded_by": self.superseded_by,
            "contradicts": list(self.contradicts),
            "speaker": self.speaker,
        }


@dataclass(frozen=True)
class Reported:
    """A leaf's answer with types. split: the leaf asks for a smaller part. dropped: how many items were no findings."""

    findings: tuple[Finding, ...]
    split: bool = False
    dropped: int = 0


def reported(data: dict[str, Any], part: int = 0) -> Reported:
    """Turn a leaf's JSON into findings; items that are no findings are counted.

    Raises MalformedError when there is no list of findings at all.
    """
    rows = data.get("findings")
    if not isinstance(rows, list):
        raise MalformedError("the answer has no list `findings`", ", ".join(map(_text, data))[:300])
    found = [f for row in rows if (f := _finding(row, part))]
    return Reported(tuple(found), data.get("split") is True, len(rows) - len(found))


def _finding(row: object, part: int) -> Finding | None:
    if not isinstance(row, dict):
        return None
    claim, quote = _text(row.get("claim"), MAX_CLAIM_CHARS), _text(row.get("quote"), MAX_QUOTE_CHARS)
    location, subject, value = (_text(row.get(k)) for k in ("location", "subject", "value"))
    if not (claim or value) or not quote:
        return None
    return Finding(claim, quote, location, subject, value, part=part)


def _text(value: object, most: int = MAX_LABEL_CHARS) -> str:
    """A label or a number as text of at most `most` characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, int) and value.bit_length() > MAX_NUMBER_BITS:
        return ""
    return str(value).strip()[:most]


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Drop findings that say the same about the same place; of these a verified one is kept.

    Two quotes on one line are two places unless one contains the other, since a line may hold several entries.
    """
    first: list[Finding] = []
    known: dict[tuple[object, ...], list[int]] = {}
    for f in findings:
        key = (f.location, f.line, " ".join((f.value or f.claim).casefold().split()), f.subject.casefold())
        same = known.setdefault(key, [])
        at = next((at for at in same if _overlap(f.quote, first[at].quote, whole=not f.line)), None)
        if at is None:
            same.append(len(first))
            first.append(f)
        elif f.verified and not first[at].verified:
            first[at] = f
    return first


def _overlap(one: str, other: str, *, whole: bool) -> bool:
    """Whether two quotes mean one place. whole: their place is not known, so that they must be equal."""
    if one == other:
        return True
    first, second = (" ".join(q.split()) for q in (one, other))
    return not whole and (first in second or second in first)
