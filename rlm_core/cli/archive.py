"""`rlm archive` and `rlm verify`."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from rlm_core.adoption.move import adopt_all
from rlm_core.archive.copies.keeping import keep_up
from rlm_core.archive.proof.verify import Verdict, Verifier, damaged
from rlm_core.archive.store import chunk_names, open_archive
from rlm_core.archive.take import take_all
from rlm_core.cli.output import count_of, say, say_json, say_unread, size, talk
from rlm_core.cli.progressbar import progress
from rlm_core.errors import ArchiveError, LockTimeoutError, RlmError
from rlm_core.reach import Reach
from rlm_core.transcript.locate import session_transcript, source_at, transcripts
from rlm_core.transcript.source import Source, file_stamp

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from typing import Any

    from rlm_core.adoption.move import Adopted
    from rlm_core.archive.anew.renew import Renewal
    from rlm_core.archive.store import Archive
    from rlm_core.archive.work import IntakeReport
    from rlm_core.index.update import Changes


def sources(args: Namespace) -> list[Source]:
    """The transcripts named on the command line, by their path or their session's id, or all of the project."""
    if not args.transcripts:
        return transcripts(args.project)
    return [session_transcript(args.project, name) or named_source(name) for name in args.transcripts]


def named_source(path: str) -> Source:
    """The source for a file named by the user; a sub-agent's transcript is known by its place."""
    path = os.path.abspath(path)
    if not os.path.isfile(path):
        raise RlmError(
            f"no transcript {path}, nor a session whose id begins so; Claude Code keeps them in "
            "~/.claude/projects/*/*.jsonl"
        )
    return source_at(path)


def archive(args: Namespace) -> int:
    """Archive the transcripts named, or with --all every one of the project.

    With --anew chunks of a former form are made once more first.
    """
    if not args.transcripts and not args.all:
        raise RlmError("name transcripts to archive, or give --all for all that Claude Code still has")
    todo = sources(args)
    archive = open_archive(args.project, must_exist=False)
    adopted = adopt_all(archive, Reach(args.project), asked=True) if args.all else []
    renewals: list[Renewal] | None = [] if args.anew else None
    rows, failed = archive_sources(archive, todo, quiet=args.json, renewals=renewals)
    if renewals is not None and args.all:
        from rlm_core.archive.anew.renew import left_behind

        renewals += left_behind(archive, renewals)
    copy_now(archive)
    index_now(archive, quiet=args.json, rebuild=any(not r.why for r in renewals or ()))
    if args.json:
        moved_in = [asdict(each) for each in adopted]
        left = {} if renewals is None else {"left": [r.as_json() for r in renewals if r.why]}
        say_json({"sessions": [row.as_json() for row in rows], "failed": failed, "adopted": moved_in} | left)
    else:
        _say_adopted(adopted)
        _say_reports(rows, archive)
        _say_renewals(renewals)
    return 1 if failed or not (todo or adopted) else 0


def _say_adopted(adopted: list[Adopted]) -> None:
    for each in adopted:
        documents = f" and {count_of(each.documents, 'document')}" if each.documents else ""
        say(f"moved in from {each.directory}: {count_of(each.sessions, 'session')}{documents}")
        for left in each.left:
            talk(f"rlm: left in {each.directory}: {left}")


def copy_now(archive: Archive) -> None:
    """Bring the archive's second copy up to date; why that is not possible is printed on stderr."""

    def complain(why: str) -> None:
        talk(f"rlm: the second copy is not up to date ({why}); the archive itself is")

    keep_up(archive, lambda _: None, complain)


def index_now(archive: Archive, *, quiet: bool, rebuild: bool = False) -> Changes | None:
    """Bring the search index up to date. None when that is not possible; the reason is printed on stderr."""
    from rlm_core.index.schema import IndexUnusableError
    from rlm_core.index.update import update

    if not archive.exists():
        return None
    try:
        with progress(chunk_bytes(archive) if rebuild else 0, "indexing", quiet=quiet or not rebuild) as advance:
            return update(archive, wait=60.0, progress=advance, rebuild=rebuild)
    except (IndexUnusableError, LockTimeoutError, OSError) as e:
        talk(f"rlm: the search index is not up to date ({e}); searching will do without it, more slowly")
        return None


def chunk_bytes(archive: Archive) -> int:
    """Bytes of all chunk files."""
    from rlm_core.index.folders import folders

    return sum(file_stamp(os.path.join(f, n))[0] for f in folders(archive) for n in chunk_names(f))


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
        "unreadable": sorted(archive.unread),
    }
    if args.json:
        say_json(values)
    else:
        say(
            f"{count_of(done.chunks, 'chunk')}, {count_of(done.passages, 'passage')} and {done.repeats:,} repetitions; "
            f"{size(done.bytes)} of text, {size(database.size(archive.root))} of index"
        )
    say_unread(archive)
    return 0


def archive_sources(
    archive: Archive, todo: list[Source], *, quiet: bool, renewals: list[Renewal] | None = None
) -> tuple[list[IntakeReport], list[str]]:
    """Archive each source and its sub-agents. Returns one report for each session, summed up, and what went wrong.

    renewals: chunks of a former form are made once more before that, and what became of them is added here.
    """
    if not todo:
        talk("rlm: Claude Code has no transcripts of this project")
    rows: list[IntakeReport] = []
    failed: list[str] = []
    with progress(sum(file_stamp(s.path)[0] for s in todo), "archiving", quiet=quiet) as advance:
        for source in todo:
            try:
                renewed = [] if renewals is None else _renew_all(archive, source)
                rows.append(_summed(take_all(archive, source, wait=30.0, restore=True)))
                if renewals is not None:
                    left = sum(bool(r.why) for r in renewed)
                    rows[-1].anew = {"renewed": len(renewed) - left, "left": left}
                    rows[-1].entries_new += sum(r.entries_new for r in renewed)
                    renewals += renewed
            except (ArchiveError, LockTimeoutError, OSError) as e:
                failed.append(f"{source.path}: {e}")
                talk(f"rlm: {source.path}: {e}")
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
        for name in ("entries_new", "bytes_read", "skipped_lines", "lost_outputs"):
            setattr(first, name, getattr(first, name) + getattr(other, name))
    return first


def _say_reports(rows: list[IntakeReport], archive: Archive) -> None:
    for r in rows:
        extra = [
            count_of(r.skipped_lines, "unreadable line") if r.skipped_lines else "",
            count_of(r.redactions, "secret") + " left out" if r.redactions else "",
            count_of(r.lost_outputs, "output") + " no longer on disk" if r.lost_outputs else "",
        ]
        words = [
            f"{r.session}: {count_of(r.entries_new, 'new entry').replace('entrys', 'entries')}",
            f"{count_of(r.chunks_total, 'chunk')} in all",
            *(e for e in extra if e),
        ]
        say(", ".join(words))
    if rows:
        say(f"archive: {archive.root}")


def _say_renewals(renewals: list[Renewal] | None) -> None:
    if renewals is None:
        return
    done = {r.session for r in renewals if not r.why}
    left = [r for r in renewals if r.why]
    say(f"brought to today's form: {count_of(len(done), 'session')}")
    if left:
        say(f"left as they are: {count_of(len({r.session for r in left}), 'session')}")
    for r in left:
        name = f"{r.session} sub-agent {r.agent}" if r.agent else r.session
        say(f"        {name}: {r.why}")


def verify(args: Namespace) -> int:
    """Compare transcripts and their folders with the archive; exit 0 only if all that they say is there."""
    archive = open_archive(args.project)
    todo = [s for source in sources(args) for s in (source, *source.agents())]
    with progress(sum(file_stamp(s.path)[0] for s in todo), "proving", quiet=args.json) as advance:
        verifier = Verifier(archive)
        verdicts = [verifier.verify(s, advance) for s in todo]
    harmed = damaged(archive)
    ok = all(v.ok for v in verdicts) and not harmed
    if args.json:
        say_json(_verdict_json(verdicts, harmed, ok))
    else:
        _say_verdicts(verdicts, harmed)
    return 0 if ok else 1


def _verdict_json(verdicts: list[Verdict], harmed: list[str], ok: bool) -> dict[str, object]:
    return {
        "ok": ok,
        "entries": sum(v.entries for v in verdicts),
        "archived": sum(v.archived for v in verdicts),
        "missing": [u for v in verdicts for u in v.missing],
        "redactions": sum(v.redactions for v in verdicts),
        "skipped_lines": sum(v.skipped_lines for v in verdicts),
        "unknown": unknown_kinds(verdicts),
        "left_out": _total(v.left_out for v in verdicts),
        "forgotten": sum(v.forgotten for v in verdicts),
        "files": [{"session": v.session, **f} for v in verdicts for f in v.files],
        "damaged": harmed,
        "transcripts": [
            {
                "session": v.session,
                "agent": v.agent,
                "ok": v.ok,
                "entries": v.entries,
                "archived": v.archived,
                "redactions": v.redactions,
                "skipped_lines": v.skipped_lines,
            }
            for v in verdicts
        ],
    }


def unknown_kinds(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """Kinds of records, system subtypes, attachments and blocks that we do not know, the most frequent first.

    Each with how many there are, and the session and line of one.
    """
    found: dict[str, dict[str, Any]] = {}
    for v in verdicts:
        for one in v.unknown:
            known = found.setdefault(one["kind"], {**one, "count": 0, "session": v.session, "agent": v.agent})
            known["count"] += one["count"]
    return sorted(found.values(), key=lambda one: (-one["count"], one["kind"]))


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, n in one.items():
            total[name] = total.get(name, 0) + n
    return dict(sorted(total.items()))


def _say_verdicts(verdicts: list[Verdict], harmed: list[str]) -> None:
    for v in verdicts:
        name = f"{v.session} sub-agent {v.agent}" if v.agent else v.session
        notes = f", {count_of(v.redactions, 'secret')} left out" if v.redactions else ""
        notes += f", {count_of(v.skipped_lines, 'unreadable line')}" if v.skipped_lines else ""
        say(f"{'whole  ' if v.ok else 'MISSING'} {name}: {v.archived:,} of {v.entries:,} entries{notes}")
        for uuid in v.missing:
            say(f"        missing {uuid}")
        for f in v.files:
            say(f"        {'missing' if f['lost'] else 'not taken'} {f['file']}: {f['why']}")
    left_out = _total(v.left_out for v in verdicts)
    if left_out:
        most = sorted(left_out, key=lambda kind: (-left_out[kind], kind))
        shown = ", ".join(f"{left_out[kind]:,} x {kind}" for kind in most[:4])
        say(f"left out on purpose: {count_of(sum(left_out.values()), 'record')} ({shown}{', ...' if most[4:] else ''})")
    unknown = unknown_kinds(verdicts)
    if unknown:
        shown = ", ".join(f"{one['count']:,} x `{one['kind']}`" for one in unknown)
        say(f"{count_of(len(unknown), 'kind')} of records I do not know: {shown}; their words count all the same")
    for problem in harmed:
        say(f"DAMAGED {problem}")
    if not verdicts:
        talk("rlm: Claude Code has no transcripts of this project; only the chunk files were checked")
    elif any(not v.ok for v in verdicts):
        talk("rlm: `rlm archive --all` brings in what is missing")
