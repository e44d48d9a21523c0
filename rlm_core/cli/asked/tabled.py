"""The command line's part of `rlm ask --fields`: its options looked at before anything is paid, the table written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rlm_core.asking.tables.rowfile import STDOUT, RowFile
from rlm_core.cli.output import count_of, remark, talk
from rlm_core.engine.rows.fields import fields_of
from rlm_core.engine.rows.rowrun import RowsResult
from rlm_core.errors import UsageError
from rlm_core.language.notices import here
from rlm_core.language.quoting import inert, visible

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.asking.question import Question
    from rlm_core.engine.answer.result import Result


def check_rows(args: Namespace) -> None:
    """Raise RlmError on a table that cannot be made or written, before anything is read."""
    if args.rows is not None and args.fields is None:
        raise UsageError('--rows writes a table; --fields says which columns it has: --fields "vendor, amount: float"')
    if args.fields is None:
        return
    fields_of(args.fields)
    if args.leaf == "native" or args.findings:
        raise UsageError("--fields: a table is not made by native sub-agents; leave out --leaf native and --findings")
    if args.rows == STDOUT and args.json:
        raise UsageError("--json and --rows - both write to stdout: name a file, or leave one of them out")
    if args.rows is not None and args.rows != STDOUT:
        RowFile(args.rows)


def write_rows(question: Question, result: Result, args: Namespace) -> bool:
    """Write the table where `--rows` says; whether that was stdout, so that nothing else may be written there."""
    if not isinstance(result, RowsResult) or not args.rows:
        return False
    if args.rows == STDOUT:
        sys.stdout.flush()
        # With its own ends of lines: Python would write them as the system does.
        sys.stdout.buffer.write(inert(question.rows_as_text(result)).encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        talk(f"rlm: {visible(here(result.told))}")
        return True
    if not (result.rows or result.complete):
        remark("{path} was not written, since no row was read", path=visible(args.rows))
        return False
    question.write_rows(result, RowFile(args.rows))
    remark("{rows} written to {path}", rows=count_of(len(result.rows), "row"), path=visible(args.rows))
    return False
