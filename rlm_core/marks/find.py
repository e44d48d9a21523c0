"""Finds the sentences to mark: a cheap pass for words that may matter, then the rules on their sentences."""

from __future__ import annotations

import re
from functools import cache

from rlm_core.marks import english, french, measures
from rlm_core.marks.cues import first_pass
from rlm_core.marks.needed import Pattern
from rlm_core.marks.rules import CORRECTED, DECIDED, KINDS, MEASURED, OPEN, REFUSED
from rlm_core.marks.sentences import SHORT_CHARS, clean, is_prose, prose, sentence
from rlm_core.record import Record

OWN_WORDS = 2000  # characters at either end of a long prompt
CLOSES = "\"')]»”’*_!.… "  # what may stand behind a question mark at the end of a sentence
PROSE_ROLES = ("user", "assistant", "summary", "task")


class Mark(Record):
    """A sentence of a text: `text[start:end]` is fit to be quoted. kind: one of KINDS."""

    kind: str
    start: int
    end: int


def find(text: str, role: str) -> list[Mark]:
    """The marks of an entry's text, without its heading, in order; none for tools' and the system's texts.

    text: of the whole entry, since a code fence that was cut in two cannot be told from prose. Time is linear in it.
    A sentence has at most one mark of a kind.
    """
    if role not in PROSE_ROLES:
        return []
    cues, _ = first_pass()
    plain = prose(text)
    found: list[Mark] = []
    start = end = 0
    hits: set[str] = set()
    for cue in cues.finditer(f" {plain}"):
        at = cue.start()  # of the cue itself: the pattern begins with the character before it
        if at >= end:
            found += _marks(plain, start, end, hits, role)
            start, end = sentence(plain, at, end)
            hits = set()
        hits.add(cue[0][1:])
    return found + _marks(plain, start, end, hits, role)


def _marks(plain: str, start: int, end: int, hits: set[str], role: str) -> list[Mark]:
    """The marks of a sentence that holds the cues `hits`."""
    kinds = _kinds(clean(plain[start:end]), hits, _speaker(role, start, len(plain))) if hits else []
    if not kinds or not is_prose(plain, start):
        return []
    if kinds == [CORRECTED] and end - start <= SHORT_CHARS:
        end = _with_next(plain, end)
    return [Mark(kind, start, end) for kind in kinds]


def _speaker(role: str, at: int, length: int) -> str:
    """Whose rules apply. The middle of a long prompt was pasted: an order in there is not the user's."""
    own = role == "user" and (at < OWN_WORDS or at > length - OWN_WORDS)
    return "user" if own else "claude" if role != "user" else ""


def _kinds(said: str, hits: set[str], by: str) -> list[str]:
    """The kinds of a clean folded sentence, in the order of KINDS. hits: the cues in it."""
    _, tries = first_pass()
    rules = dict.fromkeys(r for hit in hits for r in tries.get(hit, ()) if r.by in ("", by))
    spans: dict[str, tuple[int, int]] = {}
    for r in rules:
        if r.kind not in spans and (span := r.span(said)):
            spans[r.kind] = span
    if spans and _asks(said):
        spans = {OPEN: spans[OPEN]} if OPEN in spans and _open_question(said) else {}
    kinds = _resolved(spans)
    if not measures.ANY.isdisjoint(hits) and measures.measured(said):
        kinds.append(MEASURED)
    return sorted(kinds, key=KINDS.index)


@cache
def _either(name: str) -> re.Pattern[str]:
    """A pattern of both languages."""
    return re.compile(f"{getattr(english, name)}|{getattr(french, name)}")


@cache
def _asking() -> Pattern:
    return Pattern(f"{english.ASKS}|{french.ASKS}")


def is_asked(said: str) -> bool:
    """Whether a sentence ends in a question mark, whatever closes it behind: "really ?!"."""
    return said.rstrip(CLOSES).endswith("?")


def _asks(said: str) -> bool:
    """Whether a sentence is a question; "let's go with B, ok?" is none."""
    if is_asked(said):
        return not _either("TAG").search(said.rstrip(CLOSES))
    asks = _asking().in_question(said)
    return bool(asks and asks.match(said))


def _open_question(said: str) -> bool:
    return bool(_either("OPEN_QUESTION").search(said))


def _resolved(spans: dict[str, tuple[int, int]]) -> list[str]:
    """What remains where one kind contains another: a correction is also a decision, "not decided yet" is none."""
    kinds = list(spans)
    if CORRECTED in spans:
        kinds = [k for k in kinds if k not in (DECIDED, REFUSED)]
    for strong, weak in ((OPEN, DECIDED), (OPEN, REFUSED), (REFUSED, DECIDED), (OPEN, CORRECTED)):
        if strong in kinds and weak in kinds and _overlap(spans[strong], spans[weak]):
            kinds.remove(weak)
    return kinds


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _with_next(plain: str, end: int) -> int:
    """The end of the next sentence on the same line, which says what a short one is about."""
    if plain[end : end + 1] != " " or plain[end : end + 2].isspace():
        return end
    return sentence(plain, end + 1, end)[1]
