"""The events of Claude Code that we answer, and what each of them does.

Modules that cost time to load are imported where they are needed: a hook with nothing to do loads none of them.
"""

from __future__ import annotations

import os
import sys
import time

from rlm_core import deadline, log
from rlm_core import quickjson as json
from rlm_core.archive.progress import noted_state
from rlm_core.config import load_cached
from rlm_core.disk import archive_root
from rlm_core.errors import ArchiveError, Joined, worded
from rlm_core.hooks import precedence
from rlm_core.hooks.call import MUTE, Hook, archive_now, for_user, to_claude, to_user
from rlm_core.ownership import LINK, UNREADABLE, foreign, refusal
from rlm_core.project import project_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rlm_core.redaction.clean import CleanText, literal
    from rlm_core.transcript.source import Source
else:
    literal = str  # as it is at run time: an idle hook loads no more than it must

MOST_BYTES = 32 * 1024 * 1024  # of a payload; a longer one is refused
STAND_IN = "RLM_STANDIN"  # set by the launcher when a spare copy of the package runs the hook, see launcher/shell
EVENTS = (
    literal("SessionStart"),
    literal("UserPromptSubmit"),
    literal("Stop"),
    literal("StopFailure"),
    literal("SubagentStop"),
    literal("PreCompact"),
    literal("PostCompact"),
    literal("SessionEnd"),
)


def event_name(word: str) -> CleanText:
    """`pre-compact` or `PreCompact` -> `PreCompact`; "" for an event that is not ours."""
    camel = "".join(w[:1].upper() + w[1:] for w in word.split("-"))
    return next((event for event in EVENTS if event == camel), literal(""))


def respond(word: str, scope: str, data: bytes, started: float) -> str:
    """Do what the event asks for; what comes back goes to stdout as it is, "" for nothing."""
    event = event_name(word)
    try:
        payload = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        payload = None
    if not event or not isinstance(payload, dict):
        start = os.environ.get("CLAUDE_PROJECT_DIR", "")
        said = literal("{} unusable payload of {} bytes").format(event or literal("unknown-event"), len(data))
        root = archive_root(project_of(start) if start else "")
        if start and not foreign(root, looks=False):
            log.write(root, said)
        return ""
    hook = Hook(event, scope, payload)
    if not hook.project or not os.path.isdir(hook.project) or precedence.stands_aside(scope, event, hook.start):
        return ""
    hook.config = load_cached(hook.project)
    if not hook.config.enabled:
        return _switched_off(hook)
    why = foreign(hook.root, looks=event == "SessionStart")
    if why:  # nothing of it is opened, not even to write a line into its log
        return _told_of_foreign(hook, why)
    return _answer(hook, started)


def _told_of_foreign(hook: Hook, why: str) -> str:
    """What the user is told of an archive that is not theirs: at each start of a session, and once in its middle, where
    a `git pull` has made it so; "" for all else.

    A link in the archive's place, or a closed list, is complained of as anything is that cannot be written.
    """
    if why.endswith((LINK, UNREADABLE)):
        return _complaint(hook, why)
    starts = hook.event == "SessionStart"
    if hook.event in MUTE or (starts and hook.text("source") == "compact"):
        return ""
    from rlm_core.hooks.notes import told_first_time

    session = hook.source.session if hook.source else ""
    first = told_first_time(f"{session} foreign")
    return to_user(worded("rlm: {why}", why=refusal(hook.root, why))) if starts or first else ""


def _switched_off(hook: Hook) -> str:
    """A line where it is the repository that has nothing archived, and the user has hooks for all projects."""
    if hook.event != "SessionStart":
        return ""
    from rlm_core.hooks.trouble import switched_off

    return to_user(said) if (said := switched_off(hook)) else ""


def _answer(hook: Hook, started: float) -> str:
    answer = ""
    try:
        note, answer = HANDLERS[hook.event](hook)
    except (OSError, ArchiveError) as e:
        note = log.clean(hook.root, f"FAILED {e}")
        answer = _complaint(hook, e)
    if not answer and STAND_IN in os.environ and hook.event in ("UserPromptSubmit", "Stop"):
        from rlm_core.hooks.trouble import stood_in_for

        answer = to_user(said) if (said := stood_in_for(hook)) else ""
    answer = _with_lines(hook, answer)
    session = hook.source.session if hook.source else "-"
    log.hook(hook.root, hook.event, session, note, time.perf_counter() - started)
    return answer


def _with_lines(hook: Hook, answer: str) -> str:
    """The answer with what else the user is to be told, where the event can tell it."""
    starts = hook.event == "SessionStart" and hook.text("source") != "compact"
    if starts or hook.event == "Stop":
        lock = sys.modules.get("rlm_core.lock")
        if (lock is not None and lock.substituted) or os.path.exists(os.path.join(hook.root, "state", "no-locks")):
            from rlm_core.hooks.postponed import without_locks

            hook.said += without_locks(hook.root, starts=starts)
    if not hook.said or hook.event in MUTE:
        return answer
    lines = Joined("\n", hook.said)
    if not answer:
        return to_user(lines)
    whole = json.loads(answer)
    before = whole.get("systemMessage")
    return json.dumps({**whole, "systemMessage": f"{before}\n{for_user(lines)}" if before else for_user(lines)})


def _complaint(hook: Hook, reason: object) -> str:
    """Tell the user that nothing is archived and why; once per reason and session, and at each of its starts."""
    if hook.event in MUTE:
        return ""
    from rlm_core.hooks.notes import told_first_time

    session = hook.source.session if hook.source else ""
    again = not told_first_time(f"{session} {reason}")
    if again and (hook.event != "SessionStart" or hook.text("source") == "compact"):
        return ""
    return to_user(
        worded(
            "rlm: this session is not being archived: {why}. Claude Code's own transcript still has "
            "everything; `rlm doctor` tells more.",
            why=reason,
        )
    )


# The events. Each gives (words for the log, answer).


def _on_stop(hook: Hook) -> tuple[CleanText, str]:
    if hook.source:
        from rlm_core.transcript.waiting import wait_for_message

        wait_for_message(hook.source.path, hook.text("last_assistant_message"))
    return archive_now(hook, hook.source, 2.0), ""


def _on_subagent_stop(hook: Hook) -> tuple[CleanText, str]:
    if not hook.text("agent_type"):
        return literal("the summariser's own"), ""
    return archive_now(hook, hook.source, 2.0), ""


def _on_session_end(hook: Hook) -> tuple[CleanText, str]:
    if hook.source and hook.text("reason") == "prompt_input_exit":
        from rlm_core.transcript.waiting import wait_for_last_lines

        wait_for_last_lines(hook.source.path)
    note = archive_now(hook, hook.source, 0.5, most=1024 * 1024, files=True)
    if hook.text("reason") == "clear" and hook.source:
        from rlm_core.hooks.notes import note_cleared

        note_cleared(hook.root, hook.source)
    return note + _copy_started(hook), ""


def _copy_started(hook: Hook) -> CleanText:
    """At its end a session's open chunk is copied, too, unless the copy has it already."""
    if hook.source and hook.config.copies:
        from rlm_core.archive.copies.place import is_behind

        if is_behind(hook.root, hook.source):
            from rlm_core.hooks.detached import copy_detached

            copy_detached(hook.project)
            return literal(" copy")
    return literal("")


def _on_prompt(hook: Hook) -> tuple[CleanText, str]:
    if hook.source is None:
        return literal("no transcript"), ""
    kept = os.path.isdir(os.path.join(hook.root, "state"))
    context = ""
    if hook.config.hints and kept:
        from rlm_core.hooks.detached import hint_for

        context = hint_for(hook.project, hook.source.session, hook.text("prompt"))
    note, message = _fullness(hook, hook.source, kept)
    return note + literal(" hint" if context else ""), to_claude(hook, context, message)


def _fullness(hook: Hook, source: Source, kept: bool) -> tuple[CleanText, str]:
    """(words for the log, what the user is told when the context has filled up)."""
    from rlm_core.hooks.notes import crossed, line, noted_window
    from rlm_core.transcript.usage import context_used, window_of

    if not os.path.exists(source.path):
        return literal("no transcript"), ""
    used, model = context_used(source.path)
    window = window_of(model, used, hook.config.window or noted_window(hook.root, source.name))
    note = literal("context {}/{}").format(used, window)
    if not kept or not crossed(hook.root, source.name, used / window, hook.config.threshold):
        return note, ""
    return note, line(used, window)


def _on_pre_compact(hook: Hook) -> tuple[CleanText, str]:
    from rlm_core.archive.cited import note_cited
    from rlm_core.hooks.compaction import transcript_compacted
    from rlm_core.hooks.pointers import summary_line

    if hook.source:
        from rlm_core.transcript.waiting import wait_for_results

        wait_for_results(hook.source.path)
    note = archive_now(hook, hook.source, 5.0)
    state = noted_state(hook.root, transcript_compacted(hook.source, hook.text("agent_id")))
    line = summary_line(hook.root, state)
    if line:
        note_cited(hook.root, state)
    return note, line


def _on_post_compact(hook: Hook) -> tuple[CleanText, str]:
    note = archive_now(hook, hook.source, 2.0)
    summary = hook.text("compact_summary")
    if summary and hook.source:
        deadline.watch()
        from rlm_core.archive.summaries import file_summary
        from rlm_core.config import redactor
        from rlm_core.hooks.compaction import transcript_compacted

        state = noted_state(hook.root, transcript_compacted(hook.source, hook.text("agent_id")))
        redact = redactor(hook.config)
        file_summary(hook.root, state, redact(summary), redact.name(hook.text("trigger")))
    return note, ""


def _on_session_start(hook: Hook) -> tuple[CleanText, str]:
    from rlm_core.hooks.start import session_start

    return session_start(hook)


HANDLERS: dict[str, Callable[[Hook], tuple[CleanText, str]]] = {
    "SessionStart": _on_session_start,
    "UserPromptSubmit": _on_prompt,
    "Stop": _on_stop,
    "StopFailure": _on_stop,
    "SubagentStop": _on_subagent_stop,
    "PreCompact": _on_pre_compact,
    "PostCompact": _on_post_compact,
    "SessionEnd": _on_session_end,
}
