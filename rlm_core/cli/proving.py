"""`rlm verify`: the proof, and with `--repair` what mends what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive.proof.verify import Verdict, Verifier
from rlm_core.archive.proof.whole import Examined, whole
from rlm_core.archive.repair.noted import note_harmed
from rlm_core.archive.store import open_archive
from rlm_core.cli.archive import archive_sources, copy_now, index_now, mend, named_source, say_repaired
from rlm_core.cli.output import BAD, GOOD, count_of, remark, say, say_json, size, styled, talk
from rlm_core.cli.progressbar import progress
from rlm_core.errors import Joined, of_system, phrase, worded
from rlm_core.language.notices import here, notice, numbered
from rlm_core.transcript.locate import session_transcript, transcripts
from rlm_core.transcript.source import Source, file_stamp

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from typing import Any

    from rlm_core.archive.repair.outcome import Repaired
    from rlm_core.archive.store import Archive

MOST_LINES = 20  # of one kind of finding that are shown


class ProofRun:
    """What one run has found.

    unread: transcripts that could not be read, and why. forgotten: entries forgotten on purpose, of the whole archive.
    mending: it comes after a repair, which goes by the archive's own files where no transcript is left; else
    those prove nothing of what may be missing.
    """

    def __init__(self, verdicts: list[Verdict], found: Examined, unread: list[str], forgotten: int = 0) -> None:
        self.mending = False
        self.forgotten = forgotten
        self.verdicts = verdicts
        self.found = found
        self.unread = unread

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to check, which is no reason to be content."""
        return not (self.found.chunks or self.found.harms or any(v.entries or v.forgotten for v in self.verdicts))

    @property
    def ok(self) -> bool:
        compared = bool(self.verdicts) or self.mending
        return compared and self.whole and not self.nothing

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with what was checked, and nothing stands there that was forgotten."""
        return self.unharmed and not self.found.again

    @property
    def unharmed(self) -> bool:
        """Whether there is nothing to repair."""
        return self.found.ok and all(v.ok for v in self.verdicts) and not self.unread


def verify(args: Namespace) -> int:
    """Compare transcripts and their folders with the archive, and the archive with itself; exit 0 only if all is there.

    With --repair what is harmed is brought back as far as it can be, and all is proven again.
    """
    archive = open_archive(args.project)
    todo = _sources(args, archive)
    proof = _prove(archive, todo, quiet=args.json)
    repaired = None
    if args.repair and not (proof.unharmed and proof.found.tidy):
        repaired = _repair(archive, args, todo)
        proof = _prove(archive, todo, quiet=args.json)
    proof.mending = bool(args.repair)
    if not args.transcripts:
        note_harmed(archive.root, len(proof.found.harms) + len(proof.found.duplicates))
    if args.json:
        say_json(_as_json(proof, repaired))
    else:
        if repaired is not None:
            say_repaired(repaired)
        _say(proof)
        _say_what_next(proof, repaired)
    return 0 if proof.ok else 1


def _sources(args: Namespace, archive: Archive) -> list[Source]:
    """The transcripts named on the command line, or all of the project; none for a session that is archived alone."""
    if not args.transcripts:
        return transcripts(args.project)
    found = []
    for name in args.transcripts:
        source = session_transcript(args.project, name)
        if source is None and any(len(name) >= 4 and m["session"].startswith(name) for m in archive.metas()):
            remark("Claude Code no longer has the transcript of {name}; its chunk files are checked", name=name)
            continue
        found.append(source or named_source(name))
    return found


def _prove(archive: Archive, sources: list[Source], *, quiet: bool) -> ProofRun:
    todo = [s for source in sources for s in (source, *source.agents())]
    found = whole(archive)
    verdicts: list[Verdict] = []
    unread: list[str] = []
    with progress(sum(file_stamp(s.path)[0] for s in todo), notice("proving"), quiet=quiet) as advance:
        verifier = Verifier(archive, found.harmed)
        for source in todo:
            try:
                verdicts.append(verifier.verify(source, advance))
            except OSError as e:
                unread.append(worded("{path}: cannot be read ({why})", path=source.path, why=of_system(e)))
    return ProofRun(verdicts, found, unread, len(archive.tombstones().uuids))


def _repair(archive: Archive, args: Namespace, todo: list[Source]) -> Repaired:
    from rlm_core.documents.mending import mend_documents

    repaired = mend(archive, transcripts(args.project) if not args.transcripts else todo, everything=True)
    archive_sources(archive, todo, quiet=args.json)
    mend_documents(archive, repaired, lambda why: talk(f"rlm: {here(why)}"))
    copy_now(archive)
    index_now(archive, quiet=args.json)
    return repaired


def _as_json(proof: ProofRun, repaired: Repaired | None) -> dict[str, object]:
    verdicts, found = proof.verdicts, proof.found
    return {
        "ok": proof.ok,
        "entries": sum(v.entries for v in verdicts),
        "archived": sum(v.archived for v in verdicts),
        "missing": [u for v in verdicts for u in v.missing],
        "redactions": sum(v.redactions for v in verdicts),
        "skipped_lines": sum(v.skipped_lines for v in verdicts),
        "unknown": unknown_kinds(verdicts),
        "left_out": _total(v.left_out for v in verdicts),
        "forgotten": proof.forgotten,
        "again": [row.as_json() for row in found.again],
        "files": [{"session": v.session, **f} for v in verdicts for f in v.files],
        "damaged": found.damaged,
        "unreadable": [*found.unreadable, *proof.unread],
        "duplicates": [str(pair) for pair in found.duplicates],
        "documents": found.documents,
        "state": found.state,
        "maps": found.maps,
        "left": found.left,
        "foreign": found.foreign,
        "checked": {"transcripts": len(verdicts)} | found.checked(),
        "repaired": None if repaired is None else repaired.as_json(),
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


def _say(proof: ProofRun) -> None:
    _say_verdicts(proof.verdicts)
    found = proof.found
    for word, lines in (
        ("DAMAGED", found.damaged),
        ("UNREADABLE", [*found.unreadable, *proof.unread]),
        ("FORGOTTEN", [str(row) for row in found.again]),
        ("TWICE", [str(pair) for pair in found.duplicates]),
        ("DOCUMENTS", found.documents),
        ("STATE", found.state),
        ("map", found.maps),
        ("left", found.left),
        ("foreign", found.foreign),
    ):
        kind = notice(word)
        for line in lines[:MOST_LINES]:
            say(f"{styled(kind, BAD) if word.isupper() else kind} {here(line)}")
        if lines[MOST_LINES:]:
            say(notice("{word} and {n:,} more; --json names them all", word=kind, n=len(lines) - MOST_LINES))


def _say_verdicts(verdicts: list[Verdict]) -> None:
    for v in verdicts:
        form = "{session} sub-agent {agent}" if v.agent else "{session}"
        notes = [worded("{n:,} of {entries}", n=v.archived, entries=count_of(v.entries, "entry"))]
        notes += [worded("{secrets} left out", secrets=count_of(v.redactions, "secret"))] if v.redactions else []
        notes += [count_of(v.skipped_lines, "unreadable line")] if v.skipped_lines else []
        notes += [worded("{n:,} forgotten on purpose", n=v.forgotten)] if v.forgotten else []
        good, bad = notice("whole"), notice("MISSING")
        width = max(len(good), len(bad))
        word = styled(f"{good:{width}}", GOOD) if v.ok else styled(f"{bad:{width}}", BAD)
        said = worded("{name}: {notes}", name=worded(form, session=v.session, agent=v.agent), notes=Joined(", ", notes))
        say(f"{word} {here(said)}")
        for uuid in v.missing:
            say(notice("        missing {uuid}", uuid=uuid))
        for f in v.files:
            form = "        missing {file}: {why}" if f["lost"] else "        not taken {file}: {why}"
            say(notice(form, file=f["file"], why=phrase(f["why"])))
    left_out = _total(v.left_out for v in verdicts)
    if left_out:
        most = sorted(left_out, key=lambda kind: (-left_out[kind], kind))
        shown = ", ".join(f"{numbered(left_out[kind])} x {kind}" for kind in most[:4])
        say(
            notice(
                "left out on purpose: {records} ({shown}{more})",
                records=count_of(sum(left_out.values()), "record"),
                shown=shown,
                more=", ..." if most[4:] else "",
            )
        )
    unknown = unknown_kinds(verdicts)
    if unknown:
        shown = ", ".join(f"{numbered(one['count'])} x `{one['kind']}`" for one in unknown)
        say(
            notice(
                "{kinds} of records I do not know: {shown}; their words count all the same",
                kinds=count_of(len(unknown), "kind"),
                shown=shown,
            )
        )


def _say_what_next(proof: ProofRun, repaired: Repaired | None) -> None:
    checked, n = proof.found.checked(), len(proof.verdicts)
    counts = (
        (n, "transcript"),
        (checked["sessions"], "session"),
        (checked["chunks"], "chunk"),
        (checked["blobs"], "output"),
    )
    what = Joined(", ", [count_of(count, noun) for count, noun in counts])
    if proof.nothing:
        remark("nothing was checked: there is neither a transcript of this project nor a chunk in the archive")
        return
    remark("checked {what}, {bytes} read", what=what, bytes=size(checked["bytes"]))
    if not proof.verdicts:
        remark(
            "Claude Code has no transcripts of this project to compare with: only the archive's own files were "
            "checked, which are as they were written"
            if proof.whole
            else "Claude Code has no transcripts of this project to compare with: only the archive's own files were "
            "checked"
        )
    if proof.whole:
        if proof.forgotten:
            _talk_of_forgotten(proof)
        return
    if proof.found.again:
        _talk_of_returned(proof)
    if proof.unharmed:
        return
    if repaired is not None:
        remark("what is still named above could not be brought back, neither from the second copy nor a transcript")
    elif proof.found.ok:
        remark("`rlm archive --all` brings in what is missing")
    else:
        remark("`rlm archive --all` brings in what is missing; `rlm verify --repair` does, and proves it again")


def _talk_of_returned(proof: ProofRun) -> None:
    remark(
        "not whole: {entries} that you had forgotten {n:|stands|stand} in chunks again, as after a backup was put "
        "back; `rlm forget`, as named above, takes {n:|it|them} out, of the index and of the copy, too",
        entries=count_of(count := sum(row.entries for row in proof.found.again), "entry"),
        n=count,
    )


def _talk_of_forgotten(proof: ProofRun) -> None:
    remark("whole, but for {entries} forgotten on purpose", entries=count_of(proof.forgotten, "entry"))
