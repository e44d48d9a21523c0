"""The index behind search as you type: which word stands at which place, in files that a page loads as scripts.

A page that was opened from a disk may read no file, but may load scripts. So the index is cut by the first two
characters of its words; what is typed needs the few that begin as it does. A line of a shard is one word of one
session and the places where it stands, each as four times its number in the session plus who said it, less the one
before:

    retry 64,4,36
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from operator import sub

MOST_WORD = 40
SPEAKERS = {"user": 0, "task": 0, "assistant": 1, "summary": 1, "document": 1, "call": 2, "thinking": 2}
OTHER = 3
_WORD = re.compile(r"[^\W_]{2,}")
_ASCII = "".join(chr(n) if chr(n).isalnum() else " " for n in range(128)).lower()
_SINGLE = frozenset(_ASCII.strip())
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_ACCENTS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_SIGNS = "—–…·’‘“”«»→←│─└├✓•\u00a0"
"""Signs outside ASCII that stand between words, the ones that are met most."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def words(text: str) -> set[str]:
    """The words of a text as they are looked for: folded, without accents; Chinese and the like by two characters."""
    if not text.isascii():
        for sign in _SIGNS:
            if sign in text:
                text = text.replace(sign, " ")
    if text.isascii():  # most texts by far: the same in a fifth of the time
        return _plain_words(text)
    pieces = set(text.split())
    plain = [piece for piece in pieces if piece.isascii()]
    return _plain_words(" ".join(plain)) | _folded_words(" ".join(pieces.difference(plain)))


def _plain_words(text: str) -> set[str]:
    found = set(text.translate(_ASCII).split())
    found -= _SINGLE
    return found


def _folded_words(text: str) -> set[str]:
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text))).lower()
    found = set(_WORD.findall(text))
    for run in _IDEOGRAPHS.findall(text):
        found |= {run[n : n + 2] for n in range(max(len(run) - 1, 1))}
    return found


def shard(word: str) -> str:
    """The name of the file in which a word stands: of letters, digits and `_`."""
    return _begun(word[:2])


@lru_cache(maxsize=65_536)
def _begun(begin: str) -> str:
    return "".join(c if c in _DIGITS else f"_{ord(c) % 16:x}" for c in begin)


class WordIndex:
    """The words of one session. Places are added in order."""

    def __init__(self) -> None:
        self._found: defaultdict[str, list[int]] = defaultdict(list)
        self.size = 0

    def add(self, text: str, kind: str) -> None:
        """Add a place: its text, and whose it is."""
        code = 4 * self.size + SPEAKERS.get(kind, OTHER)
        self.size += 1
        found = self._found
        for word in words(text):
            found[word].append(code)

    def shards(self) -> dict[str, str]:
        """Shard -> its lines, sorted, each between two line ends."""
        made: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._found):
            if len(word) <= MOST_WORD:
                made[shard(word)].append(f"{word} {_steps(self._found[word])}")
        return {name: "\n" + "\n".join(lines) + "\n" for name, lines in made.items()}


def _steps(codes: list[int]) -> str:
    """Each number less the one before."""
    if len(codes) == 1:  # of every other word
        return str(codes[0])
    return ",".join(map(str, map(sub, codes, (0, *codes))))
