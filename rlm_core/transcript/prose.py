"""Whether JSON of a shape that we do not know holds words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def has_prose(value: Any) -> bool:
    """Whether a text somewhere in the value holds words, not only a name, a path or an id.

    >>> has_prose({"mode": "normal", "n": 3}), has_prose([{"note": "keep it"}]), has_prose("d\u00e9j\u00e0")
    (False, True, True)
    """
    ahead = [value]
    while ahead:
        value = ahead.pop()
        if isinstance(value, dict):
            ahead += value.values()
        elif isinstance(value, list):
            ahead += value
        elif isinstance(value, str) and is_prose(value):
            return True
    return False


def is_prose(text: str) -> bool:
    """Words: letters with white space between them, or letters beyond ASCII, whose scripts may use none."""
    if not text.isascii():
        return any(c.isalpha() and not c.isascii() for c in text)
    words = text.split(None, 2)
    return len(words) > 1 and any(c.isalpha() for c in text)
