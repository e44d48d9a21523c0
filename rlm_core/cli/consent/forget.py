"""`rlm forget`: shows what goes and from where, asks, forgets it, and proves that nothing of it is left."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import BAD, count_of, remark, say, say_json, size, styled, talk
from rlm_core.cli.progressbar import walked
from rlm_core.errors import RlmError, phrase, worded
from rlm_core.forget.naming import Named
from rlm_core.forget.plan import has_begun
from rlm_core.forget.retention import due
from rlm_core.forget.run import Forgetting, complete, dry_run
from rlm_core.forget.run import forget as forget_all
from rlm_core.language.notices import here, notice
from rlm_core.language.quoting import escaped, visible

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.store import Archive

SHOWN = 12
STUCK = worded("NOT ALL OF IT IS GONE: see to the files above, then `rlm forget` by itself looks once more")
PATTERN_KEPT = worded(
    "--never-again cannot go with --regex: the pattern would have to be kept, in clear. "
    "Put it into `redact.extra` of your rlm.yaml: what it matches is left out of all that is archived"
)


def forget(args: Namespace) -> int:
    """Forget what is named; exit 1 when something of ours still tells of it, when nothing is named so, or on a no.

    Without a name it completes a run that has not come to its end, if there is one.
    """
    archive = open_archive(args.project) if _names_nothing(args) else None
    if archive is not None and has_begun(archive):
        return _only_completed(archive, args)
    named = _named(args)
    archive = open_archive(args.project)
    if args.retention:
        named.sessions = due(archive, archive.config, time.time())
        if not named.sessions:
            return _nothing_due(args)
    if args.dry_run:
        with walked(archive, notice("looking for it"), quiet=args.json) as seen:
            would = dry_run(seen, named)
        _say(args, would)
        return 0
    rest = _completed(archive, args)
    try:
        if not args.yes and not _agreed(args, archive, named):
            return 1
        with walked(archive, notice("forgetting, and looking whether anything is left"), quiet=args.json) as seen:
            done = forget_all(seen, named, transcripts=args.transcript)
    except RlmError as e:
        if rest is None or not rest.left:
            raise
        talk(f"rlm: {visible(here(e))}")  # as when the command that is stuck is given once more
        done = Forgetting(carried_out=True)
    done.left = list(dict.fromkeys([*(rest.left if rest else ()), *done.left]))
    done.unread = [*(rest.unread if rest else ()), *done.unread]
    _say(args, done)
    return 1 if done.left else 0


def _names_nothing(args: Namespace) -> bool:
    naming = ("session", "chunk", "since", "until", "match", "regex", "document", "retention")
    return not any(getattr(args, name) for name in naming)


def _only_completed(archive: Archive, args: Namespace) -> int:
    """Do the rest of a run that was killed or is stuck; exit 1 when something still tells of what it forgot."""
    if args.dry_run:
        raise RlmError("a run has not come to its end; `rlm forget` by itself completes it, and --dry-run cannot")
    with walked(archive, notice("forgetting, and looking whether anything is left"), quiet=args.json) as seen:
        done = complete(seen) or Forgetting(carried_out=True)
    _say(args, done)
    return 1 if done.left else 0


def _named(args: Namespace) -> Named:
    """What the options name. Exits with 2 for options that do not go together, or name nothing that can be."""
    period = bool(args.since or args.until)
    given = [args.session, args.chunk, args.match, args.regex, args.document, args.retention, period]
    if sum(map(bool, given)) != 1:
        _wrong(worded("name one of --session, --chunk, --since and --until, --match, --regex, --document, --retention"))
    if args.regex and args.never_again:
        _wrong(PATTERN_KEPT)
    if args.never_again and (args.chunk or period or args.retention):
        _wrong(worded("--never-again goes with --session, --match and --document: only these can be said again"))
    if period and args.since and args.until and args.since > args.until and not args.since.startswith(args.until):
        _wrong(worded("--since {since} is after --until {until}", since=args.since, until=args.until))
    try:
        re.compile(args.regex)
    except re.error as e:
        _wrong(worded("--regex {regex}: {why}", regex=args.regex, why=str(e)))
    if args.regex and re.search(args.regex, ""):
        _wrong(worded("--regex {regex} matches the empty text, and so every entry", regex=args.regex))
    return Named(
        args.session,
        args.chunk,
        args.since,
        args.until,
        args.match,
        args.regex,
        args.document,
        args.never_again,
    )


def _nothing_due(args: Namespace) -> int:
    if args.json:
        say_json(as_json(Forgetting(), dry=args.dry_run))
    else:
        say(notice("no session is older than your settings keep (`retention`, off by default)"))
    return 0


def _wrong(why: str) -> None:
    """A command line that cannot be meant."""
    talk(f"rlm forget: {visible(here(why))}")
    raise SystemExit(2)


def _completed(archive: Archive, args: Namespace) -> Forgetting | None:
    """What a run that was killed had still to do is done first."""
    rest = complete(archive)
    if rest is not None:
        remark("a run that had not come to its end was completed first; left: {n:,}", n=len(rest.left))
    return rest


def _agreed(args: Namespace, archive: Archive, named: Named) -> bool:
    """Whether the user says yes to what would go. Raises RlmError when nothing is named so, or he cannot be asked."""
    with walked(archive, notice("looking for it"), quiet=args.json) as seen:
        would = dry_run(seen, named)
    if args.json or not sys.stdin.isatty():
        raise RlmError("say --yes to forget it, or --dry-run to see what goes; nothing was changed")
    _say(args, would)
    answer = input(notice("Forget it? It cannot be brought back. [y/N] "))
    return answer.strip().lower() in ("y", "yes", "o", "oui")


def _say(args: Namespace, done: Forgetting) -> None:
    if args.json:
        say_json(as_json(done, dry=args.dry_run))
        return
    would = args.dry_run or not done.carried_out
    say(
        notice(
            "would forget  {entries} in {chunks}" if would else "forgot  {entries} in {chunks}",
            entries=count_of(done.entries, "entry"),
            chunks=count_of(done.chunks, "chunk"),
        )
    )
    if done.waiting:
        say(notice("kept out  {waiting:,} more that Claude Code has and the archive has not", waiting=done.waiting))
    for place, count in done.places:
        say(notice("  {place}: {n:,}", place=phrase(place), n=count))
    if done.unread:
        _say_unread(done.unread, would=would)
    for path, count in done.left[:SHOWN]:
        say(
            notice(
                "{left}      {path}: {places}" if count else "{left}      {path}: unreadable",
                left=styled(notice("LEFT"), BAD),
                path=escaped(path),
                places=count_of(count, "place"),
            )
        )
    for path, count in done.blanked:
        say(notice("blanked   {records} of {path}", records=count_of(count, "record"), path=escaped(path)))
    if done.not_ours:
        say(notice("not ours to change, and it tells of it too:"))
    for path, command in done.not_ours:
        say(f"  {escaped(here(path))}\n    {visible(here(command))}")
    if not would:
        say(notice("nothing of it is left in what is ours") if not done.left else here(STUCK))


def _say_unread(books: list[tuple[str, int]], *, would: bool) -> None:
    """Of books that nobody has looked through the user is told, in one line, before they go or when they have gone."""
    form = "removed unread: {paths} ({size}), damaged books of `rlm ask` too large to be searched for it"
    if would:
        form = (
            "would be removed unread: {paths} ({size}), damaged books of `rlm ask` too large to be searched for it; "
            "move them away first if you want them"
        )
    paths = ", ".join(escaped(path) for path, _ in books)
    say(notice(form, paths=paths, size=size(sum(count for _, count in books))))


def as_json(done: Forgetting, *, dry: bool) -> dict[str, object]:
    """What a run did, as plain values."""
    return {
        "places": [{"place": place, "count": count} for place, count in done.places],
        "entries": done.entries,
        "chunks": done.chunks,
        "sessions": done.sessions,
        "kept_out": done.waiting,
        "left": [{"path": path, "count": count} for path, count in done.left],
        "unread": [{"path": path, "bytes": count} for path, count in done.unread],
        "transcripts": [{"path": path, "records": count} for path, count in done.blanked],
        "not_ours": [{"path": path, "command": command} for path, command in done.not_ours],
        "dry_run": dry,
    }
