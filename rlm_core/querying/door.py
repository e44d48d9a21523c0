"""A query over the archive and over files: the tables that it names are filled, then SQLite answers it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from rlm_core.archive.store import Archive, open_archive
from rlm_core.asking.corpus.build import Corpus
from rlm_core.config import redactor
from rlm_core.errors import RlmError, worded
from rlm_core.project import named_project, project_of
from rlm_core.querying.archiverows import ArchiveRows
from rlm_core.querying.bounds import MOST_RESULT, MOST_SQL, STEPS, Bounds, set_limits
from rlm_core.querying.filetables import (
    FileTable,
    LinesTable,
    all_rows,
    database_tables,
    may_hold_rows,
    sql_name,
    tables_of,
)
from rlm_core.querying.guard import Guard
from rlm_core.querying.linerows import log_pattern
from rlm_core.querying.named import named_sources
from rlm_core.querying.restrictions import Restriction, joins_by_all, misquoted, names_in, restrictions
from rlm_core.querying.shapes import ARCHIVE, TableShape
from rlm_core.querying.sqlerrors import READS_ONLY, OverLimitError, WrongSqlError, wrong
from rlm_core.querying.sqlfunctions import FUNCTIONS, install_functions
from rlm_core.search.hits import Filters

MOST_ROWS, SECONDS = 1000, 60.0
_VIEWS = {"sessions": "chunks", "edits": "files"}
_IN_VIEW = {"sessions": ("session",)}  # of a view that groups: what holds before it does


@dataclass(frozen=True)
class SqlResult:
    """What a query brought. columns: their names. rows: values, each None, an int, a float or a str.

    more: there are others beyond those that were asked for. notes: what was not read, in words.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]
    more: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SqlOptions:
    """What a query is over, and its bounds.

    over: `archive`, beginnings of sessions' ids, paths, patterns and `-`; the archive when there is none. tables:
    name -> path. log: a regular expression with named groups. session, since, until: as for a search. rows: how many at
    most. seconds: how long at most.
    """

    over: Sequence[str] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    log: str = ""
    session: str = ""
    since: str = ""
    until: str = ""
    rows: int = MOST_ROWS
    seconds: float = SECONDS


class SqlDoor:
    """An open door: a database in memory in which a query can be asked."""

    def __init__(
        self, project: str, options: SqlOptions, allow: Callable[[Corpus], None] = lambda corpus: None
    ) -> None:
        """project: its directory. allow: raises for a corpus that must not be read. Raises RlmError."""
        self.options = options
        self.bounds = Bounds(options.seconds)
        self.pattern = log_pattern(options.log) if options.log else None
        self.archive: Archive = open_archive(project, must_exist=False)
        self.sources = named_sources(self.archive, project, options.over, options.tables, allow=allow)
        if self.sources.archive:
            open_archive(project)  # says what to do where there is none
        self.notes = list(self.sources.notes)

    def ask(self, query: str, *, may_end_process: bool = False) -> SqlResult:
        """The answer. Raises WrongSqlError for a query that is none or may not run, OverLimitError, RlmError."""
        if len(query) > MOST_SQL:
            raise WrongSqlError(worded("the query has more than {most_sql:,} characters", most_sql=MOST_SQL))
        with self.bounds.alarmed(may_end_process=may_end_process):
            return _Asking(self, query).result()

    def tables(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """All tables with their columns and types; the files are read for that."""
        found = [(s.name, [(c.name, c.kind.lower()) for c in s.columns]) for s in self.shapes]
        own = self.file_tables(None)
        return found + [(t.name, list(zip(t.columns, t.kinds_of(t.columns), strict=True))) for t in own]

    @property
    def shapes(self) -> tuple[TableShape, ...]:
        """The archive's tables, where it is asked over."""
        return ARCHIVE if self.sources.archive else ()

    def file_tables(self, names: set[str] | None) -> list[FileTable]:
        """The tables of files that these names may mean; all for None. They are read and parsed here."""
        sources = self.sources
        every = names is None or "rows" in names
        made: list[FileTable] = []
        for text in sources.texts:
            if every or _may_be(text.table, names or set()):
                made += tables_of(text, self.pattern)
        for path, name in sources.databases:
            if every or _may_be(name, names or set()):
                made += database_tables(path, name, redactor(self.archive.config))
        self.notes += [table.note for table in made if table.note]
        main = [t for t in made if not t.name.endswith("_cells")] if sources.databases else made
        found = [*made, all_rows(main)] if main and every else made
        lines = bool(sources.texts) and (names is None or "lines" in names)
        return [*found, LinesTable(sources.texts)] if lines else found


def _may_be(table: str, names: set[str]) -> bool:
    """Whether names mean a table, or one of several that stand in its file."""
    return any(re.fullmatch(rf"{re.escape(table.lower())}(?:_\d+|_cells)?", name) for name in names)


class _Asking:
    """One query in a database of its own."""

    def __init__(self, door: SqlDoor, query: str) -> None:
        self.door = door
        self.query = query
        self.names = names_in(query)
        self.tables: list[FileTable] = []
        self.columns: dict[str, list[str]] = {shape.name: list(shape.names) for shape in door.shapes}

    def result(self) -> SqlResult:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            told = install_functions(connection)
            try:
                return self._answered(connection)
            except (sqlite3.Error, sqlite3.Warning, OverflowError) as e:
                if self.door.bounds.passed:
                    raise OverLimitError(self.door.bounds.passed) from e
                raise told.error or self._wrong(str(e)) from e

    def _wrong(self, said: str) -> RlmError:
        if said in ("database or disk is full", "out of memory", "string or blob too big"):
            return OverLimitError(
                worded("the query held too much ({said}); narrow it with WHERE, --session or --since", said=said)
            )
        bare = [t for t in self.door.sources.texts if t.table.lower() in self.names or "rows" in self.names]
        if bare and "no such table" in said and not may_hold_rows(bare[0], self.door.pattern):
            return WrongSqlError(
                worded(
                    "{name} holds no rows of a form that is known: --log REGEX gives a log's lines their columns; "
                    "its lines as they are stand in the table lines",
                    name=bare[0].name,
                )
            )
        columns = {name.lower(): found for name, found in self.columns.items()}
        return wrong(said, columns, self.names, [f.name for f in FUNCTIONS])

    def _answered(self, connection: sqlite3.Connection) -> SqlResult:
        set_limits(connection)
        for table in ("json_each", "json_tree"):  # made at first use, which the guard would refuse
            connection.execute(f"SELECT 1 FROM {table}('[]')")  # noqa: S608 - one of two names
        connection.set_progress_handler(self.door.bounds.look, STEPS)
        self._make_tables(connection)
        bad = misquoted(self.query, {name.lower() for t, cs in self.columns.items() for name in (t, *cs)})
        if bad:
            raise WrongSqlError(
                worded("\"{bad}\" is no column of these tables; a text stands in single quotes: '{bad}'", bad=bad)
            )
        if joins_by_all(self.query):
            raise WrongSqlError(
                worded("NATURAL JOIN would compare file, line and citation, too: name the columns, as in USING (a, b)")
            )
        guard = Guard(frozenset(name.lower() for name in self.columns), frozenset(f.name for f in FUNCTIONS))
        connection.set_authorizer(guard)
        explained = self.query if self.query.lstrip()[:7].lower() == "explain" else f"EXPLAIN {self.query}"
        connection.execute(explained)
        if not guard.selects:
            raise WrongSqlError(READS_ONLY)
        with guard.lifted():
            self._fill(connection, guard)
        return self._fetched(connection.execute(self.query))

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        for shape in self.door.shapes:
            columns = ", ".join(f"{c.name} {c.kind}" for c in shape.columns)
            how = f"VIEW {shape.name} AS {shape.sql}" if shape.sql else f"TABLE {shape.name} ({columns})"
            connection.execute(f"CREATE {how}")
        for table in self.door.file_tables(self.names):
            self.columns[table.name] = table.columns
            self.tables.append(table)
            connection.execute(f"CREATE TABLE {sql_name(table.name)} ({table.schema()})")
        self._note_others()

    def _note_others(self) -> None:
        """Name the tables that there would be if the query named them, for whoever has misspelt one."""
        sources, pattern = self.door.sources, self.door.pattern
        held = [t.table for t in sources.texts if may_hold_rows(t, pattern)] + [name for _, name in sources.databases]
        others = [*held, *(["rows"] if held else []), *(["lines"] if sources.texts else [])]
        known = {name.lower() for name in self.columns}
        self.columns.update({name: [] for name in others if name.lower() not in known})

    def _insert(
        self, connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        named, marks = ", ".join(map(sql_name, columns)), ", ".join("?" * len(columns))
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO {sql_name(table)} ({named}) VALUES ({marks})",  # noqa: S608 - names in quotes, and marks
            self._watched(rows),
        )
        connection.execute("COMMIT")

    def _fill(self, connection: sqlite3.Connection, guard: Guard) -> None:
        """Load what the statement reads: no more columns, and of the archive no rows that its WHERE leaves out."""
        compared = self.names if "using" in self.names else frozenset()
        for table in self.tables:
            columns = guard.columns_read(table.name, table.columns, compared)
            if columns:
                connection.execute(f"DROP TABLE {sql_name(table.name)}")
                connection.execute(f"CREATE TABLE {sql_name(table.name)} ({table.schema(columns)})")
                self._insert(connection, table.name, columns, table.rows_of(columns))
        options, sources = self.door.options, self.door.sources
        sessions = (*sources.sessions, *([options.session] if options.session else []))
        rows = ArchiveRows(self.door.archive, Filters(since=options.since, until=options.until), sessions)
        for shape in self.door.shapes:
            columns = guard.columns_read(shape.name, shape.names, compared)
            if columns and not shape.sql:
                found = rows.rows(shape.name, columns, self._restrictions(shape.name))
                self._insert(connection, shape.name, columns, found)

    def _watched(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(rows):
            if not number % 200:
                self.door.bounds.check()
            yield row

    def _restrictions(self, table: str) -> list[Restriction]:
        """By the one name under which a query reads a table: its own, or that of a view over it."""
        names = [table, *(view for view, base in _VIEWS.items() if base == table)]
        called = [name for name in names if name in self.names]
        if len(called) != 1:
            return []
        name = called[0]
        known = next(shape.names for shape in ARCHIVE if shape.name == name)
        return [
            r
            for r in restrictions(self.query, name)
            if r.column in known and r.column in _IN_VIEW.get(name, (r.column,))
        ]

    def _fetched(self, cursor: sqlite3.Cursor) -> SqlResult:
        if cursor.description is None:
            raise WrongSqlError("the query has no columns; it begins with SELECT or WITH")
        columns, most = [str(column[0]) for column in cursor.description], self.door.options.rows
        rows: list[tuple[Any, ...]] = []
        held = 0
        for row in cursor:
            if len(rows) == most:
                return SqlResult(columns, rows, more=True, notes=self._notes())
            rows.append(tuple(v.hex() if isinstance(v, bytes) else v for v in row))
            held += sum(len(v) for v in row if isinstance(v, str))
            if held > MOST_RESULT:
                raise OverLimitError(
                    worded(
                        "the result has more than {most_result} MB of text; select less of it",
                        most_result=MOST_RESULT >> 20,
                    )
                )
        return SqlResult(columns, rows, notes=self._notes())

    def _notes(self) -> list[str]:
        return list(dict.fromkeys(self.door.notes))


def sql(query: str, *, project: str = "", **options: Any) -> SqlResult:
    """Ask in SQL over a project's archive, or over files: see docs/sql.md for the tables.

    project: its directory; the one around the current directory by default. options: the fields of `SqlOptions`.
    Raises WrongSqlError for a query that is none or that does more than read, RlmError for what cannot be read or
    takes too long.
    """
    where = named_project(project) if project else project_of(os.getcwd())
    return SqlDoor(where, SqlOptions(**options)).ask(query)
