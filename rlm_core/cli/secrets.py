"""`rlm secrets` and `rlm redact`: what was left out, and the same for what was archived by older rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import count_of, say, say_json, say_unread, talk, unread_json
from rlm_core.language.quoting import visible
from rlm_core.secrets.census import left_out, told
from rlm_core.secrets.rotating import advice

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.secrets.census import LeftOut

SESSION_CHARS = 8


def secrets(args: Namespace) -> int:
    """Print which secrets were left out of which session, never one of them; exit 1 when there are none."""
    archive = open_archive(args.project)
    rows = [row for row in told(left_out(archive, args.project), args.since[:10]) if _is_wanted(row, args)]
    if args.json:
        found = [{**asdict(row), "rotate": advice(row.kind)} for row in rows]
        say_json({"secrets": found} | unread_json(archive))
        return 0 if rows else 1
    for row in rows:
        _say_row(row)
    if not rows:
        talk("rlm: no secret was left out of what is archived" if _wants_all(args) else "rlm: none such was left out")
    elif any(not row.fingerprint for row in rows):
        talk(
            "rlm: `?` stands where it cannot be told whether two are the same: archived before there were fingerprints"
        )
    say_unread(archive)
    return 0 if rows else 1


def _is_wanted(row: LeftOut, args: Namespace) -> bool:
    return row.session.startswith(args.session) and args.kind in ("", row.kind)


def _wants_all(args: Namespace) -> bool:
    return not (args.session or args.since or args.kind)


def _say_row(row: LeftOut) -> None:
    session = row.session if row.session.startswith("doc-") else row.session[:SESSION_CHARS]
    times = f"seen {count_of(row.times, 'time')}"
    say(
        f"{visible(row.kind):<14} {row.date or '?':<10}  {row.fingerprint or '?':<8}  {visible(session):<8}  "
        f"{visible(row.citation)}  {times}; {advice(row.kind)}"
    )
