"""`rlm status`, `rlm doctor` and `rlm demo`."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from rlm_core.archive.copies.figures import weigh
from rlm_core.archive.copies.place import copies_at, only_copied
from rlm_core.archive.store import chunk_names, open_archive
from rlm_core.archive.tombstones.retained import is_on, noted
from rlm_core.cli.output import BAD, BOLD, GOOD, count_of, say, say_json, say_unread, size, styled, unread_json
from rlm_core.config import as_values, config_paths, redactor
from rlm_core.disk import archive_root, read
from rlm_core.engine.options import SEARCH
from rlm_core.errors import ArchiveError, RlmError
from rlm_core.language.quoting import visible
from rlm_core.ownership import refusal
from rlm_core.version import VERSION

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.asking.counting import TokenCount
    from rlm_core.redaction.clean import CleanText

LAST_QUESTIONS = 5


def status(args: Namespace) -> int:
    """Print what is archived, where, and with which settings."""
    from rlm_core.cli.back.printed import sessions

    not_ours = refusal(archive_root(args.project))
    if not_ours:
        return _say_foreign(args, not_ours)
    archive = open_archive(args.project, must_exist=False)
    rows = sessions(archive)
    tokens = _tokens(archive, sum(r["tokens"] for r in rows))
    values = {
        "version": VERSION,
        "project": args.project,
        "archive": archive.root,
        "exists": archive.exists(),
        "sessions": len(rows),
        "chunks": sum(r["chunks"] for r in rows),
        "tokens": tokens.tokens,
        **tokens.as_json(),
        "bytes": _bytes(archive.root),
        "media": len(archive.media()),
        "copy": _copy(archive),
        "ask": _asked(redactor(archive.config).name(args.project), archive.config.ask),
        "retention": noted(archive.root, archive.config).as_json(),
        **unread_json(archive),
        "config": as_values(archive.config),
        "config_ignored": archive.config.ignored,
        "config_files": [p for p in config_paths(args.project) if os.path.exists(p)],
    }
    if args.json:
        say_json(values)
        return 0
    say_unread(archive)
    say(styled(f"rlm {VERSION}, project {visible(args.project)}", BOLD))
    say(f"archive  {archive.root}" + ("" if archive.exists() else " (none yet)"))
    say(
        f"         {count_of(values['sessions'], 'session')}, {count_of(values['chunks'], 'chunk')}, "
        f"{values['tokens']:,} tokens, {size(values['bytes'])} on disk"
    )
    if tokens.tokens:
        say(f"         tokens {tokens.accuracy}")
    if values["media"]:
        kept = count_of(values["media"], "media file")
        say(f"         {kept} kept as they are: no secret is found in images and PDFs (see `redact.media`)")
    _say_copy(values["copy"])
    _say_asked(values["ask"])
    if is_on(archive.config):
        _say_retention(values["retention"])
    say(f"config   {', '.join(values['config_files']) or 'defaults'}")
    say(
        f"         chunks of {archive.config.target}-{archive.config.limit} tokens, notice at "
        f"{archive.config.threshold:.0%} of the context, redaction {'on' if archive.config.redact_enabled else 'OFF'}"
    )
    if archive.config.ignored:
        names = ", ".join(archive.config.ignored)
        say(f"         ignored, because the project's file would loosen yours: {names}; `rlm trust` accepts them")
    return 0


def _say_foreign(args: Namespace, not_ours: str) -> int:
    """That the archive is not this user's, which is all there is to say of it."""
    root = archive_root(args.project)
    if args.json:
        said = {"version": VERSION, "project": args.project, "archive": root, "exists": True}
        say_json({**said, "foreign": True, "why": not_ours, "sessions": 0, "chunks": 0})
    else:
        say(f"rlm {VERSION}, project {args.project}")
        say(f"archive  {not_ours}")
    return 0


def _tokens(archive: Archive, estimated: int) -> TokenCount:
    """The tokens of all chunks. estimated: as the chunks say it of themselves."""
    from rlm_core.asking.counting import counted

    newest = (
        os.path.join(folder, name) for folder in reversed(list(archive.folders())) for name in chunk_names(folder)
    )
    return counted(map(_text, newest), estimated)


def _text(path: str) -> str:
    """A chunk file's text; "" where it cannot be read, which is told of elsewhere."""
    try:
        return (read(path) or b"").decode("utf-8", "replace")
    except (ArchiveError, OSError):
        return ""


def _copy(archive: Archive) -> dict[str, Any]:
    """Where the second copy is and what it costs; `only_there` counts the sessions that the archive has no more."""
    tops = copies_at(archive.root)
    weight = weigh(tops)
    return {
        "on": archive.config.copies,
        "path": tops[0] if tops else "",
        "files": weight.files,
        "bytes": weight.size,
        "own_bytes": weight.own,
        "only_there": only_copied(archive.root),
    }


def _say_copy(copy: dict[str, Any]) -> None:
    if not copy["path"]:
        say(f"copy     {'none yet' if copy['on'] else 'none: `copies: false`'}")
        return
    off = "" if copy["on"] else ", from before `copies: false`"
    cost = f"{size(copy['own_bytes'])} of its own" if copy["own_bytes"] else "no space of its own: links"
    say(f"copy     {copy['path']}{off}")
    say(f"         {count_of(copy['files'], 'file')}, {size(copy['bytes'])}, {cost}")
    if copy["only_there"]:
        say(f"         {count_of(copy['only_there'], 'session')} only there: `rlm restore` brings back what is missing")


def _say_retention(note: dict[str, Any]) -> None:
    """What goes by itself, and when."""
    kept = [f"{note['days']:,} days"] if note["days"] else []
    kept += [f"{note['megabytes']:,} MB"] if note["megabytes"] else []
    say(f"keeps    {' and '.join(kept)} of sessions; {count_of(note['forgotten'], 'session')} forgotten so far")
    if not note["looked"]:
        say("         what is beyond that is told at a session's start, and goes a day later at the soonest")
    elif note["due"]:
        begins = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["begins"]))
        when = f"not before {begins}" if note["begins"] else "a day after you are told"
        say(f"         {count_of(note['due'], 'session')} beyond that, to be forgotten {when};")
        say("         `rlm forget --retention --dry-run` shows what goes")


def _asked(project: CleanText, settings: dict[str, Any]) -> dict[str, Any]:
    """What questions have cost: today in all projects, and the last of this one; `trouble` with the books of it.

    today_usd: None where they cannot be read.
    """
    from rlm_core.asking.ledger.grants import user_ledger

    ledger, records, today, trouble = user_ledger(), [], None, []
    ledger.books.quiet = True
    try:
        records, today = ledger.records(project), round(ledger.today(), 6)
    except RlmError as e:
        trouble.append(str(e))
    return {
        "paused": ledger.paused(),
        "today_usd": today,
        "daily_usd": settings["daily_usd"],
        "questions": len(records),
        "usd": round(sum(r["usd"] for r in records), 6),
        "last": records[:LAST_QUESTIONS],
        "unreadable_lines": ledger.skipped,
        "trouble": [*ledger.books.told, *trouble],
    }


def _say_asked(asked: dict[str, Any]) -> None:
    cap = f" of ${asked['daily_usd']:.2f}" if asked["daily_usd"] else ""
    paused = ", paused (`rlm ask --resume` ends the pause)" if asked["paused"] else ""
    for trouble in asked["trouble"]:
        say(f"asked    {visible(trouble)}")
    if asked["today_usd"] is None:
        say(f"         what questions have cost cannot be told{paused}")
        return
    if not (asked["questions"] or asked["today_usd"] or paused):
        return
    say(f"asked    ${asked['today_usd']:.2f}{cap} today in all projects{paused}; here in 30 days {_spent(asked)}")
    for r in asked["last"]:
        said = f"{r['at'][:16].replace('T', ' ')}  ${r['usd']:.4f}  {r['calls']:,} calls  {r['verified']} verified"
        partial = "" if r["complete"] else "  searched" if r.get("route") == SEARCH else "  partial"
        say(f"         {said}{partial}  {visible(r['question'][:60])}")


def _spent(asked: dict[str, Any]) -> str:
    return f"{count_of(asked['questions'], 'question')}, ${asked['usd']:.2f}"


def _bytes(root: str) -> int:
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(root) for name in names)


def doctor(args: Namespace) -> int:
    """Run every check, after mending what is safe to mend if asked to; exit 1 when one fails."""
    from rlm_core.doctor.examination import examine

    fixed = _fix(args) if args.fix else []
    checks = examine(args.project)
    ok = all(c.ok for c in checks)
    if args.json:
        say_json({"ok": ok, "checks": [c.as_json() for c in checks], "fixed": fixed})
    for words in fixed if not args.json else ():
        say(f"fixed {words}")
    for c in checks if not args.json else ():
        say(f"{styled('ok  ', GOOD) if c.ok else styled('FAIL', BAD)}  {c.name}: {c.detail}")
    return 0 if ok else 1


def _fix(args: Namespace) -> list[str]:
    """Mend; ask before a setting of Claude Code's own is changed. What was done."""
    from rlm_core.doctor.upkeep import LONG_DAYS, can_keep_longer, keep_longer, mend

    fixed = mend(args.project)
    if not args.json and sys.stdin.isatty() and can_keep_longer(args.project):
        offer = f"Have Claude Code keep its transcripts for {LONG_DAYS} days, in your own settings? [y/N] "
        if input(offer).strip().lower() in ("y", "yes", "o", "oui"):
            fixed.append(keep_longer())
    return fixed


def statusline(args: Namespace) -> int:
    """Print the line; `rlm install --statusline` has Claude Code run it by the launcher."""
    from rlm_core.hooks.statusline import status_line

    if sys.stdin.isatty():
        raise RlmError("Claude Code gives it its state on stdin; `rlm install --statusline` sets it up")
    said = status_line(sys.stdin.buffer.read())
    if args.json:
        say_json({"text": said})
    else:
        say(said)
    return 0


def demo(args: Namespace) -> int:
    """Archive and search an invented session in a temporary project, through the real hooks."""
    from rlm_core.demo import run

    return run(keep=args.keep, as_json=args.json)
