"""Texts as streams of words: what is left of them without case, typography and Markdown's marks.

A word is a run of letters and figures; a number with its separators is one word, and so is each character of a script
that is written without spaces. A sign that changes what is said (`!=`, `-5`, `<`, `%`, `C++`) is a word of its own;
quotation marks, dashes, full stops, emphasis, and the marks of lists and headings are none.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from rlm_core.engine.checks.matching import UNSPACED

SEPARATOR = "\n"  # between the words of a stream
_HIDDEN = "\u00ad\u200b-\u200d\u2060"  # soft hyphens and the like, which stand inside words and are not seen
_LETTER = rf"[^\W_{UNSPACED}][\u0300-\u036f{_HIDDEN}]{{0,8}}"
_TOKEN = re.compile(
    rf"(?P<mark>^[ \t]{{0,40}}(?:>[ \t]?){{1,8}}|^[ \t]{{0,40}}[-*+=_~]{{1,200}}(?=\s|$))"  # quotes, lists, rules
    rf"|(?<![\w.,])\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}}){{1,5}}(?![\w.,]?\d|\w)"  # 1 000
    rf"|(?:{_LETTER})+(?:(?:_{{1,9}}|(?<=\d)[.,'’](?=\d))(?:{_LETTER})+)*"
    rf"|[{UNSPACED}](?<=[^\W_])"
    r"|-[->]?>|[→⇒]|[=<>≠≤≥≈±+%$€£~^&/@×÷✓✔☑✅✗✘☒❌👍👎]|\|\||\[ \]|!(?=[=\w(])"
    r"|(?<=[\w)\]])\*{1,2}(?=[\w(])|(?<= )\*{1,2}(?= )|(?<![\w)\]])[-−–](?=\d)|(?<=\w)#|#(?=\d)",
    re.MULTILINE,
)
_SIGNS = {
    "→": "->",
    "⇒": "=>",
    "−": "-",
    "–": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "-->": "->",
    **dict.fromkeys("✔☑✅", "✓"),
    **dict.fromkeys("✘☒❌", "✗"),
}
_LETTERS_IN_ONE = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "\u00a0": "", "\u202f": ""})
_LETTERS_IN_ONE |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060), "")
# What a listing adds to its lines: their numbers, as grep and numbered listings write them, and those of a list.
NUMBERED = re.compile(
    r"^[ \t]{0,40}(?:(?:L|line |ligne )?(?P<line>\d{1,6})(?:[ \t]{0,4}(?:→|\||:(?=\D|$))|\t)"
    r"|L(?P<bare>\d{1,6})(?=[ \t])|\[(?P<boxed>\d{1,6})\]|(?P<item>\d{1,3})[.)](?=[ \t]))",
    re.MULTILINE,
)
_LINKED = re.compile(r"(?<=\])\([^()\s]{1,500}\)")


class Stream:
    """The words of a text, and where each of them stands.

    words: as they are compared. starts, ends: offsets of each word in the text.
    """

    def __init__(self, text: str, *, bare: bool = False) -> None:
        """bare: without the numbers of lines and lists, and without the addresses of links."""
        left_out = _left_out(text) if bare else ()
        self.text = text
        self.words: list[str] = []
        self.starts, self.ends = array("q"), array("q")
        for word, start, end in _words(text, left_out):
            self.words.append(word)
            self.starts.append(start)
            self.ends.append(end)
        self._joined = joined(self.words)
        self._at = array("q")  # offset of each word's separator in the joined words
        at = 0
        for word in self.words:
            self._at.append(at)
            at += len(word) + 1

    def __len__(self) -> int:
        return len(self.words)

    def places(self, words: Sequence[str], since: int = 0) -> Iterator[int]:
        """The numbers of the words, from `since` on, at which a row of words begins."""
        if not words or since >= len(self.words):
            return
        wanted, step = joined(words), sum(map(len, words)) + len(words)
        at = self._joined.find(wanted, self._at[since])
        while at >= 0:
            yield bisect_left(self._at, at)
            at = self._joined.find(wanted, at + step)

    def at(self, offset: int) -> int:
        """The number of the first word that begins at or behind an offset of the text."""
        return bisect_left(self.starts, offset)


def joined(words: Sequence[str]) -> str:
    return f"{SEPARATOR}{SEPARATOR.join(words)}{SEPARATOR}"


def words_of_quote(text: str, *, bare: bool = False) -> list[str]:
    """The words of a text alone."""
    return [word for word, _, _ in _words(text, _left_out(text) if bare else ())]


def has_layout(text: str) -> bool:
    """Whether a text has numbers of lines or addresses of links that a reader may leave out."""
    return bool(NUMBERED.search(text) or _LINKED.search(text))


def _left_out(text: str) -> Sequence[tuple[int, int]]:
    return sorted(m.span() for pattern in (NUMBERED, _LINKED) for m in pattern.finditer(text))


def _words(text: str, left_out: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """(word, start, end) of each word that does not begin in a stretch that is left out."""
    gaps = iter(left_out)
    gap = next(gaps, None)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while gap and gap[1] <= start:
            gap = next(gaps, None)
        if match["mark"] or (gap and gap[0] <= start < gap[1]):
            continue
        yield _word(match[0]), start, end


def _word(token: str) -> str:
    if token.isascii():
        return token.replace(" ", "").casefold()
    if token in _SIGNS:
        return _SIGNS[token]
    plain = token.translate(_LETTERS_IN_ONE).replace(" ", "")
    # What raises a figure or makes a fraction of it says another number, which NFKC would hide.
    raised = any(c.isnumeric() and not c.isdecimal() for c in plain)
    return unicodedata.normalize("NFC" if raised else "NFKC", plain).casefold()
