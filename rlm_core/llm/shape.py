"""Brings a model's answer into the shape that its call asked for: what it is wrapped in, and other names for its list.

Only the shape is changed. Whether the entries mean something is for those to say who know what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlm_core.llm.base import MalformedError
from rlm_core.llm.parse import CUT, ITEMS, json_object

MAX_WRAPPERS = 6  # objects within objects, of which the innermost is the answer
MAX_LOOKED_AT = 200  # objects
# What an answer is wrapped in by those who take the form for a function to call, or for a message.
WRAPPERS = frozenset((
    "arguments", "args", "input", "inputs", "parameters", "params", "properties", "result", "results", "output",
    "response", "answer", "data", "json", "content", "body", "report", "value", "payload", "structured_output",
    "tool_input", "function", "tool_calls", "tool_use", "text", "message", "findings", "sources", "documents", "groups",
    "parts",
))  # fmt: skip
LISTS = (
    ITEMS, "results", "result", "answers", "entries", "rows", "facts", "claims", "matches", "data", "output", "list",
    "finding", "report", "records", "evidence", "arguments", "input", "response", "answer",
)  # fmt: skip


def shaped(data: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The answer in `data` as its JSON Schema, an object, names its members; `data` itself when nothing in it fits.

    >>> rows = {"type": "array", "items": {"type": "object", "properties": {"name": {}, "age": {}}}}
    >>> form = {"properties": {"people": rows, "more": {"type": "boolean"}}, "required": ["people"]}
    >>> shaped({"arguments": {"results": [{"name": "Ann"}]}}, form)
    {'people': [{'name': 'Ann'}]}
    """
    levels = list(_levels(data))
    cut = {CUT: True} if any(node.get(CUT) is True for level in levels for node in level) else {}
    members = schema["properties"]
    needed = [name for name in schema.get("required", ()) if name in members]
    for level in levels:
        whole = [node for node in level if needed and all(_is_of(node.get(name), members[name]) for name in needed)]
        if len(whole) == 1 or (whole and len(needed) > 1):
            return {**whole[0], **cut}
    lists = [name for name in needed if members[name].get("type") == "array"]
    if len(lists) != 1:
        return dict(data)
    for level in levels:
        found = [(node, rows) for node in level if (rows := _rows(node, lists[0], members[lists[0]].get("items", {})))]
        # Several side by side, as one for each source, are one list.
        found = found or [
            (node, []) for node in level if _rows(node, lists[0], members[lists[0]].get("items", {})) == []
        ]
        if found:
            kept = {name: value for name, value in {**data, **found[0][0]}.items() if name in members}
            return {**kept, lists[0]: [row for _, rows in found for row in rows], **cut}
    return dict(data)


def _levels(data: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The object, those that it wraps, those that these wrap, and so on."""
    level: list[dict[str, Any]] = [dict(data)]
    for _ in range(MAX_WRAPPERS):
        if not level:
            return
        yield level
        inner: list[dict[str, Any]] = []
        for node in level:
            for name, value in node.items():
                if len(node) == 1 or name.casefold() in WRAPPERS:
                    inner += _wrapped(value)
                elif isinstance(value, dict):
                    inner.append(value)
        level = inner[:MAX_LOOKED_AT]


def _wrapped(value: Any) -> list[dict[str, Any]]:
    """The objects that a member holds: itself, in a list, or as a text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", "`"):
        try:
            return [json_object(value)]
        except MalformedError:
            return []
    if isinstance(value, list):
        return [entry for entry in value[:MAX_LOOKED_AT] if isinstance(entry, dict)]
    return [value] if isinstance(value, dict) else []


def _is_of(value: Any, schema: Mapping[str, Any]) -> bool:
    kinds = {"array": list, "string": str, "boolean": bool, "object": dict}
    return isinstance(value, kinds.get(str(schema.get("type")), object))


def _rows(node: Mapping[str, Any], name: str, entry: Mapping[str, Any]) -> list[Any] | None:
    """The list that an object holds in place of the one with this name; None when it holds none."""
    members = frozenset(entry.get("properties", ()))
    plain = {key.casefold(): value for key, value in node.items()}
    for key in (name, *LISTS):
        value = plain.get(key)
        if isinstance(value, list) and _are_entries(value, members):
            return value
        if isinstance(value, dict) and members:
            if _is_entry(value, members):
                return [value]
            if value and all(isinstance(v, dict) and _is_entry(v, members) for v in value.values()):
                return list(value.values())
    if _is_entry(node, members):
        return [dict(node)]
    others = [v for v in node.values() if isinstance(v, list) and v and _are_entries(v, members)]
    return others[0] if len(others) == 1 else None


def _are_entries(value: list[Any], members: frozenset[str]) -> bool:
    """Whether a list may be one of entries: it holds objects, and these do not hold further ones in a list."""
    if not members or not value:
        return True
    rows = [entry for entry in value if isinstance(entry, dict)]
    return bool(rows) and not any(
        isinstance(v, list) and any(isinstance(e, dict) for e in v) for r in rows for v in r.values()
    )


def _is_entry(value: Mapping[str, Any], members: frozenset[str]) -> bool:
    """Whether an object has two members at least of an entry, whatever the case of their names."""
    return len(members & {str(key).casefold() for key in value}) >= 2
