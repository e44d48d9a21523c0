"""Rows out of what a cell sees: `table`. What parts a file's cells, and what they are, is told as for `rlm sql`."""

from __future__ import annotations

import os
import sys

from rlm_core.repl.cell.lazy import look
from rlm_core.repl.cell.seen import TableRow, TextLine, TextPart, row_of
from rlm_core.repl.cell.sequences import LateList
from rlm_core.repl.cell.view import SeenText

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any


MARKDOWN = (".md", ".markdown")


HEADED = (".csv", ".tsv", *MARKDOWN)
"""Files whose rows mean nothing without the line that names the columns."""


class TableText:
    """A text that holds rows. name: of the text that it is of, or is part of. place: of its n-th line, from 1."""

    def __init__(self, name: str, text: str, place: Callable[[int], str]) -> None:
        self.name, self.text, self.place = name, text, place

    @property
    def is_markdown(self) -> bool:
        return self.name.lower().endswith(MARKDOWN)


def table(
    source: Any, pattern: str = "", doc_of: Callable[[str], SeenText | None] = lambda name: None
) -> list[TableRow]:
    """The rows of a file or a text, as `rlm sql` reads them: CSV, JSON lines, tables of Markdown, or a log by a pattern
    with named groups.

    source: a path, a doc, a part, lines, or several docs, whose rows come one after the other. Each row knows its place
    and its line as quote. Numbers become numbers; of CSV and Markdown where all of a column are numbers: an empty cell
    is None there, and else "". Lines that do not fit a pattern are left out; of those that hold no JSON it is printed
    how many. doc_of: gives the text of a name; parts and lines of one whose columns are named elsewhere in it have the
    names from there. Raises ValueError for what holds no table, and TypeError for what is no text.
    """
    source = look(source)
    if isinstance(source, LateList) or hasattr(source, "__next__"):
        source = list(source)
    if isinstance(source, (list, tuple)):
        source = [look(each) for each in source]
        for each in source:
            if not isinstance(each, (SeenText, str)):
                raise TypeError(f"rows are of docs, parts and lines, not of {type(each).__name__}")
        if source and all(isinstance(each, SeenText) for each in source):
            return [row for doc in source for row in table(doc, pattern, doc_of)]
        if any(isinstance(each, SeenText) for each in source):
            raise TypeError("rows are of docs, or of lines and parts, and not of both in one list")
    if not pattern:
        rows = _of_headed(source, doc_of)
        if rows is not None:
            return rows
    made = _table_text(source)
    if pattern:
        import re

        return _by_pattern(made, re.compile(pattern))
    if made.text.lstrip()[:1] in ("{", "[") and not made.is_markdown:
        return _by_json(made)
    from rlm_core.errors import RlmError

    try:
        return _by_markdown(made) if made.is_markdown else _by_csv(made)
    except RlmError as e:
        raise ValueError(f"{made.name} holds no table: {e}") from None


def _of_headed(source: Any, doc_of: Callable[[str], SeenText | None]) -> list[TableRow] | None:
    """The rows of parts or lines of texts that name their columns once; None for anything else."""
    lines: dict[str, list[int]] = {}
    for name, line, rows in _pieces(source):
        lines.setdefault(name, []).extend(line + n for n in range(len(rows)))
    docs = [doc_of(name) if name.lower().endswith(HEADED) else None for name in lines]
    if not docs or None in docs:
        return None
    found: list[TableRow] = []
    for doc in docs:
        if doc is not None:
            rows_at = _rows_at(doc)
            found += [rows_at[n] for n in dict.fromkeys(lines[doc.id]) if n in rows_at]
    return [row_of(dict(row), row.place, row.quote) for row in found]


_last: tuple[str, dict[int, TableRow]] = ("", {})
"""The table that parts were last taken of, by its text's key."""


def _rows_at(doc: SeenText) -> dict[int, TableRow]:
    """line -> the row that begins there."""
    global _last
    if _last[0] != doc.key:
        _last = (doc.key, {int(row.place.rpartition(":")[2]): row for row in table(doc)})
    return _last[1]


def _pieces(source: Any) -> list[tuple[str, int, list[str]]]:
    """(id, line, lines) of what a part is made of, and of lines; none for anything else."""
    if isinstance(source, TextPart):
        return [(name, line, text.removesuffix("\n").split("\n")) for name, line, text in source.pieces()]
    if isinstance(source, TextLine):
        return [(source.doc, source.line - source.before, source.split("\n"))]
    if isinstance(source, (list, tuple)) and all(isinstance(each, (TextLine, TextPart)) for each in source):
        return [piece for each in source for piece in _pieces(each)]
    return []


def _table_text(source: Any) -> TableText:
    if isinstance(source, SeenText):
        name, first = source.id, source.first_line
        return TableText(name, source.text, lambda n: f"{name}:{first + n - 1}")
    pieces = _pieces(source)
    if pieces:
        places = [f"{name}:{line + n}" for name, line, rows in pieces for n in range(len(rows))]
        return TableText(pieces[0][0], "\n".join(row for *_, rows in pieces for row in rows), lambda n: places[n - 1])
    if isinstance(source, (list, tuple)):
        return TableText("text", "\n".join(source), lambda n: f"text:{n}")
    path = os.fspath(source)
    with open(path, encoding="utf-8", errors="replace") as f:
        return TableText(path, f.read(), lambda n: f"{path}:{n}")


def _by_pattern(made: TableText, matcher: re.Pattern[str]) -> list[TableRow]:
    if not matcher.groupindex:
        raise ValueError("the pattern has no named group, such as (?P<status>[0-9]+)")
    rows = []
    for number, line in enumerate(made.text.split("\n"), 1):
        match = matcher.search(line)
        if match:
            rows.append(row_of({k: typed(v) for k, v in match.groupdict().items()}, made.place(number), line))
    return rows


def _by_json(made: TableText) -> list[TableRow]:
    import json

    try:
        whole = json.loads(made.text)
    except ValueError:
        pass
    else:
        items = whole if isinstance(whole, list) else [whole]
        return [row_of(_flat(item), made.place(1), json.dumps(item)[:300]) for item in items]
    rows, left = [], 0
    for number, line in enumerate(made.text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(row_of(_flat(json.loads(line)), made.place(number), line))
            except ValueError:
                left += 1
    if not rows:
        raise ValueError(f"no line of {made.name} holds JSON")
    if left:
        hold = "holds" if left == 1 else "hold"
        sys.stdout.write(f"table: {left:,} of {left + len(rows):,} lines of {made.name} {hold} no JSON\n")
    return rows


def _flat(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else {"value": item}


def _by_csv(source: TableText) -> list[TableRow]:
    from rlm_core.querying.celltypes import TEXT
    from rlm_core.querying.csvrows import CsvText

    made = CsvText(source.text)
    places = range(len(made.names))
    if len(places) < 2 and not source.name.lower().endswith((".csv", ".tsv")):
        raise ValueError(
            f"{source.name} is no table; a pattern with named groups, as (?P<status>[0-9]+), gives rows of its lines"
        )
    kinds = made.kinds(places)
    numbers: list[int] = []
    rows: list[dict[str, Any]] = []
    for lines, columns in made.blocks(places):
        numbers += lines
        values = [
            [str(cell).strip() for cell in cells] if kind == TEXT else made.typed(at, cells, kind)
            for at, kind, cells in zip(places, kinds, columns, strict=True)
        ]
        rows += [dict(zip(made.names, row, strict=True)) for row in zip(*values, strict=True)]
    if not rows:  # no more than a header
        return []
    parted = source.text.split("\n")
    ends = [*numbers[1:], len(parted) + 1]
    return [
        row_of(row, source.place(n), "\n".join(parted[n - 1 : end - 1]).rstrip())
        for row, n, end in zip(rows, numbers, ends, strict=True)
    ]


def _by_markdown(source: TableText) -> list[TableRow]:
    from rlm_core.querying.celltypes import TEXT, typed_columns
    from rlm_core.querying.linerows import markdown_tables

    parted, found, made = source.text.split("\n"), list[TableRow](), None
    for made in markdown_tables(source.text):
        kinds, columns = typed_columns(made.rows, len(made.names))
        columns = [[v or "" for v in c] if k == TEXT else c for k, c in zip(kinds, columns, strict=True)]
        for n, row in zip(made.lines, zip(*columns, strict=True), strict=True):
            found.append(row_of(dict(zip(made.names, row, strict=True)), source.place(n), parted[n - 1]))
    if made is None:
        raise ValueError(
            f"{source.name} holds no table of Markdown; a pattern with named groups gives rows of its lines"
        )
    return found


def typed(text: str | None) -> Any:
    """A number where a text is one, else the text without space around it; None for None."""
    if text is None:
        return None
    plain = text.strip()
    if not plain[-1:].isdecimal():
        return plain
    import re

    if re.fullmatch(r"[+-]?\d{1,18}", plain) and not re.match(r"[+-]?0\d", plain):
        return int(plain)
    if re.fullmatch(r"[+-]?\d{0,18}\.\d{1,18}(?:[eE][+-]?\d{1,3})?", plain):
        return float(plain)
    return plain
