"""The first pass over a text: one pattern, made of all words that a rule or a measurement needs."""

from __future__ import annotations

import re
from functools import cache

from rlm_core.marks import english, french, measures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.marks.rules import Rule

_WORD_END = r"(?!\w)"


@cache
def first_pass() -> tuple[re.Pattern[str], dict[str, tuple[Rule, ...]]]:
    """(a pattern of any cue with the character before it, the rules to try for each cue; none for a measure's).

    To be searched in a text with a space before it, since a cue stands after anything but a letter.
    """
    own: dict[str, list[Rule]] = {}
    for r in (*english.RULES, *french.RULES):
        for cue in r.cues:
            own.setdefault(cue, []).append(r)
    starts = {c[:-1]: rules for c, rules in own.items() if c.endswith("*")}
    whole = {c.replace("_", " "): rules for c, rules in own.items() if not c.endswith("*")}
    ends = dict.fromkeys(measures.CUES, _WORD_END) | dict.fromkeys(measures.SIGNS, measures.SIGN_END)
    ends |= dict.fromkeys(whole, _WORD_END) | dict.fromkeys(starts, "")
    tries: dict[str, tuple[Rule, ...]] = {}
    order = {start: at for at, start in enumerate(starts)}
    for cue in {**whole, **starts}:
        # What matches a long cue is also a case of the beginnings that it starts with.
        begun = sorted((cue[:n] for n in range(1, len(cue) + 1) if cue[:n] in starts), key=order.__getitem__)
        rules = [*whole.get(cue, ()), *(r for start in begun for r in starts[start])]
        tries[cue] = tuple(dict.fromkeys(rules))
    return re.compile("[^a-z]" + _trie(ends)), tries


def _trie(ends: dict[str, str]) -> str:
    """A pattern of many words that looks at each character once. ends: word -> what must follow it."""
    root: dict[str, Any] = {}
    for word, end in ends.items():
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = end
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    ways = [re.escape(letter) + _branch(more) for letter, more in sorted(node.items()) if letter]
    if "" in node:
        ways.append(node[""])  # the longest word first
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
