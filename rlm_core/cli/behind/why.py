"""`rlm why FILE[:LINE]`: the session, the decision and the words behind a line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.manners.ages import when
from rlm_core.cli.output import count_of, for_people, marked_if, remark, say, say_json, say_unread, unread_json
from rlm_core.disk import read
from rlm_core.errors import RlmError, worded
from rlm_core.language.quoting import tame, visible
from rlm_core.ownership import brought
from rlm_core.timeline.origins import origins

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.timeline.origins import Origin

MOST_BYTES = 16 * 1024 * 1024


def why(args: Namespace) -> int:
    """Print the edits behind a file or a line of it, newest first; exit 1 when nothing is told."""
    archive = open_archive(args.project)
    path, line = _place(args.file)
    lines = _lines(path)
    if line > len(lines):
        raise RlmError(
            worded("{path} has {lines}, and no line {line}", path=path, lines=count_of(len(lines), "line"), line=line)
        )
    wanted = [line] if line else range(1, len(lines) + 1)
    found = origins(archive, path, os.path.realpath(args.project), lines, wanted)
    foreign = brought(archive.root)
    rows = [_row(o, came=os.path.basename(o.edit.folder) in foreign) for o in found]
    if args.json:
        say_json({"file": path, "line": line or None, "edits": rows} | unread_json(archive))
    else:
        for r in rows:
            _say(r)
    say_unread(archive)
    if not rows:
        remark(
            "not told: no archived edit is certain to have brought this line"
            if line
            else "not told: no archived edit is certain to have brought a line of it"
        )
    return 0 if rows else 1


def _place(named: str) -> tuple[str, int]:
    """(the file's path, the line or 0). A file whose name ends like that is a file."""
    path, _, number = named.rpartition(":")
    if path and number.isdecimal() and len(number) < 9 and not os.path.exists(named):
        if int(number) < 1:
            raise RlmError(worded("{named}: lines are counted from 1", named=named))
        return os.path.realpath(path), int(number)
    return os.path.realpath(named), 0


def _lines(path: str) -> list[str]:
    try:
        data = read(path, MOST_BYTES)
    except OSError as e:
        raise RlmError(worded("{path} cannot be read: {why}", path=path, strerror=e)) from e
    if data is None:
        raise RlmError(worded("there is no file {path}", path=path))
    return data.decode("utf-8", "replace").split("\n")


def _row(origin: Origin, *, came: bool) -> dict[str, Any]:
    edit = origin.edit
    row: dict[str, Any] = {"citation": edit.citation, "session": edit.session, "date": edit.time, "quote": origin.quote}
    row |= {"decision": origin.decision, "lines": _spans(origin.lines)}
    return {**row, **({"moved_from": edit.path} if origin.moved else {}), **marked_if(came)}


def _spans(numbers: list[int]) -> list[list[int]]:
    """Runs of lines as [first, last].

    >>> _spans([3, 4, 5, 9])
    [[3, 5], [9, 9]]
    """
    spans: list[list[int]] = []
    for n in numbers:
        if spans and spans[-1][1] == n - 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return spans


def _say(row: dict[str, Any]) -> None:
    lines = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in row["lines"])
    say(
        for_people(
            "{time}  {citation}  session {session}  line {lines}",
            time=when(row["date"]),
            citation=row["citation"],
            session=row["session"][:8],
            lines=lines,
        )
    )
    if "moved_from" in row:
        say(for_people("    came from {moved_from}", moved_from=visible(row["moved_from"])))
    if row["quote"]:
        say(for_people('    asked    "{quote}"', quote=tame(row["quote"])))
    if row["decision"]:
        say(for_people('    decided  "{decision}"', decision=tame(row["decision"])))
