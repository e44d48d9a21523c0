"""Words that spaces do not part: those of an identifier, and those of Chinese, Japanese and Korean."""

from __future__ import annotations

import re

# Kana, Han and Hangul, for use inside the brackets of a pattern.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Where a word of an identifier ends: retry|Limit, HTTP|Server.
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def split_humps(text: str) -> str:
    """The text with a space between the words of each camelCase identifier.

    >>> split_humps("set retryLimit of HTTPServer")
    'set retry Limit of HTTP Server'
    """
    return HUMP.sub(" ", text)


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single character is itself.

    >>> pairs("東京駅")
    ['東京', '京駅']
    """
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
