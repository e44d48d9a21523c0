"""Rows out of what a cell sees: `table`. What parts a file's cells, and what they are, is told as for `rlm sql`."""

from __future__ import annotations

import os
import sys

from rlm_core.repl.cell.seen import TableRow, TextLine, TextPart, row_of
from rlm_core.repl.cell.view import SeenText

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any


MARKDOWN = (".md", ".markdown")


def table(source: Any, pattern: str = "") -> list[TableRow]:
    """The rows of a file or a text, as `rlm sql` reads them: CSV, JSON lines, tables of Markdown, or a log by a pattern
    with named groups.

    source: a path, a doc, or lines. Each row knows its place and its line as quote. Numbers become numbers; of CSV and
    Markdown where all of a column are numbers: an empty cell is None there, and else "". Lines that do not fit a
    pattern are left out; of those that hold no JSON it is printed how many. Raises ValueError for what holds no table.
    """
    name, first, text = _table_text(source)
    if pattern:
        import re

        return _by_pattern(name, first, text, re.compile(pattern))
    if text.lstrip()[:1] in ("{", "[") and not name.lower().endswith(MARKDOWN):
        return _by_json(name, first, text)
    from rlm_core.errors import RlmError

    try:
        return _by_markdown(name, first, text) if name.lower().endswith(MARKDOWN) else _by_csv(name, first, text)
    except RlmError as e:
        raise ValueError(f"{name} holds no table: {e}") from None


def _table_text(source: Any) -> tuple[str, int, str]:
    if isinstance(source, SeenText):
        return source.id, source.first_line, source.text
    if isinstance(source, TextPart):
        return source.spans[0][0], source.spans[0][1], str(source)
    if isinstance(source, (list, tuple)):
        first = source[0].place.rpartition(":") if source and isinstance(source[0], TextLine) else ("text", "", "1")
        return first[0], int(first[2]), "\n".join(source)
    path = os.fspath(source)
    with open(path, encoding="utf-8", errors="replace") as f:
        return path, 1, f.read()


def _by_pattern(name: str, first: int, text: str, matcher: re.Pattern[str]) -> list[TableRow]:
    if not matcher.groupindex:
        raise ValueError("the pattern has no named group, such as (?P<status>[0-9]+)")
    rows = []
    for number, line in enumerate(text.split("\n"), first):
        match = matcher.search(line)
        if match:
            rows.append(row_of({k: typed(v) for k, v in match.groupdict().items()}, f"{name}:{number}", line))
    return rows


def _by_json(name: str, first: int, text: str) -> list[TableRow]:
    import json

    try:
        whole = json.loads(text)
    except ValueError:
        pass
    else:
        items = whole if isinstance(whole, list) else [whole]
        return [row_of(_flat(item), f"{name}:{first}", json.dumps(item)[:300]) for item in items]
    rows, left = [], 0
    for number, line in enumerate(text.split("\n"), first):
        if line.strip():
            try:
                rows.append(row_of(_flat(json.loads(line)), f"{name}:{number}", line))
            except ValueError:
                left += 1
    if not rows:
        raise ValueError(f"no line of {name} holds JSON")
    if left:
        hold = "holds" if left == 1 else "hold"
        sys.stdout.write(f"table: {left:,} of {left + len(rows):,} lines of {name} {hold} no JSON\n")
    return rows


def _flat(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else {"value": item}


def _by_csv(name: str, first: int, text: str) -> list[TableRow]:
    from rlm_core.querying.celltypes import TEXT
    from rlm_core.querying.csvrows import CsvText

    made = CsvText(text)
    places = range(len(made.names))
    if len(places) < 2 and not name.lower().endswith((".csv", ".tsv")):
        raise ValueError(
            f"{name} is no table; a pattern with named groups, as (?P<status>[0-9]+), gives rows of its lines"
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
    parted = text.split("\n")
    ends = [*numbers[1:], len(parted) + 1]
    return [
        row_of(row, f"{name}:{first + n - 1}", "\n".join(parted[n - 1 : end - 1]).rstrip())
        for row, n, end in zip(rows, numbers, ends, strict=True)
    ]


def _by_markdown(name: str, first: int, text: str) -> list[TableRow]:
    from rlm_core.querying.celltypes import TEXT, typed_columns
    from rlm_core.querying.linerows import markdown_tables

    parted, found = text.split("\n"), list[TableRow]()
    for made in markdown_tables(text):
        kinds, columns = typed_columns(made.rows, len(made.names))
        columns = [[v or "" for v in c] if k == TEXT else c for k, c in zip(kinds, columns, strict=True)]
        for n, row in zip(made.lines, zip(*columns, strict=True), strict=True):
            found.append(row_of(dict(zip(made.names, row, strict=True)), f"{name}:{first + n - 1}", parted[n - 1]))
    if not found:
        raise ValueError(f"{name} holds no table of Markdown; a pattern with named groups gives rows of its lines")
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
