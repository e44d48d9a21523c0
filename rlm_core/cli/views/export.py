"""`rlm export`: a session, what is cited, or an answer as one file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import count_of, remark, say_json, say_unread, size, unread_json
from rlm_core.cli.views.viewing import need_packages
from rlm_core.disk import read, write_atomic
from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive
    from rlm_core.view.exporting import Exported

MOST_ANSWER = 64_000_000  # bytes of what `rlm ask --json` printed


def export(args: Namespace) -> int:
    """Write the file, or print it where none is named."""
    if args.form == "html":
        need_packages("rlm export --html")
    if args.json and not args.output:
        raise UsageError("--json tells of a file: name it with -o FILE")
    _check_output(args.output)
    archive = open_archive(args.project)
    made = _made(archive, args)
    if args.output:
        write_atomic(os.path.abspath(args.output), made.data)
    else:
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
    if args.json:
        path = os.path.abspath(args.output)
        say_json({"path": path, "pages": 1, "bytes": len(made.data), "entries": made.entries} | unread_json(archive))
    elif args.output:
        remark(
            "{path}, {size}, entries: {entries:,}",
            path=visible(args.output),
            size=size(len(made.data)),
            entries=made.entries,
        )
    if made.pictures:
        remark(
            "{pictures} inside, in which no secret can be found: look at them first",
            pictures=count_of(made.pictures, "picture"),
        )
    say_unread(archive)
    return 0


def _check_output(path: str | None) -> None:
    """Raise an error before anything is made when the file cannot be written, or is there."""
    if path == "":
        raise UsageError("-o: the file has no name; leave -o out to print")
    if path and os.path.lexists(path):
        raise RlmError(worded("{path} is there already; name another file, or remove it", path=visible(path)))
    folder = os.path.dirname(path or "")
    if folder and not os.path.isdir(folder):
        raise RlmError(worded("there is no directory {folder}; make it, or name another file", folder=visible(folder)))


def _made(archive: Archive, args: Namespace) -> Exported:
    from rlm_core.view.exporting import export as exported
    from rlm_core.view.exporting import export_answer

    if args.what == "-" or args.what.endswith(".json"):
        if args.prompts:
            raise UsageError("--prompts: an answer has none")
        data = sys.stdin.buffer.read(MOST_ANSWER) if args.what == "-" else read(args.what, MOST_ANSWER, follow=True)
        if data is None:
            raise RlmError(worded("there is no file {what}", what=visible(args.what)))
        return export_answer(archive, data or b"", args.form)
    return exported(archive, args.what, args.form, prompts=args.prompts)
