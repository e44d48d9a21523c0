"""What each hook does: takes Claude Code's payload, archives what is new, words the answer.

The payload is treated as hostile: ids are sanitised before they name a file, only regular transcript
files are read, and everything is written below the project's archive. Modules that cost time to load
are imported where they are needed: a hook with nothing to do loads none of them.
"""

from __future__ import annotations

import json
import os
import time

from rlm_core import log
from rlm_core.archive.progress import left_behind, state_path, up_to_date
from rlm_core.config import Config, load_cached
from rlm_core.errors import ArchiveError, LockTimeoutError
from rlm_core.hooks import precedence
from rlm_core.hooks.detached import build_environment, index_detached, sweep_detached
from rlm_core.hooks.notes import cleared, note_cleared, told_first_time, transcript_source
from rlm_core.transcript.source import Source
from rlm_core.transcript.waiting import wait_for_last_lines, wait_for_message, wait_for_results

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rlm_core.handoff.wording import Words
    from rlm_core.redaction.clean import CleanText, literal
else:
    literal = str  # as it is at run time: an idle hook loads no more than it must

EVENTS = (
    literal("SessionStart"),
    literal("UserPromptSubmit"),
    literal("Stop"),
    literal("SubagentStop"),
    literal("PreCompact"),
    literal("PostCompact"),
    literal("SessionEnd"),
)
STARTS = (literal("startup"), literal("resume"), literal("clear"), literal("compact"), literal("fork"))
INLINE_BYTES = 4 * 1024 * 1024  # more than this is archived by a detached process
SESSIONS_TO_READ = 20


class Hook:
    """One call of a hook: the payload's fields, checked, and where the archive is."""

    __slots__ = ("config", "event", "form", "payload", "project", "root", "source")

    def __init__(self, event: CleanText, form: str, payload: dict[str, Any]) -> None:
        self.event = event
        self.form = form
        self.payload = payload
        self.project = os.environ.get("CLAUDE_PROJECT_DIR") or self.text("cwd")
        self.root = os.path.join(self.project, ".claude", "rlm")
        self.config = Config()
        self.source = transcript_source(self.text("transcript_path"), self.text("session_id"))

    def text(self, name: str) -> str:
        """A field that must be a string; "" when it is missing or something else."""
        value = self.payload.get(name)
        return value if isinstance(value, str) else ""


def event_name(word: str) -> CleanText:
    """`pre-compact` or `PreCompact` -> `PreCompact`; "" for an event that is not ours."""
    camel = "".join(w[:1].upper() + w[1:] for w in word.split("-"))
    return next((event for event in EVENTS if event == camel), literal(""))


def respond(word: str, form: str, data: bytes, started: float) -> str:
    """Do what the event asks for; what comes back goes to stdout as it is, "" for nothing."""
    event = event_name(word)
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        payload = None
    if not event or not isinstance(payload, dict):
        project = os.environ.get("CLAUDE_PROJECT_DIR", "")
        said = literal("{} unusable payload of {} bytes").format(event or literal("unknown event:"), len(data))
        log.write(os.path.join(project, ".claude", "rlm"), said)
        return ""
    hook = Hook(event, form, payload)
    if not hook.project or not os.path.isdir(hook.project) or precedence.stands_aside(form, event, hook.project):
        return ""
    hook.config = load_cached(hook.project, os.path.join(hook.root, "state", "config.json"))
    if not hook.config.enabled:
        return ""
    return _answer(hook, started)


def _answer(hook: Hook, started: float) -> str:
    answer = ""
    try:
        note, answer = HANDLERS[hook.event](hook)
    except (OSError, ArchiveError) as e:
        note = log.clean(hook.root, f"FAILED {e}")
        answer = _complaint(hook, str(e))
    session = hook.source.session if hook.source else "-"
    log.hook(hook.root, hook.event, session, note, time.perf_counter() - started)
    return answer


def _complaint(hook: Hook, reason: str) -> str:
    """Tell the user that nothing is archived and why; once per reason and session."""
    if hook.event in ("PreCompact", "PostCompact", "SessionEnd", "SubagentStop"):
        return ""  # no way to reach the user from there
    session = hook.source.session if hook.source else ""
    if hook.event != "SessionStart" and not told_first_time(f"{session} {reason}"):
        return ""
    return _to_user(
        f"rlm: this session is not being archived: {reason}. Claude Code's own transcript still has "
        "everything; `rlm doctor` tells more."
    )


def _to_user(text: str) -> str:
    return json.dumps({"systemMessage": text})


def _to_claude(hook: Hook, context: str, message: str = "") -> str:
    answer: dict[str, Any] = {}
    if context:
        answer["hookSpecificOutput"] = {"hookEventName": hook.event, "additionalContext": context}
    if message:
        answer["systemMessage"] = message
    return json.dumps(answer) if answer else ""


# Archiving.


def archive_now(hook: Hook, source: Source | None, wait: float, most: int = INLINE_BYTES) -> CleanText:
    """Archive what is new in a transcript and its sub-agents'; a few words about it for the log.

    More than `most` bytes at once, as when rlm is installed in the middle of a long session, go to a
    detached process.
    """
    if source is None:
        return literal("no transcript")
    stale = [s for s in (source, *source.agents()) if not up_to_date(hook.root, s)]
    if not stale:
        return literal("nothing new")
    from rlm_core.archive.store import Archive

    archive = Archive(hook.root, hook.config)
    if sum(archive.backlog(s) for s in stale) > most or _ledger_is_gone(hook.root):
        sweep_detached(hook.project, source)
        return literal("much to archive: detached")
    try:
        reports = archive.take_all(source, wait=wait)
    except LockTimeoutError as e:
        return log.clean(
            hook.root, f"postponed: {e}"
        )  # whoever holds it archives the same; the next hook sees to the rest
    chunks = sum(r.chunks_new for r in reports)
    skipped = sum(r.skipped_lines for r in reports)
    words = literal("entries+{} chunks+{}").format(sum(r.entries_new for r in reports), chunks)
    if chunks:
        try:
            index_detached(hook.project)
        except OSError as e:  # all is archived: the next search indexes it
            words += log.clean(hook.root, f" index not started: {e}")
    return literal("{} unreadable={}").format(words, skipped) if skipped else words


def _ledger_is_gone(root: str) -> bool:
    """Whether the ledger must first be made anew from more files than a hook has time to read."""
    sessions = os.path.join(root, "sessions")
    if os.path.exists(os.path.join(root, "state", "uuids")) or not os.path.isdir(sessions):
        return False
    return len(os.listdir(sessions)) > SESSIONS_TO_READ


# The events. Each gives (words for the log, answer).


def _on_stop(hook: Hook) -> tuple[CleanText, str]:
    if hook.source:
        wait_for_message(hook.source.path, hook.text("last_assistant_message"))
    return archive_now(hook, hook.source, 2.0), ""


def _on_subagent_stop(hook: Hook) -> tuple[CleanText, str]:
    if not hook.text("agent_type"):
        return literal("the summariser's own"), ""
    return archive_now(hook, hook.source, 2.0), ""


def _on_session_end(hook: Hook) -> tuple[CleanText, str]:
    if hook.source and hook.text("reason") == "prompt_input_exit":
        wait_for_last_lines(hook.source.path)
    note = archive_now(hook, hook.source, 0.5, most=1024 * 1024)
    if hook.text("reason") == "clear" and hook.source:
        note_cleared(hook.root, hook.source)
    return note, ""


def _on_prompt(hook: Hook) -> tuple[CleanText, str]:
    if hook.source is None:
        return literal("no transcript"), ""
    kept = os.path.isdir(os.path.join(hook.root, "state"))
    context = ""
    if hook.config.hints and kept:
        from rlm_core.hooks.detached import hint_for

        context = hint_for(hook.project, hook.source.session, hook.text("prompt"))
    note, message = _fullness(hook, hook.source, kept)
    return note + literal(" hint" if context else ""), _to_claude(hook, context, message)


def _fullness(hook: Hook, source: Source, kept: bool) -> tuple[CleanText, str]:
    """(words for the log, what the user is told when the context has filled up)."""
    from rlm_core.hooks.notes import crossed, line
    from rlm_core.transcript.usage import context_used, window_of

    if not os.path.exists(source.path):
        return literal("no transcript"), ""
    used, model = context_used(source.path)
    window = window_of(model, used, hook.config.window)
    note = literal("context {}/{}").format(used, window)
    if not kept or not crossed(hook.root, source.name, used / window, hook.config.threshold):
        return note, ""
    return note, line(used, window)


def _on_pre_compact(hook: Hook) -> tuple[CleanText, str]:
    from rlm_core.archive.cited import note_cited
    from rlm_core.hooks.compaction import transcript_compacted
    from rlm_core.hooks.pointers import summary_line

    if hook.source:
        wait_for_results(hook.source.path)
    note = archive_now(hook, hook.source, 5.0)
    state = _state(hook, transcript_compacted(hook.source, hook.text("agent_id")))
    line = summary_line(hook.root, state)
    if line:
        note_cited(hook.root, state)
    return note, line


def _on_post_compact(hook: Hook) -> tuple[CleanText, str]:
    note = archive_now(hook, hook.source, 2.0)
    summary = hook.text("compact_summary")
    if summary and hook.source:
        from rlm_core.archive.summaries import file_summary
        from rlm_core.config import redactor
        from rlm_core.hooks.compaction import transcript_compacted

        state, redact = _state(hook, transcript_compacted(hook.source, hook.text("agent_id"))), redactor(hook.config)
        file_summary(hook.root, state, redact(summary), redact.name(hook.text("trigger")))
    return note, ""


def _on_session_start(hook: Hook) -> tuple[CleanText, str]:
    from rlm_core.hooks.pointers import pointer, session_map

    how = next((start for start in STARTS if start == hook.text("source")), literal("another start"))
    note = literal("")
    shown = hook.source
    if how in ("compact", "resume", "fork"):
        note = archive_now(hook, hook.source, 2.0)
    if how == "compact":
        from rlm_core.hooks.compaction import transcript_compacted

        shown = transcript_compacted(hook.source, hook.text("agent_id"))
    elif how == "clear":
        shown = _cleared(hook) or hook.source
        note = archive_now(hook, shown, 2.0)
    if hook.source and left_behind(hook.root, hook.source):
        sweep_detached(hook.project, hook.source)
        note += literal(" sweep")
    build_environment(hook.form)
    _check_writable(hook)
    mapped = how in ("compact", "resume", "clear", "fork") and shown is not None
    handoff = _handoff(hook, shown if shown is not hook.source else None) if how in ("startup", "clear") else None
    context = session_map(hook.root, _state(hook, shown), handoff) if mapped else pointer(hook.root, handoff)
    message = f"rlm: {hook.config.problem}" if hook.config.problem else ""
    return literal("{} {}").format(how, note), _to_claude(hook, context, message)


def _cleared(hook: Hook) -> Source | None:
    return cleared(hook.root, os.path.dirname(hook.source.path)) if hook.source else None


def _handoff(hook: Hook, ended: Source | None) -> Words | None:
    """Where the session that /clear has just ended, or else the project's last one, left off."""
    if hook.source is None or not os.path.isdir(os.path.join(hook.root, "sessions")):
        return None
    from rlm_core.config import redactor
    from rlm_core.handoff.gather import from_transcript
    from rlm_core.handoff.previous import previous
    from rlm_core.handoff.wording import left_off

    redact = redactor(hook.config)
    made = from_transcript(ended, redact) if ended else None
    which = "the session just cleared" if made else "the last session here"
    if made is None:
        asking = os.environ.get("CLAUDE_CODE_ENTRYPOINT", "")
        made = previous(hook.root, os.path.dirname(hook.source.path), hook.source.session, asking, redact)
    return (lambda room: left_off(made, which, room)) if made else None


def _check_writable(hook: Hook) -> None:
    """Say at the start, not after an hour's work, that nothing can be kept."""
    if not os.path.isdir(hook.root):
        if not os.access(_existing(hook.root), os.W_OK):
            raise ArchiveError(f"{_existing(hook.root)} cannot be written")
        return
    from rlm_core.disk import check_dir

    for part in ("", "sessions", "state"):
        path = os.path.join(hook.root, part).rstrip("/\\")
        if os.path.lexists(path):
            check_dir(path)
            if not os.access(path, os.W_OK):
                raise ArchiveError(f"{path} cannot be written")


def _existing(path: str) -> str:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _state(hook: Hook, source: Source | None) -> dict[str, Any]:
    from rlm_core.disk import read

    if source is None:
        return {}
    try:
        state = json.loads(read(state_path(hook.root, source)) or b"{}")
    except (ValueError, OSError):
        return {}
    return state if isinstance(state, dict) else {}


HANDLERS: dict[str, Callable[[Hook], tuple[CleanText, str]]] = {
    "SessionStart": _on_session_start,
    "UserPromptSubmit": _on_prompt,
    "Stop": _on_stop,
    "SubagentStop": _on_subagent_stop,
    "PreCompact": _on_pre_compact,
    "PostCompact": _on_post_compact,
    "SessionEnd": _on_session_end,
}
