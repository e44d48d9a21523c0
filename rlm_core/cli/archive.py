"""`rlm archive` and `rlm verify`."""

from __future__ import annotations

import os

from rlm_core.archive.store import open_archive
from rlm_core.cli.output import count_of, remark, say, say_json, say_unread, size, talk, unread_json
from rlm_core.cli.progressbar import progress
from rlm_core.disk import names
from rlm_core.errors import ArchiveError, Joined, LockTimeoutError, RlmError, UsageError, phrase, worded
from rlm_core.language.notices import here, notice
from rlm_core.transcript.source import Source, file_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.adoption.move import Adopted
    from rlm_core.archive.anew.renew import Renewal
    from rlm_core.archive.repair.outcome import Repaired
    from rlm_core.archive.store import Archive
    from rlm_core.archive.work import IntakeReport
    from rlm_core.index.update import Changes


INDEXED_AT_ONCE = 4_000_000  # bytes of chunk files: about a second


def sources(args: Namespace) -> list[Source]:
    """The transcripts named on the command line, by their path or their session's id, or all of the project."""
    from rlm_core.transcript.locate import session_transcript, transcripts

    if not args.transcripts:
        return transcripts(args.project)
    return [session_transcript(args.project, name) or named_source(name) for name in args.transcripts]


def named_source(path: str) -> Source:
    """The source for a file named by the user; a sub-agent's transcript is known by its place.

    Raises RlmError when there is no such file.
    """
    from rlm_core.transcript.locate import source_at

    path = os.path.abspath(path)
    if not os.path.isfile(path):
        raise RlmError(
            worded(
                "no transcript {path}, nor a session whose id begins so; Claude Code keeps them in "
                "~/.claude/projects/*/*.jsonl",
                path=path,
            )
        )
    return source_at(path)


def archive(args: Namespace) -> int:
    """Archive the transcripts named, or with --all every one of the project.

    With --anew chunks of a former form are made once more first.
    """
    if not args.transcripts and not args.all:
        raise UsageError("name transcripts to archive, or give --all for all that Claude Code still has")
    todo = sources(args)
    archive = open_archive(args.project, must_exist=False)
    everything = args.all and not args.transcripts
    repaired = mend(archive, todo, everything=everything)
    adopted = _moved_in(archive, args.project) if args.all else []
    renewals: list[Renewal] | None = [] if args.anew else None
    rows, failed = archive_sources(archive, todo, quiet=args.json, renewals=renewals)
    if renewals is not None and args.all:
        from rlm_core.archive.anew.renew import left_behind

        renewals += left_behind(archive, renewals)
    copy_now(archive)
    index_soon(archive, args.project, quiet=args.json, rebuild=any(not r.why for r in renewals or ()))
    if args.json:
        from dataclasses import asdict

        moved_in = [asdict(each) for each in adopted]
        left = {} if renewals is None else {"left": [r.as_json() for r in renewals if r.why]}
        done = {"sessions": [row.as_json() for row in rows], "failed": failed, "adopted": moved_in}
        say_json(done | {"repaired": repaired.as_json()} | left)
    else:
        say_repaired(repaired)
        _say_adopted(adopted)
        _say_reports(rows, archive)
        _say_renewals(renewals)
    return 1 if failed or not (todo or adopted) else 0


def _moved_in(archive: Archive, project: str) -> list[Adopted]:
    from rlm_core.adoption.move import adopt_all
    from rlm_core.reach import Reach

    return adopt_all(archive, Reach(project), asked=True)


def mend(archive: Archive, todo: list[Source], *, everything: bool) -> Repaired:
    """Bring back what of the archive is damaged or missing; what stands in the way is printed on stderr."""
    from rlm_core.archive.copies.restoring import is_incomplete, relist
    from rlm_core.archive.repair.leftovers import sweep_leftovers
    from rlm_core.archive.repair.repair import repair

    with_agents = [each for source in todo for each in (source, *source.agents())]
    done = repair(archive, with_agents, lambda why: talk(f"rlm: {here(why)}"), everything=everything)
    if everything and archive.exists():
        sweep_leftovers(archive.root)
        if is_incomplete(archive):
            with archive.shared_lock():
                relist(archive)
    return done


def say_repaired(repaired: Repaired) -> None:
    """Tell what was brought back, and what is lost."""
    by_origin: dict[str, int] = {}
    for _, origin in repaired.mended:
        by_origin[origin] = by_origin.get(origin, 0) + 1
    for origin, count in by_origin.items():
        say(notice("mended: {files}, from {origin}", files=count_of(count, "file"), origin=phrase(origin)))
    for path in repaired.aside:
        say(notice("kept as it was found, damaged: {path}", path=path))
    for gone in repaired.lost:
        say(notice("LOST {gone}", gone=here(gone)))


def _say_adopted(adopted: list[Adopted]) -> None:
    for each in adopted:
        documents = worded(" and {documents}", documents=count_of(each.documents, "document")) if each.documents else ""
        say(
            notice(
                "moved in from {directory}: {sessions}{documents}",
                directory=each.directory,
                sessions=count_of(each.sessions, "session"),
                documents=documents,
            )
        )
        for left in each.left:
            remark("left in {directory}: {left}", directory=each.directory, left=here(left))


def copy_now(archive: Archive) -> None:
    """Bring the archive's second copy up to date; why that is not possible is printed on stderr."""

    from rlm_core.archive.copies.keeping import keep_up

    def complain(why: str) -> None:
        remark("the second copy is not up to date ({why}); the archive itself is", why=here(why))

    keep_up(archive, lambda _: None, complain)


def index_soon(archive: Archive, project: str, *, quiet: bool, rebuild: bool) -> None:
    """Bring the search index up to date: at once when little is new, else in a process of its own, and that is told."""
    if rebuild or not _lacks_much(archive):
        index_now(archive, quiet=quiet, rebuild=rebuild)
        return
    from rlm_core.hooks.detached import index_detached

    index_detached(project)
    remark("archived; the search index follows in the background, and a search waits for it")


def _lacks_much(archive: Archive) -> bool:
    from rlm_core.index import database
    from rlm_core.index.folders import chunk_bytes
    from rlm_core.index.schema import IndexUnusableError

    try:
        database.require()
    except IndexUnusableError:
        return False  # it is told at once
    return archive.exists() and chunk_bytes(archive) - database.indexed_bytes(archive.root) > INDEXED_AT_ONCE


def index_now(archive: Archive, *, quiet: bool, rebuild: bool = False) -> Changes | None:
    """Bring the search index up to date. None when that is not possible; the reason is printed on stderr."""
    from rlm_core.index.folders import chunk_bytes
    from rlm_core.index.schema import IndexUnusableError
    from rlm_core.index.update import update

    if not archive.exists():
        return None
    try:
        with progress(
            chunk_bytes(archive) if rebuild else 0, notice("indexing"), quiet=quiet or not rebuild
        ) as advance:
            return update(archive, wait=60.0, progress=advance, rebuild=rebuild)
    except (IndexUnusableError, LockTimeoutError, OSError) as e:
        remark("the search index is not up to date ({why}); searching will do without it, more slowly", why=e)
        return None


def reindex(args: Namespace) -> int:
    """Make the search index anew; exit 1 when that is not possible."""
    from rlm_core.index import database

    archive = open_archive(args.project)
    done = index_now(archive, quiet=args.json, rebuild=True)
    if done is None:
        return 1
    values = {
        "chunks": done.chunks,
        "passages": done.passages,
        "repeats": done.repeats,
        "text_bytes": done.bytes,
        "index_bytes": database.size(archive.root),
        "index": database.path_of(archive.root),
        **unread_json(archive),
    }
    if args.json:
        say_json(values)
    else:
        say(
            notice(
                "{chunks}, {passages} and {repeats:,} {repeats:|repetition|repetitions}; "
                "{text} of text, {index} of index",
                chunks=count_of(done.chunks, "chunk"),
                passages=count_of(done.passages, "passage"),
                repeats=done.repeats,
                text=size(done.bytes),
                index=size(database.size(archive.root)),
            )
        )
    say_unread(archive)
    return 0


def archive_sources(
    archive: Archive, todo: list[Source], *, quiet: bool, renewals: list[Renewal] | None = None
) -> tuple[list[IntakeReport], list[str]]:
    """Archive each source and its sub-agents. Returns one report for each session, summed up, and what went wrong.

    renewals: chunks of a former form are made once more before that, and what became of them is added here.
    """
    from rlm_core.archive.take import take_all

    if not todo:
        remark("Claude Code has no transcripts of this project")
    rows: list[IntakeReport] = []
    failed: list[str] = []
    with progress(sum(file_stamp(s.path)[0] for s in todo), notice("archiving"), quiet=quiet) as advance:
        for source in todo:
            try:
                renewed = [] if renewals is None else _renew_all(archive, source)
                rows.append(_summed(take_all(archive, source, wait=30.0, restore=True)))
                rows[-1].media = len(archive.media(*_folders(rows[-1].archive_dir)))
                if renewals is not None:
                    left = sum(bool(r.why) for r in renewed)
                    rows[-1].anew = {"renewed": len(renewed) - left, "left": left}
                    rows[-1].add(sum(r.entries_new for r in renewed))
                    renewals += renewed
            except (ArchiveError, LockTimeoutError, OSError) as e:
                failed.append(f"{source.path}: {e}")
                remark("{what}: {why}", what=source.path, why=e)
            advance(file_stamp(source.path)[0])
    return rows, failed


def _renew_all(archive: Archive, source: Source) -> list[Renewal]:
    """Bring the chunks of a transcript and its sub-agents to today's form."""
    from rlm_core.archive.anew.renew import renew

    found = [renew(archive, each, wait=30.0) for each in (source, *source.agents())]
    return [each for each in found if each is not None]


def _summed(reports: list[IntakeReport]) -> IntakeReport:
    """The main thread's report with its sub-agents' work of this run added."""
    first, *agents = reports
    for other in agents:
        for name in ("entries_new", "entries_gone", "bytes_read", "skipped_lines", "lost_outputs"):
            setattr(first, name, getattr(first, name) + getattr(other, name))
    return first


def _folders(session: str) -> list[str]:
    """A session's directory and those of its sub-agents; none for one that has no chunks."""
    agents = os.path.join(session, "agents")
    return [session, *(os.path.join(agents, name) for name in names(agents))] if session else []


def _say_reports(rows: list[IntakeReport], archive: Archive) -> None:
    for r in rows:
        words = [
            worded("{session}: {entries}", session=r.session, entries=count_of(r.entries_new, "new entry")),
            worded("{n:,} fewer than before (forgotten, or no longer in the transcript)", n=r.entries_gone),
            worded("{chunks} in all", chunks=count_of(r.chunks_total, "chunk")),
            count_of(r.skipped_lines, "unreadable line"),
            worded("{secrets} left out", secrets=count_of(r.redactions, "secret")),
            worded("{outputs} no longer on disk", outputs=count_of(r.lost_outputs, "output")),
            worded("{files} kept as they are", files=count_of(r.media, "media file")),
        ]
        wanted = (True, r.entries_gone, True, r.skipped_lines, r.redactions, r.lost_outputs, r.media)
        say(here(Joined(", ", [word for word, there in zip(words, wanted, strict=True) if there])))
    if rows:
        say(notice("archive: {root}", root=archive.root))


def _say_renewals(renewals: list[Renewal] | None) -> None:
    if renewals is None:
        return
    done = {r.session for r in renewals if not r.why}
    left = [r for r in renewals if r.why]
    say(notice("brought to today's form: {sessions}", sessions=count_of(len(done), "session")))
    if left:
        say(notice("left as they are: {sessions}", sessions=count_of(len({r.session for r in left}), "session")))
    for r in left:
        form = "        {session} sub-agent {agent}: {why}" if r.agent else "        {session}: {why}"
        say(notice(form, session=r.session, agent=r.agent, why=here(r.why)))
