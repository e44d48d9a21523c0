"""What a query may do: read our tables. Everything else is refused by SQLite's authorizer, before a step of it runs.

See https://www.sqlite.org/c3ref/set_authorizer.html. The lists say what is allowed, so that what a later SQLite can do
besides is refused until somebody has looked at it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence, Set

_SELECT, _READ, _FUNCTION, _RECURSIVE = 21, 20, 31, 33
SCHEMA_TABLES = frozenset(("sqlite_master", "sqlite_schema"))
JSON_TABLES = frozenset(("json_each", "json_tree"))
FUNCTIONS_OF_SQLITE = frozenset(
    """
abs char coalesce concat concat_ws format printf glob hex unhex ifnull iif if instr length like likely unlikely
likelihood lower ltrim max min nullif octet_length quote random replace round rtrim sign soundex sqlite_version substr
substring trim typeof unicode upper avg count group_concat string_agg sum total date time datetime julianday strftime
unixepoch timediff current_date current_time current_timestamp row_number rank dense_rank percent_rank cume_dist ntile
lag lead first_value last_value nth_value acos asin atan atan2 ceil ceiling cos degrees exp floor ln log log10 log2
mod pi pow power radians sin sqrt tan trunc json json_array json_array_length json_extract json_insert json_object
json_patch json_remove json_replace json_set json_type json_valid json_quote json_group_array json_group_object
json_pretty -> ->>
""".split()  # noqa: SIM905
)


class Guard:
    """The authorizer of a connection.

    reads: table -> the columns that a statement names, each with the view through which it does ("" for none). In
    `lifted` all is allowed: that is how tables are made and filled. selects: whether the statement has selected at all.
    What only keeps house, such as VACUUM, asks for nothing before it runs.
    """

    def __init__(self, tables: Set[str], functions: Set[str]) -> None:
        self.reads: dict[str, dict[str, set[str]]] = {}
        self._tables = tables | SCHEMA_TABLES | JSON_TABLES
        self._functions = functions | FUNCTIONS_OF_SQLITE
        self.selects = False
        self._is_lifted = False

    def __call__(
        self, action: int, first: str | None, second: str | None, database: str | None, through: str | None
    ) -> int:
        self.selects |= action == _SELECT
        if self._is_lifted or action in (_SELECT, _RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == _READ and first is not None:
            return self._read(first.lower(), second or "", through or "")
        if action == _FUNCTION and (second or "").lower() in self._functions:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    def _read(self, table: str, column: str, through: str) -> int:
        # A statement's own tables (WITH, a SELECT in FROM) are asked for too, without a column.
        if table not in self._tables:
            return sqlite3.SQLITE_DENY if column else sqlite3.SQLITE_OK
        self.reads.setdefault(table, {}).setdefault(column, set()).add(through)
        return sqlite3.SQLITE_OK

    def columns_read(self, table: str, columns: Sequence[str], compared: Set[str] = frozenset()) -> list[str]:
        """Those of a table's columns that the statement reads; the first when it only counts rows; [] for none.

        compared: names of tables and columns which may be read without SQLite's asking, as those behind USING are.
        """
        read = self.reads.get(table.lower())
        if read is None and table.lower() not in compared:
            return []
        names = compared | {name.lower() for name in read or ()}
        return [name for name in columns if name.lower() in names] or list(columns[:1])

    @contextlib.contextmanager
    def lifted(self) -> Iterator[None]:
        """While tables are made and filled by us."""
        self._is_lifted = True
        try:
            yield
        finally:
            self._is_lifted = False
