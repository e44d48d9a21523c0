"""Tables out of files: by the name of a file, by what its text looks like; and of a database of `rlm ask --rows`."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from urllib.request import pathname2url

from rlm_core.asking.tables.sqlitefile import is_ours
from rlm_core.disk import head_of
from rlm_core.errors import RlmError
from rlm_core.querying.celltypes import FLOAT, INT, Typed, typed_columns
from rlm_core.querying.csvrows import csv_rows
from rlm_core.querying.linerows import RowsOfLines, json_rows, log_rows, markdown_tables
from rlm_core.querying.named import NamedText
from rlm_core.querying.shapes import LINES
from rlm_core.redaction.redactor import Redactor

_DELIMITED, _JSON, _MARKDOWN = (".csv", ".tsv"), (".jsonl", ".ndjson", ".json"), (".md", ".markdown")
_HEAD = 100  # bytes of a database's header
_SQL_KINDS = {INT: "INTEGER", FLOAT: "REAL"}
BESIDE = ("file", "line", "citation")
"""Columns that tell where a row stands; one that the file has itself gets `row_` before it."""


@dataclass
class FileTable:
    """Rows with their columns.

    kinds: int, float, date or text. values: of each column, `height` of them. note: what was left out.
    """

    name: str
    columns: list[str]
    kinds: list[str]
    values: list[Iterable[Typed]]
    height: int
    note: str = ""

    def rows_of(self, columns: Sequence[str]) -> Iterable[tuple[Typed, ...]]:
        """The values of these columns, row by row."""
        return zip(*(self.values[self.columns.index(name)] for name in columns), strict=True)

    @property
    def schema(self) -> str:
        """The columns as CREATE TABLE takes them."""
        return ", ".join(
            f"{sql_name(c)} {_SQL_KINDS.get(k, 'TEXT')}" for c, k in zip(self.columns, self.kinds, strict=True)
        )


class _Citations:
    """`file:line` of each row, made when it is asked for."""

    def __init__(self, names: Iterable[Typed], lines: Iterable[Typed]) -> None:
        self.names, self.lines = names, lines

    def __iter__(self) -> Iterator[str]:
        return (f"{name}:{line}" for name, line in zip(self.names, self.lines, strict=True))


def sql_name(name: str) -> str:
    """A name as SQL quotes it, whatever word it is."""
    return '"' + name.replace('"', '""') + '"'


def lines_table(texts: Sequence[NamedText]) -> FileTable:
    """The lines of all files."""
    names: list[Typed] = []
    numbers: list[Typed] = []
    lines: list[Typed] = []
    for text in texts:
        found = _lines(text.text)
        names += [text.name] * len(found)
        numbers += text.numbers[: len(found)]
        lines += found
    values: list[Iterable[Typed]] = [names, numbers, _Citations(names, numbers), lines]
    return FileTable("lines", list(LINES.names), ["text", INT, "text", "text"], values, len(lines))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def tables_of(text: NamedText, pattern: re.Pattern[str] | None) -> list[FileTable]:
    """The tables that a text holds: none, one, or as many as a Markdown file has. pattern: of --log.

    Raises RlmError for a file that is not what its name says.
    """
    ending = os.path.splitext(text.path or text.name)[1].lower()
    try:
        if ending in _MARKDOWN:
            found = markdown_tables(text.text)
            return [_table(text, rows, _numbered(text.table, n)) for n, rows in enumerate(found, 1)]
        if ending in _DELIMITED:
            return [_of_csv(text)]
        if ending in _JSON or (pattern is None and _looks_like_json(text.text)):
            return [_table(text, json_rows(text.text))]
        if pattern is not None:
            return [_table(text, log_rows(text.text, pattern))]
        return [_of_csv(text)] if not text.path else []
    except RlmError as e:
        raise RlmError(f"{text.name}: {e}") from e


def may_hold_rows(text: NamedText, pattern: re.Pattern[str] | None) -> bool:
    """Whether `tables_of` would look for any in it."""
    ending = os.path.splitext(text.path or text.name)[1].lower()
    known = ending in (*_MARKDOWN, *_DELIMITED, *_JSON) or _looks_like_json(text.text)
    return known or pattern is not None or not text.path


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] == "{" and text.split("\n", 1)[0].rstrip().endswith("}")


def _of_csv(text: NamedText) -> FileTable:
    names, rows, lines, delimiter = csv_rows(text.text)
    made = RowsOfLines(names)
    made.rows, made.lines = list(rows), lines
    return _table(text, made, comma=delimiter != ",")


def _table(text: NamedText, found: RowsOfLines, name: str = "", *, comma: bool = False) -> FileTable:
    kinds, values = typed_columns(found.rows, len(found.names), comma=comma)
    columns = _distinct(found.names)
    lines: list[Typed] = [text.numbers[line - 1] for line in found.lines]
    names: list[Typed] = [text.name] * len(lines)
    places: list[Iterable[Typed]] = [names, lines, _Citations(names, lines)]
    note = f"{text.name}: {found.left:,} of {found.left + len(lines):,} lines hold no row" if found.left else ""
    beside = _beside(columns)
    every = [*kinds, "text", INT, "text"]
    return FileTable(name or text.table, [*columns, *beside], every, [*values, *places], len(lines), note)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names that SQL tells apart, in which capitals do not count."""
    made: list[str] = []
    used: set[str] = set()
    for name in names:
        wanted, number = name or "column", 2
        while wanted.lower() in used:
            wanted, number = f"{name}_{number}", number + 1
        used.add(wanted.lower())
        made.append(wanted)
    return made


def _beside(columns: Sequence[str]) -> list[str]:
    taken, made = {c.lower() for c in columns}, []
    for name in BESIDE:
        while name in taken:
            name = f"row_{name}"
        made.append(name)
    return made


def all_rows(tables: Sequence[FileTable]) -> FileTable:
    """`rows`: those of all tables, under the columns of all."""
    if len(tables) == 1:
        return replace(tables[0], name="rows", note="")
    columns: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for table in tables:
        for name, kind in zip(table.columns, table.kinds, strict=True):
            key = name.lower()
            columns.setdefault(key, name)
            kinds[key] = _joined(kinds.get(key, kind), kind)
    values: dict[str, list[Typed]] = {key: [] for key in columns}
    for table in tables:
        own = {name.lower(): cells for name, cells in zip(table.columns, table.values, strict=True)}
        for key, cells in values.items():
            cells += own.get(key) or [None] * table.height
    height = sum(table.height for table in tables)
    return FileTable("rows", list(columns.values()), list(kinds.values()), list(values.values()), height)


def _joined(kind: str, other: str) -> str:
    return kind if kind == other else FLOAT if {kind, other} == {INT, FLOAT} else "text"


def database_tables(path: str, name: str, redact: Redactor) -> list[FileTable]:
    """The tables `rows` and `cells` of a database that `rlm ask --rows` has made, called NAME and NAME_cells.

    Raises RlmError for any other: the schema of a stranger's database is a program.
    """
    if not is_ours(head_of(path, _HEAD, follow=True) or b""):
        raise RlmError(f"{path}: no table that `rlm ask --rows` has made; export the rows that you mean as CSV")
    address = f"file:{pathname2url(os.path.abspath(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            return [
                table
                for own, called in (("rows", name), ("cells", f"{name}_cells"))
                for table in _copied(connection, own, called, redact)
            ]
    except sqlite3.Error as e:
        raise RlmError(f"{path}: it cannot be read: {e}") from e


def _copied(connection: sqlite3.Connection, own: str, called: str, redact: Redactor) -> Iterator[FileTable]:
    kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (own,)).fetchone()
    if kind != ("table",):
        return
    cursor = connection.execute(f"SELECT * FROM {sql_name(own)}")  # noqa: S608 - one of two names
    columns = [str(column[0]) for column in cursor.description]
    rows = [[redact(v) if isinstance(v, str) else v for v in row] for row in cursor]
    values: list[list[Typed]] = [[row[at] for row in rows] for at in range(len(columns))]
    yield FileTable(called, columns, [_kind_of(cells) for cells in values], list(values), len(rows))


def _kind_of(cells: Sequence[Typed]) -> str:
    found = {type(cell) for cell in cells if cell is not None}
    return INT if found == {int} else FLOAT if found and found <= {int, float} else "text"
