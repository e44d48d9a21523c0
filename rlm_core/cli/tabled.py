"""The command line's part of `rlm ask --fields`: its options looked at before anything is paid, the table shown."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

from rlm_core.asking.tables.delimited import row_texts
from rlm_core.asking.tables.rowfile import STDOUT, RowFile
from rlm_core.cli.output import count_of, say, talk
from rlm_core.engine.rows.fields import fields_of
from rlm_core.engine.rows.rowrun import RowsResult
from rlm_core.errors import RlmError
from rlm_core.language.quoting import inert, tame, visible

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from rlm_core.asking.question import Question
    from rlm_core.cli.output import Highlighter
    from rlm_core.engine.answer.result import Result
    from rlm_core.engine.findings import Finding
    from rlm_core.engine.rows.row import Row

SHOWN_ROWS, SHOWN_REFUSED = 20, 3
MAX_WIDTH = 40  # characters of a column
REFUSED, DOUBTFUL = "!", " ?"  # in the place of a cell that was left empty, behind one to look at again


def check_rows(args: Namespace) -> None:
    """Raise RlmError on a table that cannot be made or written, before anything is read."""
    if args.rows and not args.fields:
        raise RlmError(
            '--rows writes a table: say with --fields which columns it has: --fields "vendor, amount: float"'
        )
    if not args.fields:
        return
    fields_of(args.fields)
    if args.leaf == "native" or args.findings:
        raise RlmError("--fields: a table is not made by native sub-agents; leave out --leaf native and --findings")
    if args.rows == STDOUT and args.json:
        raise RlmError("--json and --rows - both write to stdout: name a file, or leave one of them out")
    if args.rows and args.rows != STDOUT:
        RowFile(args.rows)


def write_rows(question: Question, result: Result, args: Namespace) -> bool:
    """Write the table where `--rows` says; whether that was stdout, so that nothing else may be written there."""
    if not isinstance(result, RowsResult) or not args.rows:
        return False
    if args.rows == STDOUT:
        # With its own ends of lines: Python would write them as the system does.
        sys.stdout.flush()
        sys.stdout.buffer.write(inert(question.rows_as_text(result)).encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        talk(f"rlm: {visible(result.answer)}")
        return True
    if not (result.rows or result.complete):
        talk(f"rlm: {visible(args.rows)} was not written, since no row was read")
        return False
    question.write_rows(result, RowFile(args.rows))
    talk(f"rlm: {count_of(len(result.rows), 'row')} written to {visible(args.rows)}")
    return False


def show_rows(result: Result, shown: Highlighter, cited: list[Finding]) -> list[Finding]:
    """Print the first rows of a table, with their places. The findings that are left to show: of a table none."""
    if not isinstance(result, RowsResult):
        return cited
    if result.rows:
        say()
        names = [*(f.name for f in result.fields), "citation"]
        for line in _aligned([names, *(_cells(row, result) for row in result.rows[:SHOWN_ROWS])]):
            say(shown.text(line))
    if len(result.rows) > SHOWN_ROWS:
        say(f"… and {count_of(len(result.rows) - SHOWN_ROWS, 'more row')}; --rows writes all, --json shows all")
    for line in _reasons(result):
        say(shown.text(line))
    return []


def _cells(row: Row, result: RowsResult) -> list[str]:
    texts = row_texts(row, result.fields)
    for n, field in enumerate(result.fields):
        cell = row.cell(field.name)
        if cell and cell.value is None:
            texts[n] = REFUSED
        elif cell and cell.doubts:
            texts[n] = f"{texts[n][: MAX_WIDTH - len(DOUBTFUL) - 1]}{DOUBTFUL}"
    return [*texts, row.place]


def _reasons(result: RowsResult) -> list[str]:
    """Why cells were left empty, and rows left out; the first of each."""
    empty = [(row, c) for row in result.rows for c in row.refused]
    lines = [
        f"{REFUSED} {row.place}: {c.field}: {tame(c.reason)}" + (f'; reported: "{tame(c.said)[:80]}"' if c.said else "")
        for row, c in empty[:SHOWN_REFUSED]
    ]
    kept = set(map(id, result.rows))
    out = [f for f in result.findings if id(f) not in kept and f.doubts]
    lines += [f"{REFUSED} left out: {tame(f.claim)[:100]}: {tame(f.doubts[0])}" for f in out[:SHOWN_REFUSED]]
    return ["", *lines] if lines else []


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts as lines with columns; the last column is never cut, since it is what a row is cited by."""
    short = [[*(_short(tame(text)) for text in row[:-1]), row[-1]] for row in table]
    widths = [max(map(_width, column)) for column in zip(*short, strict=True)]
    return [
        "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in short
    ]


def _short(text: str) -> str:
    return text if len(text) <= MAX_WIDTH else text[: MAX_WIDTH - 1] + "…"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: two for a wide character, none for one that combines."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )
