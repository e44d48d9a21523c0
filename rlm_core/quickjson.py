"""JSON as `json` reads and writes it, for hooks: by the C functions behind `json`, without loading it.

`json` makes seven regular expressions when it is loaded, and loads `re` for them: three quarters of a bare interpreter
start, and more than all that a hook with nothing to do does beside (docs/decisions/0059). The C functions need none of
it. What they do not take, and all where an interpreter has none, is left to `json` itself, errors included.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SPACE = " \t\n\r"


class _Usual:
    """What `json.JSONDecoder` tells the scanner when nothing is asked for."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}.__getitem__


try:
    from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner

    _scan = make_scanner(_Usual)  # type: ignore[arg-type]
    _own = True
except (ImportError, AttributeError, TypeError):  # another interpreter, or a later one that asks for more
    _own = False


def loads(data: str | bytes) -> Any:
    """As `json.loads`. Raises ValueError, and RecursionError for what is nested too deeply."""
    if _own:
        try:
            text = data if isinstance(data, str) else data.decode()
            value, end = _scan(text, len(text) - len(text.lstrip(SPACE)))
            if end == len(text) or not text[end:].strip(SPACE):
                return value
        except (StopIteration, ValueError, SystemError):  # the last up to Python 3.11, while `json` is not loaded
            pass  # `json` knows other encodings, and tells what is wrong
    import json

    return json.loads(data)


def dumps(
    value: object,
    *,
    ensure_ascii: bool = True,
    sort_keys: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] = (", ", ": "),
) -> str:
    """As `json.dumps`. Raises TypeError for what JSON has no form of, ValueError for what holds itself."""
    if _own and indent is None:
        encode = encode_basestring_ascii if ensure_ascii else encode_basestring
        if isinstance(value, str):
            return encode(value)
        between, after_key = separators
        return "".join(make_encoder({}, _refused, encode, None, after_key, between, sort_keys, False, True)(value, 0))
    import json

    between_lines = separators if indent is None else None
    return json.dumps(value, ensure_ascii=ensure_ascii, sort_keys=sort_keys, indent=indent, separators=between_lines)


def _refused(value: object) -> Any:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
