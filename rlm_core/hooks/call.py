"""One call of a hook: what Claude Code hands over, what is archived for it, and the answer's two forms.

The payload is treated as hostile: ids are sanitised before they name a file, only regular transcript
files are read, and everything is written below the project's archive.
"""

from __future__ import annotations

import os

from rlm_core import deadline, log
from rlm_core import quickjson as json
from rlm_core.archive.progress import up_to_date
from rlm_core.config import Config
from rlm_core.disk import archive_root, names
from rlm_core.errors import LockTimeoutError
from rlm_core.project import project_of
from rlm_core.transcript.source import Source, file_stamp, transcript_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanText, literal
else:
    literal = str  # as it is at run time: an idle hook loads no more than it must

INLINE_BYTES = 4 * 1024 * 1024  # more than this is archived by a detached process
INLINE_WITH_PATTERNS = 128 * 1024  # with patterns of the user's, whose time nobody knows, and which hear few signals
SESSIONS_TO_READ = 20
MUTE = ("PreCompact", "PostCompact", "SessionEnd", "StopFailure", "SubagentStop")
"""Events from which nothing reaches the user."""


class Hook:
    """One call of a hook: the payload's fields, checked, and where the archive is.

    start: where the session began, "" when nobody says; project: what that belongs to. said: lines for the user beside
    the answer, where the event can show any.
    """

    __slots__ = ("config", "event", "payload", "project", "root", "said", "scope", "source", "start")

    def __init__(self, event: CleanText, scope: str, payload: dict[str, Any]) -> None:
        self.event = event
        self.scope = scope
        self.payload = payload
        self.start = os.environ.get("CLAUDE_PROJECT_DIR") or self.path("cwd")
        self.project = project_of(self.start) if self.start else ""
        self.root = archive_root(self.project)
        self.config = Config()
        self.said: list[str] = []
        self.source = transcript_source(self.path("transcript_path"), self.text("session_id"))

    def text(self, name: str) -> str:
        """A field that must be a string; "" when it is missing or something else."""
        value = self.payload.get(name)
        return value if isinstance(value, str) else ""

    def path(self, name: str) -> str:
        """A field that must be a path; "" also for what no file can be called."""
        value = self.text(name)
        try:
            return value if b"\0" not in os.fsencode(value) else ""
        except UnicodeEncodeError:
            return ""


def to_user(text: str) -> str:
    """The answer that shows the user a line, in the user's language."""
    return json.dumps({"systemMessage": for_user(text)})


def for_user(text: str) -> str:
    """A line in the user's language; what a terminal would obey in a name in it is made visible."""
    from rlm_core.language.notices import here

    said = here(text)
    if said.isprintable():
        return said
    from rlm_core.language.quoting import visible

    return visible(said)


def to_claude(hook: Hook, context: str, message: str = "") -> str:
    """The answer that gives Claude some context, and the user a line; "" when there is neither."""
    answer: dict[str, Any] = {}
    if context:
        answer["hookSpecificOutput"] = {"hookEventName": hook.event, "additionalContext": context}
    if message:
        answer["systemMessage"] = for_user(message)
    return json.dumps(answer) if answer else ""


def archive_now(
    hook: Hook, source: Source | None, wait: float, most: int = INLINE_BYTES, *, files: bool = False
) -> CleanText:
    """Archive what is new in a transcript and its sub-agents'; a few words about it for the log.

    files: look through the session's whole folder. Without it that is done only when a stat tells that a workflow has
    left something there. More than `most` bytes at once, as when rlm is installed in the middle of a long session, go
    to a detached process.
    """
    if source is None:
        return literal("no transcript")
    try:
        with deadline.Breakable(lambda: _hand_over(hook, source)):
            return _archived(hook, source, wait, most, files)
    except LockTimeoutError as e:
        # Whoever holds it archives the same; the next hook sees to the rest.
        from rlm_core.hooks.postponed import postponed

        deadline.handed_over()
        hook.said += postponed(hook.root, source, e, tells=hook.event not in MUTE)
        return log.clean(hook.root, f"postponed: {e}")
    except deadline.OutOfTime:
        _hand_over(hook, source)
        return literal("out of time: detached")


def _hand_over(hook: Hook, source: Source) -> None:
    """Have a process of its own archive what this hook does not."""
    from rlm_core.hooks.detached import sweep_detached

    sweep_detached(hook.project, source)
    deadline.handed_over()


def _archived(hook: Hook, source: Source, wait: float, most: int, files: bool) -> CleanText:
    deep = os.path.isdir(source.folder) and (files or _is_stirred(hook.root, source))
    stale = [s for s in (source, *source.agents(deep=deep)) if not up_to_date(hook.root, s)]
    if not stale and not deep:
        return literal("nothing new")
    from rlm_core.archive.store import Archive
    from rlm_core.archive.take import backlog, is_waiting, take_all

    deadline.watch()
    archive = Archive(hook.root, hook.config)
    if not stale and not is_waiting(archive, source):
        return literal("nothing new")
    waiting = sum(backlog(archive, s) for s in stale) + _in_files(hook.root, source, deep)
    most = min(most, INLINE_WITH_PATTERNS) if hook.config.redact_extra else most
    if waiting > most or _ledger_is_gone(hook.root):
        _hand_over(hook, source)
        return literal("much to archive: detached")
    begins = not os.path.exists(archive.path("state", "id"))
    reports = take_all(archive, source, wait=wait, deep=deep)
    if begins:
        note_the_project(hook)  # which worktree this is: it may be gone before the next session
    _caught_up(hook.root, source)
    chunks = sum(r.chunks_new for r in reports)
    skipped = sum(r.skipped_lines for r in reports)
    words = literal("entries+{} chunks+{}").format(sum(r.entries_new for r in reports), chunks)
    if chunks:
        words += _index_started(hook)
    return literal("{} unreadable={}").format(words, skipped) if skipped else words


def _caught_up(root: str, source: Source) -> None:
    """Forget that the transcript was postponed, as seldom happens."""
    path = os.path.join(root, "state", "postponed")
    if os.path.isdir(path):
        from rlm_core.hooks.postponed import forget

        forget(root, source)


def note_the_project(hook: Hook) -> None:
    """Have the user's list say where the project is, and which worktree this session works in."""
    from rlm_core.project import counterpart
    from rlm_core.registry import note

    note(hook.root, counterpart(hook.start, hook.project) if hook.start != hook.project else "")


def _is_stirred(root: str, source: Source) -> bool:
    """Whether a workflow has left something new in the session's folder."""
    from rlm_core.transcript.folder import depth_stamp

    stamp = depth_stamp(source.folder)
    if stamp == [0, 0]:
        return False
    from rlm_core.archive.files.note import is_stirred

    return is_stirred(root, source, stamp)


def _in_files(root: str, source: Source, deep: bool) -> int:
    """Bytes of the folder's files that are to be archived: those of outputs, too, as records name them."""
    if not deep:
        from rlm_core.archive.progress import state_path
        from rlm_core.transcript.outputs import bytes_since

        stirred = os.path.isdir(source.folder)
        return bytes_since(source.folder, file_stamp(state_path(root, source))[1]) if stirred else 0
    from rlm_core.archive.files.note import bytes_waiting

    return bytes_waiting(root, source)


def _index_started(hook: Hook) -> CleanText:
    """Start the indexer; what to log when that failed, "" when it did not."""
    from rlm_core.hooks.detached import index_detached

    try:
        index_detached(hook.project)
    except OSError as e:  # all is archived: the next search indexes it
        return log.clean(hook.root, f" index not started: {e}")
    return literal("")


def _ledger_is_gone(root: str) -> bool:
    """Whether the ledger must first be made anew from more files than a hook has time to read."""
    sessions = os.path.join(root, "sessions")
    if os.path.exists(os.path.join(root, "state", "uuids")) or not os.path.isdir(sessions):
        return False
    return len(names(sessions)) > SESSIONS_TO_READ
