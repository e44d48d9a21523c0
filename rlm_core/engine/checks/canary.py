"""Canaries: control questions with known answers, among the real calls, which tell how often the reading model errs.

They are made of the texts that the run reads: a sentence with a number or a name in it, and the question what that is.
Half of the canaries show the text around the sentence, and tell what the model misses; half show another text, in which
a third of the sentence's words do not occur, and tell what it makes up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from rlm_core.engine.checks.numbers import mentioned, stated
from rlm_core.engine.checks.quotes import stands_in
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition, Piece
from rlm_core.language.detect import language_of
from rlm_core.language.stopwords import ENGLISH, FRENCH
from rlm_core.tokens import estimate

PARTS_PER_CANARY, MAX_CANARIES = 20, 8  # parts for one canary; canaries in a run

WINDOW_CHARS = 2400  # characters of a canary's text, about
MIN_CHARS, MAX_CHARS, MIN_WORDS = 24, 240, 3  # of a sentence that a question is made of
MAX_TRIED = 400  # sentences of a part that are looked at
MAX_OTHERS = 6  # parts that are looked through for a sentence which another one does not hold
GAP = "____"
LABEL = "control question"  # of the calls
# A number by itself: no part of a date, of a time, of a version or of a name.
_NUMBER = re.compile(r"(?<![\w.,:/#+-])\d{1,7}(?:[.,]\d{1,3})?(?![\w/:-]|[.,]\d)")
# A name within a sentence: a word that begins with a capital behind one that does not end the sentence before.
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]{2,20}(?![\w'’-])")
_WORD = re.compile(r"[^\W_][\w'’-]{3,40}")
_SENTENCE = re.compile(r"[^.!?;]{1,400}(?:[.!?;](?=\w)[^.!?;]{0,400}){0,10}[.!?;]?")
_ASKED = {
    ENGLISH: 'What stands in the place of {gap} in the sentence of the sources that reads: "{sentence}"?',
    FRENCH: "Qu'est-ce qui se trouve à la place de {gap} dans la phrase des sources que voici : « {sentence} » ?",
}


@dataclass(frozen=True)
class Canary:
    """A question over a stretch of the run's texts. line: the sentence that answers it, "" when none does. answer: what
    a right finding names.
    """

    question: str
    part: Partition
    line: str
    answer: str = ""

    def is_right(self, findings: Sequence[Finding]) -> bool:
        """Whether a leaf found the line and its answer, or found nothing where there is nothing."""
        if not self.line:
            return not findings
        return bool(findings) and all(self._is_shown_by(f) for f in findings)

    def _is_shown_by(self, f: Finding) -> bool:
        said = f"{f.claim}\n{f.value}"
        same = stands_in(f.quote, self.line) or stands_in(self.line, f.quote)
        named = self.answer.casefold() in f"{said}\n{f.quote}".casefold()
        return same and named and stated(said) <= mentioned(f"{self.line}\n{self.question}")


@dataclass(frozen=True)
class _Fact:
    """A sentence with a gap where its number or name was. piece, row: where it stands."""

    sentence: str
    answer: str
    start: int
    piece: Piece
    row: int

    @property
    def gapped(self) -> str:
        return f"{self.sentence[: self.start]}{GAP}{self.sentence[self.start + len(self.answer) :]}"

    @property
    def question(self) -> str:
        return _ASKED[language_of(self.sentence)].format(gap=GAP, sentence=self.gapped)

    def is_alone_in(self, text: str) -> bool:
        """Whether a text holds the sentence once, and no other that differs in the gap alone."""
        before, after = self.sentence[: self.start], self.sentence[self.start + len(self.answer) :]
        return (
            text.count(self.sentence) == 1
            and (text.count(before) if len(before) > len(after) else text.count(after)) == 1
        )

    def is_strange_to(self, text: str) -> bool:
        """Whether a text is about something else: a third of the sentence's words do not occur in it."""
        words = {w.casefold() for w in _WORD.findall(self.gapped)}
        missing = {w for w in words if w not in text.casefold()}
        return bool(missing) and 3 * len(missing) >= len(words)


def how_many(parts: int) -> int:
    """Canaries for a run over so many parts; none for a small one, whose few answers can be read."""
    return min(MAX_CANARIES, parts // PARTS_PER_CANARY)


def canaries(parts: Sequence[Partition], count: int) -> list[Canary]:
    """Up to so many canaries, made from parts that are read: the same texts always give the same ones.

    Every second one asks for a sentence of another part. Fewer, where few sentences state a number or a name.
    """
    made = [_canary(parts, n, count) for n in range(count if parts else 0)]
    return [one for one in made if one]


def _canary(parts: Sequence[Partition], number: int, count: int) -> Canary | None:
    at = number * len(parts) // count
    here = _facts(parts[at])
    if number % 2 == 0:
        for fact in here:
            text = _window(fact)
            if fact.is_alone_in(text.text):
                return Canary(fact.question, Partition((text,)), fact.sentence, fact.answer)
        return None
    if not here:
        return None
    text = _window(here[0])
    for other in range(at + len(parts) // 2, at + len(parts) // 2 + MAX_OTHERS):
        strange = next((f for f in _facts(parts[other % len(parts)]) if f.is_strange_to(text.text)), None)
        if strange:
            return Canary(strange.question, Partition((text,)), "")
    return None


def _facts(part: Partition) -> list[_Fact]:
    """The sentences of a part that state a number or a name, in an order that nothing but their words decides."""
    found: list[_Fact] = []
    for piece in part.pieces:
        for row, line in enumerate(piece.text.split("\n")):
            if len(found) < MAX_TRIED and len(line) >= MIN_CHARS:
                found += filter(None, (_fact(m[0].strip(), piece, row) for m in _SENTENCE.finditer(line[:4000])))
    return sorted(found, key=lambda f: (crc32(f.sentence.encode("utf-8", "replace")), f.sentence))


def _fact(sentence: str, piece: Piece, row: int) -> _Fact | None:
    if not MIN_CHARS <= len(sentence) <= MAX_CHARS or GAP in sentence or "[redacted" in sentence:
        return None
    gap = _NUMBER.search(sentence) or _NAME.search(sentence)
    if not gap or len(_WORD.findall(sentence.replace(gap[0], " "))) < MIN_WORDS:
        return None
    return _Fact(sentence, gap[0], gap.start(), piece, row)


def _window(fact: _Fact) -> Piece:
    """The lines around a fact, which stands now near the beginning and now near the end of them."""
    rows = fact.piece.text.rstrip("\n").split("\n")
    room = WINDOW_CHARS * (1 + crc32(fact.gapped.encode("utf-8", "replace")) % 8) // 9
    first = last = fact.row
    while first > 0 and room >= (size := len(rows[first - 1]) + 1):
        first, room = first - 1, room - size
    room = WINDOW_CHARS - sum(len(r) + 1 for r in rows[first:last])
    while last + 1 < len(rows) and room >= (size := len(rows[last + 1]) + 1):
        last, room = last + 1, room - size
    text = "\n".join(rows[first : last + 1]) + "\n"
    return Piece(fact.piece.document, text, fact.piece.line + first, estimate(text))


def report(right: int, wrong: int) -> dict[str, Any]:
    """What the canaries say. error: share that was wrong. at_most: upper end of its 95 % Wilson interval (1927)."""
    asked = right + wrong
    if not asked:
        return {"asked": 0, "wrong": 0, "error": None, "at_most": None}
    z, p = 1.96, wrong / asked
    centre = p + z * z / (2 * asked)
    spread = z * math.sqrt(p * (1 - p) / asked + z * z / (4 * asked * asked))
    return {
        "asked": asked,
        "wrong": wrong,
        "error": round(p, 3),
        "at_most": round(min(1.0, (centre + spread) / (1 + z * z / asked)), 3),
    }
