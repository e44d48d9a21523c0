"""Whether JSON of a shape that we do not know holds words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
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
    if not text.isascii() and any(c.isalpha() and not c.isascii() for c in set(text)):
        return True
    words = text.split(None, 2)
    return len(words) > 1 and any(c.isalpha() for c in text)


def without(values: dict[str, Any], paths: Container[str]) -> dict[str, Any]:
    """The object without what lies at one of the paths: keys joined by dots, `*` for any position in a list.

    >>> without({"id": 1, "parts": [{"id": 2, "text": "x"}]}, ("id", "parts.*.id"))
    {'parts': [{'text': 'x'}]}
    """
    kept: dict[str, Any] = _without(values, "", paths)
    return kept


def _without(value: Any, path: str, paths: Container[str]) -> Any:
    if isinstance(value, dict):
        below = ((k, v, f"{path}.{k}" if path else k) for k, v in value.items())
        return {k: _without(v, at, paths) for k, v, at in below if at not in paths}
    if isinstance(value, list):
        return [_without(v, f"{path}.*", paths) for v in value]
    return value
