"""Finds the JSON that a model meant in what it wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rlm_core.llm.base import MalformedError, TooLargeError
from rlm_core.llm.lenient import Lenient

SHOWN = 300
ITEMS, CUT = "items", "cut"  # names of a bare list, and of the mark that a list was cut off
_FENCE = re.compile(r"```[a-zA-Z0-9]{0,12}[ \t]{0,20}\n")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/"}
_START = re.compile(r"[{\[]")
_MAX_FENCES = 20
_MAX_STARTS = 50  # brackets at which JSON may begin; more are not looked at
_MAX_OBJECTS = 20_000  # of a text that holds several answers
_MAX_TRIES = 8  # of these, at which something that is no JSON is read all the same


def json_object(text: str, plain: str = "") -> dict[str, Any]:
    """The JSON object in an answer: the whole text, else what a code fence holds, else the longest object in it.

    A bare list is `{"items": [...]}`, and so are several objects that are alike. What is not quite JSON is read as it
    is meant, and of a list that breaks off the complete entries, with `"cut": true` beside them. Raises MalformedError
    when there is no object and no list.

    plain: the one member of the object, a text: what is no such object is that text, with its fences and quotes.

    >>> json_object('Here you are: {"findings": []} Anything else?')
    {'findings': []}
    >>> json_object("[{'claim': 'It rains'}, {'claim': 'It po")
    {'items': [{'claim': 'It rains'}], 'cut': True}
    >>> json_object('{"cell": "print("a")\\nprint(1)"}', "cell")["cell"].split("\\n")
    ['print("a")', 'print(1)']
    """
    if plain:
        return {plain: _plain(text, plain)}
    for candidate in (text.strip(), *_fenced(text)):
        value = _strict(candidate)
        if isinstance(value, str):  # JSON within a string
            value = _strict(value)
        if isinstance(value, (dict, list)):
            return _as_object(value)
    found = list(_embedded(text))
    rows = [value for _, value in found if _is_row(value)]
    if len(rows) > 1 and len({frozenset(row) for row in rows}) == 1:
        return {ITEMS: rows}
    if not found:
        raise MalformedError("the answer holds no JSON object", text[:SHOWN])
    return max(found, key=lambda pair: (_weighs(pair[1]), pair[0]))[1]


def _plain(text: str, name: str) -> str:
    """The text that a model meant as the one member of an object, however it has written it.

    Raises MalformedError for none.
    """
    for candidate in (text.strip(), *_fenced(text)):
        value = _strict(candidate)
        if isinstance(value, dict) and isinstance(value.get(name), str):
            return str(value[name])
    begun = re.match(rf'\s*(?:```[a-zA-Z0-9]*\s*)?\{{\s*"{re.escape(name)}"\s*:\s*"', text)
    if begun:  # with quotes in it that nothing stands before
        inner = text[begun.end() :].rstrip().removesuffix("```").rstrip().removesuffix("}").rstrip().removesuffix('"')
        return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[0]), inner)
    if not text.strip():
        raise MalformedError("the answer is empty")
    return text


def objects_in(text: str) -> list[dict[str, Any]]:
    """All objects and lists in a text that holds several answers, in order, each as by `json_object`."""
    whole = _strict(text.strip())
    if isinstance(whole, (dict, list)):
        return [_as_object(whole)]
    return [value for _, value in _embedded(text, _MAX_OBJECTS) if _weighs(value)]


def cut_short(said: str | dict[str, Any], reason: str, plain: str = "") -> dict[str, Any]:
    """What is complete in an answer that was cut off at its tokens. Raises TooLargeError when no entry of it is.

    said: the text so far; or an object that the server has closed, so that nobody knows how far it would have gone on.
    reason: why it was cut off, for the error. plain: as for `json_object`; half of a text is none.
    """
    if plain:
        raise TooLargeError(reason)
    try:
        found = json_object(said) if isinstance(said, str) else {**said, CUT: True}
    except MalformedError:
        raise TooLargeError(reason) from None
    if not _holds_entries(found):
        raise TooLargeError(reason)
    return found


def _fenced(text: str) -> Iterator[str]:
    """What stands in the code fences of a text."""
    at = 0
    for _ in range(_MAX_FENCES):
        start = _FENCE.search(text, at)
        end = text.find("\n```", start.end() - 1) if start else -1
        if not start or end < 0:
            return
        yield text[start.end() : end]
        at = end + 4


def _strict(text: str) -> Any:
    """The JSON value that is the whole text, with line breaks in strings allowed; None when it is none."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _embedded(text: str, most: int = _MAX_STARTS) -> Iterator[tuple[int, dict[str, Any]]]:
    """(characters, object) of each object and list in a text, in order: of JSON, and of what reads as such."""
    decoder, lenient, at, tries = json.JSONDecoder(strict=False), Lenient(text), 0, 0
    for _ in range(most):
        start = _START.search(text, at)
        if not start:
            break
        at = start.start()
        cut = False
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            tries += 1
            try:
                value, end = lenient.value(at) if tries <= _MAX_TRIES else ({}, 0)
            except ValueError:
                value, end = {}, 0
            cut = lenient.cut
            if not value:
                at += 1
                continue
        yield end - at, {**_as_object(value), **({CUT: True} if cut else {})}
        at = end


def _as_object(value: dict[str, Any] | list[Any]) -> dict[str, Any]:
    return value if isinstance(value, dict) else {ITEMS: value}


def _is_row(value: dict[str, Any]) -> bool:
    """Whether an object holds nothing but texts, numbers and the like, as one entry of a list does."""
    return bool(value) and not any(isinstance(member, (dict, list)) for member in value.values())


def _weighs(value: dict[str, Any]) -> bool:
    """Whether it may be an answer: an object, or a list of some; `[1]` in a sentence is none."""
    return ITEMS not in value or any(isinstance(entry, dict) for entry in value[ITEMS])


def _holds_entries(value: Any, level: int = 0) -> bool:
    """Whether an object, or one within it, holds a list that is not empty."""
    if isinstance(value, list):
        return bool(value)
    return level < 4 and isinstance(value, dict) and any(_holds_entries(v, level + 1) for v in value.values())
