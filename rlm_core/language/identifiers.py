"""Words that spaces do not part: those of an identifier, and those of Chinese, Japanese and Korean."""

from __future__ import annotations

# Kana, Han and Hangul, for use inside the brackets of a pattern.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SMALL = frozenset("abcdefghijklmnopqrstuvwxyz")
_BEFORE_CAPITAL = _SMALL | frozenset("0123456789")


def split_humps(text: str) -> str:
    """The text with a space between the words of each camelCase identifier.

    >>> split_humps("set retryLimit of HTTPServer")
    'set retry Limit of HTTP Server'
    """
    if text[1:].islower():
        return text
    return " ".join(humps(text))


def has_humps(text: str) -> bool:
    """Whether a word of an identifier ends within the text."""
    return len(humps(text)) > 1


def humps(text: str) -> list[str]:
    """The text in parts, which end where a word of an identifier does: retry|Limit, HTTP|Server."""
    parts, start = [], 0
    for at in [n for n, c in enumerate(text) if c in _CAPITALS]:
        before = text[at - 1] if at else ""
        if before in _BEFORE_CAPITAL or (before in _CAPITALS and text[at + 1 : at + 2] in _SMALL):
            parts.append(text[start:at])
            start = at
    parts.append(text[start:])
    return parts


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single character is itself.

    >>> pairs("東京駅")
    ['東京', '京駅']
    """
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
