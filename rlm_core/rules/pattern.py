"""Which patterns of a repository's may run without the user's word: so plain that they end at once and eat no prose.

A regular expression is a program. One like `(a+)+$` never ends, and one like `.` leaves nothing of a session. What is
taken is a word's fixed beginning, then characters, at most one part of open length: `ACME-\\d+`, `sk_[a-z0-9]{40}`.
"""

from __future__ import annotations

import re

MOST_CHARS = 200
MOST_REPEATS = 200  # characters that `{n}` may ask for, in all
LEAST_HEAD = 4  # characters that a pattern begins with, or two with one among them that is no letter

_LITERAL = r"(?:[A-Za-z0-9_\-:#@/=]|\\[-.:#/_])"
_CLASS = r"(?:\\[dw]|\[(?:\\d|[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_]|\\-)+-?\])"
_FIXED = rf"(?:\.|(?:{_LITERAL}|{_CLASS})(?:\{{\d{{1,3}}\}})?)"
_PLAIN = re.compile(
    rf"(?:\\b)?(?P<head>{_LITERAL}{{2,}}){_FIXED}*"
    rf"(?:(?P<open>{_LITERAL}|{_CLASS})(?:[+*]|\{{\d{{1,3}},\d{{1,3}}\}})(?:\.|{_LITERAL}|{_CLASS}){{0,8}})?(?:\\b)?"
)


def is_harmless(pattern: str) -> bool:
    """Whether a pattern takes time in proportion to the text, whatever the text, and matches single words only."""
    plain = _PLAIN.fullmatch(pattern) if len(pattern) <= MOST_CHARS else None
    if plain is None or sum(map(int, re.findall(r"\{(\d+)", pattern))) > MOST_REPEATS:
        return False
    head = plain["head"].replace("\\", "")
    if len(head) < LEAST_HEAD and head.isalpha():
        return False
    # Where the open part cannot match all of the head, what begins at one head ends before the next one.
    return not plain["open"] or any(not re.fullmatch(plain["open"], c) for c in head)
