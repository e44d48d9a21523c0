"""Tables as text: CSV after RFC 4180, and JSON, an object a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rlm_core import quickjson
from rlm_core.engine.rows.fields import Field, same_name
from rlm_core.redaction.clean import EMPTY, CleanText, dumps, literal

if TYPE_CHECKING:
    from rlm_core.engine.rows.rowrun import RowsResult
    from rlm_core.engine.rows.shown import Typed
    from rlm_core.redaction.clean import CleanJson

    Clean = Callable[[str], CleanText]

BESIDE = (literal("citation"), literal("verified"), literal("quote"), literal("refused"), literal("doubts"))
"""Columns beside those asked for."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets begin what they compute, as OWASP lists them
_QUOTE, _TWO, _COMMA, _END, _MARK = literal('"'), literal('""'), literal(","), literal("\r\n"), literal("'")
_TRUE, _FALSE, _ROW = literal("true"), literal("false"), literal("row_{}")
_LINE_ENDS = (("\u2028", "\\u2028"), ("\u2029", "\\u2029"), ("\x85", "\\u0085"))
_SPECIAL = frozenset(',;\t"\r\n')  # with what parts cells where a comma parts decimals


def beside(fields: Sequence[Field]) -> list[CleanText]:
    """The names of the columns beside those asked for; one that is asked for already gets `row_` before it."""
    taken = {same_name(f.name) for f in fields}
    names = []
    for name in BESIDE:
        while same_name(name) in taken:
            name = _ROW.format(name)
        names.append(name)
    return names


def csv(result: RowsResult, clean: Clean) -> CleanText:
    """The table as CSV with a header: the fields, then citation, verified, quote, why cells were refused, and doubts.

    Lines end in CR LF; text that a spreadsheet would compute gets an apostrophe before it, numbers do not.
    """
    fields = result.fields
    lines = [_line([*(_cell(clean(f.name)) for f in fields), *beside(fields)])]
    for row in result.rows:
        values = [_value(row.get(f.name), clean) for f in fields]
        refused = "; ".join(f"{c.field}: {c.reason}" for c in row.refused)
        told = [_cell(clean(row.place)), _truth(row.verified), _cell(clean(row.quote))]
        told += [_cell(clean(refused)), _cell(clean("; ".join(row.all_doubts)))]
        lines.append(_line([*values, *told]))
    return EMPTY.join(lines)


def is_our_header(line: str) -> bool:
    """Whether a line is the header of a table that `csv` has made."""
    names = [name.removeprefix("row_").removeprefix("row_") for name in line.split(",")]
    return tuple(names[-len(BESIDE) :]) == BESIDE


def jsonl(result: RowsResult, clean: Clean) -> CleanText:
    """The table as JSON, a row a line, as `rlm ask --json` shows it."""
    names = [f.name for f in result.fields]
    return EMPTY.join(dumps(_cleaned(row.row_json(names), clean), _encoded) + literal("\n") for row in result.rows)


def _encoded(value: object) -> str:
    """Letters as they are; what some programs take for the end of a line is escaped."""
    text = quickjson.dumps(value, ensure_ascii=False)
    for character, escape in _LINE_ENDS:
        text = text.replace(character, escape)
    return text


def is_our_line(line: str) -> bool:
    """Whether a line is one that `jsonl` has made."""
    try:
        value = quickjson.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and {"cells", "evidence", "citation"} <= value.keys()


def _cleaned(value: Any, clean: Clean) -> CleanJson:
    """A value of JSON whose texts hold no secrets."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(k): _cleaned(v, clean) for k, v in value.items()}
    return [_cleaned(v, clean) for v in value] if isinstance(value, list) else value


def _value(value: Typed | None, clean: Clean) -> CleanText:
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return _truth(value)
    return _cell(clean(value)) if isinstance(value, str) else literal("{}").format(value)


def _truth(value: bool) -> CleanText:
    return _TRUE if value else _FALSE


def _cell(text: CleanText) -> CleanText:
    return _MARK + text if text.startswith(_FORMULA) else text


def _line(cells: Sequence[CleanText]) -> CleanText:
    return _COMMA.join(map(_quoted, cells)) + _END


def _quoted(cell: CleanText) -> CleanText:
    if _SPECIAL.isdisjoint(cell) and cell == cell.strip():
        return cell
    return _QUOTE + cell.replace('"', _TWO) + _QUOTE
