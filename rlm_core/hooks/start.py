"""What SessionStart does: catches up on what was left unarchived, and tells Claude where everything is."""

from __future__ import annotations

import os

from rlm_core import deadline
from rlm_core.archive.progress import has_swept, left_behind, noted_state
from rlm_core.disk import check_dir
from rlm_core.errors import ArchiveError, worded
from rlm_core.hooks.call import Hook, archive_now, note_the_project, to_claude
from rlm_core.hooks.pointers import pointer, session_map
from rlm_core.hooks.trouble import is_outdated, record, troubles
from rlm_core.transcript.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.handoff.wording import Words
    from rlm_core.redaction.clean import CleanText, literal
else:
    literal = str  # as it is at run time: an idle hook loads no more than it must


class Start:
    """What a way to start asks for.

    archives: what is new in the transcript is archived before it is told of. maps: the chunks of the session are
    listed, since its beginning has left the context. hands_off: where the work stood is told.
    """

    __slots__ = ("archives", "hands_off", "maps")

    def __init__(self, *, archives: bool = False, maps: bool = False, hands_off: bool = False) -> None:
        self.archives = archives
        self.maps = maps
        self.hands_off = hands_off


STARTS = {
    literal("startup"): Start(hands_off=True),
    literal("resume"): Start(archives=True, maps=True),
    literal("fork"): Start(archives=True, maps=True),
    literal("compact"): Start(archives=True, maps=True),
    literal("clear"): Start(archives=True, maps=True, hands_off=True),
}
UNKNOWN = Start()
LEAST_USD, MOST_USD = 0.05, 1000.0  # that are worth a line; more is no figure
LEAST_BYTES = 256 * 1024  # that must be free for a session to be archived


def session_start(hook: Hook) -> tuple[CleanText, str]:
    """(words for the log, answer)."""
    deadline.watch()
    how = next((name for name in STARTS if name == hook.text("source")), literal("another start"))
    start = STARTS.get(how, UNKNOWN)
    ended = _cleared(hook) if how == "clear" else None
    note = archive_now(hook, ended or hook.source, 2.0) if start.archives else literal("")
    shown = _compacted(hook) if how == "compact" else ended or hook.source
    recorded = record(hook)
    note += _catch_up(hook, recorded)
    _check_writable(hook)
    handoff = _handoff(hook, ended if ended is not hook.source else None) if start.hands_off else None
    if how == "compact":
        handoff = _recap(hook, shown)
    if start.maps and shown is not None:
        context = session_map(hook.root, noted_state(hook.root, shown), handoff)
    else:
        context = pointer(hook.root, handoff)
    said = [f"rlm: {hook.config.problem}"] if hook.config.problem else []
    said += [told] if (told := _vanished(hook)) else []
    said += [told] if (told := _harmed(hook)) else []
    if hook.config.retention_days or hook.config.retention_megabytes:
        said += _retention(hook)
    said += troubles(hook, recorded)
    if shown is not None and noted_state(hook.root, shown).get("folder"):
        said += [told] if (told := _reread(hook, how)) else []
    return literal("{} {}").format(how, note), to_claude(hook, context, "\n".join(said))


def _reread(hook: Hook, how: str) -> str:
    """What going on with a resumed session costs before anything is done, as Claude Code figures it; "" when little."""
    tokens, usd = hook.payload.get("context_tokens"), hook.payload.get("estimated_cache_write_usd")
    if how not in ("resume", "fork") or not hook.config.moment["resume"]:
        return ""
    if hook.payload.get("prompt_cache_likely_expired") is not True or type(tokens) is not int:
        return ""
    if not isinstance(usd, (int, float)) or not LEAST_USD <= usd < MOST_USD or tokens < 1000:
        return ""
    return worded(
        "rlm: going on sends the whole context anew, {tokens}k tokens, about ${usd:.2f} (the prompt "
        "cache has likely expired). /clear starts without it, and /recall QUESTION finds what was said "
        "here.",
        tokens=tokens // 1000,
        usd=usd,
    )


def _vanished(hook: Hook) -> str:
    """What to say when the archive is gone and its second copy is not; the next turn begins another archive."""
    if os.path.isdir(os.path.join(hook.root, "sessions")):
        return ""
    from rlm_core.archive.copies.place import vanished

    told = vanished(hook.root)
    return f"rlm: {told}" if told else ""


def _harmed(hook: Hook) -> str:
    """What to say of files that the last look at the archive has found damaged; once for each look."""
    if not os.path.exists(os.path.join(hook.root, "state", "verified.json")):
        return ""
    from rlm_core.archive.repair.noted import last_found, told
    from rlm_core.hooks.notes import told_first_time

    said = told(hook.root)
    return said if said and told_first_time(f"{hook.root}-{last_found(hook.root)[0]} damaged") else ""


def _retention(hook: Hook) -> list[str]:
    """What to say before old sessions go for the first time. Starts the run that looks for them, once a day."""
    if not os.path.isdir(os.path.join(hook.root, "sessions")):
        return []
    from rlm_core.archive.tombstones.retained import at_start

    told, due = at_start(hook.root, hook.config)
    if due:
        from rlm_core.hooks.detached import retain_detached

        retain_detached(hook.project)
    return [told] if told else []


def _cleared(hook: Hook) -> Source | None:
    """The session that /clear has just ended, if it is one of this project: the folder may hold others, too."""
    from rlm_core.hooks.notes import cleared
    from rlm_core.reach import Reach
    from rlm_core.transcript.locate import working_directory

    ended = cleared(hook.root, os.path.dirname(hook.source.path)) if hook.source else None
    began = working_directory(ended.path) if ended is not None and os.path.isfile(ended.path) else ""
    ours = not began or began == hook.start or Reach(hook.project).holds(began, ended.session if ended else "")
    return ended if ours else None


def _compacted(hook: Hook) -> Source | None:
    from rlm_core.hooks.compaction import transcript_compacted

    return transcript_compacted(hook.source, hook.text("agent_id"))


def _catch_up(hook: Hook, recorded: bytes) -> CleanText:
    """Start what runs by itself: a sweep, where other sessions were left behind, the renewal of skills after an
    upgrade, the plugin's environment. recorded: what the installation wrote down.
    """
    note = literal("")
    note_the_project(hook)
    if hook.source and _is_due(hook, hook.source):
        from rlm_core.hooks.detached import sweep_detached

        sweep_detached(hook.project, hook.source)
        note = literal(" sweep")
    if is_outdated(hook, recorded):
        from rlm_core.hooks.detached import renew_detached

        renew_detached(hook.project, hook.scope)
        note += literal(" renewing")
    if hook.scope == "plugin":
        from rlm_core.hooks.detached import build_environment

        build_environment(hook.scope)
    return note


def _is_due(hook: Hook, source: Source) -> bool:
    """Whether a sweep has something to do: transcripts that were left behind, or an archive that lies elsewhere."""
    from rlm_core.project import has_stray
    from rlm_core.reach import Reach

    reach = Reach(hook.project)
    # A day's sweep finds what began in a directory below; before the first there is none that could be due.
    folders = reach.exact() if has_swept(hook.root) else reach.folders()
    return left_behind(hook.root, source, folders) or has_stray(hook.start, hook.project)


def _handoff(hook: Hook, ended: Source | None) -> Words | None:
    """Where the session that /clear has just ended, or else the project's last one, left off."""
    if hook.source is None or not os.path.isdir(os.path.join(hook.root, "sessions")):
        return None
    from rlm_core.config import redactor
    from rlm_core.handoff.gather import from_transcript
    from rlm_core.handoff.previous import called, previous
    from rlm_core.handoff.wording import HANDOFF_CHARS, left_off

    redact = redactor(hook.config)
    made = called(hook.root, from_transcript(ended, redact)) if ended else None
    which = "the session just cleared" if made else "the last session here"
    if made is None:
        asking = os.environ.get("CLAUDE_CODE_ENTRYPOINT", "")
        made = previous(hook.root, os.path.dirname(hook.source.path), hook.source.session, asking, redact)
    return (lambda room: left_off(made, which, min(room, HANDOFF_CHARS))) if made else None


def _recap(hook: Hook, source: Source | None) -> Words | None:
    """What the user prescribed, and the sub-agents; not for a sub-agent's own compaction, to which no user speaks."""
    moment = hook.config.moment
    if source is None or source.agent or not (moment["orders"] or moment["agents"]):
        return None
    folder = noted_state(hook.root, source).get("folder")
    if not isinstance(folder, str) or not folder:
        return None
    from rlm_core.hooks.detached import recap_of

    lines = recap_of(hook.project, folder).split("\n")
    return (lambda room: _whole_lines(lines, room)) if lines[0] else None


def _whole_lines(lines: list[str], room: int) -> str:
    """As many of the lines as fit, without a heading that nothing follows."""
    kept = len(lines)
    while kept and (len("\n".join(lines[:kept])) > room or lines[kept - 1].endswith(":")):
        kept -= 1
    return "\n".join(lines[:kept])


def _check_writable(hook: Hook) -> None:
    """Say at the start, not after an hour's work, that nothing can be kept."""
    if not os.path.isdir(hook.root):
        if not os.access(_existing(hook.root), os.W_OK):
            raise ArchiveError(worded("{root} cannot be written", root=_existing(hook.root)))
        return
    for part in ("", "sessions", "state"):
        path = os.path.join(hook.root, part).rstrip("/\\")
        if os.path.lexists(path):
            check_dir(path)
            if not os.access(path, os.W_OK):
                raise ArchiveError(worded("{path} cannot be written", path=path))
    _check_space(hook.root)


def _check_space(path: str) -> None:
    if os.name == "nt":
        return
    disk = os.statvfs(path)
    if disk.f_blocks and disk.f_bavail * disk.f_frsize < LEAST_BYTES:
        raise ArchiveError(worded("the disk of {path} is full; free some space", path=path))


def _existing(path: str) -> str:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path
