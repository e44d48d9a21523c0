"""`rlm restore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.copies.place import copies_at, copies_dir
from rlm_core.archive.copies.restoring import restore as bring_back
from rlm_core.archive.proof.verify import damaged
from rlm_core.archive.store import open_archive
from rlm_core.cli.archive import index_now
from rlm_core.cli.output import count_of, say, say_json, talk
from rlm_core.errors import RlmError

if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.archive.copies.restoring import Restored
    from rlm_core.archive.store import Archive


def restore(args: Namespace) -> int:
    """Bring back from the second copy what the archive lacks, and prove it; exit 1 when a chunk is damaged."""
    archive = open_archive(args.project, must_exist=False)
    tops = copies_at(archive.root)
    if not tops:
        raise RlmError(
            f"{copies_dir()} holds no copy of {archive.root}; `rlm archive --all` archives the sessions Claude Code has"
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
    return 1 if harmed else 0


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
    would = "would come back" if dry else "came back"
    for one in done.sessions:
        say(f"{one.session or one.folder}: {count_of(one.chunks, 'chunk')}, {count_of(one.files, 'file')} in all")
    for one in done.documents:
        say(f"{one.folder}: {count_of(one.chunks, 'chunk')}")
    for left in done.left:
        say(f"left in the copy: {left['path']}: {left['why']}")
    for problem in harmed:
        say(f"DAMAGED {problem}")
    counted = [count_of(len(done.sessions), "session"), count_of(len(done.documents), "document")]
    say(
        f"{' and '.join(counted)} {would}; archive: {archive.root}"
        if done.sessions or done.documents
        else f"nothing is missing in {archive.root}"
    )
    if not dry and not harmed and (done.sessions or done.documents):
        talk("rlm: every chunk file is as it was written; `rlm install` brings back hooks and skills if they are gone")
