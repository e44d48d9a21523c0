"""Finds the prose of a text and its sentences.

All functions work on a folded copy as long as the text, so that an offset in the one is the same offset in the other.
"""

from __future__ import annotations

import re

from rlm_core.language.folding import fold_in_place

MAX_CHARS = 400  # characters of a sentence that are looked at; longer ones are cut at this distance from the cue
SHORT_CHARS = 24  # a sentence as short as "Scratch that." is quoted with the next one
WRAP_CHARS = 60  # a line as long as this may have been wrapped by hand

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})([^\n]*)", re.M)
_SPAN = re.compile(r"`[^`\n]+`")
# What somebody else said, or a value: a cue in there is not the speaker's.
_QUOTED = re.compile(r"\"[^\"\n]{1,300}\"|“[^“”\n]{1,300}”|«[^«»\n]{1,300}»")
_END = re.compile(
    r"[.!?…;]+[\"'»”)\]*_]*(?=\s)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\betc\.)(?<!\bex\.)(?<!\bresp\.)"
)
_ORDINARY = re.compile(r"[ \t]{0,8}[a-z('\"]")
_BULLET = re.compile(r"[ \t]*(?:(?:[-*+•–—]|\d{1,3}[.)]|#{1,6}|\[[ xX]\])[ \t]+)*")
# Lines of code or of a terminal that stand in a prompt without a fence, tables and quotations.
_NO_PROSE = re.compile(
    r"\s*(?:[>|$]|//|/\*|@@|\+\+\+|---|diff --git|at \S+\(|import \w|from \S+ import|"
    r"(?:def|class|func|const|var|return) \w)"
)
_CODE_END = re.compile(r"(?:[\w)\]\"'];|[{}\\]|\(\)|=>)\s*$")


def prose(text: str) -> str:
    """The folded text in which code fences are blank and inline code and quotations are masked."""
    folded = fold_in_place(text)
    if "```" in folded or "~~~" in folded:
        folded = _without_fences(folded)
    if "`" in folded:
        folded = _SPAN.sub(_mask, folded)
    if '"' in folded or "“" in folded or "«" in folded:
        folded = _QUOTED.sub(_mask, folded)
    return folded


def _mask(found: re.Match[str]) -> str:
    """Replace a match by one word of its length, so that "use `a b`" still has an object."""
    return "x" * len(found[0])


def _without_fences(text: str) -> str:
    """The text with its code fences blank. As in CommonMark, a fence without an end goes to the end of the text."""
    pieces, at, opened = [], 0, ""
    for found in _FENCE.finditer(text):
        fence, rest = found[1], found[2]
        if not opened:
            if "`" in rest:  # ```code``` in a line
                continue
            pieces.append(text[at : found.start()])
            opened, at = fence, found.start()
        elif fence.startswith(opened) and not rest.strip():
            pieces.append(_blank(text[at : found.end()]))
            opened, at = "", found.end()
    pieces.append(_blank(text[at:]) if opened else text[at:])
    return "".join(pieces)


def _blank(text: str) -> str:
    return "\n" * len(text)


def sentence(text: str, at: int, floor: int) -> tuple[int, int]:
    """(start, end) of the sentence around `at`, not before `floor`, without a bullet and surrounding spaces.

    text: as `prose` gives it. Looks at no more than MAX_CHARS characters on either side.
    """
    start = _line_start(text, at, max(floor, at - MAX_CHARS))
    for end in _END.finditer(text, start, at):
        start = end.end()
    last = _line_end(text, at, min(len(text), at + MAX_CHARS))
    stop = _END.search(text, at, last)
    last = stop.end() if stop else last
    bullet = _BULLET.match(text, start, last)
    start = bullet.end() if bullet else start
    while start < last and text[start].isspace():
        start += 1
    while last > start and (text[last - 1].isspace() or text[last - 1] == ";"):
        last -= 1
    return start, last


def _line_start(text: str, at: int, lowest: int) -> int:
    """Where the line around `at` begins; lines that were wrapped by hand are one."""
    newline = text.rfind("\n", lowest, at)
    while newline > lowest and _wrapped(text, newline, lowest):
        newline = text.rfind("\n", lowest, newline)
    return max(lowest, newline + 1)


def _line_end(text: str, at: int, highest: int) -> int:
    newline = text.find("\n", at, highest)
    while 0 <= newline < highest and _wrapped(text, newline, at - MAX_CHARS):
        newline = text.find("\n", newline + 1, highest)
    return newline if newline >= 0 else highest


def _wrapped(text: str, newline: int, lowest: int) -> bool:
    """Whether a line goes on after its end: a long one that ends in the middle, before an ordinary word."""
    before = text.rfind("\n", max(lowest, 0), newline)
    return (
        newline - before > WRAP_CHARS
        and text[newline - 1] not in ".!?:;…|"
        and bool(_ORDINARY.match(text, newline + 1))
    )


def is_prose(text: str, at: int) -> bool:
    """Whether the line around `at` is prose, as far as its form tells."""
    start = text.rfind("\n", max(0, at - MAX_CHARS), at) + 1
    end = text.find("\n", at, at + MAX_CHARS)
    line = text[start if start else max(0, at - MAX_CHARS) : end if end >= 0 else at + MAX_CHARS]
    return not (_NO_PROSE.match(line) or _CODE_END.search(line[-80:]))


def clean(sentence: str) -> str:
    """A sentence as the rules expect it: without Markdown's emphasis, single spaces."""
    return " ".join(sentence.replace("*", "").replace("__", "").split())
