"""Findings: a claim, the passage that shows it, and where that passage stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rlm_core.engine.checks.totals import tells_a_number
from rlm_core.llm.base import MalformedError
from rlm_core.llm.parse import CUT
from rlm_core.llm.shape import shaped

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
    in which it was found. repaired: the leaf's quote differed from the source's words; `quote` is the source's.
    file_date: the day of its file, where the text says no date. dated_by: "the file's time" where only that tells that
    it was superseded. speaker: who said the quote: "user", "assistant", "tool Bash", a name;
    "" when not known.
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
    repaired: bool = False
    file_date: str = ""
    dated_by: str = ""
    speaker: str = ""

    @property
    def place(self) -> str:
        """How it is cited: `r1-3fa2b9d0c1e4:42`."""
        return f"{self.location}:{self.line}" if self.line else self.location

    def is_at(self, other: Finding) -> bool:
        """Whether the quote of another finding is on the same line, and one of the two contains the other."""
        same = self.line and (self.location, self.line) == (other.location, other.line)
        return bool(same) and _overlap(self.quote, other.quote, whole=False)

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
            "repaired": self.repaired,
            "file_date": self.file_date,
            "dated_by": self.dated_by,
            "speaker": self.speaker,
        }


@dataclass(frozen=True)
class Reported:
    """A leaf's answer with types.

    split: the leaf reports nothing and asks for a smaller part. dropped: how many items were no findings. cut: the
    answer was cut off, there may be more to find. looped: by saying the same again and again, and not for its length.
    """

    findings: tuple[Finding, ...]
    split: bool = False
    dropped: int = 0
    cut: bool = False
    looped: bool = False


# Other names that models give to the members of a finding; the first one that is there counts.
_NAMES = {
    "claim": ("claim", "statement", "finding", "fact", "summary", "assertion", "affirmation", "constat"),
    "quote": ("quote", "quotation", "evidence", "excerpt", "passage", "citation", "proof", "extrait", "preuve", "text"),
    "location": ("location", "source", "source_id", "id", "doc", "document", "file", "path", "chunk", "lieu"),
    "subject": ("subject", "topic", "about", "entity", "sujet"),
    "value": ("value", "label", "category", "answer", "valeur", "étiquette"),
}
_FORM = {
    "properties": {
        "findings": {"type": "array", "items": {"properties": _NAMES}},
        "split": {"type": "boolean"},
        "answer": {"type": "string"},
    },
    "required": ["findings"],
}
REPEATED = 3  # times that the last item of a cut-off answer stands in it, when the model has come into a loop


def reported(data: dict[str, Any], part: int = 0, own: Collection[str] = ()) -> Reported:
    """Turn a leaf's JSON into findings; items that are no findings are counted. `split` beside findings says nothing.

    own: members that may say whatever they want. Raises MalformedError when there is no list of findings at all, when
    none of its items is one, or when it is empty and something else beside it says how many there are.
    """
    data = shaped(data, _FORM)
    rows, cut = data.get("findings"), data.get(CUT) is True
    if rows is None and data.get("split") is True:
        rows = []
    if not isinstance(rows, list):
        raise MalformedError("there is no list `findings` in it", _excerpt(data))
    if not rows and any(tells_a_number(name, value) for name, value in data.items() if name not in own):
        raise MalformedError("it says how many there are, and `findings` lists none of them", _excerpt(data))
    said = len(rows)
    rows = _without_loop(rows) if cut else rows
    found = [f for row in rows if (f := _finding(row, part))]
    if rows and not found:
        raise MalformedError(f"none of the {len(rows)} items of `findings` has a quote and a claim", _excerpt(rows))
    return Reported(
        tuple(found), data.get("split") is True and not found, len(rows) - len(found), cut, len(rows) < said
    )


def _without_loop(rows: list[Any]) -> list[Any]:
    """The distinct items, when the last one came again and again until the tokens were used up; else all."""
    written = [_excerpt(row, MAX_QUOTE_CHARS) for row in rows]
    if not rows or written.count(written[-1]) < REPEATED:
        return rows
    first = {text: at for at, text in reversed([*enumerate(written)])}
    return [rows[at] for at in sorted(first.values())]


def _excerpt(data: object, most: int = 300) -> str:
    """The beginning of an answer as JSON; "" of one that cannot be written."""
    try:
        return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)[:most]
    except (ValueError, TypeError, RecursionError):
        return ""


def _finding(row: object, part: int) -> Finding | None:
    if not isinstance(row, dict):
        return None
    plain = {str(name).strip().casefold(): value for name, value in row.items()}
    said = {field: _inner(next((plain[n] for n in names if n in plain), None)) for field, names in _NAMES.items()}
    said["value"] = _first(said["value"])
    claim, quote = _text(said["claim"], MAX_CLAIM_CHARS), _text(said["quote"], MAX_QUOTE_CHARS)
    location, subject, value = (_text(said[name]) for name in ("location", "subject", "value"))
    if not (claim or value) or not quote:
        return None
    return Finding(claim, quote, location, subject, value, part=part)


def _inner(value: object) -> object:
    """The only member of an object that stands where a text belongs; anything else as it is."""
    return next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value


def _first(value: object) -> object:
    """The only entry of a list that stands where a value belongs; anything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


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
