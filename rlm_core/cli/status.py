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
from rlm_core.cli.manners.ages import when
from rlm_core.cli.output import BAD, BOLD, GOOD, say, say_json, say_unread, size, styled, unread_json
from rlm_core.config import as_values, config_paths, redactor
from rlm_core.disk import archive_root, read
from rlm_core.engine.options import SEARCH
from rlm_core.errors import ArchiveError, RlmError
from rlm_core.language.notices import here, in_french, notice, numbered, several
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
SAMPLE = ", on a sample of "


def status(args: Namespace) -> int:
    """Print what is archived, where, and with which settings."""
    from rlm_core.cli.back.printed import sessions

    not_ours = refusal(archive_root(args.project))
    if not_ours:
        return _say_foreign(args, not_ours)
    archive = open_archive(args.project, must_exist=False)
    rows = sessions(archive)
    tokens = _tokens(archive, sum(r["tokens"] for r in rows))
    values = _values(args.project, archive, rows, tokens)
    if args.json:
        say_json(values)
    else:
        _say_status(archive, values, tokens)
    return 0


def _values(project: str, archive: Archive, rows: list[dict[str, Any]], tokens: TokenCount) -> dict[str, Any]:
    """The fields of `rlm status --json`. rows: a row a session."""
    return {
        "version": VERSION,
        "project": project,
        "archive": archive.root,
        "exists": archive.exists(),
        "sessions": len(rows),
        "chunks": sum(r["chunks"] for r in rows),
        "tokens": tokens.tokens,
        **tokens.as_json(),
        "bytes": _bytes(archive.root),
        "media": len(archive.media()),
        "copy": _copy(archive),
        "ask": _asked(redactor(archive.config).name(project), archive.config.ask),
        "retention": noted(archive.root, archive.config).as_json(),
        **unread_json(archive),
        "config": as_values(archive.config),
        "config_ignored": archive.config.ignored,
        "config_files": [p for p in config_paths(project) if os.path.exists(p)],
    }


def _say_status(archive: Archive, values: dict[str, Any], tokens: TokenCount) -> None:
    say_unread(archive)
    project = visible(values["project"])
    say(styled(notice("rlm {version}, project {project}", version=VERSION, project=project), BOLD))
    _line("archive", archive.root + ("" if archive.exists() else f" ({notice('none yet')})"))
    sums = {"sessions": several(values["sessions"], "session"), "chunks": several(values["chunks"], "chunk")}
    rest = {"tokens": values["tokens"], "size": size(values["bytes"])}
    _line("", notice("{sessions}, {chunks}, {tokens:,} {tokens:|token|tokens}, {size} on disk", **sums, **rest))
    if tokens.tokens:
        _line("", notice("tokens {accuracy}", accuracy=_accuracy(tokens)))
    if values["media"]:
        form = "{files} kept as they are: no secret is found in images and PDFs (see `redact.media`)"
        _line("", notice(form, files=several(values["media"], "media file")))
    _say_copy(values["copy"])
    _say_asked(values["ask"])
    if is_on(archive.config):
        _say_retention(values["retention"])
    _say_config(archive, values["config_files"])


def _accuracy(tokens: TokenCount) -> str:
    base, _, share = tokens.accuracy.partition(SAMPLE)
    return notice(base) + (notice(SAMPLE) + share if share else "")


def _line(label: str, text: str) -> None:
    """A line of the result. label: English, a notice; "" below another line."""
    say(f"{notice(label):8} {text}" if label else f"         {text}")


def _say_config(archive: Archive, files: list[str]) -> None:
    config = archive.config
    _line("config", ", ".join(files) or notice("defaults"))
    form = "chunks of {target}-{limit} tokens, notice at {threshold} of the context, redaction {on}"
    said = {"target": config.target, "limit": config.limit, "threshold": f"{config.threshold:.0%}"}
    _line("", notice(form, **said, on=notice("on" if config.redact_enabled else "OFF")))
    if config.ignored:
        form = "ignored, because the project's file would loosen yours: {names}; `rlm trust` accepts them"
        _line("", notice(form, names=", ".join(config.ignored)))


def _say_foreign(args: Namespace, not_ours: str) -> int:
    """That the archive is not this user's, which is all there is to say of it."""
    root = archive_root(args.project)
    if args.json:
        said = {"version": VERSION, "project": args.project, "archive": root, "exists": True}
        say_json({**said, "foreign": True, "why": not_ours, "sessions": 0, "chunks": 0})
    else:
        say(notice("rlm {version}, project {project}", version=VERSION, project=visible(args.project)))
        _line("archive", here(not_ours))
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
        _line("copy", notice("none yet" if copy["on"] else "none: `copies: false`"))
        return
    _line("copy", copy["path"] + ("" if copy["on"] else notice(", from before `copies: false`")))
    own = size(copy["own_bytes"]) if copy["own_bytes"] else ""
    cost = notice("{size} of its own", size=own) if own else notice("no space of its own: links")
    _line("", f"{several(copy['files'], 'file')}, {size(copy['bytes'])}, {cost}")
    if copy["only_there"]:
        form = "{sessions} only there: `rlm restore` brings back what is missing"
        _line("", notice(form, sessions=several(copy["only_there"], "session")))


def _say_retention(note: dict[str, Any]) -> None:
    """What goes by itself, and when."""
    kept = [notice("{n} {n:|day|days}", n=note["days"])] if note["days"] else []
    kept += [notice("{n} MB", n=numbered(note["megabytes"]))] if note["megabytes"] else []
    said = {"kept": notice(" and ").join(kept), "sessions": several(note["forgotten"], "session")}
    _line("keeps", notice("{kept} of sessions; {sessions} forgotten so far", **said))
    if not note["looked"]:
        _line("", notice("what is beyond that is told at a session's start, and goes a day later at the soonest"))
    elif note["due"]:
        begins = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["begins"]))
        when = notice("not before {time}", time=begins) if note["begins"] else notice("a day after you are told")
        due = several(note["due"], "session")
        _line("", notice("{sessions} beyond that, to be forgotten {when};", sessions=due, when=when))
        _line("", notice("`rlm forget --retention --dry-run` shows what goes"))


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
    paused = notice(", paused (`rlm ask --resume` ends the pause)") if asked["paused"] else ""
    for trouble in asked["trouble"]:
        _line("asked", visible(here(trouble)))
    if asked["today_usd"] is None:
        _line("", notice("what questions have cost cannot be told{paused}", paused=paused))
        return
    if not (asked["questions"] or asked["today_usd"] or asked["paused"]):
        return
    cap = f"{asked['daily_usd']:.2f}"
    today = f"${asked['today_usd']:.2f}" + (notice(" of ${cap}", cap=cap) if asked["daily_usd"] else "")
    spent = f"{several(asked['questions'], 'question')}, ${asked['usd']:.2f}"
    form = "{today} today in all projects{paused}; here in 30 days {spent}"
    _line("asked", notice(form, today=today, paused=paused, spent=spent))
    for r in asked["last"]:
        form = "{time}  ${usd}  {calls:,} {calls:|call|calls}  {verified} verified"
        said = {"time": when(r["at"]), "usd": f"{r['usd']:.4f}", "calls": r["calls"]}
        part = "searched" if r.get("route") == SEARCH else "partial"
        told = [notice(form, **said, verified=r["verified"]), "" if r["complete"] else notice(part)]
        _line("", "  ".join([*filter(None, told), visible(r["question"][:60])]))


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
        say(notice("fixed {what}", what=here(words)))
    good, bad = "ok", notice("FAIL")
    for c in checks if not args.json else ():
        how = styled(f"{good:{len(bad)}}", GOOD) if c.ok else styled(bad, BAD)
        say(f"{how}  {_check_told(c.name, c.detail)}")
    return 0 if ok else 1


def _check_told(name: str, detail: str) -> str:
    """`name: detail` of a check, in the user's language."""
    if not in_french():
        return f"{name}: {detail}"
    from rlm_core.language.french.checks import NAMES

    base, paren, scope = name.partition(" (")
    return f"{NAMES.get(base, base)}{paren}{scope}\u00a0: {here(detail)}"


def _fix(args: Namespace) -> list[str]:
    """Mend; ask before a setting of Claude Code's own is changed. What was done."""
    from rlm_core.doctor.upkeep import LONG_DAYS, can_keep_longer, keep_longer, mend

    fixed = mend(args.project)
    if not args.json and sys.stdin.isatty() and can_keep_longer(args.project):
        form = "Have Claude Code keep its transcripts for {n} {n:|day|days}, in your own settings? [y/N] "
        if input(notice(form, n=LONG_DAYS)).strip().lower() in ("y", "yes", "o", "oui"):
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
        sys.stdout.write(f"{said}\n")  # with the colours and links of the user's own status line, whose command it is
    return 0


def demo(args: Namespace) -> int:
    """Archive and search an invented session in a temporary project, through the real hooks."""
    from rlm_core.demo import run

    return run(keep=args.keep, as_json=args.json)
