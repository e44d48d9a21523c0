"""`rlm restore` and `rlm adopt`: an archive is brought back from its copy, or taken over from somebody else."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rlm_core.adoption.takeover import MOST_ODD, Holding, keep_whole, look, take_over
from rlm_core.archive.copies.place import copies_at, copies_dir
from rlm_core.archive.copies.restoring import relist
from rlm_core.archive.copies.restoring import restore as bring_back
from rlm_core.archive.proof.verify import damaged
from rlm_core.archive.store import open_archive
from rlm_core.cli.archive import copy_now, index_now
from rlm_core.cli.manners.strangers import tell_unknown
from rlm_core.cli.output import count_of, remark, say, say_json
from rlm_core.disk import archive_root
from rlm_core.errors import Joined, RlmError, worded
from rlm_core.git.provenance import is_tracked
from rlm_core.language.notices import here, notice
from rlm_core.language.quoting import escaped, visible
from rlm_core.ownership import LINK, UNREADABLE, foreign

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from rlm_core.archive.copies.restoring import Restored
    from rlm_core.archive.store import Archive

SHOWN = 12


def restore(args: Namespace) -> int:
    """Bring back from the second copy what the archive lacks, and prove it.

    Exit 1 when a chunk is damaged, or no session is named so.
    """
    archive = open_archive(args.project, must_exist=False)
    tops = copies_at(archive.root)
    if not tops:
        raise RlmError(
            worded(
                "{copies_dir} holds no copy of {root}; `rlm archive --all` archives the sessions Claude Code has",
                copies_dir=copies_dir(),
                root=archive.root,
            )
        )
    done = bring_back(archive, args.session, dry=args.dry_run)
    harmed: list[str] = []
    if not args.dry_run:
        _list_documents(archive, tops)
        index_now(archive, quiet=args.json)
        harmed = damaged(archive)
    if args.json:
        say_json(
            {
                "sessions": [one.as_json() for one in done.sessions],
                "documents": [one.folder for one in done.documents],
                "left": done.left,
                "damaged": harmed,
                "copies": tops,
                "dry_run": args.dry_run,
            }
        )
    else:
        _say_restored(done, harmed, archive, dry=args.dry_run)
    unknown = not (done.sessions or done.documents) and tell_unknown(archive, args)
    return 1 if harmed or unknown else 0


def _list_documents(archive: Archive, tops: list[str]) -> None:
    """Documents that came back are listed again, and the directories in which new ones are looked for."""
    from rlm_core.archive.documents import FOLDER, document_folders
    from rlm_core.archive.store import Archive
    from rlm_core.documents.registry import Registry
    from rlm_core.lock import Lock

    if not any(True for _ in document_folders(archive.root)):
        return
    with Lock(archive.path("state", "documents.lock"), 30.0):
        mine = Registry(archive)
        mine.adopt()
        for top in tops:
            theirs = Registry(Archive(top, archive.config))
            mine.directories = theirs.directories | mine.directories
        if archive.path(FOLDER):
            mine.save()


def _say_restored(done: Restored, harmed: list[str], archive: Archive, *, dry: bool) -> None:
    for one in done.sessions:
        say(
            notice(
                "{session}: {chunks}, {files} in all",
                session=one.session or one.folder,
                chunks=count_of(one.chunks, "chunk"),
                files=count_of(one.files, "file"),
            )
        )
    for one in done.documents:
        say(f"{one.folder}: {count_of(one.chunks, 'chunk')}")
    for left in done.left:
        say(notice("left in the copy: {path}: {why}", path=left["path"], why=here(left["why"])))
    for problem in harmed:
        say(notice("DAMAGED {problem}", problem=here(problem)))
    found = {
        "sessions": count_of(len(done.sessions), "session"),
        "documents": count_of(len(done.documents), "document"),
    }
    form = "{sessions} and {documents} would come back; archive: {root}"
    if not (done.sessions or done.documents):
        form = "nothing is missing in {root}"
    elif not dry:
        form = "{sessions} and {documents} came back; archive: {root}"
    say(notice(form, **found, root=archive.root))
    if not dry and not harmed and (done.sessions or done.documents):
        remark("every chunk file is as it was written; `rlm install` brings back hooks and skills if they are gone")


# Taking over.


def adopt(args: Namespace) -> int:
    """Show what the archive holds, ask, and make it this user's; exit 1 when that was refused or there is none."""
    root = archive_root(args.project)
    why = foreign(root)
    if not why:
        return _nothing_to_do(args, root)
    if why.endswith((LINK, UNREADABLE)) or not os.path.isdir(root):
        raise RlmError(worded("{why}; till then nothing can be taken over", why=why))
    holding = look(root)
    agreed = not args.dry_run and (args.yes or _agreed(args, holding, why))
    left = _adopted(args, holding) if agreed and not args.mine else ""
    if agreed and args.mine:
        _kept(args, root)
    if args.json:
        report = {"adopted": agreed, "mine": args.mine, "left": left, "dry_run": args.dry_run}
        say_json({**as_json(holding, why), **report})
    elif agreed and args.mine:
        say(
            notice(
                "kept     {root}: it is yours and goes on as it was; `rlm install` renews hooks and skills",
                root=escaped(root),
            )
        )
    elif agreed:
        say(
            notice(
                "adopted  {root}: it is yours now; what came with it is marked as foreign wherever it is shown",
                root=escaped(root),
            )
        )
        if left:
            say(
                notice(
                    "left     {left}: what is no chunk, unread; delete it when you have looked at it",
                    left=escaped(left),
                )
            )
    elif args.dry_run:
        _say(holding, why, args.mine)
    return 0 if agreed or args.dry_run else 1


def _adopted(args: Namespace, holding: Holding) -> str:
    """Take it over and make what a new archive has: maps, index, second copy. The directory of what was left."""
    left = take_over(holding)
    archive = open_archive(args.project, must_exist=False)
    archive.prepare()
    with archive.shared_lock():
        relist(archive)
    copy_now(archive)
    index_now(archive, quiet=True)
    return left


def _kept(args: Namespace, root: str) -> None:
    """Keep it as it stands, with the second copy that every archive has."""
    keep_whole(root)
    archive = open_archive(args.project, must_exist=False)
    archive.prepare()
    copy_now(archive)
    index_now(archive, quiet=True)


def _nothing_to_do(args: Namespace, root: str) -> int:
    there = os.path.isdir(os.path.join(root, "sessions"))
    if args.json:
        say_json({"archive": root, "foreign": "", "adopted": False, "exists": there})
    else:
        say(
            notice("{root} is yours already", root=escaped(root))
            if there
            else notice("no archive in {root}", root=escaped(root))
        )
    return 0 if there else 1


def as_json(holding: Holding, why: str) -> dict[str, Any]:
    """What an archive holds, as plain values."""
    return {
        "archive": holding.root,
        "foreign": why,
        "tracked": is_tracked(holding.root),
        "sessions": [_row(each) for each in holding.of("sessions")],
        "documents": [_row(each) for each in holding.of("documents")],
        "chunks": sum(each.chunks for each in holding.folders),
        "days": _days(holding),
        "odd": [{"path": path, "what": what} for path, what in holding.odd[:MOST_ODD]],
        "odd_files": len(holding.odd),
    }


def _row(folder: Any) -> dict[str, Any]:
    row = asdict(folder)
    return {**row, "files": len(row["files"])}


def _days(holding: Holding) -> list[str]:
    """The first and the last day of what was said; [] when nothing tells."""
    firsts, lasts = [f.first[:10] for f in holding.folders if f.first], [f.last[:10] for f in holding.folders if f.last]
    return [min(firsts), max(lasts)] if firsts and lasts else []


def _say(holding: Holding, why: str, mine: bool) -> None:
    sessions, documents = holding.of("sessions"), holding.of("documents")
    own = sum(each.ours for each in sessions)
    say(notice("{root} is not yours: {why}", root=escaped(holding.root), why=why))
    days = _days(holding)
    span = worded(", {first} to {last}", first=visible(days[0]), last=visible(days[1])) if days else ""
    counts = [count_of(len(sessions), "session"), count_of(len(documents), "document")]
    counts.append(count_of(sum(each.chunks for each in holding.folders), "chunk"))
    say(notice("it holds {counts}{span}", counts=Joined(", ", counts), span=span))
    say(
        notice(
            "of these {sessions} you have had yourself, by Claude Code's transcripts", sessions=count_of(own, "session")
        )
    )
    for path, what in holding.odd[:SHOWN]:
        say(notice("odd      {path}: {what}", path=escaped(path), what=here(what)))
    if len(holding.odd) > SHOWN:
        say(notice("odd      and {n:,} more", n=len(holding.odd) - SHOWN))
    if mine:
        say(
            notice(
                "kept: all of it, unmarked, as if it had been made here; documents outside of the project are "
                "added again"
            )
        )
        return
    say(
        notice(
            "taken over: the chunks, to be searched and marked as foreign; dropped: state, index, log, install records"
        )
    )
    say(
        notice(
            "if you made it yourself, in another home or on another machine: `rlm adopt --mine` keeps all "
            "of it, unmarked"
        )
    )


def _agreed(args: Namespace, holding: Holding, why: str) -> bool:
    if args.json or not sys.stdin.isatty():
        raise RlmError("say --yes to take the archive over, or --dry-run to see what it holds; nothing was changed")
    _say(holding, why, args.mine)
    question = "Did you make it yourself, and shall it go on as it was?" if args.mine else "Take it over?"
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "o", "oui")
