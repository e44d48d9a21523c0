"""The way between a clean text and its original, by characters and by lines."""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlm_core.redaction.clean import CleanText

    Span = tuple[int, int, str]  # as the redactor finds them: start, end, kind
    Stretch = tuple[int, int, int, int]


class Redacted:
    """A text without its secrets, and where they were.

    text: the clean text. spans: (start, end, clean start, clean end), in order: the characters [start, end) of the
    original stand as [clean start, clean end), a marker, in the clean text. Between two spans both are the same.
    """

    __slots__ = ("_original", "spans", "text")

    def __init__(self, original: str, text: CleanText, passes: Iterable[Sequence[Span]]) -> None:
        """passes: what each pass of the redactor replaced, in the text as the pass before had left it."""
        self._original = original
        self.text = text
        self.spans: list[Stretch] = []
        for found in passes:
            self.spans = _followed(self.spans, found)

    def to_original(self, offset: int) -> int:
        """Where a character of the clean text stood; one of a marker stood where its secret began."""
        return _mapped(offset, [(cs, ce, s, e) for s, e, cs, ce in self.spans])

    def to_clean(self, offset: int) -> int:
        """Where a character of the original stands now; one of a secret stands where its marker begins."""
        return _mapped(offset, self.spans)

    def lines(self) -> list[int]:
        """For each line of the clean text the number, from 1, of the original's line on which it begins."""
        numbers, line, done = [1], 1, 0
        for start, end, clean_start, clean_end in (*self.spans, (0, 0, len(self.text), len(self.text))):
            kept = self.text.count("\n", done, clean_start)
            numbers += range(line + 1, line + 1 + kept)
            line += kept + self._original.count("\n", start, end)
            done = clean_end
        return numbers


def _mapped(offset: int, spans: Sequence[Stretch]) -> int:
    """An offset of the first text in the second; spans: (start, end, start in the second, end in the second)."""
    at = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    if at < 0:
        return offset
    start, end, other_start, other_end = spans[at]
    return other_start if start <= offset < end else offset - end + other_end


def _followed(before: Sequence[Stretch], found: Sequence[Span]) -> list[Stretch]:
    """Stretches from the original to the text behind a further pass, which replaced `found` in the text before it."""
    # (start, end) in the text before the pass; by how much it is shorter there than in the original; and than after.
    steps = [(cs, ce, (e - s) - (ce - cs), 0) for s, e, cs, ce in before]
    steps += [(s, e, 0, len(f"[redacted:{kind}]") - (e - s)) for s, e, kind in found]
    merged: list[tuple[int, int, int, int]] = []
    for start, end, longer_before, longer_after in sorted(steps):
        if merged and start < merged[-1][1]:  # a secret in which an earlier pass had left a marker
            first, last, was, now = merged.pop()
            start, end, longer_before, longer_after = first, max(last, end), was + longer_before, now + longer_after
        merged.append((start, end, longer_before, longer_after))
    stretches: list[Stretch] = []
    original = clean = 0
    for start, end, longer_before, longer_after in merged:
        stretches.append((start + original, end + original + longer_before, start + clean, end + clean + longer_after))
        original, clean = original + longer_before, clean + longer_after
    return stretches
