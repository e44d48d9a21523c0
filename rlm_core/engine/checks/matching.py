"""Finds where a quote stands in a text, word for word; white space and the kinds of redactions may differ.

Quotation marks or an ellipsis around the whole quote are the reader's and are ignored. A composed character equals the
same one in two (NFC and NFD), as Unicode has it. Everything else must agree to the character: case, straight and
typographic quotation marks. Words and numbers must be whole: "5 retries" does not stand in "15 retries".
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from rlm_core.engine.findings import MAX_QUOTE_CHARS

MAX_WORD_CHARS = 200  # characters of a word in which a place is looked for
CUT_QUOTE_CHARS = MAX_QUOTE_CHARS - 100  # characters of a quote that may have been cut off inside a word
_REDACTED = re.compile(r"\[redacted(?::[\w-]*)?\]")
_WRAPPED = (
    ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("‹", "›"), ("「", "」"), ("『", "』"), ("‘", "’"), ('"', '"'),
    ("'", "'"), ("```", "```"), ("`", "`"),
)  # fmt: skip
_ELLIPSIS = r"\[?(?:…|\.\.\.)\]?"
# Those at the end are looked for from the first one on only: from each of them on, or from each space before them, it
# would take the square of their number.
_FIRST = r"(?!(?<=\[)[…\.])(?<![\s…])(?<!\.\.\.)(?<!…\])(?<!\.\.\.\])"
_BEFORE = re.compile(rf"(?:{_ELLIPSIS}\s*)*")
_BEHIND = re.compile(rf"{_FIRST}(?:\s*{_ELLIPSIS})+$")
# Written without spaces: Thai, Lao, Chinese, Japanese.
UNSPACED = r"\u0e00-\u0eff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_REST = re.compile(rf"[^\W{UNSPACED}]+")  # of a word
_WORD = re.compile(r"\S+")
_IN_NUMBERS = ".,'’\u00a0\u202f"


class Text:
    """A text in which quotes are looked for: to the letter first, then with its white space and marks folded."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded: _Folded | None = None

    def places(self, quote: str, since: int = 0) -> Iterator[tuple[int, int]]:
        """(from, to) of each place, in order; those to the letter, or else all that there are."""
        for wanted in dict.fromkeys((quote.strip(), unwrapped(quote))):
            found = False
            for start, end in _occurrences(wanted, self._text, since, len(quote) > CUT_QUOTE_CHARS):
                found = True
                yield start, end
            if found:
                return
        wanted = _fold(unwrapped(quote))
        if not says_something(wanted):
            return
        if self._folded is None:
            self._folded = _Folded(self._text)
        yield from self._folded.places(wanted, since, len(quote) > CUT_QUOTE_CHARS)


class _Folded:
    """A text in NFC, with single spaces and without the kinds of redactions; and the way back to its own offsets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts, self._at = array("q"), array("q")  # of each word: in the text, in the folded one
        shown: list[str] = []
        before, length = "", 0
        for match in _WORD.finditer(text):
            word = _fold_word(match[0])
            space = _space(before, word) if before else ""
            self._starts.append(match.start())
            self._at.append(length + len(space))
            shown += space, word
            before, length = word, length + len(space) + len(word)
        self._folded = "".join(shown)

    def places(self, wanted: str, since: int, cut: bool) -> Iterator[tuple[int, int]]:
        first = max(bisect_right(self._starts, since) - 1, 0)
        for start, end in _occurrences(wanted, self._folded, self._at[first] if self._at else 0, cut):
            begin, stop = self._back(start, end=False), self._back(end, end=True)
            # Folding made a plain space of the one that parts the thousands of a number.
            if begin >= since and _is_border(self._text, begin) and (cut or _is_border(self._text, stop)):
                yield begin, stop

    def _back(self, at: int, *, end: bool) -> int:
        """The offset in the text of one in the folded text; the edge of a changed word where it cannot be told."""
        n = bisect_right(self._at, at - end) - 1
        start, offset = self._starts[n], at - self._at[n]
        match = _WORD.match(self._text, start)
        word = match[0] if match else ""
        folded = _fold_word(word)
        if folded == word:
            return start + offset
        fits = (k for k in range(min(len(word), MAX_WORD_CHARS) + 1) if _fold_word(word[:k]) == folded[:offset])
        return start + next(fits, len(word) if end else 0)


def _fold(quote: str) -> str:
    """A quote as it stands in a folded text."""
    words = [_fold_word(w) for w in quote.split()]
    joined = (f"{_space(before, word)}{word}" for before, word in pairwise(words))
    return "".join((*words[:1], *joined))


def _space(before: str, word: str) -> str:
    """What stands between two words: nothing where a script has no spaces, so that its lines may be folded."""
    return "" if _IS_UNSPACED.match(before[-1]) or _IS_UNSPACED.match(word) else " "


def _fold_word(word: str) -> str:
    if word.isascii():
        return _REDACTED.sub("[redacted]", word) if "[redacted" in word else word
    return unicodedata.normalize("NFC", _REDACTED.sub("[redacted]", word))


def _occurrences(wanted: str, text: str, since: int, cut: bool) -> Iterator[tuple[int, int]]:
    """The places of a text in another, as whole words and without overlap. cut: its last word may go on."""
    at = text.find(wanted, since) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        whole = _is_border(text, at) and (cut or _is_border(text, end))
        if whole:
            yield at, end
        # Inside a word, no place begins before its end.
        at = text.find(wanted, end if whole else max(at + 1, _within(text, at)))


def _is_border(text: str, at: int) -> bool:
    """Whether no word and no number goes on across a place."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isdigit() and after in _IN_NUMBERS and text[at + 1 : at + 2].isdigit():
        return False
    if after.isdigit() and before in _IN_NUMBERS and text[max(0, at - 2) : at - 1].isdigit():
        return False
    return not (_in_word(before) and _in_word(after)) or bool(_IS_UNSPACED.match(before) or _IS_UNSPACED.match(after))


def _within(text: str, at: int) -> int:
    match = None if _is_border(text, at) else _REST.match(text, at)
    return match.end() if match else at


def _in_word(c: str) -> bool:
    return c.isalnum() or c == "_" or unicodedata.combining(c) > 0


def unwrapped(quote: str) -> str:
    """Without the marks that a reader puts around a quote: quotation marks, an ellipsis at an end."""
    text = _without_ellipses(quote.strip())
    for first, last in _WRAPPED:
        if len(text) > len(first) + len(last) and text.startswith(first) and text.endswith(last):
            return _without_ellipses(text[len(first) : -len(last)].strip())
    return text


def _without_ellipses(text: str) -> str:
    begun = _BEFORE.match(text)
    return _BEHIND.sub("", text[begun.end() if begun else 0 :])


def says_something(quote: str) -> bool:
    """Whether there is a letter or a figure in it."""
    return any(c.isalnum() for c in quote)
