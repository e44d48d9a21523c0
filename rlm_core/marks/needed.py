"""Words without which a pattern matches nothing, so that most patterns are not even compiled.

Compiling all of them takes a tenth of a second, and a process that indexes one chunk needs few. `needed.txt` beside
this module is made from the patterns by `python -m reference.needed`, and a test holds that it is.
"""

from __future__ import annotations

import os
import re
import zlib
from functools import cache

Needs = tuple[tuple[str, ...], ...]


class Pattern:
    """A pattern that is compiled when a text holds what it needs. needs: of each of these sets one word."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._needs: Needs | None = None
        self._compiled: re.Pattern[str] | None = None

    def in_question(self, said: str) -> re.Pattern[str] | None:
        """The compiled pattern, None where it cannot match anywhere in `said`."""
        if self._needs is None:
            self._needs = needs_of(self.text)
        for words in self._needs:
            for word in words:
                if word in said:
                    break
            else:
                return None
        if self._compiled is None:
            self._compiled = re.compile(self.text)
        return self._compiled


def needs_of(pattern: str) -> Needs:
    """The sets of words of which a match holds one each; none for a pattern that is not known to need any."""
    line = _table().get(f"{zlib.crc32(pattern.encode()):08x}", "")
    return tuple(tuple(words.split("|")) for words in line.split("\t")) if line else ()


@cache
def _table() -> dict[str, str]:
    with open(os.path.join(os.path.dirname(__file__), "needed.txt"), encoding="utf-8", newline="\n") as file:
        return dict(line.rstrip("\n").split("\t", 1) for line in file)
