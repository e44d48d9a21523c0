"""A table as a SQLite database: `rows` with a typed column for each field, `cells` with where each value is from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from rlm_core import disk
from rlm_core.asking.tables.delimited import beside
from rlm_core.engine.rows.fields import BOOL, FLOAT, INT, Field, same_name

if TYPE_CHECKING:
    from rlm_core.engine.rows.rowrun import RowsResult
    from rlm_core.engine.rows.shown import Typed
    from rlm_core.redaction.clean import CleanText

    Clean = Callable[[str], CleanText]

APPLICATION = 0x524C4D72  # "RLMr", in the header of a file that is ours
_ID_AT, _MAGIC = 68, b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html#the_database_header
_TYPES = {INT: "INTEGER", FLOAT: "REAL", BOOL: "INTEGER"}
_CELLS = """CREATE TABLE cells (
    row INTEGER NOT NULL, field TEXT NOT NULL, value, quote TEXT NOT NULL, citation TEXT NOT NULL, path TEXT NOT NULL,
    line INTEGER NOT NULL, verified INTEGER NOT NULL, reason TEXT NOT NULL, doubts TEXT NOT NULL,
    reported TEXT NOT NULL, PRIMARY KEY (row, field)
) WITHOUT ROWID"""


def is_ours(data: bytes) -> bool:
    """Whether a file that begins so is a database that `write` has made."""
    return data.startswith(_MAGIC) and data[_ID_AT : _ID_AT + 4] == APPLICATION.to_bytes(4, "big")


def write(path: str, result: RowsResult, clean: Clean) -> None:
    """Make the database beside its place, and put it there when it is whole. Raises OSError."""
    folder, name = os.path.split(path)
    made = os.path.join(folder, f"{disk.TMP_PREFIX}{os.getpid()}-{name}")
    disk.remove(made)
    try:
        os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | disk.NOFOLLOW, disk.FILE_MODE))
        try:
            _fill(made, result, clean)
        except sqlite3.OperationalError as e:  # a full disk
            raise OSError(str(e)) from e
        os.replace(made, path)
    except BaseException:
        disk.remove(made)
        disk.remove(f"{made}-journal")
        raise
    disk.sync_dir(folder)


def _fill(path: str, result: RowsResult, clean: Clean) -> None:
    fields = result.fields
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        key, names = _names(fields, clean)
        types = [_TYPES.get(f.kind, "TEXT") for f in fields] + ["TEXT", "INTEGER", "TEXT", "TEXT", "TEXT"]
        columns = ", ".join(f"{_named(n)} {t}" for n, t in zip(names, types, strict=True))
        connection.execute(f"CREATE TABLE rows ({_named(key)} INTEGER PRIMARY KEY, {columns})")
        connection.execute(_CELLS)
        marks = ", ".join("?" * (len(names) + 1))
        connection.executemany(f"INSERT INTO rows VALUES ({marks})", _rows(result, clean))  # noqa: S608 - marks alone
        connection.executemany(f"INSERT INTO cells VALUES ({', '.join('?' * 11)})", _cells(result, clean))  # noqa: S608
        connection.commit()
    finally:
        connection.close()


def _names(fields: tuple[Field, ...], clean: Clean) -> tuple[str, list[CleanText]]:
    """(name of the key, names of the columns)."""
    taken = {same_name(f.name) for f in fields}
    key = "id"
    while same_name(key) in taken:
        key = f"row_{key}"
    return key, [*(clean(f.name) for f in fields), *beside(fields)]


def _named(name: str) -> str:
    """A name as SQL quotes it, whatever word it is."""
    return '"' + name.replace('"', '""') + '"'


def _rows(result: RowsResult, clean: Clean) -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for number, row in enumerate(result.rows, 1):
        refused = "; ".join(f"{c.field}: {c.reason}" for c in row.refused)
        values = (_value(row.get(f.name), clean) for f in result.fields)
        told = (clean(row.quote), clean(refused), clean("; ".join(row.all_doubts)))
        made.append((number, *values, clean(row.place), int(row.verified), *told))
    return made


def _cells(result: RowsResult, clean: Clean) -> list[tuple[object, ...]]:
    return [
        (
            number, clean(c.field), _value(c.value, clean), clean(c.quote if c.verified else ""), clean(c.place),
            clean(c.path), c.line, int(c.verified), clean(c.reason), clean("; ".join(c.doubts)), clean(c.said),
        )
        for number, row in enumerate(result.rows, 1)
        for c in row.cells
    ]  # fmt: skip


def _value(value: Typed | None, clean: Clean) -> object:
    return clean(value) if isinstance(value, str) else value
