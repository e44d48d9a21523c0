"""How a weak reader writes down what it reports: its answer as text, right or in one of many wrong forms."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.readers.items import Item, Seen
from benchmarks.readers.templates import ENGLISH

Write = Callable[[Sequence[Item], Seen, Mapping[str, Any]], str]
OTHER_KEYS = {"claim": "statement", "quote": "evidence", "location": "source", "subject": "topic", "value": "answer"}
LOOPS = 400  # times that an item is said again: more than any answer has room for
SCHEMA = {"type": "object", "required": ["findings"]}


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _rows(items: Sequence[Item]) -> list[dict[str, str]]:
    return [i.as_json() for i in items]


def plain(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The form that was asked for. more: what else belongs there, the answer of a reader that reads everything."""
    return _json({"findings": _rows(items), **more})


def bare_list(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json(_rows(items))


def nested(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"name": "report", "arguments": {"findings": _rows(items), **more}})


def nested_text(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"name": "report", "arguments": plain(items, seen, more)})


def results_key(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"results": _rows(items), **more})


def other_keys(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    rows = [{OTHER_KEYS[k]: v for k, v in row.items()} for row in _rows(items)]
    return _json({"findings": rows, **more})


def capital_keys(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"Findings": [{k.capitalize(): v for k, v in row.items()} for row in _rows(items)], **more})


def raw_newlines(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """A quote broken over two lines within its quotation marks."""
    rows = [{**row, "quote": row["quote"].replace(" ", "\ue000", 1)} for row in _rows(items)]
    return _json({"findings": rows, **more}).replace("\ue000", "\n")


def cut_after_item(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The end is missing, and no item's."""
    return _json({"findings": _rows(items)})[:-2]


def cut_in_item(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The answer breaks off in one item more, which repeats the first."""
    rows = _rows([*items, *items[:1]])
    return _json({"findings": rows})[:-40] if items else '{"findings": [{"claim": "'


def trailing_text(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return f"{plain(items, seen, more)}\n\nI hope this helps! Note that {{braces}} and [lists] may follow."


def leading_text(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return f"Here is the JSON object you asked for:\n\n{plain(items, seen, more)}"


def fences(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return f"```json\n{_json({'findings': _rows(items), **more}, 2)}\n```"


def open_fence(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return f"```\n{_json({'findings': _rows(items), **more}, 2)}"


def split_beside(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """Findings, and a call for a smaller part beside them: what Qwen2.5-Coder-0.5B writes each time."""
    return _json({"findings": _rows(items), "split": True, **more})


def fenced_split(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return f"```json\n{split_beside(items, seen, more)}\n```"


def list_as_text(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"findings": _json(_rows(items)), **more})


def one_object(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """An object for a list of one; for none or more an object of objects."""
    rows = _rows(items)
    return _json({"findings": rows[0] if len(rows) == 1 else {str(n): row for n, row in enumerate(rows)}, **more})


def no_wrapper(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The first finding alone, without a list around it; the others after it, a line each."""
    return "\n".join(map(_json, _rows(items))) or "{}"


def strings_for_items(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return _json({"findings": [i.claim for i in items] or [""], **more})


def trailing_comma(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return plain(items, seen, more).replace("}]", "},]").replace('"}', '",}')


def python_literal(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return repr({"findings": _rows(items), "split": False, **more})


def in_schema(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The findings within the schema that was shown."""
    return _json({**SCHEMA, "properties": {"findings": _rows(items), **more}})


def grouped(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The findings of each source in an object of their own."""
    names = dict.fromkeys(i.location for i in items)
    groups = [{"source": n, "findings": _rows([i for i in items if i.location == n])} for n in names]
    return _json({"sources": groups, **more})


def quote_objects(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """Objects where texts belong."""
    rows = [{**row, "quote": {"text": row["quote"]}, "value": [row["value"]]} for row in _rows(items)]
    return _json({"findings": rows, **more})


def thinking_aloud(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """A draft, found wanting, before the answer."""
    draft = _json({"findings": []})
    thought = f"<think>\nLet me see. Perhaps there is nothing: {draft}? No, wait, let me read it again.\n</think>\n"
    return thought + plain(items, seen, more)


def repetition(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    """The last item again and again, until there is no room left."""
    rows = [_json(row) for row in _rows(items)]
    return '{"findings": [' + ", ".join([*rows, *rows[-1:] * LOOPS]) if rows else '{"findings": [' + " " * 9


def empty_object(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return "{}"


def null(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return "null"


def nothing(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return ""


def prose(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return " ".join(i.claim for i in items) or "There is nothing to report."


def half_json(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    return '{"findings": [{"claim": "The'


def refusal(items: Sequence[Item], seen: Seen, more: Mapping[str, Any]) -> str:
    if seen.world.language == ENGLISH:
        return "I'm sorry, but I can't help with that request."
    return "Je suis désolé, mais je ne peux pas vous aider pour cette demande."
