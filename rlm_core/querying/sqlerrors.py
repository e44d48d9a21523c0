"""What SQLite says of a wrong query, in one line that helps: which columns there are, what may have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from rlm_core.errors import Joined, RlmError, phrase, worded

_NO_COLUMN = re.compile(r"no such column: (.{1,200})")
_NO_TABLE = re.compile(r"no such table: (.{1,200})")
_NO_FUNCTION = re.compile(r"no such function: (.{1,200})")
READS_ONLY = "`rlm sql` reads and does nothing else: one statement, which begins with SELECT or WITH"
_REFUSED = ("not authorized", "authorization denied", "prohibited", "one statement", "vtable constructor failed")
SHOWN = 40  # names that are listed


class WrongSqlError(RlmError):
    """The query is not SQL, or not one that may run; exit 2."""


class OverLimitError(RlmError):
    """The query was well and took more than it may: time, memory or text."""


def wrong(
    said: str, tables: Mapping[str, Sequence[str]], named: Iterable[str], functions: Iterable[str]
) -> WrongSqlError:
    """The error for what SQLite has said.

    tables: name -> columns, of all there are. named: those that the query names.
    """
    column, table, function = (found.search(said) for found in (_NO_COLUMN, _NO_TABLE, _NO_FUNCTION))
    if table:
        name = table[1].removeprefix("main.")
        return WrongSqlError(
            worded(
                "there is no table {name}{meant}; there are {tables}",
                name=name,
                meant=_meant(name, tables),
                tables=_listed(tables),
            )
        )
    if column:
        return WrongSqlError(_no_column(column[1], {name: tables[name] for name in named if name in tables}))
    if function:
        return WrongSqlError(
            worded(
                "there is no function {function}{meant}",
                function=function[1],
                meant=_meant(function[1], functions),
            )
        )
    if any(refused in said for refused in _REFUSED):
        return WrongSqlError(worded("{why} ({said})", why=phrase(READS_ONLY), said=said))
    return WrongSqlError(said)


def _no_column(named: str, tables: Mapping[str, Sequence[str]]) -> str:
    name = named.rpartition(".")[2]
    every = list(dict.fromkeys(column for columns in tables.values() for column in columns))
    said = [worded("there is no column {named}{meant}", named=named, meant=_meant(name, every))]
    said += [worded("{table} has {columns}", table=t, columns=_listed(columns)) for t, columns in tables.items()]
    return Joined("; ", said)


def _meant(name: str, names: Iterable[str]) -> str:
    by_small = {n.lower(): n for n in names}
    close = difflib.get_close_matches(name.lower()[:100], by_small, 1, 0.6)
    return worded("; did you mean {name}?", name=by_small[close[0]]) if close else ""


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = worded(" and {n:,} more", n=len(found) - SHOWN) if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more if found else "none"
