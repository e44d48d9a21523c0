"""Finds the JSON object in what a model wrote."""

from __future__ import annotations

import json
import re
from typing import Any

from rlm_core.llm.base import MalformedError

SHOWN = 300
_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)\n[ \t]*```", re.DOTALL)
_MAX_STARTS = 50  # braces at which an object may begin; more are not looked at


def json_object(text: str) -> dict[str, Any]:
    """The JSON object in an answer: the whole text, else the content of a code fence, else the longest object in it.

    Nothing is guessed and no bracket added. Raises MalformedError when there is none.

    >>> json_object('Here you are: {"findings": []} Anything else?')
    {'findings': []}
    """
    for candidate in (text.strip(), *(m[1] for m in _FENCED.finditer(text))):
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    objects = list(_embedded(text))
    if not objects:
        raise MalformedError("the answer holds no JSON object", text[:SHOWN])
    return max(objects, key=lambda pair: pair[0])[1]


def _embedded(text: str) -> list[tuple[int, dict[str, Any]]]:
    decoder, objects, at = json.JSONDecoder(), [], 0
    for _ in range(_MAX_STARTS):
        at = text.find("{", at)
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        objects.append((end - at, value))
        at = end
    return objects
