"""`rlm add`: reference documents."""

from __future__ import annotations

import glob
import os
from collections import Counter
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.archive import copy_now, index_now
from rlm_core.cli.output import count_of, remark, say, say_json, talk
from rlm_core.cli.progressbar import progress
from rlm_core.documents.report import CHANGED, NEW, REMOVED, SKIPPED, UNCHANGED, VANISHED
from rlm_core.documents.sayings import told
from rlm_core.documents.update import add as add_documents
from rlm_core.documents.update import listing, refresh, remove
from rlm_core.errors import Joined, UsageError, phrase, worded
from rlm_core.language.notices import here, notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rlm_core.documents.report import DocumentsReport, Outcome

SHOWN = 40  # files of one kind of outcome that are listed one by one
PLAIN = (NEW, CHANGED, REMOVED)


def add(args: Namespace) -> int:
    """Add the paths named, or bring all documents up to date; exit 1 when a path was refused or there is none."""
    if args.list and (args.paths or args.remove):
        raise UsageError("--list shows all documents; leave the paths and --remove out")
    if args.remove and not args.paths:
        raise UsageError("name what to remove; `rlm add --list` shows the documents")
    if args.whole and (not args.paths or args.remove):
        raise UsageError("--whole takes all of the tables that are added; name them")
    archive = open_archive(args.project, must_exist=False)

    def watch(total: int) -> AbstractContextManager[Callable[[int], None]]:
        return progress(total, notice("reading documents"), quiet=args.json)

    paths = [p for given in args.paths for p in expanded(given)]
    if args.list:
        report = listing(archive)
    elif args.remove:
        report = remove(archive, paths)
    else:
        report = (
            add_documents(archive, paths, watch=watch, whole=args.whole) if paths else refresh(archive, watch=watch)
        )
    if report.changed:
        copy_now(archive)
        index_now(archive, quiet=args.json)
    if args.json:
        say_json({"documents": [o.as_json() for o in report.outcomes], "notes": report.notes})
    else:
        if paths and not args.remove:
            _say_skipped(report.of(SKIPPED))
        _say_report(report, archive.path("documents"), everything=args.list)
    refused = [o for o in report.outcomes if o.named and o.status in (SKIPPED, VANISHED)]
    return 1 if refused or not report.outcomes else 0


def expanded(path: str) -> list[str]:
    """The paths that the user meant: a `~` and a pattern that no shell has expanded are expanded here.

    A pattern that nothing matches is returned as it is. Raises UsageError for the address of a page.
    """
    if "://" in path and not os.path.lexists(path):
        raise UsageError(worded("{path} is an address; rlm fetches nothing: save it as a file and add that", path=path))
    if os.path.lexists(path):
        return [path]
    path = os.path.expanduser(path)
    found = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    return found or [path]


def _say_report(report: DocumentsReport, folder: str, *, everything: bool) -> None:
    """Each file whose state changed or that was asked for; the others as numbers."""
    counts = Counter(o.status for o in report.outcomes)
    for status in (NEW, CHANGED, REMOVED, UNCHANGED, VANISHED, SKIPPED):
        outcomes = report.of(status)
        wanted = [o for o in outcomes if everything or o.named or status in (*PLAIN, VANISHED) or _noted(o)]
        for o in wanted if everything else wanted[:SHOWN]:
            say(_line(o))
        if len(wanted) > SHOWN and not everything:
            say(notice("{status:10}and {n:,} more", status=notice(status), n=len(wanted) - SHOWN))
    for note in report.notes:
        talk(f"rlm: {here(note)}")
    if not report.outcomes:
        remark("no documents; `rlm add FILE|DIR...` adds some")
        return
    held = [o for o in report.outcomes if o.archive_dir and o.status != REMOVED]
    chunks, tokens = sum(o.chunks for o in held), sum(o.tokens for o in held)
    numbers = Joined(", ", [worded(f"{{n:,}} {status}", n=n) for status, n in counts.items()])
    if not held:
        say(here(numbers))
        return
    say(
        notice(
            "{numbers}; {chunks}, {tokens:,} {tokens:|token|tokens} in {folder}",
            numbers=numbers,
            chunks=count_of(chunks, "chunk"),
            tokens=tokens,
            folder=folder,
        )
    )


def _noted(o: Outcome) -> bool:
    """Something of the file was lost, or it is lost itself, and it is not one of many that are no documents."""
    return bool(o.reason and o.archive_dir)


def _line(o: Outcome) -> str:
    words = [f"{notice(o.status):10}{o.path}"]
    if o.archive_dir:
        how = [worded("{kind} by {reader}" if o.reader else "{kind}", kind=phrase(o.kind), reader=told(o.reader))]
        how += [count_of(o.chunks, "chunk"), worded("{tokens:,} {tokens:|token|tokens}", tokens=o.tokens)]
        how += [worded("{secrets} left out", secrets=count_of(o.redactions, "secret"))] if o.redactions else []
        words.append(here(Joined(", ", how)))
    return "  ".join([*words, *([_why(o.reason)] if o.reason else [])])


def _why(reason: str) -> str:
    """A reason in the user's language; of one word, too."""
    return here(phrase(reason) if reason.isalpha() else told(reason))


def _say_skipped(skipped: list[Outcome]) -> None:
    """Why files of a directory were passed over; of what may hold secrets, which."""
    others = [o for o in skipped if not o.named and not _noted(o)]
    for reason, number in Counter(o.reason for o in others).most_common():
        names = [o.path for o in others if o.reason == reason]
        shown = ", ".join(names[:4]) + (f", +{number - 4:,}" if number > 4 else "")
        remark("skipped {files} ({why}): {shown}", files=count_of(number, "file"), why=_why(reason), shown=shown)
