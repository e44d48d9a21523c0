"""`rlm sql`: a table that fits the terminal, CSV or JSON."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

from rlm_core.cli.consent.inside import check_corpus
from rlm_core.cli.manners.columns import GAP, room, table, widths
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import Highlighter, count_of, for_people, remark, say, say_json, say_unread, talk, unread_json
from rlm_core.errors import UsageError
from rlm_core.language.notices import here
from rlm_core.language.quoting import tame, tame_start, visible
from rlm_core.querying.door import SqlDoor, SqlOptions
from rlm_core.querying.sqlerrors import WrongSqlError
from rlm_core.querying.sqlfunctions import FUNCTIONS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import Any

    from rlm_core.asking.corpus.build import Corpus
    from rlm_core.querying.door import SqlResult

WRONG = 2
CELL = 300  # characters of a cell where no terminal sets a width
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets begin what they compute
NOTES = 3


def sql(args: Namespace) -> int:
    """Print a query's rows; exit 1 when there are none, 2 for a query that is wrong."""
    if args.csv and args.json:
        raise UsageError("--csv and --json: choose one of them")
    try:
        door = SqlDoor(args.project, _options(args), _allow)
        if not args.query.strip():
            return _say_tables(door, as_json=args.json)
        result = door.ask(args.query, may_end_process=True)
    except WrongSqlError as e:
        talk(f"rlm: {visible(here(e))}")
        return WRONG
    if args.json:
        more = {"more": True} if result.more else {}
        notes = {"notes": result.notes} if result.notes else {}
        rows = [list(row) for row in result.rows]
        say_json({"columns": result.columns, "rows": rows} | more | notes | unread_json(door.archive))
    elif args.csv:
        _say_csv(result)
    else:
        _say_table(result)
    _say_rest(result)
    if not result.rows and not args.over:
        tell_unknown(door.archive, args)
    say_unread(door.archive)
    return 0 if result.rows else 1


def _options(args: Namespace) -> SqlOptions:
    tables = dict(args.table)
    if len(tables) < len(args.table):
        raise UsageError("--table: two files have the same name; give each its own")
    return SqlOptions(
        over=args.over, tables=tables, log=args.log, session=args.session, since=args.since, until=args.until,
        rows=args.n, seconds=args.max_seconds,
    )  # fmt: skip


def _allow(corpus: Corpus) -> None:
    check_corpus(corpus, "rlm sql")


def _say_tables(door: SqlDoor, *, as_json: bool) -> int:
    """What can be asked for, where no query is given."""
    tables = door.tables()
    if as_json:
        said = [{"table": t, "columns": [{"name": n, "type": k} for n, k in columns]} for t, columns in tables]
        say_json({"tables": said, "functions": [{"form": f.form, "meaning": f.meaning} for f in FUNCTIONS]})
        return 0
    for named, columns in tables:
        say(f"{tame(named)}({', '.join(f'{tame(name)} {kind}' for name, kind in columns)})")
    say()
    width = max(len(f.form) for f in FUNCTIONS)
    for function in FUNCTIONS:
        say(f"{function.form:{width}}  {for_people(function.meaning)}")
    return 0


def _say_csv(result: SqlResult) -> None:
    writer = csv.writer(sys.stdout)
    for row in (result.columns, *result.rows):
        writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Any) -> Any:
    """A text that a spreadsheet would compute gets an apostrophe, as in the tables of `rlm ask --rows`."""
    if not isinstance(value, str):
        return value
    return visible(f"'{value}" if value.startswith(FORMULA) else value)


def _say_table(result: SqlResult) -> None:
    """Columns side by side; on a terminal no line is longer than it."""
    if not result.rows:
        return
    cells = [[_cell(value) for value in row] for row in result.rows]
    heads = [tame(name) for name in result.columns]
    right = [_is_numeric(column) for column in zip(*result.rows, strict=True)]
    first, *lines = table([heads, *cells], room(), right)
    shown = Highlighter("", sys.stdout)
    say(shown.head(first))
    say(GAP.join("-" * width for width in widths([heads, *cells], room())))
    for line in lines:
        say(line)


def _is_numeric(values: Sequence[Any]) -> bool:
    return all(isinstance(v, (int, float)) or v is None for v in values)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else tame_start(str(value), CELL)


def _say_rest(result: SqlResult) -> None:
    """What the rows do not tell."""
    if result.more:
        remark("the first {rows}; there are more: -n N shows N of them", rows=count_of(len(result.rows), "row"))
    for note in result.notes[:NOTES]:
        talk(f"rlm: {visible(here(note))}")
    if len(result.notes) > NOTES:
        remark("and {n:,} more {n:|note|notes}; --json has them all", n=len(result.notes) - NOTES)
    if not result.rows:
        remark("no row")
