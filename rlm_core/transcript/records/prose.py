"""Whether what we do not know holds words: JSON of any shape, and documents and images that came as bytes."""

from __future__ import annotations

import codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any


_SUFFIXES = ("+xml", "+json", "+yaml")
_TYPES = frozenset(
    """
application/json application/ld+json application/x-ndjson application/jsonl application/xml application/yaml
application/x-yaml application/toml application/javascript application/x-javascript application/typescript
application/x-sh application/sql application/graphql application/rtf application/x-www-form-urlencoded
application/x-pem-file application/x-tex message/rfc822 image/svg
""".split()  # noqa: SIM905
)
_BINARY = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"))
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ASCII = bytes(range(128))
_CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))  # in no text; ESC is, in output of terminals


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
        # Without ASCII's first: a set of every character of a long text takes twice as long.
        others = text.encode("utf-8", "ignore").translate(None, _ASCII).decode()
        if any(map(str.isalpha, set(others))):
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


def text_in(data: bytes, media_type: str) -> str | None:
    """The text that the bytes are; None where they are none.

    Bytes of a textual type are, whatever they hold. Those of a type that says nothing are if they are valid UTF-8
    without control characters.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind in _BINARY:
        return None
    if kind.startswith("text/") or kind in _TYPES or kind.endswith(_SUFFIXES):
        return _decoded(data)
    if data.startswith(b"%PDF-") or len(data.translate(None, _CONTROLS)) != len(data):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
