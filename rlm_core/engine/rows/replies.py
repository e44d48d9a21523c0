"""A leaf's answer as rows: forms that say the same are read alike, what is no row is counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlm_core.engine.findings import MAX_LABEL_CHARS, MAX_NUMBER_BITS, MAX_QUOTE_CHARS
from rlm_core.engine.rows.fields import Field, same_name
from rlm_core.llm.base import MalformedError

MAX_VALUE_CHARS = 2000
MAX_WRAPPED = 4  # lists and objects around one value: [{"value": "Acme"}]
CUT = "cut"  # the mark of an answer that was cut off, of which its complete items are left
_LISTS = ("rows", "findings", "entries", "items", "results", "data", "table")  # where readers put their rows
_CELLS = ("cells", "row", "fields", "columns", "values", "data", "entry", "record")  # where they put the cells of one
_NAMES, _VALUES = ("field", "name", "column", "key"), ("value", "text")
_NOTHING = ("", "null", "none", "n/a", "na", "-", "–", "—", "?", "unknown", "inconnu", "not stated", "non précisé")


@dataclass(frozen=True)
class CellReply:
    """What a leaf says of one cell: a value as text, and the passage that shows it, "" for none of its own."""

    value: str
    quote: str = ""


@dataclass(frozen=True)
class RowReply:
    """A row as a leaf reported it. cells: by the field's name, those that it fills in."""

    quote: str
    location: str
    cells: dict[str, CellReply]


@dataclass(frozen=True)
class RowReplies:
    """A leaf's answer. split: it asks for a smaller part. dropped: how many of its items are no rows. cut: it was cut
    off, and there may be more rows.
    """

    rows: tuple[RowReply, ...]
    split: bool = False
    dropped: int = 0
    cut: bool = False


def replied(data: dict[str, Any], fields: Sequence[Field]) -> RowReplies:
    """The rows of a leaf's JSON. A cell may be an object or a bare value; cells may be an object, a list, or stand in
    the row itself.

    Raises MalformedError when there is no list of rows at all, or none of its items is one.
    """
    items = next((data[k] for k in _LISTS if isinstance(data.get(k), list)), None)
    if items is None:
        raise MalformedError("the answer has no list `rows`", ", ".join(map(str, data))[:300])
    names = {same_name(n): f.name for f in fields for n in (f.name, f.key)}
    rows = tuple(row for item in items if (row := _row(item, names)))
    if items and not rows:
        raise MalformedError("no item of `rows` has cells of the columns asked for", str(items[0])[:300])
    return RowReplies(rows, data.get("split") is True and not rows, len(items) - len(rows), data.get(CUT) is True)


def _row(item: object, names: dict[str, str]) -> RowReply | None:
    if not isinstance(item, dict):
        return None
    cells: dict[str, CellReply] = {}
    for name, said in _pairs(item, names):
        known = names.get(same_name(name))
        if known and (cell := _said(said)):
            cells.setdefault(known, cell)
    if not cells:
        return None
    return RowReply(_text(item.get("quote"), MAX_QUOTE_CHARS), _text(item.get("location"), MAX_LABEL_CHARS), cells)


def _pairs(item: dict[str, Any], names: Mapping[str, str]) -> list[tuple[str, object]]:
    """(column, cell). names: of the columns, as `same_name` has them; one of these is no place for all cells."""
    around = (
        k for k in _CELLS if isinstance(item.get(k), (dict, list)) and (k == "cells" or same_name(k) not in names)
    )
    cells = item.get(next(around, ""), item)
    if isinstance(cells, list):
        found = [c for c in cells if isinstance(c, dict)]
        return [(n, c) for c in found if (n := next((c[k] for k in _NAMES if isinstance(c.get(k), str)), ""))]
    return [(k, v) for k, v in cells.items() if isinstance(k, str)] if isinstance(cells, dict) else []


def _said(cell: object) -> CellReply | None:
    quote = ""
    for _ in range(MAX_WRAPPED):
        if isinstance(cell, list) and len(cell) == 1:
            cell = cell[0]
        elif isinstance(cell, dict):
            quote = _text(cell.get("quote"), MAX_QUOTE_CHARS) or quote
            held = [v for k, v in cell.items() if k != "quote"] or [quote]  # a quote alone is its own value
            cell = next((cell[k] for k in _VALUES if k in cell), held[0] if len(held) == 1 else held or None)
        else:
            break
    if isinstance(cell, list):  # one that is none of ours is refused with what it says, not passed over
        cell = ", ".join(filter(None, (_text(c, MAX_VALUE_CHARS) for c in cell))) or (str(cell) if cell else "")
    value = _text(cell, MAX_VALUE_CHARS)
    return None if value.casefold() in _NOTHING else CellReply(value, quote)


def _text(value: object, most: int) -> str:
    """A text, a number or a truth as text; "" for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > 1e30:
            return ""
        value = int(value) if value.is_integer() else value
    if not isinstance(value, (str, int, float)) or (isinstance(value, int) and value.bit_length() > MAX_NUMBER_BITS):
        return ""
    return str(value).strip()[:most]
