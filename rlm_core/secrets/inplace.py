"""Secrets out of a text that stands already, line for line: what is cited by a line stays on it.

DB_PASSWORD=one        DB_PASSWORD=[redacted:env]
-----BEGIN KEY-----    [redacted:private-key]
abc                ->
-----END KEY-----
the end                the end
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlm_core.redaction.assignments import is_like_password, is_random
from rlm_core.redaction.clean import EMPTY, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlm_core.redaction.clean import CleanJson, CleanText
    from rlm_core.redaction.redactor import Redactor
    from rlm_core.redaction.spans import Redacted, Stretch

    Mark = tuple[CleanText, CleanText]  # kind, fingerprint

MARK = re.compile(r"\[redacted:([a-z0-9-]{1,40})\]")
PASSES = 8  # a mark may change what its surroundings look like; two are enough for what people write
LEAST, MOST = 6, 200  # characters of a secret that is looked for by itself in a title
MOST_KNOWN = 5_000
_LINE_END = literal("\n")


@dataclass
class Reworded:
    """A text without its secrets, with as many lines. marks: kind and fingerprint of all its marks, in their order.

    made: those of them that are new. secrets: what stood there.
    """

    text: CleanText
    marks: list[Mark] = field(default_factory=list)
    made: list[Mark] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


def reword(redact: Redactor, text: str, marks: Sequence[Mark] = ()) -> Reworded:
    """Take the secrets out of a text. marks: what is known of the marks that stand in it.

    Where these are not the marks that stand there, since some are quoted or went to a blob, they come first.
    """
    standing = [m[1] for m in MARK.finditer(text)]
    aligned = standing == [kind for kind, _ in marks]
    done = Reworded(EMPTY, list(marks))
    for _ in range(PASSES):
        redact.marks = []
        found = redact.redact(text)
        made, redact.marks = redact.marks, []
        if not found.spans:
            done.text = found.text
            return done
        done.made += made
        done.secrets += [text[start:end] for start, end, _, _ in found.spans]
        done.marks = _in_order(text, found.spans, done.marks, made) if aligned else [*done.marks, *made]
        text = done.text = _in_lines(text, found)
    return done


def _in_lines(text: str, found: Redacted) -> CleanText:
    """The clean text with an empty line for each that a secret has taken with it."""
    pieces: list[CleanText] = []
    at = 0
    for start, end, _, clean_end in found.spans:
        pieces += [found.text[at:clean_end], *[_LINE_END] * text.count("\n", start, end)]
        at = clean_end
    return EMPTY.join([*pieces, found.text[at:]])


def _in_order(text: str, spans: Iterable[Stretch], marks: Sequence[Mark], made: Sequence[Mark]) -> list[Mark]:
    """The marks of a text and the new ones among them, without those that a secret has swallowed."""
    spans = list(spans)
    places = [m.start() for m in MARK.finditer(text)]
    rows = [(start, mark) for (start, *_), mark in zip(spans, made, strict=True)]
    at = 0
    for place, mark in zip(places, marks, strict=True):
        while at < len(spans) and spans[at][1] <= place:
            at += 1
        if at == len(spans) or place < spans[at][0]:
            rows.append((place, mark))
    return [mark for _, mark in sorted(rows, key=lambda row: row[0])]


def clipped(text: str, spans: Iterable[Stretch], kinds: Iterable[str], first: int, last: int) -> str:
    """The stretch [first, last) of a text without secrets that may reach over its ends; its lines stay."""
    pieces, done = [], first
    for (start, end, _, _), kind in zip(spans, kinds, strict=True):
        if start < last and end > first:
            a, b = max(start, first), min(end, last)
            pieces += [text[done:a], f"[redacted:{kind}]", "\n" * text.count("\n", a, b)]
            done = b
    return "".join([*pieces, text[done:last]])


class Labels:
    """Makes titles and the like clean: they may hold a secret without what would tell that it is one."""

    def __init__(self, redact: Redactor, known: Iterable[str] = (), *, words: bool = False) -> None:
        """known: secrets that were found elsewhere. words: those too that might be plain words; else they are left."""
        self._redact = redact
        found = {s.strip() for s in known}
        told = sorted(filter(_is_a_line if words else _tells, found), key=lambda s: (-len(s), s))[:MOST_KNOWN]
        self._known = re.compile("|".join(map(re.escape, told))) if told else None

    def __call__(self, text: str) -> CleanText:
        """The text without secrets; the same object when it holds none."""
        if self._known is not None and self._known.search(text):
            text = self._known.sub("[redacted:env]", text)
        return self._redact(text)

    def drops(self, text: str) -> bool:
        """Whether the text holds a secret."""
        return self(text) != text

    def values(self, value: object) -> CleanJson:
        """A value that JSON knows, with each text in it clean, names of fields too."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self(str(name)): self.values(v) for name, v in value.items()}
        if isinstance(value, list):
            return [self.values(v) for v in value]
        return self._redact.values(value)


def _tells(secret: str) -> bool:
    """Whether a secret is known by itself: what people write as a word is not."""
    data = secret.encode("ascii", "replace")
    return _is_a_line(secret) and (is_like_password(data) or is_random(data))


def _is_a_line(secret: str) -> bool:
    return LEAST <= len(secret) <= MOST and "\n" not in secret
