"""Takes the remains of lost sessions into the archive, by the same way as a transcript, with a word on what is lost."""

from __future__ import annotations

import os
import tempfile
import uuid

from rlm_core.archive.take import take
from rlm_core.config import redactor
from rlm_core.disk import write_atomic
from rlm_core.errors import Counted, phrase, worded
from rlm_core.everywhere.going import transcript_paths
from rlm_core.reach import Reach
from rlm_core.record import Record, each
from rlm_core.redaction.clean import EMPTY, dumps, fields, literal, moment
from rlm_core.redaction.ids import clean_id
from rlm_core.rescue.remains import Remains, lost_sessions, plans
from rlm_core.search.hits import Filters
from rlm_core.timeline.sessions import SessionFolders
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText
    from rlm_core.redaction.redactor import Redactor

LOST = "Claude's answers, thoughts, calls of tools and their outputs"
SAID = (
    "Rescued by rlm: Claude Code had deleted the transcript of this {what} before it was archived. "
    "What stands here is {left}. Lost: {lost}."
)
PLANS_NAME = "plans"


class Rescued(Record):
    """What was found. agents: sessions of which only sub-agents' transcripts are there. other_plans: that name another
    project, or none. kept_out: sessions and plans from before something was forgotten: they may be what was.
    """

    sessions: list[dict[str, Any]] = each(list)
    agents: list[str] = each(list)
    plans: list[str] = each(list)
    other_plans: int = 0
    kept_out: int = 0

    @property
    def prompts(self) -> int:
        return sum(int(row["prompts"]) for row in self.sessions)

    @property
    def lost(self) -> list[str]:
        """What nothing brings back, in sentences."""
        unread = sum(int(row["unreadable"]) for row in self.sessions)
        days = sum(bool(row["day"]) for row in self.sessions)
        forms = {
            "of {sessions}: {what}": len(self.sessions),
            "{versions} of files that are no text, or too many": unread,
            "which prompts of {n:,} {n:|day|days} belong to one session": days,
            "which project {n:,} {n:|plan belongs|plans belong} to: {n:|it was|they were} left": self.other_plans,
            "{n:,} {n:|session or plan|sessions and plans} from before your last `rlm forget`: "
            "{n:|it|they} may be what it took": self.kept_out,
        }
        return [
            worded(form, n=n, sessions=Counted(n, "session"), versions=Counted(n, "version"), what=phrase(LOST))
            for form, n in forms.items()
            if n
        ]

    def as_json(self) -> dict[str, Any]:
        shown = ("sessions", "prompts", "agents", "plans", "lost", "kept_out")
        return {name: getattr(self, name) for name in shown}


def rescue(archive: Archive, project: str, *, dry: bool = False) -> Rescued:
    """Archive what is left of the project's lost sessions. dry: say what that is, and change nothing.

    What is archived already is passed over, so that it may be run again. Raises ArchiveError or OSError.
    """
    reach, done = Reach(project), Rescued()
    redact = redactor(archive.config)
    forgot = max((when for when, _ in archive.tombstones().runs), default=EMPTY)[:19]
    known = _Known(archive)
    with tempfile.TemporaryDirectory(prefix="rlm-rescue-") as folder:
        for source in [
            s for s in transcripts(project) if not os.path.isfile(s.path) and not known.is_archived(s.session)
        ]:
            done.agents.append(source.session)
            for one in (source, *source.agents()) if not dry else ():
                take(archive, one)
        for remains in lost_sessions(reach, known.holds):
            if remains.started[:19] <= forgot:
                done.kept_out += 1
                continue
            done.sessions.append(_row(remains))
            if not dry:
                _take(archive, folder, remains.session, _records(remains, redact))
        found, done.other_plans = plans(reach)
        own = [plan for plan in found if _time(plan[2])[:19] > forgot]
        done.kept_out += len(found) - len(own)
        done.plans = [name for name, _, _ in own]
        if own and not dry:
            session = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{reach.project}\0{PLANS_NAME}"))
            writer = _Writer(session, project, redact)
            for name, text, when in sorted(own, key=lambda p: p[2]):
                writer.note(_time(when), f"[plan] {name}\n\n{text}")
            _take(archive, folder, session, writer.lines)
    return done


class _Known:
    """Which sessions are archived, or may be yet because their transcript is there."""

    def __init__(self, archive: Archive) -> None:
        folders = list(SessionFolders(archive, Filters())) if archive.exists() else []
        self._spans = [(f.started[:19], f.ended[:19]) for f in folders if f.started]
        self._archived = {f.session for f in folders}
        self._there = set(transcript_paths())

    def is_archived(self, session: str) -> bool:
        return session in self._archived

    def holds(self, session: str, when: str) -> bool:
        """Whether a prompt is in one of them: by the session's id, else by its time."""
        if session:
            return session in self._archived or session in self._there
        return any(started <= when[:19] <= ended for started, ended in self._spans)


def _row(remains: Remains) -> dict[str, Any]:
    return {
        "session": remains.session,
        "started": remains.started,
        "ended": remains.ended,
        "prompts": len(remains.prompts),
        "todos": len(remains.todos),
        "versions": len(remains.versions),
        "unreadable": remains.unreadable,
        "day": remains.is_day,
    }


def _records(remains: Remains, redact: Redactor) -> list[CleanBytes]:
    writer = _Writer(remains.session, remains.cwd, redact)
    left = [
        Counted(len(remains.prompts), "prompt"),
        Counted(len(remains.todos), "todo"),
        f"{Counted(len(remains.versions), 'version')} of files",
    ]
    what = "day (its prompts name no session)" if remains.is_day else "session"
    writer.note(_time(remains.prompts[0][0]), SAID.format(what=what, left=", ".join(left), lost=LOST))
    for when, text in remains.prompts:
        writer.prompt(_time(when), text)
    last = _time(remains.prompts[-1][0])
    if remains.todos:
        writer.note(last, "[todos]\n" + "\n".join(remains.todos))
    for name, text in remains.versions:
        writer.note(last, f"[file history] {name}, as it was before an edit\n\n{text}")
    return writer.lines


def _time(milliseconds: int) -> str:
    import time

    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


class _Writer:
    """Records in the shape of the client's, with ids that come out the same each time."""

    def __init__(self, session: str, cwd: str, redact: Redactor) -> None:
        self.session, self.cwd, self.redact = session, cwd, redact
        self.lines: list[CleanBytes] = []

    def prompt(self, when: str, text: str) -> None:
        content = [fields(type=literal("text"), text=self.redact(text))]
        self._put(when, literal("user"), fields(message=fields(role=literal("user"), content=content)))

    def note(self, when: str, text: str) -> None:
        self._put(when, literal("system"), fields(subtype=literal("informational"), content=self.redact(text)))

    def _put(self, when: str, kind: CleanText, more: dict[CleanText, CleanJson]) -> None:
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.session}\0{when}\0{len(self.lines)}"))
        place = fields(
            type=kind, uuid=clean_id(name), parentUuid=None, isSidechain=False, timestamp=moment(when),
            sessionId=clean_id(self.session), cwd=self.redact.name(self.cwd),
        )  # fmt: skip
        record = {**place, **more}
        self.lines.append(dumps(record).encode() + literal("\n").encode())


def _take(archive: Archive, folder: str, session: str, lines: list[CleanBytes]) -> None:
    path = os.path.join(folder, f"{session}.jsonl")
    write_atomic(path, EMPTY.encode().join(lines), durable=False)
    take(archive, Source(path, session))
