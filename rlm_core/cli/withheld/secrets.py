"""`rlm secrets` and `rlm redact`: what was left out, and the same for what was archived by older rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.archive import copy_now, index_now
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import count_of, remark, say, say_json, say_unread, unread_json
from rlm_core.cli.progressbar import walked
from rlm_core.language.notices import here, notice, numbered
from rlm_core.language.quoting import visible
from rlm_core.secrets.census import left_out, told
from rlm_core.secrets.redoing import redact_again
from rlm_core.secrets.rotating import advice

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.secrets.census import LeftOut
    from rlm_core.secrets.redoing import Redone

SESSION_CHARS = 8
SHOWN = 5


def secrets(args: Namespace) -> int:
    """Print which secrets were left out of which session, never one of them; exit 1 when there are none."""
    archive = open_archive(args.project)
    with walked(archive, notice("looking for what was left out"), quiet=args.json) as seen:
        rows = [row for row in told(left_out(seen, args.project), args.since[:10]) if _is_wanted(row, args)]
    if args.json:
        found = [{**asdict(row), "rotate": advice(row.kind)} for row in rows]
        say_json({"secrets": found} | unread_json(archive))
        return 0 if rows else 1
    for row in rows:
        _say_row(row)
    if not rows and not tell_unknown(archive, args):
        remark("no secret was left out of what is archived" if _wants_all(args) else "none such was left out")
    if any(not row.fingerprint for row in rows):
        remark("`?` stands where it cannot be told whether two are the same: archived before there were fingerprints")
    say_unread(archive)
    return 0 if rows else 1


def _is_wanted(row: LeftOut, args: Namespace) -> bool:
    return row.session.startswith(args.session) and args.kind in ("", row.kind)


def _wants_all(args: Namespace) -> bool:
    return not (args.session or args.since or args.kind)


def _say_row(row: LeftOut) -> None:
    session = row.session if row.session.startswith("doc-") else row.session[:SESSION_CHARS]
    times = notice("seen {times}", times=count_of(row.times, "time"))
    say(
        f"{visible(row.kind):<14} {row.date or '?':<10}  {row.fingerprint or '?':<8}  {visible(session):<8}  "
        f"{visible(row.citation)}  {times}; {here(advice(row.kind))}"
    )


def redact(args: Namespace) -> int:
    """Take out of the archive what today's rules know for a secret, and prove it; exit 1 when anything is left."""
    archive = open_archive(args.project)

    def index(rebuild: bool) -> None:
        index_now(archive, quiet=args.json, rebuild=rebuild)

    with walked(archive, notice("applying today's rules"), quiet=args.json) as seen:
        done = redact_again(seen, dry=args.dry_run, index=index)
    if not args.dry_run:
        copy_now(archive)
    if args.json:
        left = [{"path": path, "why": why} for path, why in done.left]
        counts = {"chunks": done.chunks, "redactions": sum(done.redactions.values()), "redacted": done.redactions}
        say_json({**counts, "files": done.files, "left": left, "dry_run": args.dry_run} | unread_json(archive))
        return 1 if done.left else 0
    _say_redone(done, dry=args.dry_run)
    say_unread(archive)
    return 1 if done.left else 0


def _say_redone(done: Redone, *, dry: bool) -> None:
    total = sum(done.redactions.values())
    kinds = ", ".join(f"{visible(kind)} {numbered(n)}" for kind, n in sorted(done.redactions.items()))
    if total:
        say(
            notice(
                "{secrets} would be taken out of {chunks}: {kinds}"
                if dry
                else "{secrets} taken out of {chunks}: {kinds}",
                secrets=count_of(total, "secret"),
                chunks=count_of(done.chunks, "chunk"),
                kinds=kinds,
            )
        )
    else:
        say(notice("no chunk holds a secret that today's rules know"))
    if done.files:
        say(
            notice(
                "and out of {files}: {names}",
                files=count_of(len(done.files), "other file"),
                names=", ".join(map(visible, done.files[:SHOWN])),
            )
        )
    for path, why in done.left:
        say(notice("LEFT {path}: {why}", path=visible(path), why=here(why)))
    if total and not dry:
        remark("Claude Code's own transcripts still hold them; `rlm secrets` tells what to rotate")
