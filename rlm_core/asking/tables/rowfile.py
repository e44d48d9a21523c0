"""The file that a table is written to: its form by its name, and whether it may be written at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from rlm_core import disk
from rlm_core.asking.tables import delimited, sqlitefile
from rlm_core.errors import FileRefusedError, RlmError, UsageError, of_system, worded

if TYPE_CHECKING:
    from rlm_core.engine.rows.rowrun import RowsResult
    from rlm_core.redaction.clean import CleanText

CSV, JSONL, SQLITE = "csv", "jsonl", "sqlite"
_FORMS = {".csv": CSV, ".jsonl": JSONL, ".ndjson": JSONL, ".sqlite": SQLITE, ".sqlite3": SQLITE, ".db": SQLITE}
STDOUT = "-"
HEAD_BYTES = 64 * 1024  # of a file that is looked at to tell who made it


class RowFile:
    """A file for rows. form: csv, jsonl or sqlite."""

    def __init__(self, path: str) -> None:
        """Raises RlmError on a name of no known form, and when something else stands there: before anything is paid."""
        self.path = os.path.abspath(os.path.expanduser(path))
        self.form = _FORMS.get(os.path.splitext(path)[1].lower(), "")
        if not self.form:
            raise UsageError(
                worded(
                    "--rows {path}: the name ends in .csv, .jsonl or .sqlite, which tells the form; - is stdout",
                    path=path,
                )
            )
        self._check()

    def _check(self) -> None:
        folder = os.path.dirname(self.path)
        if not os.path.isdir(folder):
            raise RlmError(
                worded("--rows {path}: there is no directory {folder}; make it first", path=self.path, folder=folder)
            )
        if not os.access(folder, os.W_OK):
            raise RlmError(
                worded(
                    "--rows {path}: {folder} cannot be written; see to its permissions", path=self.path, folder=folder
                )
            )
        try:
            os.close(disk.open_file(self.path))
        except FileNotFoundError:
            return
        data = disk.head_of(self.path, HEAD_BYTES)
        if data and not self._is_ours(data):
            raise FileRefusedError(
                worded(
                    "--rows {path}: a file stands there that is no table of `rlm ask`, and stays: name another",
                    path=self.path,
                )
            )
        if self.form == SQLITE and any(os.path.lexists(self.path + end) for end in ("-wal", "-journal")):
            raise FileRefusedError(
                worded("--rows {path}: some program has it open; close it first, or name another", path=self.path)
            )

    def _is_ours(self, data: bytes) -> bool:
        if self.form == SQLITE:
            return sqlitefile.is_ours(data)
        line = data.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
        return delimited.is_our_header(line) if self.form == CSV else delimited.is_our_line(line)

    def write(self, result: RowsResult, clean: Callable[[str], CleanText]) -> None:
        """Write the table, whole or not at all. clean: leaves secrets out. Raises RlmError when the disk fails."""
        self._check()  # it may be some time since it was looked at
        self._drop_left_over()
        try:
            if self.form == SQLITE:
                sqlitefile.write(self.path, result, clean)
            else:
                text = as_text(self.form, result, clean)
                disk.write_atomic(self.path, text.encode("utf-8", "replace"))
        except OSError as e:
            raise RlmError(
                worded(
                    "--rows {path}: it could not be written: {why}; what was read is remembered, so that the same "
                    "command makes it for nothing",
                    path=self.path,
                    why=of_system(e),
                )
            ) from e

    def _drop_left_over(self) -> None:
        """Remove what processes that were killed had begun to write in this file's place."""
        if os.name == "nt":  # where asking for a process may end it
            return
        folder, name = os.path.split(self.path)
        for found in disk.names(folder):
            pid, _, of = found.removeprefix(disk.TMP_PREFIX).partition("-")
            if found.startswith(disk.TMP_PREFIX) and pid.isdecimal() and of in (name, f"{name}-journal"):
                try:
                    os.kill(int(pid), 0)
                except (ProcessLookupError, OverflowError):
                    disk.remove(os.path.join(folder, found))
                except PermissionError:  # it lives
                    continue


def as_text(form: str, result: RowsResult, clean: Callable[[str], CleanText]) -> CleanText:
    """The table as text of a form: csv or jsonl."""
    return (delimited.csv if form == CSV else delimited.jsonl)(result, clean)
