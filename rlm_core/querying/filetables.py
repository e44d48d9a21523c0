"""Tables out of files: by the name of a file, by what its text looks like; and of a database of `rlm ask --rows`."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.request import pathname2url

from rlm_core.asking.tables.sqlitefile import is_ours
from rlm_core.disk import head_of
from rlm_core.errors import RlmError, worded
from rlm_core.querying.celltypes import FLOAT, INT, TEXT, Typed, typed_columns
from rlm_core.querying.csvrows import Block, CsvText
from rlm_core.querying.linerows import JsonText, LogText, RowsOfLines, lines_of, markdown_tables
from rlm_core.querying.named import DELIMITED, NamedText
from rlm_core.querying.shapes import LINES
from rlm_core.redaction.redactor import Redactor

_JSON, _MARKDOWN = (".jsonl", ".ndjson", ".json"), (".md", ".markdown")
_OBJECT = re.compile(r"[^\S\n]*\{[^\n]*\}[^\S\n]*(?:\n|\Z)")  # a text's first line
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

    def kinds_of(self, columns: Sequence[str]) -> list[str]:
        """The types of these columns."""
        return [self.kinds[self.columns.index(name)] for name in columns]

    def rows_of(self, columns: Sequence[str]) -> Iterable[tuple[Typed, ...]]:
        """The values of these columns, row by row."""
        return zip(*(self.values[self.columns.index(name)] for name in columns), strict=True)

    def schema(self, typed: Sequence[str] = ()) -> str:
        """The columns as CREATE TABLE takes them, these with their types: to tell one may take a look at all rows."""
        kinds = dict(zip(typed, self.kinds_of(typed), strict=True))
        return ", ".join(f"{sql_name(c)} {_SQL_KINDS.get(kinds.get(c, TEXT), 'TEXT')}" for c in self.columns)


class Rows(Protocol):
    """A text whose rows are taken apart as often as they are asked for: `CsvText`, `JsonText`, `LogText`."""

    names: list[str]
    height: int

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """(lines, cells of each of these columns) of some rows, and of the next ones, and so on."""

    def kinds(self, places: Sequence[int]) -> list[str]:
        """The types of these columns."""

    def typed(self, place: int, cells: Sequence[Typed], kind: str) -> Sequence[Typed]:
        """Cells of a column as values of its type."""


@dataclass
class StreamedTable(FileTable):
    """The rows of a file, taken apart anew whenever they are asked for: a million need no more room than a few."""

    source: Rows = field(kw_only=True)
    cited: str = field(kw_only=True)
    numbers: Sequence[int] = field(kw_only=True)
    _known: dict[str, str] = field(default_factory=dict, init=False)

    def kinds_of(self, columns: Sequence[str]) -> list[str]:
        width = len(self.source.names)
        self._known |= zip(self.columns[width:], ("text", INT, "text"), strict=True)
        unknown = [name for name in columns if name not in self._known]
        if unknown:
            kinds = self.source.kinds([self.columns.index(name) for name in unknown])
            self._known |= zip(unknown, kinds, strict=True)
        return [self._known[name] for name in columns]

    def rows_of(self, columns: Sequence[str]) -> Iterable[tuple[Typed, ...]]:
        width = len(self.source.names)
        wanted = [(self.columns.index(n), kind) for n, kind in zip(columns, self.kinds_of(columns), strict=True)]
        own = [(at, kind) for at, kind in wanted if at < width]
        for lines, cells in self.source.blocks([at for at, _ in own]):
            numbers: list[Typed] = [self.numbers[line - 1] for line in lines]
            names: list[Typed] = [self.cited] * len(lines)
            beside: list[Iterable[Typed]] = [names, numbers, _Citations(names, numbers)]
            mine = iter([self.source.typed(at, c, kind) for (at, kind), c in zip(own, cells, strict=True)])
            yield from zip(*(next(mine) if at < width else beside[at - width] for at, _ in wanted), strict=True)


@dataclass
class JoinedTable(FileTable):
    """The rows of several tables, under the columns of all. parts: these tables."""

    parts: Sequence[FileTable] = field(kw_only=True)

    def kinds_of(self, columns: Sequence[str]) -> list[str]:
        kinds: dict[str, str] = {}
        for part in self.parts:
            own = _held(part, columns)
            for name, kind in zip(own, part.kinds_of(list(own.values())), strict=True):
                kinds[name] = _joined(kinds.get(name, kind), kind)
        return [kinds[name] for name in columns]

    def rows_of(self, columns: Sequence[str]) -> Iterable[tuple[Typed, ...]]:
        for part in self.parts:
            own = _held(part, columns)
            places = {name: at for at, name in enumerate(own)}
            if not own:
                yield from itertools.repeat((None,) * len(columns), part.height)
                continue
            for row in part.rows_of(list(own.values())):
                yield tuple(row[places[name]] if name in places else None for name in columns)


def _held(table: FileTable, columns: Sequence[str]) -> dict[str, str]:
    """Those of the columns that a table has, and what it calls them: capitals do not count."""
    own = {name.lower(): name for name in table.columns}
    return {name: own[name.lower()] for name in columns if name.lower() in own}


class _Citations:
    """`file:line` of each row, made when it is asked for."""

    def __init__(self, names: Iterable[Typed], lines: Iterable[Typed]) -> None:
        self.names, self.lines = names, lines

    def __iter__(self) -> Iterator[str]:
        return (f"{name}:{line}" for name, line in zip(self.names, self.lines, strict=True))


def sql_name(name: str) -> str:
    """A name as SQL quotes it, whatever word it is."""
    return '"' + name.replace('"', '""') + '"'


class LinesTable(FileTable):
    """The lines of all files, of which one file's are held at a time."""

    def __init__(self, texts: Sequence[NamedText]) -> None:
        super().__init__("lines", list(LINES.names), ["text", INT, "text", "text"], [], 0)
        self._texts = texts

    def rows_of(self, columns: Sequence[str]) -> Iterable[tuple[Typed, ...]]:
        at = [self.columns.index(name) for name in columns]
        for text in self._texts:
            for number, line in zip(text.numbers, lines_of(text.text), strict=False):
                row = (text.name, number, f"{text.name}:{number}", line)
                yield tuple(row[place] for place in at)


def tables_of(text: NamedText, pattern: re.Pattern[str] | None) -> list[FileTable]:
    """The tables that a text holds: none, one, or as many as a Markdown file has. pattern: of --log.

    Raises RlmError for a file that is not what its name says.
    """
    ending = os.path.splitext(text.path or text.name)[1].lower()
    try:
        if ending in _MARKDOWN:
            found = markdown_tables(text.text)
            return [_table(text, rows, _numbered(text.table, n)) for n, rows in enumerate(found, 1)]
        if ending in DELIMITED:
            return [_streamed(text, CsvText(text.text))]
        if ending in _JSON or (pattern is None and _looks_like_json(text.text)):
            objects = JsonText(text.text)
            return [_streamed(text, objects, objects.left)]
        if pattern is not None:
            matches = LogText(text.text, pattern)
            return [_streamed(text, matches, matches.left)]
        return [_streamed(text, CsvText(text.text))] if not text.path else []
    except RlmError as e:
        raise RlmError(worded("{what}: {why}", what=text.name, why=e)) from e


def may_hold_rows(text: NamedText, pattern: re.Pattern[str] | None) -> bool:
    """Whether `tables_of` would look for any in it."""
    ending = os.path.splitext(text.path or text.name)[1].lower()
    known = ending in (*_MARKDOWN, *DELIMITED, *_JSON) or _looks_like_json(text.text)
    return known or pattern is not None or not text.path


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _looks_like_json(text: str) -> bool:
    return _OBJECT.match(text) is not None


def _streamed(text: NamedText, source: Rows, left: int = 0) -> FileTable:
    """left: how many lines hold no row."""
    columns = _distinct(source.names)
    note = (
        worded(
            "{name}: {left:,} of {all:,} {all:|line|lines} {left:|holds|hold} no row",
            name=text.name,
            left=left,
            all=left + source.height,
        )
        if left
        else ""
    )
    return StreamedTable(
        text.table, [*columns, *_beside(columns)], [], [], source.height, note,
        source=source, cited=text.name, numbers=text.numbers,
    )  # fmt: skip


def _table(text: NamedText, found: RowsOfLines, name: str = "") -> FileTable:
    kinds, values = typed_columns(found.rows, len(found.names))
    columns = _distinct(found.names)
    lines: list[Typed] = [text.numbers[line - 1] for line in found.lines]
    names: list[Typed] = [text.name] * len(lines)
    places: list[Iterable[Typed]] = [names, lines, _Citations(names, lines)]
    beside = _beside(columns)
    every = [*kinds, "text", INT, "text"]
    return FileTable(name or text.table, [*columns, *beside], every, [*values, *places], len(lines))


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
    columns = {name.lower(): name for table in reversed(tables) for name in reversed(table.columns)}
    ordered = {name.lower(): "" for table in tables for name in table.columns}
    height = sum(table.height for table in tables)
    return JoinedTable("rows", [columns[key] for key in ordered], [], [], height, parts=tables)


def _joined(kind: str, other: str) -> str:
    return kind if kind == other else FLOAT if {kind, other} == {INT, FLOAT} else "text"


def database_tables(path: str, name: str, redact: Redactor) -> list[FileTable]:
    """The tables `rows` and `cells` of a database that `rlm ask --rows` has made, called NAME and NAME_cells.

    Raises RlmError for any other: the schema of a stranger's database is a program.
    """
    if not is_ours(head_of(path, _HEAD, follow=True) or b""):
        raise RlmError(
            worded("{path}: no table that `rlm ask --rows` has made; export the rows that you mean as CSV", path=path)
        )
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
        raise RlmError(worded("{path}: it cannot be read: {why}", path=path, why=e)) from e


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
