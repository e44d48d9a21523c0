"""Answers that say how many there are, where one finding an entry was asked for, in English and French.

A finding "there are 2 bugs" is no bug: counted as an entry, it would make a one of a two.
"""

from __future__ import annotations

import re

from rlm_core.language.folding import fold

TOTAL = "it says how many there are, and is no entry that could be counted"
SEVERAL = "the quote says how many there are, and counts as one"

_WORDS = (
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente quarante cinquante"
)
_NUMBER = rf"(?P<n>(?:[2-9]|[1-9]\d{{1,8}})(?![\d%]|[.,:h/-]\d)|{'|'.join(_WORDS.split())})\b"
_FROM = r"(?:^|[.:;,!?] )(?:so,? |in total,? |overall,? |altogether,? |en tout,? |au total,? |donc,? ){0,2}"
_ABOUT = r"(?:about |exactly |a total of |at least |only |around |environ |exactement |au moins |bien |un total de )?"
_THERE = re.compile(
    rf"{_FROM}(?:there (?:are|were|have been)|there's|(?:i|we) (?:found|find|counted|count|see|have|had)|"
    r"(?:the |a )?(?:total|count|number)(?: number)?(?: of)?(?: [a-z'-]{1,30}){0,6}? ?(?:is|was|are|equals|:|=)|"
    r"total:?|il y (?:en )?(?:a|avait|a eu)|on (?:en )?(?:compte|trouve|denombre|a trouve|a compte|a)|"
    r"j'(?:en )?ai (?:trouve|compte)|nous avons (?:trouve|compte)?|"
    r"(?:le |un )?(?:total|nombre)(?: total)?(?: d[e'])?(?: [a-z'-]{1,30}){0,6}? ?(?:est(?: de)?|:|=)) "
    rf"{_ABOUT}{_NUMBER}(?P<what>(?: [a-z'-]{{1,30}}){{0,4}})"
)
_FOUND = re.compile(
    rf"{_FROM}{_ABOUT}{_NUMBER}(?P<what>(?: [a-z'-]{{1,30}}){{1,3}}?) (?:(?:were|are|have been|ont ete|sont|on ete) "
    r"(?:found|mentioned|listed|reported|counted|there|present|in|trouve|mentionne|liste|signale|compte|present|dans)|"
    r"found\b|in (?:total|all)\b|en tout\b|au total\b|trouve)"
)
_ASKED = re.compile(
    r"\b(?:how many|combien d(?:e |es |')|(?:the )?number of|(?:le )?nombre d(?:e |es |')|count(?: up)?"
    r"(?: all| every)?|compte[rz]?)\s?(?:the |les |of the |all |different )?(?P<what>[a-z'-]{1,30}(?: [a-z'-]{1,30})?)"
)
_LIMIT = 600  # characters of a claim, and of a question, that are looked at
STEM = 4  # letters by which two words are one
COUNTS = frozenset(("count", "total", "number", "n", "how_many", "num", "nombre", "compte", "combien"))


def says_how_many(claim: str, question: str) -> bool:
    """Whether a claim says how many there are of what a question counts, two or more.

    >>> says_how_many("There are 2 bugs in it.", "How many bugs are there?")
    True
    >>> says_how_many("There are 2 bugs in it.", "How many messages speak of a bug?")
    False
    """
    said = _plain(claim)
    for match in filter(None, (_THERE.search(said), _FOUND.search(said))):
        what = _stems(match["what"])
        asked = _ASKED.search(_plain(question))
        counted = _stems(asked["what"] if asked else _plain(question))
        if not what or what & counted:
            return True
    return False


def tells_a_number(name: str, value: object) -> bool:
    """Whether a member of an answer, beside an empty list of findings, says how many there would be.

    >>> tells_a_number("count", 9), tells_a_number("answer", "There are 9 bugs."), tells_a_number("page", 9)
    (True, True, False)
    """
    if isinstance(value, str):
        said = _plain(value)
        named = name.casefold() in COUNTS and said.isdecimal() and int(said) > 0
        return named or bool(_THERE.search(said) or _FOUND.search(said))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and name.casefold() in COUNTS and value > 0  # type: ignore[operator]


def _plain(text: str) -> str:
    return " ".join(fold(text[:_LIMIT]).replace("’", "'").replace("*", "").split())


def _stems(words: str) -> set[str]:
    return {w[:STEM] for w in words.split() if len(w) > 2}
