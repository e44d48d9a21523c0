"""`rlm install` and `rlm uninstall`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core.archive.copies.figures import figures_of
from rlm_core.archive.copies.place import vanished
from rlm_core.archive.progress import up_to_date
from rlm_core.archive.store import open_archive
from rlm_core.cli.manners.installed import say_installed
from rlm_core.cli.output import count_of, remark, say, say_json, size, talk
from rlm_core.disk import archive_root
from rlm_core.errors import RlmError, UsageError, worded
from rlm_core.home import own_dir
from rlm_core.install import Environment, InstallError, InstallPlan, plan_install, plan_uninstall
from rlm_core.language.notices import here, notice
from rlm_core.ownership import refusal
from rlm_core.project import named_project
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.source import file_stamp

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.install import ScopeName
    from rlm_core.transcript.source import Source


def _scope(args: Namespace) -> ScopeName:
    if args.user and args.shared:
        raise UsageError("--user and --shared exclude each other: one is for you, the other for the project's team")
    return "user" if args.user else "shared" if args.shared else "local"


def install(args: Namespace) -> int:
    """Plan, show, apply; then offer to archive what Claude Code already has."""
    try:
        plan = plan_install(
            Path(args.project),
            scope=_scope(args),
            offload_at=args.offload_at,
            env=Environment.current(),
            statusline=args.statusline,
        )
        _carry_out(plan, args, told=("note", "refuse"))
    except InstallError as e:
        raise RlmError(e.args[0] if e.args else "") from e
    if not args.dry_run:
        not_ours = "" if args.user else refusal(archive_root(named_project(args.project)))
        if not_ours:
            talk(f"rlm: {here(not_ours)}")
        else:
            _tell_of_copy(args)
            _offer_backfill(args)
        if not args.json and plan.changes:
            say_installed(args, plan.actions, _scope(args))
    return 0


def uninstall(args: Namespace) -> int:
    """Take out what install put in; the archive stays unless --purge, which asks first."""
    try:
        plan = plan_uninstall(Path(args.project), scope=_scope(args), purge=args.purge, env=Environment.current())
        if args.purge and not args.dry_run and not _may_purge(args):
            remark("nothing was deleted or taken out")
            return 1
        _carry_out(plan, args)
    except InstallError as e:
        raise RlmError(e.args[0] if e.args else "") from e
    return 0


def _carry_out(plan: InstallPlan, args: Namespace, told: tuple[str, ...] = ()) -> None:
    """Apply a plan, or show it. told: the kinds of steps that are printed when it was applied; none for all."""
    if args.dry_run and not args.json:
        say(plan.diff() or notice("nothing would change"))
    done = list(plan.actions) if args.dry_run else plan.apply()
    if args.json:
        say_json({"actions": [a.as_json() for a in done], "dry_run": args.dry_run})
        return
    for action in done:
        if told and not args.dry_run and action.kind not in told:
            continue
        say(f"{notice(action.kind):15} {action.path or ''} {here(action.detail)}".rstrip())
    if not plan.changes:
        say(notice("nothing to change"))


def _tell_of_copy(args: Namespace) -> None:
    """An archive that is gone can be had back: no hook was left to say so where the installation was gone, too."""
    told = "" if args.user else vanished(archive_root(args.project))
    if told:
        talk(f"rlm: {here(told)}")


def _may_purge(args: Namespace) -> bool:
    """Whether the archive may be deleted: it is empty, or somebody has agreed. Raises RlmError where nobody can."""
    root = own_dir() if args.user else archive_root(args.project)
    project = os.path.dirname(os.path.dirname(root))
    figures = figures_of(root, {source.session for source in transcripts(project)})
    if args.yes or not (figures.sessions or figures.documents):
        return True
    told = worded("This deletes the archive {root} and its second copy: {what}.", root=root, what=figures.words())
    if args.json or not sys.stdin.isatty():
        raise RlmError(worded("{told} Say --yes if that is what you want; nothing was deleted", told=told))
    return input(notice("{told}\nDelete all of it? [y/N] ", told=told)).strip().lower() in ("y", "yes", "o", "oui")


def _offer_backfill(args: Namespace) -> None:
    """Existing transcripts are worth archiving before Claude Code deletes them."""
    if args.user:
        return
    project = named_project(args.project)
    archive = open_archive(project, must_exist=False)
    waiting = [s for s in transcripts(project) if not up_to_date(archive.root, s)]
    if not waiting or not (args.backfill or _agreed(waiting, args)):
        return
    from rlm_core.cli.archive import archive_sources

    rows, failed = archive_sources(archive, waiting, quiet=args.json)
    if not args.json:
        form = "archived {sessions}, {n:,} failed" if failed else "archived {sessions}"
        say(notice(form, sessions=count_of(len(rows), "session"), n=len(failed)))


def _agreed(waiting: list[Source], args: Namespace) -> bool:
    total = size(sum(file_stamp(s.path)[0] for s in waiting))
    sessions = count_of(len(waiting), "session")
    offer = worded("Claude Code still has {sessions} ({size}) of this project.", sessions=sessions, size=total)
    if args.json or not sys.stdin.isatty():
        talk(notice("{offer} `rlm archive --all` archives them.", offer=offer))
        return False
    return input(notice("{offer} Archive them now? [Y/n] ", offer=offer)).strip().lower() in (
        "",
        "y",
        "yes",
        "o",
        "oui",
    )
