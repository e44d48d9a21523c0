"""Edits JSON text in place: what is not edited keeps every byte (spacing, escapes, `1.0`, `1e3`, key order).

A path is a tuple of keys and indexes from the text's root: `("hooks", "Stop", 0)`.
"""

import copy
import functools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import json5

Path = tuple[str | int, ...]
TOLERANT_LIMIT = 256 * 1024  # json5 reads some 100 KB a second

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\Z")
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonError(ValueError):
    """The text is not what we can edit; the message says why and where."""


class Number(str):
    """A number by its literal text: no digit is lost, none is added."""

    __slots__ = ()


@dataclass(frozen=True)
class Layout:
    """How a file is laid out: one level of indentation, its line ending."""

    indent: str = "  "
    eol: str = "\n"


@dataclass(frozen=True)
class Child:
    """A member or element: `text[start:end]`, its value at `text[value:end]`."""

    key: str | int
    start: int
    value: int
    end: int


def layout_of(text: str) -> Layout:
    """The layout of a text, as far as it shows one; else two spaces a level, and LF."""
    indented = re.search(r"^([ \t]+)[\"'\w{\[]", text, re.MULTILINE)
    return Layout(indented[1] if indented else "  ", "\r\n" if "\r\n" in text else "\n")


def _members(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise JsonError(f"the key {key!r} stands there twice in one object")
        found[key] = value
    return found


def _constant(name: str) -> object:
    raise JsonError(f"{name} is not a JSON number")


def _integer(literal: str, base: int = 10) -> Number:
    return Number(literal if base == 10 and _JSON_NUMBER.match(literal) else int(literal, base))


def _float(literal: str) -> Number:
    return Number(literal if _JSON_NUMBER.match(literal) else repr(float(literal)))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
_SCANNER = json.JSONDecoder(parse_int=str, parse_float=str)
"""Only finds where values end: several times faster."""


def decode(text: str) -> object:
    """The strict JSON value of `text`, its numbers as Number. Raises JsonError (also for duplicate keys)."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error


def meaning(value: object) -> object:
    """A decoded value for comparison: `1.0` equals `1`, as it does for JavaScript."""
    if isinstance(value, Number):
        return ("number", float(value))  # a pair: True == 1.0 in Python
    if isinstance(value, dict):
        return {key: meaning(each) for key, each in value.items()}
    return [meaning(each) for each in value] if isinstance(value, list) else value


def decode_tolerant(text: str) -> object:
    """Like `decode` for JSON with comments and trailing commas. Raises JsonError."""
    if len(text) > TOLERANT_LIMIT:
        raise JsonError("not strict JSON, and too long to be read with comments")
    try:
        return copy.deepcopy(_tolerated(text))
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(str(error)) from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error


@functools.lru_cache(maxsize=4)
def _tolerated(text: str) -> object:
    """A command reads the same file several times; this parser takes twenty milliseconds for a small one."""
    return json5.loads(
        text,
        object_pairs_hook=_members,
        parse_int=_integer,
        parse_float=_float,
        parse_constant=_constant,
    )


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def render(value: object, layout: Layout, margin: str = "") -> str:
    """`value` as JSON text. Its first line has no margin, each other line begins with `margin`."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    inner = margin + layout.indent
    if isinstance(value, dict):
        rows = [f"{_quoted(key)}: {render(each, layout, inner)}" for key, each in value.items()]
        return _boxed("{}", rows, layout, margin)
    if isinstance(value, list):
        return _boxed("[]", [render(each, layout, inner) for each in value], layout, margin)
    return json.dumps(value)


def _boxed(brackets: str, rows: Sequence[str], layout: Layout, margin: str) -> str:
    if not rows:
        return brackets
    start = layout.eol + margin + layout.indent
    return brackets[0] + start + ("," + start).join(rows) + layout.eol + margin + brackets[1]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def children(text: str, at: int) -> list[Child]:
    """The members or elements of the container that opens at `text[at]`, which must be strict JSON."""
    members: list[Child] = []
    keyed = text[at] == "{"
    cursor = _skip(text, at + 1)
    while text[cursor] not in "}]":
        start, key = cursor, len(members)
        if keyed:
            key, cursor = _SCANNER.raw_decode(text, cursor)
            cursor = _skip(text, _skip(text, cursor) + 1)
        _, end = _SCANNER.raw_decode(text, cursor)
        members.append(Child(key, start, cursor, end))
        cursor = _skip(text, end)
        if text[cursor] == ",":
            cursor = _skip(text, cursor + 1)
    return members


def _index(found: Sequence[Child], key: str | int) -> int:
    return next(i for i, child in enumerate(found) if child.key == key)


def locate(text: str, path: Path) -> int:
    """The offset of the value at `path`, which must exist."""
    at = _skip(text, 0)
    for key in path:
        found = children(text, at)
        at = found[_index(found, key)].value
    return at


def value_text(text: str, path: Path) -> str:
    """The literal text of the value at `path`, which must exist."""
    at = locate(text, path)
    return text[at : _SCANNER.raw_decode(text, at)[1]]


def margin_at(text: str, at: int) -> str:
    """The white space that starts the line of `text[at]`."""
    line = text.rfind("\n", 0, at) + 1
    found = _SPACE.match(text, line, at)
    return found[0] if found else ""


def put(text: str, path: Path, raw: str) -> str:
    """`text` with the value at `path` replaced by the literal `raw`."""
    at = locate(text, path)
    return text[:at] + raw + text[_SCANNER.raw_decode(text, at)[1] :]


def remove(text: str, path: Path) -> str:
    """`text` without the member or element at `path`, which must exist."""
    at = locate(text, path[:-1])
    members = children(text, at)
    i = _index(members, path[-1])
    if len(members) == 1:
        empty = "{}" if text[at] == "{" else "[]"
        return put(text, path[:-1], empty)
    if i == 0:
        return text[: members[0].start] + text[members[1].start :]
    return text[: members[i - 1].end] + text[members[i].end :]


def append(text: str, path: Path, key: str | None, raw: str, layout: Layout) -> str:
    """`text` with a new last child in the container at `path`: a member called `key`, an element when that is None.

    raw: the child's value, rendered with an empty margin; it is moved to the margin of its place. A container on one
    line is spread out, one child a line; the children keep their text.
    """
    at = locate(text, path)
    members = children(text, at)
    margin = margin_at(text, at)
    spread = bool(members) and "\n" in text[at : members[0].start]
    inner = margin_at(text, members[0].start) if spread else margin + layout.indent
    row = (f"{_quoted(key)}: " if key is not None else "") + raw.replace("\n", "\n" + inner)
    if spread:
        return f"{text[: members[-1].end]},{layout.eol}{inner}{row}{text[members[-1].end :]}"
    rows = [*(text[child.start : child.end] for child in members), row]
    return put(text, path, _boxed("{}" if text[at] == "{" else "[]", rows, layout, margin))
